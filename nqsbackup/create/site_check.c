#include <config.h>

#include "site_check.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/exitcode.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/run/command.h"
#include "../../libcore/system/process.h"

#define TIME_LIMIT	(60 * CLOCK_SECOND)

/* Returns the path of nqsupd beside that of self, for free(), or NULL. */
static char *
find_beside(const char *self)
{
	const char *slash = strrchr(self, '/');
	struct text path = { 0 };

	text_add_bytes(&path, self, (size_t)(slash - self));
	text_add(&path, "/nqsupd");
	char *found = process_find(text_string(&path), NULL);
	text_release(&path);
	return (found);
}

/*
 * Returns the path of nqsupd, for free(): beside this program, which is where
 * the caller's path leads to when it was called by its name; or else where it
 * is installed.
 */
static char *
find_nqsupd(const struct command *command)
{
	char *own = command_find_self(command);
	char *found = own == NULL ? NULL : find_beside(own);

	free(own);
	return (found != NULL ? found :
	    memory_copy_string(NQS_BINDIR "/nqsupd"));
}

/* Decides by how nqsupd ended.  Returns 0, or -1 with why set. */
static int
judge(const char *site, struct process_end end, const struct text *output,
    struct failure *why)
{
	struct text how = { 0 };

	if (end.how == PROCESS_EXITED && end.code == EXITCODE_OK)
		return (0);
	if (end.how == PROCESS_EXITED && end.code == EXITCODE_DIFFERS) {
		failure_set(why, EXITCODE_FAILED, "the site '%s' runs", site);
		failure_hint(why, "stop it ('nqsupd site stop %s'), or use "
		    "--live", site);
		return (-1);
	}
	process_show_end(end, &how);
	failure_set(why, EXITCODE_FAILED,
	    "cannot tell whether the site '%s' runs: nqsupd ended with %s",
	    site, text_string(&how));
	if (output->length > 0)
		failure_hint(why, "it said: %.400s", text_string(output));
	text_release(&how);
	return (-1);
}

int
site_check_stopped(const struct command *command, const char *site,
    struct failure *why)
{
	struct words argv = { 0 };
	struct text output = { 0 };
	struct process_end end;
	const struct process_request request = { .argv = &argv,
	    .input = -1, .output = -1, .error = -1 };
	char *nqsupd = find_nqsupd(command);

	words_add(&argv, nqsupd);
	words_add(&argv, "ps");
	if (command->config != NULL) {
		words_add(&argv, "-c");
		words_add(&argv, command->config);
	}
	words_add(&argv, "-s");
	words_add(&argv, site);
	words_add(&argv, "--expect");
	words_add(&argv, "stopped");
	int rc = process_run(&request, TIME_LIMIT, &output, &end, why);

	if (rc == 0) {
		rc = judge(site, end, &output, why);
	} else if (why->code == EXITCODE_FAILED) {
		failure_add(why, "cannot tell whether the site '%s' runs",
		    site);
		failure_hint(why, "nqsupd has to tell; install it, or use "
		    "--live, if the site is stopped");
	}
	free(nqsupd);
	words_release(&argv);
	text_release(&output);
	return (rc);
}
