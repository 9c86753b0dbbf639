#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "../libcore/base/clock.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/message.h"
#include "../libcore/base/number.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/format/options.h"
#include "../libcore/format/report.h"
#include "../libcore/run/command.h"
#include "../libcore/run/history.h"
#include "../libcore/system/filelock.h"
#include "../libsite/node_config.h"
#include "cluster/context.h"
#include "fleet/fleet_drive.h"
#include "fleet/fleet_plan.h"
#include "fleet/fleet_record.h"
#include "fleet/fleet_show.h"
#include "fleet/fleet_status.h"
#include "fleet/fleet_store.h"
#include "fleet/fleet_time.h"
#include "verbs.h"

/* fleet: a run over each of many clusters, in waves. */

enum {
	OPTION_BATCH = 300,
	OPTION_CANARY,
	OPTION_MAX_FAILURES,
	OPTION_MAX_WAVE_FAILURES,
	OPTION_MAX_UNREACHABLE,
	OPTION_SOAK,
	OPTION_TAKES,
	OPTION_UNTIL,
	OPTION_APPROVE,
	OPTION_PRINT,
	OPTION_NOW,

	JOBS = 10,			/* by default */
	MOST = 100000
};

static const struct options_row rows[] = {
	{ OPTION_APPROVE, "approve", "DIGEST",
	    "refuse unless -n shows this digest" },
	{ OPTION_BATCH, "batch", "N|N%", "clusters in a wave (default: all)" },
	{ OPTION_CANARY, "canary", "N", "clusters of the first wave" },
	{ 'f', "file", "LIST", "a file with a cluster in each line" },
	{ 'j', "jobs", "N", "clusters at once (default: 10)" },
	{ OPTION_MAX_FAILURES, "max-failures", "N|N%",
	    "go on while no more have failed (default: 0)" },
	{ OPTION_MAX_UNREACHABLE, "max-unreachable", "N|N%",
	    "the same for those out of reach (default: as for failures)" },
	{ OPTION_MAX_WAVE_FAILURES, "max-wave-failures", "N|N%",
	    "the same for failures in one wave (default: any)" },
	{ OPTION_NOW, "now", NULL, "stop: each run before its next step" },
	{ OPTION_PRINT, "print", NULL,
	    "print the command line of each cluster, do nothing" },
	{ OPTION_SOAK, "soak", "DURATION", "wait so long between waves" },
	{ OPTION_TAKES, "takes", "DURATION", "so long a cluster takes" },
	{ OPTION_UNTIL, "until", "TIME",
	    "begin nothing that could not end by then" },
	{ 0 }
};

struct own {
	struct fleet_rules	 rules;
	unsigned		 given;		/* limits, 1 << option */
	const char		*list;
	const char		*approved;
	bool			 print;
	bool			 now;
};

#define GIVEN(option)	(1u << ((option) - OPTION_BATCH))

static int
take_limit(struct own *own, int letter, const char *argument,
    struct fleet_limit *limit, struct failure *why)
{
	own->given |= GIVEN(letter);
	if (fleet_limit_read(argument, limit) == 0 &&
	    (letter != OPTION_BATCH || limit->value > 0))
		return (0);
	(void)command_misused(why, "'%s' is no number of clusters", argument);
	failure_hint(why, "a number, or a percentage such as 10%%");
	return (-1);
}

static int
take_count(const char *argument, int64_t least, int64_t *count,
    struct failure *why)
{
	if (number_read(argument, least, MOST, count) == 0)
		return (0);
	(void)command_misused(why, "'%s' is no number of clusters", argument);
	return (-1);
}

static int
take_span(struct own *own, int letter, const char *argument, int64_t *span,
    struct failure *why)
{
	own->given |= GIVEN(letter);
	if (number_read_duration(argument, span) == 0)
		return (0);
	(void)command_misused(why, "'%s' is not a duration", argument);
	failure_hint(why, "a number and a unit: 500ms, 30s, 5m, 2h, 1d");
	return (-1);
}

static int
take_option(void *into, int letter, const char *argument,
    struct failure *why)
{
	struct own *own = into;
	struct fleet_rules *rules = &own->rules;

