#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# The adapters for cluster softwares that cannot be had here, each against its
# simulated commands: the same behaviour of all, then each one's own residue.
# tests/cluster-pacemaker.t has the same for a real Pacemaker.
. "${srcdir:-.}/tests/lib.sh"
. "$top/tests/cluster/says.sh"

adapters='expresscluster serviceguard powerha solaris-cluster vcs clusterware'

NQSTOOLS_SIM=$scratch/sim
NQSTOOLS_SIM_NODE=node1
NQSTOOLS_CLUSTER_PATH=$scratch/bin
export NQSTOOLS_SIM NQSTOOLS_SIM_NODE NQSTOOLS_CLUSTER_PATH

prepare() {
	for each in $adapters; do
		[ -f "$build/share/cluster/$each" ] || skip "no $each"
	done
}

# use ADAPTER: a cluster of two nodes, all groups on node1.
use() {
	adapter=$1
	rm -rf "$NQSTOOLS_SIM" "$NQSTOOLS_CLUSTER_PATH"
	mkdir "$NQSTOOLS_SIM" "$NQSTOOLS_CLUSTER_PATH"
	"$top/tests/cluster/link" "$1" "$NQSTOOLS_CLUSTER_PATH"
	printf '%s\n' node1 node2 >"$NQSTOOLS_SIM/nodes"
	printf '%s\n' jcgroup container-recovery-a container-recovery-b \
	    >"$NQSTOOLS_SIM/groups"
	while read -r each; do
		echo node1 >"$NQSTOOLS_SIM/$each.on"
	done <"$NQSTOOLS_SIM/groups"
}

# adapter VERB [ARGUMENT]...: fed to a shell, as on a node.
adapter() {
	sh -s -- "$@" <"$build/share/cluster/$adapter"
}

# complains EXIT PART VERB [ARGUMENT]...: on standard error only.
complains() {
	code=$1
	part=$2
	shift 2
	status=0
	said=$(adapter "$@" 2>"$scratch/complaint") || status=$?
	same "exit of $*" "$code" "$status"
	same "answer of $*" '' "$said"
	contains "$(cat "$scratch/complaint")" "$part"
}

# leaves PART: that is among the residue.
leaves() {
	status=0
	said=$(adapter residue jcgroup) || status=$?
	same 'exit of residue' 3 "$status"
	contains "$said" "$1"
}

# arrives NODE: the group does, before it was asked twenty times.
arrives() {
	tries=20
	until adapter where jcgroup "$1"; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 1
	done
}

is_calm() {
	says 0 '' health
	says 0 '' residue jcgroup
}

# ---- of every adapter ----------------------------------------------------

refuses_wrong_usage() {
	complains 64 'wrong usage'
	complains 64 'wrong usage' explode
	complains 64 'wrong usage' where
	complains 64 'wrong usage' move jcgroup
	complains 64 'is not a name' where 'jcgroup; reboot'
	complains 64 'is not a name' where --all
	complains 64 'wrong usage' not
}

says_when_its_commands_are_missing() {
	rm -f "$scratch/bin"/*
	complains 69 'there is no' probe
	complains 69 'there is no' where jcgroup
	complains 69 'there is no' not unmonitored jcgroup
}

says_when_the_cluster_software_does_not_run() {
	touch "$NQSTOOLS_SIM/node2.down"
	says 0 node1 where jcgroup
	NQSTOOLS_SIM_NODE=node2
	complains 69 'does not run here' where jcgroup
	complains 69 'does not run here' health
}

says_what_it_is_not_permitted() {
	for each in "$NQSTOOLS_CLUSTER_PATH"/*; do
		each=${each##*/}
		echo forbid >"$NQSTOOLS_SIM/trouble.$each"
	done
	complains 77 'not permitted' where jcgroup
	complains 77 'not permitted' move jcgroup node2
}

passes_on_what_failed() {
	for each in "$NQSTOOLS_CLUSTER_PATH"/*; do
		each=${each##*/}
		echo fail >"$NQSTOOLS_SIM/trouble.$each"
	done
	complains 1 'an internal error occurred' where jcgroup
}

refuses_what_does_not_exist() {
	complains 1 "no group 'nogroup'" where nogroup
	complains 1 "no node 'node9'" where jcgroup node9
	complains 1 "no node 'node9'" move jcgroup node9
	complains 1 "no group 'nogroup'" move nogroup node1
	complains 1 "no node 'node9'" exclude node9
	is_calm
}

