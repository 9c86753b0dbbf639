#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
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
#include "base/tally.h"
#include "tree/difference.h"
#include "tree/inode_table.h"
#include "tree/scan.h"
#include "tree/selection.h"
#include "tree/traits.h"
#include "tree/traits_disk.h"
#include "tree/walk.h"
#include "verbs.h"

enum { OPTION_IGNORE = 1000, OPTION_QUICK };	/* without a letter */

/* The options of its own. */
struct diff_options {
	struct foreign_limits	 limits;
	const char		*root;		/* NULL: "/" */
	unsigned		 ignored;	/* enum difference */
	bool			 quick;
};

static const struct options_row rows[] = {
	{ 'C', "root", "ROOT", "compare with what is below this directory" },
	{ OPTION_IGNORE, "ignore", "WHAT,...",
	    "say nothing of these differences" },
	FOREIGN_LIMITS_ROWS,
	{ OPTION_QUICK, "quick", NULL,
	    "do not read files whose size and time are the same" },
	{ 0, NULL, NULL, NULL }
};

/* A comparison at work. */
struct work {
	struct command		*command;
	const struct diff_options *options;
	const struct index	*index;
	char *const		*patterns;
	struct tally		 tally;
	size_t			 next;	/* entry of the archive */
	bool			*found;	/* each, on the disk */
	bool			 any;	/* was found */
	struct words		 hidden;	/* what nobody could see */
	struct inode_table	*inodes;	/* first names on the disk */
	struct traits_rule	 rule;
	struct traits_reader	 traits;
	size_t			 count;	/* of what was reported */
};

static int
take_option(void *own, int letter, const char *argument, struct failure *why)
{
	struct diff_options *options = own;
	struct text all = { 0 };
	unsigned what;

	if (letter == 'C') {
		options->root = argument;
	} else if (letter == OPTION_QUICK) {
		options->quick = true;
	} else if (letter != OPTION_IGNORE) {
		return (foreign_limits_take(&options->limits, letter,
		    argument, why));
	} else if (difference_read(argument, &what) == 0) {
		options->ignored |= what;
	} else {
		failure_set(why, EXITCODE_USAGE,
		    "'%s' is no list of differences", argument);
		difference_show(~0U, &all);
		failure_hint(why, "these are: %s", text_string(&all));
		text_release(&all);
		return (-1);
	}
	return (0);
}

static void
report_difference(struct work *work, const char *name, unsigned what)
{
	struct text shown = { 0 };
	struct text visible = { 0 };
	struct words words = { 0 };

	what &= ~work->options->ignored;
	if (what == 0)
		return;
	struct jsonline *line = jsonline_make();

	work->count++;
	difference_show(what, &shown);
	words_split(&words, text_string(&shown), ',');
	jsonline_set_string(line, "event", "difference");
	jsonline_set_string(line, "name", name);
	jsonline_set_words(line, "what", &words);
	text_add_visible(&visible, name, strlen(name));
	report_line(&work->command->report, line, "%s %s",
	    text_string(&shown), text_string(&visible));
	jsonline_free(line);
	words_release(&words);
	text_release(&visible);
	text_release(&shown);
}

/* Reads the file on the disk, if it is worth it. */
static void
read_content(struct work *work, const struct entry *content,
    const struct walk_sight *sight)
{
	struct entry *there = sight->entry;
	const unsigned seen = difference_find(content, there, &work->rule);

	if (content->kind != ENTRY_FILE ||
	    (seen & (DIFFERENCE_KIND | DIFFERENCE_CONTENT)) != 0 ||
	    (work->options->quick && (seen & DIFFERENCE_TIME) == 0))
		return;
	if (scan_digest_at(sight->directory, sight->name, there) == -1)
		tally_trouble(&work->tally, there->name,
		    "cannot be read: %s", strerror(errno));
}

/* Reads the extended attributes on the disk, if they count. */
static void
read_traits(struct work *work, const struct entry *content,
    const struct walk_sight *sight)
{
	if (content->kind == sight->entry->kind && !content->implied &&
	    (content->traits != NULL || work->rule.complete))
		traits_disk_read_at(&work->traits, sight->directory,
		    sight->name, sight->entry);
}

/*
 * Returns DIFFERENCE_LINK when names are one file on the disk, but not in
 * the archive, or the other way round.  number is that of the entry with the
 * data.
 */
static unsigned
compare_links(struct work *work, size_t number, const struct entry *there)
{
	const struct entry *first = &work->index->entries.list[number];

	if (there->kind != ENTRY_FILE || first->kind != ENTRY_FILE ||
	    (!there->several && strcmp(first->name, there->name) == 0))
		return (0);
	const ssize_t known = inode_table_find(work->inodes,
	    there->disk.device, there->disk.inode);

	if (known == -1) {
		inode_table_add(work->inodes, there->disk.device,
		    there->disk.inode, number);
		/* Its first name may be missing, or not be asked for. */
		if (strcmp(first->name, there->name) == 0 ||
		    !work->found[number] ||
		    !selection_has(work->patterns, first->name))
			return (0);
		return (DIFFERENCE_LINK);
	}
	return ((size_t)known == number ? 0 : DIFFERENCE_LINK);
}

