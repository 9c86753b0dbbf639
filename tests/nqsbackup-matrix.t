#!/bin/sh
# Every system call that writes goes wrong once, in every way: no archive is
# damaged, a tree is old or new, and the next run is as if nothing had been.
# Where waiting for the disk takes no time, if there is such a place.
[ ! -w /dev/shm ] || TMPDIR=/dev/shm
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/backup/tree.sh
. "$top/tests/backup/tree.sh"

INTERFERE_MARK=$scratch/mark
export INTERFERE_MARK
library=$scratch/interfere.so

prepare() {
	"${CC:-cc}" -D_GNU_SOURCE -shared -fPIC -o "$library" \
	    "$top/tests/backup/interfere.c" -ldl 2>"$scratch/why" ||
	    skip "no library can be built: $(head -n 1 "$scratch/why")"
	mkdir -p "$scratch/tree/a/b" "$scratch/tree/c"
	cd "$scratch/tree"
	echo one >a/b/one
	echo two >a/two
	ln a/two c/three
	ln -s a c/link
	mkfifo c/pipe
	echo kept >c/kept
	# Where there can be any.
	mknod c/null c 1 3 2>/dev/null || :
	setfattr -n user.matrix -v one a/two 2>/dev/null || :
	setfattr -n user.matrix -v two a 2>/dev/null || :
	cd ..
	nqsbackup create -q --devices -t tree -o tree.tar.gz
	cp -a tree old
	echo changed >old/a/two
	echo extra >old/c/extra
	rm -r old/a/b old/c/link
	rm -f old/c/null
	treelist tree >new.list
	treelist old >old.list
	LD_PRELOAD=$library nqsbackup list tree.tar.gz >/dev/null ||
	    skip 'a library cannot be put before the program'
	[ ! -e "$INTERFERE_MARK" ]
}

# interfered NUMBER HOW WORD...: nqsbackup, in which that call goes wrong.
# Fails when there is no such call.
interfered() {
	rm -f "$INTERFERE_MARK"
	INTERFERE_AT=$1 INTERFERE_HOW=$2
	shift 2
	code=0
	env INTERFERE_AT="$INTERFERE_AT" INTERFERE_HOW="$INTERFERE_HOW" \
	    LD_PRELOAD="$library" "$build/nqsbackup/nqsbackup" "$@" \
	    >said 2>&1 || code=$?
	[ -e "$INTERFERE_MARK" ]
}

# at: says at which call the test failed.
at() {
	echo "at call $number, $how, exit code $code:"
	cat said
}

# is_old_or_new
is_old_or_new() {
	treelist "$target" >found
	cmp -s found old.list || cmp -s found new.list || {
		at
		diff new.list found
		return 1
	}
}

is_now() {
	treelist "$target" | diff "$1" - || {
		at
		return 1
	}
}

# Makes the target as it was before.
renew() {
	rm -rf out
	target=out/$(archived tree)
	mkdir -p "${target%/*}"
	cp -a old "$target"
}

# through HOW... : does "act" with every call, in every way.
through() {
	for how in "$@"; do
		number=1
		while act; do
			number=$((number + 1))
		done
		[ "$number" -gt 3 ]
		echo "$how: $((number - 1)) calls"
	done
}

creates() {
	rm -rf made
	mkdir made
	more=0
	interfered "$number" "$how" create --devices -t tree \
	    -o made/x.tar.gz || more=1
	[ ! -e made/x.tar.gz ] || nqsbackup verify made/x.tar.gz || {
		at
		exit 1
	}
	rm -f made/x.tar.gz
	nqsbackup create -q --devices -t tree -o made/x.tar.gz
	same "what is there" x.tar.gz "$(ls -A made)" || {
		at
		exit 1
	}
	return "$more"
}

restores() {
	renew
	more=0
	interfered "$number" "$how" restore --devices --exact -C out \
	    tree.tar.gz || more=1
	is_old_or_new || exit 1
	nqsbackup restore -q --devices --exact -C out tree.tar.gz || exit 1
	is_now new.list || exit 1
	nqsbackup undo -q -C out --forget || exit 1
	same "what is left" "" "$(find out -name '.nqs*')" || {
		at
		exit 1
	}
	return "$more"
}

undoes() {
	renew
	nqsbackup restore -q --devices --exact -C out tree.tar.gz
	id=$(cd out/.nqsbackup-restore && ls -d -- *.done)
	id=${id%.done}
	more=0
	interfered "$number" "$how" undo -C out "$id" || more=1
	is_old_or_new || exit 1
	nqsbackup undo -q -C out "$id" || exit 1
	is_now old.list || exit 1
	nqsbackup undo -q -C out --forget || exit 1
	return "$more"
}

