#ifndef NQSBACKUP_RESTORE_RESTORE_STAGE_H
#define NQSBACKUP_RESTORE_RESTORE_STAGE_H

#include <stddef.h>
#include <stdint.h>

#include "../../libcore/base/text.h"
#include "../tree/folder.h"

struct failure;
struct restoration;

/*
 * Where the things of a unit are made ready.  Each thread has one of its own.
 */
struct restore_stage {
	const struct restoration	*restoration;
	struct folder			 folder;
	struct text			 path;
	int64_t				 uid;	/* that new things get here */
	int64_t				 gid;
};

/* A thing of a unit in the making. */
struct restore_place {
	int		 directory;
	const char	*name;
};

/* Fills stage for restoration, borrowed. */
void
restore_stage_start(struct restore_stage *stage,
    const struct restoration *restoration);

void
restore_stage_release(struct restore_stage *stage);

/*
 * Opens what name, which is in the unit, is to be made in; place is good until
 * the next call with the same stage.  Returns 0, or -1 with errno set.
 */
int
restore_stage_open(struct restore_stage *stage, size_t unit,
    const char *name, struct restore_place *place);

/*
 * The same with why set, when it fails.
 */
int
restore_stage_enter(struct restore_stage *stage, size_t unit,
    const char *name, struct restore_place *place, struct failure *why);

/*
 * Fills why with what cannot be done with name, by errno: "cannot WHAT
 * 'NAME'".  Returns -1.
 */
int
restore_stage_refuse(struct failure *why, const char *what,
    const char *name);

#endif
