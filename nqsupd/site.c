#include <config.h>

#include "site.h"

#include <stdlib.h>

#include "../libcore/base/clock.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/message.h"
#include "../libcore/base/text.h"
#include "../libsite/node_config.h"
#include "child.h"
#include "processes_read.h"

/*
 * How long to look on when the command itself says that it failed, or when
 * another one has just ended, whose daemons may still be on their way.
 */
static const int64_t patience = 2 * CLOCK_SECOND;

/*
 * Runs the command, and sets *end to how it ended.  Returns 1 when it exited
 * with 0, 0 when not, or -1.
 */
static int
run_command(const struct node_config *config, const struct words *argv,
    int64_t timeout, struct process_end *end, struct failure *why)
{
	const struct child_request request = { .argv = argv,
	    .path = config->path, .timeout = timeout };
	struct child_result result = { 0 };
	int rc = child_run(&request, &result, why);

	if (rc == 0) {
		child_say(&result, argv->list[0]);
		*end = result.end;
		rc = child_is_good(&result) ? 1 : 0;
	}
	child_result_release(&result);
	return (rc);
}

/* Says why the site is not as it should be, when time is up. */
static void
fail(const struct words *argv, const struct process_end *end,
    const struct text *what, struct failure *why)
{
	struct text how = { 0 };

	process_show_end(*end, &how);
	if (end->how == PROCESS_EXITED && end->code == 0)
		failure_set(why, EXITCODE_TIMED_OUT,
		    "'%s' ended well, but %s", argv->list[0],
		    text_string(what));
	else
		failure_set(why, end->how == PROCESS_TIMED_OUT ?
		    EXITCODE_TIMED_OUT : EXITCODE_FAILED, "%s; '%s': %s",
		    text_string(what), argv->list[0], text_string(&how));
	text_release(&how);
}

static int
change(struct sites *sites, const struct words *argv, enum sites_expect to,
    int64_t deadline, struct failure *why)
{
	struct process_end end = { PROCESS_EXITED, 0 };
	struct text how = { 0 };
	struct text what = { 0 };
	int64_t rest = deadline - clock_monotonic();
	const int good = run_command(sites->config, argv, rest > 0 ? rest : 1,
	    &end, why);
	int rc = -1;

	if (good == -1)
		goto out;
	rest = deadline - clock_monotonic();
	if (good == 0 && rest > patience)
		rest = patience;
	rc = sites_await(sites, to, rest, &what, why);
	if (rc == 0) {
		fail(argv, &end, &what, why);
		rc = -1;
	} else if (rc == 1 && good == 0) {
		process_show_end(end, &how);
		message_say(MESSAGE_WARNING, "'%s': %s, although all is as "
		    "it should be", argv->list[0], text_string(&how));
	}
out:
	text_release(&what);
	text_release(&how);
	return (rc);
}

/* Whether the command stays, as a process of the site. */
static bool
is_resident(const struct node_site *site, const char *path)
{
	for (size_t i = 0; i < site->resident_count; i++) {
		if (processes_is_named(path, site->residents[i].name))
			return (true);
	}
	return (false);
}

/*
 * Waits until nobody starts or stops sites any more, say for an nqsupd that
 * was killed; goes on at the deadline, for it may be something else.  Returns
 * 1 when there was anybody, 0 when not, or -1.
 */
static int
await_others(const struct node_config *config, const struct node_site *site,
    int64_t deadline, struct failure *why)
{
	const char *const names[] = { site->start.list[0],
		site->stop.list[0] };
	int waited = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = process_find(names[i], config->path);
		const int64_t rest = deadline - clock_monotonic();
		pid_t pid = 0;
		int rc = 1;

		if (path != NULL && !is_resident(site, path))
			rc = processes_await_end(path, rest, &pid, why);
		if (rc == 0)
			message_say(MESSAGE_WARNING, "'%s' still runs "
			    "(pid %ld)", path, (long)pid);
		free(path);
		if (rc == -1)
			return (-1);
		if (pid != 0)
			waited = 1;
	}
	return (waited);
}

int
site_bring(const struct node_config *config, const struct node_site *site,
    enum sites_expect to, int64_t timeout, struct failure *why)
{
	const int64_t deadline = clock_monotonic() + timeout;
	struct sites sites = { 0 };
	struct words names = { 0 };
	struct text what = { 0 };
	int rc = -1;

	words_add(&names, site->name);
	const int waited = await_others(config, site, deadline - timeout / 2,
	    why);
	if (waited == -1 || sites_start(&sites, config, &names, to,
	    why) == -1)
		goto out;
	rc = sites_await(&sites, to, waited == 1 ? patience : 0, &what, why);
	if (rc == 1)
		rc = 0;
	else if (rc == 0)
		rc = change(&sites, to == SITES_RUNNING ? &site->start :
		    &site->stop, to, deadline, why);
out:
	text_release(&what);
	words_release(&names);
	sites_release(&sites);
	return (rc);
}
