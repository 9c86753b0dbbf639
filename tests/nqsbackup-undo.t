#!/bin/sh
# Taking a restore back: what it replaced is put where it was.
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/backup/tree.sh
. "$top/tests/backup/tree.sh"

prepare() {
	make_plain_tree "$scratch/tree"
	nqsbackup create -q -t "$scratch/tree" -o "$scratch/tree.tar.gz"
	# Two trees, with no file that has names in both.
	cp -a "$scratch/tree" "$scratch/mounts"
	rm "$scratch/mounts/control/third"
	nqsbackup create -q -t "$scratch/mounts" -t "$scratch/mounts/data" \
	    -o "$scratch/mounts.tar.gz"
}

# Makes the target out, in which much is not as in the archive; what that is
# stands in before.
start() {
	fresh out
	target=out/$(archived tree)
	mkdir -p "${target%/*}"
	cp -a tree "$target"
	echo changed >"$target/data/block"
	rm -r "$target/control/0"
	echo new >"$target/data/new"
	ln -s -f /elsewhere "$target/data/dangling"
	rm "$target/data/large"
	mkdir "$target/data/large"
	: >"$target/data/large/file"
	treelist "$target" >before
}

restore() {
	nqsbackup restore -q -C out "$@"
}

undo() {
	nqsbackup undo -C out "$@"
}

is_as_before() {
	treelist "$target" | diff before -
}

puts_back_the_tree_that_was_replaced() {
	start
	restore --exact tree.tar.gz
	same_trees tree "$target"
	undo
	is_as_before
}

puts_back_single_files() {
	start
	rm -r "$target/data/large"
	treelist "$target" >before
	restore tree.tar.gz '*/data/block' '*/data/large' '*/control/0'
	cmp "$target/data/block" tree/data/block
	cmp "$target/data/large" tree/data/large
	cmp "$target/control/0/1/request" tree/control/0/1/request
	same "the new file" new "$(cat "$target/data/new")"
	undo
	is_as_before
}

removes_what_was_not_there() {
	fresh out
	restore tree.tar.gz
	undo
	same "what is left" ".nqsbackup-restore" "$(ls -A out)"
}

does_not_copy_what_stays() {
	start
	before=$(find "$target/data/member" -printf %i)
	restore --exact tree.tar.gz
	same "the file" "$before" "$(find "$target/data/member" -printf %i)"
	undo
	same "the file" "$before" "$(find "$target/data/member" -printf %i)"
}

exchanges_no_more_than_it_must() {
	start
	rm -r "$target"
	cp -a tree "$target"
	before=$(find "$target/data" -maxdepth 0 -printf %i)
	treelist "$target" >before
	touch -d '2001-01-01' "$target/data/block"
	restore tree.tar.gz
	is_as_before
	same "the directory" "$before" \
	    "$(find "$target/data" -maxdepth 0 -printf %i)"
	undo
	same "the time" 978307200 "$(stat -c %Y "$target/data/block")"
	same "the directory" "$before" \
	    "$(find "$target/data" -maxdepth 0 -printf %i)"
}

prints_what_it_would_do_and_does_not() {
	start
	rm -r "$target/control"
	treelist "$target" >before
	restore tree.tar.gz '*/control/third' '*/data/block'
	treelist "$target" >after
	expect 3 undo -n >found
	name=$(archived tree)
	same "the plan" "put back $name" "$(cat found)"
	treelist "$target" | diff after -
	undo -v | diff found -
	is_as_before
}

takes_back_by_name_and_only_once() {
	start
	restore --exact tree.tar.gz
	id=$(cd out/.nqsbackup-restore && ls -d -- *.done)
	id=${id%.done}
	expect 1 undo 20010203T040506Z 2>why
	contains "$(cat why)" "there is no restore '20010203T040506Z'"
	undo "$id" 2>said
	contains "$(cat said)" "the restore '$id' is taken back; --forget"
	is_as_before
	run 0 undo "$id"
	stderr_has "the restore '$id' was taken back already"
	undo --json "$id" >found
	contains "$(cat found)" '"changed":false'
	expect 1 undo 2>why
	contains "$(cat why)" "no restore to be taken back: the last one, '$id', was"
	contains "$(cat why)" "hint: --forget removes what is kept of it"
	expect 1 undo --json >found 2>/dev/null
	contains "$(cat found)" '"exit":1,"changed":false'
	is_as_before
}

