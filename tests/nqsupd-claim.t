#!/bin/sh
# The claim of a run over a cluster to a node, as the node sees it: a node of
# folders.
# shellcheck disable=SC2317	# tests are called by their names
. "${srcdir:-.}/tests/lib.sh"
. "$top/tests/node.sh"

prepare() {
	write_bare_node
	cat >"$scratch/look.conf" <<-END
		name = "look"; title = "look"; steps = (
		  { id = "look"; title = "look"; on = "here";
		    check = [ "true" ]; } );
	END
}

fresh() {
	rm -rf "$scratch/state" "$scratch/locks"
	run 0 upd claim --cluster demo --from me@one roll
}

# The wall clock of the node is set forward by an hour.
set_clock() {
	touch -d '1 hour ago' "$scratch/state/claim"
}

# Nobody has renewed the claim since the node was started.
start_node() {
	sed -i 's/"boot":"[^"]*"/"boot":"another"/' "$scratch/state/claim"
}

a_claim_outlives_a_clock_that_is_set() {
	fresh
	set_clock
	run 3 upd claim
	expect 1 grep 'not heard of' "$scratch/stdout"
	run 75 upd run "$scratch/look.conf"
	run 75 upd claim --break
	run 0 upd claim --drop roll
}

a_claim_is_dead_when_nobody_renewed_it_since_the_node_was_started() {
	fresh
	start_node
	run 3 upd claim
	expect 1 grep 'not heard of' "$scratch/stdout"
	set_clock
	run 3 upd claim
	stdout_has 'not heard of for 1 h'
	run 0 upd claim --break
}

# In a folder with room for one file of one page.
a_claim_can_be_renewed_when_there_is_no_room() {
	unshare -rm true 2>/dev/null || return 0
	cat >"$scratch/full" <<-END
		mkdir -p "$scratch/state"
		mount -t tmpfs -o size=4k tmpfs "$scratch/state" || exit 0
		claim="$build/nqsupd/nqsupd claim -c $scratch/conf"
		\$claim --cluster demo --from me@one roll || exit 1
		sed 's/"boot":"[^"]*"/"boot":"another"/' \
		    "$scratch/state/claim" >"$scratch/copy"
		cat "$scratch/copy" >"$scratch/state/claim"
		touch -d '1 hour ago' "$scratch/state/claim"
		\$claim --cluster demo --from me@one roll || exit 1
		grep another "$scratch/state/claim" >"$scratch/was-full"
		\$claim
	END
	fresh
	unshare -rm sh "$scratch/full" >"$scratch/stdout" || [ $? -eq 3 ]
	[ -s "$scratch/was-full" ]
	expect 1 grep 'not heard of' "$scratch/stdout"
}

a_claim_names_who_carries_the_run_out_now() {
	fresh
	since=$(upd claim | sed 's/.*, since //')
	run 0 upd claim --cluster demo --from me@two roll
	run 3 upd claim
	stdout_has "run roll over demo, from me@two, since $since"
}

a_dead_claim_is_passed_over_and_told() {
	fresh
	start_node
	set_clock
	for try in first second; do
		run 0 upd run --run-id "$try" "$scratch/look.conf"
		stdout_has 'a claim to this node was found dead, and is passed'
		stdout_has 'run roll over demo, from me@one, since 20'
		grep '"event":"claim","of":"roll"' \
		    "$scratch/state/runs/$try.jsonl"
	done
	run 0 upd run --run-id roll-node "$scratch/look.conf"
	expect 1 grep 'was found dead' "$scratch/stdout"
}

# With the lock and the claim in the way one after the other.  Who began to wait
# for the lock alone when the claim went still waits when it gives up: one that
# began anew with the lock would wait longer.
waits_no_longer_than_it_was_asked_to() {
	fresh
	(
		while [ ! -e "$scratch/done" ]; do sleep 0.1; done
	) | upd hold >"$scratch/held" &
	holder=$!
	wait_until 20 upd_is_held
	began=$(date +%s)
	upd run --wait 5s "$scratch/look.conf" >"$scratch/out" 2>&1 &
	waiter=$!
	wait_until 20 has_waited 4
	run 0 upd claim --drop roll
	upd run --wait 4s "$scratch/look.conf" >"$scratch/later" 2>&1 &
	later=$!
	status=0
	wait "$waiter" || status=$?
	: >"$scratch/done"
	wait "$holder"
	same 'exit code' 75 "$status"
	expect 0 wait "$later"
}

has_waited() {
	[ $(($(date +%s) - began)) -ge "$1" ]
}

upd_is_held() {
	[ -s "$scratch/held" ]
}

run_tests \
	a_claim_outlives_a_clock_that_is_set \
	a_claim_is_dead_when_nobody_renewed_it_since_the_node_was_started \
	a_claim_can_be_renewed_when_there_is_no_room \
	a_claim_names_who_carries_the_run_out_now \
	a_dead_claim_is_passed_over_and_told \
	waits_no_longer_than_it_was_asked_to
