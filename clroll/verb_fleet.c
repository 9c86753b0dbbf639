#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "../libcore/base/failure.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/format/report.h"
#include "../libcore/run/command.h"
#include "../libcore/run/history.h"
#include "../libcore/run/scheme.h"
#include "../libcore/system/filelock.h"
#include "../libsite/node_config.h"
#include "fleet/fleet_again.h"
#include "fleet/fleet_check.h"
#include "fleet/fleet_drive.h"
#include "fleet/fleet_keep.h"
#include "fleet/fleet_options.h"
#include "fleet/fleet_plan.h"
#include "fleet/fleet_record.h"
#include "fleet/fleet_show.h"
#include "fleet/fleet_status.h"
#include "fleet/fleet_store.h"
#include "verbs.h"

/* fleet: a run over each of many clusters, in waves. */

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
	if (lock != NULL) {
		fleet_keep_apply(config);
		if (fleet_status_is_over(&fleet))
			fleet_store_drop_lock(config, id);
	}
	filelock_release(lock);
	fleet_release(&fleet);
	jsonline_free(record);
	free(id);
	return (code);
}

/* Refuses a plan that is not the one that was approved. */
static int
check_approved(const struct fleet_options *own, struct fleet_plan *plan,
    struct failure *why)
{
	plan->is_approved = own->approved != NULL;
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
	struct fleet_options *own = command->own;
	struct fleet_plan plan = { 0 };
	struct scheme_plan made = { 0 };
	enum exitcode code;

	fleet_options_fill_in(own);
	if (own->now || own->html != NULL)
		return (command_misused(why, own->now ?
		    "'--now' is for stop" : "'--html' is for report"));
	if (fleet_plan_make(&plan, command, config, own->list, &own->rules,
	    why) == -1 || check_approved(own, &plan, why) == -1) {
		code = why->code;
	} else if (own->print) {
		fleet_show_lines(&command->report, command->program, &plan);
		code = EXITCODE_OK;
	} else if (fleet_check_clusters(&plan, config, why) == -1 ||
	    fleet_check_steps(&plan, config, &made, why) == -1) {
		code = why->code;
	} else if (command->dry_run) {
		fleet_show_plan(&command->report, &plan, made.plan);
		code = EXITCODE_DIFFERS;
	} else {
		code = begin_fleet(command, config, &plan, why);
	}
	scheme_release(&made);
	fleet_plan_release(&plan);
	return (code);
}

static enum exitcode
run_fleet(struct command *command, struct failure *why)
{
	const char *word = command->operands[0];

	if (word == NULL)
		return (command_misused(why, "no procedure is named"));
	struct node_config *config = node_config_read(command->config, why);
	if (config == NULL)
		return (why->code);
	const bool again = fleet_again_is_meant(word);
	if (again)
		command_drop_dashes(command->operands);
	const enum exitcode code = again ?
	    fleet_again_run(command, config, why) :
	    run_new(command, config, why);
	node_config_free(config);
	return (code);
}

const struct command_verb verb_fleet = {
	.name = "fleet",
	.operands = "PROCEDURE [NAME=VALUE]... [PACKAGE]... -- CLUSTER... | "
	    "status|report|pause|resume|stop [FLEET]",
	.help = "carry out a procedure over each of many clusters",
	.divided = true,
	.common = COMMAND_DRY_RUN | COMMAND_WAIT | COMMAND_CONFIRM,
	.rows = fleet_options_rows, .size = sizeof(struct fleet_options),
	.option = fleet_options_take, .run = run_fleet,
};
