#!/bin/sh
# What differs between an archive and the trees is told, and nothing else.
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/backup/tree.sh
. "$top/tests/backup/tree.sh"

prepare() {
	make_tree "$scratch/tree"
	nqsbackup create -q -t "$scratch/tree" -o "$scratch/tree.tar.gz"
	nqsbackup create -q --format pax -t "$scratch/tree" \
	    -o "$scratch/pax.tar.gz"
}

# A copy of the tree, to be changed.
copy() {
	rm -rf root
	mkdir -p "root/$(archived .)"
	cp -a tree "root/$(archived .)/tree"
	changed=root/$(archived tree)
	name=$(archived tree)
}

# differs WHAT NAME: that, and nothing else.
differs() {
	run 3 nqsbackup diff -C root --ignore time "${3:-tree.tar.gz}"
	stdout_is "$1 $name/$2"
}

is_silent_when_nothing_differs() {
	run 0 nqsbackup diff tree.tar.gz
	stdout_is ""
	run 0 nqsbackup diff --json pax.tar.gz
	stdout_has '"exit":0'
	copy
	run 0 nqsbackup diff -C root tree.tar.gz
	stdout_is ""
	run 0 nqsbackup diff -C root --quick - <tree.tar.gz
	stdout_is ""
}

tells_what_is_missing() {
	copy
	rm "$changed/control/0/1/request"
	differs missing control/0/1/request
}

tells_what_is_extra() {
	copy
	: >"$changed/empty/new"
	differs extra empty/new
}

takes_a_socket_for_no_difference() {
	command -v perl >/dev/null || skip 'no perl that could make a socket'
	copy
	perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0) or die;
	    bind(S, sockaddr_un($ARGV[0])) or die' socket
	mv socket "$changed/empty/socket"
	touch -r tree/empty "$changed/empty"
	run 0 nqsbackup diff -C root tree.tar.gz
	stdout_is ""
	run 0 nqsbackup restore -n --exact -C root tree.tar.gz
	stdout_is ""
	rm "$changed/control/nothing"
	: >"$changed/empty/new"
	nqsbackup restore -q --exact -C root tree.tar.gz
	[ -S "$changed/empty/socket" ]
	[ ! -e "$changed/empty/new" ]
	# In a directory that goes, it goes, too.
	mkdir "$changed/more"
	mv "$changed/empty/socket" "$changed/more/"
	nqsbackup restore -q --exact -C root tree.tar.gz
	[ ! -e "$changed/more" ]
	run 0 nqsbackup diff -C root tree.tar.gz
}

tells_another_kind() {
	copy
	rm "$changed/data/dangling"
	mkdir "$changed/data/dangling"
	differs kind data/dangling
}

tells_another_content_of_the_same_size_and_time() {
	copy
	touch -r "$changed/data/large" stamp
	printf x | dd of="$changed/data/large" conv=notrunc bs=1 seek=99 \
	    2>/dev/null
	touch -r stamp "$changed/data/large"
	differs content data/large
	run 0 nqsbackup diff -C root --quick tree.tar.gz
	run 3 nqsbackup diff -C root tree.tar.gz '*/data/large'
	run 0 nqsbackup diff -C root tree.tar.gz '*/data/m*'
	run 1 nqsbackup diff -C root tree.tar.gz none/such
}

tells_another_target() {
	copy
	ln -sf /elsewhere "$changed/data/dangling"
	! is_root || chown -h 42:43 "$changed/data/dangling"
	differs target data/dangling
}

tells_names_that_are_no_longer_one_file() {
	copy
	cp -a "$changed/data/other" "$changed/data/copy"
	mv "$changed/data/copy" "$changed/data/other"
	differs link data/other
}

tells_names_that_have_become_one_file() {
	copy
	printf 'odd\n' >"$changed/names/*"
	ln -f "$changed/names/*" "$changed/names/-dash"
	differs link names/-dash
}

tells_another_mode() {
	copy
	chmod 640 "$changed/control/nothing"
	differs mode control/nothing
}

tells_another_owner() {
	is_root || skip "only root can give files away"
	copy
	chown 5 "$changed/empty"
	differs owner empty
}

