#include <config.h>

#include "command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/clock.h"
#include "../base/failure.h"
#include "../base/memory.h"
#include "../base/message.h"
#include "../base/number.h"
#include "../base/text.h"
#include "../format/options.h"
#include "../system/fileio.h"
#include "../system/process.h"
#include "../system/startup.h"

enum {
	OPTION_JSON = 256,		/* options without a letter */
	OPTION_SYSLOG,
	OPTION_TIMEOUT,
	OPTION_WAIT,
	OPTION_YES,
	OPTION_CONFIRM
};

/* A common option and the flag of the verbs that take it; 0: all do. */
struct common_row {
	unsigned		flag;
	struct options_row	row;
};

static const struct common_row common_rows[] = {
	{ 0, { 'c', "config", "FILE", "read this configuration" } },
	{ COMMAND_DRY_RUN, { 'n', "dry-run", NULL,
	    "print what would be done, do nothing" } },
	{ 0, { 'q', "quiet", NULL, "say less; twice: errors only" } },
	{ 0, { 'v', "verbose", NULL, "say more" } },
	{ 0, { OPTION_JSON, "json", NULL, "print JSON lines" } },
	{ 0, { OPTION_SYSLOG, "syslog", NULL,
	    "copy messages to syslog" } },
	{ COMMAND_TIMEOUT, { OPTION_TIMEOUT, "timeout", "DURATION",
	    "give up after this time" } },
	{ COMMAND_WAIT, { OPTION_WAIT, "wait", "DURATION",
	    "wait this long for what is not so yet" } },
	{ COMMAND_CONFIRM, { OPTION_YES, "yes", NULL,
	    "confirm every step that asks" } },
	{ COMMAND_CONFIRM, { OPTION_CONFIRM, "confirm", "STEP",
	    "confirm this step; repeatable" } },
	{ 0, { 'h', "help", NULL, "print this help" } },
	{ 0, { 'V', "version", NULL, "print the version" } },
};

enum { COMMON_COUNT = sizeof(common_rows) / sizeof(common_rows[0]) };

/* What the common options said that a verb need not know. */
struct common {
	bool	json;
	bool	syslog;
	bool	help;
	bool	version;
};

/* Returns the verb's own rows and the common ones, ended; for free(). */
static struct options_row *
join_rows(const struct command_verb *verb)
{
	size_t own = 0;

	while (verb != NULL && verb->rows != NULL &&
	    verb->rows[own].name != NULL)
		own++;
	struct options_row *rows = memory_make(own + COMMON_COUNT + 1,
	    sizeof(*rows));
	if (own > 0)
		memcpy(rows, verb->rows, own * sizeof(*rows));
	for (size_t i = 0; i < COMMON_COUNT; i++) {
		const unsigned flag = common_rows[i].flag;

		if (flag == 0 || (verb != NULL && (verb->common & flag)))
			rows[own++] = common_rows[i].row;
	}
	return (rows);
}

static int
take_duration(const struct options *options, int64_t *value,
    struct failure *why)
{
	if (number_read_duration(options->argument, value) == 0)
		return (0);
	failure_set(why, EXITCODE_USAGE, "'%s' is not a duration",
	    options->argument);
	failure_hint(why, "a number and a unit: 500ms, 30s, 5m, 2h, 1d");
	return (-1);
}

/*
 * Takes a common option.  Returns 1, 0 when letter is none of them, or -1
 * with why set.
 */
static int
take_common(int letter, const struct options *options,
    struct command *command, struct common *common, struct failure *why)
{
	switch (letter) {
	case 'c':
		command->config = options->argument;
		return (1);
	case 'n':
		command->dry_run = true;
		return (1);
	case 'q':
		command->quiet++;
		return (1);
	case 'v':
		command->verbose++;
		return (1);
	case 'h':
		common->help = true;
		return (1);
	case 'V':
		common->version = true;
		return (1);
	case OPTION_JSON:
		common->json = true;
		return (1);
	case OPTION_SYSLOG:
		common->syslog = true;
		return (1);
	case OPTION_TIMEOUT:
		return (take_duration(options, &command->timeout, why) == 0 ?
		    1 : -1);
	case OPTION_WAIT:
		return (take_duration(options, &command->wait, why) == 0 ?
		    1 : -1);
	case OPTION_YES:
		command->yes = true;
		return (1);
	case OPTION_CONFIRM:
		words_add(&command->confirmed, options->argument);
		return (1);
	default:
		return (0);
	}
}

