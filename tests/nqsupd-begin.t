#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# What nqsupd makes of a run before another one is begun.
. "${srcdir:-.}/tests/lib.sh"

conf=$scratch/nqstools.conf
made=$scratch/made

prepare() {
	cat >"$conf" <<-END
		state = "$scratch/state";
		locks = "$scratch/locks";
		share = "$top/share";
		package = { adapter = "$build/share/package/rpm"; };
	END
	cat >"$scratch/try.conf" <<-END
		name = "try";
		title = "make a file, and ask";
		parameters = [];
		steps = (
		  { id = "make"; title = "make a file"; on = "here";
		    run = [ "touch", "$made" ];
		    verify = [ "test", "-e", "$made" ];
		    undo = [ "rm", "$made" ];
		    undone = [ "test", "!", "-e", "$made" ]; },
		  { id = "ask"; title = "look at it"; on = "here";
		    check = [ "true" ];
		    confirm = "the file is well made"; }
		);
	END
	sed '/^  { id = "make"/,/^    undone/d' "$scratch/try.conf" \
	    >"$scratch/ask.conf"
	chmod 600 "$conf" "$scratch"/*.conf
	mkfifo "$scratch/fifo"
}

upd() {
	verb=$1
	shift
	"$build/nqsupd/nqsupd" "$verb" -c "$conf" "$@"
}

a_run_that_is_not_over_is_not_lost_sight_of() {
	run 4 upd run "$scratch/try.conf"
	[ -e "$made" ]
	run 1 upd run "$scratch/try.conf"
	stderr_has '-try-'
	stderr_has 'is not over: stopped'
	stderr_has "hint: go on by 'nqsupd resume "
	[ "$(find "$scratch/state/runs" -name '*.jsonl' | wc -l)" -eq 1 ]
	run 0 upd resume --yes
	run 0 upd run --yes "$scratch/try.conf"
}

a_run_that_was_put_back_is_over() {
	rm -f "$made"
	run 4 upd run "$scratch/try.conf"
	run 0 upd rollback
	[ ! -e "$made" ]
	run 0 upd run --yes "$scratch/try.conf"
}

an_older_run_that_is_not_over_is_not_lost_sight_of() {
	rm -f "$made"
	run 0 upd run --run-id older --yes "$scratch/try.conf"
	run 0 upd run --run-id newer --yes "$scratch/ask.conf"
	run 0 upd rollback older
	# As if it had been killed on its way back.
	sed -i '/"undo-end"/,$d' "$scratch/state/runs/older.jsonl"
	touch -d '1 minute ago' "$scratch/state/runs/older.jsonl"
	run 0 upd status
	stdout_has 'run newer: done'
	stdout_has 'also:   run older is not over: broken off'
	stdout_has "        go on by 'nqsupd resume older'"
	run 0 upd status --json
	stdout_has '"event":"open-run","run":"older","message":"run older is'
	run 0 upd status newer
	expect 1 grep 'older' "$scratch/stdout"
	run 1 upd run --yes "$scratch/ask.conf"
	stderr_has 'run older is not over: broken off'
	stderr_has "hint: go on by 'nqsupd resume older'"
	run 0 upd resume older
	run 0 upd status newer
	expect 1 grep 'also:' "$scratch/stdout"
	run 0 upd run --yes "$scratch/ask.conf"
}

a_run_of_which_nobody_can_tell_is_not_lost_sight_of() {
	run 4 upd run --run-id unknown "$scratch/try.conf"
	mv "$scratch/try.conf" "$scratch/away.conf"
	run 1 upd run --yes "$scratch/ask.conf"
	stderr_has 'run unknown is not over: stopped'
	stderr_has "'nqsupd status unknown' tells what it needs"
	mv "$scratch/away.conf" "$scratch/try.conf"
	sed -i '2s/^./x/' "$scratch/state/runs/unknown.jsonl"
	run 65 upd run --yes "$scratch/ask.conf"
	stderr_has 'nobody can tell what run unknown left: '
	stderr_has "runs/unknown.jsonl'; put right what it tells of"
	rm -f "$scratch/state/runs/unknown.jsonl" "$made"
	run 0 upd run --yes "$scratch/ask.conf"
}

# keep LAST DAYS: as the configuration says from now on.
keep() {
	sed -i '/^history/d' "$conf"
	echo "history = { keep_last = $1; keep_days = $2; };" >>"$conf"
}

# remember RUN...: done runs, each with an archive.
remember() {
	for id; do
		run 0 upd run --run-id "$id" --yes "$scratch/ask.conf"
		: >"$scratch/state/saved/$id.files.tar.gz"
		: >"$scratch/state/saved/$id.data.tar.gz"
	done
}

runs() {
	find "$scratch/state/$1" -type f -exec basename {} \; | sort |
	    tr '\n' ' '
}

what_is_old_is_removed_when_a_run_begins() {
	rm -rf "$scratch/state"
	keep 2 0
	remember a b c
	same archives 'a.data.tar.gz a.files.tar.gz b.data.tar.gz '\
'b.files.tar.gz c.data.tar.gz c.files.tar.gz ' "$(runs saved)"
	remember d
	same runs 'b.jsonl c.jsonl d.jsonl ' "$(runs runs)"
	same archives 'b.data.tar.gz b.files.tar.gz c.data.tar.gz '\
'c.files.tar.gz d.data.tar.gz d.files.tar.gz ' "$(runs saved)"
	keep 2 1
	remember e f
	same runs 'b.jsonl c.jsonl d.jsonl e.jsonl f.jsonl ' "$(runs runs)"
	tail -n 1 "$scratch/state/runs/b.jsonl" >"$scratch/last"
	grep -q '"time":"2' "$scratch/last"
	sed -i '$s/"time":"2[0-9]*-/"time":"2001-/' \
	    "$scratch/state/runs/b.jsonl"
	touch -d 2001-01-01 "$scratch/state/runs/b.jsonl"
	remember g
	same runs 'c.jsonl d.jsonl e.jsonl f.jsonl g.jsonl ' "$(runs runs)"
}

what_somebody_may_want_is_not_removed() {
	rm -rf "$scratch/state" "$made"
	keep 100 0
	# It was stopped, and did nothing.
	run 4 upd run --run-id stopped "$scratch/ask.conf"
	# It stands with a package, and so does one of another site.
	run 0 upd run --run-id stands --yes "$scratch/try.conf"
	: >"$scratch/state/saved/stands.files.tar.gz"
	remember other put-back
	for id in stands put-back; do
		sed -i '1s/"packages":\[\]/"packages":["p"]/' \
		    "$scratch/state/runs/$id.jsonl"
		grep -q '"packages":\["p"\]' "$scratch/state/runs/$id.jsonl"
	done
	sed -i '1s/"site":\[[^]]*\]/"site":["siteB"]/' \
	    "$scratch/state/runs/other.jsonl"
	touch -d '1 hour ago' "$scratch/state/runs"/s*.jsonl
	touch -d '1 minute ago' "$scratch/state/runs"/o*.jsonl
	remember last
	keep 1 0
	remember more
	same runs 'last.jsonl more.jsonl other.jsonl stands.jsonl '\
'stopped.jsonl ' "$(runs runs)"
	contains "$(runs saved)" 'stands.files.tar.gz'
}

what_was_put_back_is_not_kept_for_its_procedure() {
	rm -rf "$scratch/state" "$made"
	keep 100 0
	cp "$scratch/try.conf" "$scratch/changed.conf"
	run 0 upd run --run-id back --yes "$scratch/changed.conf"
	run 0 upd run --run-id stands --yes "$scratch/changed.conf"
	run 0 upd rollback back
	sed -i '1s/"packages":\[\]/"packages":["p"]/' \
	    "$scratch"/state/runs/*.jsonl
	same packages 2 "$(cat "$scratch"/state/runs/*.jsonl |
	    grep -c '"packages":\["p"\]')"
	echo '# otherwise' >>"$scratch/changed.conf"
	touch -d '1 hour ago' "$scratch"/state/runs/*.jsonl
	remember last
	keep 1 0
	remember more
	same runs 'last.jsonl more.jsonl stands.jsonl ' "$(runs runs)"
}

refuses_to_keep_less_than_nothing() {
	keep 0 0
	run 78 upd run --yes "$scratch/ask.conf"
	stderr_has "'keep_last'"
	keep 1 -1
	run 78 upd run --yes "$scratch/ask.conf"
	keep 200 400
}

a_run_that_did_nothing_is_in_nobodys_way() {
	run 4 upd run "$scratch/ask.conf"
	run 4 upd run "$scratch/ask.conf"
}

a_run_that_did_nothing_is_over_when_it_was_put_back() {
	run 4 upd run --run-id asked "$scratch/ask.conf"
	run 4 upd status asked
	run 0 upd rollback asked
	run 0 upd status asked
	stdout_has ': undone'
}

is_waiting() {
	pgrep -P "$1" >/dev/null
}

says_that_it_was_ended_before_it_began() {
	rm -f "$scratch/stderr"
	"$build/nqsupd/nqsupd" hold -c "$conf" <"$scratch/fifo" \
	    >"$scratch/held" & holder=$!
	exec 9>"$scratch/fifo"
	wait_until 10 test -s "$scratch/held"
	"$build/nqsupd/nqsupd" run -c "$conf" --wait 1m "$scratch/ask.conf" \
	    2>"$scratch/stderr" & waiting=$!
	wait_until 10 is_waiting "$waiting"
	kill -TERM "$waiting"
	status=0
	wait "$waiting" || status=$?
	exec 9>&-
	wait "$holder"
	same 'exit code' 1 "$status"
	stderr_has 'ended before it began, nothing was done'
}

options_behind_the_operands_are_told() {
	for line in "patch $conf --role standby" 'status x --json' \
	    'resume x --confirm two' 'stop x --wait 1s' 'report x --html y' \
	    'ps x --json' 'site start x --timeout=1s' 'follow x -q' \
	    "run $conf --yes" 'package query x --json'; do
		# shellcheck disable=SC2086	# the line is split
		run 64 upd $line
		stderr_has "the option '-"
		stderr_has "' stands behind an operand"
		stderr_has 'hint: options stand before the operands'
	done
}

what_stands_behind_two_dashes_is_an_operand() {
	run 64 upd stop -- -x
	stderr_has "there is no run '-x'"
	run 64 upd stop x --
	stderr_has "there is no run 'x'"
}

run_tests says_that_it_was_ended_before_it_began \
    options_behind_the_operands_are_told \
    what_stands_behind_two_dashes_is_an_operand \
    a_run_that_is_not_over_is_not_lost_sight_of \
    an_older_run_that_is_not_over_is_not_lost_sight_of \
    a_run_of_which_nobody_can_tell_is_not_lost_sight_of \
    what_is_old_is_removed_when_a_run_begins \
    what_somebody_may_want_is_not_removed \
    what_was_put_back_is_not_kept_for_its_procedure \
    refuses_to_keep_less_than_nothing \
    a_run_that_was_put_back_is_over a_run_that_did_nothing_is_in_nobodys_way \
    a_run_that_did_nothing_is_over_when_it_was_put_back
