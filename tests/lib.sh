# What the command tests share.  A test file is
#
#	#!/bin/sh
#	. "${srcdir:-.}/tests/lib.sh"
#	refuses_what_is_wrong() { expect 64 program --wrong; }
#	run_tests refuses_what_is_wrong
#
# Each test is a function that is named as a sentence and runs in a shell of
# its own, in which the first command that fails ends the test as failed; its
# output is shown then.  "skip REASON" ends it as skipped.  A test file may
# define "prepare", which runs before the first test, and "clean_up", which
# runs at the end in any case.
#
# Set here: top (the source tree), build (where it was built), scratch (a
# private folder that is removed at the end, and that nobody else may enter
# unless a test lets him).
# shellcheck shell=sh disable=SC2034

set -u
LC_ALL=C
TZ=UTC
export LC_ALL TZ
unset NQS_SITE NQSTOOLS_CONF CDPATH
# A make that runs the tests has no say in what the makes of a test print.
unset MAKEFLAGS MFLAGS MAKELEVEL
# Some have neither, and rpm and others stand there.
PATH=$PATH:/usr/sbin:/sbin
export PATH
umask 022

top=$(cd "${srcdir:-.}" && pwd)
build=$(pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/nqstools-test.XXXXXX") || exit 99
HOME=$scratch
export HOME

finish_tests() {
	trap - EXIT
	if command -v clean_up >/dev/null; then
		clean_up >/dev/null 2>&1
	fi
	cd / && rm -rf "$scratch"
}
trap finish_tests EXIT
trap 'exit 1' HUP INT TERM

# What skip exits with, which no program does: 77 may be one that was denied
# something, and who has skipped a part in a shell of its own goes on.
skipped=253

skip() {
	echo "$*" >"$scratch/.skip"
	exit "$skipped"
}

# expect STATUS COMMAND [ARGUMENT]...: fails unless it exits like that.  See
# run for what it says.
expect() {
	expected=$1
	shift
	status=0
	"$@" || status=$?
	[ "$status" -eq "$expected" ] || {
		echo "exit $status, not $expected: $*"
		return 1
	}
}

# run STATUS COMMAND [ARGUMENT]...: the same, and keeps what it writes in
# $scratch/stdout and $scratch/stderr, for stdout_is, stdout_has and stderr_has.
# Events that it prints with --json have to be in the manual.
run() {
	expected=$1
	shift
	status=0
	"$@" >"$scratch/stdout" 2>"$scratch/stderr" || status=$?
	[ "$status" -eq "$expected" ] || {
		echo "exit $status, not $expected: $*"
		cat "$scratch/stdout" "$scratch/stderr"
		return 1
	}
	case " $* " in
	*' --json '*)	is_documented "$scratch/stdout" ;;
	esac
}

# is_documented FILE: the manual tells of what these lines of JSON have, if that
# is what they are.
is_documented() {
	head -n 1 "$1" | grep -q '^{"event":"start","format":"nqstools"' ||
		return 0
	same 'what no manual tells of' '' \
	    "$(awk -f "$top/tests/events.awk" "$top/man/nqstools.events.5" "$1")"
}

# stdout_is TEXT: that was all, but for the last newline.
stdout_is() {
	same stdout "$1" "$(cat "$scratch/stdout")"
}

# stdout_has PART
stdout_has() {
	contains "$(cat "$scratch/stdout")" "$1"
}

# stderr_has PART
stderr_has() {
	contains "$(cat "$scratch/stderr")" "$1"
}

# wait_until SECONDS COMMAND [ARGUMENT]...: tries again until it succeeds.
wait_until() {
	last=$(($(date +%s) + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -lt "$last" ] || {
			echo "never came true: $*"
			return 1
		}
		sleep 0.05 2>/dev/null || sleep 1
	done
}

# same WHAT EXPECTED FOUND
same() {
	[ "$2" = "$3" ] || {
		printf '%s\nexpected: %s\nfound:    %s\n' "$1" "$2" "$3"
		return 1
	}
}

# contains TEXT PART
contains() {
	case $1 in
	*"$2"*)	;;
	*)	printf 'no "%s" in: %s\n' "$2" "$1"
		return 1 ;;
	esac
}

# report_test RESULT-OF-TEST NUMBER NAME
report_test() {
	sentence=$(echo "$3" | tr _ ' ')
	case $1 in
	0)	echo "ok $2 - $sentence" ;;
	"$skipped")	echo "ok $2 - $sentence # SKIP $(cat "$scratch/.skip")" ;;
	*)	echo "not ok $2 - $sentence"
		sed 's/^/# /' "$scratch/.output" ;;
	esac
}

# carry_out FUNCTION: sets status.
carry_out() {
	(set -e; "$1") >"$scratch/.output" 2>&1
	status=$?
	[ "$status" -le 1 ] || [ "$status" -eq "$skipped" ] ||
		echo "ended by a command with exit code $status" \
		    >>"$scratch/.output"
}

run_tests() {
	if command -v prepare >/dev/null; then
		carry_out prepare
		if [ "$status" -eq "$skipped" ]; then
			echo "1..0 # SKIP $(cat "$scratch/.skip")"
			exit 0
		elif [ "$status" -ne 0 ]; then
			sed 's/^/# /' "$scratch/.output"
			echo 'Bail out! the preparation failed'
			exit 1
		fi
	fi
	echo "1..$#"
	number=0
	failed=0
	for name in "$@"; do
		number=$((number + 1))
		carry_out "$name"
		report_test "$status" "$number" "$name"
		case $status in
		0 | "$skipped")	;;
		*)	failed=1 ;;
		esac
	done
	exit "$failed"
}
