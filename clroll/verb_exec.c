#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "../libcore/base/clock.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
#include "../libcore/base/message.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/format/report.h"
#include "../libcore/run/command.h"
#include "cluster/cluster.h"
#include "cluster/context.h"
#include "cluster/team.h"
#include "verbs.h"

/* exec: one command on every node, all at once; no run, no journal. */

/* How long the command may take, unless --timeout says so. */
#define EXEC_TIME	(INT64_C(600) * CLOCK_SECOND)

/* Shows the lines that the command said on its stdout, behind the node. */
static void
show_output(struct command *command, const char *node,
    const struct text *output)
{
	struct words lines = { 0 };

	words_split(&lines, text_string(output), '\n');
	for (size_t i = 0; i < lines.count; i++) {
		/* What stands behind the last newline. */
		if (i + 1 == lines.count && lines.list[i][0] == '\0')
			continue;
		report_line(&command->report, NULL, "%s: %s", node,
		    lines.list[i]);
	}
	words_release(&lines);
}

/* Says on stderr what the command said there. */
static void
say_errors(const char *node, const struct text *errors)
{
	struct words lines = { 0 };

	words_split(&lines, text_string(errors), '\n');
	for (size_t i = 0; i < lines.count; i++)
		if (lines.list[i][0] != '\0')
			message_say(MESSAGE_WARNING, "%s: %s", node,
			    lines.list[i]);
	words_release(&lines);
}

/* Returns what the answer is worth; why says it unless it is good. */
static enum exitcode
judge(const char *node, const struct team_answer *answer,
    struct failure *why)
{
	struct text how = { 0 };
	enum exitcode code = EXITCODE_FAILED;

	if (!answer->is_reached) {
		*why = answer->why;
		return (why->code);
	}
	if (answer->end.how == PROCESS_EXITED && answer->end.code == 0)
		return (EXITCODE_OK);
	if (answer->end.how == PROCESS_TIMED_OUT)
		code = EXITCODE_TIMED_OUT;
	else if (answer->end.how == PROCESS_LOST)
		code = EXITCODE_UNREACHABLE;
	process_show_end(answer->end, &how);
	failure_set(why, code, "%s: %s", node, text_string(&how));
	if (answer->end.how == PROCESS_LOST ||
	    answer->end.how == PROCESS_TIMED_OUT)
		failure_hint(why, "the command may still run there");
	text_release(&how);
	return (code);
}

/* Makes the event of one node's answer, the caller's. */
static struct jsonline *
make_event(const char *cluster, const char *node,
    const struct team_answer *answer, enum exitcode code,
    const struct failure *why)
{
	struct jsonline *event = jsonline_make();

	jsonline_set_string(event, "event", "answer");
	jsonline_set_string(event, "cluster", cluster);
	jsonline_set_string(event, "node", node);
	jsonline_set_string(event, "state", exitcode_name(code));
	if (answer->is_reached && answer->end.how == PROCESS_EXITED)
		jsonline_set_integer(event, "exit", answer->end.code);
	if (code != EXITCODE_OK)
		jsonline_set_string(event, "message", why->message);
	jsonline_set_string(event, "stdout", text_string(&answer->output));
	jsonline_set_string(event, "stderr", text_string(&answer->errors));
	jsonline_set_boolean(event, "cut", answer->is_cut);
	return (event);
}

/* Reports one answer, and returns what it is worth. */
static enum exitcode
report_answer(struct command *command, const struct cluster *cluster,
    size_t at, const struct team_answer *answer)
{
	const char *node = cluster->nodes[at].name;
	struct failure why = { 0 };
	const enum exitcode code = judge(node, answer, &why);

	if (command->report.form == REPORT_JSON) {
		struct jsonline *event = make_event(cluster->name, node,
		    answer, code, &why);

		report_line(&command->report, event, NULL);
		jsonline_free(event);
		return (code);
	}
	show_output(command, node, &answer->output);
	say_errors(node, &answer->errors);
	if (answer->is_cut)
		message_say(MESSAGE_WARNING,
		    "%s: the rest of the output is not shown", node);
	if (code != EXITCODE_OK)
		message_failure(&why);
	return (code);
}

static enum exitcode
exec_over(struct command *command, struct context *context,
    struct failure *why)
{
	const struct cluster *cluster = context->cluster;
	const struct words *argv = command->own;
	const struct team_question question = { .argv = argv,
	    .timeout = command->timeout == 0 ? EXEC_TIME :
	    command->timeout, .may_be_long = true };
	struct team_answer *answers = memory_make(cluster->count,
	    sizeof(*answers));
	enum exitcode code = EXITCODE_OK;

	if (team_ask(context->team, &question, answers, why) == -1)
		code = why->code;
	else
		for (size_t i = 0; i < cluster->count; i++)
			code = exitcode_worse(code, report_answer(command,
			    cluster, i, &answers[i]));
	team_release_answers(answers, cluster->count);
	free(answers);
	return (code);
}

/* Reads each cluster: 0, or -1 with why set. */
static int
read_clusters(const struct command *command, struct failure *why)
{
	int rc = 0;

	for (char **name = command->operands; rc == 0 && *name != NULL;
	    name++) {
		struct context context;

		rc = context_read(&context, command, *name, why);
		context_close(&context);
	}
	return (rc);
}

/* exec CLUSTER... -- COMMAND [ARGUMENT]... */
static enum exitcode
run_exec(struct command *command, struct failure *why)
{
	struct words *argv = command->own;
	size_t end = 0;

	while (command->operands[end] != NULL &&
	    strcmp(command->operands[end], "--") != 0)
		end++;
	if (end == 0)
		return (command_misused(why, "no cluster is named"));
	if (command->operands[end] == NULL ||
	    command->operands[end + 1] == NULL)
		return (command_misused(why, "no command stands behind '--'"));
	words_add_list(argv,
	    (const char *const *)command->operands + end + 1);
	command->operands[end] = NULL;
	/* Nothing is run anywhere before each cluster is known. */
	if (read_clusters(command, why) == -1)
		return (why->code);
	return (context_for_each(command, exec_over, why));
}

static void
release_own(void *own)
{
	words_release(own);
}

const struct command_verb verb_exec = {
	.name = "exec", .operands = "CLUSTER... -- COMMAND [ARGUMENT]...",
	.help = "run a command on every node, and tell what each said",
	.divided = true,
	.common = COMMAND_TIMEOUT, .size = sizeof(struct words),
	.release = release_own, .run = run_exec,
};
