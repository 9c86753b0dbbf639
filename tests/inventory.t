#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# The clusters of an inventory of Ansible.  tests/inventory/recorded.json is
# what `ansible-inventory --list' said of three groups of hosts.
. "${srcdir:-.}/tests/lib.sh"

recorded=$top/tests/inventory/recorded.json
folder=$scratch/clusters

prepare() {
	mkdir "$folder"
}

inventory() {
	"$build/clroll/clroll" inventory "$@"
}

names_the_clusters_of_an_inventory() {
	run 0 inventory "$recorded"
	stdout_is 'osaka
tokyo'
	run 0 inventory - <"$recorded"
	stdout_is 'osaka
tokyo'
	run 0 inventory --json "$recorded"
	stdout_has '"cluster":"tokyo","written":false'
}

writes_a_file_for_each_cluster() {
	run 3 inventory -n -o "$folder" "$recorded"
	same files '' "$(ls "$folder")"
	run 0 inventory --json -o "$folder" "$recorded"
	stdout_has '"cluster":"tokyo","written":true'
	stdout_has '"exit":0,"changed":true'
	same tokyo 'adapter = "pacemaker";
group = "jcgroup";
site = "siteA";
service = { address = "192.0.2.100"; port = 607; };
nodes = (
  { name = "node1"; host = "192.0.2.1"; },
  { name = "node2"; host = "192.0.2.2"; port = 2222; }
);' "$(sed 1d "$folder/tokyo.conf")"
	grep -q 'name = "osaka-2.example.com"; host = .* user = "ops"; identity = "/home/ops/.ssh/id_ed25519"; sudo = true; }$' \
	    "$folder/osaka.conf"
	grep -qx 'home = "osaka-2.example.com";' "$folder/osaka.conf"
}

writes_nothing_that_is_so_already() {
	run 0 inventory --json -o "$folder" "$recorded"
	stdout_has '"exit":0,"changed":false'
}

leaves_a_file_alone_that_a_person_wrote() {
	echo '# by hand' >"$folder/osaka.conf"
	run 73 inventory -o "$folder" "$recorded"
	stderr_has "osaka.conf' is there, and was not made of an inventory"
	same osaka '# by hand' "$(cat "$folder/osaka.conf")"
	rm "$folder/osaka.conf"
}

says_when_there_is_no_folder_to_write_to() {
	run 73 inventory -o "$scratch/nowhere" "$recorded"
	stderr_has "there is no folder '$scratch/nowhere'"
	stdout_is ''
	run 73 inventory -n -o "$recorded" "$recorded"
}

clroll_reads_what_it_has_written() {
	command -v ssh-keygen >/dev/null || skip 'no ssh-keygen'
	mkdir -m 700 "$HOME/.ssh"
	ssh-keygen -q -t ed25519 -N '' -f "$HOME/.ssh/id_ed25519"
	sed -e 's/192\.0\.2\.[12]"/127.0.0.1"/' -e 's/2222/1/' \
	    -e 's/"ansible_host"/"ansible_port": 1, &/' \
	    -e '/"ansible_port": 1,$/d' "$recorded" >"$scratch/near.json"
	inventory -o "$folder" "$scratch/near.json"
	run 69 "$build/clroll/clroll" lock "$folder/tokyo.conf"
	stdout_has "cannot reach node 'node2'"
}

# refuses WORDS VARIABLES: of two hosts.
refuses() {
	echo "{ \"_meta\": { \"hostvars\": { $2 } } }" >"$scratch/bad.json"
	run 65 inventory "$scratch/bad.json"
	stderr_has "$1"
}

waits_for_no_pipe_in_the_place_of_a_file() {
	mkdir "$scratch/pipes"
	inventory -o "$scratch/pipes" "$recorded" >"$scratch/names"
	name=$(head -n 1 "$scratch/names")
	rm "$scratch/pipes/$name.conf"
	mkfifo "$scratch/pipes/$name.conf"
	run 73 timeout 10 "$build/clroll/clroll" inventory \
	    -o "$scratch/pipes" "$recorded"
	stderr_has "$name.conf' is there, and is not a file"
}

refuses_what_is_no_whole_cluster() {
	some='"nqstools_cluster": "c", "nqstools_site": "s"'
	whole="$some, \"nqstools_group\": \"g\""
	refuses "no host has the variable 'nqstools_cluster'" '"a": { }'
	refuses "no node of cluster 'c' has 'nqstools_group'" "\"a\": { $some }"
	refuses "host 'b': 'nqstools_group' is not what another node" \
	    "\"a\": { $whole }, \"b\": { $some, \"nqstools_group\": \"h\" }"
	refuses "cluster 'c' has but one node" "\"a\": { $whole }"
	refuses "host 'a': 'ansible_port' is no port" \
	    "\"a\": { $whole, \"ansible_port\": \"ssh\" }"
	refuses "'nqstools_service' is no ADDRESS:PORT" \
	    "\"a\": { $whole, \"nqstools_service\": \"x\" }"
	refuses "has a character that no file of clroll holds" \
	    "\"a\": { $whole, \"ansible_host\": \"x\\\"; y = \\\"\" }"
	refuses "the cluster's name '../c' has more than" \
	    '"a": { "nqstools_cluster": "../c" }'
	echo '[]' >"$scratch/bad.json"
	run 65 inventory "$scratch/bad.json"
	echo '{}' >"$scratch/bad.json"
	run 65 inventory "$scratch/bad.json"
	stderr_has "no '_meta' with 'hostvars'"
	echo 'osaka ansible_host=192.0.2.1' >"$scratch/inventory.ini"
	run 65 inventory "$scratch/inventory.ini"
	stderr_has "/inventory.ini: this is no JSON object, such as 'ansible-inv"
	run 64 inventory
}

run_tests names_the_clusters_of_an_inventory writes_a_file_for_each_cluster \
    writes_nothing_that_is_so_already leaves_a_file_alone_that_a_person_wrote \
    says_when_there_is_no_folder_to_write_to \
    waits_for_no_pipe_in_the_place_of_a_file \
    clroll_reads_what_it_has_written refuses_what_is_no_whole_cluster
