#!/bin/sh
# Rolls in a row over real nodes under a load of jobs, by hand: `script/series'.
#
# ROLL_SERIES=N are undisturbed, patch and rollback in turn.  ROLL_FAULTS=N have
# one fault each, of a random kind at a random moment and place; what status
# says then must be so, and whatever it advises must lead to an end in which all
# nodes are patched or none is, each group runs on one node, and nothing is left
# over.  No job may be lost, and none run twice, unless the fault is that its
# site was killed.
#
# ROLL_CLUSTER is two (by default), three or mutual.  ROLL_SEED=N is the seed of
# the first fault; each is printed with its roll.  ROLL_FAULT=KIND lets all
# faults be of that kind.
# shellcheck disable=SC2016	# what nodes are to expand
# shellcheck disable=SC2317	# tests are called by their names
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/lab/rolling.sh
. "${srcdir:-.}/tests/lab/rolling.sh"
# shellcheck source=tests/lab/striking.sh
. "${srcdir:-.}/tests/lab/striking.sh"

rolls=${ROLL_SERIES:-0}
faults=${ROLL_FAULTS:-0}
seed=${ROLL_SEED:-$(date +%s)}
topology "${ROLL_CLUSTER:-two}" || exit 64
exec 3>&1

prepare() {
	[ $((rolls + faults)) -gt 0 ] || skip 'ROLL_SERIES and ROLL_FAULTS say how many; see script/series'
	make_halt
	# shellcheck disable=SC2086	# none, one or two words
	lab_up $up
	# A lost connection is found in seconds, and then tried for a while.
	# What fills the folder of journals must not fill this machine.
	shell control 'sed -i "s/^ssh = {/&\\n  keep_alive = \"1s\";/;
	    1i patience = \"20s\";" /etc/nqstools/clusters/lab.conf
	    mkdir -p "$1/cluster-runs"
	    mount -t tmpfs -o size=64m,mode=755 journals "$1/cluster-runs"' sh "$state"
	# shellcheck disable=SC2086	# many words
	may_refuse $nodes
	for node in $nodes; do
		at "$node" /usr/lib/nqs/nqsstart
		give_halt "$node"
	done
	give_halt control
	measure
}

# now: in milliseconds.
now() {
	awk '{ print int($1 * 1000) }' /proc/uptime
}

# measure: how long a roll takes here that nobody disturbs.
measure() {
	began=$(now)
	roll patch lab "$(package 13.1.1)"
	echo $(($(now) - began)) >"$scratch/duration"
	roll rollback --yes
}

clean_up() {
	lab down
}

# ---- jobs ----------------------------------------------------------------------

# load PREFIX: jobs for the site of each group, and the names of the files.
load() {
	load=$1
	for group in $groups; do
		of_group "$group"
		jobs_begin "$1" "$site" "$address"
	done
}

unload() {
	for group in $groups; do
		of_group "$group"
		jobs_end "$load" "$site" "$address"
	done
}

# doubles SITE: how often it was seen to run on two nodes at once.
doubles() {
	shell node1 'cat "/disk/$1/nqs/ledger" 2>/dev/null | grep -c ^double' \
	    sh "$1" || true
}

# jobs_of_load EVENTS SITE: what became of them, by these events of the ledger.
jobs_of_load() {
	shell node1 'cat >/run/ids &&
	    { grep "^\($1\) $2" "/disk/$3/nqs/ledger" || true; } >/run/ledger &&
	    ledger /run/ledger /run/ids' sh "$1" "$load" "$2" <"$scratch/$2"
}

no_job_is_lost() {
	for group in $groups; do
		of_group "$group"
		jobs_of_load end "$site" >"$scratch/counted" || true
		grep -q ' lost 0 ' "$scratch/counted" || return 1
	done
}

# all_jobs_ran_once: no job of this load was lost, or run twice.
all_jobs_ran_once() {
	wait_until 60 no_job_is_lost || {
		cat "$scratch/counted"
		return 1
	}
	for group in $groups; do
		of_group "$group"
		jobs_of_load 'begin\|end' "$site" || return 1
		same "$site on two nodes" "$(cat "$scratch/$site.doubles")" \
		    "$(doubles "$site")"
	done
}

keep_doubles() {
	for group in $groups; do
		of_group "$group"
		doubles "$site" >"$scratch/$site.doubles"
	done
}

# ---- undisturbed ---------------------------------------------------------------

# undisturbed NUMBER
undisturbed() {
	keep_doubles
	load "roll$1-"
	code=0
	if [ $(($1 % 2)) -eq 1 ]; then
		version=R13.1.1
		roll patch lab "$(package 13.1.1)" >"$scratch/rolled" \
		    2>&1 || code=$?
	else
		version=R13.1
		roll rollback --yes >"$scratch/rolled" 2>&1 || code=$?
	fi
	unload
	[ "$code" -eq 0 ] || cat "$scratch/rolled"
	same 'exit code' 0 "$code"
	all_are_home "$version"
	all_jobs_ran_once
}

