#!/bin/sh
# What happens to files while nqsbackup create reads them, and to where it
# writes: it is held in the middle of a file, and then they change.
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/backup/tree.sh
. "$top/tests/backup/tree.sh"

library=$scratch/pause.so
bytes=3000000
linked=

prepare() {
	"${CC:-cc}" -D_GNU_SOURCE -shared -fPIC -o "$library" \
	    "$top/tests/backup/pause.c" -ldl 2>"$scratch/why" ||
	    skip "no library can be built: $(head -n 1 "$scratch/why")"
	cd "$scratch"
	head -c "$bytes" /dev/urandom >old
	head -c "$bytes" /dev/urandom >new
	mkdir probe
	LD_PRELOAD=$library nqsbackup create -q -t probe -o probe.tar.gz ||
	    skip 'a library cannot be put before the program'
}

is_stopped() {
	case $(ps -o stat= -p "$1") in
	T*)	;;
	*)	return 1 ;;
	esac
}

# during COMMAND...: backs up "tree" and has the command carried out when one
# part of "tree/file" was read; "linked" may name a file with two names that is
# to be there.  Sets status, and keeps what is said in "said".
during() {
	fresh tree
	cp -p old tree/file
	echo next >tree/next
	if [ -n "$linked" ]; then
		echo text >"tree/$linked"
		ln "tree/$linked" "tree/$linked.too"
	fi
	rm -f mark made.tar.gz
	PAUSE_AT=2 PAUSE_SIZE=$bytes PAUSE_MARK=mark LD_PRELOAD=$library \
	    "$build/nqsbackup/nqsbackup" create -j 1 -t tree \
	    -o made.tar.gz >found 2>said &
	pid=$!
	wait_until 20 is_stopped "$pid"
	"$@"
	kill -CONT "$pid"
	status=0
	wait "$pid" || status=$?
	[ -e mark ]
	cat said
}

# holds NAME FILE: the archive is whole, and this is what the file was.
holds() {
	nqsbackup verify made.tar.gz
	nqsbackup cat made.tar.gz "$scratch/tree/$1" | cmp - "$2"
}

# was_read_again WHAT: of one state, and it says so.
was_read_again() {
	same "the exit code" 0 "$status"
	contains "$(cat said)" "changed while it was read, and was read again"
	holds file "$1"
}

# shellcheck disable=SC2317	# it is called by another
grow() {
	cat new >>tree/file
}

reads_a_file_again_that_grows() {
	during grow
	was_read_again tree/file
	same "the size" $((2 * bytes)) "$(wc -c <tree/file | xargs)"
}

reads_a_file_again_that_shrinks() {
	during truncate -s 1000 tree/file
	was_read_again tree/file
	during truncate -s 0 tree/file
	was_read_again tree/file
}

reads_a_file_again_that_is_written_over() {
	during dd if=new of=tree/file conv=notrunc
	was_read_again new
}

# The time is put back; but whatever is done to a file can be told.
# shellcheck disable=SC2317	# it is called by another
forge() {
	dd if=new of=tree/file conv=notrunc
	touch -r old tree/file
}

is_not_taken_in_by_a_time_that_is_put_back() {
	during forge
	was_read_again new
}

# What is open is there still, all of it.
takes_a_file_that_is_replaced_as_it_was() {
	cp new other
	during mv other tree/file
	same "the exit code" 0 "$status"
	holds file old
	during rm tree/file
	same "the exit code" 0 "$status"
	holds file old
}

# Its turn had not come, so it is as if it had never been.
# reuse NAME: lets tree/next, which is read later, be another file that has two
# names and the inode of this one, which goes.
# shellcheck disable=SC2317	# it is called by another
reuse() {
	inode=$(find "$1" -printf %i)
	rm "$1" "$1.too"
	for number in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		echo "what has nothing to do with it" >"other.$number"
		[ "$(find "other.$number" -printf %i)" = "$inode" ] || continue
		mv "other.$number" tree/next
		ln tree/next tree/next.too
		break
	done
}

takes_another_file_with_the_same_inode_for_what_it_is() {
	linked=a
	during reuse "tree/$linked"
	linked=
	[ -n "$(find tree/next -links 2)" ] ||
		skip "no inode is used again at once"
	holds next tree/next
}

leaves_out_what_is_gone() {
	during rm tree/next
	same "the exit code" 0 "$status"
	holds file old
	nqsbackup list made.tar.gz >listed
	! grep next listed || return 1
}

# shellcheck disable=SC2317	# they are called by another
become_a_link() {
	rm tree/next
	ln -s /etc/passwd tree/next
}

