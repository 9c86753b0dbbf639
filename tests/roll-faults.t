#!/bin/sh
# The rolling patch over two real nodes when something is wrong: each fault
# has its own message and exit code, the service goes on where it ran, and
# both nodes are as before.  What goes well is in roll.t.
# shellcheck disable=SC2016	# what nodes are to expand
# shellcheck disable=SC2317	# tests are called by their names
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/lab/rolling.sh
. "${srcdir:-.}/tests/lab/rolling.sh"
# shellcheck source=tests/lab/striking.sh
. "${srcdir:-.}/tests/lab/striking.sh"

cluster=/etc/nqstools/clusters/lab.conf
procedure=/etc/nqstools/procedures/rolling-patch.conf

prepare() {
	# shellcheck disable=SC2119	# none of ours are for it
	lab_up
	# Nobody wants to wait long for a node without power.
	shell control 'sed -i "s/connect_timeout = .*/connect_timeout = \"3s\";/
	    /connect_timeout/ a keep_alive = \"2s\";
	    \$ a patience = \"3s\";" "$1" && cp "$1" "$1.whole"
	    mkdir -p "${2%/*}" /root/ssh && cp -a /root/.ssh/. /root/ssh' \
	    sh "$cluster" "$procedure"
}

clean_up() {
	lab down
}

# ---- faults ----------------------------------------------------------------

# stray NODE PROGRAM [ARGUMENT]...: a process that nobody knows of, until
# the next test.
stray() {
	shell "$1" 'shift; "$@" </dev/null >/run/stray 2>&1 &
	    echo $! >>/run/strays' sh "$@"
}

# busy NODE: a file of the patch is executed, by a process of another name.
busy() {
	stray "$1" perl -e 'exec { "/usr/lib/nqs/jnwengine" }
	    "/usr/lib/nqs/jnwpause", 600000'
	wait_until 10 shell "$1" 'readlink /proc/[0-9]*/exe |
	    grep -q /usr/lib/nqs/jnwengine'
	keep_picture
}

# cluster_software_off NODE, which holds no group; cluster_software_on NODE.
cluster_software_off() {
	shell "$1" 'kill $(ps -e -o pid=,comm= |
	    awk "\$2 == \"pacemakerd\" { print \$1 }")'
	wait_until 30 expect 69 adapter "$1" nodes
}

cluster_software_on() {
	shell "$1" 'setsid pacemakerd >/dev/null 2>&1 </dev/null &'
}

# connect NODE ADDRESS PORT: a client that stays connected.
connect() {
	stray "$1" perl -MIO::Socket -e '
	    my $peer = IO::Socket::INET->new("$ARGV[0]:$ARGV[1]") or die;
	    $| = 1;
	    print "connected\n";
	    sleep 600' "$2" "$3"
	wait_until 10 shell "$1" 'grep -q connected /run/stray'
}

# small_disk NODE FOLDER SIZE: the folder is on a disk of that size.
small_disk() {
	shell "$1" 'set -e
	mkdir -p "$2" /run/copy
	cp -a "$2/." /run/copy
	echo "$2" >>/run/mounts
	mount -t tmpfs -o "size=$3,mode=755" small "$2"
	cp -a /run/copy/. "$2"
	rm -rf /run/copy' sh "$@"
}

# gate STEP ROLE: from now on runs wait before that step, until the file
# /run/go is on the node of that role.
gate() {
	shell control 'awk -v before="{ id = \"$3\";" -v role="$4" "
	index(\$0, before) {
		print \"{ id = \\\"gate\\\"; title = \\\"wait\\\";\"
		print \"on = \\\"\" role \"\\\"; within = \\\"1m\\\";\"
		print \"check = [ \\\"test\\\", \\\"-e\\\", \\\"/run/go\\\" ]; },\"
	}
	{ print }" "$1/procedures/rolling-patch.conf" >"$2"
	grep -q gate "$2"' sh "$share" "$procedure" "$@"
}