/* Whether letter is one of the verb's own, which wins over a common one. */
static bool
is_own(const struct command_verb *verb, int letter)
{
	if (verb == NULL || verb->rows == NULL)
		return (false);
	for (const struct options_row *row = verb->rows; row->name != NULL;
	    row++) {
		if (row->letter == letter)
			return (true);
	}
	return (false);
}

char *
command_find_self(const struct command *command)
{
	const char *path = getenv("PATH");

	if (strchr(command->self, '/') != NULL)
		return (fileio_absolute_path(command->self));
	return (path == NULL ? NULL : process_find(command->self, path));
}

void
command_has_waited(struct command *command, int64_t begun)
{
	const int64_t waited = clock_monotonic() - begun;

	command->wait = command->wait > waited ? command->wait - waited : 0;
}

static int
read_options(const struct command_verb *verb, struct options *options,
    struct command *command, struct common *common, struct failure *why)
{
	int letter;

	while ((letter = options_next(options, why)) > 0) {
		int rc;

		if (is_own(verb, letter))
			rc = verb->option(command->own, letter,
			    options->argument, why);
		else
			rc = take_common(letter, options, command, common,
			    why);
		if (rc == -1)
			return (-1);
	}
	return (letter);
}

static void
show_synopsis(const struct command_program *program,
    const struct command_verb *verb, struct text *text)
{
	text_format(text, "usage: %s ", program->name);
	if (verb == NULL)
		text_add(text, "VERB [options] [operands]");
	else
		text_format(text, "%s [options]%s%s", verb->name,
		    verb->operands[0] == '\0' ? "" : " ", verb->operands);
	text_add(text, "\n");
}

static void
show_help(const struct command_program *program,
    const struct command_verb *verb, const struct options_row *rows)
{
	struct text text = { 0 };

	show_synopsis(program, verb, &text);
	text_format(&text, "%s\n\n", verb == NULL ? program->summary :
	    verb->help);
	if (verb == NULL) {
		text_add(&text, "Verbs:\n");
		for (const struct command_verb *const *v = program->verbs;
		    *v != NULL; v++)
			text_format(&text, "  %-10s %s\n", (*v)->name,
			    (*v)->help);
		text_add(&text, "\n");
	}
	text_add(&text, "Options:\n");
	options_help(rows, &text);
	text_format(&text, "\nSee %s(8).\n", program->name);
	(void)fputs(text_string(&text), stdout);
	text_release(&text);
}

static void
show_version(const struct command_program *program)
{
	(void)printf("%s (%s) %s\n", program->name, PACKAGE_NAME,
	    PACKAGE_VERSION);
	if (program->version != NULL)
		program->version();
}

/* Says what is wrong with the command line; returns USAGE. */
static int
refuse(const struct command_program *program,
    const struct command_verb *verb, const struct failure *why)
{
	struct text text = { 0 };

	message_failure(why);
	show_synopsis(program, verb, &text);
	(void)fputs(text_string(&text), stderr);
	text_release(&text);
	return (EXITCODE_USAGE);
}

static const struct command_verb *
find_verb(const struct command_program *program, const char *name)
{
	for (const struct command_verb *const *verb = program->verbs;
	    *verb != NULL; verb++) {
		if (strcmp((*verb)->name, name) == 0)
			return (*verb);
	}
	return (NULL);
}

/*
 * Says that the word, NULL for none, is no verb, or none where it stands:
 * behind options unless it is the first one.  Returns USAGE.
 */
static int
refuse_verb(const struct command_program *program, const char *word,
    bool first)
{
	struct failure why = { 0 };

	if (first)
		failure_set(&why, EXITCODE_USAGE, "unknown verb '%s'", word);
	else if (word != NULL && find_verb(program, word) != NULL)
		failure_set(&why, EXITCODE_USAGE, "the verb '%s' has to be "
		    "the first word, before all options", word);
	else
		failure_set(&why, EXITCODE_USAGE, "a verb is missing");
	failure_hint(&why, "'%s --help' names the verbs", program->name);
	return (refuse(program, NULL, &why));
}

/* Ends a program that only printed; a full disk is an error even then. */
static int
finish_print(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return (EXITCODE_OK);
	/* Whoever closes the pipe has seen enough. */
	if (errno == EPIPE)
		return (EXITCODE_OK);
	message_say(MESSAGE_ERROR, "cannot write the output: %s",
	    strerror(errno));
	return (EXITCODE_CANNOT_WRITE);
}

