#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# What clroll says of a cluster and its runs, in the demo.
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/terminal.sh
. "${srcdir:-.}/tests/terminal.sh"

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
	# It moves the group, and stops there until a person has looked.
	sed 's/^title = .*/title = "move the group, and look";/
/^  { id = "settled"/ s/$/ confirm = "all is well there";/' \
	    "$top/share/procedures/move.conf" >"$scratch/looked.conf"
	# The same, before it has lifted what binds the group there.
	sed '/^  { id = "unbind"/ s/$/ confirm = "it may be lifted";/' \
	    "$top/share/procedures/move.conf" >"$scratch/bound.conf"
}

clean_up() {
	"$cluster" down "$demo"
}

roll() {
	"$cluster" run "$demo" control clroll "$@"
}

says_that_there_is_no_run_yet() {
	run 0 roll status
	stdout_is 'there is no run yet'
	run 64 roll status nothing
	stderr_has "there is no cluster 'nothing'"
}

a_cluster_is_told_at_a_glance() {
	run 0 roll status demo
	stdout_has 'demo: group jcgroup is on node1, its home'
	stdout_has 'node2      packages     ok      NECJCpkg 13.1-1'
	stdout_has 'node2      run          ok      none yet'
	stdout_has 'node2      claim        ok      free'
	stdout_has 'node2      residue      ok      none'
	stdout_has 'demo: no run from this machine yet'
	[ "$(awk 'length > 80' "$scratch/stdout")" = '' ]
}

# The claims wait until they may be answered.
claims_come_late() {
	mv "$demo/tools/sbin/nqsupd" "$demo/tools/sbin/away"
	cat >"$demo/tools/sbin/nqsupd" <<-END
		#!/bin/sh
		case "\$*" in claim\ *--cluster*)
			: >"$scratch/asked"
			while [ ! -e "$scratch/answer" ]; do sleep 0.1; done ;;
		esac
		exec "\${0%/*}/away" "\$@"
	END
	chmod +x "$demo/tools/sbin/nqsupd"
}

claims_come_at_once() {
	: >"$scratch/answer"
	mv "$demo/tools/sbin/away" "$demo/tools/sbin/nqsupd"
}

# It has the lock, and claims, but no step yet, and no folder of journals.
a_run_that_is_stopped_before_it_begins_gives_all_back() {
	[ ! -e "$demo/control/state/runs" ]
	claims_come_late
	for how in stop TERM; do
		rm -f "$scratch/answer" "$scratch/asked"
		roll run --run-id early move demo >"$scratch/out" 2>&1 &
		running=$!
		wait_until 30 test -e "$scratch/asked"
		if [ "$how" = stop ]; then
			run 0 roll stop early
			same stderr '' "$(cat "$scratch/stderr")"
		else
			kill -TERM "$(sed -n 's/.*, pid \([0-9]*\) on .*/\1/p' \
			    "$demo"/control/run/cluster-demo.lock)"
		fi
		: >"$scratch/answer"
		expect 4 wait "$running"
		expect 0 grep 'early was stopped before any step: nothing was' \
		    "$scratch/out"
		run 0 roll lock demo
	done
	claims_come_at_once
	run 0 roll status
	stdout_has 'there is no run yet'
	stdout_has 'run early over demo has not begun'
	stdout_has 'clroll lock demo'
}

a_run_is_told_when_the_file_of_its_cluster_is_gone() {
	mv "$demo/control/clusters/demo.conf" "$scratch/demo.conf"
	run 4 roll status
	stdout_has ': stopped'
	stdout_has 'done     move@node2: '
	stdout_has 'next: mend or bring back '
	run 4 roll status --json
	stdout_has '"state":"stopped"'
	mv "$scratch/demo.conf" "$demo/control/clusters/demo.conf"
}

