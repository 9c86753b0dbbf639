#!/bin/sh
# Runs of nqsupd that are begun, taken up again and looked at, with a procedure
# of one step and a package manager that only answers: needs nothing.
# shellcheck disable=SC2317	# tests are called by their names
. "${srcdir:-.}/tests/lib.sh"
. "$top/tests/node.sh"

write_conf() {
	{
		node_conf "$1"
		site_conf
	} >"$scratch/conf"
}

# write_procedure COMMAND: what its step carries out first.
write_procedure() {
	cat >"$scratch/paint.conf" <<-END
		name = "paint"; title = "paint";
		parameters = [ "color" ];
		loses = "the color fades";
		steps = (
		  { id = "paint"; title = "paint"; on = "here";
		    run = [ "sh", "-c", "$1; : >'$scratch/\$color'" ];
		    verify = [ "test", "-e", "$scratch/\$color" ];
		    undo = [ "rm", "-f", "$scratch/\$color" ]; }
		);
	END
}

prepare() {
	cat >"$scratch/adapter" <<-'END'
		case $1 in
		query)	echo NECJCpkg 13.1-1 x86_64 ;;
		inspect) printf '%s\n' name=x version=1 release=1 arch=noarch \
		    size=1 signed=no ;;
		*)	exit 3 ;;
		esac
	END
	write_conf node
	write_procedure :
}

clean_up() {
	: >"$scratch/go-on"
}

# paint RUN [OPERAND]...
paint() {
	id=$1
	shift
	upd run --run-id "$id" "$scratch/paint.conf" "$@"
}

fresh() {
	rm -rf "$scratch/state" "$scratch/red" "$scratch/go-on"
}

# write_waiting: a procedure whose step goes on when there is "go-on".
write_waiting() {
	write_procedure \
	    "while [ ! -e '$scratch/go-on' ]; do sleep 0.05; done"
}

no_run() {
	same runs '' "$(ls "$scratch/state/runs" 2>/dev/null)"
}

refuses_what_the_procedure_does_not_declare() {
	fresh
	run 64 paint x color=red shape=round
	stderr_has "procedure 'paint' has no parameter 'shape'"
	run 64 upd plan "$scratch/paint.conf" color=red shape=round
	stderr_has "procedure 'paint' has no parameter 'shape'"
	no_run
}

refuses_a_parameter_without_a_value() {
	fresh
	run 64 paint x
	stderr_has "procedure 'paint' needs 'color'"
	stderr_has 'hint: give it as color=VALUE'
	run 64 upd plan "$scratch/paint.conf"
	no_run
}

refuses_a_package_that_is_not_asked_for() {
	fresh
	run 64 paint x color=red "$scratch/adapter"
	stderr_has "procedure 'paint' takes no package"
	no_run
}

refuses_what_is_found_out() {
	fresh
	for fact in node=x run=x role=single saved=/x packages=/x; do
		run 64 paint x color=red "$fact"
		stderr_has "'${fact%%=*}' is a fact, and cannot be given"
	done
	no_run
}

refuses_options_that_would_say_nothing() {
	fresh
	run 64 upd status --wait 1s
	stderr_has '--wait needs --expect'
	run 64 upd plan --detach "$scratch/paint.conf" color=red
	run 64 upd follow a b
	run 64 upd resume a b
	run 64 upd status a b
}

refuses_a_run_that_there_is_not() {
	fresh
	for verb in follow resume rollback status; do
		run 64 upd "$verb" nosuch
		stderr_has "there is no run 'nosuch'"
		run 64 upd "$verb" ../nosuch
	done
	run 64 upd resume
	stderr_has 'there is no run yet'
	run 0 upd status
	run 0 upd status --expect undone nosuch
	run 3 upd status --expect 'done' nosuch
}

what_is_asked_for_twice_is_done_once() {
	fresh
	write_procedure "echo x >>'$scratch/times'"
	rm -f "$scratch/times"
	run 0 paint x color=red
	run 0 paint x color=red
	same times 1 "$(wc -l <"$scratch/times" | tr -d ' ')"
	write_procedure :
}

asks_before_it_puts_back_a_run_that_is_done() {
	fresh
	run 0 paint x color=red
	run 1 upd rollback
	stderr_has 'run x is done; when it is put back, the color fades'
	[ -e "$scratch/red" ]
	run 0 upd rollback --yes
	[ ! -e "$scratch/red" ]
	run 0 upd rollback
	stdout_has 'nothing is left to put back'
}

# lose_close RUN: as if it had been killed before its last record.
lose_close() {
	tail -n 1 "$scratch/state/runs/$1.jsonl" | grep -q '"event":"close"'
	sed -i '$d' "$scratch/state/runs/$1.jsonl"
}