# Everything that a program can call to change what is on a disk.
writing_calls() {
	cat <<-END
	chmod
	chown
	copy_file_range
	creat
	fallocate
	fchmod
	fchmodat
	fchown
	fchownat
	fdatasync
	fopen
	fremovexattr
	fsetxattr
	fsync
	ftruncate
	futimens
	futimes
	ioctl
	lchown
	link
	linkat
	lremovexattr
	lsetxattr
	mkdir
	mkdirat
	mkdtemp
	mkfifo
	mkfifoat
	mknod
	mknodat
	mkostemp
	mkstemp
	mmap
	msync
	open
	openat
	posix_fallocate
	pwrite
	pwritev
	removexattr
	rename
	renameat
	renameat2
	rmdir
	sendfile
	setxattr
	splice
	symlink
	symlinkat
	sync
	sync_file_range
	syncfs
	syscall
	tmpfile
	truncate
	unlink
	unlinkat
	utime
	utimensat
	utimes
	write
	writev
	END
}

# symbols OPTION FILE: the functions that it wants, or has.
symbols() {
	nm -D "$1" "$2" | sed 's/.* //; s/@.*//; s/64$//' | sort -u
}

every_call_that_writes_can_go_wrong() {
	command -v nm >/dev/null || skip "no nm"
	writing_calls | sort >calls
	symbols --undefined-only "$build/nqsbackup/nqsbackup" |
	    comm -12 - calls >called
	symbols --defined-only "$library" >hooked
	[ "$(wc -l <called)" -gt 10 ]
	same "calls that cannot go wrong" "" "$(comm -23 called hooked)"
}

a_create_that_goes_wrong_leaves_no_damaged_archive() {
	act() { creates; }
	through kill ENOSPC EDQUOT EIO EINTR short
}

# What a create with --keep-last and --metrics changes besides: an older
# archive goes only when the new one is there, and what monitoring reads is old
# or new.
keeps() {
	fresh made
	for day in 1 2; do
		cp "forged$day" "made/nqs-$(uname -n)-tree-2026030${day}T023000Z.tar.gz"
	done
	echo old >made/x.prom
	more=0
	interfered "$number" "$how" create --devices -t tree -o made/ \
	    --keep-last 1 --metrics made/x.prom || more=1
	good=0
	new=0
	for archive in made/nqs-*; do
		nqsbackup verify "$archive" || { at; exit 1; }
		good=$((good + 1))
		[ "${archive%T023000Z.tar.gz}" != "$archive" ] || new=1
	done
	if [ "$new" -eq 0 ] && [ "$good" -ne 2 ]; then
		at
		ls -A made
		exit 1
	fi
	grep -Eqx 'old|nqsbackup_last_run_warnings.*' made/x.prom || {
		at
		cat made/x.prom
		exit 1
	}
	rm -f made/nqs-*
	nqsbackup create -q --devices -t tree -o made/ --keep-last 1 \
	    --metrics made/x.prom >/dev/null
	same "how much is there" 2 "$(find made -type f | wc -l | xargs)" || {
		at
		ls -A made
		exit 1
	}
	return "$more"
}

a_create_that_goes_wrong_while_it_prunes_leaves_a_good_archive() {
	for day in 1 2; do
		"$build/tests/backup/forge" "forged$day" <<-END
		host $(uname -n)
		created 2026-03-0${day}T02:30:00.250Z
		tree $(archived tree)
		d $(archived tree)
		END
	done
	act() { keeps; }
	through kill EIO
	[ "$number" -gt 10 ]
}

is_stopped() {
	case $(ps -o stat= -p "$1") in
	T*) ;;
	*) return 1 ;;
	esac
}

# A create that is held up at any call keeps its file from the next one, which
# looks for what the dead have left.
# The server has done it, but says on the second question that it cannot be.
a_create_of_which_an_answer_was_lost_is_good() {
	act() {
		creates || return
		same "exit code" 0 "$code" || {
			at
			exit 1
		}
	}
	through lost
}

