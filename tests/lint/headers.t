#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# Headers stand alone, have a guard of their own name, and say what each
# function does.
. "${srcdir:-.}/tests/lib.sh"
. "$top/tests/lint/lint.sh"

prepare() {
	command -v "${CC:-cc}" >/dev/null || skip "no compiler '${CC:-cc}'"
}

# incomplete TREE HEADER...: those that do not compile alone, or twice.
incomplete() {
	tree=$1
	shift
	for header; do
		printf '#include <config.h>\n#include "%s"\n#include "%s"\n' \
		    "$header" "$header" >"$scratch/alone.c"
		"${CC:-cc}" -std=c99 -D_POSIX_C_SOURCE=200809L -Wall -Wextra \
		    -Wstrict-prototypes -Wundef -Werror -I "$build" \
		    -I "$tree" -c -o "$scratch/alone.o" "$scratch/alone.c" ||
			echo "$header does not compile alone"
	done
}

# wrong_guards TREE HEADER...
wrong_guards() {
	tree=$1
	shift
	for header; do
		guard=$(echo "$header" | tr a-z/.- 'A-Z___')
		[ "$(sed -n 1p "$tree/$header")" = "#ifndef $guard" ] ||
			echo "$header does not begin with #ifndef $guard"
	done
}

# silent TREE HEADER...: prototypes without a contract above them.  One
# contract may stand for prototypes that follow each other without an empty
# line; x_free, x_release and x_close need none (doc/STYLE.md, rule 12).
silent() {
	cd "$1"
	shift
	awk '
	FNR == 1 { told = 0 }
	/\*\/$/ { told = 1; next }
	/^$/ { told = 0; next }
	/^[a-z_][a-z0-9_]*\(/ && !told &&
	    !/^[a-z0-9_]*_(free|release|close)(_[a-z]+)?\(/ {
		sub(/\(.*/, "")
		print FILENAME ":" FNR ": " $0 " has no contract"
	}' "$@"
}

each_header_compiles_alone() {
	# shellcheck disable=SC2046	# names of ours, without blanks
	finds_nothing incomplete "$top" $(all_sources '*.h')
}

each_header_has_its_guard() {
	# shellcheck disable=SC2046
	finds_nothing wrong_guards "$top" $(sources '*.h')
}

each_exported_function_has_a_contract() {
	# shellcheck disable=SC2046
	finds_nothing silent "$top" $(sources '*.h')
}

sees_a_header_that_needs_another() {
	echo 'size_t x(void);' >"$scratch/needy.h"
	finds 'needy.h does not compile alone' incomplete "$scratch" needy.h
}

sees_a_wrong_guard() {
	echo '#ifndef OTHER_H' >"$scratch/guard.h"
	finds 'guard.h does not begin with #ifndef GUARD_H' \
	    wrong_guards "$scratch" guard.h
}

sees_a_function_without_contract() {
	printf '%s\n' '/* Does x. */' int 'a_x(void);' int 'a_y(void);' '' \
	    int 'a_z(void);' '' void 'a_free(void);' >"$scratch/silent.h"
	same findings 'silent.h:8: a_z has no contract' \
	    "$(silent "$scratch" silent.h)"
}

run_tests each_header_compiles_alone each_header_has_its_guard \
    each_exported_function_has_a_contract sees_a_header_that_needs_another \
    sees_a_wrong_guard sees_a_function_without_contract
