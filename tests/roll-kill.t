#!/bin/sh
# The rolling patch, struck at the records of its journals: clroll killed,
# nqsupd killed, both, or the network cut.  What status says then must be so.
# Resumed, it must end in the state that an undisturbed run ends in.
#
# By default three runs are relays, struck once at every step of clroll and of
# nqsupd on each node, at one of the step's records, by the strikes in turn: a
# patch, the rollback of one that is done, and a patch that fails, on its way
# back.  The whole walk has cases of their own, each a run with one strike:
#
#	ROLL_KILL_STRIDE=all	at every record by every strike (hours)
#	ROLL_KILL_STRIDE=N	at every N-th record by the next strike in turn
#	ROLL_KILL_ONLY=CASE,...	only these
#	ROLL_KILL_SHARE=K/N	only each N-th case, from the K-th on, so that
#				several can share the work
#	ROLL_KILL_LAB=DIR	in that lab, which stays to be looked at
#
# A case is WAY:JOURNAL:NUMBER:STRIKE, or WAY:relay:SHIFT with other records and
# strikes for each SHIFT.  WAY is patch, rollback or broken; JOURNAL is clroll
# or a node; NUMBER counts its records, those of a rollback from its beginning;
# STRIKE is clroll, nqsupd, both, cut, or power of the node, off and on again:
# then the run may also have been put back.
# shellcheck disable=SC2119,SC2120,SC2317
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/lab/striking.sh
. "${srcdir:-.}/tests/lab/striking.sh"

place=${ROLL_KILL_LAB:-$scratch/lab}
nodes='node1 node2'
exec 3>&1

# ---- the lab ---------------------------------------------------------------

lab() {
	verb=$1
	shift
	"$top/script/lab" "$verb" -d "$place" "$@"
}

# on NODE COMMAND...
on() {
	lab run "$@" </dev/null
}

# sh_on NODE [ARGUMENT]...: runs the script on standard input.
sh_on() {
	node=$1
	shift
	lab run "$node" sh -s -- "$@"
}

cluster() {
	lab run node1 sh -s -- "$@" <"$build/share/cluster/pacemaker"
}

# find_places: where the programs keep their journals and locks.
find_places() {
	for file in cluster-runs cluster-lab.lock; do
		found=$(on control find /usr/local /var /run -name "$file")
		[ -n "$found" ] && echo "${found%/*}" || return 1
	done >"$scratch/places"
}

state() {
	sed -n 1p "$scratch/places"
}

locks() {
	sed -n 2p "$scratch/places"
}

