#!/bin/sh
# Archives of other programs that were made to do harm, one for each trick:
# they are refused, or contained, and nothing outside of the target changes.
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/backup/tree.sh
. "$top/tests/backup/tree.sh"

# The sentinel is what they aim at.
prepare() {
	mkdir "$scratch/outside"
	echo untouched >"$scratch/outside/sentinel"
}

# forge: writes the archive that standard input says; see tarforge.c.
forge() {
	"$build/tests/backup/tarforge" >evil.tar
}

# said PART: what the restore had to say.
said() {
	contains "$(cat said)" "$1"
}

attack() {
	fresh out
	treelist outside >before
	status=0
	nqsbackup restore -C out "$@" evil.tar >said 2>&1 || status=$?
	treelist outside | diff before - || return 1
}

# refused CODE PART [OPTION]...: the forged archive is, with this message, by
# each verb, and the target is left empty.
refused() {
	code=$1
	part=$2
	shift 2
	attack "$@"
	[ "$status" -eq "$code" ] || {
		echo "exit $status, not $code"
		cat said
		return 1
	}
	said "$part"
	same "what is in the target" "" "$(ls -A out)"
	run "$code" nqsbackup list "$@" evil.tar
	run "$code" nqsbackup verify "$@" evil.tar
	stderr_has "$part"
}

# contained CODE: it is restored, and what it aimed at is untouched.
contained() {
	attack
	[ "$status" -eq "$1" ] || {
		echo "exit $status, not $1"
		cat said
		return 1
	}
}

# in_target NAME TEXT: the file has this text.
in_target() {
	same "out/$1" "$2" "$(cat "out/$1")"
}

refuses_names_that_lead_out() {
	for name in ../outside/sentinel top/../../outside/sentinel .. top/.. \
	    ./../outside/sentinel /../x; do
		forge <<-END
		0 $name text=evil
		end
		END
		refused 65 "'$name' in the archive leads out of it" ||
			{ echo "$name"; return 1; }
	done
}

takes_absolute_names_as_below_the_target() {
	forge <<-END
	0 $scratch/outside/sentinel text=evil
	0 //double text=evil
	end
	END
	contained 0
	said "begins with a slash"
	in_target "$scratch/outside/sentinel" evil
	in_target double evil
}

# attribute KEY VALUE: the archive of one file with this record.
attribute() {
	forge <<-END
	x - $1=$2
	0 file text=data
	end
	END
}

refuses_attributes_that_are_spelled_wrongly() {
	forge <<-'END'
	x - text=30\x20SCHILY.xattr.user.a\x00b=evil\x0a
	0 file text=data
	end
	END
	refused 65 "an extended header holds what is no record"
	attribute 'LIBARCHIVE.xattr.user.a' '!!!'
	refused 65 "the unlawful LIBARCHIVE.xattr.user.a"
	attribute 'LIBARCHIVE.xattr.user.a%00b' YQ
	refused 65 "the unlawful LIBARCHIVE.xattr.user.a%00b"
	attribute SCHILY.acl.access 'user::rwx\x00,group::---'
	refused 65 "the unlawful SCHILY.acl.access"
	forge <<-END
	g - SCHILY.xattr.security.capability=evil
	0 file text=data
	end
	END
	refused 65 "the unlawful SCHILY.xattr.security.capability"
}

leaves_out_attributes_that_no_file_can_have() {
	for name in nothing . .x "user.$(printf '%0252d' 0)"; do
		attribute "SCHILY.xattr.$name" evil
		contained 2
		said "has extended attributes that no file can have here"
		in_target file data
	done
	attribute SCHILY.xattr.user.large "$(printf '%065537d' 0)"
	contained 2
	said "has extended attributes that no file can have here: 1 are"
	for header in 1 2 3 4 5 6 7 8 9 10 11; do
		seq 1 1000 | sed "s/.*/SCHILY.xattr.user.$header.&=1/" |
		    tr '\n' ' ' | sed 's/^/x - /;s/ $//'
		echo
	done >lines
	printf '0 file text=data\nend\n' >>lines
	forge <lines
	contained 2
	said "has extended attributes that no file can have here: 1000 are"
	for list in nonsense user::rwx user::rwx,user:nobody-at-all:rwx \
	    user::rwx,user:-1:rwx,group::rwx,mask::rwx,other::rwx; do
		attribute SCHILY.acl.access "$list"
		contained 2
		said "has an access control list that means nothing here"
	done
}

