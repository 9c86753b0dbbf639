#!/bin/sh
# What a person is told when a run can neither go on nor be put back, and how
# it is ended all the same: a node of folders, and procedures of a few steps.
# shellcheck disable=SC2317	# tests are called by their names
. "${srcdir:-.}/tests/lib.sh"
. "$top/tests/node.sh"

prepare() {
	write_bare_node
}

# step ID WAY-BACK: a step that makes the file ID.
step() {
	cat <<-END
		{ id = "$1"; title = "make $1"; on = "here";
		  run = [ "touch", "$scratch/node/$1" ];
		  verify = [ "test", "-e", "$scratch/node/$1" ];
		  $2 },
	END
}

# procedure NAME [STEP]...: and a check at its end, of the file "ready".
procedure() {
	name=$1
	shift
	{
		echo "name = \"$name\"; title = \"$name\"; steps = ("
		printf '%s\n' "$@"
		echo '{ id = "look"; title = "look"; on = "here"; check ='
		echo "[ \"test\", \"-e\", \"$scratch/node/ready\" ]; } );"
	} >"$scratch/$name.conf"
}

fresh() {
	rm -rf "$scratch/state" "$scratch/node"
	mkdir "$scratch/node"
	procedure burn "$(step 'save' "undo = [ \"rm\", \"-f\",
	    \"$scratch/node/save\" ];")" \
	    "$(step burn 'irreversible = "ashes stay ashes";')"
}

# burn RUN [EXIT-CODE]
burn() {
	run "${2:-5}" upd run --run-id "$1" "$scratch/burn.conf"
}

says_what_bars_the_way_back_and_what_it_failed_of() {
	fresh
	burn x
	for verb in rollback resume; do
		stderr_has "step 'burn' cannot be put back: ashes stay ashes"
		stderr_has "step 'look' failed: look: the check failed (exit"
		stderr_has "'nqsupd resume --leave WHY x'"
		run 5 upd "$verb" x
	done
}

# What is done is not ruined by a way back that ends half-way.
puts_nothing_back_of_what_is_done_for_good() {
	fresh
	: >"$scratch/node/ready"
	burn x 0
	cp "$scratch/state/runs/x.jsonl" "$scratch/before"
	for yes in '' --yes; do
		# shellcheck disable=SC2086	# none, or one
		run 1 upd rollback $yes x
		stderr_has "its step 'burn' cannot be put back: ashes stay"
		stderr_has 'hint: nothing was changed'
	done
	cmp "$scratch/before" "$scratch/state/runs/x.jsonl"
	run 0 upd status --expect 'done' x
	rm "$scratch/node/ready"
	burn y
}

# break_off_burn RUN: a run as it was killed in the act of its step "burn".
break_off_burn() {
	fresh
	: >"$scratch/node/ready"
	burn "$1" 0
	journal=$scratch/state/runs/$1.jsonl
	sed '/"event":"begin","step":"burn"/q' "$journal" >"$scratch/begun"
	cat "$scratch/begun" >"$journal"
}

asks_whether_what_cannot_be_put_back_was_done() {
	break_off_burn x
	run 5 upd rollback x
	stderr_has "step 'burn' may have been done, and cannot be put back: \
ashes stay ashes"
	stderr_has "if not, 'nqsupd rollback --step burn=again x' puts back"
	stderr_has "if so, 'nqsupd rollback --step burn=done x'"
	expect 1 grep -e '--leave' "$scratch/stderr"
	run 5 upd status x
	stdout_has 'ended at burn: nobody knows whether a step that cannot be'
	stdout_has 'look there and add --step burn=done or --step burn=again'
	[ -e "$scratch/node/save" ]
	run 64 upd rollback --step burn=done --step burn=again x
	stderr_has 'only one step can be decided at a time'
	run 5 upd rollback --step burn=done x
	stderr_has "step 'burn' cannot be put back: ashes stay ashes"
	stderr_has "'nqsupd resume --leave WHY x'"
	break_off_burn y
	run 0 upd rollback --step burn=again y
	[ ! -e "$scratch/node/save" ]
}

