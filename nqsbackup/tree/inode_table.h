#ifndef NQSBACKUP_TREE_INODE_TABLE_H
#define NQSBACKUP_TREE_INODE_TABLE_H

#include <sys/types.h>

#include <stddef.h>

/*
 * Which entry was the first name of a file that has several.  Pure.
 */
struct inode_table;

/* Returns an empty table; never NULL. */
struct inode_table *
inode_table_make(void);

void
inode_table_free(struct inode_table *table);

/*
 * Returns the number that was added for the file, or -1.
 */
ssize_t
inode_table_find(const struct inode_table *table, dev_t device, ino_t inode);

/* Adds number for the file, in place of what was added before. */
void
inode_table_add(struct inode_table *table, dev_t device, ino_t inode,
    size_t number);

#endif
