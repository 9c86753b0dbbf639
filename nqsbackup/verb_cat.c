#include <config.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../libcore/base/failure.h"
#include "../libcore/format/options.h"
#include "../libcore/run/command.h"
#include "../libcore/system/fileio.h"
#include "archive/archive_reader.h"
#include "archive/foreign_limits.h"
#include "archive/index.h"
#include "archive/tar_reader.h"
#include "base/tally.h"
#include "tree/selection.h"
#include "verbs.h"

static const struct options_row rows[] = {
	FOREIGN_LIMITS_ROWS,
	{ 0, NULL, NULL, NULL }
};

static int
take_option(void *own, int letter, const char *argument, struct failure *why)
{
	return (foreign_limits_take(own, letter, argument, why));
}

/* Standard output, and how far the file is written there. */
struct output {
	int64_t	end;
	bool	closed;		/* its reader has seen enough */
};

static int
write_bytes(struct output *output, const void *bytes, size_t size,
    struct failure *why)
{
	if (fileio_write(STDOUT_FILENO, bytes, size) == 0)
		return (0);
	output->closed = errno == EPIPE;
	failure_set_errno(why, EXITCODE_CANNOT_WRITE, errno,
	    "cannot write the output");
	return (-1);
}

/* Writes zeros up to the offset end of the file. */
static int
write_hole(struct output *output, int64_t end, struct failure *why)
{
	static const char zeros[64 * 1024];

	while (output->end < end) {
		const int64_t left = end - output->end;
		const size_t size = left < (int64_t)sizeof(zeros) ?
		    (size_t)left : sizeof(zeros);

		if (write_bytes(output, zeros, size, why) == -1)
			return (-1);
		output->end += (int64_t)size;
	}
	return (0);
}

static int
take_data(void *cookie, int64_t offset, const void *bytes, size_t size,
    struct failure *why)
{
	struct output *output = cookie;

	if (write_hole(output, offset, why) == -1)
		return (-1);
	output->end += (int64_t)size;
	return (write_bytes(output, bytes, size, why));
}

static int
write_file(struct archive_reader *reader, const char *path, const char *name,
    struct failure *why)
{
	const struct index *index = archive_reader_index(reader);
	const ssize_t number = entry_list_find(&index->entries, name);

	if (number == -1) {
		failure_set(why, EXITCODE_FAILED,
		    "'%s' is not in the archive", path);
		failure_hint(why, "'nqsbackup list' shows its names");
		return (-1);
	}
	const struct entry *entry = index_content(index,
	    &index->entries.list[number]);
	struct output output = { 0, false };
	const struct tar_sink sink = { take_data, &output };

	if (entry->kind != ENTRY_FILE) {
		failure_set(why, EXITCODE_FAILED, "'%s' is not a file", path);
		return (-1);
	}
	if (archive_reader_entry(reader,
	    (size_t)(entry - index->entries.list), &sink, why) == 0 &&
	    write_hole(&output, entry->size, why) == 0)
		return (0);
	if (!output.closed)
		return (-1);
	*why = (struct failure){ 0 };
	return (0);
}

static enum exitcode
run(struct command *command, struct failure *why)
{
	char **operands = command->operands;

	if (operands[0] == NULL || operands[1] == NULL)
		return (command_misused(why,
		    "an archive and a path are needed"));
	if (operands[2] != NULL) {
		command_misused(why, "'%s' is one word too many",
		    operands[2]);
		selection_hint(operands[2], why);
		return (why->code);
	}
	if (command->report.form == REPORT_JSON)
		return (command_misused(why,
		    "the file and --json cannot both go to standard output"));
	struct tally tally = { 0 };
	const char *name = operands[1] + strspn(operands[1], "/");
	struct archive_reader *reader = archive_reader_find(operands[0],
	    command->own, name, &tally, why);

	if (reader == NULL)
		return (why->code);
	const int rc = write_file(reader, operands[1], name, why);

	archive_reader_close(reader);
	return (rc == 0 ? EXITCODE_OK : why->code);
}

const struct command_verb verb_cat = {
	.name = "cat",
	.operands = "ARCHIVE|- PATH",
	.help = "Print one file of an archive.",
	.rows = rows,
	.size = sizeof(struct foreign_limits),
	.option = take_option,
	.run = run
};