/* Compares what is seen with the entry number, if that is asked for. */
static void
compare_entry(struct work *work, size_t number,
    const struct walk_sight *sight)
{
	const struct entry *entry = &work->index->entries.list[number];
	const struct entry *content = index_content(work->index, entry);

	work->found[number] = true;
	work->any = true;
	if (!selection_has(work->patterns, entry->name))
		return;
	read_traits(work, content, sight);
	read_content(work, content, sight);
	report_difference(work, entry->name, difference_find(content,
	    sight->entry, &work->rule) | compare_links(work,
	    (size_t)(content - work->index->entries.list), sight->entry));
}

static void
hide(void *cookie, const char *name)
{
	struct work *work = cookie;

	words_add(&work->hidden, name);
}

/* Whether the entry may be where nobody could look. */
static bool
is_hidden(const struct work *work, const struct entry *entry)
{
	for (size_t i = work->hidden.count; i-- > 0;) {
		if (entry_is_at_or_below(entry->name, work->hidden.list[i]))
			return (true);
	}
	return (false);
}

static void
compare_missing(struct work *work, const struct entry *entry)
{
	if (!entry->implied && selection_has(work->patterns, entry->name) &&
	    !is_hidden(work, entry))
		report_difference(work, entry->name, DIFFERENCE_MISSING);
}

/* Tells of what is on the disk only, unless the archive cannot know of it. */
static void
compare_extra(struct work *work, const struct entry *there)
{
	const struct entry_list *entries = &work->index->entries;

	if (!selection_has(work->patterns, there->name))
		return;
	const ssize_t above = entry_list_find_above(entries, there->name);

	if (there->kind == ENTRY_SOCKET)
		message_say(MESSAGE_DETAIL,
		    "'%s' is a socket, which no archive has", there->name);
	else if (above == -1 || !entries->list[above].implied)
		report_difference(work, there->name, DIFFERENCE_EXTRA);
}

/* Compares what is seen; it comes in the order of the archive. */
static int
visit(void *cookie, const struct walk_sight *sight, struct failure *why)
{
	struct work *work = cookie;
	const struct entry_list *entries = &work->index->entries;
	int order = 1;

	for (; work->next < entries->count; work->next++) {
		const struct entry *entry = &entries->list[work->next];

		order = entry_compare_names(entry->name, sight->entry->name);
		if (order >= 0)
			break;
		compare_missing(work, entry);
	}
	if (order == 0)
		compare_entry(work, work->next++, sight);
	else
		compare_extra(work, sight->entry);
	return (interrupt_check(why));
}

/* Looks at the disk and compares. */
static int
compare(struct work *work, int root, struct failure *why)
{
	const struct entry_list *entries = &work->index->entries;
	const struct walk_visitor visitor = { .visit = visit,
	    .hidden = hide, .cookie = work };

	work->traits.pool = traits_pool_make();
	work->traits.tally = &work->tally;
	work->found = memory_make(entries->count, sizeof(*work->found));
	work->inodes = inode_table_make();
	const int rc = walk_trees(root, &work->index->trees, &visitor,
	    &work->tally, why);

	for (; work->next < entries->count && rc == 0; work->next++)
		compare_missing(work, &entries->list[work->next]);
	inode_table_free(work->inodes);
	words_release(&work->hidden);
	free(work->found);
	traits_pool_free(work->traits.pool);
	return (rc);
}

/* Opens the target and compares it with the archive. */
static enum exitcode
compare_with(struct work *work, struct archive_reader *reader,
    struct failure *why)
{
	const char *root = work->options->root == NULL ? "/" :
	    work->options->root;
	const int fd = fileio_open(AT_FDCWD, root, O_RDONLY | O_DIRECTORY, 0);

	if (fd == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot open '%s'", root);
		return (why->code);
	}
	work->index = archive_reader_index(reader);
	work->rule.privileged = geteuid() == 0;
	work->rule.trusted = work->index->knows_traits;
	work->rule.complete = work->index->knows_traits;
	int rc = selection_check(work->patterns, &work->index->entries, why);

	if (rc == 0)
		rc = compare(work, fd, why);
	(void)close(fd);		/* a directory */
	if (rc == -1)
		return (why->code);
	if (!work->any && work->index->entries.count > 0 &&
	    work->tally.troubles == 0)
		message_say(MESSAGE_NOTE, "nothing of the archive is below "
		    "'%s'; -C says where it belongs", root);
	return (exitcode_worse(
	    work->count > 0 ? EXITCODE_DIFFERS : EXITCODE_OK,
	    work->tally.troubles > 0 ? EXITCODE_PARTIAL : EXITCODE_OK));
}

static enum exitcode
run(struct command *command, struct failure *why)
{
	struct work work = { .command = command, .options = command->own,
	    .patterns = command->operands + 1,
	    .tally.report = &command->report };

	if (command->operands[0] == NULL)
		return (command_misused(why, "the archive is missing"));
	struct archive_reader *reader = archive_reader_open(
	    command->operands[0], &work.options->limits, &work.tally, why);

	if (reader == NULL)
		return (why->code);
	const enum exitcode code = compare_with(&work, reader, why);

	archive_reader_close(reader);
	return (code);
}

const struct command_verb verb_diff = {
	.name = "diff",
	.operands = "ARCHIVE|- [PATTERN]...",
	.help = "Print in what the trees differ from an archive.",
	.rows = rows,
	.size = sizeof(struct diff_options),
	.option = take_option,
	.run = run
};
