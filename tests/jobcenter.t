#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# The simulated JobCenter keeps its promises, also the unpleasant ones: two
# nodes below two folders share one cluster site.
. "${srcdir:-.}/tests/lib.sh"

packages=${JOBCENTER_PACKAGES:-$scratch/packages}
shared=$scratch/shared
ledger=$shared/nqs/ledger

# in_node NODE COMMAND [ARGUMENT]...: a program of that node.
in_node() {
	command=$scratch/$1/usr/lib/nqs/$2
	shift 2
	"$command" "$@"
}

# node_rpm NODE OPTION... FILE
node_rpm() {
	root=$scratch/$1
	shift
	rpm --dbpath "$root/database" \
	    --relocate "/usr/lib/nqs=$root/usr/lib/nqs" \
	    --relocate "/usr/spool/nqs=$root/usr/spool/nqs" "$@" 2>&1
}

# write_sites NODE LOCAL-PORTS CLUSTER-PORTS
write_sites() {
	cat >"$scratch/$1/usr/lib/nqs/rc/sites" <<-END
		local $scratch/$1/usr/spool/nqs 127.0.0.1 $2
		siteA $shared 127.0.0.1 $3
	END
}

# make_node NODE LOCAL-PORTS VERSION
make_node() {
	[ ! -d "$scratch/$1" ] || stop_node "$1"
	rm -rf "${scratch:?}/$1"
	mkdir -p "$scratch/$1/etc"
	echo "$1" >"$scratch/$1/etc/hostname"
	node_rpm "$1" -ivh "$packages/NECJCpkg-$3-1".*.rpm
	write_sites "$1" "$2" "$port $client_port"
}

stop_node() {
	in_node "$1" nqsstop siteA
	in_node "$1" nqsstop
}

# Both nodes, nothing running, an empty shared folder.  Sets port, client_port
# and other_ports, which nobody uses.
make_cluster() {
	release=${1:-13.1}
	# shellcheck disable=SC2046	# numbers
	set -- $("$packages/freeports" "$scratch" 8)
	port=$1
	client_port=$2
	other_ports="$3 $4"
	make_node node1 "$5 $6" "$release"
	make_node node2 "$7 $8" "$release"
	rm -rf "$shared"
	mkdir "$shared"
}

prepare() {
	command -v rpmbuild >/dev/null || skip 'no rpmbuild'
	"$top/tests/jobcenter/build" "$packages"
}

clean_up() {
	for node in node1 node2; do
		stop_node "$node"
	done
}

submit() {
	"$packages/submit" 127.0.0.1 "$port" "$@"
}

# Does the site on NODE have nothing left to do?
is_idle() {
	in_node "$1" gui/bin/jnwsummary siteA | grep -q '^0 0 '
}

count() {
	"$top/tests/jobcenter/ledger" "$ledger" "$scratch/ids"
}

pid_of() {
	in_node "$1" nqsstat siteA | awk -v name="$2" '$2 == name { print $1 }'
}

parent_of() {
	echo $(($(ps -o ppid= -p "$1")))
}

builds_only_what_is_out_of_date() {
	touch "$scratch/before"
	"$top/tests/jobcenter/build" "$packages"
	same 'new files' '' "$(find "$packages" -newer "$scratch/before")"
}

writes_nothing_into_the_home_of_who_builds_it() {
	mkdir "$scratch/home"
	HOME=$scratch/home "$top/tests/jobcenter/build" "$scratch/built"
	[ ! -e "$scratch/home/.rpmdb" ]
	rm -rf "$scratch/built"
}

starts_and_stops_the_local_site() {
	make_cluster
	expect 3 in_node node1 nqsstat
	in_node node1 nqsstart
	in_node node1 nqsstart
	in_node node1 nqsstat
	expect 3 in_node node1 nqsstat siteA
	in_node node1 nqsstop
	expect 3 in_node node1 nqsstat
	in_node node1 nqsstop
}

runs_the_processes_of_the_guide() {
	make_cluster
	in_node node1 nqsstart siteA
	same processes 'cjcpw comagent jcdbs jnwcaster jnwengine nqsdaemon sclaunchd ' \
	    "$(in_node node1 nqsstat siteA | awk '{ print $2 }' | sort |
	    tr '\n' ' ')"
	daemon=$(pid_of node1 nqsdaemon)
	same 'parent of comagent' "$daemon" \
	    "$(parent_of "$(pid_of node1 comagent)")"
	same 'parent of nqsdaemon' "$(pid_of node1 cjcpw)" \
	    "$(parent_of "$daemon")"
}

has_jcdbs_only_from_13_1_on() {
	make_cluster 12.10
	in_node node1 nqsstart siteA
	contains "$(in_node node1 gui/bin/jnwsummary siteA)" \
	    'simulated JobCenter R12.10 site siteA on node1 pid'
	same jcdbs '' "$(pid_of node1 jcdbs)"
}

