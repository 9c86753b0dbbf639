# frame.sh: what every adapter for a cluster software answers, and what all
# of them have in common.  nqstools.adapter(7) says how one is written.
# usage: ADAPTER VERB [ARGUMENT]..., on a node of the cluster, as root; or fed
# to `sh -s -- VERB [ARGUMENT]...' there, so that nothing need be installed.
# It reads nothing from its standard input.
#
# An answer is on standard output, a complaint on standard error.  Every verb
# may be said twice: what is so already is done.  None promises to wait for
# the effect, except `monitor' and `admit': ask `where' and `health' until
# they say what you need.
#
#   probe          this cluster software runs here; prints its version
#   nodes          a line for each node: NAME STATE, where STATE is online,
#                  standby (takes no groups), offline, maintenance (left
#                  alone by the cluster software), or unclean (nobody knows)
#   groups         a line for each group
#   where GROUP    the node that holds the whole group, every member started;
#                  nothing while no node does, or a member is starting,
#                  stopping, failed, or blocked, or nobody can tell
#   where GROUP NODE
#                  0 if that node holds it so, 3 if not, 76 if not and the
#                  cluster software will not bring it there by itself
#   health         0 and nothing if every node is online, there is a quorum,
#                  and no resource is failed or blocked or barred from a
#                  node by its failures; else 3 and a line for each problem
#   move GROUP NODE
#                  ask for the group to move to an online node; may leave
#                  what binds it there
#   release GROUP  remove what moves of the group, or bans, have left; its
#                  place is then the cluster software's choice
#   start GROUP    let the group be started, on any node
#   stop GROUP     let it be stopped, and stay so
#   unmonitor GROUP
#                  from now on nothing of the group is stopped, started,
#                  moved or monitored, whatever becomes of it
#   monitor GROUP  look again what of the group runs where, wait until that
#                  is known, then take it back into care
#   unmonitored GROUP
#                  0 if the group is unmonitored, 3 if not
#   exclude NODE   the node takes no groups, until it is admitted; refused
#                  while it holds one, because that would be a move
#   admit NODE     the node may take groups
#   excluded NODE  0 if the node is excluded, 3 if not
#   residue GROUP  0 and nothing if maintenance of the group left nothing
#                  behind; else 3 and a line for each thing it left: what
#                  binds the group, a node or the cluster in maintenance,
#                  an excluded node, a group that is stopped or not managed,
#                  a monitor that is switched off
#   not VERB [ARGUMENT]...
#                  the question VERB with the answers 0 and 3 exchanged
#
# Exit: 0 done, or yes; 1 failed; 3 no, or a difference; 64 wrong usage;
# 69 the cluster software does not run here, or not where a group is to move;
# 76 no, and it is in vain to wait; 77 it does not permit this.
#
# shellcheck shell=sh
# The verbs, and what an adapter defines, are called by name.
# shellcheck disable=SC2317

umask 022
LC_ALL=C
# The commands of POSIX stand in a folder of their own on Solaris.
PATH=${NQSTOOLS_CLUSTER_PATH:+$NQSTOOLS_CLUSTER_PATH:}/usr/xpg4/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH

# ---- what an adapter calls -----------------------------------------------

die() {
	code=$1
	shift
	echo "${product:?}: $*" >&2
	exit "$code"
}

# last_line TEXT: that has something in it.
last_line() {
	printf '%s\n' "$1" | awk 'NF > 0 { line = $0 } END { print line }'
}

# give_up COMMAND CODE: it failed with that code and said $said.
give_up() {
	case $2 in
	126) die 77 "$1 may not be executed" ;;
	127) die 69 "there is no $1 here" ;;
	esac
	why=$(last_line "$said")
	case $said in
	*[Pp]'ermission denied'* | *[Nn]'ot authorized'* | *[Pp]rivilege* | \
	    *'must be root'* | *[Ss]uperuser*)
		die 77 "$1 is not permitted: $why" ;;
	esac
	if is_away "$2"; then
		die 69 "the cluster software does not run here: $why"
	fi
	die 1 "$1 failed with $2: $why"
}

# ask COMMAND...: one of the product's commands; what it says is in $said.
ask() {
	said=$("$@" 2>&1 </dev/null) || give_up "$1" $?
}

# pick KEY [NAME]: the lines of the state about it.
pick() {
	printf '%s\n' "$state" | awk -v "key=$1" -v "name=${2-}" '
	$1 == key && (name == "" || $2 == name)'
}

