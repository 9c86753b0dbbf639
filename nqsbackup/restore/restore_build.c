#include <config.h>

#include "restore_build.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/system/beneath.h"
#include "../archive/index.h"
#include "../base/interrupt.h"
#include "../tree/folder.h"
#include "restoration.h"
#include "restore_layout.h"
#include "restore_note.h"
#include "restore_plan.h"
#include "restore_record.h"
#include "restore_request.h"
#include "restore_thing.h"

struct builder {
	const struct restoration	*restoration;
	struct folder			 stage;
	struct folder			 disk;
	struct folder			 carrier;
	struct text			 path;	/* in the stage */
	struct text			 other;	/* of a carrier */
};

/* A thing of a unit in the making. */
struct place {
	int		 directory;
	const char	*name;
};

/* A thing that is written, and where its data lies in the archive. */
struct thing {
	int64_t				 at;
	size_t				 unit;
	const struct restore_node	*node;
};

static int
refuse(struct failure *why, const char *what, const char *name)
{
	const int error = errno;

	failure_set_errno(why, failure_code_of_errno(error), error,
	    "cannot %s '%s'", what, name);
	return (-1);
}

static const struct entry *
entry_of(const struct builder *builder, const struct restore_node *node)
{
	return (&builder->restoration->request->index->
	    entries.list[node->entry]);
}

static const struct restore_step *
step_of(const struct builder *builder, const struct restore_node *node)
{
	return (&builder->restoration->plan->steps[node->entry]);
}

/* Writes into path where node, of the given unit, is made ready. */
static void
find_path(const struct builder *builder, size_t unit,
    const struct restore_node *node, struct text *path)
{
	const struct restore_layout *layout = builder->restoration->layout;
	const char *top = layout->nodes[layout->units[unit]].name;

	text_clear(path);
	text_format(path, "%zu%s", unit, node->name + strlen(top));
}

/* Opens the directory for path of the unit, by folder; as folder_open(). */
static int
open_staged(const struct builder *builder, struct folder *folder, size_t unit,
    const struct text *path, const char **name)
{
	const struct restoration *restoration = builder->restoration;
	const int root =
	    restoration->stages[restoration->record->moves[unit].place];

	if (folder->root != root) {
		folder_close(folder);
		folder_start(folder, root);
	}
	return (folder_open(folder, text_string(path), name));
}

/* Opens what node of the unit is to be made in. */
static int
open_place(struct builder *builder, size_t unit,
    const struct restore_node *node, struct place *place, struct failure *why)
{
	find_path(builder, unit, node, &builder->path);
	place->directory = open_staged(builder, &builder->stage, unit,
	    &builder->path, &place->name);
	return (place->directory == -1 ?
	    refuse(why, "make ready", node->name) : 0);
}

static int
make_directory(struct builder *builder, size_t unit,
    const struct restore_node *node, struct failure *why)
{
	struct place place;

	if (!restoration_is_directory(builder->restoration, node))
		return (0);
	if (open_place(builder, unit, node, &place, why) == -1)
		return (-1);
	return (mkdirat(place.directory, place.name, S_IRWXU) == -1 ?
	    refuse(why, "make ready", node->name) : 0);
}

/* Whether a file cannot have a further name, by errno. */
static bool
is_unlinkable(int error)
{
	return (error == EPERM || error == EMLINK || error == EOPNOTSUPP ||
	    error == EXDEV);
}

/* Links what is on the disk into the new unit. */
static int
carry(struct builder *builder, const struct restore_node *node,
    const struct place *place, struct failure *why)
{
	const char *name;
	const int directory = folder_open(&builder->disk, node->name, &name);

	if (directory != -1 &&
	    linkat(directory, name, place->directory, place->name, 0) == 0)
		return (0);
	if (directory != -1 && is_unlinkable(errno))
		*builder->restoration->stuck = node->parent;
	return (refuse(why, "keep", node->name));
}

static int
keep_thing(struct builder *builder, size_t unit,
    const struct restore_node *node, struct failure *why)
{
	struct place place;

	if (node->source != RESTORE_CARRIED ||
	    restoration_is_directory(builder->restoration, node))
		return (0);
	if (open_place(builder, unit, node, &place, why) == -1)
		return (-1);
	return (carry(builder, node, &place, why));
}

/* Whether node is to be written, and is no symbolic link. */
static bool
is_written(const struct builder *builder, const struct restore_node *node)
{
	return (node->source == RESTORE_ENTRY &&
	    step_of(builder, node)->action == RESTORE_WRITE &&
	    entry_of(builder, node)->kind != ENTRY_SYMLINK);
}

/* Returns the number of the entry with the data of node. */
static size_t
content_of(const struct builder *builder, const struct restore_node *node)
{
	const struct entry *entry = entry_of(builder, node);

	return (entry->kind == ENTRY_LINK ? entry->first : node->entry);
}

static int
write_thing(struct builder *builder, const struct thing *thing,
    struct failure *why)
{
	const struct restoration *restoration = builder->restoration;
	const struct restore_node *node = thing->node;
	struct place place;

	if (open_place(builder, thing->unit, node, &place, why) == -1)
		return (-1);
	const struct restore_thing made = { .directory = place.directory,
	    .name = place.name, .request = restoration->request };

