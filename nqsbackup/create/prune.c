#include <config.h>

#include "prune.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/format/report.h"
#include "../../libcore/system/fileio.h"
#include "../archive/archive_reader.h"
#include "../archive/index.h"
#include "../base/interrupt.h"
#include "../base/tally.h"
#include "keeping.h"
#include "output_path.h"

/* Clocks of several nodes may differ by this. */
#define FUTURE	(5 * 60 * CLOCK_SECOND)
#define NONE	((size_t)-1)

struct prune_archive {
	char			*name;
	size_t			 series;	/* length of it in name */
	char			*content;	/* what it is of; NULL: bad */
	bool			 read;		/* all of it */
	struct stat		 status;
	struct keeping_item	 item;		/* while they are sorted */
};

struct prune {
	int			 directory;
	char			*path;
	struct tally		*tally;
	size_t			 threads;
	bool			 verify;
	int64_t			 latest;	/* later is the future */
	struct prune_archive	*list;		/* by series; newest first */
	struct keeping_item	*items;		/* of each, the same number */
	size_t			 count;
};

static const char *
content_of(const struct prune_archive *archive)
{
	return (archive->content == NULL ? "" : archive->content);
}

/* Compares the series: two trees that end alike give archives one name. */
static int
compare_series(const struct prune_archive *left,
    const struct prune_archive *right)
{
	const size_t shorter = left->series < right->series ? left->series :
	    right->series;
	const int order = memcmp(left->name, right->name, shorter);

	if (order != 0)
		return (order);
	if (left->series != right->series)
		return (left->series < right->series ? -1 : 1);
	return (strcmp(content_of(left), content_of(right)));
}

static int
compare_archives(const void *a, const void *b)
{
	const struct prune_archive *left = a;
	const struct prune_archive *right = b;
	const int order = compare_series(left, right);

	/* What else the names have is the time. */
	return (order != 0 ? order : strcmp(right->name, left->name));
}

/* Puts all into their order, each with its item. */
static void
sort(struct prune *prune)
{
	for (size_t i = 0; i < prune->count; i++)
		prune->list[i].item = prune->items[i];
	if (prune->count > 1)
		qsort(prune->list, prune->count, sizeof(*prune->list),
		    compare_archives);
	for (size_t i = 0; i < prune->count; i++)
		prune->items[i] = prune->list[i].item;
}

/*
 * Returns what the file of status, with index, is of, for free(); no tree has
 * "//" in it.  A file of another owner is never put in the place of ours.
 */
static char *
name_content(const struct stat *status, const struct index *index)
{
	struct text content = { 0 };

	text_format(&content, "%lu//%s//", (unsigned long)status->st_uid,
	    index->host);
	words_join(&index->trees, "//", &content);
	return (text_take(&content));
}

/* Opens the archive.  Returns its reader and sets *fd, or NULL, said why. */
static struct archive_reader *
open_archive(const struct prune *prune, struct prune_archive *archive,
    int *fd, struct failure *why)
{
	*fd = fileio_open(prune->directory, archive->name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0);
	if (*fd == -1 || fstat(*fd, &archive->status) == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot open it");
		return (NULL);
	}
	return (archive_reader_start(*fd, NULL, why));
}

/*
 * Whether the archive is good: its end and its index, or everything.  Sets
 * when it was created.
 */
static bool
is_good(const struct prune *prune, size_t number, size_t threads,
    struct failure *why)
{
	struct prune_archive *archive = &prune->list[number];
	int fd;
	struct archive_reader *reader = open_archive(prune, archive, &fd, why);
	bool good = reader != NULL;

	if (good) {
		const struct index *index = archive_reader_index(reader);

		prune->items[number].created = index->created;
		good = output_path_is_of(archive->name, index->host,
		    index->created);
		if (!good)
			failure_set(why, EXITCODE_DATA,
			    "its name is that of another");
		else if (archive->content == NULL)
			archive->content = name_content(&archive->status,
			    index);
	}
	if (good && threads > 0) {
		archive->read = true;
		good = archive_reader_verify(reader, threads, why) == 0;
	}
	archive_reader_close(reader);
	if (fd != -1)
		(void)close(fd);	/* was only read */
	return (good);
}

/* Returns 0, or -1 with why set when the program was asked to stop. */
static int
judge(const struct prune *prune, size_t number, size_t threads,
    struct failure *why)
{
	struct failure trouble = { 0 };

