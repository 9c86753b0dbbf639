#include <config.h>

#include "restoration.h"

#include <sys/stat.h>

#include <errno.h>
#include <unistd.h>

#include "../../libcore/system/beneath.h"
#include "../../libcore/system/extended.h"
#include "../archive/index.h"
#include "../tree/attributes.h"
#include "restore_node.h"
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
	if (node->was_directory &&
	    copy(restoration, node, fd, extended_copy) == -1)
		return (-1);
	return (restore_thing_set(fd, restoration->request,
	    &restoration->request->index->entries.list[node->entry]));
}
