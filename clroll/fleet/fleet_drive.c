#include <config.h>

#include "fleet_drive.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/message.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/format/journal.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/run/command.h"
#include "../../libcore/run/execution.h"
#include "../../libcore/system/eventloop.h"
#include "../../libsite/node_config.h"
#include "fleet_child.h"
#include "fleet_record.h"
#include "fleet_show.h"
#include "fleet_status.h"
#include "fleet_store.h"
#include "fleet_table.h"

/* How often it is looked what a person asks for, and the table is drawn. */
#define LOOK_PAUSE	(CLOCK_SECOND / 4)

enum { TABLE_LINES = 16 };		/* of clusters under way */

struct drive;

/* A cluster, for its child. */
struct driven {
	struct drive		*drive;
	size_t			 item;
	struct fleet_child	*child;		/* or NULL */
	bool			 is_stopping;	/* it asks another process */
};

struct drive {
	const struct fleet_drive_request	*request;
	struct fleet				*fleet;
	struct eventloop			*loop;
	struct journal				*journal;
	const struct fleet_child_events		*events;
	char					*self;	/* our program */
	struct driven				*driven; /* one for each */
	struct fleet_table			 table;
	struct eventloop_timer			*deadline;
	struct eventloop_timer			*look;
	struct text				 message; /* of the run that
							   * has ended */
	int					 signals;
	enum exitcode				 code;
	struct failure				*why;
};

static void
step(struct drive *drive, struct fleet_event event);

/* ---- what is shown ------------------------------------------------------ */

static void
show(struct drive *drive, const struct jsonline *record)
{
	fleet_table_clear(&drive->table);
	fleet_show_record(&drive->request->command->report, record);
}

/* Adds a line for a cluster under way. */
static void
add_row(const struct drive *drive, const struct driven *driven,
    struct text *text)
{
	const struct fleet_item *item = &drive->fleet->items[driven->item];
	const long long seconds = (long long)((clock_monotonic() -
	    item->since) / CLOCK_SECOND);

	text_format(text, "  %-16s %3lld:%02lld  %s\n",
	    drive->request->plan->names.list[driven->item], seconds / 60,
	    seconds % 60, text_string(&fleet_child_news(driven->child)->step));
}

static void
draw_table(struct drive *drive)
{
	const struct fleet_counts counts = fleet_show_count(drive->fleet);
	struct text text = { 0 };
	size_t rows = 0;

	if (!drive->table.is_shown)
		return;
	for (size_t i = 0; i < drive->fleet->count; i++) {
		if (drive->driven[i].child == NULL)
			continue;
		if (rows++ < TABLE_LINES)
			add_row(drive, &drive->driven[i], &text);
	}
	if (rows > TABLE_LINES)
		text_format(&text, "  and %zu more\n", rows - TABLE_LINES);
	text_format(&text, "wave %zu of %zu%s: ", drive->fleet->wave + 1,
	    drive->fleet->wave_count, drive->fleet->is_paused ?
	    ", paused" : drive->fleet->is_behind ? ", soaking" : "");
	fleet_show_counts(&counts, &text);
	fleet_table_draw(&drive->table, &text);
	text_release(&text);
}

/* ---- runs --------------------------------------------------------------- */

/* Whether a run was asked to stop before its program could listen. */
static bool
is_ended_unheard(const struct driven *driven, struct process_end end)
{
	return (end.how == PROCESS_SIGNALLED &&
	    end.code == EXECUTION_STOP_SIGNAL &&
	    driven->drive->fleet->items[driven->item].is_asked);
}

/* How a run has ended, whatever its program did. */
static enum exitcode
code_of_end(const struct driven *driven, struct process_end end,
    struct text *message)
{
	if (is_ended_unheard(driven, end))
		return (EXITCODE_STOPPED);
	if (end.how == PROCESS_EXITED &&
	    strcmp(exitcode_name(end.code), "UNKNOWN") != 0)
		return (driven->is_stopping && end.code == EXITCODE_OK ?
		    EXITCODE_STOPPED : (enum exitcode)end.code);
	text_clear(message);
	text_add(message, "its program has ended: ");
	process_show_end(end, message);
	return (EXITCODE_SYSTEM);
}

/* Starts our own program with these words as the child of driven. */
static int
start_child(struct driven *driven, const struct words *words,
    struct failure *why)
{
	struct drive *drive = driven->drive;
	struct words argv = { 0 };

	words_add(&argv, drive->self);
	words_add_all(&argv, words);
	fleet_child_free(driven->child);
	driven->child = fleet_child_start(drive->loop, &argv, drive->events,
	    driven, why);
	words_release(&argv);
	return (driven->child == NULL ? -1 : 0);
}

/*
 * The child that waited for a run of an earlier life is gone; lets that run
 * stop, and waits for it.
 */
