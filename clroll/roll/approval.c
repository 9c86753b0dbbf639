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
#include "../../libcore/run/history.h"
#include "../../libcore/run/procedure.h"
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
approval_digest(const struct context *context,
    const struct procedure *procedure, const struct values *values,
    char digest[DIGEST_TEXT_ROOM], struct failure *why)
{
	struct jsonline *line = jsonline_make();
	struct jsonline *object = write_values(values);
	char *adapter = context_adapter_input(context);
	struct text text = { 0 };

	jsonline_set_string(line, "procedure", procedure->digest);
	jsonline_set_object(line, "values", object);
	const int rc = set_file(line, "cluster", context->cluster->file,
	    why) == -1 || set_file(line, "adapter", adapter, why) == -1 ?
	    -1 : 0;
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

int
approval_check_run(const char *approved, const struct history *history,
    struct failure *why)
{
	const char *plan = jsonline_string(history->records.list[0], "plan");

	if (approved == NULL || (plan != NULL && strcmp(approved, plan) == 0))
		return (0);
	failure_set(why, EXITCODE_FAILED, "run %s was not begun by the plan "
	    "that was approved: the digest of its plan is %s", history->id,
	    plan == NULL ? "not known" : plan);
	return (-1);
}