tells_how_it_is_taken_back() {
	start
	nqsbackup restore -C out --exact tree.tar.gz 2>said
	command=$(sed -n 's/.*to take this back: nqsbackup //p' said)
	# shellcheck disable=SC2086 # words of a command line
	nqsbackup $command
	is_as_before
}

keeps_only_what_the_last_restore_replaced() {
	start
	restore --exact tree.tar.gz
	echo again >"$target/data/block"
	treelist "$target" >before
	id=$(cd out/.nqsbackup-restore && ls -d -- *.done)
	dropped="\"event\":\"dropped\",\"id\":\"${id%.done}\",\"undone\":false"
	expect 3 nqsbackup restore --json -n -C out tree.tar.gz >found 2>said
	contains "$(cat said)" "the restore '${id%.done}' could no longer be tak"
	contains "$(cat found)" "$dropped"
	nqsbackup restore --json -C out tree.tar.gz >found 2>said
	contains "$(cat said)" "the restore '${id%.done}' can no longer be taken"
	contains "$(cat found)" "$dropped"
	same "the journals" 1 "$(find out/.nqsbackup-restore -name '*Z*.done' |
	    wc -l)"
	undo 2>said
	is_as_before
	nqsbackup restore -C out tree.tar.gz 2>said
	contains "$(cat said)" "had put there, which was taken back, is kept no"
	nqsbackup restore --no-undo -C out tree.tar.gz 2>said
	same "what is said" "" "$(cat said)"
}

keeps_what_restores_of_other_trees_replaced() {
	start
	cp -a tree other
	nqsbackup create -q -t other -o other.tar.gz
	rm -r other
	restore --exact tree.tar.gz
	restore other.tar.gz
	undo
	expect 1 test -e "out/$(archived .)/other"
	undo
	is_as_before
}

does_not_work_in_a_tree_where_another_does() {
	start
	restore tree.tar.gz '*/data/block'
	id=$(cd out/.nqsbackup-restore && ls -d -- *.done)
	# Holds the lock until it is told to end.
	mkfifo hold
	exec 3<>hold
	"$build/tests/backup/holdlock" \
	    "out/.nqsbackup-restore/${id%.done}.lock" <hold >held &
	wait_until 10 test -s held
	echo changed >"$target/data/more"
	expect 75 restore tree.tar.gz '*/data/more' 2>why
	contains "$(cat why)" "another restore is at work in the same tree"
	expect 75 undo 2>why
	echo end >&3
	exec 3>&-
	wait
	undo
}

forgets_when_told_to() {
	start
	restore --exact tree.tar.gz
	run 3 undo -n --forget
	for option in --forget '-n --forget'; do
		# shellcheck disable=SC2086	# words
		run 1 undo $option 20010203T040506Z
		stderr_has "there is no restore '20010203T040506Z'"
	done
	undo --forget >/dev/null
	expect 1 test -e out/.nqsbackup-restore
	same_trees tree "$target"
}

keeps_nothing_when_told_so() {
	start
	restore --exact --no-undo tree.tar.gz
	expect 1 test -e out/.nqsbackup-restore
	same_trees tree "$target"
}

keeps_what_was_added_since_in_the_tree_that_it_takes_away() {
	start
	restore --exact tree.tar.gz
	echo since >"$target/since"
	undo
	is_as_before
	same "the file" since "$(cat out/.nqsbackup-restore/*Z/0/since)"
}

