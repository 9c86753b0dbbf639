#include <config.h>

#include "../../libcore/run/runner.h"

#include <sys/resource.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/format/journal.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/run/plan.h"
#include "../../libcore/run/progress.h"
#include "../../libcore/run/session.h"
#include "../../libcore/system/eventloop.h"
#include "unit.h"

/*
 * A stage on which a runner plays with one session that does what a test says,
 * one word for each call: "open" and "fail" answer open, "yes" and "no" are
 * exit codes, "lost" and "break" lose a command, the latter as a connection
 * does that breaks: the end and the failure from one call; "say" says a
 * sentence and a hint, and is heard together with the next word.  "full" alone
 * is a disk that is full from the begin, "tight" one that has room for most
 * records, but not for that by which the step is confirmed.
 */
/* How many bytes a tight disk has room for. */
enum { TIGHT = 4096 };

struct stage {
	struct session		 session;	/* the first member */
	struct eventloop	*loop;
	struct plan		*plan;
	struct progress		 progress;
	struct journal		*journal;
	struct runner		*runner;
	struct words		 script;
	size_t			 at;
	struct text		 calls;		/* what the session was asked */
	int			 code;		/* -1: not finished */
	struct failure		 why;
};

static void
note(struct stage *stage, const char *call)
{
	if (stage->calls.length > 0)
		text_add(&stage->calls, ", ");
	text_add(&stage->calls, call);
}

static const char complaint[] = "it is Monday\n\nhint: come back tomorrow\n";

/* Plays the next word of the script, from the loop. */
static void
play(void *cookie)
{
	struct stage *stage = cookie;
	const struct session_events *events = stage->session.events;
	void *hearer = stage->session.cookie;
	struct failure why = { 0 };

	ck_assert_uint_lt(stage->at, stage->script.count);
	const char *word = stage->script.list[stage->at++];

	if (strcmp(word, "say") == 0) {
		events->output(hearer, complaint, strlen(complaint), true);
		word = stage->script.list[stage->at++];
	}
	failure_set(&why, EXITCODE_UNREACHABLE, "nobody is there");
	if (strcmp(word, "open") == 0)
		events->opened(hearer);
	else if (strcmp(word, "fail") == 0)
		events->failed(hearer, &why);
	else if (strcmp(word, "yes") == 0)
		events->ended(hearer, (struct process_end){
		    PROCESS_EXITED, 0 });
	else if (strcmp(word, "no") == 0)
		events->ended(hearer, (struct process_end){
		    PROCESS_EXITED, 1 });
	else
		events->ended(hearer, (struct process_end){
		    PROCESS_LOST, 0 });
	if (strcmp(word, "break") == 0)
		events->failed(hearer, &why);
}

static void
play_soon(struct stage *stage)
{
	(void)eventloop_at(stage->loop, clock_monotonic(), play, stage);
}

static void
open_session(struct session *session)
{
	struct stage *stage = (struct stage *)session;

	note(stage, "open");
	play_soon(stage);
}

static void
start_command(struct session *session, const struct session_command *command)
{
	struct stage *stage = (struct stage *)session;

	note(stage, command->argv->list[0]);
	if (command->has_effect)
		ck_assert(session->events->started(session->cookie, "token"));
	play_soon(stage);
}

static void
await_command(struct session *session, const char *token)
{
	struct stage *stage = (struct stage *)session;

	note(stage, "await");
	ck_assert_str_eq(token, "token");
	play_soon(stage);
}

static void
stop_command(struct session *session, int signal)
{
	note((struct stage *)session, signal == SIGTERM ? "TERM" : "KILL");
}

static void
close_session(struct session *session)
{
	note((struct stage *)session, "close");
}

static const struct session_calls calls = {
	open_session, start_command, await_command, stop_command,
	close_session, close_session
};

static void
recorded(void *cookie, const struct jsonline *record)
{
	(void)cookie;
	ck_assert_ptr_nonnull(jsonline_string(record, "event"));
}

static void
said(void *cookie, const struct plan_step *step, const char *bytes,
    size_t size)
{
	(void)cookie;
	(void)step;
	(void)bytes;
	(void)size;
}

