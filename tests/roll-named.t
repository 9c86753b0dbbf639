#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# Runs whose name the caller chose, over nodes that are this machine.
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/fleet/world.sh
. "${srcdir:-.}/tests/fleet/world.sh"

prepare() {
	make_world
	make_clusters a b c d
}

clroll() {
	"$build/clroll/clroll" "$@"
}

# named RUN CLUSTER
named() {
	clroll run --run-id "$1" "$fleet/simple.conf" "$2"
}

# done_on CLUSTER NODES: the step was done there, in this order.
done_on() {
	same "done on $1" "$2" "$(tr '\n' ' ' <"$fleet/$1.log")"
}

what_is_asked_for_twice_is_done_once() {
	run 0 named once a
	stdout_has 'all done'
	run 0 named once a
	stdout_is 'run once: it has ended, nothing is left to do'
	done_on a 'node1 node2 '
}

one_under_way_is_waited_for() {
	: >"$fleet/b.holds"
	named slow b >"$scratch/first" &
	first=$!
	wait_until 10 test -s "$fleet/state/cluster-runs/slow.jsonl"
	named slow b >"$scratch/second" &
	second=$!
	wait_until 10 grep -q '"event":"started"' \
	    "$fleet/state/cluster-runs/slow.jsonl"
	rm "$fleet/b.holds"
	wait "$first"
	wait "$second"
	done_on b 'node1 node2 '
	same second 'run slow: it has ended, nothing is left to do' \
	    "$(cat "$scratch/second")"
}

# What can be done about the run that has the cluster.
who_is_held_up_is_told_what_can_be_done() {
	: >"$fleet/b.holds"
	named holder b >"$scratch/first" &
	first=$!
	wait_until 10 grep -q '"event":"started"' \
	    "$fleet/state/cluster-runs/holder.jsonl"
	for call in 'run --run-id other' 'run --wait 50ms --run-id other'; do
		# shellcheck disable=SC2086	# are options
		run 75 clroll $call "$fleet/simple.conf" b
		stderr_has "hint: 'clroll follow holder' shows it, 'clroll stop \
holder' lets it stop, and "
	done
	stderr_has 'and a longer --wait DURATION waits for its end'
	for verb in resume rollback; do
		run 75 clroll "$verb" slow
		stderr_has "hint: 'clroll follow holder' shows it"
	done
	rm "$fleet/b.holds"
	wait "$first"
}

one_that_was_killed_is_gone_on_with() {
	rm -f "$fleet"/b.*
	: >"$fleet/b.holds"
	"$build/clroll/clroll" run --run-id killed "$fleet/simple.conf" b \
	    >/dev/null &
	pid=$!
	wait_until 10 grep -q '"event":"started"' \
	    "$fleet/state/cluster-runs/killed.jsonl"
	kill -9 "$pid"
	wait "$pid" || :
	rm "$fleet/b.holds"
	run 0 named killed b
	done_on b 'node1 node2 '
}

one_that_has_failed_is_told_and_not_begun_again() {
	: >"$fleet/c.fails"
	run 1 named bad c
	rm "$fleet/c.fails"
	run 1 named bad c
	stderr_has 'run bad has failed, and all was put back'
	[ ! -e "$fleet/c.log" ]
	run 0 named good c
	run 0 clroll rollback good
	run 1 named good c
	stderr_has 'run good is done no more: it was put back'
}

a_name_over_another_cluster_is_refused() {
	run 64 named once c
	stderr_has "run once is over another cluster, 'a'"
	run 64 named ../once c
	stderr_has "'../once' cannot name a run"
}

the_latest_run_is_that_of_the_cluster() {
	run 1 clroll status --json a
	stdout_has '"run":"once"'
	rm "$fleet/state/cluster-runs/good.jsonl"
	run 1 clroll status --json c
	stdout_has '"run":"bad"'
}

who_moves_just_any_group_is_told_which_there_are() {
	{
		echo 'groups = ( { name = "g"; site = "s"; },'
		echo '    { name = "h"; site = "t"; } );'
		sed '/^group = /d; /^site = /d' "$fleet/clusters/a.conf"
	} >"$fleet/clusters/two.conf"
	run 64 clroll move two
	stderr_has "'two' has several groups: say which one is to move"
	stderr_has 'hint: -g takes g, h'
	run 64 clroll move -g x two
	stderr_has "'two' has no group 'x'"
	stderr_has 'hint: -g takes g, h'
}

