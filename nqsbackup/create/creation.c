#include <config.h>

#include "creation.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/message.h"
#include "../../libcore/base/text.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/run/command.h"
#include "../../libcore/system/fileio.h"
#include "../../libsite/node_config.h"
#include "../archive/archive_reader.h"
#include "../archive/archive_writer.h"
#include "../archive/index.h"
#include "../base/interrupt.h"
#include "../base/progress_bar.h"
#include "../base/tally.h"
#include "../gzip/gzip.h"
#include "backup.h"
#include "metrics.h"
#include "output_path.h"
#include "site_check.h"
#include "succession.h"
#include "tree_path.h"

/* All that the verb works with. */
struct creation {
	struct command			*command;
	const struct creation_options *options;
	char				*node;
	struct words			 trees;	/* names in the archive */
	struct tally			 tally;
	char				*archive;	/* that is there */
	struct metrics			 metrics;
	int64_t				 created;
	int				 root;	/* "/" */
};

bool
creation_is_stream(const struct creation_options *options)
{
	return (options->output != NULL && strcmp(options->output, "-") == 0);
}

/* Finds the tree path. */
static int
find_tree(struct creation *creation, const char *path, struct failure *why)
{
	char *name = tree_path_resolve(path, why);

	if (name == NULL)
		return (-1);
	if (path[0] == '/' && strcmp(path + 1, name) != 0)
		message_say(MESSAGE_DETAIL, "'%s' is '/%s'", path, name);
	if (!words_has(&creation->trees, name))
		words_add(&creation->trees, name);
	free(name);
	if (creation->trees.count <= INDEX_TREE_LIMIT)
		return (0);
	failure_set(why, EXITCODE_FAILED, "an archive takes up to %d trees",
	    INDEX_TREE_LIMIT);
	return (-1);
}

/* Finds the trees of site; not all of them must be there, but one. */
static int
find_site(struct creation *creation, const struct node_site *site,
    struct failure *why)
{
	size_t found = 0;

	for (size_t i = 0; i < site->trees.count; i++) {
		const char *path = site->trees.list[i];

		if (access(path, F_OK) == -1 && errno == ENOENT) {
			message_say(MESSAGE_NOTE,
			    "the site '%s' has no '%s'", site->name, path);
			continue;
		}
		if (find_tree(creation, path, why) == -1)
			return (-1);
		found++;
	}
	if (found > 0)
		return (0);
	failure_set(why, EXITCODE_FAILED, "no tree of the site '%s' is here",
	    site->name);
	return (-1);
}

/* Says that there is no site name, and where it was looked for. */
static void
refuse_site(const struct node_config *config, const char *name,
    struct failure *why)
{
	failure_set(why, EXITCODE_USAGE, "there is no site '%s'", name);
	if (config->file != NULL)
		failure_hint(why, "the sites are those of '%s'",
		    config->file);
	else
		failure_hint(why, "there is no configuration '%s', and so "
		    "only the site '" NODE_LOCAL_SITE "'",
		    NQS_SYSCONFDIR "/nqstools/nqstools.conf");
}

/* Reads the configuration, and finds all sites that were asked for. */
static int
find_sites(struct creation *creation, struct failure *why)
{
	struct command *command = creation->command;
	const struct words *sites = &creation->options->sites;
	struct node_config *config = node_config_read(command->config, why);
	int rc = 0;

	if (config == NULL)
		return (-1);
	creation->node = memory_copy_string(config->node);
	for (size_t i = 0; i < sites->count && rc == 0; i++) {
		const struct node_site *site = node_config_site(config,
		    sites->list[i]);

		if (site == NULL) {
			refuse_site(config, sites->list[i], why);
			rc = -1;
			break;
		}
		if (!creation->options->live)
			rc = site_check_stopped(command, site->name, why);
		if (rc == 0)
			rc = find_site(creation, site, why);
	}
	node_config_free(config);
	return (rc);
}

/* Finds all that is to be backed up. */
static int
find_all(struct creation *creation, struct failure *why)
{
	const struct words *trees = &creation->options->trees;
	char host[256];

	creation->root = fileio_open(AT_FDCWD, "/", O_RDONLY | O_DIRECTORY,
	    0);
	if (creation->root == -1) {
		failure_set_errno(why, EXITCODE_SYSTEM, errno,
		    "cannot open '/'");
		return (-1);
	}
	if (creation->options->sites.count > 0 &&
	    find_sites(creation, why) == -1)
		return (-1);
	for (size_t i = 0; i < trees->count; i++) {
		if (find_tree(creation, trees->list[i], why) == -1)
			return (-1);
	}
	if (creation->node == NULL) {
		if (gethostname(host, sizeof(host)) == -1)
			host[0] = '\0';
		host[sizeof(host) - 1] = '\0';
		creation->node = memory_copy_string(host);
	}
	return (0);
}

