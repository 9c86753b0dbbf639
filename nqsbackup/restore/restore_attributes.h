#ifndef NQSBACKUP_RESTORE_RESTORE_ATTRIBUTES_H
#define NQSBACKUP_RESTORE_RESTORE_ATTRIBUTES_H

#include <stdbool.h>

struct entry;
struct restore_request;

/*
 * Which attributes a restored entry gets.  Pure.
 */

/* Returns whether entry has another owner than it will get. */
bool
restore_attributes_is_foreign(const struct restore_request *request,
    const struct entry *entry);

/* Returns the mode that entry gets: without set-id bits for a foreign one. */
unsigned
restore_attributes_mode(const struct restore_request *request,
    const struct entry *entry);

/* Returns where request notes the loss of attributes of entry. */
int *
restore_attributes_lost(const struct restore_request *request,
    const struct entry *entry);

/*
 * Returns whether on_disk, of the same kind, has the attributes that entry
 * will get.
 */
bool
restore_attributes_is_same(const struct restore_request *request,
    const struct entry *entry, const struct entry *on_disk);

#endif
