#include <config.h>

#include "person.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/run/execution.h"
#include "../../libcore/run/history.h"
#include "../../libcore/run/plan.h"
#include "../../libcore/run/progress.h"
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

void
person_ask(const struct values *person, size_t prefix, struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		struct plan_step *step = &plan->steps[i];
		const struct plan_command *run = &step->commands[PLAN_RUN];
		const char *words = !run->is_tool ||
		    run->argv.count <= prefix ? NULL :
		    values_single(person, run->argv.list[prefix]);

		if (words != NULL)
			ask_of(step, words, prefix);
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

/* Returns how the step at of the plan of execution stands. */
static enum progress_step
find_state(const struct execution *execution, size_t at)
{
	const struct journal_records *records = &execution->history->records;
	struct failure ignored = { 0 };
	struct progress progress;

	progress_start(&progress, execution->plan, 0);
	for (size_t i = 0; i < records->count; i++)
		(void)progress_replay(&progress, records->list[i], &ignored);
	const enum progress_step state = progress.steps[at];
	progress_release(&progress);
	return (state);
}

/* Tells the nodes by argv, all but the one that is named but. */
static int
tell(struct context *context, const struct words *argv, const char *but,
    struct failure *why)
{
	const struct cluster *cluster = context->cluster;
	struct team_answer *answers = memory_make(cluster->count,
	    sizeof(*answers));
	char *input = context_adapter_input(context);
	const struct team_question question = { .argv = argv,
	    .input = input, .timeout = ANSWER_TIME, .but = but };
	int rc = team_ask(context->team, &question, answers, why);

	for (size_t i = 0; rc == 0 && i < cluster->count; i++) {
		const struct team_answer *answer = &answers[i];
		const char *name = cluster->nodes[i].name;
		const bool is_told = answer->is_reached &&
		    answer->end.how == PROCESS_EXITED && answer->end.code == 0;

		if (is_told || (but != NULL && strcmp(name, but) == 0))
			continue;
		rc = -1;
		if (!answer->is_reached)
			*why = answer->why;
		else
			failure_set(why, EXITCODE_UNREACHABLE, "node '%s' "
			    "cannot remember what was confirmed: %.*s", name,
			    (int)strcspn(text_string(&answer->errors), "\n"),
			    text_string(&answer->errors));
	}
	team_release_answers(answers, cluster->count);
	free(answers);
	free(input);
	return (rc);
}

int
person_tell(struct context *context, const struct execution *execution,
    struct failure *why)
{
	const struct plan *plan = execution->plan;
	const char *key = execution->history->at;
	const size_t at = key == NULL ? plan->count : plan_find(plan, key);
	struct words argv = { 0 };
	const char *but = NULL;

	if (at == plan->count || execution->leave != NULL ||
	    !plan->steps[at].by_person ||
	    !execution_confirms(execution, &plan->steps[at]))
		return (0);
	const struct plan_step *step = &plan->steps[at];
	const enum progress_step state = find_state(execution, at);
	if (state == PROGRESS_STUCK || state == PROGRESS_UNDOING) {
		add_undo(step, &argv);
	} else if (state == PROGRESS_WAITING && !execution->back) {
		words_add_all(&argv, &step->commands[PLAN_RUN].argv);
		but = plan->places.list[step->place];
	}
	const int rc = argv.count == 0 ? 0 : tell(context, &argv, but, why);
	words_release(&argv);
	return (rc);
}
