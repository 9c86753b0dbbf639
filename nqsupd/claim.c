#include <config.h>

#include "claim.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../libcore/base/clock.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
#include "../libcore/base/number.h"
#include "../libcore/base/text.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/run/run_lock.h"
#include "../libcore/system/fileio.h"
#include "../libcore/system/filelock.h"
#include "../libcore/system/process.h"
#include "../libsite/node_config.h"
#include "node.h"

enum { SIZE_LIMIT = 64 << 10 };		/* of the file */

/* For another one who reads or writes the claim. */
#define LOCK_TIME	(10 * CLOCK_SECOND)

static char *
claim_path(const struct node_config *config)
{
	struct text path = { 0 };

	text_format(&path, "%s/claim", config->state);
	return (text_take(&path));
}

/* Takes the lock under which the claim changes. */
static struct filelock *
lock_claim(const struct node_config *config, struct failure *why)
{
	struct text path = { 0 };
	struct filelock *lock = NULL;

	text_format(&path, "%s/claim.lock", config->locks);
	if (fileio_make_directories(config->locks, 0755, why) == 0 &&
	    fileio_make_directories(config->state, 0700, why) == 0)
		lock = filelock_take(text_string(&path), "nqsupd claim",
		    LOCK_TIME, why);
	text_release(&path);
	return (lock);
}

/* ---- reading ----------------------------------------------------------- */

/* Returns a copy of the member key, the caller's; "?" when it is none. */
static char *
member(const struct jsonline *line, const char *key)
{
	const char *value = line == NULL ? NULL : jsonline_string(line, key);

	return (memory_copy_string(value == NULL ? "?" : value));
}

/* Returns the age by the wall clock, which may have been set since. */
static int64_t
wall_age(const char *path)
{
	struct stat status;

	if (lstat(path, &status) == -1)
		return (INT64_MAX);
	return (clock_wall() - (int64_t)status.st_mtim.tv_sec *
	    CLOCK_SECOND - status.st_mtim.tv_nsec);
}

/*
 * Returns the age by the clock that never jumps, which begins anew with each
 * boot of the node: what tells the first process from any other tells boots.
 */
static int64_t
steady_age(const struct jsonline *line)
{
	const char *boot = line == NULL ? NULL : jsonline_string(line, "boot");
	const int64_t renewed = line == NULL ? 0 : jsonline_integer(line,
	    "renewed", 0);
	char present[PROCESS_IDENTITY_ROOM];

	if (boot == NULL || renewed <= 0 || process_identity(1,
	    present) == -1 || strcmp(boot, present) != 0)
		return (INT64_MAX);
	return (clock_monotonic() - renewed);
}

/*
 * A claim lives when either clock says so: the wall clock may have been set,
 * and the other one may be of another boot, or not written for want of room.
 */
static void
find_age(const char *path, const struct jsonline *line, struct claim *claim)
{
	const int64_t wall = wall_age(path);
	const int64_t steady = steady_age(line);
	const int64_t age = steady < 0 ? wall : wall < 0 || steady < wall ?
	    steady : wall;

	claim->is_alive = (wall < CLAIM_LIFE && wall > -CLAIM_LIFE) ||
	    (steady < CLAIM_LIFE && steady >= 0);
	claim->age = age < 0 || age == INT64_MAX ? 0 : age;
}

int
claim_read(const struct node_config *config, struct claim *claim,
    struct failure *why)
{
	char *path = claim_path(config);
	struct text text = { 0 };
	const int rc = fileio_read_file(path, SIZE_LIMIT, &text, why);

	*claim = (struct claim){ 0 };
	if (rc == 1) {
		struct failure ignored = { 0 };
		struct jsonline *line = jsonline_read(text_string(&text),
		    strcspn(text_string(&text), "\n"), &ignored);

		claim->run = member(line, "run");
		claim->cluster = member(line, "cluster");
		claim->from = member(line, "from");
		claim->since = member(line, "since");
		find_age(path, line, claim);
		jsonline_free(line);
	}
	text_release(&text);
	free(path);
	return (rc);
}

void
claim_release(struct claim *claim)
{
	free(claim->run);
	free(claim->cluster);
	free(claim->from);
	free(claim->since);
	*claim = (struct claim){ 0 };
}

void
claim_show(const struct claim *claim, struct text *text)
{
	char age[NUMBER_DURATION_ROOM];

	number_show_duration(claim->age / CLOCK_SECOND * CLOCK_SECOND, age);
	text_add(text, "run ");
	text_add_masked(text, claim->run, strlen(claim->run));
	text_add(text, " over ");
	text_add_masked(text, claim->cluster, strlen(claim->cluster));
	text_add(text, ", from ");
	text_add_masked(text, claim->from, strlen(claim->from));
	text_add(text, ", since ");
	text_add_masked(text, claim->since, strlen(claim->since));
	if (!claim->is_alive)
		text_format(text, ", not heard of for %s", age);
}

/* ---- changing ---------------------------------------------------------- */