trusts_no_labels_of_others() {
	is_root || skip "only root can set them"
	forge <<-'END'
	x - SCHILY.xattr.security.selinux=evil SCHILY.xattr.trusted.evil=1 RHT.security.selinux=evil
	0 file text=data
	x - SCHILY.xattr.security.evil=1
	2 link link=file
	x - SCHILY.xattr.system.evil=1
	5 folder/
	end
	END
	contained 2
	said "3 entries lose security attributes"
	same attributes "" "$(getfattr -Rhd -m - out/file out/link out/folder)"
}

refuses_what_lies_below_a_symbolic_link_of_the_archive() {
	forge <<-END
	2 way link=$scratch/outside
	0 way/sentinel text=evil
	end
	END
	refused 65 "'way/sentinel' in the archive lies below what is no directory"
	forge <<-END
	5 top/
	5 top/way/
	0 top/way/sentinel text=evil
	2 top/way link=$scratch/outside
	end
	END
	refused 65 "lies below what is no directory"
}

makes_a_directory_of_what_was_a_link_before() {
	forge <<-END
	2 way link=$scratch/outside
	5 way/
	0 way/sentinel text=evil
	end
	END
	contained 0
	in_target way/sentinel evil
	expect 1 test -L out/way
}

keeps_links_that_lead_out_without_following_them() {
	forge <<-END
	5 top/
	2 top/way link=../../outside
	2 top/file link=$scratch/outside/sentinel
	2 top/loop link=loop
	end
	END
	contained 0
	same "the target" ../../outside "$(readlink out/top/way)"
	attack
	[ "$status" -eq 0 ]
}

does_not_write_through_a_link_that_is_there() {
	fresh out
	ln -s "$scratch/outside" out/way
	forge <<-END
	0 way/sentinel text=evil
	end
	END
	treelist outside >before
	run 1 nqsbackup restore -C out evil.tar
	treelist outside | diff before -
	rm out/way
	ln -s "$scratch/outside/sentinel" out/file
	forge <<-END
	0 file text=evil
	end
	END
	run 0 nqsbackup restore -C out evil.tar
	treelist outside | diff before -
	in_target file evil
}

leaves_out_what_looks_like_a_restore_at_work() {
	forge <<-END
	5 top/
	5 .nqsbackup-restore/
	0 .nqsbackup-restore/lock text=evil
	0 top/.nqsbackup-restore/1/x text=evil
	0 top/file text=good
	end
	END
	contained 0
	said "belongs to a restore: left out"
	same "what is there" file "$(ls -A out/top)"
	run 0 nqsbackup list evil.tar
	stdout_is "top
top/file"
}

refuses_further_names_of_what_is_outside() {
	forge <<-END
	1 top link=../outside/sentinel
	end
	END
	refused 65 "'../outside/sentinel' in the archive leads out of it"
	forge <<-END
	1 top link=$scratch/outside/sentinel
	0 top2 text=good
	end
	END
	contained 2
	said "'top' is a further name of what is not before it in the archive"
	same "what is there" top2 "$(ls out)"
}

makes_no_further_names_of_links_and_directories() {
	forge <<-END
	2 link link=$scratch/outside/sentinel
	1 hard link=link
	5 dir/
	1 dirlink link=dir
	1 self link=self
	1 later link=file
	0 file text=good
	end
	END
	contained 2
	same "a copy of the link" "$scratch/outside/sentinel" \
	    "$(readlink out/hard)"
	expect 1 test -e out/dirlink
	expect 1 test -e out/self
	expect 1 test -e out/later
	in_target file good
}