# ---- a fault -------------------------------------------------------------------

kinds='kill-clroll kill-nqsupd kill-both kill-command freeze nap cut controller
power off stop move refuse linger crash deaf split clock full disk'

# draw SEED: sets fault, and the victim, its group, after how many milliseconds,
# and for how many seconds.
draw() {
	# shellcheck disable=SC2046	# words
	set -- $(awk -v seed="$1" -v kinds="${ROLL_FAULT:-$kinds}" \
	    -v nodes="$nodes" -v groups="$groups" \
	    -v duration="$(cat "$scratch/duration")" '
	function one_of(words,    list) {
		return list[1 + int(rand() * split(words, list, " "))]
	}
	BEGIN {
		srand(seed)
		rand()
		gsub("\n", " ", kinds)
		print one_of(kinds), one_of(nodes), one_of(groups),
		    int(rand() * duration), 1 + int(rand() * 8)
	}')
	fault=$1
	victim=$2
	of_group "$3"
	after=$4
	long=$5
	case $fault in
	nap | full | controller) victim=control ;;
	esac
}

# signal NODE SIGNAL PROGRAM...: to every process of that name, if there is one.
signal() {
	shell "$1" 'signal=$1
	shift
	for name; do
		pids=$(ps -e -o pid= -o comm= |
		    awk -v name="$name" "index(\$2, name) == 1 { print \$1 }")
		[ -z "$pids" ] || kill -s "$signal" $pids 2>/dev/null || true
	done' sh "$2" "$3" ${4:+"$4"} ${5:+"$5"}
}

# stopped_for_a_while PROGRAM...: stopped, and let go again.
stopped_for_a_while() {
	signal "$victim" STOP "$@"
	sleep "$long"
	signal "$victim" CONT "$@"
}

# cut_for_a_while [LINK]
cut_for_a_while() {
	lab cut "$victim" "$@"
	sleep "$long"
	lab heal "$victim" "$@"
}

# marked_for_a_while FILE [TEXT]: it is there on the victim.
marked_for_a_while() {
	shell "$victim" 'echo "$2" >"$1"' sh "$1" "${2-}"
	sleep "$long"
	at "$victim" rm -f "$1"
}

# knows NODE: its cluster software is up, and the others know it.
knows() {
	adapter "$1" where jcgroup && adapter "$1" nodes >"$scratch/nodes" &&
	    ! grep -q -e offline -e unclean "$scratch/nodes"
}

start_again() {
	lab boot "$victim"
	wait_until 120 knows "$victim"
	at "$victim" /usr/lib/nqs/nqsstart || true
}

fill_journals() {
	shell control 'cat /dev/zero >"$1/cluster-runs/full"' sh "$state" \
	    2>/dev/null || true
	sleep "$long"
	lab run control rm "$state/cluster-runs/full"
}

kill_command() {
	wait_until 3 shell "$victim" 'pid=$(ps -e -o pid= -o comm= | awk "
	\$2 ~ /^(rpm|nqsbackup|nqsstart|nqsstop)/ { print \$1; exit }")
	[ -n "$pid" ] && kill -9 "$pid"' || true
}

move_group() {
	adapter "$victim" move "$group" "$victim" || true
	sleep "$long"
	adapter "$victim" release "$group" || true
}

crash_site() {
	shell "$(adapter node1 where "$group" | grep . || echo "$victim")" '
	kill -9 $(ps -e -o pid= -o args= |
	    awk "/nqsdaemon $1/ && !/awk/ { print \$1 }")' sh "$site" || true
}

# inflict: the fault that was drawn.
inflict() {
	case $fault in
	kill-clroll) signal control KILL clroll ;;
	kill-nqsupd) signal "$victim" KILL nqsupd ;;
	kill-both)
		signal control KILL clroll
		signal "$victim" KILL nqsupd ;;
	kill-command) kill_command ;;
	freeze) stopped_for_a_while nqsupd nqsbackup rpm ;;
	nap) stopped_for_a_while clroll ;;
	cut | controller) cut_for_a_while ;;
	split) cut_for_a_while ring ;;
	power)
		lab kill "$victim"
		sleep $((long % 4))
		start_again ;;
	off) lab kill "$victim" ;;
	stop) signal control TERM clroll ;;
	move) move_group ;;
	refuse) marked_for_a_while /run/refuse ;;
	linger) marked_for_a_while /run/linger ;;
	crash) crash_site ;;
	deaf) stopped_for_a_while pacemaker ;;
	clock) marked_for_a_while /run/clock $(((long % 2 * 2 - 1) * 86400)) ;;
	full) fill_journals ;;
	disk) marked_for_a_while /run/full "$state /usr/lib/nqs /var/lib/rpm" ;;
	esac
}

# mend: what a person does before the run is gone on with.
mend() {
	[ "$fault" != off ] || start_again
	wait_until 120 all_know
	! is_to_be_cleaned || for group in $groups; do
		at node1 crm_resource --resource "$group" --cleanup
	done
}

