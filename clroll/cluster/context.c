#include <config.h>

#include "context.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/run/command.h"
#include "../../libsite/node_config.h"
#include "../../libsite/tools.h"
#include "cluster.h"
#include "team.h"

/* How long the cluster software may take to answer. */
#define ANSWER_TIME	(INT64_C(60) * CLOCK_SECOND)

int
context_read(struct context *context, const struct command *command,
    const char *name, struct failure *why)
{
	*context = (struct context){ 0 };
	context->config = node_config_read(command->config, why);
	if (context->config != NULL)
		context->cluster = cluster_read(name,
		    context->config->clusters, why);
	return (context->cluster == NULL ? -1 : 0);
}

int
context_open(struct context *context, const struct command *command,
    const char *name, struct failure *why)
{
	if (context_read(context, command, name, why) == -1)
		return (-1);
	cluster_warn(context->cluster);
	context->team = team_make(context->cluster, context->config->path,
	    why);
	return (context->team == NULL ? -1 : 0);
}

void
context_close(struct context *context)
{
	team_free(context->team);
	cluster_free(context->cluster);
	node_config_free(context->config);
	*context = (struct context){ 0 };
}

enum exitcode
context_for_each(struct command *command,
    enum exitcode (*what)(struct command *, struct context *,
    struct failure *), struct failure *why)
{
	enum exitcode code = EXITCODE_OK;

	for (char **name = command->operands; *name != NULL &&
	    why->message[0] == '\0'; name++) {
		struct context context;

		if (context_open(&context, command, *name, why) == -1)
			code = exitcode_worse(code, why->code);
		else
			code = exitcode_worse(code, what(command, &context,
			    why));
		context_close(&context);
	}
	return (code);
}

void
context_adapter(struct words *argv)
{
	words_add(argv, "sh");
	words_add(argv, "-s");
	words_add(argv, "--");
}

char *
context_adapter_input(const struct context *context)
{
	return (tools_script(context->config->share, "cluster",
	    context->cluster->adapter));
}

/*
 * Turns what a node said to "where" into the name of a holder, the caller's;
 * NULL with why set when that was no answer.
 */
static char *
read_holder(const struct cluster *cluster, size_t node,
    const struct team_answer *answer, struct failure *why)
{
	const char *name = cluster->nodes[node].name;
	struct text holder = { 0 };
	struct text how = { 0 };

	if (!answer->is_reached) {
		*why = answer->why;
		return (NULL);
	}
	if (answer->end.how != PROCESS_EXITED || answer->end.code != 0) {
		team_show_end(answer, &how);
		failure_set(why, EXITCODE_UNREACHABLE, "the cluster software "
		    "does not answer on %s: %s", name, text_string(&how));
		text_release(&how);
		return (NULL);
	}
	text_add_bytes(&holder, text_string(&answer->output),
	    strcspn(text_string(&answer->output), "\n"));
	text_add(&holder, "");
	return (text_take(&holder));
}

/* Makes of the answers of the nodes where the group of role is. */
static int
judge_holders(const struct cluster *cluster, enum context_strict strict,
    const struct team_answer *answers, struct role *role,
    struct failure *why)
{
	struct roles_answer *holders = memory_make(cluster->count,
	    sizeof(*holders));
	char **names = memory_make(cluster->count, sizeof(*names));
	struct failure missing = { 0 };
	int rc = -1;

	for (size_t i = 0; i < cluster->count; i++) {
		names[i] = read_holder(cluster, i, &answers[i],
		    missing.message[0] == '\0' ? &missing : why);
		holders[i].holder = names[i];
	}
	*why = missing;
	if (missing.message[0] == '\0' || strict == CONTEXT_ANY) {
		*why = (struct failure){ 0 };
		rc = roles_find(cluster, holders, role, why);
		/* Nobody said anything: it is as bad as why not. */
		if (rc == -1 && why->code == EXITCODE_UNREACHABLE &&
		    missing.message[0] != '\0')
			why->code = missing.code;
	}
	for (size_t i = 0; i < cluster->count; i++)
		free(names[i]);
	free(names);
	free(holders);
	return (rc);
}

int
context_find_holder(struct context *context, enum context_strict strict,
    struct role *role, struct failure *why)
{
	const struct cluster *cluster = context->cluster;
	struct team_answer *answers = memory_make(cluster->count,
	    sizeof(*answers));
	struct words argv = { 0 };
	char *input = context_adapter_input(context);

	context_adapter(&argv);
	words_add(&argv, "where");
	words_add(&argv, cluster->groups[role->group].name);
	const struct team_question question = { .argv = &argv,
	    .input = input, .timeout = ANSWER_TIME };
	int rc = team_ask(context->team, &question, answers, why);
	if (rc == 0)
		rc = judge_holders(cluster, strict, answers, role, why);
	team_release_answers(answers, cluster->count);
	free(answers);
	free(input);
	words_release(&argv);
	return (rc);
}

/* Sets the targets that wish has.  Returns 0, or -1 with why set. */
static int
set_targets(const struct cluster *cluster, const struct context_wish *wish,
    struct role *all, struct failure *why)
{
	roles_choose_targets(cluster, all);
	for (size_t i = 0; i < cluster->group_count; i++) {
		const struct cluster_group *group = &cluster->groups[i];
		const char *to = wish->to_home ? group->home : wish->to;

		if (wish->group != NULL &&
		    strcmp(group->name, wish->group) != 0)
			continue;
		if (to != NULL &&
		    roles_want_target(cluster, to, &all[i], why) == -1)
			return (-1);
	}
	return (0);
}

int
context_find_roles(struct context *context, const struct context_wish *wish,
    struct roles *roles, struct failure *why)
{
	const struct cluster *cluster = context->cluster;
	struct role *all = memory_make(cluster->group_count, sizeof(*all));
	int rc = 0;

	roles->list = memory_make(cluster->group_count,
	    sizeof(*roles->list));
	for (size_t i = 0; rc == 0 && i < cluster->group_count; i++) {
		all[i].group = i;
		rc = context_find_holder(context, CONTEXT_ALL, &all[i], why);
	}
	if (rc == 0)
		rc = set_targets(cluster, wish, all, why);
	for (size_t i = 0; rc == 0 && i < cluster->group_count; i++) {
		const char *name = cluster->groups[i].name;

		if ((wish->group != NULL && strcmp(name, wish->group) != 0) ||
		    (wish->to_home && all[i].active == all[i].target))
			continue;
		roles->list[roles->count++] = all[i];
	}
	if (rc == 0)
		roles_find_standby(cluster, all, &roles->standby);
	free(all);
	return (rc);
}
