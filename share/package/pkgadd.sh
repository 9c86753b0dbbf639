#!/bin/sh
# pkgadd: packages of Solaris (SVR4), what nqsupd asks of them.  A file is a
# datastream with one package.  Its commands, as in pkgadd(8), pkgrm(8),
# pkginfo(1), pkgparam(1), pkgtrans(1), pkgchk(8) and pkgmap(5).
#
# A version "13.1,REV=2" is the version 13.1 and the release 2; without REV the
# release is 0.  pkgadd exits with 2 when a script had a warning, and with 10
# or 20 when a reboot is wanted.  It has no preview, so there is no rehearsal.
set -u
# shellcheck source=share/package/frame.sh
. "$(dirname "$0")/frame.sh"

product=pkgadd
tool=pkgadd

# The text that every datastream begins with.
is_package() {
	[ "$(head -n 1 "$1" | tr -d '\000')" = '# PaCkAgE DaTaStReAm' ]
}

# parameters [-d FILE] NAME: "NAME VERSION RELEASE ARCH STAMP".
parameters() {
	pkgparam -v "$@" 2>/dev/null </dev/null | awk -F = '
	{
		value = substr($0, length($1) + 2)
		gsub("\047", "", value)
		gsub("[ \t]+", "_", value)
		is[$1] = value
	}
	END {
		if (is["PKG"] == "" || is["VERSION"] == "")
			exit 1
		version = is["VERSION"]
		release = 0
		if (match(version, ",REV=")) {
			release = substr(version, RSTART + 5)
			version = substr(version, 1, RSTART - 1)
		}
		arch = is["ARCH"] ~ "," || is["ARCH"] == "all" || \
		    is["ARCH"] == "" ? "noarch" : is["ARCH"]
		print is["PKG"], version, release, arch, \
		    is["PSTAMP"] == "" ? "-" : is["PSTAMP"]
	}'
}

# name_in FILE: of the one package in it.
name_in() {
	found=$(pkginfo -d "$1" 2>/dev/null </dev/null |
	    awk 'NF > 1 { print $2 }')
	case $found in
	'' | *[!A-Za-z0-9+._-]*)
		no_package "$1" 'is not a datastream with one package' ;;
	esac
	echo "$found"
}

read_package() {
	name=$(name_in "$1") || exit
	parameters -d "$1" "$name" || no_package "$1" 'has no parameters'
}

# A package can be there several times, as NAME, NAME.2, ...
instances() {
	pkginfo "$1" "$1.*" 2>/dev/null </dev/null | awk 'NF > 1 { print $2 }'
}

verb_probe() {
	echo "pkgadd of $(uname -s) $(uname -r)"
}

verb_query() {
	found=$(for instance in $(instances "$1"); do
		parameters "$instance"
	done)
	[ -n "$found" ] || exit 3
	printf '%s\n' "$found" | awk '{ print $1, $2 "-" $3, $4 }'
}

# The blocks have 512 bytes.
verb_inspect() {
	found=$(read_package "$1") || exit
	blocks=$(pkginfo -l -d "$1" "${found%% *}" 2>/dev/null </dev/null |
	    awk '/blocks used/ { print $1; exit }')
	printf '%s\n' "$found" | awk -v "blocks=${blocks:-0}" '{
		print "name=" $1
		print "version=" $2
		print "release=" $3
		print "arch=" $4
		print "size=" blocks * 512
		print "signed=no"
	}'
}

# unpack FILE: into $folder, sets name.
unpack() {
	name=$(name_in "$1") || exit
	make_folder
	pkgtrans "$1" "$folder" "$name" >/dev/null 2>&1 </dev/null ||
	    no_package "$1" 'cannot be unpacked'
}

# A line of the map is PART TYPE CLASS PATH MODE...; a path without a slash
# is below the base folder.
verb_files() {
	unpack "$1"
	base=$(pkgparam -d "$1" "$name" BASEDIR 2>/dev/null </dev/null)
	base=${base:-/}
	awk '$2 ~ "^[fev]$" { print $4 }' "$folder/$name/pkgmap" |
	    while IFS= read -r path; do
		case $path in
		/*)	list_file "$folder/$name/root$path" "$path" ;;
		*)	list_file "$folder/$name/reloc/$path" \
			    "${base%/}/$path" ;;
		esac || exit 1
	done
}

verb_verify() {
	unpack "$1"
	pkgchk -d "$folder" "$name" >&2 </dev/null ||
	    no_package "$1" 'is damaged'
}

verb_installed() {
	wanted=$(read_package "$1") || exit
	for instance in $(instances "${wanted%% *}"); do
		[ "$(parameters "$instance")" != "$wanted" ] || return 0
	done
	exit 3
}

# administration INSTANCE: that no question is asked; see admin(5).
administration() {
	printf '%s\n' mail= "instance=$1" partial=quit runlevel=quit \
	    idepend=quit rdepend=quit space=quit setuid=nocheck \
	    conflict=nocheck action=nocheck basedir=default >"$folder/admin"
}

# judge: what pkgadd's or pkgrm's exit code is worth.
judge() {
	case $status in
	0 | 10 | 20)
		! grep -q 'script did not complete' "$folder/said" || exit 2 ;;
	2 | 12 | 22)	exit 2 ;;
	*)	exit 1 ;;
	esac
}

# change_from INSTANCE FILE...
change_from() {
	make_folder
	administration "$1"
	shift
	for file; do
		name=$(name_in "$file") || exit
		change pkgadd -n -a "$folder/admin" -d "$file" "$name"
		judge
	done
}

verb_install() {
	refuse_installed "$@"
	change_from unique "$@"
}

verb_upgrade() {
	change_from overwrite "$@"
}

verb_remove() {
	for instance in $(instances "${1%-*-*}"); do
		[ "$(parameters "$instance" |
		    awk '{ print $1 "-" $2 "-" $3 }')" = "$1" ] || continue
		make_folder
		administration quit
		change pkgrm -n -a "$folder/admin" "$instance"
		judge
		return
	done
	exit 3
}

main "$@"
