#ifndef LIBCORE_RUN_COMMAND_H
#define LIBCORE_RUN_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/exitcode.h"
#include "../base/words.h"
#include "../format/report.h"

struct failure;
struct options_row;

/*
 * The frame that every program has: PROGRAM VERB [options] [operands].  A
 * program is a table of verbs and one call of command_main().
 */

/* The common options that only some verbs take. */
enum {
	COMMAND_DRY_RUN = 1,		/* -n */
	COMMAND_WAIT = 2,		/* --wait */
	COMMAND_TIMEOUT = 4,		/* --timeout */
	COMMAND_CONFIRM = 8		/* --yes, --confirm */
};

/* What was asked for; filled before a verb's function is called. */
struct command {
	const char	 *program;	/* "nqsupd" */
	const char	 *self;		/* argv[0] of the program */
	const char	 *verb;
	const char	 *config;	/* -c; NULL: not given */
	bool		  dry_run;
	int		  quiet;	/* how often */
	int		  verbose;	/* how often */
	int64_t		  wait;		/* nanoseconds; 0: not at all */
	int64_t		  timeout;	/* nanoseconds; 0: none */
	bool		  yes;
	struct words	  confirmed;	/* steps of --confirm */
	bool		  asks;		/* at the terminal, what else a life
					 * of a run would end for */
	struct words	  answered;	/* steps that were confirmed there */
	char		 *terminal;	/* which one it was, or NULL */
	char		**operands;	/* NULL-terminated */
	void		 *own;		/* the verb's own options */
	struct report	  report;
};

struct command_verb {
	const char			*name;
	const char			*operands;	/* of the synopsis */
	const char			*help;		/* one sentence */
	bool				 divided;	/* "--" parts its
							 * operands */
	unsigned			 common;	/* COMMAND_* */
	const struct options_row	*rows;		/* its own, or NULL */
	size_t				 size;		/* of own, zeroed */
	/*
	 * Takes the option letter into own.  Returns 0, or -1 with why set
	 * (USAGE).  NULL when there are no rows.
	 */
	int	(*option)(void *own, int letter, const char *argument,
		    struct failure *why);
	/* Frees what is in own (not own itself), or NULL. */
	void	(*release)(void *own);
	/*
	 * Does it.  Returns the exit code; when why holds a failure, it is
	 * said and the worse of both codes counts.
	 */
	enum exitcode	(*run)(struct command *command, struct failure *why);
};

struct command_program {
	const char			*name;
	const char			*summary;	/* a line of --help */
	/* Its verbs, up to a NULL. */
	const struct command_verb	*const *verbs;
	bool				 takes_dashes;	/* operands may begin
							 * with '-' */
	/* Adds lines about libraries to --version, or NULL. */
	void	(*version)(void);
};

/*
 * Runs the program: startup_begin, options, the verb, report_finish.  Returns
 * what main returns.
 */
int
command_main(const struct command_program *program, int argc, char **argv);

/*
 * Returns the absolute path of the program that command was given to, for
 * free(): the one it was called by, or, when that was its bare name, the one
 * that PATH leads to; or NULL when there is none.
 */
char *
command_find_self(const struct command *command);

/*
 * Takes the time since begun, of clock_monotonic(), off what is still to be
 * waited: who has waited for one thing waits the less for the next.
 */
void
command_has_waited(struct command *command, int64_t begun);

/*
 * Refuses (USAGE) operands of which one, up to "--", looks like an option,
 * which only a person who does not know that options stand first has written.
 * Of a verb's operands that is done before it runs, unless "--" stood before
 * them; it is for what stands behind a "--" that parts them.  Returns 0, or -1
 * with why set.
 */
int
command_check_operands(char *const *operands, struct failure *why);

/*
 * Takes the first "--" out of operands.  That is done before a verb runs that
 * is not divided, unless "--" stood before its operands already.
 */
void
command_drop_dashes(char **operands);

/* Fills why with USAGE and what printf would make; returns USAGE. */
enum exitcode
command_misused(struct failure *why, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
