#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# The shape of lines and functions, and words that are not used.
. "${srcdir:-.}/tests/lib.sh"
. "$top/tests/lint/lint.sh"

# check TREE FILE...
check() {
	cd "$1"
	shift
	awk -f "$top/tests/lint/code.awk" -f "$top/tests/lint/style.awk" "$@"
}

the_code_keeps_to_the_style() {
	# shellcheck disable=SC2046,SC2119	# names of ours, without blanks
	finds_nothing check "$top" $(all_sources)
}

# bad LINE EXPECTED: a file of this line (for printf) is found out.
bad() {
	mkdir -p "$scratch/libcore/base"
	# shellcheck disable=SC2059	# the line is a format
	printf "$1\n" >"$scratch/libcore/base/bad.c"
	finds "$2" check "$scratch" libcore/base/bad.c
}

# good LINE
good() {
	mkdir -p "$scratch/libcore/base"
	# shellcheck disable=SC2059
	printf "$1\n" >"$scratch/libcore/base/good.c"
	finds_nothing check "$scratch" libcore/base/good.c
}

repeat() {
	awk -v count="$1" -v what="$2" \
	    'BEGIN { while (count-- > 0) printf "%s", what }'
}

sees_lines_that_are_too_long() {
	bad "$(repeat 81 x)" '1: longer than 80 columns'
	bad "$(repeat 10 '\t')x" '1: longer than 80 columns'
	good "$(repeat 9 '\t')12345678"
	bad 'x \nx' '1: ends in blanks'
	bad '  x' '1: indented by blanks'
}

sees_functions_that_are_too_long() {
	bad "x(void)\n{\n$(repeat 61 '\t;\n')\n}" 'a function of 61 lines'
	good "x(void)\n{\n$(repeat 60 '\t;\n')\n}"
	bad "$(repeat 501 ";\n");" 'longer than 500 lines'
}

sees_too_many_parameters() {
	bad 'x(int a, int b, int c,\n    int d, int e, int f)\n{\n}' \
	    'more than 5 parameters'
	bad 'x(int a, int b, int c,\n    int d, int e, int f);' \
	    'more than 5 parameters'
	good 'x(int a, int b, int c, int d, int e,\n    struct failure *why);'
	good 'x(int a, int b, int c,\n    int (*d)(int, int), int e)\n{\n}'
}

sees_what_is_not_used() {
	bad '\tsprintf(x, y);' 'not used here: '
	bad '\tx = system (y);' 'not used here: '
	good '\tsnprintf(x, y); file_system(x); why.system(x);'
	good '\t/* system(3) */ x("system(x)");'
	good '/*\n * system(3)\n */'
	bad '#pragma x' '#pragma'
	bad '\tgoto again;' 'goto'
	good '\tgoto out;'
	bad '#ifdef X' '#if outside'
	bad '\twhile (errno == EINTR)' 'EINTR outside'
	bad '\texit(1);' 'libcore ends the program'
	bad '#define _GNU_SOURCE' 'an extension'
}

run_tests the_code_keeps_to_the_style sees_lines_that_are_too_long \
    sees_functions_that_are_too_long sees_too_many_parameters \
    sees_what_is_not_used