# approved: the digest that plan shows of the only step on d.
approved() {
	clroll plan "$fleet/simple.conf" d >"$scratch/plan" || [ $? -eq 3 ]
	sed -n 's/^digest //p' "$scratch/plan"
}

# differs FILE EXPRESSION: with that in the file, the approved plan is refused
# before anything is done.
differs() {
	cp "$1" "$scratch/before"
	sed "$2" "$scratch/before" >"$1"
	expect 1 cmp -s "$1" "$scratch/before"
	run 1 clroll run --approve "$digest" "$fleet/simple.conf" d
	stderr_has 'the plan is not the one that was approved'
	run 1 clroll run -n --approve "$digest" "$fleet/simple.conf" d
	cp "$scratch/before" "$1"
}

only_the_plan_that_was_approved_is_begun() {
	digest=$(approved)
	same 'length of the digest' 64 "${#digest}"
	differs "$fleet/simple.conf" 's/do it"/do it now"/'
	differs "$fleet/clusters/d.conf" '$a # another one'
	differs "$fleet/adapter" 's/node1/node2/'
	stderr_has 'hint: d is on node2 now; '
	[ ! -e "$fleet/d.log" ]
	[ ! -e "$fleet/state/clusters/d.runs" ] ||
	    same 'runs over d' '' "$(grep -l '"cluster":\["d"\]' \
	    "$fleet/state/cluster-runs"/*)"
	run 0 clroll run --approve "$digest" --run-id yes \
	    "$fleet/simple.conf" d
	done_on d 'node1 node2 '
	run 0 clroll run --approve "$digest" --run-id yes \
	    "$fleet/simple.conf" d
	run 1 clroll run --approve "${digest#?}0" --run-id yes \
	    "$fleet/simple.conf" d
	stderr_has 'run yes was not begun by the plan that was approved'
	run 0 clroll rollback yes
	same digest "$digest" "$(approved)"
}

# begin_approved RUN CLUSTER: begins the run by the plan of $digest, and leaves
# it before its first step.
begin_approved() {
	make_clusters "$2"
	sed 's/on = "all";/& confirm = "it is dry";/; s/"simple"/"asks"/' \
	    "$fleet/simple.conf" >"$fleet/asks.conf"
	clroll plan "$fleet/asks.conf" "$2" >"$scratch/plan" || [ $? -eq 3 ]
	digest=$(sed -n 's/^digest //p' "$scratch/plan")
	run 4 clroll run --approve "$digest" --run-id "$1" \
	    "$fleet/asks.conf" "$2"
}

# A run that was begun by it may only be put back by another one.
a_run_goes_on_by_the_plan_that_was_approved() {
	begin_approved go f
	echo '# mended' >>"$fleet/clusters/f.conf"
	run 1 clroll run --yes --approve "$digest" --run-id go \
	    "$fleet/asks.conf" f
	run 1 clroll resume --yes go
	stderr_has 'run go is to go on by the plan that was approved'
	[ ! -e "$fleet/f.log" ]
	digest=$(sed -n "s/.*'clroll resume --approve \(.*\) go'.*/\1/p" \
	    "$scratch/stderr")
	run 4 clroll resume --approve "$digest" --confirm do@node1 go
	echo '# mended again' >>"$fleet/clusters/f.conf"
	run 1 clroll resume --yes go
	sed -i '$d' "$fleet/clusters/f.conf"
	run 0 clroll resume --yes go
	done_on f 'node1 node2 '
	echo '# mended again' >>"$fleet/clusters/f.conf"
	run 0 clroll rollback go
}

# killed_behind COUNT RUN: leaves only the first records of its journal.
killed_behind() {
	head -n "$1" "$fleet/state/cluster-runs/$2.jsonl" >"$scratch/journal"
	cp "$scratch/journal" "$fleet/state/cluster-runs/$2.jsonl"
}

# By the first record of a life it is known, before anything else is.
what_was_approved_is_known_to_a_run_that_was_killed() {
	begin_approved first g
	killed_behind 1 first
	echo '# mended' >>"$fleet/clusters/g.conf"
	run 1 clroll resume --yes first
	stderr_has 'run first is to go on by the plan that was approved'
	digest=$(sed -n "s/.*'clroll resume --approve \(.*\) first'.*/\1/p" \
	    "$scratch/stderr")
	run 4 clroll resume --approve "$digest" first
	killed_behind 2 first
	sed -i '$d' "$fleet/clusters/g.conf"
	run 1 clroll resume --yes first
	stderr_has 'run first is to go on by the plan that was approved'
	[ ! -e "$fleet/g.log" ]
}