refuses_further_names_with_data() {
	forge <<-END
	0 file text=good
	1 hard link=file text=evil
	end
	END
	refused 65 "a header's checksum does not match"
}

does_not_let_a_link_replace_what_it_is_written_through() {
	forge <<-END
	0 file text=good
	1 hard link=file
	2 file link=$scratch/outside/sentinel
	0 hard text=evil
	end
	END
	contained 0
	same "the link" "$scratch/outside/sentinel" "$(readlink out/file)"
	in_target hard evil
}

keeps_set_id_bits_from_others_than_the_owner() {
	! is_root || skip "root may have them"
	forge <<-END
	0 file text=evil mode=0006755
	end
	END
	contained 2
	same "the mode" -rwxr-xr-x "$(find out/file -printf %M)"
}

leaves_out_devices_and_what_it_does_not_know() {
	forge <<-END
	3 null at=329:0000001 at=337:0000003
	4 disk
	M part text=more
	Z what text=evil
	0 file text=good
	end
	END
	contained 2
	said "'null' is a device: left out"
	said "'disk' is a device: left out"
	said "'part' is of a type that is not known: left out"
	said "'what' is of a type that is not known: left out"
	same "what is there" file "$(ls out)"
}

refuses_devices_with_numbers_that_none_has() {
	for type in 3 4; do
		for place in 329 337; do
			forge <<-END
			$type null at=$place:\\x80\\xff\\xff\\xff\\xff\\xff\\xff\\xff
			end
			END
			refused 65 "'null' has numbers that no device has"
			forge <<-END
			$type null at=$place:nothing
			end
			END
			refused 65 "'null' has numbers that no device has"
		done
	done
}

refuses_numbers_that_are_none() {
	for field in size=\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff \
	    size=\\x80\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00 \
	    size=\\x80\\x00\\x00\\x00\\x7f\\xff\\xff\\xff\\xff\\xff\\xff\\xff \
	    size=-0000000001 size=0000000000a size=89 mode=9 mode=\\xff \
	    uid=\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff \
	    gid=\\x80\\x00\\x00\\x01\\x00\\x00\\x00\\x00 mtime=never; do
		forge <<-END
		0 file $field
		end
		END
		[ "$field" != 'mode=\xff' ] || continue
		refused 65 "'file' has a" || { echo "$field"; return 1; }
	done
}

reads_numbers_as_gnu_tar_writes_them() {
	forge <<-'END'
	0 file text=good size=\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04 mtime=\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe
	end
	END
	contained 0
	in_target file good
	same "the time" -2 "$(find out/file -printf %Ts)"
}

refuses_sizes_that_lie() {
	forge <<-END
	0 file text=good size=00000100000
	end
	END
	refused 65 "is cut off"
	forge <<-END
	0 file text=good size=77777777777
	end
	END
	refused 65 "is cut off"
	forge <<-END
	x - size=1152921504606846976
	0 file text=good
	end
	END
	refused 65 "unlawful size"
	forge <<-END
	x - size=99999999999999
	0 file text=good
	end
	END
	refused 65 "it unpacks to more than the limit of 1099511627776 bytes"
	said "hint: if it is to be trusted, raise the limit with --max-size"
}

refuses_a_header_that_is_damaged() {
	forge <<-END
	0 good text=good
	0 file text=evil sum=0000000
	end
	END
	refused 65 "a header's checksum does not match"
	forge <<-END
	0 file text=evil sum=0000000
	end
	END
	refused 65 "it is no tar archive"
}

