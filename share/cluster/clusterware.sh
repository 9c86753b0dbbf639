#!/bin/sh
# clusterware: what clroll and nqsupd ask of Oracle Clusterware.  A group is a
# resource that is not Oracle's own (ora.*).  Its commands, as in the
# "Clusterware Administration and Deployment Guide", appendix CRSCTL:
#
#   olsnodes -s                       the nodes
#   crsctl status resource [-p]       every other answer; ATTRIBUTE=VALUE
#   crsctl relocate resource X -n N   a move; it waits
#   crsctl modify resource X -attr ENABLED=0|1
#                                     unmonitor, monitor: a disabled resource is
#                                     not managed, and cannot be started
#
# Nothing keeps resources from one node alone: exclude disables each that may
# run there.
set -u
# shellcheck source=share/cluster/frame.sh
. "$(dirname "$0")/frame.sh"

product=clusterware

# Where the software is: the system's record of it says.
for record in /etc/oracle/olr.loc /var/opt/oracle/olr.loc; do
	[ ! -r "$record" ] ||
	    PATH=$PATH:$(sed -n 's/^crs_home=//p' "$record")/bin
done

is_away() {
	case $said in
	*CRS-4639* | *CRS-4535* | *CRS-4047* | *PRCO-19*)	;;
	*)	return 1 ;;
	esac
}

version() {
	ask crsctl query crs activeversion
	last_line "$said"
}

# What is not restricted to some nodes may run on all.
look() {
	ask olsnodes -s
	servers=$said
	ask crsctl status resource
	resources=$said
	ask crsctl status resource -p
	{
		printf '%s\n' "$servers" | awk 'NF == 2 { print "server", $0 }'
		printf '%s\n' "$resources"
		printf '%s\n' "$said"
	} | awk '
	$1 == "server" {
		node[++nodes] = $2
		print "node", $2, tolower($3) == "active" ? "online" : "offline"
		next
	}
	{
		at = index($0, "=")
		key = substr($0, 1, at - 1)
		value = substr($0, at + 1)
		sub("[ \t]+$", "", value)
	}
	key == "NAME" {
		name = value
		if (!(name in seen) && name !~ "^ora[.]")
			group[++groups] = name
		seen[name] = 1
	}
	at > 0 {
		is[name, key] = value
	}
	function look_at(name,    i, word, count, members) {
		print "group", name
		count = split(is[name, "STATE"], word, " on ")
		if (count == 2) {
			print "partly", name, word[2]
			if (word[1] == "ONLINE" && is[name, "TARGET"] ~ "^ONLINE")
				print "holder", name, word[2]
		}
		if (word[1] != "ONLINE" && word[1] != "OFFLINE")
			print "problem resource " name " is " \
			    tolower(is[name, "STATE"])
		if (word[1] == "OFFLINE" && is[name, "TARGET"] == "ONLINE")
			print "problem resource " name " is offline"
		if (is[name, "TARGET"] == "OFFLINE")
			print "residue", name, name " is stopped"
		if (is[name, "ENABLED"] == "0") {
			print "unmonitored", name
			print "residue", name, name " is disabled"
		}
		members = " " is[name, "HOSTING_MEMBERS"] " "
		for (i = 1; i <= nodes; i++)
			if (is[name, "PLACEMENT"] != "restricted" ||
			    index(members, " " node[i] " "))
				print "may", node[i], name
	}
	END {
		for (i = 1; i <= groups; i++)
			look_at(group[i])
	}' | with_exclusion
}

act_move() {
	if [ -n "$(third partly "$1")" ]; then
		ask crsctl relocate resource "$1" -n "$2"
	else
		ask crsctl start resource "$1" -n "$2"
	fi
}

# A relocation leaves nothing.
act_release() {
	:
}

act_start() {
	[ -n "$(third partly "$1")" ] || ask crsctl start resource "$1"
}

act_stop() {
	[ -z "$(third partly "$1")" ] || ask crsctl stop resource "$1"
}

act_unmonitor() {
	ask crsctl modify resource "$1" -attr ENABLED=0
}

act_monitor() {
	ask crsctl modify resource "$1" -attr ENABLED=1
}

act_exclude() {
	exclude_by_leaving_alone "$1"
}

act_admit() {
	admit_by_taking_back "$1"
}

main "$@"
