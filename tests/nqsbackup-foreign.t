#!/bin/sh
# Archives that other programs made are read like our own.
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/backup/tree.sh
. "$top/tests/backup/tree.sh"

prepare() {
	make_tree "$scratch/tree"
	make_plain_tree "$scratch/plain"
}

needs() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

# restored TREE [-s]: archive.tar, which holds the folder TREE, plain and
# packed, comes back as it is; -s: with whole seconds.
restored() {
	for archive in archive.tar archive.tar.gz; do
		[ "$archive" = archive.tar ] || gzip -1kf archive.tar
		fresh out
		nqsbackup restore -C out "$archive"
		same_trees "$1" "out/$1" "${2:-}" || {
			echo "$archive"
			return 1
		}
		expect 0 nqsbackup restore -n --exact -C out "$archive"
		rm -rf out
	done
	rm archive.tar archive.tar.gz
}

reads_old_v7_of_gnu_tar() {
	# It knows no FIFOs.
	rm -rf v7
	cp -a plain v7
	rm v7/control/pipe
	tar --format=v7 -cf archive.tar v7
	restored v7 -s
	rm -rf v7
}

reads_ustar_of_gnu_tar() {
	tar --format=ustar -cf archive.tar plain
	restored plain -s
}

reads_the_format_of_gnu_tar() {
	tar --format=gnu -S -cf archive.tar tree
	restored tree -s
	tar --format=oldgnu -S -cf archive.tar tree
	restored tree -s
}

reads_pax_of_gnu_tar_and_each_of_its_sparse_formats() {
	for version in 0.0 0.1 1.0; do
		tar --format=posix -S --sparse-version="$version" \
		    -cf archive.tar tree
		restored tree || { echo "sparse $version"; return 1; }
	done
}

# Of more pieces than a header has room for, nor the blocks behind it.
reads_sparse_files_of_very_many_pieces() {
	fresh many
	for piece in $(seq 1 60); do
		echo "$piece" | dd of=many/pieces bs=1 \
		    seek=$((piece * 65536)) conv=notrunc 2>/dev/null
	done
	for format in gnu oldgnu; do
		tar --format="$format" -S -cf archive.tar many
		restored many -s || { echo "$format"; return 1; }
	done
	for version in 0.0 0.1 1.0; do
		tar --format=posix -S --sparse-version="$version" \
		    -cf archive.tar many
		restored many || { echo "sparse $version"; return 1; }
	done
	rm -r many
}

reads_what_bsdtar_writes() {
	needs bsdtar
	# It complains of names that are no text, and keeps them.
	bsdtar --format pax -cf archive.tar tree 2>/dev/null || :
	restored tree
	for format in gnutar ustar; do
		bsdtar --format "$format" -cf archive.tar plain
		restored plain -s || { echo "$format"; return 1; }
	done
}

reads_what_busybox_writes() {
	needs busybox
	busybox tar --help 2>&1 | grep -q -- '-c' || skip "it only unpacks"
	busybox tar cf archive.tar plain
	restored plain -s
}

reads_what_pax_writes() {
	needs pax
	pax -w -x ustar -f archive.tar plain
	restored plain -s
}

reads_what_cpio_writes() {
	needs cpio
	# It keeps the names of a file apart where they are no links in tar.
	find plain | cpio -o -H ustar --quiet >archive.tar
	restored plain -s
}

reads_what_python_writes() {
	needs python3
	for format in USTAR GNU PAX; do
		tree=tree
		[ "$format" != USTAR ] || tree=plain
		cp -a --sparse=never "$tree" dense
		# It rounds times where others cut them.
		find dense -exec touch -h -d @1000000000 {} +
		python3 - "$format" dense <<-'END' || skip "it has no tarfile"
		import sys, tarfile
		form = getattr(tarfile, sys.argv[1] + "_FORMAT")
		with tarfile.open("archive.tar", "w", format=form) as tar:
		    tar.add(sys.argv[2])
		END
		restored dense -s || { echo "$format"; return 1; }
		rm -rf dense
	done
}

restores_a_dense_file_as_it_is_archived() {
	tar -cf archive.tar tree/sparse
	fresh out
	nqsbackup restore -C out archive.tar
	cmp tree/sparse/pieces out/tree/sparse/pieces
	rm archive.tar
}

reads_standard_input() {
	tar -czf archive.tar.gz plain
	nqsbackup list archive.tar.gz >expected
	nqsbackup list - <archive.tar.gz | diff expected -
	# shellcheck disable=SC2002
	cat archive.tar.gz | nqsbackup list - | diff expected -
	fresh out
	# shellcheck disable=SC2002
	cat archive.tar.gz | nqsbackup restore -C out -
	same_trees plain out/plain -s
}

lists_names_in_their_order() {
	tar -cf archive.tar plain
	nqsbackup list archive.tar >found
	find plain | tr '/\n' '\001\n' | sort | tr '\001' / | diff - found
}

prints_one_file() {
	tar -czf archive.tar.gz tree/data
	nqsbackup cat archive.tar.gz tree/data/member | cmp - tree/data/member
	nqsbackup cat archive.tar.gz /tree/data/other | cmp - tree/data/more
	run 1 nqsbackup cat archive.tar.gz tree/none
	stderr_has "'tree/none' is not in the archive"
}

says_what_it_can_prove() {
	tar -cf archive.tar plain
	run 0 nqsbackup verify archive.tar
	stdout_has "no damage to be seen: it has no digests"
	gzip -kf archive.tar
	run 0 nqsbackup verify archive.tar.gz
	stdout_has "it has no digests, but gzip's checksums agree"
	run 0 nqsbackup verify --json archive.tar.gz
	stdout_has '"proof":"checksums"'
}

