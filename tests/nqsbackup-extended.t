#!/bin/sh
# Extended attributes, access control lists, labels and capabilities are
# backed up, compared and restored; by other programs, too.
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/backup/tree.sh
. "$top/tests/backup/tree.sh"

prepare() {
	for tool in setfattr getfattr setfacl getfacl; do
		command -v "$tool" >/dev/null || skip "$tool is not installed"
	done
	mkdir -p "$scratch/tree/folder/none" "$scratch/tree/plain"
	cd "$scratch/tree"
	echo data >file
	ln file folder/further
	ln -s file symbolic
	mkfifo pipe
	echo more >folder/list
	echo none >plain/none
	setfattr -n user.comment -v "one, two" file 2>/dev/null ||
		skip "no extended attributes here"
	setfacl -m u:1:rw,g:12345:r file 2>/dev/null ||
		skip "no access control lists here"
	# Any bytes, also in the name, and none at all.
	setfattr -n 'user.odd name%
' -v 0sAAEC/wo9 file
	setfattr -n user.empty file
	setfacl -m d:u:2:rwx,u:3:rx folder
	setfacl -m g:7:rwx folder/list
	is_root || return 0
	setfattr -h -n trusted.link -v 1 symbolic
	setfattr -n trusted.folder -v 1 folder/none
	# On a disk a label ends with a zero.
	setfattr -n security.selinux -v 0ssystZW1fdTpvYmplY3RfcjpiaW5fdDpzMAA= \
	    folder/list
	setfattr -h -n security.selinux -v odd symbolic
	setfacl -m u:8:rw pipe
	setfattr -n security.capability -v 0sAQAAAgAEAAAAAAAAAAAAAAAAAAA= \
	    plain/none
}

# attributes DIRECTORY: all extended ones of all that is in it.
attributes() {
	(cd "$1" && getfattr -Rhd -m - .)
}

# same_attributes DIRECTORY: it has all of those of tree.
same_attributes() {
	attributes tree >expected
	attributes "$1" | diff expected -
}

# made: an archive of tree; sets found, where it is restored in out.
made() {
	[ -e tree.tar.gz ] ||
		nqsbackup create -q -t tree -o tree.tar.gz
	fresh out
	found=out/$(archived tree)
}

restores_all_of_them() {
	made
	nqsbackup restore -q --all-attributes -C out tree.tar.gz
	same_attributes "$found"
	same_trees tree "$found"
	expect 0 nqsbackup diff -C out tree.tar.gz
	expect 0 nqsbackup diff tree.tar.gz
	expect 0 nqsbackup restore -n --exact --all-attributes -C out tree.tar.gz
}

finds_and_mends_what_differs() {
	made
	nqsbackup restore -q --all-attributes -C out tree.tar.gz
	setfattr -x user.comment "$found/file"
	setfattr -n user.new -v 1 "$found/plain"
	setfacl -m u:3:rwx "$found/folder"
	setfacl -b "$found/folder/list"
	setfattr -n user.new -v 1 "$found/plain/none"
	run 3 nqsbackup diff -C out tree.tar.gz
	sed 's,[^ /]*/.*/tree/,,' stdout >differences
	diff - differences <<-END
	extended file
	mode,extended folder
	extended folder/further
	mode,extended folder/list
	extended plain
	extended plain/none
	END
	run 3 nqsbackup diff --ignore extended -C out tree.tar.gz
	stdout_is "mode $(archived tree)/folder
mode $(archived tree)/folder/list"
	nqsbackup restore -q --all-attributes -C out tree.tar.gz
	same_attributes "$found"
	expect 0 nqsbackup diff -C out tree.tar.gz
}

takes_them_back_with_a_restore() {
	made
	nqsbackup restore -q --all-attributes -C out tree.tar.gz
	setfattr -n user.new -v 1 "$found/plain"
	setfattr -n user.new -v 1 "$found/file"
	setfattr -n user.new -v 1 "$found/folder"
	setfacl -k "$found/folder"
	attributes "$found" >before
	nqsbackup restore -q --all-attributes -C out tree.tar.gz
	same_attributes "$found"
	nqsbackup undo -C out
	attributes "$found" | diff before -
}

lets_nothing_inherit_from_the_target() {
	made
	setfacl -m d:u:99:rwx out
	nqsbackup restore -q --all-attributes -C out tree.tar.gz
	same_attributes "$found"
}

leaves_labels_that_the_archive_does_not_know() {
	is_root || skip "only root can set labels"
	made
	nqsbackup restore -q --all-attributes -C out tree.tar.gz
	setfattr -n security.selinux -v here "$found/plain" "$found/file"
	expect 0 nqsbackup diff -C out tree.tar.gz
	expect 0 nqsbackup restore -n --all-attributes -C out tree.tar.gz
}

# A forged archive of ours is still a forged one.
sets_no_attributes_of_the_system_unasked() {
	is_root || skip "only root can set them"
	made
	run 2 nqsbackup restore -C out tree.tar.gz
	stderr_has "2 entries lose security attributes, in which --all-attributes would trust the archive"
	attributes "$found" | expect 1 grep '^trusted'
	same "labels and capabilities" 3 "$(attributes "$found" |
	    grep -c '^security')"
	run 3 nqsbackup diff -C out tree.tar.gz
	stdout_has "extended "
	nqsbackup restore -q --all-attributes -C out tree.tar.gz
	same_attributes "$found"
}

brings_them_with_one_file() {
	made
	nqsbackup restore -q --all-attributes -C out tree.tar.gz '*/further'
	getfattr -hd -m - tree/folder/further | sed 1d >expected
	getfattr -hd -m - "$found/folder/further" | sed 1d | diff expected -
}

