#!/bin/sh
# pacemaker: what clroll and nqsupd ask of a Pacemaker cluster.  Its commands:
# crm_mon, crm_resource, cibadmin and crm_standby, of Pacemaker 2, whatever
# shell a site uses above them (pcs, crmsh).
set -u
# shellcheck source=share/cluster/frame.sh
. "$(dirname "$0")/frame.sh"

product=pacemaker

is_away() {
	[ "$1" -eq 102 ]
}

version() {
	crm_mon --version </dev/null | head -n 1
}

# The functions that the awk programs below share.  With RS set to "<" every
# record is one element: its name, then its attributes.
# shellcheck disable=SC2016
elements='
	BEGIN { RS = "<" }
	function attribute(name,    value) {
		if (!match($0, "[ \t\n]" name "=\"[^\"]*\""))
			return ""
		value = substr($0, RSTART + length(name) + 3,
		    RLENGTH - length(name) - 4)
		gsub("&lt;", "<", value)
		gsub("&gt;", ">", value)
		gsub("&quot;", "\"", value)
		gsub("&amp;", "\\&", value)
		return value
	}
	function is(name) {
		return attribute(name) == "true"
	}
'

# look_raw: the cluster as crm_mon sees it, in lines of words:
#	cluster DC QUORUM MAINTENANCE		each yes or no
#	node NAME STATE EXCLUDED
#	group NAME
#	member GROUP NAME STATE MANAGED NODE...	STATE: started, stopped,
#						failed, blocked, changing
#	barred NAME NODE
# A resource in no group counts as a group of its own; one that runs on many
# nodes (a clone, a bundle) is of no group, "-".
look_raw() {
	xml=$(crm_mon -1 --inactive --output-as=xml 2>/dev/null </dev/null)
	case $? in
	0) ;;
	127) die 69 "there is no crm_mon here" ;;
	*) die 69 "the cluster software does not run here" ;;
	esac
	printf '%s\n' "$xml" | awk "$elements"'
	function word(truth) {
		return truth ? "yes" : "no"
	}
	function node_state() {
		if (is("unclean"))
			return "unclean"
		if (!is("online") || is("pending"))
			return "offline"
		if (is("maintenance"))
			return "maintenance"
		return is("standby") || is("standby_onfail") ? "standby" : "online"
	}
	function member_state(    role, pending) {
		role = attribute("role")
		pending = attribute("pending")
		if (is("blocked"))
			return "blocked"
		if (is("failed"))
			return "failed"
		if (pending != "" && pending != "Monitoring")
			return "changing"
		if (role == "Stopped")
			return "stopped"
		return role == "Started" && is("active") ? "started" : "changing"
	}
	function member_end() {
		if (member != "")
			print member holders
		member = holders = ""
	}
	$1 == "current_dc" {
		dc = is("present")
		quorum = is("with_quorum")
	}
	$1 == "cluster_options" {
		print "cluster", word(dc), word(quorum),
		    word(is("maintenance-mode"))
	}
	$1 ~ "^nodes" || $1 ~ "^resources" || $1 ~ "^node_history" {
		part = $1
		sub(">.*", "", part)
	}
	part == "nodes" && $1 == "node" {
		print "node", attribute("name"), node_state(),
		    word(is("standby") || is("standby_onfail"))
	}
	part == "resources" && $1 == "group" && many == "" {
		group = attribute("id")
		print "group", group
	}
	$1 ~ "^/group" {
		group = ""
	}
	$1 == "clone" || $1 == "bundle" {
		many = $1
	}
	$1 ~ "^/" many ">" {
		many = ""
	}
	part == "resources" && $1 == "resource" {
		member_end()
		owner = group == "" ? attribute("id") : group
		if (many != "")
			owner = "-"
		member = "member " owner " " attribute("id") " " \
		    member_state() " " word(is("managed"))
	}
	part == "resources" && $1 == "node" {
		holders = holders " " attribute("name")
	}
	$1 ~ "^/resources" {
		member_end()
		part = ""
	}
	part == "node_history" && $1 == "node" {
		node = attribute("name")
	}
	$1 == "resource_history" &&
	    attribute("fail-count") + 0 >= attribute("migration-threshold") + 0 {
		print "barred", attribute("id"), node
	}'
}

# knows_nothing: as while it is being started, when it answers already.
knows_nothing() {
	printf '%s\n' "$raw" | awk '
	$1 == "cluster" {
		knows = $2 == "yes"
	}
	$1 == "group" || $1 == "member" {
		knows = 1
	}
	END {
		exit knows
	}'
}

