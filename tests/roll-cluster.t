#!/bin/sh
# The rolling patch over two real nodes whose cluster software does not do what
# it should: the target refuses the group, or takes for ever to start it, the
# group comes back, the cluster is split in two, or it does not answer.
# ROLL_TOPOLOGY=all waits for that, too, which takes a minute.
# shellcheck disable=SC2016	# what nodes are to expand
# shellcheck disable=SC2317	# tests are called by their names
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/lab/rolling.sh
. "${srcdir:-.}/tests/lab/rolling.sh"

procedure=/etc/nqstools/procedures/rolling-patch.conf

prepare() {
	# shellcheck disable=SC2119	# none of ours are for it
	lab_up
	may_refuse node2
	lab run control mkdir -p "${procedure%/*}"
	keep_picture
}

clean_up() {
	lab down
}

# adapted SCRIPT: the procedure, changed by a script of sed, from now on.
adapted() {
	shell control 'sed "$1" "$2/procedures/rolling-patch.conf" >"$3"' \
	    sh "$1" "$share" "$procedure"
}

# with_gate STEP ROLE: a run waits before that step for the file /run/go on the
# node of that role, and no other step has much time.
with_gate() {
	adapted '/{ id = "'"$1"'";/i \
	{ id = "gate"; title = "wait"; on = "'"$2"'"; within = "2m"; \
	check = [ "test", "-e", "/run/go" ]; },
	s/within = "30s"; },/within = "2s"; },/'
}

# roll_behind: the patch, in the background; run_behind_ends CODE
roll_behind() {
	in_background run 'exec clroll patch lab "$1"' "$(package 13.1.1)" \
	    2>"$scratch/complaints"
}

run_behind_ends() {
	code=0
	# shellcheck disable=SC2154	# in_background assigns it
	wait "$pid_of_run" || code=$?
	lab run control rm -f /run/run
	cat "$scratch/run" "$scratch/complaints"
	same 'exit code' "$1" "$code"
}

# is_whole: the ring is healed, and both nodes know the same of the group.
is_whole() {
	for node in node1 node2; do
		adapter "$node" health && adapter "$node" where jcgroup node1 ||
		    return 1
	done
}

# The group is on one node, whichever, and no longer on both.
is_single() {
	holds_itself node1 || holds_itself node2
}

# holds_itself NODE: it says so.
holds_itself() {
	adapter "$1" where jcgroup "$1"
}

a_target_that_refuses_the_group_is_told_and_all_is_put_back() {
	adapted 's/within = "10m"/within = "15s"/'
	at node2 touch /run/refuse
	run 1 roll patch lab "$(package 13.1.1)"
	stderr_has "step 'failover@node1' failed"
	stderr_has 'pacemaker: group jcgroup is on node1; resource site is barred'
	stdout_has 'not done: everything was put back'
	same holder node1 "$(adapter node1 where jcgroup)"
	run 0 roll status
	stdout_has ': undone'
	run 3 roll check lab
	stdout_has 'resource site is barred from node2 by its failures'
}

a_node_that_has_refused_gets_no_other_chance() {
	probe_begin
	run 1 roll patch lab "$(package 13.1.1)"
	stderr_has "step 'health@node1'"
	stderr_has 'barred from node2'
	the_service_never_stopped
	at node2 rm /run/refuse
	at node1 crm_resource --resource jcgroup --cleanup
	wait_until 30 is_whole
	nothing_has_changed
}

a_failover_that_does_not_end_is_taken_back() {
	adapted 's/within = "10m"/within = "15s"/'
	at node2 touch /run/linger
	roll_behind
	wait_until 60 grep -q '^going back' "$scratch/run"
	at node2 rm /run/linger
	run_behind_ends 1
	contains "$(cat "$scratch/complaints")" "step 'failover@node1' failed"
	contains "$(cat "$scratch/run")" 'not done: everything was put back'
	wait_until 30 is_whole
	nothing_has_changed
}

a_group_that_comes_back_is_left_there() {
	with_gate patch-active active
	roll_behind
	wait_until 60 grep -q 'node1: wait$' "$scratch/run"
	adapter node2 move jcgroup node1
	wait_until 60 holds_itself node1
	at node1 touch /run/go
	run_behind_ends 1
	at node1 rm /run/go
	contains "$(cat "$scratch/complaints")" "step 'patch-active@node1' failed"
	contains "$(cat "$scratch/complaints")" "the node holds"
	contains "$(cat "$scratch/run")" 'not done: everything was put back'
	wait_until 30 is_whole
	nothing_has_changed
}

a_cluster_that_is_split_is_left_to_a_person() {
	runs=$(run_count)
	lab cut node2 ring
	wait_until 60 holds_itself node2
	run 5 roll patch lab "$(package 13.1.1)"
	stderr_has 'the nodes contradict each other: '
	stderr_has 'hint: the cluster may be split'
	run 5 roll home lab
	run 5 roll check lab
	same runs "$runs" "$(run_count)"
	lab heal node2 ring
	wait_until 60 is_whole
	nothing_has_changed
}

# The group is on node2, which has the patch; cut off, node1 takes it, too.
a_cluster_that_splits_on_the_way_is_not_made_worse() {
	with_gate holds target
	roll_behind
	wait_until 60 grep -q 'node2: wait$' "$scratch/run"
	lab cut node2 ring
	wait_until 60 holds_itself node1
	at node2 touch /run/go
	run_behind_ends 5
	at node2 rm /run/go
	contains "$(cat "$scratch/run")" 'node node1 is offline'
	contains "$(cat "$scratch/complaints")" "the node holds 'jcgroup' now"
	run 5 roll status
	stdout_has '  stuck    patch-standby@node2'
	same 'version on node1' R13.1 "$(version_of node1)"
	same 'version on node2' R13.1.1 "$(version_of node2)"
}

what_was_left_is_put_back_when_the_cluster_is_whole() {
	lab heal node2 ring
	wait_until 60 adapter node1 health
	wait_until 60 adapter node2 health
	# Which node keeps the group the cluster software has decided.
	wait_until 60 is_single
	is_whole || go_home
	run 1 roll resume
	stdout_has 'everything was put back'
	wait_until 60 is_whole
	nothing_has_changed
}

cluster_software_that_does_not_answer_is_named() {
	lab run control rm -f "$procedure"
	shell node2 'kill -STOP $(pgrep pacemaker)'
	run 69 roll patch lab "$(package 13.1.1)"
	stderr_has 'does not answer on node2: ended at its time limit'
	shell node2 'kill -CONT $(pgrep pacemaker)'
	wait_until 60 is_whole
}

more=
[ "${ROLL_TOPOLOGY:-}" != all ] ||
    more=cluster_software_that_does_not_answer_is_named
# shellcheck disable=SC2086	# none, or one
run_tests \
    a_target_that_refuses_the_group_is_told_and_all_is_put_back \
    a_node_that_has_refused_gets_no_other_chance \
    a_failover_that_does_not_end_is_taken_back \
    a_group_that_comes_back_is_left_there \
    a_cluster_that_is_split_is_left_to_a_person \
    a_cluster_that_splits_on_the_way_is_not_made_worse \
    what_was_left_is_put_back_when_the_cluster_is_whole $more
