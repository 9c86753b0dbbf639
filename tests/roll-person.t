#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# A person is the cluster software: what he has done is what he has said, to
# whom clroll asked for it, over nodes that are this machine.
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/fleet/world.sh
. "${srcdir:-.}/tests/fleet/world.sh"
# shellcheck source=tests/terminal.sh
. "${srcdir:-.}/tests/terminal.sh"

# What the nodes remember is one file, $fleet/where; $fleet/told has a line for
# each time that one of them was told, $fleet/asked for each act.  Further:
#	refuses		the nodes cannot remember anything, and exit with it
#	once		only the first that is told remembers it
#	kills		with once: when the others have been refused, the clroll
#			of $fleet/pid is killed
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
			[ ! -e once ] || mkdir first || {
				echo second >>came
				exit 1
			}
			echo "$*" >>told
			echo "$4" >where
			[ ! -e kills ] || {
				while [ ! -s pid ] || [ ! -s came ]; do
					sleep 0.05
				done
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
	rm -rf "$fleet/told" "$fleet/asked" "$fleet/refuses" "$fleet/kills" \
	    "$fleet/pid" "$fleet/once" "$fleet/first" "$fleet/came"
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
	was_moved
	run 5 clroll rollback --yes early
	run 5 clroll rollback --yes early
	was_moved
	stderr_has "hint: put it back, so that group f runs on node1; then \
'clroll resume --confirm move@node1 early'"
	run 1 clroll run --run-id next "$fleet/p.conf" f
	stderr_has 'so that group f runs on node1; then go on by'
	run 0 clroll resume --confirm move early
	same where node1 "$(cat "$fleet/where")"
	run 0 clroll report early
	same confirmed 2 "$(grep -c 'confirmed by' "$scratch/stdout")"
}

# All nodes were told once, and by the step the one that it is on once more.
was_moved() {
	told 'did move f node2' 'did move f node2' 'did move f node2'
}

# He may be moving it meanwhile.
what_a_person_is_asked_for_is_in_the_way_of_others() {
	begin asks 4
	run 1 clroll run --run-id another "$fleet/p.conf" f
	stderr_has 'run asks over f is not over: stopped'
	stderr_has "go on by 'clroll resume --confirm move@node1 asks' when"
	run 0 clroll rollback asks
	run 4 clroll run --run-id another "$fleet/p.conf" f
	run 0 clroll rollback another
	told
}

# Who gives the command line once more has asked nobody.
a_word_that_was_meant_for_something_else_does_not_count() {
	begin there 4
	run 4 clroll run --yes --run-id there "$fleet/p.conf" f
	stderr_has "step 'move@node1' must be confirmed"
	told
	run 0 clroll run --confirm move --run-id there "$fleet/p.conf" f
	was_moved
	run 5 clroll rollback there
	run 5 clroll run --confirm move --run-id there "$fleet/p.conf" f
	run 5 clroll resume --yes there
	was_moved
	run 0 clroll resume --confirm move there
}

asks_at_the_terminal() {
	wait_until 30 grep -q 'yes or no? ' "$scratch/screen"
}

# ends_at_the_terminal EXIT-CODE: behind the answer yes.
ends_at_the_terminal() {
	echo yes >&9
	expect "$1" wait "$terminal"
	leave_terminal
}

# Somebody else has confirmed it, and put the run back up to there.
an_answer_to_another_question_does_not_count() {
	begin late 4
	on_terminal "'$build/clroll/clroll' resume late"
	asks_at_the_terminal
	run 0 clroll resume --confirm move late
	run 5 clroll rollback late
	was_moved
	ends_at_the_terminal 5
	was_moved
	run 0 clroll resume --confirm move late
}

what_was_answered_is_not_asked_again() {
	begin answered 4
	on_terminal "'$build/clroll/clroll' resume answered"
	asks_at_the_terminal
	echo 1 >"$fleet/refuses"
	ends_at_the_terminal 4
	same questions 1 "$(grep -c 'yes or no? ' "$scratch/screen")"
	contains "$(cat "$scratch/screen")" 'cannot remember what was confirmed'
	rm "$fleet/refuses"
	run 0 clroll resume answered
	was_moved
}