ends_a_run_as_it_is_when_a_person_says_why() {
	fresh
	burn x
	run 5 upd status x
	stdout_has 'next: mend what failed, for burn cannot be put back: ashes'
	stdout_has 'then end the run as it is: nqsupd resume --leave WHY x'
	expect 1 grep 'rollback' "$scratch/stdout"
	run 0 upd report x
	stdout_has "Step 'burn' cannot be put back: ashes stay ashes. To end"
	expect 1 grep 'rollback' "$scratch/stdout"
	run 1 upd run --run-id y "$scratch/burn.conf"
	stderr_has 'run x is not over: needs a person'
	run 2 upd resume --leave 'swept by hand' x
	stderr_has 'run x: left as it is, as '
	stderr_has ' asked: swept by hand'
	expect 1 grep 'failed' "$scratch/stderr"
	[ -e "$scratch/node/burn" ]
	[ -e "$scratch/node/save" ]
	run 2 upd status x
	stdout_has 'run x: left as it is'
	stdout_has ' asked: swept by hand'
	run 0 upd report x
	stdout_has ' asked: swept by hand'
	: >"$scratch/node/ready"
	burn y 0
}

does_nothing_more_with_what_was_left() {
	fresh
	burn x
	run 2 upd resume --leave 'swept by hand' x
	: >"$scratch/node/ready"
	for verb in resume rollback; do
		run 2 upd "$verb" x
		stderr_has 'run x: left as it is, as '
		stderr_has ' asked: swept by hand'
	done
	run 2 upd resume --leave 'again' x
	stderr_has ' asked: swept by hand'
	run 2 upd run --run-id x "$scratch/burn.conf"
	[ -e "$scratch/node/save" ]
}

leaves_no_run_by_mistake() {
	fresh
	burn x
	run 64 upd resume --leave 'swept by hand'
	stderr_has 'the run that is to be left must be named'
	run 64 upd resume --leave ' ' x
	stderr_has 'it must be said why the run is left'
	run 64 upd rollback --leave 'swept by hand' x
	run 5 upd status x
	: >"$scratch/node/ready"
	burn y 1
}

tells_no_way_that_leads_nowhere() {
	fresh
	burn x
	burn y 1
	stderr_has "'nqsupd resume --leave WHY x'; 'nqsupd status x' tells"
	expect 1 grep 'rollback' "$scratch/stderr"
	run 5 upd follow x
	stderr_has 'run x needs a person'
	stderr_has "hint: 'nqsupd status x' tells what it needs"
}

# As if it had been killed on its way back.
tells_that_a_run_on_its_way_back_only_goes_on_with_that() {
	fresh
	procedure stay "$(step stay 'undo = [ "rm", "-f",
	    "'"$scratch/node/stay"'" ];')"
	run 1 upd run --run-id x "$scratch/stay.conf"
	sed -i '/"event":"undo-begin"/,$d' "$scratch/state/runs/x.jsonl"
	run 4 upd status x
	stdout_has 'next: nqsupd resume x, which goes on putting it back'
	expect 1 grep 'rollback' "$scratch/stdout"
	run 0 upd report x
	stdout_has 'To go on putting it back: nqsupd resume x.'
	run 4 upd follow x
	stderr_has "go on by 'nqsupd resume x', which goes on putting it"
	burn y 1
	stderr_has "go on by 'nqsupd resume x', which goes on putting it"
	expect 1 grep 'rollback' "$scratch/stderr"
	run 1 upd resume x
}

leaves_a_run_whose_procedure_is_another_one() {
	fresh
	burn x
	mv "$scratch/burn.conf" "$scratch/moved.conf"
	run 78 upd resume x
	echo '# changed' >>"$scratch/moved.conf"
	mv "$scratch/moved.conf" "$scratch/burn.conf"
	run 65 upd resume x
	run 2 upd resume --leave 'the file was updated' x
	: >"$scratch/node/ready"
	burn y 0
}

