#include <config.h>

#include "fleet_store.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/message.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/run/history.h"
#include "../../libcore/run/run_lock.h"
#include "../../libcore/system/fileio.h"
#include "../../libcore/system/filelock.h"
#include "../../libcore/system/trust.h"
#include "../../libsite/node_config.h"

/* A fleet looks a few times in a second. */
#define PATIENCE	(INT64_C(10) * CLOCK_SECOND)

enum {
	FLEET_VERSION = 1,		/* of the journal's records */
	WISH_LIMIT = 64,		/* bytes */
	TIME_LENGTH = 16		/* of the time in a name */
};

static char *
store_directory(const struct node_config *config)
{
	struct text path = { 0 };

	text_format(&path, "%s/fleets", config->state);
	return (text_take(&path));
}

/* Who could write there could make a fleet, or a wish of a person. */
static int
check_directory(const struct node_config *config, struct failure *why)
{
	char *directory = store_directory(config);
	const int rc = trust_check_folder(directory, why);

	free(directory);
	return (rc);
}

char *
fleet_store_path(const struct node_config *config, const char *id)
{
	char *directory = store_directory(config);
	char *path = history_path(directory, id);

	free(directory);
	return (path);
}

static char *
lock_path(const struct node_config *config, const char *id)
{
	struct text path = { 0 };

	text_format(&path, "%s/fleet-%s.lock", config->locks, id);
	return (text_take(&path));
}

static char *
wish_path(const struct node_config *config, const char *id)
{
	struct text path = { 0 };

	text_format(&path, "%s/fleets/%s.wish", config->state, id);
	return (text_take(&path));
}

int
fleet_store_prepare(const struct node_config *config, struct failure *why)
{
	char *directory = store_directory(config);
	const int rc = fileio_make_directories(directory, 0700, why) == -1 ||
	    trust_check_folder(directory, why) == -1 ||
	    fileio_make_directories(config->locks, 0755, why) == -1 ? -1 : 0;

	free(directory);
	return (rc);
}

struct filelock *
fleet_store_lock(const struct node_config *config, const char *id,
    struct failure *why)
{
	char *path = lock_path(config, id);
	char *owner = run_lock_owner(id);
	struct filelock *lock = filelock_take(path, owner, 0, why);

	free(owner);
	free(path);
	return (lock);
}

int
fleet_store_is_running(const struct node_config *config, const char *id,
    struct failure *why)
{
	char *path = lock_path(config, id);
	const int rc = run_lock_is_held(path, id, why);

	free(path);
	return (rc);
}

/* ---- journals ----------------------------------------------------------- */

void
fleet_store_release(struct fleet_stored *stored)
{
	journal_release_records(&stored->records);
	fleet_plan_release(&stored->plan);
	fleet_release(&stored->fleet);
	free(stored->id);
	*stored = (struct fleet_stored){ 0 };
}

/* Makes the fleet of its records. */
static int
understand(struct fleet_stored *stored, struct failure *why)
{
	const struct jsonline *open = stored->records.list[0];
	const char *format = jsonline_string(open, "format");

	if (format == NULL || strcmp(format, "nqstools-fleet") != 0 ||
	    jsonline_integer(open, "version", 0) != FLEET_VERSION) {
		failure_set(why, EXITCODE_DATA, "the journal of '%s' is not "
		    "one of a fleet of this version", stored->id);
		return (-1);
	}
	stored->begun = jsonline_string(open, "time");
	if (fleet_plan_read(&stored->plan, open, why) == -1)
		return (-1);
	fleet_start(&stored->fleet, &stored->plan.rules,
	    stored->plan.clusters.count);
	for (size_t i = 1; i < stored->records.count; i++) {
		if (fleet_replay(&stored->fleet, stored->records.list[i],
		    why) == -1)
			return (-1);
	}
	return (0);
}

int
fleet_store_list(const struct node_config *config, struct words *ids,
    struct failure *why)
{
	char *directory = store_directory(config);
	const int rc = history_list(directory, ids, why);

	free(directory);
	return (rc);
}

/* Reads the fleet stored->id.  Returns 1, 0 when it never began, or -1. */
static int
read_stored(const struct node_config *config, struct fleet_stored *stored,
    struct failure *why)
{
	char *path = fleet_store_path(config, stored->id);
	const int rc = journal_read(path, &stored->records, why);