says_how_a_run_ended_that_was_killed_at_its_end() {
	fresh
	write_procedure 'exit 1'
	run 1 paint x color=red
	lose_close x
	run 0 upd status --expect undone x
	run 1 upd resume
	stdout_has 'everything was put back'
	run 1 upd resume
	lose_close x
	run 1 paint x color=red
	write_procedure :
}

does_not_call_done_no_more_what_never_was() {
	fresh
	write_three
	run 4 upd run --run-id x "$scratch/three.conf"
	run 0 upd rollback x
	run 1 upd run --run-id x "$scratch/three.conf"
	stderr_has 'run x was put back before it was done, and is not begun'
}

does_not_call_put_back_what_did_nothing() {
	fresh
	write_three
	sed -i '/id = "one"/,/undo/d' "$scratch/three.conf"
	run 4 upd run --run-id x "$scratch/three.conf"
	run 0 upd rollback x
	stdout_has 'nothing was to be put back'
	expect 1 grep 'all done' "$scratch/stdout"
	run 0 upd report x
	stdout_has 'Nothing had been changed.'
	: >"$scratch/wet"
	run 1 upd run --yes --run-id y "$scratch/three.conf"
	rm "$scratch/wet"
	run 1 upd resume y
	stderr_has 'run y cannot be resumed: it has failed, and changed nothing'
}

does_not_call_done_what_was_put_back() {
	fresh
	run 0 paint x color=red
	run 0 upd rollback --yes
	run 1 paint x color=red
	stderr_has 'run x is done no more: it was put back'
	[ ! -e "$scratch/red" ]
	run 0 upd status --expect undone x
}

does_not_go_on_with_another_procedure() {
	fresh
	run 0 paint x color=red
	write_procedure true
	run 65 upd rollback --yes
	stderr_has 'is not the procedure that run x began with'
	[ -e "$scratch/red" ]
	write_procedure :
	run 0 upd rollback --yes
}

a_run_that_has_ended_needs_no_procedure() {
	fresh
	run 0 paint x color=red
	write_procedure true
	run 0 upd resume x
	stdout_has 'it has ended, nothing is left to do'
	run 65 upd rollback --yes x
	mv "$scratch/paint.conf" "$scratch/moved.conf"
	run 0 upd resume x
	write_procedure :
	run 0 upd rollback --yes x
	for become in 'write_procedure true' 'rm paint.conf'; do
		cd "$scratch"
		$become
		run 0 upd rollback x
		stdout_has 'nothing is left to put back'
		run 1 upd resume x
		stderr_has 'run x cannot be resumed: it was put back'
	done
	write_procedure :
}

# Who runs something once more by mistake does not mean that.
puts_no_latest_run_back_that_did_nothing_while_an_earlier_one_stands() {
	fresh
	write_three
	sed 's/"three"/"nothing"/; s/confirm =.*;$//; /id = "one"/,/undo/d' \
	    "$scratch/three.conf" >"$scratch/nothing.conf"
	: >"$scratch/wet"
	run 0 paint x color=red
	run 1 upd run --run-id y "$scratch/nothing.conf"
	run 1 upd rollback --yes
	stderr_has 'run y, the latest, changed nothing; run x is done'
	# What that loses is said first.
	stderr_has 'hint: nqsupd rollback x'
	[ -e "$scratch/red" ]
	run 0 upd rollback y
	stdout_has 'nothing is left to put back'
	run 0 upd rollback --yes x
	[ ! -e "$scratch/red" ]
	run 0 upd rollback
	rm "$scratch/wet"
}

does_not_go_on_on_another_node() {
	fresh
	run 0 paint x color=red
	write_conf other
	run 65 upd rollback --yes
	stderr_has "run x was begun on node 'node', and this is 'other'"
	write_conf node
	[ -e "$scratch/red" ]
}

# under_way RUN: begins it, and comes back when its step goes on.
under_way() {
	fresh
	write_waiting
	paint "$1" color=red >"$scratch/out" 2>&1 &
	running=$!
	wait_until 20 grep -q '"started"' "$scratch/state/runs/$1.jsonl"
}

go_on() {
	: >"$scratch/go-on"
	wait "$running"
	write_procedure :
}

another_name_is_not_taken_for_the_run_under_way() {
	under_way run-10
	run 0 upd status run-10
	stdout_has 'running'
	run 64 upd status run-1
	run 0 upd status --expect undone run-1
	run 75 paint run-1 color=red
	stderr_has 'is held by run run-10'
	go_on
}