# is_to_be_cleaned: a start that was refused or killed bars the node until then.
is_to_be_cleaned() {
	[ "$fault" = refuse ] || grep -q 'until crm_resource --cleanup' \
	    "$scratch/run" "$scratch/complaints"
}

all_know() {
	for node in $nodes; do
		knows "$node" || return 1
	done
}

# is_excused: what the fault does to the jobs is not the run's doing.  A site
# that was killed begins its jobs again; a cluster of two that is split runs it
# twice.
is_excused() {
	case $fault:$up in
	power:* | off:* | crash:*) wait_until 60 no_job_is_lost ;;
	split:*-n*) wait_until 60 no_job_is_lost ;;
	split:*) ;;
	*)	return 1 ;;
	esac
}

# ---- what status says ------------------------------------------------------------

no_stranger() {
	for node in $nodes control; do
		! at "$node" ps -e -o comm= | grep -q -x -e clroll -e nqsupd \
		    -e nqsbackup -e rpm || return 1
	done
}

# look: what status says of the last run, and its code.
look() {
	code=0
	roll status >"$scratch/status" || code=$?
	said=$(sed -n '1s/.*: //p' "$scratch/status")
}

# says_of NODE: how its patch stands, by status.
says_of() {
	awk -v node="$1" '$2 ~ "^patch-.*@" node ":" { print $1 }' \
	    "$scratch/status"
}

# is_true: what status said is so on the nodes.
is_true() {
	case $said:$code in
	done:0)
		all_have R13.1.1 ;;
	undone:0)
		all_have R13.1 ;;
	'broken off:4' | stopped:4 | 'needs a person:5') ;;
	*)	echo "status says '$said' with code $code"
		return 1 ;;
	esac
	for node in $nodes; do
		case $(says_of "$node"):$(version_of "$node") in
		done:R13.1.1 | waiting:R13.1 | undone:R13.1) ;;
		done:* | waiting:* | undone:*)
			echo "status says '$(says_of "$node")' of the patch of" \
			    "$node, which has $(version_of "$node")"
			return 1 ;;
		esac
	done
}

# advice: the steps of which a person must decide, by what was said last; they
# are done again.
advice() {
	sed -n 's/.*--step \([^ =]*\)=.*/--step \1=again/p' \
	    "$scratch/complaints" | tail -n 1
}

# bring_to_an_end: by what status and the run itself advise.
bring_to_an_end() {
	for try in 1 2 3 4 5 6; do
		look
		is_true
		[ "$code" -ne 0 ] || return 0
		echo "$try: $said: resume --yes $(advice)"
		# shellcheck disable=SC2046	# two words, or none
		roll resume --yes $(advice) >"$scratch/run" \
		    2>"$scratch/complaints" || true
		tail -n 4 "$scratch/run" "$scratch/complaints"
		wait_until 60 no_stranger
	done
	cat "$scratch/status"
	return 1
}

# ---- disturbed -------------------------------------------------------------------

go_back() {
	expect 0 roll home lab
	if [ "$(version_of node1)" = R13.1.1 ]; then
		expect 0 roll rollback --yes "$(basename "$1" .jsonl)"
	fi
	all_are_home R13.1
}

# patch_journal: the newest run that patches.
patch_journal() {
	shell control 'ls "$1/cluster-runs" | grep patch | tail -n 1' sh "$state"
}

# note TEXT: whatever comes of the test.
note() {
	echo "$1"
	echo "# $1" >&3
}

# disturbed SEED
disturbed() {
	draw "$1"
	note "seed $1: $fault of $victim after $after ms for $long s"
	runs=$(run_count)
	keep_doubles
	load "seed$1-"
	# What is between must not be stopped with it: no exec.
	in_background run 'clroll patch lab "$1"; exit $?' \
	    "$(package 13.1.1)" 2>"$scratch/complaints"
	sleep "$((after / 1000)).$(printf %03d $((after % 1000)))"
	inflict
	code=0
	# shellcheck disable=SC2154	# in_background assigns it
	wait "$pid_of_run" || code=$?
	note "	clroll ended with $code"
	lab run control rm -f /run/run
	tail -n 20 "$scratch/run" "$scratch/complaints"
	mend
	wait_until 120 no_stranger
	[ "$(run_count)" -eq "$runs" ] || bring_to_an_end
	unload
	go_back "$(patch_journal)"
	is_excused || all_jobs_ran_once
}

# set_right: after a fault that did not end well, a lab for the next one.
set_right() {
	[ -e "$scratch/fine" ] || {
		lab down
		prepare
	}
	# The last one of the rolls may have been there.
	[ "$(version_of node1)" = R13.1 ] || roll rollback --yes
	rm -f "$scratch/fine"
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
touch "$scratch/fine"
while [ "$number" -lt "$faults" ]; do
	eval "fault_of_seed_$((seed + number))() {
		set_right
		disturbed $((seed + number))
		touch $scratch/fine
	}"
	names="$names fault_of_seed_$((seed + number))"
	number=$((number + 1))
done
# shellcheck disable=SC2086	# many words
run_tests ${names:-true}