a_run_that_is_not_over_is_not_lost_sight_of() {
	package=$(echo "$packages"/NECJCpt-13.1.1-1.*.rpm)
	run 4 roll run "$scratch/looked.conf" demo
	for verb in home "patch -n" patch; do
		case $verb in
		home)	run 1 roll home demo ;;
		patch)	run 1 roll patch demo "$package" ;;
		*)	run 3 roll patch -n demo "$package"
			continue ;;
		esac
		stderr_has '-looked-'
		stderr_has 'over demo is not over: stopped'
		stderr_has "hint: go on by 'clroll resume "
	done
	run 4 roll status demo
	stdout_has 'demo: group jcgroup is on node2, away from its home'
	stdout_has ': stopped'
	stdout_has 'next: clroll status '
	a_run_is_told_when_the_file_of_its_cluster_is_gone
	run 0 roll rollback
	run 0 roll home demo
	run 0 roll status demo
	stdout_has 'group jcgroup is on node1, its home'
}

what_a_run_has_left_is_said_to_be_its_own() {
	run 4 roll run "$scratch/bound.conf" demo
	run 4 roll status demo
	stdout_has 'node1      residue      differs '
	stdout_has 'it may be what has left the residue, and takes it away'
	run 0 roll rollback
	run 0 roll status demo
	expect 1 grep 'has left the residue' "$scratch/stdout"
}

# The sessions with the nodes are closed while he looks, and opened anew.
a_person_who_looks_at_the_nodes_answers_at_the_terminal() {
	on_terminal "'$cluster' run '$demo' control clroll run \
	    '$scratch/looked.conf' demo"
	wait_until 30 grep -q 'is it so, yes or no? ' "$scratch/screen"
	run 0 roll exec demo -- true
	echo yes >&9
	expect 0 wait "$terminal"
	leave_terminal
	run 0 roll report
	stdout_has 'confirmed at the terminal /dev/pts/'
	run 0 roll home demo
}

what_there_is_is_told_to_who_names_what_is_not() {
	run 64 roll check nothing
	stderr_has 'nothing.conf; there are demo'
	run 64 roll run nothing demo
	stderr_has "there is no procedure 'nothing'"
	stderr_has 'hint: there are cluster-patch, '
	stderr_has ', move, '
	expect 1 grep 'patch-standby' "$scratch/stderr"
	run 64 roll move -t nothing demo
	stderr_has "there is no node 'nothing'"
	stderr_has 'hint: there are node1, node2'
	run 64 roll run rolling-patch demo
	stderr_has "procedure 'rolling-patch' needs 'package'"
	stderr_has 'hint: name a package behind it'
}

what_keeps_a_run_from_being_judged_is_told_with_it() {
	run 4 roll run "$scratch/looked.conf" demo
	mv "$scratch/looked.conf" "$scratch/away.conf"
	run 1 roll home demo
	stderr_has 'over demo is not over: stopped'
	run 4 roll status
	stdout_has "looked.conf back,"
	mv "$scratch/away.conf" "$scratch/looked.conf"
	run 0 roll rollback
}

what_the_cluster_software_complains_of_is_one_line() {
	tool=$demo/cluster/filecluster
	mv "$tool" "$scratch/filecluster"
	run 69 roll home demo
	stderr_has 'the cluster software does not answer on node1: exit code '
	expect 1 grep '\\x0a' "$scratch/stderr"
	mv "$scratch/filecluster" "$tool"
}

the_package_that_cannot_be_read_is_told_with_its_reason() {
	run 1 roll patch demo "$scratch/none.rpm"
	stderr_has "cannot read the package '$scratch/none.rpm': No such file"
}

what_is_no_package_is_refused_before_anything_is_asked() {
	"$cluster" crash "$demo" node2
	run 1 roll patch demo "$scratch"
	stderr_has "the package '$scratch' is not a file"
	mkfifo "$scratch/fifo.rpm"
	run 1 roll plan patch demo "$scratch/fifo.rpm"
	stderr_has "the package '$scratch/fifo.rpm' is not a file"
	"$cluster" boot "$demo" node2
}

