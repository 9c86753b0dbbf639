#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# The tests of the engine must be able to fail: each mutation takes one rule of
# libcore/run/progress.h out of a copy of the engine, and the same tests are
# run against the copy: those that were written for the rule, and the random
# walks, which were not.
. "${srcdir:-.}/tests/lib.sh"

# The value of a variable of the Makefile.
made_with() {
	sed -n "s/^$1 = //p" "$build/Makefile"
}

prepare() {
	[ -x "$build/tests/unit/run-run" ] || skip 'there is no Check'
	mkdir -p "$scratch/libcore/run"
	for folder in base format system; do
		ln -s "$top/libcore/$folder" "$scratch/libcore/$folder"
	done
	cp "$top"/libcore/run/*.h "$scratch/libcore/run"
	# Far fewer walks than the unit tests take find a mutation.
	NQSTOOLS_WALKS=2000
	export NQSTOOLS_WALKS
	CK_RUN_CASE=progress_walk "$build/tests/unit/run-run" \
	    >"$scratch/unmutated"
	! grep '^not ok' "$scratch/unmutated"
}

# build_with FILE: the tests with this copy in place of the engine's own.
build_with() {
	# shellcheck disable=SC2046	# lists of words
	${CC:-cc} -std=c99 -O1 -D_POSIX_C_SOURCE=200809L -I"$build" \
	    -o "$scratch/mutant" "$1" "$build"/tests/unit/run_run-*.o \
	    "$build/libcore.a" $(made_with CHECK_LIBS) \
	    $(made_with LIBCONFIG_LIBS) $(made_with JANSSON_LIBS) \
	    $(made_with LIBCRYPTO_LIBS) $(made_with LDFLAGS) $(made_with CFLAGS)
}

# finds_out FILE WHAT REPLACEMENT: the tests fail with the line that is WHAT
# (without its indentation) replaced.
finds_out() {
	copy=$scratch/libcore/run/$1
	what=$2 replacement=$3 awk '
	{
		line = $0
		sub(/^[ \t]+/, "", line)
		if (line == ENVIRON["what"]) {
			line = ENVIRON["replacement"]
			found++
		} else
			line = $0
		print line
	}
	END { exit found != 1 }' "$top/libcore/run/$1" >"$copy" || {
		echo "not once in $1: $2"
		return 1
	}
	build_with "$copy"
	{ is_found_by progress || is_found_by progress_back ||
	    is_found_by progress_broken; } &&
	    is_found_by progress_walk
}

# is_found_by CASE: a test of this case fails.
is_found_by() {
	CK_RUN_CASE=$1 "$scratch/mutant" >"$scratch/mutated" || :
	grep '^not ok' "$scratch/mutated"
}

an_engine_that_does_not_record_what_it_begins() {
	finds_out progress_forward.c 'progress->attempts = 0;' \
	    'if (progress_step_has(progress_present(progress), PLAN_RUN))
	    return (progress_command(progress, PROGRESS_PHASE_RUN, PLAN_RUN));'
}

an_engine_that_believes_an_exit_code() {
	finds_out progress_forward.c \
	    'return (progress_command(progress, PROGRESS_PHASE_VERIFY,' \
	    'if (progress->plan != NULL)
	    return (end_step(progress, PROGRESS_DONE, NULL));
	    return (progress_command(progress, PROGRESS_PHASE_VERIFY,'
}

an_engine_that_repeats_what_was_broken_off() {
	finds_out progress_forward.c 'return (progress_command(progress,'\
' PROGRESS_PHASE_DECIDE, PLAN_VERIFY));' 'return (begin_step(progress));'
}

an_engine_that_does_not_wait_for_a_lost_command() {
	finds_out progress.c 'if (progress_may_run(progress))' 'if (false)'
}

an_engine_that_goes_back_past_a_failed_undo() {
	finds_out progress_back.c 'if (progress->result == PROGRESS_STUCK)' \
	    'if (progress->attempts < 0)'
}

an_engine_that_believes_an_undo() {
	finds_out progress_back.c 'return (progress_back_verify(progress));' \
	    'return (end_undo(progress, PROGRESS_UNDONE, NULL));'
}

an_engine_that_goes_back_past_what_cannot_be_put_back() {
	finds_out progress_back.c 'progress->beyond = true;' \
	    'progress->beyond = false;'
}

an_engine_that_leaves_a_residue_behind_it() {
	finds_out progress_back.c \
	    '} else if (effect && (!progress->beyond || step->residue))' \
	    '} else if (effect && !progress->beyond)'
}

an_engine_that_puts_back_what_it_never_began() {
	finds_out progress_replay.c \
	    'return (result == PROGRESS_FAILED && before != PROGRESS_BEGUN ?' \
	    'return (before > PROGRESS_BLOCKED ?'
}

an_engine_that_forgets_a_decision() {
	finds_out progress_replay.c \
	    'if (word == NULL || progress_decide(progress, word, why) == 0)' \
	    'if (word == NULL || progress->plan != NULL)'
}

an_engine_that_has_no_patience_on_its_way_back() {
	finds_out progress_action.c 'progress->lost_since = 0;' ''
}

an_engine_that_leaves_what_still_runs() {
	finds_out progress.c 'for (progress->at = 0; progress->at <'\
' progress->plan->count;' 'for (progress->at = progress->plan->count; progress->at < progress->plan->count;'
}

an_engine_that_goes_on_with_what_is_left() {
	finds_out progress.c 'progress->leaves = true;' \
	    'progress->leaves = false;'
}

an_engine_that_never_gives_up_a_lost_place() {
	finds_out progress.c \
	    'now - progress->lost_since < progress->patience);' \
	    'progress->patience > 0);'
}

an_engine_that_does_not_stop_on_its_way_back() {
	finds_out progress_back.c 'if (progress->stop)' \
	    'if (progress->stop && progress->plan == NULL)'
}

an_engine_that_forgets_what_a_person_has_done() {
	finds_out progress_replay.c \
	    'if (jsonline_boolean(record, "person", false) &&' \
	    'if (progress->plan == NULL &&'
}

an_engine_that_does_what_a_person_does_unasked() {
	finds_out progress_forward.c \
	    'if (progress_present(progress)->confirm == NULL ||'\
' progress->stop)' 'if (progress_present(progress)->by_person ||
	    progress_present(progress)->confirm == NULL || progress->stop)'
}

# So rarely does a walk come by there that it takes more of them.
an_engine_that_asks_although_it_is_to_stop() {
	NQSTOOLS_WALKS=20000
	finds_out progress_forward.c 'if (progress_present(progress)->confirm'\
' == NULL || progress->stop)' \
	    'if (progress_present(progress)->confirm == NULL)'
}

run_tests \
	an_engine_that_does_not_record_what_it_begins \
	an_engine_that_believes_an_exit_code \
	an_engine_that_repeats_what_was_broken_off \
	an_engine_that_does_not_wait_for_a_lost_command \
	an_engine_that_goes_back_past_a_failed_undo \
	an_engine_that_believes_an_undo \
	an_engine_that_goes_back_past_what_cannot_be_put_back \
	an_engine_that_leaves_a_residue_behind_it \
	an_engine_that_puts_back_what_it_never_began \
	an_engine_that_forgets_a_decision \
	an_engine_that_has_no_patience_on_its_way_back \
	an_engine_that_leaves_what_still_runs \
	an_engine_that_goes_on_with_what_is_left \
	an_engine_that_never_gives_up_a_lost_place \
	an_engine_that_does_not_stop_on_its_way_back \
	an_engine_that_forgets_what_a_person_has_done \
	an_engine_that_does_what_a_person_does_unasked \
	an_engine_that_asks_although_it_is_to_stop
