#include <config.h>

#include "restore.h"

#include <sys/stat.h>

#include "../libcore/base/failure.h"
#include "index.h"
#include "interrupt.h"
#include "restoration.h"
#include "restore_commit.h"
#include "restore_plan.h"
#include "restore_request.h"
#include "restore_stage.h"
#include "restore_thing.h"

/* A further name needs its file on the same file system. */
static int
check_link(const struct restoration *restoration, size_t number,
    size_t carrier, struct failure *why)
{
	const int stage = restoration_stage(restoration, number, why);
	const int other = stage == -1 ? -1 : restoration_stage(restoration,
	    carrier, why);
	struct stat here;
	struct stat there;

	if (other == -1)
		return (-1);
	if (fstat(stage, &here) == 0 && fstat(other, &there) == 0 &&
	    here.st_dev == there.st_dev)
		return (0);
	failure_set(why, EXITCODE_FAILED, "'%s' and '%s' are one file, but "
	    "lie on two file systems of the target",
	    restoration_entry(restoration, number)->name,
	    restoration_entry(restoration, carrier)->name);
	return (-1);
}

/* Makes one step ready. */
static int
stage_step(const struct restoration *restoration, size_t number,
    struct failure *why)
{
	const struct restore_step *step = &restoration->plan->steps[number];
	const struct entry *entry = restoration_entry(restoration, number);
	char name[RESTORATION_NAME_ROOM];

	if (step->action == RESTORE_LINK)
		return (check_link(restoration, number, step->carrier, why));
	if (step->action != RESTORE_WRITE)
		return (0);
	restoration_name(number, name);
	const struct restore_thing thing = {
	    .directory = restoration_stage(restoration, number, why),
	    .name = name, .request = restoration->request };

	if (thing.directory == -1)
		return (-1);
	return (restore_thing_make(&thing, restoration->reader,
	    entry->kind == ENTRY_LINK ? entry->first : number, why));
}

static int
stage_all(const struct restoration *restoration, struct failure *why)
{
	const struct words *trees = &restoration->request->index->trees;

	for (size_t i = 0; i < trees->count; i++) {
		if (restore_stage_adopt(restoration->stages, trees->list[i],
		    why) == -1)
			return (-1);
	}
	for (size_t i = 0; i < restoration->plan->count; i++) {
		if (stage_step(restoration, i, why) == -1 ||
		    interrupt_check(why) == -1)
			return (-1);
	}
	return (restore_stage_sync(restoration->stages, why));
}

int
restore_run(int root, const struct restore_request *request,
    const struct restore_plan *plan, struct archive_reader *reader,
    struct failure *why)
{
	const struct restoration restoration = { .root = root,
	    .request = request, .plan = plan, .reader = reader,
	    .stages = restore_stage_make(root, request->disk) };
	struct failure second = { 0 };
	int rc = stage_all(&restoration, why);

	if (rc == 0)
		rc = restore_commit_run(&restoration, why);
	/* The first failure is what counts. */
	if (rc == -1)
		(void)restore_stage_clear(restoration.stages, &second);
	restore_stage_free(restoration.stages);
	return (rc);
}
