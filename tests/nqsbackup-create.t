#!/bin/sh
# What nqsbackup create says, leaves out, and leaves behind.
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/backup/tree.sh
. "$top/tests/backup/tree.sh"

prepare() {
	make_plain_tree "$scratch/tree"
	# A site whose nqsupd answers as the file "answer" says.
	mkdir "$scratch/bin"
	ln -s "$build/nqsbackup/nqsbackup" "$scratch/bin/nqsbackup"
	cat >"$scratch/bin/nqsupd" <<-END
	#!/bin/sh
	echo "\$@" >"$scratch/asked"
	exit "\$(cat "$scratch/answer")"
	END
	chmod 755 "$scratch/bin/nqsupd"
	cat >"$scratch/site.conf" <<-END
	node = "node1";
	sites = ( { name = "siteA"; group = "jcgroup";
	  trees = [ "$scratch/tree", "$scratch/missing" ]; } );
	END
}

create_site() {
	"$scratch/bin/nqsbackup" create -c "$scratch/site.conf" -s siteA "$@"
}

backs_up_a_site_that_is_stopped() {
	echo 0 >answer
	create_site -o site.tar.gz >found 2>said
	same "the output" site.tar.gz "$(cat found)"
	contains "$(cat asked)" "-s siteA --expect stopped"
	contains "$(cat said)" "the site 'siteA' has no '$scratch/missing'"
	same "the trees" "$(archived tree)" \
	    "$(nqsbackup list site.tar.gz | head -n 1)"
}

# Anybody can make one, and all of its zeros would have to be digested.
leaves_out_what_is_nearly_all_hole() {
	fresh holes
	echo text >holes/file
	truncate -s 20M holes/small
	truncate -s 10M holes/smaller
	truncate -s 2T holes/large 2>/dev/null || truncate -s 1G holes/large
	run 2 nqsbackup create --max-size 25M -t holes -o holes.tar.gz
	stderr_has "holes/large' has holes, and is larger than may be"
	stderr_has "holes/smaller" || return 1
	same "the names" "file small" "$(nqsbackup list holes.tar.gz |
	    sed -n 's,.*holes/,,p' | xargs)"
	rm holes/large
	run 0 nqsbackup create --max-size 30M -t holes -o all.tar.gz
	run 64 nqsbackup create --max-size lots -t holes -o other.tar.gz
}

# As in a step of a run of tools that are not where they were built for.
finds_nqsupd_beside_itself_where_the_path_leads() {
	echo 0 >answer
	rm -f asked
	(
		PATH=$scratch/bin:$PATH
		command nqsbackup create -c "$scratch/site.conf" -s siteA \
		    -q -o path.tar.gz
	)
	contains "$(cat asked)" "-s siteA --expect stopped"
}

refuses_a_site_that_runs() {
	echo 3 >answer
	expect 1 create_site -o running.tar.gz 2>why
	contains "$(cat why)" "the site 'siteA' runs"
	expect 1 test -e running.tar.gz
}

refuses_a_site_of_which_nobody_can_tell() {
	echo 71 >answer
	expect 1 create_site -o unknown.tar.gz 2>why
	contains "$(cat why)" "cannot tell whether the site 'siteA' runs"
}

asks_for_nqsupd_where_there_is_none() {
	[ ! -x "$(sed -n 's/^prefix = //p' "$build/Makefile")/sbin/nqsupd" ] ||
	    skip 'nqsupd is installed'
	mkdir alone
	ln -s "$build/nqsbackup/nqsbackup" alone/nqsbackup
	run 1 alone/nqsbackup create -c "$scratch/site.conf" -s siteA -o x.tar
	stderr_has "cannot tell whether the site 'siteA' runs: cannot find"
	stderr_has 'hint: nqsupd has to tell; install it, or use --live'
}

backs_up_a_running_site_when_told_to() {
	echo 3 >answer
	create_site --live -q -o live.tar.gz
	nqsbackup verify live.tar.gz
}

