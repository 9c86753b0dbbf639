#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# A rolling patch over the demo with each cluster software that is simulated:
# the adapters do all that a run asks of them, and leave nothing.
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/terminal.sh
. "${srcdir:-.}/tests/terminal.sh"

demo=$scratch/demo
cluster=$top/tests/demo/cluster
packages=${JOBCENTER_PACKAGES:-$scratch/packages}

prepare() {
	command -v rpmbuild >/dev/null || skip 'no rpmbuild'
	command -v sshd >/dev/null || skip 'no sshd'
	[ -f Makefile ] || skip 'no build of the tools'
	"$top/tests/jobcenter/build" "$packages"
	"$cluster" up -b "$build" -p "$packages" "$demo"
}

clean_up() {
	"$cluster" down "$demo"
}

# A cluster without patches, with the tools that it has.
start_afresh() {
	"$cluster" down "$demo"
	rm -rf "$demo/made" "$demo/node1" "$demo/node2" "$demo/shared" \
	    "$demo/store" "$demo/control"
	"$cluster" up --no-tools "$demo"
}

clroll() {
	"$cluster" run "$demo" control clroll "$@"
}

# has_patch VERSION NODE
has_patch() {
	"$cluster" run "$demo" "$2" nqsupd package verify \
	    "$demo/packages/NECJCpt-$1-1.$(uname -m).rpm"
}

# rolls ADAPTER VERSION
rolls() {
	"$cluster" use "$demo" "$1"
	clroll patch --yes demo "$demo/packages/NECJCpt-$2-1.$(uname -m).rpm"
	has_patch "$2" node1
	has_patch "$2" node2
	same where node1 "$("$cluster" where "$demo")"
	clroll check demo
	# Every command was asked by the node itself.
	grep -q '^node1: ' "$demo/cluster/model/log"
	grep -q '^node2: ' "$demo/cluster/model/log"
}

serviceguard() {
	rolls serviceguard 13.1.1
}

vcs() {
	rolls vcs 13.1.2
}

powerha() {
	start_afresh
	rolls powerha 13.1.1
}

expresscluster() {
	rolls expresscluster 13.1.2
}

solaris_cluster() {
	start_afresh
	rolls solaris-cluster 13.1.1
}

clusterware() {
	rolls clusterware 13.1.2
}

# The group cannot be started on node2: all is put back, nothing remains.
a_failover_that_fails_is_taken_back() {
	start_afresh
	"$cluster" use "$demo" serviceguard
	touch "$demo/cluster/model/broken.jcgroup.node2"
	expect 1 clroll patch --yes demo \
	    "$demo/packages/NECJCpt-13.1.1-1.$(uname -m).rpm"
	same where node1 "$("$cluster" where "$demo")"
	expect 3 has_patch 13.1.1 node2
	rm "$demo/cluster/model/broken.jcgroup.node2"
}

# ---- a person is the cluster software --------------------------------------

# moves NODE NODE: what a person does.
moves() {
	"$demo/$1/usr/lib/nqs/nqsstop" siteA >/dev/null
	"$demo/$2/usr/lib/nqs/nqsstart" siteA >/dev/null
}

# waits_for STEP NODE: until it is confirmed that the group is there.
waits_for() {
	stderr_has "step '$1@node1' must be confirmed: group jcgroup runs on \
$2, and nowhere else"
	stderr_has "hint: when it is so: 'clroll resume --confirm $1@node1 \
by-hand'"
}

# cannot_put_back STEP WHAT
cannot_put_back() {
	stderr_has "step '$1@node1'"
	stderr_has "a person must: $2"
	stderr_has "hint: put it back, so that group jcgroup runs on \
${2##* }, and nowhere else; then 'clroll resume --confirm $1@node1 by-hand'"
	run 5 clroll status by-hand
	stdout_has "group jcgroup runs on ${2##* }, and nowhere else; then"
	stdout_has "clroll resume --confirm $1@node1 by-hand"
}

agree_on() {
	for node in node1 node2; do
		same "where $node says" "$1" "$("$cluster" run "$demo" \
		    "$node" sh "$demo/tools/share/nqstools/cluster/manual" \
		    where jcgroup)"
	done
}

# To agree to all beforehand is not to say that it has been done.
a_person_who_moves_the_group_confirms_it_to_clroll() {
	start_afresh
	"$cluster" use "$demo" manual
	run 4 clroll patch --yes --confirm failover --run-id by-hand demo \
	    "$demo/packages/NECJCpt-13.1.1-1.$(uname -m).rpm"
	waits_for failover node2
	moves node1 node2
	run 4 clroll resume --confirm failover --confirm failback by-hand
	waits_for failback node1
	agree_on node2
	moves node2 node1
	run 0 clroll resume --confirm failback by-hand
	agree_on node1
	has_patch 13.1.1 node1
	has_patch 13.1.1 node2
	run 0 clroll report by-hand
	stdout_has 'confirmed '
	clroll check demo
}

a_person_puts_back_what_he_has_done() {
	run 5 clroll rollback --yes by-hand
	cannot_put_back failback 'move jcgroup node2'
	moves node1 node2
	run 5 clroll resume --confirm failback by-hand
	cannot_put_back failover 'move jcgroup node1'
	moves node2 node1
	run 0 clroll resume --confirm failover by-hand
	agree_on node1
	expect 3 has_patch 13.1.1 node1
	expect 3 has_patch 13.1.1 node2
	clroll check demo
}

a_person_is_asked_at_the_terminal() {
	on_terminal "'$cluster' run '$demo' control clroll move demo"
	wait_until 60 grep -q 'yes or no? ' "$scratch/screen"
	contains "$(cat "$scratch/screen")" \
	    'group jcgroup runs on node2, and nowhere else'
	moves node1 node2
	echo yes >&9
	expect 0 wait "$terminal"
	leave_terminal
	agree_on node2
}

run_tests serviceguard vcs powerha expresscluster solaris_cluster \
    clusterware a_failover_that_fails_is_taken_back \
    a_person_who_moves_the_group_confirms_it_to_clroll \
    a_person_puts_back_what_he_has_done \
    a_person_is_asked_at_the_terminal
