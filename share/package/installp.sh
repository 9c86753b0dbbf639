#!/bin/sh
# installp: packages of AIX, what nqsupd asks of them.  A file is in
# backup-file format (bff) and has one package with its filesets.  Its commands,
# as in the AIX Commands Reference: installp, lslpp, restore.
#
#   installp -L -d FILE   PACKAGE:FILESET:LEVEL:...
#   lslpp -qLc            the same of what is installed
#
# A level is four numbers: three are the version, the last is the release.
# Packages of AIX have no architecture.
set -u
# shellcheck source=share/package/frame.sh
. "$(dirname "$0")/frame.sh"

product=installp
tool=installp
PATH=$PATH:/usr/sbin
script_failed='script.*fail\|fail.*script'

# The magic number of a backup by name.
is_package() {
	begins_with 09006bea "$1"
}

# read_package FILE: "PACKAGE FILESET LEVEL" of each.
read_package() {
	found=$(installp -q -L -d "$1" 2>/dev/null </dev/null |
	    awk -F : 'NF > 2 && !/^#/ { print $1, $2, $3 }')
	[ "$(printf '%s\n' "$found" | awk '{ print $1 }' | sort -u |
	    grep -c .)" -eq 1 ] ||
	    no_package "$1" 'is not a file with one package'
	printf '%s\n' "$found"
}

# filesets: the same of all that is installed, with "broken" behind it for what
# was installed by half or is inconsistent.  RPM packages are listed there, too.
filesets() {
	lslpp -qLc all 2>/dev/null </dev/null |
	    awk -F : 'NF > 2 && !/^#/ && $7 !~ "R" {
		print $1, $2, $3 ($6 ~ "[B?]" ? " broken" : "")
	}'
}

# labels: "NAME VERSION-RELEASE" of the packages; the highest level is that of
# the package.
labels() {
	awk '
	function is_higher(a, b,    left, right, i) {
		split(a, left, ".")
		split(b, right, ".")
		for (i = 1; i <= 4; i++)
			if (left[i] + 0 != right[i] + 0)
				return left[i] + 0 > right[i] + 0
		return 0
	}
	!($1 in level) || is_higher($3, level[$1]) {
		level[$1] = $3
	}
	END {
		for (name in level) {
			match(level[name], "[.][^.]*$")
			print name, substr(level[name], 1, RSTART - 1) "-" \
			    substr(level[name], RSTART + 1)
		}
	}'
}

unpack() {
	restore -xqf "$1"
}

# What installp reads itself, the table and library of the package, is no file.
files_of_folder() {
	find "$folder/files" -type f | while IFS= read -r file; do
		path=${file#"$folder/files"}
		case $path in
		/lpp_name | */liblpp.a)	;;
		*)	list_file "$file" "$path" ;;
		esac
	done
}

verb_probe() {
	lslpp -qLc bos.rte.install 2>/dev/null </dev/null |
	    awk -F : '!/^#/ { print "installp " $3; exit }'
}

verb_query() {
	found=$(filesets | labels | awk -v "name=$1" '$1 == name')
	[ -n "$found" ] || exit 3
	printf '%s\n' "$found" | awk '{ print $1, $2, "noarch" }'
}

verb_inspect() {
	found=$(read_package "$1") || exit
	unpack_by unpack "$1"
	size=$(files_of_folder | awk '{ sum += $2 } END { print sum + 0 }')
	printf '%s\n' "$found" | labels | awk -v "size=$size" '{
		at = index($2, "-")
		print "name=" $1
		print "version=" substr($2, 1, at - 1)
		print "release=" substr($2, at + 1)
		print "arch=noarch"
		print "size=" size
		print "signed=no"
	}'
}

verb_files() {
	unpack_by unpack "$1"
	files_of_folder
}

verb_verify() {
	read_package "$1" >/dev/null || exit
	restore -Tqf "$1" >/dev/null 2>&1 </dev/null ||
	    no_package "$1" 'is damaged'
}

# Every fileset of the file, at its level.
verb_installed() {
	wanted=$(read_package "$1") || exit
	here=$(filesets)
	printf '%s\n' "$wanted" | while read -r line; do
		printf '%s\n' "$here" | grep -Fqx -e "$line" || exit 3
	done || exit 3
}

# change_from OPTIONS FILE...: applied only, so that updates can be rejected.
change_from() {
	options=$1
	shift
	for file; do
		# shellcheck disable=SC2086	# words without blanks
		change_well "$script_failed" installp $options -X -Y \
		    -d "$file" all
	done
}

verb_install() {
	refuse_installed "$@"
	change_from -a "$@"
}

# is_update FILE: it has an update and no base level; the fifth field says so.
is_update() {
	installp -q -L -d "$1" 2>/dev/null </dev/null | awk -F : '
	NF > 4 && !/^#/ && $5 !~ "^ *I? *$" {
		found = 1
	}
	END {
		exit !found
	}'
}

# upgrade_from OPTIONS FILE: -F installs again, and an older level too, but
# base levels only; an update that is there is left.
upgrade_from() {
	if ! is_update "$2"; then
		change_from "$1 -F" "$2"
	elif ! (verb_installed "$2"); then
		change_from "$1" "$2"
	fi
}

verb_upgrade() {
	for file; do
		upgrade_from -a "$file"
	done
}

# -p: a preview, which may end with 0 and yet name what failed.
rehearse_one() {
	case $1 in
	install)
		refuse_installed "$2"
		change_from '-p -a' "$2" ;;
	*)	upgrade_from '-p -a' "$2" ;;
	esac
	[ ! -f "${folder-}/said" ] || ! grep -q '^FAILURES' "$folder/said" ||
	    exit 1
}

# telling: what stands in the section FAILURES, in one line.
telling() {
	awk '
	/^FAILURES/ { failures = 1; next }
	/^[+*]/ { failures = 0 }
	/Filesets listed in this section|and will not be installed/ { next }
	failures && /[A-Za-z]/ {
		$1 = $1
		all = all (all == "" ? "" : heading ? ": " : "; ") $0
		heading = !/[0-9]/
	}
	END { if (all != "") print all }'
}

verb_rehearse() {
	rehearse_each "$@"
}

verb_remove() {
	name=${1%-*-*}
	[ "$(filesets | labels | awk -v "name=$name" '
	$1 == name { print $1 "-" $2 }')" = "$1" ] || exit 3
	# shellcheck disable=SC2046	# names of filesets
	change_well "$script_failed" installp -u $(filesets |
	    awk -v "name=$name" '$1 == name { print $2 }')
}

main "$@"