restores_and_takes_back_below_mount_points() {
	is_root || skip "only root can mount"
	unshare -m true 2>/dev/null || skip "no mount namespace"
	fresh out
	target=out/$(archived mounts)
	mkdir -p "$target"
	# shellcheck disable=SC2016 # the inner shell expands it
	unshare -m sh -ec '
		mount -t tmpfs -o mode=755 tmpfs "$1"
		mkdir "$1/data"
		mount -t tmpfs -o mode=700 tmpfs "$1/data"
		echo old >"$1/data/block"
		echo extra >"$1/data/extra"
		echo extra >"$1/extra"
		touch -d 2001-02-03 "$1" "$1/data"
		"$2" "$1" >before
		status=0
		"$3" restore -q -C out mounts.tar.gz || status=$?
		[ "$status" -eq 0 ] || exit 1
		"$3" restore -n -C out mounts.tar.gz || exit 1
		[ -e "$1/data/extra" ] && [ -e "$1/extra" ] || exit 1
		[ -d "$1/.nqsbackup-restore" ] || exit 1
		[ -d "$1/data/.nqsbackup-restore" ] || exit 1
		"$3" undo -C out
		rm -r "$1/.nqsbackup-restore" "$1/data/.nqsbackup-restore"
		touch -d 2001-02-03 "$1" "$1/data"
		"$2" "$1" | diff before -
	' sh "$target" "$build/tests/backup/treelist" \
	    "$build/nqsbackup/nqsbackup"
}

does_not_carry_away_what_is_mounted_in_the_tree() {
	is_root || skip "only root can mount"
	unshare -m true 2>/dev/null || skip "no mount namespace"
	start
	restore --exact tree.tar.gz
	treelist "$target" >after
	# shellcheck disable=SC2016 # the inner shell expands it
	unshare -m sh -ec '
		mount -t tmpfs tmpfs "$1/empty"
		: >"$1/empty/mounted"
		status=0
		"$2" undo -C out 2>why || status=$?
		[ "$status" -eq 1 ] && [ -e "$1/empty/mounted" ] || exit 1
		mount --bind "$1/data/block" "$1/data/more"
		umount "$1/empty"
		status=0
		"$2" undo -C out 2>>why || status=$?
		[ "$status" -eq 1 ] || exit 1
		umount "$1/data/more"
	' sh "$target" "$build/nqsbackup/nqsbackup"
	contains "$(cat why)" "something is mounted at '$(archived tree)/empty'"
	contains "$(cat why)" "mounted at '$(archived tree)/data/more'"
	treelist "$target" | diff after -
	undo
	is_as_before
}

# An exchange that was begun, killed, and then has a mount in its way, is put
# back.
puts_back_what_it_cannot_finish() {
	is_root || skip "only root can mount"
	unshare -m true 2>/dev/null || skip "no mount namespace"
	start
	restore --exact tree.tar.gz
	undo
	id=$(cd out/.nqsbackup-restore && ls -d -- *.undone)
	mv "out/.nqsbackup-restore/$id" \
	    "out/.nqsbackup-restore/${id%.undone}.going"
	# shellcheck disable=SC2016 # the inner shell expands it
	unshare -m sh -ec '
		mount -t tmpfs tmpfs "$1/empty"
		"$2" undo -C out --forget 2>why
		umount "$1/empty"
	' sh "$target" "$build/nqsbackup/nqsbackup"
	contains "$(cat why)" "which was interrupted, is put back"
	is_as_before
	same "what is left" "" "$(find out -name '.nqs*')"
}

# Restores two trees, and leaves the second as if its undo had been killed.
start_undo_of_the_second() {
	start
	restore --exact tree.tar.gz
	treelist "$target" >after
	fresh second
	echo kept >second/file
	rm -f second.tar.gz
	nqsbackup create -q -t second -o second.tar.gz
	second=out/$(archived second)/file
	nqsbackup restore -C out second.tar.gz 2>why
	id=$(sed -n 's/.* undo -C out //p' why)
	stage=out/.nqsbackup-restore
	mv "$stage/$id.done" "$stage/$id.back"
}

takes_back_nothing_else_when_it_was_killed() {
	start_undo_of_the_second
	undo 2>why
	contains "$(cat why)" "undo of '$id', which was interrupted,"
	expect 1 test -e "$second"
	treelist "$target" | diff after -
	undo
	is_as_before
}

shows_that_it_finishes_what_was_interrupted() {
	start_undo_of_the_second
	expect 3 undo -n >found 2>why
	contains "$(cat found)" remove
	contains "$(cat why)" "which was interrupted, would be finished"
	mv "$stage/$id.back" "$stage/$id.going"
	expect 3 undo -n >found 2>why
	contains "$(cat why)" "which was interrupted, would be finished"
	[ -e "$second" ]
}

