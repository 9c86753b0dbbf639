#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# Fleets of simulated clusters, whose nodes are this machine.
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/fleet/world.sh
. "${srcdir:-.}/tests/fleet/world.sh"
# shellcheck source=tests/terminal.sh
. "${srcdir:-.}/tests/terminal.sh"

prepare() {
	make_world
	make_clusters a b c d e f
}

clean_up() {
	rm -f "$fleet"/*.holds
}

clroll() {
	"$build/clroll/clroll" "$@"
}

# roll [OPTION]... -- CLUSTER...: a fleet of the simple procedure.
roll() {
	options=
	while [ "$1" != -- ]; do
		options="$options $1"
		shift
	done
	# shellcheck disable=SC2086	# words without blanks
	clroll fleet $options "$fleet/simple.conf" "$@"
}

start_afresh() {
	for cluster in a b c d e f; do
		rm -f "$fleet/$cluster".*
	done
	rm -rf "$fleet/state" "$fleet/locks"
	mkdir "$fleet/locks"
}

# done_once CLUSTER...: its step was done on each of its nodes, once.
done_once() {
	for cluster; do
		same "$cluster" 'node1 node2 ' \
		    "$(tr '\n' ' ' <"$fleet/$cluster.log")"
	done
}

# not_begun CLUSTER...
not_begun() {
	for cluster; do
		[ ! -e "$fleet/$cluster.log" ]
		same runs '' "$(find "$fleet" -name "*-$cluster.jsonl")"
	done
}

# journal_has PART
journal_has() {
	cat "$fleet/state/fleets/"*.jsonl | grep -q -- "$1"
}

# started CLUSTER: its step runs.
started() {
	grep -q '"event":"started"' \
	    "$fleet/state/cluster-runs/"*"-$1.jsonl"
}

# begin_in_background [OPTION]... -- CLUSTER...: sets pid.
begin_in_background() {
	roll "$@" >"$scratch/out" 2>"$scratch/err" &
	pid=$!
	wait_until 10 test -d "$fleet/state/fleets"
}

# ends STATUS: the fleet in the background does, like that.
ends() {
	status=0
	wait "$pid" || status=$?
	same 'exit of the fleet' "$1" "$status" ||
	    { cat "$scratch/out" "$scratch/err"; return 1; }
}

# words_of KEY: what it has in the JSON lines of the input, in one line.
words_of() {
	sed -n 's/.*"'"$1"'":"\{0,1\}\([^",}]*\).*/\1/p' | tr '\n' ' '
}

waves_follow_each_other() {
	start_afresh
	run 0 roll --json --canary 1 --batch 2 -- a b c d e f
	same waves '1 2 3 4 ' "$(grep '"event":"wave"' "$scratch/stdout" |
	    words_of wave)"
	# Between two waves nothing runs: begin and result stand in groups.
	same order 'wave b r wave bb rr wave bb rr wave b r' "$(
		sed -n 's/^{"event":"\([a-z-]*\)".*/\1/p' "$scratch/stdout" |
		awk '
		/^wave$/ { print "" ; printf "wave" }
		/^begin$/ { b = b "b" }
		/^result$/ { r = r "r" }
		/^wave-end$/ { printf " %s %s", b, r; b = r = "" }' |
		tr '\n' ' ' | sed 's/^ //')"
	done_once a b c d e f
	run 0 clroll fleet status
	stdout_has ': over'
	stdout_has '6 done'
}

a_dry_run_changes_nothing() {
	start_afresh
	run 3 roll -n --canary 2 -- a b c
	stdout_has 'wave 1 of 2, canary: 2 clusters'
	stdout_has '--run-id FLEET-c'
	stdout_has 'steps in a, if its groups are at home:'
	stdout_has ' 2. do@node2: do it'
	stdout_has "run     $fleet/step do a node2"
	not_begun a b c
	[ ! -e "$fleet/state/fleets" ]
}

