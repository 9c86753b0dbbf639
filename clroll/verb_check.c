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

/* Whether each group is somewhere; says what is not so. */
static enum exitcode
check_groups(struct context *context)
{
	enum exitcode code = EXITCODE_OK;

	for (size_t i = 0; i < context->cluster->group_count; i++) {
		struct role role = { .group = i };
		struct failure nowhere = { 0 };

		if (context_find_holder(context, CONTEXT_ANY, &role,
		    &nowhere) == 0)
			continue;
		message_failure(&nowhere);
		code = exitcode_worse(code, nowhere.code);
	}
	return (code);
}

static enum exitcode
check_cluster(struct command *command, struct context *context,
    struct failure *why)
{
	static const char *const health[] = { "health", NULL };
	static const char *const argv[] = { "nqsupd", "check", "-q",
	    "environment", "clients", "processes", "space", "lock", NULL };
	static const struct look cluster = { .what = "health",
	    .argv = health, .by_adapter = true, .good = "good",
	    .is_first = true };
	static const struct look node = { .what = "node", .argv = argv,
	    .good = "good" };
	/* That a group is nowhere keeps nothing else from being told. */
	enum exitcode code = check_groups(context);

	code = exitcode_worse(code, look_at(command, context, &cluster, why));
	if (why->message[0] == '\0')
		code = exitcode_worse(code, look_at_residue(command, context,
		    "good", why));
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
