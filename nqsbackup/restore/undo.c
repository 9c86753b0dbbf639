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

static void
report_moves(const struct undo *undo, const struct restore_field *field)
{
	for (size_t i = 0; i < field->record->move_count; i++) {
		const struct restore_move *move = &field->record->moves[i];

		if (restore_move_is_due(field, i, RESTORE_BACKWARD))
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
		report_moves(undo, &field);
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

/* A dry run does not finish what was interrupted, but says so. */
static int
enter(struct undo *undo, struct failure *why)
{
	int rc;

	if (!undo->command->dry_run)
		rc = restore_recover_enter(&undo->folder, undo->root,
		    undo->place, RESTORE_ENTER_IF_THERE, why);
	else
		rc = restore_folder_open(&undo->folder, undo->root,
		    undo->place, why);
	if (rc == 1)
		rc = restore_journal_list(&undo->folder, &undo->list,
		    why);
	return (rc);
}

static enum exitcode
act(struct undo *undo, struct failure *why)
{
	if (enter(undo, why) == -1)
		return (why->code);
	if (undo->options->forget)
		return (forget(undo, why));
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
		code = act(&undo, why);
		restore_recover_leave(&undo.folder);
		(void)close(undo.root);	/* a directory */
	}
	restore_journal_release(&undo.list);
	free(undo.place);
	return (code);
}