/* Notes how much there is in the archive, which was written to fd. */
static void
measure(struct creation *creation, const struct index *index, int fd)
{
	struct metrics *metrics = &creation->metrics;
	struct stat status;

	metrics->entries = index->entries.count;
	for (size_t i = 0; i < index->entries.count; i++)
		metrics->data += index->entries.list[i].size;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		metrics->size = (int64_t)status.st_size;
}

/* Returns how large files with holes may be in all. */
static int64_t
find_room(const struct creation_options *options)
{
	struct foreign_limits limits = options->limits;

	foreign_limits_complete(&limits);
	return (limits.size);
}

/* Writes the archive to fd, and sets members, for free(), to its members. */
static int
write_archive(struct creation *creation, int fd,
    struct index_members *members, struct failure *why)
{
	const struct creation_options *options = creation->options;
	struct backup_settings files = { .tally = &creation->tally,
	    .format = options->format, .devices = options->devices,
	    .room = find_room(options),
	    .member_size = gzip_member_size(options->level) };
	struct stat status;

	if (fstat(fd, &status) == 0)
		files.archive = (struct entry_disk){ status.st_dev,
		    status.st_ino };
	struct backup *backup = backup_make(&files);
	const struct archive_settings settings = {
	    .format = options->format,
	    .created = creation->created,
	    .host = creation->node,
	    .trees = &creation->trees,
	    .members = { .batches = { .level = options->level,
	    .check = options->check, .source = backup_source(backup) },
	    .threads = options->threads,
	    .output = creation_is_stream(options) ? MEMBER_WRITER_STREAM :
	    MEMBER_WRITER_FILE },
	    .bar = progress_bar_make(creation->command, "packing", 0) };
	struct archive_writer *writer = archive_writer_make(&settings, fd);
	int rc = backup_trees(backup, creation->root, &creation->trees,
	    writer, why);

	if (rc == 0)
		rc = archive_writer_finish(writer, why);
	if (rc == 0)
		measure(creation, archive_writer_index(writer), fd);
	archive_writer_take_members(writer, members);
	archive_writer_free(writer);
	backup_free(backup);
	progress_bar_free(settings.bar);
	return (rc);
}

/* The part of the archive's name that says what is in it, for free(). */
static char *
name_content(const struct creation *creation)
{
	const struct words *sites = &creation->options->sites;
	const char *tree = creation->trees.list[0];
	struct text what = { 0 };

	if (sites->count > 0) {
		words_join(sites, "+", &what);
		return (text_take(&what));
	}
	const char *slash = strrchr(tree, '/');

	return (memory_copy_string(slash == NULL ? tree : slash + 1));
}

static void
report_archive(struct creation *creation, const char *path)
{
	struct jsonline *line = jsonline_make();
	struct text shown = { 0 };

	jsonline_set_string(line, "event", "archive");
	jsonline_set_string(line, "path", path);
	jsonline_set_integer(line, "troubles",
	    (int64_t)creation->tally.troubles);
	text_add_visible(&shown, path, strlen(path));
	creation->command->report.changed = true;
	report_line(&creation->command->report, line, "%s",
	    text_string(&shown));
	jsonline_free(line);
	text_release(&shown);
}

/* Removes what killed runs left of archives with other times in their names. */
static void
remove_dead(const struct creation *creation, const char *path,
    const char *what)
{
	char *pattern = output_path_pattern(creation->node, what);
	const int directory = fileio_open_parent(path);

	if (directory != -1) {
		fileio_remove_dead(directory, pattern);
		(void)close(directory);	/* was only read */
	}
	free(pattern);
}

/* Writes the archive to fd, a file called path, and reads it back. */
static int
write_file(struct creation *creation, int fd, const char *path,
    struct failure *why)
{
	struct index_members members = { 0 };
	const struct archive_reader_file file = { fd, path, &members };
	int rc = write_archive(creation, fd, &members, why);

	if (rc == 0)
		rc = archive_reader_check_written(&file,
		    creation->options->threads, why);
	free(members.list);
	return (rc);
}

/* Writes the archive to standard output. */
static int
write_stream(struct creation *creation, struct failure *why)
{
	struct index_members members = { 0 };
	const int rc = write_archive(creation, STDOUT_FILENO, &members, why);

	free(members.list);
	return (rc);
}

/* Removes the elder of the archive path that are no longer to be kept. */
static int
prune_elder(struct creation *creation, const char *path, struct failure *why)
{
	if (!report_is_lost(&creation->command->report))
		return (succession_prune(path, &creation->options->keeping,
		    &creation->tally, why));
	message_say(MESSAGE_WARNING, "no older archive is removed, for "
	    "nobody could be told of the new one");
	return (0);
}

