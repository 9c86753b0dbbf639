#include <config.h>

#include "undo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/message.h"
#include "../../libcore/base/text.h"
#include "../../libcore/run/command.h"
#include "../../libcore/system/fileio.h"
#include "change.h"
#include "restore_folder.h"
#include "restore_journal.h"
#include "restore_lock.h"
#include "restore_move.h"
#include "restore_record.h"
#include "restore_recover.h"

struct undo {
	struct command			*command;
	const struct undo_options	*options;
	int				 root;
	char				*place;	/* where the journals are */
	const char			*id;	/* NULL: the last */
	struct restore_folder		 folder;
	struct restore_list		 before;
	struct restore_list		 list;
};

/* Sets why when there is none that could be meant without its name. */
static void
find_none(const struct undo *undo, struct failure *why)
{
	for (size_t i = undo->list.count; i-- > 0;) {
		if (undo->list.list[i].state != RESTORE_UNDONE)
			continue;
		failure_set(why, EXITCODE_FAILED, "there is no restore to be "
		    "taken back: the last one, '%s', was taken back already",
		    undo->list.list[i].id);
		failure_hint(why, "--forget removes what is kept of it");
		return;
	}
	failure_set(why, EXITCODE_FAILED,
	    "there is no restore to be taken back");
	/* Theirs are kept where they may write, which only its name tells. */
	if (geteuid() != 0)
		failure_hint(why, "name it as the restore has: "
		    "'undo DIRECTORY/ID'");
}

static void
find_no_such(const struct undo *undo, struct failure *why)
{
	failure_set(why, EXITCODE_FAILED, "there is no restore '%s'",
	    undo->id);
}

/*
 * Returns what a run that was killed has left in list and a name that was not
 * given most likely means, or NULL: an undo that is to be finished, or else a
 * restore behind the last one that is done.
 */
static struct restore_kept *
find_interrupted(const struct restore_list *list)
{
	struct restore_kept *last = NULL;

	for (size_t i = list->count; i-- > 0;) {
		if (list->list[i].state == RESTORE_BACK)
			return (&list->list[i]);
		if (last == NULL && list->list[i].state != RESTORE_UNDONE)
			last = &list->list[i];
	}
	return (last == NULL || last->state == RESTORE_DONE ? NULL : last);
}

/* Finds the restore that is meant, or NULL with why set. */
static struct restore_kept *
choose(struct undo *undo, struct failure *why)
{
	for (size_t i = undo->list.count; i-- > 0;) {
		struct restore_kept *kept = &undo->list.list[i];

		if (undo->id == NULL ? kept->state == RESTORE_DONE :
		    strcmp(kept->id, undo->id) == 0 &&
		    kept->state > RESTORE_MAKING)
			return (kept);
	}
	if (undo->id == NULL)
		find_none(undo, why);
	else
		find_no_such(undo, why);
	return (NULL);
}

/* A restore that is to be finished first will have made all its moves. */
static void
report_moves(const struct undo *undo, const struct restore_field *field,
    const struct restore_kept *kept)
{
	for (size_t i = 0; i < field->record->move_count; i++) {
		const struct restore_move *move = &field->record->moves[i];

		if (kept->state == RESTORE_GOING ||
		    restore_move_is_due(field, i, RESTORE_BACKWARD))
			change_report(&undo->command->report, move->old == 0 ?
			    "remove" : "put back", move->name);
	}
}

/* Puts back what the restore replaced; what fails is left as it was. */
static int
go_back(const struct undo *undo, struct restore_field *field,
    struct restore_kept *kept, struct failure *why)
{
	struct failure second;

	if (restore_move_check(field, RESTORE_BACKWARD, why) == -1 ||
	    restore_journal_turn(&undo->folder, kept, RESTORE_BACK,
	    why) == -1)
		return (-1);
	if (restore_move_all(field, RESTORE_BACKWARD, why) == 0)
		return (restore_journal_turn(&undo->folder, kept,
		    RESTORE_UNDONE, why));
	if (why->code != EXITCODE_NEEDS_PERSON &&
	    restore_journal_turn(&undo->folder, kept, RESTORE_DONE,
	    &second) == -1)
		why->code = EXITCODE_NEEDS_PERSON;
	return (-1);
}