an_archive_in_the_making_is_left_to_its_maker() {
	how=stop
	for number in 2 3 4 5 6 7 8 9 10 11 12 13 14; do
		rm -rf made
		mkdir made
		rm -f "$INTERFERE_MARK"
		INTERFERE_AT=$number INTERFERE_HOW=stop LD_PRELOAD=$library \
		    "$build/nqsbackup/nqsbackup" create -q --devices -t tree \
		    -o made/x.tar.gz 2>why &
		pid=$!
		wait_until 20 eval 'is_stopped "$pid" ||
		    ! kill -0 "$pid" 2>/dev/null'
		[ -e "$INTERFERE_MARK" ] || break
		# Where the archive is there by then, nothing is made.
		if [ -e made/x.tar.gz ]; then
			expect 73 nqsbackup create -t tree -o made/x.tar.gz
		else
			interfered 4 kill create --devices -t tree \
			    -o made/x.tar.gz
		fi
		kill -CONT "$pid"
		code=0
		wait "$pid" || code=$?
		[ "$code" -ne 0 ] || nqsbackup verify made/x.tar.gz || code=$?
		[ "$code" -eq 0 ] || {
			echo "at call $number: exit code $code: $(cat why)"
			return 1
		}
	done
	[ "$number" -gt 6 ]
}

# What comes from a pipe is copied first; the rest is as from a file.
restores_a_pipe() {
	[ "$number" -le 8 ] || return 1
	renew
	fresh spool
	cat tree.tar.gz >pipe &
	more=0
	interfered "$number" "$how" restore --devices --exact -C out - <pipe ||
		more=1
	wait "$!" || :
	is_old_or_new || exit 1
	same "what is left" "" "$(find spool -type f -size +0)" || {
		at
		exit 1
	}
	return "$more"
}

a_restore_from_a_pipe_that_goes_wrong_leaves_the_old_tree_or_the_new() {
	TMPDIR=$scratch/spool
	export TMPDIR
	mkfifo pipe
	act() { restores_a_pipe; }
	through kill ENOSPC EINTR short
}

a_restore_that_is_killed_leaves_the_old_tree_or_the_new() {
	act() { restores; }
	through kill
}

a_restore_that_fails_leaves_the_old_tree_or_the_new() {
	act() { restores; }
	through ENOSPC EIO EINTR short
}

an_undo_that_goes_wrong_leaves_the_old_tree_or_the_new() {
	act() { undoes; }
	through kill ENOSPC EIO EINTR short
}

# Two trees are two exchanges; if the second fails, the first is put back.
makes_two_trees() {
	if [ ! -e two.tar.gz ]; then
		cp -a tree twin
		nqsbackup create -q --devices -t tree -t twin -o two.tar.gz
	fi
	renew
	cp -a old "${target%/*}/twin"
}

# both_are LIST...: the two trees are as one of the lists says.
both_are() {
	for list in "$@"; do
		if treelist "$target" | cmp -s - "$list" &&
		    treelist "${target%/*}/twin" | cmp -s - "$list"; then
			return 0
		fi
	done
	at
	return 1
}

restores_two() {
	makes_two_trees
	more=0
	interfered "$number" "$how" restore --devices --exact -C out \
	    two.tar.gz || more=1
	both_are old.list new.list || exit 1
	[ "$code" -ne 5 ] || {
		at
		exit 1
	}
	return "$more"
}

undoes_two() {
	makes_two_trees
	nqsbackup restore -q --devices --exact -C out two.tar.gz
	more=0
	interfered "$number" "$how" undo -C out || more=1
	both_are old.list new.list || exit 1
	[ "$code" -ne 5 ] || {
		at
		exit 1
	}
	return "$more"
}

two_trees_are_restored_together_or_not_at_all() {
	act() { restores_two; }
	through EBUSY
	act() { undoes_two; }
	through EBUSY
}

# change_places: between takes the place of the target while a restore is held
# up, which then goes on.  Fails when there is no such call.
change_places() {
	rm -f "$INTERFERE_MARK"
	INTERFERE_AT=$number INTERFERE_HOW=stop LD_PRELOAD=$library \
	    "$build/nqsbackup/nqsbackup" restore -q --devices --exact -C out \
	    tree.tar.gz >said 2>&1 &
	pid=$!
	wait_until 20 eval 'is_stopped "$pid" || ! kill -0 "$pid" 2>/dev/null'
	[ -e "$INTERFERE_MARK" ] || return 1
	mv "$target" out/moved
	mv between "$target"
	kill -CONT "$pid"
	code=0
	wait "$pid" || code=$?
}

# Something else takes the place of the tree while the restore is held up: it
# is not lost, and once the exchange has begun it is not touched.
meets_another() {
	renew
	fresh between
	echo other >between/other
	change_places || return 1
	if grep -q 'cannot exchange' said; then
		refused=$((refused + 1))
		same "what is there" other "$(ls -A "$target")" || exit 1
	fi
	[ -n "$(find out -name other)" ] || {
		at
		exit 1
	}
}

