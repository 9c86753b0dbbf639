#include <config.h>

#include "person.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/format/journal.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/run/command.h"
#include "../../libcore/run/execution.h"
#include "../../libcore/run/history.h"
#include "../../libcore/run/plan.h"
#include "../../libcore/run/progress.h"
#include "../../libcore/run/show_record.h"
#include "../../libcore/run/values.h"
#include "cluster.h"
#include "context.h"
#include "team.h"

/* How long a node may take to remember. */
#define ANSWER_TIME	(INT64_C(60) * CLOCK_SECOND)

/* Adds words, with the arguments from the place at of argv in them, to text. */
static void
fill_in(const char *words, const struct words *argv, size_t at,
    struct text *text)
{
	for (; *words != '\0'; words++) {
		const size_t digit = words[0] != '$' || words[1] < '1' ||
		    words[1] > '9' ? 0 : (size_t)(words[1] - '0');

		if (digit == 0 || at + digit > argv->count) {
			text_add_bytes(text, words, 1);
			continue;
		}
		text_add(text, argv->list[at + digit - 1]);
		words++;
	}
}

/* Lets step say by words, if there are any, how a person puts it back. */
static void
ask_back(struct plan_step *step, const char *words, size_t prefix)
{
	struct text text = { 0 };

	if (words == NULL)
		return;
	fill_in(words, &step->commands[PLAN_UNDO].argv, prefix + 1, &text);
	step->put_back = text_take(&text);
}

/* Lets step be confirmed by words, and its act remember it. */
static void
ask_of(struct plan_step *step, const char *words, size_t prefix)
{
	struct words *argv = &step->commands[PLAN_RUN].argv;
	struct words did = { 0 };
	struct text text = { 0 };

	if (step->confirm != NULL)
		text_format(&text, "%s; ", step->confirm);
	fill_in(words, argv, prefix + 1, &text);
	free(step->confirm);
	step->confirm = text_take(&text);
	for (size_t i = 0; i < argv->count; i++) {
		if (i == prefix)
			words_add(&did, "did");
		words_add(&did, argv->list[i]);
	}
	words_release(argv);
	*argv = did;
	step->by_person = true;
	step->within = 0;
	step->retry = 0;
}

/* Returns the words of person for what command asks for, or NULL. */
static const char *
find_words(const struct values *person, size_t prefix,
    const struct plan_command *command)
{
	return (!command->is_tool || command->argv.count <= prefix ? NULL :
	    values_single(person, command->argv.list[prefix]));
}

void
person_ask(const struct values *person, size_t prefix, struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		struct plan_step *step = &plan->steps[i];
		const char *words = find_words(person, prefix,
		    &step->commands[PLAN_RUN]);

		if (words == NULL)
			continue;
		ask_of(step, words, prefix);
		ask_back(step, find_words(person, prefix,
		    &step->commands[PLAN_UNDO]), prefix);
	}
}

/* Adds to argv what tells a node that step was put back. */
static void
add_undo(const struct plan_step *step, struct words *argv)
{
	struct words prefix = { 0 };

	context_adapter(&prefix);
	for (size_t i = 0; i < step->commands[PLAN_UNDO].argv.count; i++) {
		if (i == prefix.count)
			words_add(argv, "did");
		words_add(argv, step->commands[PLAN_UNDO].argv.list[i]);
	}
	words_release(&prefix);
}

/* Lets why say how node, which is to remember what is so, has answered. */
static void
explain(const char *node, const struct team_answer *answer,
    struct failure *why)
{
	struct text how = { 0 };

	if (!answer->is_reached) {
		*why = answer->why;
		return;
	}
	team_show_end(answer, &how);
	failure_set(why, answer->end.how == PROCESS_EXITED &&
	    answer->end.code == EXITCODE_UNREACHABLE ? EXITCODE_UNREACHABLE :
	    EXITCODE_STOPPED, "node '%s' cannot remember what was confirmed: "
	    "%s", node, text_string(&how));
	text_release(&how);
}