only_the_approved_plan_is_carried_out() {
	start_afresh
	digest=$(roll -n -- a b | sed -n 's/^digest //p')
	same length 64 "${#digest}"
	run 1 roll --approve "$digest" -- a b c
	stderr_has 'the plan is not the one that was approved'
	run 1 roll --approve "$digest" --max-failures 1 -- a b
	echo '# changed' >>"$fleet/simple.conf"
	run 1 roll --approve "$digest" -- a b
	sed -i '$d' "$fleet/simple.conf"
	not_begun a b c
	run 0 roll --approve "$digest" -- a b
	done_once a b
}

an_approved_fleet_begins_nothing_by_another_file() {
	start_afresh
	digest=$(roll -n --batch 1 -- a b | sed -n 's/^digest //p')
	: >"$fleet/a.fails"
	run 1 roll --approve "$digest" --batch 1 -- a b
	echo '# changed' >>"$fleet/clusters/b.conf"
	run 65 clroll fleet resume
	journal_has "the file '$fleet/clusters/b.conf' is not what was approved"
	not_begun b
	sed -i '$d' "$fleet/clusters/b.conf"
	run 1 clroll fleet resume
	done_once b
}

a_failure_ends_it_and_a_person_goes_on() {
	start_afresh
	: >"$fleet/b.fails"
	run 1 roll --batch 2 -- a b c d
	stderr_has 'is not done: too many failed'
	done_once a
	not_begun c d
	run 4 clroll fleet status
	stdout_has 'b                failed: step'
	run 1 clroll fleet resume
	done_once a c d
	run 0 clroll fleet status
	stdout_has '3 done, 1 failed'
}

# What stands there is replaced, and taken away before anything else is said.
a_terminal_shows_what_is_under_way() {
	script -V >/dev/null 2>&1 || skip 'no script(1) of util-linux'
	start_afresh
	: >"$fleet/b.holds"
	TERM=xterm script -qefc "'$build/clroll/clroll' fleet \
	    '$fleet/simple.conf' -- a b" "$scratch/typescript" \
	    >/dev/null 2>&1 &
	pid=$!
	wait_until 10 grep -q 'b  *[0-9].* node1: do it' "$scratch/typescript"
	wait_until 10 grep -q 'wave 1 of 1: 1 done, 1 begun' \
	    "$scratch/typescript"
	rm "$fleet/b.holds"
	wait "$pid"
	escape=$(printf '\033')
	tr -d '\r' <"$scratch/typescript" >"$scratch/plain"
	grep -q "$escape\[2A$escape\[J.*b: done in" "$scratch/plain"
	grep -q '^all clusters have ended: 2 done$' "$scratch/plain"
	# Without a terminal there is none of it.
	run 0 roll -- a b
	! grep -q "$escape" "$scratch/stderr" || return 1
}

so_many_may_fail_as_was_said() {
	start_afresh
	: >"$fleet/b.fails"
	: >"$fleet/d.fails"
	run 1 roll --batch 2 --max-failures 40% --max-wave-failures 1 \
	    -- a b c d e
	done_once a c e
	start_afresh
	: >"$fleet/b.fails"
	: >"$fleet/a.fails"
	run 1 roll --batch 2 --max-failures 2 --max-wave-failures 1 \
	    -- a b c d e
	stderr_has 'too many failed in this wave'
	not_begun c d e
}

a_canary_must_go_well() {
	start_afresh
	: >"$fleet/a.away"
	run 69 roll --canary 1 --max-failures 5 -- a b
	stderr_has 'a canary did not go well'
	not_begun a b
}

what_cannot_be_reached_is_counted_apart_and_taken_up_again() {
	start_afresh
	: >"$fleet/a.away"
	run 69 roll --batch 1 --max-unreachable 1 -- a b
	done_once b
	run 4 clroll fleet --json status
	same count 1 "$(grep '"event":"fleet"' "$scratch/stdout" |
	    words_of unreachable | tr -d ' ')"
	rm "$fleet/a.away"
	run 0 clroll fleet resume
	done_once a b
}

