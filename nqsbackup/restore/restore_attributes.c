#include <config.h>

#include "restore_attributes.h"

#include "../archive/index.h"
#include "../tree/entry.h"
#include "restore_owners.h"
#include "restore_request.h"

bool
restore_attributes_is_foreign(const struct restore_request *request,
    const struct entry *entry)
{
	return (!request->privileged &&
	    (restore_owners_user(request->owners, entry) != request->uid ||
	    restore_owners_group(request->owners, entry) != request->gid));
}

unsigned
restore_attributes_mode(const struct restore_request *request,
    const struct entry *entry)
{
	return (restore_attributes_is_foreign(request, entry) ?
	    entry->mode & 01777 : entry->mode);
}

int *
restore_attributes_lost(const struct restore_request *request,
    const struct entry *entry)
{
	return (&request->lost[entry - request->index->entries.list]);
}

static bool
is_lost(const struct restore_request *request, const struct entry *entry)
{
	return (request->lost != NULL &&
	    *restore_attributes_lost(request, entry) != 0);
}

bool
restore_attributes_is_same(const struct restore_request *request,
    const struct entry *entry, const struct entry *on_disk)
{
	if (request->privileged &&
	    (restore_owners_user(request->owners, entry) != on_disk->uid ||
	    restore_owners_group(request->owners, entry) != on_disk->gid))
		return (false);
	if (entry->kind != ENTRY_SYMLINK &&
	    restore_attributes_mode(request, entry) != on_disk->mode)
		return (false);
	if (!traits_is_met(&request->rule, entry->traits, on_disk->traits) &&
	    !is_lost(request, entry))
		return (false);
	return (entry_is_same_time(entry, on_disk));
}
