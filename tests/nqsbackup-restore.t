#!/bin/sh
# What a restore changes, what it leaves, and what it refuses to touch.
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/backup/tree.sh
. "$top/tests/backup/tree.sh"

# Makes tree, an archive of it, and the target out that is the same.
prepare() {
	make_plain_tree "$scratch/tree"
	nqsbackup create -q -t "$scratch/tree" -o "$scratch/tree.tar.gz"
}

start() {
	fresh out
	nqsbackup restore -C out tree.tar.gz
	target=out/$(archived tree)
}

restore() {
	nqsbackup restore -C out "$@"
}

asks_for_a_target_that_is_there() {
	run 1 nqsbackup restore -C nowhere tree.tar.gz
	stderr_has "cannot open the target 'nowhere'"
	stderr_has 'hint: make that directory first'
	[ ! -e nowhere ]
}

leaves_what_is_not_in_the_archive() {
	start
	echo new >"$target/data/new"
	restore -v tree.tar.gz >changes 2>said
	same "the content" new "$(cat "$target/data/new")"
	contains "$(cat said)" "data/new' is not in the archive: left as it is"
}

exact_removes_what_is_not_in_the_archive() {
	start
	echo new >"$target/data/new"
	mkdir -p "$target/more/and/more"
	echo new >"$target/more/and/more/file"
	ln -s /etc "$target/more/link"
	mkfifo "$target/empty/pipe"
	restore --exact tree.tar.gz
	same_trees tree "$target"
}

puts_back_whatever_was_changed() {
	start
	echo changed >"$target/data/block"
	echo changed >"$target/control/third.new"
	mv "$target/control/third.new" "$target/control/third"
	rm "$target/data/other" "$target/control/pipe"
	chmod 644 "$target/data/large"
	touch "$target/control/0"
	ln -s -f /elsewhere "$target/data/dangling"
	rm -r "$target/control/0"
	chmod 700 "$target/closed"
	restore tree.tar.gz
	same_trees tree "$target"
}

sees_data_that_changed_under_the_same_attributes() {
	start
	cp -p "$target/data/block" copy
	printf x | dd of="$target/data/block" conv=notrunc 2>/dev/null
	touch -r copy "$target/data/block"
	expect 3 restore -n tree.tar.gz >found
	same "the plan" "write $(archived tree)/data/block" "$(cat found)"
	restore tree.tar.gz
	same_trees tree "$target"
}

tells_apart_what_became_one_file() {
	start
	cp -p "$target/data/more" "$target/data/copy"
	nqsbackup create -q -t "$scratch/$target" -o two.tar.gz
	ln -f "$target/data/more" "$target/data/copy"
	fresh other
	treelist "$target" >before
	nqsbackup restore -C other two.tar.gz
	nqsbackup restore --no-undo two.tar.gz
	rm two.tar.gz
	same_trees "other/$(archived "$target")" "$target"
	expect 1 cmp -s before expected
}

writes_a_link_when_only_its_second_name_is_asked_for() {
	fresh out
	restore tree.tar.gz '*/data/other'
	target=out/$(archived tree)
	cmp "$target/data/other" tree/data/other
	same "the names" 1 "$(find "$target" -type f | wc -l)"
}

gives_directories_it_has_to_make_their_attributes() {
	fresh out
	restore tree.tar.gz '*/control/0/1/request'
	target=out/$(archived tree)
	same "the time" \
	    "$(treelist tree | grep ' 04.* [0-9.]*$' | grep 'control/0 ')" \
	    "$(treelist "$target" | grep 'control/0 ')"
}

restores_only_what_a_pattern_selects() {
	start
	echo changed >"$target/data/block"
	echo changed >"$target/control/third"
	restore tree.tar.gz "$(archived tree)/control"
	cmp "$target/control/third" tree/control/third
	same "the other" changed "$(cat "$target/data/block")"
}

prints_what_it_would_do_and_does_not() {
	start
	echo changed >"$target/data/block"
	rm -r "$target/control/0"
	: >"$target/data/new"
	treelist "$target" >before
	expect 3 restore -n --exact tree.tar.gz >plan
	treelist "$target" | diff before -
	name=$(archived tree)
	sort plan >found
	sort >expected <<-END
	attributes $name/control
	attributes $name/data
	make $name/control/0
	make $name/control/0/1
	remove $name/data/new
	write $name/control/0/1/request
	write $name/data/block
	END
	diff expected found
	restore -v --exact tree.tar.gz | diff plan -
	expect 0 restore -n --exact tree.tar.gz
}

does_not_remove_a_directory_unasked() {
	start
	rm "$target/data/block"
	mkdir "$target/data/block"
	: >"$target/data/block/precious"
	treelist "$target" >before
	expect 1 restore tree.tar.gz 2>why
	contains "$(cat why)" "data/block' in the target is a directory"
	treelist "$target" | diff before -
	restore --exact tree.tar.gz
	same_trees tree "$target"
}