/* Somebody with a long name confirms whatever it is. */
static struct jsonline *
confirm(void *cookie, const struct plan_step *step)
{
	char name[2 * TIGHT];
	struct jsonline *record = jsonline_make();

	(void)cookie;
	(void)step;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	jsonline_set_string(record, "event", "confirmed");
	jsonline_set_string(record, "by", name);
	return record;
}

/* The runner may be freed here, and is. */
static void
finished(void *cookie, enum exitcode code, const struct failure *why)
{
	struct stage *stage = cookie;

	stage->code = (int)code;
	stage->why = *why;
	runner_free(stage->runner);
	stage->runner = NULL;
	eventloop_stop(stage->loop);
}

static const struct runner_events runner_events = {
	recorded, said, confirm, finished, NULL, NULL
};

static void
give(struct plan_step *step, enum plan_part part)
{
	words_add(&step->commands[part].argv, plan_part_name(part));
}

/* Lets files grow to this size; -1: to any. */
static void
let_files_grow(long size)
{
	struct rlimit limit;

	ck_assert(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = size == -1 ? limit.rlim_max : (rlim_t)size;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* Makes a plan of one step: an act, or a check. */
static struct plan *
make_plan(bool is_check)
{
	struct plan *plan = memory_make(1, sizeof(*plan));

	plan->title = memory_copy_string("t");
	words_add(&plan->places, "n1");
	plan->steps = memory_make(1, sizeof(*plan->steps));
	plan->count = 1;
	plan->steps[0] = (struct plan_step){ .key = memory_copy_string("a"),
		.title = memory_copy_string("do it"),
		.timeout = 60 * CLOCK_SECOND };
	if (is_check) {
		give(&plan->steps[0], PLAN_CHECK);
	} else {
		give(&plan->steps[0], PLAN_RUN);
		give(&plan->steps[0], PLAN_VERIFY);
		give(&plan->steps[0], PLAN_UNDO);
	}
	return plan;
}

static void
open_stage(struct stage *stage, bool is_check, const char *script)
{
	const bool is_full = strcmp(script, "full") == 0;
	const bool is_tight = strcmp(script, "tight") == 0;
	struct session *session = &stage->session;
	struct failure why = { 0 };

	*stage = (struct stage){ .session = { .calls = &calls },
		.loop = eventloop_make(&why), .plan = make_plan(is_check),
		.code = -1 };
	ck_assert_ptr_nonnull(stage->loop);
	if (is_tight)
		stage->plan->steps[0].confirm = memory_copy_string("ready");
	if (!is_full && !is_tight)
		words_split(&stage->script, script, ' ');
	progress_start(&stage->progress, stage->plan, 10 * CLOCK_SECOND);
	(void)unlink("journal");
	stage->journal = journal_create("journal", &why);
	ck_assert_ptr_nonnull(stage->journal);
	stage->runner = runner_start(&(struct runner_request){
		.loop = stage->loop, .plan = stage->plan,
		.progress = &stage->progress, .sessions = &session,
		.journal = stage->journal, .program = "nqsupd", .run = "r",
		.events = &runner_events,
		.cookie = stage });
	let_files_grow(is_full ? 0 : is_tight ? TIGHT : -1);
	ck_assert_int_eq(eventloop_run(stage->loop, &why), 0);
	let_files_grow(-1);
	ck_assert_uint_eq(stage->at, stage->script.count);
}

static void
close_stage(struct stage *stage)
{
	ck_assert_ptr_null(stage->runner);
	journal_close(stage->journal);
	progress_release(&stage->progress);
	plan_free(stage->plan);
	eventloop_free(stage->loop);
	words_release(&stage->script);
	text_release(&stage->calls);
}

static const struct play_row {
	bool		 is_check;
	const char	*script;
	const char	*calls;
	int		 code;
	const char	*why;
} plays[] = {
	{ false, "open yes yes", "open, run, verify", 0, "" },
	{ true, "open no", "open, check", 1,
	    "step 'a' failed: do it: the check failed (exit code 1)" },
	/* What is wrong is told, and not what to do about it. */
	{ true, "open say no", "open, check", 1,
	    "step 'a' failed: do it: the check failed (exit code 1): "
	    "it is Monday" },
	{ true, "fail", "open", 69,
	    "step 'a': a node cannot be reached: nobody is there" },
	/* What breaks is opened again, and what may still run is awaited. */
	{ false, "open break open yes yes", "open, run, open, await, verify",
	    0, "" },
	{ false, "open lost yes yes", "open, run, await, verify", 0, "" },
	{ false, "open break open break open yes yes",
	    "open, run, open, await, open, await, verify", 0, "" },
	{ false, "open break fail open yes yes",
	    "open, run, open, open, await, verify", 0, "" },
	/* A way that was lost for a while is not what a run failed of. */
	{ false, "open yes break fail open no yes no",
	    "open, run, verify, open, open, verify, undo, verify", 1,
	    "step 'a' failed: do it: its command succeeded, but what it should "
	    "have done is not so (exit code 1)" },
};

START_TEST(carries_out_what_it_is_told)
{
	const struct play_row *row = &plays[_i];
	struct stage stage;

	open_stage(&stage, row->is_check, row->script);
	ck_assert_str_eq(text_string(&stage.calls), row->calls);
	ck_assert_int_eq(stage.code, row->code);
	if (row->code != 0)
		ck_assert_str_eq(stage.why.message, row->why);
	close_stage(&stage);
}
END_TEST

START_TEST(hears_nothing_after_it_was_freed)
{
	struct stage stage;
	struct failure why = { 0 };
	const struct session_events *events;

	open_stage(&stage, false, "open yes yes");
	events = stage.session.events;
	failure_set(&why, EXITCODE_UNREACHABLE, "gone");
	events->opened(stage.session.cookie);
	events->failed(stage.session.cookie, &why);
	ck_assert(!events->started(stage.session.cookie, "token"));
	events->output(stage.session.cookie, "x", 1, false);
	events->ended(stage.session.cookie, (struct process_end){ 0 });
	runner_free(NULL);
	close_stage(&stage);
}
END_TEST

/* On a disk as script names it nothing is begun, and how to go on is told. */
static void
begins_nothing(const char *script)
{
	struct stage stage;

	open_stage(&stage, false, script);
	ck_assert_str_eq(text_string(&stage.calls), "");
	ck_assert_int_eq(stage.code, EXITCODE_CANNOT_WRITE);
	ck_assert_str_eq(stage.why.hint,
	    "when it can be written again: 'nqsupd resume r'");
	close_stage(&stage);
}

START_TEST(tells_how_to_go_on_behind_a_full_disk)
{
	begins_nothing("full");
}
END_TEST

START_TEST(begins_nothing_whose_confirmation_is_not_written)
{
	begins_nothing("tight");
}
END_TEST

START_TEST(writes_each_token_before_the_command_may_run)
{
	struct journal_records records = { 0 };
	struct text events = { 0 };
	struct failure why;
	struct stage stage;

	open_stage(&stage, false, "open yes yes");
	ck_assert_int_eq(journal_read("journal", &records, &why), 1);
	for (size_t i = 0; i < records.count; i++)
		text_format(&events, "%s ", jsonline_string(records.list[i],
		    "event"));
	ck_assert_str_eq(text_string(&events), "begin started end close ");
	ck_assert_str_eq(jsonline_string(records.list[1], "token"), "token");
	journal_release_records(&records);
	text_release(&events);
	close_stage(&stage);
}
END_TEST

TCase *
runner_case(void)
{
	TCase *testcase = tcase_create("runner");

	unit_use_directory(testcase);
	tcase_add_loop_test(testcase, carries_out_what_it_is_told, 0,
	    sizeof(plays) / sizeof(plays[0]));
	tcase_add_test(testcase, hears_nothing_after_it_was_freed);
	tcase_add_test(testcase, tells_how_to_go_on_behind_a_full_disk);
	tcase_add_test(testcase,
	    begins_nothing_whose_confirmation_is_not_written);
	tcase_add_test(testcase, writes_each_token_before_the_command_may_run);
	return testcase;
}