names_nodes_groups_and_holder() {
	adapter probe | grep -q .
	says 0 'node1 online
node2 online' nodes
	says 0 "$(cat "$NQSTOOLS_SIM/groups")" groups
	says 0 node1 where jcgroup
	says 0 '' where jcgroup node1
	complains 3 "$adapter: group jcgroup is on node1" where jcgroup node2
	NQSTOOLS_SIM_NODE=node2
	says 0 node1 where jcgroup
	is_calm
}

turns_a_question_round() {
	says 3 '' not where jcgroup node1
	says 0 '' not where jcgroup node2
	says 0 '' not unmonitored jcgroup
	says 0 '' not excluded node2
	complains 1 'no group' not where nogroup node1
}

tells_long_names_apart() {
	adapter move container-recovery-b node2
	tries=20
	until adapter where container-recovery-b node2; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ]
	done
	says 0 node1 where container-recovery-a
	complains 1 'no group' where container-recove
}

moves_a_group_and_leaves_nothing() {
	adapter move jcgroup node1
	is_calm
	adapter move jcgroup node2
	arrives node2
	adapter move jcgroup node2
	says 0 node2 where jcgroup
	adapter release jcgroup
	adapter release jcgroup
	is_calm
	adapter move jcgroup node1
	arrives node1
	adapter release jcgroup
	is_calm
	says 0 node1 where jcgroup
}

names_nobody_while_a_group_is_on_its_way() {
	echo 4 >"$NQSTOOLS_SIM/late"
	adapter move jcgroup node2 || true
	says 0 '' where jcgroup
	says 3 '' where jcgroup node2
	says 3 '' where jcgroup node1
	arrives node2
}

sees_that_a_group_bounces_back() {
	touch "$NQSTOOLS_SIM/bounce.jcgroup"
	adapter move jcgroup node2 || true
	arrives node1
	says 3 '' where jcgroup node2
}

does_not_lose_a_group_that_cannot_start() {
	touch "$NQSTOOLS_SIM/broken.jcgroup.node2"
	adapter move jcgroup node2 || true
	adapter health >"$scratch/health" || true
	# Where it shows that it is in vain to wait.
	case $adapter in
	powerha | solaris-cluster | vcs)
		says 76 '' where jcgroup node2
		says 0 '' not where jcgroup node2 ;;
	*)	says 3 '' where jcgroup node2 ;;
	esac
	case $(adapter where jcgroup) in
	node1)	;;
	'')	[ -s "$scratch/health" ] ;;
	esac
}

moves_nothing_to_a_node_that_is_away() {
	touch "$NQSTOOLS_SIM/node2.down"
	complains 69 "node 'node2' is offline" move jcgroup node2
	complains 76 'group jcgroup is on node1; node node2 is offline' \
	    where jcgroup node2
	says 0 node1 where jcgroup
	status=0
	said=$(adapter health) || status=$?
	same health 3 "$status"
	contains "$said" 'node node2 is offline'
}

keeps_a_stopped_group_stopped() {
	adapter stop jcgroup
	adapter stop jcgroup
	says 0 '' where jcgroup
	leaves jcgroup
	adapter start jcgroup
	adapter start jcgroup
	tries=20
	until [ -n "$(adapter where jcgroup)" ]; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ]
	done
	is_calm
}

# refusal: the code for a node that is excluded; some know such a one only as
# one on which the cluster software does not run.
refusal() {
	case $adapter in
	expresscluster | powerha) echo 69 ;;
	*) echo 1 ;;
	esac
}

excludes_a_node_until_it_is_admitted() {
	says 3 '' excluded node2
	adapter exclude node2
	adapter exclude node2
	says 0 '' excluded node2
	NQSTOOLS_SIM_NODE=node2
	says 0 '' excluded node2
	adapter exclude node2
	NQSTOOLS_SIM_NODE=node1
	leaves 'node node2 is excluded'
	adapter health && return 1
	complains "$(refusal)" "node 'node2' is" move jcgroup node2
	says 0 node1 where jcgroup
	adapter admit node2
	adapter admit node2
	says 3 '' excluded node2
	is_calm
}

admits_the_node_that_it_runs_on() {
	NQSTOOLS_SIM_NODE=node2
	adapter exclude node2
	adapter admit node2
	says 0 '' not excluded node2
	is_calm
}

does_not_exclude_the_holder() {
	complains 1 'holds' exclude node1
	says 3 '' excluded node1
	is_calm
}