	free(path);
	if (rc == -1 || (rc == 1 && stored->records.count > 0 &&
	    understand(stored, why) == -1))
		return (-1);
	return (rc == 1 && stored->records.count > 0 ? 1 : 0);
}

/* A fleet in a list of them. */
struct listed {
	const char	*id;
	size_t		 worked_on;	/* how many were before */
};

/* In a name the time stands first, up to a second. */
static int
compare_begin(const void *left, const void *right)
{
	const struct listed *one = left, *other = right;
	const int order = strncmp(other->id, one->id, TIME_LENGTH);

	if (order != 0)
		return (order);
	return (one->worked_on > other->worked_on ? -1 : 1);
}

/* Returns ids, the last begun first; the caller's. */
static struct listed *
sort_by_begin(const struct words *ids)
{
	struct listed *sorted = memory_make(ids->count + 1, sizeof(*sorted));

	for (size_t i = 0; i < ids->count; i++)
		sorted[i] = (struct listed){ ids->list[i], i };
	qsort(sorted, ids->count, sizeof(*sorted), compare_begin);
	return (sorted);
}

/* Reads fleet id; warns, and returns 0, when it cannot be understood. */
static int
try_stored(const struct node_config *config, const char *id,
    struct fleet_stored *stored)
{
	struct failure why = { 0 };

	*stored = (struct fleet_stored){ .id = memory_copy_string(id) };
	const int rc = read_stored(config, stored, &why);
	if (rc == -1)
		message_say(MESSAGE_WARNING, "fleet %s is passed over: %s",
		    id, why.message);
	if (rc != 1)
		fleet_store_release(stored);
	return (rc == 1 ? 1 : 0);
}

/*
 * Reads the last begun of ids that wanted takes, or else, if it takes none, the
 * last begun of all.  One that cannot be understood keeps nobody from another.
 */
static int
find_last(const struct node_config *config, const struct words *ids,
    bool (*wanted)(const struct fleet *fleet), struct fleet_stored *stored)
{
	struct listed *sorted = sort_by_begin(ids);
	struct fleet_stored next = { 0 };
	bool is_found = false;

	for (size_t i = 0; i < ids->count && !is_found; i++) {
		if (try_stored(config, sorted[i].id, &next) == 0)
			continue;
		is_found = wanted == NULL || wanted(&next.fleet);
		if (is_found || stored->id == NULL) {
			fleet_store_release(stored);
			*stored = next;
		} else {
			fleet_store_release(&next);
		}
	}
	free(sorted);
	return (stored->id != NULL ? 1 : 0);
}

int
fleet_store_find(const struct node_config *config, const char *id,
    struct fleet_stored *stored, struct failure *why)
{
	return (fleet_store_find_last(config, id, NULL, stored, why));
}

int
fleet_store_find_last(const struct node_config *config, const char *id,
    bool (*wanted)(const struct fleet *fleet), struct fleet_stored *stored,
    struct failure *why)
{
	struct words ids = { 0 };
	int rc;

	*stored = (struct fleet_stored){ 0 };
	if (id != NULL && !history_id_is_good(id)) {
		failure_set(why, EXITCODE_USAGE, "'%s' is not a fleet", id);
		return (-1);
	}
	if (check_directory(config, why) == -1)
		return (-1);
	if (id != NULL) {
		stored->id = memory_copy_string(id);
		rc = read_stored(config, stored, why);
	} else {
		rc = fleet_store_list(config, &ids, why);
		if (rc == 0)
			rc = find_last(config, &ids, wanted, stored);
	}
	words_release(&ids);
	if (rc == 0 && id != NULL)
		failure_set(why, EXITCODE_USAGE, "there is no fleet '%s'", id);
	else if (rc == 0)
		failure_set(why, EXITCODE_USAGE, "there is no fleet yet");
	return (rc == 1 ? 0 : -1);
}

void
fleet_store_remove(const struct node_config *config, const char *id)
{
	char *paths[] = { wish_path(config, id), lock_path(config, id),
		fleet_store_path(config, id) };

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (unlink(paths[i]) == -1 && errno != ENOENT)
			message_say(MESSAGE_WARNING, "cannot remove '%s': %s",
			    paths[i], strerror(errno));
		free(paths[i]);
	}
	message_say(MESSAGE_DETAIL, "removed the journal of fleet %s", id);
}

