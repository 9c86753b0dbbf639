#ifndef NQSBACKUP_TREE_ATTRIBUTES_H
#define NQSBACKUP_TREE_ATTRIBUTES_H

/*
 * Gives the open directory to the owner, mode, extended attributes (among
 * them the access control lists) and modification time of the open directory
 * from, as far as they differ.  Returns 0, or -1 with errno set.
 */
int
attributes_copy(int from, int to);

#endif