# roll_to_the_gate VERSION: in the background.
roll_to_the_gate() {
	in_background run 'exec clroll patch lab "$1"' "$(package "$1")" \
	    2>"$scratch/complaints"
	wait_until 60 grep -q ': wait$' "$scratch/run" || {
		cat "$scratch/run" "$scratch/complaints"
		return 1
	}
}

# run_ends CODE
run_ends() {
	code=0
	# shellcheck disable=SC2154	# in_background assigns it
	wait "$pid_of_run" || code=$?
	cat "$scratch/run" "$scratch/complaints"
	same 'exit code' "$1" "$code"
}

is_home() {
	adapter node1 where jcgroup node1 && adapter node1 residue jcgroup
}

# set_right: whatever an earlier test has left.
set_right() {
	for node in node1 node2; do
		shell "$node" 'for pid in $(cat /run/strays 2>/dev/null); do
			kill -9 "$pid"
		done
		tac /run/mounts 2>/dev/null | xargs -r -n 1 umount
		[ ! -e /etc/profile.whole ] || mv /etc/profile.whole /etc/profile
		rm -rf /run/strays /run/mounts /run/copy /run/go /run/stray \
		    /root/.ssh/environment
		/usr/lib/nqs/nqsstop >/dev/null' 2>/dev/null || true
	done
	shell control 'for name in probe jobs run; do
		kill "$(cat "/run/$name")"
		rm -f "/run/$name"
	done 2>/dev/null
	clroll rollback
	cp "$1.whole" "$1"
	tac /run/mounts 2>/dev/null | xargs -r -n 1 umount
	rm -rf "$2" /run/mounts /run/copy
	cp -a /root/ssh/. /root/.ssh' sh "$cluster" "$procedure"
	is_home || go_home
}

# begin: a cluster in order, watched.
begin() {
	set_right >/dev/null
	keep_picture
	runs=$(run_count)
	probe_begin
}

# refused CODE PART...: a patch that is not even begun on any node.
refused() {
	run "$1" roll patch lab "${file:-$(package 13.1.1)}"
	shift
	for part; do
		stderr_has "$part"
	done
	the_service_never_stopped
	nothing_has_changed
}

# refused_by_a_check PART...: a run that found it before it did anything.
refused_by_a_check() {
	refused 1 "$@"
	stdout_has 'not done: a step failed; nothing had been changed'
	run 0 roll status
	stdout_has ': undone'
}

# refused_at_once CODE PART...: there is no run at all.
refused_at_once() {
	refused "$@"
	same runs "$runs" "$(run_count)"
}

# taken_back PART...: a run that was begun, and put back what it did.
taken_back() {
	run 1 roll patch lab "${file:-$(package 13.1.1)}"
	stdout_has 'not done: everything was put back'
	for part; do
		stderr_has "$part"
	done
	is_taken_back
}

is_taken_back() {
	nothing_has_changed
	run 0 roll status
	stdout_has ': undone'
	expect 1 grep -e '^  begun ' -e '^  stuck ' -e '^  undoing ' \
	    "$scratch/stdout"
}

# only_moves_were_seen: the service was away twice, there and back.
only_moves_were_seen() {
	probe_end
	journal | grep '"event":"outage"' >"$scratch/told"
	same outages 2 "$(wc -l <"$scratch/told")"
	same outages 2 "$(outages | wc -l)"
}

# ---- the node is not fit ---------------------------------------------------

a_broken_patch_is_taken_back() {
	begin
	file=$(package 13.1.3)
	taken_back "step 'patch-standby@node2'" \
	    'a script of the package failed: not applied:'
	the_service_never_stopped
	run 0 at node2 nqsupd status
	stdout_has ': undone'
}