# look: the same lines, and those that the verbs want.
look() {
	raw=$(look_raw) || exit
	! knows_nothing || die 69 "the cluster software is only starting here"
	printf '%s\n' "$raw" | awk '
	{
		print
	}
	$1 == "cluster" && $2 == "no" {
		print "problem the cluster has no controller"
	}
	$1 == "cluster" && $3 == "no" {
		print "problem the cluster has no quorum"
	}
	$1 == "cluster" {
		known = $2 == "yes"
	}
	$1 == "cluster" && $4 == "yes" {
		print "residue * the cluster is in maintenance"
	}
	$1 == "node" && $3 == "maintenance" {
		print "residue * node " $2 " is in maintenance"
	}
	$1 == "node" && $4 == "yes" {
		print "excluded", $2
	}
	$1 == "member" {
		of[$3] = $2
	}
	$1 == "member" && $4 == "blocked" {
		print "stuck", $2, "*"
	}
	$1 == "barred" && of[$2] != "" {
		print "stuck", of[$2], $3
	}
	$1 == "member" && ($4 == "failed" || $4 == "blocked") {
		print "problem resource " $3 " is " $4 (NF > 5 ? " on " $6 : "")
	}
	$1 == "member" && $5 == "no" && $4 != "blocked" {
		print "residue " $2 " " $3 " is not managed"
	}
	$1 == "barred" {
		print "problem resource " $2 " is barred from " $3 \
		    " by its failures, until crm_resource --cleanup"
	}
	$1 == "member" && $2 == $3 {
		print "alone", $2
	}
	$1 == "member" && $2 != "-" {
		for (i = 6; i <= NF; i++)
			print "partly", $2, $i
		if ($4 != "started" || NF != 6 ||
		    ($2 in node && node[$2] != $6))
			torn[$2] = 1
		node[$2] = $6
	}
	END {
		for (group in node)
			if (known && !(group in torn))
				print "holder", group, node[group]
	}'
}

# members GROUP
members() {
	pick member "$1" | awk '{ print $3 }'
}

# constraints GROUP: the constraints that moves and bans of the group or its
# members have left: whose, and the constraint's id.
constraints() {
	printf '%s\n' "$configuration" |
	    awk -v "names=$1 $(members "$1" | tr '\n' ' ')" "$elements"'
	BEGIN {
		count = split(names, list, " ")
		for (i = 1; i <= count; i++)
			known[list[i]] = 1
	}
	$1 == "rsc_location" && attribute("rsc") in known &&
	    attribute("id") ~ "^cli-(prefer|ban)-" {
		print attribute("rsc"), attribute("id")
	}'
}

# A location of minus infinity: a ban, or a rule of the site.
bans() {
	ask cibadmin --query --scope configuration
	printf '%s\n' "$said" |
	    awk -v "group=$1" -v "names=$1 $(members "$1" | tr '\n' ' ')" \
	    "$elements"'
	BEGIN {
		count = split(names, list, " ")
		for (i = 1; i <= count; i++)
			known[list[i]] = 1
	}
	$1 == "rsc_location" && attribute("rsc") in known &&
	    attribute("score") == "-INFINITY" && attribute("node") != "" {
		print "stuck", group, attribute("node")
	}'
}

# settings GROUP: what in the configuration of the group and its members
# holds the cluster software back.
settings() {
	printf '%s\n' "$configuration" | awk -v "wanted=$1" "$elements"'
	function off(value) {
		return tolower(value) ~ "^(false|no|n|0|off)$"
	}
	$1 == "group" {
		group = name = attribute("id")
	}
	$1 == "primitive" {
		name = attribute("id")
	}
	$1 ~ "^/primitive" {
		name = group
	}
	$1 ~ "^/group" {
		group = name = ""
	}
	name == "" || (group != wanted && name != wanted) {
		next
	}
	$1 == "op" && attribute("name") == "monitor" &&
	    attribute("enabled") != "" && off(attribute("enabled")) {
		print "monitor of " name " is switched off"
	}
	$1 == "nvpair" && attribute("name") == "target-role" &&
	    attribute("value") == "Stopped" {
		print name " may not start"
	}
	$1 == "nvpair" && attribute("name") == "maintenance" &&
	    !off(attribute("value")) {
		print name " is in maintenance"
	}'
}

# set_meta GROUP NAME [VALUE]: without a value, to the default.
set_meta() {
	if [ $# -eq 3 ]; then
		ask crm_resource --resource "$1" --meta \
		    --set-parameter "$2" --parameter-value "$3"
	else
		ask crm_resource --resource "$1" --meta --delete-parameter "$2"
	fi
}

closer() {
	ask cibadmin --query --scope configuration
	configuration=$said
	constraints "$1" | awk -v "group=$1" '{
		print "bound", group, $1
		print "residue", group, "constraint " $2
	}'
	settings "$1" | awk -v "group=$1" '{
		print "residue", group, $0
	}
	$0 == group " is in maintenance" {
		print "unmonitored", group
	}'
}

# 108 says that the group is there, although it may be about to leave for the
# sake of an earlier move; --force then binds it there.
act_move() {
	set -- --resource "$1" --move --node "$2"
	said=$(crm_resource "$@" 2>&1 </dev/null)
	code=$?
	case $code in
	0) ;;
	108) ask crm_resource "$@" --force ;;
	*) give_up crm_resource "$code" ;;
	esac
}

act_release() {
	for name in $(third bound "$1" | sort -u); do
		ask crm_resource --resource "$name" --clear
	done
}

act_start() {
	set_meta "$1" target-role
}

act_stop() {
	set_meta "$1" target-role Stopped
}

act_unmonitor() {
	set_meta "$1" maintenance true
}

act_monitor() {
	ask crm_resource --resource "$1" --refresh
	ask crm_resource --wait --timeout=120s
	set_meta "$1" maintenance
}

act_exclude() {
	ask crm_standby --node "$1" --update on
}

act_admit() {
	ask crm_standby --node "$1" --delete
	ask crm_standby --node "$1" --delete --lifetime reboot
}

main "$@"