refuses_a_site_that_is_not_configured() {
	expect 64 "$scratch/bin/nqsbackup" create -c "$scratch/site.conf" \
	    -s other -o x.tar.gz 2>why
	contains "$(cat why)" "no site 'other'"
	contains "$(cat why)" "hint: the sites are those of '$scratch/site.conf'"
}

refuses_an_unknown_key_of_the_configuration() {
	echo 'nonsense = 1;' >bad.conf
	expect 78 nqsbackup create -c bad.conf -s local -o x.tar.gz 2>why
	contains "$(cat why)" "bad.conf:1"
}

names_the_archive_itself_in_a_directory() {
	echo 0 >answer
	mkdir directory
	create_site -q -o directory/ >found
	case $(cat found) in
	directory/nqs-node1-siteA-????????T??????Z.tar.gz) ;;
	*)	cat found
		return 1 ;;
	esac
	test -f "$(cat found)"
	nqsbackup create -t tree -o directory >found
	contains "$(cat found)" "directory/nqs-"
	contains "$(cat found)" "-tree-"
}

removes_what_a_killed_run_left() {
	echo 0 >answer
	fresh remains
	: >remains/.nqs-node1-siteA-20200102T030405Z.tar.gz.nqs-abcdef
	: >remains/.nqs-node1-siteB-20200102T030405Z.tar.gz.nqs-abcdef
	: >remains/.mine.tar.gz.nqs-abcdef
	create_site -q -o remains/
	same "what is left" 2 "$(find remains -name '.[nm]*' | wc -l)"
	nqsbackup create -q -t tree -o remains/mine.tar.gz
	same "what is left" .nqs-node1-siteB-20200102T030405Z.tar.gz.nqs-abcdef \
	    "$(cd remains && ls -d .n* .m* 2>/dev/null)"
}

makes_an_archive_that_only_its_owner_can_read() {
	nqsbackup create -t tree -o private.tar.gz
	same "others" "" "$(find private.tar.gz -perm /077)"
}

does_not_replace_a_file() {
	echo precious >there.tar.gz
	expect 73 nqsbackup create -t tree -o there.tar.gz 2>why
	same "the content" precious "$(cat there.tar.gz)"
	same "left over" "" "$(find . -name '.there*')"
}

# Else it would be found out when all is packed.
looks_beforehand_whether_the_file_is_there() {
	is_root || skip "only root can make a device"
	mkdir looked
	mknod looked/device c 1 3 || skip "needs devices"
	echo precious >there.tar.gz
	run 73 nqsbackup create -t looked -o there.tar.gz
	same "all it says" "nqsbackup: cannot make 'there.tar.gz': File exists" \
	    "$(cat "$scratch/stderr")"
}

streams_to_standard_output() {
	nqsbackup create -t tree -o - >stream.tar.gz
	nqsbackup verify stream.tar.gz
	# shellcheck disable=SC2002 # a pipe is what is to be written to
	nqsbackup create -t tree -o - | cat >stream.tar.gz
	nqsbackup verify stream.tar.gz
	expect 64 nqsbackup create --json -t tree -o - 2>why
}