nothing_is_approved_that_is_not_compared() {
	begin_approved back h
	run 64 clroll resume --leave 'it is late' --approve nonsense back
	stderr_has '--approve is not for --leave'
	run 4 clroll resume --confirm do@node1 back
	echo '{"event":"turn","asked":true,"why":"by hand"}' \
	    >>"$fleet/state/cluster-runs/back.jsonl"
	run 64 clroll resume --approve nonsense back
	stderr_has 'run back goes back, whatever its plan is'
	run 1 grep nonsense "$fleet/state/cluster-runs/back.jsonl"
	run 0 clroll resume back
}

who_approved_what_is_told() {
	begin_approved told i
	approval="approved by $(id -un) (uid $(id -u)), on $(uname -n), \
digest $digest"
	stdout_has "        $approval"
	run 0 clroll report told
	stdout_has "  plan       $approval"
	run 0 clroll report --html - told
	stdout_has "<dt>plan</dt><dd>$approval"
	run 0 clroll rollback told
}

# opens PROCESS FILE
opens() {
	for opened in "/proc/$1/fd"/*; do
		[ "$(readlink "$opened")" != "$2" ] || return 0
	done
	return 1
}

# The file is another one while the run waits for the lock, and not any more
# when it goes on.
the_file_that_was_read_is_the_one_that_is_compared() {
	make_clusters j
	clroll plan "$fleet/simple.conf" j >"$scratch/plan" || [ $? -eq 3 ]
	: >"$fleet/j.holds"
	named before j >"$scratch/first" &
	first=$!
	wait_until 10 grep -q '"event":"started"' \
	    "$fleet/state/cluster-runs/before.jsonl"
	echo 'store = "/elsewhere";' >>"$fleet/clusters/j.conf"
	"$build/clroll/clroll" run --wait 20s --run-id behind --approve \
	    "$(sed -n 's/^digest //p' "$scratch/plan")" "$fleet/simple.conf" \
	    j 2>"$scratch/second" &
	second=$!
	wait_until 10 opens "$second" "$fleet/locks/cluster-j.lock"
	sed -i '$d' "$fleet/clusters/j.conf"
	rm "$fleet/j.holds"
	wait "$first"
	expect 1 wait "$second"
	contains "$(cat "$scratch/second")" \
	    'the plan is not the one that was approved'
}

# burn RUN EXIT-CODE: what cannot be put back, and a check.
burn() {
	cat >"$fleet/burn.conf" <<-END
		name = "burn"; title = "burn it"; parameters = [];
		steps = ( { id = "do"; title = "do it"; on = "all";
		    run = [ "$fleet/step", "do", "\$cluster", "\$node" ];
		    verify = [ "$fleet/step", "done", "\$cluster", "\$node" ];
		    irreversible = "ashes stay ashes"; },
		  { id = "look"; title = "look"; on = "all";
		    check = [ "test", "-e", "$fleet/ready" ]; } );
	END
	run "$2" clroll run --run-id "$1" "$fleet/burn.conf" e
}

one_that_cannot_go_on_nor_back_is_left_as_it_is() {
	make_clusters e
	burn ashes 5
	stderr_has "cannot be put back: ashes stay ashes"
	stderr_has "'clroll resume --leave WHY ashes'"
	burn more 1
	stderr_has 'run ashes over e is not over: needs a person'
	run 64 clroll resume --leave 'swept'
	run 2 clroll resume --leave 'swept' ashes
	stderr_has ' asked: swept'
	done_on e 'node1 '
	run 2 clroll status ashes
	stdout_has 'run ashes: left as it is'
	burn ashes 2
	: >"$fleet/ready"
	burn more 0
}

# Its command outlives it, and its procedure is not there any more.
one_whose_procedure_has_changed_is_left_at_a_persons_word() {
	make_clusters f
	: >"$fleet/f.holds"
	cp "$fleet/simple.conf" "$fleet/lost.conf"
	clroll run --run-id lost "$fleet/lost.conf" f >/dev/null 2>&1 &
	journal=$fleet/state/cluster-runs/lost.jsonl
	wait_until 10 grep -q '"event":"started"' "$journal"
	kill -s KILL "$(sed -n '1s/.*"pid":\([0-9]*\).*/\1/p' "$journal")"
	wait "$!" || :
	sed 's/"simple"/"lost"/' "$fleet/simple.conf" >"$fleet/lost.conf"
	run 65 clroll resume --leave 'seen' lost
	stderr_has "a command of step 'do@node1' that run lost began may still"
	stderr_has 'add --step do@node1=done; or bring'
	run 65 clroll resume --step do@node1=again --leave 'seen' lost
	run 64 clroll resume --step nosuch=done --leave 'seen' lost
	run 2 clroll resume --step do@node1=done --leave 'seen' lost
	stderr_has ' asked: seen'
	rm "$fleet/f.holds"
}

