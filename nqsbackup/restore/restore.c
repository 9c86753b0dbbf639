#include <config.h>

#include "restore.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/message.h"
#include "../../libcore/base/text.h"
#include "../../libcore/compat/treesync.h"
#include "../archive/index.h"
#include "../base/progress_bar.h"
#include "restoration.h"
#include "restore_build.h"
#include "restore_disk.h"
#include "restore_folder.h"
#include "restore_journal.h"
#include "restore_layout.h"
#include "restore_move.h"
#include "restore_note.h"
#include "restore_plan.h"
#include "restore_record.h"
#include "restore_recover.h"
#include "restore_request.h"

/* Finds a name for the restore that no other has, for free(). */
static char *
name_restore(const struct restore_list *kept)
{
	char stamp[CLOCK_TEXT_ROOM];
	struct text id = { 0 };

	clock_show_compact(clock_wall(), stamp);
	for (int number = 1;; number++) {
		bool taken = false;

		text_clear(&id);
		text_add(&id, stamp);
		if (number > 1)
			text_format(&id, "-%d", number);
		for (size_t i = 0; i < kept->count; i++)
			taken = taken || strcmp(kept->list[i].id,
			    text_string(&id)) == 0;
		if (!taken)
			return (text_take(&id));
	}
}

static size_t
place_of(const struct restoration *restoration, size_t directory)
{
	return (restore_record_place(restoration->record,
	    restore_layout_place(restoration->layout, directory)));
}

/*
 * Adds a setting of node, kept where what lies in directory is.  Unless that is
 * above node, the same directory has the name before and after.
 */
static void
add_setting(const struct restoration *restoration, size_t *settings,
    size_t node, size_t directory)
{
	struct restore_record *record = restoration->record;
	const struct restore_node *own = &restoration->layout->nodes[node];

	settings[record->setting_count] = node;
	struct restore_setting *setting = restore_record_add_setting(record);

	setting->name = memory_copy_string(own->name);
	setting->place = place_of(restoration, directory);
	if (node == directory && own->was_directory)
		setting->inode = (uint64_t)own->there->inode;
}

/*
 * Whether the directory node, before or after, is one that its owner, who we
 * are, has to open before it can be moved.
 */
static bool
is_closed(const struct restoration *restoration,
    const struct restore_node *node)
{
	const struct restore_request *request = restoration->request;

	return (!request->privileged &&
	    ((node->was_directory && (restore_disk_directory(request->disk,
	    node->there)->mode & S_IWUSR) == 0) ||
	    (node->source == RESTORE_ENTRY && node->is_directory &&
	    (request->index->entries.list[node->entry].mode & S_IWUSR) == 0)));
}

/*
 * Fills the record, but for the inodes.  A directory of a tree in which a
 * unit lies keeps its time.  Returns the nodes of the settings, for free().
 */
static size_t *
fill_record(const struct restoration *restoration)
{
	const struct restore_layout *layout = restoration->layout;
	size_t *settings = memory_make(layout->setting_count +
	    2 * layout->unit_count, sizeof(*settings));
	bool *known = memory_make(layout->count, sizeof(*known));

	for (size_t i = 0; i < layout->unit_count; i++) {
		const struct restore_node *node = &layout->units[i].node;
		struct restore_move *move =
		    restore_record_add_move(restoration->record);

		move->name = memory_copy_string(node->name);
		move->place = place_of(restoration, node->parent);
	}
	for (size_t i = 0; i < layout->setting_count; i++) {
		known[layout->settings[i]] = true;
		add_setting(restoration, settings, layout->settings[i],
		    layout->settings[i]);
	}
	for (size_t i = 0; i < layout->unit_count; i++) {
		const struct restore_unit *unit = &layout->units[i];
		const size_t parent = unit->node.parent;

		if (!known[parent] && layout->nodes[parent].there != NULL)
			add_setting(restoration, settings, parent, parent);
		known[parent] = true;
		if (is_closed(restoration, &unit->node))
			add_setting(restoration, settings, unit->begin.node,
			    parent);
	}
	free(known);
	return (settings);
}

/* Makes everything ready and durable, and lets the journal say so. */
static int
make_ready(const struct restoration *restoration,
    const struct restore_folder *folder, struct restore_kept *kept,
    struct failure *why)
{
	const struct restore_record *record = restoration->record;

	if (restore_build_run(restoration, why) == -1)
		return (-1);
	progress_bar_turn(restoration->bar, "waiting for the disk", 0);
	for (size_t i = 0; i < record->places.count; i++) {
		if (treesync(restoration->stages[i]) == -1) {
			failure_set_errno(why, failure_code_of_errno(errno),
			    errno, "cannot write into the target");
			return (-1);
		}
	}
	if (restore_note_check(restoration, why) == -1)
		return (-1);
	kept->state = RESTORE_GOING;
	if (restore_journal_write(folder, kept, record, why) == 0)
		return (0);
	/* It may be there and not be durable; nothing has moved yet. */
	struct failure second;

