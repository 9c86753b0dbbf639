#include <config.h>

#include "metrics.h"

#include <inttypes.h>
#include <string.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/system/fileio.h"

enum { OLD_LIMIT = 64 * 1024 };

#define PREFIX	"nqsbackup_"
#define SUCCESS	"last_success_timestamp_seconds"

/*
 * Adds a label's value as the format wants it, which is UTF-8: of one byte
 * that is not, the whole file would be refused.
 */
static void
add_label(struct text *text, const char *value)
{
	const char *end = value + strlen(value);
	uint32_t character;

	while (value < end) {
		const size_t length = text_character(value,
		    (size_t)(end - value), &character);

		if (length == 0)
			text_format(text, "\\\\x%02x",
			    (unsigned)(unsigned char)*value);
		else if (*value == '\n')
			text_add(text, "\\n");
		else if (*value == '"' || *value == '\\')
			text_format(text, "\\%c", *value);
		else
			text_add_bytes(text, value, length);
		value += length == 0 ? 1 : length;
	}
}

/* Adds the name with its label, up to where the value begins. */
static void
add_name(struct text *text, const struct metrics *metrics, const char *name)
{
	text_format(text, PREFIX "%s{site=\"", name);
	add_label(text, metrics->site);
	text_add(text, "\"} ");
}

/* Adds all of a metric up to where the value begins. */
static void
add_head(struct text *text, const struct metrics *metrics, const char *name,
    const char *help)
{
	text_format(text, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX
	    "%s gauge\n", name, help, name);
	add_name(text, metrics, name);
}

static void
add_number(struct text *text, const struct metrics *metrics,
    const char *name, const char *help, int64_t value)
{
	add_head(text, metrics, name, help);
	text_format(text, "%" PRId64 "\n", value);
}

/* Adds when the last backup was made that could be: now, or as old says. */
static void
add_success(struct text *text, const struct metrics *metrics,
    const char *old)
{
	static const char help[] = "When an archive was last made.";
	struct text name = { 0 };

	if (metrics->made) {
		add_number(text, metrics, SUCCESS, help,
		    metrics->ended / CLOCK_SECOND);
		return;
	}
	text_add(&name, "\n");
	add_name(&name, metrics, SUCCESS);
	const char *found = strstr(old, text_string(&name));
	const char *value = found == NULL ? "" : found + name.length;
	const size_t length = strspn(value, "0123456789");

	if (length > 0 && value[length] == '\n') {
		add_head(text, metrics, SUCCESS, help);
		text_add_bytes(text, value, length + 1);
	}
	text_release(&name);
}

void
metrics_show(const struct metrics *metrics, const char *old,
    struct text *text)
{
	add_number(text, metrics, "last_run_timestamp_seconds",
	    "When the last backup ended.", metrics->ended / CLOCK_SECOND);
	add_head(text, metrics, "last_run_duration_seconds",
	    "How long it took.");
	text_format(text, "%" PRId64 ".%03d\n",
	    metrics->duration / CLOCK_SECOND,
	    (int)(metrics->duration % CLOCK_SECOND / 1000000));
	add_number(text, metrics, "last_run_exit_code",
	    "How it ended: 0 complete, 2 without what was reported, else "
	    "it failed.", (int64_t)metrics->code);
	add_number(text, metrics, "last_run_warnings",
	    "How much could not be done.", (int64_t)metrics->troubles);
	add_success(text, metrics, old);
	if (!metrics->made)
		return;
	add_number(text, metrics, "last_archive_entries",
	    "How many files and directories the archive holds.",
	    (int64_t)metrics->entries);
	add_number(text, metrics, "last_archive_data_bytes",
	    "Size of all files in the archive.", metrics->data);
	if (metrics->size > 0)
		add_number(text, metrics, "last_archive_size_bytes",
		    "Size of the archive.", metrics->size);
}

int
metrics_write(const struct metrics *metrics, const char *path,
    struct failure *why)
{
	struct failure trouble = { 0 };
	struct text old = { 0 };
	struct text new = { 0 };

	/* One that cannot be read is replaced like one that is not there. */
	if (fileio_read_file(path, OLD_LIMIT, &old, &trouble) == -1)
		text_clear(&old);
	metrics_show(metrics, text_string(&old), &new);
	const int rc = fileio_replace_file(path, &new, 0644, why);

	text_release(&old);
	text_release(&new);
	return (rc);
}
