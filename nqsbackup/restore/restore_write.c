#include <config.h>

#include "restore_write.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../archive/archive_reader.h"
#include "../archive/index.h"
#include "../base/crew.h"
#include "../base/interrupt.h"
#include "../base/progress_bar.h"
#include "restoration.h"
#include "restore_layout.h"
#include "restore_plan.h"
#include "restore_request.h"
#include "restore_stage.h"
#include "restore_thing.h"

enum { CHECK_INTERVAL = 32 };		/* files between looks for signals */

/* The entries in the order in which they lie in the archive. */
struct things {
	const struct restoration	*restoration;
	const struct entry		**order;	/* NULL: that of the
							 * index */
	size_t				 count;
	int64_t				 size;	/* of what is written */
	bool				 whole;	/* what is not is read, too */
};

/* Some of them, for one thread. */
struct part {
	const struct things	*things;
	size_t			 first;
	size_t			 end;
};

/* What one thread works with. */
struct tools {
	const struct restoration	*restoration;
	struct archive_reader		*reader;
	struct restore_stage		 stage;
};

/* Returns the number of the entry that lies at place among all. */
static size_t
number_at(const struct things *things, size_t place)
{
	return (things->order == NULL ? place :
	    (size_t)(things->order[place] -
	    things->restoration->request->index->entries.list));
}

/* Returns whether the entry number is written, and is no symbolic link. */
static bool
is_written(const struct restoration *restoration, size_t number)
{
	const struct restore_plan *plan = restoration->plan;
	const enum entry_kind kind =
	    restoration->request->index->entries.list[number].kind;

	return (kind != ENTRY_SYMLINK && kind != ENTRY_LINK &&
	    plan->actions[restore_plan_carrier(plan, number)] ==
	    RESTORE_WRITE);
}

static int
compare_places(const void *a, const void *b)
{
	const struct entry *const *left = a;
	const struct entry *const *right = b;

	if ((*left)->at != (*right)->at)
		return ((*left)->at < (*right)->at ? -1 : 1);
	return (*left < *right ? -1 : *left > *right);
}

/* Finds out what is written, and the order; things->order is for free(). */
static void
find_things(struct things *things)
{
	const struct entry *entries =
	    things->restoration->request->index->entries.list;
	bool ordered = true;

	for (size_t i = 0; i < things->count; i++) {
		if (is_written(things->restoration, i))
			things->size += entries[i].size;
		if (i > 0 && entries[i].at < entries[i - 1].at)
			ordered = false;
	}
	/* Those of ours are. */
	if (ordered)
		return;
	things->order = memory_make(things->count, sizeof(*things->order));
	for (size_t i = 0; i < things->count; i++)
		things->order[i] = &entries[i];
	qsort(things->order, things->count, sizeof(*things->order),
	    compare_places);
}

static void *
make_tools(const void *cookie)
{
	const struct restoration *restoration = cookie;
	struct tools *tools = memory_make(1, sizeof(*tools));

	tools->restoration = restoration;
	tools->reader = archive_reader_share(restoration->reader);
	restore_stage_start(&tools->stage, restoration);
	return (tools);
}

static void
free_tools(void *own)
{
	struct tools *tools = own;

	archive_reader_close(tools->reader);
	restore_stage_release(&tools->stage);
	free(tools);
}

/* Writes the entry number by the name of its carrier. */
static int
write_thing(struct tools *tools, size_t number, struct failure *why)
{
	const struct restoration *restoration = tools->restoration;
	const struct entry *entries =
	    restoration->request->index->entries.list;
	const size_t carrier = restore_plan_carrier(restoration->plan,
	    number);
	struct restore_place place;

	if (restore_stage_enter(&tools->stage,
	    restore_layout_unit(restoration->layout, carrier),
	    entries[carrier].name, &place, why) == -1)
		return (-1);
	const struct restore_thing made = { .directory = place.directory,
	    .name = place.name, .request = restoration->request,
	    .uid = tools->stage.uid, .gid = tools->stage.gid };

	if (restore_thing_make(&made, tools->reader, number, why) == -1)
		return (-1);
	progress_bar_add(restoration->bar, entries[number].size);
	return (0);
}

static int
work(void *own, void *job, struct failure *why)
{
	struct tools *tools = own;
	const struct part *part = job;
	int rc = 0;

	for (size_t i = part->first; i < part->end && rc == 0; i++) {
		const size_t number = number_at(part->things, i);

		if ((i - part->first) % CHECK_INTERVAL == 0)
			rc = interrupt_check(why);
		if (rc == 0 && is_written(tools->restoration, number))
			rc = write_thing(tools, number, why);
		else if (rc == 0 && part->things->whole)
			rc = archive_reader_entry(tools->reader, number, NULL,
			    why);
	}
	return (rc);
}

static const struct crew_trade write_trade = {
	.make_tools = make_tools,
	.free_tools = free_tools,
	.work = work,
	.drop = free
};

/* Returns the part that begins at *place, or behind it; NULL at the end. */
static struct part *
cut_part(const struct things *things, size_t *place)
{
	const struct restoration *restoration = things->restoration;

	while (!things->whole && *place < things->count &&
	    !is_written(restoration, number_at(things, *place)))
		(*place)++;
	if (*place == things->count)
		return (NULL);
	struct part *part = memory_make(1, sizeof(*part));

	part->things = things;
	part->first = *place;
	*place += archive_reader_part(restoration->reader, *place);
	part->end = *place;
	return (part);
}

/* Lets crew work on all of things.  Returns 0, or -1 with why set. */
static int
write_all(const struct things *things, struct crew *crew,
    struct failure *why)
{
	size_t place = 0;
	struct part *next = cut_part(things, &place);
	int rc = 0;

	while (rc == 0 && (next != NULL || !crew_is_empty(crew))) {
		if (next == NULL || crew_is_full(crew)) {
			free(crew_take(crew, &rc, why));
			continue;
		}
		crew_give(crew, next);
		next = cut_part(things, &place);
	}
	free(next);
	return (rc);
}

/*
 * What is asked for in part is all that is read then; else all of the archive
 * is.  One of another program was read when it was opened.
 */
static bool
reads_whole(const struct restoration *restoration)
{
	return (restoration->request->patterns[0] == NULL &&
	    archive_reader_proof(restoration->reader) ==
	    ARCHIVE_READER_DIGESTS);
}

int
restore_write_run(const struct restoration *restoration, struct failure *why)
{
	struct things things = { .restoration = restoration,
	    .count = restoration->request->index->entries.count,
	    .whole = reads_whole(restoration) };

	find_things(&things);
	progress_bar_turn(restoration->bar, "restoring", things.size);
	struct crew *crew = crew_make(&write_trade, restoration,
	    restoration->threads);
	const int rc = write_all(&things, crew, why);

	crew_free(crew);
	free(things.order);
	return (rc);
}
