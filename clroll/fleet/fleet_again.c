#include <config.h>

#include "fleet_again.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/message.h"
#include "../../libcore/base/words.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/format/report.h"
#include "../../libcore/run/command.h"
#include "../../libcore/run/history.h"
#include "../../libcore/system/filelock.h"
#include "../../libsite/node_config.h"
#include "../cluster/context.h"
#include "fleet_drive.h"
#include "fleet_options.h"
#include "fleet_plan.h"
#include "fleet_record.h"
#include "fleet_report.h"
#include "fleet_status.h"
#include "fleet_store.h"

static const char *const verbs[] = { "status", "report", "pause", "resume",
	"stop" };

bool
fleet_again_is_meant(const char *word)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(word, verbs[i]) == 0)
			return (true);
	}
	return (false);
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

	fleet_options_change(command->own, &stored->fleet.rules);
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
		if (lock != NULL && fleet_status_is_over(&stored.fleet))
			fleet_store_drop_lock(config, name);
		free(name);
	}
	filelock_release(lock);
	fleet_store_release(&stored);
	return (code);
}

static bool
has_confirmed(const struct command *command)
{
	return (command->yes || command->confirmed.count > 0);
}

/* Whether there is something to resume. */
static bool
is_left(const struct fleet *fleet)
{
	return (!fleet_status_is_over(fleet));
}

/* Asks a fleet under way; the one that is not, what it can be asked. */
static enum exitcode
run_wish(struct command *command, const struct node_config *config,
    const char *id, enum fleet_wish wish, struct failure *why)
{
	struct fleet_stored stored = { 0 };
	enum exitcode code = EXITCODE_OK;
	int rc = -1;

	if ((wish == FLEET_WISH_GO_ON ? fleet_store_find_last(config, id,
	    is_left, &stored, why) : fleet_store_find_running(config, id,
	    &stored, why)) == 0)
		rc = fleet_store_ask(config, stored.id, wish, why);
	if (rc == 1 && (fleet_options_have_rules(command->own) ||
	    has_confirmed(command)))
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

/* status and report. */
static enum exitcode
run_told(struct command *command, const struct node_config *config,
    const char *id, struct failure *why)
{
	const struct fleet_options *own = command->own;
	struct fleet_stored stored = { 0 };
	int running = -1;
	enum exitcode code;

	if (fleet_store_find_running(config, id, &stored, why) == 0)
		running = fleet_store_is_running(config, stored.id, why);
	if (running == -1)
		code = why->code;
	else if (strcmp(command->operands[0], "report") == 0)
		code = fleet_report_make(command, config, &stored,
		    running == 1, own->html, why);
	else
		code = fleet_status_show(command, &stored, running == 1);
	fleet_store_release(&stored);
	return (code);
}

/* Refuses what is nothing to say of a fleet that there is. */
static int
check_known(const struct command *command, struct failure *why)
{
	const struct fleet_options *own = command->own;

	if (command->operands[1] != NULL && command->operands[2] != NULL)
		return (command_misused(why, "one fleet at a time"), -1);
	if (own->list != NULL || own->approved != NULL || own->print ||
	    fleet_options_have_waves(own))
		return (command_misused(why, "clusters, waves and their "
		    "approval are a new fleet's"), -1);
	if (fleet_options_have_rules(own) &&
	    strcmp(command->operands[0], "resume") != 0)
		return (command_misused(why, "rules are for a new fleet, or "
		    "for resume"), -1);
	if (own->now && strcmp(command->operands[0], "stop") != 0)
		return (command_misused(why, "'--now' is for stop"), -1);
	if (own->html != NULL && strcmp(command->operands[0], "report") != 0)
		return (command_misused(why, "'--html' is for report"), -1);
	if (command->dry_run || command->wait > 0)
		return (command_misused(why, "'-n' and '--wait' are for a new "
		    "fleet"), -1);
	if (has_confirmed(command) &&
	    strcmp(command->operands[0], "resume") != 0)
		return (command_misused(why, "'--confirm' and '--yes' are for "
		    "a new fleet, or for resume"), -1);
	return (0);
}

/*
 * Where nothing is named, having none is an answer to who asks how it stands,
 * or for an end of it.  Returns 1 when it was given, 0, or -1 with why set.
 */
static int
answer_none(struct command *command, const struct node_config *config,
    struct failure *why)
{
	const char *word = command->operands[0];
	struct words ids = { 0 };

	if (command->operands[1] != NULL || strcmp(word, "report") == 0 ||
	    strcmp(word, "resume") == 0)
		return (0);
	if (fleet_store_list(config, &ids, why) == -1)
		return (-1);
	const int rc = ids.count == 0;

	if (rc == 1)
		report_line(&command->report, NULL, "there is no fleet yet");
	words_release(&ids);
	return (rc);
}

enum exitcode
fleet_again_run(struct command *command, const struct node_config *config,
    struct failure *why)
{
	const struct fleet_options *own = command->own;
	const char *word = command->operands[0];
	const char *id = command->operands[1];

	const int none = check_known(command, why) == -1 ? -1 :
	    answer_none(command, config, why);

	if (none != 0)
		return (none == -1 ? why->code : EXITCODE_OK);
	if (strcmp(word, "status") == 0 || strcmp(word, "report") == 0)
		return (run_told(command, config, id, why));
	return (run_wish(command, config, id, strcmp(word, "pause") == 0 ?
	    FLEET_WISH_PAUSE : strcmp(word, "resume") == 0 ?
	    FLEET_WISH_GO_ON : own->now ? FLEET_WISH_STOP_NOW :
	    FLEET_WISH_STOP, why));
}