says_which_step_is_not_put_back_and_why_it_went_back() {
	fresh
	procedure stay "$(step stay 'undo = [ "sh", "-c",
	    "echo it sticks; exit 1" ];')"
	run 5 upd run --run-id x "$scratch/stay.conf"
	stderr_has "step 'stay' could not be put back: make stay: putting it \
back failed (exit code 1): it sticks"
	stderr_has "it was to be put back because step 'look' failed: look"
	stderr_has "'nqsupd resume x' tries once more"
	stderr_has "'nqsupd resume --step stay=done x'"
	run 5 upd resume x
	stderr_has "it was to be put back because step 'look' failed: look"
	cp "$scratch/state/runs/x.jsonl" "$scratch/before"
	run 1 upd resume --step stay=done x
	stderr_has "step 'stay' is not put back, says its verify (exit code 0)"
	stderr_has 'hint: nothing was changed'
	cmp "$scratch/before" "$scratch/state/runs/x.jsonl"
	rm "$scratch/node/stay"
	run 1 upd resume --step stay=done x
	stderr_has "step 'look' failed: look: the check failed"
}

# line_of TEXT: the number of the first line of stdout that has it.
line_of() {
	grep -n -F -e "$1" "$scratch/stdout" | head -n 1 | cut -d : -f 1
}

# in_order TEXT...: stdout tells of one behind the other.
in_order() {
	last=0
	for each in "$@"; do
		line=$(line_of "$each")
		[ "${line:-0}" -gt "$last" ] || {
			echo "'$each' does not follow in:"
			cat "$scratch/stdout"
			return 1
		}
		last=$line
	done
}

tells_of_a_stuck_step_what_failed_first_and_what_each_answer_means() {
	fresh
	procedure stay "$(step before 'undo = [ "rm", "-f",
	    "'"$scratch/node/before"'" ];')" "$(step stay \
	    'undo = [ "sh", "-c", "echo it sticks; exit 7" ];')"
	refusal='"sh", "-c", "echo not ready; exit 9"'
	sed -i "s/^\\[ \"test\".*ready\" \\]/[ $refusal ]/" "$scratch/stay.conf"
	run 5 upd run --run-id x "$scratch/stay.conf"
	run 5 upd resume x
	run 5 upd status x
	in_order 'run x: needs a person' 'first:  step look, look, 20' \
	    "\$ sh -c 'echo not ready; exit 9'" \
	    'the check failed (exit code 9)' '| not ready' \
	    'since:  step stay could not be put back: putting it back failed' \
	    ': taken up again by ' 'now:    step stay, make stay, 20' \
	    "\$ sh -c 'echo it sticks; exit 7'" \
	    'stuck in ' '| it sticks' \
	    'next: nqsupd resume x, which goes on putting it back' \
	    '--step stay=done or --step stay=again' \
	    '=done   it is put back: the run goes on with what is before it' \
	    '=again  it is not: it is put back once more' \
	    'resume --leave WHY x' 'neither go on nor be put back'
	expect 1 grep 'stay: the run ended with' "$scratch/stdout"
	run 5 upd status --json x
	stdout_has '"first_step":"look"'
	stdout_has '"first_how":"exit code 9"'
	stdout_has '"first_command":"sh -c '
	stdout_has '"failed":"stay"'
	run 1 upd resume --step stay=done --insist x
	run 0 upd status x
	in_order 'run x: undone' 'first:  step look' \
	    ', saying stay=done, insisting on it' 'put back: before'
}

names_the_first_failure_behind_later_lives() {
	fresh
	killed_in_the_middle x
	run 5 upd resume x
	run 5 upd status x
	stdout_has '=done   it was done: the run goes on behind it'
	stdout_has '=again  it was not: it is done once more'
	echo 'exit 1' >"$scratch/look"
	run 0 upd rollback x
	run 0 upd status x
	in_order 'run x: undone' 'first:  step b, b, 20' \
	    'nobody knows whether a step was done (exit code 9)' \
	    '| cannot reach the spool: stale NFS' \
	    ': is to be put back, by '
	run 0 upd report x
	stdout_has "at step 'b', the run ended with exit code 5: nobody knows"
	stdout_has 'stale NFS.'
	stdout_has 'put back, in reverse order'
	killed_in_the_middle y
	run 5 upd resume y
	run 0 upd resume --step b=done y
	run 0 upd report y
	stdout_has 'stale NFS. Each step was done and verified'
}