# third KEY NAME: the third word of those lines.
third() {
	pick "$1" "$2" | awk '{ print $3 }'
}

# has KEY NAME
has() {
	[ -n "$(pick "$1" "$2")" ]
}

# The node that holds the whole group, and no other has anything of it.
holder() {
	printf '%s\n' "$state" | awk -v "group=$1" '
	$1 == "holder" && $2 == group {
		node = $3
		holders++
	}
	$1 == "partly" && $2 == group && !parts[$3]++ {
		count++
	}
	END {
		if (holders == 1 && count <= 1)
			print node
	}'
}

# nodes_that_are STATE
nodes_that_are() {
	pick node | awk -v "state=$1" '$3 == state { print $2 }'
}

# this_node: its name, as the node knows it.
this_node() {
	uname -n | awk -F . '{ print $1 }'
}

# await SECONDS COMMAND [ARGUMENT]...: until it succeeds.
await() {
	left=$1
	shift
	until "$@"; do
		[ "$left" -gt 0 ] || return 1
		left=$((left - 1))
		sleep 1
	done
}

# A product that knows no way to keep groups from one node excludes it by
# leaving alone every group that may run there: none then goes anywhere.  Its
# state has a line "may NODE GROUP" for each, and goes through this filter.
with_exclusion() {
	awk '
	{
		line[NR] = $0
	}
	$1 == "may" {
		all[$2]++
		groups[$2, all[$2]] = $3
	}
	$1 == "unmonitored" {
		alone[$2] = 1
	}
	$1 == "partly" {
		holds[$3] = 1
	}
	function is_excluded(node,    i) {
		for (i = 1; i <= all[node]; i++)
			if (!(groups[node, i] in alone))
				return 0
		return all[node] > 0 && !(node in holds)
	}
	END {
		for (i = 1; i <= NR; i++) {
			split(line[i], word, " ")
			if (word[1] == "node" && is_excluded(word[2])) {
				print "excluded", word[2]
				if (word[3] == "online")
					line[i] = "node " word[2] " standby"
			}
			print line[i]
		}
	}'
}

exclude_by_leaving_alone() {
	for group in $(third may "$1"); do
		has unmonitored "$group" || act_unmonitor "$group"
	done
}

admit_by_taking_back() {
	for group in $(third may "$1"); do
		! has unmonitored "$group" || act_monitor "$group"
	done
}

# ---- what an adapter may define anew -------------------------------------

# closer GROUP: more lines of the state, that few questions need.
closer() {
	:
}

# is_stopped_here: nothing of the cluster software runs on this node, because
# that is how it is excluded.
is_stopped_here() {
	false
}

# bans GROUP: lines "stuck GROUP NODE" of what bars a group that is elsewhere
# for good from a node, where more must be asked for it than the state.
bans() {
	:
}

# answer_more VERB [ARGUMENT]...: verbs that only this adapter has; returns 1
# for one that it has not.
answer_more() {
	return 1
}

# ---- the verbs -----------------------------------------------------------

# see [GROUP]: the state of the cluster, and more of a group.
see() {
	state=$(look) || exit
	[ $# -eq 0 ] || {
		need_group "$1"
		more=$(closer "$1") || exit
		state=$(printf '%s\n' "$state" "$more")
	}
}

# A resource that is alone is a group, although none that is listed.
need_group() {
	has group "$1" || has alone "$1" || die 1 "there is no group '$1'"
}

need_node() {
	has node "$1" || die 1 "there is no node '$1'"
}

# tell LINES: what is not as it should be, if anything.
tell() {
	[ -n "$1" ] || return 0
	printf '%s\n' "$1"
	exit 3
}

verb_probe() {
	see
	version
}

verb_nodes() {
	see
	pick node | awk '{ print $2, $3 }'
}

verb_groups() {
	see
	pick group | awk '{ print $2 }'
}

verb_where() {
	see
	need_group "$1"
	[ $# -eq 2 ] || {
		holder "$1"
		return
	}
	need_node "$2"
	[ "$(holder "$1")" != "$2" ] || return 0
	! is_barred "$1" "$2" || die 76 "$(elsewhere "$1")"
	die 3 "$(elsewhere "$1")"
}

# is_barred GROUP NODE: whether the group will not come to the node by itself.
# A node that is offline may come back, but so late that nobody may wait for it
# without the group.  The state has a line "stuck GROUP NODE" where the group is
# barred from the node, or "*", from all.
is_barred() {
	case $(third node "$2") in
	offline | standby | maintenance) return 0 ;;
	esac
	third stuck "$1" | grep -Fqx -e "$2" -e '*' || {
		[ -n "$(holder "$1")" ] &&
		    bans "$1" | grep -Fqx -e "stuck $1 $2"
	}
}