# forget: nothing is known of earlier runs, and no patch is there.
forget() {
	for node in $nodes control; do
		sh_on "$node" "$(state)" "$(locks)" <<-'END'
			rm -rf "$1"/cluster-runs "$1"/runs "$1"/saved
			rm -f /var/lib/nqstools/packages/NECJCpt* /root/rolling
			rm -f "$2"/*.lock
			rmdir "$1" "$2" 2>/dev/null
			true
		END
	done
}

bring_up() {
	lab down
	lab up -b "$build" ${JOBCENTER_PACKAGES:+-p "$JOBCENTER_PACKAGES"} \
	    2>"$scratch/up" || return
	for node in $nodes control; do
		give_halt "$node" || return 1
	done
	# A lost connection is found in seconds, and then tried for a while.
	on control sed -i -e 's/^ssh = {/&\n  keep_alive = "1s";/' \
	    -e '1i patience = "60s";' /etc/nqstools/clusters/lab.conf
	for node in $nodes; do
		on "$node" sh -c '/usr/lib/nqs/nqsstart &&
			tar --format=posix -C / -cf /root/unpatched.tar \
			    usr/lib/nqs' || return 1
	done
	show_times >"$scratch/before.times"
}

# ---- how things stand ------------------------------------------------------

# Strangers: what a run must not leave running.
no_stranger() {
	for node in $nodes control; do
		on "$node" ps -e -o comm= | grep -q -x -e clroll -e nqsupd \
		    -e nqsbackup -e rpm -e nqsstart -e nqsstop && return 1
	done
	return 0
}

# show_node NODE: its packages and files, what runs, what lies about.
show_node() {
	echo "== $1"
	sh_on "$1" "$(state)" "$(locks)" <<-'END'
		rpm -qa | sort
		find /usr/lib/nqs -type f -exec sha256sum {} + | sort -k 2
		find /usr/lib/nqs -printf '%y %m %U:%G %p\n' | sort -k 4
		# A daemon that has forked a job bears its own name twice until
		# the job has begun: what two looks agree on is so.
		now=$(nqsupd ps | awk '{ print $1, $2 }' | sort)
		until
			last=$now
			now=$(nqsupd ps | awk '{ print $1, $2 }' | sort)
			[ "$now" = "$last" ]
		do :; done
		echo "$now"
		nqsupd check -s local environment processes lock
		echo "== left"
		# rpm itself leaves a script behind now and then.
		find "$1" /var/lib/nqstools /var/tmp /tmp \
		    ! -name 'rpm-tmp.*' -printf '%y %p\n' 2>/dev/null | sort -u |
		    sed 's/[0-9]*T[0-9]*Z-\([a-z-]*\)-....\([-.]\)/RUN-\1\2/'
		find "$2" -type f -printf '%p\n' 2>/dev/null | sort
		true
	END
}

# show_times: when files were changed; only what is put back keeps them.
show_times() {
	for node in $nodes; do
		on "$node" find /usr/lib/nqs -printf "%p %T@ $node\n" | sort
	done
}

show_control() {
	echo "== left"
	sh_on control "$(state)" "$(locks)" <<-'END'
		find "$1" /tmp -printf '%y %p\n' 2>/dev/null | sort -u |
		    sed 's/[0-9]*T[0-9]*Z-\([a-z-]*\)-....\([-.]\)/RUN-\1\2/'
		find "$2" -type f -printf '%p\n' 2>/dev/null | sort
		true
	END
}

show_cluster() {
	echo "== cluster"
	cluster nodes | sort
	cluster where jcgroup
	cluster residue jcgroup
	cluster health
}

# show: all of it.
show() {
	wait_until 20 no_stranger || return 1
	for node in $nodes; do
		show_node "$node" || return 1
	done
	show_control
	show_cluster
}

# without_left FILE: without what runs leave, which differs on the way.
without_left() {
	awk '/^== / { left = $2 == "left" } !left' "$1"
}

# ---- jobs ------------------------------------------------------------------

start_jobs() {
	sh_on control <<-'END'
		touch /run/submitting
		(
			while [ -e /run/submitting ]; do
				number=$(($(cat /run/number 2>/dev/null ||
				    echo 0) + 1))
				echo "$number" >/run/number
				/root/packages/submit 10.77.0.100 607 \
				    "$number" 1 20 job 60 >>/run/ids
				sleep 0.1
			done
			touch /run/submitted
		) >/dev/null 2>&1 &
	END
}

jobs_are_done() {
	on node1 /usr/lib/nqs/gui/bin/jnwsummary siteA | grep '^0 0 '
}

# Every job once, none lost, and the site never on two nodes.
check_jobs() {
	on control rm /run/submitting
	wait_until 70 on control test -e /run/submitted
	wait_until 30 jobs_are_done
	on control sh -c 'rm /run/submitted; cat /run/ids' >"$scratch/ids"
	on node1 cat /shared/siteA/nqs/ledger >"$scratch/ledger"
	"$top/tests/jobcenter/ledger" "$scratch/ledger" "$scratch/ids" || {
		awk '{ line = $1 " " $2 " " $3 }
		seen[line]++ || $1 == "double" { print $2 }' \
		    "$scratch/ledger" | while read -r id; do
			grep " $id " "$scratch/ledger"
		done
		return 1
	}
}

# ---- runs ------------------------------------------------------------------

# begin ARGUMENT...: starts clroll, its exit code goes to /run/rolled.
begin() {
	# shellcheck disable=SC2016
	on control sh -c '
		rm -f /run/rolled
		(clroll "$@"; echo $? >/run/rolled.new
		 mv /run/rolled.new /run/rolled) \
		    </dev/null >>/root/rolling 2>&1 &' sh "$@"
}

# begin_way WAY
begin_way() {
	on control sh -c ': >/root/rolling'
	case $1 in
	patch) begin patch lab /root/packages/NECJCpt-13.1.1-1.x86_64.rpm ;;
	broken) begin patch lab /root/packages/NECJCpt-13.1.3-1.x86_64.rpm ;;
	rollback) begin rollback --yes ;;
	esac
}

expected_code() {
	[ "$1" = broken ] && echo 1 || echo 0
}

has_rolled() {
	[ -e "$(inside control /run/rolled)" ]
}

rolled() {
	wait_until "${1:-120}" has_rolled || return 1
	cat "$(inside control /run/rolled)"
}

# find_run: its name.
find_run() {
	on control sh -c 'cd "$1"/cluster-runs && ls' sh \
	    "$(state)" | sed -n 's/\.jsonl$//p' | tail -n 1
}

# journal JOURNAL: what it holds, without outages.
journal() {
	case $1 in
	clroll) set -- control "cluster-runs/$(find_run).jsonl" ;;
	*) set -- "$1" "runs/$(find_run)-$1.jsonl" ;;
	esac
	on "$1" cat "$(state)/$2" 2>/dev/null |
	    grep -v '"event":"outage' || true
}

# undisturbed WAY: carries it out, keeps how all stands and the journals.
undisturbed() {
	begin_way "$1" &&
	same "code of an undisturbed $1" "$(expected_code "$1")" \
	    "$(rolled)" || return 1
	for journal in clroll $nodes; do
		journal "$journal" >"$scratch/$1.$journal"
	done
	show >"$scratch/$1.state"
	show_times >"$scratch/$1.times"
}

# learn: the three ways, undisturbed.
learn() {
	begin_way broken
	rolled >"$scratch/code" && find_places || return 1
	forget
	show >"$scratch/before.state" &&
	undisturbed broken || return 1
	forget
	undisturbed patch && undisturbed rollback || return 1
	forget
	for way in broken rollback; do
		without_left "$scratch/$way.state" >"$scratch/way"
		without_left "$scratch/before.state" |
		    diff - "$scratch/way" &&
		diff "$scratch/before.times" "$scratch/$way.times" ||
		    return 1
	done
	echo before >"$scratch/now"
}

# make_now STATE: before, or patched.
make_now() {
	now=$(cat "$scratch/now")
	echo unknown >"$scratch/now"
	case $now:$1 in
	before:before | patched:patched) ;;
	before:patched)
		undisturbed patch || return 1 ;;
	patched:before)
		for node in $nodes; do
			on "$node" sh -c '/usr/lib/nqs/nqsstop &&
				rpm -e NECJCpt && rm -rf /usr/lib/nqs &&
				tar -C / -xf /root/unpatched.tar &&
				/usr/lib/nqs/nqsstart' || return 1
		done
		forget ;;
	*)
		bring_up || return 1
		[ "$1" = before ] || undisturbed patch || return 1 ;;
	esac
	echo "$1" >"$scratch/now"
}

# ---- strikes ---------------------------------------------------------------

# home_of JOURNAL: the node that keeps it.
home_of() {
	[ "$1" = clroll ] && echo control || echo "$1"
}

# arm JOURNAL NUMBER [TEXT]
arm() {
	part=cluster-runs/
	[ "$1" = clroll ] || part=$1.jsonl
	arm_at "$(home_of "$1")" "$part" "$2" "${3:-}"
}

is_halted() {
	[ -e "$halted" ] || has_rolled
}

# kill_all NODE NAME: every process called that, as the node sees them.
kill_all() {
	# shellcheck disable=SC2016
	on "$1" sh -c 'pids=$(ps -e -o pid= -o comm= |
		awk -v name="$1" "\$2 == name { print \$1 }")
		[ -z "$pids" ] || kill -9 $pids 2>/dev/null || true' sh "$2"
}

# kill_run NODE PID: a process of nqsupd; with an odd number, its parent, which
# waits for it, too.
kill_run() {
	# shellcheck disable=SC2016
	on "$1" sh -c '
		parent=$(ps -o ppid= -p "$1" | tr -d " ")
		case $(($2 % 2)):$(ps -o comm= -p "${parent:-0}") in
		1:nqsupd) kill -9 "$parent" ;;
		esac
		kill -9 "$1"' sh "$2" "$3"
}

# knows_group NODE: its cluster software does, which is up for that.
knows_group() {
	lab run "$1" sh -s where jcgroup <"$build/share/cluster/pacemaker"
}

# power_off NODE: off and on again, until its cluster software knows the group.
power_off() {
	lab kill "$1"
	lab boot "$1"
	wait_until 120 knows_group "$1"
}

# strike JOURNAL STRIKE: $pid is halted there.
strike() {
	home=$(home_of "$1")
	case $2:$1 in
	clroll:*)
		kill_all control clroll ;;
	nqsupd:clroll)
		for node in $nodes; do
			kill_all "$node" nqsupd
		done ;;
	nqsupd:*)
		kill_run "$1" "$pid" "$number" ;;
	both:*)
		kill_all control clroll
		for node in $nodes; do
			kill_all "$node" nqsupd
		done ;;
	cut:*)
		lab cut control ;;
	power:*)
		power_off "$home"
		return ;;
	esac
	# What was not killed goes on.
	on "$home" kill -CONT "$pid" 2>/dev/null || true
	[ "$2" != cut ] || {
		sleep 6
		lab heal control
	}
}

# ---- status, while nothing goes on ------------------------------------------

# says KEY: how the step stands, by $scratch/status.
says() {
	sed -n "s/^  \([a-z]*\)  *$1: .*/\1/p" "$scratch/status"
}

