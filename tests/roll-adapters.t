#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# A rolling patch over the demo with each cluster software that is simulated:
# the adapters do all that a run asks of them, and leave nothing.
. "${srcdir:-.}/tests/lib.sh"

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

run_tests serviceguard vcs powerha expresscluster solaris_cluster \
    clusterware a_failover_that_fails_is_taken_back
