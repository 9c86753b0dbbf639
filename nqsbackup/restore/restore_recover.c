#include <config.h>

#include "restore_recover.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/message.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/format/report.h"
#include "../../libcore/system/beneath.h"
#include "../../libcore/system/extended.h"
#include "../tree/traits.h"
#include "restore_folder.h"
#include "restore_journal.h"
#include "restore_move.h"
#include "restore_record.h"

enum { ATTEMPT_LIMIT = 10 };

void
restore_recover_close_stages(int *stages, const struct restore_record *record)
{
	for (size_t i = 0; stages != NULL && i < record->places.count; i++) {
		if (stages[i] != -1)
			(void)close(stages[i]);	/* a directory */
	}
	free(stages);
}

/* Opens the directory id in the folder of place. */
static int
open_stage(int root, const char *place, const char *id, struct failure *why)
{
	struct restore_folder folder;
	int stage = -1;

	if (restore_folder_make(&folder, root, place, why) == 0) {
		const int rc = mkdirat(folder.fd, id, S_IRWXU);

		if (rc == 0 || errno == EEXIST)
			stage = beneath_open_directory(folder.fd, id);
		if (stage == -1)
			(void)restore_folder_refuse(&folder, "use", why);
		else
			/* What is made in it shall not inherit access. */
			(void)extended_remove(stage, TRAITS_DEFAULT);
	}
	restore_folder_close(&folder);
	return (stage);
}

int *
restore_recover_open_stages(int root, const char *id,
    const struct restore_record *record, struct failure *why)
{
	int *stages = memory_make(record->places.count, sizeof(*stages));
	bool whole = true;

	for (size_t i = 0; i < record->places.count; i++) {
		stages[i] = whole ? open_stage(root,
		    record->places.list[i], id, why) : -1;
		whole = whole && stages[i] != -1;
	}
	if (whole)
		return (stages);
	restore_recover_close_stages(stages, record);
	return (NULL);
}

/* Removes the directory id from the folder of place. */
static int
remove_stage(int root, const char *place, const char *id,
    struct failure *why)
{
	struct restore_folder folder;
	int rc = restore_folder_open(&folder, root, place, why);

	if (rc == 1) {
		rc = beneath_remove_tree(folder.fd, id);
		if (rc == -1)
			(void)restore_folder_refuse(&folder, "clear", why);
		restore_folder_remove_empty(&folder);
	}
	restore_folder_close(&folder);
	return (rc == -1 ? -1 : 0);
}

/* What is removed in part only must not be taken for a whole. */
int
restore_recover_discard(const struct restore_folder *folder, int root,
    const struct restore_kept *given, struct failure *why)
{
	struct restore_kept kept = *given;
	struct restore_record record = { 0 };
	int rc = 0;

	if (kept.state != RESTORE_NAMED)
		rc = restore_journal_read(folder, &kept, &record, why);
	if (rc == 0 && kept.state > RESTORE_MAKING)
		rc = restore_journal_turn(folder, &kept, RESTORE_MAKING, why);
	for (size_t i = 0; i < record.places.count && rc == 0; i++)
		rc = remove_stage(root, record.places.list[i], kept.id, why);
	restore_record_release(&record);
	return (rc == 0 ? restore_journal_remove_all(folder, &kept, why) :
	    -1);
}

/*
 * Returns whether the restore kept meets trees; one of which nothing can be
 * read, because it turns just now, may do so.
 */
static bool
meets(const struct restore_folder *folder, const struct restore_kept *kept,
    const struct words *trees)
{
	struct restore_record record = { 0 };
	struct failure why;
	const bool met = trees == NULL ||
	    restore_journal_read(folder, kept, &record, &why) == -1 ||
	    restore_record_meets(&record, trees);

	restore_record_release(&record);
	return (met);
}

int
restore_recover_check(const struct restore_folder *folder,
    const struct words *trees, const char *own, struct failure *why)
{
	struct restore_list list = { 0 };
	int rc = restore_journal_list(folder, &list, why);

	for (size_t i = 0; i < list.count && rc == 0; i++) {
		const struct restore_kept *kept = &list.list[i];
		int claim = -1;

		if (own != NULL && strcmp(kept->id, own) == 0)
			continue;
		rc = restore_folder_claim(folder, kept->id, &claim, why);
		if (rc == 1)
			(void)close(claim);	/* was only tried */
		else if (rc == 0 && meets(folder, kept, trees))
			failure_set(why, EXITCODE_BUSY, "another restore is "
			    "at work in the same tree");
		else if (rc == 0)
			rc = 1;
		rc = rc == 1 ? 0 : -1;
	}
	restore_journal_release(&list);
	return (rc);
}