# is_true NODE STATE: whether its patch may stand so.
is_true() {
	has=0
	on "$1" rpm -q --quiet NECJCpt || has=$?
	case $2:$has in
	done:0 | waiting:1 | undone:1) ;;
	begun:* | undoing:* | failed:*) ;;
	*)	echo "the patch of $1 is '$2', and rpm -q says $has"
		return 1 ;;
	esac
}

# holds_group: the node that holds it, by $scratch/status; nothing when it may
# be either.
holds_group() {
	case $(says failover@node1):$(says failback@node1) in
	done:done) echo node1 ;;
	done:waiting | done:undone) echo node2 ;;
	waiting:waiting | undone:waiting | undone:undone) echo node1 ;;
	esac
}

# status_is CODE: that of the program's last line.
status_is() {
	head -n 1 "$scratch/status"
	case $(sed -n '1s/.*: //p' "$scratch/status") in
	'broken off') same 'code of status' 4 "$1" ;;
	done | undone) same 'code of status' 0 "$1" ;;
	*)	echo 'though nothing goes on'
		return 1 ;;
	esac
}

# node_is_true NODE: what nqsupd says there, when it is known there.
node_is_true() {
	code=0
	on "$1" nqsupd status "$(find_run)-$1" >"$scratch/status" \
	    2>"$scratch/status.error" || code=$?
	[ "$code" -ne 64 ] || return 0
	status_is "$code"
	case $(sed -n '1s/.*: //p' "$scratch/status") in
	done | undone)
		is_true "$1" "$(sed -n '1s/.*: //p' "$scratch/status")" ;;
	esac
}

