#!/bin/sh
# The rolling patch over two nodes of which each is active for a group and
# stands by for the other's.  ROLL_TOPOLOGY=all also patches and upgrades them
# with a stop of the sites, and puts that back.
# shellcheck disable=SC2317	# tests are called by their names
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/lab/rolling.sh
. "${srcdir:-.}/tests/lab/rolling.sh"

topology mutual

prepare() {
	lab_up "$up"
}

clean_up() {
	lab down
}

# keys: of the steps in the JSON lines of the input.
keys() {
	value step | uniq
}

a_node_is_freed_patched_and_gets_its_group_back_before_the_next() {
	run 3 roll plan --json patch lab "$(package 13.1.1)"
	same 'steps with an effect on a group' 'failover:jcgroup@node1
failover-site:jcgroup@node2
patch-active@node1
failback:jcgroup@node1
failback-site:jcgroup@node1
failover:jcgroup2@node2
failover-site:jcgroup2@node1
patch-active@node2
failback:jcgroup2@node2
failback-site:jcgroup2@node2' "$(keys <"$scratch/stdout" |
	    grep -e '^patch-' -e '^fail')"
	all_are_home R13.1
}

one_of_several_groups_must_be_named_to_move() {
	run 64 roll move lab
	stderr_has "'lab' has several groups: say which one is to move"
	run 64 roll move -g nothing lab
	stderr_has "'lab' has no group 'nothing'"
	run 0 roll move -g jcgroup2 lab
	run 0 roll status lab
	stdout_has 'group jcgroup is on node1, its home'
	stdout_has 'group jcgroup2 is on node1, away from its home'
	run 0 roll home lab
	run 0 roll home lab
	stdout_has "group 'jcgroup2' is on node2 already"
	all_are_home R13.1
	stdout_has 'residue of jcgroup2 ok      none'
}

a_patch_rolls_over_both_under_load() {
	jobs_begin one
	jobs_begin two jobs2 10.77.0.101
	code=0
	roll patch --json lab "$(package 13.1.1)" >"$scratch/events" || code=$?
	jobs_end one
	jobs_end two jobs2 10.77.0.101
	same 'exit code' 0 "$code"
	is_documented "$scratch/events"
	all_are_home R13.1.1
}

every_job_of_both_sites_ran_exactly_once() {
	wait_until 30 all_jobs_are_done
	wait_until 30 all_jobs_are_done jobs2 siteB
	jobs_ran_once jobs
	jobs_ran_once jobs2 siteB
}

the_outages_are_told_by_group() {
	for group in jcgroup jcgroup2; do
		same "outages of $group" 2 "$(grep '"event":"outage"' \
		    "$scratch/events" | grep -c "\"group\":\"$group\"")"
	done
}

both_are_put_back() {
	run 0 roll rollback --yes
	all_are_home R13.1
}

both_are_patched_with_a_stop() {
	run 0 roll run cluster-patch lab "$(package 13.1.1)"
	all_are_home R13.1.1
	run 0 roll rollback --yes
	all_are_home R13.1
}

# In a lab of its own, with the release before.
both_are_upgraded_with_a_stop() {
	lab down
	lab_up "$up" --release 12.10
	all_are_home R12.10
	rm "$scratch/jobs" "$scratch/jobs2"
	jobs_begin one
	jobs_begin two jobs2 10.77.0.101
	code=0
	roll upgrade lab "/root/packages/NECJCpkg-13.1-1.$(uname -m).rpm" ||
	    code=$?
	jobs_end one
	jobs_end two jobs2 10.77.0.101
	same 'exit code' 0 "$code"
	is_documented "$scratch/events"
	all_are_home R13.1
	every_job_of_both_sites_ran_exactly_once
	run 0 roll rollback --yes
	all_are_home R12.10
}

more=
[ "${ROLL_TOPOLOGY:-}" != all ] ||
    more='both_are_patched_with_a_stop both_are_upgraded_with_a_stop'
# shellcheck disable=SC2086	# none, or two
run_tests \
    a_node_is_freed_patched_and_gets_its_group_back_before_the_next \
    one_of_several_groups_must_be_named_to_move \
    a_patch_rolls_over_both_under_load \
    every_job_of_both_sites_ran_exactly_once \
    the_outages_are_told_by_group \
    both_are_put_back $more