# elsewhere GROUP: where it is, for who wants it to be on another node, and
# what may keep it from there.
elsewhere() {
	{
		pick problem
		pick node
	} | awk -v "group=$1" -v "holder=$(holder "$1")" '
	$1 == "node" && $3 != "online" {
		said = said "; node " $2 " is " $3
	}
	$1 == "problem" {
		sub("^problem ", "")
		said = said "; " $0
	}
	END {
		print (holder == "" ? "no node holds the whole group " \
		    group : "group " group " is on " holder) said
	}'
}

verb_health() {
	see
	tell "$(printf '%s\n' "$state" | awk '
	$1 == "node" && $3 != "online" {
		print "node " $2 " is " $3
	}
	$1 == "problem" {
		sub("^problem ", "")
		print
	}')"
}

# Where nothing remains of an earlier move, a group that is there needs
# nothing.
verb_move() {
	see "$1"
	need_node "$2"
	if [ "$(holder "$1")" = "$2" ] && ! has bound "$1"; then
		return
	fi
	case $(third node "$2") in
	online) ;;
	offline) die 69 "node '$2' is offline" ;;
	*) die 1 "node '$2' is $(third node "$2")" ;;
	esac
	act_move "$1" "$2"
}

verb_release() {
	see "$1"
	act_release "$1"
}

verb_start() {
	see "$1"
	act_start "$1"
}

verb_stop() {
	see "$1"
	act_stop "$1"
}

verb_unmonitor() {
	see "$1"
	has unmonitored "$1" || act_unmonitor "$1"
}

# What is left alone only in part is taken back too.
verb_monitor() {
	see "$1"
	! { has unmonitored "$1" || has held "$1"; } || act_monitor "$1"
}

verb_unmonitored() {
	see "$1"
	has unmonitored "$1" || exit 3
}

# Whatever of a group is on a node, it holds it.
verb_exclude() {
	! { [ "$1" = "$(this_node)" ] && is_stopped_here; } || return 0
	see
	need_node "$1"
	! has excluded "$1" || return 0
	held=$(printf '%s\n' "$state" | awk -v "node=$1" '
	($1 == "holder" || $1 == "partly") && $3 == node {
		print $2
	}' | sort -u | tr '\n' ' ')
	[ -z "$held" ] || die 1 "node '$1' holds ${held% }"
	act_exclude "$1"
}

verb_admit() {
	if [ "$1" = "$(this_node)" ] && is_stopped_here; then
		act_admit "$1"
		return
	fi
	see
	need_node "$1"
	! has excluded "$1" || act_admit "$1"
}

verb_excluded() {
	! { [ "$1" = "$(this_node)" ] && is_stopped_here; } || return 0
	see
	need_node "$1"
	has excluded "$1" || exit 3
}

verb_residue() {
	see "$1"
	tell "$(printf '%s\n' "$state" | awk -v "group=$1" '
	$1 == "excluded" {
		print "node " $2 " is excluded"
	}
	$1 == "residue" && ($2 == group || $2 == "*") {
		sub("^residue [^ ]* ", "")
		print
	}')"
}

# answer VERB [ARGUMENT]...: does not return.
answer() {
	case ${1-}:$# in
	probe:1 | nodes:1 | groups:1 | health:1 | where:[23] | move:3 | \
	    release:2 | start:2 | stop:2 | unmonitor:2 | monitor:2 | \
	    unmonitored:2 | exclude:2 | admit:2 | excluded:2 | residue:2)
		verb=$1
		shift
		"verb_$verb" "$@"
		exit 0 ;;
	esac
	! answer_more "$@" || exit 0
	die 64 "wrong usage of '${1-}'; the verbs are in the head of this file"
}

# answer_not VERB [ARGUMENT]...: the same, with 0 and 3 exchanged.
answer_not() {
	(answer "$@")
	code=$?
	case $code in
	0) exit 3 ;;
	3 | 76) exit 0 ;;
	esac
	exit "$code"
}

main() {
	for argument; do
		case $argument in
		'' | -* | *[!A-Za-z0-9._-]*)
			die 64 "'$argument' is not a name" ;;
		esac
	done
	case ${1-}:$# in
	not:[2-9])
		shift
		answer_not "$@" ;;
	*)
		answer "$@" ;;
	esac
}
