#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# Who may include whom: levels, circles, foreign libraries.
. "${srcdir:-.}/tests/lib.sh"
. "$top/tests/lint/lint.sh"

# includes TREE FILE...: prints "FILE INCLUDED", both relative to TREE, for
# each include of a header of ours.
includes() {
	tree=$1
	shift
	(cd "$tree" && awk '
	/^#[ \t]*include[ \t]*"/ {
		split($0, part, "\"")
		path = FILENAME
		sub(/[^\/]*$/, "", path)
		path = path part[2]
		while (sub(/[^\/]+\/\.\.\//, "", path))
			;
		print FILENAME, path
	}' "$@")
}

# wrong_levels TREE FILE...
wrong_levels() {
	tree=$1
	includes "$@" | awk -v tree="$tree" '
	function folder(path) {
		sub(/\/[^\/]*$/, "", path)
		return path
	}
	function program(path) {
		sub(/\/.*/, "", path)
		return path
	}
	NR == FNR { if (!/^#/) level[$2] = $1; next }
	{
		from = folder($1)
		to = folder($2)
		if (!(from in level))
			print $1 ": its folder is not in layers.txt"
		else if (!(to in level))
			print $1 " includes " $2 ", which is in no level"
		else if (to != from && level[to] >= level[from])
			print $1 " includes " $2 ", which is not below it"
		else if (program(to) != program(from) && to !~ /^lib/)
			print $1 " includes " $2 ", of another program"
	}' "$top/tests/lint/layers.txt" -
}

# circles TREE FILE...: a module is its .c files, its header, and the header
# x_private.h or x_inside.h that these share among themselves.
circles() {
	includes "$@" | sed -e 's/\.[ch] / /' -e 's/\.h$//' \
	    -e 's/_private / /' -e 's/_private$//' \
	    -e 's/_inside / /' -e 's/_inside$//' | awk '$1 != $2' |
	    { tsort >/dev/null; } 2>&1
}

# wrong_libraries TREE FILE...
wrong_libraries() {
	tree=$1
	shift
	grep -v '^#' "$top/tests/lint/libraries.txt" | while read -r header files
	do
		for file; do
			# shellcheck disable=SC2254	# a pattern it is
			case $file in
			$files)	continue ;;
			esac
			! grep -q "^#[ 	]*include[ 	]*<$header" \
			    "$tree/$file" ||
				echo "$file includes <$header...>"
		done
	done
}

no_file_includes_what_is_not_below_it() {
	# shellcheck disable=SC2046	# names of ours, without blanks
	finds_nothing wrong_levels "$top" $(sources)
}

no_modules_include_each_other() {
	# shellcheck disable=SC2046
	finds_nothing circles "$top" $(sources)
}

each_library_is_met_in_its_own_place() {
	# shellcheck disable=SC2046
	finds_nothing wrong_libraries "$top" $(sources)
}

make_example() {
	mkdir -p "$scratch/libcore/base" "$scratch/libcore/system" \
	    "$scratch/clroll" "$scratch/nqsupd"
	printf '%s\n' '#include "../system/process.h"' \
	    >"$scratch/libcore/base/up.c"
	printf '%s\n' '#include "../nqsupd/x.h"' >"$scratch/clroll/across.c"
	printf '%s\n' '#include "../nqsbackup/base/x.h"' \
	    >"$scratch/clroll/beside.c"
	printf '%s\n' '#include "b.h"' '#include <zlib.h>' \
	    >"$scratch/libcore/base/a.h"
	printf '%s\n' '#include "a.h"' >"$scratch/libcore/base/b.c"
}

sees_what_goes_up_or_across() {
	make_example
	finds 'up.c includes libcore/system/process.h' \
	    wrong_levels "$scratch" libcore/base/up.c
	finds 'across.c includes nqsupd/x.h' \
	    wrong_levels "$scratch" clroll/across.c
	finds 'beside.c includes nqsbackup/base/x.h, of another program' \
	    wrong_levels "$scratch" clroll/beside.c
	finds_nothing wrong_levels "$scratch" libcore/base/b.c
}

sees_a_circle() {
	make_example
	finds libcore/base/a circles "$scratch" libcore/base/a.h \
	    libcore/base/b.c
	finds_nothing circles "$scratch" libcore/base/a.h
}

sees_a_library_out_of_place() {
	make_example
	finds 'a.h includes <zlib.h' wrong_libraries "$scratch" \
	    libcore/base/a.h libcore/base/b.c
}

run_tests no_file_includes_what_is_not_below_it \
    no_modules_include_each_other each_library_is_met_in_its_own_place \
    sees_what_goes_up_or_across sees_a_circle sees_a_library_out_of_place
