#!/bin/sh
# nqsupd on the nodes of a real cluster, killed with kill -9 once at every step
# of the guide's upgrade (3.1) and patch (3.2), on the standby and on the active
# node, there and back.  Resumed each time, the node must end as after a run
# that nobody disturbed, and put back, bit for bit as before; what status says
# in between must be so.
#
#	NQSUPD_KILL_SHIFT=N	kills at other records of the steps (default 0)
# shellcheck disable=SC2317	# tests are called by their names
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/lab/struck.sh
. "$top/tests/lab/struck.sh"

# ---- runs ------------------------------------------------------------------

# begin NODE ARGUMENT...: starts nqsupd there; its exit code goes to /run/ended.
begin() {
	node=$1
	shift
	# shellcheck disable=SC2016
	shell "$node" 'rm -f /run/ended
	    (nqsupd "$@"; echo $? >/run/ended.new
	    mv /run/ended.new /run/ended) </dev/null >>/root/struck 2>&1 &' \
	    sh "$@" </dev/null
}

has_ended() {
	[ -e "$(inside "$node" /run/ended)" ]
}

ended() {
	wait_until 120 has_ended || return 1
	cat "$(inside "$node" /run/ended)"
}

# node_journal NODE RUN
node_journal() {
	at "$1" cat "$state/runs/$2.jsonl" </dev/null
}

# is_halted: or there is nothing to wait for any more.
is_halted() {
	[ -e "$halted" ] || has_ended
}

# kill_halted NUMBER: who was halted; with an odd number, its parent, which
# waits for it, first.
kill_halted() {
	read -r pid _ <"$halted"
	# shellcheck disable=SC2016
	shell "$node" '
	parent=$(ps -o ppid= -p "$1" | tr -d " ")
	case $(($2 % 2)):$(ps -o comm= -p "${parent:-0}") in
	1:nqsupd) kill -9 "$parent" ;;
	esac
	kill -9 "$1"' sh "$pid" "$1" </dev/null
}

# nothing_runs: of what was killed, neither do its commands.
nothing_runs() {
	! at "$node" ps -e -o comm= </dev/null |
	    grep -q -x -e nqsupd -e nqsbackup -e rpm -e nqsstart -e nqsstop
}

# status_is_true RUN: nqsupd is dead.
status_is_true() {
	code=0
	at "$node" nqsupd status "$1" >"$scratch/status" </dev/null || code=$?
	line=$(head -n 1 "$scratch/status")
	case $code:$line in
	4:*': broken off' | 0:*': done' | 0:*': undone') ;;
	*)	echo "status: exit code $code, $line"
		return 1 ;;
	esac
}

# targets FIRST: "EVENT STEP", a record of each step of the journal on standard
# input behind FIRST records.
targets() {
	steps_of run "$1" | some_of "${NQSUPD_KILL_SHIFT:-0}" |
	    awk '{ print $3, $4 }'
}

# struck CODE NODE RUN FIRST ARGUMENT...: nqsupd is begun with the arguments,
# killed at every target in $scratch/targets, behind FIRST records, and resumed
# until it ends with CODE.
struck() {
	wanted=$1
	node=$2
	run=$3
	first=$(($4 + 1))
	shift 4
	number=0
	while read -r event step <&4; do
		number=$((number + 1))
		arm_at "$node" "$run.jsonl" "$first" "$(record_of "$event" "$step")"
		begin "$node" "$@"
		wait_until 120 is_halted
		[ -e "$halted" ] || {
			echo "ended with $(ended) before '$event' of '$step'"
			at "$node" tail -n 40 /root/struck
			return 1
		}
		kill_halted "$number"
		ended >/dev/null
		wait_until 60 nothing_runs
		status_is_true "$run"
		set -- resume "$run"
	done 4<"$scratch/targets"
	begin "$node" "$@"
	same "exit code, after $number kills" "$wanted" "$(ended)" || {
		at "$node" tail -n 40 /root/struck </dev/null
		return 1
	}
	wait_until 60 nothing_runs
}

# ---- a procedure, there and back -------------------------------------------

# calm NODE VERB PACKAGE: nobody disturbs; keeps what the node looks like and
# the journal.
calm() {
	calm=calm-$1-$2
	picture "$1" >"$scratch/before"
	at "$1" nqsupd "$2" --run-id "$calm" "$3" </dev/null
	picture "$1" | without_times >"$scratch/after"
	node_journal "$1" "$calm" >"$scratch/there"
	at "$1" nqsupd rollback --yes "$calm" </dev/null
	picture "$1" | diff "$scratch/before" -
	node_journal "$1" "$calm" >"$scratch/back"
}

# walk NODE VERB PACKAGE
walk() {
	calm "$@"
	targets 0 <"$scratch/there" >"$scratch/targets"
	struck 0 "$1" "struck-$1-$2" 0 "$2" --run-id "struck-$1-$2" "$3"
	picture "$1" | without_times | diff "$scratch/after" -
	at "$1" nqsupd status --expect 'done' "struck-$1-$2" </dev/null
	targets "$(wc -l <"$scratch/there")" <"$scratch/back" \
	    >"$scratch/targets"
	struck 0 "$1" "struck-$1-$2" \
	    "$(node_journal "$1" "struck-$1-$2" | wc -l)" \
	    rollback --yes "struck-$1-$2"
	picture "$1" | diff "$scratch/before" -
	at "$1" nqsupd status --expect undone "struck-$1-$2" </dev/null
}

an_upgrade_of_the_standby_is_killed_at_every_step() {
	walk node2 upgrade "$release"
}

an_upgrade_of_the_active_node_is_killed_at_every_step() {
	walk node1 upgrade "$release"
}

a_patch_of_the_standby_is_killed_at_every_step() {
	both_are_upgraded
	walk node2 patch "$patch"
}

a_patch_of_the_active_node_is_killed_at_every_step() {
	both_are_upgraded
	walk node1 patch "$patch"
}

# A broken patch goes back by itself; it is killed on that way.
a_broken_patch_is_killed_at_every_step_of_its_way_back() {
	both_are_upgraded
	picture node2 >"$scratch/before"
	expect 1 at node2 nqsupd patch --run-id calm-broken "$broken" </dev/null
	node_journal node2 calm-broken |
	    awk '/"result":"failed"/ { failed = 1 } failed' |
	    targets 0 >"$scratch/targets"
	struck 1 node2 struck-broken 0 patch --run-id struck-broken "$broken"
	picture node2 | diff "$scratch/before" -
	at node2 nqsupd status --expect undone struck-broken </dev/null
}

run_tests \
	an_upgrade_of_the_standby_is_killed_at_every_step \
	an_upgrade_of_the_active_node_is_killed_at_every_step \
	a_patch_of_the_standby_is_killed_at_every_step \
	a_patch_of_the_active_node_is_killed_at_every_step \
	a_broken_patch_is_killed_at_every_step_of_its_way_back
