#include <config.h>

#include "restore.h"

#include <sys/stat.h>

#include <stdint.h>
#include <stdlib.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
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

/* An entry and where its data lies. */
struct place {
	int64_t	at;
	size_t	number;
};

static int
compare_places(const void *a, const void *b)
{
	const struct place *left = a;
	const struct place *right = b;

	if (left->at != right->at)
		return (left->at < right->at ? -1 : 1);
	return (left->number < right->number ? -1 :
	    left->number > right->number);
}

/*
 * Makes every step ready, in the order in which the data lies in the archive,
 * which in one of others is not that of names.
 */
static int
stage_steps(const struct restoration *restoration, struct failure *why)
{
	const size_t count = restoration->plan->count;
	struct place *places = memory_make(count, sizeof(*places));
	int rc = 0;

	for (size_t i = 0; i < count; i++) {
		places[i].at = index_content(restoration->request->index,
		    restoration_entry(restoration, i))->at;
		places[i].number = i;
	}
	if (count > 1)
		qsort(places, count, sizeof(*places), compare_places);
	for (size_t i = 0; i < count && rc == 0; i++) {
		rc = stage_step(restoration, places[i].number, why);
		if (rc == 0)
			rc = interrupt_check(why);
	}
	free(places);
	return (rc);
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
	if (stage_steps(restoration, why) == -1)
		return (-1);
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
