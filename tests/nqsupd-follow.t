#!/bin/sh
# Runs of nqsupd whose caller goes away, or wants them to stop: with a procedure
# of two steps, the first of which waits, and with real terminals that are lost.
# shellcheck disable=SC2317	# tests are called by their names
. "${srcdir:-.}/tests/lib.sh"
. "$top/tests/node.sh"
# shellcheck source=tests/terminal.sh
. "${srcdir:-.}/tests/terminal.sh"

conf=$scratch/conf

prepare() {
	write_node
	cat >"$scratch/paint.conf" <<-END
		name = "paint"; title = "paint"; parameters = [];
		steps = (
		  { id = "paint"; title = "paint"; on = "here";
		    run = [ "sh", "-c", "while [ ! -e '$scratch/go-on' ]; do
		        sleep 0.05; done; : >'$scratch/red'" ];
		    verify = [ "test", "-e", "$scratch/red" ];
		    undo = [ "rm", "-f", "$scratch/red" ]; },
		  { id = "dry"; title = "let it dry"; on = "here";
		    run = [ "touch", "$scratch/dry" ];
		    verify = [ "test", "-e", "$scratch/dry" ];
		    undo = [ "sh", "-c", "while [ ! -e '$scratch/go-back' ]; do
		        sleep 0.05; done; rm -f '$scratch/dry'" ]; }
		);
	END
}

clean_up() {
	: >"$scratch/go-on"
	: >"$scratch/go-back"
}

fresh() {
	rm -rf "$scratch/state" "$scratch/red" "$scratch/dry" \
	    "$scratch/go-on" "$scratch/go-back"
}

# paint [OPTION]...: the run x.
paint() {
	upd run --run-id x "$@" "$scratch/paint.conf"
}

waits() {
	wait_until 20 grep -q '"started"' "$scratch/state/runs/x.jsonl"
}

# under_way: begins the run x as the process $running, and comes back when its first step waits.
under_way() {
	fresh
	"$build/nqsupd/nqsupd" run -c "$conf" --run-id x \
	    "$scratch/paint.conf" >"$scratch/out" 2>&1 &
	running=$!
	waits
}

go_on() {
	: >"$scratch/go-on"
}

# ends_as CODE: as the caller of under_way sees it.
ends_as() {
	status=0
	wait "$running" || status=$?
	[ "$status" -eq "$1" ] || {
		echo "the run ended with $status, not $1"
		cat "$scratch/out"
		return 1
	}
}

is_done() {
	run 0 upd status --wait 20s --expect 'done' x
	[ -e "$scratch/dry" ]
}

# The words of a command line that begins the run, and of one that follows it.
begin_words="'$build/nqsupd/nqsupd' run -c '$conf' --run-id x \
    '$scratch/paint.conf'"
follow_words="'$build/nqsupd/nqsupd' follow -c '$conf' x"

goes_on_when_its_terminal_is_lost() {
	fresh
	on_terminal "$begin_words"
	waits
	lose_terminal
	run 3 upd status --expect 'done' x
	stdout_has 'running'
	go_on
	is_done
}

goes_on_when_the_terminal_of_its_follower_is_lost() {
	under_way
	on_terminal "$follow_words"
	wait_until 20 grep -q 'paint' "$scratch/screen"
	lose_terminal
	run 3 upd status --expect 'done' x
	go_on
	ends_as 0
	is_done
}

goes_on_when_whoever_began_it_is_killed() {
	under_way
	kill -9 "$running"
	wait "$running" 2>/dev/null || true
	go_on
	is_done
}

says_since_when_a_step_is_under_way_and_what_can_be_done() {
	under_way
	run 0 upd status x
	stdout_has 'runs:   step paint, paint, on node, since 20'
	stdout_has '; process '
	stdout_has "\$ sh -c"
	stdout_has 'if it has not ended by 20'
	stdout_has 'next: nqsupd follow x shows it, nqsupd stop x lets it stop'
	run 0 upd status --json x
	stdout_has '"work_step":"paint"'
	stdout_has '"work_state":"runs"'
	go_on
	ends_as 0
	run 0 upd status x
	expect 1 grep -e 'runs:' -e 'next:' "$scratch/stdout"
}

# is_killed EVENT: the life that began with that, whose process says there who
# it is; $out is what was told of it.
is_killed() {
	kill -9 "$(sed -n "s/.*\"event\":\"$1\".*\"pid\":\([0-9]*\).*/\1/p" \
	    "$scratch/state/runs/x.jsonl")"
	ends_as 137
	out=$(cat "$scratch/out")
}

a_run_that_is_killed_is_told_as_broken_off() {
	under_way
	is_killed open
	contains "$out" 'run x was broken off: '
	contains "$out" "hint: go on by 'nqsupd resume x', or put it back by"
	contains "$out" "'nqsupd status x' tells what it needs"
	run 4 upd status x
	stdout_has 'run x: broken off'
	go_on
	run 0 upd resume x
}

# is_waited_for_by PROCESS: it has begun the child that waits for the lock.
is_waited_for_by() {
	[ -n "$(ps -o pid= --ppid "$1")" ]
}

who_ends_before_he_takes_a_run_up_has_not_broken_it_off() {
	under_way
	"$build/nqsupd/nqsupd" resume -c "$conf" --wait 30s x \
	    >"$scratch/second" 2>&1 &
	second=$!
	wait_until 20 is_waited_for_by "$second"
	kill -TERM "$second"
	expect 143 wait "$second"
	out=$(cat "$scratch/second")
	contains "$out" 'ended before it took up run x, to which it did nothing'
	contains "$out" "hint: 'nqsupd status x' tells how that stands"
	expect 1 grep 'broken off' "$scratch/second"
	go_on
	ends_as 0
}

a_run_that_is_killed_on_its_way_back_only_goes_on_with_that() {
	under_way
	go_on
	ends_as 0
	"$build/nqsupd/nqsupd" rollback -c "$conf" --yes x \
	    >"$scratch/out" 2>&1 &
	running=$!
	wait_until 20 grep -q '"undo-begin"' "$scratch/state/runs/x.jsonl"
	is_killed resume
	contains "$out" "hint: go on by 'nqsupd resume x', which goes on putting"
	expect 1 grep 'rollback' "$scratch/out"
	: >"$scratch/go-back"
	run 0 upd resume x
}

who_is_held_up_is_told_what_can_be_done() {
	under_way
	run 75 upd run --run-id y "$scratch/paint.conf"
	stderr_has "hint: 'nqsupd follow x' shows it, 'nqsupd stop x' lets"
	run 75 upd resume x
	stderr_has '--wait DURATION'
	go_on
	ends_as 0
}

who_detaches_from_a_run_under_way_is_told_its_name() {
	under_way
	run 0 upd run --detach --run-id x "$scratch/paint.conf"
	stdout_is x
	stderr_has 'run x is under way already'
	go_on
	ends_as 0
}

goes_on_when_nobody_reads_it() {
	fresh
	go_on
	{
		status=0
		paint -v 2>&1 || status=$?
		echo "$status" >"$scratch/status"
	} | :
	same status 0 "$(cat "$scratch/status")"
	is_done
}

goes_on_without_any_output() {
	fresh
	go_on
	expect 73 paint >&- 2>&-
	is_done
}

interrupt_on_the_terminal_lets_it_stop() {
	fresh
	on_terminal "$begin_words"
	waits
	printf '\003' >&9
	wait_until 20 grep -q 'stopping at the next safe point' \
	    "$scratch/screen"
	go_on
	expect 4 wait "$terminal"
	leave_terminal
	run 4 upd status x
	stdout_has 'run x: stopped'
	[ ! -e "$scratch/dry" ]
	run 0 upd resume x
	is_done
}

a_second_interrupt_says_what_goes_on_without_it() {
	fresh
	on_terminal "$begin_words"
	waits
	printf '\003' >&9
	wait_until 20 grep -q 'once more to leave at once' "$scratch/screen"
	printf '\003' >&9
	expect 4 wait "$terminal"
	leave_terminal
	pid=$(sed -n 's/.*"event":"started".*"token":"\([0-9]*\) .*/\1/p' \
	    "$scratch/state/runs/x.jsonl")
	kill -0 "$pid"
	screen=$(tr -d '\r' <"$scratch/screen")
	contains "$screen" "nqsupd: left at once: run x stays where it is, and \
step 'paint' still runs on node, process $pid"
	contains "$screen" "hint: 'nqsupd status x' shows it, 'nqsupd resume \
x' waits for what still runs, and goes on"
	run 4 upd status x
	stdout_has 'run x: broken off'
	go_on
	run 0 upd resume x
	is_done
}

interrupt_of_a_follower_leaves_the_run_alone() {
	under_way
	on_terminal "$follow_words"
	wait_until 20 grep -q 'paint' "$scratch/screen"
	printf '\003' >&9
	expect 130 wait "$terminal"
	leave_terminal
	go_on
	ends_as 0
	is_done
}

stop_lets_it_stop_before_its_next_step() {
	under_way
	run 0 upd stop
	stdout_is 'run x: asked to stop at its next safe point'
	wait_until 20 grep -q "as 'stop' asks" "$scratch/out"
	go_on
	ends_as 4
	[ -e "$scratch/red" ]
	[ ! -e "$scratch/dry" ]
	for how in '' '--wait 20s'; do
		# shellcheck disable=SC2086	# none, or two words
		run 0 upd stop $how x
		stdout_is 'run x: not under way: it has stopped already'
	done
	run 0 upd resume
	is_done
}

who_asked_for_a_stop_is_told() {
	under_way
	run 0 upd stop x
	wait_until 20 grep -q '"stop-asked"' "$scratch/state/runs/x.jsonl"
	run 0 upd status x
	stdout_has 'run x: running'
	stdout_has "        asked to stop by $(id -un) (uid $(id -u))"
	run 0 upd status --json x
	stdout_has '"stop_asked":"20'
	go_on
	ends_as 4
	contains "$(cat "$scratch/out")" "asked to stop by $(id -un)"
	same notes x.jsonl "$(ls "$scratch/state/runs")"
	run 0 upd report x
	stdout_has "stop       by $(id -un) (uid $(id -u))"
	run 0 upd resume x
	run 0 upd status x
	[ "$(grep -c 'asked to stop' "$scratch/stdout")" -eq 0 ]
	under_way
	kill -TERM "$running"
	wait_until 20 grep -q '"stop-asked"' "$scratch/state/runs/x.jsonl"
	go_on
	ends_as 4
	run 4 upd status x
	stdout_has 'asked to stop by SIGTERM, 20'
	run 0 upd rollback x
	run 0 upd stop x
	same notes x.jsonl "$(ls "$scratch/state/runs")"
}

stop_may_be_asked_for_again_and_again() {
	under_way
	run 0 upd stop x
	run 0 upd stop x
	run 0 upd stop --json x
	stdout_has '"event":"stop"'
	stdout_has '"run":"x"'
	stdout_has '"state":"stopping"'
	stdout_has '"changed":true'
	go_on
	ends_as 4
	contains "$(tail -n 1 "$scratch/state/runs/x.jsonl")" '"exit":4'
}

stop_waits_until_it_has_stopped() {
	under_way
	run 124 upd stop --wait 50ms
	stderr_has 'run x is still at work on a step'
	stderr_has "'nqsupd follow x' shows it"
	go_on
	ends_as 4
	under_way
	upd stop --wait 20s x >"$scratch/stopped" &
	stopping=$!
	wait_until 20 grep -q '"stop-asked"' "$scratch/state/runs/x.jsonl"
	go_on
	expect 0 wait "$stopping"
	same stopped 'run x: stopped' "$(cat "$scratch/stopped")"
	ends_as 4
}

# way_back: puts the run x back, and comes back when the first undo waits.
way_back() {
	fresh
	go_on
	run 0 paint
	"$build/nqsupd/nqsupd" rollback -c "$conf" x >"$scratch/out" 2>&1 &
	running=$!
	wait_until 20 eval "sed -n '/\"undo-begin\"/,\$p' \
	    '$scratch/state/runs/x.jsonl' | grep -q '\"started\"'"
}

# is_half_back: it stopped behind that undo, and goes on with the next one.
is_half_back() {
	: >"$scratch/go-back"
	ends_as 4
	[ ! -e "$scratch/dry" ]
	[ -e "$scratch/red" ]
	run 4 upd status x
	stdout_has 'run x: stopped'
	stdout_has 'undone   dry'
	stdout_has 'done     paint'
	run 0 upd resume x
	[ ! -e "$scratch/red" ]
	run 0 upd status --expect undone x
}

interrupt_lets_it_stop_on_its_way_back() {
	way_back
	kill -INT "$running"
	wait_until 20 grep -q 'stopping at the next safe point' "$scratch/out"
	is_half_back
}

stop_lets_it_stop_on_its_way_back() {
	way_back
	run 0 upd stop
	is_half_back
}

stop_says_that_there_is_nothing_to_stop() {
	fresh
	run 0 upd stop
	stdout_is 'no run is under way'
	run 64 upd stop nosuch
	expect 1 grep 'who stopped it' "$scratch/stderr"
	stderr_has "there is no run 'nosuch'"
	run 64 upd stop ../nosuch
	run 64 upd stop a b
	go_on
	run 0 paint
	run 0 upd stop
	stdout_is 'no run is under way'
	run 0 upd stop x
	stdout_is 'run x: not under way: it ended with exit code 0, OK'
}

stop_leaves_alone_who_holds_the_lock_and_is_no_run() {
	fresh
	mkfifo "$scratch/hold"
	"$build/nqsupd/nqsupd" hold -c "$conf" <"$scratch/hold" \
	    >"$scratch/held" &
	holder=$!
	exec 8>"$scratch/hold"
	wait_until 20 grep -q holding "$scratch/held"
	run 0 upd stop
	stdout_has "is held by nqsupd hold, pid $holder on "
	run 64 upd stop x
	kill -0 "$holder"
	exec 8>&-
	expect 0 wait "$holder"
}

run_tests \
	goes_on_when_its_terminal_is_lost \
	goes_on_when_the_terminal_of_its_follower_is_lost \
	goes_on_when_whoever_began_it_is_killed \
	says_since_when_a_step_is_under_way_and_what_can_be_done \
	a_run_that_is_killed_is_told_as_broken_off \
	who_ends_before_he_takes_a_run_up_has_not_broken_it_off \
	a_run_that_is_killed_on_its_way_back_only_goes_on_with_that \
	who_is_held_up_is_told_what_can_be_done \
	who_detaches_from_a_run_under_way_is_told_its_name \
	goes_on_when_nobody_reads_it \
	goes_on_without_any_output \
	interrupt_on_the_terminal_lets_it_stop \
	a_second_interrupt_says_what_goes_on_without_it \
	interrupt_of_a_follower_leaves_the_run_alone \
	stop_lets_it_stop_before_its_next_step \
	who_asked_for_a_stop_is_told \
	stop_may_be_asked_for_again_and_again \
	stop_waits_until_it_has_stopped \
	interrupt_lets_it_stop_on_its_way_back \
	stop_lets_it_stop_on_its_way_back \
	stop_says_that_there_is_nothing_to_stop \
	stop_leaves_alone_who_holds_the_lock_and_is_no_run
