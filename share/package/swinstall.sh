#!/bin/sh
# swinstall: products of HP-UX Software Distributor, what nqsupd asks of them.
# A file is a serial depot with one product.  Its commands, as in swlist(1M),
# swinstall(1M), swremove(1M), swverify(1M), sd(4), sd(5), and tar, whose format
# a serial depot has: PRODUCT/FILESET/PATH.
#
# A revision is a version, and a release behind its last hyphen if it has one,
# else 0.  swinstall may succeed with warnings of a script, which leaves a
# fileset installed and not configured.
set -u
# shellcheck source=share/package/frame.sh
. "$(dirname "$0")/frame.sh"

product=swinstall
tool=swinstall
PATH=$PATH:/usr/sbin
script_failed='\(ERROR\|WARNING\).*script'

# A tar has its name behind its 257th byte, and a depot a catalog.
is_package() {
	[ "$(dd if="$1" bs=1 skip=257 count=5 2>/dev/null)" = ustar ] &&
	    tar tf "$1" 2>/dev/null </dev/null |
	    awk '/^(\.\/)?catalog\// { found = 1 } END { exit !found }'
}

# attributes SWLIST-ARGUMENT...: "tag revision architecture size" of products.
# With -v there is a line "ATTRIBUTE VALUE" for each.
attributes() {
	swlist -v -l product -a tag -a revision -a architecture -a size \
	    "$@" 2>/dev/null </dev/null | awk '
	function flush(    key) {
		if (is["tag"] != "")
			print is["tag"], is["revision"], is["architecture"], \
			    is["size"] + 0
		for (key in is)
			delete is[key]
	}
	# Another one begins: at its own line, or when something comes again.
	$1 == "product" || $1 in is {
		flush()
	}
	$1 ~ "^(tag|revision|architecture|size)$" {
		is[$1] = $2
	}
	END {
		flush()
	}'
}

# read_package FILE: the same of the one product in it.
read_package() {
	found=$(attributes -s "$1")
	[ "$(printf '%s\n' "$found" | awk 'NF == 4' | wc -l)" -eq 1 ] ||
	    no_package "$1" 'is not a depot with one product'
	printf '%s\n' "$found"
}

# split_revision: NAME REVISION ARCHITECTURE SIZE to NAME VERSION RELEASE
# ARCHITECTURE SIZE, the architecture as uname -m says it.
split_revision() {
	awk '{
		version = $2
		release = 0
		if (match($2, "-[^-]*$")) {
			version = substr($2, 1, RSTART - 1)
			release = substr($2, RSTART + 1)
		}
		arch = "noarch"
		if ($3 ~ "IA" && $3 !~ "PA")
			arch = "ia64"
		if ($3 ~ "PA" && $3 !~ "IA")
			arch = "9000/800"
		print $1, version, release, arch, $4
	}'
}

verb_probe() {
	swlist -l product -a revision SW-DIST 2>/dev/null </dev/null |
	    awk '$1 == "SW-DIST" { print "Software Distributor " $2 }'
}

verb_query() {
	found=$(attributes "$1" | split_revision)
	[ -n "$found" ] || exit 3
	printf '%s\n' "$found" | awk '{ print $1, $2 "-" $3, $4 }'
}

verb_inspect() {
	found=$(read_package "$1") || exit
	printf '%s\n' "$found" | split_revision | awk '{
		print "name=" $1
		print "version=" $2
		print "release=" $3
		print "arch=" $4
		print "size=" $5
		print "signed=no"
	}'
}

untar() {
	tar xf "$1"
}

# What is packed is unpacked, and what a product does with its own files
# (its control scripts) lies in the catalog.
verb_files() {
	name=$(read_package "$1" | awk '{ print $1 }') || exit
	unpack_by untar "$1"
	find "$folder/files/$name" -type f | while IFS= read -r file; do
		path=${file#"$folder/files/$name/"}
		if gzip -t <"$file" 2>/dev/null; then
			gzip -dc <"$file" >"$folder/plain" &&
			    mv "$folder/plain" "$file"
		fi
		list_file "$file" "/${path#*/}"
	done
}

verb_verify() {
	swverify -d '*' @ "$1" >&2 </dev/null ||
	    no_package "$1" 'is not what it should be'
}

verb_installed() {
	wanted=$(read_package "$1") || exit
	attributes "${wanted%% *}" | grep -Fqx -e "$wanted" || exit 3
}

# change_from OPTIONS FILE...: one after the other, for each is a source.
change_from() {
	options=$1
	shift
	for file; do
		# shellcheck disable=SC2086	# words without blanks
		change_well "$script_failed" swinstall $options \
		    -x autoreboot=false -x mount_all_filesystems=false \
		    -s "$file" '*'
	done
}

install_options='-x reinstall=false -x allow_downdate=false'
upgrade_options='-x reinstall=true -x allow_downdate=true'

verb_install() {
	refuse_installed "$@"
	change_from "$install_options" "$@"
}

verb_upgrade() {
	change_from "$upgrade_options" "$@"
}

# -p: a preview, which ends behind the analysis.
rehearse_one() {
	case $1 in
	install)
		refuse_installed "$2"
		change_from "-p $install_options" "$2" ;;
	*)	change_from "-p $upgrade_options" "$2" ;;
	esac
}

# telling: each error, with its further lines, in one line.
telling() {
	awk '
	function end() {
		if (error != "")
			print error
		error = ""
	}
	/^ *ERROR:/ { end(); $1 = ""; $2 = $2; sub(/^ */, ""); error = $0; next }
	/^ *[*]/ || !/^ / { end() }
	error != "" { $1 = $1; error = error " " $0 }
	END { end() }'
}

verb_rehearse() {
	rehearse_each "$@"
}

verb_remove() {
	revision=$(attributes "${1%-*-*}" | while read -r line; do
		label=$(echo "$line" | split_revision |
		    awk '{ print $1 "-" $2 "-" $3 }')
		[ "$label" != "$1" ] || echo "$line" | awk '{ print $2 }'
	done)
	[ -n "$revision" ] || exit 3
	change_well "$script_failed" swremove "${1%-*-*},r=$revision"
}

main "$@"
