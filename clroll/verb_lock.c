#include <config.h>

#include <stdbool.h>
#include <stdlib.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/format/options.h"
#include "../libcore/format/report.h"
#include "../libcore/run/command.h"
#include "../libcore/system/filelock.h"
#include "cluster/cluster.h"
#include "cluster/context.h"
#include "cluster/look.h"
#include "roll/runs.h"
#include "verbs.h"

/* lock: who holds the lock of a cluster, here and on its nodes. */

enum { OPTION_BREAK = 300 };

static const struct options_row lock_rows[] = {
	{ OPTION_BREAK, "break", NULL, "clear what dead holders have left" },
	{ 0 }
};

struct own {
	bool	to_break;
};

static int
take_option(void *into, int letter, const char *argument,
    struct failure *why)
{
	struct own *own = into;

	(void)letter;
	(void)argument;
	(void)why;
	own->to_break = true;
	return (0);
}

static void
show(struct command *command, const char *cluster, const char *state,
    const char *who)
{
	struct jsonline *event = jsonline_make();

	jsonline_set_string(event, "event", "lock");
	jsonline_set_string(event, "cluster", cluster);
	jsonline_set_string(event, "state", state);
	if (who != NULL)
		jsonline_set_string(event, "holder", who);
	report_line(&command->report, event, "%s: %s%s%s", cluster, state,
	    who == NULL ? "" : " by ", who == NULL ? "" : who);
	jsonline_free(event);
}

/*
 * Takes the lock and gives it back, which clears the line of a holder that was
 * killed; one that lives is told as the reason why not.
 */
static enum exitcode
clear(struct command *command, const char *path, const char *cluster,
    struct failure *why)
{
	struct filelock *lock = filelock_take(path, "clroll lock", 0, why);

	if (lock == NULL) {
		if (why->code == EXITCODE_BUSY)
			failure_hint(why, "its holder lives; 'clroll "
			    "stop' stops a run");
		return (why->code);
	}
	filelock_release(lock);
	show(command, cluster, "free", NULL);
	return (EXITCODE_OK);
}

static enum exitcode
lock_of(struct command *command, struct context *context,
    struct failure *why)
{
	static const char *const argv[] = { "nqsupd", "check", "-q", "lock",
	    NULL };
	static const char *const ask[] = { "nqsupd", "claim", NULL };
	static const char *const end[] = { "nqsupd", "claim", "--break",
	    NULL };
	static const struct look nodes = { .what = "lock", .argv = argv,
	    .good = "free", .is_first = true };
	const struct own *own = command->own;
	const struct look claims = { .what = "claim", .good = "free",
	    .argv = own->to_break ? end : ask };
	const char *cluster = context->cluster->name;
	char *path = runs_lock_path(context->config, cluster);
	struct text who = { 0 };
	const int rc = filelock_look(path, &who, why);
	enum exitcode code = EXITCODE_OK;

	if (rc == -1) {
		code = why->code;
	} else if (own->to_break) {
		code = clear(command, path, cluster, why);
	} else if (rc == 1) {
		show(command, cluster, "held", text_string(&who));
		code = EXITCODE_DIFFERS;
	} else {
		show(command, cluster, "free", NULL);
	}
	if (why->message[0] == '\0')
		code = exitcode_worse(code, look_at(command, context, &nodes,
		    why));
	if (why->message[0] == '\0')
		code = exitcode_worse(code, look_at(command, context, &claims,
		    why));
	text_release(&who);
	free(path);
	return (code);
}

static enum exitcode
run_lock(struct command *command, struct failure *why)
{
	if (command->operands[0] == NULL)
		return (command_misused(why, "no cluster is named"));
	return (context_for_each(command, lock_of, why));
}

const struct command_verb verb_lock = {
	.name = "lock", .operands = "CLUSTER...",
	.help = "say who holds the lock of a cluster, and since when",
	.rows = lock_rows, .size = sizeof(struct own),
	.option = take_option, .run = run_lock,
};
