#!/bin/sh
# No compiler has anything to say (doc/STYLE.md, 3).
. "${srcdir:-.}/tests/lib.sh"

prepare() {
	command -v pkg-config >/dev/null || skip 'no pkg-config'
	libraries=$(pkg-config --cflags libssh libconfig zlib jansson \
	    libcrypto) || skip 'a library is missing'
	[ -f "$build/config.h" ] || skip 'nothing is configured here'
	warnings=$(grep -o -e '-W[a-z=2-]*' "$top/m4/nqs_warnings.m4" |
	    grep -v -x -e -Werror | sort -u)
	echo "$warnings" | grep -q -x -e -Wextra
	echo "-std=c99 -D_POSIX_C_SOURCE=200809L $libraries" >"$scratch/flags"
	echo "$warnings" >>"$scratch/flags"
	for name in SYSCONFDIR LOCALSTATEDIR RUNSTATEDIR DATADIR BINDIR; do
		echo "-DNQS_$name=\"/x\""
	done >>"$scratch/flags"
}

# is_possible FILE: what it includes is here, or is needed anyway.
is_possible() {
	for library in libdeflate libisal; do
		case $1 in
		*_no_*)	;;
		*_"${library#lib}".c | *_"$library".c)
			pkg-config --exists "$library" || return 1 ;;
		esac
	done
}

# compile COMPILER: each file, at a level where it follows the data.
compile() {
	command -v "$1" >/dev/null || skip "no $1"
	cd "$top"
	failed=0
	for file in $(find libcore libsite nqsbackup nqsupd clroll \
	    -name '*.c' 2>/dev/null | sort); do
		is_possible "$file" || continue
		# shellcheck disable=SC2046	# a list of flags
		"$1" $(cat "$scratch/flags") -Werror -O1 -I"$build" \
		    -c -o "$scratch/object.o" "$file" || failed=1
	done
	return "$failed"
}

with_gcc() { compile gcc; }
with_clang() { compile clang; }

run_tests with_gcc with_clang