has_words_for_a_doubtful_step_that_cannot_be_put_back() {
	break_off_burn x
	run 5 upd rollback x
	run 5 upd status x
	stdout_has '=done   it was done: what is before it stays as well'
	stdout_has '=again  it was not: what is before it is put back'
	run 0 upd report x
	stdout_has "Nobody knows whether step 'burn', which cannot be put back,\
 was done: ashes stay ashes. Look there."
	stdout_has 'by: nqsupd rollback --step burn=again x. If it was: nqsupd'
	expect 1 grep 'To go on putting it back' "$scratch/stdout"
	burn y 1
	stderr_has "look whether step 'burn' was done, which cannot be put"
}

clean_up() {
	mkdir -p "$scratch/node"
	: >"$scratch/node/go-on"
}

# outlive RUN: a run is killed, and its command goes on until there is "go-on".
outlive() {
	fresh
	cat >"$scratch/long.conf" <<-END
		name = "long"; title = "long"; steps = (
		  { id = "wait"; title = "wait"; on = "here"; timeout = "3s";
		    run = [ "sh", "-c", ": >'$scratch/node/begun'; while [ -d '$scratch/node' ] && \
		[ ! -e '$scratch/node/go-on' ]; do sleep 0.1; done" ];
		    verify = [ "test", "-e", "$scratch/node/go-on" ];
		    keeps = "nothing"; } );
	END
	journal=$scratch/state/runs/$1.jsonl
	upd run --run-id "$1" "$scratch/long.conf" >"$scratch/run.out" 2>&1 &
	running=$!
	# Before that it could not go on without its run.
	wait_until 20 test -e "$scratch/node/begun"
	kill -s KILL "$(sed -n '1s/.*"pid":\([0-9]*\).*/\1/p' "$journal")"
	wait "$running" || :
	process=$(sed -n 's/.*"token":"\([0-9]*\) .*/\1/p' "$journal")
}

tells_what_it_waits_for_and_until_when() {
	outlive x
	upd resume x >"$scratch/resumed" 2>&1 &
	running=$!
	wait_until 20 grep -q '"event":"await"' "$journal"
	: >"$scratch/node/go-on"
	wait "$running"
	grep "waiting for what was begun of step 'wait' before" \
	    "$scratch/resumed"
	grep "process $process, since 20.*, until 20.* at most" \
	    "$scratch/resumed"
	run 0 upd report x
	run 0 upd status x
}

has_gone() {
	run 4 upd status x
	grep -q 'runs no more' "$scratch/stdout"
}

names_what_still_runs_of_a_run_that_was_killed() {
	outlive x
	run 4 upd status x
	in_order 'run x: broken off' 'runs:   step wait, wait, on node:' \
	    'its command still runs, without the run, since 20' \
	    "\$ sh -c ': >" 'whoever takes the run up waits for its end, 3.000' \
	    'next: nqsupd resume x'
	stdout_has "; process $process"
	run 4 upd status --json x
	stdout_has '"work_step":"wait"'
	stdout_has '"work_state":"runs"'
	stdout_has "\"work_pid\":$process"
	: >"$scratch/node/go-on"
	wait_until 20 has_gone
	stdout_has 'its command runs no more, and nobody saw how it ended; pr'
	stdout_has 'whoever takes the run up looks what it did'
	run 0 upd resume x
	run 0 upd status x
	expect 1 grep 'runs:' "$scratch/stdout"
}

names_a_command_that_does_not_end() {
	outlive x
	run 5 upd resume x
	stderr_has "step 'wait': a command that was begun earlier does not \
end: process $process, since 20"
	stderr_has "'nqsupd resume x' finds out what it did"
	run 5 upd status x
	stdout_has 'or end it as it is: nqsupd resume --leave WHY x'
	run 5 upd resume --leave 'it hangs' x
	stderr_has "process $process, since 20"
	: >"$scratch/node/go-on"
	run 2 upd resume --leave 'it hung' x
}

