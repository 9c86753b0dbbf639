# model.sh: the cluster behind the simulated cluster softwares in this folder.
# Nothing here is a vendor's: each simulator prints the formats that are
# documented for the real commands, over a cluster that is a folder.
#
# NQSTOOLS_SIM names the folder, NQSTOOLS_SIM_NODE the node where a command is run.  In it, with
# a "view.NODE" folder instead of NQSTOOLS_SIM for a node that sees another cluster:
#
#   nodes, groups      one name a line
#   NODE.down          nothing of the cluster software runs on the node
#   GROUP.on           the node that runs the group; missing: none does
#   GROUP.was          the node that ran it before
#   GROUP.going        "NODE LOOKS [BACK]": the group starts on NODE when it
#                      was looked at so often, and then goes to BACK
#   GROUP.faulted.NODE the group could not be started there
#   GROUP.ATTRIBUTE, NODE.ATTRIBUTE, ATTRIBUTE
#                      what the product knows of it
#   hook               a program that is called "start|stop GROUP NODE" when
#                      a group is; its failure is the group's
#   trouble.COMMAND    what befalls that command: "hang", "refuse" (it fails
#                      as if there were nothing to talk to), "forbid", or
#                      "fail"
#   late               how many looks a move takes; "LOOKS"
#   bounce.GROUP       after a move it goes back where it was
#   broken.GROUP.NODE  it cannot be started there
#   log                every command
# shellcheck shell=sh disable=SC2034
set -u
LC_ALL=C
export LC_ALL

command=${0##*/}
model=${NQSTOOLS_SIM:?}
[ ! -d "$NQSTOOLS_SIM/view.${NQSTOOLS_SIM_NODE:?}" ] || model=$NQSTOOLS_SIM/view.$NQSTOOLS_SIM_NODE
printf '%s\n' "$NQSTOOLS_SIM_NODE: $command $*" >>"$NQSTOOLS_SIM/log"

fail() {
	code=$1
	shift
	echo "$*" >&2
	exit "$code"
}

# meet_trouble REFUSAL FORBIDDANCE: what the command says then.
meet_trouble() {
	case $(cat "$model/trouble.$command" 2>/dev/null) in
	hang)	exec sleep 3600 ;;
	refuse)	fail 1 "$1" ;;
	forbid)	fail 1 "$2" ;;
	fail)	fail 1 'an internal error occurred' ;;
	esac
	[ ! -e "$model/$NQSTOOLS_SIM_NODE.down" ] || fail 1 "$1"
}

nodes() {
	cat "$model/nodes"
}

groups() {
	cat "$model/groups"
}

has_node() {
	grep -Fqx -e "$1" "$model/nodes"
}

has_group() {
	grep -Fqx -e "$1" "$model/groups"
}

is_up() {
	[ ! -e "$model/$1.down" ]
}

is_set() {
	[ -e "$model/$1" ]
}

set_flag() {
	: >"$model/$1"
}

unset_flag() {
	rm -f "$model/$1"
}

# on GROUP: the node that runs it, if any.
on() {
	cat "$model/$1.on" 2>/dev/null
}

# going GROUP: where it is going, if it is.
going() {
	awk '{ print $1 }' "$model/$1.going" 2>/dev/null
}

hook() {
	[ ! -x "$model/hook" ] || "$model/hook" "$@" >&2
}

# stop_group GROUP
stop_group() {
	rm -f "$model/$1.going"
	set -- "$1" "$(on "$1")"
	[ -n "$2" ] || return 0
	hook stop "$@" || return 1
	echo "$2" >"$model/$1.was"
	rm -f "$model/$1.on"
}

# start_group GROUP NODE
start_group() {
	if is_set "broken.$1.$2" || ! is_up "$2" || ! hook start "$@"; then
		set_flag "$1.faulted.$2"
		return 1
	fi
	rm -f "$model/$1.faulted.$2"
	echo "$2" >"$model/$1.on"
}

# start_soon GROUP NODE [BACK]: at once, or after some looks.
start_soon() {
	looks=$(cat "$model/late" 2>/dev/null)
	if [ -z "$looks" ] && [ $# -eq 2 ]; then
		start_group "$@"
		return
	fi
	group=$1
	shift
	echo "$1 ${looks:-1} ${2-}" >"$model/$group.going"
}

# move_group GROUP NODE
move_group() {
	set -- "$1" "$2" "$(on "$1" || cat "$model/$1.was")"
	stop_group "$1" || return 1
	if is_set "bounce.$1"; then
		start_soon "$@"
	else
		start_soon "$1" "$2"
	fi
}

# look_group GROUP: one look at a group that is on its way.
look_group() {
	[ -e "$model/$1.going" ] || return 0
	group=$1
	read -r node looks back <"$model/$group.going"
	looks=$((looks - 1))
	if [ "$looks" -gt 0 ]; then
		echo "$node $looks $back" >"$model/$group.going"
		return
	fi
	rm -f "$model/$group.going"
	start_group "$group" "$node"
	[ -z "$back" ] || {
		stop_group "$group"
		rm -f "$model/bounce.$group"
		echo "$back 3" >"$model/$group.going"
	}
}

look_groups() {
	for each in $(groups); do
		look_group "$each"
	done
}

# elsewhere GROUP NODE: another node that may run it, as the product says.
elsewhere() {
	for each in $(nodes); do
		[ "$each" != "$2" ] && is_up "$each" && echo "$each" && return
	done
	return 1
}
