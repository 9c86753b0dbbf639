#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
#include "../libcore/base/message.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/format/options.h"
#include "../libcore/run/command.h"
#include "../libcore/system/fileio.h"
#include "archive/archive_reader.h"
#include "archive/foreign_limits.h"
#include "archive/index.h"
#include "base/interrupt.h"
#include "base/progress_bar.h"
#include "base/tally.h"
#include "base/threads.h"
#include "restore/change.h"
#include "restore/restoration.h"
#include "restore/restore.h"
#include "restore/restore_disk.h"
#include "restore/restore_folder.h"
#include "restore/restore_lock.h"
#include "restore/restore_owners.h"
#include "restore/restore_plan.h"
#include "restore/restore_recover.h"
#include "restore/restore_request.h"
#include "restore/restore_snapshot.h"
#include "restore/restore_ways.h"
#include "tree/selection.h"
#include "verbs.h"

enum {
	OPTION_EXACT = 1000,		/* options without a letter */
	OPTION_NO_UNDO,
	OPTION_OWNER_NAMES,
	OPTION_ALL_ATTRIBUTES,
	OPTION_DEVICES
};

/* The options of its own. */
struct restore_options {
	struct foreign_limits	 limits;
	size_t			 threads;	/* 0: not given */
	const char		*root;		/* NULL: "/" */
	bool			 exact;
	bool			 forget;	/* what was replaced */
	bool			 owner_names;	/* count, not numbers */
	bool			 all_attributes;
	bool			 devices;	/* are made, too */
};

static const struct options_row rows[] = {
	{ 'C', "root", "ROOT", "restore below this directory, not below /" },
	{ OPTION_ALL_ATTRIBUTES, "all-attributes", NULL,
	    "trust all security attributes of the archive" },
	{ OPTION_DEVICES, "devices", NULL, "restore devices, too" },
	{ OPTION_EXACT, "exact", NULL,
	    "remove what is in the trees but not in the archive" },
	THREADS_ROW,
	FOREIGN_LIMITS_ROWS,
	{ OPTION_NO_UNDO, "no-undo", NULL,
	    "do not keep what is replaced" },
	{ OPTION_OWNER_NAMES, "owner-names", NULL,
	    "find users and groups by name, not by number" },
	{ 0, NULL, NULL, NULL }
};

/* All that the verb works with. */
struct work {
	struct command		*command;
	struct archive_reader	*reader;
	struct restore_request	 request;
	struct restore_disk	 disk;
	struct restore_plan	 plan;
	struct tally		 tally;	/* of what is left out */
	struct restore_ways	 ways;
	struct restore_owners	 owners;
	struct restore_lock	 lock;
	struct restore_folder	 folder;
	const char		*place;	/* of folder */
	int			 root;
};

static int
take_option(void *own, int letter, const char *argument, struct failure *why)
{
	struct restore_options *options = own;

	if (letter == 'C')
		options->root = argument;
	else if (letter == OPTION_EXACT)
		options->exact = true;
	else if (letter == OPTION_NO_UNDO)
		options->forget = true;
	else if (letter == OPTION_DEVICES)
		options->devices = true;
	else if (letter == OPTION_OWNER_NAMES)
		options->owner_names = true;
	else if (letter == OPTION_ALL_ATTRIBUTES)
		options->all_attributes = true;
	else if (letter == 'j')
		return (threads_read(argument, &options->threads, why));
	else
		return (foreign_limits_take(&options->limits, letter,
		    argument, why));
	return (0);
}

/* Reports the plan: what goes, then what comes. */
static void
report_plan(struct work *work)
{
	const struct restore_plan *plan = &work->plan;
	struct report *report = &work->command->report;

	for (size_t i = 0; i < plan->removal_count; i++)
		change_report(report, "remove", plan->removals[i]);
	for (size_t i = 0; i < plan->count; i++) {
		const enum restore_action action = plan->actions[i];

		if (action != RESTORE_SKIP && action != RESTORE_KEEP)
			change_report(report, restore_plan_word(action),
			    work->request.index->entries.list[i].name);
	}
}

