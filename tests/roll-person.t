#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# A person is the cluster software: what he has done is what he has said, to
# whom clroll asked for it, over nodes that are this machine.
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/fleet/world.sh
. "${srcdir:-.}/tests/fleet/world.sh"

# What the nodes remember is one file, $fleet/where; $fleet/told has a line for
# each time that one of them was told, $fleet/asked for each act.  Further:
#	refuses		the nodes cannot remember anything, and exit with it
#	kills		the clroll of $fleet/pid is killed once a node is told
prepare() {
	make_world
	make_clusters f
	cat >"$fleet/adapter" <<-'END'
		#person move group $1 runs on $2
		#verb did 2-3
		cd "$NQSTOOLS_FLEET" || exit
		case $1:$# in
		where:2)	cat where ;;
		where:3)	[ "$3" = "$(cat where)" ] || exit 3 ;;
		did:4)	[ ! -e refuses ] || exit "$(cat refuses)"
			echo "$*" >>told
			echo "$4" >where
			[ ! -e kills ] || {
				while [ ! -s pid ]; do sleep 0.05; done
				kill -s KILL "$(cat pid)"
			} ;;
		move:3)	echo "$*" >>asked ;;
		*)	exit 64 ;;
		esac
	END
}

# The undo of the step.
back="\"@cluster\", \"move\", \"\$group\", \"node1\""

clroll() {
	"$build/clroll/clroll" "$@"
}

# begin RUN EXIT-CODE: with nothing moved, nor told.
begin() {
	echo node1 >"$fleet/where"
	rm -f "$fleet/told" "$fleet/asked" "$fleet/refuses" "$fleet/kills" \
	    "$fleet/pid"
	cat >"$fleet/p.conf" <<-END
		name = "p"; title = "p"; parameters = [];
		steps = ( { id = "wait"; title = "wait"; on = "active";
		    check = [ "test", "!", "-e", "$fleet/held" ];
		    within = "60s"; },
		  { id = "move"; title = "move"; on = "active";
		    run = [ "@cluster", "move", "\$group", "node2" ];
		    verify = [ "@cluster", "where", "\$group", "node2" ];
		    undo = [ $back ];
		    undone = [ "@cluster", "where", "\$group", "node1" ]; } );
	END
	journal=$fleet/state/cluster-runs/$1.jsonl
	run "$2" clroll run --run-id "$1" "$fleet/p.conf" f
}

# told LINE...: this, and nothing else, was told to the nodes.
told() {
	for line; do
		echo "$line"
	done >"$scratch/expected"
	[ $# -gt 0 ] || : >"$scratch/expected"
	same 'was told' "$(cat "$scratch/expected")" \
	    "$(cat "$fleet/told" 2>/dev/null)"
}

# It was stopped before it came to the step.
nothing_is_confirmed_that_nobody_was_asked_for() {
	: >"$fleet/held"
	begin early 4 &
	begins=$!
	journal=$fleet/state/cluster-runs/early.jsonl
	wait_until 10 grep -q '"event":"begin"' "$journal"
	kill -s TERM "$(sed -n '1s/.*"pid":\([0-9]*\).*/\1/p' "$journal")"
	wait_until 10 grep -q '"event":"stop-asked"' "$journal"
	rm "$fleet/held"
	expect 0 wait "$begins"
	expect 1 grep -q 'must be confirmed' "$journal"
	run 4 clroll resume --yes early
	stderr_has "step 'move@node1' must be confirmed: group f runs on node2"
	told
	run 0 clroll resume --yes early
	told 'did move f node2' 'did move f node2'
	run 5 clroll rollback --yes early
	run 5 clroll rollback --yes early
	told 'did move f node2' 'did move f node2'
	run 0 clroll resume --confirm move early
	same where node1 "$(cat "$fleet/where")"
}

what_no_person_undoes_is_told_to_no_node() {
	cat >"$fleet/back" <<-END
		#!/bin/sh
		echo "\$*" >>"$fleet/told"
		exit 1
	END
	chmod +x "$fleet/back"
	back="\"$fleet/back\", \"\$group\", \"node1\", \"x\""
	begin other 4
	run 0 clroll resume --confirm move other
	: >"$fleet/told"
	run 5 clroll rollback other
	stderr_has 'could not be put back'
	expect 1 grep -q 'when it is so' "$scratch/stderr"
	run 5 clroll resume --confirm move other
	told 'f node1 x' 'f node1 x'
	run 2 clroll resume --leave 'seen' other
}

# An older clroll has begun it, which asked nobody.
what_was_begun_without_a_word_is_not_done_once_more() {
	begin older 4
	sed -i '/"event":"close"/d' "$journal"
	echo '{"event":"begin","step":"move@node1","place":"node1"}' \
	    >>"$journal"
	for word in '' --yes '--confirm move'; do
		# shellcheck disable=SC2086	# are options
		run 5 clroll resume $word older
		stderr_has "step 'move@node1' was begun, and nobody has \
confirmed it: group f runs on node2"
		stderr_has "'clroll resume --step move@node1=done older'"
	done
	told
	run 4 clroll resume --step move@node1=again older
	stderr_has 'must be confirmed'
	run 0 clroll resume --confirm move older
	told 'did move f node2' 'did move f node2'
}

# killed RUN: clroll is killed when the first node has been told.
killed() {
	begin "$1" 4
	: >"$fleet/kills"
	"$build/clroll/clroll" resume --confirm move "$1" >/dev/null 2>&1 &
	echo "$!" >"$fleet/pid"
	wait "$!" || :
	rm "$fleet/kills"
	told 'did move f node2'
	run 4 clroll status "$1"
	stdout_has 'begun    move@node1'
}

who_is_killed_while_it_tells_goes_on() {
	killed forward
	run 0 clroll resume forward
	told 'did move f node2' 'did move f node2' 'did move f node2'
	run 0 clroll report forward
	stdout_has 'confirmed '
}

# What a person has done is there, whatever a node remembers.
who_is_killed_while_it_tells_can_be_put_back() {
	killed backward
	run 5 clroll rollback backward
	told 'did move f node2' 'did move f node2' 'did move f node2'
	same asked 'move f node1' "$(cat "$fleet/asked")"
	same where node2 "$(cat "$fleet/where")"
	: >"$fleet/told"
	run 0 clroll resume --confirm move backward
	told 'did move f node1' 'did move f node1'
	same where node1 "$(cat "$fleet/where")"
}

# cannot_remember RUN EXIT-CODE WORDS OPTIONS
cannot_remember() {
	# shellcheck disable=SC2086	# are options
	run "$2" clroll resume $4 "$1"
	stderr_has "node 'node2' cannot remember what was confirmed: $3"
	stderr_has "'clroll resume $1' tells the nodes once more"
}

a_node_that_cannot_remember_says_how_it_ended() {
	begin fails 4
	echo 1 >"$fleet/refuses"
	cannot_remember fails 4 'exit code 1' '--confirm move'
	echo 69 >"$fleet/refuses"
	cannot_remember fails 69 'exit code 69' ''
	rm "$fleet/refuses"
	run 0 clroll resume fails
	told 'did move f node2' 'did move f node2'
}

run_tests nothing_is_confirmed_that_nobody_was_asked_for \
    what_no_person_undoes_is_told_to_no_node \
    what_was_begun_without_a_word_is_not_done_once_more \
    who_is_killed_while_it_tells_goes_on \
    who_is_killed_while_it_tells_can_be_put_back \
    a_node_that_cannot_remember_says_how_it_ended