static enum exitcode
take_back(struct undo *undo, struct restore_kept *kept, struct failure *why)
{
	struct command *command = undo->command;
	struct restore_record record = { 0 };
	struct restore_lock lock = { 0 };
	int *stages = NULL;
	int rc = restore_journal_read(&undo->folder, kept, &record, why);

	if (rc == 0 && !command->dry_run)
		rc = restore_recover_check(&undo->folder, &record.trees, NULL,
		    why);
	if (rc == 0 && !command->dry_run)
		rc = restore_lock_take(&lock, undo->root, &record.trees, why);
	if (rc == 0) {
		stages = restore_recover_open_stages(undo->root, kept->id,
		    &record, why);
		rc = stages == NULL ? -1 : 0;
	}
	struct restore_field field = { .root = undo->root,
	    .stages = stages, .record = &record };

	if (rc == 0 && (command->dry_run || command->verbose > 0 ||
	    command->report.form == REPORT_JSON))
		report_moves(undo, &field, kept);
	if (rc == 0 && !command->dry_run) {
		command->report.changed = true;
		rc = go_back(undo, &field, kept, why);
	}
	if (rc == 0 && !command->dry_run)
		message_say(MESSAGE_NOTE, "the restore '%s' is taken back; "
		    "--forget removes what was kept", kept->id);
	restore_recover_close_stages(stages, &record);
	restore_record_release(&record);
	restore_lock_release(&lock);
	if (rc == -1)
		return (why->code);
	return (command->dry_run ? EXITCODE_DIFFERS : EXITCODE_OK);
}

/* Removes what is kept of one restore, unless somebody works on it. */
static int
forget_one(const struct undo *undo, const struct restore_kept *kept,
    struct failure *why)
{
	int claim = -1;
	int rc = restore_folder_claim(&undo->folder, kept->id, &claim, why);

	if (rc == 1) {
		undo->command->report.changed = true;
		rc = restore_recover_discard(&undo->folder, undo->root, kept,
		    why);
	}
	if (claim != -1)
		(void)close(claim);	/* nothing was written */
	return (rc);
}

/* Removes what is kept of the restores. */
static enum exitcode
forget(const struct undo *undo, struct failure *why)
{
	const struct command *command = undo->command;
	size_t count = 0;

	for (size_t i = 0; i < undo->list.count; i++) {
		const struct restore_kept *kept = &undo->list.list[i];

		if (undo->id != NULL && strcmp(kept->id, undo->id) != 0)
			continue;
		count++;
		if (command->dry_run || command->verbose > 0 ||
		    command->report.form == REPORT_JSON)
			change_report(&undo->command->report, "forget",
			    kept->id);
		if (!command->dry_run && forget_one(undo, kept, why) == -1)
			return (why->code);
	}
	if (undo->id != NULL && count == 0) {
		find_no_such(undo, why);
		return (why->code);
	}
	return (command->dry_run && count > 0 ? EXITCODE_DIFFERS :
	    EXITCODE_OK);
}

/* Lists what there is before what was interrupted is brought to an end. */
static int
look(struct undo *undo, struct failure *why)
{
	const int rc = restore_folder_open(&undo->folder, undo->root,
	    undo->place, why);

	return (rc == 1 ? restore_journal_list(&undo->folder, &undo->before,
	    why) : rc);
}

/* Brings to an end what was interrupted, and lists what there is then. */
static int
enter(struct undo *undo, struct failure *why)
{
	restore_folder_close(&undo->folder);
	const int rc = restore_recover_enter(&undo->folder, undo->root,
	    undo->place, RESTORE_ENTER_IF_THERE, why);

	return (rc == 1 ? restore_journal_list(&undo->folder, &undo->list,
	    why) : rc);
}

/* Returns the restore id as it is now, or NULL when it has gone. */
static const struct restore_kept *
find_now(const struct undo *undo, const char *id)
{
	for (size_t i = 0; i < undo->list.count; i++) {
		if (strcmp(undo->list.list[i].id, id) == 0)
			return (&undo->list.list[i]);
	}
	return (NULL);
}

/* Says that the restore id had changed nothing. */
static void
tell_unchanged(struct undo *undo, const char *id)
{
	struct failure none = { 0 };
	const struct restore_kept *other = choose(undo, &none);

	message_say(MESSAGE_NOTE, "the restore '%s', which was interrupted, "
	    "had changed nothing, so nothing is taken back", id);
	if (other != NULL)
		message_say(MESSAGE_NOTE, "to take back the one before it, "
		    "'%s', undo again", other->id);
}