# status_is_true STRIKE: clroll, and of both also nqsupd, is dead.
status_is_true() {
	[ "$1" != both ] || for node in $nodes; do
		node_is_true "$node"
	done
	code=0
	on control clroll status "$(find_run)" >"$scratch/status" || code=$?
	status_is "$code"
	is_true node2 "$(says patch-standby@node2)"
	is_true node1 "$(says patch-active@node1)"
	holder=$(holds_group)
	[ -z "$holder" ] || same 'who holds the group' "$holder" \
	    "$(cluster where jcgroup)"
}

# resume CODE: until it ends with that, a few times.
resume() {
	code=$(rolled)
	codes=$code
	tries=0
	while [ "$code" != "$1" ]; do
		tries=$((tries + 1))
		case $code:$tries in
		[1-4]:5 | 5:* | 6[45]:* | 7[0138]:*)
			echo "ended with $codes, not $1"
			on control cat /root/rolling
			return 1 ;;
		esac
		begin resume
		code=$(rolled)
		codes="$codes $code"
	done
}

# is_closed JOURNAL: or only its last record is missing of what was done, and
# nobody had to go on with it.
is_closed() {
	journal "$1" >"$scratch/journal"
	[ -s "$scratch/journal" ] || return 0
	tail -n 1 "$scratch/journal" | grep -q '"event":"close"' || {
		echo "the journal of $1 is not closed"
		[ "$1" != clroll ] || return 1
		node_is_true "$1"
		same 'code of status' 0 "$code"
	}
}

# check_end WAY: as in an undisturbed run.
check_end() {
	show >"$scratch/state.now" || return 1
	diff "$scratch/$1.state" "$scratch/state.now" || return 1
	[ "$1" = patch ] || {
		show_times >"$scratch/times.now"
		diff "$scratch/before.times" "$scratch/times.now" || return 1
	}
	for journal in clroll $nodes; do
		is_closed "$journal"
	done
	# Nothing is left to do, and nobody holds the lock.
	begin resume
	# Who asks for what was put back is told that it is.
	[ "$1" = patch ] || set -- "$1" 1
	same 'code of another resume' "${2-0}" "$(rolled)"
}