reads_many_members_and_what_pads_them() {
	tar -cf archive.tar plain
	{
		head -c 700000 archive.tar | gzip -c
		tail -c +700001 archive.tar | gzip -cn
		printf '' | gzip -c
		head -c 5000 /dev/zero
	} >archive.tar.gz
	run 0 nqsbackup verify archive.tar.gz
	echo more >>archive.tar.gz
	run 65 nqsbackup verify archive.tar.gz
	stderr_has "something else stands behind its last member"
}

takes_names_as_others_write_them() {
	(cd plain && tar -Pcf ../archive.tar ././/data/more \
	    "$PWD/control/nothing")
	run 0 nqsbackup list archive.tar
	stdout_has "data/more"
	stdout_has "$(archived plain)/control/nothing"
	stderr_has "begins with a slash"
}

makes_the_directories_that_an_archive_only_implies() {
	tar -cf archive.tar plain/control/0/1/request plain/data/block
	run 0 nqsbackup list archive.tar
	stdout_is "plain/control/0/1/request
plain/data/block"
	fresh out
	mkdir -m 700 out/plain
	echo mine >out/plain/mine
	nqsbackup restore --exact -C out archive.tar
	cmp plain/data/block out/plain/data/block
	same "what was there" mine "$(cat out/plain/mine)"
	same "its mode" drwx------ "$(find out/plain -maxdepth 0 -printf %M)"
}

collects_very_many_trees() {
	fresh many
	seq 1 1500 | (cd many && while read -r name; do
		mkdir -p "$((name % 7))/$name"
		: >"$((name % 7))/$name/file"
	done)
	find many -type f | tar -cf archive.tar -T -
	fresh out
	mkdir -p out/many/3
	: >out/many/3/mine
	nqsbackup restore --exact -C out archive.tar
	same "files" 1501 "$(find out/many -type f | wc -l)"
	rm -rf many out archive.tar
}

lets_the_last_of_one_name_count() {
	fresh twice
	echo first >twice/file
	ln twice/file twice/link
	tar -cf archive.tar twice
	rm twice/file
	echo second >twice/file
	tar -rf archive.tar twice/file
	fresh out
	nqsbackup restore -C out archive.tar
	same "the file" second "$(cat out/twice/file)"
	same "the link" first "$(cat out/twice/link)"
	rm -rf twice
}

leaves_out_what_it_cannot_have() {
	is_root || skip "only root makes devices"
	fresh special
	mknod special/device c 1 3 || skip "no devices can be made here"
	echo text >special/file
	tar -cf archive.tar special
	rm -rf special
	fresh out
	run 2 nqsbackup restore -C out archive.tar
	stderr_has "'special/device' is a device: left out"
	same "the rest" text "$(cat out/special/file)"
	run 0 nqsbackup verify archive.tar
	run 0 nqsbackup list -l archive.tar
	stdout_has " 1,3 "
}

reads_our_own_that_was_unpacked() {
	nqsbackup create -q -t tree -o own.tar.gz
	gzip -dc own.tar.gz >archive.tar
	fresh out
	nqsbackup restore -C out archive.tar
	same_trees tree "out/$(archived tree)" -s
	run 0 nqsbackup list archive.tar
	nqsbackup list own.tar.gz | diff - "$scratch/stdout"
	gzip -f archive.tar
	run 65 nqsbackup list archive.tar.gz
	stderr_has "was packed anew"
	rm own.tar.gz
}

says_how_to_unpack_what_it_cannot() {
	printf '\3757zXZ\0and more' >archive.tar.xz
	run 65 nqsbackup list archive.tar.xz
	stderr_has "hint: unpack it: xz -dc FILE | nqsbackup VERB -"
	echo "some text that is no archive" >archive.tar
	run 65 nqsbackup list archive.tar
	stderr_has "cannot read the archive 'archive.tar': it is no tar archive"
	: >archive.tar
	run 65 nqsbackup list archive.tar
	stderr_has "cannot read the archive 'archive.tar': it is empty"
	gzip -c archive.tar >archive.tar.gz
	run 65 nqsbackup list archive.tar.gz
	stderr_has "it is empty"
	echo "some text that is no archive" | gzip -c >archive.tar.gz
	run 65 nqsbackup verify archive.tar.gz
	stderr_has "it is no tar archive"
	head -c 30 archive.tar.gz >cut.tar.gz
	run 65 nqsbackup verify cut.tar.gz
	stderr_has "it is cut off"
}

accepts_an_empty_archive() {
	tar -cf archive.tar -T /dev/null
	run 0 nqsbackup list archive.tar
	stdout_is ""
	run 0 nqsbackup verify archive.tar
}

cd "$scratch" || exit 99
run_tests reads_old_v7_of_gnu_tar \
	reads_ustar_of_gnu_tar \
	reads_the_format_of_gnu_tar \
	reads_pax_of_gnu_tar_and_each_of_its_sparse_formats \
	reads_sparse_files_of_very_many_pieces \
	reads_what_bsdtar_writes \
	reads_what_busybox_writes \
	reads_what_pax_writes \
	reads_what_cpio_writes \
	reads_what_python_writes \
	restores_a_dense_file_as_it_is_archived \
	reads_standard_input \
	lists_names_in_their_order \
	prints_one_file \
	says_what_it_can_prove \
	reads_many_members_and_what_pads_them \
	takes_names_as_others_write_them \
	makes_the_directories_that_an_archive_only_implies \
	collects_very_many_trees \
	lets_the_last_of_one_name_count \
	leaves_out_what_it_cannot_have \
	reads_our_own_that_was_unpacked \
	says_how_to_unpack_what_it_cannot \
	accepts_an_empty_archive
