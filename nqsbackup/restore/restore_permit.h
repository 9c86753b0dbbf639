#ifndef NQSBACKUP_RESTORE_RESTORE_PERMIT_H
#define NQSBACKUP_RESTORE_RESTORE_PERMIT_H

#include <stdbool.h>
#include <stddef.h>

struct restore_record;

/*
 * Opens to their owner the directories that the move number of record is
 * about, below the target root and in the directory stage, and the one in
 * which it is, as far as the record has settings of them, which then close
 * them again.  Returns whether there are any; leaves errno alone.
 */
bool
restore_permit(int root, int stage, const struct restore_record *record,
    size_t number);

#endif
