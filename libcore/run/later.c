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
	    &ignored) == -1 || standing.has_effect || standing.is_at_work;
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

int
later_refuse(const struct scheme *scheme, const struct history *history,
    struct failure *why)
{
	char *directory = memory_copy_string(history->path);
	char *slash = strrchr(directory, '/');
	struct words ids = { 0 };
	bool is_later = false;
	int rc;

	if (slash != NULL)
		*slash = '\0';
	rc = history_list(slash == NULL ? "." : directory, &ids, why);
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
