#!/bin/sh
# manual: what clroll and nqsupd ask where a person is the cluster software.
# Nothing is done here but remembered.  What moves, starts or stops a group is
# shown, and is so when a person has done it and said `confirm'; what else a
# verb asks for is only that he leaves something alone, and is so at once.
# Besides the verbs of all adapters there are
#
#   pending          a line for each thing that waits for a person
#   confirm          all of it is done
#   confirm GROUP NODE
#                    the node holds the group: so it begins, and is put right
#   did VERB ARGUMENT...
#                    a person did what that verb asks for
#   refuse           none of it is done, nor will be
#
#verb pending 0
#verb confirm 0-2
#verb did 2-3
#verb refuse 0
#
# A run of clroll waits before each of these until a person has confirmed to
# clroll what stands behind it, and then tells every node by `did'.
#
#person move group $1 runs on $2, and nowhere else
#person start group $1 is started
#person stop group $1 is stopped, and will not start
#
# Each node remembers for itself, in /var/lib/nqstools/manual or the folder
# NQSTOOLS_MANUAL names: confirm a move without clroll on every node, last on
# the one that got the group.  The folder's file "cluster" is written by a
# person: a line "node NAME" for each node and "group NAME" for each group.
set -u
# shellcheck source=share/cluster/frame.sh
. "$(dirname "$0")/frame.sh"

product=manual
memory=${NQSTOOLS_MANUAL:-/var/lib/nqstools/manual}

version() {
	echo 'a person'
}

# The facts, as they were confirmed, and what is wanted:
#	is holder GROUP NODE		is stopped|unmonitored GROUP
#	is excluded NODE		wants VERB ARGUMENT...
look() {
	[ -r "$memory/cluster" ] ||
	    die 69 "nobody has written '$memory/cluster'"
	[ -r "$memory/facts" ] || : >"$memory/facts" 2>/dev/null ||
	    die 77 "'$memory' may not be written"
	awk '
	FILENAME ~ "/cluster$" && ($1 == "node" || $1 == "group") && NF == 2 {
		name[++names] = $2
		kind[names] = $1
	}
	$1 == "is" {
		is[$2, $3] = NF > 3 ? $4 : "yes"
	}
	$1 == "wants" {
		want = $0
		sub("^wants ", "", want)
		wants[++count] = want
		wanted[$2, $3] = 1
	}
	function look_at(group) {
		print "group", group
		if (is["holder", group] != "") {
			print "partly", group, is["holder", group]
			if (!(("move", group) in wanted) &&
			    !(("start", group) in wanted) &&
			    !(("stop", group) in wanted) &&
			    is["stopped", group] == "")
				print "holder", group, is["holder", group]
		}
		if (is["stopped", group] != "")
			print "residue", group, group " is stopped"
		if (is["unmonitored", group] != "") {
			print "unmonitored", group
			print "residue", group, group " is left alone"
		}
	}
	END {
		for (i = 1; i <= names; i++) {
			if (kind[i] == "group")
				look_at(name[i])
			else if (is["excluded", name[i]] != "")
				print "node " name[i] " standby\nexcluded " name[i]
			else
				print "node", name[i], "online"
		}
		for (i = 1; i <= count; i++) {
			print "pending", wants[i]
			print "problem a person must: " wants[i]
			print "residue * a person must: " wants[i]
		}
	}' "$memory/cluster" "$memory/facts"
}

# remember: the facts are what is read, all at once.
remember() {
	{ cat >"$memory/facts.new" &&
	    mv "$memory/facts.new" "$memory/facts"; } ||
	    die 1 "cannot write '$memory/facts'"
}

# want VERB ARGUMENT...: unless it is wanted already, or something else of the
# same group or node is, in whose place it comes.
want() {
	awk -v "subject=$2" '!($1 == "wants" && $3 == subject)' \
	    "$memory/facts" >"$memory/facts.old" || exit 1
	{ cat "$memory/facts.old" && echo "wants $*"; } | remember
	rm -f "$memory/facts.old"
	echo "manual: a person must: $*; then say so to clroll, or," \
	    "without clroll, 'confirm' to this adapter" >&2
}

# settle [GROUP|NODE]: what was wanted, or of that one, is so.
settle() {
	awk -v "only=${1-}" '
	$1 == "wants" && only != "" && $3 != only {
		rest = rest $0 "\n"
		next
	}
	$1 == "is" {
		fact[$2 " " $3] = NF > 3 ? $4 : ""
	}
	$1 == "wants" && $2 == "move" {
		fact["holder " $3] = $4
	}
	$1 == "wants" && $2 == "start" {
		delete fact["stopped " $3]
	}
	$1 == "wants" && $2 == "stop" {
		fact["stopped " $3] = ""
	}
	$1 == "wants" && $2 == "unmonitor" {
		fact["unmonitored " $3] = ""
	}
	$1 == "wants" && $2 == "monitor" {
		delete fact["unmonitored " $3]
	}
	$1 == "wants" && $2 == "exclude" {
		fact["excluded " $3] = ""
	}
	$1 == "wants" && $2 == "admit" {
		delete fact["excluded " $3]
	}
	END {
		for (key in fact)
			print "is " key (fact[key] == "" ? "" : " " fact[key])
		printf "%s", rest
	}' "$memory/facts" | remember
}

# settle_at_once VERB ARGUMENT...
settle_at_once() {
	want "$@" 2>/dev/null
	settle "$2"
}

# did VERB GROUP|NODE [NODE]
did() {
	see
	case $1:$# in
	move:3)
		need_group "$2"
		need_node "$3" ;;
	start:2 | stop:2 | unmonitor:2 | monitor:2)
		need_group "$2" ;;
	exclude:2 | admit:2)
		need_node "$2" ;;
	*)	die 64 "wrong usage of 'did'" ;;
	esac
	settle_at_once "$@"
}

answer_more() {
	case ${1-}:$# in
	pending:1)
		see
		pick pending | sed 's/^pending //' ;;
	confirm:1)
		see
		settle ;;
	confirm:3)
		see
		need_group "$2"
		need_node "$3"
		want move "$2" "$3" 2>/dev/null
		settle ;;
	did:[34])
		did "$2" "$3" ${4+"$4"} ;;
	refuse:1)
		see
		awk '$1 == "is"' "$memory/facts" | remember ;;
	*)	return 1 ;;
	esac
}

act_move() {
	want move "$1" "$2"
}

# A person leaves nothing that binds.
act_release() {
	:
}

act_start() {
	! pick residue "$1" | grep -q 'is stopped$' || want start "$1"
}

act_stop() {
	pick residue "$1" | grep -q 'is stopped$' || want stop "$1"
}

act_unmonitor() {
	settle_at_once unmonitor "$1"
}

act_monitor() {
	settle_at_once monitor "$1"
}

act_exclude() {
	settle_at_once exclude "$1"
}

act_admit() {
	settle_at_once admit "$1"
}

main "$@"
