#include <config.h>

#include "history.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/failure.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "../format/jsonline.h"
#include "../system/fileio.h"
#include "procedure.h"

static const char suffix[] = ".jsonl";

/* What an identifier is made of, being the name of a file. */
static const char id_letters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

enum {
	ID_LIMIT = 200,			/* so long no identifier is */
	NAME_LIMIT = 100		/* of a procedure, in one of ours */
};

/* The version of the journal's records. */
enum { HISTORY_VERSION = 1 };

/* A run in a list, and when its journal was last written. */
struct listed {
	const char	*id;
	struct timespec	 written;
};

struct listing {
	struct listed	*list;
	size_t		 count;
};

static int
compare_listed(const void *left, const void *right)
{
	const struct listed *one = left, *other = right;

	if (one->written.tv_sec != other->written.tv_sec)
		return (one->written.tv_sec < other->written.tv_sec ? -1 : 1);
	if (one->written.tv_nsec != other->written.tv_nsec)
		return (one->written.tv_nsec < other->written.tv_nsec ? -1 :
		    1);
	return (strcmp(one->id, other->id));
}

bool
history_id_is_good(const char *id)
{
	return (id[0] != '\0' && id[0] != '.' && id[0] != '-' &&
	    strlen(id) < ID_LIMIT && strspn(id, id_letters) == strlen(id));
}

int
history_check_id(const char *id, struct failure *why)
{
	if (history_id_is_good(id))
		return (0);
	if (strlen(id) >= ID_LIMIT)
		failure_set(why, EXITCODE_USAGE, "a name of %zu letters cannot "
		    "name a run", strlen(id));
	else
		failure_set(why, EXITCODE_USAGE, "'%s' cannot name a run", id);
	failure_hint(why, "fewer than %d letters, digits, '-', '_' and '.', "
	    "beginning with a letter, a digit or '_'", ID_LIMIT);
	return (-1);
}

/* Adds the run id to listing, if it is one. */
static void
add_listed(const char *directory, const char *id, struct listing *listing)
{
	struct stat status = { 0 };

	if (!history_id_is_good(id))
		return;
	char *path = history_path(directory, id);
	/* One that cannot be looked at is the oldest. */
	(void)stat(path, &status);
	listing->list = memory_resize(listing->list, listing->count + 1,
	    sizeof(*listing->list));
	listing->list[listing->count++] = (struct listed){
		.id = id, .written = status.st_mtim };
	free(path);
}

int
history_list(const char *directory, struct words *ids, struct failure *why)
{
	struct listing listing = { 0 };
	struct words names = { 0 };
	const int rc = fileio_list(directory, suffix, &names, why);

	for (size_t i = 0; i < names.count; i++)
		add_listed(directory, names.list[i], &listing);
	if (listing.count > 0)
		qsort(listing.list, listing.count, sizeof(*listing.list),
		    compare_listed);
	for (size_t i = 0; i < listing.count; i++)
		words_add(ids, listing.list[i].id);
	free(listing.list);
	words_release(&names);
	return (rc);
}

char *
history_path(const char *directory, const char *id)
{
	struct text path = { 0 };

	text_format(&path, "%s/%s%s", directory, id, suffix);
	return (text_take(&path));
}

/* Adds the last component of path without ".conf", as far as it is good. */
static void
add_base_name(const char *path, struct text *id)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;
	size_t length = strspn(name, id_letters);

	if (text_ends_with(name, ".conf") && length == strlen(name))
		length -= strlen(".conf");
	text_add_bytes(id, name, length < NAME_LIMIT ? length : NAME_LIMIT);
}

char *
history_make_id(const char *what)
{
	char stamp[CLOCK_TEXT_ROOM];
	unsigned char random[2] = { 0, 0 };
	struct text id = { 0 };
	const int fd = fileio_open(AT_FDCWD, "/dev/urandom", O_RDONLY, 0);

	if (fd != -1) {
		(void)fileio_read(fd, random, sizeof(random));
		(void)close(fd);		/* was only read */
	}
	clock_show_compact(clock_wall(), stamp);
	text_format(&id, "%s-", stamp);
	add_base_name(what, &id);
	text_format(&id, "-%02x%02x", random[0], random[1]);
	return (text_take(&id));
}

