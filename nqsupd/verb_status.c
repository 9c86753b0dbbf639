#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../libcore/base/clock.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/message.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/format/options.h"
#include "../libcore/format/report.h"
#include "../libcore/run/command.h"
#include "../libcore/run/history.h"
#include "../libcore/run/run_lock.h"
#include "../libcore/run/standing.h"
#include "../libcore/run/stop.h"
#include "../libsite/node_config.h"
#include "life.h"
#include "node.h"
#include "node_scheme.h"
#include "verbs.h"
#include "way_back.h"

/* status, follow and stop: what a run has done, and does. */

enum { OPTION_EXPECT = 300 };

static const struct options_row status_rows[] = {
	{ OPTION_EXPECT, "expect", "done|undone",
	    "say by the exit code whether the run is" },
	{ 0 }
};

struct own {
	const char	*expect;
};

/* How often a run is looked at while it is waited for. */
#define LOOK_PAUSE	(CLOCK_SECOND / 10)

static int
take_option(void *into, int letter, const char *argument,
    struct failure *why)
{
	struct own *own = into;

	(void)letter;
	own->expect = argument;
	if (strcmp(argument, "done") == 0 || strcmp(argument, "undone") == 0)
		return (0);
	(void)command_misused(why, "'%s' cannot be expected", argument);
	failure_hint(why, "done or undone");
	return (-1);
}

/*
 * Says which run other than latest, which nobody named, is not over: the next
 * one is refused for it.
 */
static void
show_open(struct command *command, const struct node_config *config,
    const char *latest)
{
	struct failure why = { 0 };
	struct text id = { 0 };
	const int rc = life_find_open(config, latest, &id, &why);

	if (rc == 1) {
		struct jsonline *event = jsonline_make();

		jsonline_set_string(event, "event", "open-run");
		jsonline_set_string(event, "run", text_string(&id));
		jsonline_set_string(event, "message", why.message);
		jsonline_set_string(event, "hint", why.hint);
		report_line(&command->report, event, "also:   %s\n        %s",
		    why.message, why.hint);
		jsonline_free(event);
	} else if (rc == -1) {
		message_failure(&why);
	}
	text_release(&id);
}

/* Says which runs never began, later than the one that is the latest. */
static void
show_unbegun(struct command *command, const struct node_config *config)
{
	struct failure why = { 0 };
	struct words ids = { 0 };

	if (life_list_unbegun(config, &ids, &why) == -1)
		message_failure(&why);
	for (size_t i = 0; i < ids.count; i++) {
		struct jsonline *event = jsonline_make();

		jsonline_set_string(event, "event", "unbegun-run");
		jsonline_set_string(event, "run", ids.list[i]);
		report_line(&command->report, event, "also:   run %s never "
		    "began: it was broken off before,\n        and nothing "
		    "was done", ids.list[i]);
		jsonline_free(event);
	}
	words_release(&ids);
}

/*
 * Looks at the run.  Returns 0 with *state set, or -1 with why set; show
 * prints it.
 */
static int
look(struct command *command, const struct node_config *config,
    const char *id, bool show, enum standing_state *state, struct failure *why)
{
	struct history history = { 0 };
	struct standing standing = { 0 };
	bool running = false;
	int rc = life_read(config, id, &history, &running, why);

	*state = running ? STANDING_RUNNING : STANDING_NOT_BEGUN;
	if (rc == 1) {
		const struct scheme scheme = node_scheme(config);

		rc = scheme_standing(&scheme, &history, &standing, why);
		if (rc == 0)
			*state = standing_state(&standing, &history, running);
		if (rc == 0 && show)
			standing_show(&standing, &history, *state, "nqsupd",
			    &command->report);
		if (rc == 0 && show && !running)
			way_back_warn(&history);
		if (rc == 0 && show && id == NULL)
			show_open(command, config, history.id);
	} else if (rc == 0 && running && show) {
		report_line(&command->report, NULL,
		    "run %s: about to begin", id);
	}
	standing_release(&standing);
	history_release(&history);
	return (rc);
}

/* Waits while the run is under way, then says whether it is as expected. */
static enum exitcode
expect(struct command *command, const struct node_config *config,
    const char *id, struct failure *why)
{
	const struct own *own = command->own;
	const int64_t deadline = clock_monotonic() + command->wait;
	const struct timespec pause = { .tv_nsec = LOOK_PAUSE };
	enum standing_state state;

	while (look(command, config, id, false, &state, why) == 0 &&
	    state == STANDING_RUNNING && clock_monotonic() < deadline)
		(void)nanosleep(&pause, NULL);	/* too short does no harm */
	if (why->message[0] != '\0')
		return (why->code);
	if (look(command, config, id, true, &state, why) == -1)
		return (why->code);
	if (state == STANDING_NEEDS_PERSON)
		return (EXITCODE_NEEDS_PERSON);
	if (strcmp(own->expect, "done") == 0)
		return (state == STANDING_DONE ? EXITCODE_OK :
		    EXITCODE_DIFFERS);
	return (state == STANDING_UNDONE || state == STANDING_NOT_BEGUN ?
	    EXITCODE_OK : EXITCODE_DIFFERS);
}