it_is_paused_and_goes_on() {
	start_afresh
	: >"$fleet/a.holds"
	begin_in_background -j 1 -- a b
	wait_until 10 started a
	run 0 clroll fleet pause
	stdout_has 'no other cluster is begun'
	run 0 clroll fleet status
	stdout_has ': paused'
	rm "$fleet/a.holds"
	wait_until 10 journal_has '"event":"result"'
	not_begun b
	run 0 clroll fleet -j 2 resume
	stderr_has 'its rules stay as they are'
	ends 0
	done_once a b
}

# While it is paused, too; what is under way comes to its end.
a_stop_waits_for_what_is_under_way() {
	start_afresh
	: >"$fleet/a.holds"
	begin_in_background -j 1 -- a b
	wait_until 10 started a
	run 0 clroll fleet pause
	run 0 clroll fleet stop
	rm "$fleet/a.holds"
	ends 4
	done_once a
	not_begun b
	run 0 clroll fleet stop
	stdout_has 'is not under way'
	run 0 clroll fleet resume
	done_once a b
}

an_urgent_stop_stops_each_run_before_its_next_step() {
	start_afresh
	: >"$fleet/a.holds"
	begin_in_background -j 1 -- a b
	wait_until 10 started a
	run 0 clroll fleet --now stop
	wait_until 10 journal_has '"now":true'
	rm "$fleet/a.holds"
	ends 4
	same nodes 'node1 ' "$(tr '\n' ' ' <"$fleet/a.log")"
	run 4 clroll fleet status
	stdout_has '1 stopped, 1 waiting'
	run 0 clroll fleet resume
	done_once a b
}

signals_stop_it_too() {
	start_afresh
	: >"$fleet/a.holds"
	"$build/clroll/clroll" fleet -j 1 "$fleet/simple.conf" -- a b \
	    >"$scratch/out" 2>"$scratch/err" &
	pid=$!
	wait_until 10 started a
	kill "$pid"
	wait_until 10 journal_has '"now":false'
	kill "$pid"
	wait_until 10 journal_has '"now":true'
	rm "$fleet/a.holds"
	ends 4
	same nodes 'node1 ' "$(tr '\n' ' ' <"$fleet/a.log")"
}

# begin_and_kill: a fleet, while its first run is at a step that holds.
begin_and_kill() {
	start_afresh
	: >"$fleet/a.holds"
	"$build/clroll/clroll" fleet -j 1 "$fleet/simple.conf" -- a b \
	    >"$scratch/out" 2>"$scratch/err" &
	pid=$!
	wait_until 10 started a
	kill -9 "$pid"
	wait "$pid" || :
}

# has_asked: "clroll stop" has sent its signal, and waits for what comes of it.
has_asked() {
	ps -e -o wchan=WIDE-ENOUGH-FOR-ALL -o args= >"$scratch/processes"
	grep -q "^[a-z_]*nanosleep.* stop .*$fleet.*-a\$" \
	    "$scratch/processes"
}

# The run goes on while nobody looks; the fleet finds it, and stops it.
an_urgent_stop_reaches_a_run_of_an_earlier_life() {
	begin_and_kill
	clroll fleet resume >"$scratch/out" 2>"$scratch/err" &
	pid=$!
	wait_until 10 journal_has '"event":"resume"'
	run 0 clroll fleet --now stop
	wait_until 10 has_asked
	rm "$fleet/a.holds"
	ends 4
	same nodes 'node1 ' "$(tr '\n' ' ' <"$fleet/a.log")"
	run 0 clroll fleet resume
	done_once a b
}

nothing_is_begun_that_cannot_end_in_time() {
	start_afresh
	run 4 roll --until +1m --takes 2m -- a b
	stderr_has 'no other could end in time'
	stderr_has "go on by 'clroll fleet --until TIME resume"
	run 4 clroll fleet status
	stdout_has ': stopped: no other could end in time'
	stdout_has 'next: clroll fleet --until TIME resume'
	not_begun a b
	run 0 clroll fleet --until +1h resume
	done_once a b
	run 64 roll --until 25:00 -- a
	run 64 roll --until 2000-01-01T00:00 -- a
	stderr_has 'has passed'
}