void
history_sign(struct jsonline *record)
{
	const struct passwd *user = getpwuid(getuid());
	const char *login = getlogin();
	char host[256] = "";

	/* A name that does not fit is cut; without one "" is recorded. */
	(void)gethostname(host, sizeof(host) - 1);
	jsonline_set_integer(record, "pid", (int64_t)getpid());
	jsonline_set_integer(record, "uid", (int64_t)getuid());
	if (user != NULL)
		jsonline_set_string(record, "user", user->pw_name);
	if (login != NULL)
		jsonline_set_string(record, "login", login);
	jsonline_set_string(record, "host", host);
	jsonline_set_string(record, "release", PACKAGE_VERSION);
}

struct jsonline *
history_open_record(const char *id, const char *subject,
    const struct procedure *procedure, const struct values *values)
{
	struct jsonline *record = jsonline_make();
	struct jsonline *filled = values_write(values);

	jsonline_set_string(record, "event", "open");
	jsonline_set_string(record, "format", "nqstools-run");
	jsonline_set_integer(record, "version", HISTORY_VERSION);
	jsonline_set_string(record, "run", id);
	jsonline_set_string(record, "subject", subject);
	jsonline_set_string(record, "procedure", procedure->name);
	jsonline_set_string(record, "title", procedure->title);
	jsonline_set_string(record, "path", procedure->path);
	jsonline_set_string(record, "digest", procedure->digest);
	history_sign(record);
	jsonline_set_object(record, "values", filled);
	jsonline_free(filled);
	return (record);
}

int
history_check_procedure(const struct history *history,
    const struct procedure *procedure, const char *program,
    struct failure *why)
{
	if (strcmp(procedure->digest, history->digest) == 0)
		return (0);
	failure_set(why, EXITCODE_DATA, "'%s' is not the procedure that run %s "
	    "began with", procedure->path, history->id);
	history_hint_procedure(history, program, why);
	return (-1);
}

void
history_hint_procedure(const struct history *history, const char *program,
    struct failure *why)
{
	failure_hint(why, "bring '%s' back, and any that it names, as the run "
	    "began with it, digest %s; what the run did is told without it by "
	    "'%s report %s'", history->procedure_path, history->digest,
	    program, history->id);
}

void
history_hint_journal(const char *path, struct failure *why)
{
	if (why->hint[0] == '\0')
		failure_hint(why, "'follow' tells what stands before that in "
		    "'%s'; put right what it tells of, then move it to "
		    "another folder, and keep it", path);
}

/* Takes the fields out of the records that were read. */
static int
understand(struct history *history, struct failure *why)
{
	const struct journal_records *records = &history->records;
	const struct jsonline *open = records->count > 0 ?
	    records->list[0] : NULL;
	const char *format = open == NULL ? NULL :
	    jsonline_string(open, "format");

	if (format == NULL || strcmp(format, "nqstools-run") != 0 ||
	    jsonline_integer(open, "version", 0) != HISTORY_VERSION) {
		failure_set(why, EXITCODE_DATA,
		    "'%s' is not a journal of this version", history->path);
		return (-1);
	}
	history->procedure = jsonline_string(open, "procedure");
	history->procedure_path = jsonline_string(open, "path");
	history->digest = jsonline_string(open, "digest");
	history->subject = jsonline_string(open, "subject");
	history->begun = jsonline_string(open, "time");
	struct jsonline *values = jsonline_object(open, "values");
	if (history->procedure == NULL || history->procedure_path == NULL ||
	    history->digest == NULL || history->subject == NULL ||
	    history->begun == NULL || values == NULL) {
		jsonline_free(values);
		failure_set(why, EXITCODE_DATA,
		    "the first record of '%s' is not whole", history->path);
		return (-1);
	}
	values_read(values, &history->values);
	jsonline_free(values);
	for (size_t i = 0; i < records->count; i++) {
		const char *event = jsonline_string(records->list[i],
		    "event");

		if (event == NULL)
			continue;
		if (strcmp(event, "close") == 0) {
			history->is_closed = true;
			history->close = records->list[i];
			history->exit = (int)jsonline_integer(
			    records->list[i], "exit", EXITCODE_BUG);
			history->why = jsonline_string(records->list[i],
			    "why");
			history->at = jsonline_string(records->list[i],
			    "step");
			history->confirm = jsonline_string(records->list[i],
			    "confirm");
		} else if (strcmp(event, "resume") == 0) {
			history->is_closed = false;
			history->stop = NULL;
		} else if (strcmp(event, "stop-asked") == 0) {
			history->stop = records->list[i];
		}
	}
	return (0);
}