	switch (letter) {
	case OPTION_BATCH:
		return (take_limit(own, letter, argument, &rules->batch,
		    why));
	case OPTION_MAX_FAILURES:
		return (take_limit(own, letter, argument, &rules->failures,
		    why));
	case OPTION_MAX_WAVE_FAILURES:
		return (take_limit(own, letter, argument,
		    &rules->wave_failures, why));
	case OPTION_MAX_UNREACHABLE:
		return (take_limit(own, letter, argument,
		    &rules->unreachable, why));
	case OPTION_CANARY:
		own->given |= GIVEN(letter);
		return (take_count(argument, 0, &rules->canary, why));
	case 'j':
		return (take_count(argument, 1, &rules->jobs, why));
	case OPTION_SOAK:
		return (take_span(own, letter, argument, &rules->soak, why));
	case OPTION_TAKES:
		return (take_span(own, letter, argument, &rules->takes, why));
	case OPTION_UNTIL:
		return (fleet_time_read(argument, clock_wall(),
		    &rules->until, why));
	case OPTION_APPROVE:
		own->approved = argument;
		return (0);
	case OPTION_PRINT:
		own->print = true;
		return (0);
	case OPTION_NOW:
		own->now = true;
		return (0);
	default:
		own->list = argument;
		return (0);
	}
}

/* ---- a new fleet -------------------------------------------------------- */

/* What nothing was said of. */
static void
fill_in(struct own *own)
{
	struct fleet_rules *rules = &own->rules;

	if (rules->jobs == 0)
		rules->jobs = JOBS;
	if ((own->given & GIVEN(OPTION_MAX_WAVE_FAILURES)) == 0)
		rules->wave_failures.value = -1;
	if ((own->given & GIVEN(OPTION_MAX_UNREACHABLE)) == 0)
		rules->unreachable = rules->failures;
}

static struct jsonline *
make_open(const char *id, const struct fleet_plan *plan)
{
	struct jsonline *record = jsonline_make();
	struct jsonline *members = fleet_plan_write(plan);

	jsonline_set_string(record, "event", "open");
	jsonline_set_string(record, "format", "nqstools-fleet");
	jsonline_set_integer(record, "version", 1);
	jsonline_set_string(record, "fleet", id);
	jsonline_set_string(record, "digest", plan->digest);
	history_sign(record);
	jsonline_add_all(record, members);
	fleet_record_set_until(record, &plan->rules);
	jsonline_free(members);
	return (record);
}

static enum exitcode
begin_fleet(struct command *command, const struct node_config *config,
    const struct fleet_plan *plan, struct failure *why)
{
	char *id = history_make_id("fleet");
	struct jsonline *record = make_open(id, plan);
	struct filelock *lock = NULL;
	struct fleet fleet;
	enum exitcode code;

	fleet_start(&fleet, &plan->rules, plan->clusters.count);
	const struct fleet_drive_request request = { .command = command,
		.config = config, .id = id, .plan = plan, .fleet = &fleet,
		.record = record };
	if (fleet_store_prepare(config, why) == -1 ||
	    (lock = fleet_store_lock(config, id, why)) == NULL)
		code = why->code;
	else
		code = fleet_drive(&request, why);
	filelock_release(lock);
	fleet_release(&fleet);
	jsonline_free(record);
	free(id);
	return (code);
}

/* Refuses a plan that is not the one that was approved. */
static int
check_approved(const struct own *own, const struct fleet_plan *plan,
    struct failure *why)
{
	if (own->approved == NULL || strcmp(own->approved,
	    plan->digest) == 0)
		return (0);
	failure_set(why, EXITCODE_FAILED,
	    "the plan is not the one that was approved: its digest is %s",
	    plan->digest);
	failure_hint(why, "something has changed since: look at it by -n "
	    "once more");
	return (-1);
}

static enum exitcode
run_new(struct command *command, const struct node_config *config,
    struct failure *why)
{
	struct own *own = command->own;
	struct fleet_plan plan = { 0 };
	enum exitcode code;

	fill_in(own);
	if (own->now)
		return (command_misused(why, "'--now' is for stop"));
	if (fleet_plan_make(&plan, command, config, own->list, &own->rules,
	    why) == -1 || check_approved(own, &plan, why) == -1) {
		code = why->code;
	} else if (own->print) {
		fleet_show_lines(&command->report, command->program, &plan);
		code = EXITCODE_OK;
	} else if (command->dry_run) {
		fleet_show_plan(&command->report, &plan);
		code = EXITCODE_DIFFERS;
	} else {
		code = begin_fleet(command, config, &plan, why);
	}
	fleet_plan_release(&plan);
	return (code);
}

/* ---- one that there is -------------------------------------------------- */