# finish_case WAY: resumes it to its end, and looks at it.
finish_case() {
	resume "$(expected_code "$1")"
	check_end "$1"
	check_jobs
	case $1 in
	patch) echo patched ;;
	*)
		forget
		echo before ;;
	esac >"$scratch/now"
}

# finish_power WAY: a node lost its power, so the run may have been put back,
# too, and its local site did not come up by itself.
finish_power() {
	codes=$(rolled)
	until [ "${codes##* }" -le 1 ]; do
		[ "${#codes}" -lt 20 ]
		begin resume
		codes="$codes $(rolled)"
	done
	for node in $nodes; do
		on "$node" nqsupd site start local
	done
	wait_until 60 cluster health
	show >"$scratch/state.now"
	end=$1
	[ "$1:${codes##* }" != patch:1 ] || end=before
	without_left "$scratch/state.now" >"$scratch/state.short"
	without_left "$scratch/$end.state" | diff - "$scratch/state.short"
	check_jobs
	on control clroll resume || same 'code of resume' "$?" "${codes##* }"
}

# count_before WAY JOURNAL: the records of before this way.
count_before() {
	case $1 in
	rollback) journal "$2" | wc -l ;;
	*) echo 0 ;;
	esac
}

# strike_at WAY JOURNAL NUMBER STRIKE
strike_at() {
	began=$(date +%s)
	case $1 in
	rollback) make_now patched ;;
	*) make_now before ;;
	esac
	echo unknown >"$scratch/now"
	start_jobs
	arm "$2" $(($(count_before "$1" "$2") + $3))
	begin_way "$1"
	wait_until 180 is_halted
	[ -e "$halted" ] || { echo "there was no record $3"; return 1; }
	read -r pid number record <"$halted"
	strike "$2" "$4"
	case $4 in
	clroll | both) status_is_true "$4" ;;
	esac
	case $4 in
	power) finish_power "$1" ;;
	*) finish_case "$1" ;;
	esac
	echo "# $1:$2:$3:$4 struck at $number $(echo "$record" |
	    sed -n '1s/.*"event":"\([^"]*\)"\(,"step":"\([^"]*\)"\)*.*/\1 \3/p')," \
	    "clroll ended with $codes, $(($(date +%s) - began)) s" >&3
}

# ---- a relay: one run, struck once at every step ---------------------------

# steps WAY: "TIME JOURNAL EVENT STEP" for each record of a step.
steps() {
	for journal in clroll $nodes; do
		skip=0
		[ "$1" != rollback ] ||
		    skip=$(wc -l <"$scratch/patch.$journal")
		steps_of "$journal" "$skip" <"$scratch/$1.$journal"
	done | sort -s -k 1,1 | awk -v way="$1" '
		way == "broken" && !failed { failed = $5; if (!failed) next }
		{ print $1, $2, $3, $4 }'
}

# targets WAY SHIFT: "JOURNAL EVENT STEP STRIKE", with the strikes in turn; the
# network is cut seldom, for that takes long.
targets() {
	steps "$1" | some_of "$2" | awk -v shift="$2" '
	BEGIN {
		split("clroll both clroll both cut", of_clroll, " ")
		split("clroll nqsupd both clroll nqsupd both cut", of_node, " ")
	}
	{
		print $2, $3, $4, $2 == "clroll" ?
		    of_clroll[(clroll++ + shift) % 5 + 1] :
		    of_node[(node++ + shift) % 7 + 1]
	}'
}

# next_target: arms for it, and sets it; false when there is none.
next_target() {
	read -r journal event step blow <&4 || return 1
	arm "$journal" 1 "$(record_of "$event" "$step")"
}

# come_to_target CODE: resumes what ended before it.
come_to_target() {
	code=
	tries=0
	while [ "$code" != "$1" ] && [ "$tries" -lt 4 ]; do
		[ -z "$code" ] || begin resume
		wait_until 120 is_halted
		[ ! -e "$halted" ] || return 0
		code=$(rolled)
		tries=$((tries + 1))
	done
	echo "ended with $code before '$event' of '$step' in $journal"
	on control cat /root/rolling
	return 1
}

