#include <config.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "../libcore/base/clock.h"
#include "../libcore/base/digest.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/format/options.h"
#include "../libcore/run/command.h"
#include "archive/archive_reader.h"
#include "archive/foreign_limits.h"
#include "archive/index.h"
#include "base/tally.h"
#include "tree/selection.h"
#include "verbs.h"

/* The options of its own. */
struct list_options {
	struct foreign_limits	limits;
	bool			detailed;
};

static const struct options_row rows[] = {
	{ 'l', "long", NULL, "print mode, owner, size and time too" },
	FOREIGN_LIMITS_ROWS,
	{ 0, NULL, NULL, NULL }
};

static int
take_option(void *own, int letter, const char *argument,
    struct failure *why)
{
	struct list_options *options = own;

	if (letter != 'l')
		return (foreign_limits_take(&options->limits, letter,
		    argument, why));
	options->detailed = true;
	return (0);
}

/* Adds the mode as ls(1) shows it. */
static void
add_mode(struct text *text, const struct entry *entry)
{
	char shown[] = "-rwxrwxrwx";
	const unsigned mode = entry->mode;

	if (entry->kind != ENTRY_FILE)
		shown[0] = (char)entry->kind;
	for (int i = 0; i < 9; i++) {
		if ((mode >> (8 - i) & 1) == 0)
			shown[i + 1] = '-';
	}
	if (mode & 04000)
		shown[3] = shown[3] == 'x' ? 's' : 'S';
	if (mode & 02000)
		shown[6] = shown[6] == 'x' ? 's' : 'S';
	if (mode & 01000)
		shown[9] = shown[9] == 'x' ? 't' : 'T';
	text_add(text, shown);
}

/* Adds the owner's name or, when it has none, number. */
static void
add_owner(struct text *text, const char *name, int64_t number)
{
	if (name[0] == '\0')
		text_format(text, "%" PRId64, number);
	else
		text_add_visible(text, name, strlen(name));
}

static void
show_time(const struct entry *entry, char string[CLOCK_TEXT_ROOM])
{
	const int64_t seconds = entry->mtime;
	int64_t wall = entry->mtime_nanoseconds;

	/* A stamp that nanoseconds in 64 bits cannot tell is not shown. */
	if (seconds > -INT64_C(9000000000) && seconds < INT64_C(9000000000))
		wall += seconds * CLOCK_SECOND;
	clock_show(wall, string);
}

static void
add_details(struct text *text, const struct index *index,
    const struct entry *entry)
{
	char stamp[CLOCK_TEXT_ROOM];

	add_mode(text, entry);
	text_add(text, " ");
	add_owner(text, entry->owner, entry->uid);
	text_add(text, " ");
	add_owner(text, entry->group, entry->gid);
	show_time(entry, stamp);
	if (entry_is_device(entry->kind))
		text_format(text, " %" PRIu32 ",%" PRIu32,
		    entry->content.device.major,
		    entry->content.device.minor);
	else
		text_format(text, " %" PRId64,
		    index_content(index, entry)->size);
	text_format(text, " %s ", stamp);
}

/* Returns what the entry leads to, or NULL. */
static const char *
target_of(const struct index *index, const struct entry *entry)
{
	return (entry->kind == ENTRY_SYMLINK ? entry->content.target :
	    index_link_name(index, entry));
}

static struct jsonline *
make_line(const struct index *index, const struct entry *entry)
{
	const char kind[] = { (char)entry->kind, '\0' };
	const struct entry *content = index_content(index, entry);
	const char *target = target_of(index, entry);
	struct jsonline *line = jsonline_make();
	char digest[DIGEST_TEXT_ROOM];

	jsonline_set_string(line, "event", "entry");
	jsonline_set_string(line, "name", entry->name);
	jsonline_set_string(line, "kind", kind);
	jsonline_set_integer(line, "mode", (int64_t)entry->mode);
	jsonline_set_integer(line, "uid", entry->uid);
	jsonline_set_integer(line, "gid", entry->gid);
	jsonline_set_string(line, "owner", entry->owner);
	jsonline_set_string(line, "group", entry->group);
	jsonline_set_integer(line, "mtime", entry->mtime);
	jsonline_set_integer(line, "mtime_nanoseconds",
	    entry->mtime_nanoseconds);
	if (content->kind == ENTRY_FILE) {
		digest_show(content->digest, digest);
		jsonline_set_integer(line, "size", content->size);
		jsonline_set_string(line, "sha256", digest);
	}
	if (target != NULL)
		jsonline_set_string(line, "target", target);
	if (entry->changed)
		jsonline_set_boolean(line, "changed", true);
	return (line);
}

static void
list_entry(struct command *command, const struct index *index,
    const struct entry *entry, struct text *text)
{
	const struct list_options *options = command->own;
	const char *target = NULL;

	if (command->report.form == REPORT_JSON) {
		struct jsonline *line = make_line(index, entry);

		report_line(&command->report, line, NULL);
		jsonline_free(line);
		return;
	}
	text_clear(text);
	if (options->detailed) {
		target = target_of(index, entry);
		add_details(text, index, entry);
	}
	text_add_visible(text, entry->name, strlen(entry->name));
	if (target != NULL) {
		text_add(text, entry->kind == ENTRY_SYMLINK ? " -> " :
		    " link to ");
		text_add_visible(text, target, strlen(target));
	}
	text_add(text, "\n");
	/* Not report_line(), which would write each line by itself. */
	(void)fputs(text_string(text), command->report.stream);
}

/* Returns how much of the archive has to be read. */
static enum archive_reader_depth
find_depth(const struct command *command)
{
	const struct list_options *options = command->own;

	if (command->report.form == REPORT_JSON)
		return (ARCHIVE_READER_ALL);
	return (options->detailed ? ARCHIVE_READER_ENTRIES :
	    ARCHIVE_READER_NAMES);
}

static enum exitcode
run(struct command *command, struct failure *why)
{
	char **operands = command->operands;
	struct tally tally = { .report = &command->report };
	struct text text = { 0 };

	if (operands[0] == NULL)
		return (command_misused(why, "the archive is missing"));
	const struct list_options *options = command->own;
	struct archive_reader *reader = archive_reader_look(operands[0],
	    &options->limits, find_depth(command), &tally, why);

	if (reader == NULL)
		return (why->code);
	const struct index *index = archive_reader_index(reader);
	const int rc = selection_check(operands + 1, &index->entries, why);

	for (size_t i = 0; i < index->entries.count && rc == 0; i++) {
		const struct entry *entry = &index->entries.list[i];

		if (!entry->implied &&
		    selection_has(operands + 1, entry->name))
			list_entry(command, index, entry, &text);
	}
	text_release(&text);
	archive_reader_close(reader);
	if (rc == -1)
		return (why->code);
	return (tally.troubles > 0 ? EXITCODE_PARTIAL : EXITCODE_OK);
}

const struct command_verb verb_list = {
	.name = "list",
	.operands = "ARCHIVE|- [PATTERN]...",
	.help = "Print what is in an archive.",
	.rows = rows,
	.size = sizeof(struct list_options),
	.option = take_option,
	.run = run
};