/* Writes the claim, renewed now; since is when it was made, or NULL: now. */
static int
write_claim(const char *path, const struct claim_wish *wish,
    const char *since, struct failure *why)
{
	struct jsonline *line = jsonline_make();
	struct text text = { 0 };
	char now[CLOCK_TEXT_ROOM];
	char boot[PROCESS_IDENTITY_ROOM];

	clock_show(clock_wall(), now);
	jsonline_set_string(line, "run", wish->run);
	jsonline_set_string(line, "cluster", wish->cluster);
	jsonline_set_string(line, "from", wish->from);
	jsonline_set_string(line, "since", since == NULL ? now : since);
	if (process_identity(1, boot) == 0) {
		jsonline_set_string(line, "boot", boot);
		jsonline_set_integer(line, "renewed", clock_monotonic());
	}
	jsonline_show(line, &text);
	const int rc = fileio_replace_file(path, &text, S_IRUSR | S_IWUSR,
	    why);
	text_release(&text);
	jsonline_free(line);
	return (rc);
}

/*
 * Says that the claim of holder is renewed, also by the time of its file; when
 * there is no room, by that alone.  Who carries the run out may be another one
 * by now.
 */
static int
renew(const char *path, const struct claim_wish *wish,
    const struct claim *holder, struct failure *why)
{
	struct failure ignored = { 0 };

	if (write_claim(path, wish, holder->since, &ignored) == 0 ||
	    utimensat(AT_FDCWD, path, NULL, AT_SYMLINK_NOFOLLOW) == 0)
		return (0);
	failure_set_errno(why, failure_code_of_errno(errno), errno,
	    "cannot renew the claim '%s'", path);
	return (-1);
}

static void
refuse(const struct claim *holder, struct failure *why)
{
	struct text who = { 0 };

	claim_show(holder, &who);
	failure_set(why, EXITCODE_BUSY, "the node is claimed by %s",
	    text_string(&who));
	text_release(&who);
}

int
claim_take(const struct node_config *config, const struct claim_wish *wish,
    struct claim *holder, struct failure *why)
{
	struct filelock *lock = lock_claim(config, why);
	char *path = claim_path(config);
	int rc = lock == NULL ? -1 : claim_read(config, holder, why);

	if (rc == 1 && strcmp(holder->run, wish->run) == 0) {
		rc = renew(path, wish, holder, why);
	} else if (rc == 1 && (wish->over == NULL ||
	    strcmp(holder->run, wish->over) != 0)) {
		refuse(holder, why);
		rc = -1;
	} else if (rc != -1) {
		rc = write_claim(path, wish, NULL, why);
	}
	free(path);
	filelock_release(lock);
	return (rc);
}

static int
remove_claim(const struct node_config *config, struct failure *why)
{
	char *path = claim_path(config);
	int rc = unlink(path) == 0 ? fileio_sync_parent(path) :
	    errno == ENOENT ? 0 : -1;

	if (rc == -1)
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot remove the claim '%s'", path);
	free(path);
	return (rc);
}

int
claim_drop(const struct node_config *config, const char *run,
    struct failure *why)
{
	struct claim holder = { 0 };
	struct filelock *lock = lock_claim(config, why);
	int rc = lock == NULL ? -1 : claim_read(config, &holder, why);

	if (rc == 1 && (run == NULL ? holder.is_alive :
	    strcmp(holder.run, run) != 0)) {
		refuse(&holder, why);
		rc = -1;
	} else if (rc == 1) {
		rc = remove_claim(config, why);
	}
	claim_release(&holder);
	filelock_release(lock);
	return (rc);
}

/* ---- runs of this node ------------------------------------------------- */

static bool
is_of(const char *id, const char *run)
{
	const size_t length = strlen(run);

	return (strncmp(id, run, length) == 0 &&
	    (id[length] == '\0' || id[length] == '-'));
}

int
claim_find_dead(const struct node_config *config, const char *id,
    struct claim *claim, struct failure *why)
{
	const int rc = claim_read(config, claim, why);

	return (rc == 1 && (claim->is_alive || is_of(id, claim->run)) ? 0 :
	    rc);
}

/*
 * Refuses the run id while another one over the cluster is under way, once
 * deadline is over.
 */
static int
admit(const struct node_config *config, const char *id, int64_t deadline,
    struct failure *why)
{
	static const struct timespec pause = { 0, 200000000 };

	for (;;) {
		struct claim holder = { 0 };
		int rc = claim_read(config, &holder, why);

		if (rc == 1 && (!holder.is_alive || is_of(id, holder.run)))
			rc = 0;
		const bool waits = rc == 1 && clock_monotonic() < deadline;
		if (rc == 1 && !waits) {
			refuse(&holder, why);
			failure_hint(why, "wait until that run is over, or "
			    "let it be stopped there by 'clroll stop'");
			rc = -1;
		}
		claim_release(&holder);
		if (!waits)
			return (rc);
		(void)nanosleep(&pause, NULL);
	}
}

struct filelock *
claim_lock_node(const struct node_config *config, const char *id,
    int64_t wait, struct failure *why)
{
	const int64_t deadline = clock_monotonic() + wait;
	char *owner = run_lock_owner(id);
	struct filelock *lock = NULL;

	/* Not with the lock: the run over the cluster may need it. */
	if (admit(config, id, deadline, why) == 0) {
		const int64_t left = deadline - clock_monotonic();

		lock = node_lock(config, owner, left > 0 ? left : 0, why);
	}
	if (lock != NULL && admit(config, id, 0, why) == -1) {
		filelock_release(lock);
		lock = NULL;
	}
	free(owner);
	return (lock);
}
