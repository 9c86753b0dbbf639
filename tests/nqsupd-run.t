#!/bin/sh
# nqsupd by hand on the nodes of a real cluster: the guide's upgrade (3.1) and
# patch (3.2), on the standby and on the active node, there and back.
# shellcheck disable=SC2317	# tests are called by their names
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/lab/rolling.sh
. "${srcdir:-.}/tests/lab/rolling.sh"

release_package=NECJCpkg-13.1-1.$(uname -m).rpm

# give NODE FILE: copies a package of the control node to /root of a node.
give() {
	shell control 'cat "/root/packages/$1"' sh "$2" |
	    shell "$1" 'cat >"/root/$1"' sh "$2"
}

prepare() {
	lab_up --release 12.10
	for node in node1 node2; do
		for file in "$release_package" \
		    "NECJCpt-13.1.1-1.$(uname -m).rpm" \
		    "NECJCpt-13.1.3-1.$(uname -m).rpm"; do
			give "$node" "$file"
		done
	done
}

clean_up() {
	lab down
}

# settings NODE: what an upgrade would take away, had it no backup.
settings() {
	shell "$1" 'cd /usr/lib/nqs/rc && find . -type f -exec sha256sum {} +
	    cd /usr/spool/nqs && find users private -type f -exec sha256sum {} +' |
	    sort -k 2
}

has_version() {
	same version "R$2" "$(version_of "$1")"
}

refuses_an_upgrade_without_a_way_back() {
	shell node2 'mkdir /root/away && mv /var/lib/nqstools/packages/* /root/away'
	code=0
	at node2 nqsupd upgrade "/root/$release_package" 2>"$scratch/err" ||
	    code=$?
	shell node2 'mv /root/away/* /var/lib/nqstools/packages && rmdir /root/away'
	same 'exit code' 1 "$code"
	contains "$(cat "$scratch/err")" 'there would be no way back'
	# shellcheck disable=SC2016
	same run '' "$(shell node2 'ls "$1/runs" 2>/dev/null' sh "$state")"
}

refuses_the_procedure_of_the_other_role() {
	picture node2 >"$scratch/before"
	run 1 at node2 nqsupd upgrade --role active "/root/$release_package"
	stdout_has 'step failed'
	picture node2 | diff "$scratch/before" -
	picture node1 >"$scratch/before"
	run 1 at node1 nqsupd upgrade --role standby "/root/$release_package"
	stderr_has 'holds'
	picture node1 | diff "$scratch/before" -
}

an_upgrade_of_the_standby_keeps_its_settings() {
	settings node2 >"$scratch/settings"
	[ -s "$scratch/settings" ]
	at node2 nqsupd upgrade "/root/$release_package"
	has_version node2 13.1
	settings node2 | diff "$scratch/settings" -
	expect 3 adapter node1 excluded node2
	contains "$(greeting)" 'R12.10 site siteA on node1'
}

an_upgrade_that_is_done_is_put_back_only_when_it_is_confirmed() {
	run 1 at node2 nqsupd rollback
	stderr_has 'are lost'
	stderr_has '--yes'
	has_version node2 13.1
}

an_upgrade_of_the_standby_is_put_back() {
	at node2 nqsupd rollback --yes
	has_version node2 12.10
	settings node2 | diff "$scratch/settings" -
	contains "$(at node2 nqsupd status | head -n 1)" ': undone'
	at node2 nqsupd status --expect undone
	run 0 at node2 nqsupd rollback
	stdout_has 'nothing is left to put back'
	at node2 nqsupd check
}

an_upgrade_of_the_active_node_keeps_the_data_of_the_site() {
	lab run control /root/packages/submit 10.77.0.100 607 1 20 20 before 60 \
	    >"$scratch/jobs"
	wait_until 30 all_jobs_are_done
	settings node1 >"$scratch/settings"
	run 0 at node1 nqsupd upgrade --run-id active "/root/$release_package"
	stdout_has 'not carried over by an upgrade, before:
        | local: 0 requests
        | local: 0 trackers
        | siteA: 0 requests
        | siteA: 20 trackers'
	stdout_has 'not carried over by an upgrade, after:
        | local: 0 requests
        | local: 0 trackers
        | siteA: 0 requests
        | siteA: 0 trackers
all done'
	run 0 at node1 nqsupd report active
	stdout_has 'siteA: 20 trackers'
	has_version node1 13.1
	settings node1 | diff "$scratch/settings" -
	contains "$(greeting)" 'R13.1 site siteA on node1'
	adapter node1 health
	same residue '' "$(adapter node1 residue jcgroup)"
	count_jobs
}

