#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/format/options.h"
#include "../libcore/format/report.h"
#include "../libcore/run/again.h"
#include "../libcore/run/command.h"
#include "../libcore/run/given.h"
#include "../libcore/run/history.h"
#include "../libcore/run/past.h"
#include "../libcore/run/plan_report.h"
#include "../libcore/run/stop_signals.h"
#include "../libcore/run/values.h"
#include "../libcore/system/fileio.h"
#include "../libcore/system/filelock.h"
#include "../libsite/node_config.h"
#include "claim.h"
#include "detach.h"
#include "facts.h"
#include "life.h"
#include "named.h"
#include "needed.h"
#include "node.h"
#include "node_scheme.h"
#include "package.h"
#include "previous.h"
#include "verbs.h"

enum {
	OPTION_ROLE = 300,
	OPTION_RUN_ID,
	OPTION_DETACH
};

/* A plan takes all but the first. */
static const struct options_row rows[] = {
	DETACH_ROW(OPTION_DETACH),
	{ OPTION_ROLE, "role", "ROLE",
	    "this node is standby, active or single (default: found out)" },
	{ 's', "site", "SITE", "the cluster site; repeatable" },
	{ OPTION_RUN_ID, "run-id", "RUN",
	    "begin, go on with, or follow the run of this name" },
	{ 0 }
};

struct own {
	const char	*role;
	const char	*run;
	bool		 detach;
	struct words	 sites;
};

/* What a run is to be: of the command line, made absolute. */
struct asked {
	char		*procedure;	/* a name or a path */
	struct words	 packages;
	struct values	 given;		/* NAME=VALUE */
	bool		 only_plan;
};

static int
take_option(void *into, int letter, const char *argument,
    struct failure *why)
{
	struct own *own = into;

	switch (letter) {
	case OPTION_ROLE:
		own->role = argument;
		if (strcmp(argument, "standby") == 0 ||
		    strcmp(argument, "active") == 0 ||
		    strcmp(argument, "single") == 0)
			return (0);
		(void)command_misused(why, "'%s' is no role", argument);
		failure_hint(why, "standby, active or single");
		return (-1);
	case OPTION_RUN_ID:
		own->run = argument;
		return (history_check_id(argument, why));
	case OPTION_DETACH:
		own->detach = true;
		return (0);
	default:
		words_add(&own->sites, argument);
		return (0);
	}
}

static void
release_own(void *into)
{
	struct own *own = into;

	words_release(&own->sites);
}

static void
release_asked(struct asked *asked)
{
	free(asked->procedure);
	words_release(&asked->packages);
	values_release(&asked->given);
}

/* Adds the operand as a package, by its absolute path. */
static int
add_package(const char *operand, struct asked *asked, struct failure *why)
{
	char *path = fileio_absolute_path(operand);
	int rc = -1;

	if (path == NULL)
		failure_set_errno(why, EXITCODE_FAILED, errno,
		    "cannot find '%s'", operand);
	else
		rc = package_check_file(path, why);
	if (rc == 0)
		words_add(&asked->packages, path);
	if (rc == -1 && operand[0] == '-')
		failure_hint(why, "options stand before the operands");
	else if (rc == -1 && why->hint[0] == '\0')
		failure_hint(why, "an operand is the file of a package%s",
		    strcmp(asked->procedure, "patch") == 0 ||
		    strcmp(asked->procedure, "upgrade") == 0 ? "" :
		    ", or NAME=VALUE");
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

/* Fills values with the facts and with what was given. */
static int
gather(const struct node_config *config,
    const struct facts_request *request, const struct asked *asked,
    struct values *values, struct failure *why)
{
	struct words facts = { 0 };

	facts_names(&facts);
	const int rc = node_check_sites(config, request->sites, why) == -1 ||
	    given_add(&asked->given, &facts, values, why) == -1 ||
	    facts_gather(config, request, values, why) == -1 ? -1 : 0;
	words_release(&facts);
	return (rc);
}

/* The file name of the procedure: patch and upgrade have one for each role. */
static char *
procedure_name(const struct asked *asked, const struct values *values)
{
	struct text name = { 0 };

	text_add(&name, asked->procedure);
	if (strcmp(asked->procedure, "patch") == 0 ||
	    strcmp(asked->procedure, "upgrade") == 0)
		text_format(&name, "-%s", values_single(values, "role"));
	return (text_take(&name));
}

/*
 * Says whether what the verb would carry out is complete, for every role that
 * may be meant; nothing is asked.
 */
static enum exitcode
check_only(struct command *command, const struct asked *asked,
    struct failure *why)
{
	static const char *const roles[] = { "standby", "active", "single" };
	struct node_config *config = node_config_read(command->config, why);
	const struct own *own = command->own;
	enum exitcode code = config == NULL ? why->code : EXITCODE_OK;

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]) &&
	    code == EXITCODE_OK; i++) {
		const struct scheme scheme = node_scheme(config);
		struct values values = { 0 };

		values_set(&values, "role", own->role == NULL ? roles[i] :
		    own->role);
		char *name = procedure_name(asked, &values);
		code = scheme_check(&scheme, name, &command->report, why);
		values_release(&values);
		const bool has_roles = strcmp(name, asked->procedure) != 0;
		free(name);
		if (!has_roles || own->role != NULL)
			break;
	}
	node_config_free(config);
	return (code);
}