a_busy_file_on_the_standby_node_is_named() {
	begin
	busy node2
	taken_back "step 'patch-standby@node2'" \
	    "'/usr/lib/nqs/jnwengine' is run by /usr/lib/nqs/jnwpause (pid "
	the_service_never_stopped
}

a_busy_file_on_the_other_node_takes_the_failover_back() {
	begin
	busy node1
	taken_back "step 'patch-active@node1'" \
	    "'/usr/lib/nqs/jnwengine' is run by /usr/lib/nqs/jnwpause (pid "
	only_moves_were_seen
	contains "$(greeting)" 'R13.1 site siteA on node1'
}

nqs_site_of_an_ssh_login_is_refused() {
	begin
	shell node2 'echo NQS_SITE=siteA >/root/.ssh/environment'
	refused_by_a_check "step 'preflight@node2'" \
	    "NQS_SITE is set here, to 'siteA'" \
	    '/root/.ssh/environment:1 sets NQS_SITE'
}

nqs_site_in_a_profile_is_refused() {
	begin
	shell node1 'cp -a /etc/profile /etc/profile.whole
	    echo "export NQS_SITE=siteA" >>/etc/profile'
	refused_by_a_check "step 'preflight@node1'" /etc/profile: \
	    'sets NQS_SITE'
}

nqs_site_of_a_daemon_is_refused() {
	begin
	at node2 env NQS_SITE=local /usr/lib/nqs/nqsstart
	keep_picture
	refused_by_a_check "step 'preflight@node2'" 'of the local site (pid ' \
	    "was started with NQS_SITE set to 'local'"
}

a_client_of_the_site_is_named() {
	begin
	connect node2 10.77.0.100 611
	refused_by_a_check "step 'preflight@node1'" 'clients: 10.77.0.2:' \
	    " is connected to port 611 of site 'local' or 'siteA'"
}

a_client_of_a_local_site_is_named() {
	begin
	at node2 /usr/lib/nqs/nqsstart
	connect node2 127.0.0.1 611
	keep_picture
	refused_by_a_check "step 'preflight@node2'" 'clients: 127.0.0.1:' \
	    ' is connected to port 611'
}

# ---- no room ---------------------------------------------------------------

no_room_for_the_state_of_a_node_is_refused() {
	begin
	small_disk node2 "$state" 8m
	refused_by_a_check "step 'preflight@node2'" \
	    "'$state' has room for " ' MiB, not for 64'
}

no_room_for_the_files_of_a_node_is_refused() {
	begin
	small_disk node1 /usr/lib/nqs 2m
	refused_by_a_check "step 'preflight@node1'" \
	    "'/usr/lib/nqs' has room for " ' MiB, not for 64'
}

no_room_for_the_package_is_refused() {
	begin
	small_disk node2 /var/lib/nqstools/packages 1m
	shell node2 'rm -f /var/lib/nqstools/packages/NECJCpt*'
	shell node2 'cat /dev/zero >/var/lib/nqstools/packages/full' || true
	refused_by_a_check "step 'copy@node2'" \
	    "cannot write '/var/lib/nqstools/packages/NECJCpt" \
	    'No space left on device'
}

no_room_for_a_journal_is_refused() {
	begin
	small_disk control "$state/cluster-runs" 1m
	shell control 'cat /dev/zero >"$1/cluster-runs/full"' sh "$state" ||
	    true
	refused 73 "cannot write the journal '$state/cluster-runs/" \
	    'No space left on device' 'hint: nothing was begun'
	same runs $((runs + 1)) "$(run_count)"	# "full"
}

# ---- nobody is let in ------------------------------------------------------

an_unknown_host_key_is_refused() {
	begin
	shell control 'sed -i /^node2/d /root/.ssh/known_hosts'
	refused_at_once 77 "the host key of node 'node2' (10.77.0.2) is not " \
	    'known: ssh-ed25519 SHA256:' 'hint: compare it'
}