bool
history_was_done(const struct history *history)
{
	for (size_t i = 0; i < history->records.count; i++) {
		const struct jsonline *record = history->records.list[i];
		const char *event = jsonline_text(record, "event");

		if (strcmp(event, "turn") == 0)
			return (false);
		if (strcmp(event, "close") == 0 && jsonline_integer(record,
		    "exit", EXITCODE_BUG) == EXITCODE_OK)
			return (true);
	}
	return (false);
}

const char *
history_find_start(const struct history *history, const char *token)
{
	for (size_t i = history->records.count; i > 0; i--) {
		const struct jsonline *record = history->records.list[i - 1];

		if (strcmp(jsonline_text(record, "token"), token) == 0)
			return (jsonline_string(record, "time"));
	}
	return (NULL);
}

void
history_release(struct history *history)
{
	journal_release_records(&history->records);
	values_release(&history->values);
	free(history->id);
	free(history->path);
	*history = (struct history){ 0 };
}

/* Reads the run id.  Returns as history_read does. */
static int
read_run(const char *directory, const char *id, struct history *history,
    struct failure *why)
{
	*history = (struct history){ .id = memory_copy_string(id),
		.path = history_path(directory, id) };
	int rc = journal_read(history->path, &history->records, why);
	if (rc == 1 && history->records.count == 0)
		rc = 0;
	if (rc == 1 && understand(history, why) == -1)
		rc = -1;
	if (rc == -1 && why->code == EXITCODE_DATA)
		history_hint_journal(history->path, why);
	if (rc != 1)
		history_release(history);
	return (rc);
}

int
history_read(const char *directory, const char *id, struct history *history,
    struct failure *why)
{
	struct words ids = { 0 };
	int rc = 0;

	*history = (struct history){ 0 };
	if (id != NULL && !history_id_is_good(id)) {
		failure_set(why, EXITCODE_USAGE, "'%s' is not a run", id);
		return (-1);
	}
	if (id != NULL)
		return (read_run(directory, id, history, why));
	if (history_list(directory, &ids, why) == -1)
		return (-1);
	for (size_t i = ids.count; rc == 0 && i > 0; i--)
		rc = read_run(directory, ids.list[i - 1], history, why);
	words_release(&ids);
	return (rc);
}

bool
history_never_began(const char *path)
{
	struct journal_records records = { 0 };
	struct failure ignored = { 0 };
	const bool is_empty = journal_read(path, &records, &ignored) == 1 &&
	    records.count == 0;

	journal_release_records(&records);
	return (is_empty);
}

int
history_list_unbegun(const char *directory, struct words *ids,
    struct failure *why)
{
	struct words all = { 0 };
	const int rc = history_list(directory, &all, why);
	bool is_unbegun = true;

	for (size_t i = all.count; is_unbegun && i > 0; i--) {
		char *path = history_path(directory, all.list[i - 1]);

		is_unbegun = history_never_began(path);
		if (is_unbegun)
			words_add(ids, all.list[i - 1]);
		free(path);
	}
	words_release(&all);
	return (rc);
}

enum exitcode
history_refuse_absent(const char *directory, const char *id,
    struct failure *why)
{
	char *path = id == NULL || !history_id_is_good(id) ? NULL :
	    history_path(directory, id);

	if (path != NULL && history_never_began(path)) {
		failure_set(why, EXITCODE_USAGE, "run %s never began: it was "
		    "broken off before, and nothing was done", id);
		failure_hint(why, "it can be begun as at first; its journal "
		    "'%s' has no record", path);
	} else {
		failure_set(why, EXITCODE_USAGE, id == NULL ?
		    "there is no run yet" : "there is no run '%s'", id);
	}
	free(path);
	return (EXITCODE_USAGE);
}