	(void)restore_journal_remove(folder, kept, RESTORE_GOING, &second);
	return (-1);
}

/*
 * Moves everything; what fails is put back.  Returns as restore_run(), and
 * then sets field->crossing.
 */
static int
go(struct restore_field *field, const struct restore_folder *folder,
    struct restore_kept *kept, struct failure *why)
{
	struct failure second;

	/* Not having it removed is harmless: the later journal counts. */
	(void)restore_journal_remove(folder, kept, RESTORE_MAKING, &second);
	if (restore_move_all(field, RESTORE_FORTH, why) == 0)
		return (restore_journal_turn(folder, kept, RESTORE_DONE,
		    why));
	if (why->code == EXITCODE_NEEDS_PERSON)
		return (-1);
	if (restore_recover_discard(folder, field->root, kept, &second) == 0)
		return (field->crossing == RESTORE_NONE ? -1 : 1);
	why->code = EXITCODE_NEEDS_PERSON;
	failure_hint(why, "what was made ready cannot be removed: %.300s",
	    second.message);
	return (-1);
}

/*
 * Gives the restore a name, a lock and a journal, while nobody else can look.
 * Returns 0, or -1 with why set; kept and *claim are to be released in any
 * case.
 */
static int
begin(const struct restore_record *record,
    struct restore_folder *folder, struct restore_kept *kept, int *claim,
    struct failure *why)
{
	struct restore_list others = { 0 };
	int rc = restore_journal_list(folder, &others, why);

	kept->id = name_restore(&others);
	kept->state = RESTORE_MAKING;
	restore_journal_release(&others);
	if (rc == 0)
		rc = restore_recover_check(folder, &record->trees, NULL, why);
	if (rc == 0 && restore_folder_claim(folder, kept->id, claim,
	    why) != 1)
		rc = -1;
	if (rc == 0)
		rc = restore_journal_write(folder, kept, record, why);
	restore_folder_unlock(folder);
	return (rc);
}

/* Does it with the journal and the stages; returns as restore_run(). */
static int
run(struct restoration *restoration, const struct restore_folder *folder,
    struct restore_kept *kept, struct text *id, struct failure *why)
{
	struct failure second;
	size_t stuck = RESTORE_NONE;

	restoration->stuck = &stuck;
	restoration->stages = restore_recover_open_stages(restoration->root,
	    kept->id, restoration->record, why);
	int rc = restoration->stages == NULL ? -1 : make_ready(restoration,
	    folder, kept, why);

	if (rc == 0) {
		struct restore_field field = { .root =
		    restoration->root, .stages = restoration->stages,
		    .record = restoration->record,
		    .crossing = RESTORE_NONE };

		rc = go(&field, folder, kept, why);
		if (rc == 1)
			text_add(id, restoration->record->
			    moves[field.crossing].name);
	} else {
		/* The first failure is what counts. */
		kept->state = RESTORE_MAKING;
		(void)restore_recover_discard(folder, restoration->root, kept,
		    &second);
		if (stuck != RESTORE_NONE) {
			text_add(id, restoration->layout->nodes[stuck].name);
			rc = 1;
		}
	}
	restore_recover_close_stages(restoration->stages,
	    restoration->record);
	return (rc);
}

/* Discards what was kept for the same trees, for this restore is done. */
static void
discard_others(const struct restoration *restoration,
    struct restore_folder *folder, const char *id)
{
	const struct restore_successor successor = { id,
	    restoration->report };
	struct failure why;

	if (restore_folder_lock(folder, &why) != 1 ||
	    restore_recover_discard_all(folder, restoration->root,
	    &restoration->record->trees, &successor, &why) == -1)
		message_say(MESSAGE_WARNING, "what an earlier restore had "
		    "kept is still there: %s", why.message);
}

int
restore_run(const struct restoration *given, struct restore_folder *folder,
    const char *archive, struct text *id, struct failure *why)
{
	struct restoration restoration = *given;
	const struct restore_lists lists = { given->request, given->plan,
	    given->ways };
	struct restore_layout layout = { 0 };
	struct restore_record record = { 0 };
	struct restore_kept kept = { NULL, RESTORE_NAMED };
	int claim = -1;

	restore_layout_make(&lists, &layout);
	record.archive = memory_copy_string(archive);
	words_add_all(&record.trees, &given->request->index->trees);
	restoration.layout = &layout;
	restoration.record = &record;
	size_t *settings = fill_record(&restoration);

	restoration.settings = settings;
	int rc = begin(&record, folder, &kept, &claim, why);

	if (rc == 0)
		rc = run(&restoration, folder, &kept, id, why);
	if (rc == 0) {
		discard_others(&restoration, folder, kept.id);
		restore_folder_show(folder, kept.id, id);
	}
	if (claim != -1)
		(void)close(claim);	/* nothing was written */
	free(settings);
	free(kept.id);
	restore_layout_release(&layout);
	restore_record_release(&record);
	return (rc);
}