refuses_extended_headers_that_are_malformed() {
	for text in 'path' '99\x20path=x\x0a' '5\x20a=b' '8\x20path=\x0a\x0a' \
	    '0\x20\x0a' '\x2012\x20path=x\x0a' '12path=xxxx\x0a' \
	    '9\x20pathx\x0a' '6\x20=xx\x0a' '99999999999\x20path=x\x0a' \
	    '-9\x20path=x\x0a' '9\x20path=x\x0aevil'; do
		forge <<-END
		x - text=$text
		0 file text=evil
		end
		END
		refused 65 "an extended header holds what is no record" ||
			{ echo "$text"; return 1; }
	done
}

refuses_records_that_are_unlawful() {
	for record in 'path=a\x00b' 'linkpath=\x00' size=-1 size=1x size=0x1 \
	    uid=-1 uid=4294967295 gid=99999999999999999999 mtime=now \
	    mtime=1e5 mtime=-.5 mtime=1. GNU.sparse.map=1 \
	    GNU.sparse.map=1,x GNU.sparse.numbytes=1 GNU.sparse.size=; do
		[ "$record" != mtime=1. ] || continue
		forge <<-END
		x - $record
		0 file text=evil
		end
		END
		refused 65 "an extended header has the unlawful" ||
			{ echo "$record"; return 1; }
	done
	for record in path=x linkpath=x size=1 GNU.sparse.size=1; do
		forge <<-END
		g - $record
		0 file text=evil
		end
		END
		refused 65 "an extended header has the unlawful" ||
			{ echo "global $record"; return 1; }
	done
}

refuses_names_in_extended_headers_that_lead_out() {
	forge <<-END
	x - path=../outside/sentinel
	0 file text=evil
	end
	END
	refused 65 "leads out of it"
	forge <<-END
	L ././@LongLink text=../outside/sentinel\\x00
	0 file text=evil
	end
	END
	refused 65 "leads out of it"
	forge <<-END
	x - GNU.sparse.name=../outside/sentinel GNU.sparse.size=4 GNU.sparse.map=0,4
	0 file text=evil
	end
	END
	refused 65 "leads out of it"
	forge <<-END
	K ././@LongLink text=../outside/sentinel\\x00
	1 file
	end
	END
	refused 65 "leads out of it"
}

refuses_extended_headers_that_are_huge() {
	forge <<-END
	x - text=9\\x20path=x\\x0a length=00300000000
	0 file text=evil
	end
	END
	refused 65 "an extended header is too large"
	forge <<-END
	L ././@LongLink size=00000300000 text=name
	0 file text=evil
	end
	END
	refused 65 "an extended header is too large"
}

refuses_an_extended_header_of_nothing() {
	forge <<-END
	0 file text=good
	x - path=x
	end
	END
	refused 65 "it ends behind an extended header"
}

takes_the_last_of_many_extended_headers() {
	forge <<-END
	L ././@LongLink text=../one\\x00
	x - path=../two
	L ././@LongLink text=three\\x00
	x - mtime=5
	0 four text=good
	0 five text=good
	end
	END
	contained 0
	same "what is there" "five
three" "$(ls out)"
}

refuses_maps_of_sparse_files_that_are_nonsense() {
	for map in 0,5 1,4 9223372036854775807,1 0,1,0,3 3,1,1,3 0,2,1,2 \
	    0,1,4,3 0,3; do
		forge <<-END
		x - GNU.sparse.size=4 GNU.sparse.map=$map
		0 file text=evil
		end
		END
		refused 65 "sparse" || { echo "$map"; return 1; }
	done
	for data in '1\x0a0\x0a' 'x\x0a' '99999999999999999999\x0a' '\x0a' \
	    '2000000\x0a0\x0a0\x0a' '1\x0a0\x0a-4\x0a' '1\x0a0\x0a9\x0a'; do
		forge <<-END
		x - GNU.sparse.major=1 GNU.sparse.minor=0 GNU.sparse.realsize=4
		0 file text=$data
		end
		END
		refused 65 "a sparse file" || { echo "$data"; return 1; }
	done
	forge <<-END
	x - GNU.sparse.major=2 GNU.sparse.minor=0 GNU.sparse.realsize=4
	0 file text=evil
	end
	END
	refused 65 "is sparse in a way that is not known"
}