leaves_what_nobody_can_tell_of_at_a_persons_word() {
	outlive x
	run 2 upd resume --step wait=done --leave 'it hangs' x
	grep '"decided":"wait=done","leave":"it hangs"' "$journal"
	: >"$scratch/node/go-on"
}

# killed_in_the_middle RUN: as if it had been, in a step whose verify cannot
# tell any more.
killed_in_the_middle() {
	cat >"$scratch/dumb.conf" <<-END
		name = "dumb"; title = "dumb"; steps = (
		  { id = "b"; title = "b"; on = "here"; run = [ "true" ];
		    verify = [ "sh", "$scratch/look" ]; undo = [ "true" ]; } );
	END
	echo true >"$scratch/look"
	journal=$scratch/state/runs/$1.jsonl
	run 0 upd run --run-id "$1" "$scratch/dumb.conf"
	sed '/"event":"begin"/q' "$journal" >"$scratch/broken"
	cat "$scratch/broken" >"$journal"
	echo "echo here; echo 'cannot reach the spool: stale NFS'; exit 9" \
	    >"$scratch/look"
}

believes_no_word_against_what_verifies_a_step() {
	fresh
	killed_in_the_middle x
	echo "echo 'the spool is empty'; exit 1" >"$scratch/look"
	cp "$journal" "$scratch/before"
	run 1 upd resume --step b=done x
	stderr_has "step 'b' is not done, says its verify (exit code 1): the \
spool is empty"
	stderr_has "'nqsupd resume --step b=again x' does it once more; who"
	cmp "$scratch/before" "$journal"
	run 64 upd resume --insist x
	stderr_has '--insist is for --step'
	run 0 upd resume --step b=done --insist x
	run 0 upd report x
	stdout_has ', saying b=done, insisting on it'
	grep '"decided":"b=done","insists":true' "$journal"
	killed_in_the_middle y
	run 0 upd resume --step b=done y
	expect 1 grep insists "$journal"
}

tells_why_nobody_can_tell() {
	fresh
	killed_in_the_middle x
	run 5 upd resume x
	stdout_has '| cannot reach the spool: stale NFS'
	stderr_has "step 'b': nobody knows whether a step was done (exit code \
9): cannot reach the spool: stale NFS"
	contains "$(tail -n 1 "$journal")" '"how":"exit code 9"'
	contains "$(tail -n 1 "$journal")" 'the spool: stale NFS'
	run 5 upd status x
	stdout_has 'done (exit code 9): cannot reach the spool: stale NFS'
	run 5 upd status --json x
	stdout_has '"verdict":"here\ncannot reach the spool: stale NFS\n"'
	run 0 upd report x
	stdout_has "(step 'b') (exit code 9): cannot reach the spool: stale"
	run 0 upd resume --step b=done x
	run 0 upd status x
	expect 1 grep 'stale' "$scratch/stdout"
}

run_tests \
	believes_no_word_against_what_verifies_a_step \
	tells_why_nobody_can_tell \
	leaves_what_nobody_can_tell_of_at_a_persons_word \
	tells_what_it_waits_for_and_until_when \
	names_what_still_runs_of_a_run_that_was_killed \
	names_a_command_that_does_not_end \
	says_what_bars_the_way_back_and_what_it_failed_of \
	puts_nothing_back_of_what_is_done_for_good \
	asks_whether_what_cannot_be_put_back_was_done \
	ends_a_run_as_it_is_when_a_person_says_why \
	does_nothing_more_with_what_was_left \
	leaves_no_run_by_mistake \
	tells_no_way_that_leads_nowhere \
	tells_that_a_run_on_its_way_back_only_goes_on_with_that \
	leaves_a_run_whose_procedure_is_another_one \
	says_which_step_is_not_put_back_and_why_it_went_back \
	tells_of_a_stuck_step_what_failed_first_and_what_each_answer_means \
	names_the_first_failure_behind_later_lives \
	has_words_for_a_doubtful_step_that_cannot_be_put_back
