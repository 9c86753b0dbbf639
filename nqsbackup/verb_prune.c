#include <config.h>

#include "../libcore/base/failure.h"
#include "../libcore/format/options.h"
#include "../libcore/run/command.h"
#include "base/interrupt.h"
#include "base/tally.h"
#include "base/threads.h"
#include "create/keeping.h"
#include "create/prune.h"
#include "verbs.h"

enum { OPTION_VERIFY = 1000 };		/* options without a letter */

/* The options of its own. */
struct prune_options {
	struct keeping	rules;
	size_t		threads;	/* 0: not given */
	bool		verify;
};

static const struct options_row rows[] = {
	KEEPING_ROWS,
	{ OPTION_VERIFY, "verify", NULL, "read all of what is to be kept" },
	THREADS_ROW,
	{ 0, NULL, NULL, NULL }
};

static int
take_option(void *own, int letter, const char *argument,
    struct failure *why)
{
	struct prune_options *options = own;

	if (letter == 'j')
		return (threads_read(argument, &options->threads, why));
	if (keeping_is_option(letter))
		return (keeping_take(&options->rules, letter, argument, why));
	options->verify = true;
	return (0);
}

static int
check_usage(const struct command *command, struct failure *why)
{
	const struct prune_options *options = command->own;

	if (command->operands[0] == NULL)
		command_misused(why, "the directory is missing");
	else if (command->operands[1] != NULL)
		command_misused(why, "'%s' is one word too many",
		    command->operands[1]);
	else if (!keeping_is_set(&options->rules))
		command_misused(why, "what to keep is missing");
	else
		return (0);
	if (!keeping_is_set(&options->rules))
		failure_hint(why, "such as --keep-daily 7");
	return (-1);
}

/* Looks, and does or shows it.  Returns the exit code. */
static enum exitcode
prune(struct command *command, struct failure *why)
{
	const struct prune_options *options = command->own;
	const enum prune_detail detail = command->verbose > 0 ?
	    PRUNE_DETAILED : PRUNE_BRIEF;
	struct tally tally = { .report = &command->report };
	const struct prune_settings settings = { .rules = &options->rules,
	    .tally = &tally, .verify = options->verify,
	    .threads = options->threads == 0 ? threads_default() :
	    options->threads };
	enum exitcode code = EXITCODE_OK;

	struct prune *work = prune_look(command->operands[0], &settings, why);

	if (work == NULL)
		return (why->code);
	if (command->dry_run) {
		if (prune_show(work, &command->report, detail) > 0)
			code = EXITCODE_DIFFERS;
	} else if (prune_remove(work, &command->report, detail, why) == -1) {
		code = why->code;
	}
	prune_free(work);
	return (code != EXITCODE_STOPPED && tally.troubles > 0 ?
	    EXITCODE_PARTIAL : code);
}

static enum exitcode
run(struct command *command, struct failure *why)
{
	if (check_usage(command, why) == -1)
		return (EXITCODE_USAGE);
	if (interrupt_begin(why) == -1)
		return (why->code);
	const enum exitcode code = prune(command, why);

	interrupt_end();
	return (code);
}

const struct command_verb verb_prune = {
	.name = "prune",
	.operands = "DIR",
	.help = "Remove old archives of a directory.",
	.common = COMMAND_DRY_RUN,
	.rows = rows,
	.size = sizeof(struct prune_options),
	.option = take_option,
	.run = run
};