options_behind_operands_are_wrong_usage() {
	echo none >"$scratch/some.rpm"
	for line in 'status demo --json' 'check demo -q' 'home demo -n' 	    'move demo -t node2' 'resume run --yes' 'rollback run --yes' 	    'report run --html x' 'stop run --wait=5s' 'plan patch demo --json' 	    "patch demo $scratch/some.rpm -n" 'run move demo --wait=5s'; do
		# shellcheck disable=SC2086	# the line is split
		run 64 roll $line
		stderr_has ' stands behind an operand'
		stderr_has 'hint: options stand before the operands'
		stdout_is ''
	done
}

what_stands_behind_two_dashes_is_an_operand() {
	for line in 'status -- -x' 'status -- demo -x' 'status demo -- -x' \
	    'check -- -x' 'home -- -x' 'run -- move -x'; do
		# shellcheck disable=SC2086	# the line is split
		run 64 roll $line
		stderr_has "there is no cluster '-x'"
	done
	for line in 'report -- -x' 'stop -- -x' 'resume -- -x' \
	    'follow -- -x'; do
		# shellcheck disable=SC2086	# the line is split
		run 64 roll $line
		stderr_has "'-x' is not a run"
	done
	run 64 roll fleet report -- -x
	stderr_has "'-x' is not a fleet"
	run 1 roll run patch demo -- -x
	stderr_has "cannot read the package '-x'"
}

a_command_is_run_on_every_node() {
	run 0 roll exec demo -- echo "one  two" '$HOME' -n
	stdout_is 'node1: one  two $HOME -n
node2: one  two $HOME -n'
	run 0 roll exec --json demo -- echo good
	stdout_has '"cluster":"demo","node":"node2","state":"OK","exit":0,'
	stdout_has '"stdout":"good\n","stderr":"","cut":false}'
	run 64 roll exec demo
	stderr_has "no command stands behind '--'"
	run 64 roll exec -- -- echo
	stderr_has 'no cluster is named'
	run 64 roll exec demo nothing -- touch "$scratch/touched"
	stderr_has "there is no cluster 'nothing'"
	[ ! -e "$scratch/touched" ]
	run 64 roll exec demo --json -- echo
	stderr_has ' stands behind an operand'
}

# Looking names up in known_hosts files costs time, so it is done once, too.
a_command_on_every_node_looks_at_a_cluster_once() {
	echo 'BindAddress 127.0.0.1' >"$scratch/ssh_config"
	sed "s|ssh = {|& config = [ \"$scratch/ssh_config\" ];|" \
	    "$demo/control/clusters/demo.conf" >"$scratch/odd.conf"
	run 0 roll exec "$scratch/odd.conf" -- true
	expect 0 test "$(grep -c BindAddress "$scratch/stderr")" -eq 1
}