runs_each_job_once() {
	make_cluster
	in_node node1 nqsstart siteA
	submit 1 40 5 >"$scratch/ids"
	submit 1 40 5 >"$scratch/again"
	wait_until 20 is_idle node1
	same ledger 'jobs 40 lost 0 doubled 0' "$(count)"
}

goes_on_with_the_jobs_on_the_other_node() {
	make_cluster
	in_node node1 nqsstart siteA
	submit 1 120 40 >"$scratch/ids" &
	submitter=$!
	wait_until 20 grep -q '^end job20 ' "$ledger"
	in_node node1 nqsstop siteA
	in_node node2 nqsstart siteA
	wait "$submitter"
	wait_until 20 is_idle node2
	grep -q 'node1' "$ledger"
	grep -q 'node2' "$ledger"
	same ledger 'jobs 120 lost 0 doubled 0' "$(count)"
}

lets_running_units_end_when_it_stops() {
	make_cluster
	in_node node1 nqsstart siteA
	submit 1 3 700 >"$scratch/ids"
	wait_until 20 grep -q '^begin job3 1' "$ledger"
	in_node node1 nqsstop siteA
	same begins "$(grep -c '^begin' "$ledger")" \
	    "$(grep -c '^end' "$ledger")"
	in_node node1 nqsstart siteA
	wait_until 20 is_idle node1
	same ledger 'jobs 3 lost 0 doubled 0' "$(count)"
}

shows_a_lost_job() {
	make_cluster
	in_node node1 nqsstart siteA
	submit 1 3 5 >"$scratch/ids"
	wait_until 20 is_idle node1
	echo job4 >>"$scratch/ids"
	expect 1 count >"$scratch/said"
	same ledger 'jobs 4 lost 1 doubled 0' "$(cat "$scratch/said")"
}

shows_a_unit_that_was_killed_and_run_again() {
	make_cluster
	in_node node1 nqsstart siteA
	submit 1 1 1500 >"$scratch/ids"
	wait_until 20 grep -q '^begin job1 1' "$ledger"
	# Some of them end by themselves as soon as others have.
	in_node node1 nqsstat siteA | awk '{ print $1 }' |
	    xargs kill -9 2>/dev/null || true
	in_node node1 nqsstart siteA
	wait_until 20 is_idle node1
	expect 1 count >"$scratch/said"
	same ledger 'jobs 1 lost 0 doubled 1' "$(cat "$scratch/said")"
}

ends_with_its_nqsdaemon() {
	make_cluster
	in_node node1 nqsstart siteA
	kill -9 "$(pid_of node1 nqsdaemon)"
	wait_until 10 expect 3 in_node node1 nqsstat siteA
}

is_not_whole_without_one_of_its_processes() {
	make_cluster
	in_node node1 nqsstart siteA
	kill -9 "$(pid_of node1 jnwengine)"
	wait_until 10 expect 1 in_node node1 nqsstat siteA
	expect 1 in_node node1 nqsstart siteA
	in_node node1 nqsstop siteA
}

shows_a_site_on_two_nodes() {
	make_cluster
	write_sites node2 "$other_ports" "$other_ports"
	in_node node1 nqsstart siteA
	in_node node2 nqsstart siteA
	wait_until 10 grep -q '^double siteA' "$ledger"
	expect 1 "$top/tests/jobcenter/ledger" "$ledger"
}

shows_the_attempt_to_run_a_site_on_two_nodes() {
	make_cluster
	in_node node1 nqsstart siteA
	expect 1 in_node node2 nqsstart siteA
	same ledger 'double siteA node2' "$(cat "$ledger")"
	expect 3 in_node node2 nqsstat siteA
	in_node node1 nqsstat siteA
}

keeps_connections_of_clients_open() {
	command -v python3 >/dev/null || skip 'no python3'
	make_cluster
	in_node node1 nqsstart siteA
	python3 -c 'import socket, sys
client = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
client.settimeout(0.3)
try:
    client.recv(1)
except socket.timeout:
    sys.exit(0)
sys.exit(1)' "$client_port"
}

patches_a_stopped_node_and_starts_its_local_site() {
	make_cluster
	said=$(node_rpm node1 -ivh "$packages"/NECJCpt-13.1.1-1.*.rpm)
	contains "$said" "site 'local' started"
	contains "$(in_node node1 gui/bin/jnwsummary)" 'R13.1.1 site local'
}

fails_quietly_to_patch_a_program_that_runs() {
	make_cluster
	in_node node1 nqsstart
	said=$(node_rpm node1 -ivh "$packages"/NECJCpt-13.1.1-1.*.rpm)
	contains "$said" 'Text file busy'
	contains "$said" 'scriptlet failed'
	contains "$(in_node node1 gui/bin/jnwsummary)" 'R13.1.1 site local' &&
	    return 1
	rpm --dbpath "$scratch/node1/database" -q NECJCpt
}

