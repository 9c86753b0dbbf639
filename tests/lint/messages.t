#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# What is said to people has one form.
. "${srcdir:-.}/tests/lib.sh"
. "$top/tests/lint/lint.sh"

# check TREE FILE...
check() {
	cd "$1"
	shift
	awk -f "$top/tests/lint/messages.awk" "$@"
}

messages_have_their_form() {
	# shellcheck disable=SC2046	# names of ours, without blanks
	finds_nothing check "$top" $(sources '*.c')
}

bad() {
	printf '%s\n' "$1" >"$scratch/bad.c"
	finds "$2" check "$scratch" bad.c
}

good() {
	printf '%s\n' "$1" >"$scratch/good.c"
	finds_nothing check "$scratch" good.c
}

sees_messages_of_another_form() {
	bad 'failure_set(why, CODE, "Cannot open it");' capital
	bad 'message_say(LEVEL, "cannot open it.");' 'full stop'
	bad 'message_say(LEVEL, "cannot "
	    "open it.");' 'full stop'
	bad 'failure_hint(why, "do this\n");' 'more than one line'
	bad 'failure_add(why, "in \"%s\"", x);' 'single quotes'
	bad 'x = y(z) ? 1 :
	    setting_refuse(x, why, "No");' capital
	good 'failure_set_errno(why, CODE, errno, "cannot open '\''%s'\''",
	    "Any.");'
	good 'message_say(LEVEL, "%s", x);'
	good 'failure_set(why, CODE, "it goes on ...");'
}

run_tests messages_have_their_form sees_messages_of_another_form
