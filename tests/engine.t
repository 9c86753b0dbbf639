#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# The engine with real processes: it is killed whenever a record is on the
# disk, or half of one, and resumed; what it leaves must be the same.
. "${srcdir:-.}/tests/lib.sh"

driver=$build/tests/engine/driver

# An act: "act do|undo DIRECTORY NAME [SECONDS]".  Two acts at a time leave a
# mark that no test wants to see.
prepare() {
	cat >"$scratch/act" <<-'END'
		#!/bin/sh
		mkdir "$2/.busy" 2>/dev/null || : >"$2/two-at-a-time"
		echo "$1 $3" >>"$2/../log"
		sleep "${4:-0.05}"
		case $1 in
		do)	: >"$2/$3" ;;
		undo)	rm -f "$2/$3" ;;
		esac
		rmdir "$2/.busy"
	END
	chmod 755 "$scratch/act"
	: | procedure good
	procedure bad <<-END
		{ id = "never"; title = "never good enough"; on = "here";
		  check = [ "test", "-e", "\$dir/never" ]; }
	END
	for name in good bad; do
		begin
		live run "$name" >/dev/null || true
		standing >"$scratch/$name.expected"
	done
}

# procedure NAME [STEPS] <LAST-STEP: three acts, a check, and the last step.
procedure() {
	{
		echo "name = \"$1\"; title = \"$1\"; steps = ("
		for step in a b c; do
			step "$step"
			echo ,
		done
		echo '{ id = "check"; title = "look"; on = "here";'
		echo 'check = [ "test", "-e", "$dir/b" ]; }'
		sed '1s/^/,/'
		echo ');'
	} >"$scratch/$1.conf"
}

# step ID [MORE]: an act with its way back.
step() {
	cat <<-END
		{ id = "$1"; title = "make $1"; on = "here";
		  run = [ "$scratch/act", "do", "\$dir", "$1" ];
		  verify = [ "test", "-e", "\$dir/$1" ];
		  undo = [ "$scratch/act", "undo", "\$dir", "$1" ]; ${2:-} }
	END
}

# one NAME STEP: a procedure of one step.
one() {
	echo "name = \"$1\"; title = \"$1\"; steps = ( $2 );" \
	    >"$scratch/$1.conf"
}

begin() {
	rm -rf "$scratch/life"
	mkdir -p "$scratch/life/node"
}

# live VERB PROCEDURE [OPERAND]
live() {
	verb=$1 name=$2
	shift 2
	"$driver" "$verb" "$scratch/life" "$scratch/$name.conf" "$@"
}

# What came of it: the exit code of the last life, and the node.
standing() {
	tail -n 1 "$scratch/life/run.jsonl" |
	    sed 's/.*"exit": *\([0-9]*\).*/exit \1/'
	ls -A "$scratch/life/node"
}

records() {
	wc -l <"$scratch/life/run.jsonl"
}

# idle: nothing that was begun goes on.
idle() {
	[ ! -e "$scratch/life/node/.busy" ]
}

# dies_anywhere PROCEDURE KIND: at each record in turn.
dies_anywhere() {
	number=0
	while :; do
		number=$((number + 1))
		begin
		status=0
		env "$2=$number" "$driver" run "$scratch/life" \
		    "$scratch/$1.conf" >/dev/null 2>&1 || status=$?
		[ "$status" -eq 137 ] || break
		# Without a first record nothing was begun.
		if [ -s "$scratch/life/run.jsonl" ] &&
		    [ "$(records)" -gt 0 ]; then
			live resume "$1" >"$scratch/out" 2>&1 || true
		else
			live run "$1" >"$scratch/out" 2>&1 || true
		fi
		standing >"$scratch/found"
		cmp "$scratch/$1.expected" "$scratch/found" || {
			echo "killed at record $number ($2)"
			cat "$scratch/found" "$scratch/life/run.jsonl"
			return 1
		}
	done
	# It must have been killed at many a record to say anything.
	[ "$number" -gt 12 ]
}

reaches_the_end_wherever_it_is_killed() {
	same 'undisturbed' 'exit 0 a b c' \
	    "$(tr '\n' ' ' <"$scratch/good.expected" | sed 's/ $//')"
	dies_anywhere good ENGINE_KILL
}

