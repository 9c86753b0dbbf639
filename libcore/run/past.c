#include <config.h>

#include "past.h"

#include <stdlib.h>
#include <string.h>

#include "../base/failure.h"
#include "../base/text.h"
#include "../base/words.h"
#include "history.h"
#include "scheme.h"
#include "standing.h"
#include "values.h"

int
past_list(const struct past *past, struct words *ids, struct failure *why)
{
	if (past->ids == NULL)
		return (history_list(past->directory, ids, why));
	words_add_all(ids, past->ids);
	return (0);
}

int
past_read(const struct past *past, const char *id, struct history *history,
    struct failure *why)
{
	struct failure trouble = { 0 };
	int rc = history_read(past->directory, id, history, &trouble);

	if (rc == -1 && past->cluster != NULL)
		return (0);
	if (rc == -1) {
		*why = trouble;
		return (-1);
	}
	if (rc == 1 && past->cluster != NULL) {
		const char *of = values_single(&history->values, "cluster");

		if (of == NULL || strcmp(of, past->cluster) != 0) {
			history_release(history);
			rc = 0;
		}
	}
	return (rc);
}

bool
past_is_over(const struct history *history)
{
	return (history->is_closed && (history->exit == EXITCODE_OK ||
	    history->exit == EXITCODE_FAILED ||
	    history->exit == EXITCODE_PARTIAL));
}

/* Says that the run of history, which stands like standing, is in the way. */
static void
tell_open(const struct past *past, const struct history *history,
    const struct standing *standing, struct failure *why)
{
	const char *id = history->id;
	struct text ways = { 0 };

	failure_set(why, EXITCODE_FAILED, "run %s%s%s is not over: %s", id,
	    past->cluster == NULL ? "" : " over ",
	    past->cluster == NULL ? "" : past->cluster, standing_name(
	    standing_state(standing, history, false)));
	standing_show_ways(standing, history, past->program, &ways);
	failure_hint(why, "%s; '%s status %s' tells what it needs",
	    text_string(&ways), past->program, id);
	text_release(&ways);
}

/* Refuses when history, which has not ended well, left anything. */
static int
look(const struct past *past, const struct history *history,
    struct failure *why)
{
	struct standing standing = { 0 };
	int rc = scheme_standing(past->scheme, history, &standing, why);

	if (rc == -1) {
		failure_add(why, "nobody can tell what run %s left",
		    history->id);
		history_hint_journal(history->path, why);
	} else if (standing.has_effect || standing.is_at_work) {
		const enum standing_state state = standing_state(&standing,
		    history, false);

		if (standing_code(state) != EXITCODE_OK) {
			tell_open(past, history, &standing, why);
			rc = -1;
		}
	}
	standing_release(&standing);
	return (rc);
}

/* Looks at the run id.  Returns 0, or -1 with why set. */
static int
look_at(const struct past *past, const char *id, struct failure *why)
{
	struct history history = { 0 };
	int rc = past_read(past, id, &history, why);

	if (rc == -1) {
		char *path = history_path(past->directory, id);

		failure_add(why, "nobody can tell what run %s left", id);
		history_hint_journal(path, why);
		free(path);
		return (-1);
	}
	if (rc == 1)
		rc = past_is_over(&history) ? 0 : look(past, &history, why);
	history_release(&history);
	return (rc);
}

int
past_find_open(const struct past *past, const char *but, struct text *id,
    struct failure *why)
{
	struct words ids = { 0 };
	int rc = past_list(past, &ids, why);

	/* The one that was last worked on comes first. */
	for (size_t i = ids.count; rc == 0 && i > 0; i--) {
		const char *name = ids.list[i - 1];

		if ((but == NULL || strcmp(name, but) != 0) &&
		    look_at(past, name, why) == -1) {
			text_add(id, name);
			rc = 1;
		}
	}
	words_release(&ids);
	return (rc);
}

int
past_may_begin(const struct past *past, struct failure *why)
{
	struct text id = { 0 };
	const int rc = past_find_open(past, NULL, &id, why);

	text_release(&id);
	return (rc == 0 ? 0 : -1);
}
