#!/bin/sh
# shellcheck disable=SC2016,SC2317	# examples; tests are called by names
# The tests' own tools can fail: what tests/lib.sh makes of a test that does,
# and how tests/limit ends one that hangs.
. "${srcdir:-.}/tests/lib.sh"

# example LINE...: runs a test file of these lines; its output is kept.
example() {
	{
		echo '. "${srcdir:-.}/tests/lib.sh"'
		printf '%s\n' "$@"
	} >"$scratch/example.t"
	status=0
	srcdir=$top TMPDIR=$scratch sh "$scratch/example.t" \
	    >"$scratch/stdout" 2>&1 || status=$?
}

sees_the_first_command_that_fails() {
	example 'a() { true; false; true; }' 'b() { true; }' 'run_tests a b'
	stdout_has 'not ok 1 - a'
	stdout_has 'ok 2 - b'
	same status 1 "$status"
}

sees_a_wrong_exit_output_or_text() {
	example 'a() { expect 3 true; }' 'b() { same x 1 2; }' \
	    'c() { contains abc d; }' \
	    'd() { run 0 echo x; stdout_is x; stdout_has x; stderr_has x; }' \
	    'e() { expect 0 true; same x 1 1; contains abc b; }' \
	    'run_tests a b c d e'
	stdout_has 'not ok 1 - a'
	stdout_has '# exit 0, not 3: true'
	stdout_has 'not ok 2 - b'
	stdout_has 'not ok 3 - c'
	stdout_has 'not ok 4 - d'
	stdout_has 'ok 5 - e'
}

skips_with_its_reason() {
	example 'a() { skip no luck; }' 'run_tests a'
	stdout_has 'ok 1 - a # SKIP no luck'
	same status 0 "$status"
	example 'prepare() { skip no luck; }' 'a() { true; }' 'run_tests a'
	stdout_is '1..0 # SKIP no luck'
}

takes_a_program_that_was_denied_something_for_a_failure() {
	example 'a() { (skip no luck) || true; }' 'b() { (exit 77); }' \
	    'c() { (skip no luck) || true; (exit 77); }' 'run_tests a b c'
	stdout_has 'ok 1 - a'
	stdout_has 'not ok 2 - b'
	stdout_has '# ended by a command with exit code 77'
	stdout_has 'not ok 3 - c'
	example 'prepare() { (exit 77); }' 'a() { true; }' 'run_tests a'
	stdout_has 'Bail out! the preparation failed'
	same status 1 "$status"
}

leaves_nothing() {
	example 'a() { echo x >"$scratch/x"; }' 'run_tests a'
	stdout_has 'ok 1 - a'
	same left '' "$(find "$scratch"/* -name 'nqstools-test.*')"
}

gives_up_to_wait_in_the_end() {
	example 'a() { wait_until 1 false; }' \
	    'b() { wait_until 20 mkdir "$scratch/made"; }' 'run_tests a b'
	stdout_has '# never came true: false'
	stdout_has 'ok 2 - b'
}

limit() {
	"$build/tests/limit" "$@"
}

hands_on_what_the_test_says() {
	run 3 limit 100 sh -c 'echo out; echo err >&2; exit 3'
	stdout_is out
	stderr_has err
	X=kept run 0 limit 100 sh -c 'echo "$X"'
	stdout_is kept
	run 64 limit 0 true
	run 71 limit 100 "$scratch/missing"
}

ends_a_test_that_hangs_and_lets_it_clean_up() {
	run 124 limit 1 sh -c 'trap "echo cleaned; exit" TERM
	    sleep 1000 & echo $! >"$1"; wait' sh "$scratch/pid"
	stdout_has 'Bail out! not done after 1 seconds'
	stdout_has cleaned
	! kill -0 "$(cat "$scratch/pid")" 2>/dev/null ||
	    wait_until 10 is_gone "$(cat "$scratch/pid")"
}

is_gone() {
	case $(ps -o stat= -p "$1") in
	''|Z*)	return 0 ;;
	esac
	return 1
}

run_tests sees_the_first_command_that_fails sees_a_wrong_exit_output_or_text \
    skips_with_its_reason \
    takes_a_program_that_was_denied_something_for_a_failure leaves_nothing \
    gives_up_to_wait_in_the_end \
    hands_on_what_the_test_says ends_a_test_that_hangs_and_lets_it_clean_up