/*
 * Returns whether all is done that an undo without a name can mean: what was
 * interrupted has been brought to an end, and another restore is not meant.
 */
static bool
is_settled(struct undo *undo)
{
	const struct restore_kept *kept = find_interrupted(&undo->before);

	if (undo->id != NULL || kept == NULL)
		return (false);
	const struct restore_kept *now = find_now(undo, kept->id);

	if (now != NULL && (kept->state != RESTORE_BACK ||
	    now->state != RESTORE_UNDONE))
		return (false);
	if (now == NULL)
		tell_unchanged(undo, kept->id);
	else
		undo->command->report.changed = true;
	return (true);
}

/* Whether somebody works on the restore kept just now. */
static bool
is_at_work(const struct undo *undo, const struct restore_kept *kept)
{
	struct failure why;
	int claim = -1;
	const int rc = restore_folder_claim(&undo->folder, kept->id, &claim,
	    &why);

	if (claim != -1)
		(void)close(claim);	/* was only tried */
	return (rc == 0);
}

/* Shows what would be taken back, or what would be finished before. */
static enum exitcode
foretell(struct undo *undo, struct failure *why)
{
	struct restore_kept *kept = undo->id != NULL ? NULL :
	    find_interrupted(&undo->list);

	if (kept == NULL || is_at_work(undo, kept))
		kept = choose(undo, why);
	if (kept == NULL)
		return (why->code);
	if (kept->state <= RESTORE_MAKING) {
		message_say(MESSAGE_NOTE, "the restore '%s', which was "
		    "interrupted, has changed nothing, so nothing would be "
		    "taken back", kept->id);
		return (EXITCODE_OK);
	}
	if (kept->state == RESTORE_GOING || kept->state == RESTORE_BACK)
		message_say(MESSAGE_NOTE, "%s '%s', which was interrupted, "
		    "would be finished", kept->state == RESTORE_GOING ?
		    "the restore" : "the undo of", kept->id);
	return (kept->state == RESTORE_UNDONE ? EXITCODE_OK :
	    take_back(undo, kept, why));
}

/* Takes back what is meant, after what was interrupted is brought to an end. */
static enum exitcode
act(struct undo *undo, struct failure *why)
{
	if (enter(undo, why) == -1)
		return (why->code);
	if (undo->options->forget)
		return (forget(undo, why));
	if (is_settled(undo))
		return (EXITCODE_OK);
	struct restore_kept *kept = choose(undo, why);

	if (kept == NULL)
		return (why->code);
	if (kept->state == RESTORE_UNDONE) {
		message_say(MESSAGE_NOTE, "the restore '%s' was taken back "
		    "already", kept->id);
		return (EXITCODE_OK);
	}
	return (take_back(undo, kept, why));
}

/* A dry run finishes nothing that was interrupted. */
static enum exitcode
act_or_foretell(struct undo *undo, struct failure *why)
{
	if (look(undo, why) == -1)
		return (why->code);
	if (!undo->command->dry_run)
		return (act(undo, why));
	undo->list = undo->before;
	undo->before = (struct restore_list){ 0 };
	return (undo->options->forget ? forget(undo, why) :
	    foretell(undo, why));
}

enum exitcode
undo_run(struct command *command, const struct undo_options *options,
    const char *id, struct failure *why)
{
	const char *root = options->root == NULL ? "/" : options->root;
	const char *slash = id == NULL ? NULL : strrchr(id, '/');
	struct undo undo = { .command = command, .options = options,
	    .place = memory_copy_string(slash == NULL ? "" : id),
	    .id = slash == NULL ? id : slash + 1 };

	if (slash != NULL)
		undo.place[slash - id] = '\0';
	undo.root = fileio_open(AT_FDCWD, root, O_RDONLY | O_DIRECTORY, 0);
	enum exitcode code;

	if (undo.root == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot open the target '%s'", root);
		code = why->code;
	} else {
		code = act_or_foretell(&undo, why);
		restore_recover_leave(&undo.folder);
		(void)close(undo.root);	/* a directory */
	}
	restore_journal_release(&undo.before);
	restore_journal_release(&undo.list);
	free(undo.place);
	return (code);
}
