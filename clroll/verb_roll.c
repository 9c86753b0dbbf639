#include <config.h>

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../libcore/base/clock.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/format/options.h"
#include "../libcore/format/report.h"
#include "../libcore/run/command.h"
#include "../libcore/run/history.h"
#include "../libcore/run/plan_report.h"
#include "../libcore/run/procedure.h"
#include "../libcore/run/question.h"
#include "../libcore/run/stop_signals.h"
#include "../libcore/run/values.h"
#include "../libcore/system/fileio.h"
#include "../libcore/system/filelock.h"
#include "../libsite/node_config.h"
#include "cluster/cluster.h"
#include "cluster/cluster_scheme.h"
#include "cluster/context.h"
#include "cluster/facts.h"
#include "cluster/roles.h"
#include "cluster/service_key.h"
#include "roll/approval.h"
#include "roll/roll.h"
#include "roll/roll_named.h"
#include "roll/runs.h"
#include "verbs.h"

/* plan, patch, upgrade, run, move and home: a run over one cluster is begun. */

enum { OPTION_RUN_ID = 300, OPTION_APPROVE };

#define APPROVE_ROW \
	{ OPTION_APPROVE, "approve", "DIGEST", \
	    "refuse any other plan than the one of this digest" }

static const struct options_row home_rows[] = {
	APPROVE_ROW,
	{ 0 }
};

static const struct options_row move_rows[] = {
	APPROVE_ROW,
	{ 'g', "group", "GROUP", "the group (default: the only one)" },
	{ 't', "to", "NODE", "the node it moves to (default: another one)" },
	{ 0 }
};

static const struct options_row run_rows[] = {
	APPROVE_ROW,
	{ OPTION_RUN_ID, "run-id", "RUN",
	    "begin the run of this name, or go on with it" },
	{ 0 }
};

struct own {
	const char	*approved;
	const char	*run;
	const char	*group;
	const char	*to;
};

/* What was asked for. */
struct asked {
	const char	*procedure;
	const char	*cluster;
	const char	*run;		/* its name, or NULL */
	const char	*approved;	/* digest of the plan, or NULL */
	struct words	 packages;	/* absolute */
	const char	*to;		/* a node, or NULL */
	const char	*group;		/* or NULL */
	bool		 to_home;
	struct values	 given;
};

static int
take_option(void *into, int letter, const char *argument,
    struct failure *why)
{
	struct own *own = into;

	if (letter == OPTION_RUN_ID) {
		own->run = argument;
		return (history_check_id(argument, why));
	}
	if (letter == OPTION_APPROVE)
		own->approved = argument;
	else if (letter == 'g')
		own->group = argument;
	else
		own->to = argument;
	return (0);
}

/* Adds the operand as a package, by its absolute path. */
static int
add_package(const char *operand, struct asked *asked, struct failure *why)
{
	char *path = fileio_absolute_path(operand);
	const int fd = path == NULL ? -1 : fileio_open(AT_FDCWD, path,
	    O_RDONLY | O_NONBLOCK, 0);
	struct stat status;
	int rc = -1;

	if (fd == -1 || fstat(fd, &status) == -1)
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot read the package '%s'", operand);
	else if (!S_ISREG(status.st_mode))
		failure_set(why, EXITCODE_FAILED,
		    "the package '%s' is not a file", operand);
	else
		rc = 0;
	if (rc == 0)
		words_add(&asked->packages, path);
	if (fd != -1)
		(void)close(fd);		/* was only looked at */
	free(path);
	return (rc);
}

/* Takes NAME=VALUE operands and packages. */
static int
read_operands(char **operands, struct asked *asked, struct failure *why)
{
	for (; *operands != NULL; operands++) {
		if (!values_add_operand(&asked->given, *operands) &&
		    add_package(*operands, asked, why) == -1)
			return (-1);
	}
	return (0);
}

