#include <config.h>

/*
 * A program that runs a procedure on this machine, as nqsupd does, and can be
 * told when to die:
 *
 *	driver run|resume|rollback DIRECTORY PROCEDURE [STEP=done|STEP=again]
 *
 * The journal is DIRECTORY/run.jsonl; $dir in the procedure is DIRECTORY/node.
 * In the environment, ENGINE_KILL=N kills it when the Nth record is on the
 * disk, ENGINE_TEAR=N when half of the Nth record is, and ENGINE_FULL=N lets
 * the disk be full from then on.
 */

#include <sys/stat.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/number.h"
#include "../../libcore/base/text.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/run/command.h"
#include "../../libcore/run/execution.h"
#include "../../libcore/run/history.h"
#include "../../libcore/run/local_session.h"
#include "../../libcore/run/plan.h"
#include "../../libcore/run/procedure.h"
#include "../../libcore/run/session.h"
#include "../../libcore/run/values.h"
#include "../../libcore/system/eventloop.h"

static int64_t
number_of(const char *name)
{
	const char *value = getenv(name);
	int64_t number = 0;

	if (value != NULL)
		(void)number_read(value, 0, 1000, &number);
	return number;
}

/* The journal is a regular file; what else is synced does not count. */
static int64_t
count_record(int fd, struct stat *status)
{
	static int64_t count;

	if (fstat(fd, status) == 0 && S_ISREG(status->st_mode))
		count++;
	return count;
}

/* Stands in for the system's, which every record goes through. */
int
fsync(int fd)
{
	struct stat status;
	const int64_t count = count_record(fd, &status);

	if (!S_ISREG(status.st_mode))
		return fdatasync(fd);
	if (count == number_of("ENGINE_TEAR")) {
		if (ftruncate(fd, status.st_size - 9) == 0)
			(void)raise(SIGKILL);
	}
	if (number_of("ENGINE_FULL") != 0 &&
	    count >= number_of("ENGINE_FULL")) {
		errno = ENOSPC;
		return -1;
	}
	const int rc = fdatasync(fd);
	if (count == number_of("ENGINE_KILL"))
		(void)raise(SIGKILL);
	return rc;
}

static struct plan *
read_plan(char **operands, struct values *values,
    struct procedure **procedure, struct failure *why)
{
	struct words facts = { 0 };
	struct words roles = { 0 };
	const struct procedure_words words = { .facts = &facts,
		.roles = &roles };
	struct plan_place place = { .name = "here" };
	struct text directory = { 0 };
	struct plan *plan = NULL;

	text_format(&directory, "%s/node", operands[0]);
	values_set(values, "dir", text_string(&directory));
	words_add(&facts, "dir");
	words_add(&roles, "here");
	words_add(&place.roles, "here");
	*procedure = procedure_read(operands[1], &words, why);
	if (*procedure != NULL) {
		const struct plan_source source = { .values = values,
			.places = &place, .place_count = 1 };

		plan = plan_make(*procedure, &source, why);
	}
	text_release(&directory);
	words_release(&facts);
	words_release(&roles);
	words_release(&place.roles);
	return plan;
}

/* Runs execution, which lacks its loop and session. */
static enum exitcode
run_here(struct execution *execution, struct failure *why)
{
	enum exitcode code = EXITCODE_SYSTEM;

	execution->loop = eventloop_make(why);
	if (execution->loop != NULL) {
		struct session *session = local_session_make(execution->loop,
		    "/usr/bin:/bin", NULL);

		execution->sessions = &session;
		code = execution_run(execution, why);
		session->calls->free(session);
		eventloop_free(execution->loop);
	}
	return code;
}

static enum exitcode
live(struct command *command, struct failure *why)
{
	char **operands = command->operands;
	struct history history = { 0 };
	struct values values = { 0 };
	struct procedure *procedure = NULL;
	struct jsonline *open = NULL;
	enum exitcode code = EXITCODE_USAGE;
	struct plan *plan = NULL;
	char *path = NULL;

	if (operands[0] == NULL || operands[1] == NULL)
		return command_misused(why, "what is to be run where?");
	plan = read_plan(operands, &values, &procedure, why);
	if (plan == NULL) {
		code = why->code;
		goto out;
	}
	path = history_path(operands[0], "run");
	struct execution execution = { .command = command, .plan = plan,
		.path = path, .decided = operands[2] };
	if (strcmp(command->verb, "run") == 0) {
		open = history_open_record("run", "here", procedure, &values);
		execution.open = open;
	} else if (history_read(operands[0], "run", &history, why) == 1) {
		execution.history = &history;
		execution.back = strcmp(command->verb, "rollback") == 0;
	} else {
		code = why->code;
		goto out;
	}
	code = run_here(&execution, why);
out:
	history_release(&history);
	values_release(&values);
	jsonline_free(open);
	plan_free(plan);
	procedure_free(procedure);
	free(path);
	return code;
}

int
main(int argc, char **argv)
{
	static const struct command_verb verbs[] = {
		{ .name = "run", .operands = "DIRECTORY PROCEDURE",
		    .help = "run it", .common = COMMAND_CONFIRM, .run = live },
		{ .name = "resume", .operands = "DIRECTORY PROCEDURE",
		    .help = "resume it", .common = COMMAND_CONFIRM,
		    .run = live },
		{ .name = "rollback", .operands = "DIRECTORY PROCEDURE",
		    .help = "put it back", .common = COMMAND_CONFIRM,
		    .run = live },
	};
	static const struct command_verb *const list[] = { &verbs[0],
		&verbs[1], &verbs[2], NULL };
	static const struct command_program program = { .name = "driver",
		.summary = "run a procedure, and die when told to",
		.verbs = list };

	return command_main(&program, argc, argv);
}
