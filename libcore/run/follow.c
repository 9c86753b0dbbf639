#include <config.h>

#include "follow.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../base/clock.h"
#include "../base/failure.h"
#include "../base/text.h"
#include "../format/journal.h"
#include "../format/jsonline.h"
#include "command.h"
#include "history.h"
#include "run_lock.h"
#include "show_record.h"
#include "standing.h"

/* How often a journal that grows is looked at. */
#define LOOK_PAUSE	(CLOCK_SECOND / 20)

/* What was seen of a run so far. */
struct seen {
	long long	offset;
	bool		is_closed;
	enum exitcode	code;		/* of its last close */
};

static void
take_record(struct command *command, const struct jsonline *record,
    struct seen *seen)
{
	const char *event = jsonline_string(record, "event");

	show_record(&command->report, record);
	if (event == NULL)
		return;
	if (strcmp(event, "resume") == 0)
		seen->is_closed = false;
	if (strcmp(event, "close") == 0) {
		seen->is_closed = true;
		seen->code = (enum exitcode)jsonline_integer(record, "exit",
		    EXITCODE_BUG);
	}
}

/* Shows what is new; returns as journal_read does. */
static int
look(struct command *command, const char *path, struct seen *seen,
    struct failure *why)
{
	struct journal_records records = { 0 };
	const int rc = journal_read_from(path, &seen->offset, &records, why);

	for (size_t i = 0; i < records.count; i++)
		take_record(command, records.list[i], seen);
	journal_release_records(&records);
	return (rc);
}

static void
pause_a_while(void)
{
	const struct timespec pause = { .tv_nsec = LOOK_PAUSE };

	(void)nanosleep(&pause, NULL);		/* too short does no harm */
}

void
follow_hint(const char *program, const struct run_place *place,
    struct failure *why)
{
	struct history history = { 0 };
	struct standing standing = { 0 };
	struct failure ignored = { 0 };
	struct text ways = { 0 };

	if (why->code == EXITCODE_STOPPED && history_read(place->directory,
	    place->id, &history, &ignored) == 1 &&
	    standing_find_recorded(&history, &standing, &ignored) == 0) {
		standing_show_ways(&standing, &history, program, &ways);
		text_add(&ways, "; ");
	}
	failure_hint(why, "%s'%s status %s' tells what it needs",
	    text_string(&ways), program, place->id);
	text_release(&ways);
	standing_release(&standing);
	history_release(&history);
}

enum exitcode
follow_run(struct command *command, const struct run_place *place,
    struct failure *why)
{
	char *path = history_path(place->directory, place->id);
	struct seen seen = { 0 };
	int running = 1;
	int rc = 1;

	/* Once more after it has ended, for its last words. */
	while (rc != -1 && running == 1) {
		running = run_lock_is_held(place->lock, place->id, why);
		rc = running == -1 ? -1 : look(command, path, &seen, why);
		if (rc != -1 && running == 1)
			pause_a_while();
	}
	if (rc == -1 && why->code == EXITCODE_DATA)
		history_hint_journal(path, why);
	free(path);
	if (rc == -1)
		return (why->code);
	if (rc == 0 || seen.offset == 0)
		return (history_refuse_absent(place->directory, place->id,
		    why));
	if (!seen.is_closed)
		failure_set(why, EXITCODE_STOPPED, "run %s was broken off",
		    place->id);
	else if (seen.code == EXITCODE_STOPPED)
		failure_set(why, seen.code, "run %s is stopped", place->id);
	else if (seen.code == EXITCODE_NEEDS_PERSON)
		failure_set(why, seen.code, "run %s needs a person",
		    place->id);
	else
		return (seen.code);
	follow_hint(command->program, place, why);
	return (why->code);
}