/* Hints at the groups that the cluster has. */
static void
hint_groups(const struct cluster *cluster, struct failure *why)
{
	struct words names = { 0 };
	struct text text = { 0 };

	for (size_t i = 0; i < cluster->group_count; i++)
		words_add(&names, cluster->groups[i].name);
	words_join(&names, ", ", &text);
	failure_hint(why, "-g takes %s", text_string(&text));
	text_release(&text);
	words_release(&names);
}

/* Refuses a group that the cluster has not, or a move of just any. */
static int
check_wish(const struct cluster *cluster, const struct context_wish *wish,
    bool is_move, struct failure *why)
{
	if (wish->group != NULL && cluster_find_group(cluster,
	    wish->group) == cluster->group_count) {
		(void)command_misused(why, "'%s' has no group '%s'",
		    cluster->name, wish->group);
		hint_groups(cluster, why);
		return (-1);
	}
	if (is_move && wish->group == NULL && !wish->to_home &&
	    cluster->group_count > 1) {
		(void)command_misused(why, "'%s' has several groups: say "
		    "which one is to move", cluster->name);
		hint_groups(cluster, why);
		return (-1);
	}
	return (0);
}

/* Finds the roles, gathers the facts; none are left when nothing moves. */
static int
gather(struct context *context, const struct asked *asked,
    const struct facts_request *request, struct values *values,
    struct failure *why)
{
	const struct context_wish wish = { asked->group, asked->to,
	    asked->to_home };
	struct roles roles = { 0 };
	int rc = check_wish(context->cluster, &wish,
	    strcmp(asked->procedure, "move") == 0, why);

	if (rc == 0)
		rc = context_find_roles(context, &wish, &roles, why);
	/* The only group, which is where it is to be. */
	if (rc == 0 && asked->to != NULL &&
	    roles.list[0].active == roles.list[0].target)
		roles.count = 0;
	for (size_t i = 0; rc == 0 && i < roles.count; i++)
		rc = service_key_check(context->team,
		    &context->cluster->groups[roles.list[i].group], why);
	if (rc == 0 && roles.count > 0)
		rc = facts_gather(context->cluster, &roles, request, values,
		    why);
	roles_release(&roles);
	return (rc);
}

/* Says that all that was to be moved is where it is to be. */
static void
say_nothing_moves(struct command *command, const struct context *context,
    const struct asked *asked)
{
	const struct cluster *cluster = context->cluster;

	for (size_t i = 0; i < cluster->group_count; i++) {
		const struct cluster_group *group = &cluster->groups[i];

		if (asked->group == NULL ||
		    strcmp(asked->group, group->name) == 0)
			report_line(&command->report, NULL,
			    "group '%s' is on %s already", group->name,
			    asked->to_home ? group->home : asked->to);
	}
}

static enum exitcode
plan_or_begin(struct command *command, struct context *context,
    const struct asked *asked, const char *id, struct failure *why)
{
	const struct facts_request request = { id, &asked->packages,
	    &asked->given };
	const bool only_plan = command->dry_run ||
	    strcmp(command->verb, "plan") == 0;
	struct values values = { 0 };
	const struct roll_new new = { asked->procedure, &values,
	    asked->approved };
	const struct scheme scheme = cluster_scheme(context);
	struct scheme_plan made = { 0 };
	char digest[DIGEST_TEXT_ROOM];
	enum exitcode code;

	if (gather(context, asked, &request, &values, why) == -1) {
		code = why->code;
	} else if (values.count == 0) {
		say_nothing_moves(command, context, asked);
		code = EXITCODE_OK;
	} else if (!only_plan) {
		code = roll_begin(command, context, &new, why);
	} else if (scheme_begin(&scheme, asked->procedure, &values, &made,
	    why) == -1 || approval_digest(context, made.procedure->digest,
	    &values, digest, why) == -1 || approval_check(asked->approved,
	    digest, &values, why) == -1) {
		code = why->code;
	} else {
		code = plan_report(made.plan, &command->report);
		approval_report(digest, &command->report);
	}
	scheme_release(&made);
	values_release(&values);
	return (code);
}

