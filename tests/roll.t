#!/bin/sh
# The rolling patch over two real nodes: what it does, and how little of it
# the users see.  Its faults are in roll-faults.t.
# shellcheck disable=SC2317	# tests are called by their names
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/lab/rolling.sh
. "${srcdir:-.}/tests/lab/rolling.sh"

prepare() {
	# shellcheck disable=SC2119	# none of ours are for it
	lab_up
}

clean_up() {
	lab down
}

# keys: of the steps in the JSON lines of the input.
keys() {
	value step | uniq
}

# within EVENTS: each outage lies between the begin and the end of a step
# that moves the group; prints how many there are.
outages_of_moves() {
	awk '
	function field(name) {
		if (!match($0, "\"" name "\":\"[^\"]*\""))
			return ""
		return substr($0, RSTART + length(name) + 4,
		    RLENGTH - length(name) - 5)
	}
	/"event":"begin"/ {
		step = field("step")
		begin = field("time")
	}
	/"event":"outage"/ {
		if (step ~ /^(failover|failback|move)@/ &&
		    field("from") >= begin)
			print step
		else
			print "outside of a move: " $0
		last = field("until")
	}
	/"event":"end"/ {
		if (last > field("time"))
			print "beyond the end of " step
		last = step = ""
	}' "$1"
}

# measured_alike EVENTS: the outages that were told and those that the probe
# saw are the same to 100 ms.
measured_alike() {
	grep '"event":"outage"' "$1" | value seconds >"$scratch/told"
	outages >"$scratch/seen"
	paste "$scratch/told" "$scratch/seen" | awk '
	NF != 2 || $1 - $2 > 0.1 || $2 - $1 > 0.1 {
		print "told " $1 ", seen " $2
		wrong = 1
	}
	END {
		exit wrong || NR == 0
	}'
}

# both_nodes_have VERSION: by the packages, by the files, by the answer.
both_nodes_have() {
	file=$(package "$1")
	for node in node1 node2; do
		at "$node" nqsupd package verify \
		    "/var/lib/nqstools/packages/${file##*/}"
		same version "R$1" "$(version_of "$node")"
		# shellcheck disable=SC2016
		shell "$node" 'cd "/usr/lib/nqs/patch/$1" &&
		    find . -type f -exec sha256sum {} + >/run/sums &&
		    cd /usr/lib/nqs && sha256sum --quiet -c /run/sums &&
		    test -s /run/sums' sh "$1"
	done
}

nothing_is_left_over() {
	same holder node1 "$(adapter node2 where jcgroup)"
	same residue '' "$(adapter node1 residue jcgroup)"
	for node in node1 node2; do
		expect 3 adapter node1 excluded "$node"
		run 0 at "$node" nqsupd status
		stdout_has ': done'
		at "$node" nqsupd check
	done
	run 0 roll status
	stdout_has ': done'
}

# roll_under_load VERSION: with the outages seen from the outside.
roll_under_load() {
	at control /root/packages/submit 10.77.0.100 607 1 3 40 "$1-before" \
	    60 >"$scratch/first"
	probe_begin
	jobs_begin "$1-during"
	code=0
	roll patch --json lab "$(package "$1")" >"$scratch/events" || code=$?
	jobs_end "$1"
	probe_end
	cat "$scratch/first" >>"$scratch/jobs"
	same 'exit code' 0 "$code"
	is_documented "$scratch/events"
	wait_until 30 all_jobs_are_done
}

the_plan_is_shown_and_nothing_changed() {
	keep_picture
	run 3 roll plan --json patch lab "$(package 13.1.1)"
	keys <"$scratch/stdout" >"$scratch/plan"
	[ "$(wc -l <"$scratch/plan")" -gt 10 ]
	run 3 roll patch -n --json lab "$(package 13.1.1)"
	keys <"$scratch/stdout" | diff "$scratch/plan" -
	run 3 roll patch -n lab "$(package 13.1.1)"
	stdout_has 'nqsupd patch --role standby'
	nothing_has_changed
	same runs 0 "$(run_count)"
}

