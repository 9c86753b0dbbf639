#!/bin/sh
# What becomes of a step whose command is killed, while the run is not: as by a
# machine that has no memory left, or by a person.
# shellcheck disable=SC2317	# tests are called by their names
. "${srcdir:-.}/tests/lib.sh"
. "$top/tests/node.sh"

prepare() {
	write_bare_node
	# It leaves the work to another process, which takes its time.
	cat >"$scratch/act" <<-'END'
	echo "begun $1" >>log
	echo "$$" >pid
	sh -c 'while [ -e log ] && [ ! -e go-on ]; do sleep 0.05; done; echo "$1" >made
	    echo "ended $1" >>log' sh "$1" &
	wait
	END
	# shellcheck disable=SC2016	# for the shell that runs it
	echo 'echo one >>log; kill -s KILL $$' >"$scratch/die"
}

# procedure RUN UNDO: a file "first", and then what the command line RUN does.
procedure() {
	rm -rf "$scratch/state" "$scratch/node"
	mkdir "$scratch/node"
	cat >"$scratch/make.conf" <<-END
	name = "make"; title = "make"; steps = (
	{ id = "first"; title = "make first"; on = "here";
	  run = [ "touch", "$scratch/node/first" ];
	  verify = [ "test", "-e", "$scratch/node/first" ];
	  undo = [ "sh", "-c", "cd $scratch/node && $2" ]; },
	{ id = "act"; title = "act"; on = "here";
	  run = [ "sh", "-c", "cd $scratch/node && exec $1" ];
	  verify = [ "test", "-e", "$scratch/node/made" ];
	  undo = [ "rm", "-f", "$scratch/node/made" ]; } );
	END
}

has_begun() {
	grep -q begun "$scratch/node/log" 2>/dev/null
}

# says_waiting: the journal says that something is waited for.
says_waiting() {
	grep -q '"event":"await"' "$scratch/state/runs/x.jsonl"
}

waits_for_what_a_killed_command_has_begun() {
	procedure "sh $scratch/act one" 'rm first'
	upd run --run-id x "$scratch/make.conf" >"$scratch/said" 2>&1 &
	upd=$!
	wait_until 20 has_begun
	kill -s KILL "$(cat "$scratch/node/pid")"
	wait_until 20 says_waiting
	[ "$(cat "$scratch/node/log")" = 'begun one' ] || return 1
	: >"$scratch/node/go-on"
	wait "$upd" || return 1
	cat "$scratch/said"
	grep -q 'waiting for what was begun of step' "$scratch/said"
	grep -q 'it was found done' "$scratch/said"
	[ "$(cat "$scratch/node/log")" = "begun one
ended one" ]
}

says_that_a_killed_command_is_begun_once_more() {
	procedure "sh $scratch/die" 'rm first'
	run 1 upd run --run-id x "$scratch/make.conf"
	stdout_has 'once more, for it was broken off (killed by signal 9'
	[ "$(grep -c one "$scratch/node/log")" = 4 ]
}

says_by_what_it_was_killed_in_the_end() {
	procedure "sh $scratch/die" 'rm first'
	run 1 upd run --run-id x "$scratch/make.conf"
	stderr_has 'was broken off again and again (killed by signal 9'
	[ ! -e "$scratch/node/first" ]
}

says_the_same_of_what_puts_back() {
	procedure false "exec sh $scratch/die"
	run 5 upd run --run-id x "$scratch/make.conf"
	stdout_has 'once more, for it was broken off (killed by signal 9'
	stderr_has 'broken off again and again (killed by signal 9'
	[ "$(grep -c one "$scratch/node/log")" = 4 ]
}

# The run is killed in the act; what looks then how it stands must wait for
# something else.
says_what_is_waited_for_before_it_is_known_how_a_step_stands() {
	# shellcheck disable=SC2016	# for the shell that runs it
	echo 'kill -s KILL $PPID' >"$scratch/strike"
	procedure "sh $scratch/strike" 'rm first'
	cat >"$scratch/look" <<-END
	echo 'somebody holds the lock' >&2
	while [ ! -e "$scratch/node/go-on" ] && [ -d "$scratch/node" ]; do
		sleep 0.05
	done
	: >"$scratch/node/made"
	END
	sed -i "s|\"test\", \"-e\", \"$scratch/node/made\"|\"sh\", \"$scratch/look\"|" \
	    "$scratch/make.conf"
	run 137 upd run --run-id x "$scratch/make.conf"
	upd resume x >"$scratch/said" 2>&1 &
	upd=$!
	wait_until 20 grep -q 'somebody holds the lock' "$scratch/said"
	: >"$scratch/node/go-on"
	wait "$upd" || return 1
	cat "$scratch/said"
	grep -q "finding out how step 'act' stands on node takes a while: \
somebody holds the lock" "$scratch/said"
	grep -q 'it was found done' "$scratch/said"
}

says_that_a_package_manager_is_waited_for() {
	rm -rf "$scratch/node"
	mkdir "$scratch/node"
	cat >"$scratch/adapter" <<-END
	case \$1 in
	install)
		while [ -d "$scratch/node" ] && [ ! -e "$scratch/node/go-on" ]; do
			sleep 0.05
		done ;;
	esac
	exit 3
	END
	: >"$scratch/package"
	sh "$scratch/adapter" install &
	manager=$!
	upd package absent "$scratch/package" >"$scratch/said" 2>&1 &
	upd=$!
	wait_until 20 grep -q "still at work (pid $manager); its end is" \
	    "$scratch/said"
	: >"$scratch/node/go-on"
	wait "$upd" || return 1
	expect 3 wait "$manager"
}

clean_up() {
	mkdir -p "$scratch/node"
	: >"$scratch/node/go-on"
}

run_tests \
	says_what_is_waited_for_before_it_is_known_how_a_step_stands \
	says_that_a_package_manager_is_waited_for \
	waits_for_what_a_killed_command_has_begun \
	says_that_a_killed_command_is_begun_once_more \
	says_by_what_it_was_killed_in_the_end \
	says_the_same_of_what_puts_back