/*
 * Says that the restore kept in folder has made way, or would make way, for
 * another one.
 */
static void
tell_dropped(const struct restore_folder *folder,
    const struct restore_kept *kept, bool would, struct report *report)
{
	const bool undone = kept->state == RESTORE_UNDONE;
	struct jsonline *line;
	struct text id = { 0 };

	if (kept->state != RESTORE_DONE && !undone)
		return;
	if (undone)
		message_say(MESSAGE_NOTE, "what the restore '%s' had put "
		    "there, which was taken back, %s no longer", kept->id,
		    would ? "would be kept" : "is kept");
	else
		message_say(MESSAGE_NOTE, "the restore '%s' %s no longer be "
		    "taken back: of restores of the same trees, only the "
		    "last one can", kept->id, would ? "could" : "can");
	restore_folder_show(folder, kept->id, &id);
	line = jsonline_make();
	jsonline_set_string(line, "event", "dropped");
	jsonline_set_string(line, "id", text_string(&id));
	jsonline_set_boolean(line, "undone", undone);
	report_line(report, line, NULL);
	jsonline_free(line);
	text_release(&id);
}

void
restore_recover_foretell(int root, const char *place,
    const struct words *trees, struct report *report)
{
	struct restore_folder folder;
	struct restore_list list = { 0 };
	struct failure why = { 0 };
	int rc = restore_folder_open(&folder, root, place, &why);

	if (rc == 1)
		rc = restore_journal_list(&folder, &list, &why);
	for (size_t i = 0; i < list.count && rc == 0; i++) {
		if (meets(&folder, &list.list[i], trees))
			tell_dropped(&folder, &list.list[i], true, report);
	}
	if (rc == -1)
		message_say(MESSAGE_WARNING, "which restores could no longer "
		    "be taken back cannot be told: %s", why.message);
	restore_journal_release(&list);
	restore_folder_close(&folder);
}

int
restore_recover_discard_all(const struct restore_folder *folder, int root,
    const struct words *trees, const struct restore_successor *successor,
    struct failure *why)
{
	struct restore_list list = { 0 };
	int rc = restore_journal_list(folder, &list, why);

	for (size_t i = 0; i < list.count && rc == 0; i++) {
		const struct restore_kept *kept = &list.list[i];
		int claim = -1;

		if ((successor != NULL &&
		    strcmp(kept->id, successor->id) == 0) ||
		    !meets(folder, kept, trees))
			continue;
		rc = restore_folder_claim(folder, kept->id, &claim, why);
		if (rc == 1)
			rc = restore_recover_discard(folder, root, kept, why);
		if (rc == 0 && claim != -1 && successor != NULL)
			tell_dropped(folder, kept, false, successor->report);
		if (claim != -1)
			(void)close(claim);	/* nothing was written */
	}
	restore_journal_release(&list);
	return (rc);
}

/*
 * Goes on in direction, or back if that cannot be.  Returns 0, 1 with why set
 * when it went back, or -1 with why set when it can do neither.
 */
static int
go_on(struct restore_field *field, enum restore_direction direction,
    struct failure *why)
{
	const enum restore_direction other = direction == RESTORE_FORTH ?
	    RESTORE_BACKWARD : RESTORE_FORTH;
	struct failure second;

	if (restore_move_check(field, direction, why) == 0) {
		if (restore_move_all(field, direction, why) == 0)
			return (0);
		return (why->code == EXITCODE_NEEDS_PERSON ? -1 : 1);
	}
	return (restore_move_check(field, other, &second) == 0 &&
	    restore_move_all(field, other, &second) == 0 ? 1 : -1);
}

/* Goes on with the moves of record; returns as go_on(). */
static int
go_on_by(int root, const struct restore_kept *kept,
    const struct restore_record *record, struct failure *why)
{
	int *stages = restore_recover_open_stages(root, kept->id, record,
	    why);
	struct restore_field field = { .root = root,
	    .stages = stages, .record = record };
	const int rc = stages == NULL ? -1 : go_on(&field,
	    kept->state == RESTORE_GOING ? RESTORE_FORTH : RESTORE_BACKWARD,
	    why);

	restore_recover_close_stages(stages, record);
	return (rc);
}

