# What the tests of a rolling patch share: a lab with the tools of this build,
# a probe of the service that knows nothing of them, jobs that are submitted
# all along, and what a node looks like before and after.  Source it after
# tests/lib.sh.
# shellcheck shell=sh disable=SC2034,SC2154

place=$scratch/lab
service='10.77.0.100 607'

# lab VERB [ARGUMENT]...
lab() {
	verb=$1
	shift
	"$top/script/lab" "$verb" -d "$place" "$@"
}

# at NODE COMMAND [ARGUMENT]...
at() {
	lab run "$@"
}

# shell NODE SCRIPT [ARGUMENT]...
shell() {
	node=$1
	shift
	lab run "$node" sh -c "$@"
}

# roll VERB [ARGUMENT]...: clroll, where an operator would run it.
roll() {
	lab run control clroll "$@"
}

# package VERSION: the path of that patch on the control node.
package() {
	echo "/root/packages/NECJCpt-$1-1.$(uname -m).rpm"
}

# adapter NODE VERB [ARGUMENT]...: what the cluster software of a node says.
adapter() {
	node=$1
	shift
	lab run "$node" sh -s -- "$@" <"$build/share/cluster/pacemaker"
}

# The group on node1 for good, nothing in its way.
go_home() {
	adapter node1 release jcgroup
	adapter node1 move jcgroup node1
	wait_until 30 adapter node1 where jcgroup node1
	adapter node1 release jcgroup
	wait_until 10 adapter node1 health
}

# ---- topologies ----------------------------------------------------------------

# topology SHAPE: sets nodes and groups, and up, the options of lab_up.
topology() {
	nodes='node1 node2'
	groups=jcgroup
	up=
	case $1 in
	two) ;;
	three)
		nodes="$nodes node3"
		up='-n 3' ;;
	mutual)
		groups='jcgroup jcgroup2'
		up=--mutual ;;
	*)	echo "no topology '$1'; there are two, three and mutual"
		return 1 ;;
	esac
}

# of_group GROUP: sets site, home and address.
of_group() {
	case $1 in
	jcgroup)
		site=siteA home=node1 address=10.77.0.100 ;;
	jcgroup2)
		site=siteB home=node2 address=10.77.0.101 ;;
	esac
}

# all_have VERSION: each node of the topology, and nothing is left over.
all_have() {
	for node in $nodes; do
		same "version of $node" "$1" "$(version_of "$node")"
		expect 3 adapter node1 excluded "$node"
		at "$node" nqsupd check -q lock
	done
	adapter node1 health
	for group in $groups; do
		same "residue of $group" '' "$(adapter node1 residue "$group")"
	done
}

# all_are_home VERSION: the same, and each group is where it belongs.
all_are_home() {
	all_have "$1"
	run 0 roll status lab
	for group in $groups; do
		of_group "$group"
		same "holder of $group" "$home" \
		    "$(adapter node2 where "$group")"
		contains "$(lab run control probe -1 "$address" 607)" \
		    "$1 site $site on $home"
		stdout_has "group $group is on $home, its home"
	done
}

# variable NAME: of the build's Makefile.
variable() {
	printf 'include Makefile\nshow: ; @echo $(%s)\n' "$1" |
	    make -s -f - show
}

# Where the programs have runs and procedures, as they were configured.
if [ -f Makefile ]; then
	state=$(variable localstatedir)/lib/nqstools
	share=$(variable datadir)/nqstools
fi

# lab_up [OPTION]...: the lab with the tools, or the reason why it cannot be.
lab_up() {
	[ -f Makefile ] || skip 'no build of the tools'
	code=0
	lab up -b "$build" "$@" ${JOBCENTER_PACKAGES:+-p "$JOBCENTER_PACKAGES"} \
	    2>"$scratch/up" || code=$?
	[ "$code" -ne 77 ] || skip "$(cat "$scratch/up")"
	cat "$scratch/up"
	[ "$code" -eq 0 ] || return 1
}

# may_refuse NODE...: each can be told, by the files /run/refuse and
# /run/linger, not to start a site, or not before that file is gone.
may_refuse() {
	for node; do
		shell "$node" "sed -i '/^start() {/a\\
		[ ! -e /run/refuse ] || return 1\\
		while [ -e /run/linger ]; do sleep 0.2; done' \
		    /usr/lib/ocf/resource.d/lab/jobcenter"
	done
}

# ---- the service, as its users see it ---------------------------------------

# in_background NAME SCRIPT [ARGUMENT]...: on the control node, until
# end_background; its output is $scratch/NAME.
in_background() {
	name=$1
	script=$2
	shift 2
	lab run control sh -c 'echo $$ >/run/'"$name; $script" sh "$@" \
	    >"$scratch/$name" &
	eval "pid_of_$name=$!"
	wait_until 10 lab run control test -s "/run/$name"
}

end_background() {
	# shellcheck disable=SC2016
	shell control 'kill "$(cat "/run/$1")"; rm "/run/$1"' sh "$1"
}

probe_begin() {
	in_background probe "exec probe $service"
	wait_until 10 grep -q ' up ' "$scratch/probe"
}