the_standby_is_upgraded_after_a_site_that_was_running() {
	at node2 nqsupd site start local
	at node2 nqsupd upgrade "/root/$release_package"
	has_version node2 13.1
	at node2 nqsupd ps -s local --expect running
}

a_patch_leaves_a_running_local_site_running() {
	at node2 nqsupd patch "/root/NECJCpt-13.1.1-1.$(uname -m).rpm"
	has_version node2 13.1.1
	at node2 nqsupd ps -s local --expect running
	at node2 nqsupd package verify \
	    "/root/NECJCpt-13.1.1-1.$(uname -m).rpm"
	at node2 nqsupd rollback --yes
	has_version node2 13.1
	at node2 nqsupd ps -s local --expect running
	at node2 nqsupd site stop local
}

a_broken_patch_of_the_active_node_is_taken_back() {
	picture node1 >"$scratch/before"
	run 1 at node1 nqsupd patch "/root/NECJCpt-13.1.3-1.$(uname -m).rpm"
	stderr_has 'not applied'
	picture node1 | diff "$scratch/before" -
	contains "$(greeting)" 'R13.1 site siteA on node1'
	adapter node1 health
	same residue '' "$(adapter node1 residue jcgroup)"
}

a_patch_of_the_active_node_stops_its_site_once() {
	probe_begin
	at node1 nqsupd patch "/root/NECJCpt-13.1.1-1.$(uname -m).rpm"
	probe_end
	same outages 1 "$(outages | wc -l)"
	contains "$(greeting)" 'R13.1.1 site siteA on node1'
	adapter node1 health
	same residue '' "$(adapter node1 residue jcgroup)"
	expect 0 at node1 nqsupd status --expect 'done'
}

an_older_run_is_not_put_back_under_a_later_one() {
	older=$(at node2 nqsupd status | sed -n '1s/^run \([^:]*\):.*/\1/p')
	give node2 "NECJCpt-13.1.2-1.$(uname -m).rpm"
	at node2 nqsupd patch --run-id later \
	    "/root/NECJCpt-13.1.2-1.$(uname -m).rpm"
	picture node2 >"$scratch/before"
	run 1 at node2 nqsupd rollback --yes "$older"
	stderr_has "run later stands on run $older"
	stderr_has 'hint: put run later back first'
	picture node2 | diff "$scratch/before" -
	at node2 nqsupd rollback --yes later
	at node2 nqsupd rollback --yes "$older"
	has_version node2 13.1
}

a_run_of_the_active_node_is_put_back_only_there() {
	adapter node1 move jcgroup node2
	wait_until 30 adapter node1 where jcgroup node2
	picture node1 >"$scratch/before"
	run 1 at node1 nqsupd rollback --yes
	stderr_has "'jcgroup' is on node 'node2' now"
	picture node1 | diff "$scratch/before" -
	go_home
}

a_node_of_a_cluster_is_no_single_one() {
	run 64 at node2 nqsupd patch --role single \
	    "/root/NECJCpt-13.1.1-1.$(uname -m).rpm"
	stderr_has 'is not a single one'
}

the_same_name_does_the_same_run_once() {
	file=/root/NECJCpt-13.1.1-1.$(uname -m).rpm
	at node2 nqsupd patch --run-id tonight "$file"
	run 0 at node2 nqsupd patch --run-id tonight "$file"
	stdout_has 'all done'
	# shellcheck disable=SC2016
	same runs 1 "$(shell node2 'ls "$1/runs" | grep -c tonight' sh \
	    "$state")"
	# shellcheck disable=SC2016
	same begins 1 "$(shell node2 'grep "\"event\":\"begin\"" \
	    "$1/runs/tonight.jsonl" | grep -c "\"install\""' sh "$state")"
}

run_tests refuses_an_upgrade_without_a_way_back \
    refuses_the_procedure_of_the_other_role \
    an_upgrade_of_the_standby_keeps_its_settings \
    an_upgrade_that_is_done_is_put_back_only_when_it_is_confirmed \
    an_upgrade_of_the_standby_is_put_back \
    an_upgrade_of_the_active_node_keeps_the_data_of_the_site \
    the_standby_is_upgraded_after_a_site_that_was_running \
    a_patch_leaves_a_running_local_site_running \
    a_broken_patch_of_the_active_node_is_taken_back \
    a_patch_of_the_active_node_stops_its_site_once \
    a_run_of_the_active_node_is_put_back_only_there \
    a_node_of_a_cluster_is_no_single_one \
    the_same_name_does_the_same_run_once \
    an_older_run_is_not_put_back_under_a_later_one