/* Makes and prints the plan; nothing is locked or changed. */
static enum exitcode
plan_only(struct command *command, const struct node_config *config,
    const struct asked *asked, struct failure *why)
{
	struct values values = { 0 };
	const struct scheme scheme = node_scheme(config);
	struct scheme_plan made = { 0 };
	enum exitcode code = EXITCODE_FAILED;
	const struct own *own = command->own;

	const struct facts_request request = {
	    own->run != NULL ? own->run : "RUN", own->role, &own->sites,
	    &asked->packages, NULL };

	if (gather(config, &request, asked, &values, why) == 0) {
		char *name = procedure_name(asked, &values);

		if (previous_check(config, name, &values, why) == 0 &&
		    scheme_begin(&scheme, name, &values, &made, why) == 0)
			code = plan_report(made.plan, &command->report);
		free(name);
	}
	scheme_release(&made);
	values_release(&values);
	return (why->message[0] != '\0' ? why->code : code);
}

/* Begins the run id; the lock is held. */
static enum exitcode
begin(struct command *command, const struct node_config *config,
    const char *id, const struct asked *asked, struct failure *why)
{
	const struct own *own = command->own;
	struct words digests = { 0 };
	const struct facts_request request = { id, own->role, &own->sites,
	    &asked->packages, &digests };
	struct values values = { 0 };
	enum exitcode code;

	if (life_may_begin(config, why) == -1 ||
	    needed_refuse_files(config, id, &asked->packages, &digests,
	    why) == -1 || gather(config, &request, asked, &values,
	    why) == -1) {
		code = why->code;
	} else {
		char *name = procedure_name(asked, &values);

		code = previous_check(config, name, &values, why) == -1 ?
		    why->code : life_begin(command, config, name, id, &values,
		    why);
		free(name);
	}
	words_release(&digests);
	values_release(&values);
	return (code);
}

/* Checks that the run of history is the one that is asked for. */
static int
check_named(const struct command *command, const struct node_config *config,
    const struct history *history, const struct asked *asked,
    struct failure *why)
{
	const struct own *own = command->own;
	const struct named_request request = { asked->procedure, own->role,
	    &own->sites, &asked->packages, &asked->given };

	return (named_check(config, &request, history, why));
}

/*
 * Begins the run id, or goes on with it when it was begun already: what is
 * asked for twice by the same name is done once.
 */
static enum exitcode
begin_or_resume(struct command *command, const struct node_config *config,
    const char *id, const struct asked *asked, struct failure *why)
{
	const struct own *own = command->own;
	const struct again forward = { .aside = own->detach };
	struct history history = { 0 };
	char *directory = life_directory(config);
	const int rc = life_check_directory(config, why) == -1 ? -1 :
	    history_read(directory, id, &history, why);
	enum exitcode code;

	free(directory);
	if (rc == -1)
		return (why->code);
	if (rc == 0)
		return (begin(command, config, id, asked, why));
	/* Whoever has answered knows which run it is. */
	if (command->answered.count == 0 &&
	    (check_named(command, config, &history, asked, why) == -1 ||
	    needed_bring_back(config, &history, &asked->packages, why) == -1))
		code = why->code;
	else if (past_is_over(&history))
		code = named_show_ended(command, config, &history,
		    own->detach, why);
	else
		code = life_resume(command, config, &history, &forward, why);
	history_release(&history);
	return (code);
}

/* Takes the node's lock as run id, and begins it or goes on with it. */
static enum exitcode
lock_and_run(struct command *command, const struct node_config *config,
    const char *id, const struct asked *asked, struct failure *why)
{
	const struct own *own = command->own;
	struct failure ignored = { 0 };
	enum exitcode code;

	struct filelock *lock = claim_lock_node(config, id, command->wait,
	    why);
	if (lock != NULL) {
		stop_signals_hold();
		code = begin_or_resume(command, config, id, asked, why);
	} else if (why->code == EXITCODE_BUSY &&
	    life_is_running(config, id, &ignored) == 1) {
		/* Another call with the same name was a moment faster. */
		*why = (struct failure){ 0 };
		code = named_join(command, config, id, own->detach, why);
	} else {
		life_hint_at_holder(config, command->wait > 0, why);
		code = why->code;
	}
	filelock_release(lock);
	stop_signals_drop();
	return (code);
}

/*
 * Takes the run to its end in a process that outlives its caller, who is told
 * how it ends, or with --detach which run it is as soon as it has begun.
 */