refuses_old_maps_that_are_nonsense() {
	forge <<-'END'
	S file magic=gnu text=evil at=386:00000000000\x0000000000005\x00 at=483:00000000004
	end
	END
	refused 65 "a sparse file has a wrong piece"
	forge <<-'END'
	S file magic=gnu text=evil at=386:00000000000\x0000000000004\x00 at=482:1 at=483:00000000004
	bytes \x00
	end
	END
	refused 65 "a sparse file"
	forge <<-'END'
	S file magic=gnu size=0 at=482:1 at=483:00000000004
	bytes \x00
	end
	END
	refused 65 "a sparse file has an empty part of its map"
}

refuses_holes_of_any_size() {
	forge <<-END
	x - GNU.sparse.size=576460752303423487 GNU.sparse.map=0,4
	0 file text=evil
	end
	END
	refused 65 "it unpacks to more than the limit of 1099511627776 bytes"
	forge <<-END
	x - GNU.sparse.size=20000000 GNU.sparse.map=0,4
	0 file text=good
	end
	END
	refused 65 "it unpacks to more than" --max-size 10M
	contained 0
}

refuses_what_unpacks_to_more_than_it_should() {
	forge <<-END
	0 file text=good
	end
	END
	{
		cat evil.tar
		head -c 30000000 /dev/zero
	} | gzip -9c >evil.tar.gz
	mv evil.tar.gz evil.tar
	refused 65 "it unpacks to more than the limit of 20971520" --max-size 20M
	contained 0
}

refuses_more_entries_than_there_should_be() {
	for name in 1 2 3 4 5; do echo "5 $name/"; done | forge
	echo end | "$build/tests/backup/tarforge" >>evil.tar
	refused 65 "it holds more than the limit of 4 entries" --max-entries 4
	said "hint: if it is to be trusted, raise the limit with --max-entries"
	contained 0
	# Long names count for as many as would take their room.
	name=$(printf '%06000d' 0 | sed 's,0\{200\},&/,g')
	forge <<-END
	x - path=${name}file
	0 file text=evil
	end
	END
	refused 65 "it holds more than the limit of 4 entries" --max-entries 4
	run 64 nqsbackup list --max-entries 0 evil.tar
	run 64 nqsbackup list --max-size lots evil.tar
}

# GNU tar passes over it when it lists, and unpacks what is in it.
refuses_directories_with_data() {
	for type in 0 7; do
		for name in folder/ ./ .nqsbackup/; do
			forge <<-END
			0 file text=good
			$type $name size=00000001000
			0 hidden text=
			end
			END
			refused 65 "is a directory with data" ||
				{ echo "$type $name"; return 1; }
		done
		forge <<-END
		$type folder/
		0 folder/file text=good
		end
		END
		contained 0
		in_target folder/file good
	done
}

# Each further name of a symbolic link is one more, with all of its target.
counts_the_target_of_each_copy_of_a_link() {
	{
		echo "x - linkpath=$(printf '%060000d' 0)"
		echo "2 link"
		seq -f '1 other%g link=link' 100
		echo end
	} | forge
	run 0 nqsbackup list --max-entries 12000 evil.tar
	refused 65 "it holds more than the limit of 9000 entries" \
	    --max-entries 9000
}

# They would be copied for each entry, or kept of each.
refuses_names_of_owners_that_nobody_has() {
	for record in uname gname; do
		for type in x g; do
			forge <<-END
			$type - $record=$(printf '%0257d' 0)
			0 file text=what
			end
			END
			refused 65 "has the unlawful $record" || return 1
			forge <<-END
			$type - $record=$(printf '%0256d' 0)
			0 file text=what
			end
			END
			run 0 nqsbackup list evil.tar || return 1
		done
	done
}