what_a_command_says_cannot_harm_a_terminal() {
	run 0 roll exec demo -- printf 'a\033[2Jb\nc'
	stdout_is 'node1: a\x1b[2Jb
node1: c
node2: a\x1b[2Jb
node2: c'
	run 0 roll exec demo -- sh -c 'printf "\033[2J\n" >&2'
	stdout_is ''
	stderr_has 'node1: \x1b[2J'
}

a_command_that_fails_is_told_by_node() {
	run 1 roll exec demo -- sh -c 'echo said; exit 7'
	stdout_is 'node1: said
node2: said'
	stderr_has 'node1: exit code 7'
	stderr_has 'node2: exit code 7'
	run 1 roll exec --json demo -- sh -c 'exit 7'
	stdout_has '"node":"node1","state":"FAILED","exit":7,'
	run 124 roll exec --timeout 500ms demo -- sleep 5
	stderr_has 'hint: the command may still run there'
}

a_command_that_talks_without_end_is_cut() {
	run 0 roll exec demo -- sh -c 'yes | head -c 1500000'
	stderr_has 'node2: the rest of the output is not shown'
	[ "$(wc -c <"$scratch/stdout")" -lt 10000000 ]
}

# Its nqsupd is not ours.
a_node_that_talks_without_end_is_given_up() {
	for talk in 'exec yes' 'exec cat /dev/zero' \
	    'yes | tr -d "\n" | head -c 900000; exit 1'; do
		mv "$demo/tools/sbin/nqsupd" "$demo/tools/sbin/away"
		printf '%s\n' '#!/bin/sh' \
		    '[ "$NQSTOOLS_SIM_NODE" != node2 ] || {' "$talk" '}' \
		    'exec "${0%/*}/away" "$@"' >"$demo/tools/sbin/nqsupd"
		chmod +x "$demo/tools/sbin/nqsupd"
		status=0
		timeout 20 "$cluster" run "$demo" control clroll lock demo \
		    >"$scratch/stdout" || status=$?
		mv "$demo/tools/sbin/away" "$demo/tools/sbin/nqsupd"
		case $talk in
		exec*)	same 'exit code' 65 "$status"
			stdout_has "node 'node2' does not stop talking" ;;
		*)	same 'exit code' 1 "$status"
			stdout_has 'yyy...: exit code 1' ;;
		esac
		[ "$(wc -c <"$scratch/stdout")" -lt 10000 ]
	done
}

the_holder_of_the_lock_is_told() {
	run 0 roll lock demo
	stdout_has 'demo: free'
	stdout_has 'node2      lock         ok      free'
	roll exec demo -- sh -c 'while [ ! -e '"$scratch/go"' ]; do
		sleep 0.1; done | nqsupd hold' >"$scratch/held" 2>&1 &
	holder=$!
	wait_until 20 eval 'roll lock demo >/dev/null; [ $? -eq 3 ]'
	run 3 roll lock demo
	stdout_has 'demo: free'
	stdout_has 'node2      lock         differs '
	stdout_has 'the lock of the node is held: nqsupd hold, pid '
	: >"$scratch/go"
	wait "$holder"
}

the_lock_of_a_run_is_broken_only_when_it_is_dead() {
	roll patch demo "$packages"/NECJCpt-13.1.1-1.*.rpm \
	    >"$scratch/rolled" 2>&1 &
	roller=$!
	wait_until 20 eval 'roll lock demo >"$scratch/stdout"; [ $? -eq 3 ]'
	run 75 roll lock --break demo
	stderr_has ' is held by run '
	stderr_has 'hint: its holder lives'
	wait "$roller" || cat "$scratch/rolled"
	run 0 roll lock --break demo
	stdout_has 'demo: free'
	run 0 roll rollback --yes
}

# The same patch twice: the nodes have it, only constraints are lifted.
what_changed_nothing_is_not_taken_for_the_run_before_it() {
	package=$(echo "$packages"/NECJCpt-13.1.1-1.*.rpm)
	run 0 roll patch --run-id real demo "$package"
	run 0 roll patch --run-id same demo "$package"
	run 1 roll rollback --yes
	stderr_has 'run same, the latest, changed nothing; run real is done'
	stderr_has 'hint: clroll rollback real'
	run 0 roll rollback --yes real
	run 0 roll status real
	stdout_has 'put back'
}

