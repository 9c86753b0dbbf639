#!/bin/sh
# What is backed up comes back, by nqsbackup and by other programs.
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/backup/tree.sh
. "$top/tests/backup/tree.sh"

prepare() {
	make_tree "$scratch/tree"
	make_plain_tree "$scratch/plain"
	nqsbackup create -q -t "$scratch/tree" -o "$scratch/tree.tar.gz"
	nqsbackup create -q --format pax -t "$scratch/tree" \
	    -o "$scratch/pax.tar.gz"
	nqsbackup create -q -t "$scratch/plain" -o "$scratch/plain.tar.gz"
}

# extracted DIRECTORY TREE: where the tree is below the directory.
extracted() {
	echo "$1/$(archived "$2")"
}

restores_every_attribute() {
	fresh out
	nqsbackup restore -C out tree.tar.gz
	same_trees tree "$(extracted out tree)"
}

restores_every_attribute_of_a_pax_archive() {
	fresh out
	nqsbackup restore -C out pax.tar.gz
	same_trees tree "$(extracted out tree)"
}

finds_nothing_to_do_where_it_was_made() {
	expect 0 nqsbackup restore --exact -n tree.tar.gz >found
	same "what would be done" "" "$(cat found)"
	treelist tree >before
	nqsbackup restore --exact --no-undo tree.tar.gz
	treelist tree | diff before -
}

restores_parts_of_a_second_before_1970() {
	fresh out
	fresh early
	touch -d '1969-12-31 23:59:57.25' early/file
	touch -d '1901-01-01 00:00:00.999999999' early
	nqsbackup create -q --format pax -t early -o early.tar.gz
	nqsbackup restore -C out early.tar.gz
	same_trees early "$(extracted out early)"
	rm early.tar.gz
}

keeps_times_that_no_32_bits_and_no_octal_field_can_say() {
	fresh out
	fresh late
	touch -d '2038-01-19 03:14:08.5' late/signed
	touch -d '2106-02-07 06:28:16.000000001' late/unsigned
	touch -d '2243-01-01 00:00:00.75' late/octal
	touch -d '1901-12-13 20:45:51.5' late/early
	case $(stat -c %y late/octal) in
	2243*)	;;
	*)	skip "this file system ends before 2243" ;;
	esac
	nqsbackup create -q -t late -o late.tar.gz
	nqsbackup restore -q -C out late.tar.gz
	same_trees late "$(extracted out late)"
	fresh out
	gzip -dc late.tar.gz >late.tar
	rm late.tar.gz
	tar -xpf late.tar -C out 2>/dev/null
	same_trees late "$(extracted out late)" -s
}

keeps_a_file_that_has_names_in_two_trees() {
	fresh out
	fresh one
	fresh two
	echo text >one/name
	ln one/name two/further
	nqsbackup create -q -t one -t two -o two.tar.gz
	nqsbackup restore -q -C out two.tar.gz
	rm two.tar.gz
	same inode "$(stat -c %i "out/$(archived one)/name")" \
	    "$(stat -c %i "out/$(archived two)/further")"
}

# unpacks_with NAME FORMAT [-s]: runs the function NAME in out.
unpacks_with() {
	fresh out
	gzip -dc "$2.tar.gz" >archive.tar
	(cd out && "$1" ../archive.tar)
	tree=tree
	[ "$2" != plain ] || tree=plain
	same_trees "$tree" "$(extracted out "$tree")" "${3:-}"
}

needs() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

by_gnu_tar() {
	tar xpf "$1"
}

by_bsdtar() {
	bsdtar xpf "$1"
}

# The two below must not complain.
by_busybox() {
	busybox tar xpf "$1" 2>complaints
	[ ! -s complaints ] || { cat complaints; return 1; }
}

by_pax() {
	keep=e				# everything
	is_root || keep=p		# but not the owner
	pax -r -p "$keep" <"$1" 2>complaints
	[ ! -s complaints ] || { cat complaints; return 1; }
}

is_gnu_tar() {
	tar --version 2>/dev/null | grep -q 'GNU tar' || skip "no GNU tar"
}

gnu_tar_unpacks_pax_to_the_nanosecond() {
	is_gnu_tar
	unpacks_with by_gnu_tar pax
}

gnu_tar_unpacks_the_default_to_the_second() {
	is_gnu_tar
	unpacks_with by_gnu_tar tree -s
}

bsdtar_unpacks_pax_to_the_nanosecond() {
	needs bsdtar
	unpacks_with by_bsdtar pax
}

bsdtar_unpacks_the_default_to_the_second() {
	needs bsdtar
	unpacks_with by_bsdtar tree -s
}

# It keeps neither times of directories nor owners of links.
busybox_unpacks_the_default_without_complaint() {
	needs busybox
	fresh out
	gzip -dc plain.tar.gz >archive.tar
	(cd out && by_busybox ../archive.tar)
	rest='s/ \(04....\|120777\) [^ ]* [^ ]*/ \1/'
	is_root || rest="$rest;s/ [01][0-7]* / /;s/ 04[0-7]*$//"
	treelist -s plain | sed "$rest" >expected
	treelist -s "$(extracted out plain)" | sed "$rest" | diff expected -
}

