#include <config.h>

#include "../libcore/base/failure.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/run/command.h"
#include "archive_reader.h"
#include "index.h"
#include "verbs.h"

static void
report_good(struct command *command, const struct index *index)
{
	struct jsonline *line = jsonline_make();

	jsonline_set_string(line, "event", "good");
	jsonline_set_string(line, "archive", command->operands[0]);
	jsonline_set_integer(line, "entries", (int64_t)index->entries.count);
	report_line(&command->report, line, "%zu entries, all good",
	    index->entries.count);
	jsonline_free(line);
}

static enum exitcode
run(struct command *command, struct failure *why)
{
	char **operands = command->operands;

	if (operands[0] == NULL)
		return (command_misused(why, "the archive is missing"));
	if (operands[1] != NULL)
		return (command_misused(why, "'%s' is one word too many",
		    operands[1]));
	struct archive_reader *reader = archive_reader_open(operands[0], why);

	if (reader == NULL)
		return (why->code);
	const int rc = archive_reader_verify(reader, why);

	if (rc == 0)
		report_good(command, archive_reader_index(reader));
	archive_reader_close(reader);
	return (rc == 0 ? EXITCODE_OK : why->code);
}

const struct command_verb verb_verify = {
	.name = "verify",
	.operands = "ARCHIVE|-",
	.help = "Read all of an archive and check it.",
	.run = run
};
