#!/bin/sh
# nqsupd on the nodes of a real cluster: the guide's upgrade (3.1) and patch
# (3.2), on the standby and on the active node, in which steps fail, hang, tell
# lies and are killed, by tests/lab/halt.c.  Which steps there are is asked of
# "nqsupd plan".  However it ends, at once or after "resume", the node must be
# as after a run that nobody disturbed, or bit for bit as before.
#
# By default each step is struck once on its way there, in the first procedure
# that has it, and once on its way back in each procedure, by troubles in turn.
#
#	NQSUPD_FAULT=all	each command of every step, by every trouble,
#				with the local site running and not (hours)
#	NQSUPD_FAULT=N		as by default, but N troubles further on
#	NQSUPD_FAULT_ONLY=PATTERN	only those cases that it matches;
#				a case is as it is printed
# shellcheck disable=SC2317	# tests are called by their names
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/lab/struck.sh
. "$top/tests/lab/struck.sh"

exec 3>&1
: >"$scratch/seen"

# ---- how a node looks ------------------------------------------------------

# view NODE: and what is there of the cluster site.
view() {
	picture "$1"
	# shellcheck disable=SC2016
	shell "$1" '
	/usr/lib/nqs/nqsstat siteA >/dev/null
	echo "cluster site: $?"
	find /usr/spool/nqs/gui -type f -exec sha256sum {} + | sort -k 2
	[ ! -d /shared/siteA ] || find /shared/siteA/nqs/private \
	    /shared/siteA/nqs/users /shared/siteA/nqs/gui -type f \
	    ! -path "*/interproc/*" -exec sha256sum {} + | sort -k 2
	ps -e -o args= | grep "^/usr/lib/nqs/" | sort' </dev/null
	adapter "$1" unmonitored jcgroup || echo "unmonitored: $?"
	adapter "$1" where jcgroup
	adapter "$1" residue jcgroup || true
}

# is_as STATE NODE: as in that picture.
is_as() {
	case $1 in
	after)	view "$2" | without_times ;;
	*)	view "$2" ;;
	esac | diff "$scratch/$1" -
}

# ---- what can be struck ----------------------------------------------------

# steps_of_plan NODE VERB PACKAGE: "STEP PART..." for each.
steps_of_plan() {
	at "$1" nqsupd plan --json "$2" "$3" </dev/null >"$scratch/plan" ||
	    [ "$?" -eq 3 ]
	awk '/"event":"step"/ {
		match($0, /"step":"[^"]*"/)
		line = substr($0, RSTART + 8, RLENGTH - 9)
		count = split("check run verify undo undone", parts, " ")
		for (i = 1; i <= count; i++)
			if (index($0, "\"" parts[i] "\":["))
				line = line " " parts[i]
		print line
	}' "$scratch/plan"
}

# all_cases: of the steps on standard input, "STEP EVENT COUNT TROUBLE".
all_cases() {
	awk '
	function each(event, count, list,    i, number, names) {
		number = split(list, names, " ")
		for (i = 1; i <= number; i++)
			print $1, event, count, names[i]
	}
	BEGIN {
		asking = "fail hang die"
		acting = "fail lie die hang deaf late-fail late-die late-hang"
	}
	/ check/ { each("begin", 1, asking) }
	/ run/ {
		each("begin", 1, acting)
		each("begin", 2, asking)
	}'
}

# some_cases: one for each step that no earlier call was told of, in turn.
some_cases() {
	awk -v shift="${NQSUPD_FAULT:-0}" -v seen="$scratch/seen" '
	BEGIN {
		while ((getline step <seen) > 0)
			old[step] = ++turn
		acts = split("1:hang 1:late-fail 2:fail 1:late-hang 1:lie " \
		    "2:hang 1:fail 1:deaf", acting, " ")
		asks = split("1:fail 1:hang", asking, " ")
	}
	!($1 in old) {
		print $1 >>seen
		which = turn++ + shift
		split(/ check/ ? asking[which % asks + 1] :
		    acting[which % acts + 1], words, ":")
		print $1, "begin", words[1], words[2]
	}'
}

cases() {
	case ${NQSUPD_FAULT:-} in
	all)	all_cases ;;
	*)	some_cases ;;
	esac | grep -e "${NQSUPD_FAULT_ONLY:-.}" || true
}