puts_everything_back_wherever_it_is_killed() {
	same 'undisturbed' 'exit 1' "$(cat "$scratch/bad.expected")"
	dies_anywhere bad ENGINE_KILL
}

reaches_the_end_after_a_torn_record() {
	dies_anywhere good ENGINE_TEAR
}

puts_everything_back_after_a_torn_record() {
	dies_anywhere bad ENGINE_TEAR
}

survives_being_killed_again_and_again() {
	begin
	status=0
	ENGINE_KILL=3 "$driver" run "$scratch/life" "$scratch/bad.conf" \
	    >/dev/null 2>&1 || status=$?
	lives=1
	while [ "$status" -eq 137 ]; do
		lives=$((lives + 1))
		[ "$lives" -lt 60 ]
		status=0
		# What is mended, "resume", and the three of an act.
		ENGINE_KILL=5 "$driver" resume "$scratch/life" \
		    "$scratch/bad.conf" >/dev/null 2>&1 || status=$?
	done
	expect 1 test "$status" -ne 1
	standing >"$scratch/found"
	cmp "$scratch/bad.expected" "$scratch/found"
	[ "$lives" -gt 4 ]
}

awaits_what_outlives_it_and_does_not_repeat_it() {
	one long "$(step x | sed 's/, "x" \];$/, "x", "1" ];/')"
	begin
	"$driver" run "$scratch/life" "$scratch/long.conf" &
	pid=$!
	wait_until 10 test -e "$scratch/life/node/.busy"
	kill -s KILL "$pid"
	wait "$pid" || true
	[ ! -e "$scratch/life/node/x" ]
	expect 0 live resume long
	same 'what was done' 'do x' "$(cat "$scratch/life/log")"
}

runs_nothing_whose_record_is_not_on_the_disk() {
	one single "$(step x)"
	for number in 2 3; do
		begin
		status=0
		ENGINE_TEAR=$number live run single || status=$?
		[ "$status" -eq 137 ]
		[ ! -e "$scratch/life/log" ]
		begin
		expect 73 env ENGINE_FULL="$number" "$driver" run \
		    "$scratch/life" "$scratch/single.conf"
		[ ! -e "$scratch/life/log" ]
		expect 0 live resume single
		same 'what was done' 'do x' "$(cat "$scratch/life/log")"
	done
}

stops_where_the_disk_is_full_and_goes_on_later() {
	for number in 2 3 4 6 8 10; do
		begin
		expect 73 env ENGINE_FULL="$number" "$driver" run \
		    "$scratch/life" "$scratch/good.conf"
		wait_until 10 idle
		expect 0 live resume good
		standing >"$scratch/found"
		cmp "$scratch/good.expected" "$scratch/found"
	done
}

# runs PID: it is there, and is not dead with nobody to wait for it.
runs() {
	ps -o stat= -p "$1" | grep -v '^Z'
}

