#ifndef NQSBACKUP_RESTORE_RESTORE_REQUEST_H
#define NQSBACKUP_RESTORE_RESTORE_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "../tree/traits.h"

struct index;
struct restore_disk;
struct restore_owners;

/* What is to be restored over what, by whom; all of it is borrowed. */
struct restore_request {
	const struct index	*index;
	const struct restore_disk *disk;	/* what there is of all trees */
	char *const		*patterns;	/* NULL-terminated */
	bool			 exact;	/* remove what is not archived */
	bool			 devices;	/* make them, too */
	bool			 privileged;	/* may give files away */
	int64_t			 uid;	/* of this process */
	int64_t			 gid;
	const struct restore_owners *owners;	/* NULL: numbers count */
	struct traits_rule	 rule;	/* of extended attributes */
	int			*lost;	/* of each entry: why not all of them
					 * could be set, an errno value or 0 */
};

#endif