/* Rules that are given anew hold from here on; those of waves cannot. */
static void
change_rules(const struct own *own, struct fleet_rules *rules)
{
	const struct fleet_rules *now = &own->rules;

	if (now->jobs > 0)
		rules->jobs = now->jobs;
	if ((own->given & GIVEN(OPTION_MAX_FAILURES)) != 0)
		rules->failures = now->failures;
	if ((own->given & GIVEN(OPTION_MAX_WAVE_FAILURES)) != 0)
		rules->wave_failures = now->wave_failures;
	if ((own->given & GIVEN(OPTION_MAX_UNREACHABLE)) != 0)
		rules->unreachable = now->unreachable;
	if ((own->given & GIVEN(OPTION_SOAK)) != 0)
		rules->soak = now->soak;
	if ((own->given & GIVEN(OPTION_TAKES)) != 0)
		rules->takes = now->takes;
	if (now->until > 0)
		rules->until = now->until;
}

/* Refuses to go on for ever with what was to end by a time that has passed. */
static int
check_until(const struct fleet_rules *rules, struct failure *why)
{
	if (rules->until == 0 || rules->until > clock_wall())
		return (0);
	failure_set(why, EXITCODE_USAGE,
	    "the time until which the fleet may begin runs has passed");
	failure_hint(why, "say the next one by --until, as 04:00 or +2h");
	return (-1);
}

static enum exitcode
resume_fleet(struct command *command, const struct node_config *config,
    struct fleet_stored *stored, struct failure *why)
{
	struct jsonline *record = jsonline_make();
	const struct fleet_drive_request request = { .command = command,
		.config = config, .id = stored->id, .plan = &stored->plan,
		.fleet = &stored->fleet, .record = record };
	enum exitcode code;

	change_rules(command->own, &stored->fleet.rules);
	jsonline_set_string(record, "event", "resume");
	jsonline_set_string(record, "fleet", stored->id);
	history_sign(record);
	fleet_record_set_rules(record, &stored->fleet.rules);
	fleet_record_set_until(record, &stored->fleet.rules);
	fleet_plan_confirm(&stored->plan, command);
	jsonline_set_words(record, "options", &stored->plan.options);
	if (check_until(&stored->fleet.rules, why) == -1 ||
	    fleet_plan_check(&stored->plan, config, why) == -1)
		code = why->code;
	else
		code = fleet_drive(&request, why);
	jsonline_free(record);
	return (code);
}

/* Goes on with a fleet that is paused, stopped, or was broken off. */
static enum exitcode
run_resume(struct command *command, const struct node_config *config,
    const char *id, struct failure *why)
{
	struct fleet_stored stored = { 0 };
	struct filelock *lock = NULL;
	enum exitcode code;

	if (fleet_store_find(config, id, &stored, why) == -1 ||
	    fleet_store_prepare(config, why) == -1) {
		code = why->code;
	} else {
		char *name = stored.id;

		stored.id = NULL;
		fleet_store_release(&stored);
		lock = fleet_store_lock(config, name, why);
		/* Once more: another life may have gone on until now. */
		if (lock == NULL || fleet_store_find(config, name, &stored,
		    why) == -1)
			code = why->code;
		else if (fleet_status_is_over(&stored.fleet))
			code = exitcode_worse(fleet_status_show(command,
			    &stored, false), fleet_code(&stored.fleet));
		else
			code = resume_fleet(command, config, &stored, why);
		free(name);
	}
	filelock_release(lock);
	fleet_store_release(&stored);
	return (code);
}

/* Whether rules were given. */
static bool
has_rules(const struct own *own)
{
	return (own->given != 0 || own->rules.jobs > 0 ||
	    own->rules.until > 0);
}

static bool
has_confirmed(const struct command *command)
{
	return (command->yes || command->confirmed.count > 0);
}

