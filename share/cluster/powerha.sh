#!/bin/sh
# powerha: what clroll and nqsupd ask of IBM PowerHA SystemMirror.  A group is
# a resource group.  Its commands, as the PowerHA SystemMirror Commands
# document them:
#
#   clmgr -cv -a name,state,raw_state query node
#                         the nodes; only ST_STABLE is an answer
#   clRGinfo -s           the groups; GROUP:STATE:NODE:...
#   clRGinfo -p GROUP     its priority override location
#   clRGmove -g GROUP -n NODE -m   a move; the node becomes the priority
#                         override location, to which the group then always
#                         returns.  Only a move home, with -r for the node,
#                         takes that away: to the first node of the group
#   clmgr stop node NODE WHEN=now MANAGE=unmanage, clmgr start node
#                         unmonitor, monitor: all groups of the node
#   clmgr stop node NODE WHEN=now MANAGE=offline, clmgr start node
#                         exclude, admit: the node's cluster services
#
# An override that keeps a group where it is, away from home, is no residue:
# to take it away would be to move the group.
set -u
# shellcheck source=share/cluster/frame.sh
. "$(dirname "$0")/frame.sh"

product=powerha
PATH=$PATH:/usr/es/sbin/cluster/utilities:/usr/es/sbin/cluster

# How long a node's cluster services may take to start.
start_time=300

is_away() {
	case $said in
	*'Cluster IPC error'* | *'is not active'* | *'is not running'* | \
	    *ST_INIT* | *NOT_CONFIGURED*)	;;
	*)	return 1 ;;
	esac
}

version() {
	ask halevel -s
	printf 'PowerHA %s\n' "$said"
}

is_stopped_here() {
	! said=$(clRGinfo -s 2>&1 </dev/null) && is_away 1
}

look() {
	ask clmgr -cv -a name,state,raw_state query node
	servers=$said
	ask clRGinfo -s
	{
		printf '%s\n' "$servers" | awk '!/^#/ { print "server:" $0 }'
		printf '%s\n' "$said" | awk '!/^#/ { print "group:" $0 }'
	} | awk -F : '
	$1 == "server" && NF >= 4 {
		state = $3 == "NORMAL" ? "online" : \
		    $3 == "UNMANAGED" ? "maintenance" : \
		    $3 == "UNKNOWN" ? "unclean" : "offline"
		print "node " $2 " " state
		if ($3 == "OFFLINE")
			print "excluded " $2
		else if ($4 != "ST_STABLE") {
			print "problem node " $2 " is not stable: " $4
			print "unstable all"
			unstable = 1
		}
	}
	$1 == "group" && NF >= 4 && $3 !~ "[ _]SECONDARY$" {
		if (!($2 in first)) {
			first[$2] = $4
			print "group " $2
			print "home " $2 " " $4
		}
		look_at($2, toupper($3), $4)
	}
	function look_at(group, state, node) {
		if (state ~ "^OFFLINE")
			return
		busy[group] = 1
		print "partly " group " " node
		if (state == "ONLINE" && !unstable)
			print "holder " group " " node
		if (state ~ "ERROR") {
			print "problem group " group " is in state " state \
			    " on " node
			print "stuck " group " *"
		}
		if (state == "UNMANAGED") {
			print "unmonitored " group
			print "residue " group " " group " is unmanaged on " \
			    node
		}
	}
	END {
		for (group in first)
			if (!(group in busy))
				print "residue " group " " group " is offline"
	}'
}

home() {
	third home "$1"
}

# The node stands in the line below: "NODE, user-requested rg_move ...".
closer() {
	ask clRGinfo -p "$1"
	override=$(printf '%s\n' "$said" | awk '
	found {
		sub(",.*", "")
		print $1
		exit
	}
	/temporarily has the highest priority/ {
		found = 1
	}')
	[ -n "$override" ] || return 0
	if [ "$override" != "$(holder "$1")" ] ||
	    [ "$override" = "$(home "$1")" ]; then
		echo "bound $1 $override"
		echo "residue $1 priority override location $override"
	fi
}

need_stable() {
	! has unstable all || die 1 'the cluster is not stable'
}

act_move() {
	need_stable
	if [ -z "$(third partly "$1")" ]; then
		ask clRGmove -g "$1" -n "$2" -u
	elif [ "$2" = "$(home "$1")" ]; then
		ask clRGmove -g "$1" -r -m
	else
		ask clRGmove -g "$1" -n "$2" -m
	fi
}

act_release() {
	! has bound "$1" || {
		need_stable
		ask clRGmove -g "$1" -r -m
	}
}

act_start() {
	[ -n "$(third partly "$1")" ] ||
	    ask clRGmove -g "$1" -n "$(home "$1")" -u
}

act_stop() {
	for node in $(third partly "$1"); do
		ask clRGmove -g "$1" -n "$node" -d
	done
}

act_unmonitor() {
	need_stable
	for node in $(third partly "$1"); do
		ask clmgr stop node "$node" WHEN=now MANAGE=unmanage
	done
}

act_monitor() {
	for node in $(third partly "$1"); do
		act_admit "$node"
	done
}

act_exclude() {
	need_stable
	ask clmgr stop node "$1" WHEN=now MANAGE=offline
}

is_online() {
	(see && [ "$(third node "$1")" = online ] &&
	    ! has unstable all) 2>/dev/null
}

act_admit() {
	ask clmgr start node "$1" WHEN=now MANAGE=auto
	await "$start_time" is_online "$1" ||
	    die 1 "the cluster services of '$1' do not start"
}

main "$@"
