#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# A cluster belongs to one run at a time, whichever machine it is carried out
# from: two controllers, in the demo.
. "${srcdir:-.}/tests/lib.sh"

demo=$scratch/demo
cluster=$top/tests/demo/cluster
NQSTOOLS_DEMO=$demo
export NQSTOOLS_DEMO
packages=${JOBCENTER_PACKAGES:-$scratch/packages}

prepare() {
	command -v rpmbuild >/dev/null || skip 'no rpmbuild'
	command -v sshd >/dev/null || skip 'no sshd'
	"$top/tests/jobcenter/build" "$packages"
	"$cluster" up -b "$build" -p "$packages" "$demo"
	sed "s|$demo/control/state|$demo/second/state|
	    s|$demo/control/run|$demo/second/run|" \
	    "$demo/control/nqstools.conf" >"$scratch/second.conf"
	cat >"$scratch/waiting.conf" <<-END
		name = "waiting"; title = "paint"; parameters = [];
		steps = (
		  { id = "paint"; title = "paint"; on = "target";
		    run = [ "sh", "-c", ": >'$scratch/begun'
		        while [ ! -e '$scratch/go-on' ]; do
		        sleep 0.1; done; : >'$scratch/red'" ];
		    verify = [ "test", "-e", "$scratch/red" ];
		    undo = [ "rm", "-f", "$scratch/red" ]; },
		  { id = "dry"; title = "let it dry"; on = "target";
		    run = [ "touch", "$scratch/dry" ];
		    verify = [ "test", "-e", "$scratch/dry" ];
		    undo = [ "rm", "-f", "$scratch/dry" ]; }
		);
	END
}

clean_up() {
	: >"$scratch/go-on"
	"$cluster" down "$demo"
}

first() {
	"$cluster" run "$demo" control clroll "$@"
}

second() {
	"$cluster" run "$demo" control env "NQSTOOLS_CONF=$scratch/second.conf" \
	    clroll "$@"
}

at() {
	node=$1
	shift
	"$cluster" run "$demo" "$node" "$@"
}

claims() {
	find "$demo/node1" "$demo/node2" -name claim -type f
}

# waits ID: the first controller's run of this name is at its first step.
waits() {
	rm -f "$scratch/go-on" "$scratch/begun" "$scratch/red" "$scratch/dry"
	first run --run-id "$1" "$scratch/waiting.conf" demo \
	    >"$scratch/out" 2>&1 &
	running=$!
	wait_until 30 test -e "$scratch/begun"
}

# is_killed: clroll of the first controller.
is_killed() {
	pid=$(sed -n 's/.*, pid \([0-9]*\) on .*/\1/p' \
	    "$demo"/control/run/cluster-demo.lock)
	kill -KILL "$pid"
	wait "$running" || :
}

# Nobody renews them: they are those of a run that died long ago, before the
# nodes were started last.
grow_old() {
	claims | while read -r file; do
		sed -i 's/"boot":"[^"]*"/"boot":"another"/' "$file"
		touch -d '10 minutes ago' "$file"
	done
}

another_controller_is_refused_and_told_whose_the_cluster_is() {
	waits one
	run 75 second home demo
	stderr_has "node 'node1' belongs to run one over 'demo', from "
	stderr_has "@$(hostname), since 20"
	stderr_has "hint: wait until it is over, or stop it there by 'clroll"
	run 75 second home --wait 1s demo
	stderr_has "node 'node1' belongs to run one over 'demo', from "
	run 3 second lock demo
	stdout_has 'demo: free'
	stdout_has 'node2      claim        differs run one over demo, from '
	run 3 second check demo
	stdout_has 'node1      claim        differs run one over demo, from '
	run 75 second lock --break demo
	stdout_has 'the node is claimed by run one over demo'
	: >"$scratch/go-on"
	expect 0 wait "$running"
	run 0 second lock demo
	stdout_has 'node2      claim        ok      free'
	same claims '' "$(claims)"
}

a_person_at_a_node_is_refused_but_not_the_run_itself() {
	waits two
	cat >"$scratch/here.conf" <<-END
		name = "here"; title = "look"; parameters = [];
		steps = ( { id = "look"; title = "look"; on = "here";
		    check = [ "true" ]; } );
	END
	run 75 at node2 nqsupd run "$scratch/here.conf"
	stderr_has 'the node is claimed by run two over demo, from '
	stderr_has "'clroll stop'"
	run 0 at node2 nqsupd run --run-id two-node2 "$scratch/here.conf"
	run 0 at node2 nqsupd status
	at node2 nqsupd run --wait 1m "$scratch/here.conf" \
	    >"$scratch/waited" 2>&1 &
	waiter=$!
	: >"$scratch/go-on"
	expect 0 wait "$running"
	expect 0 wait "$waiter" || { cat "$scratch/waited"; return 1; }
}

the_cluster_of_a_dead_controller_is_told_and_can_be_taken_over() {
	waits three
	is_killed
	run 75 second home demo
	stderr_has "belongs to run three over 'demo'"
	grow_old
	run 75 second home demo
	stderr_has "hint: nobody carries it out any more: go on there by"
	stderr_has "'clroll lock --break demo'"
	run 3 second lock demo
	stdout_has ', not heard of for 10 min'
	run 3 second status demo
	stdout_has 'node2      claim        differs dead: run three, '
	run 0 at node2 nqsupd run "$scratch/here.conf"
	run 0 second lock --break demo
	same claims '' "$(claims)"
	run 0 second home demo
}

a_node_cannot_tell_a_person_what_to_type() {
	at node1 nqsupd claim --cluster demo --from me@there other
	claims | while read -r file; do
		sed -i "s/\"other\"/\"other'; reboot; '\"/" "$file"
	done
	run 75 second home demo
	stderr_has "node 'node1' belongs to run ? over 'demo'"
	claims | xargs rm
}

who_lost_the_cluster_cannot_go_on_while_another_has_it() {
	for node in node1 node2; do
		at "$node" nqsupd claim --cluster demo --from me@there other
	done
	run 75 first resume three
	stderr_has "belongs to run other over 'demo', from me@there"
	for node in node1 node2; do
		at "$node" nqsupd claim --drop other
	done
	: >"$scratch/go-on"
	run 0 first resume three
	[ -e "$scratch/dry" ]
	same claims '' "$(claims)"
}

the_same_run_goes_on_and_one_of_ours_that_is_over_is_in_nobodys_way() {
	waits four
	is_killed
	[ -n "$(claims)" ]
	: >"$scratch/go-on"
	run 0 first run --run-id four "$scratch/waiting.conf" demo
	same claims '' "$(claims)"
	at node2 nqsupd claim --cluster demo --from me@here four
	run 0 first home demo
	rm -f "$scratch/red"
	run 0 first run --run-id five "$scratch/waiting.conf" demo
	same claims '' "$(claims)"
}

nothing_stays_claimed_by_a_run_that_never_began() {
	at node2 nqsupd claim --cluster demo --from me@there other
	rm -f "$scratch/red"
	run 75 first run "$scratch/waiting.conf" demo
	stderr_has "node 'node2' belongs to run other"
	same claims 1 "$(claims | wc -l)"
	at node2 nqsupd claim --drop other
}

# Whoever has waited for the lock waits the less for the claims.
what_is_waited_is_the_time_for_both() {
	at node2 nqsupd claim --cluster demo --from me@there other
	first home --wait 4s demo >"$scratch/out" 2>&1 &
	holder=$!
	wait_until 20 lock_is_held
	begun=$(date +%s)
	run 75 first home --wait 7s demo
	[ $(($(date +%s) - begun)) -lt 10 ]
	expect 75 wait "$holder"
	at node2 nqsupd claim --drop other
}

lock_is_held() {
	first lock demo | grep -q '^demo: held'
}

what_was_away_at_first_is_free_when_the_run_is_over() {
	waits six
	is_killed
	"$cluster" crash "$demo" node2
	: >"$scratch/go-on"
	first resume six >"$scratch/out" 2>&1 &
	running=$!
	wait_until 30 grep -q "six: resumed" "$scratch/out"
	"$cluster" boot "$demo" node2
	expect 0 wait "$running"
	same claims '' "$(claims)"
}

# The claims are renewed every ten seconds.
a_run_whose_node_was_taken_stops_at_its_next_safe_point() {
	waits seven
	grow_old
	wait_until 30 renewed
	grow_old
	at node2 nqsupd claim --break
	at node2 nqsupd claim --cluster demo --from me@there other
	wait_until 30 grep -q "belongs to run other over 'demo'" \
	    "$scratch/out"
	: >"$scratch/go-on"
	expect 4 wait "$running"
	[ ! -e "$scratch/dry" ]
	at node2 nqsupd claim --drop other
	run 0 first resume seven
	same claims '' "$(claims)"
}

renewed() {
	[ -n "$(claims)" ] &&
		[ -z "$(claims | xargs -I@ find @ -mmin +2)" ]
}

run_tests another_controller_is_refused_and_told_whose_the_cluster_is \
    a_person_at_a_node_is_refused_but_not_the_run_itself \
    the_cluster_of_a_dead_controller_is_told_and_can_be_taken_over \
    a_node_cannot_tell_a_person_what_to_type \
    who_lost_the_cluster_cannot_go_on_while_another_has_it \
    the_same_run_goes_on_and_one_of_ours_that_is_over_is_in_nobodys_way \
    nothing_stays_claimed_by_a_run_that_never_began \
    what_is_waited_is_the_time_for_both \
    what_was_away_at_first_is_free_when_the_run_is_over \
    a_run_whose_node_was_taken_stops_at_its_next_safe_point
