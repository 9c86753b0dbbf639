#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# One table of exit codes: the header, the names in exitcode.c, the manual.
. "${srcdir:-.}/tests/lib.sh"
. "$top/tests/lint/lint.sh"

# from_header FILE: "NAME CODE" of each.
from_header() {
	sed -n 's/^	EXITCODE_\([A-Z_]*\) = \([0-9]*\).*/\1 \2/p' "$1"
}

# names_in FILE: the names of the table in exitcode.c.
names_in() {
	sed -n 's/^	{ EXITCODE_\([A-Z_]*\), "\1", .*/\1/p' "$1" | sort
}

# from_manual FILE: "NAME CODE" of each ".It CODE NAME" or ".It Er NAME ...".
from_manual() {
	sed -n 's/^\.It *\(Li \)*\([0-9][0-9]*\)[ 	].*\<\([A-Z][A-Z_]*\)$/\3 \2/p
	    s/^\.It *\([0-9][0-9]*\) *\([A-Z][A-Z_]*\).*/\2 \1/p' "$1"
}

each_code_has_its_name() {
	codes=$top/libcore/base/exitcode
	[ "$(from_header "$codes.h" | wc -l)" -gt 10 ]
	same names "$(from_header "$codes.h" | sed 's/ .*//' | sort)" \
	    "$(names_in "$codes.c")"
}

the_manual_lists_the_codes() {
	[ -f "$top/man/nqstools.7" ] || skip 'no man/nqstools.7 yet'
	same codes "$(from_header "$top/libcore/base/exitcode.h" | sort)" \
	    "$(from_manual "$top/man/nqstools.7" | sort -u)"
}

run_tests each_code_has_its_name the_manual_lists_the_codes
