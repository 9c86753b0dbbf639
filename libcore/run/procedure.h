#ifndef LIBCORE_RUN_PROCEDURE_H
#define LIBCORE_RUN_PROCEDURE_H

#include <stddef.h>

#include "../base/words.h"
#include "procedure_command.h"
#include "procedure_step.h"

struct failure;

/*
 * A procedure: the ordered steps of a guide, as data.  The engine knows
 * nothing of what they are about.  The format is nqstools.procedure(5).
 */

struct procedure {
	char			*name;
	char			*title;
	char			*source;	/* the guide and chapter */
	char			*loses;		/* what is lost when a run that
						 * is done is put back later, or
						 * NULL */
	char			*path;		/* of its file */
	char			*digest;	/* of its file's bytes, and of
						 * those that it names */
	struct words		 parameters;	/* names asked of the user */
	struct procedure_step	*steps;
	size_t			 count;
};

/* What a procedure may speak of. */
struct procedure_words {
	const struct words		*facts;
	const struct words		*roles;
	const struct procedure_tool	*tools;		/* NULL: any */
	const struct words		*directories;	/* of procedures that it
							 * may name, in order;
							 * NULL: none */
	const char			*const *barred;	/* see the terms in
						 * procedure_command.h */
	struct procedure_stated		 stated;	/* there, too */
};

/*
 * Reads the procedure file path and checks all of it, so that a procedure
 * that loads is complete: ids unique, words filled in only with parameters
 * and facts, programs never with a parameter, roles and tools out of words,
 * either check or run, run with verify and one of undo, irreversible and keeps.
 * A procedure that it names has its steps there, in their order, as if they
 * stood in the file, and is read in the same way; the first file of that name
 * counts that is not one of those that name it.
 * Returns it, the caller's, or NULL with why set (CONFIG, with file and line).
 * Reads these files, nothing else.
 */
struct procedure *
procedure_read(const char *path, const struct procedure_words *words,
    struct failure *why);

void
procedure_free(struct procedure *procedure);

#endif