	prune->items[number].good = is_good(prune, number, threads, &trouble);
	if (interrupt_check(why) == -1)
		return (-1);
	if (!prune->items[number].good) {
		tally_trouble(prune->tally, prune->list[number].name,
		    "is no good archive, and stays: %s", trouble.message);
	} else if (prune->items[number].created > prune->latest) {
		tally_trouble(prune->tally, prune->list[number].name,
		    "is dated in the future: it stays, but does not count");
		prune->items[number].good = false;
	}
	return (0);
}

/* Adds the file name, if it may be an archive, and of the series of like. */
static void
add_name(struct prune *prune, const char *name, const char *like)
{
	const size_t series = output_path_series(name);

	if (series == 0 || (like != NULL && (output_path_series(like) !=
	    series || memcmp(like, name, series) != 0)))
		return;
	prune->list = memory_resize(prune->list, prune->count + 1,
	    sizeof(*prune->list));
	prune->list[prune->count++] = (struct prune_archive){
	    .name = memory_copy_string(name), .series = series };
}

/* Opens the directory and reads its names.  Returns 0, or -1 with why set. */
static int
read_names(struct prune *prune, const char *like, struct failure *why)
{
	prune->directory = fileio_open(AT_FDCWD, prune->path,
	    O_RDONLY | O_DIRECTORY, 0);
	const int fd = prune->directory == -1 ? -1 :
	    fileio_open(prune->directory, ".", O_RDONLY | O_DIRECTORY, 0);
	DIR *stream = fd == -1 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	errno = stream == NULL ? errno : 0;
	while (stream != NULL && (entry = readdir(stream)) != NULL) {
		add_name(prune, entry->d_name, like);
		errno = 0;
	}
	const int error = errno;

	if (stream != NULL)
		(void)closedir(stream);	/* was only read */
	else if (fd != -1)
		(void)close(fd);	/* the same */
	if (error == 0)
		return (0);
	failure_set_errno(why, failure_code_of_errno(error), error,
	    "cannot read the directory '%s'", prune->path);
	return (-1);
}

static bool
is_to_go(const struct keeping_item *item)
{
	return (item->good && item->rules == 0);
}

/*
 * Returns which of count archives of a series from first on is to be read
 * next, or NONE: of those that would be kept all, or the newest alone, and that
 * only before others go.
 */
static size_t
next_to_read(const struct prune *prune, size_t first, size_t count)
{
	bool going = prune->verify;

	for (size_t i = first; i < first + count && !going; i++)
		going = is_to_go(&prune->items[i]);
	for (size_t i = first; i < first + count && going; i++) {
		if (!prune->items[i].good || prune->items[i].rules == 0)
			continue;
		if (!prune->list[i].read)
			return (i);
		if (!prune->verify)
			break;
	}
	return (NONE);
}

/*
 * Decides about count archives of a series from first on.  When one that would
 * be kept is read and is not good, something else is to be kept.  Returns 0,
 * or -1 with why set.
 */
static int
decide(struct prune *prune, const struct keeping *rules, size_t first,
    size_t count, struct failure *why)
{
	size_t number;

	keeping_decide(rules, prune->items + first, count);
	while ((number = next_to_read(prune, first, count)) != NONE) {
		if (judge(prune, number, prune->threads, why) == -1)
			return (-1);
		if (!prune->items[number].good)
			keeping_decide(rules, prune->items + first, count);
	}
	return (0);
}

static int
decide_all(struct prune *prune, const struct keeping *rules,
    struct failure *why)
{
	size_t first = 0;

	while (first < prune->count) {
		size_t end = first + 1;

		while (end < prune->count && compare_series(
		    &prune->list[first], &prune->list[end]) == 0)
			end++;
		if (decide(prune, rules, first, end - first, why) == -1)
			return (-1);
		first = end;
	}
	return (0);
}

/* Returns the number of the archive called name, or how many there are. */
static size_t
find_name(const struct prune *prune, const char *name)
{
	size_t i = 0;

	while (i < prune->count && strcmp(prune->list[i].name, name) != 0)
		i++;
	return (i);
}

/*
 * Leaves alone whatever is not of the series of the archive like, which has
 * just been read.
 */
static void
restrict_to(struct prune *prune, const char *like)
{
	const size_t wanted = find_name(prune, like);

	if (wanted < prune->count)
		prune->list[wanted].read = true;
	for (size_t i = 0; i < prune->count; i++) {
		if (wanted == prune->count || compare_series(
		    &prune->list[wanted], &prune->list[i]) != 0)
			prune->items[i].good = false;
	}
}

/* Keeps the archive name: by a clock that was wrong it is not the newest. */
static void
keep_name(struct prune *prune, const char *name)
{
	const size_t number = find_name(prune, name);

	if (number < prune->count)
		prune->items[number].rules |= 1U << KEEPING_LAST;
}