leaves_a_group_alone_and_takes_it_back() {
	says 3 '' unmonitored jcgroup
	adapter unmonitor jcgroup
	adapter unmonitor jcgroup
	says 0 '' unmonitored jcgroup
	adapter residue jcgroup && return 1
	adapter monitor jcgroup
	adapter monitor jcgroup
	says 3 '' unmonitored jcgroup
	arrives node1
	adapter release jcgroup
	is_calm
}

answers_what_this_node_sees() {
	cp -R "$NQSTOOLS_SIM" "$scratch/view"
	mv "$scratch/view" "$NQSTOOLS_SIM/view.node2"
	echo node2 >"$NQSTOOLS_SIM/view.node2/jcgroup.on"
	says 0 node1 where jcgroup
	NQSTOOLS_SIM_NODE=node2
	says 0 node2 where jcgroup
}

behaviours='refuses_wrong_usage
    says_when_its_commands_are_missing
    says_when_the_cluster_software_does_not_run
    says_what_it_is_not_permitted
    passes_on_what_failed
    refuses_what_does_not_exist
    names_nodes_groups_and_holder
    turns_a_question_round
    tells_long_names_apart
    moves_a_group_and_leaves_nothing
    names_nobody_while_a_group_is_on_its_way
    sees_that_a_group_bounces_back
    does_not_lose_a_group_that_cannot_start
    moves_nothing_to_a_node_that_is_away
    keeps_a_stopped_group_stopped
    excludes_a_node_until_it_is_admitted
    admits_the_node_that_it_runs_on
    does_not_exclude_the_holder
    leaves_a_group_alone_and_takes_it_back
    answers_what_this_node_sees'

# Each adapter's: the name that the tests of it begin with.
tests=
for each in $adapters; do
	word=$(echo "$each" | tr - _)
	for behaviour in $behaviours; do
		eval "${word}_$behaviour() { use $each; $behaviour; }"
		tests="$tests ${word}_$behaviour"
	done
done

# ---- of one adapter ------------------------------------------------------

serviceguard_arms_what_a_halt_disarmed() {
	use serviceguard
	cmmodpkg -d jcgroup
	leaves 'AUTO_RUN of jcgroup is off'
	adapter release jcgroup
	is_calm
}

serviceguard_starts_elsewhere_what_it_has_halted() {
	use serviceguard
	touch "$NQSTOOLS_SIM/broken.jcgroup.node2"
	complains 1 'Unable to start package' move jcgroup node2
	says 0 node1 where jcgroup
	is_calm
	cmmodpkg -d -n node2 jcgroup
	says 3 'package jcgroup may not switch to node2' health
	complains 1 'may not switch' move jcgroup node2
	adapter release jcgroup
	is_calm
}

serviceguard_takes_back_a_package_that_is_ill() {
	use serviceguard
	adapter unmonitor jcgroup
	touch "$NQSTOOLS_SIM/jcgroup.ill"
	adapter monitor jcgroup
	says 0 node1 where jcgroup
	is_calm
}

vcs_waits_for_no_switch() {
	use vcs
	adapter move jcgroup node2
	same 'on its way to' node2 "$(cut -d ' ' -f 1 "$NQSTOOLS_SIM/jcgroup.going")"
	says 0 node2 where jcgroup
}

vcs_closes_a_configuration_that_was_left_open() {
	use vcs
	haconf -makerw
	leaves 'the configuration is left writable'
	adapter release jcgroup
	is_calm
	echo fail >"$NQSTOOLS_SIM/trouble.hasys"
	haconf -makerw
	rm "$NQSTOOLS_SIM/trouble.hasys"
	adapter exclude node2
	adapter admit node2
	is_calm
}

vcs_sees_through_a_group_that_is_torn() {
	use vcs
	touch "$NQSTOOLS_SIM/jcgroup.partial"
	says 0 '' where jcgroup
	said=$(adapter health) && return 1
	contains "$said" 'group jcgroup is faulted on node1'
	complains 1 'holds' exclude node1
	mv "$NQSTOOLS_SIM/jcgroup.partial" "$NQSTOOLS_SIM/jcgroup.ill"
	says 0 '' where jcgroup
	mv "$NQSTOOLS_SIM/jcgroup.ill" "$NQSTOOLS_SIM/jcgroup.partial"
	NQSTOOLS_SIM_NODE=node2
	rm "$NQSTOOLS_SIM/jcgroup.partial"
	touch "$NQSTOOLS_SIM/jcgroup.faulted.node2"
	complains 1 'faulted' move jcgroup node2
	says 0 node1 where jcgroup
}