/* Finishes what was begun to be moved, or puts it back. */
static int
finish(const struct restore_folder *folder, int root,
    struct restore_kept *kept, struct failure *why)
{
	const bool forth = kept->state == RESTORE_GOING;
	const char *what = forth ? "the restore" : "the undo of";
	struct restore_record record = { 0 };
	int rc = restore_journal_read(folder, kept, &record, why);

	if (rc == 0)
		rc = go_on_by(root, kept, &record, why);
	restore_record_release(&record);
	if (rc == -1) {
		failure_add(why, "%s '%s', which was interrupted, cannot be "
		    "finished", what, kept->id);
		why->code = EXITCODE_NEEDS_PERSON;
		return (-1);
	}
	message_say(rc == 0 ? MESSAGE_NOTE : MESSAGE_WARNING,
	    "%s '%s', which was interrupted, is %s%s", what, kept->id,
	    rc == 0 ? "finished" : "put back: ", rc == 0 ? "" : why->message);
	*why = (struct failure){ 0 };
	if (rc == 1 && forth)
		return (restore_recover_discard(folder, root, kept, why));
	return (restore_journal_turn(folder, kept, rc == 0 && !forth ?
	    RESTORE_UNDONE : RESTORE_DONE, why));
}

/* Removes what was only made ready: nothing of the target hangs on it. */
static void
remove_rest(const struct restore_folder *folder, int root,
    const struct restore_kept *kept)
{
	struct failure why;

	if (restore_recover_discard(folder, root, kept, &why) == -1)
		message_say(MESSAGE_WARNING, "what the restore '%s' left "
		    "cannot be removed: %s", kept->id, why.message);
}

/* Brings the restore kept, on which nobody works, to an end. */
static int
settle_one(const struct restore_folder *folder, int root,
    struct restore_kept *kept, struct failure *why)
{
	switch (kept->state) {
	case RESTORE_NAMED:
	case RESTORE_MAKING:
		remove_rest(folder, root, kept);
		return (0);
	case RESTORE_GOING:
	case RESTORE_BACK:
		return (finish(folder, root, kept, why));
	default:
		return (0);
	}
}

/* Brings all that killed runs left to an end. */
static int
settle(const struct restore_folder *folder, int root, struct failure *why)
{
	struct restore_list list = { 0 };
	int rc = restore_journal_list(folder, &list, why);

	for (size_t i = 0; i < list.count && rc == 0; i++) {
		int claim = -1;

		rc = restore_folder_claim(folder, list.list[i].id, &claim,
		    why);
		if (rc == 1)
			rc = settle_one(folder, root, &list.list[i], why);
		if (claim != -1)
			(void)close(claim);	/* nothing was written */
	}
	restore_journal_release(&list);
	return (rc);
}

/* Opens and locks the folder. */
static int
enter(struct restore_folder *folder, int root, const char *place,
    enum restore_entering entering, struct failure *why)
{
	for (int attempt = 0; attempt < ATTEMPT_LIMIT; attempt++) {
		int rc;

		if (entering == RESTORE_ENTER_MAKE)
			rc = restore_folder_make(folder, root, place, why);
		else
			rc = restore_folder_open(folder, root, place, why);
		if (rc == -1 || (rc == 0 &&
		    entering == RESTORE_ENTER_IF_THERE))
			return (rc);
		rc = restore_folder_lock(folder, why);
		if (rc != 0)
			return (rc);
		restore_folder_close(folder);
	}
	failure_set(why, EXITCODE_BUSY,
	    "other restores come and go in '/%s' of the target", place);
	return (-1);
}

int
restore_recover_enter(struct restore_folder *folder, int root,
    const char *place, enum restore_entering entering, struct failure *why)
{
	const int rc = enter(folder, root, place, entering, why);

	if (rc != 1)
		return (rc);
	return (settle(folder, root, why) == -1 ? -1 : 1);
}

void
restore_recover_leave(struct restore_folder *folder)
{
	struct failure why;

	if (folder->place == NULL)
		return;
	/* Without the lock the folder stays; it is harmless. */
	if (folder->fd != -1 && (folder->lock != -1 ||
	    restore_folder_lock(folder, &why) == 1))
		restore_folder_remove_empty(folder);
	restore_folder_close(folder);
}
