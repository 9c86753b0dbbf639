#!/bin/sh
# The upgrade and the patch of a whole cluster with a stop of its site, there
# and back.
# shellcheck disable=SC2317	# tests are called by their names
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/lab/rolling.sh
. "${srcdir:-.}/tests/lab/rolling.sh"

release_package=/root/packages/NECJCpkg-13.1-1.$(uname -m).rpm

prepare() {
	lab_up --release 12.10
}

clean_up() {
	lab down
}

# with_jobs NAME COMMAND [ARGUMENT]...: jobs before, more after, all of them
# exactly once.
with_jobs() {
	name=$1
	shift
	lab run control /root/packages/submit 10.77.0.100 607 1 20 20 \
	    "before-$name" 60 >>"$scratch/jobs"
	probe_begin
	expect 0 "$@"
	probe_end
	lab run control /root/packages/submit 10.77.0.100 607 1 20 20 \
	    "after-$name" 60 >>"$scratch/jobs"
	wait_until 30 all_jobs_are_done
	jobs_ran_once jobs
}

# both_are_at VERSION: both nodes, the site, and nothing is left over.
both_are_at() {
	same node1 "R$1" "$(version_of node1)"
	same node2 "R$1" "$(version_of node2)"
	contains "$(greeting)" "R$1 site siteA on node1"
	adapter node1 health
	same residue '' "$(adapter node1 residue jcgroup)"
}

an_upgrade_takes_all_nodes_and_the_data_along() {
	with_jobs upgrade roll upgrade lab "$release_package"
	both_are_at 13.1
	same outages 1 "$(outages | wc -l)"
}

no_group_may_start_elsewhere_until_all_have_the_release() {
	keys='hold@node2
held@node1
upgrade-standby@node2
upgrade-active@node1
site@node1
release@node2'
	run 3 roll plan --json upgrade lab "$release_package"
	contains "$(value step <"$scratch/stdout" | uniq)" "$keys"
}

an_upgrade_is_put_back_on_all_nodes() {
	run 1 roll rollback
	stderr_has 'are lost'
	expect 0 roll rollback --yes
	contains "$(count_jobs)" ' lost 20 '
	rm "$scratch/jobs"
	both_are_at 12.10
	contains "$(roll status | head -n 1)" ': undone'
}

a_patch_goes_the_same_way() {
	with_jobs again roll upgrade lab "$release_package"
	with_jobs patch roll run cluster-patch lab "$(package 13.1.1)"
	both_are_at 13.1.1
	same outages 1 "$(outages | wc -l)"
}

a_broken_patch_is_taken_back_before_the_site_stops() {
	keep_picture
	probe_begin
	run 1 roll run cluster-patch lab "$(package 13.1.3)"
	stderr_has "step 'patch-standby@node2' failed"
	the_service_never_stopped
	nothing_has_changed
}

a_release_is_no_patch_and_an_older_one_no_upgrade() {
	keep_picture
	probe_begin
	run 1 roll patch lab "$release_package"
	stderr_has "is the package 'NECJCpkg', and not 'NECJCpt'"
	run 1 roll upgrade lab "$(package 13.1.1)"
	stderr_has "none of the packages is a release, 'NECJCpkg'"
	run 1 roll upgrade lab \
	    "/root/packages/NECJCpkg-12.10-1.$(uname -m).rpm"
	stderr_has "is 'NECJCpkg' 12.10-1, and 13.1-1 is installed"
	the_service_never_stopped
	nothing_has_changed
}

run_tests an_upgrade_takes_all_nodes_and_the_data_along \
    no_group_may_start_elsewhere_until_all_have_the_release \
    an_upgrade_is_put_back_on_all_nodes \
    a_patch_goes_the_same_way \
    a_broken_patch_is_taken_back_before_the_site_stops \
    a_release_is_no_patch_and_an_older_one_no_upgrade