vcs_thaws_what_was_frozen_for_a_while() {
	use vcs
	hagrp -freeze jcgroup
	says 0 '' unmonitored jcgroup
	touch "$NQSTOOLS_SIM/jcgroup.partial"
	adapter monitor jcgroup
	arrives node1
	is_calm
}

expresscluster_asks_for_whole_names() {
	use expresscluster
	adapter where jcgroup
	grep -q 'clpstat --long' "$NQSTOOLS_SIM/log"
	same 'cut names' 2 "$(clpstat -s | grep -c '^    container-recove :')"
}

expresscluster_resumes_every_monitor_on_every_server() {
	use expresscluster
	clpmonctrl -s -h node2 -m genw1
	says 3 '' unmonitored jcgroup
	leaves 'monitor genw1 is suspended on node2'
	clpcl --suspend
	leaves 'the cluster is suspended'
	adapter monitor jcgroup
	is_calm
}

expresscluster_waits_until_a_server_is_back() {
	use expresscluster
	adapter exclude node2
	echo 2 >"$NQSTOOLS_SIM/late"
	adapter admit node2
	is_calm
}

powerha_takes_away_what_a_move_has_left() {
	use powerha
	clRGmove -g jcgroup -n node2 -m
	says 0 node2 where jcgroup
	says 0 '' residue jcgroup
	adapter move jcgroup node1
	says 0 node1 where jcgroup
	[ ! -e "$NQSTOOLS_SIM/jcgroup.override" ]
	clRGmove -g jcgroup -n node1 -m
	leaves 'priority override location node1'
	adapter release jcgroup
	is_calm
	says 0 node1 where jcgroup
}

powerha_lifts_an_override_that_a_failover_has_left() {
	use powerha
	echo node2 >"$NQSTOOLS_SIM/jcgroup.override"
	leaves 'priority override location node2'
	adapter release jcgroup
	is_calm
}

powerha_moves_nothing_in_a_cluster_that_is_not_stable() {
	use powerha
	echo ST_RP_RUNNING >"$NQSTOOLS_SIM/node2.raw"
	says 0 '' where jcgroup
	complains 1 'not stable' move jcgroup node2
	says 3 'node node2 is not stable: ST_RP_RUNNING' health
}

solaris_cluster_suspends_all_groups_for_a_node() {
	use solaris-cluster
	adapter exclude node2
	same suspended 3 "$(clrg status | grep -c 'node2 *Yes')"
	leaves 'jcgroup is suspended'
	clrg resume container-recovery-b
	says 3 '' excluded node2
	adapter exclude node2
	adapter admit node2
	is_calm
}

solaris_cluster_holds_no_group_that_is_in_trouble() {
	use solaris-cluster
	touch "$NQSTOOLS_SIM/jcgroup.faulted.node2"
	says 0 '' where jcgroup
	says 3 'group jcgroup is online faulted on node2' health
}

clusterware_tells_disabled_resources() {
	use clusterware
	crsctl modify resource jcgroup -attr ENABLED=0
	says 0 '' unmonitored jcgroup
	leaves 'jcgroup is disabled'
	complains 1 'CRS-2501' move jcgroup node2
	adapter monitor jcgroup
	is_calm
}

clusterware_knows_no_group_of_the_product() {
	use clusterware
	crsctl status resource | grep -q ora.net1.network
	complains 1 'no group' where ora.net1.network
}

# The folder of a person's memory; its file is what he wrote.
use_manual() {
	adapter=manual
	NQSTOOLS_MANUAL=$scratch/manual
	export NQSTOOLS_MANUAL
	rm -rf "$NQSTOOLS_MANUAL"
	mkdir "$NQSTOOLS_MANUAL"
	printf '%s\n' 'node node1' 'node node2' 'group jcgroup' \
	    >"$NQSTOOLS_MANUAL/cluster"
	adapter confirm jcgroup node1
}

manual_moves_when_a_person_has_confirmed() {
	use_manual
	is_calm
	says 0 node1 where jcgroup
	says 0 '' move jcgroup node2
	says 0 'move jcgroup node2' pending
	says 0 '' where jcgroup
	says 3 '' where jcgroup node2
	says 3 'a person must: move jcgroup node2' residue jcgroup
	says 0 '' move jcgroup node1
	says 0 'move jcgroup node1' pending
	adapter move jcgroup node2
	adapter confirm
	says 0 node2 where jcgroup
	is_calm
}

