#include <config.h>

#include <string.h>
#include <unistd.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/number.h"
#include "../libcore/format/options.h"
#include "../libcore/run/command.h"
#include "archive/foreign_limits.h"
#include "base/threads.h"
#include "create/creation.h"
#include "gzip/gzip.h"
#include "verbs.h"

enum {
	OPTION_CHECK = 1000,		/* options without a letter */
	OPTION_FORMAT,
	OPTION_LIVE,
	OPTION_METRICS,
	OPTION_BEFORE,
	OPTION_AFTER,
	OPTION_HOOK_TIMEOUT,
	OPTION_DEVICES
};

static const struct options_row rows[] = {
	{ 's', "site", "SITE", "back up this site; repeatable" },
	{ 't', "tree", "TREE", "back up this tree; repeatable" },
	{ 'o', "output", "FILE", "write to this file, directory/, or -" },
	{ 'z', "compress", "HOW", "fast, default, small, or 1 to 9" },
	THREADS_ROW,
	{ OPTION_CHECK, "check", "HOW", "members: unpack them; file: do not" },
	{ OPTION_DEVICES, "devices", NULL, "back up devices, too" },
	{ OPTION_FORMAT, "format", "FORMAT", "ustar, or pax for full times" },
	{ OPTION_LIVE, "live", NULL, "back up a site that may be running" },
	KEEPING_ROWS,
	{ FOREIGN_LIMITS_SIZE, "max-size", "SIZE",
	    "take files with holes of up to this size in all" },
	{ OPTION_METRICS, "metrics", "FILE",
	    "tell Prometheus by this file how it ended" },
	{ OPTION_BEFORE, "before", "PROGRAM", "run this before the backup" },
	{ OPTION_AFTER, "after", "PROGRAM", "run this after it, always" },
	{ OPTION_HOOK_TIMEOUT, "hook-timeout", "DURATION",
	    "end each of these after that time" },
	{ 0, NULL, NULL, NULL }
};

static int
take_level(struct creation_options *options, const char *argument,
    struct failure *why)
{
	int64_t level;

	if (strcmp(argument, "fast") == 0)
		options->level = GZIP_FAST;
	else if (strcmp(argument, "default") == 0)
		options->level = GZIP_DEFAULT;
	else if (strcmp(argument, "small") == 0)
		options->level = GZIP_SMALL;
	else if (number_read(argument, 1, 9, &level) == 0)
		options->level = (int)level;
	else
		return (command_misused(why, "'%s' is not fast, default, "
		    "small or a level from 1 to 9", argument), -1);
	return (0);
}

static int
take_format(struct creation_options *options, const char *argument,
    struct failure *why)
{
	options->format = strcmp(argument, "pax") == 0 ? TAR_PAX : TAR_USTAR;
	if (options->format == TAR_PAX || strcmp(argument, "ustar") == 0)
		return (0);
	return (command_misused(why, "'%s' is not ustar or pax", argument),
	    -1);
}

static int
take_check(struct creation_options *options, const char *argument,
    struct failure *why)
{
	if (strcmp(argument, "members") == 0)
		options->check = MEMBER_BATCH_UNPACKED;
	else if (strcmp(argument, "file") == 0)
		options->check = MEMBER_BATCH_TRUSTED;
	else
		return (command_misused(why, "'%s' is not members or file",
		    argument), -1);
	return (0);
}

/* Takes an option of the hooks. */
static int
take_hook(struct hook_settings *hooks, int letter, const char *argument,
    struct failure *why)
{
	if (letter == OPTION_HOOK_TIMEOUT) {
		if (number_read_duration(argument, &hooks->timeout) == 0 &&
		    hooks->timeout > 0)
			return (0);
		return (command_misused(why, "'%s' is no time limit",
		    argument), -1);
	}
	if (argument[0] != '/')
		return (command_misused(why, "'%s' is no absolute path of a "
		    "program", argument), -1);
	if (letter == OPTION_BEFORE)
		hooks->before = argument;
	else
		hooks->after = argument;
	return (0);
}

static int
take_option(void *own, int letter, const char *argument,
    struct failure *why)
{
	struct creation_options *options = own;

	if (keeping_is_option(letter))
		return (keeping_take(&options->keeping, letter, argument,
		    why));
	switch (letter) {
	case 's':
		words_add(&options->sites, argument);
		return (0);
	case 't':
		words_add(&options->trees, argument);
		return (0);
	case 'o':
		options->output = argument;
		return (0);
	case 'z':
		return (take_level(options, argument, why));
	case 'j':
		return (threads_read(argument, &options->threads, why));
	case OPTION_CHECK:
		return (take_check(options, argument, why));
	case OPTION_FORMAT:
		return (take_format(options, argument, why));
	case OPTION_DEVICES:
		options->devices = true;
		return (0);
	case OPTION_LIVE:
		options->live = true;
		return (0);
	case FOREIGN_LIMITS_SIZE:
		return (foreign_limits_take(&options->limits, letter,
		    argument, why));
	case OPTION_METRICS:
		options->metrics = argument;
		if (strcmp(argument, "-") != 0)
			return (0);
		return (command_misused(why, "the metrics do not go to "
		    "standard output"), -1);
	default:
		return (take_hook(&options->hooks, letter, argument, why));
	}
}

static void
release_options(void *own)
{
	struct creation_options *options = own;

	words_release(&options->sites);
	words_release(&options->trees);
}

static int
check_usage(const struct command *command, struct failure *why)
{
	const struct creation_options *options = command->own;
	const bool stream = creation_is_stream(options);

	const bool nothing = options->sites.count + options->trees.count == 0;

	if (command->operands[0] != NULL)
		command_misused(why, "'%s' is one word too many",
		    command->operands[0]);
	else if (nothing)
		command_misused(why, "what to back up is missing");
	else if (stream && command->report.form == REPORT_JSON)
		command_misused(why, "the archive and --json cannot both go "
		    "to standard output");
	else if (stream && keeping_is_set(&options->keeping))
		command_misused(why, "what goes to standard output has no "
		    "older archives to keep");
	else if (stream && isatty(STDOUT_FILENO))
		command_misused(why, "an archive does not go to a terminal");
	else
		return (0);
	if (nothing)
		failure_hint(why, "-s names a site, -t a tree");
	return (-1);
}

static enum exitcode
run(struct command *command, struct failure *why)
{
	struct creation_options *options = command->own;

	if (check_usage(command, why) == -1)
		return (EXITCODE_USAGE);
	if (options->level == 0)
		options->level = GZIP_DEFAULT;
	if (options->threads == 0)
		options->threads = threads_default();
	return (creation_run(command, options, why));
}

const struct command_verb verb_create = {
	.name = "create",
	.operands = "",
	.help = "Back up sites or trees into an archive.",
	.rows = rows,
	.size = sizeof(struct creation_options),
	.option = take_option,
	.release = release_options,
	.run = run
};