gnu_tar_unpacks_them() {
	made
	tar --help | grep -q -- --xattrs || skip "tar knows none"
	tar --acls --selinux --xattrs --xattrs-include='*' -xpzf tree.tar.gz \
	    -C out
	same_attributes "$found"
}

bsdtar_unpacks_them() {
	needs bsdtar
	made
	bsdtar -xpf tree.tar.gz -C out
	# It takes names as they stand in the header.
	attributes tree | grep -v '^user\.odd' >expected
	attributes "$found" | grep -v '^user\.odd' | diff expected -
}

needs() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

those_who_know_none_unpack_the_rest() {
	made
	gzip -dc tree.tar.gz >tree.tar
	for program in busybox python3 7zz; do
		command -v "$program" >/dev/null || continue
		fresh out
		case $program in
		busybox) busybox tar xpf tree.tar -C out ;;
		python3) python3 -c "import tarfile as t; \
			t.open('tree.tar').extractall('out')" ;;
		7zz)	7zz x -bso0 -oout tree.tar ;;
		esac
		echo "$program"
		cmp tree/file "$found/file"
		cmp tree/file "$found/folder/further"
		cmp tree/folder/list "$found/folder/list"
	done
	rm tree.tar
}

# of_others: archive.tar of others comes back with all attributes.
of_others() {
	fresh out
	if is_root; then
		run 2 nqsbackup restore -C out archive.tar
		stderr_has "lose security attributes"
		attributes out/tree | expect 1 grep '^trusted\|selinux'
		attributes out/tree | grep -q '^security.capability'
		nqsbackup restore -q --all-attributes -C out archive.tar
	else
		nqsbackup restore -q -C out archive.tar
	fi
	same_attributes out/tree
	expect 0 nqsbackup diff -C out archive.tar
	rm archive.tar
}

restores_them_from_gnu_tar() {
	tar --help | grep -q -- --xattrs || skip "tar knows none"
	tar --acls --selinux --xattrs -cf archive.tar tree
	of_others
}

restores_them_from_bsdtar() {
	needs bsdtar
	bsdtar --format pax -cf archive.tar tree
	of_others
}

leaves_those_that_an_archive_of_others_does_not_tell_of() {
	fresh out
	cp -a tree out
	tar -cf archive.tar tree
	expect 0 nqsbackup diff -C out archive.tar
	expect 0 nqsbackup restore -n -C out archive.tar
	rm archive.tar
}

says_what_the_target_cannot_hold() {
	unshare -m true 2>/dev/null || skip "no mount namespace"
	made
	# shellcheck disable=SC2016
	unshare -m sh -ec '
	mount -t ramfs none out || exit 99
	setfattr -n user.try -v 1 out 2>/dev/null && exit 99
	status=0
	"$1" restore --all-attributes -C out tree.tar.gz >said 2>&1 ||
		status=$?
	[ "$status" -eq 2 ] || { echo "exit $status"; cat said; exit 1; }
	grep -q "/tree/file. has extended attributes that the target does not" \
	    said
	cmp tree/file "$2/file"
	status=0
	"$1" restore -v --all-attributes -C out tree.tar.gz >said 2>&1 ||
		status=$?
	[ "$status" -eq 2 ] || { echo "again: exit $status"; cat said; exit 1; }
	! grep -v "does not take" said
	' sh "$build/nqsbackup/nqsbackup" "$found" || {
		[ "$?" -ne 99 ] || skip "no file system without them"
		return 1
	}
}

gives_a_user_what_he_may_have() {
	is_root || skip "only root can become a user"
	command -v setpriv >/dev/null || skip "no setpriv"
	made
	chmod 755 "$scratch"
	chmod 644 tree.tar.gz
	chown 1234:5678 out
	run 2 setpriv --reuid 1234 --regid 5678 --clear-groups \
	    "$build/nqsbackup/nqsbackup" restore -C out tree.tar.gz
	stderr_has "4 entries lose attributes that only root can set"
	attributes tree | grep -v '^trusted\|^security' | sed '/^# /d' >expected
	attributes "$found" | sed '/^# /d' | diff -B expected -
	run 2 setpriv --reuid 1234 --regid 5678 --clear-groups \
	    "$build/nqsbackup/nqsbackup" restore -C out tree.tar.gz
}

reports_what_a_list_would_make_of_a_mode() {
	fresh odd
	echo data >odd/file
	"$build/tests/backup/tarforge" >archive.tar <<-'END'
	x - SCHILY.acl.access=user::rwx,user:7:rwx,group::rwx,mask::rwx,other::rwx
	0 file mode=0000600 text=data
	end
	END
	fresh out
	run 2 nqsbackup restore -C out archive.tar
	stderr_has "'file' has extended attributes that the target does not"
	same mode 600 "$(stat -c %a out/file)"
	rm archive.tar
}

cd "$scratch" || exit 99
run_tests restores_all_of_them \
	finds_and_mends_what_differs \
	takes_them_back_with_a_restore \
	lets_nothing_inherit_from_the_target \
	leaves_labels_that_the_archive_does_not_know \
	sets_no_attributes_of_the_system_unasked \
	brings_them_with_one_file \
	gnu_tar_unpacks_them \
	bsdtar_unpacks_them \
	those_who_know_none_unpack_the_rest \
	restores_them_from_gnu_tar \
	restores_them_from_bsdtar \
	leaves_those_that_an_archive_of_others_does_not_tell_of \
	says_what_the_target_cannot_hold \
	gives_a_user_what_he_may_have \
	reports_what_a_list_would_make_of_a_mode