starts_the_wrong_site_when_NQS_SITE_is_set() {
	make_cluster
	NQS_SITE=siteA
	export NQS_SITE
	node_rpm node1 -ivh "$packages"/NECJCpt-13.1.1-1.*.rpm
	unset NQS_SITE
	in_node node1 nqsstat siteA
	expect 3 in_node node1 nqsstat
}

has_a_patch_that_stops_half_way() {
	make_cluster
	said=$(node_rpm node1 -ivh "$packages"/NECJCpt-13.1.3-1.*.rpm)
	contains "$said" 'scriptlet failed'
	lib=$scratch/node1/usr/lib/nqs
	same comagent 'simulated comagent R13.1.3' "$(tail -n 1 "$lib/comagent")"
	same sclaunchd 'simulated sclaunchd R13.1' \
	    "$(tail -n 1 "$lib/sclaunchd")"
}

does_not_bring_old_files_back_when_a_patch_is_removed() {
	make_cluster
	node_rpm node1 -ivh "$packages"/NECJCpt-13.1.1-1.*.rpm
	in_node node1 nqsstop
	rpm --dbpath "$scratch/node1/database" -e NECJCpt-13.1.1-1 2>&1
	[ ! -e "$scratch/node1/usr/lib/nqs/patch/13.1.1" ]
	in_node node1 nqsstart
	contains "$(in_node node1 gui/bin/jnwsummary)" 'R13.1.1 site local'
}

loses_its_settings_when_the_base_is_upgraded() {
	make_cluster 12.10
	in_node node1 nqsstart siteA
	in_node node1 nqsstop siteA
	queues=private/root/database/queues
	echo 'batch2 run_limit=1' >>"$scratch/node1/usr/spool/nqs/$queues"
	echo 'batch2 run_limit=1' >>"$shared/nqs/$queues"
	node_rpm node1 -Uvh "$packages"/NECJCpkg-13.1-1.*.rpm
	same 'local queues' 'batch1 run_limit=8' \
	    "$(cat "$scratch/node1/usr/spool/nqs/$queues")"
	[ ! -e "$shared/nqs/$queues" ]
	same sites "local $scratch/node1/usr/spool/nqs 127.0.0.1 607 611" \
	    "$(cat "$scratch/node1/usr/lib/nqs/rc/sites")"
	expect 1 in_node node1 nqsstart siteA
}

keeps_the_settings_of_a_site_that_another_node_holds() {
	make_cluster 12.10
	in_node node2 nqsstart siteA
	queues=$shared/nqs/private/root/database/queues
	echo 'batch2 run_limit=1' >>"$queues"
	node_rpm node1 -Uvh "$packages"/NECJCpkg-13.1-1.*.rpm
	grep -q batch2 "$queues"
}

is_a_resource_that_a_cluster_can_use() {
	make_cluster
	OCF_RESKEY_root=$scratch/node1
	OCF_RESKEY_site=siteA
	export OCF_RESKEY_root OCF_RESKEY_site
	agent=$top/tests/jobcenter/ocf
	contains "$("$agent" meta-data)" '<resource-agent name="jobcenter"'
	"$agent" validate-all
	expect 7 "$agent" monitor
	"$agent" start
	"$agent" monitor
	kill -9 "$(pid_of node1 comagent)"
	wait_until 10 expect 1 "$agent" monitor
	"$agent" stop
	expect 7 "$agent" monitor
	"$agent" stop
	expect 3 "$agent" conjure
}

run_tests \
    builds_only_what_is_out_of_date \
    writes_nothing_into_the_home_of_who_builds_it \
    starts_and_stops_the_local_site \
    runs_the_processes_of_the_guide \
    has_jcdbs_only_from_13_1_on \
    runs_each_job_once \
    goes_on_with_the_jobs_on_the_other_node \
    lets_running_units_end_when_it_stops \
    shows_a_lost_job \
    shows_a_unit_that_was_killed_and_run_again \
    ends_with_its_nqsdaemon \
    is_not_whole_without_one_of_its_processes \
    shows_a_site_on_two_nodes \
    shows_the_attempt_to_run_a_site_on_two_nodes \
    keeps_connections_of_clients_open \
    patches_a_stopped_node_and_starts_its_local_site \
    fails_quietly_to_patch_a_program_that_runs \
    starts_the_wrong_site_when_NQS_SITE_is_set \
    has_a_patch_that_stops_half_way \
    does_not_bring_old_files_back_when_a_patch_is_removed \
    loses_its_settings_when_the_base_is_upgraded \
    keeps_the_settings_of_a_site_that_another_node_holds \
    is_a_resource_that_a_cluster_can_use
