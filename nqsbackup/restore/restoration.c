#include <config.h>

#include "restoration.h"

#include <sys/stat.h>

#include <errno.h>
#include <unistd.h>

#include "../../libcore/system/beneath.h"
#include "../../libcore/system/extended.h"
#include "../archive/index.h"
#include "../tree/attributes.h"
#include "restore_disk.h"
#include "restore_layout.h"
#include "restore_request.h"
#include "restore_thing.h"

typedef int copy_act(int, int);

static int
copy(const struct restoration *restoration, const struct restore_node *node,
    int fd, copy_act *act)
{
	const int from = beneath_open_directory(restoration->root,
	    node->name);
	const int rc = from == -1 ? -1 : act(from, fd);
	const int error = errno;

	if (from != -1)
		(void)close(from);	/* a directory */
	errno = error;
	return (rc);
}

int
restoration_copy_attributes(const struct restoration *restoration,
    const struct restore_node *node, int fd)
{
	return (copy(restoration, node, fd, attributes_copy));
}

bool
restoration_was_directory(const struct restoration *restoration,
    const struct restore_node *node)
{
	return (node->disk != RESTORE_NONE && restoration->request->disk->
	    list[node->disk].kind == ENTRY_DIRECTORY);
}

bool
restoration_is_directory(const struct restoration *restoration,
    const struct restore_node *node)
{
	switch (node->source) {
	case RESTORE_PLAIN:
		return (true);
	case RESTORE_ENTRY:
		return (restoration->request->index->entries.list[node->
		    entry].kind == ENTRY_DIRECTORY);
	case RESTORE_CARRIED:
		return (restoration_was_directory(restoration, node));
	default:
		return (false);
	}
}

int
restoration_set_attributes(const struct restoration *restoration,
    const struct restore_node *node, int fd)
{
	if (node->source == RESTORE_PLAIN)
		return (fchmod(fd, S_IRWXU | S_IRGRP | S_IXGRP | S_IROTH |
		    S_IXOTH));
	if (node->source == RESTORE_CARRIED)
		return (restoration_copy_attributes(restoration, node, fd));
	/* What the archive does not know of stays. */
	if (restoration_was_directory(restoration, node) &&
	    copy(restoration, node, fd, extended_copy) == -1)
		return (-1);
	return (restore_thing_set(fd, restoration->request,
	    &restoration->request->index->entries.list[node->entry]));
}
