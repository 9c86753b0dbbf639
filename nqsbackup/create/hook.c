#include <config.h>

#include "hook.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/message.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/system/fileio.h"
#include "../../libcore/system/process.h"
#include "../../libcore/system/trust.h"
#include "../base/tally.h"

#define USUAL_TIMEOUT	(600 * CLOCK_SECOND)

/* Checks one.  Returns 0, or -1 with why set. */
static int
check(const char *path, struct failure *why)
{
	if (path == NULL)
		return (0);
	const int fd = fileio_open(AT_FDCWD, path,
	    O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);

	if (fd == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot open '%s'", path);
		return (-1);
	}
	const int rc = trust_check(fd, path, why);

	(void)close(fd);		/* was only looked at */
	/* It is run by its path. */
	return (rc == -1 ? -1 : trust_check_way(path, why));
}

int
hook_check(const struct hook_settings *settings, struct failure *why)
{
	if (check(settings->before, why) == -1)
		return (-1);
	return (check(settings->after, why));
}

/* Adds how the program path ended that has failed. */
static void
show_failure(const char *path, struct process_end end, struct text *how)
{
	text_format(how, "'%s' ", path);
	if (end.how == PROCESS_TIMED_OUT) {
		text_add(how, "took longer than --hook-timeout allows");
		return;
	}
	text_add(how, end.how == PROCESS_SIGNALLED ? "was " : "ended with ");
	process_show_end(end, how);
}

/* Makes one line of what a program said. */
static void
join_lines(struct text *said)
{
	while (said->length > 0 && said->bytes[said->length - 1] == '\n')
		said->bytes[--said->length] = '\0';
	for (size_t i = 0; i < said->length; i++) {
		if (said->bytes[i] == '\n')
			said->bytes[i] = ' ';
	}
}

/* Runs the program path.  Returns 0, or -1 with why set. */
static int
run(const struct hook_settings *settings, const char *path,
    struct words *environment, struct failure *why)
{
	struct words argv = { 0 };
	struct text output = { 0 };
	struct text how = { 0 };
	struct process_end end = { PROCESS_LOST, 0 };
	const struct process_request request = { .argv = &argv,
	    .environment = environment, .input = -1, .output = -1,
	    .error = -1 };

	/* It may be another one since all were checked. */
	if (check(path, why) == -1)
		return (-1);
	words_add(&argv, path);
	process_environment(environment, NULL);
	int rc = process_run(&request, settings->timeout == 0 ?
	    USUAL_TIMEOUT : settings->timeout, &output, &end, why);

	join_lines(&output);
	if (rc == 0 && (end.how != PROCESS_EXITED || end.code != 0)) {
		show_failure(path, end, &how);
		failure_set(why, EXITCODE_FAILED, "%s", text_string(&how));
		if (output.length > 0)
			failure_hint(why, "it said: %.400s",
			    text_string(&output));
		rc = -1;
	} else if (rc == 0 && output.length > 0) {
		message_say(MESSAGE_DETAIL, "'%s' said: %.400s", path,
		    text_string(&output));
	}
	words_release(&argv);
	text_release(&output);
	text_release(&how);
	return (rc);
}

/* Adds what both are told; run() adds the rest. */
static void
add_facts(const struct hook_settings *settings, const char *which,
    struct words *environment)
{
	struct text sites = { 0 };

	words_join(settings->sites, " ", &sites);
	words_format(environment, "NQSTOOLS_HOOK=%s", which);
	words_format(environment, "NQSTOOLS_SITES=%s", text_string(&sites));
	text_release(&sites);
}

int
hook_before(const struct hook_settings *settings, struct failure *why)
{
	struct words environment = { 0 };

	if (settings->before == NULL)
		return (0);
	add_facts(settings, "before", &environment);
	const int rc = run(settings, settings->before, &environment, why);

	if (rc == -1)
		failure_add(why, "nothing was backed up");
	words_release(&environment);
	return (rc);
}

void
hook_after(const struct hook_settings *settings, enum exitcode code,
    const char *archive, struct tally *tally)
{
	struct words environment = { 0 };
	struct failure trouble = { 0 };

	if (settings->after == NULL)
		return;
	add_facts(settings, "after", &environment);
	words_format(&environment, "NQSTOOLS_EXIT=%d", (int)code);
	words_format(&environment, "NQSTOOLS_ARCHIVE=%s",
	    archive == NULL ? "" : archive);
	if (run(settings, settings->after, &environment, &trouble) == -1) {
		tally_failure(tally, settings->after, &trouble);
		if (trouble.hint[0] != '\0')
			message_say(MESSAGE_WARNING, "%s", trouble.hint);
	}
	words_release(&environment);
}
