#include <config.h>

#include <string.h>

#include "../libcore/base/clock.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/message.h"
#include "../libcore/base/number.h"
#include "../libcore/base/text.h"
#include "../libcore/run/command.h"
#include "cluster/cluster.h"
#include "cluster/context.h"
#include "cluster/look.h"
#include "cluster/roles.h"
#include "cluster/service_key.h"
#include "cluster/team.h"
#include "verbs.h"

/* check: clusters are looked at, nothing is changed. */

/* By how many seconds the clock of a node may differ. */
enum { CLOCK_TOLERANCE = 5 };

/* Whether each group is somewhere, and its address; says what is not so. */
static enum exitcode
check_groups(struct context *context)
{
	enum exitcode code = EXITCODE_OK;

	for (size_t i = 0; i < context->cluster->group_count; i++) {
		struct role role = { .group = i };
		struct failure nowhere = { 0 };

		if (context_find_holder(context, CONTEXT_ANY, &role,
		    &nowhere) == 0 && service_key_check(context->team,
		    &context->cluster->groups[i], &nowhere) == 0)
			continue;
		message_failure(&nowhere);
		code = exitcode_worse(code, nowhere.code);
	}
	return (code);
}

/* Compares what a node said of its clock with ours when it said so. */
static enum exitcode
read_clock(const struct team_answer *answer, struct text *line)
{
	const char *said = text_string(&answer->output);
	struct text seconds = { 0 };
	int64_t theirs;

	text_add_bytes(&seconds, said, strcspn(said, "\n"));
	const int rc = number_read(text_string(&seconds), 0, INT64_MAX /
	    CLOCK_SECOND, &theirs);
	text_release(&seconds);
	if (rc == -1) {
		text_add(line, "no answer that is a time");
		return (EXITCODE_FAILED);
	}
	const int64_t ahead = theirs - answer->when / CLOCK_SECOND;
	if (ahead >= -CLOCK_TOLERANCE && ahead <= CLOCK_TOLERANCE) {
		text_add(line, "good");
		return (EXITCODE_OK);
	}
	text_format(line, "it is %lld s %s this machine's",
	    (long long)(ahead < 0 ? -ahead : ahead),
	    ahead < 0 ? "behind" : "ahead of");
	return (EXITCODE_DIFFERS);
}

static enum exitcode
check_cluster(struct command *command, struct context *context,
    struct failure *why)
{
	static const char *const health[] = { "health", NULL };
	static const char *const argv[] = { "nqsupd", "check", "-q",
	    "environment", "clients", "processes", "space", "runs", "lock",
	    NULL };
	static const char *const holder[] = { "nqsupd", "claim", NULL };
	static const struct look claim = { .what = "claim", .argv = holder,
	    .good = "good" };
	static const char *const date[] = { "date", "-u", "+%s", NULL };
	static const struct look clock = { .what = "clock", .argv = date,
	    .read = read_clock };
	static const struct look cluster = { .what = "health",
	    .argv = health, .by_adapter = true, .good = "good",
	    .is_first = true };
	static const struct look node = { .what = "node", .argv = argv,
	    .good = "good" };
	/* That a group is nowhere keeps nothing else from being told. */
	enum exitcode code = check_groups(context);

	code = exitcode_worse(code, look_at(command, context, &cluster, why));
	if (why->message[0] == '\0')
		code = exitcode_worse(code, look_at(command, context, &clock,
		    why));
	if (why->message[0] == '\0')
		code = exitcode_worse(code, look_at_residue(command, context,
		    "good", why));
	if (why->message[0] == '\0')
		code = exitcode_worse(code, look_at(command, context, &node,
		    why));
	if (why->message[0] == '\0')
		code = exitcode_worse(code, look_at(command, context, &claim,
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
