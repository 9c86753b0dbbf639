#!/bin/sh
# Rolls in a row over two real nodes, by hand: `script/series'.
#
# ROLL_SERIES=N are undisturbed, patch and rollback in turn, under a load of jobs
# of which none may be lost or run twice.  ROLL_FAULTS=N have one fault each, of
# a random kind at a random moment and place; what status says then must be so,
# and whatever it advises must lead to an end in which all nodes are patched or
# none is, the group runs on one node, and nothing is left over.
# ROLL_SEED=N is the seed of the first fault; each is printed with its roll.
# shellcheck disable=SC2016	# what nodes are to expand
# shellcheck disable=SC2317	# tests are called by their names
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/lab/rolling.sh
. "${srcdir:-.}/tests/lab/rolling.sh"

rolls=${ROLL_SERIES:-0}
faults=${ROLL_FAULTS:-0}
seed=${ROLL_SEED:-$(date +%s)}
nodes='node1 node2'

prepare() {
	[ $((rolls + faults)) -gt 0 ] || skip 'ROLL_SERIES and ROLL_FAULTS say how many; see script/series'
	# shellcheck disable=SC2119	# none of ours are for it
	lab_up
	# A lost connection is found in seconds, and then tried for a while.
	shell control 'sed -i "s/^ssh = {/&\\n  keep_alive = \"1s\";/;
	    1i patience = \"20s\";" /etc/nqstools/clusters/lab.conf'
	for node in $nodes; do
		at "$node" /usr/lib/nqs/nqsstart
	done
}

clean_up() {
	lab down
}

# ---- what must be so ---------------------------------------------------------

# all_have VERSION: and the group is at home, with nothing left over.
all_have() {
	for node in $nodes; do
		same "version of $node" "$1" "$(version_of "$node")"
		expect 3 adapter node1 excluded "$node"
		at "$node" nqsupd check -q lock
	done
	adapter node1 health
	same residue '' "$(adapter node1 residue jcgroup)"
}

# look: what status says of the last run, and its code.
look() {
	code=0
	roll status >"$scratch/status" || code=$?
	said=$(sed -n '1s/.*: //p' "$scratch/status")
}

# ---- undisturbed ---------------------------------------------------------------

# undisturbed NUMBER
undisturbed() {
	jobs_begin "roll$1"
	code=0
	if [ $(($1 % 2)) -eq 1 ]; then
		version=R13.1.1
		roll patch lab "$(package 13.1.1)" >"$scratch/rolled" \
		    2>&1 || code=$?
	else
		version=R13.1
		roll rollback --yes >"$scratch/rolled" 2>&1 || code=$?
	fi
	jobs_end "roll$1"
	same 'exit code' 0 "$code"
	all_have "$version"
	same holder node1 "$(adapter node2 where jcgroup)"
	cat "$scratch/jobs" >>"$scratch/all"
	cp "$scratch/all" "$scratch/jobs"
	wait_until 30 all_jobs_are_done
	jobs_ran_once jobs
}

# ---- with a fault ----------------------------------------------------------------

# draw SEED: sets fault, victim, and after, in milliseconds.
draw() {
	# shellcheck disable=SC2046	# three words
	set -- $(awk -v seed="$1" 'BEGIN {
		srand(seed)
		rand()
		split("kill-clroll kill-nqsupd kill-both cut power stop move " \
		    "controller", fault, " ")
		print fault[1 + int(rand() * 8)], "node" 1 + int(rand() * 2),
		    int(rand() * 14000)
	}')
	fault=$1
	victim=$2
	after=$3
}

# kill_all NODE PROGRAM
kill_all() {
	shell "$1" 'pids=$(ps -e -o pid= -o comm= |
		awk -v name="$1" "\$2 == name { print \$1 }")
		[ -z "$pids" ] || kill -9 $pids 2>/dev/null || true' sh "$2"
}

