#ifndef NQSBACKUP_ARCHIVE_FOREIGN_TREES_H
#define NQSBACKUP_ARCHIVE_FOREIGN_TREES_H

#include <stddef.h>

struct entry_list;
struct words;

/*
 * Which trees an archive of others has, that does not say so: each entry that
 * lies in no other one.  Where that were very many, the directories they lie
 * in are the trees.  Pure.
 */

/*
 * Adds to trees those of the count entries of list whose numbers order has,
 * by their names, sorted and none below another.
 */
void
foreign_trees_make(const struct entry_list *list, const size_t *order,
    size_t count, struct words *trees);

/* Returns the length of the tree, one of trees, that name is or is below. */
size_t
foreign_trees_length(const struct words *trees, const char *name);

#endif
