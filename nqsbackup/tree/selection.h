#ifndef NQSBACKUP_TREE_SELECTION_H
#define NQSBACKUP_TREE_SELECTION_H

#include <stdbool.h>

struct entry_list;
struct failure;

/*
 * Patterns of the shell that select entries by their names.  A "*" takes
 * slashes too; a pattern that fits a directory selects all below it; a
 * leading slash says nothing.  Patterns are a NULL-terminated list; no
 * pattern at all selects everything.
 */

/* Returns whether the patterns select name. */
bool
selection_has(char *const *patterns, const char *name);

/*
 * Checks that each pattern selects something of entries.  Returns 0, or -1
 * with why set (FAILED).
 */
int
selection_check(char *const *patterns, const struct entry_list *entries,
    struct failure *why);

/*
 * Adds a hint to why where word, which stands behind an archive and means
 * nothing there, looks like an option or is called like an archive.
 */
void
selection_hint(const char *word, struct failure *why);

#endif
