#include <config.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/message.h"
#include "../libcore/run/command.h"
#include "cluster.h"
#include "context.h"
#include "look.h"
#include "roles.h"
#include "verbs.h"

/* check: clusters are looked at, nothing is changed. */

/* Asks the adapter for verb, of the cluster's group when about_group. */
static enum exitcode
ask_adapter(struct command *command, struct context *context,
    const char *verb, bool about_group, struct failure *why)
{
	const char *const argv[] = { verb,
	    about_group ? context->cluster->group : NULL, NULL };
	const struct look look = { .what = verb, .argv = argv,
	    .by_adapter = true, .good = "good",
	    .is_first = !about_group };

	return (look_at(command, context, &look, why));
}

static enum exitcode
check_cluster(struct command *command, struct context *context,
    struct failure *why)
{
	static const char *const argv[] = { "nqsupd", "check", "-q",
	    "environment", "clients", "processes", "space", "lock", NULL };
	static const struct look node = { .what = "node", .argv = argv,
	    .good = "good" };
	struct failure nowhere = { 0 };
	enum exitcode code = EXITCODE_OK;
	struct roles roles;

	/* That the group is nowhere keeps nothing else from being told. */
	if (context_find_roles(context, NULL, CONTEXT_ANY, &roles,
	    &nowhere) == -1) {
		message_failure(&nowhere);
		code = nowhere.code;
	}
	code = exitcode_worse(code, ask_adapter(command, context, "health",
	    false, why));
	if (why->message[0] == '\0')
		code = exitcode_worse(code, ask_adapter(command, context,
		    "residue", true, why));
	if (why->message[0] == '\0')
		code = exitcode_worse(code, look_at(command, context, &node,
		    why));
	return (code);
}

static enum exitcode
run_check(struct command *command, struct failure *why)
{
	if (command->operands[0] == NULL)
		return (command_misused(why, "no cluster is named"));
	return (context_for_each(command, check_cluster, why));
}

const struct command_verb verb_check = {
	.name = "check", .operands = "CLUSTER...",
	.help = "say whether a patch could begin; change nothing",
	.run = run_check,
};
