#include <config.h>

#include "restore_build.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/system/fileio.h"
#include "../archive/index.h"
#include "../base/interrupt.h"
#include "../tree/folder.h"
#include "restoration.h"
#include "restore_layout.h"
#include "restore_note.h"
#include "restore_plan.h"
#include "restore_record.h"
#include "restore_request.h"
#include "restore_stage.h"
#include "restore_thing.h"
#include "restore_write.h"

enum { CHECK_INTERVAL = 64 };		/* things between looks for signals */

struct builder {
	const struct restoration	*restoration;
	struct restore_stage		 stage;
	struct restore_stage		 carrier;
	struct folder			 disk;
};

static const struct entry *
entry_of(const struct builder *builder, const struct restore_node *node)
{
	return (&builder->restoration->request->index->
	    entries.list[node->entry]);
}

/* Whether action is what happens to node. */
static bool
has_action(const struct builder *builder, const struct restore_node *node,
    enum restore_action action)
{
	return (node->source == RESTORE_ENTRY &&
	    builder->restoration->plan->actions[node->entry] == action);
}

static int
make_directory(struct builder *builder, size_t unit,
    const struct restore_node *node, struct failure *why)
{
	struct restore_place place;

	if (!node->is_directory)
		return (0);
	if (restore_stage_enter(&builder->stage, unit, node->name, &place,
	    why) == -1)
		return (-1);
	return (mkdirat(place.directory, place.name, S_IRWXU) == -1 ?
	    restore_stage_refuse(why, "make ready", node->name) : 0);
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
    const struct restore_place *place, struct failure *why)
{
	const char *name;
	const int directory = folder_open(&builder->disk, node->name, &name);

	if (directory != -1 &&
	    linkat(directory, name, place->directory, place->name, 0) == 0)
		return (0);
	if (directory != -1 && is_unlinkable(errno))
		*builder->restoration->stuck = node->parent;
	return (restore_stage_refuse(why, "keep", node->name));
}

static int
keep_thing(struct builder *builder, size_t unit,
    const struct restore_node *node, struct failure *why)
{
	struct restore_place place;

	if (node->source != RESTORE_CARRIED || node->is_directory)
		return (0);
	if (restore_stage_enter(&builder->stage, unit, node->name, &place,
	    why) == -1)
		return (-1);
	return (carry(builder, node, &place, why));
}

/* Opens where the file that has the entry carrier's name is, now. */
static int
open_carrier(struct builder *builder, size_t carrier, const char **name)
{
	const struct restoration *restoration = builder->restoration;
	const char *own =
	    restoration->request->index->entries.list[carrier].name;
	const size_t unit = restore_layout_unit(restoration->layout, carrier);
	struct restore_place place;

	if (unit == RESTORE_NONE)
		return (folder_open(&builder->disk, own, name));
	if (restore_stage_open(&builder->carrier, unit, own, &place) == -1)
		return (-1);
	*name = place.name;
	return (place.directory);
}

static int
make_link(struct builder *builder, size_t unit,
    const struct restore_node *node, struct failure *why)
{
	struct restore_place place;
	const char *name;

	if (!has_action(builder, node, RESTORE_LINK))
		return (0);
	if (restore_stage_enter(&builder->stage, unit, node->name, &place,
	    why) == -1)
		return (-1);
	const size_t carrier = restore_plan_carrier(
	    builder->restoration->plan,
	    entry_of(builder, node)->content.first);
	const int directory = open_carrier(builder, carrier, &name);

	if (directory != -1 &&
	    linkat(directory, name, place.directory, place.name, 0) == 0)
		return (0);
	if (errno != EXDEV)
		return (restore_stage_refuse(why, "link", node->name));
	failure_set(why, EXITCODE_FAILED, "'%s' and '%s' are one file, but "
	    "lie on two file systems of the target", node->name,
	    builder->restoration->request->index->
	    entries.list[carrier].name);
	return (-1);
}

static int
make_symlink(struct builder *builder, size_t unit,
    const struct restore_node *node, struct failure *why)
{
	struct restore_place place;

	if (!has_action(builder, node, RESTORE_WRITE) ||
	    entry_of(builder, node)->kind != ENTRY_SYMLINK)
		return (0);
	if (restore_stage_enter(&builder->stage, unit, node->name, &place,
	    why) == -1)
		return (-1);
	const struct restore_thing thing = { .directory = place.directory,
	    .name = place.name,
	    .request = builder->restoration->request,
	    .uid = builder->stage.uid, .gid = builder->stage.gid };

	return (restore_thing_make(&thing, builder->restoration->reader,
	    node->entry, why));
}

static int
set_directory(struct builder *builder, size_t unit,
    const struct restore_node *node, struct failure *why)
{
	struct restore_place place;

	if (!node->is_directory)
		return (0);
	if (restore_stage_enter(&builder->stage, unit, node->name, &place,
	    why) == -1)
		return (-1);
	const int fd = fileio_open(place.directory, place.name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	const int rc = fd == -1 ? -1 : restoration_set_attributes(
	    builder->restoration, node, fd);

	if (rc == -1)
		(void)restore_stage_refuse(why, "set the attributes of",
		    node->name);
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
	struct restore_walk walk;
	struct restore_node node;
	size_t done = 0;

	for (size_t unit = 0; unit < layout->unit_count; unit++) {
		restore_layout_enter(layout, &layout->units[unit], &walk);
		while (restore_layout_next(&walk, &node)) {
			if (act(builder, unit, &node, why) == -1 ||
			    (done++ % CHECK_INTERVAL == 0 &&
			    interrupt_check(why) == -1))
				return (-1);
		}
	}
	return (0);
}

/* From the deepest up, so that a mode cannot be in the way. */
static int
set_directories(struct builder *builder, struct failure *why)
{
	const struct restore_layout *layout = builder->restoration->layout;

	for (size_t unit = 0; unit < layout->unit_count; unit++) {
		const size_t first = layout->units[unit].begin.node;

		for (size_t i = layout->units[unit].node.end.node;
		    i-- > first;) {
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

	restore_stage_start(&builder.stage, restoration);
	restore_stage_start(&builder.carrier, restoration);
	folder_start(&builder.disk, restoration->root);
	if (for_each(&builder, make_directory, why) == -1 ||
	    for_each(&builder, keep_thing, why) == -1 ||
	    restore_write_run(restoration, why) == -1 ||
	    for_each(&builder, make_link, why) == -1 ||
	    for_each(&builder, make_symlink, why) == -1 ||
	    set_directories(&builder, why) == -1)
		rc = -1;
	if (rc == 0)
		rc = restore_note_run(restoration, why);
	restore_stage_release(&builder.stage);
	restore_stage_release(&builder.carrier);
	folder_close(&builder.disk);
	return (rc);
}
