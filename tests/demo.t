#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# The demo: two nodes that are folders, and a cluster software made of files.
. "${srcdir:-.}/tests/lib.sh"

demo=$scratch/demo
cluster=$top/tests/demo/cluster
NQSTOOLS_DEMO=$demo
export NQSTOOLS_DEMO

prepare() {
	command -v rpmbuild >/dev/null || skip 'no rpmbuild'
	PATH=$PATH:/usr/sbin:/sbin command -v sshd >/dev/null ||
	    skip 'no sshd'
	"$top/tests/jobcenter/build" "${JOBCENTER_PACKAGES:-$scratch/packages}"
	come_up
}

clean_up() {
	"$cluster" down "$demo"
}

come_up() {
	"$cluster" up --no-tools \
	    -p "${JOBCENTER_PACKAGES:-$scratch/packages}" "$demo"
}

adapter() {
	sh "$demo/cluster/filecluster" "$@"
}

# The group on node1, nothing left of another test.
start_afresh() {
	come_up
	for node in node1 node2; do
		"$cluster" boot "$demo" "$node"
		adapter admit "$node"
	done
	adapter monitor jcgroup
	adapter start jcgroup
	adapter move jcgroup node1
	adapter release jcgroup
}

# port_of NODE
port_of() {
	awk '$1 == "Port" { print $2 }' "$demo/$1/etc/sshd_config"
}

# at NODE COMMAND...: by ssh, with the keys of the demo only.
at() {
	port=$(port_of "$1")
	shift
	ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=yes \
	    -o "UserKnownHostsFile=$demo/control/known_hosts" \
	    -o GlobalKnownHostsFile=/dev/null -o IdentitiesOnly=yes \
	    -i "$demo/control/id_ed25519" -p "$port" 127.0.0.1 "$@"
}

is_idle() {
	"$cluster" status "$demo" | grep -q '^0 0 '
}

holds() {
	adapter where jcgroup "$1"
}

pid_on() {
	"$demo/$1/usr/lib/nqs/nqsstat" siteA |
	    awk -v name="$2" '$2 == name { print $1 }'
}

# patch_node NODE: as the guide says, by hand.
patch_node() {
	at "$1" "$demo/$1/usr/lib/nqs/nqsstop"
	set -- "$1" "$demo"/packages/NECJCpt-13.1.1-1.*.rpm
	at "$1" sh -s -- install "$2" <"$build/share/package/rpm"
	at "$1" "$demo/$1/usr/lib/nqs/nqsstop"
}

# Pids of the demo's programs, however they may be called.
left_over() {
	ps -e -o pid= -o args= | awk -v "demo=$demo/" '
	index($0, demo) && !/awk/ { print }'
}

comes_up_twice() {
	come_up
	come_up
	same where node1 "$("$cluster" where "$demo")"
	adapter health
}

answers_by_ssh_as_a_node() {
	start_afresh
	same settings "$demo/node2/etc/nqstools.conf" \
	    "$(at node2 printenv NQSTOOLS_CONF)"
	contains "$(at node2 sh -s -- query NECJCpkg \
	    <"$build/share/package/rpm")" 'NECJCpkg 13.1-1'
	same where node1 "$(at node2 sh -s -- where jcgroup \
	    <"$top/tests/demo/filecluster")"
}

is_known_by_its_host_keys_only() {
	start_afresh
	: >"$scratch/nobody"
	port=$(port_of node1)
	expect 255 ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=yes \
	    -o "UserKnownHostsFile=$scratch/nobody" \
	    -o GlobalKnownHostsFile=/dev/null \
	    -i "$demo/control/id_ed25519" -p "$port" 127.0.0.1 true
}

gives_commands_the_environment_of_a_node() {
	found=$(NQS_SITE=siteA "$cluster" run "$demo" node1 env)
	contains "$found" "NQSTOOLS_CONF=$demo/node1/etc/nqstools.conf"
	case $found in
	*NQS_SITE*)	return 1 ;;
	esac
	expect 64 "$cluster" run "$demo" node3 true
	expect 7 "$cluster" run "$demo" control sh -c 'exit 7'
}

has_the_verbs_of_every_cluster_software() {
	start_afresh
	adapter probe
	same nodes 'node1 online
node2 online' "$(adapter nodes)"
	same groups jcgroup "$(adapter groups)"
	adapter where jcgroup node1
	expect 3 adapter where jcgroup node2
	expect 1 adapter where nogroup
	expect 1 adapter where jcgroup node3
	adapter not where jcgroup node2
	expect 3 adapter not where jcgroup node1
	expect 1 adapter not where nogroup
	expect 64 adapter where
	expect 64 adapter not
	expect 64 adapter where ../x
	expect 69 env NQSTOOLS_DEMO="$scratch" \
	    sh "$demo/cluster/filecluster" nodes
}

moves_the_group_and_leaves_a_constraint() {
	start_afresh
	adapter move jcgroup node2
	same where node2 "$(adapter where jcgroup)"
	expect 3 adapter residue jcgroup >"$scratch/said"
	grep -q node2 "$scratch/said"
	adapter release jcgroup
	adapter residue jcgroup
	same residue '' "$(adapter residue jcgroup)"
	holds node2
}

moves_the_group_without_harm_to_a_job() {
	start_afresh
	"$cluster" submit "$demo" 1 100 30 >"$scratch/said" &
	submitter=$!
	wait_until 20 grep -q '^end job20 ' "$demo/shared/nqs/ledger"
	adapter move jcgroup node2
	wait "$submitter"
	wait_until 20 is_idle
	same ledger 'jobs 100 lost 0 doubled 0' "$("$cluster" ledger "$demo")"
	rm "$demo/shared/nqs/ledger" "$demo/control/ids"
}

