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
	run 4 upd run "$scratch/try.conf"
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
	stderr_has 'ended before the run began, nothing was done'
}

options_behind_the_operands_are_told() {
	run 1 upd patch "$conf" --role standby
	stderr_has 'options stand before the operands'
}

run_tests says_that_it_was_ended_before_it_began \
    options_behind_the_operands_are_told a_run_that_is_not_over_is_not_lost_sight_of \
    a_run_that_was_put_back_is_over a_run_that_did_nothing_is_in_nobodys_way \
    a_run_that_did_nothing_is_over_when_it_was_put_back