# order NODE RUN: the orders of the cases on standard input.  A day that nobody
# has waited for any more is not to be over for this run.
order() {
	rm -f "$(inside "$1" /run/leap)"
	while read -r step event count trouble; do
		echo "1 runs/$2.jsonl $(record_of "$event" "$step")" \
		    "$count $trouble"
	done >"$(inside "$1" /run/halt)"
}

# ---- runs ------------------------------------------------------------------

# goes NODE RUN ARGUMENT...: until a resume ends it; $code is how.
goes() {
	node=$1
	run=$2
	shift 2
	codes=
	for try in 1 2 3 4 5 6 7 8 9 10 11 12; do
		code=0
		at "$node" timeout 300 nqsupd "$@" >>"$scratch/said" 2>&1 \
		    </dev/null || code=$?
		codes="$codes $code"
		case $code in
		0|1)	return ;;
		4|5)	set -- resume "$run" ;;
		*)	break ;;
		esac
	done
	echo "try $try: ended with$codes"
	tail -n 40 "$scratch/said"
	return 1
}

# ends_well NODE RUN: as $code says.
ends_well() {
	case $code in
	0)	at "$1" nqsupd status --expect 'done' "$2" </dev/null
		is_as after "$1" ;;
	*)	at "$1" nqsupd status --expect undone "$2" </dev/null
		is_as before "$1" ;;
	esac
}

# all_struck NODE [RUN]: or else it is told what the run said, and why it ended
# before.
all_struck() {
	[ -e "$(inside "$1" /run/halt)" ] || return 0
	echo 'never came to:'
	cat "$(inside "$1" /run/halt)"
	rm "$(inside "$1" /run/halt)"
	[ $# -lt 2 ] || {
		tail -n 40 "$scratch/said"
		at "$1" cat "$state/runs/$2.jsonl" </dev/null | tail -n 12
	}
	return 1
}

# ---- there -----------------------------------------------------------------

# deaths_before STEP: a case for each of the steps on standard input that acts.
deaths_before() {
	awk -v step="$1" '
	$1 == step { exit }
	/ run/ { print $1, "begin", 1, turn++ % 2 ? "die" : "late-die" }'
}

# strike NODE VERB PACKAGE STEP EVENT COUNT TROUBLE: each act before is killed,
# by default, which is made good at once.
strike() {
	run=fault-$1-$2-$(date +%s%N)
	: >"$scratch/said"
	{
		[ "${NQSUPD_FAULT:-}" = all ] ||
		    deaths_before "$4" <"$scratch/steps"
		echo "$4 $5 $6 $7"
	} | order "$1" "$run"
	goes "$1" "$run" "$2" --run-id "$run" "$3" || return 1
	echo "# $2 on $1: $4 $5 $6 $7:$codes" >&3
	all_struck "$1" "$run"
	kind=$(sed -n "s/^$4 \\(check\\|run\\).*/\\1/p" "$scratch/steps")
	case $kind:$6:$7 in
	run:1:*die)	same "$4 $7" ' 0' "$codes" ;;
	run:1:lie)	;;
	run:1:*)	same "$4 $7" ' 1' "$codes" ;;
	esac
	ends_well "$1" "$run"
	[ "$code" -eq 1 ] || {
		at "$1" nqsupd rollback --yes "$run" </dev/null
		is_as before "$1"
	}
}

# ---- and back --------------------------------------------------------------

# undos SHIFT: a case for each of the steps on standard input.
undos() {
	awk -v shift="$1" '
	BEGIN {
		count = split("1:hang 1:late-fail 2:fail 1:lie 1:die " \
		    "1:late-hang 2:hang 1:fail 1:late-die 2:die 1:deaf", \
		    names, " ")
	}
	/ undo/ {
		split(names[(turn++ + shift) % count + 1], words, ":")
		print $1, "undo-begin", words[1], words[2]
	}'
}

# all_undone_struck NODE RUN: but for the steps of which no undo was begun, as
# there was nothing to put back.
all_undone_struck() {
	at "$1" grep '"event":"undo-begin"' "$state/runs/$2.jsonl" </dev/null \
	    >"$scratch/undone"
	[ -e "$(inside "$1" /run/halt)" ] || return 0
	sed 's/.*"step":\("[^"]*"\).*/\1/' "$(inside "$1" /run/halt)" \
	    >"$scratch/left"
	rm "$(inside "$1" /run/halt)"
	same 'not struck' '' "$(grep -F -f "$scratch/left" "$scratch/undone")"
}