/* Asks a fleet under way; the one that is not, what it can be asked. */
static enum exitcode
run_wish(struct command *command, const struct node_config *config,
    const char *id, enum fleet_wish wish, struct failure *why)
{
	struct fleet_stored stored = { 0 };
	enum exitcode code = EXITCODE_OK;
	int rc = -1;

	if ((wish == FLEET_WISH_GO_ON ? fleet_store_find :
	    fleet_store_find_running)(config, id, &stored, why) == 0)
		rc = fleet_store_ask(config, stored.id, wish, why);
	if (rc == 1 && (has_rules(command->own) || has_confirmed(command)))
		message_say(MESSAGE_WARNING, "fleet %s is under way: its "
		    "rules stay as they are; stop it first to change them",
		    stored.id);
	if (rc == -1) {
		code = why->code;
	} else if (rc == 1) {
		report_line(&command->report, NULL, "fleet %s: %s",
		    stored.id, wish == FLEET_WISH_PAUSE ?
		    "no other cluster is begun" : wish == FLEET_WISH_GO_ON ?
		    "it goes on" : "it is stopping");
	} else if (wish == FLEET_WISH_GO_ON) {
		code = run_resume(command, config, stored.id, why);
	} else {
		report_line(&command->report, NULL,
		    "fleet %s is not under way", stored.id);
		fleet_status_warn(config, stored.id);
	}
	fleet_store_release(&stored);
	return (code);
}

static enum exitcode
run_status(struct command *command, const struct node_config *config,
    const char *id, struct failure *why)
{
	struct fleet_stored stored = { 0 };
	int running = -1;
	enum exitcode code;

	if (fleet_store_find(config, id, &stored, why) == 0)
		running = fleet_store_is_running(config, stored.id, why);
	code = running == -1 ? why->code :
	    fleet_status_show(command, &stored, running == 1);
	fleet_store_release(&stored);
	return (code);
}

/* Refuses what is nothing to say of a fleet that there is. */
static int
check_known(const struct command *command, struct failure *why)
{
	const struct own *own = command->own;

	if (context_check_operands(command->operands + 1, why) == -1)
		return (-1);
	if (command->operands[1] != NULL && command->operands[2] != NULL)
		return (command_misused(why, "one fleet at a time"), -1);
	if (own->list != NULL || own->approved != NULL || own->print ||
	    (own->given & (GIVEN(OPTION_CANARY) | GIVEN(OPTION_BATCH))) != 0)
		return (command_misused(why, "clusters, waves and their "
		    "approval are a new fleet's"), -1);
	if (has_rules(own) && strcmp(command->operands[0], "resume") != 0)
		return (command_misused(why, "rules are for a new fleet, or "
		    "for resume"), -1);
	if (own->now && strcmp(command->operands[0], "stop") != 0)
		return (command_misused(why, "'--now' is for stop"), -1);
	if (command->dry_run || command->wait > 0)
		return (command_misused(why, "'-n' and '--wait' are for a new "
		    "fleet"), -1);
	if (has_confirmed(command) &&
	    strcmp(command->operands[0], "resume") != 0)
		return (command_misused(why, "'--confirm' and '--yes' are for "
		    "a new fleet, or for resume"), -1);
	return (0);
}

/* status, pause, resume and stop. */
static enum exitcode
run_known(struct command *command, const struct node_config *config,
    struct failure *why)
{
	const struct own *own = command->own;
	const char *word = command->operands[0];
	const char *id = command->operands[1];

	if (check_known(command, why) == -1)
		return (why->code);
	if (strcmp(word, "status") == 0)
		return (run_status(command, config, id, why));
	return (run_wish(command, config, id, strcmp(word, "pause") == 0 ?
	    FLEET_WISH_PAUSE : strcmp(word, "resume") == 0 ?
	    FLEET_WISH_GO_ON : own->now ? FLEET_WISH_STOP_NOW :
	    FLEET_WISH_STOP, why));
}

static enum exitcode
run_fleet(struct command *command, struct failure *why)
{
	static const char *const known[] = { "status", "pause", "resume",
		"stop", NULL };
	const char *word = command->operands[0];
	size_t i = 0;

	if (word == NULL)
		return (command_misused(why, "no procedure is named"));
	struct node_config *config = node_config_read(command->config, why);
	if (config == NULL)
		return (why->code);
	while (known[i] != NULL && strcmp(word, known[i]) != 0)
		i++;
	const enum exitcode code = known[i] == NULL ?
	    run_new(command, config, why) : run_known(command, config, why);
	node_config_free(config);
	return (code);
}

const struct command_verb verb_fleet = {
	.name = "fleet",
	.operands = "PROCEDURE [NAME=VALUE]... [PACKAGE]... -- CLUSTER... | "
	    "status|pause|resume|stop [FLEET]",
	.help = "carry out a procedure over each of many clusters",
	.common = COMMAND_DRY_RUN | COMMAND_WAIT | COMMAND_CONFIRM,
	.rows = rows, .size = sizeof(struct own),
	.option = take_option, .run = run_fleet,
};