# The window of an earlier life holds on, and is not forgotten when it is over.
the_time_it_began_with_holds_for_a_later_life() {
	start_afresh
	run 4 roll --until +1m --takes 1h -- a b
	run 4 clroll fleet --takes 2h --until +1h resume
	run 4 clroll fleet resume
	not_begun a b
	start_afresh
	run 4 roll --until +1ms --takes 1h -- a b
	run 64 clroll fleet --takes 1ms resume
	stderr_has 'the time until which the fleet may begin runs has passed'
	stderr_has 'say the next one by --until'
	not_begun a b
	run 0 clroll fleet --takes 1ms --until +1h resume
	done_once a b
}

# By default what is under way is stopped, though another one is the latest.
a_stop_finds_the_fleet_that_is_under_way() {
	start_afresh
	: >"$fleet/a.holds"
	begin_in_background -j 1 -- a b
	wait_until 10 started a
	run 0 roll -- c
	run 0 clroll fleet pause
	stdout_has 'no other cluster is begun'
	run 0 clroll fleet stop
	stdout_has 'it is stopping'
	rm "$fleet/a.holds"
	ends 4
	not_begun b
}

several_fleets_under_way_must_be_named() {
	start_afresh
	: >"$fleet/a.holds"
	: >"$fleet/b.holds"
	begin_in_background -- a
	wait_until 10 started a
	roll -- b >/dev/null 2>&1 &
	other=$!
	wait_until 10 started b
	run 64 clroll fleet stop
	stderr_has '2 fleets are under way'
	stderr_has 'name one of '
	rm "$fleet"/*.holds
	ends 0
	wait "$other"
}

what_a_person_must_decide_about_is_named() {
	start_afresh
	sed '$d' "$fleet/simple.conf" |
	    sed 's/ undo = .*/ undo = [ "false" ];/' >"$fleet/stuck.conf"
	cat >>"$fleet/stuck.conf" <<-'END'
		}, { id = "no"; title = "fail"; on = "all";
		    run = [ "false" ]; verify = [ "false" ];
		    undo = [ "true" ]; } );
	END
	run 5 clroll fleet "$fleet/stuck.conf" -- a b
	run 5 clroll fleet status
	stdout_has 'first: clroll status 2'
	stdout_has '-fleet-'
	stdout_has 'next: clroll fleet resume'
}

# What asks only to look, or is meant for a new fleet, carries out nothing.
options_of_a_new_fleet_are_refused_for_one_that_there_is() {
	start_afresh
	: >"$fleet/a.fails"
	run 1 roll --batch 1 -- a b
	for option in -n '--wait 1s' '--canary 0' '--canary 1' '--batch 1'; do
		# shellcheck disable=SC2086	# words without blanks
		run 64 clroll fleet $option resume
		stderr_has ' new fleet'
	done
	for option in --yes '--confirm do' -n; do
		# shellcheck disable=SC2086	# words without blanks
		run 64 clroll fleet $option stop
	done
	not_begun b
}

# Its run can neither go on nor be put back; who has ended it has seen it.
a_cluster_that_is_left_as_it_is_is_over_and_not_done() {
	start_afresh
	sed -e 's/undo = .*/irreversible = "it is so"; },/' \
	    -e 's/^ *} );/{ id = "no"; title = "no"; on = "all"; check = ["false"]; } );/' \
	    "$fleet/simple.conf" >"$fleet/burn.conf"
	run 5 clroll fleet "$fleet/burn.conf" -- a
	run 5 clroll fleet resume
	left=$(find "$fleet/state/cluster-runs" -name '*-a.jsonl')
	left=$(basename "$left" .jsonl)
	run 2 clroll resume --leave 'seen' "$left"
	run 2 clroll fleet resume
	run 0 clroll fleet status
	stdout_has 'left as it is'
	stdout_has '1 failed'
	run 2 clroll fleet resume
}

