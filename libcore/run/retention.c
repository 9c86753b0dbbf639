#include <config.h>

#include "retention.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/failure.h"
#include "../base/memory.h"
#include "../base/message.h"
#include "../base/text.h"
#include "../base/words.h"
#include "../format/jsonline.h"
#include "history.h"
#include "past.h"
#include "scheme.h"
#include "standing.h"
#include "values.h"

#define DAY	(INT64_C(86400) * CLOCK_SECOND)

/* Whether a run behind the one at that is over is of the same site. */
static bool
has_later(const struct retention_run *runs, size_t count, size_t at)
{
	for (size_t i = at + 1; i < count; i++) {
		if (runs[i].is_over && strcmp(runs[i].of, runs[at].of) == 0)
			return (true);
	}
	return (false);
}

void
retention_choose(const struct retention *retention,
    struct retention_run *runs, size_t count, int64_t now)
{
	for (size_t i = 0; i < count; i++) {
		struct retention_run *run = &runs[i];

		run->is_kept = !run->is_over || run->can_go_back ||
		    (int64_t)(count - i) <= retention->last ||
		    now - run->written < retention->days * DAY ||
		    !has_later(runs, count, i);
	}
}

/* Returns what the run of history is of: its subject and site. */
static char *
site_of(const struct history *history)
{
	const char *site = values_single(&history->values, "site");
	struct text of = { 0 };

	text_format(&of, "%s/%s", history->subject, site == NULL ? "" : site);
	return (text_take(&of));
}

/* Returns when the last record was written; in doubt, never. */
static int64_t
when_written(const struct history *history)
{
	const struct journal_records *records = &history->records;
	const char *time = jsonline_string(
	    records->list[records->count - 1], "time");
	int64_t wall = INT64_MAX;

	if (time == NULL || clock_read(time, &wall) == -1)
		return (INT64_MAX);
	return (wall);
}

/*
 * Fills run with what is to be known of the run id.  Returns whether it is one
 * of past's that can be understood.
 */
static bool
look(const struct past *past, const char *id, struct retention_run *run)
{
	struct history history = { 0 };
	struct standing standing = { 0 };
	struct failure ignored = { 0 };

	if (past_read(past, id, &history, &ignored) != 1)
		return (false);
	*run = (struct retention_run){ .id = memory_copy_string(id),
	    .of = site_of(&history), .written = when_written(&history),
	    .is_over = past_is_over(&history), .can_go_back = true };
	const struct words *packages = values_find(&history.values,
	    past->scheme->packages);
	if (packages == NULL || packages->count == 0 ||
	    history.exit == EXITCODE_FAILED ||
	    history.exit == EXITCODE_PARTIAL)
		run->can_go_back = false;
	else if (run->is_over && scheme_standing(past->scheme, &history,
	    &standing, &ignored) == 0)
		run->can_go_back = standing.has_effect;
	standing_release(&standing);
	history_release(&history);
	return (true);
}

/* Removes the file path.  Returns whether it is gone. */
static bool
discard(const char *path)
{
	if (unlink(path) == 0 || errno == ENOENT)
		return (true);
	message_say(MESSAGE_WARNING, "cannot remove '%s': %s", path,
	    strerror(errno));
	return (false);
}

/* Removes the archives that the run of history made, if they are below. */
static bool
discard_archives(const struct past *past, const struct history *history,
    const char *below)
{
	struct text begin = { 0 };
	bool gone = true;

	text_format(&begin, "%s/", below);
	for (const char *const *name = past->scheme->archives;
	    name != NULL && *name != NULL; name++) {
		const char *path = values_single(&history->values, *name);

		if (path != NULL && text_begins_with(path,
		    text_string(&begin)) && strstr(path, "/../") == NULL)
			gone = discard(path) && gone;
	}
	text_release(&begin);
	return (gone);
}

/* Removes the run, the journal last, so that nothing is ever left over. */
static void
remove_run(const struct retention *retention, const struct past *past,
    const char *id)
{
	struct history history = { 0 };
	struct failure ignored = { 0 };

	if (past_read(past, id, &history, &ignored) == 1 &&
	    (retention->archives == NULL || discard_archives(past, &history,
	    retention->archives)) && discard(history.path))
		message_say(MESSAGE_DETAIL, "removed the journal of run %s",
		    id);
	history_release(&history);
}

static void
release(struct retention_run *runs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(runs[i].id);
		free(runs[i].of);
	}
	free(runs);
}

void
retention_apply(const struct retention *retention, const struct past *past)
{
	struct words ids = { 0 };
	struct failure why = { 0 };
	struct retention_run *runs = NULL;
	size_t count = 0;

	if (past_list(past, &ids, &why) == -1)
		message_say(MESSAGE_WARNING, "%s", why.message);
	if ((int64_t)ids.count > retention->last)
		runs = memory_make(ids.count, sizeof(*runs));
	for (size_t i = 0; runs != NULL && i < ids.count; i++)
		count += look(past, ids.list[i], &runs[count]) ? 1 : 0;
	if (runs != NULL)
		retention_choose(retention, runs, count, clock_wall());
	for (size_t i = 0; i < count; i++) {
		if (!runs[i].is_kept)
			remove_run(retention, past, runs[i].id);
	}
	release(runs, count);
	words_release(&ids);
}
