#include <config.h>

#include "approval.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/format/report.h"
#include "../../libcore/run/command.h"
#include "../../libcore/run/history.h"
#include "../../libcore/run/values.h"
#include "../../libcore/system/fileio.h"
#include "../cluster/cluster.h"
#include "../cluster/context.h"

/* Sets key of line to the digest of the file. */
static int
set_file(struct jsonline *line, const char *key, const char *path,
    struct failure *why)
{
	const int fd = fileio_open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK, 0);
	char digest[DIGEST_TEXT_ROOM];
	int rc = -1;

	if (fd != -1 && digest_of_descriptor(fd, digest) == 0) {
		jsonline_set_string(line, key, digest);
		rc = 0;
	} else {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot read '%s'", path);
	}
	fileio_close_read(fd);
	return (rc);
}

/* The values, without the name of the run. */
static struct jsonline *
write_values(const struct values *values)
{
	struct values nameless = { 0 };

	values_merge(&nameless, values);
	values_set(&nameless, "run", "RUN");
	struct jsonline *line = values_write(&nameless);
	values_release(&nameless);
	return (line);
}

int
approval_digest(const struct context *context, const char *procedure,
    const struct values *values, char digest[DIGEST_TEXT_ROOM],
    struct failure *why)
{
	struct jsonline *line = jsonline_make();
	struct jsonline *object = write_values(values);
	char *adapter = context_adapter_input(context);
	struct text text = { 0 };

	jsonline_set_string(line, "procedure", procedure);
	jsonline_set_object(line, "values", object);
	/* Of what the run goes by, whatever has become of the file since. */
	jsonline_set_string(line, "cluster", context->cluster->digest);
	const int rc = set_file(line, "adapter", adapter, why);
	jsonline_show(line, &text);
	digest_of_bytes(text_string(&text), text.length, digest);
	text_release(&text);
	free(adapter);
	jsonline_free(object);
	jsonline_free(line);
	return (rc);
}

void
approval_report(const char *digest, struct report *report)
{
	struct jsonline *event = jsonline_make();

	jsonline_set_string(event, "event", "digest");
	jsonline_set_string(event, "digest", digest);
	report_line(report, event, "digest %s", digest);
	jsonline_free(event);
}

/* Hints at what changes by itself: who holds which group. */
static void
hint_holders(const struct values *values, struct failure *why)
{
	const struct words *groups = values_find(values, "group");
	const struct words *active = values_find(values, "active");
	struct text text = { 0 };

	for (size_t i = 0; groups != NULL && active != NULL &&
	    i < groups->count && i < active->count; i++)
		text_format(&text, "%s%s is on %s", i == 0 ? "" : ", ",
		    groups->list[i], active->list[i]);
	failure_hint(why, "%s now; where it was, the procedure, a package, "
	    "the cluster's file or its script have changed: look at the plan "
	    "once more", text_string(&text));
	text_release(&text);
}

int
approval_check(const char *approved, const char *digest,
    const struct values *values, struct failure *why)
{
	if (approved == NULL || strcmp(approved, digest) == 0)
		return (0);
	failure_set(why, EXITCODE_FAILED,
	    "the plan is not the one that was approved: its digest is %s",
	    digest);
	hint_holders(values, why);
	return (-1);
}

/* Returns the digest that was approved last for the run, or NULL. */
static const char *
last_approved(const struct history *history)
{
	const char *digest = NULL;

	for (size_t i = 0; i < history->records.count; i++) {
		const struct jsonline *record = history->records.list[i];

		if (jsonline_string(record, "approved") != NULL)
			digest = jsonline_string(record, "approved");
		/* It had a record of its own once. */
		if (strcmp(jsonline_text(record, "event"), "approved") == 0)
			digest = jsonline_string(record, "digest");
	}
	return (digest);
}

bool
approval_goes_back(const struct history *history)
{
	bool back = false;

	for (size_t i = 0; i < history->records.count; i++) {
		const struct jsonline *record = history->records.list[i];
		const char *event = jsonline_text(record, "event");

		if (strcmp(event, "turn") == 0 ||
		    (strcmp(event, "resume") == 0 &&
		    jsonline_boolean(record, "back", false)))
			back = true;
	}
	return (back);
}

int
approval_check_again(const struct context *context,
    const struct history *history, const char *approved,
    struct failure *why)
{
	const char *wanted = approved != NULL ? approved :
	    last_approved(history);
	char digest[DIGEST_TEXT_ROOM];

	if (approved != NULL && approval_goes_back(history)) {
		(void)command_misused(why, "run %s goes back, whatever its "
		    "plan is: --approve is for one that goes on",
		    history->id);
		return (-1);
	}
	if (wanted == NULL || approval_goes_back(history))
		return (0);
	if (approval_digest(context, history->digest, &history->values,
	    digest, why) == -1)
		return (-1);
	if (strcmp(wanted, digest) == 0)
		return (0);
	failure_set(why, EXITCODE_FAILED, "run %s is to go on by the plan that "
	    "was approved, and the cluster's file or its script have changed "
	    "since: the digest is %s now", history->id, digest);
	failure_hint(why, "bring them back, or look at what has changed, then "
	    "'clroll resume --approve %s %s'", digest, history->id);
	return (-1);
}

int
approval_check_run(const char *approved, const struct history *history,
    struct failure *why)
{
	const char *plan = last_approved(history);

	if (plan == NULL)
		plan = jsonline_string(history->records.list[0], "plan");
	if (approved == NULL || (plan != NULL && strcmp(approved, plan) == 0))
		return (0);
	failure_set(why, EXITCODE_FAILED, "run %s was not begun by the plan "
	    "that was approved: the digest of its plan is %s", history->id,
	    plan == NULL ? "not known" : plan);
	return (-1);
}
