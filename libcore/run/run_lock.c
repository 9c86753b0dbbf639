#include <config.h>

#include "run_lock.h"

#include <stdlib.h>

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