void
fleet_store_drop_lock(const struct node_config *config, const char *id)
{
	char *path = lock_path(config, id);

	/* It is found free by whoever finds it at all. */
	(void)unlink(path);
	free(path);
}

/* Lets ids be those of list that are under way. */
static int
keep_running(const struct node_config *config, const struct words *list,
    struct words *ids, struct failure *why)
{
	for (size_t i = 0; i < list->count; i++) {
		const int rc = fleet_store_is_running(config, list->list[i],
		    why);

		if (rc == -1)
			return (-1);
		if (rc == 1)
			words_add(ids, list->list[i]);
	}
	return (0);
}

int
fleet_store_find_running(const struct node_config *config, const char *id,
    struct fleet_stored *stored, struct failure *why)
{
	struct words all = { 0 };
	struct words ids = { 0 };
	struct text names = { 0 };
	int rc = -1;

	*stored = (struct fleet_stored){ 0 };
	if (id == NULL && (fleet_store_list(config, &all, why) == -1 ||
	    keep_running(config, &all, &ids, why) == -1)) {
		rc = -1;
	} else if (ids.count > 1) {
		words_join(&ids, ", ", &names);
		failure_set(why, EXITCODE_USAGE, "%zu fleets are under way",
		    ids.count);
		failure_hint(why, "name one of %s", text_string(&names));
	} else {
		rc = fleet_store_find(config, ids.count == 1 ? ids.list[0] :
		    id, stored, why);
	}
	text_release(&names);
	words_release(&ids);
	words_release(&all);
	return (rc);
}

/* ---- wishes ------------------------------------------------------------- */

static const char *const wishes[] = {
	[FLEET_WISH_NONE] = "", [FLEET_WISH_PAUSE] = "pause",
	[FLEET_WISH_GO_ON] = "go-on", [FLEET_WISH_STOP] = "stop",
	[FLEET_WISH_STOP_NOW] = "stop-now"
};

/* Waits until path has gone. */
static int
wait_for_taking(const struct node_config *config, const char *id,
    const char *path, struct failure *why)
{
	static const struct timespec pause = { 0, 50000000 };
	const int64_t deadline = clock_monotonic() + PATIENCE;
	int running = 1;

	while (access(path, F_OK) == 0) {
		running = fleet_store_is_running(config, id, why);
		if (running != 1) {
			(void)unlink(path);	/* nobody will take it */
			return (running);
		}
		if (clock_monotonic() > deadline) {
			failure_set(why, EXITCODE_TIMED_OUT,
			    "fleet %s does not answer", id);
			return (-1);
		}
		(void)nanosleep(&pause, NULL);
	}
	return (1);
}

int
fleet_store_ask(const struct node_config *config, const char *id,
    enum fleet_wish wish, struct failure *why)
{
	char *path = wish_path(config, id);
	struct text text = { 0 };
	int rc = fleet_store_is_running(config, id, why);

	text_add(&text, wishes[wish]);
	if (rc == 1 && fileio_replace_file(path, &text, S_IRUSR | S_IWUSR,
	    why) == -1)
		rc = -1;
	if (rc == 1)
		rc = wait_for_taking(config, id, path, why);
	text_release(&text);
	free(path);
	return (rc);
}

enum fleet_wish
fleet_store_take_wish(const struct node_config *config, const char *id)
{
	char *path = wish_path(config, id);
	enum fleet_wish wish = FLEET_WISH_NONE;
	struct failure ignored = { 0 };
	struct text taken = { 0 };
	struct text text = { 0 };

	/* Another one may come while this is read. */
	text_format(&taken, "%s.taken", path);
	if (rename(path, text_string(&taken)) == 0 &&
	    fileio_read_file(text_string(&taken), WISH_LIMIT, &text,
	    &ignored) == 1) {
		for (int i = FLEET_WISH_PAUSE; i <= FLEET_WISH_STOP_NOW; i++) {
			if (strcmp(text_string(&text), wishes[i]) == 0)
				wish = (enum fleet_wish)i;
		}
		(void)unlink(text_string(&taken));
	}
	text_release(&text);
	text_release(&taken);
	free(path);
	return (wish);
}