struct prune *
prune_look(const char *path, const struct prune_settings *settings,
    struct failure *why)
{
	struct prune *prune = memory_make(1, sizeof(*prune));

	prune->path = memory_copy_string(path);
	prune->tally = settings->tally;
	prune->threads = settings->threads;
	prune->verify = settings->verify;
	prune->latest = clock_wall() + FUTURE;
	int rc = read_names(prune, settings->like, why);

	prune->items = memory_make(prune->count, sizeof(*prune->items));
	sort(prune);
	for (size_t i = 0; i < prune->count && rc == 0; i++)
		rc = judge(prune, i, 0, why);
	/* What each is of is known only now. */
	sort(prune);
	if (settings->like != NULL)
		restrict_to(prune, settings->like);
	if (rc == 0)
		rc = decide_all(prune, settings->rules, why);
	if (rc == 0 && settings->like != NULL)
		keep_name(prune, settings->like);
	if (rc == 0)
		return (prune);
	prune_free(prune);
	return (NULL);
}

void
prune_free(struct prune *prune)
{
	if (prune == NULL)
		return;
	for (size_t i = 0; i < prune->count; i++) {
		free(prune->list[i].content);
		free(prune->list[i].name);
	}
	if (prune->directory != -1)
		(void)close(prune->directory);	/* of a directory */
	free(prune->list);
	free(prune->items);
	free(prune->path);
	free(prune);
}

static void
report_archive(const struct prune *prune, size_t number,
    struct report *report, enum prune_detail detail)
{
	const struct prune_archive *archive = &prune->list[number];
	const struct keeping_item *item = &prune->items[number];
	const char *action = is_to_go(item) ? "remove" :
	    item->good ? "keep" : "leave";
	struct jsonline *line = jsonline_make();
	struct words rules = { 0 };
	struct text shown = { 0 };

	keeping_name(item->rules, &rules);
	text_format(&shown, "%s ", action);
	text_add_visible(&shown, archive->name, strlen(archive->name));
	if (rules.count > 0)
		text_add(&shown, " ");
	words_join(&rules, ",", &shown);
	jsonline_set_string(line, "event", action);
	jsonline_set_string(line, "name", archive->name);
	jsonline_set_integer(line, "size", (int64_t)archive->status.st_size);
	if (item->good)
		jsonline_set_integer(line, "created",
		    item->created / CLOCK_SECOND);
	jsonline_set_words(line, "rules", &rules);
	if (is_to_go(item) || detail == PRUNE_DETAILED)
		report_line(report, line, "%s", text_string(&shown));
	else
		report_line(report, line, NULL);
	jsonline_free(line);
	words_release(&rules);
	text_release(&shown);
}

size_t
prune_show(const struct prune *prune, struct report *report,
    enum prune_detail detail)
{
	size_t going = 0;

	for (size_t i = 0; i < prune->count; i++) {
		report_archive(prune, i, report, detail);
		going += is_to_go(&prune->items[i]);
	}
	return (going);
}

/*
 * Removes the file that was looked at; what has its name by now instead is not
 * touched.  Returns whether it did; one that is gone is no trouble.
 */
static bool
remove_archive(const struct prune *prune, const struct prune_archive *archive)
{
	struct stat now;
	int rc = fstatat(prune->directory, archive->name, &now,
	    AT_SYMLINK_NOFOLLOW);

	if (rc == 0 && (now.st_dev != archive->status.st_dev ||
	    now.st_ino != archive->status.st_ino)) {
		tally_trouble(prune->tally, archive->name,
		    "is another one by now, and stays");
		return (false);
	}
	if (rc == 0)
		rc = unlinkat(prune->directory, archive->name, 0);
	if (rc == -1 && errno != ENOENT)
		tally_trouble(prune->tally, archive->name,
		    "cannot be removed: %s", strerror(errno));
	return (rc == 0);
}

int
prune_remove(struct prune *prune, struct report *report,
    enum prune_detail detail, struct failure *why)
{
	int rc = 0;

	for (size_t i = 0; i < prune->count && rc == 0; i++) {
		const bool goes = is_to_go(&prune->items[i]);

		if (goes && !remove_archive(prune, &prune->list[i]))
			continue;
		report->changed = report->changed || goes;
		report_archive(prune, i, report, detail);
		rc = interrupt_check(why);
	}
	/* If this is lost, an archive is there that the next prune removes. */
	if (report->changed)
		(void)fileio_sync_directory(prune->directory);
	return (rc);
}