# hold_up ARGUMENT...: begins that, and stops it in the middle.
hold_up() {
	rm -f "$INTERFERE_MARK"
	INTERFERE_AT=5 INTERFERE_HOW=stop LD_PRELOAD=$library \
	    "$build/nqsbackup/nqsbackup" "$@" >said 2>&1 &
	pid=$!
	wait_until 20 is_stopped "$pid"
}

let_go() {
	kill -CONT "$pid"
	wait "$pid"
}

# Whatever directory each of them calls its target.
no_restore_works_above_or_below_another() {
	renew
	tar -C old -cf inner.tar a
	hold_up restore -q --devices --exact -C out tree.tar.gz
	code=0
	nqsbackup restore -q -C "$target" inner.tar 2>why || code=$?
	let_go
	same "the exit code" 75 "$code"
	contains "$(cat why)" "another restore is at work above 'a' in the target: process $pid"
	hold_up restore -q -C "$target" inner.tar
	code=0
	nqsbackup restore -q --devices --exact -C out tree.tar.gz 2>why || code=$?
	let_go
	same "the exit code" 75 "$code"
	contains "$(cat why)" "at or below '$(archived tree)' in the target: process $pid"
	nqsbackup restore -q --devices --exact -C out tree.tar.gz
	hold_up undo -C out
	code=0
	nqsbackup restore -q -C "$target" inner.tar 2>why || code=$?
	let_go
	same "the exit code" 75 "$code"
}

what_comes_in_between_is_not_replaced() {
	refused=0
	act() { meets_another; }
	through stop
	[ "$refused" -gt 0 ]
}

# A directory that would get its time back gives its place to another one, as
# who may write above it can do.
meets_another_above() {
	renew
	rm -rf "$target"
	cp -a tree "$target"
	echo changed >"$target/c/kept"
	fresh between
	chmod 710 between
	target=$target/c
	change_places || return 1
	# It came before it was looked at.
	[ "$code" -ne 0 ] || [ ! -e "$target/kept" ] || return 0
	refused=$((refused + 1))
	[ "$(stat -c %a "$target")" -eq 710 ] || {
		at
		stat "$target"
		exit 1
	}
}

a_directory_that_comes_in_between_keeps_its_attributes() {
	refused=0
	act() { meets_another_above; }
	through stop
	[ "$refused" -gt 0 ]
}

# As if the file system took two of the names for one.
a_name_that_is_taken_already_is_explained() {
	explained=0
	restores_or_explains() {
		renew
		rm -rf "$target"
		more=0
		interfered "$number" "$how" restore --devices --exact -C out \
		    tree.tar.gz || more=1
		if grep -q 'differ only by case' said; then
			explained=$((explained + 1))
			same "exit code, and what is there" "73 " \
			    "$code $(ls -A "$target" 2>/dev/null)" || exit 1
		fi
		return "$more"
	}
	act() { restores_or_explains; }
	through EEXIST
	[ "$explained" -gt 4 ]
}

# Without an exchange at one instant there is one between two renames; then
# it is the next start that makes the tree whole.
a_restore_by_two_renames_is_finished_by_the_next() {
	INTERFERE_OLD=1
	export INTERFERE_OLD
	is_old_or_new() { :; }
	act() { restores; }
	through kill
}

a_restore_by_two_renames_puts_the_first_back_when_the_second_fails() {
	INTERFERE_OLD=1
	export INTERFERE_OLD
	act() { restores; }
	through EIO
}

cd "$scratch" || exit 99
run_tests every_call_that_writes_can_go_wrong \
	a_create_that_goes_wrong_leaves_no_damaged_archive \
	a_create_of_which_an_answer_was_lost_is_good \
	an_archive_in_the_making_is_left_to_its_maker \
	a_create_that_goes_wrong_while_it_prunes_leaves_a_good_archive \
	a_restore_from_a_pipe_that_goes_wrong_leaves_the_old_tree_or_the_new \
	a_restore_that_is_killed_leaves_the_old_tree_or_the_new \
	a_restore_that_fails_leaves_the_old_tree_or_the_new \
	an_undo_that_goes_wrong_leaves_the_old_tree_or_the_new \
	two_trees_are_restored_together_or_not_at_all \
	no_restore_works_above_or_below_another \
	what_comes_in_between_is_not_replaced \
	a_directory_that_comes_in_between_keeps_its_attributes \
	a_name_that_is_taken_already_is_explained \
	a_restore_by_two_renames_is_finished_by_the_next \
	a_restore_by_two_renames_puts_the_first_back_when_the_second_fails
