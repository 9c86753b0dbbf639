#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# The model of a run, tests/model/run.pml: spin walks all of its ways, and must
# refuse it when a rule is taken out.
. "${srcdir:-.}/tests/lib.sh"

prepare() {
	command -v spin >/dev/null || skip 'no spin'
	command -v "${CC:-cc}" >/dev/null || skip 'no compiler'
}

# model NAME [SPIN-OPTION]...: makes the program $scratch/NAME/pan, with the
# options of the compiler in way.
model() {
	name=$1
	shift
	mkdir "$scratch/$name"
	cd "$scratch/$name"
	spin "$@" -a "$top/tests/model/run.pml"
	# What spin writes is not ours to warn about.
	# shellcheck disable=SC2086	# a list of words
	"${CC:-cc}" -w -O1 $way -o pan pan.c
}

# verdict: what came of the search.
verdict() {
	./pan "$@" -m100000 -w20 >found
	grep -E 'errors:|^pan:1' found
	if grep 'max search depth too small' found; then
		return 1
	fi
	errors=$(sed -n 's/.*errors: \([0-9]*\).*/\1/p' found)
}

every_way_keeps_the_rules() {
	way='-DSAFETY -DNOCLAIM'
	model rules
	verdict
	same 'errors' 0 "$errors"
	same 'not reached' '(0 of' \
	    "$(sed -n '/unreached in proctype Life/,$p' found |
	    sed -n 's/^[[:blank:]]*\((0 of\).*/\1/p')"
}

every_way_ends() {
	way=
	model end
	verdict -a -f
	same 'errors' 0 "$errors"
}

# refuses MUTATION: the assertion that fails is told.
refuses() {
	way='-DSAFETY -DNOCLAIM'
	model "$1" "-D$1"
	verdict
	same 'errors' 1 "$errors"
	grep -q 'assertion violated' found
}

refuses_not_to_wait_for_an_old_command() {
	refuses DOES_NOT_AWAIT
}

refuses_to_repeat_what_was_broken_off() {
	refuses REPEATS_WHAT_WAS_BROKEN_OFF
}

refuses_to_believe_an_exit_code() {
	refuses BELIEVES_AN_EXIT_CODE
}

refuses_to_believe_an_undo() {
	refuses BELIEVES_AN_UNDO
}

refuses_to_go_back_past_a_failed_undo() {
	refuses GOES_PAST_A_FAILED_UNDO
}

refuses_to_leave_what_still_runs() {
	refuses LEAVES_WHAT_RUNS
}

refuses_to_ask_who_stops() {
	refuses ASKS_WHO_STOPS
}

run_tests every_way_keeps_the_rules every_way_ends \
    refuses_not_to_wait_for_an_old_command \
    refuses_to_repeat_what_was_broken_off refuses_to_believe_an_exit_code \
    refuses_to_believe_an_undo refuses_to_go_back_past_a_failed_undo \
    refuses_to_leave_what_still_runs refuses_to_ask_who_stops
