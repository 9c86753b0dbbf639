#include <config.h>

#include "options.h"

#include <stdbool.h>
#include <string.h>

#include "../base/failure.h"
#include "../base/text.h"

enum {
	LAST_LETTER = 255		/* above it rows have no letter */
};

void
options_start(struct options *options, const struct options_row *rows,
    char **argv)
{
	options->rows = rows;
	options->argv = argv;
	options->at = argv[0] != NULL ? 1 : 0;
	options->group = NULL;
	options->argument = NULL;
	options->ended = false;
}

static bool
is_end(const struct options_row *row)
{
	return row->letter == 0 && row->name == NULL;
}

static const struct options_row *
find_letter(const struct options_row *rows, char letter)
{
	for (; !is_end(rows); rows++) {
		if (rows->letter <= LAST_LETTER &&
		    rows->letter == (unsigned char)letter)
			return rows;
	}
	return NULL;
}

static const struct options_row *
find_name(const struct options_row *rows, const char *name, size_t length)
{
	for (; !is_end(rows); rows++) {
		if (rows->name != NULL && strlen(rows->name) == length &&
		    memcmp(rows->name, name, length) == 0)
			return rows;
	}
	return NULL;
}

/* Takes the next word as the argument of row; -1 when there is none. */
static int
take_argument(struct options *options, const struct options_row *row,
    const char *shown, struct failure *why)
{
	const char *word = options->argv[options->at];

	if (word == NULL) {
		failure_set(why, EXITCODE_USAGE,
		    "option '%s' needs an argument %s", shown, row->argument);
		return -1;
	}
	options->at++;
	options->argument = word;
	return row->letter;
}

/* Reads the option whose letter options->group points at. */
static int
next_letter(struct options *options, struct failure *why)
{
	char shown[] = { '-', *options->group, '\0' };
	const struct options_row *row = find_letter(options->rows, shown[1]);
	const char *rest = options->group + 1;

	options->group = *rest != '\0' ? rest : NULL;
	if (row == NULL) {
		failure_set(why, EXITCODE_USAGE, "unknown option '%s'", shown);
		return -1;
	}
	if (row->argument == NULL)
		return row->letter;
	options->group = NULL;
	if (*rest == '\0')
		return take_argument(options, row, shown, why);
	options->argument = rest;
	return row->letter;
}

/* Reads the option word, which begins with two dashes. */
static int
next_name(struct options *options, const char *word, struct failure *why)
{
	const char *name = word + 2;
	size_t length = strcspn(name, "=");
	const struct options_row *row = find_name(options->rows, name, length);

	if (row == NULL) {
		failure_set(why, EXITCODE_USAGE, "unknown option '%.*s'",
		    (int)(length + 2), word);
		return -1;
	}
	if (row->argument != NULL && name[length] == '\0')
		return take_argument(options, row, word, why);
	if (row->argument == NULL && name[length] == '=') {
		failure_set(why, EXITCODE_USAGE,
		    "option '--%s' takes no argument", row->name);
		return -1;
	}
	if (row->argument != NULL)
		options->argument = name + length + 1;
	return row->letter;
}

int
options_next(struct options *options, struct failure *why)
{
	options->argument = NULL;
	if (options->group != NULL)
		return next_letter(options, why);
	const char *word = options->argv[options->at];
	if (options->ended || word == NULL || word[0] != '-' || word[1] == '\0')
		return 0;
	options->at++;
	if (strcmp(word, "--") == 0) {
		options->ended = true;
		return 0;
	}
	if (word[1] == '-')
		return next_name(options, word, why);
	options->group = word + 1;
	return next_letter(options, why);
}

char **
options_operands(const struct options *options)
{
	return options->argv + options->at;
}

/* Adds "  -c, --config FILE". */
static void
show_row(const struct options_row *row, struct text *text)
{
	if (row->letter <= LAST_LETTER)
		text_format(text, "  -%c", row->letter);
	else
		text_add(text, "    ");
	if (row->name != NULL && row->letter <= LAST_LETTER)
		text_format(text, ", --%s", row->name);
	else if (row->name != NULL)
		text_format(text, "  --%s", row->name);
	if (row->argument != NULL)
		text_format(text, " %s", row->argument);
}

void
options_help(const struct options_row *rows, struct text *text)
{
	struct text left = { 0 };
	size_t width = 0;

	for (const struct options_row *row = rows; !is_end(row); row++) {
		text_clear(&left);
		show_row(row, &left);
		if (left.length > width)
			width = left.length;
	}
	for (const struct options_row *row = rows; !is_end(row); row++) {
		text_clear(&left);
		show_row(row, &left);
		text_format(text, "%-*s   %s\n", (int)width,
		    text_string(&left), row->help);
	}
	text_release(&left);
}