ends_a_command_that_hangs_with_all_its_children() {
	cat >"$scratch/hang" <<-'END'
		#!/bin/sh
		trap '' TERM
		if [ $# -eq 1 ]; then
			echo $$ >"$1/parent"
			"$0" "$1" child &
			trap - TERM
		else
			echo $$ >"$1/child"
		fi
		while :; do sleep 1; done
	END
	chmod 755 "$scratch/hang"
	one hangs "{ id = \"x\"; title = \"hang\"; on = \"here\";
	    run = [ \"$scratch/hang\", \"\$dir\" ]; timeout = \"500ms\";
	    verify = [ \"false\" ]; keeps = \"nothing\"; }"
	begin
	expect 1 live run hangs
	expect 1 runs "$(cat "$scratch/life/node/parent")"
	expect 1 runs "$(cat "$scratch/life/node/child")"
	contains "$(cat "$scratch/life/run.jsonl")" 'it took too long'
}

does_not_wait_for_a_daemon_that_is_left_behind() {
	one daemon "{ id = \"x\"; title = \"leave a daemon\"; on = \"here\";
	    run = [ \"sh\", \"-c\", \"sleep 7777 & echo \$\$! >\$\$1/pid; echo said\",
	    \"sh\", \"\$dir\" ];
	    verify = [ \"test\", \"-e\", \"\$dir/pid\" ]; keeps = \"it\"; }"
	begin
	first=$(date +%s)
	expect 0 live run daemon
	kill "$(cat "$scratch/life/node/pid")"
	[ $(($(date +%s) - first)) -lt 10 ]
	contains "$(cat "$scratch/life/run.jsonl")" '"output":"said\n"'
}

stops_at_the_next_step_when_asked() {
	begin
	"$driver" run "$scratch/life" "$scratch/good.conf" \
	    >"$scratch/out" 2>&1 &
	pid=$!
	wait_until 10 test -e "$scratch/life/log"
	kill -s TERM "$pid"
	status=0
	wait "$pid" || status=$?
	same 'exit code' 4 "$status"
	[ ! -e "$scratch/life/node/c" ]
	expect 0 live resume good
	standing >"$scratch/found"
	cmp "$scratch/good.expected" "$scratch/found"
}

lets_a_person_decide_what_nobody_can_tell() {
	one unclear "{ id = \"x\"; title = \"make x\"; on = \"here\";
	    run = [ \"$scratch/act\", \"do\", \"\$dir\", \"x\" ];
	    verify = [ \"sh\", \"-c\", \"test -e \$\$1/x || exit 5\", \"sh\",
	    \"\$dir\" ]; keeps = \"it\"; }"
	begin
	expect 137 env ENGINE_KILL=2 "$driver" run "$scratch/life" \
	    "$scratch/unclear.conf"
	said=$(expect 5 live resume unclear 2>&1)
	contains "$said" "driver: step 'x': nobody knows"
	contains "$said" "hint: look whether it is done, then 'driver resume"
	contains "$said" "'driver resume --step x=again run'"
	expect 64 live resume unclear y=again
	expect 64 live resume unclear x
	expect 0 live resume unclear x=again
	same 'what was done' 'do x' "$(cat "$scratch/life/log")"
}

puts_a_done_run_back_when_asked() {
	begin
	expect 0 live run good
	expect 0 live rollback good
	same 'left' 'exit 0' "$(standing)"
	same 'the way back' 'undo c undo b undo a' \
	    "$(tail -n 3 "$scratch/life/log" | tr '\n' ' ' | sed 's/ $//')"
}

tells_whether_anything_was_changed() {
	begin
	said=$("$driver" run --json "$scratch/life" "$scratch/good.conf")
	contains "$said" '"changed":true'
	said=$("$driver" resume --json "$scratch/life" "$scratch/good.conf")
	contains "$said" '"changed":false'
	said=$("$driver" rollback --json "$scratch/life" "$scratch/good.conf")
	contains "$said" '"changed":true'
	begin
	said=$("$driver" run --json "$scratch/life" "$scratch/bad.conf" ||
	    true)
	contains "$said" '"changed":false'
}

shows_nothing_that_harms_a_terminal() {
	escape=$(printf '\033')
	one "evil" "{ id = \"x\"; title = \"red \\x1b[31m\"; on = \"here\";
	    run = [ \"printf\", \"\\x1b]0;gotcha\\x07\\\\n\" ];
	    verify = [ \"false\" ]; keeps = \"it\\x1b\"; }"
	begin
	said=$("$driver" run -v "$scratch/life" "$scratch/evil.conf" 2>&1 ||
	    true)
	contains "$said" gotcha
	case $said in
	*"$escape"*)	echo "$said" | od -c | head; return 1 ;;
	esac
}

run_tests \
	reaches_the_end_wherever_it_is_killed \
	puts_everything_back_wherever_it_is_killed \
	reaches_the_end_after_a_torn_record \
	puts_everything_back_after_a_torn_record \
	survives_being_killed_again_and_again \
	awaits_what_outlives_it_and_does_not_repeat_it \
	runs_nothing_whose_record_is_not_on_the_disk \
	stops_where_the_disk_is_full_and_goes_on_later \
	ends_a_command_that_hangs_with_all_its_children \
	does_not_wait_for_a_daemon_that_is_left_behind \
	stops_at_the_next_step_when_asked \
	lets_a_person_decide_what_nobody_can_tell \
	puts_a_done_run_back_when_asked \
	tells_whether_anything_was_changed \
	shows_nothing_that_harms_a_terminal