pax_unpacks_the_default_without_complaint() {
	needs pax
	unpacks_with by_pax plain -s
}

# untimed KIND DIRECTORY: a list of it without the times of things whose mode
# begins so.
untimed() {
	treelist -s "$2" | sed "s/ \\(\\($1\\)[0-7]* [^ ]*\\) [^ ]*/ \\1/"
}

by_cpio() {
	cpio -idm -H ustar --quiet <"$1" 2>complaints
	[ ! -s complaints ] || { cat complaints; return 1; }
}

cpio_unpacks_what_ustar_can_say() {
	needs cpio
	is_root || skip "only root gets the owners"
	fresh out
	gzip -dc plain.tar.gz >archive.tar
	(cd out && by_cpio ../archive.tar)
	# It keeps no times of directories and links.
	untimed '04\|12' plain >expected
	untimed '04\|12' "$(extracted out plain)" | diff expected -
}

# unpacks_with_python ARCHIVE
unpacks_with_python() {
	python3 - "$1" <<-'END'
	import sys, tarfile
	if hasattr(tarfile, "fully_trusted_filter"):
	    tarfile.TarFile.extraction_filter = staticmethod(
	        tarfile.fully_trusted_filter)
	with tarfile.open(sys.argv[1]) as tar:
	    tar.extractall("out", numeric_owner=True)
	END
}

python_unpacks_both_formats() {
	needs python3
	python3 -c 'import tarfile' 2>/dev/null || skip "it has no tarfile"
	for format in tree pax; do
		fresh out
		unpacks_with_python "$format.tar.gz"
		# It keeps no times of links, and rounds nanoseconds.
		untimed '12\|01' tree >expected
		untimed '12\|01' "$(extracted out tree)" | diff expected - || {
			echo "$format"
			return 1
		}
	done
}

# contents DIRECTORY: of the files, all that every program keeps.
contents() {
	(cd "$1" && find . -type f -exec sha256sum {} + | sort)
}

seven_zip_unpacks_the_contents() {
	needs sha256sum
	for zip in 7zz 7z 7za none; do
		! command -v "$zip" >/dev/null || break
	done
	[ "$zip" != none ] || skip "7-Zip is not installed"
	for format in plain tree; do
		fresh out
		fresh zipped
		"$zip" x -y -bd -ozipped "$format.tar.gz" >said 2>&1 ||
			{ cat said; return 1; }
		# It does not make links that lead out, and says so.
		"$zip" x -y -bd -oout zipped/*.tar >said 2>&1 || :
		# It does not know sparse files.
		contents "$format" | grep -v ' ./sparse/' >expected
		contents "$(extracted out "$format")" >found
		# What it cannot have it makes an empty file of.
		same "what it lacks" "" "$(comm -23 expected found)"
	done
}

gzip_accepts_every_archive() {
	for name in tree pax plain; do
		gzip -t "$name.tar.gz"
	done
}

sha256sum_accepts_the_manifest() {
	needs sha256sum
	is_gnu_tar
	fresh out
	gzip -dc tree.tar.gz | (cd out && tar xf -)
	(cd out && sha256sum --quiet -c .nqsbackup/manifest.sha256)
}

the_default_is_ustar_wherever_that_can_say_it() {
	gzip -dc plain.tar.gz >plain.tar
	expect 1 grep -a -q PaxHeader plain.tar
	gzip -dc tree.tar.gz >tree.tar
	grep -a -q PaxHeader tree.tar
}

ends_on_a_whole_record() {
	for name in tree pax plain; do
		size=$(gzip -dc "$name.tar.gz" | wc -c)
		same "the rest of $name" 0 $((size % 10240))
	done
}

lists_every_name_once() {
	is_gnu_tar
	nqsbackup list plain.tar.gz | sort >found
	gzip -dc plain.tar.gz | tar tf - | sed 's,/$,,' |
	    grep -v '^\.nqsbackup' | sort | diff - found
}

lists_what_a_pattern_selects() {
	name=$(archived plain)
	same "a directory" 3 \
	    "$(nqsbackup list plain.tar.gz "/$name/control/0" | wc -l)"
	same "a pattern" "$name/data/more" \
	    "$(nqsbackup list plain.tar.gz '*/more')"
	expect 1 nqsbackup list plain.tar.gz '*/nobody' 2>why
	contains "$(cat why)" "nothing in the archive fits '*/nobody'"
	contains "$(cat why)" "hint: 'nqsbackup list' shows its names; the first is '$name'"
}

says_what_is_wrong_with_a_word_behind_the_archive() {
	for verb in list diff restore; do
		run 1 nqsbackup "$verb" plain.tar.gz pax.tar.gz
		stderr_has "nothing in the archive fits 'pax.tar.gz'"
		stderr_has 'hint: if this is an archive: only one'
		run 1 nqsbackup "$verb" plain.tar.gz -q
		stderr_has 'hint: options stand before the archive'
	done
	run 64 nqsbackup verify plain.tar.gz pax.tar.gz
	stderr_has "'pax.tar.gz' is one word too many"
	stderr_has 'hint: if this is an archive: only one'
	run 64 nqsbackup verify plain.tar.gz -j 1
	stderr_has 'hint: options stand before the archive'
	run 64 nqsbackup cat plain.tar.gz plain/more -q
	stderr_has 'hint: options stand before the archive'
}

