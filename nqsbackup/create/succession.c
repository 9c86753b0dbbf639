#include <config.h>

#include "succession.h"

#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/message.h"
#include "../../libcore/base/text.h"
#include "../base/tally.h"
#include "../base/threads.h"
#include "output_path.h"
#include "prune.h"

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return (slash == NULL ? path : slash + 1);
}

int
succession_check(const char *path, struct failure *why)
{
	if (output_path_series(last_part(path)) > 0)
		return (0);
	failure_set(why, EXITCODE_USAGE, "'%s' has no name by which older "
	    "archives could be found", path);
	failure_hint(why, "write it into a directory: -o DIRECTORY/");
	return (-1);
}

int
succession_prune(const char *path, const struct keeping *rules,
    struct tally *tally, struct failure *why)
{
	const char *name = last_part(path);
	struct failure trouble = { 0 };
	struct text directory = { 0 };

	if (tally->troubles > 0) {
		message_say(MESSAGE_NOTE, "no older archive is removed, for "
		    "the new one is not complete");
		return (0);
	}
	text_add_bytes(&directory, path, (size_t)(name - path));
	text_add(&directory, ".");
	const struct prune_settings settings = { .rules = rules,
	    .like = name, .tally = tally, .threads = threads_default() };
	struct prune *prune = prune_look(text_string(&directory), &settings,
	    &trouble);
	const int rc = prune == NULL ? -1 : prune_remove(prune,
	    tally->report, PRUNE_BRIEF, &trouble);

	prune_free(prune);
	text_release(&directory);
	if (rc == -1 && trouble.code != EXITCODE_STOPPED)
		tally_trouble(tally, path, "is there, but older ones cannot "
		    "be removed: %s", trouble.message);
	else if (rc == -1)
		*why = trouble;
	return (rc == -1 && trouble.code == EXITCODE_STOPPED ? -1 : 0);
}
