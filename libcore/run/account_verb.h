#ifndef LIBCORE_RUN_ACCOUNT_VERB_H
#define LIBCORE_RUN_ACCOUNT_VERB_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/exitcode.h"
#include "../format/options.h"

struct command;
struct failure;
struct history;
struct scheme;
struct text;

/*
 * The verb "report" of all programs: the account of a run as text, as JSON
 * lines, or as a page in a file.
 */
struct account_options {
	const char	*html;		/* the file, "-": stdout; or NULL */
};

/* The options of the verb, whose own is a struct account_options. */
extern const struct options_row account_rows[];

/* Takes one of them; the option of a struct command_verb. */
int
account_take_option(void *own, int letter, const char *argument,
    struct failure *why);

/*
 * Reports the run of history, which is under way or not; scheme, by which its
 * plan is made again, may be NULL.  Returns OK, whatever came of the run, or
 * another code with why set: CANNOT_WRITE when there is such a file already.
 * Reads the journal, and writes the file.
 */
enum exitcode
account_report(struct command *command, const struct history *history,
    const struct scheme *scheme, bool running, struct failure *why);

/*
 * What a report of something else that has a journal is made with.  Refuses
 * (USAGE) a page on stdout when the report is JSON; html may be NULL.
 */
int
account_check_html(const struct command *command, const char *html,
    struct failure *why);

/*
 * Adds what it is made of, the journal path of so many records, and its digest.
 * Returns 0, or -1 with why set.
 */
int
account_describe_source(const char *path, size_t records, struct text *source,
    struct failure *why);

/*
 * Writes page into the file html, which must not be there, and reports it; "-"
 * is stdout.  Sets why when it cannot.
 */
void
account_write_page(struct command *command, const char *html,
    const struct text *page, struct failure *why);

#endif