static void
tell_rest(const struct work *work)
{
	const struct restore_plan *plan = &work->plan;

	for (size_t i = 0; i < plan->extra_count; i++)
		message_say(MESSAGE_DETAIL,
		    "'%s' is not in the archive: left as it is",
		    plan->extras[i]);
	if (plan->foreign > 0)
		message_say(MESSAGE_WARNING, "%zu entries of other owners "
		    "become ours, for only root can give files away",
		    plan->foreign);
	if (plan->withheld > 0 && !work->request.privileged)
		message_say(MESSAGE_WARNING, "%zu entries lose attributes "
		    "that only root can set", plan->withheld);
	else if (plan->withheld > 0)
		message_say(MESSAGE_WARNING, "%zu entries lose security "
		    "attributes, in which --all-attributes would trust the "
		    "archive", plan->withheld);
}

static void
tell_devices(struct work *work)
{
	const struct entry_list *entries = &work->request.index->entries;

	for (size_t i = 0; i < entries->count && !work->request.devices; i++) {
		const struct entry *entry = &entries->list[i];

		if (entry_is_device(entry->kind) &&
		    selection_has(work->request.patterns, entry->name))
			tally_trouble(&work->tally, entry->name,
			    "is a device: left out");
	}
}

/* Tells of what the target cannot hold. */
static void
tell_losses(struct work *work)
{
	const struct entry_list *entries = &work->request.index->entries;

	for (size_t i = 0; i < entries->count; i++) {
		if (work->request.lost[i] != 0)
			tally_trouble(&work->tally, entries->list[i].name,
			    "has extended attributes that the target does "
			    "not take: %s", strerror(work->request.lost[i]));
	}
}

/* Removes what was kept: the restore is done all the same. */
static void
forget_replaced(struct work *work)
{
	struct failure why;

	if (restore_recover_discard_all(&work->folder, work->root,
	    &work->request.index->trees, NULL, &why) == -1)
		message_say(MESSAGE_WARNING, "what was replaced is still "
		    "there: %s", why.message);
}

/* Tells how the restore is taken back. */
static void
report_restore(struct work *work, const char *id)
{
	const struct restore_options *options = work->command->own;
	struct jsonline *line = jsonline_make();
	struct words argv = { 0 };
	struct text shown = { 0 };

	words_add(&argv, "nqsbackup");
	words_add(&argv, "undo");
	if (options->root != NULL) {
		words_add(&argv, "-C");
		words_add(&argv, options->root);
	}
	words_add(&argv, id);
	words_show(&argv, &shown);
	message_say(MESSAGE_NOTE, "to take this back: %s",
	    text_string(&shown));
	jsonline_set_string(line, "event", "restored");
	jsonline_set_string(line, "id", id);
	report_line(&work->command->report, line, NULL);
	jsonline_free(line);
	words_release(&argv);
	text_release(&shown);
}

/* Looks at the target and plans. */
static int
make_plan(struct work *work, struct failure *why)
{
	if (restore_snapshot_make(work->root, &work->request, &work->disk,
	    why) == -1)
		return (-1);
	return (restore_plan_make(&work->request, &work->plan, why));
}

/*
 * Carries out the plan, in as many attempts as an overlay takes, from the
 * lower layers of which directories come that have to stay.  Returns 0
 * with the name of the restore in id, or -1 with why set.
 */
static int
carry_out(struct work *work, struct progress_bar *bar, struct text *id,
    struct failure *why)
{
	const struct restore_options *options = work->command->own;
	const struct restoration restoration = { .root = work->root,
	    .request = &work->request, .plan = &work->plan,
	    .ways = &work->ways, .reader = work->reader, .bar = bar,
	    .report = &work->command->report,
	    .threads = options->threads == 0 ? threads_default() :
	    options->threads };

	for (;;) {
		if (restore_recover_enter(&work->folder, work->root,
		    work->place, RESTORE_ENTER_MAKE, why) == -1)
			return (-1);
		const int rc = restore_run(&restoration, &work->folder,
		    work->command->operands[0], id, why);

		if (rc != 1 || !restore_disk_hold(
		    &work->disk, &work->request.index->entries,
		    text_string(id)))
			return (rc == 0 ? 0 : -1);
		restore_recover_leave(&work->folder);
		text_clear(id);
		*why = (struct failure){ 0 };
	}
}

/* Changes the target, and tells how it is taken back. */
static int
change_target(struct work *work, struct failure *why)
{
	const struct restore_options *options = work->command->own;
	struct progress_bar *bar = progress_bar_make(work->command,
	    "preparing", 0);
	struct text id = { 0 };

	work->command->report.changed = true;
	const int rc = carry_out(work, bar, &id, why);

	progress_bar_free(bar);
	if (rc == 0 && options->forget)
		forget_replaced(work);
	else if (rc == 0)
		report_restore(work, text_string(&id));
	text_release(&id);
	return (rc);
}