# write_waiting: a procedure of two steps, the first of which waits.
write_waiting() {
	rm -f "$scratch/go-on" "$scratch/red" "$scratch/dry"
	cat >"$scratch/waiting.conf" <<-END
		name = "waiting"; title = "paint"; parameters = [];
		steps = (
		  { id = "paint"; title = "paint"; on = "target";
		    run = [ "sh", "-c", "while [ ! -e '$scratch/go-on' ]; do
		        sleep 0.1; done; : >'$scratch/red'" ];
		    verify = [ "test", "-e", "$scratch/red" ];
		    undo = [ "rm", "-f", "$scratch/red" ]; },
		  { id = "dry"; title = "let it dry"; on = "target";
		    run = [ "touch", "$scratch/dry" ];
		    verify = [ "test", "-e", "$scratch/dry" ];
		    undo = [ "rm", "-f", "$scratch/dry" ]; }
		);
	END
	last=$(roll status | head -n 1)
}

# waits: the run of it that was begun last is at its first step.
waits() {
	wait_until 30 another_run
	wait_until 30 begun
}

another_run() {
	[ "$(roll status | head -n 1 | cut -d : -f 1)" != "${last%%:*}" ]
}

begun() {
	roll status | grep -q ' begun .*paint'
}

a_run_goes_on_when_its_terminal_is_lost_and_can_be_followed() {
	write_waiting
	on_terminal "'$cluster' run '$demo' control clroll run \
	    '$scratch/waiting.conf' demo"
	waits
	lose_terminal
	run 0 roll status
	stdout_has ': running'
	roll follow >"$scratch/followed" 2>&1 &
	follower=$!
	wait_until 20 grep -q paint "$scratch/followed"
	: >"$scratch/go-on"
	expect 0 wait "$follower"
	grep -q 'all done' "$scratch/followed"
	[ -e "$scratch/dry" ]
	run 0 roll stop
	stdout_is 'no run is under way'
}

a_run_under_way_is_stopped() {
	write_waiting
	roll run --run-id halted "$scratch/waiting.conf" demo \
	    >"$scratch/out" 2>&1 &
	running=$!
	waits
	run 0 roll stop
	stdout_has ': asked to stop at its next safe point'
	wait_until 20 grep -q "as 'stop' asks" "$scratch/out"
	# By its name: it may have stopped before this one looks.
	roll stop --wait 20s halted >"$scratch/stopped" &
	stopping=$!
	: >"$scratch/go-on"
	expect 4 wait "$running"
	expect 0 wait "$stopping"
	grep -q ': stopped' "$scratch/stopped"
	[ ! -e "$scratch/dry" ]
	run 0 roll rollback halted
	run 64 roll stop nosuch
}

locks_that_cannot_be_read_are_not_taken_for_none() {
	mv "$demo/control/run" "$demo/control/run.away"
	: >"$demo/control/run"
	run 1 roll stop
	stderr_has "cannot read '$demo/control/run': Not a directory"
	rm "$demo/control/run"
	mv "$demo/control/run.away" "$demo/control/run"
}

# serve_by KEY: SSH at the service address, with this host key.
serve_by() {
	"$(command -v sshd)" -D -f "$scratch/service" -h "$1" \
	    -E "$scratch/service.log" &
	server=$!
}

# One sshd for both the service and its address, which then is another one's.
a_stranger_who_gets_the_service_address_stops_the_run() {
	set -- "$("$packages/freeports" "$scratch" 1)"
	sed -e "s/^Port .*/Port $1/" -e '/^HostKey /d' -e '/^PidFile /d' \
	    "$demo/node1/etc/sshd_config" >"$scratch/service"
	echo 'PidFile none' >>"$scratch/service"
	sed "/^service = /s/port = .*/port = $1; ssh = $1; };/" \
	    "$demo/control/clusters/demo.conf" >"$scratch/served.conf"
	key=$demo/node1/etc/ssh_host_ed25519_key
	echo "[127.0.0.1]:$1 $(cut -d ' ' -f 1,2 "$key.pub")" \
	    >>"$demo/control/known_hosts"
	ssh-keygen -q -t ed25519 -N '' -f "$scratch/stranger"
	serve_by "$key"
	write_waiting
	wait_until 20 grep -q listening "$scratch/service.log"
	roll run --run-id served "$scratch/waiting.conf" \
	    "$scratch/served.conf" >"$scratch/out" 2>&1 &
	running=$!
	wait_until 30 eval 'roll status served | grep -q " begun .*paint"'
	kill "$server"
	sleep 0.3			# an outage
	serve_by "$scratch/stranger"
	wait_until 30 grep -q 'has the host key of none of the nodes' \
	    "$scratch/out" || { cat "$scratch/out"; return 1; }
	: >"$scratch/go-on"
	expect 4 wait "$running"
	grep -q '"event":"stranger","group":"jcgroup"' \
	    "$demo/control/state/cluster-runs/served.jsonl"
	kill "$server"
	serve_by "$key"
	run 0 roll rollback served
	kill "$server"
}

a_clock_that_is_wrong_is_told() {
	run 0 roll check demo
	stdout_has 'node2      clock        ok      good'
	printf '#!/bin/sh\necho $(($(/bin/date "$@") - 312))\n' \
	    >"$demo/tools/sbin/date"
	chmod 755 "$demo/tools/sbin/date"
	run 3 roll check demo
	stdout_has 'node2      clock        differs it is 31'
	stdout_has " s behind this machine's"
	rm "$demo/tools/sbin/date"
}

a_node_that_is_away_is_told_once() {
	"$cluster" crash "$demo" node2
	for verb in status check; do
		run 69 roll "$verb" demo
		same "lines of $verb about node2" 1 \
		    "$(grep -c '^node2' "$scratch/stdout")"
		stdout_has "cannot reach node 'node2'"
		[ ! -s "$scratch/stderr" ]
	done
	"$cluster" boot "$demo" node2
}

an_unknown_host_key_is_denied() {
	mv "$demo/control/known_hosts" "$scratch/known_hosts"
	for verb in status check; do
		run 77 roll "$verb" demo
		stdout_has "the host key of node 'node2'"
	done
	mv "$scratch/known_hosts" "$demo/control/known_hosts"
}

a_group_that_is_nowhere_keeps_nothing_from_being_told() {
	"$demo/cluster/filecluster" stop jcgroup
	run 1 roll status demo
	stderr_has "group 'jcgroup' runs on no node"
	stdout_has 'node1      packages     ok      NECJCpkg 13.1-1'
	"$demo/cluster/filecluster" start jcgroup
}

run_tests says_that_there_is_no_run_yet a_cluster_is_told_at_a_glance \
    a_run_that_is_stopped_before_it_begins_gives_all_back \
    a_run_that_is_not_over_is_not_lost_sight_of \
    what_a_run_has_left_is_said_to_be_its_own \
    a_person_who_looks_at_the_nodes_answers_at_the_terminal \
    what_there_is_is_told_to_who_names_what_is_not \
    what_keeps_a_run_from_being_judged_is_told_with_it \
    what_the_cluster_software_complains_of_is_one_line \
    the_package_that_cannot_be_read_is_told_with_its_reason \
    what_is_no_package_is_refused_before_anything_is_asked \
    options_behind_operands_are_wrong_usage \
    what_stands_behind_two_dashes_is_an_operand \
    a_command_is_run_on_every_node \
    a_command_on_every_node_looks_at_a_cluster_once \
    what_a_command_says_cannot_harm_a_terminal \
    a_command_that_fails_is_told_by_node \
    a_command_that_talks_without_end_is_cut \
    a_node_that_talks_without_end_is_given_up the_holder_of_the_lock_is_told \
    the_lock_of_a_run_is_broken_only_when_it_is_dead \
    what_changed_nothing_is_not_taken_for_the_run_before_it \
    a_run_goes_on_when_its_terminal_is_lost_and_can_be_followed \
    a_run_under_way_is_stopped \
    locks_that_cannot_be_read_are_not_taken_for_none \
    a_stranger_who_gets_the_service_address_stops_the_run \
    a_clock_that_is_wrong_is_told \
    a_node_that_is_away_is_told_once an_unknown_host_key_is_denied \
    a_group_that_is_nowhere_keeps_nothing_from_being_told