takes_back_nothing_for_a_restore_that_changed_nothing() {
	start
	restore --exact tree.tar.gz
	treelist "$target" >after
	stage=out/.nqsbackup-restore
	id=29991231T235959Z
	mkdir "$stage/$id"
	: >"$stage/$id.lock"
	printf 'nqsbackup-restore 1\narchive x\nplace -\nend\n' \
	    >"$stage/$id.making"
	undo -n 2>why
	contains "$(cat why)" "'$id', which was interrupted, has changed"
	undo 2>why
	contains "$(cat why)" "'$id', which was interrupted, had changed"
	contains "$(cat why)" "to take back the one before it, '"
	treelist "$target" | diff after -
	expect 1 test -e "$stage/$id.making"
	undo
	is_as_before
}

restores_where_a_directory_is_mounted_from_the_same_file_system() {
	is_root || skip "only root can mount"
	unshare -m true 2>/dev/null || skip "no mount namespace"
	fresh out
	target=out/$(archived mounts)
	mkdir -p "${target%/*}"
	cp -a mounts "$target"
	echo changed >"$target/data/block"
	echo changed >"$target/control/third"
	treelist "$target/data" >data
	# shellcheck disable=SC2016 # the inner shell expands it
	unshare -m sh -ec '
		mount --bind "$1" "$1"
		mount --bind "$1/control" "$1/control"
		"$2" restore -q --exact -C out mounts.tar.gz
		"$2" restore -n --exact -C out mounts.tar.gz
		"$2" undo -C out
		rm -r "$1/.nqsbackup-restore" "$1/control/.nqsbackup-restore"
		"$3" "$1/data" | diff data -
	' sh "$target" "$build/nqsbackup/nqsbackup" \
	    "$build/tests/backup/treelist"
}

restores_over_the_lower_layer_of_an_overlay() {
	is_root || skip "only root can mount"
	unshare -m true 2>/dev/null || skip "no mount namespace"
	start
	rm -r "$target/data/large"
	treelist "$target" >before
	fresh upper
	fresh work
	# shellcheck disable=SC2016 # the inner shell expands it
	unshare -m sh -ec '
		mount -t tmpfs tmpfs upper
		mkdir upper/upper upper/work upper/merged
		mount -t overlay -o "lowerdir=out,upperdir=upper/upper,workdir=upper/work" \
		    overlay upper/merged 2>/dev/null || exit 99
		"$2" restore -q --exact -C upper/merged tree.tar.gz
		"$2" restore -n --exact -C upper/merged tree.tar.gz
		"$2" undo -C upper/merged
		"$3" "upper/merged/${1#out/}" | diff before -
	' sh "$target" "$build/nqsbackup/nqsbackup" \
	    "$build/tests/backup/treelist" || {
		[ "$?" -ne 99 ] || skip "no overlay"
		return 1
	}
}

keeps_the_access_control_lists_of_what_is_not_archived() {
	command -v setfacl >/dev/null || skip "no setfacl"
	start
	rm -r "$target/data/large"
	mkdir -p "$target/local/spool"
	chmod 700 "$target/local/spool"
	for directory in "$target" "$target/data" "$target/local" \
	    "$target/local/spool"; do
		setfacl -m u:1:rwx,d:u:1:rwx,m::rx "$directory" 2>/dev/null ||
			skip "no access control lists here"
	done
	getfacl -cpR "$target/local" >lists
	getfacl -cp "$target" "$target/data" >>lists
	restore tree.tar.gz
	getfacl -cpR "$target/local" >found
	head -n "$(wc -l <found)" lists | diff - found
	# The archive knows that these have none.
	expect 1 grep daemon <<-END
	$(getfacl -cp "$target" "$target/data")
	END
	undo
	getfacl -cpR "$target/local" >found
	getfacl -cp "$target" "$target/data" >>found
	diff lists found
}

does_not_let_kept_directories_inherit_access() {
	command -v setfacl >/dev/null || skip "no setfacl"
	start
	rm -r "$target/data/large"
	setfacl -m d:u:1:rwx out 2>/dev/null ||
		skip "no access control lists here"
	getfacl -cp "$target/data" >lists
	restore tree.tar.gz
	getfacl -cp "$target/data" | diff lists -
}

# Makes files in spool until there is the file stop.
write_into() {
	number=0
	while [ ! -e stop ]; do
		number=$((number + 1))
		: >"$1/new$number"
	done
	echo "$number" >written
}

