#!/bin/sh
# The shell scripts (doc/STYLE.md, section 2).
. "${srcdir:-.}/tests/lib.sh"

scripts() {
	(cd "$top" && find .ci bench script share tests -type f ! -name '*.[cho]' |
	    sort | xargs awk 'FNR == 1 && /^#!\/bin\/sh/ { print FILENAME }')
}

prepare() {
	scripts >"$scratch/scripts"
	grep -q '^script/test$' "$scratch/scripts"
}

# Programs of awk stand in single quotes; tests are called by their names.
pass_shellcheck() {
	command -v shellcheck >/dev/null || skip 'no shellcheck'
	(cd "$top" && xargs shellcheck -s sh -e SC2016,SC2317 -x -P SCRIPTDIR -P .) <"$scratch/scripts"
}

are_read_by_dash() {
	command -v dash >/dev/null || skip 'no dash'
	while read -r script; do
		dash -n "$top/$script"
	done <"$scratch/scripts"
}

refuse_unset_variables() {
	found=$(while read -r script; do
		grep -q -e '^set -[a-z]*u' -e 'tests/lib\.sh"$' \
		    "$top/$script" || echo "$script"
	done <"$scratch/scripts")
	same 'scripts without set -u' '' "$found"
}

can_be_executed() {
	found=$(while read -r script; do
		[ -x "$top/$script" ] || echo "$script"
	done <"$scratch/scripts")
	same 'scripts that cannot be executed' '' "$found"
}

have_no_blanks_at_the_end_of_lines() {
	found=$(while read -r script; do
		awk '/[ \t]$/ { print FILENAME ":" FNR }' "$top/$script"
	done <"$scratch/scripts")
	same 'lines' '' "$found"
}

run_tests pass_shellcheck are_read_by_dash refuse_unset_variables \
    can_be_executed have_no_blanks_at_the_end_of_lines