several_packages_are_brought_one_by_one() {
	run 3 roll plan --json patch lab "$(package 13.1.1)" \
	    "$(package 13.1.2)"
	same steps 'copy.1@node1
copy.2@node1
copy.1@node2
copy.2@node2' "$(keys <"$scratch/stdout" | grep copy)"
	stdout_has "/NECJCpt-13.1.1-1.$(uname -m).rpm\",\"/"
}

packages_that_bring_one_file_differently_are_refused() {
	keep_picture
	probe_begin
	run 1 roll patch lab "$(package 13.1.1)" "$(package 13.1.2)"
	stderr_has "step 'inspect"
	stderr_has "both bring '/usr/lib/nqs/"
	the_service_never_stopped
	nothing_has_changed
}

a_patch_rolls_over_the_cluster_under_load() {
	roll_under_load 13.1.1
	tail -n 1 "$scratch/events" | grep '"exit":0'
	both_nodes_have 13.1.1
	contains "$(greeting)" 'R13.1.1 site siteA on node1'
	nothing_is_left_over
}

every_job_ran_exactly_once() {
	jobs_ran_once jobs
	[ "$(wc -l <"$scratch/jobs")" -gt 30 ]
}

the_service_was_away_only_while_it_moved() {
	same 'steps with outages' 'failover@node1
failback@node1' "$(outages_of_moves "$scratch/events")"
}

the_outages_told_are_those_that_users_saw() {
	measured_alike "$scratch/events"
	[ "$(wc -l <"$scratch/seen")" -eq 2 ]
}

the_run_took_the_steps_of_its_plan() {
	grep -e '"event":"begin"' -e '"result":"skipped"' "$scratch/events" |
	    keys | diff "$scratch/plan" -
}

the_local_sites_are_stopped_as_before() {
	for node in node1 node2; do
		at "$node" nqsupd ps -s local --expect stopped
	done
}

what_is_applied_is_not_applied_again() {
	keep_picture
	probe_begin
	run 0 roll patch lab "$(package 13.1.1)"
	stdout_has 'skipped: it is so already'
	the_service_never_stopped
	nothing_has_changed
	run 0 roll status
	stdout_has ': done'
	for node in node1 node2; do
		stdout_has "  skipped  inspect@$node"
	done
	stdout_has '  skipped  failover@node1'
}

local_sites_that_run_go_on_with_the_next_patch() {
	for node in node1 node2; do
		at "$node" /usr/lib/nqs/nqsstart
	done
	roll_under_load 13.1.2
	both_nodes_have 13.1.2
	contains "$(greeting)" 'R13.1.2 site siteA on node1'
	nothing_is_left_over
	for node in node1 node2; do
		at "$node" nqsupd ps -s local --expect running
		at "$node" probe -1 127.0.0.1 607 >"$scratch/local"
		grep "R13.1.2 site local on $node" "$scratch/local"
	done
	every_job_ran_exactly_once
	the_service_was_away_only_while_it_moved
	the_outages_told_are_those_that_users_saw
}

the_group_moves_and_comes_home() {
	probe_begin
	run 0 roll move --json lab
	cp "$scratch/stdout" "$scratch/events"
	contains "$(greeting)" 'on node2'
	same residue '' "$(adapter node1 residue jcgroup)"
	run 0 roll move -t node2 lab
	stdout_has 'on node2 already'
	run 0 roll home --json lab
	cat "$scratch/stdout" >>"$scratch/events"
	probe_end
	contains "$(greeting)" 'on node1'
	same residue '' "$(adapter node1 residue jcgroup)"
	run 0 roll home lab
	stdout_has 'on node1 already'
	same 'steps with outages' 'move@node2
move@node1' "$(outages_of_moves "$scratch/events")"
	the_outages_told_are_those_that_users_saw
}

run_tests \
    the_plan_is_shown_and_nothing_changed \
    several_packages_are_brought_one_by_one \
    packages_that_bring_one_file_differently_are_refused \
    a_patch_rolls_over_the_cluster_under_load \
    every_job_ran_exactly_once \
    the_service_was_away_only_while_it_moved \
    the_outages_told_are_those_that_users_saw \
    the_run_took_the_steps_of_its_plan \
    the_local_sites_are_stopped_as_before \
    what_is_applied_is_not_applied_again \
    local_sites_that_run_go_on_with_the_next_patch \
    the_group_moves_and_comes_home