loses_no_file_that_is_made_meanwhile() {
	start
	rm -r "$target/data/large"
	mkdir "$target/spool"
	rm -f stop
	write_into "$target/spool" &
	wait_until 10 test -e "$target/spool/new9"
	code=0
	restore --no-undo tree.tar.gz 2>why || code=$?
	: >stop
	wait
	same "the files" "$(cat written)" \
	    "$(find "$target/spool" -type f | wc -l)"
	same "the exit code" 1 "$code"
	contains "$(cat why)" "was changed meanwhile"
	same "the file" changed "$(cat "$target/data/block")"
}

# as_user ARGUMENT...: nqsbackup, as somebody who is not root.
as_user() {
	if is_root; then
		setpriv --reuid 1234 --regid 5678 --clear-groups \
		    "$build/nqsbackup/nqsbackup" "$@"
	else
		nqsbackup "$@"
	fi
}

# Makes a target for a tree of somebody with closed directories.
start_closed() {
	! is_root || command -v setpriv >/dev/null || skip "no setpriv"
	chmod -R u+w closed out 2>/dev/null || :
	rm -rf closed closed.tar.gz
	fresh out
	chmod 755 "$scratch"
	mkdir -p closed/within/deep closed/open
	echo file | tee closed/within/file closed/within/deep/file \
	    closed/open/file >closed/file
	chmod 500 closed/within/deep closed/within
	! is_root || chown -R 1234:5678 closed out
	nqsbackup create -q -t closed -o closed.tar.gz
	chmod 644 closed.tar.gz
	target=out/$(archived closed)
	as_user restore -q -C out closed.tar.gz
}

# change FILE: gives it another content, whatever the mode of its directory.
change() {
	chmod u+w "${1%/*}"
	rm "$1"
	echo changed >"$1"
	! is_root || chown 1234:5678 "$1"
	chmod "${2:-u-w}" "${1%/*}"
}

# It is kept where he may write, and only its name tells where that is.
asks_a_user_for_the_name_where_he_may_not_write_above() {
	is_root || skip "only root can become another user"
	start_closed
	chmod -R u+w out
	fresh out
	mkdir -p "${target%/*}"
	chown 1234:5678 "${target%/*}"
	as_user restore -C out closed.tar.gz 2>said
	command=$(sed -n 's/.*to take this back: nqsbackup //p' said)
	expect 1 as_user undo -C out 2>why
	contains "$(cat why)" "hint: name it as the restore has: 'undo DIRECTORY/ID'"
	[ -e "$target" ]
	# shellcheck disable=SC2086 # words of a command line
	as_user $command
	[ ! -e "$target" ]
}

replaces_closed_directories_again_and_again() {
	start_closed
	for round in 1 2 3; do
		change "$target/within/file"
		change "$target/open/file" u+w
		as_user restore -q -C out closed.tar.gz
		same_trees closed "$target"
	done
	as_user undo -C out
	same "the file" changed "$(cat "$target/within/file")"
	same "the mode" 500 "$(stat -c %a "$target/within")"
	as_user undo -C out --forget
	same "what is left" "" "$(find out -name '.nqs*')"
}

exchanges_a_closed_directory_and_what_is_in_one() {
	start_closed
	treelist "$target" >new
	for file in within/file within/deep/file file; do
		change "$target/$file"
		[ "$file" != file ] || chmod u-w "$target/open" "$target"
		treelist "$target" >before
		as_user restore -q -C out closed.tar.gz
		treelist "$target" | diff new -
		as_user undo -C out
		treelist "$target" | diff before -
		chmod u+w "$target"
		as_user restore -q -C out closed.tar.gz
	done
}

restores_over_a_very_deep_tree() {
	start
	deep=$(printf '%0300d' 0 | sed 's,0,deeper/,g')
	(cd "$target" && mkdir -p "$deep")
	for round in 1 2 3; do
		echo "round $round"
		restore --exact tree.tar.gz
		echo changed >"$target/data/block"
	done
	undo
	undo --forget
	same "what is left" "" "$(find out -name '.nqs*')"
}