compresses_as_it_is_told() {
	fresh text
	cat "$top"/nqsbackup/*/*.c >text/program
	for how in fast default small; do
		nqsbackup create -t text -z "$how" -o "$how.tar.gz"
		nqsbackup verify "$how.tar.gz"
	done
	[ "$(wc -c <small.tar.gz)" -lt "$(wc -c <fast.tar.gz)" ]
	expect 64 nqsbackup create -t text -z best -o x.tar.gz
}

# members_of ARCHIVE: where each of them is, and its checksum, but for what is
# behind all files and has the time when the archive was made.
members_of() {
	gzip -dc "$1" | tar xOf - .nqsbackup/index | grep '^member' |
	    sed '$d'
}

# Small files, links of all kinds near and far, one that is too large for a
# member, sparse ones, and one that may not be read by all.
varied() {
	fresh varied
	for folder in a b c; do
		mkdir "varied/$folder"
		number=0
		while [ "$number" -lt 150 ]; do
			head -c $((number * 173)) "$top/doc/DESIGN.md" \
			    >"varied/$folder/$number"
			number=$((number + 1))
		done
		ln "varied/$folder/7" "varied/$folder/8a"
		ln varied/a/9 "varied/$folder/99z"
		ln -s 3 "varied/$folder/link"
		mkfifo "varied/$folder/pipe"
		truncate -s 100000 "varied/$folder/hole"
		echo end >>"varied/$folder/hole"
		head -c 2500000 /dev/urandom >"varied/$folder/long"
		ln "varied/$folder/long" "varied/$folder/longer"
		chmod 0 "varied/$folder/140"
		# Where there are such attributes, headers are longer than most.
		setfattr -n user.kind -v "$folder" "varied/$folder"/1?? \
		    2>/dev/null || true
	done
}

makes_the_same_with_any_number_of_threads() {
	varied
	for how in fast small; do
		rm -f thread.tar.gz threads.tar.gz
		nqsbackup create -z "$how" -j 1 -t varied -o thread.tar.gz
		nqsbackup verify thread.tar.gz
		nqsbackup diff thread.tar.gz
		for threads in 2 4 9; do
			rm -f threads.tar.gz
			nqsbackup create -z "$how" -j "$threads" -t varied \
			    -o threads.tar.gz
			same "the members with $threads threads" \
			    "$(members_of thread.tar.gz)" \
			    "$(members_of threads.tar.gz)"
		done
		[ "$(members_of thread.tar.gz | wc -l)" -gt 6 ]
	done
	# Nor do threads change what the tree is.
	fresh unpacked
	tar xzpf threads.tar.gz -C unpacked
	same "the links" "$(cd varied && find . -type f -links +1 | sort)" \
	    "$(cd "unpacked/$scratch/varied" && find . -type f -links +1 | sort)"
}

# It has fewer descriptors than there are directories.
works_with_few_descriptors() {
	fresh wide
	number=0
	while [ "$number" -lt 400 ]; do
		mkdir "wide/$number"
		echo "$number" >"wide/$number/file"
		number=$((number + 1))
	done
	(
		# shellcheck disable=SC3045	# dash and busybox have it
		ulimit -n 300
		nqsbackup create -j 16 -t wide -o wide.tar.gz
	)
	nqsbackup diff wide.tar.gz
}

# spoiled WORD...: nqsbackup with the library before it.
# shellcheck disable=SC2317	# it is called by another
spoiled() {
	LD_PRELOAD=$library "$build/nqsbackup/nqsbackup" "$@"
}

finds_out_when_it_packs_wrong() {
	library=$scratch/spoil.so
	"${CC:-cc}" -D_GNU_SOURCE -shared -fPIC -o "$library" \
	    "$top/tests/backup/spoil.c" -ldl 2>"$scratch/why" ||
	    skip "no library can be built: $(head -n 1 "$scratch/why")"
	fresh text
	echo 'It is to be spoiled.' >text/file
	run 71 spoiled create -z 6 -t text -o spoiled.tar.gz
	contains "$(cat "$scratch/stderr")" 'does not unpack to the same'
	[ ! -e spoiled.tar.gz ]
	# Told not to look, it leaves that to "verify".
	spoiled create -z 6 --check file -t text -o spoiled.tar.gz
	expect 65 nqsbackup verify spoiled.tar.gz
	expect 64 nqsbackup create -t text --check nothing -o x.tar.gz
}

notes_sockets_and_goes_on() {
	command -v socat >/dev/null || command -v perl >/dev/null ||
	    skip "no perl that could make a socket"
	fresh special
	perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0) or die;
	    bind(S, sockaddr_un("special/socket")) or die'
	nqsbackup create -t special -o socket.tar.gz 2>said
	contains "$(cat said)" "is a socket: left out"
	same "the entries" 1 "$(nqsbackup list socket.tar.gz | wc -l)"
}

reports_devices_and_what_cannot_be_read() {
	is_root || skip "only root can make a device"
	fresh special
	mknod special/null c 1 3 2>/dev/null || skip "no devices here"
	expect 2 nqsbackup create -t special -o device.tar.gz 2>said
	contains "$(cat said)" "is a device: left out"
	nqsbackup verify device.tar.gz
	same "the entries" 1 "$(nqsbackup list device.tar.gz | wc -l)"
}

notes_what_must_not_be_changed() {
	is_root || skip "only root can set such flags"
	fresh special
	mkdir special/folder
	echo text >special/file
	echo text >special/log
	if ! chattr +i special/file special/folder 2>/dev/null; then
		skip "no such flags here"
	fi
	chattr +a special/log
	status=0
	nqsbackup create -t special -o flags.tar.gz >made 2>said || status=$?
	chattr -ia special/file special/folder special/log
	same "exit code" 0 "$status"
	for name in file folder log; do
		contains "$(cat said)" "special/$name' must not be changed"
	done
	same "how many" 3 "$(wc -l <said)"
}

# As in a container whose filter of system calls is older than that call.
goes_on_where_no_flags_are_told() {
	fresh special
	echo text >special/file
	for error in EPERM ENOSYS; do
		{
			echo '#include <errno.h>'
			echo 'int statx(void);'
			echo "int statx(void) { errno = $error; return (-1); }"
		} >statx.c
		"${CC:-cc}" -shared -fPIC -o statx.so statx.c ||
			skip "no library can be built"
		rm -f flags.tar.gz
		LD_PRELOAD=./statx.so nqsbackup create -t special \
		    -o flags.tar.gz >made || return 1
		run 0 nqsbackup diff flags.tar.gz
	done
}

takes_devices_when_told_to() {
	is_root || skip "only root can make a device"
	fresh special
	fresh out
	mknod -m 640 special/null c 1 3 2>/dev/null || skip "no devices here"
	mknod -m 600 special/disk b 8 1048575
	mkfifo special/pipe
	rm -f device.tar.gz
	nqsbackup create -q --devices -t special -o device.tar.gz
	contains "$(nqsbackup list -l device.tar.gz)" "crw-r----- root root 1,3 "
	run 2 nqsbackup restore -C out device.tar.gz
	stderr_has "special/null' is a device: left out"
	same "what is there" pipe "$(ls "out/$(archived special)")"
	nqsbackup restore -q --devices -C out device.tar.gz
	found=out/$(archived special)
	(cd special && stat -c '%n %F %a %t %T %y' ./*) >expected
	(cd "$found" && stat -c '%n %F %a %t %T %y' ./*) | diff expected -
	expect 0 nqsbackup diff -C out device.tar.gz
	expect 0 nqsbackup restore -n --exact --devices -C out device.tar.gz
	rm "$found/null"
	mknod -m 640 "$found/null" c 1 5
	touch -r special/null "$found/null"
	run 3 nqsbackup diff -C out device.tar.gz
	stdout_has "content $(archived special)/null"
	nqsbackup restore -q --devices -C out device.tar.gz
	expect 0 nqsbackup diff -C out device.tar.gz
	nqsbackup undo -C out
	same "the number" 5 "$(stat -c %T "$found/null")"
	gzip -dc device.tar.gz >device.tar
	fresh out
	tar -xpf device.tar -C out
	(cd "$found" && stat -c '%n %F %a %t %T' ./*) >seen
	sed 's/ 2[0-9][0-9][0-9]-.*//' expected | diff - seen
	tar -cf device.tar special
	fresh out
	nqsbackup restore -q --devices -C out device.tar
	(cd out/special && stat -c '%n %F %a %t %T' ./*) | diff seen -
}

does_not_follow_links_or_open_pipes() {
	fresh special
	mkfifo special/pipe
	ln -s /etc special/etc
	nqsbackup create -t special -o special.tar.gz
	same "the entries" 3 "$(nqsbackup list special.tar.gz | wc -l)"
}

takes_a_tree_by_its_real_name() {
	ln -s tree way
	nqsbackup create -t way -o way.tar.gz
	same "the name" "$(archived tree)" \
	    "$(nqsbackup list way.tar.gz | head -n 1)"
}

# Prints the access times of what is in the tree "read".
accessed() {
	stat -c '%X %n' read read/folder read/folder/*
}

leaves_access_times_alone() {
	mkdir -p read/folder
	echo one >read/folder/one
	truncate -s 3000000 read/folder/large
	touch -a -d 2001-02-03 read/folder/* read/folder read
	accessed >before
	nqsbackup create -q -t read -o read.tar.gz
	nqsbackup diff -q read.tar.gz
	accessed | diff before -
	# That others do not, or nothing would have been seen.
	cat read/folder/one >/dev/null
	! accessed | cmp -s before - || skip "no access times are kept here"
}

takes_what_may_be_read_but_is_not_his() {
	[ "$(id -u)" -eq 0 ] || skip "needs two users"
	mkdir -m 755 shared
	echo text >shared/file
	chmod 644 shared/file
	chmod 755 .
	setpriv --reuid=65534 --clear-groups "$build/nqsbackup/nqsbackup" \
	    create -q -t shared -o - >shared.tar.gz
	same "the text" text "$(nqsbackup cat shared.tar.gz \
	    "$(archived shared)/file")"
}

takes_trees_that_lie_in_each_other_once() {
	nqsbackup create -t tree -t tree/data -t tree -o one.tar.gz
	nqsbackup list one.tar.gz >found
	same "doubled" "" "$(sort found | uniq -d)"
	nqsbackup restore -n one.tar.gz
}

stays_on_its_file_system() {
	is_root || skip "only root can mount"
	unshare -m true 2>/dev/null || skip "no mount namespace"
	fresh host
	mkdir host/mounted
	# shellcheck disable=SC2016 # the inner shell expands it
	unshare -m sh -ec '
		mount -t tmpfs tmpfs host/mounted
		: >host/mounted/file
		"$1" create -t host -o without.tar.gz 2>said
		"$1" create -q -t host -t host/mounted -o with.tar.gz
		fresh=1
		"$1" restore -n with.tar.gz
	' sh "$build/nqsbackup/nqsbackup"
	contains "$(cat said)" "is a mount point"
	same "without" 2 "$(nqsbackup list without.tar.gz | wc -l)"
	same "with" 3 "$(nqsbackup list with.tar.gz | wc -l)"
}

# Names are in the index as they are walked: what is out of order is refused.
takes_a_tree_below_a_mount_point_in_its_place() {
	is_root || skip "only root can mount"
	unshare -m true 2>/dev/null || skip "no mount namespace"
	fresh ship
	mkdir ship/hold ship/hold-2
	touch ship/hold.log ship/mast
	# shellcheck disable=SC2016 # the inner shell expands it
	unshare -m sh -ec '
		mount -t tmpfs tmpfs ship/hold
		mkdir ship/hold/crate ship/hold/left
		: >ship/hold/crate/file
		"$1" create -q -t ship/hold/crate -t ship -o below.tar.gz
	' sh "$build/nqsbackup/nqsbackup"
	nqsbackup verify below.tar.gz
	here=$(pwd -P)
	same "the entries" "ship ship/hold ship/hold/crate \
ship/hold/crate/file ship/hold-2 ship/hold.log ship/mast" \
	    "$(nqsbackup list below.tar.gz | sed "s|^${here#/}/||" |
	    paste -s -d ' ' -)"
}

# More than are kept open, with something to come in each on the way back.
walks_through_directories_in_directories() {
	fresh deep
	(
		cd deep
		level=0
		while [ "$level" -lt 150 ]; do
			mkdir -p middle
			: >above
			: >under
			cd middle
			level=$((level + 1))
		done
	)
	nqsbackup create -q -t deep -o deep.tar.gz
	nqsbackup verify deep.tar.gz
	same "the entries" 451 "$(nqsbackup list deep.tar.gz | wc -l)"
}

# Anybody can make many of them, and each has a name as long as all above it.
does_not_go_into_what_lies_too_deep() {
	fresh deep
	chain=$(printf '%014d' 0 | sed "s,0,$(letters 250)/,g")
	# No path may be so long, so it is made from its end.
	for part in 1 2 3 4 5; do
		mkdir -p "next/$chain"
		mv deep "next/${chain}part$part"
		mv next deep
	done
	run 2 nqsbackup create -t deep -o deep.tar.gz
	stderr_has "lies too deep: nothing below it is looked at"
	nqsbackup verify deep.tar.gz
	entries=$(nqsbackup list deep.tar.gz | wc -l)
	[ "$entries" -gt 60 ]
	[ "$entries" -lt 74 ]
	rm -rf deep deep.tar.gz
}

# A file grows as long as the archive is made.
reports_a_file_that_never_holds_still() {
	fresh busy
	dd if=/dev/zero of=busy/log bs=1048576 count=64 2>/dev/null
	while :; do
		echo more >>busy/log
	done &
	writer=$!
	status=0
	nqsbackup create -t busy -z fast -o busy.tar.gz 2>said || status=$?
	kill "$writer"
	wait "$writer" 2>/dev/null || :
	cat said
	same "the exit code" 2 "$status"
	contains "$(cat said)" "changed all the time while it was read"
	nqsbackup verify busy.tar.gz
	nqsbackup list --json busy.tar.gz | grep -q '"changed":true'
}

leaves_nothing_when_the_disk_is_full() {
	is_root || skip "only root can mount a small disk"
	unshare -m true 2>/dev/null || skip "no mount namespace"
	mkdir -p small
	# shellcheck disable=SC2016 # the inner shell expands it
	unshare -m sh -ec '
		mount -t tmpfs -o size=1m tmpfs small
		status=0
		"$1" create -t tree -o small/x.tar.gz 2>why || status=$?
		[ "$status" -eq 73 ] || { cat why; exit 1; }
		ls -A small >left
	' sh "$build/nqsbackup/nqsbackup"
	same "what is left" "" "$(cat left)"
	contains "$(cat why)" "No space left on device"
}

leaves_nothing_when_it_is_stopped() {
	fresh large
	fresh where
	head -c 100000000 /dev/urandom >large/one
	for number in 2 3 4 5 6 7 8; do
		ln large/one "large/$number"
	done
	cp large/one large/two
	"$build/nqsbackup/nqsbackup" create -t large -z small \
	    -o where/x.tar.gz 2>why &
	pid=$!
	wait_until 20 sh -c 'ls -A where | grep -q .'
	kill "$pid"
	status=0
	wait "$pid" || status=$?
	same "the exit code" 4 "$status"
	same "what is left" "" "$(ls -A where)"
	contains "$(cat why)" "stopped on request"
}

# A user of the tree makes such a file for nothing.
stops_within_an_endless_hole() {
	fresh holes
	fresh where
	truncate -s 4T holes/file 2>said || skip "$(cat said)"
	"$build/nqsbackup/nqsbackup" create --max-size 8T -t holes \
	    -o where/x.tar.gz 2>why &
	pid=$!
	wait_until 20 sh -c 'ls -A where | grep -q .'
	kill "$pid"
	# What does not stop is ended.
	(wait_until 20 sh -c "! kill -0 $pid" || kill -9 "$pid") &
	status=0
	wait "$pid" || status=$?
	wait
	rm holes/file
	same "the exit code" 4 "$status"
	same "what is left" "" "$(ls -A where)"
}

says_that_the_archive_cannot_be_written() {
	run 73 nqsbackup create -t tree -o nodir/x.tar.gz
	run 73 nqsbackup create -t tree -o nodir/
	run 73 nqsbackup create -t tree -o site.conf/x.tar.gz
}

refuses_wrong_usage() {
	expect 64 nqsbackup create
	expect 64 nqsbackup create -t tree more
	expect 64 nqsbackup create -t tree --format cpio
	expect 64 nqsbackup create -t /
	expect 64 nqsbackup verify
	expect 64 nqsbackup verify a b
	expect 64 nqsbackup list
	expect 64 nqsbackup cat a
	expect 64 nqsbackup restore
	expect 64 nqsbackup nonsense
	expect 1 nqsbackup create -t nowhere -o x.tar.gz
	expect 1 nqsbackup verify nowhere
	expect 65 nqsbackup verify .
}

says_how_it_is_meant() {
	run 64 nqsbackup create tree
	stderr_has "hint: -s names a site, -t a tree"
	run 64 nqsbackup create
	stderr_has "hint: -s names a site, -t a tree"
	run 64 nqsbackup prune .
	stderr_has "hint: such as --keep-daily 7"
	run 64 nqsbackup diff --ignore size x.tar.gz
	stderr_has "hint: these are: missing,extra,kind,content,target,"
	run 64 nqsbackup create -t tree --metrics -
	stderr_has "the metrics do not go to standard output"
	[ ! -e - ]
}

# Else each archive would have the half of itself.
leaves_itself_out() {
	mkdir around
	echo data >around/file
	run 0 nqsbackup create -t around -o around/self.tar.gz
	stderr_has "self.tar.gz."
	stderr_has "is this archive: left out"
	same "what is in it" 2 "$(nqsbackup list around/self.tar.gz | wc -l)"
	run 0 nqsbackup verify around/self.tar.gz
	run 0 nqsbackup create -t around/file -o single.tar.gz
	run 0 nqsbackup verify single.tar.gz
	stdout_is "1 entry, all good"
	nqsbackup create -t around -o - >around/stream.tar.gz
	nqsbackup list around/stream.tar.gz >found
	expect 1 grep stream.tar.gz found
}

says_which_archive_there_is_no_room_for() {
	is_root || skip "only root can mount"
	mkdir narrow
	head -c 300000 /dev/urandom >random
	run 73 unshare -m sh -c 'mount -t tmpfs -o size=64k tmpfs narrow &&
	    exec "$1" create -t random -o narrow/x.tar.gz' sh \
	    "$build/nqsbackup/nqsbackup"
	stderr_has "cannot make 'narrow/x.tar.gz': cannot write the archive: No"
}

says_where_a_verb_stands() {
	run 64 nqsbackup -q verify x.tar.gz
	stderr_has "the verb 'verify' has to be the first word"
	stderr_has "hint: 'nqsbackup --help' names the verbs"
	run 64 nqsbackup help
	stderr_has "unknown verb 'help'"
	stderr_has "hint: 'nqsbackup --help' names the verbs"
	run 64 nqsbackup -q
	stderr_has "a verb is missing"
}

tells_denied_from_missing() {
	is_root || skip "only root can become another"
	command -v setpriv >/dev/null || skip "no setpriv"
	chmod 755 "$scratch"		# else all of it is denied
	mkdir -m 700 secret
	mkdir secret/tree public
	as_nobody 0 create -t "$scratch/public" -o -
	as_nobody 77 create -t "$scratch/secret/tree" -o -
	stderr_has "'$scratch/secret/tree': Permission denied"
	as_nobody 1 create -t "$scratch/public/tree" -o -
	as_nobody 77 create -t "$scratch/public" -o "$scratch/secret/"
	stderr_has ": Permission denied"
	chmod 700 "$scratch"
}

# as_nobody STATUS ARGUMENT...: runs nqsbackup without any privilege.
as_nobody() {
	code=$1
	shift
	run "$code" setpriv --reuid 65534 --regid 65534 --clear-groups \
	    "$build/nqsbackup/nqsbackup" "$@"
}

examples_name_the_program_where_it_is_installed() {
	# shellcheck disable=SC2016 # make expands it
	grep -q '^sbindir = ${exec_prefix}/sbin$' "$build/Makefile" ||
		skip "another folder was configured"
	(cd "$build" && make -s share/examples/nqsbackup.cron \
	    share/examples/nqsbackup.service) >/dev/null
	found=$(sed -n 's|.*[ =]\(/[^ ]*/nqsbackup\) .*|\1|p' \
	    "$build/share/examples/nqsbackup.cron" \
	    "$build/share/examples/nqsbackup.service" | sort -u)
	same "the program" \
	    "$(sed -n 's/^prefix = //p' "$build/Makefile")/sbin/nqsbackup" \
	    "$found"
}