static int
stop_earlier(struct driven *driven, struct failure *why)
{
	const struct fleet_drive_request *request = driven->drive->request;
	char *run = fleet_plan_run(request->plan, request->id, driven->item);
	struct words words = { 0 };

	words_add(&words, "stop");
	if (request->plan->config != NULL) {
		words_add(&words, "-c");
		words_add(&words, request->plan->config);
	}
	words_add(&words, "--wait");
	words_add(&words, "1d");
	words_add(&words, run);
	driven->is_stopping = true;
	const int rc = start_child(driven, &words, why);
	words_release(&words);
	free(run);
	return (rc);
}

static void
child_ended(void *cookie, struct process_end end,
    const struct fleet_child_news *news)
{
	struct driven *driven = cookie;
	struct drive *drive = driven->drive;
	struct fleet_event event = { .happening = FLEET_RUN_ENDED,
		.item = driven->item };
	struct failure ignored = { 0 };

	text_clear(&drive->message);
	text_add(&drive->message, text_string(&news->message));
	if (news->has_changed)
		drive->request->command->report.changed = true;
	if (!driven->is_stopping && is_ended_unheard(driven, end) &&
	    drive->fleet->items[driven->item].is_late &&
	    stop_earlier(driven, &ignored) == 0)
		return;
	event.code = code_of_end(driven, end, &drive->message);
	event.asks = news->asks && event.code == EXITCODE_STOPPED;
	fleet_child_free(driven->child);
	driven->child = NULL;
	step(drive, event);
}

static void
child_said(void *cookie, const char *line)
{
	const struct driven *driven = cookie;
	struct drive *drive = driven->drive;

	if (drive->request->command->verbose == 0)
		return;
	fleet_table_clear(&drive->table);
	message_say(MESSAGE_DETAIL, "%s: %s",
	    drive->request->plan->names.list[driven->item], line);
}

static const struct fleet_child_events child_events = {
	child_ended, child_said
};

static void
start_run(struct drive *drive, size_t item, struct fleet_event *event)
{
	struct driven *driven = &drive->driven[item];
	struct words words = { 0 };
	struct failure why = { 0 };

	*driven = (struct driven){ .drive = drive, .item = item };
	fleet_plan_command(drive->request->plan, drive->request->id, item,
	    FLEET_PLAN_JSON, &words);
	event->happening = FLEET_STARTED;
	if (fleet_plan_check_file(drive->request->plan,
	    drive->request->config, item, &why) == -1 ||
	    start_child(driven, &words, &why) == -1) {
		event->happening = FLEET_UNSTARTED;
		event->code = why.code;
		text_clear(&drive->message);
		text_add(&drive->message, why.message);
	}
	words_release(&words);
}

/* ---- records ------------------------------------------------------------ */

static int
append(struct drive *drive, struct jsonline *record)
{
	struct failure why = { 0 };

	if (journal_append(drive->journal, record, &why) == -1) {
		fleet_table_clear(&drive->table);
		message_failure(&why);
		return (-1);
	}
	show(drive, record);
	return (0);
}

static void
write_record(struct drive *drive, const struct fleet_action *action,
    struct fleet_event *event)
{
	const struct fleet_plan *plan = drive->request->plan;
	char *run = fleet_plan_run(plan, drive->request->id, action->item);
	struct jsonline *record = fleet_record_make(drive->fleet, action,
	    plan->names.list[action->item], run);

	if (action->record == FLEET_RECORD_RESULT &&
	    drive->message.length > 0)
		jsonline_set_string(record, "message",
		    text_string(&drive->message));
	if (action->record == FLEET_RECORD_CLOSE) {
		const struct fleet_counts counts =
		    fleet_show_count(drive->fleet);

		fleet_show_set_counts(record, &counts);
	}
	event->happening = append(drive, record) == 0 ? FLEET_WRITTEN :
	    FLEET_UNWRITTEN;
	jsonline_free(record);
	free(run);
}

/* Opens the journal with the record that begins this life. */
static int
open_journal(struct drive *drive, struct failure *why)
{
	struct jsonline *record = drive->request->record;
	char *path = fleet_store_path(drive->request->config,
	    drive->request->id);
	const bool is_new = strcmp(jsonline_string(record, "event"),
	    "open") == 0;
	int rc = -1;

	drive->journal = is_new ? journal_create(path, why) :
	    journal_open(path, why);
	if (drive->journal != NULL)
		rc = journal_append(drive->journal, record, why);
	if (rc == 0)
		show(drive, record);
	else if (drive->journal != NULL && is_new)
		(void)unlink(path);
	free(path);
	return (rc == -1 || is_new ? rc : fleet_replay(drive->fleet, record,
	    why));
}

/* ---- the loop ----------------------------------------------------------- */

static void
deadline_passed(void *cookie)
{
	struct drive *drive = cookie;

	drive->deadline = NULL;
	step(drive, (struct fleet_event){ .happening = FLEET_TICK });
}