static enum exitcode
run_plan(struct work *work, struct failure *why)
{
	const size_t changes = work->plan.changes;
	if (work->command->dry_run || work->command->verbose > 0 ||
	    work->command->report.form == REPORT_JSON)
		report_plan(work);
	tell_rest(work);
	tell_devices(work);
	if (work->command->dry_run && changes > 0)
		restore_recover_foretell(work->root, work->place,
		    &work->request.index->trees, &work->command->report);
	if (work->command->dry_run)
		return (changes > 0 ? EXITCODE_DIFFERS : EXITCODE_OK);
	if (changes > 0 && change_target(work, why) == -1)
		return (why->code);
	tell_losses(work);
	return (work->plan.foreign > 0 || work->plan.withheld > 0 ||
	    work->tally.troubles > 0 ? EXITCODE_PARTIAL : EXITCODE_OK);
}

/*
 * Looks at the way to the trees, and finishes what a killed restore left; a
 * dry run does not.
 */
static int
approach(struct work *work, struct failure *why)
{
	if (restore_ways_make(work->root, work->request.index, &work->ways,
	    why) == -1)
		return (-1);
	work->place = restore_ways_registry(work->root, &work->ways,
	    work->request.index);
	if (work->command->dry_run)
		return (0);
	if (restore_lock_take(&work->lock, work->root,
	    &work->request.index->trees, why) == -1)
		return (-1);
	const int rc = restore_recover_enter(&work->folder, work->root,
	    work->place, RESTORE_ENTER_IF_THERE, why);

	restore_recover_leave(&work->folder);
	return (rc == -1 ? -1 : 0);
}

static enum exitcode
restore(struct work *work, struct failure *why)
{
	char *const *operands = work->command->operands;
	const struct restore_options *options = work->command->own;
	const char *root = options->root == NULL ? "/" : options->root;

	work->root = fileio_open(AT_FDCWD, root, O_RDONLY | O_DIRECTORY, 0);
	if (work->root == -1) {
		const int error = errno;

		failure_set_errno(why, failure_code_of_errno(error), error,
		    "cannot open the target '%s'", root);
		if (error == ENOENT)
			failure_hint(why, "make that directory first");
		return (why->code);
	}
	work->reader = archive_reader_open(operands[0], &options->limits,
	    &work->tally, why);
	if (work->reader == NULL)
		return (why->code);
	work->request.index = archive_reader_index(work->reader);
	work->request.disk = &work->disk;
	work->request.patterns = operands + 1;
	work->request.exact = options->exact;
	work->request.devices = options->devices && geteuid() == 0;
	work->request.privileged = geteuid() == 0;
	work->request.uid = (int64_t)geteuid();
	work->request.gid = (int64_t)getegid();
	if (options->owner_names) {
		restore_owners_make(&work->owners, work->request.index);
		work->request.owners = &work->owners;
	}
	work->request.rule = (struct traits_rule){
	    .privileged = work->request.privileged,
	    .trusted = options->all_attributes,
	    .complete = work->request.index->knows_traits,
	    .labels = work->request.index->knows_traits };
	work->request.lost = memory_make(work->request.index->entries.count,
	    sizeof(int));
	if (selection_check(operands + 1, &work->request.index->entries,
	    why) == -1 || approach(work, why) == -1 ||
	    make_plan(work, why) == -1)
		return (why->code);
	return (run_plan(work, why));
}

static enum exitcode
run(struct command *command, struct failure *why)
{
	struct work work = { .command = command,
	    .tally.report = &command->report, .root = -1 };

	if (command->operands[0] == NULL)
		return (command_misused(why, "the archive is missing"));
	if (interrupt_begin(why) == -1)
		return (why->code);
	const enum exitcode code = restore(&work, why);

	restore_recover_leave(&work.folder);
	restore_lock_release(&work.lock);
	restore_owners_release(&work.owners);
	interrupt_end();
	restore_ways_release(&work.ways);
	restore_plan_release(&work.plan);
	restore_disk_release(&work.disk);
	free(work.request.lost);
	archive_reader_close(work.reader);
	if (work.root != -1)
		(void)close(work.root);	/* a directory */
	return (code);
}

const struct command_verb verb_restore = {
	.name = "restore",
	.operands = "ARCHIVE|- [PATTERN]...",
	.help = "Make the trees as they are in an archive.",
	.common = COMMAND_DRY_RUN,
	.rows = rows,
	.size = sizeof(struct restore_options),
	.option = take_option,
	.run = run
};