# One is led to the question, and not all of them; who answers it, answers all.
a_step_to_be_confirmed_is_no_failure() {
	start_afresh
	sed 's/ on = "all";/& confirm = "have some tea";/' \
	    "$fleet/simple.conf" >"$fleet/ask.conf"
	run 4 clroll fleet --canary 1 "$fleet/ask.conf" -- a b c
	stderr_has 'is not done: a step must be confirmed'
	stderr_has 'clroll fleet --confirm STEP resume'
	not_begun b c
	run 4 clroll fleet status
	stdout_has "a                to be confirmed: step 'do@node1' must be"
	stdout_has 'have some tea'
	stdout_has '1 to be confirmed, 2 waiting'
	stdout_has 'next: clroll fleet --confirm STEP resume'
	run 4 clroll fleet --confirm other resume
	run 4 clroll fleet --confirm do@node1 resume
	run 0 clroll fleet --confirm 'do' resume
	done_once a b c
	: >"$fleet/d.fails"
	run 1 clroll fleet --confirm 'do' "$fleet/ask.conf" -- d e
	stderr_has 'too many failed'
}

# is_asked_for NODE: that is the last question.
is_asked_for() {
	grep "^step 'do@" "$scratch/screen" | tail -n 1 | grep -q "@$1'" &&
	    tail -n 1 "$scratch/screen" | grep -q 'yes or no? $'
}

a_person_is_asked_at_the_terminal_for_each_node() {
	start_afresh
	on_terminal "'$build/clroll/clroll' run '$fleet/ask.conf' a"
	wait_until 20 is_asked_for node1
	not_begun b
	echo yes >&9
	wait_until 20 is_asked_for node2
	echo no >&9
	expect 4 wait "$terminal"
	leave_terminal
	grep -q "step 'do@node2' must be confirmed: have" "$scratch/screen"
	run 0 grep '"confirmed"' -r "$fleet/state/cluster-runs"
	stdout_has '"step":"do@node1","by":"terminal","terminal":"/dev/pts/'
	on_terminal "'$build/clroll/clroll' resume"
	wait_until 20 is_asked_for node2
	echo yes >&9
	expect 0 wait "$terminal"
	leave_terminal
	done_once a
	run 0 clroll report
	stdout_has 'confirmed at the terminal /dev/pts/'
}

# By its key, or for each place; what is to be confirmed is said.
a_run_takes_a_step_by_its_name_alone() {
	start_afresh
	run 4 clroll run --confirm d "$fleet/ask.conf" a
	stderr_has "step 'do@node1' must be confirmed: have some tea"
	stderr_has 'clroll resume --confirm do@node1 2'
	run 4 clroll resume --confirm do@node1
	stderr_has "step 'do@node2' must be confirmed"
	run 0 clroll resume --confirm 'do'
	done_once a
}

a_stop_names_the_runs_that_a_killed_fleet_has_left() {
	begin_and_kill
	run 0 clroll fleet --now stop
	stdout_has 'is not under way'
	stderr_has "-a goes on: 'clroll stop"
	run 0 clroll stop
	rm "$fleet/a.holds"
	run 0 clroll stop --wait 10s
	run 0 clroll fleet resume
	done_once a b
	run 0 clroll fleet stop
	! grep -q 'goes on' "$scratch/stderr" || return 1
}

# The first cluster of each wave waits until the soak time has passed.
it_soaks_between_waves() {
	start_afresh
	begin_in_background --batch 1 --soak 1h -- a b
	wait_until 10 journal_has '"event":"wave-end"'
	run 0 clroll fleet status
	stdout_has ': under way'
	run 0 clroll fleet stop
	ends 4
	done_once a
	not_begun b
	run 0 clroll fleet --soak 0 resume
	done_once a b
}