# relay WAY SHIFT
relay() {
	began=$(date +%s)
	case $1 in
	rollback) make_now patched ;;
	*) make_now before ;;
	esac
	echo unknown >"$scratch/now"
	targets "$1" "$2" >"$scratch/targets"
	exec 4<"$scratch/targets"
	start_jobs
	next_target
	begin_way "$1"
	more=yes
	while [ -n "$more" ]; do
		come_to_target "$(expected_code "$1")"
		read -r pid number record <"$halted"
		echo "# $journal $number $event $step: $blow" >&3
		here=$journal
		now_blow=$blow
		next_target || more=
		strike "$here" "$now_blow"
		case $now_blow in
		clroll | both)
			rolled
			status_is_true "$now_blow"
			begin resume ;;
		esac
	done
	exec 4<&-
	finish_case "$1"
	echo "#	$(wc -l <"$scratch/targets") strikes," \
	    "$(($(date +%s) - began)) s" >&3
}

# ---- cases -----------------------------------------------------------------

# records WAY JOURNAL: the numbers of the records to strike at.
records() {
	case $1 in
	patch) seq "$(wc -l <"$scratch/patch.$2")" ;;
	rollback)
		seq $(($(wc -l <"$scratch/rollback.$2") -
		    $(wc -l <"$scratch/patch.$2"))) ;;
	broken)
		first=$(awk '/"result":"failed"/ { print FNR; exit }' \
		    "$scratch/broken.$2")
		[ -z "$first" ] ||
		    seq "$first" "$(wc -l <"$scratch/broken.$2")" ;;
	esac
}

strikes() {
	case $1 in
	clroll) echo clroll both cut ;;
	*) echo clroll nqsupd both cut power ;;
	esac
}

# all_cases: a line for each.
all_cases() {
	for way in patch rollback broken; do
		for journal in clroll $nodes; do
			for number in $(records "$way" "$journal"); do
				for strike in $(strikes "$journal"); do
					echo "$way:$journal:$number:$strike"
				done
			done
		done
	done
}

# in_turn: one that patches, then one that rolls back, as long as there are
# both; so the next case mostly finds the state that it needs.
in_turn() {
	awk -F : '
	$1 == "rollback" { back[++backs] = $0; next }
	{ other[++others] = $0 }
	END {
		for (i = 1; i <= others || i <= backs; i++) {
			if (i <= others)
				print other[i]
			if (i <= backs)
				print back[i]
		}
	}'
}

# Every STRIDE-th record, each with the strike that is next in turn.
choose() {
	share=${ROLL_KILL_SHARE:-1/1}
	if [ -n "${ROLL_KILL_ONLY:-}" ]; then
		echo "$ROLL_KILL_ONLY" | tr ',' '\n'
	elif [ -z "${ROLL_KILL_STRIDE:-}" ]; then
		for way in patch rollback broken; do
			echo "$way:relay:0"
		done
	else
		all_cases | awk -F : -v stride="$ROLL_KILL_STRIDE" '
		stride == "all" { print; next }
		$1 $2 $3 != record {
			record = $1 $2 $3
			records++
			turn = 0
		}
		(records - 1) % stride == 0 &&
		    turn++ == int((records - 1) / stride) % ($2 == "clroll" ? 3 : 4)
		' | awk -v first="${share%/*}" -v shares="${share#*/}" '
		(NR - first) % shares == 0' | in_turn
	fi
}

clean_up() {
	[ -n "${ROLL_KILL_LAB:-}" ] || lab down
}

start() {
	make_halt && bring_up && learn
}

start >"$scratch/.output" 2>&1 || {
	if grep -q 'lab: no' "$scratch/up" 2>/dev/null; then
		echo "1..0 # SKIP $(sed 's/^lab: //' "$scratch/up")"
		exit 0
	fi
	sed 's/^/# /' "$scratch/.output"
	echo 'Bail out! the undisturbed run failed'
	exit 1
}
tests=
for case in $(choose); do
	case $case in
	*:relay:*)
		name=${case%%:*}_struck_at_every_step_${case##*:}
		eval "$name() { relay ${case%%:*} ${case##*:}; }" ;;
	*)
		name=$(echo "$case" | sed 's/\(.*\):\(.*\):\(.*\):\(.*\)/'\
'\1_struck_at_record_\3_of_\2_by_\4/; s/by_cut/by_a_cut/')
		eval "$name() { strike_at $(echo "$case" | tr ':' ' '); }" ;;
	esac
	tests="$tests $name"
done
# shellcheck disable=SC2086
run_tests $tests