# deep COUNT FIRST: writes a name of so many directories and a file.
deep() {
	printf "%0$1d" 0 | sed "s,0,a/,g; s,.*,$2&file,"
}

# Each part of a name costs as much as those before it: two gigabytes.
refuses_names_of_very_many_parts() {
	for count in 32000 4096 4095; do
		forge <<-END
		x - path=$(deep "$count" '')
		0 file text=what
		end
		END
		[ "$count" -eq 4095 ] || refused 65 "is too long a name"
	done
	run 0 nqsbackup list evil.tar
}

counts_directories_that_are_only_implied() {
	for top in a b c d e f g h i j k l m n o p; do
		cat <<-END
		5 $top/
		x - path=$(deep 4000 "$top/")
		0 file text=evil
		END
	done >many
	echo end >>many
	forge <many
	(
		# shellcheck disable=SC3045	# dash and busybox have it
		is_sanitized || ulimit -v 400000
		refused 65 "it holds more than the limit of 4000000 entries"
	)
	forge <<-END
	5 a/
	0 a/b/c/file text=good
	end
	END
	run 0 nqsbackup list --max-entries 4 evil.tar
	run 65 nqsbackup list --max-entries 3 evil.tar
	stderr_has "hint: if it is to be trusted, raise the limit with --max-entries"
}

counts_the_last_of_duplicate_names() {
	forge <<-END
	0 file text=first
	5 file/
	0 file text=last
	2 other link=$scratch/outside/sentinel
	0 ./other text=last
	end
	END
	contained 0
	in_target file last
	in_target other last
}

keeps_names_apart_that_differ_by_case_only() {
	forge <<-END
	0 File text=one
	0 file text=two
	end
	END
	fresh out
	: >out/A
	! test -e out/a || skip "the file system takes them for one"
	contained 0
	in_target File one
	in_target file two
}

ignores_what_is_behind_the_end() {
	forge <<-END
	0 file text=good
	end
	0 evil text=evil
	end
	END
	contained 0
	said "the archive ends before its file does"
	same "what is there" file "$(ls out)"
	forge <<-END
	0 file text=good
	zero
	0 evil text=evil
	end
	END
	refused 65 "it goes on behind a block of zeros"
}

refuses_what_has_no_end() {
	forge <<-END
	0 file text=good
	END
	refused 65 "it is cut off: it has no end"
	forge <<-END
	0 file text=good
	zero
	END
	contained 0
}

# The time is one of those for which gzip(1) packs it so that one byte, turned
# around, still says the same.
make_small() {
	fresh small
	echo text >small/file
	ln -s file small/link
	touch -hd @1000000878.5 small/file small/link small
	tar --format=posix -b 1 --owner=o:1 --group=g:1 --mode=0755 \
	    --pax-option='delete=atime,delete=ctime,exthdr.name=%d/pax/%f' \
	    -cf small.tar small
	gzip -9nkf small.tar
}

# There is no byte of a packed archive that may be missing or another, but
# where its meaning stays the same: what says nothing in a header of gzip, or
# which one of several zeros is copied.
refuses_a_packed_archive_that_is_cut_anywhere() {
	make_small
	size=$(wc -c <small.tar.gz)
	offset=0
	while [ "$offset" -lt "$size" ]; do
		head -c "$offset" small.tar.gz >evil.tar
		fresh out
		run 65 nqsbackup restore -C out evil.tar || {
			echo "$offset bytes"
			return 1
		}
		same "the target" "" "$(ls -A out)"
		offset=$((offset + 1))
	done
}

refuses_a_packed_archive_with_any_byte_changed() {
	make_small
	nqsbackup list --json small.tar.gz >good
	size=$(wc -c <small.tar.gz)
	offset=0
	while [ "$offset" -lt "$size" ]; do
		damage small.tar.gz "$offset" evil.tar
		status=0
		nqsbackup list --json evil.tar >found 2>said || status=$?
		case $status in
		65)	;;
		0)	if ! gzip -dc <evil.tar | cmp - small.tar ||
			    ! diff good found; then
				echo "byte $offset"
				return 1
			fi ;;
		*)	echo "byte $offset: exit $status"
			return 1 ;;
		esac
		offset=$((offset + 1))
	done
}