a_changed_host_key_is_refused() {
	begin
	shell control 'cd /root/.ssh &&
	    awk "NR == 1 { key = \$3 } { print \$1, \$2, key }" known_hosts \
	    >new && mv new known_hosts'
	refused_at_once 77 "the host key of node 'node2' (10.77.0.2) is not " \
	    'the one of /root/.ssh/known_hosts:2: ssh-ed25519 SHA256:' \
	    'hint: somebody may be in between'
}

a_key_that_is_not_taken_is_refused() {
	begin
	shell control 'cd /root/.ssh && rm id_ed25519* &&
	    ssh-keygen -q -t ed25519 -N "" -f id_ed25519'
	refused_at_once 77 "user 'root' on node 'node" 'the key is not taken' \
	    'hint: the public half of'
}

# ---- somebody else ---------------------------------------------------------

a_second_operator_is_told_of_the_first() {
	begin
	gate patch-standby standby
	roll_to_the_gate 13.1.1
	run 75 roll patch lab "$(package 13.1.1)"
	stderr_has 'is held by run '
	stderr_has 'on control, user root, since 20'
	run 75 roll home lab
	run 0 roll status
	stdout_has ': running'
	# The first one thinks better of it.
	end_background run
	wait_until 10 grep -q 'stopping at the next' "$scratch/complaints"
	at node2 touch /run/go
	run_ends 4
	run 4 roll status
	stdout_has ': stopped'
	stdout_has 'next: clroll resume '
	run 0 roll rollback
	the_service_never_stopped
	is_taken_back
}

a_node_that_somebody_holds_is_left_alone() {
	begin
	stray node2 sh -c 'sleep 600 | nqsupd hold'
	wait_until 10 shell node2 'grep -q holding /run/stray'
	keep_picture
	refused_by_a_check "step 'preflight@node2'" \
	    'the lock of the node is held: nqsupd hold, pid ' \
	    'on node2, user root, since 20'
	# One ends by itself when the other one does.
	shell node2 'ps -e -o pid=,args= |
	    awk "/sleep 600|nqsupd hold/ && !/awk/ { print \$1 }" |
	    xargs kill 2>/dev/null' || true
}

# ---- the wrong package -----------------------------------------------------

a_package_that_is_not_there_is_refused() {
	begin
	file=/root/packages/NECJCpt-13.1.4.rpm
	refused_at_once 1 "cannot read the package '$file': No such file"
}