a_second_call_follows_the_first() {
	under_way x
	paint x color=red >"$scratch/second" &
	second=$!
	wait_until 20 grep -q paint "$scratch/second"
	go_on
	wait "$second"
	grep -q 'all done' "$scratch/second"
}

says_at_once_that_a_detached_run_cannot_begin() {
	under_way x
	run 75 upd run --detach "$scratch/paint.conf" color=red
	stderr_has 'is held by run x'
	stdout_is ''
	go_on
}

who_has_waited_is_told_to_wait_longer() {
	under_way x
	for wait in '' '--wait 50ms'; do
		# shellcheck disable=SC2086	# none, or two words
		run 75 upd run $wait --run-id y "$scratch/paint.conf" color=red
		stderr_has "${wait:+a longer }--wait DURATION waits for its end"
	done
	go_on
}

a_wrong_name_of_a_run_or_a_file_is_wrong_usage() {
	fresh
	long=$(printf '%0300d' 0)
	run 64 paint "$long" color=red
	stderr_has 'a name of 300 letters cannot name a run'
	stderr_has 'hint: fewer than 200 letters'
	for verb in status follow stop resume rollback report; do
		run 64 upd "$verb" "$long"
	done
	run 64 paint a/b color=red
	stderr_has "'a/b' cannot name a run"
	stderr_has "hint: fewer than 200 letters, digits, '-', '_' and '.'"
	no_run
	run 0 paint x color=red
	run 64 upd report --html '' x
	stderr_has "hint: name a file for the page, or - for stdout"
}

# A name that is told is the name of a run.
a_detached_run_is_named_only_once_it_has_the_lock() {
	under_way x
	run 75 upd run --detach --wait 100ms --run-id y \
	    "$scratch/paint.conf" color=red
	stderr_has 'is held by run x'
	stdout_is ''
	run 75 upd run --json --detach --wait 100ms "$scratch/paint.conf" \
	    color=red
	! grep -q '"detached"' "$scratch/stdout" || return 1
	run 75 upd resume --detach --wait 100ms x
	stdout_is ''
	go_on
	run 64 upd status y
}

a_detached_run_that_cannot_begin_says_why() {
	fresh
	write_procedure 'exit 1'
	run 64 upd run --detach "$scratch/paint.conf" color=red shape=round
	stderr_has "procedure 'paint' has no parameter 'shape'"
	stdout_is ''
	no_run
	write_procedure :
	run 0 paint x color=red
	run 0 upd rollback --yes x
	sed -i '/"undo-end"/,$d' "$scratch/state/runs/x.jsonl"
	run 1 upd run --detach --run-id y "$scratch/paint.conf" color=red
	stderr_has 'run x is not over: broken off'
	stdout_is ''
	run 0 upd run --detach --run-id x "$scratch/paint.conf" color=red
	stdout_is x
	run 0 upd status --wait 20s --expect undone x
}

a_detached_run_is_there_when_its_name_is_told() {
	fresh
	for name in a b c; do
		run 0 upd run --detach --run-id "$name" \
		    "$scratch/paint.conf" color=red
		stdout_is "$name"
		run 0 upd follow "$name"
		stdout_has 'all done'
	done
	run 0 upd run --detach --run-id c "$scratch/paint.conf" color=red
	stdout_is c
	run 0 upd run --json --detach --run-id e "$scratch/paint.conf" color=red
	stdout_has '{"event":"detached","run":"e"}'
	stdout_has '"changed":true'
	run 0 upd follow e
	run 0 upd run --json --detach --run-id e "$scratch/paint.conf" color=red
	stdout_has '"changed":false'
	run 0 upd run --detach --wait 5s --run-id d "$scratch/paint.conf" \
	    color=red
	stdout_is d
	wait_until 20 upd follow d
}

# What the child says before its run begins comes through a pipe that it holds
# open until the run ends.
a_detached_run_is_not_waited_for_because_it_warned() {
	fresh
	write_waiting
	mv "$scratch/paint.conf" "$scratch/other.conf"
	run 0 timeout -s KILL 10 "$build/nqsupd/nqsupd" run -c "$scratch/conf" \
	    --detach --run-id x "$scratch/other.conf" color=red
	stdout_is x
	stderr_has "'$scratch/other.conf' has another name than its"
	: >"$scratch/go-on"
	run 0 upd status --wait 20s --expect 'done' x
	rm "$scratch/other.conf"
	write_procedure :
}

