#!/bin/sh
# solaris-cluster: what clroll and nqsupd ask of Oracle Solaris Cluster.  A
# group is a resource group.  Its commands, as in clresourcegroup(8CL) and
# clnode(8CL), with the tables that their examples show:
#
#   clnode status, clrg status   every answer
#   clrg switch -n NODE GROUP    a move; it waits, and only one may run
#   clrg suspend, resume         unmonitor, monitor: a suspended group is
#                                neither restarted nor failed over, and may be
#                                stopped and started by hand
#
# Nothing keeps groups from one node alone: exclude suspends every group that
# may run there.
set -u
# shellcheck source=share/cluster/frame.sh
. "$(dirname "$0")/frame.sh"

product=solaris-cluster
PATH=$PATH:/usr/cluster/bin

is_away() {
	case $said in
	*[Nn]'ot a cluster member'* | *[Nn]'ot in cluster mode'* | \
	    *[Nn]'ot currently a cluster member'*)	;;
	*)	return 1 ;;
	esac
}

version() {
	ask clrg -V
	printf 'Solaris Cluster %s\n' "$(last_line "$said")"
}

# ask_table NAME COMMAND...: the lines below its last heading, with NAME before.
ask_table() {
	name=$1
	shift
	ask "$@"
	printf '%s\n' "$said" | awk -v "name=$name" '
	/^-----/ {
		below = 1
		next
	}
	/^(---|===|[^ ].* ===$)/ {
		below = 0
	}
	below && NF > 0 {
		print name (substr($0, 1, 1) == " " ? "+" : ""), $0
	}'
}

# A line of a group that begins with blanks is of the group of the line above.
look() {
	tables=$(ask_table node clnode status && ask_table group clrg status) ||
	    exit
	printf '%s\n' "$tables" | awk '
	$1 == "node" {
		print "node", $2, $3 == "Online" ? "online" : "offline"
	}
	$1 == "group" {
		group = $2
		if (!(group in first)) {
			first[group] = 1
			print "group", group
		}
		sub("^group +[^ ]+ +", "")
		look_at(group)
		next
	}
	$1 == "group+" {
		sub("^group[+] +", "")
		look_at(group)
	}
	# NODE SUSPENDED STATUS..., the status with blanks or underscores
	function look_at(group,    status) {
		status = $3 (NF > 3 ? " " $4 : "") (NF > 4 ? " " $5 : "")
		gsub("_", " ", status)
		status = tolower(status)
		print "may", $1, group
		if ($2 == "Yes" && !(group in suspended)) {
			suspended[group] = 1
			print "unmonitored", group
			print "residue", group, group " is suspended"
		}
		if (status == "online")
			print "holder", group, $1
		if (status != "offline" && status != "unmanaged") {
			print "partly", group, $1
			busy[group] = 1
		}
		if (status ~ "fault|fail|blocked|degraded|unknown")
			print "problem group " group " is " status " on " $1
		if (status ~ "stop failed")
			print "stuck", group, "*"
		else if (status ~ "fault|start failed|blocked")
			print "stuck", group, $1
	}
	END {
		for (group in first)
			if (!(group in busy))
				print "residue", group, group " is offline"
	}' | with_exclusion
}

act_move() {
	ask clrg switch -n "$2" "$1"
}

# A switch leaves nothing.
act_release() {
	:
}

act_start() {
	[ -n "$(third partly "$1")" ] || ask clrg online "$1"
}

act_stop() {
	[ -z "$(third partly "$1")" ] || ask clrg offline "$1"
}

act_unmonitor() {
	ask clrg suspend "$1"
}

act_monitor() {
	ask clrg resume "$1"
}

act_exclude() {
	exclude_by_leaving_alone "$1"
}

act_admit() {
	admit_by_taking_back "$1"
}

main "$@"