a_run_that_crashes_touches_no_other() {
	start_afresh
	: >"$fleet/b.holds"
	begin_in_background --max-failures 1 -- a b c
	wait_until 10 started b
	# shellcheck disable=SC2046	# one number
	kill -9 $(head -n 1 "$fleet/state/cluster-runs/"*-b.jsonl |
	    words_of pid)
	rm "$fleet/b.holds"
	ends 71
	done_once a c
	run 4 clroll fleet status
	stdout_has 'b                in trouble: its program has ended: killed'
	run 0 clroll fleet resume
	done_once a b c
}

killed_behind_any_record_it_repeats_and_forgets_nothing() {
	command -v "${CC:-cc}" >/dev/null || skip 'no compiler'
	${CC:-cc} -shared -fPIC -o "$scratch/kill.so" \
	    "$top/tests/fleet/kill.c" || skip 'no library to preload'
	env LD_PRELOAD="$scratch/kill.so" "$build/clroll/clroll" --version \
	    >/dev/null 2>&1 || skip 'nothing can be preloaded'
	number=0
	was_killed=yes
	while [ "$was_killed" = yes ]; do
		number=$((number + 1))
		start_afresh
		status=0
		env NQSTOOLS_KILL_AT="$number" LD_PRELOAD="$scratch/kill.so" \
		    "$build/clroll/clroll" fleet --canary 1 --batch 2 \
		    "$fleet/simple.conf" -- a b c >/dev/null 2>&1 || status=$?
		[ "$status" -eq 137 ] || was_killed=no
		run 0 clroll fleet resume
		done_once a b c
		run 0 clroll fleet status
		stdout_has '3 done'
	done
	# The begin, two waves, three clusters, and the end: 12 records.
	same records 13 "$number"
}

clusters_come_from_a_list() {
	start_afresh
	printf '%s\n' '# all of them' '' ' a ' 'b # the second' >"$scratch/list"
	run 0 roll -f "$scratch/list" -- c
	done_once a b c
	start_afresh
	printf 'a\nb\n' | roll -f - -- >/dev/null
	done_once a b
}

what_is_wrong_is_refused_before_anything_is_begun() {
	start_afresh
	run 64 roll -- a b a
	stderr_has "cluster 'a' stands twice"
	run 64 roll -- a nothing
	stderr_has "there is no cluster 'nothing'"
	run 64 roll --
	stderr_has 'no cluster is named'
	run 64 clroll fleet patch -- a
	stderr_has 'no package is named'
	run 64 clroll fleet nothing -- a
	run 64 roll --batch 0 -- a
	run 64 roll --now -- a
	stderr_has "'--now' is for stop"
	run 64 roll --max-failures 101% -- a
	run 64 clroll fleet status --json
	stderr_has 'stands behind an operand'
	run 64 clroll fleet -f "$scratch/list" resume
	run 64 clroll fleet abort
	stderr_has 'without any, there are status, report, pause, resume and'
	run 64 clroll fleet stop one other
	run 64 clroll fleet --soak 1m pause
	for verb in status pause stop; do
		run 0 clroll fleet "$verb"
		stdout_is 'there is no fleet yet'
		run 64 clroll fleet "$verb" nosuch
	done
	for verb in report resume; do
		run 64 clroll fleet "$verb"
		stderr_has 'there is no fleet yet'
	done
	echo 'a b' >"$scratch/list"
	run 64 roll -f "$scratch/list" --
	not_begun a
}

the_last_one_that_is_not_over_is_resumed() {
	start_afresh
	run 4 roll --until +1m --takes 2m -- a b
	run 0 roll -- c
	run 0 clroll fleet status
	stdout_has ': over'
	run 0 clroll fleet --until +1h resume
	done_once a b c
	run 0 clroll fleet resume
	stdout_has ': over'
}

# Who reads none of it finds the others all the same.
a_fleet_that_nobody_understands_is_passed_over() {
	start_afresh
	run 0 roll -- a
	echo '{"event":"wave","wave":1}' \
	    >"$fleet/state/fleets/29990101T000000Z-fleet-beef.jsonl"
	run 0 clroll fleet status
	stdout_has ': over'
	stderr_has '29990101T000000Z-fleet-beef is passed over: '
	run 65 clroll fleet status 29990101T000000Z-fleet-beef
	run 0 clroll fleet resume
}

