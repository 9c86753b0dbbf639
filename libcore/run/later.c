#include <config.h>

#include "later.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../base/failure.h"
#include "../base/memory.h"
#include "../base/words.h"
#include "history.h"
#include "scheme.h"
#include "standing.h"
#include "values.h"

/* Whether the run other stands in the way of the one of history. */
static bool
stands_on(const struct scheme *scheme, const struct history *other,
    const struct history *history)
{
	const struct words *packages = values_find(&other->values,
	    scheme->packages);
	struct standing standing = { 0 };
	struct failure ignored = { 0 };

	if (strcmp(other->subject, history->subject) != 0 ||
	    packages == NULL || packages->count == 0 ||
	    (other->is_closed && other->exit == EXITCODE_FAILED))
		return (false);
	/* What nobody can tell of any more counts as standing. */
	const bool stands = scheme_standing(scheme, other, &standing,
	    &ignored) == -1 || standing.has_changed ||
	    standing.is_at_work;
	standing_release(&standing);
	return (stands);
}

/* Looks at the run id.  Returns 0, or -1 with why set. */
static int
look(const struct scheme *scheme, const char *directory, const char *id,
    const struct history *history, struct failure *why)
{
	struct history other;
	int rc = history_read(directory, id, &other, why);

	if (rc == 1 && stands_on(scheme, &other, history)) {
		failure_set(why, EXITCODE_FAILED,
		    "run %s stands on run %s", id, history->id);
		failure_hint(why, other.exit == EXITCODE_PARTIAL ?
		    "run %s was left as it is, so this is for a person" :
		    "put run %s back first", id);
		rc = -1;
	}
	history_release(&other);
	return (rc == -1 ? -1 : 0);
}

/* Returns the directory of the journal of history, the caller's. */
static char *
directory_of(const struct history *history)
{
	char *directory = memory_copy_string(history->path);
	char *slash = strrchr(directory, '/');

	if (slash == NULL) {
		free(directory);
		return (memory_copy_string("."));
	}
	*slash = '\0';
	return (directory);
}

int
later_refuse(const struct scheme *scheme, const struct history *history,
    struct failure *why)
{
	char *directory = directory_of(history);
	struct words ids = { 0 };
	bool is_later = false;
	int rc = history_list(directory, &ids, why);

	for (size_t i = 0; rc == 0 && i < ids.count; i++) {
		if (is_later)
			rc = look(scheme, directory, ids.list[i], history,
			    why);
		if (strcmp(ids.list[i], history->id) == 0)
			is_later = true;
	}
	words_release(&ids);
	free(directory);
	return (rc);
}

/* Whether the run id is one of subject that is done, and did something. */
static bool
is_done(const struct scheme *scheme, const char *directory, const char *id,
    const char *subject)
{
	struct history history = { 0 };
	struct standing standing = { 0 };
	struct failure ignored = { 0 };
	const bool is = history_read(directory, id, &history, &ignored) == 1 &&
	    strcmp(history.subject, subject) == 0 &&
	    scheme_standing(scheme, &history, &standing, &ignored) == 0 &&
	    standing_state(&standing, &history, false) == STANDING_DONE &&
	    standing.has_changed;

	standing_release(&standing);
	history_release(&history);
	return (is);
}

char *
later_find_done(const struct scheme *scheme, const struct history *history)
{
	char *directory = directory_of(history);
	struct failure ignored = { 0 };
	struct words ids = { 0 };
	char *found = NULL;
	bool is_earlier = false;

	(void)history_list(directory, &ids, &ignored);
	for (size_t i = ids.count; found == NULL && i > 0; i--) {
		const char *id = ids.list[i - 1];

		if (is_earlier && is_done(scheme, directory, id,
		    history->subject))
			found = memory_copy_string(id);
		if (strcmp(id, history->id) == 0)
			is_earlier = true;
	}
	words_release(&ids);
	free(directory);
	return (found);
}
