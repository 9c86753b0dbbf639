#ifndef LIBCORE_RUN_SCHEME_H
#define LIBCORE_RUN_SCHEME_H

#include <stdbool.h>

#include "../base/exitcode.h"

struct failure;
struct history;
struct plan;
struct procedure;
struct procedure_tool;
struct procedure_verb;
struct report;
struct standing;
struct values;
struct words;

/*
 * How a program makes plans of procedures: where it finds them, what they may
 * ask of it, and what it makes of them.
 */
struct scheme {
	const char	*own;		/* here are the administrator's */
	const char	*share;		/* below it: procedures/NAME.conf */
	void		(*facts)(struct words *names);
	const char	*const *roles;	/* NULL-terminated */
	const struct procedure_tool	*tools;
	const char	*const *barred;	/* see struct procedure_words */
	/* Finds verbs that only a tool states; see struct procedure_stated. */
	int		(*stated)(const void *cookie, const char *tool,
			    struct procedure_verb *verb, struct failure *why);
	const char	*packages;	/* the fact that names those given */
	const char	*const *archives;	/* the facts that name what runs
						 * save; NULL-terminated, or
						 * NULL */
	/*
	 * Whether the command of a token still runs; NULL: that cannot be told
	 * here.
	 */
	bool		(*is_alive)(const char *token);
	/*
	 * Makes the plan, of these and of what the scripts of tools state;
	 * returns it, the caller's, or NULL with why set.  Reads files only.
	 */
	struct plan	*(*plan)(const void *cookie,
			    const struct procedure *procedure,
			    const struct values *values, struct failure *why);
	const void	*cookie;
};

/* The plan of a procedure; a zeroed one holds nothing. */
struct scheme_plan {
	struct procedure	*procedure;
	struct plan		*plan;
};

/*
 * Reads the procedure name: of the administrator's, or else of the installed
 * ones; a name with a slash is a path.  Returns it, the caller's, or NULL with
 * why set: CONFIG, with file and line, when it is not complete.
 */
struct procedure *
scheme_read(const struct scheme *scheme, const char *name,
    struct failure *why);

/*
 * Returns whether path is that of the procedure name: the one that
 * scheme_read() reads, or, if there is none any more, one that it would.
 * Looks at names of files only.
 */
bool
scheme_is_file_of(const struct scheme *scheme, const char *name,
    const char *path);

/*
 * The same as scheme_read() to say whether it is complete: reports it.  Returns
 * OK, or a code with why set.
 */
enum exitcode
scheme_check(const struct scheme *scheme, const char *name,
    struct report *report, struct failure *why);

/*
 * Makes the plan of a new run of the procedure name, which scheme_read() reads;
 * warns when that has another name than its file.  Refuses values and packages
 * that it has no parameter for, and parameters that have no value (USAGE).
 * Returns 0 with made filled, or -1 with why set; release made in any case.
 * Reads files only.
 */
int
scheme_begin(const struct scheme *scheme, const char *name,
    const struct values *values, struct scheme_plan *made,
    struct failure *why);

/* The same for the run of history, with the values of its begin. */
int
scheme_again(const struct scheme *scheme, const struct history *history,
    struct scheme_plan *made, struct failure *why);

void
scheme_release(struct scheme_plan *made);

/*
 * Finds how the run of history stands; by its journal alone when its procedure
 * is not what it began with any more, or scheme is NULL.  Returns 0, or -1 with
 * why set; release standing in any case.  Reads files only.
 */
int
scheme_standing(const struct scheme *scheme, const struct history *history,
    struct standing *standing, struct failure *why);

#endif