# back NODE RUN SHIFT: puts a run back that is done, with trouble in each undo.
back() {
	: >"$scratch/said"
	undos "$3" <"$scratch/steps" | order "$1" "$2"
	goes "$1" "$2" rollback --yes "$2" || return 1
	echo "# $2 put back, trouble $3:$codes" >&3
	same 'exit code' 0 "$code"
	is_as before "$1"
	at "$1" nqsupd status --expect undone "$2" </dev/null
	all_undone_struck "$1" "$2"
}

# ---- a procedure -----------------------------------------------------------

# do_it NODE VERB PACKAGE: nobody disturbs; the run is $run.
do_it() {
	run=calm-$1-$2-$(date +%s%N)
	at "$1" nqsupd "$2" --run-id "$run" "$3" </dev/null
}

# local_site NODE start|stop
local_site() {
	at "$1" nqsupd site "$2" local </dev/null
}

# faults NODE VERB PACKAGE
faults() {
	view "$1" >"$scratch/before"
	steps_of_plan "$@" >"$scratch/steps"
	[ -s "$scratch/steps" ]
	shifts=${NQSUPD_FAULT:-0}
	[ "$shifts" != all ] || shifts='0 1 2 3 4 5 6 7 8 9 10'
	for shift in $shifts; do
		do_it "$@"
		view "$1" | without_times >"$scratch/after"
		back "$1" "$run" "$shift"
	done
	cases <"$scratch/steps" >"$scratch/cases"
	while read -r step event count trouble <&4; do
		strike "$@" "$step" "$event" "$count" "$trouble"
	done 4<"$scratch/cases"
}

# do_jobs: so that the cluster site has trackers, which an upgrade loses.
do_jobs() {
	lab run control /root/packages/submit 10.77.0.100 607 1 3 20 fault 60 \
	    >"$scratch/jobs"
	wait_until 30 all_jobs_are_done
}

# walk NODE VERB PACKAGE start|stop: with the local site so, or both.
walk() {
	for verb in start stop; do
		[ "$verb" = "$4" ] || [ "${NQSUPD_FAULT:-}" = all ] || continue
		local_site "$1" "$verb"
		faults "$1" "$2" "$3"
	done
}

an_upgrade_of_the_standby_outlives_every_fault() {
	walk node2 upgrade "$release" start
}

an_upgrade_of_the_active_node_outlives_every_fault() {
	do_jobs
	walk node1 upgrade "$release" stop
}

a_patch_of_the_standby_outlives_every_fault() {
	both_are_upgraded
	walk node2 patch "$patch" stop
}

a_patch_of_the_active_node_outlives_every_fault() {
	both_are_upgraded
	walk node1 patch "$patch" start
}

# hung: the process in which a script hangs.
hung() {
	at node2 ps -e -o pid= -o args= </dev/null |
	    awk '$2 == "sleep" && $3 == 600 { print $1; found = 1 }
	    END { exit !found }'
}

a_patch_whose_script_is_broken_off_in_its_middle_is_put_back() {
	both_are_upgraded
	# Its first start under a release changes its data.
	local_site node2 start
	local_site node2 stop
	view node2 >"$scratch/before"
	echo 'exec patch/13.1.1/./jnwengine hang' \
	    >"$(inside node2 /run/halt)"
	at node2 nqsupd patch --run-id hung "$patch" </dev/null &
	run=$!
	wait_until 120 hung
	at node2 kill "$(hung)" </dev/null
	code=0
	wait "$run" || code=$?
	same 'exit code' 1 "$code"
	all_struck node2
	is_as before node2
	at node2 nqsupd status --expect undone hung </dev/null
}

run_tests \
	an_upgrade_of_the_standby_outlives_every_fault \
	an_upgrade_of_the_active_node_outlives_every_fault \
	a_patch_of_the_standby_outlives_every_fault \
	a_patch_of_the_active_node_outlives_every_fault \
	a_patch_whose_script_is_broken_off_in_its_middle_is_put_back