shows_names_so_that_they_harm_no_terminal() {
	nqsbackup list tree.tar.gz >found
	expect 1 grep -q "$(printf '\033')" found
	grep -q 'names/\\x1b\[31m\\x01\\xff' found
	grep -q 'names/new\\x0aline' found
}

lists_details() {
	nqsbackup list -l plain.tar.gz >found
	grep -q '^-rws--x--x .* 512 .*data/block$' found
	grep -q '^p.* 2003-04-05T06:07:08.999Z .*control/pipe$' found
	grep -q '^l.*control/relative -> \.\./data/more$' found
	grep -q '^h.* 513 .*data/more link to .*control/third$' found
}

prints_one_file() {
	name=$(archived tree)
	for file in data/large control/third data/more sparse/pieces \
	    sparse/all control/nothing names/shallow; do
		nqsbackup cat tree.tar.gz "$name/$file" | cmp - "tree/$file"
	done
	nqsbackup cat tree.tar.gz "/$name/data/block" | cmp - tree/data/block
	expect 1 nqsbackup cat tree.tar.gz "$name/data" 2>why
	contains "$(cat why)" "is not a file"
	expect 1 nqsbackup cat tree.tar.gz nobody 2>why
	contains "$(cat why)" "'nobody' is not in the archive"
}

# So what is damaged elsewhere is in nobody's way.
reads_for_one_file_only_where_it_is() {
	fresh three
	head -c 3000000 /dev/urandom >three/a
	echo small >three/b
	ln three/b three/bb
	head -c 3000000 /dev/urandom >three/c
	nqsbackup create -q -t three -o three.tar.gz
	for offset in 1000000 5000000; do
		printf damage | dd of=three.tar.gz bs=1 seek="$offset" \
		    conv=notrunc 2>/dev/null
	done
	for file in b bb; do
		same "$file" small "$(nqsbackup cat three.tar.gz \
		    "$(archived three)/$file")"
	done
	expect 65 nqsbackup verify three.tar.gz 2>why
	contains "$(cat why)" "hint: the damaged piece holds \
'$(archived three)/a' to '$(archived three)/a'; the rest can still be restored"
	expect 65 nqsbackup cat three.tar.gz "$(archived three)/a"
	fresh out
	nqsbackup restore -q -C out three.tar.gz '*/b'
	same "what is restored" small "$(cat "out/$(archived three)/b")"
	rm three.tar.gz
}

reads_standard_input() {
	nqsbackup verify - <tree.tar.gz
	# shellcheck disable=SC2002 # a pipe is what is to be read
	cat tree.tar.gz | nqsbackup verify -
	# shellcheck disable=SC2002
	cat plain.tar.gz | nqsbackup list - >found
	nqsbackup list plain.tar.gz | diff - found
}

# on_terminal ARGUMENTS: what nqsbackup shows there.
on_terminal() {
	script -q -e -c "'$build/nqsbackup/nqsbackup' $1" /dev/null \
	    </dev/null >shown
}

shows_on_a_terminal_how_far_it_is() {
	on_terminal "verify tree.tar.gz"
	contains "$(cat shown)" "verifying: "
	# What is drawn is gone in the end.
	tail -n 1 shown | grep -q 'all good'
	on_terminal "verify -q tree.tar.gz"
	same "the bar" 0 "$(grep -c verifying shown)"
	nqsbackup verify tree.tar.gz 2>shown
	same "without a terminal" "" "$(cat shown)"
}

cd "$scratch" || exit 99
run_tests restores_every_attribute \
	restores_every_attribute_of_a_pax_archive \
	keeps_times_that_no_32_bits_and_no_octal_field_can_say \
	keeps_a_file_that_has_names_in_two_trees \
	restores_parts_of_a_second_before_1970 \
	finds_nothing_to_do_where_it_was_made \
	gnu_tar_unpacks_pax_to_the_nanosecond \
	gnu_tar_unpacks_the_default_to_the_second \
	bsdtar_unpacks_pax_to_the_nanosecond \
	bsdtar_unpacks_the_default_to_the_second \
	busybox_unpacks_the_default_without_complaint \
	pax_unpacks_the_default_without_complaint \
	cpio_unpacks_what_ustar_can_say \
	python_unpacks_both_formats \
	seven_zip_unpacks_the_contents \
	gzip_accepts_every_archive \
	sha256sum_accepts_the_manifest \
	the_default_is_ustar_wherever_that_can_say_it \
	ends_on_a_whole_record \
	lists_every_name_once \
	lists_what_a_pattern_selects \
	says_what_is_wrong_with_a_word_behind_the_archive \
	shows_names_so_that_they_harm_no_terminal \
	lists_details \
	prints_one_file \
	reads_for_one_file_only_where_it_is \
	shows_on_a_terminal_how_far_it_is \
	reads_standard_input