# shellcheck disable=SC2317
become_a_pipe() {
	rm tree/next
	mkfifo tree/next
}

# kind_of NAME: what it is in the archive.
kind_of() {
	nqsbackup list -l made.tar.gz "$scratch/tree/$1" | cut -c1
}

follows_nothing_that_takes_a_files_place() {
	during become_a_link
	same "the exit code" 0 "$status"
	same "the kind" l "$(kind_of next)"
	holds file old
	during become_a_pipe
	same "the exit code" 0 "$status"
	same "the kind" p "$(kind_of next)"
	holds file old
}

# among COMMAND...: as "during", but of a small file in the middle of others,
# which a thread reads that does not wait for any.
among() {
	fresh tree
	number=100
	while [ "$number" -lt 400 ]; do
		echo "This is $number." >"tree/$number"
		number=$((number + 1))
	done
	head -c 777 old >tree/222
	rm -f mark made.tar.gz
	PAUSE_AT=1 PAUSE_SIZE=777 PAUSE_MARK=mark LD_PRELOAD=$library \
	    "$build/nqsbackup/nqsbackup" create -j 4 -t tree \
	    -o made.tar.gz >found 2>said &
	pid=$!
	wait_until 20 is_stopped "$pid"
	(cd tree && "$@")
	kill -CONT "$pid"
	status=0
	wait "$pid" || status=$?
	[ -e mark ]
	cat said
}

# is_the_tree: the archive has just what is there now.
is_the_tree() {
	same "the exit code" 0 "$status"
	nqsbackup verify made.tar.gz
	nqsbackup diff made.tar.gz
	same "the names" "$(find tree | sed "s,^,$scratch/,; s,^/,," | sort)" \
	    "$(nqsbackup list made.tar.gz)"
}

reads_one_among_many_as_it_is_then() {
	among cp ../new 222
	is_the_tree
	among truncate -s 0 222
	is_the_tree
	among truncate -s 40000000 222
	is_the_tree
	among rm 222
	same "the exit code" 0 "$status"
	same "how many there are" 300 "$(nqsbackup list made.tar.gz | wc -l |
	    xargs)"
}

tells_that_one_among_many_was_replaced() {
	among sh -c 'rm 222 && mkfifo 222'
	same "the exit code" 2 "$status"
	contains "$(cat said)" "was replaced while it was read"
	nqsbackup verify made.tar.gz
	same "how many there are" 300 "$(nqsbackup list made.tar.gz | wc -l |
	    xargs)"
}

# private COMMAND: in a mount namespace of its own, with "small" in it.
private() {
	is_root || skip "only root can mount a small disk"
	unshare -m true 2>/dev/null || skip "no mount namespace"
	mkdir -p small
	unshare -m sh -ec "$1" sh "$build/nqsbackup/nqsbackup"
}

leaves_a_disk_that_is_read_only() {
	fresh tree
	echo text >tree/file
	# shellcheck disable=SC2016 # the inner shell expands it
	private '
		mount -t tmpfs -o ro tmpfs small
		status=0
		"$1" create -t tree -o small/ 2>why || status=$?
		[ "$status" -eq 73 ] || { cat why; exit 1; }'
	contains "$(cat why)" "Read-only file system"
}

# There is room for the data, but not for what comes behind it.
leaves_nothing_on_a_disk_that_ends_anywhere() {
	fresh tree
	head -c 300000 /dev/urandom >tree/file
	# shellcheck disable=SC2016 # the inner shell expands it
	private '
		for size in 4 200 290 292 294 296 298 300 304 308; do
			mount -t tmpfs -o size=${size}k tmpfs small
			status=0
			"$1" create -q -t tree -o small/x.tar.gz >found \
			    2>why || status=$?
			case $status in
			0)	"$1" verify small/x.tar.gz ;;
			73)	[ -z "$(ls -A small)" ] ;;
			*)	cat why
				exit 1 ;;
			esac
			echo "$status"
			umount small
		done' >codes
	grep -q 73 codes
	grep -q entries codes
}

cd "$scratch" || exit 99
run_tests reads_a_file_again_that_grows \
	reads_a_file_again_that_shrinks \
	reads_a_file_again_that_is_written_over \
	is_not_taken_in_by_a_time_that_is_put_back \
	takes_a_file_that_is_replaced_as_it_was \
	takes_another_file_with_the_same_inode_for_what_it_is \
	leaves_out_what_is_gone \
	follows_nothing_that_takes_a_files_place \
	reads_one_among_many_as_it_is_then \
	tells_that_one_among_many_was_replaced \
	leaves_a_disk_that_is_read_only \
	leaves_nothing_on_a_disk_that_ends_anywhere
