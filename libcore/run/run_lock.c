#include <config.h>

#include "run_lock.h"

#include <stdlib.h>
#include <string.h>

#include "../base/failure.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "../system/filelock.h"
#include "history.h"

char *
run_lock_owner(const char *id)
{
	struct text owner = { 0 };

	text_format(&owner, "run %s", id);
	return (text_take(&owner));
}

int
run_lock_is_held(const char *path, const char *id, struct failure *why)
{
	struct text begin = { 0 };
	struct text who = { 0 };
	int rc = filelock_look(path, &who, why);

	/* With what follows the owner: an id may be the begin of another. */
	text_format(&begin, "run %s, ", id);
	if (rc == 1)
		rc = text_begins_with(text_string(&who), text_string(&begin));
	text_release(&begin);
	text_release(&who);
	return (rc);
}

int
run_lock_find(const char *path, struct text *id, struct failure *why)
{
	static const char begin[] = "run ";
	struct text who = { 0 };
	int rc = filelock_look(path, &who, why);

	/* No identifier has a comma. */
	if (rc == 1 && text_begins_with(text_string(&who), begin)) {
		const char *name = text_string(&who) + strlen(begin);

		text_add_bytes(id, name, strcspn(name, ","));
		text_add(id, "");
	}
	/* It becomes a part of paths. */
	if (rc == 1 && !history_id_is_good(text_string(id))) {
		text_clear(id);
		rc = 0;
	}
	text_release(&who);
	return (rc);
}

void
run_lock_hint(const char *path, const char *program, bool has_waited,
    struct failure *why)
{
	struct failure ignored = { 0 };
	struct text id = { 0 };
	const char *more = has_waited ? "a longer --wait DURATION" :
	    "--wait DURATION";

	if (why->code != EXITCODE_BUSY || why->hint[0] != '\0')
		;				/* all is said */
	else if (run_lock_find(path, &id, &ignored) == 1)
		failure_hint(why, "'%s follow %s' shows it, '%s stop %s' lets "
		    "it stop, and %s waits for its end", program,
		    text_string(&id), program, text_string(&id), more);
	else
		failure_hint(why, "%s waits until it is over", more);
	text_release(&id);
}

int
run_lock_look(const char *path, const char *directory,
    struct history *history, struct failure *why)
{
	const int held = run_lock_is_held(path, history->id, why);

	if (held != 0 || history->is_closed)
		return (held);
	char *id = memory_copy_string(history->id);
	history_release(history);
	const int rc = history_read(directory, id, history, why);
	if (rc == 0)
		failure_set(why, EXITCODE_FAILED,
		    "the journal of run %s has gone", id);
	free(id);
	return (rc == 1 ? 0 : -1);
}