/* Begins the run id, or goes on with it; the cluster's lock is held. */
static enum exitcode
begin_or_go_on(struct command *command, struct context *context,
    const struct asked *asked, const char *id, struct failure *why)
{
	const struct roll_named named = { id, asked->approved,
	    asked->procedure, &asked->given };
	enum exitcode code;

	if (asked->run != NULL &&
	    roll_named_go_on(command, context, &named, &code, why))
		return (code);
	if (roll_may_begin(context, why) == -1 ||
	    roll_claim(context, id, command->wait, why) == -1)
		return (why->code);
	code = plan_or_begin(command, context, asked, id, why);
	roll_leave(context, id);
	return (code);
}

/* Takes the cluster's lock, unless nothing but a plan is wanted. */
static enum exitcode
lock_and_do(struct command *command, struct context *context,
    const struct asked *asked, const char *id, struct failure *why)
{
	char *path = runs_lock_path(context->config, context->cluster->name);
	const int64_t begun = clock_monotonic();
	struct filelock *lock = NULL;
	enum exitcode code;

	if (command->dry_run || strcmp(command->verb, "plan") == 0) {
		code = plan_or_begin(command, context, asked, "RUN", why);
		free(path);
		return (code);
	}
	if (fileio_make_directories(context->config->locks, 0755,
	    why) == -1 || (lock = roll_named_lock(path, id, command->wait,
	    why)) == NULL) {
		code = why->code;
	} else {
		stop_signals_hold();
		command_has_waited(command, begun);
		code = begin_or_go_on(command, context, asked, id, why);
	}
	filelock_release(lock);
	stop_signals_drop();
	free(path);
	return (code);
}

static void
release_asked(struct asked *asked)
{
	words_release(&asked->packages);
	values_release(&asked->given);
}

static enum exitcode
do_asked(struct command *command, struct asked *asked, struct failure *why)
{
	char *id = asked->run != NULL ? memory_copy_string(asked->run) :
	    history_make_id(asked->procedure);
	struct context context;
	enum exitcode code;

	command->asks = question_can_ask(command);
	if (context_open(&context, command, asked->cluster, why) == -1)
		code = why->code;
	else
		code = lock_and_do(command, &context, asked, id, why);
	char *directory = context.config == NULL ? NULL :
	    runs_directory(context.config);
	context_close(&context);
	code = verb_again_ask(command, directory, id, code, why);
	free(directory);
	free(id);
	release_asked(asked);
	return (code);
}

/*
 * "patch" of a cluster is the rolling one; an upgrade cannot be rolled, for the
 * data are one release's.
 */
static const char *
procedure_of(const char *word)
{
	if (strcmp(word, "patch") == 0)
		return ("rolling-patch");
	return (strcmp(word, "upgrade") == 0 ? "cluster-upgrade" : word);
}

static enum exitcode
run_packages(struct command *command, struct failure *why)
{
	const struct own *own = command->own;
	struct asked asked = { .procedure = procedure_of(command->verb),
	    .cluster = command->operands[0], .run = own->run,
	    .approved = own->approved };

	if (asked.cluster == NULL)
		return (command_misused(why, "no cluster is named"));
	if (command->operands[1] == NULL)
		return (command_misused(why, "no package is named"));
	if (read_operands(command->operands + 1, &asked, why) == -1) {
		release_asked(&asked);
		return (why->code);
	}
	return (do_asked(command, &asked, why));
}

/*
 * Says whether the procedure is complete, for the cluster if one is named; no
 * node is asked.
 */
static enum exitcode
check_only(struct command *command, const char *name, const char *cluster,
    struct failure *why)
{
	struct context context = { .config = node_config_read(command->config,
	    why) };
	enum exitcode code = EXITCODE_OK;

