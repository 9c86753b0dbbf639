#include <config.h>

#include "look.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/format/report.h"
#include "../../libcore/run/command.h"
#include "cluster.h"
#include "context.h"
#include "team.h"

/* How long a node may take to answer. */
#define ANSWER_TIME	(INT64_C(60) * CLOCK_SECOND)

/* Returns what the answer is worth. */
static enum exitcode
judge(const struct team_answer *answer)
{
	if (!answer->is_reached)
		return (answer->why.code);
	if (answer->end.how == PROCESS_TIMED_OUT)
		return (EXITCODE_TIMED_OUT);
	if (answer->end.how == PROCESS_LOST)
		return (EXITCODE_UNREACHABLE);
	if (answer->end.how == PROCESS_EXITED && answer->end.code == 0)
		return (EXITCODE_OK);
	if (answer->end.how == PROCESS_EXITED &&
	    (answer->end.code == EXITCODE_DIFFERS ||
	    answer->end.code == EXITCODE_BUSY))
		return ((enum exitcode)answer->end.code);
	return (EXITCODE_FAILED);
}

/* The most that is shown of an answer, for a person to read. */
enum { SHOWN = 2000 };

/* Adds text, its lines joined by "; ", to line, harmless to a terminal. */
static void
join_lines(const struct text *text, struct text *line)
{
	struct words lines = { 0 };
	bool first = true;

	words_split(&lines, text_string(text), '\n');
	for (size_t i = 0; i < lines.count && line->length < SHOWN; i++) {
		const char *part = lines.list[i];
		const size_t length = strnlen(part, SHOWN);

		if (part[0] == '\0')
			continue;
		if (!first)
			text_add(line, "; ");
		text_add_masked(line, part, length);
		first = false;
	}
	if (line->length >= SHOWN)
		text_add(line, "...");
	words_release(&lines);
}

/* The word for what an answer is worth. */
static const char *
word_of(enum exitcode code)
{
	switch (code) {
	case EXITCODE_OK:
		return ("ok");
	case EXITCODE_DIFFERS:
		return ("differs");
	case EXITCODE_STOPPED:
		return ("stopped");
	default:
		return ("failed");
	}
}

/* Adds to line what is to be said of the answer. */
static void
describe(const struct team_answer *answer, enum exitcode code,
    const struct look *look, struct text *line)
{
	if (!answer->is_reached) {
		text_add(line, answer->why.message);
	} else if (code == EXITCODE_OK && look->good != NULL) {
		text_add(line, look->good);
	} else {
		join_lines(&answer->output, line);
		if (line->length == 0)
			join_lines(&answer->errors, line);
		if (code != EXITCODE_OK && code != EXITCODE_DIFFERS) {
			text_add(line, line->length > 0 ? ": " : "");
			process_show_end(answer->end, line);
		}
	}
}

/* Reports an answer, and returns what it is worth. */
static enum exitcode
report_answer(struct command *command, const char *node,
    const struct look *look, const struct team_answer *answer)
{
	enum exitcode code = judge(answer);
	struct text line = { 0 };
	struct jsonline *event = jsonline_make();

	if (answer->is_repeated && !look->is_first) {
		jsonline_free(event);
		return (code);
	}
	if (look->read != NULL && answer->is_reached &&
	    answer->end.how == PROCESS_EXITED)
		code = look->read(answer, &line);
	if (line.length == 0)
		describe(answer, code, look, &line);
	jsonline_set_string(event, "event", "answer");
	jsonline_set_string(event, "node", node);
	jsonline_set_string(event, "what", look->what);
	jsonline_set_integer(event, "exit", (int64_t)code);
	jsonline_set_string(event, "answer", text_string(&line));
	report_line(&command->report, event, "%-10s %-12s %-7s %s", node,
	    look->what, word_of(code), text_string(&line));
	jsonline_free(event);
	text_release(&line);
	return (code);
}

enum exitcode
look_at(struct command *command, struct context *context,
    const struct look *look, struct failure *why)
{
	const struct cluster *cluster = context->cluster;
	struct team_answer *answers = memory_make(cluster->count,
	    sizeof(*answers));
	struct words argv = { 0 };
	char *input = NULL;
	enum exitcode code = EXITCODE_OK;

	if (look->by_adapter) {
		context_adapter(&argv);
		input = context_adapter_input(context);
	}
	words_add_list(&argv, look->argv);
	const struct team_question question = { .argv = &argv,
	    .input = input, .timeout = ANSWER_TIME };
	const int rc = team_ask(context->team, &question, answers, why);
	if (rc == -1)
		code = why->code;
	for (size_t i = 0; rc == 0 && i < cluster->count; i++) {
		code = exitcode_worse(code, report_answer(command,
		    cluster->nodes[i].name, look, &answers[i]));
	}
	team_release_answers(answers, cluster->count);
	free(answers);
	free(input);
	words_release(&argv);
	return (code);
}

enum exitcode
look_at_residue(struct command *command, struct context *context,
    const char *good, struct failure *why)
{
	const struct cluster *cluster = context->cluster;
	enum exitcode code = EXITCODE_OK;

	for (size_t i = 0; i < cluster->group_count &&
	    why->message[0] == '\0'; i++) {
		const char *name = cluster->groups[i].name;
		const char *const argv[] = { "residue", name, NULL };
		struct text what = { 0 };

		text_add(&what, "residue");
		if (cluster->group_count > 1)
			text_format(&what, " of %s", name);
		const struct look look = { .what = text_string(&what),
		    .argv = argv, .by_adapter = true, .good = good };
		code = exitcode_worse(code, look_at(command, context, &look,
		    why));
		text_release(&what);
	}
	return (code);
}