/* Tells the nodes by argv. */
static int
tell(struct context *context, const struct words *argv, struct failure *why)
{
	const struct cluster *cluster = context->cluster;
	struct team_answer *answers = memory_make(cluster->count,
	    sizeof(*answers));
	char *input = context_adapter_input(context);
	const struct team_question question = { .argv = argv,
	    .input = input, .timeout = ANSWER_TIME };
	int rc = team_ask(context->team, &question, answers, why);

	for (size_t i = 0; rc == 0 && i < cluster->count; i++) {
		const struct team_answer *answer = &answers[i];

		if (answer->is_reached && answer->end.how == PROCESS_EXITED &&
		    answer->end.code == 0)
			continue;
		explain(cluster->nodes[i].name, answer, why);
		rc = -1;
	}
	team_release_answers(answers, cluster->count);
	free(answers);
	free(input);
	return (rc);
}

/* ---- what was confirmed ------------------------------------------------ */

/* A step that a person does, as a run that is taken up was left. */
struct left {
	const struct plan_step	*step;
	enum progress_step	 state;
	bool			 is_confirmed;	/* so the journal says */
};

/* Whether the journal says that step was confirmed as it stands in state. */
static bool
was_confirmed(const struct history *history, const struct plan_step *step,
    enum progress_step state)
{
	bool is_confirmed = false;

	for (size_t i = 0; i < history->records.count; i++) {
		const struct jsonline *record = history->records.list[i];
		const char *event = jsonline_text(record, "event");

		if (strcmp(jsonline_text(record, "step"), step->key) != 0)
			continue;
		if (strcmp(event, "confirmed") == 0)
			is_confirmed = true;
		else if (state != PROGRESS_BEGUN &&
		    text_begins_with(event, "undo-"))
			is_confirmed = false;
	}
	return (is_confirmed);
}

/* Whether the last life of the run has asked for left. */
static bool
was_asked(const struct history *history, const struct left *left)
{
	return (history->is_closed && history->at != NULL &&
	    strcmp(history->at, left->step->key) == 0 &&
	    (left->state == PROGRESS_STUCK || history->confirm != NULL));
}

/* Whether a person may have done the step at, or put it back, in state. */
static bool
may_be_his(const struct execution *execution, size_t at,
    enum progress_step state)
{
	const struct plan_step *step = &execution->plan->steps[at];
	const char *key = execution->history->at;

	switch (state) {
	case PROGRESS_BEGUN:
		return (step->by_person);
	case PROGRESS_UNDOING:
	case PROGRESS_STUCK:
		return (step->put_back != NULL);
	case PROGRESS_WAITING:
		return (step->by_person && !execution->back && key != NULL &&
		    strcmp(step->key, key) == 0);
	default:
		return (false);
	}
}

/* Finds the step that the run of execution was left at, if a person does it. */
static void
find_left(const struct execution *execution, struct left *left)
{
	const struct history *history = execution->history;
	struct failure ignored = { 0 };
	struct progress progress;

	*left = (struct left){ 0 };
	progress_start(&progress, execution->plan, 0);
	(void)progress_replay_all(&progress, &history->records, &ignored);
	for (size_t i = 0; i < execution->plan->count; i++) {
		const enum progress_step state = progress.steps[i];

		if (left->step != NULL || !may_be_his(execution, i, state))
			continue;
		left->step = &execution->plan->steps[i];
		left->state = state;
		left->is_confirmed = state != PROGRESS_WAITING &&
		    was_confirmed(history, left->step, state);
	}
	progress_release(&progress);
}

/* Writes it to the journal, before any node is told.  Frees record. */
static int
note(const struct execution *execution, struct jsonline *record,
    struct failure *why)
{
	struct journal *journal = journal_open(execution->path, why);
	const int rc = journal == NULL ? -1 :
	    journal_append(journal, record, why);

	if (rc == 0)
		show_record(&execution->command->report, record);
	journal_close(journal);
	jsonline_free(record);
	return (rc);
}

