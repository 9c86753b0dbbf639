#ifndef LIBCORE_RUN_PROCEDURE_COMMAND_H
#define LIBCORE_RUN_PROCEDURE_COMMAND_H

#include <stddef.h>

struct failure;
struct setting;
struct words;

/* A verb of a tool. */
struct procedure_verb {
	const char	*name;		/* NULL behind the last one */
	size_t		 fewest;	/* of its arguments */
	size_t		 most;
};

/* What a first word "@NAME" of a command may stand for. */
struct procedure_tool {
	const char			*name;	/* NULL behind the last one */
	const struct procedure_verb	*verbs;
};

/* Whom to ask for a verb that the table of a tool has not. */
struct procedure_stated {
	/*
	 * Fills verb with how many arguments its name takes, as what stands
	 * behind tool states itself.  Returns 1, 0 when it states no such
	 * verb, or -1 with why set.  NULL: there are none.
	 */
	int		(*find)(const void *cookie, const char *tool,
			    struct procedure_verb *verb, struct failure *why);
	const void	*cookie;
};

/* What a step is read and checked with. */
struct procedure_terms {
	const struct words		*parameters;
	const struct words		*facts;
	const struct words		*known;	/* all of these */
	const struct words		*roles;
	const struct procedure_tool	*tools;	/* NULL: any */
	/*
	 * A program, wherever it lies, and those of its verbs that wait for
	 * the end of the very run that would call them; NULL-terminated, NULL:
	 * none.
	 */
	const char			*const *barred;
	struct procedure_stated		 stated;
};

/*
 * Reads the command key of group, if it is there, into the empty argv, and
 * checks it: names that are known, a program that no user gives, a tool, its
 * verb and how many arguments that takes, and no verb that is barred.  Returns
 * 1, 0 when there is none, or -1 with why set (CONFIG, with file and line).
 */
int
procedure_command_read(const struct setting *group, const char *key,
    const struct procedure_terms *terms, struct words *argv,
    struct failure *why);

/*
 * Returns word number at of the list key of group, or key as a whole when it
 * is one word: what a refusal of it is to point at.
 */
const struct setting *
procedure_word_at(const struct setting *group, const char *key, size_t at);

#endif