who_cannot_read_the_configuration_is_asked_all_the_same() {
	begin unheld 4
	run 0 clroll rollback unheld
	: >"$fleet/held"
	on_terminal "'$build/clroll/clroll' run --run-id unread \
	    '$fleet/p.conf' f"
	journal=$fleet/state/cluster-runs/unread.jsonl
	wait_until 10 grep -q '"event":"begin"' "$journal"
	mv "$NQSTOOLS_CONF" "$scratch/away.conf"
	rm "$fleet/held"
	asks_at_the_terminal
	ends_at_the_terminal 78
	mv "$scratch/away.conf" "$NQSTOOLS_CONF"
	told
	run 0 clroll resume --confirm move unread
}

what_is_said_to_be_done_is_told_to_the_nodes() {
	begin said 4
	run 0 clroll resume --confirm move said
	run 5 clroll rollback said
	: >"$fleet/told"
	run 0 clroll resume --step move@node1=done said
	told 'did move f node1' 'did move f node1'
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
	expect 1 grep -q 'put it back, so that' "$scratch/stderr"
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
	was_moved
}

# killed RUN: clroll is killed when the first node has been told.
killed() {
	begin "$1" 4
	: >"$fleet/kills"
	: >"$fleet/once"
	"$build/clroll/clroll" resume --confirm move "$1" >/dev/null 2>&1 &
	echo "$!" >"$fleet/pid"
	wait "$!" || :
	rm "$fleet/kills" "$fleet/once"
	told 'did move f node2'
	run 4 clroll status "$1"
	stdout_has 'begun    move@node1'
}

who_is_killed_while_it_tells_goes_on() {
	killed forward
	run 0 clroll resume forward
	told 'did move f node2' 'did move f node2' 'did move f node2' \
	    'did move f node2'
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

# Nobody can tell any more that a person does it, but the journal.
who_is_killed_while_it_tells_is_in_the_way_without_its_procedure() {
	killed bare
	sed 's/name = "p"/name = "q"/' "$fleet/p.conf" >"$fleet/q.conf"
	mv "$fleet/p.conf" "$scratch/p.conf"
	run 1 clroll run --run-id later "$fleet/q.conf" f
	stderr_has 'run bare over f is not over: stopped'
	mv "$scratch/p.conf" "$fleet/p.conf"
	run 0 clroll resume bare
}

# cannot_remember RUN EXIT-CODE WORDS OPTIONS
cannot_remember() {
	# shellcheck disable=SC2086	# are options
	run "$2" clroll resume $4 "$1"
	stderr_has "node 'node1' cannot remember what was confirmed: $3"
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
	was_moved
}

# That it is the one of the step does not put back what a person has done.
wherever_one_node_cannot_remember_the_run_waits() {
	begin one 4
	: >"$fleet/once"
	run 4 clroll resume --confirm move one
	stderr_has ' cannot remember what was confirmed: exit code 1'
	rm "$fleet/once"
	run 0 clroll resume one
}

# Whoever moves it would not be heard.
an_adapter_that_does_not_remember_is_refused() {
	cp "$fleet/adapter" "$scratch/adapter"
	sed '/^#verb did/d' "$scratch/adapter" >"$fleet/adapter"
	run 78 clroll run --run-id deaf "$fleet/p.conf" f
	stderr_has "does not state the verb 'did'"
	cp "$scratch/adapter" "$fleet/adapter"
	run 64 clroll status deaf
}

run_tests nothing_is_confirmed_that_nobody_was_asked_for \
    what_a_person_is_asked_for_is_in_the_way_of_others \
    a_word_that_was_meant_for_something_else_does_not_count \
    an_answer_to_another_question_does_not_count \
    what_was_answered_is_not_asked_again \
    who_cannot_read_the_configuration_is_asked_all_the_same \
    what_is_said_to_be_done_is_told_to_the_nodes \
    what_no_person_undoes_is_told_to_no_node \
    what_was_begun_without_a_word_is_not_done_once_more \
    who_is_killed_while_it_tells_goes_on \
    who_is_killed_while_it_tells_can_be_put_back \
    who_is_killed_while_it_tells_is_in_the_way_without_its_procedure \
    a_node_that_cannot_remember_says_how_it_ended \
    wherever_one_node_cannot_remember_the_run_waits \
    an_adapter_that_does_not_remember_is_refused
