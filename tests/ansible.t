#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# The playbooks of share/examples, in the demo.
. "${srcdir:-.}/tests/lib.sh"

demo=$scratch/demo
cluster=$top/tests/demo/cluster

prepare() {
	command -v ansible-playbook >/dev/null || skip 'no ansible-playbook'
	command -v rpmbuild >/dev/null || skip 'no rpmbuild'
	PATH=$PATH:/usr/sbin:/sbin command -v sshd >/dev/null ||
	    skip 'no sshd'
	[ -f "$build/config.status" ] || skip 'nothing is configured here'
	"$cluster" up -b "$build" \
	    -p "${JOBCENTER_PACKAGES:-$scratch/packages}" "$demo"
	cp "$demo/control/clusters/demo.conf" \
	    "$demo/control/clusters/tokyo.conf"
	printf 'localhost ansible_connection=local\n' >"$scratch/hosts"
}

# patch VERSION: the path of that patch.
patch() {
	echo "$demo/packages/NECJCpt-$1-1".*.rpm
}

clean_up() {
	"$cluster" down "$demo"
}

# play PLACE PLAYBOOK [OPTION]...: prints the line of the recap.
play() {
	place=$1
	playbook=$2
	shift 2
	"$cluster" run "$demo" "$place" env ANSIBLE_HOME="$scratch/ansible" \
	    ANSIBLE_LOCAL_TEMP="$scratch/ansible" ANSIBLE_NOCOLOR=1 \
	    ansible-playbook -i "$scratch/hosts" \
	    "$@" "$top/share/examples/ansible/$playbook" \
	    >"$scratch/played" 2>&1 || true
	grep '^localhost .* ok=' "$scratch/played" || cat "$scratch/played"
}

a_check_of_the_playbook_says_what_would_be_done() {
	recap=$(play control roll.yml --check -e patch="$(patch 13.1.1)")
	contains "$recap" ' changed=1 '
	contains "$recap" ' failed=0 '
	expect 3 "$cluster" run "$demo" node1 nqsupd package verify \
	    "$(patch 13.1.1)"
}

a_patch_is_rolled_by_a_playbook() {
	recap=$(play control roll.yml -e patch="$(patch 13.1.1)")
	contains "$recap" ' changed=1 '
	contains "$recap" ' failed=0 '
	for node in node1 node2; do
		"$cluster" run "$demo" "$node" nqsupd package verify \
		    "$(patch 13.1.1)"
	done
}

# The role: 3 of a dry run is no failure, and 78 of a wrong cluster is one.
a_fleet_is_rolled_by_a_role() {
	recap=$(play control fleet.yml --check -e patch="$(patch 13.1.1)")
	contains "$recap" ' changed=1 '
	contains "$recap" ' failed=0 '
	recap=$(play control fleet.yml -e patch="$(patch 13.1.1)")
	contains "$recap" ' failed=0 '
	mv "$demo/control/clusters/tokyo.conf" "$scratch/tokyo.conf"
	sed 's/group/grup/' "$scratch/tokyo.conf" \
	    >"$demo/control/clusters/tokyo.conf"
	recap=$(play control fleet.yml -e patch="$(patch 13.1.1)")
	contains "$recap" ' failed=1 '
	contains "$(cat "$scratch/played")" 'cannot be worked on'
	mv "$scratch/tokyo.conf" "$demo/control/clusters/tokyo.conf"
}

a_failure_of_clroll_is_one_of_the_playbook() {
	recap=$(play control roll.yml -e patch="$top/README.md")
	contains "$recap" ' failed=1 '
	contains "$(cat "$scratch/played")" 'is not a package'
}

a_node_is_patched_once_however_often_it_is_asked() {
	recap=$(play node2 nodes.yml -e patch="$(patch 13.1.2)" -e change=CHG0042)
	contains "$recap" ' changed=1 '
	contains "$recap" ' failed=0 '
	recap=$(play node2 nodes.yml -e patch="$(patch 13.1.2)" -e change=CHG0042)
	contains "$recap" ' changed=0 '
	contains "$recap" ' failed=0 '
}

run_tests a_check_of_the_playbook_says_what_would_be_done \
    a_patch_is_rolled_by_a_playbook \
    a_fleet_is_rolled_by_a_role \
    a_failure_of_clroll_is_one_of_the_playbook \
    a_node_is_patched_once_however_often_it_is_asked