what_is_taken_up_again_is_detached_likewise() {
	fresh
	write_waiting
	upd run --run-id x "$scratch/paint.conf" color=red >"$scratch/out" 2>&1 &
	caller=$!
	wait_until 20 grep -q '"started"' "$scratch/state/runs/x.jsonl"
	upd stop x
	: >"$scratch/go-on"
	wait "$caller" || :
	run 1 upd rollback --detach x
	stderr_has 'the color fades'
	run 0 upd rollback --detach --yes x
	stdout_is x
	run 0 upd follow x
	run 0 upd status --wait 20s --expect undone x
	[ ! -e "$scratch/red" ]
	run 64 upd resume --detach nosuch
}

a_procedure_that_lies_here_is_hinted_at() {
	cd "$scratch"
	run 64 upd run paint.conf color=red
	stderr_has "hint: the file here is './paint.conf'"
}

a_detached_run_is_followed_to_its_end() {
	fresh
	write_waiting
	id=$(upd run --detach "$scratch/paint.conf" color=red)
	wait_until 20 grep -q '"started"' "$scratch/state/runs/$id.jsonl"
	run 3 upd status --expect 'done' "$id"
	: >"$scratch/go-on"
	run 0 upd status --wait 20s --expect 'done' "$id"
	run 0 upd follow "$id"
	stdout_has 'all done'
	write_procedure :
}

# A journal as a kill leaves it: whole records, or half of one at its end.
what_was_broken_off_can_be_followed_and_resumed() {
	fresh
	run 0 paint x color=red
	journal=$scratch/state/runs/x.jsonl
	head -n 2 "$journal" >"$scratch/whole"
	{
		cat "$scratch/whole"
		sed -n 3p "$journal" | head -c 20
	} >"$scratch/torn"
	for broken in whole torn; do
		cat "$scratch/$broken" >"$journal"
		run 4 upd follow x
		stderr_has 'run x was broken off'
		run 4 upd status x
		stdout_has 'broken off'
		stdout_has 'next: nqsupd resume x, or nqsupd rollback x'
		run 0 upd resume x
		run 0 upd status --expect 'done' x
	done
}

# What a step of a cluster's run asks that this node carries out by a run of its
# own: its files may all be there before it has put back what it stopped.
a_package_is_not_there_before_the_run_that_brings_it_has_ended() {
	fresh
	run 0 paint x color=red
	journal=$scratch/state/runs/x.jsonl
	cat "$journal" >"$scratch/whole"
	upd package --ended x verify "$scratch/adapter" >"$scratch/said" 2>&1 ||
	    :
	expect 1 grep 'is not over' "$scratch/said"
	head -n 2 "$scratch/whole" >"$journal"
	run 3 upd package --ended x verify "$scratch/adapter"
	stdout_is 'run x is not over'
	run 3 upd package --json --ended x verify "$scratch/adapter"
	stdout_has '{"event":"run","run":"x","state":"unfinished"}'
	run 0 upd rollback x
	upd package --ended x verify "$scratch/adapter" >"$scratch/said" 2>&1 ||
	    :
	expect 1 grep 'is not over' "$scratch/said"
	run 64 upd package --ended x query
	stderr_has "--ended is for 'verify'"
}

offers_only_procedures_that_it_can_carry_out() {
	run 64 upd plan -n nosuch
	stderr_has 'hint: there are patch-active, patch-single, '
	stderr_has ', upgrade-standby'
	expect 1 grep -e rolling-patch -e cluster-patch -e move \
	    "$scratch/stderr"
}