# probe_end: waits for the service, and for an answer after this moment.
probe_end() {
	wait_until 30 eval 'tail -n 1 "$scratch/probe" | grep -q " up "'
	lab run control probe -1 10.77.0.100 607 >/dev/null
	end_background probe
}

# outages: the seconds of each time that the service was away, by the probe.
# One daemon that answers late was not away.
outages() {
	awk '
	$2 == "down" {
		from = $1
	}
	$2 == "up" {
		if (pid != "" && ($NF != pid || $1 - from > 0.5))
			printf "%.3f\n", $1 - from
		pid = $NF
	}' "$scratch/probe"
}

# the_service_never_stopped: one daemon has answered all along.
the_service_never_stopped() {
	probe_end
	same outages '' "$(outages)"
}

greeting() {
	lab run control probe -1 10.77.0.100 607
}

# ---- jobs --------------------------------------------------------------------

# jobs_begin PREFIX [NAME ADDRESS]: submits jobs, a few at a time, until
# jobs_end.
jobs_begin() {
	# shellcheck disable=SC2016
	in_background "${2:-jobs}" 'n=1
	while [ -e "/run/$2" ]; do
		/root/packages/submit "$3" 607 "$n" 2 40 "$1" 60 || exit 1
		n=$((n + 2))
		sleep 0.1
	done' "$1" "${2:-jobs}" "${3:-10.77.0.100}"
	wait_until 10 grep -q . "$scratch/${2:-jobs}"
}

# jobs_end PREFIX [NAME ADDRESS]: and submits the last ones.
jobs_end() {
	lab run control rm "/run/${2:-jobs}"
	eval 'wait "$pid_of_'"${2:-jobs}"'"'
	lab run control /root/packages/submit "${3:-10.77.0.100}" 607 1 3 40 \
	    "$1-after" 60 >>"$scratch/${2:-jobs}"
}

# count_jobs [NAME SITE]: what became of the jobs in $scratch/jobs and of all
# others.
count_jobs() {
	# shellcheck disable=SC2016
	shell node1 'cat >"/run/ids.$1" &&
	    ledger "/disk/$1/nqs/ledger" "/run/ids.$1"' sh "${2:-siteA}" \
	    <"$scratch/${1:-jobs}"
}

# jobs_ran_once [NAME SITE]: else says how it was with those that did not.
jobs_ran_once() {
	count_jobs "${1:-jobs}" "${2:-siteA}" >"$scratch/counted" && return
	cat "$scratch/counted"
	at node1 awk '{ print $1, $2, $3, $4 }' \
	    "/disk/${2:-siteA}/nqs/ledger" | sort | uniq -d
	at node1 tail -n 20 "/disk/${2:-siteA}/nqs/log"
	return 1
}

# all_jobs_are_done [NAME SITE]
all_jobs_are_done() {
	count_jobs "${1:-jobs}" "${2:-siteA}" | grep -q ' lost 0 '
}

# ---- a node, before and after --------------------------------------------------

# picture NODE: what a run that was taken back must leave as it was: files
# with all but the times of folders, packages, the local site, what the
# cluster software thinks of the node, and what is in nobody's way.
picture() {
	# shellcheck disable=SC2016
	shell "$1" '
	find /usr/lib/nqs -type d -printf "%M %u %g %p\n" | sort
	find /usr/lib/nqs ! -type d -printf "%M %n %u %g %s %T+ %p %l\n" | sort
	find /usr/lib/nqs -type f -exec sha256sum {} + | sort -k 2
	find /usr/spool/nqs/private /usr/spool/nqs/users -type f \
	    ! -path "*/interproc/*" -exec sha256sum {} + | sort -k 2
	rpm -qa | sort
	rpm -Va
	/usr/lib/nqs/nqsstat >/dev/null
	echo "local site: $?"
	ps -e -o args= | grep "^/usr/lib/nqs/" | grep -v siteA | sort
	cibadmin --query --scope constraints
	crm_standby --query --node "$(uname -n)" 2>&1 | tail -n 1
	nqsupd check lock; true'
}

# picture_both: of both nodes, and who holds the group.
picture_both() {
	picture node1
	picture node2
	adapter node1 where jcgroup
	adapter node1 residue jcgroup || true
}

# keep_picture: for nothing_has_changed.
keep_picture() {
	picture_both >"$scratch/before"
}

nothing_has_changed() {
	picture_both >"$scratch/after"
	diff "$scratch/before" "$scratch/after"
}

# ---- a run ---------------------------------------------------------------------

# value KEY: of each JSON line of the input that has the string.
value() {
	sed -n "s/.*\"$1\":\"\\([^\"]*\\)\".*/\\1/p"
}

# journal: of the last run of the control node.
journal() {
	# shellcheck disable=SC2016
	shell control 'cd "$1/cluster-runs" && cat "$(ls | tail -n 1)"' \
	    sh "$state"
}

# run_count: how many runs the control node has begun.
run_count() {
	# shellcheck disable=SC2016
	shell control 'ls "$1/cluster-runs" 2>/dev/null | wc -l' sh "$state"
}

# version_of NODE: as JobCenter's own programs there say.
version_of() {
	lab run "$1" sh -c "strings -n 8 /usr/lib/nqs/nqsdaemon |
	    sed -n 's/^simulated nqsdaemon //p'"
}
