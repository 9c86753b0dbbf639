#!/bin/sh
# expresscluster: what clroll and nqsupd ask of EXPRESSCLUSTER X (CLUSTERPRO).
# A group is a failover group.  Its commands, as the vendor's guides and
# published scripts show them:
#
#   clpstat --long     servers, groups and monitors; without --long, names are
#                      cut at 16 characters
#   clpstat -m         each monitor's state on each server
#   clpgrp -n GROUP    the server that runs the group, the surest answer
#   clpgrp -m GROUP -a SERVER, -s, -t   move, start, stop
#   clpmonctrl -s|-r -h SERVER -m MONITOR
#                      unmonitor, monitor: all monitors, on each server; a
#                      group has none of its own that a command could tell
#   clpcl -t|-s -h SERVER   exclude, admit: the server's cluster service; there
#                      is no lesser way to keep a group away from a server
#
# A failover after the death of a server is not held off by unmonitor.  The
# multiplier of time-outs (clptoratio) cannot be asked for, and is no residue.
set -u
# shellcheck source=share/cluster/frame.sh
. "$(dirname "$0")/frame.sh"

product=expresscluster
PATH=$PATH:/opt/nec/clusterpro/bin

# How long a server's cluster service may take to start.
start_time=300

is_away() {
	case $said in
	*'not running'* | *'not active'* | *'not started'*)	;;
	*)	return 1 ;;
	esac
}

version() {
	echo 'EXPRESSCLUSTER X'
}

is_stopped_here() {
	! said=$(clpstat --long 2>&1 </dev/null) && is_away 1
}

# look_raw: servers, groups and monitors, in lines of words:
#	server NAME STATE
#	group NAME STATE CURRENT	without blanks in the state
#	resource GROUP NAME STATE
#	monitor NAME STATE
look_raw() {
	ask clpstat --long
	printf '%s\n' "$said" | awk '
	# The text after the colon, its blanks made dashes; a comment stands
	# behind it in a column of its own.
	function value(    text) {
		text = substr($0, index($0, ": ") + 2)
		sub("([ \t][ \t].*|[ \t]+)$", "", text)
		gsub("[ \t]+", "-", text)
		return text
	}
	function name_of(    text) {
		text = $0
		sub("^[ *]+", "", text)
		sub("[ .]*: .*", "", text)
		return text
	}
	/^ *</ {
		part = $1
		next
	}
	/^ *=/ || !/: / {
		next
	}
	part == "<server>" && /^    ?[ *]?[^ ]/ && !/^      / {
		print "server", name_of(), value()
	}
	part == "<group>" && /^    [^ ]/ {
		group = name_of()
		state = value()
	}
	part == "<group>" && /^      +current / {
		print "group", group, state, value()
	}
	part == "<group>" && /^      / && !/^      +current / {
		print "resource", group, name_of(), value()
	}
	part == "<monitor>" && /^    [^ ]/ {
		print "monitor", name_of(), value()
	}'
}

# runners RAW: "runs GROUP SERVER", as clpgrp says, for each that may run.
runners() {
	for group in $(printf '%s\n' "$1" |
	    awk '$1 == "group" && $3 == "Online" { print $2 }'); do
		server=$(clpgrp -n "$group" 2>/dev/null </dev/null) || continue
		echo "runs $group $server"
	done
}

# monitor_map: "suspended MONITOR SERVER" for each.
monitor_map() {
	ask clpstat -m
	printf '%s\n' "$said" | awk '
	/^ *Monitor[0-9]+ +\[/ {
		monitor = $0
		sub("^[^[]*\\[ *", "", monitor)
		sub(" *:.*", "", monitor)
	}
	/ \[o\] *: *Suspend/ {
		server = $1
		sub("^\\*", "", server)
		print "suspended", monitor, server
	}'
}

# What clpstat and clpgrp do not agree about, nobody knows.
look() {
	raw=$(look_raw) || exit
	map=$(monitor_map) || exit
	printf '%s\n' "$raw" "$(runners "$raw")" "$map" | awk '
	$1 == "server" {
		state = $3 == "Online" ? "online" : \
		    $3 ~ "^Suspend" ? "maintenance" : "offline"
		print "node", $2, state
		if ($3 == "Offline")
			print "excluded", $2
		if ($3 ~ "^Suspend" && !told++) {
			print "suspended_cluster yes"
			print "residue * the cluster is suspended"
		}
		if ($3 == "Online")
			servers++
	}
	$1 == "group" {
		print "group", $2
		current[$2] = $4
		if ($4 != "None" && $4 != "")
			print "partly", $2, $4
		if ($3 ~ "Failure") {
			print "problem group " $2 " is in failure"
			print "stuck", $2, "*"
		}
		if ($3 == "Offline")
			print "residue", $2, $2 " is stopped"
	}
	$1 == "resource" && $4 ~ "Failure" {
		print "problem resource " $3 " is in failure"
	}
	$1 == "resource" && $4 != "Online" {
		torn[$2] = 1
	}
	$1 == "runs" && current[$2] == $3 && !($2 in torn) {
		print "holder", $2, $3
	}
	$1 == "monitor" {
		print "monitor", $2
		monitors++
		if ($3 !~ "^(Normal|Offline|Suspend)")
			print "problem monitor " $2 " is " $3
	}
	$1 == "suspended" {
		print
		print "residue * monitor " $2 " is suspended on " $3
		suspended++
	}
	END {
		for (group in current) {
			if (suspended > 0 || told)
				print "held", group
			if (monitors > 0 && suspended >= monitors * servers)
				print "unmonitored", group
		}
	}'
}

act_move() {
	if [ -n "$(third partly "$1")" ]; then
		ask clpgrp -m "$1" -a "$2"
	else
		ask clpgrp -s "$1" -h "$2"
	fi
}

# A move leaves nothing.
act_release() {
	:
}

act_start() {
	[ -n "$(third partly "$1")" ] || ask clpgrp -s "$1"
}

act_stop() {
	[ -z "$(third partly "$1")" ] || ask clpgrp -t "$1"
}

# A server that is not online has no monitor that could be suspended.
act_unmonitor() {
	for server in $(nodes_that_are online); do
		for monitor in $(pick monitor | awk '{ print $2 }'); do
			ask clpmonctrl -s -h "$server" -m "$monitor"
		done
	done
}

act_monitor() {
	! has suspended_cluster yes || ask clpcl --resume
	pick suspended | awk '{ print $2, $3 }' |
	    while read -r monitor server; do
		ask clpmonctrl -r -h "$server" -m "$monitor"
	done || exit
}

act_exclude() {
	ask clpcl -t -h "$1"
}

is_online() {
	(see && [ "$(third node "$1")" = online ]) 2>/dev/null
}

act_admit() {
	ask clpcl -s -h "$1"
	await "$start_time" is_online "$1" ||
	    die 1 "the cluster service of '$1' does not start"
}

main "$@"