# It would hold up everybody.
passes_by_what_cannot_be_removed() {
	start
	restore --exact tree.tar.gz
	mkdir out/.nqsbackup-restore/20010203T040506Z
	echo left >out/.nqsbackup-restore/20010203T040506Z/file
	cp out/.nqsbackup-restore/*.done \
	    out/.nqsbackup-restore/20010203T040506Z.making
	chattr +i out/.nqsbackup-restore/20010203T040506Z/file 2>/dev/null ||
		skip "no immutable files here"
	echo changed >"$target/data/block"
	code=0
	nqsbackup restore -C out tree.tar.gz 2>why || code=$?
	chattr -i out/.nqsbackup-restore/20010203T040506Z/file
	same "the exit code" 0 "$code"
	contains "$(cat why)" "'20010203T040506Z' left cannot be removed"
	cmp tree/data/block "$target/data/block"
}

# In a folder of all, each has a place of his own for what he restores.
two_users_restore_in_the_same_directory() {
	is_root || skip "only root can become another user"
	start_closed
	chmod 1777 out
	mkdir two
	cp -a closed two/closed
	chown -R 4321:5678 two
	nqsbackup create -q -t two -o two.tar.gz
	chmod 644 two.tar.gz
	chmod 1777 "out/$(archived .)"
	other() {
		setpriv --reuid 4321 --regid 5678 --clear-groups \
		    "$build/nqsbackup/nqsbackup" "$@"
	}
	other restore -q -C out two.tar.gz
	[ -d out/.nqsbackup-restore ] && [ -d out/.nqsbackup-restore-4321 ]
	change "$target/file" u+w
	as_user restore -q -C out closed.tar.gz
	other undo -C out
	[ ! -e "out/$(archived two)" ]
	as_user undo -C out
	same "the file" changed "$(cat "$target/file")"
	nqsbackup create -q -t out -o all.tar.gz
	same "what is backed up of it" 0 \
	    "$(nqsbackup list all.tar.gz | grep -c nqsbackup-restore)"
}

restores_beside_a_file_that_cannot_be_linked() {
	start
	echo changed >"$target/control/third"
	echo fixed >"$target/control/fixed"
	chattr +i "$target/control/fixed" 2>/dev/null ||
		skip "no immutable files here"
	code=0
	restore --exact tree.tar.gz '*/data' 2>why || code=$?
	[ "$code" -ne 0 ] || restore tree.tar.gz 2>why || code=$?
	[ "$code" -ne 0 ] || restore -n tree.tar.gz || code=$?
	chattr -i "$target/control/fixed"
	same "the exit code" 0 "$code$(cat why)"
	same "the file" fixed "$(cat "$target/control/fixed")"
}

cd "$scratch" || exit 99
run_tests puts_back_the_tree_that_was_replaced \
	puts_back_single_files \
	removes_what_was_not_there \
	does_not_copy_what_stays \
	exchanges_no_more_than_it_must \
	prints_what_it_would_do_and_does_not \
	takes_back_by_name_and_only_once \
	tells_how_it_is_taken_back \
	keeps_only_what_the_last_restore_replaced \
	keeps_what_restores_of_other_trees_replaced \
	does_not_work_in_a_tree_where_another_does \
	forgets_when_told_to \
	keeps_nothing_when_told_so \
	keeps_what_was_added_since_in_the_tree_that_it_takes_away \
	restores_and_takes_back_below_mount_points \
	does_not_carry_away_what_is_mounted_in_the_tree \
	puts_back_what_it_cannot_finish \
	takes_back_nothing_else_when_it_was_killed \
	shows_that_it_finishes_what_was_interrupted \
	takes_back_nothing_for_a_restore_that_changed_nothing \
	restores_where_a_directory_is_mounted_from_the_same_file_system \
	restores_over_the_lower_layer_of_an_overlay \
	keeps_the_access_control_lists_of_what_is_not_archived \
	does_not_let_kept_directories_inherit_access \
	loses_no_file_that_is_made_meanwhile \
	asks_a_user_for_the_name_where_he_may_not_write_above \
	replaces_closed_directories_again_and_again \
	exchanges_a_closed_directory_and_what_is_in_one \
	restores_over_a_very_deep_tree \
	passes_by_what_cannot_be_removed \
	two_users_restore_in_the_same_directory \
	restores_beside_a_file_that_cannot_be_linked