static enum exitcode
run_detached(struct command *command, const struct node_config *config,
    const char *id, const struct asked *asked, struct failure *why)
{
	const struct own *own = command->own;
	const bool had_ended = named_has_ended(config, id);
	const int rc = detach_run(command, config, id, own->detach, why);
	enum exitcode code = EXITCODE_OK;

	if (rc == -1)
		code = why->code;
	else if (rc == 0)
		code = lock_and_run(command, config, id, asked, why);
	else
		named_tell_detached(command, id, had_ended);
	return (code);
}

/*
 * Looks for the run that the caller named.  Returns 1 when it is under way, 0
 * when not, or there is none, or -1 with why set, also when it is another one.
 */
static int
look_for_named(const struct command *command,
    const struct node_config *config, const struct asked *asked,
    struct failure *why)
{
	const struct own *own = command->own;
	struct history history = { 0 };
	bool running = false;
	int rc = life_read(config, own->run, &history, &running, why);

	if (rc == 1)
		rc = check_named(command, config, &history, asked, why);
	history_release(&history);
	return (rc == -1 ? -1 : running ? 1 : 0);
}

/* Runs what was asked for, under its name. */
static enum exitcode
run_asked(struct command *command, const struct node_config *config,
    const struct asked *asked, struct failure *why)
{
	const struct own *own = command->own;
	char *id = own->run != NULL ? memory_copy_string(own->run) :
	    history_make_id(asked->procedure);
	const int running = own->run == NULL ? 0 :
	    look_for_named(command, config, asked, why);
	enum exitcode code;

	if (running == 1)
		code = named_join(command, config, id, own->detach, why);
	else if (running == 0)
		code = run_detached(command, config, id, asked, why);
	else
		code = why->code;
	free(id);
	return (code);
}

static enum exitcode
do_asked(struct command *command, struct asked *asked, bool plan,
    struct failure *why)
{
	struct node_config *config = node_config_read(command->config, why);
	enum exitcode code;

	asked->only_plan = plan || command->dry_run;
	if (config == NULL)
		code = why->code;
	else if (asked->only_plan)
		code = plan_only(command, config, asked, why);
	else
		code = run_asked(command, config, asked, why);
	node_config_free(config);
	return (code);
}

/* patch and upgrade: the operands are packages. */
static enum exitcode
run_packages(struct command *command, struct failure *why)
{
	struct asked asked = { .procedure =
	    memory_copy_string(command->verb) };
	enum exitcode code;

	if (command->operands[0] == NULL)
		code = command_misused(why, "no package is named");
	else if (read_operands(command->operands, &asked, why) == -1)
		code = why->code;
	else if (asked.given.count > 0)
		code = command_misused(why, "'%s' takes packages only",
		    command->verb);
	else
		code = do_asked(command, &asked, false, why);
	release_asked(&asked);
	return (code);
}

/* plan and run: the first operand is a procedure. */
static enum exitcode
run_procedure(struct command *command, struct failure *why)
{
	struct asked asked = { 0 };
	enum exitcode code;

	if (command->operands[0] == NULL)
		return (command_misused(why, "no procedure is named"));
	asked.procedure = memory_copy_string(command->operands[0]);
	if (read_operands(command->operands + 1, &asked, why) == -1)
		code = why->code;
	else if (command->dry_run && strcmp(command->verb, "plan") == 0)
		code = check_only(command, &asked, why);
	else
		code = do_asked(command, &asked,
		    strcmp(command->verb, "plan") == 0, why);
	release_asked(&asked);
	return (code);
}

const struct command_verb verb_patch = {
	.name = "patch", .operands = "PACKAGE...",
	.help = "install patches as the guide prescribes for this node",
	.common = COMMAND_DRY_RUN | COMMAND_WAIT | COMMAND_CONFIRM,
	.rows = rows, .size = sizeof(struct own),
	.option = take_option, .release = release_own, .run = run_packages,
};

const struct command_verb verb_upgrade = {
	.name = "upgrade", .operands = "PACKAGE...",
	.help = "upgrade to another release, the NQS data kept",
	.common = COMMAND_DRY_RUN | COMMAND_WAIT | COMMAND_CONFIRM,
	.rows = rows, .size = sizeof(struct own),
	.option = take_option, .release = release_own, .run = run_packages,
};

const struct command_verb verb_run = {
	.name = "run", .operands = "PROCEDURE [NAME=VALUE]... [PACKAGE]...",
	.help = "carry out a procedure on this node",
	.common = COMMAND_DRY_RUN | COMMAND_WAIT | COMMAND_CONFIRM,
	.rows = rows, .size = sizeof(struct own),
	.option = take_option, .release = release_own, .run = run_procedure,
};

const struct command_verb verb_plan = {
	.name = "plan", .operands = "PROCEDURE [NAME=VALUE]... [PACKAGE]...",
	.help = "print the steps that patch, upgrade or run would carry out",
	.common = COMMAND_DRY_RUN,
	.rows = &rows[1], .size = sizeof(struct own),
	.option = take_option, .release = release_own, .run = run_procedure,
};