# write_away [SETTING]: a check that does not answer as long as there is "away",
# which it removes after so many times; behind a step that can be put back.
write_away() {
	cat >"$scratch/away.conf" <<-END
		name = "away"; title = "away"; parameters = [];
		steps = (
		  { id = "a"; title = "a"; on = "here";
		    run = [ "touch", "$scratch/a" ];
		    verify = [ "test", "-e", "$scratch/a" ];
		    undo = [ "rm", "-f", "$scratch/a" ]; },
		  { id = "b"; title = "b"; on = "here";
		    check = [ "sh", "-c", "[ ! -e '$scratch/away' ] || {
		        rm '$scratch/away'; $1 exit 69; }" ]; }
		);
	END
	: >"$scratch/away"
}

has_patience_with_what_does_not_answer_yet() {
	fresh
	write_away ''
	run 0 upd run --run-id x "$scratch/away.conf"
	[ -e "$scratch/a" ]
	[ ! -e "$scratch/away" ]
	write_away ": >'$scratch/away';"
	sed 's/^node = .*/& patience = "1s";/' "$scratch/conf" \
	    >"$scratch/impatient"
	run 1 "$build/nqsupd/nqsupd" run -c "$scratch/impatient" \
	    --run-id y "$scratch/away.conf"
	stderr_has 'the check failed (exit code 69)'
	[ ! -e "$scratch/a" ]
}

# As a run that somebody else left for who comes in the morning.
what_a_person_must_decide_is_told_with_its_reason() {
	fresh
	run 0 paint x color=red
	journal=$scratch/state/runs/x.jsonl
	step=$(sed -n 's/.*"event":"begin","step":"\([^"]*\)".*/\1/p' \
	    "$journal" | head -n 1)
	sed '/"event":"begin"/q' "$journal" >"$scratch/left"
	sed "s/\"event\":\"close\",\"exit\":0,/\"event\":\"close\",\"exit\":5,\
\"step\":\"$step\",\"why\":\"nobody knows\",/" "$journal" | tail -n 1 \
	    >>"$scratch/left"
	cat "$scratch/left" >"$journal"
	run 5 upd status x
	stdout_has "        ended at $step: nobody knows"
	stdout_has "add --step $step=done or --step $step=again"
	stdout_has 'all that happened: nqsupd report x'
	run 5 upd status --json x
	stdout_has "\"why\":\"nobody knows\",\"at\":\"$step\""
}

refuses_a_journal_that_is_damaged() {
	fresh
	run 0 paint x color=red
	sed -i '2s/^./x/' "$scratch/state/runs/x.jsonl"
	for verb in follow resume rollback status; do
		run 65 upd "$verb" x
		stderr_has "hint: 'follow' tells what stands before that in \
'$scratch/state/runs/x.jsonl'; put right"
	done
	for how in stop "resume --leave why"; do
		# shellcheck disable=SC2086	# one word, or three
		run 65 upd $how x
		stderr_has "hint: 'follow' tells what stands before that in \
'$scratch/state/runs/x.jsonl'; put"
	done
	sed -i '1s/nqstools-run/other/' "$scratch/state/runs/x.jsonl"
	run 65 upd status x
}

# write_three: a procedure of three steps, the second of which asks.
write_three() {
	cat >"$scratch/three.conf" <<-END
		name = "three"; title = "three";
		parameters = [];
		steps = (
		  { id = "one"; title = "the first"; on = "here";
		    run = [ "sh", "-c", ": >'$scratch/one'" ];
		    verify = [ "test", "-e", "$scratch/one" ];
		    undo = [ "rm", "-f", "$scratch/one" ]; },
		  { id = "two"; title = "the second"; on = "here";
		    confirm = "it is dry";
		    check = [ "sh", "-c", "echo wet >&2; test ! -e '$scratch/wet'" ]; },
		  { id = "three"; title = "the third"; on = "here";
		    check = [ "true" ]; }
		);
	END
}

# Whoever looks on must not need what he is to bring back.
tells_of_a_run_whose_procedure_was_changed_or_removed() {
	fresh
	write_three
	run 4 upd run --run-id x "$scratch/three.conf"
	digest=$(sha256sum "$scratch/three.conf" | cut -d ' ' -f 1)
	cp "$scratch/three.conf" "$scratch/former"
	for become in 's/"two"/"zwei"/' 's/the first/1/' '1s/^/x/' none; do
		sed "$become" "$scratch/former" >"$scratch/three.conf" ||
		    rm "$scratch/three.conf"
		run 4 upd status x
		stdout_has 'run x: stopped'
		stdout_has 'done     one: the first'
		stdout_has 'waiting  two: '
		stdout_has 'waiting  3: '
		stdout_has "next: bring $scratch/three.conf back"
		stdout_has "digest $digest"
		run 0 upd report x
		stdout_has 'the first, step 1, one: done'
		stdout_has "digest $digest"
		for verb in resume rollback; do
			status=0
			upd "$verb" x 2>"$scratch/stderr" || status=$?
			[ "$status" -ge 65 ]
			stderr_has "hint: bring '$scratch/three.conf' back"
			stderr_has "$digest"
		done
		run 1 paint y color=red
		stderr_has 'run x is not over: stopped'
		stderr_has 'nqsupd status x'
	done
	cp "$scratch/former" "$scratch/three.conf"
	chmod 666 "$scratch/three.conf"
	run 4 upd status x
	stdout_has "'$scratch/three.conf' may be written by others"
	stdout_has "next: look at what it says, then: chmod go-w"
	chmod 600 "$scratch/three.conf"
	run 0 upd rollback x
	rm "$scratch/three.conf"
	run 0 upd status x
	stdout_has 'run x: undone'
	run 0 upd status --expect undone x
	run 0 paint y color=red
}

what_was_recorded_of_a_run_that_was_done_is_that_it_was() {
	fresh
	write_three
	run 0 upd run --yes --run-id x "$scratch/three.conf"
	rm "$scratch/three.conf"
	run 0 upd status --expect 'done' x
	sed -i '/"step":"two"/,$d' "$scratch/state/runs/x.jsonl"
	run 4 upd status x
	stdout_has 'run x: broken off'
}

does_not_take_another_run_for_the_one_that_is_asked_for() {
	fresh
	write_three
	run 0 paint x color=red
	for how in '' --detach; do
		# shellcheck disable=SC2086	# none, or one
		run 64 upd run $how --run-id x --yes "$scratch/three.conf"
		stderr_has "run x is another one: its procedure is '$scratch/paint.conf'"
		stderr_has 'hint: choose another name'
		stdout_is ''
	done
	run 64 paint x color=blue
	stderr_has "run x is another one: its color is 'red'"
	run 64 paint x
	run 64 upd run --run-id x --role standby "$scratch/paint.conf" color=red
	stderr_has "its role is 'single'"
	run 64 paint x color=red "$scratch/adapter"
	cd "$scratch"
	run 0 upd run --run-id x ./paint.conf color=red
	[ ! -e "$scratch/blue" ]
}

a_file_of_the_same_name_elsewhere_is_another_procedure() {
	fresh
	write_procedure :
	mkdir -p "$scratch/own"
	echo "procedures = \"$scratch/own\";" >>"$scratch/conf"
	sed 's/title = "paint"/title = "another"/' "$scratch/paint.conf" \
	    >"$scratch/own/paint.conf"
	run 0 paint x color=red
	run 64 upd run --run-id x paint color=red
	stderr_has "run x is another one: its procedure is '$scratch/paint.conf'"
	# What it was is that, also when it has changed, or is no more.
	run 0 upd run --run-id y paint color=red
	echo '# otherwise' >>"$scratch/own/paint.conf"
	run 0 upd run --run-id y paint color=red
	rm "$scratch/own/paint.conf"
	run 0 upd run --run-id y paint color=red
	write_conf node
}

status_tells_what_failed_and_what_a_person_is_asked() {
	fresh
	write_three
	run 4 upd run --run-id x "$scratch/three.conf"
	run 4 upd status x
	stdout_has 'ended at two: it must be confirmed: it is dry'
	stdout_has 'next: nqsupd resume --confirm two x, when it is so'
	run 4 upd status --json x
	stdout_has '"confirm":"it is dry"'
	run 0 upd report x
	stdout_has 'To go on, when it is so: nqsupd resume --confirm two x.'
	run 4 upd follow x
	stderr_has "go on by 'nqsupd resume --confirm two x'"
	: >"$scratch/wet"
	run 1 upd resume --confirm two x
	run 0 upd status x
	stdout_has 'run x: undone'
	stdout_has 'first:  step two, the second, 20'
	stdout_has 'failed in '
	stdout_has 'exit code 1'
	stdout_has '| wet'
	stdout_has 'all that happened: nqsupd report x'
	run 0 upd status --json x
	stdout_has '"failed":"two"'
	rm "$scratch/wet"
}

nothing_is_resumed_that_was_put_back() {
	fresh
	write_procedure 'exit 1'
	run 1 paint x color=red
	for how in '' --detach; do
		# shellcheck disable=SC2086	# none, or one
		run 1 upd resume $how x
		stderr_has 'run x cannot be resumed: it was put back'
		# shellcheck disable=SC2086	# none, or one
		run 1 upd run $how --run-id x "$scratch/paint.conf" color=red
		stderr_has 'run x has failed, and is not begun again'
	done
	write_procedure :
	run 0 paint y color=red
	run 0 upd rollback --yes y
	run 1 upd resume y
	stderr_has 'run y cannot be resumed: it was put back'
}

what_is_detached_and_has_ended_says_so() {
	fresh
	run 0 paint x color=red
	run 0 upd run --detach --run-id x "$scratch/paint.conf" color=red
	stdout_is x
	stderr_has 'run x has ended already: done'
	run 0 upd resume --detach x
	stdout_is x
	stderr_has 'run x: it has ended, nothing is left to do'
	run 0 upd rollback --yes x
	run 0 upd rollback --detach x
	stderr_has 'run x: nothing is left to put back'
	run 0 upd rollback --json --detach x
	stdout_has '{"event":"detached","run":"x"}'
	stdout_has '"changed":false'
}

# begin_growing RUN: as if another life of the run wrote its journal, for a
# minute at most.
begin_growing() {
	left=3000
	while [ ! -e "$scratch/go-on" ] && [ "$left" -gt 0 ]; do
		echo '{"event":"resume","pid":1}'
		left=$((left - 1))
		sleep 0.02
	done >>"$scratch/state/runs/$1.jsonl"
}

what_is_detached_and_refused_is_not_taken_for_begun() {
	fresh
	run 0 paint x color=red
	mkfifo "$scratch/end"
	upd hold <"$scratch/end" >"$scratch/held" &
	exec 9>"$scratch/end"
	wait_until 20 grep -q holding "$scratch/held"
	begin_growing x &
	growing=$!
	status=0
	upd rollback --yes --detach x >"$scratch/stdout" \
	    2>"$scratch/stderr" || status=$?
	: >"$scratch/go-on"
	wait "$growing"
	exec 9>&-
	wait
	same 'exit code' 75 "$status"
	stdout_is ''
	stderr_has 'is held by nqsupd hold'
	stderr_has 'hint: --wait DURATION waits until it is over'
}

# As by a power cut, for nothing is begun before the first record is on the disk.
tells_of_a_run_that_never_began() {
	fresh
	run 0 paint x color=red
	: >"$scratch/state/runs/y.jsonl"
	run 0 upd status
	stdout_has 'run x: done'
	stdout_has 'also:   run y never began: it was broken off before,'
	run 0 upd status --json
	stdout_has '"event":"unbegun-run","run":"y"'
	for verb in status resume rollback follow report stop; do
		run 64 upd "$verb" y
		stderr_has 'run y never began: it was broken off before, and'
		stderr_has "'$scratch/state/runs/y.jsonl' has no record"
	done
	run 0 upd status --expect undone y
	run 0 upd check runs
	stdout_has 'run y never began'
	run 0 paint y color=blue
	stderr_has 'this run was to begin once before, and was broken off'
	run 0 upd status
	stdout_has 'run y: done'
	expect 1 grep 'also:' "$scratch/stdout"
}

takes_up_no_other_run_for_one_that_never_began() {
	fresh
	run 0 paint x color=red
	: >"$scratch/state/runs/y.jsonl"
	for verb in resume 'rollback --yes'; do
		# shellcheck disable=SC2086	# one or two
		run 1 upd $verb
		stderr_has 'run y, the latest, never began: it was broken off'
		stderr_has 'if another run is meant, name it'
	done
	[ -e "$scratch/red" ]
	run 0 upd rollback --yes x
	[ ! -e "$scratch/red" ]
}

says_what_is_wrong_with_an_operand() {
	run 1 upd plan "$scratch/paint.conf" red
	stderr_has 'hint: an operand is the file of a package, or NAME=VALUE'
	run 64 upd hold x </dev/null
	stderr_has "'hold' takes no operand, but 'x' is given"
	run 64 upd claim a/b
	stderr_has "'a/b' cannot name a run"
	run 64 upd claim a b
	stderr_has 'one run at a time'
}

a_procedure_of_another_name_than_its_file_is_warned_of() {
	fresh
	cp "$scratch/paint.conf" "$scratch/other.conf"
	run 0 upd plan -n "$scratch/paint.conf"
	stdout_has ': complete, 1 step'
	same warnings '' "$(cat "$scratch/stderr")"
	for how in plan 'plan -n' run; do
		# shellcheck disable=SC2086	# one or two
		upd $how "$scratch/other.conf" color=red >/dev/null \
		    2>"$scratch/stderr" || [ "$how" = plan ]
		stderr_has "'$scratch/other.conf' has another name than its"
	done
}

says_less_of_a_run_when_it_is_told_to() {
	fresh
	write_three
	run 0 upd run -q --yes --run-id x "$scratch/three.conf"
	stdout_is ''
	run 0 upd rollback -qq x
	stdout_is ''
	: >"$scratch/wet"
	run 1 upd run -q --yes --run-id y "$scratch/three.conf"
	stdout_has 'the second'
	stdout_has '| wet'
	stdout_has 'going back'
	stderr_has "step 'two' failed"
	[ "$(grep -c 'the first' "$scratch/stdout")" -eq 0 ]
	run 1 upd run -qq --yes --run-id z "$scratch/three.conf"
	stdout_is ''
	stderr_has "step 'two' failed"
	run 1 upd follow -q z
	stdout_has '| wet'
	run 1 upd run -qq --json --yes --run-id json "$scratch/three.conf"
	stdout_has '"title":"the first"'
	rm "$scratch/wet"
}

nothing_is_confirmed_that_is_not_asked() {
	fresh
	write_three
	for name in one tow; do
		run 64 upd run --confirm "$name" "$scratch/three.conf"
		stderr_has "no step '$name' asks to be confirmed"
		stderr_has 'hint: those that ask are two'
	done
	no_run
	run 64 upd run --confirm two "$scratch/paint.conf" color=red
	stderr_has 'hint: none does'
	run 4 upd run --run-id x "$scratch/three.conf"
	run 64 upd resume --confirm tow x
	run 64 upd rollback --confirm tow x
	run 0 upd resume --confirm two x
}

# They could make a journal by which a run goes on, or take one away.
folders_that_others_may_write_are_refused() {
	fresh
	run 0 paint x color=red
	for mode in 777 1777 775; do
		chmod "$mode" "$scratch/state/runs"
		run 77 paint y color=red
		stderr_has "directory '$scratch/state/runs' may be written by"
		stderr_has 'hint: look at what is in it, then let only its owner'
		run 77 paint x color=red
		run 77 upd resume x
		run 77 upd rollback --yes
		run 3 upd check runs
		stdout_has "not ok  runs: the directory '$scratch/state/runs'"
		run 0 upd status x
	done
	chmod 755 "$scratch/state/runs"
	chmod 777 "$scratch/state"
	run 77 upd resume x
	run 77 paint y color=red
	stderr_has "directory '$scratch/state' may be written by"
	chmod 1777 "$scratch/state"
	same runs x.jsonl "$(ls "$scratch/state/runs")"
	run 0 upd check runs
	run 0 upd rollback --yes x
}

# A procedure gets the tools of the installation that carries it out.
a_program_called_by_its_name_is_found_by_its_steps() {
	fresh
	write_procedure "command -v nqsupd >'$scratch/beside'"
	run 0 env PATH="$build/nqsupd:$PATH" nqsupd run -c "$scratch/conf" \
	    --run-id x "$scratch/paint.conf" color=red
	same 'nqsupd of the step' "$build/nqsupd/nqsupd" \
	    "$(cat "$scratch/beside")"
	write_procedure :
}

run_tests \
	refuses_what_the_procedure_does_not_declare \
	refuses_a_parameter_without_a_value \
	refuses_a_package_that_is_not_asked_for \
	refuses_what_is_found_out \
	refuses_options_that_would_say_nothing \
	refuses_a_run_that_there_is_not \
	what_is_asked_for_twice_is_done_once \
	asks_before_it_puts_back_a_run_that_is_done \
	says_how_a_run_ended_that_was_killed_at_its_end \
	does_not_call_done_what_was_put_back \
	does_not_call_done_no_more_what_never_was \
	does_not_call_put_back_what_did_nothing \
	a_wrong_name_of_a_run_or_a_file_is_wrong_usage \
	who_has_waited_is_told_to_wait_longer \
	does_not_go_on_with_another_procedure \
	a_run_that_has_ended_needs_no_procedure \
	puts_no_latest_run_back_that_did_nothing_while_an_earlier_one_stands \
	does_not_go_on_on_another_node \
	another_name_is_not_taken_for_the_run_under_way \
	a_second_call_follows_the_first \
	says_at_once_that_a_detached_run_cannot_begin \
	a_detached_run_is_named_only_once_it_has_the_lock \
	a_detached_run_that_cannot_begin_says_why \
	a_detached_run_is_there_when_its_name_is_told \
	a_detached_run_is_not_waited_for_because_it_warned \
	what_is_taken_up_again_is_detached_likewise \
	a_procedure_that_lies_here_is_hinted_at \
	a_detached_run_is_followed_to_its_end \
	what_was_broken_off_can_be_followed_and_resumed \
	a_package_is_not_there_before_the_run_that_brings_it_has_ended \
	offers_only_procedures_that_it_can_carry_out \
	has_patience_with_what_does_not_answer_yet \
	what_a_person_must_decide_is_told_with_its_reason \
	refuses_a_journal_that_is_damaged \
	tells_of_a_run_whose_procedure_was_changed_or_removed \
	what_was_recorded_of_a_run_that_was_done_is_that_it_was \
	does_not_take_another_run_for_the_one_that_is_asked_for \
	a_file_of_the_same_name_elsewhere_is_another_procedure \
	status_tells_what_failed_and_what_a_person_is_asked \
	nothing_is_resumed_that_was_put_back \
	what_is_detached_and_has_ended_says_so \
	says_less_of_a_run_when_it_is_told_to \
	nothing_is_confirmed_that_is_not_asked \
	what_is_detached_and_refused_is_not_taken_for_begun \
	says_what_is_wrong_with_an_operand \
	tells_of_a_run_that_never_began \
	takes_up_no_other_run_for_one_that_never_began \
	a_procedure_of_another_name_than_its_file_is_warned_of \
	folders_that_others_may_write_are_refused \
	a_program_called_by_its_name_is_found_by_its_steps