replaces_anything_else_that_is_in_the_way() {
	start
	rm -r "$target/control/0" "$target/data/block" "$target/control/pipe"
	ln -s /etc "$target/control/0"
	ln -s /etc/passwd "$target/data/block"
	: >"$target/control/pipe"
	restore tree.tar.gz
	same_trees tree "$target"
}

refuses_a_target_behind_a_symbolic_link() {
	fresh out
	fresh elsewhere
	first=$(archived tree | cut -d/ -f1)
	ln -s "$scratch/elsewhere" "out/$first"
	expect 1 restore tree.tar.gz 2>why
	contains "$(cat why)" "cannot reach"
	same "elsewhere" "" "$(ls -A elsewhere)"
}

says_that_nothing_can_be_written_in_the_target() {
	is_root || skip "only root can mount"
	unshare -m true 2>/dev/null || skip "no mount namespace"
	fresh out
	# shellcheck disable=SC2016 # the inner shell expands it
	run 73 unshare -m sh -ec '
		mount -t tmpfs -o ro tmpfs out
		exec "$1" restore -C out tree.tar.gz
	' sh "$build/nqsbackup/nqsbackup"
	stderr_has "cannot make '.nqsbackup-restore' in the target: Read-only"
}

cleans_up_behind_a_killed_restore() {
	start
	nqsbackup undo -q -C out --forget
	expect 1 test -e out/.nqsbackup-restore
	stage=out/.nqsbackup-restore
	mkdir -m 700 "$stage"
	mkdir -p "$stage/20200102T030405Z/0"
	: >"$stage/20200102T030405Z/0/file"
	: >"$stage/20200102T030405Z.new"
	: >"$stage/lock"
	: >"$stage/20200102T030405Z.lock"
	: >"$stage/20200102T030406Z.lock"
	printf 'nqsbackup-restore 1\narchive x\nplace -\nend\n' \
	    >"$stage/20200102T030405Z.making"
	restore tree.tar.gz
	same_trees tree "$target"
	expect 1 test -e "$stage"
}

# Kills a restore as soon as the command is true: then all is as it was, or as
# it is to be; and restores again.
restored_after_kill_when() {
	rm -rf "$target"
	mkdir -p "$target/extra" "$target/data/f7"
	treelist "$target" >old
	"$build/nqsbackup/nqsbackup" restore -q --exact -C out many.tar.gz &
	pid=$!
	until sh -c "$1" || ! kill -0 "$pid" 2>/dev/null; do
		:
	done
	kill -9 "$pid" 2>/dev/null || :
	wait "$pid" 2>/dev/null || :
	treelist "$target" >found
	cmp -s old found || same_trees many "$target"
	restore -q --exact many.tar.gz
	same_trees many "$target"
	nqsbackup undo -q -C out --forget
	same "left behind" "" "$(find out -name .nqsbackup-restore)"
}

a_killed_restore_is_finished_by_the_next() {
	fresh many
	fresh out
	mkdir many/data many/links
	number=0
	while [ "$number" -lt 2000 ]; do
		echo "$number" >"many/data/f$number"
		number=$((number + 1))
	done
	ln many/data/f* many/links
	target=out/$(archived many)
	nqsbackup create -t many -o many.tar.gz
	stage=out/.nqsbackup-restore
	for sign in : "[ -e $stage ]" "[ -e $stage/*.making ]" \
	    "[ -e $stage/*/0/data/f5 ]" "[ -e $stage/*/0/links/f1900 ]" \
	    "[ -e $stage/*.going ]" "[ ! -e $target/extra ]" \
	    "[ -e $stage/*.done ]"; do
		restored_after_kill_when "$sign"
	done
}

does_not_trust_a_stage_of_others() {
	is_root || skip "only root can play another user"
	start
	chown 1234 out/.nqsbackup-restore
	treelist out/.nqsbackup-restore >before
	echo changed >"$target/data/block"
	restore tree.tar.gz
	same_trees tree "$target"
	treelist out/.nqsbackup-restore | diff before -
	[ -d out/.nqsbackup-restore-0 ]
	nqsbackup undo -C out
	same "the content" changed "$(cat "$target/data/block")"
	chown 1234 out/.nqsbackup-restore-0
	expect 77 restore tree.tar.gz 2>why
	contains "$(cat why)" "cannot trust"
	same "the content" changed "$(cat "$target/data/block")"
}