	if (context.config != NULL && cluster != NULL)
		context.cluster = cluster_read(cluster,
		    context.config->clusters, why);
	if (why->message[0] != '\0') {
		code = why->code;
	} else {
		const struct scheme scheme = cluster_scheme(&context);

		code = scheme_check(&scheme, name, &command->report, why);
	}
	context_close(&context);
	return (code);
}

/* plan and run: PROCEDURE CLUSTER, then what the procedure wants. */
static enum exitcode
run_procedure(struct command *command, struct failure *why)
{
	const struct own *own = command->own;
	struct asked asked = { 0 };

	if (command->operands[0] == NULL)
		return (command_misused(why, "no procedure is named"));
	asked.procedure = procedure_of(command->operands[0]);
	if (command->dry_run && strcmp(command->verb, "plan") == 0)
		return (check_only(command, asked.procedure,
		    command->operands[1], why));
	asked.run = own->run;
	asked.approved = own->approved;
	asked.cluster = command->operands[1];
	if (asked.cluster == NULL)
		return (command_misused(why, "no cluster is named"));
	if (read_operands(command->operands + 2, &asked, why) == -1) {
		release_asked(&asked);
		return (why->code);
	}
	return (do_asked(command, &asked, why));
}

static enum exitcode
run_move(struct command *command, struct failure *why)
{
	const struct own *own = command->own;
	struct asked asked = { .procedure = "move",
	    .cluster = command->operands[0] };

	if (asked.cluster == NULL)
		return (command_misused(why, "no cluster is named"));
	if (command->operands[1] != NULL)
		return (command_misused(why, "one cluster at a time"));
	asked.approved = own->approved;
	asked.group = own->group;
	asked.to = own->to;
	asked.to_home = strcmp(command->verb, "home") == 0;
	return (do_asked(command, &asked, why));
}

const struct command_verb verb_plan = {
	.name = "plan",
	.operands = "PROCEDURE CLUSTER [NAME=VALUE]... [PACKAGE]...",
	.help = "print the steps that patch or run would carry out",
	.common = COMMAND_DRY_RUN,
	.size = sizeof(struct own), .run = run_procedure,
};

const struct command_verb verb_patch = {
	.name = "patch", .operands = "CLUSTER PACKAGE...",
	.help = "patch the cluster, one node after the other",
	.common = COMMAND_DRY_RUN | COMMAND_WAIT | COMMAND_CONFIRM,
	.rows = run_rows, .size = sizeof(struct own),
	.option = take_option, .run = run_packages,
};

const struct command_verb verb_upgrade = {
	.name = "upgrade", .operands = "CLUSTER PACKAGE...",
	.help = "upgrade the cluster, with a stop of the site",
	.common = COMMAND_DRY_RUN | COMMAND_WAIT | COMMAND_CONFIRM,
	.rows = run_rows, .size = sizeof(struct own),
	.option = take_option, .run = run_packages,
};

const struct command_verb verb_run = {
	.name = "run",
	.operands = "PROCEDURE CLUSTER [NAME=VALUE]... [PACKAGE]...",
	.help = "carry out a procedure over the cluster",
	.common = COMMAND_DRY_RUN | COMMAND_WAIT | COMMAND_CONFIRM,
	.rows = run_rows, .size = sizeof(struct own),
	.option = take_option, .run = run_procedure,
};

const struct command_verb verb_move = {
	.name = "move", .operands = "CLUSTER",
	.help = "move the group to another node, and see that it arrives",
	.common = COMMAND_DRY_RUN | COMMAND_WAIT | COMMAND_CONFIRM,
	.rows = move_rows, .size = sizeof(struct own),
	.option = take_option, .run = run_move,
};

const struct command_verb verb_home = {
	.name = "home", .operands = "CLUSTER",
	.help = "move the group to its home node",
	.common = COMMAND_DRY_RUN | COMMAND_WAIT | COMMAND_CONFIRM,
	.rows = home_rows, .size = sizeof(struct own),
	.option = take_option, .run = run_move,
};