# is_back NODE: it is up, and so are the others; it may be excluded by the run.
is_back() {
	adapter "$1" where jcgroup && adapter "$1" nodes >"$scratch/nodes" &&
	    ! grep -q -e offline -e unclean "$scratch/nodes"
}

# inflict: the fault that was drawn.
inflict() {
	case $fault in
	kill-clroll)
		kill_all control clroll ;;
	kill-nqsupd)
		kill_all "$victim" nqsupd ;;
	kill-both)
		kill_all control clroll
		kill_all "$victim" nqsupd ;;
	cut)
		lab cut "$victim"
		sleep $((after % 7 + 1))
		lab heal "$victim" ;;
	power)
		lab kill "$victim"
		sleep $((after % 5))
		lab boot "$victim"
		wait_until 120 is_back "$victim"
		at "$victim" /usr/lib/nqs/nqsstart || true ;;
	stop)
		shell control 'kill $(pgrep -x clroll)' || true ;;
	move)
		adapter "$victim" move jcgroup "$victim" || true
		sleep 3
		adapter "$victim" release jcgroup || true ;;
	controller)
		lab cut control
		sleep $((after % 7 + 1))
		lab heal control ;;
	esac
}

no_stranger() {
	for node in $nodes control; do
		! at "$node" ps -e -o comm= | grep -q -x -e clroll -e nqsupd \
		    -e nqsbackup -e rpm || return 1
	done
}

# is_true: what status said is so on the nodes.
is_true() {
	case $said:$code in
	done:0)
		all_have R13.1.1 ;;
	undone:0)
		all_have R13.1 ;;
	'broken off:4' | stopped:4) ;;
	'needs a person:5') ;;
	*)	echo "status says '$said' with code $code"
		return 1 ;;
	esac
}

# bring_to_an_end: by what status advises, as a person would; a step of which
# nobody can tell is done again.
bring_to_an_end() {
	for try in 1 2 3 4 5 6; do
		look
		is_true
		[ "$code" -ne 0 ] || return 0
		set --
		step=$(awk '$1 == "begun" || $1 == "stuck" || $1 == "undoing" {
		    print $2 }' "$scratch/status" | tail -n 1)
		[ "$code" -ne 5 ] || [ -z "$step" ] || set -- --step "$step=again"
		echo "$try: $said: resume $*"
		roll resume --yes "$@" 2>&1 | tail -n 4
		wait_until 60 no_stranger
	done
	cat "$scratch/status"
	return 1
}

# disturbed SEED
disturbed() {
	draw "$1"
	echo "seed $1: $fault of $victim after $after ms"
	runs=$(run_count)
	in_background run 'exec clroll patch lab "$1"' "$(package 13.1.1)" \
	    2>"$scratch/complaints"
	sleep "$((after / 1000)).$(printf %03d $((after % 1000)))"
	inflict
	# shellcheck disable=SC2154	# in_background assigns it
	wait "$pid_of_run" || echo "clroll ended with $?"
	lab run control rm -f /run/run
	tail -n 4 "$scratch/run" "$scratch/complaints"
	wait_until 120 no_stranger
	wait_until 60 is_back node1
	[ "$(run_count)" -eq "$runs" ] || bring_to_an_end
	case $(version_of node1) in
	R13.1.1)
		all_have R13.1.1
		expect 0 roll home lab
		expect 0 roll rollback --yes ;;
	esac
	expect 0 roll home lab
	all_have R13.1
	same holder node1 "$(adapter node2 where jcgroup)"
}

# ---- the series --------------------------------------------------------------------

names=
number=0
while [ "$number" -lt "$rolls" ]; do
	number=$((number + 1))
	eval "roll_$number() { undisturbed $number; }"
	names="$names roll_$number"
done
number=0
while [ "$number" -lt "$faults" ]; do
	eval "fault_of_seed_$((seed + number))() { disturbed $((seed + number)); }"
	names="$names fault_of_seed_$((seed + number))"
	number=$((number + 1))
done
# shellcheck disable=SC2086	# many words
run_tests ${names:-true}