/* Returns rc, with which making a file has ended: it cannot be written. */
static int
as_output(int rc, struct failure *why)
{
	if (rc == -1 && why->code == EXITCODE_FAILED)
		why->code = EXITCODE_CANNOT_WRITE;
	return (rc);
}

/* Makes the archive as a file that appears when it was read back. */
static int
create_file(struct creation *creation, struct failure *why)
{
	const char *output = creation->options->output;
	char *what = name_content(creation);
	char *path = output_path_make(output == NULL ? "." : output,
	    creation->node, what, creation->created);
	struct fileio_new file = { .fd = -1, .directory = -1 };

	const bool prune = keeping_is_set(&creation->options->keeping);
	int rc = prune ? succession_check(path, why) : 0;

	if (rc == 0) {
		remove_dead(creation, path, what);
		rc = fileio_look(path, FILEIO_KEEP, why);
	}
	if (rc == 0)
		rc = as_output(fileio_begin(&file, path, why), why);
	if (rc == 0) {
		rc = write_file(creation, file.fd, path, why);
		if (rc == -1 && why->code == EXITCODE_CANNOT_WRITE)
			failure_add(why, "cannot make '%s'", path);
	}
	if (rc == 0)
		rc = fileio_commit(&file, 0600, FILEIO_KEEP, why);
	fileio_abandon(&file);
	if (rc == 0) {
		creation->archive = memory_copy_string(path);
		report_archive(creation, path);
	}
	if (rc == 0 && prune)
		rc = prune_elder(creation, path, why);
	free(path);
	free(what);
	return (rc);
}

static int
create(struct creation *creation, struct failure *why)
{
	if (find_all(creation, why) == -1)
		return (-1);
	if (creation_is_stream(creation->options))
		return (write_stream(creation, why));
	return (create_file(creation, why));
}

static enum exitcode
code_of(const struct creation *creation, int rc, const struct failure *why)
{
	const enum exitcode code = rc == -1 ? why->code :
	    creation->tally.troubles > 0 ? EXITCODE_PARTIAL : EXITCODE_OK;

	/* That will become the code at the end, and is known by now. */
	return (report_is_lost(&creation->command->report) ?
	    exitcode_worse(code, EXITCODE_CANNOT_WRITE) : code);
}

/*
 * Does it between the hooks.  The second runs also when the first has failed,
 * for that may have got half of its way.
 */
static enum exitcode
create_between(struct creation *creation, struct failure *why)
{
	struct hook_settings hooks = creation->options->hooks;

	hooks.sites = &creation->options->sites;
	if (hook_check(&hooks, why) == -1)
		return (why->code);
	int rc = hook_before(&hooks, why);

	if (rc == 0)
		rc = interrupt_check(why);
	if (rc == 0)
		rc = create(creation, why);
	hook_after(&hooks, code_of(creation, rc, why), creation->archive,
	    &creation->tally);
	return (code_of(creation, rc, why));
}

/*
 * Lets monitoring know how it ended, with code.  Returns the code then: that
 * this is not possible is a trouble.
 */
static enum exitcode
tell_monitoring(struct creation *creation, enum exitcode code,
    int64_t started)
{
	const struct creation_options *options = creation->options;
	struct metrics *metrics = &creation->metrics;
	struct failure trouble = { 0 };
	struct text site = { 0 };

	if (options->metrics == NULL)
		return (code);
	words_join(options->sites.count > 0 ? &options->sites :
	    &options->trees, "+", &site);
	metrics->site = text_string(&site);
	metrics->ended = clock_wall();
	metrics->duration = clock_monotonic() - started;
	metrics->code = code;
	metrics->troubles = creation->tally.troubles;
	metrics->made = code == EXITCODE_OK || code == EXITCODE_PARTIAL ||
	    creation->archive != NULL;
	if (metrics_write(metrics, options->metrics, &trouble) == -1) {
		tally_failure(&creation->tally, options->metrics, &trouble);
		if (code == EXITCODE_OK)
			code = EXITCODE_PARTIAL;
	}
	text_release(&site);
	return (code);
}

enum exitcode
creation_run(struct command *command,
    const struct creation_options *options, struct failure *why)
{
	struct creation creation = { .command = command,
	    .options = options, .created = clock_wall(), .root = -1,
	    .tally = { .report = &command->report } };
	const int64_t started = clock_monotonic();

	if (options->metrics != NULL && as_output(fileio_check(
	    options->metrics, FILEIO_REPLACE, why), why) == -1)
		return (why->code);
	if (interrupt_begin(why) == -1)
		return (why->code);
	const enum exitcode code = tell_monitoring(&creation,
	    create_between(&creation, why), started);

	interrupt_end();
	if (creation.root != -1)
		(void)close(creation.root);	/* was only read */
	free(creation.node);
	words_release(&creation.trees);
	free(creation.archive);
	return (code);
}