/*
 * Whether the command that takes the run up says itself how left stands, of
 * which there is something to say.
 */
static bool
is_decided(const struct execution *execution, const struct left *left,
    bool *done)
{
	struct text key = { 0 };
	const bool is_so = execution->decided != NULL &&
	    left->state != PROGRESS_WAITING &&
	    progress_read_word(execution->decided, &key, done) == 0 &&
	    strcmp(text_string(&key), left->step->key) == 0;

	text_release(&key);
	return (is_so);
}

/* Nobody has said that it is done, so no node must be told that it is. */
static int
refuse(const struct execution *execution, const struct plan_step *step,
    struct failure *why)
{
	const char *id = execution->history->id;
	const char *program = execution->command->program;

	failure_set(why, EXITCODE_NEEDS_PERSON, "step '%s' was begun, and "
	    "nobody has confirmed it: %s", step->key, step->confirm);
	failure_hint(why, "look there; then '%s resume --step %s=done %s' if "
	    "it is so, '=again' if not", program, step->key, id);
	return (-1);
}

/* Whether the step of left is being put back. */
static bool
is_back(const struct left *left)
{
	return (left->state == PROGRESS_UNDOING ||
	    left->state == PROGRESS_STUCK);
}

/* Tells the nodes how left is. */
static int
tell_left(struct context *context, const struct execution *execution,
    const struct left *left, struct failure *why)
{
	struct words argv = { 0 };

	if (is_back(left))
		add_undo(left->step, &argv);
	else
		words_add_all(&argv, &left->step->commands[PLAN_RUN].argv);
	const int rc = tell(context, &argv, why);
	words_release(&argv);
	if (rc == -1 && why->hint[0] == '\0' && !left->is_confirmed)
		failure_hint(why, "what was said of the step is not recorded: "
		    "say it once more when that is mended");
	else if (rc == -1 && why->hint[0] == '\0')
		failure_hint(why, "it stands in the journal, and '%s resume "
		    "%s' tells the nodes once more",
		    execution->command->program, execution->history->id);
	return (rc);
}

/*
 * Whether what record confirms is meant for left.  A command that begins a run
 * may be given once more by who has asked nobody, so it must name the step; and
 * what it names, as what is answered at the terminal, is the way there.
 */
static bool
is_meant(const struct execution *execution, const struct left *left,
    const struct jsonline *record)
{
	const char *verb = execution->command->verb;
	const char *by = jsonline_text(record, "by");
	const bool takes_up = strcmp(verb, "resume") == 0 ||
	    strcmp(verb, "rollback") == 0;

	return (is_back(left) ? takes_up && strcmp(by, "--confirm") == 0 :
	    takes_up || strcmp(by, "--yes") != 0);
}

/*
 * Takes what a person confirms of left by the command into the journal, if he
 * was asked for it.
 */
static int
take_word(const struct execution *execution, struct left *left,
    struct failure *why)
{
	struct jsonline *record = left->is_confirmed ||
	    left->state == PROGRESS_BEGUN ||
	    !was_asked(execution->history, left) ? NULL :
	    execution_confirmed(execution, left->step);

	if (record == NULL || !is_meant(execution, left, record)) {
		jsonline_free(record);
		return (0);
	}
	left->is_confirmed = true;
	return (note(execution, record, why));
}

int
person_tell(struct context *context, const struct execution *execution,
    struct failure *why)
{
	struct left left;
	bool done = true;

	find_left(execution, &left);
	if (left.step == NULL || execution->leave != NULL)
		return (0);
	const bool decided = is_decided(execution, &left, &done);
	if (decided && !done)
		return (0);
	if (!decided && take_word(execution, &left, why) == -1)
		return (-1);
	if (decided || left.is_confirmed)
		return (tell_left(context, execution, &left, why));
	return (left.state != PROGRESS_BEGUN || execution->back ? 0 :
	    refuse(execution, left.step, why));
}