# ids: of all fleets that are kept.
ids() {
	find "$fleet/state/fleets" -name '*.jsonl' |
	    sed 's|.*/\(.*\)\.jsonl|\1|' | sort
}

# How long, and how many, is said by the configuration; what can be resumed
# stays.  No lock is left of one that is over.
old_fleets_are_removed() {
	start_afresh
	echo 'history = { keep_last = 1; keep_days = 0; };' |
	    cat "$NQSTOOLS_CONF" - >"$scratch/kept.conf"
	run 4 clroll fleet --until +1m --takes 2m "$fleet/simple.conf" -- a
	left=$(ids)
	run 0 roll -- b
	second=$(ids | grep -v -x "$left")
	run 0 roll -- c
	same fleets 3 "$(ids | wc -l | tr -d ' ')"
	run 0 clroll fleet -c "$scratch/kept.conf" "$fleet/simple.conf" -- d
	same fleets 2 "$(ids | wc -l | tr -d ' ')"
	ids | grep -q -x "$left"
	! ids | grep -q -x "$second" || return 1
	same locks "fleet-$left.lock" \
	    "$(cd "$fleet/locks" && echo fleet-*.lock)"
}

# For who was not there; where the page of a run lies beside it, it is linked.
a_report_tells_what_became_of_each_cluster() {
	start_afresh
	: >"$fleet/b.fails"
	run 1 roll --canary 1 -- a b
	stderr_has "'clroll fleet report 2"
	start_afresh
	: >"$fleet/b.fails"
	run 1 roll --canary 1 --max-failures 1 -- a b c
	run 0 clroll fleet report
	stdout_has ': over'
	stdout_has '3 clusters: 2 done, 1 failed'
	stdout_has ' UTC, with exit code 1'
	stdout_has 'wave 1 of 2, canary'
	grep -q "^  b  *failed  *20.* s: step 'do@node1' failed" \
	    "$scratch/stdout"
	run 0 clroll fleet --json report
	same clusters 'a b c ' "$(grep '"event":"cluster"' \
	    "$scratch/stdout" | words_of cluster)"
	first=$(ids)-a
	run 0 clroll report --html "$scratch/$first.html" "$first"
	run 0 clroll fleet --html "$scratch/fleet.html" report
	same links 1 "$(grep -c '<a href' "$scratch/fleet.html")"
	grep -q "<a href=\"$first.html\">" "$scratch/fleet.html"
	grep -q '<span class="result failed">failed</span>' \
	    "$scratch/fleet.html"
	grep -q '^</html>$' "$scratch/fleet.html"
	run 73 clroll fleet --html "$scratch/fleet.html" report
	run 64 clroll fleet --html - --json report
	run 64 clroll fleet --html "$scratch/other.html" status
	run 64 roll --html "$scratch/other.html" -- a
}

# reached_by NAME KEY KNOWN: a cluster whose nodes are reached by SSH.
reached_by() {
	ssh="config = []; identity = \"$2\"; known_hosts = \"$3\";"
	sed -e 's|local = true|host = "192.0.2.1"|' \
	    -e "s|^ssh = .*|ssh = { $ssh };|" \
	    "$fleet/clusters/a.conf" >"$fleet/clusters/$1.conf"
}