what_is_no_package_is_refused() {
	begin
	file=/etc/hosts
	refused_by_a_check "step 'copy@node1'" "hosts' is not a package"
	[ -z "$(shell node1 'ls -A /var/lib/nqstools/packages |
	    grep -v "[.]rpm$"')" ]
}

a_package_for_another_machine_is_refused() {
	begin
	shell control 'cd /tmp && cat >other.spec && rpmbuild -bb --quiet \
	    --target "$1" --define "_topdir /tmp/top" \
	    --define "_rpmdir /tmp" --define "_rpmfilename other.rpm" \
	    other.spec 2>&1' sh "$(other_machine)" <<-'END'
	Name: NECJCpt
	Version: 13.1.1
	Release: 1
	Summary: A patch for another machine
	License: BSD-2-Clause
	%description
	It has no files.
	%files
	END
	file=/tmp/other.rpm
	refused_by_a_check "step 'inspect@node1'" \
	    "is for $(other_machine), and this is $(uname -m)"
}

other_machine() {
	[ "$(uname -m)" = aarch64 ] && echo x86_64 || echo aarch64
}

# ---- the cluster is not fit ------------------------------------------------

a_ban_that_somebody_left_is_found_first() {
	begin
	at node1 crm_resource --resource jcgroup --ban --node node2
	keep_picture
	refused_by_a_check "step 'residue@node1'" \
	    'constraint cli-ban-jcgroup-on-node2'
	run 1 roll patch lab "$(package 13.1.1)"
	expect 1 grep 'the service was away' "$scratch/stdout"
}

a_site_that_does_no_work_there_is_brought_back() {
	begin
	shell control 'echo "check = [ \"test\", \"-e\", \"/root/works\" ];" \
	    >>"$1"
	sed "s/within = \"5m\"/within = \"1s\"/" \
	    "$3/procedures/rolling-patch.conf" >"$2"' \
	    sh "$cluster" "$procedure" "$share"
	taken_back "step 'failover-work@node2'" \
	    'check that the site does its work there'
	only_moves_were_seen
	contains "$(greeting)" 'R13.1 site siteA on node1'
}

a_node_without_cluster_software_is_named() {
	begin
	cluster_software_off node2
	run 69 roll patch lab "$(package 13.1.1)"
	stderr_has 'the cluster software does not answer on node2: '
	stderr_has 'the cluster software does not run here'
	cluster_software_on node2
	wait_until 30 adapter node1 health
	same runs "$runs" "$(run_count)"
	the_service_never_stopped
	nothing_has_changed
}

# As on a node that was started anew, and takes connections already.
cluster_software_that_comes_back_is_waited_for() {
	begin
	shell control 'sed -i "s/patience = .*/patience = \"1m\";/" "$1"' sh \
	    "$cluster"
	gate failback target
	roll_to_the_gate 13.1.1
	cluster_software_off node1
	at node2 touch /run/go
	wait_until 30 eval 'tail -n 1 "$scratch/run" | grep -q "done in"'
	cluster_software_on node1
	run_ends 0
	only_moves_were_seen
	is_finished_and_back
}

# ---- no power --------------------------------------------------------------

# boot NODE: until the cluster is whole again.
boot() {
	lab boot "$1"
	wait_until 60 adapter "$1" health
	wait_until 60 agree
}

# agree: both nodes say that the group is on the same one.
agree() {
	holder=$(adapter node1 where jcgroup)
	[ -n "$holder" ] && adapter node2 where jcgroup "$holder"
}

node2_comes_back_and_all_is_put_back() {
	boot node2
	run 1 roll resume
	stdout_has 'everything was put back'
	probe_end
	is_taken_back
}

a_standby_node_without_power_is_named() {
	begin
	lab kill node2
	run 69 roll patch lab "$(package 13.1.1)"
	stderr_has "node 'node2' (10.77.0.2 port 22)"
	same runs "$runs" "$(run_count)"
	boot node2
	the_service_never_stopped
	nothing_has_changed
}

# The cluster software brings the site back by itself, onto the node that is
# not patched yet; so the run is taken back.
a_patched_node_that_loses_power_is_put_back_later() {
	begin
	gate patch-active active
	roll_to_the_gate 13.1.1
	contains "$(greeting)" 'R13.1.1 site siteA on node2'
	lab kill node2
	wait_until 60 adapter node1 where jcgroup node1
	at node1 touch /run/go
	run_ends 69
	contains "$(cat "$scratch/complaints")" \
	    "step 'patch-standby@node2': a node cannot be reached"
	run 4 roll status
	stdout_has '  ended at patch-standby@node2: a node cannot be reached'
	stdout_has '  done     patch-standby@node2'
	stdout_has 'next: clroll resume '
	contains "$(greeting)" 'R13.1 site siteA on node1'
	node2_comes_back_and_all_is_put_back
}

# The target has its patch, but there is nobody to take the group any more.
a_group_does_not_leave_for_a_node_that_is_offline() {
	begin
	gate ready active
	roll_to_the_gate 13.1.1
	cluster_software_off node2
	at node1 touch /run/go
	wait_until 60 grep -q '^going back' "$scratch/run"
	cluster_software_on node2
	run_ends 1
	contains "$(cat "$scratch/complaints")" "step 'ready@node1' failed"
	contains "$(cat "$scratch/run")" 'node node2 is offline'
	expect 1 grep -q ': fail over' "$scratch/run"
	wait_until 60 agree
	wait_until 30 adapter node1 health
	the_service_never_stopped
	is_taken_back
}

# It is to start the group, and has ten minutes for that.
a_target_that_loses_power_is_not_waited_for() {
	may_refuse node2
	begin
	at node2 touch /run/linger
	in_background run 'exec clroll patch lab "$1"' "$(package 13.1.1)" \
	    2>"$scratch/complaints"
	wait_until 60 eval '[ -z "$(adapter node1 where jcgroup)" ]'
	lab kill node2
	wait_until 60 adapter node1 where jcgroup node1
	wait_until 60 grep -q '^going back' "$scratch/run"
	run_ends 69
	contains "$(cat "$scratch/run")" 'node node2 is offline
going back: a step failed'
	contains "$(greeting)" 'R13.1 site siteA on node1'
	node2_comes_back_and_all_is_put_back
}

# ---- half patched ------------------------------------------------------------

# The cluster is brought to its end, and back to where it was.
is_finished_and_back() {
	for node in node1 node2; do
		same version R13.1.1 "$(version_of "$node")"
	done
	contains "$(greeting)" 'R13.1.1 site siteA on node1'
	run 0 roll status
	stdout_has ': done'
	run 0 roll rollback --yes
	nothing_has_changed
}

# patch_node NODE: by hand, from a file that no store knows.
patch_node() {
	at control cat "$(package 13.1.1)" |
	    shell "$1" 'cat >/run/patch.rpm && nqsupd patch /run/patch.rpm'
}

a_standby_node_that_has_the_patch_is_passed_over() {
	begin
	patch_node node2
	keep_picture
	run 0 roll patch lab "$(package 13.1.1)"
	only_moves_were_seen
	run 0 roll status
	for step in inspect patch-standby; do
		stdout_has "  skipped  $step@node2"
	done
	stdout_has '  done     patch-active@node1'
	is_finished_and_back
	same version R13.1.1 "$(version_of node2)"
	at node2 nqsupd rollback --yes
}

a_group_stays_on_a_node_that_has_the_patch() {
	begin
	roll move lab
	patch_node node1
	roll home lab
	probe_end
	keep_picture
	probe_begin
	run 0 roll patch lab "$(package 13.1.1)"
	the_service_never_stopped
	run 0 roll status
	for step in inspect@node1 failover@node1 failover-site@node2 \
	    patch-active@node1 failback@node1; do
		stdout_has "  skipped  $step"
	done
	stdout_has '  done     patch-standby@node2'
	is_finished_and_back
	same version R13.1 "$(version_of node2)"
	roll move lab
	at node1 nqsupd rollback --yes
	roll home lab
}

# Somebody is at work there, too.
a_node_that_has_another_patch_in_the_end_is_found_out() {
	begin
	gate same active
	roll_to_the_gate 13.1.1
	shell node2 'echo changed >>/usr/lib/nqs/nqsdaemon'
	at node1 touch /run/go
	run_ends 1
	contains "$(cat "$scratch/complaints")" "step 'same@node2' failed"
	contains "$(cat "$scratch/run")" 'not done: everything was put back'
	is_taken_back
}

# ---- the time ----------------------------------------------------------------

# wrong_by SECONDS: the clocks of one node and of the control node.
wrong_by() {
	for node in node1 control; do
		shell "$node" 'echo "$1" >/run/clock' sh "$1"
	done
}

a_clock_that_is_set_on_the_way_changes_nothing() {
	begin
	make_halt
	for node in node1 control; do
		give_halt "$node"
	done
	gate patch-active active
	roll_to_the_gate 13.1.1
	wrong_by -86400
	at node1 touch /run/go
	wait_until 60 grep -q ': fail back' "$scratch/run"
	wrong_by 86400
	run_ends 0
	expect 1 grep 'in -' "$scratch/run"
	only_moves_were_seen
	run 3 roll check lab
	stdout_has 'node1      clock        ok      good'
	stdout_has 'node2      clock        differs it is '
	rm_clocks
	is_finished_and_back
}

rm_clocks() {
	for node in node1 control; do
		at "$node" rm -f /run/clock /etc/ld.so.preload
	done
}

# ---- resumed ---------------------------------------------------------------

# The nodes have the patch VERSION in the end, as if nothing had been.
is_finished() {
	for node in node1 node2; do
		same version "R$1" "$(version_of "$node")"
		expect 3 adapter node1 excluded "$node"
		run 0 at "$node" nqsupd status
		stdout_has ': done'
	done
	adapter node1 residue jcgroup
	contains "$(greeting)" "R$1 site siteA on node1"
	run 0 roll status
	stdout_has ': done'
}

a_journal_that_cannot_grow_stops_a_run_that_resumes() {
	begin
	small_disk control "$state/cluster-runs" 512k
	shell control 'cd "$1/cluster-runs" && cat /dev/zero >full;
	    truncate -s -8192 full' sh "$state"
	run 73 roll patch lab "$(package 13.1.1)"
	stderr_has "cannot write the journal '$state/cluster-runs/"
	stderr_has 'No space left on device'
	stderr_has "hint: when it can be written again: 'clroll resume "
	run 4 roll status
	stdout_has ': broken off'
	stdout_has 'next: clroll resume '
	rm_full
	run 0 roll resume
	only_moves_were_seen
	is_finished 13.1.1
}

rm_full() {
	shell control 'rm "$1/cluster-runs/full"' sh "$state"
}

a_node_that_loses_power_before_its_patch_has_it_later() {
	begin
	gate patch-active active
	roll_to_the_gate 13.1.2
	lab kill node1
	run_ends 69
	contains "$(cat "$scratch/complaints")" \
	    "step 'gate@node1': a node cannot be reached"
	run 4 roll status
	stdout_has 'next: clroll resume '
	boot node1
	at node1 touch /run/go
	run 0 roll resume
	only_moves_were_seen
	is_finished 13.1.2
}

run_tests \
    a_broken_patch_is_taken_back \
    a_busy_file_on_the_standby_node_is_named \
    a_busy_file_on_the_other_node_takes_the_failover_back \
    nqs_site_of_an_ssh_login_is_refused \
    nqs_site_in_a_profile_is_refused \
    nqs_site_of_a_daemon_is_refused \
    a_client_of_the_site_is_named \
    a_client_of_a_local_site_is_named \
    no_room_for_the_state_of_a_node_is_refused \
    no_room_for_the_files_of_a_node_is_refused \
    no_room_for_the_package_is_refused \
    no_room_for_a_journal_is_refused \
    an_unknown_host_key_is_refused \
    a_changed_host_key_is_refused \
    a_key_that_is_not_taken_is_refused \
    a_second_operator_is_told_of_the_first \
    a_node_that_somebody_holds_is_left_alone \
    a_package_that_is_not_there_is_refused \
    what_is_no_package_is_refused \
    a_package_for_another_machine_is_refused \
    a_ban_that_somebody_left_is_found_first \
    a_site_that_does_no_work_there_is_brought_back \
    a_node_without_cluster_software_is_named \
    cluster_software_that_comes_back_is_waited_for \
    a_standby_node_without_power_is_named \
    a_patched_node_that_loses_power_is_put_back_later \
    a_group_does_not_leave_for_a_node_that_is_offline \
    a_target_that_loses_power_is_not_waited_for \
    a_standby_node_that_has_the_patch_is_passed_over \
    a_group_stays_on_a_node_that_has_the_patch \
    a_node_that_has_another_patch_in_the_end_is_found_out \
    a_clock_that_is_set_on_the_way_changes_nothing \
    a_journal_that_cannot_grow_stops_a_run_that_resumes \
    a_node_that_loses_power_before_its_patch_has_it_later