manual_forgets_what_is_refused() {
	use_manual
	adapter move jcgroup node2
	adapter refuse
	says 0 node1 where jcgroup
	is_calm
}

manual_asks_a_person_to_stop_and_start() {
	use_manual
	adapter stop jcgroup
	says 0 'stop jcgroup' pending
	adapter confirm
	says 0 '' where jcgroup
	leaves 'jcgroup is stopped'
	adapter start jcgroup
	says 0 'start jcgroup' pending
	adapter confirm
	says 0 node1 where jcgroup
	is_calm
}

# He is the cluster software, so nothing else could do it.
manual_takes_for_granted_what_a_person_leaves_alone() {
	use_manual
	adapter exclude node2
	says 0 '' excluded node2
	expect 1 adapter move jcgroup node2
	adapter unmonitor jcgroup
	says 0 '' unmonitored jcgroup
	says 0 '' pending
	leaves 'node node2 is excluded'
	leaves 'jcgroup is left alone'
	adapter admit node2
	adapter monitor jcgroup
	says 3 '' excluded node2
	is_calm
}

manual_is_told_what_a_person_did() {
	use_manual
	adapter stop jcgroup
	adapter did move jcgroup node2
	says 0 node2 where jcgroup
	says 0 '' pending
	adapter stop jcgroup
	adapter did start jcgroup
	says 0 '' pending
	adapter did stop jcgroup
	leaves 'jcgroup is stopped'
	complains 1 'no node' did move jcgroup node9
	complains 1 'no group' did start nogroup
	complains 64 'wrong usage' did dance jcgroup
}

manual_says_what_it_wants_to_know() {
	use_manual
	refuses_wrong_usage
	complains 1 'no group' confirm nogroup node1
	complains 1 'no node' confirm jcgroup node9
	rm "$NQSTOOLS_MANUAL/cluster"
	complains 69 'nobody has written' where jcgroup
}

# The example of the manual.
an_adapter_of_a_site_has_the_frame() {
	use vcs
	adapter=mine
	{
		cat "$top/share/cluster/frame.sh"
		awk '/^product=myha/ { found = 1 }
			/^\.Ed/ { found = 0 }
			found' "$top/man/nqstools.adapter.7" | sed 's/\\e/\\/g'
	} >"$scratch/mine"
	cat >"$scratch/bin/myha" <<-END
		#!/bin/sh
		case \$1 in
		owner)	cat "$scratch/owner" ;;
		give)	echo "\$2" >"$scratch/owner" ;;
		esac
	END
	chmod 755 "$scratch/bin/myha"
	echo node1 >"$scratch/owner"
	mine where jcgroup node1
	mine move jcgroup node2
	mine where jcgroup node2
	mine not where jcgroup node1
	expect 64 mine move jcgroup
	expect 1 mine where nogroup
	same residue '' "$(mine residue jcgroup)"
}

mine() {
	sh -u "$scratch/mine" "$@"
}

PATH=$scratch/bin:$PATH
# shellcheck disable=SC2086	# names
run_tests $tests \
    serviceguard_arms_what_a_halt_disarmed \
    serviceguard_starts_elsewhere_what_it_has_halted \
    serviceguard_takes_back_a_package_that_is_ill \
    vcs_waits_for_no_switch \
    vcs_closes_a_configuration_that_was_left_open \
    vcs_sees_through_a_group_that_is_torn \
    vcs_thaws_what_was_frozen_for_a_while \
    expresscluster_asks_for_whole_names \
    expresscluster_resumes_every_monitor_on_every_server \
    expresscluster_waits_until_a_server_is_back \
    powerha_takes_away_what_a_move_has_left \
    powerha_lifts_an_override_that_a_failover_has_left \
    powerha_moves_nothing_in_a_cluster_that_is_not_stable \
    solaris_cluster_suspends_all_groups_for_a_node \
    solaris_cluster_holds_no_group_that_is_in_trouble \
    clusterware_tells_disabled_resources \
    clusterware_knows_no_group_of_the_product \
    manual_moves_when_a_person_has_confirmed \
    manual_forgets_what_is_refused \
    manual_asks_a_person_to_stop_and_start \
    manual_takes_for_granted_what_a_person_leaves_alone \
    manual_is_told_what_a_person_did \
    manual_says_what_it_wants_to_know \
    an_adapter_of_a_site_has_the_frame
