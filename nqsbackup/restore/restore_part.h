#ifndef NQSBACKUP_RESTORE_RESTORE_PART_H
#define NQSBACKUP_RESTORE_RESTORE_PART_H

struct entry_list;

/* How an entry takes part in a restore. */
enum restore_part {
	RESTORE_PART_NONE,
	RESTORE_PART_NEEDED,		/* a directory above a selected one */
	RESTORE_PART_SELECTED
};

/*
 * Returns how each of entries takes part, an enum restore_part in a byte, when
 * patterns (see selection.h) select some, for free().  Pure.
 */
unsigned char *
restore_part_find(const struct entry_list *entries, char *const *patterns);

#endif
