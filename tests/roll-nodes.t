#!/bin/sh
# The rolling patch over three nodes, of which one may not take the group.
# ROLL_TOPOLOGY=all also patches them with a stop of the site.
# shellcheck disable=SC2317	# tests are called by their names
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/lab/rolling.sh
. "${srcdir:-.}/tests/lab/rolling.sh"

topology three
cluster=/etc/nqstools/clusters/lab.conf
procedure=/etc/nqstools/procedures/rolling-patch.conf

prepare() {
	# shellcheck disable=SC2086	# two words
	lab_up $up
	# shellcheck disable=SC2016
	shell control 'echo "runs_on = [ \"node1\", \"node3\" ];" >>"$1"' \
	    sh "$cluster"
}

clean_up() {
	lab down
}

# keys: of the steps in the JSON lines of the input.
keys() {
	value step | uniq
}

a_node_that_may_not_take_the_group_is_refused() {
	run 64 roll move -t node2 lab
	stderr_has "node 'node2' may not take group 'jcgroup'"
	stderr_has "hint: 'runs_on' in "
	same runs 0 "$(run_count)"
}

# service ADDRESS: where that is said to be from now on, with SSH.
service() {
	# shellcheck disable=SC2016
	shell control 'sed -i "/^service = /{
	    s/\"[0-9.]*\"/\"$2\"/; s/port = 607;/& ssh = 22;/; }" "$1"' sh \
	    "$cluster" "$1"
}

a_stranger_at_the_service_address_is_noticed() {
	lab run control cp "$cluster" "$cluster.whole"
	service 10.77.0.254
	run 77 roll patch lab "$(package 13.1.1)"
	stderr_has "the service address 10.77.0.254 of group 'jcgroup' has"
	stderr_has 'hint: somebody else may have the address'
	run 77 roll check lab
	same runs 0 "$(run_count)"
	lab run control cp "$cluster.whole" "$cluster"
	service 10.77.0.100
	run 0 roll check lab
}

the_group_moves_once_to_a_node_that_may_take_it() {
	run 3 roll plan --json patch lab "$(package 13.1.1)"
	same 'steps with an effect on the group' 'patch-standby@node2
patch-standby@node3
failover@node1
failover-site@node3
patch-active@node1
failback@node1
failback-site@node1' "$(keys <"$scratch/stdout" |
	    grep -e '^patch-' -e '^fail')"
	stdout_has '"failover@node1"'
	stdout_has '"jcgroup","node3"'
}

# A node that somebody took away while the run was on its way.
never_are_two_nodes_away() {
	# shellcheck disable=SC2016
	shell control 'mkdir -p "${2%/*}" && awk "
	index(\$0, \"{ id = \\\"peers\\\";\") {
		print \"{ id = \\\"gate\\\"; title = \\\"wait\\\";\"
		print \"on = \\\"standby\\\"; within = \\\"1m\\\";\"
		print \"check = [ \\\"test\\\", \\\"-e\\\", \\\"/run/go\\\" ]; },\"
	}
	{
		sub(\"within = \\\"30s\\\"; },\", \"within = \\\"1s\\\"; },\")
		print
	}" "$1/procedures/rolling-patch.conf" >"$2"' sh "$share" "$procedure"
	# shellcheck disable=SC2016
	in_background run 'exec clroll patch lab "$1"' "$(package 13.1.1)" \
	    2>"$scratch/complaints"
	wait_until 60 grep -q 'node2: wait$' "$scratch/run"
	adapter node1 exclude node3
	at node2 touch /run/go
	code=0
	# shellcheck disable=SC2154	# in_background assigns it
	wait "$pid_of_run" || code=$?
	at node2 rm /run/go
	adapter node1 admit node3
	cat "$scratch/run" "$scratch/complaints"
	same 'exit code' 1 "$code"
	contains "$(cat "$scratch/complaints")" "step 'peers@node2' failed"
	contains "$(cat "$scratch/complaints")" 'node node3 is standby'
	all_are_home R13.1
	lab run control rm "$procedure"
}

a_patch_rolls_over_three_nodes_under_load() {
	probe_begin
	jobs_begin three
	code=0
	roll patch --json lab "$(package 13.1.1)" >"$scratch/events" || code=$?
	jobs_end three
	probe_end
	same 'exit code' 0 "$code"
	is_documented "$scratch/events"
	wait_until 30 all_jobs_are_done
	jobs_ran_once jobs
	same outages 2 "$(outages | wc -l)"
	all_are_home R13.1.1
}

a_whole_cluster_is_put_back() {
	run 0 roll rollback --yes
	all_are_home R13.1
}

a_cluster_of_three_is_patched_with_a_stop() {
	run 0 roll run cluster-patch lab "$(package 13.1.1)"
	all_are_home R13.1.1
	run 0 roll rollback --yes
	all_are_home R13.1
}

more=
[ "${ROLL_TOPOLOGY:-}" != all ] || more=a_cluster_of_three_is_patched_with_a_stop
# shellcheck disable=SC2086	# none, or one
run_tests \
    a_node_that_may_not_take_the_group_is_refused \
    a_stranger_at_the_service_address_is_noticed \
    the_group_moves_once_to_a_node_that_may_take_it \
    never_are_two_nodes_away \
    a_patch_rolls_over_three_nodes_under_load \
    a_whole_cluster_is_put_back $more