static int
run_verb(const struct command_program *program,
    const struct command_verb *verb, struct command *command,
    const struct common *common)
{
	struct failure why = { 0 };

	report_start(&command->report, common->json ? REPORT_JSON :
	    REPORT_TEXT, program->name, verb->name);
	command->report.quiet = command->quiet;
	enum exitcode code = verb->run(command, &why);
	if (why.message[0] != '\0') {
		code = exitcode_worse(code, why.code);
		if (code == EXITCODE_USAGE)
			(void)refuse(program, verb, &why);
		else
			message_failure(&why);
	}
	return ((int)report_finish(&command->report, code,
	    why.message[0] != '\0' ? &why : NULL));
}

static enum message_level
level_of(int quiet, int verbose)
{
	if (quiet > 1)
		return (MESSAGE_ERROR);
	if (quiet == 1)
		return (MESSAGE_WARNING);
	return (verbose > 0 ? MESSAGE_DETAIL : MESSAGE_NOTE);
}

int
command_check_operands(char *const *operands, struct failure *why)
{
	for (; *operands != NULL && strcmp(*operands, "--") != 0; operands++) {
		if (**operands != '-' || (*operands)[1] == '\0')
			continue;
		failure_set(why, EXITCODE_USAGE,
		    "the option '%s' stands behind an operand", *operands);
		failure_hint(why, "options stand before the operands; a file "
		    "of this name is written './%s'", *operands);
		return (-1);
	}
	return (0);
}

void
command_drop_dashes(char **operands)
{
	while (*operands != NULL && strcmp(*operands, "--") != 0)
		operands++;
	for (; *operands != NULL; operands++)
		operands[0] = operands[1];
}

/* Sees to what behind the options is no operand; returns 0 or -1. */
static int
take_operands(const struct command_program *program,
    const struct command_verb *verb, const struct options *options,
    struct command *command, struct failure *why)
{
	command->operands = options_operands(options);
	if (program->takes_dashes || options->ended)
		return (0);
	if (command_check_operands(command->operands, why) == -1)
		return (-1);
	if (verb != NULL && !verb->divided)
		command_drop_dashes(command->operands);
	return (0);
}

/* Reads the options behind argv[0] and does what they ask for. */
static int
run_line(const struct command_program *program,
    const struct command_verb *verb, struct command *command, char **argv)
{
	struct common common = { 0 };
	struct failure why = { 0 };
	struct options options;
	struct options_row *rows = join_rows(verb);
	int rc;

	options_start(&options, rows, argv);
	rc = read_options(verb, &options, command, &common, &why);
	message_start(program->name, level_of(command->quiet,
	    command->verbose), common.syslog);
	if (rc == 0)
		rc = take_operands(program, verb, &options, command, &why);
	if (rc == -1) {
		rc = refuse(program, verb, &why);
	} else if (common.help) {
		show_help(program, verb, rows);
		rc = finish_print();
	} else if (common.version) {
		show_version(program);
		rc = finish_print();
	} else if (verb == NULL) {
		rc = refuse_verb(program, command->operands[0], false);
	} else {
		rc = run_verb(program, verb, command, &common);
	}
	free(rows);
	return (rc);
}

int
command_main(const struct command_program *program, int argc, char **argv)
{
	startup_begin();
	message_start(program->name, MESSAGE_NOTE, false);
	struct command command = { .program = program->name,
	    .self = argc > 0 ? argv[0] : program->name };
	const struct command_verb *verb = NULL;
	int rc;

	if (argc > 1 && argv[1][0] != '-') {
		verb = find_verb(program, argv[1]);
		if (verb == NULL)
			return (refuse_verb(program, argv[1], true));
		command.verb = verb->name;
		command.own = memory_make(1, verb->size > 0 ? verb->size : 1);
	}
	rc = run_line(program, verb, &command, verb == NULL ? argv : argv + 1);
	if (verb != NULL && verb->release != NULL)
		verb->release(command.own);
	free(command.own);
	words_release(&command.confirmed);
	words_release(&command.answered);
	free(command.terminal);
	return (rc);
}

enum exitcode
command_misused(struct failure *why, const char *format, ...)
{
	char message[512];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	failure_set(why, EXITCODE_USAGE, "%s", message);
	return (EXITCODE_USAGE);
}