# Of all clusters, not only of the first one; and no node is asked.
no_cluster_is_touched_when_one_is_wrong() {
	start_afresh
	sed 's/group/grup/' "$fleet/clusters/a.conf" >"$fleet/clusters/g.conf"
	ssh-keygen -q -t ed25519 -N '' -f "$scratch/key"
	sed "s/^/192.0.2.1 /" "$scratch/key.pub" >"$scratch/known"
	reached_by h "$scratch/none" "$scratch/known"
	reached_by i "$scratch/key" "$scratch/nobody"
	reached_by j "$scratch/key" "$scratch/known"
	run 78 env SSH_AUTH_SOCK= "$build/clroll/clroll" fleet \
	    "$fleet/simple.conf" -- a g h i j b
	stderr_has "cluster 'g': $fleet/clusters/g.conf:2: there is no key"
	stderr_has "cluster 'h': cannot read the key '$scratch/none'"
	stderr_has "cluster 'i': no host key of node 'node1'"
	stderr_has '3 of 6 clusters cannot be worked on'
	run 64 clroll fleet "$fleet/simple.conf" x=1 -- a b
	stderr_has "has no parameter 'x'"
	sed 's/verify/verfy/' "$fleet/simple.conf" >"$fleet/wrong.conf"
	run 78 clroll fleet -n "$fleet/wrong.conf" -- a b
	run 78 clroll fleet "$fleet/wrong.conf" -- a b
	stderr_has "$fleet/wrong.conf:"
	not_begun a b
	[ ! -e "$fleet/state/fleets" ]
	rm "$fleet/clusters"/[g-j].conf
}

a_changed_procedure_is_not_gone_on_with() {
	start_afresh
	: >"$fleet/a.fails"
	run 1 roll --batch 1 -- a b
	echo '# changed' >>"$fleet/simple.conf"
	run 65 clroll fleet resume
	stderr_has 'the procedure is not what the fleet began with'
	sed -i '$d' "$fleet/simple.conf"
	not_begun b
}

# They could make a fleet that is gone on with, or what a person asks of one.
folders_that_others_may_write_are_refused() {
	start_afresh
	run 0 roll -- a
	for mode in 777 1777; do
		chmod "$mode" "$fleet/state/fleets"
		run 77 roll -- b
		stderr_has "'$fleet/state/fleets' may be written by others"
		for verb in resume status stop pause report; do
			run 77 clroll fleet "$verb"
		done
	done
	[ ! -e "$fleet/b.log" ]
	chmod 700 "$fleet/state/fleets"
	run 0 roll -- b
}

run_tests waves_follow_each_other a_dry_run_changes_nothing \
    only_the_approved_plan_is_carried_out \
    an_approved_fleet_begins_nothing_by_another_file \
    a_failure_ends_it_and_a_person_goes_on \
    a_terminal_shows_what_is_under_way so_many_may_fail_as_was_said \
    a_canary_must_go_well \
    what_cannot_be_reached_is_counted_apart_and_taken_up_again \
    it_is_paused_and_goes_on a_stop_waits_for_what_is_under_way \
    an_urgent_stop_stops_each_run_before_its_next_step \
    signals_stop_it_too an_urgent_stop_reaches_a_run_of_an_earlier_life \
    nothing_is_begun_that_cannot_end_in_time \
    the_time_it_began_with_holds_for_a_later_life \
    a_stop_finds_the_fleet_that_is_under_way \
    several_fleets_under_way_must_be_named \
    what_a_person_must_decide_about_is_named \
    options_of_a_new_fleet_are_refused_for_one_that_there_is \
    a_cluster_that_is_left_as_it_is_is_over_and_not_done \
    a_step_to_be_confirmed_is_no_failure \
    a_person_is_asked_at_the_terminal_for_each_node \
    a_run_takes_a_step_by_its_name_alone \
    a_stop_names_the_runs_that_a_killed_fleet_has_left \
    it_soaks_between_waves a_run_that_crashes_touches_no_other \
    killed_behind_any_record_it_repeats_and_forgets_nothing \
    clusters_come_from_a_list \
    what_is_wrong_is_refused_before_anything_is_begun \
    no_cluster_is_touched_when_one_is_wrong \
    the_last_one_that_is_not_over_is_resumed \
    a_fleet_that_nobody_understands_is_passed_over \
    old_fleets_are_removed \
    a_report_tells_what_became_of_each_cluster \
    a_changed_procedure_is_not_gone_on_with \
    folders_that_others_may_write_are_refused
