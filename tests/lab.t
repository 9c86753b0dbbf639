#!/bin/sh
# The lab: real nodes that come up, are cut off, lose power, and vanish.
# shellcheck disable=SC2119,SC2120,SC2317
. "${srcdir:-.}/tests/lib.sh"

place=$scratch/lab
prefix=nqslab-$(printf %s "$place" | cksum | cut -d ' ' -f 1)

# lab VERB [ARGUMENT]...
lab() {
	verb=$1
	shift
	"$top/script/lab" "$verb" -d "$place" "$@"
}

# cluster NODE VERB [ARGUMENT]...: what the cluster software of a node says.
cluster() {
	node=$1
	shift
	lab run "$node" sh -s -- "$@" <"$build/share/cluster/pacemaker"
}

# greeting [ADDRESS PORT]: what a service says to the control node.
greeting() {
	lab run control probe -1 "${1:-10.77.0.100}" "${2:-607}"
}

service_is_on() {
	greeting | grep "on $1 "
}

# namespaces: of all processes of the lab, by way of its first processes.
namespaces() {
	for init in "$place"/*/init; do
		read -r pid _ <"$init"
		readlink "/proc/$pid/ns/pid" "/proc/$pid/ns/net" \
		    "/proc/$pid/ns/mnt"
	done
}

# traces FILE: what there still is of the lab whose namespaces stand in FILE.
traces() {
	find /proc -maxdepth 3 -path '/proc/[0-9]*/ns/*' -printf '%l %p\n' \
	    2>/dev/null | grep -F -f "$1"
	ip netns list | grep -- "$prefix"
	grep -F "$place" /proc/self/mounts
	ls -d "$place" 2>/dev/null
	ip -o link show | cut -d ' ' -f 2 >"$scratch/links.now"
	diff "$scratch/links" "$scratch/links.now"
}

prepare() {
	ip -o link show 2>/dev/null | cut -d ' ' -f 2 >"$scratch/links"
	status=0
	lab up --no-tools 2>"$scratch/up" || status=$?
	[ "$status" -ne 77 ] || skip "$(cat "$scratch/up")"
	cat "$scratch/up"
	return "$status"
}

clean_up() {
	lab down
}

the_service_answers_on_the_virtual_address() {
	contains "$(greeting)" "simulated JobCenter R13.1 site siteA on node1"
}

every_node_has_a_disk_and_a_name_of_its_own() {
	for node in node1 node2 control; do
		same name "$node" "$(lab run "$node" uname -n)"
		lab run "$node" sh -c 'uname -n >/etc/whose'
		lab run "$node" sh -c 'uname -n >/run/whose'
	done
	same disk node1 "$(lab run node1 cat /etc/whose)"
	same run node1 "$(lab run node1 cat /run/whose)"
	[ ! -e /etc/whose ]
	[ ! -e /run/whose ]
	contains "$(lab run node2 rpm -qa)" NECJCpkg-13.1-1
	[ -z "$(lab run control rpm -qa)" ]
}

the_control_node_reaches_the_others_by_checked_keys() {
	for node in node1 node2 10.77.0.2; do
		lab run control ssh -o BatchMode=yes \
		    -o StrictHostKeyChecking=yes "$node" true
	done
	one=$(lab run node1 cat /etc/ssh/lab_host_key.pub)
	two=$(lab run node2 cat /etc/ssh/lab_host_key.pub)
	[ "$one" != "$two" ]
}

the_control_node_has_the_packages_and_the_cluster() {
	lab run control ls /etc/nqstools/clusters/lab.conf
	lab run control sh -c 'ls /root/packages/NECJCpt-13.1.2-1.*.rpm'
	lab run node2 sh -c 'ls /var/lib/nqstools/packages/NECJCpkg-13.1-1.*'
}

a_command_keeps_its_words_input_and_exit_code() {
	same words 'a b|c' "$(lab run node1 printf '%s|%s' 'a b' c)"
	same input hello "$(echo hello | lab run node2 cat)"
	expect 7 lab run node1 sh -c 'exit 7'
	expect 64 lab run node9 true
	same shell node2 "$(echo 'uname -n' | lab shell node2)"
}

the_group_moves_with_its_address_and_site() {
	cluster node1 move jcgroup node2
	wait_until 20 cluster node2 where jcgroup node2
	service_is_on node2
	lab run node2 mountpoint -q /shared
	lab run node1 sh -c '! mountpoint -q /shared'
	cluster node1 move jcgroup node1
	wait_until 20 cluster node2 where jcgroup node1
	cluster node1 release jcgroup
	service_is_on node1
}

a_cut_node_is_in_the_cluster_but_out_of_reach() {
	lab cut node2
	expect 1 greeting 10.77.0.2 22
	contains "$(lab status)" 'node2 on, lan down, ring up'
	contains "$(cluster node1 nodes)" 'node2 online'
	lab heal node2
	wait_until 10 greeting 10.77.0.2 22
	contains "$(lab status)" 'node2 on, lan up, ring up'
}

a_node_without_power_loses_the_group() {
	lab run node1 sh -c 'echo kept >/root/kept; echo lost >/run/lost'
	lab kill node1
	contains "$(lab status)" 'node1 off'
	expect 69 lab run node1 true
	wait_until 30 service_is_on node2
	contains "$(cluster node2 nodes)" 'node1 offline'
	expect 3 cluster node2 health
}

a_node_boots_with_its_disk_as_it_was() {
	lab boot node1
	same disk kept "$(lab run node1 cat /root/kept)"
	expect 1 lab run node1 test -e /run/lost
	wait_until 30 cluster node1 health
	wait_until 30 cluster node2 health
	cluster node2 where jcgroup node2
	cluster node1 move jcgroup node1
	wait_until 20 cluster node2 where jcgroup node1
	cluster node1 release jcgroup
}

labs_beside_each_other_are_strangers() {
	namespaces >"$scratch/first"
	place=$scratch/second
	prefix=nqslab-$(printf %s "$place" | cksum | cut -d ' ' -f 1)
	lab up --no-tools -n 1 --release 12.10 -p "$scratch/lab/packages"
	contains "$(greeting)" 'JobCenter R12.10 site siteA on node1'
	namespaces >"$scratch/second.namespaces"
	lab down
	same traces '' "$(traces "$scratch/second.namespaces")"
	place=$scratch/lab
	namespaces | diff "$scratch/first" -
	service_is_on node1
}

the_folder_of_somebody_else_is_left_alone() {
	mkdir "$scratch/his"
	chown 12345 "$scratch/his"
	ln -s "$scratch/his" "$scratch/link"
	for place in his link; do
		for verb in up down; do
			run 77 "$top/script/lab" "$verb" -d "$scratch/$place"
			stderr_has "/$place' is not a folder of yours"
		done
	done
	place=$scratch/lab
	rmdir "$scratch/his"
}

down_finishes_what_a_killed_up_began() {
	place=$scratch/second
	prefix=nqslab-$(printf %s "$place" | cksum | cut -d ' ' -f 1)
	"$top/script/lab" up -d "$place" --no-tools \
	    -p "$scratch/lab/packages" 2>/dev/null &
	wait_until 10 grep -q . "$place/node2/init"
	kill -9 "$!"
	namespaces >"$scratch/second.namespaces"
	lab down
	same traces '' "$(traces "$scratch/second.namespaces")"
}

down_leaves_nothing_even_of_what_was_killed() {
	namespaces >"$scratch/first"
	read -r pid _ <"$place/node1/init"
	kill -9 "$pid"
	read -r pid _ <"$place/node2/init"
	read -r _ _ _ parent _ <"/proc/$pid/stat"
	kill -9 "$parent"
	lab down
	same traces '' "$(traces "$scratch/first")"
	lab down
	expect 69 lab status
}

run_tests \
    the_service_answers_on_the_virtual_address \
    every_node_has_a_disk_and_a_name_of_its_own \
    the_control_node_reaches_the_others_by_checked_keys \
    the_control_node_has_the_packages_and_the_cluster \
    a_command_keeps_its_words_input_and_exit_code \
    the_group_moves_with_its_address_and_site \
    a_cut_node_is_in_the_cluster_but_out_of_reach \
    a_node_without_power_loses_the_group \
    a_node_boots_with_its_disk_as_it_was \
    labs_beside_each_other_are_strangers \
    the_folder_of_somebody_else_is_left_alone \
    down_finishes_what_a_killed_up_began \
    down_leaves_nothing_even_of_what_was_killed