carries_a_rolling_patch_that_is_done_by_hand() {
	start_afresh
	"$cluster" submit "$demo" 1001 150 30 >"$scratch/said" &
	submitter=$!
	patch_node node2
	adapter move jcgroup node2
	patch_node node1
	adapter move jcgroup node1
	adapter release jcgroup
	wait "$submitter"
	wait_until 20 is_idle
	contains "$("$cluster" status "$demo")" 'R13.1.1 site siteA on node1'
	same ledger 'jobs 150 lost 0 doubled 0' "$("$cluster" ledger "$demo")"
	rm "$demo/shared/nqs/ledger" "$demo/control/ids"
}

excludes_a_node_that_holds_nothing() {
	start_afresh
	expect 1 adapter exclude node1
	adapter exclude node2
	adapter excluded node2
	expect 3 adapter excluded node1
	expect 3 adapter health
	contains "$(adapter residue jcgroup || true)" 'node node2 is excluded'
	expect 1 adapter move jcgroup node2
	holds node1
	adapter admit node2
	adapter health
}

keeps_a_stopped_group_stopped() {
	start_afresh
	adapter stop jcgroup
	same where '' "$(adapter where jcgroup)"
	adapter look
	same where '' "$(adapter where jcgroup)"
	adapter health
	adapter start jcgroup
	holds node1
}

starts_a_group_again_that_has_ended() {
	start_afresh
	before=$(pid_on node1 nqsdaemon)
	kill -9 "$before"
	wait_until 20 holds node1
	[ "$(pid_on node1 nqsdaemon)" != "$before" ]
}

leaves_an_unmonitored_group_alone() {
	start_afresh
	adapter unmonitor jcgroup
	"$demo/node1/usr/lib/nqs/nqsstop" siteA
	adapter look
	same where '' "$(adapter where jcgroup)"
	contains "$(adapter residue jcgroup || true)" 'not managed'
	adapter unmonitored jcgroup
	adapter monitor jcgroup
	adapter not unmonitored jcgroup
	wait_until 20 holds node1
	adapter health
}

fails_over_when_a_node_is_switched_off() {
	start_afresh
	"$cluster" crash "$demo" node1
	expect 255 at node1 true
	wait_until 20 holds node2
	expect 3 adapter health
	expect 1 adapter move jcgroup node1
	"$cluster" boot "$demo" node1
	at node1 true
	adapter health
	same ledger '' "$(grep double "$demo/shared/nqs/ledger" || true)"
}

takes_a_lock_over_from_the_dead() {
	start_afresh
	# The watch of the cluster may have it for a moment.
	wait_until 10 mkdir "$demo/cluster/state/lock"
	sh -c 'echo $$' >"$demo/cluster/state/lock/pid"
	adapter move jcgroup node2
	holds node2
}

ends_all_that_it_began() {
	start_afresh
	"$cluster" submit "$demo" 2001 5 2000 >"$scratch/said"
	"$cluster" down "$demo"
	same 'left over' '' "$(left_over)"
}

ends_what_an_unlucky_one_left() {
	start_afresh
	left_over | awk '/sshd|watch|cjcpw/ { print $1 }' | xargs kill -9
	"$cluster" down --remove "$demo"
	same 'left over' '' "$(left_over)"
	[ ! -e "$demo" ]
	expect 69 "$cluster" down "$demo"
}

keeps_its_ports_while_a_node_is_down() {
	start_afresh
	"$cluster" crash "$demo" node2
	run 1 "$demo/packages/freeports" "$scratch" 1 "$(port_of node2)"
	"$cluster" boot "$demo" node2
	at node2 true
}

says_that_another_has_its_port() {
	start_afresh
	"$cluster" down "$demo"
	mkdir "$scratch/other"
	"$demo/packages/freeports" "$scratch/other" 1 "$(port_of node2)"
	run 69 come_up
	stderr_has "port $(port_of node2) is not free"
	rmdir "$scratch/other"
	wait_until 10 come_up
	at node2 true
}

leaves_other_programs_alone() {
	come_up
	tail -f "$demo/made" >/dev/null &
	reader=$!
	"$cluster" down "$demo"
	kill "$reader"
}

begins_with_the_release_that_is_asked_for() {
	"$cluster" up --no-tools -r 12.10 \
	    -p "${JOBCENTER_PACKAGES:-$scratch/packages}" "$scratch/older"
	told=$("$cluster" status "$scratch/older")
	"$cluster" down --remove "$scratch/older"
	contains "$told" '12.10'
}

run_tests \
    comes_up_twice \
    answers_by_ssh_as_a_node \
    is_known_by_its_host_keys_only \
    gives_commands_the_environment_of_a_node \
    has_the_verbs_of_every_cluster_software \
    moves_the_group_and_leaves_a_constraint \
    moves_the_group_without_harm_to_a_job \
    carries_a_rolling_patch_that_is_done_by_hand \
    excludes_a_node_that_holds_nothing \
    keeps_a_stopped_group_stopped \
    starts_a_group_again_that_has_ended \
    leaves_an_unmonitored_group_alone \
    fails_over_when_a_node_is_switched_off \
    takes_a_lock_over_from_the_dead \
    ends_all_that_it_began \
    ends_what_an_unlucky_one_left \
    keeps_its_ports_while_a_node_is_down \
    says_that_another_has_its_port \
    leaves_other_programs_alone \
    begins_with_the_release_that_is_asked_for
