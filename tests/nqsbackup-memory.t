#!/bin/sh
# How much memory nqsbackup needs for each entry of an archive that it reads.
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/backup/tree.sh
. "$top/tests/backup/tree.sh"

few=20000
lots=80000

# make_files COUNT: the tree COUNT/tree with so many files, and its archive.
make_files() {
	mkdir "$1"
	awk -v count="$1" 'BEGIN {
		for (i = 0; i < count; i++)
			printf "%d/tree/%04d/%010d\n", count, i / 250, i
	}' >names
	sed 's,/[^/]*$,,' names | uniq | xargs mkdir -p
	xargs touch -d 2001-01-01 <names
	nqsbackup create -q -t "$1/tree" -o "$1/tree.tar.gz"
}

# The limit is 200 bytes, with a name of 48.
prepare() {
	! is_sanitized || skip "sanitizers need memory of their own"
	cd "$scratch" || return
	make_files "$few"
	make_files "$lots"
	name=$(nqsbackup list "$lots/tree.tar.gz" | tail -n 1)
	echo $((200 - 48 + ${#name})) >limit
}

# peak COUNT ARGUMENT...: the most memory, in kilobytes, that is needed.
peak() (
	cd "$1" || return
	shift
	run 0 "$build/tests/backup/peak" peak "$build/nqsbackup/nqsbackup" \
	    "$@" >&2
	cat peak
)

# needs_little ARGUMENT...: for a file more, with each of the archives.
needs_little() {
	before=$(peak "$few" "$@")
	after=$(peak "$lots" "$@")
	each=$(((after - before) * 1024 / (lots - few)))
	echo "$each bytes for each file"
	[ "$each" -gt 0 ] && [ "$each" -le "$(cat limit)" ]
}

# Fills the target of each archive.
fill_targets() {
	for count in $few $lots; do
		[ -d "$count/out" ] || {
			mkdir "$count/out"
			nqsbackup restore -q --no-undo -C "$count/out" \
			    "$count/tree.tar.gz"
		}
	done
}

lists_with_little_memory() {
	needs_little list tree.tar.gz
}

verifies_with_little_memory() {
	needs_little verify tree.tar.gz
}

compares_with_little_memory() {
	needs_little diff tree.tar.gz
}

restores_with_little_memory_what_is_missing() {
	mkdir "$few/new" "$lots/new"
	needs_little restore -q -C new tree.tar.gz
}

restores_with_little_memory_what_is_there() {
	fill_targets
	needs_little restore -q -C out tree.tar.gz
}

restores_with_little_memory_what_differs() {
	fill_targets
	find "$few/out" "$lots/out" -type f -exec touch {} +
	needs_little restore -q -C out tree.tar.gz
}

cd "$scratch" || exit 99
run_tests lists_with_little_memory \
	verifies_with_little_memory \
	compares_with_little_memory \
	restores_with_little_memory_what_is_missing \
	restores_with_little_memory_what_is_there \
	restores_with_little_memory_what_differs