# A file system of its own that cannot hold what is to be restored.
leaves_the_target_alone_when_the_disk_is_full() {
	is_root || skip "only root can mount a small disk"
	unshare -m true 2>/dev/null || skip "no mount namespace"
	fresh out
	# shellcheck disable=SC2016 # the inner shell expands it
	unshare -m sh -ec '
		mount -t tmpfs -o size=2m,mode=755 tmpfs out
		mkdir -p "out/$2/data"
		echo precious >"out/$2/data/block"
		"$1" out >before
		status=0
		"$3" restore -C out tree.tar.gz 2>why || status=$?
		[ "$status" -eq 73 ] || { cat why; exit 1; }
		"$1" out | diff before -
	' sh "$build/tests/backup/treelist" "$(archived tree)" \
	    "$build/nqsbackup/nqsbackup"
	contains "$(cat why)" "No space left on device"
}

stops_at_a_mount_point_that_the_archive_knows_nothing_of() {
	is_root || skip "only root can mount"
	unshare -m true 2>/dev/null || skip "no mount namespace"
	start
	rm "$target/data/block"
	# shellcheck disable=SC2016 # the inner shell expands it
	unshare -m sh -ec '
		mount -t tmpfs tmpfs "$1"
		status=0
		"$2" restore -C out tree.tar.gz 2>why || status=$?
		[ "$status" -eq 1 ] || { cat why; exit 1; }
	' sh "$target/data" "$build/nqsbackup/nqsbackup"
	contains "$(cat why)" "is a mount point"
}

# The same names have other numbers here: those of daemon and root, turned.
restores_owners_by_name_or_by_number() {
	is_root || skip "only root can give files away"
	mkdir owned
	echo 1 >owned/daemon
	echo 2 >owned/nobody
	echo 3 >owned/unknown
	tar --owner=daemon:4001 --group=daemon:4002 -cf owned.tar owned/daemon
	tar --owner=no_such_user:4003 --group=:4004 -rf owned.tar \
	    owned/unknown
	fresh out
	nqsbackup restore -q -C out owned.tar
	same "by number" 4001:4002 "$(stat -c %u:%g out/owned/daemon)"
	expect 3 nqsbackup restore -n --owner-names -C out owned.tar
	nqsbackup restore --owner-names -C out owned.tar 2>why
	same "by name" "$(id -u daemon):$(id -g daemon)" \
	    "$(stat -c %u:%g out/owned/daemon)"
	same "unknown" 4003:4004 "$(stat -c %u:%g out/owned/unknown)"
	contains "$(cat why)" "there is no user 'no_such_user' here"
	nqsbackup restore -n --owner-names -C out owned.tar
}

restores_as_another_user_what_is_his() {
	is_root || skip "only root can become another user"
	command -v setpriv >/dev/null || skip "no setpriv"
	fresh out
	chown 1234:5678 out
	chmod 755 "$scratch"
	cp tree.tar.gz readable.tar.gz
	chmod 644 readable.tar.gz
	status=0
	setpriv --reuid 1234 --regid 5678 --clear-groups \
	    "$build/nqsbackup/nqsbackup" restore -C out readable.tar.gz \
	    2>why || status=$?
	same "the exit code" 2 "$status"
	contains "$(cat why)" "only root can give files away"
	target=out/$(archived tree)
	cmp "$target/data/large" tree/data/large
	same "set-id bits" "" "$(find "$target/data" -perm /6000)"
}

speaks_json() {
	start
	echo changed >"$target/data/block"
	restore --json tree.tar.gz >found
	contains "$(head -n 1 found)" '"event":"start"'
	contains "$(cat found)" '"action":"write"'
	contains "$(tail -n 1 found)" '"changed":true'
}

# Whoever may read a directory can lock it.
is_not_kept_out_by_who_locks_directories() {
	command -v flock >/dev/null || skip "no flock"
	start
	echo changed >"$target/data/block"
	flock -x "$target" flock -x "${target%/*}" flock -x out \
	    "$build/nqsbackup/nqsbackup" restore -q -C out tree.tar.gz
	same_trees tree "$target"
}

cd "$scratch" || exit 99
run_tests asks_for_a_target_that_is_there \
	leaves_what_is_not_in_the_archive \
	exact_removes_what_is_not_in_the_archive \
	puts_back_whatever_was_changed \
	sees_data_that_changed_under_the_same_attributes \
	tells_apart_what_became_one_file \
	writes_a_link_when_only_its_second_name_is_asked_for \
	gives_directories_it_has_to_make_their_attributes \
	restores_only_what_a_pattern_selects \
	prints_what_it_would_do_and_does_not \
	does_not_remove_a_directory_unasked \
	replaces_anything_else_that_is_in_the_way \
	refuses_a_target_behind_a_symbolic_link \
	says_that_nothing_can_be_written_in_the_target \
	cleans_up_behind_a_killed_restore \
	a_killed_restore_is_finished_by_the_next \
	does_not_trust_a_stage_of_others \
	leaves_the_target_alone_when_the_disk_is_full \
	stops_at_a_mount_point_that_the_archive_knows_nothing_of \
	restores_owners_by_name_or_by_number \
	restores_as_another_user_what_is_his \
	is_not_kept_out_by_who_locks_directories \
	speaks_json
