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

/* A thing that is written, and the entry with its data. */
struct thing {
	int64_t				 at;	/* in the archive */
	size_t				 content;
	size_t				 unit;
	const struct restore_node	*node;
};

/* All of them, in the order in which they lie in the archive. */
struct things {
	const struct restoration	*restoration;
	struct thing			*list;
	size_t				 count;
	int64_t				 size;	/* in all */
	size_t				 entry_count;	/* of the archive */
	bool				 whole;	/* it is read all */
};

/* Some of them, and the entries among which they are, for one thread. */
struct part {
	const struct thing	*list;
	size_t			 count;
	size_t			 first;	/* entry that is checked, or none */
	size_t			 end;	/* behind the last one */
};

/* What one thread works with. */
struct tools {
	const struct restoration	*restoration;
	struct archive_reader		*reader;
	struct restore_stage		 stage;
};

/* Returns whether node is to be written, and is no symbolic link. */
static bool
is_written(const struct restoration *restoration,
    const struct restore_node *node)
{
	const struct entry *entries =
	    restoration->request->index->entries.list;

	return (node->source == RESTORE_ENTRY &&
	    restoration->plan->steps[node->entry].action == RESTORE_WRITE &&
	    entries[node->entry].kind != ENTRY_SYMLINK);
}

static int
compare_things(const void *a, const void *b)
{
	const struct thing *left = a;
	const struct thing *right = b;

	if (left->at != right->at)
		return (left->at < right->at ? -1 : 1);
	return (left->node < right->node ? -1 : left->node > right->node);
}

/* Finds what is to be written; things->list is for free(). */
static void
find_things(struct things *things)
{
	const struct restoration *restoration = things->restoration;
	const struct restore_layout *layout = restoration->layout;
	const struct entry *entries =
	    restoration->request->index->entries.list;

	things->list = memory_make(layout->count, sizeof(*things->list));
	for (size_t unit = 0; unit < layout->unit_count; unit++) {
		const size_t first = layout->units[unit];

		for (size_t i = first; i < layout->nodes[first].end; i++) {
			const struct restore_node *node = &layout->nodes[i];

			if (!is_written(restoration, node))
				continue;
			const struct entry *entry = &entries[node->entry];
			const size_t content = entry->kind == ENTRY_LINK ?
			    entry->content.first : node->entry;

			things->list[things->count++] = (struct thing){
			    .at = entries[content].at, .content = content,
			    .unit = unit, .node = node };
			things->size += entries[content].size;
		}
	}
	if (things->count > 1)
		qsort(things->list, things->count, sizeof(*things->list),
		    compare_things);
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

static int
write_thing(struct tools *tools, const struct thing *thing,
    struct failure *why)
{
	const struct restoration *restoration = tools->restoration;
	const struct entry *entry =
	    &restoration->request->index->entries.list[thing->content];
	struct restore_place place;

	if (restore_stage_enter(&tools->stage, thing->unit, thing->node,
	    &place, why) == -1)
		return (-1);
	const struct restore_thing made = { .directory = place.directory,
	    .name = place.name, .request = restoration->request,
	    .uid = tools->stage.uid, .gid = tools->stage.gid };

	if (restore_thing_make(&made, tools->reader, thing->content,
	    why) == -1)
		return (-1);
	progress_bar_add(restoration->bar, entry->size);
	return (0);
}

/* Reads the entries from number on, before end, which are not written. */
static int
check_entries(struct tools *tools, size_t *number, size_t end,
    struct failure *why)
{
	for (; *number < end; (*number)++) {
		if (archive_reader_entry(tools->reader, *number, NULL,
		    why) == -1)
			return (-1);
	}
	return (0);
}

static int
work(void *own, void *job, struct failure *why)
{
	struct tools *tools = own;
	const struct part *part = job;
	size_t entry = part->first;

	for (size_t i = 0; i < part->count; i++) {
		if ((i % CHECK_INTERVAL == 0 && interrupt_check(why) == -1) ||
		    check_entries(tools, &entry, part->list[i].content,
		    why) == -1 || write_thing(tools, &part->list[i],
		    why) == -1)
			return (-1);
		/* A thing with the same content may follow. */
		if (entry == part->list[i].content)
			entry++;
	}
	return (check_entries(tools, &entry, part->end, why));
}

static const struct crew_trade write_trade = {
	.make_tools = make_tools,
	.free_tools = free_tools,
	.work = work,
	.drop = free
};

/*
 * Returns the next part, or NULL at the end; first is the thing, and entry the
 * entry that the one before ended with.
 */
static struct part *
cut_part(const struct things *things, size_t *first, size_t *entry)
{
	if (*first == things->count && (!things->whole ||
	    *entry == things->entry_count))
		return (NULL);
	struct part *part = memory_make(1, sizeof(*part));
	const size_t begin = things->whole ? *entry :
	    things->list[*first].content;

	*entry = begin + archive_reader_part(things->restoration->reader,
	    begin);
	part->list = &things->list[*first];
	for (; *first < things->count &&
	    things->list[*first].content < *entry; (*first)++)
		part->count++;
	part->first = things->whole ? begin : SIZE_MAX;
	part->end = things->whole ? *entry : 0;
	return (part);
}

/* Lets crew work on all of things.  Returns 0, or -1 with why set. */
static int
write_all(const struct things *things, struct crew *crew,
    struct failure *why)
{
	size_t first = 0;
	size_t entry = 0;
	struct part *next = cut_part(things, &first, &entry);
	int rc = 0;

	while (rc == 0 && (next != NULL || !crew_is_empty(crew))) {
		if (next == NULL || crew_is_full(crew)) {
			free(crew_take(crew, &rc, why));
			continue;
		}
		crew_give(crew, next);
		next = cut_part(things, &first, &entry);
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
	    .entry_count = restoration->request->index->entries.count,
	    .whole = reads_whole(restoration) };

	find_things(&things);
	progress_bar_turn(restoration->bar, "restoring", things.size);
	struct crew *crew = crew_make(&write_trade, restoration,
	    restoration->threads);
	const int rc = write_all(&things, crew, why);

	crew_free(crew);
	free(things.list);
	return (rc);
}