	return (restore_thing_make(&made, restoration->reader,
	    content_of(builder, node), why));
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

/* Finds what is to be written.  Returns it, for free(). */
static struct thing *
find_things(const struct builder *builder, size_t *count)
{
	const struct restore_layout *layout = builder->restoration->layout;
	const struct entry *entries =
	    builder->restoration->request->index->entries.list;
	struct thing *things = memory_make(layout->count, sizeof(*things));

	*count = 0;
	for (size_t unit = 0; unit < layout->unit_count; unit++) {
		const size_t first = layout->units[unit];

		for (size_t i = first; i < layout->nodes[first].end; i++) {
			const struct restore_node *node = &layout->nodes[i];

			if (is_written(builder, node))
				things[(*count)++] = (struct thing){
				    .at = entries[content_of(builder,
				    node)].at, .unit = unit, .node = node };
		}
	}
	return (things);
}

/*
 * Writes files and FIFOs in the order in which they lie in the archive, which
 * in one of another program is not that of names.
 */
static int
write_things(struct builder *builder, struct failure *why)
{
	size_t count;
	struct thing *things = find_things(builder, &count);
	int rc = 0;

	if (count > 1)
		qsort(things, count, sizeof(*things), compare_things);
	for (size_t i = 0; i < count && rc == 0; i++) {
		rc = write_thing(builder, &things[i], why);
		if (rc == 0)
			rc = interrupt_check(why);
	}
	free(things);
	return (rc);
}

/* Opens where the file that node is a further name of is, now. */
static int
open_carrier(struct builder *builder, const struct restore_node *node,
    const char **name)
{
	const struct restore_layout *layout = builder->restoration->layout;
	const size_t number =
	    layout->of_entries[step_of(builder, node)->carrier];
	const struct restore_node *carrier = &layout->nodes[number];
	const size_t unit = restore_layout_unit(layout, number);

	if (unit == RESTORE_NONE)
		return (folder_open(&builder->disk, carrier->name, name));
	find_path(builder, unit, carrier, &builder->other);
	return (open_staged(builder, &builder->carrier, unit,
	    &builder->other, name));
}

static int
make_link(struct builder *builder, size_t unit,
    const struct restore_node *node, struct failure *why)
{
	struct place place;
	const char *name;

	if (node->source != RESTORE_ENTRY ||
	    step_of(builder, node)->action != RESTORE_LINK)
		return (0);
	if (open_place(builder, unit, node, &place, why) == -1)
		return (-1);
	const int directory = open_carrier(builder, node, &name);

	if (directory != -1 &&
	    linkat(directory, name, place.directory, place.name, 0) == 0)
		return (0);
	if (errno != EXDEV)
		return (refuse(why, "link", node->name));
	failure_set(why, EXITCODE_FAILED, "'%s' and '%s' are one file, but "
	    "lie on two file systems of the target", node->name,
	    builder->restoration->request->index->
	    entries.list[step_of(builder, node)->carrier].name);
	return (-1);
}

static int
make_symlink(struct builder *builder, size_t unit,
    const struct restore_node *node, struct failure *why)
{
	struct place place;

	if (node->source != RESTORE_ENTRY ||
	    step_of(builder, node)->action != RESTORE_WRITE ||
	    entry_of(builder, node)->kind != ENTRY_SYMLINK)
		return (0);
	if (open_place(builder, unit, node, &place, why) == -1)
		return (-1);
	const struct restore_thing thing = { .directory = place.directory,
	    .name = place.name,
	    .request = builder->restoration->request };

	return (restore_thing_make(&thing, builder->restoration->reader,
	    node->entry, why));
}

static int
set_directory(struct builder *builder, size_t unit,
    const struct restore_node *node, struct failure *why)
{
	struct place place;

	if (!restoration_is_directory(builder->restoration, node))
		return (0);
	if (open_place(builder, unit, node, &place, why) == -1)
		return (-1);
	const int fd = beneath_open_directory(place.directory, place.name);
	const int rc = fd == -1 ? -1 : restoration_set_attributes(
	    builder->restoration, node, fd);

	if (rc == -1)
		(void)refuse(why, "set the attributes of", node->name);
	if (fd != -1)
		(void)close(fd);	/* a directory */
	return (rc);
}

typedef int builder_act(struct builder *, size_t,
    const struct restore_node *, struct failure *);

/* Does act for all that belongs to units. */
static int
for_each(struct builder *builder, builder_act *act, struct failure *why)
{
	const struct restore_layout *layout = builder->restoration->layout;

	for (size_t unit = 0; unit < layout->unit_count; unit++) {
		const size_t first = layout->units[unit];

		for (size_t i = first; i < layout->nodes[first].end; i++) {
			if (act(builder, unit, &layout->nodes[i], why) == -1 ||
			    interrupt_check(why) == -1)
				return (-1);
		}
	}
	return (0);
}

/* The same from the deepest up, so that a mode cannot be in the way. */
static int
set_directories(struct builder *builder, struct failure *why)
{
	const struct restore_layout *layout = builder->restoration->layout;

	for (size_t unit = 0; unit < layout->unit_count; unit++) {
		const size_t first = layout->units[unit];

		for (size_t i = layout->nodes[first].end; i-- > first;) {
			if (set_directory(builder, unit, &layout->nodes[i],
			    why) == -1)
				return (-1);
		}
	}
	return (0);
}

int
restore_build_run(const struct restoration *restoration, struct failure *why)
{
	struct builder builder = { .restoration = restoration };
	int rc = 0;

	folder_start(&builder.stage, -1);
	folder_start(&builder.carrier, -1);
	folder_start(&builder.disk, restoration->root);
	if (for_each(&builder, make_directory, why) == -1 ||
	    for_each(&builder, keep_thing, why) == -1 ||
	    write_things(&builder, why) == -1 ||
	    for_each(&builder, make_link, why) == -1 ||
	    for_each(&builder, make_symlink, why) == -1 ||
	    set_directories(&builder, why) == -1)
		rc = -1;
	if (rc == 0)
		rc = restore_note_run(restoration, why);
	folder_close(&builder.stage);
	folder_close(&builder.carrier);
	folder_close(&builder.disk);
	text_release(&builder.path);
	text_release(&builder.other);
	return (rc);
}