another_procedure_is_not_taken_for_the_one_of_the_name() {
	run 0 named simply a
	sed 's/"simple"/"other"/' "$fleet/simple.conf" >"$fleet/other.conf"
	run 64 clroll run --run-id simply "$fleet/other.conf" a
	stderr_has "run simply is another one: its procedure is '"
	stderr_has "'clroll status simply' shows that run"
	run 0 named simply a
}

one_that_cannot_be_read_is_not_passed_over_in_silence() {
	run 0 named legible a
	run 0 named damaged a
	sed -i '2s/^./x/' "$fleet/state/cluster-runs/damaged.jsonl"
	clroll status a >"$scratch/stdout" 2>"$scratch/stderr" || :
	stdout_has 'a: last run legible: done'
	stderr_has 'run damaged is passed over: '
	rm "$fleet/state/cluster-runs/damaged.jsonl"
}

# list_is_refused: what may have been written by others, or is a pipe.
list_is_refused() {
	run 77 timeout 10 "$build/clroll/clroll" run "$fleet/simple.conf" c
	stderr_has "c.runs'"
}

a_list_of_runs_that_others_may_write_hides_none() {
	list=$fleet/state/clusters/c.runs
	cp "$list" "$scratch/runs"
	chmod 666 "$list"
	list_is_refused
	rm "$list"
	mkfifo -m 600 "$list"
	list_is_refused
	rm "$list"
	cp "$scratch/runs" "$list"
	chmod 600 "$list"
	run 0 clroll run "$fleet/simple.conf" c
}

# They could make a journal by which a run goes on, or remove a list.
folders_that_others_may_write_are_refused() {
	for folder in "$fleet/state" "$fleet/state/cluster-runs" \
	    "$fleet/state/clusters"; do
		mode=$(stat -c %a "$folder")
		chmod o+w "$folder"
		run 77 clroll run "$fleet/simple.conf" c
		stderr_has "the directory '$folder' may be written by others"
		run 77 clroll run --run-id other "$fleet/simple.conf" c
		chmod "$mode" "$folder"
	done
	for folder in cluster-runs clusters; do
		chmod 1777 "$fleet/state/$folder"
		run 77 clroll run "$fleet/simple.conf" c
		stderr_has "state/$folder' may be written by others"
		chmod 755 "$fleet/state/$folder"
	done
	chmod 777 "$fleet/state/cluster-runs"
	run 77 clroll resume
	run 77 clroll rollback
	chmod 755 "$fleet/state/cluster-runs"
	run 0 clroll run "$fleet/simple.conf" c
}

run_tests what_is_asked_for_twice_is_done_once one_under_way_is_waited_for \
    who_is_held_up_is_told_what_can_be_done \
    one_that_was_killed_is_gone_on_with \
    one_that_has_failed_is_told_and_not_begun_again \
    a_name_over_another_cluster_is_refused \
    the_latest_run_is_that_of_the_cluster \
    who_moves_just_any_group_is_told_which_there_are \
    only_the_plan_that_was_approved_is_begun \
    a_run_goes_on_by_the_plan_that_was_approved \
    what_was_approved_is_known_to_a_run_that_was_killed \
    nothing_is_approved_that_is_not_compared \
    who_approved_what_is_told \
    the_file_that_was_read_is_the_one_that_is_compared \
    one_that_cannot_go_on_nor_back_is_left_as_it_is \
    one_whose_procedure_has_changed_is_left_at_a_persons_word \
    another_procedure_is_not_taken_for_the_one_of_the_name \
    one_that_cannot_be_read_is_not_passed_over_in_silence \
    a_list_of_runs_that_others_may_write_hides_none \
    folders_that_others_may_write_are_refused
