# Trees to be backed up, for the tests of nqsbackup; behind tests/lib.sh.
# shellcheck shell=sh disable=SC2154

nqsbackup() {
	"$build/nqsbackup/nqsbackup" "$@"
}

treelist() {
	"$build/tests/backup/treelist" "$@"
}

# fresh DIRECTORY: makes it, or makes it empty.
fresh() {
	rm -rf "$1"
	mkdir "$1"
}

is_root() {
	[ "$(id -u)" -eq 0 ]
}

# letters COUNT: a name of that many letters.
letters() {
	printf "%0$1d" 0 | tr 0 n
}

# make_plain_tree DIRECTORY: what any tar can keep.
make_plain_tree() (
	mkdir -p "$1/control/0/1" "$1/data" "$1/empty" "$1/shared" "$1/closed"
	cd "$1"
	echo 'qmgr: start queue' >control/0/1/request
	: >control/nothing
	head -c 512 /dev/urandom >data/block
	head -c 513 /dev/urandom >data/more
	head -c 1048576 /dev/urandom >data/member
	head -c 3700001 /dev/urandom >data/large
	ln data/more data/other
	ln data/more control/third
	ln -s ../data/more control/relative
	ln -s /nowhere/at/all data/dangling
	ln -s ../data control/directory
	mkfifo control/pipe
	chmod 600 control/pipe
	chmod 4711 data/block
	chmod 400 control/nothing
	chmod 2775 shared
	chmod 1777 empty
	! is_root || chown 1234:5678 data/large control/pipe empty
	! is_root || chown -h 42:43 data/dangling
	! is_root || chown -R 77:88 control/0
	touch -d '2001-02-03 04:05:06.123456789' data/large
	touch -h -d '2002-03-04 05:06:07.000000001' data/dangling
	touch -d '2003-04-05 06:07:08.999999999' control/pipe
	touch -d '2004-05-06 07:08:09.5' closed control/0
	chmod 500 closed
)

# make_tree DIRECTORY: what needs more than ustar, too.
make_tree() (
	make_plain_tree "$1"
	cd "$1"
	mkdir names sparse
	: >"names/$(letters 101)"
	: >"names/$(letters 255)"
	deep=names
	for level in 1 2 3 4 5; do
		deep=$deep/$(letters 9$level)
	done
	mkdir -p "$deep"
	echo deep >"$deep/file"
	ln "$deep/file" names/shallow
	ln names/shallow "$deep/again"
	ln -s "$deep/file" names/long
	ln -s "$(letters 101)" names/target
	echo odd >"names/new
line"
	echo odd >'names/back\slash'
	echo odd >'names/ blank  s '
	echo odd >'names/-dash'
	echo odd >'names/*'
	echo odd >"$(printf 'names/\033[31m\001\377')"
	echo odd >"$(printf 'names/\303\244\303\266')"
	dd if=/dev/zero of=sparse/all bs=1 seek=3145728 count=0 2>/dev/null
	echo begin >sparse/end
	dd if=/dev/zero of=sparse/end bs=1 seek=3145729 count=0 2>/dev/null
	echo end | dd of=sparse/begin bs=1 seek=2097152 2>/dev/null
	for place in 0 1048576 5242880; do
		echo piece | dd of=sparse/pieces bs=1 seek=$place \
		    conv=notrunc 2>/dev/null
	done
	ln sparse/pieces sparse/twin
	echo old >data/old
	touch -d '1969-12-31 23:59:58' data/old
	! is_root || chown 3000000:4000000 data/old
)

# archived DIRECTORY: its name in an archive.
archived() {
	(cd "$1" && pwd -P) | sed 's,^/,,'
}

# same_trees EXPECTED FOUND [-s]
same_trees() {
	treelist ${3:-} "$1" >"$scratch/expected"
	treelist ${3:-} "$2" >"$scratch/found"
	diff "$scratch/expected" "$scratch/found"
}

# Sanitizers want memory, and all the addresses that there are, for themselves.
is_sanitized() {
	nm "$build/nqsbackup/nqsbackup" | grep -q __asan_init
}
