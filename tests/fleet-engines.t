#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# The command lines of a fleet, carried out by other programs.
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/fleet/world.sh
. "${srcdir:-.}/tests/fleet/world.sh"

prepare() {
	make_world
	make_clusters a b c
	# The lines begin with the bare name of the program.
	mkdir "$scratch/bin"
	ln -s "$build/clroll/clroll" "$scratch/bin/clroll"
}

PATH=$scratch/bin:$PATH

start_afresh() {
	rm -rf "$fleet"/*.log "$fleet"/*.on.* "$fleet/state"
}

# print_lines: of all three clusters, into $scratch/lines.
print_lines() {
	clroll fleet --print "$fleet/simple.conf" -- a b c >"$scratch/lines"
}

# done_once CLUSTER...
done_once() {
	for cluster; do
		same "$cluster" 'node1 node2 ' \
		    "$(tr '\n' ' ' <"$fleet/$cluster.log")"
	done
}

a_shell_runs_them() {
	start_afresh
	print_lines
	same lines 3 "$(wc -l <"$scratch/lines" | tr -d ' ')"
	sh -e "$scratch/lines"
	done_once a b c
	[ ! -e "$fleet/state/fleets" ]
}

# What failed by the way is run again, what is done is not.
gnu_parallel_runs_them_and_goes_on() {
	command -v parallel >/dev/null || skip 'no GNU parallel'
	start_afresh
	print_lines
	: >"$fleet/b.away"
	expect 1 parallel --will-cite -j 2 --joblog "$scratch/jobs" \
	    <"$scratch/lines"
	done_once a c
	same codes '0 0 69 ' "$(awk 'NR > 1 { print $7 }' "$scratch/jobs" |
	    sort -n | tr '\n' ' ')"
	rm "$fleet/b.away"
	parallel --will-cite -j 2 --joblog "$scratch/jobs" --resume-failed \
	    <"$scratch/lines"
	done_once a b c
	parallel --will-cite -j 2 <"$scratch/lines"
	done_once a b c
}

# ---- Slurm ----------------------------------------------------------------

# Runs a command where there is no network but the loopback of our own: no
# stranger shall reach a Slurm that asks for no proof of who one is.
inside() {
	nsenter -t "$network" -n "$@"
}

network_is_up() {
	inside ip address show dev lo 2>/dev/null | grep -q 192.0.2.1
}

# A second address, since names are not looked up where there is only 127.0.0.1.
network_up() {
	unshare -n sh -c 'ip link set lo up &&
	    ip address add 192.0.2.1/32 dev lo && exec sleep 300' &
	network=$!
	wait_until 10 network_is_up
}

# slurm_up: a controller and one node, without munge, on this machine.
slurm_up() {
	slurm=$scratch/slurm
	port=6817
	host=$(hostname -s)
	mkdir -p "$slurm/state" "$slurm/spool"
	cat >"$slurm/slurm.conf" <<-END
		ClusterName=fleet
		SlurmctldHost=$host(127.0.0.1)
		AuthType=auth/none
		CredType=cred/none
		SlurmUser=root
		SlurmdUser=root
		StateSaveLocation=$slurm/state
		SlurmdSpoolDir=$slurm/spool
		SlurmctldPidFile=$slurm/controller.pid
		SlurmdPidFile=$slurm/node.pid
		SlurmctldPort=$port
		SlurmdPort=$((port + 1))
		ProctrackType=proctrack/pgid
		TaskPlugin=task/none
		JobAcctGatherType=jobacct_gather/none
		SelectType=select/linear
		ReturnToService=2
		MailProg=/bin/true
		NodeName=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
		PartitionName=all Nodes=$host Default=YES State=UP
	END
	SLURM_CONF=$slurm/slurm.conf
	export SLURM_CONF
	controller='' node=''
	trap slurm_down EXIT
	network_up
	nsenter -t "$network" -n slurmctld -D -f "$SLURM_CONF" \
	    >"$slurm/controller.log" 2>&1 &
	controller=$!
	nsenter -t "$network" -n slurmd -D -f "$SLURM_CONF" \
	    >"$slurm/node.log" 2>&1 &
	node=$!
	wait_until 30 node_is_settled
	kill -0 "$node" 2>/dev/null || ! grep cgroup "$slurm/node.log" ||
	    skip 'slurmd does not find the control groups that it wants'
	node_is_idle || {
		cat "$slurm"/*.log
		return 1
	}
}

slurm_down() {
	# shellcheck disable=SC2086	# some may not have begun
	kill $node $controller "$network" 2>/dev/null || :
	# shellcheck disable=SC2086
	wait $node $controller "$network" || :
}

node_is_idle() {
	inside sinfo -h -o %T | grep -q idle
}

node_is_settled() {
	node_is_idle || ! kill -0 "$node" 2>/dev/null
}

slurm_runs_them() {
	for program in slurmctld slurmd sbatch sinfo nsenter ip; do
		command -v "$program" >/dev/null || skip "no $program"
	done
	[ "$(id -u)" -eq 0 ] || skip 'not root'
	start_afresh
	print_lines
	slurm_up
	cat >"$scratch/job" <<-'END'
		#!/bin/sh
		line=$(sed -n "${SLURM_ARRAY_TASK_ID}p" lines)
		eval "exec $line"
	END
	(cd "$scratch" && inside timeout 60 sbatch --quiet --wait --array=1-3 \
	    --output=job-%a.out job)
	done_once a b c
}

run_tests a_shell_runs_them gnu_parallel_runs_them_and_goes_on \
    slurm_runs_them
