#ifndef LIBCORE_FORMAT_OPTIONS_H
#define LIBCORE_FORMAT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

struct failure;
struct text;

/*
 * A command line by the POSIX utility syntax guidelines, with a long name for
 * every letter: options before operands, "--" ends them, "-" is an operand,
 * letters may be grouped, no abbreviations, no optional option-arguments.
 *
 * Calling sequence: options_start, then options_next until it returns 0 or
 * less; what is left is options_operands.
 */

/* A row of a table of options; a row of zeros ends it. */
struct options_row {
	int		 letter;	/* 'n'; above 255: no letter, a number
					 * of its own */
	const char	*name;		/* "dry-run" */
	const char	*argument;	/* "FILE", or NULL for none */
	const char	*help;		/* one line, for --help */
};

struct options {
	const struct options_row	*rows;
	char				**argv;
	int				 at;	/* the next word */
	const char			*group;	/* the rest of -nvc */
	const char			*argument;	/* of the present one */
	bool				 ended;		/* "--" was read */
};

/*
 * Begins to read argv from its second word on (argv[0] is the verb or the
 * program).  rows and argv are borrowed until the end.
 */
void
options_start(struct options *options, const struct options_row *rows,
    char **argv);

/*
 * Returns the letter of the next option, with options->argument set if it
 * takes one, 0 when there is none left, or -1 with why set (USAGE).
 */
int
options_next(struct options *options, struct failure *why);

/* Returns the operands, a NULL-terminated part of argv. */
char **
options_operands(const struct options *options);

/* Adds a line for each row to text: "  -n, --dry-run   show ...". */
void
options_help(const struct options_row *rows, struct text *text);

#endif
