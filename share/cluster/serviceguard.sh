#!/bin/sh
# serviceguard: what clroll and nqsupd ask of HPE Serviceguard.  A group is a
# failover package.  Its commands, as in cmviewcl(1m), cmviewcl(5),
# cmhaltpkg(1m), cmrunpkg(1m), cmmodpkg(1m) and "Managing Serviceguard":
#
#   cmviewcl -v -f line        every answer; PREFIX|ATTRIBUTE=VALUE
#   cmhaltpkg, cmrunpkg -n     a move; the first switches AUTO_RUN off, and
#                              cmmodpkg -e on again
#   cmmodpkg -d|-e -n NODE     exclude, admit: package switching to the node
#   cmmodpkg -m on|off         unmonitor, monitor: maintenance mode, which only
#                              modular packages have, and only while AUTO_RUN
#                              is off
set -u
# shellcheck source=share/cluster/frame.sh
. "$(dirname "$0")/frame.sh"

product=serviceguard
PATH=$PATH:/opt/cmcluster/bin:/usr/local/cmcluster/bin

is_away() {
	case $said in
	*[Cc]'annot connect'* | *[Uu]'nable to connect'* | \
	    *'not configured in a cluster'* | *[Cc]'luster is not running'*)
		;;
	*)	return 1 ;;
	esac
}

version() {
	ask cmversion
	printf 'Serviceguard %s\n' "$said"
}

# The last prefix of a line says what the attribute is of.  A package that is
# up nowhere, with AUTO_RUN off, was halted by a person.
look() {
	ask cmviewcl -v -f line
	printf '%s\n' "$said" | awk '
	{
		at = match($0, "[a-z_]+=")
		if (at == 0)
			next
		prefix = substr($0, 1, at - 1)
		attribute = substr($0, at, RLENGTH - 1)
		value = substr($0, at + RLENGTH)
		parts = split(prefix, part, "|")
		kind = name = ""
		split(part[1], word, ":")
		if (parts > 1) {
			kind = word[1]
			name = word[2]
		}
	}
	parts <= 1 {
		cluster[attribute] = value
	}
	parts == 2 && kind == "node" {
		if (!(name in node))
			node[name] = ++nodes
		node_is[name, attribute] = value
		node_name[nodes] = name
	}
	parts == 2 && kind == "package" {
		if (!(name in package))
			package_name[++packages] = name
		package[name] = 1
		is[name, attribute] = value
	}
	parts == 3 && kind == "package" && part[2] ~ "^node:" {
		target = substr(part[2], 6)
		if (attribute == "switching")
			switching[name, target] = value
	}
	function state_of(name) {
		if (node_is[name, "status"] == "down")
			return "offline"
		if (node_is[name, "status"] != "up")
			return "unclean"
		return node_is[name, "state"] == "running" ? "online" : \
		    "offline"
	}
	function is_group(name) {
		return is[name, "type"] == "" || is[name, "type"] == "failover"
	}
	# Every package that may run on the node may not switch to it.
	function excluded(name,    i, all, off) {
		for (i = 1; i <= packages; i++) {
			if (!is_group(package_name[i]) ||
			    !((package_name[i], name) in switching))
				continue
			all++
			if (switching[package_name[i], name] == "disabled")
				off++
		}
		return all > 0 && off == all
	}
	function look_at_package(name,    up, i) {
		up = is[name, "status"] == "up"
		print "group", name
		if (is[name, "owner"] != "" && is[name, "owner"] != "unowned") {
			print "partly", name, is[name, "owner"]
			if (up && is[name, "state"] ~ "^(running|maintenance)$")
				print "holder", name, is[name, "owner"]
		}
		if (is[name, "state"] == "failed" ||
		    is[name, "state"] == "halt_aborted" ||
		    is[name, "status"] == "unknown")
			print "problem package " name " is " is[name, "state"]
		if (is[name, "state"] == "maintenance") {
			print "unmonitored", name
			print "residue", name, name " is in maintenance mode"
		}
		if (is[name, "autorun"] == "disabled" && up) {
			print "unarmed", name
			print "residue", name, "AUTO_RUN of " name " is off"
		} else if (is[name, "autorun"] == "disabled")
			print "residue", name, name " is halted"
		for (i = 1; i <= nodes; i++) {
			if (!((name, node_name[i]) in switching))
				continue
			print "configured", node_name[i], name
			if (switching[name, node_name[i]] == "disabled" &&
			    !is_out[node_name[i]]) {
				print "barred", name, node_name[i]
				print "stuck", name, node_name[i]
				print "problem package " name \
				    " may not switch to " node_name[i]
				print "residue", name, name \
				    " may not switch to " node_name[i]
			}
		}
	}
	END {
		if (cluster["status"] != "" && cluster["status"] != "up")
			print "problem the cluster is " cluster["status"]
		for (i = 1; i <= nodes; i++) {
			name = node_name[i]
			state = state_of(name)
			is_out[name] = excluded(name)
			if (state == "online" && is_out[name])
				state = "standby"
			print "node", name, state
			if (is_out[name])
				print "excluded", name
		}
		for (i = 1; i <= packages; i++)
			if (is_group(package_name[i]))
				look_at_package(package_name[i])
	}'
}

# What was halted must not stay down because the target failed: Serviceguard
# starts it where it can; then the package may switch to the target as before.
act_move() {
	! third barred "$1" | grep -Fqx -e "$2" ||
	    die 1 "package '$1' may not switch to '$2'"
	[ -z "$(third partly "$1")" ] || ask cmhaltpkg "$1"
	said=$(cmrunpkg -n "$2" "$1" 2>&1 </dev/null) || {
		code=$?
		failure=$said
		cmmodpkg -e "$1" >/dev/null 2>&1 </dev/null
		cmmodpkg -e -n "$2" "$1" >/dev/null 2>&1 </dev/null
		said=$failure
		give_up cmrunpkg "$code"
	}
	ask cmmodpkg -e "$1"
}

# AUTO_RUN was switched off by a move, unless the package is in maintenance.
act_release() {
	for node in $(third barred "$1"); do
		ask cmmodpkg -e -n "$node" "$1"
	done
	! has unarmed "$1" || has unmonitored "$1" || ask cmmodpkg -e "$1"
}

act_start() {
	ask cmmodpkg -e "$1"
}

act_stop() {
	if [ -n "$(third partly "$1")" ]; then
		ask cmhaltpkg "$1"
	else
		ask cmmodpkg -d "$1"
	fi
}

# Maintenance is on one node only: the one that runs the package.
act_unmonitor() {
	node=$(third partly "$1")
	[ -n "$node" ] || die 1 "package '$1' runs nowhere"
	ask cmmodpkg -d "$1"
	ask cmmodpkg -m on -n "$node" "$1"
}

# A package whose services do not run leaves maintenance only when it has been
# halted.
act_monitor() {
	node=$(third partly "$1")
	if ! cmmodpkg -m off "$1" >/dev/null 2>&1 </dev/null; then
		ask cmhaltpkg "$1"
		ask cmmodpkg -m off "$1"
		ask cmrunpkg -n "$node" "$1"
	fi
	ask cmmodpkg -e "$1"
}

act_exclude() {
	for package in $(third configured "$1"); do
		ask cmmodpkg -d -n "$1" "$package"
	done
}

act_admit() {
	for package in $(third configured "$1"); do
		ask cmmodpkg -e -n "$1" "$package"
	done
}

main "$@"
