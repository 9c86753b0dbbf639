#include <config.h>

#include "../libcore/base/failure.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/format/options.h"
#include "../libcore/run/command.h"
#include "archive/archive_reader.h"
#include "archive/foreign_limits.h"
#include "archive/index.h"
#include "base/progress_bar.h"
#include "base/tally.h"
#include "base/threads.h"
#include "tree/selection.h"
#include "verbs.h"

/* The options of its own. */
struct verify_options {
	struct foreign_limits	limits;
	size_t			threads;	/* 0: not given */
};

static const struct options_row rows[] = {
	THREADS_ROW,
	FOREIGN_LIMITS_ROWS,
	{ 0, NULL, NULL, NULL }
};

/* What was proved, for people and as a word. */
struct proof {
	const char	*sentence;
	const char	*word;
};

static const struct proof proofs[] = {
	[ARCHIVE_READER_DIGESTS] = { "all good", "digests" },
	[ARCHIVE_READER_CHECKSUMS] = { "no damage: it has no digests, but "
	    "gzip's checksums agree, and every header's", "checksums" },
	[ARCHIVE_READER_STRUCTURE] = { "no damage to be seen: it has no "
	    "digests, and checksums of its headers only", "structure" },
};

static int
take_option(void *own, int letter, const char *argument,
    struct failure *why)
{
	struct verify_options *options = own;

	if (letter != 'j')
		return (foreign_limits_take(&options->limits, letter,
		    argument, why));
	return (threads_read(argument, &options->threads, why));
}

static void
report_good(struct command *command, const struct index *index,
    const struct proof *proof)
{
	struct jsonline *line = jsonline_make();

	jsonline_set_string(line, "event", "good");
	jsonline_set_string(line, "archive", command->operands[0]);
	jsonline_set_integer(line, "entries", (int64_t)index->entries.count);
	jsonline_set_string(line, "proof", proof->word);
	report_line(&command->report, line, "%zu entr%s, %s",
	    index->entries.count, index->entries.count == 1 ? "y" : "ies",
	    proof->sentence);
	jsonline_free(line);
}

static enum exitcode
run(struct command *command, struct failure *why)
{
	const struct verify_options *options = command->own;
	char **operands = command->operands;

	if (operands[0] == NULL)
		return (command_misused(why, "the archive is missing"));
	if (operands[1] != NULL) {
		command_misused(why, "'%s' is one word too many",
		    operands[1]);
		selection_hint(operands[1], why);
		return (why->code);
	}
	struct tally tally = { .report = &command->report };
	/* The digests are read along with what they are compared with. */
	struct archive_reader *reader = archive_reader_look(operands[0],
	    &options->limits, ARCHIVE_READER_ENTRIES, &tally, why);

	if (reader == NULL)
		return (why->code);
	struct progress_bar *bar = progress_bar_make(command, "verifying",
	    archive_reader_span(reader));

	archive_reader_watch(reader, bar);
	const int rc = archive_reader_verify(reader,
	    options->threads == 0 ? threads_default() : options->threads,
	    why);

	progress_bar_free(bar);
	if (rc == 0)
		report_good(command, archive_reader_index(reader),
		    &proofs[archive_reader_proof(reader)]);
	archive_reader_close(reader);
	if (rc == -1)
		return (why->code);
	return (tally.troubles > 0 ? EXITCODE_PARTIAL : EXITCODE_OK);
}

const struct command_verb verb_verify = {
	.name = "verify",
	.operands = "ARCHIVE|-",
	.help = "Read all of an archive and check it.",
	.rows = rows,
	.size = sizeof(struct verify_options),
	.option = take_option,
	.run = run
};