static enum exitcode
show(struct command *command, const struct node_config *config,
    const char *id, struct failure *why)
{
	enum standing_state state;

	if (look(command, config, id, true, &state, why) == -1)
		return (why->code);
	if (state == STANDING_NOT_BEGUN && id != NULL)
		return (life_refuse_absent(config, id, why));
	if (state == STANDING_NOT_BEGUN)
		report_line(&command->report, NULL, "there is no run yet");
	if (id == NULL)
		show_unbegun(command, config);
	return (standing_code(state));
}

static enum exitcode
run_status(struct command *command, struct failure *why)
{
	const struct own *own = command->own;
	const char *id = command->operands[0];

	if (id != NULL && command->operands[1] != NULL)
		return (command_misused(why, "one run at a time"));
	if (command->wait != 0 && own->expect == NULL)
		return (command_misused(why, "--wait needs --expect"));
	struct node_config *config = node_config_read(command->config, why);
	if (config == NULL)
		return (why->code);
	const enum exitcode code = own->expect != NULL ?
	    expect(command, config, id, why) : show(command, config, id, why);
	node_config_free(config);
	return (code);
}

/*
 * Returns id, or the run that is under way, or the latest; the caller's; or
 * NULL with why set.
 */
static char *
find_to_follow(const struct node_config *config, const char *id,
    struct failure *why)
{
	char *lock = node_lock_path(config);
	struct text found = { 0 };
	const int rc = id != NULL ? 0 : run_lock_find(lock, &found, why);

	free(lock);
	if (rc == 1)
		return (text_take(&found));
	text_release(&found);
	return (rc == -1 ? NULL : life_find(config, id, why));
}

static enum exitcode
run_follow(struct command *command, struct failure *why)
{
	char *id = NULL;

	if (command->operands[0] != NULL && command->operands[1] != NULL)
		return (command_misused(why, "one run at a time"));
	struct node_config *config = node_config_read(command->config, why);
	if (config != NULL)
		id = find_to_follow(config, command->operands[0], why);
	const enum exitcode code = id == NULL ? why->code :
	    life_follow(command, config, id, why);
	free(id);
	node_config_free(config);
	return (code);
}

/* Stops the run id, or the one that is under way when it is NULL. */
static enum exitcode
stop(struct command *command, const struct node_config *config,
    const char *id, struct failure *why)
{
	char *directory = life_directory(config);
	char *lock = node_lock_path(config);
	struct text found = { 0 };
	const int rc = id != NULL ? 1 : run_lock_find(lock, &found, why);
	const struct run_place place = { directory, lock,
	    id != NULL ? id : text_string(&found) };
	enum exitcode code = rc == -1 ? why->code : EXITCODE_OK;

	if (rc == 1)
		code = stop_run(command, &place, why);
	else if (rc == 0)
		code = stop_none(command, lock, why);
	text_release(&found);
	free(lock);
	free(directory);
	return (code);
}

static enum exitcode
run_stop(struct command *command, struct failure *why)
{
	const char *id = command->operands[0];

	if (id != NULL && command->operands[1] != NULL)
		return (command_misused(why, "one run at a time"));
	struct node_config *config = node_config_read(command->config, why);
	if (config == NULL)
		return (why->code);
	char *name = id == NULL ? NULL : life_find(config, id, why);
	const enum exitcode code = id != NULL && name == NULL ? why->code :
	    stop(command, config, name, why);
	free(name);
	node_config_free(config);
	return (code);
}

const struct command_verb verb_status = {
	.name = "status", .operands = "[RUN]",
	.help = "say how far a run is, and what it left",
	.common = COMMAND_WAIT,
	.rows = status_rows, .size = sizeof(struct own),
	.option = take_option, .run = run_status,
};

const struct command_verb verb_follow = {
	.name = "follow", .operands = "[RUN]",
	.help = "show a run while it goes on, and end as it ends",
	.run = run_follow,
};

const struct command_verb verb_stop = {
	.name = "stop", .operands = "[RUN]",
	.help = "let the run that is under way stop at its next safe point",
	.common = COMMAND_WAIT,
	.run = run_stop,
};