tells_another_time() {
	copy
	touch -d '2001-02-03 04:05:06.123456788' "$changed/data/large"
	run 3 nqsbackup diff -C root tree.tar.gz
	stdout_is "time $name/data/large"
	run 0 nqsbackup diff -C root --ignore owner,time tree.tar.gz
}

tells_all_of_one_entry_on_one_line() {
	copy
	chmod 600 "$changed/data/member"
	echo more >>"$changed/data/member"
	run 3 nqsbackup diff -C root tree.tar.gz
	stdout_is "content,mode,time $name/data/member"
	run 3 nqsbackup diff -C root --json tree.tar.gz
	stdout_has '"event":"difference"'
	stdout_has '"what":["content","mode","time"]'
	stdout_has '"exit":3'
}

compares_an_archive_of_another_program() {
	(cd tree && tar -cf ../other.tar .)
	run 0 nqsbackup diff -C tree other.tar
	stdout_is ""
	tar -cf other.tar -C tree control/0/1/request
	run 0 nqsbackup diff -C tree other.tar
	stdout_is ""
	copy
	echo other >"$changed/control/0/1/request"
	run 3 nqsbackup diff -C "$changed" other.tar
	stdout_has "control/0/1/request"
	rm other.tar
}

follows_no_link() {
	copy
	mv "$changed/data" elsewhere
	ln -s "$scratch/elsewhere" "$changed/data"
	run 3 nqsbackup diff -C root --ignore time tree.tar.gz '*/tree/data*'
	stdout_has "kind $name/data
"
	stdout_has "missing $name/data/large"
	rm -rf elsewhere
}

tells_what_it_cannot_read() {
	! is_root || skip "root can read everything"
	copy
	chmod 0 "$changed/data/member"
	run 2 nqsbackup diff -C root tree.tar.gz
	stderr_has "data/member' cannot be read"
}

says_that_all_is_elsewhere() {
	mkdir elsewhere
	run 3 nqsbackup diff -C elsewhere tree.tar.gz
	stderr_has "nothing of the archive is below 'elsewhere'; -C says where"
	copy
	rm -rf "$changed"
	mkdir "$changed"
	run 3 nqsbackup diff -C root tree.tar.gz '*/data'
	expect 1 grep -e -C "$scratch/stderr"
}

takes_nothing_for_missing_that_it_cannot_see() {
	is_root || skip "only root can become another"
	command -v setpriv >/dev/null || skip "no setpriv"
	mkdir -p shut/below/deeper shut/open
	echo one >shut/below/deeper/file
	echo two >shut/open/file
	nqsbackup create -t shut -o shut.tar.gz
	touch -r shut/open time
	rm shut/open/file
	touch -r time shut/open
	chmod 755 "$scratch"
	chmod 644 shut.tar.gz
	chmod 700 shut/below
	run 2 setpriv --reuid 65534 --regid 65534 --clear-groups \
	    "$build/nqsbackup/nqsbackup" diff shut.tar.gz
	stdout_is "mode $(archived shut/below)
missing $(archived shut/open)/file"
	stderr_has "shut/below' cannot be read: Permission denied"
	chmod 700 "$scratch"
}

refuses_what_it_does_not_understand() {
	run 64 nqsbackup diff
	run 64 nqsbackup diff --ignore nothing tree.tar.gz
	stderr_has "'nothing' is no list of differences"
	run 1 nqsbackup diff -C nowhere tree.tar.gz
	head -c 2000 tree.tar.gz >cut.tar.gz
	run 65 nqsbackup diff cut.tar.gz
	rm cut.tar.gz
}

cd "$scratch" || exit 99
run_tests is_silent_when_nothing_differs \
	tells_what_is_missing \
	tells_what_is_extra \
	takes_a_socket_for_no_difference \
	tells_another_kind \
	tells_another_content_of_the_same_size_and_time \
	tells_another_target \
	tells_names_that_are_no_longer_one_file \
	tells_names_that_have_become_one_file \
	tells_another_mode \
	tells_another_owner \
	tells_another_time \
	tells_all_of_one_entry_on_one_line \
	compares_an_archive_of_another_program \
	follows_no_link \
	tells_what_it_cannot_read \
	says_that_all_is_elsewhere \
	takes_nothing_for_missing_that_it_cannot_see \
	refuses_what_it_does_not_understand
