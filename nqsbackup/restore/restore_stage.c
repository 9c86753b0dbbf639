#include <config.h>

#include "restore_stage.h"

#include <sys/stat.h>

#include <errno.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "restoration.h"
#include "restore_layout.h"
#include "restore_record.h"
#include "restore_thing.h"

void
restore_stage_start(struct restore_stage *stage,
    const struct restoration *restoration)
{
	*stage = (struct restore_stage){ .restoration = restoration };
	folder_start(&stage->folder, -1);
}

void
restore_stage_release(struct restore_stage *stage)
{
	folder_close(&stage->folder);
	text_release(&stage->path);
}

/*
 * Goes on in the directory root.  We made it, so the owners that it has are
 * those that whatever we make in it will have.
 */
static int
turn(struct restore_stage *stage, int root)
{
	struct stat status;

	if (fstat(root, &status) == -1)
		return (-1);
	folder_close(&stage->folder);
	folder_start(&stage->folder, root);
	stage->uid = (int64_t)status.st_uid;
	stage->gid = (int64_t)status.st_gid;
	return (0);
}

int
restore_stage_open(struct restore_stage *stage, size_t unit,
    const char *name, struct restore_place *place)
{
	const struct restoration *restoration = stage->restoration;
	const char *top = restoration->layout->units[unit].node.name;
	const int root =
	    restoration->stages[restoration->record->moves[unit].place];

	if (stage->folder.root != root && turn(stage, root) == -1)
		return (-1);
	text_clear(&stage->path);
	text_format(&stage->path, "%zu", unit);
	text_add(&stage->path, name + strlen(top));
	place->directory = folder_open(&stage->folder,
	    text_string(&stage->path), &place->name);
	return (place->directory == -1 ? -1 : 0);
}

int
restore_stage_enter(struct restore_stage *stage, size_t unit,
    const char *name, struct restore_place *place, struct failure *why)
{
	return (restore_stage_open(stage, unit, name, place) == -1 ?
	    restore_stage_refuse(why, "make ready", name) : 0);
}

int
restore_stage_refuse(struct failure *why, const char *what, const char *name)
{
	const int error = errno;

	failure_set_errno(why, failure_code_of_errno(error), error,
	    "cannot %s '%s'", what, name);
	restore_thing_explain(error, why);
	return (-1);
}