# damage FILE OFFSET OUTPUT: turns all bits of one byte.
damage() {
	byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
	{
		head -c "$2" "$1"
		printf '%b' "\\0$(printf %o $((255 - byte)))"
		tail -c "+$(($2 + 2))" "$1"
	} >"$3"
}

# A plain archive's data has no checksum; but nothing of it leads astray.
refuses_a_plain_archive_that_is_cut_anywhere() {
	make_small
	size=$(wc -c <small.tar)
	offset=0
	while [ "$offset" -lt $((size - 1024)) ]; do
		head -c "$offset" small.tar >evil.tar
		fresh out
		run 65 nqsbackup restore -C out evil.tar || {
			echo "$offset bytes"
			return 1
		}
		offset=$((offset + 61))
	done
}

contains_a_plain_archive_with_a_byte_changed() {
	make_small
	size=$(wc -c <small.tar)
	treelist outside >before
	offset=0
	while [ "$offset" -lt "$size" ]; do
		damage small.tar "$offset" evil.tar
		fresh out
		status=0
		nqsbackup restore -C out evil.tar >said 2>&1 || status=$?
		case $status in
		0 | 2 | 65)	;;
		*)	echo "byte $offset: exit $status"
			cat said
			return 1 ;;
		esac
		offset=$((offset + 37))
	done
	treelist outside | diff before -
}

cd "$scratch" || exit 99
run_tests refuses_names_that_lead_out \
	takes_absolute_names_as_below_the_target \
	refuses_attributes_that_are_spelled_wrongly \
	leaves_out_attributes_that_no_file_can_have \
	trusts_no_labels_of_others \
	refuses_what_lies_below_a_symbolic_link_of_the_archive \
	makes_a_directory_of_what_was_a_link_before \
	keeps_links_that_lead_out_without_following_them \
	does_not_write_through_a_link_that_is_there \
	leaves_out_what_looks_like_a_restore_at_work \
	refuses_further_names_of_what_is_outside \
	makes_no_further_names_of_links_and_directories \
	refuses_further_names_with_data \
	does_not_let_a_link_replace_what_it_is_written_through \
	keeps_set_id_bits_from_others_than_the_owner \
	leaves_out_devices_and_what_it_does_not_know \
	refuses_devices_with_numbers_that_none_has \
	refuses_numbers_that_are_none \
	reads_numbers_as_gnu_tar_writes_them \
	refuses_sizes_that_lie \
	refuses_a_header_that_is_damaged \
	refuses_extended_headers_that_are_malformed \
	refuses_records_that_are_unlawful \
	refuses_names_in_extended_headers_that_lead_out \
	refuses_extended_headers_that_are_huge \
	refuses_an_extended_header_of_nothing \
	takes_the_last_of_many_extended_headers \
	refuses_maps_of_sparse_files_that_are_nonsense \
	refuses_old_maps_that_are_nonsense \
	refuses_holes_of_any_size \
	refuses_what_unpacks_to_more_than_it_should \
	refuses_more_entries_than_there_should_be \
	refuses_directories_with_data \
	counts_the_target_of_each_copy_of_a_link \
	refuses_names_of_owners_that_nobody_has \
	refuses_names_of_very_many_parts \
	counts_directories_that_are_only_implied \
	counts_the_last_of_duplicate_names \
	keeps_names_apart_that_differ_by_case_only \
	ignores_what_is_behind_the_end \
	refuses_what_has_no_end \
	refuses_a_packed_archive_that_is_cut_anywhere \
	refuses_a_packed_archive_with_any_byte_changed \
	refuses_a_plain_archive_that_is_cut_anywhere \
	contains_a_plain_archive_with_a_byte_changed
