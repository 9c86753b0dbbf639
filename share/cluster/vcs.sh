#!/bin/sh
# vcs: what clroll and nqsupd ask of Veritas Cluster Server (InfoScale).  A
# group is a failover service group.  Its commands, as in hasys(1M), hagrp(1M),
# haclus(1M), haconf(1M) and the "Cluster Server Administrator's Guide":
#
#   hasys|hagrp -state, -display   every answer
#   hagrp -switch                  a move; it returns before anything happened
#   hagrp -freeze -persistent      unmonitor: nothing is done to the group
#   hasys -freeze -persistent      exclude: no group can come online there
#   haconf -makerw, -dump -makero  around the two; a configuration that is
#                                  left writable keeps VCS from starting
set -u
# shellcheck source=share/cluster/frame.sh
. "$(dirname "$0")/frame.sh"

product=vcs
PATH=$PATH:/opt/VRTSvcs/bin:/opt/VRTS/bin

is_away() {
	case $said in
	*V-16-1-10600* | *[Cc]'annot connect'* | *'not running'*)	;;
	*)	return 1 ;;
	esac
}

version() {
	ask haclus -value EngineVersion
	printf 'VCS %s\n' "$said"
}

# ask_table NAME COMMAND...: its lines, but the heading, with NAME before.
ask_table() {
	name=$1
	shift
	ask "$@"
	printf '%s\n' "$said" | awk -v "name=$name" '
	NF > 2 && substr($0, 1, 1) != "#" {
		print name, $0
	}'
}

# The group ClusterService is the product's own.
look() {
	tables=$(ask_table system hasys -state &&
	    ask_table system hasys -display -attribute Frozen TFrozen &&
	    ask_table group hagrp -display -attribute Frozen Parallel TFrozen &&
	    ask_table group hagrp -state) || exit
	ask haclus -value ReadOnly
	printf '%s\n' "$tables" "read_only $said" | awk '
	$1 == "system" && $3 == "SysState" {
		node[++nodes] = $2
		state[$2] = $4
	}
	$1 == "system" && $3 ~ "Frozen$" && $4 == 1 {
		frozen[$2] = 1
	}
	$1 == "group" && $3 ~ "Frozen$" && $NF == 1 {
		cold[$2] = cold[$2] " " $3
	}
	$1 == "group" && $3 == "Parallel" && $NF != 0 {
		parallel[$2] = 1
	}
	$1 == "group" && $3 == "State" && $2 != "ClusterService" &&
	    !($2 in parallel) {
		if (!($2 in first)) {
			first[$2] = 1
			print "group", $2
			show_frozen($2)
		}
		look_at_state($2, $4, $5)
	}
	$1 == "read_only" && $2 == 0 {
		print "writable all"
		print "residue * the configuration is left writable"
	}
	function show_frozen(group,    word, i, count) {
		count = split(cold[group], word, " ")
		for (i = 1; i <= count; i++)
			print "frozen", group, word[i]
		if (count > 0) {
			print "unmonitored", group
			print "residue", group, group " is frozen"
		}
	}
	# All but the word ONLINE alone is on the way, or broken.
	function look_at_state(group, name, value) {
		if (value ~ "FAULTED") {
			print "faulted", group, name
			print "stuck", group, name
			print "problem group " group " is faulted on " name
		}
		if (value ~ "ONLINE|PARTIAL|STARTING|STOPPING") {
			print "partly", group, name
			busy[group] = 1
		}
		if (value == "|ONLINE|" || value == "ONLINE")
			print "holder", group, name
	}
	END {
		for (i = 1; i <= nodes; i++) {
			name = node[i]
			word = state[name] == "RUNNING" ? "online" : \
			    state[name] ~ "^(FAULTED|UNKNOWN|LEAVING)" ? \
			    "unclean" : "offline"
			if (name in frozen) {
				print "excluded", name
				if (word == "online")
					word = "standby"
			}
			print "node", name, word
		}
		for (group in first)
			if (!(group in busy))
				print "residue", group, group " is offline"
	}'
}

# change COMMAND...: with the configuration open, and closed again in any case.
change() {
	has writable all || ask haconf -makerw
	answer=$("$@" 2>&1 </dev/null)
	code=$?
	ask haconf -dump -makero
	said=$answer
	[ "$code" -eq 0 ] || give_up "$1" "$code"
}

act_move() {
	! third faulted "$1" | grep -Fqx -e "$2" ||
	    die 1 "group '$1' is faulted on '$2'"
	if [ -n "$(third partly "$1")" ]; then
		ask hagrp -switch "$1" -to "$2"
	else
		ask hagrp -online "$1" -sys "$2"
	fi
}

# A switch leaves nothing but what a change left open that was cut short.
act_release() {
	! has writable all || ask haconf -dump -makero
}

act_start() {
	[ -n "$(third partly "$1")" ] || ask hagrp -online "$1" -any
}

act_stop() {
	[ -z "$(third partly "$1")" ] || ask hagrp -offline "$1" -any
}

act_unmonitor() {
	change hagrp -freeze "$1" -persistent
}

# What was stopped by hand and is not online again is brought online where a
# part of it is.
act_monitor() {
	for attribute in $(third frozen "$1"); do
		case $attribute in
		Frozen)	change hagrp -unfreeze "$1" -persistent ;;
		TFrozen)	ask hagrp -unfreeze "$1" ;;
		esac
	done
	[ -z "$(holder "$1")" ] || return 0
	for node in $(third partly "$1"); do
		ask hagrp -clear "$1"
		ask hagrp -online "$1" -sys "$node"
	done
}

act_exclude() {
	change hasys -freeze -persistent "$1"
}

# Both freezes, whichever it was.
act_admit() {
	change hasys -unfreeze -persistent "$1"
	hasys -unfreeze "$1" >/dev/null 2>&1 </dev/null
}

main "$@"