static void
finish(struct drive *drive, const struct fleet_action *action)
{
	const char *halt = fleet_record_halt(action->halt);

	drive->code = action->code;
	if (halt[0] != '\0' && action->code != EXITCODE_OK) {
		failure_set(drive->why, action->code, "fleet %s is not done: "
		    "%s", drive->request->id, halt);
		fleet_status_hint(drive->fleet, drive->request->id,
		    action->halt, drive->why);
	}
	eventloop_stop(drive->loop);
}

/* Carries out actions after event, until nothing but waiting is left. */
static void
step(struct drive *drive, struct fleet_event event)
{
	for (;;) {
		event.now = clock_monotonic();
		event.wall = clock_wall();
		const struct fleet_action action = fleet_next(drive->fleet,
		    &event);
		switch (action.act) {
		case FLEET_RECORD:
			write_record(drive, &action, &event);
			break;
		case FLEET_START:
			start_run(drive, action.item, &event);
			break;
		case FLEET_ASK:
			fleet_child_ask(drive->driven[action.item].child);
			event.happening = FLEET_TICK;
			break;
		case FLEET_WAIT:
			eventloop_cancel(drive->loop, drive->deadline);
			drive->deadline = action.deadline == 0 ? NULL :
			    eventloop_at(drive->loop, action.deadline,
			    deadline_passed, drive);
			return;
		case FLEET_FINISH:
			finish(drive, &action);
			return;
		}
	}
}

static void
take_wish(struct drive *drive)
{
	struct fleet_event event = { 0 };

	switch (fleet_store_take_wish(drive->request->config,
	    drive->request->id)) {
	case FLEET_WISH_PAUSE:
		event.happening = FLEET_PAUSE;
		break;
	case FLEET_WISH_GO_ON:
		event.happening = FLEET_GO_ON;
		break;
	case FLEET_WISH_STOP_NOW:
		event.is_urgent = true;
		/* FALLTHROUGH */
	case FLEET_WISH_STOP:
		event.happening = FLEET_STOP;
		break;
	case FLEET_WISH_NONE:
		return;
	}
	step(drive, event);
}

static void
look(void *cookie)
{
	struct drive *drive = cookie;

	drive->look = eventloop_at(drive->loop, clock_monotonic() +
	    LOOK_PAUSE, look, drive);
	draw_table(drive);
	take_wish(drive);
}

static void
signalled(void *cookie, int signal)
{
	struct drive *drive = cookie;

	(void)signal;
	if (drive->signals++ > 1)
		_exit(EXITCODE_STOPPED);	/* the journals are whole */
	fleet_table_clear(&drive->table);
	message_say(MESSAGE_NOTE, drive->signals == 1 ?
	    "stopping when the runs under way have ended; once more to stop "
	    "them, too" : "stopping each run before its next step; once more "
	    "to leave at once");
	step(drive, (struct fleet_event){ .happening = FLEET_STOP,
	    .is_urgent = drive->signals > 1 });
}

static void
begin(void *cookie)
{
	struct drive *drive = cookie;

	drive->deadline = NULL;
	step(drive, (struct fleet_event){ .happening = FLEET_GO });
}

static void
run_loop(struct drive *drive)
{
	(void)signal(SIGHUP, SIG_IGN);
	(void)fleet_store_take_wish(drive->request->config,
	    drive->request->id);
	eventloop_signal(drive->loop, SIGINT, signalled, drive);
	eventloop_signal(drive->loop, SIGTERM, signalled, drive);
	drive->deadline = eventloop_at(drive->loop, clock_monotonic(), begin,
	    drive);
	drive->look = eventloop_at(drive->loop, clock_monotonic() +
	    LOOK_PAUSE, look, drive);
	if (eventloop_run(drive->loop, drive->why) == -1)
		drive->code = drive->why->code;
	fleet_table_clear(&drive->table);
	eventloop_cancel(drive->loop, drive->deadline);
	eventloop_cancel(drive->loop, drive->look);
}

/* The path of our own program. */
static char *
find_self(const struct command *command)
{
	char *self = command_find_self(command);

	return (self != NULL ? self :
	    memory_copy_string(NQS_BINDIR "/clroll"));
}

enum exitcode
fleet_drive(const struct fleet_drive_request *request, struct failure *why)
{
	struct drive drive = { .request = request, .fleet = request->fleet,
		.code = EXITCODE_SYSTEM, .why = why, .events = &child_events,
		.self = find_self(request->command),
		.driven = memory_make(request->fleet->count,
		    sizeof(*drive.driven)) };

	fleet_table_start(&drive.table, request->command->quiet == 0);
	drive.loop = eventloop_make(why);
	if (drive.loop == NULL || open_journal(&drive, why) == -1)
		drive.code = why->code;
	else
		run_loop(&drive);
	for (size_t i = 0; i < request->fleet->count; i++)
		fleet_child_free(drive.driven[i].child);
	if (drive.loop != NULL)
		eventloop_free(drive.loop);
	journal_close(drive.journal);
	text_release(&drive.message);
	free(drive.driven);
	free(drive.self);
	return (drive.code);
}