# Whoever reads the archive holds it up.
shows_on_a_terminal_how_far_it_is() {
	script -V >/dev/null 2>&1 || skip 'no script(1) of util-linux'
	mkfifo gate
	TERM=xterm script -qefc "'$build/nqsbackup/nqsbackup' create \
	    -t '$scratch/tree' -o - >'$scratch/gate'" typescript \
	    </dev/null >/dev/null 2>&1 &
	pid=$!
	exec 3<gate
	wait_until 10 grep -q 'packing' typescript
	gzip -t <&3
	exec 3<&-
	wait "$pid"
	# Elsewhere there is none of it.
	run 0 nqsbackup create -t tree -o quiet.tar.gz
	same "what it says" "" "$(grep packing "$scratch/stderr" || true)"
}

cd "$scratch" || exit 99
run_tests backs_up_a_site_that_is_stopped \
	leaves_out_what_is_nearly_all_hole \
	finds_nqsupd_beside_itself_where_the_path_leads \
	refuses_a_site_that_runs \
	refuses_a_site_of_which_nobody_can_tell \
	asks_for_nqsupd_where_there_is_none \
	says_that_the_archive_cannot_be_written \
	backs_up_a_running_site_when_told_to \
	refuses_a_site_that_is_not_configured \
	refuses_an_unknown_key_of_the_configuration \
	names_the_archive_itself_in_a_directory \
	removes_what_a_killed_run_left \
	makes_an_archive_that_only_its_owner_can_read \
	does_not_replace_a_file \
	looks_beforehand_whether_the_file_is_there \
	streams_to_standard_output \
	compresses_as_it_is_told \
	finds_out_when_it_packs_wrong \
	makes_the_same_with_any_number_of_threads \
	works_with_few_descriptors \
	notes_sockets_and_goes_on \
	reports_devices_and_what_cannot_be_read \
	takes_devices_when_told_to \
	notes_what_must_not_be_changed \
	goes_on_where_no_flags_are_told \
	does_not_follow_links_or_open_pipes \
	takes_a_tree_by_its_real_name \
	leaves_access_times_alone \
	takes_what_may_be_read_but_is_not_his \
	takes_trees_that_lie_in_each_other_once \
	stays_on_its_file_system \
	takes_a_tree_below_a_mount_point_in_its_place \
	does_not_go_into_what_lies_too_deep \
	walks_through_directories_in_directories \
	reports_a_file_that_never_holds_still \
	leaves_nothing_when_the_disk_is_full \
	leaves_nothing_when_it_is_stopped \
	stops_within_an_endless_hole \
	refuses_wrong_usage \
	says_how_it_is_meant \
	leaves_itself_out \
	says_which_archive_there_is_no_room_for \
	says_where_a_verb_stands \
	tells_denied_from_missing \
	examples_name_the_program_where_it_is_installed \
	shows_on_a_terminal_how_far_it_is
