#include <config.h>

#include "runs.h"

#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/run/history.h"
#include "../libcore/run/run_lock.h"
#include "../libcore/run/values.h"
#include "../libcore/system/fileio.h"
#include "../libsite/node_config.h"

/* A note of more than this is none of ours. */
enum { NOTE_LIMIT = 1024 };

char *
runs_directory(const struct node_config *config)
{
	struct text path = { 0 };

	text_format(&path, "%s/cluster-runs", config->state);
	return (text_take(&path));
}

char *
runs_lock_path(const struct node_config *config, const char *cluster)
{
	struct text path = { 0 };

	text_format(&path, "%s/cluster-%s.lock", config->locks, cluster);
	return (text_take(&path));
}

int
runs_find(const struct node_config *config, const char *id,
    struct history *history, struct failure *why)
{
	char *directory = runs_directory(config);
	const int rc = history_read(directory, id, history, why);

	free(directory);
	if (rc == 0)
		failure_set(why, EXITCODE_USAGE, id == NULL ?
		    "there is no run yet" : "there is no run '%s'", id);
	return (rc == 1 ? 0 : -1);
}

/* Returns the path of the note that names the latest run, the caller's. */
static char *
note_path(const struct node_config *config, const char *cluster)
{
	struct text path = { 0 };

	text_format(&path, "%s/cluster-runs/%s.latest", config->state,
	    cluster);
	return (text_take(&path));
}

int
runs_note_latest(const struct node_config *config, const char *cluster,
    const char *id, struct failure *why)
{
	char *path = note_path(config, cluster);
	struct text note = { 0 };

	text_format(&note, "%s\n", id);
	const int rc = fileio_replace_file(path, &note, S_IRUSR | S_IWUSR,
	    why);
	text_release(&note);
	free(path);
	return (rc);
}

/*
 * Reads the run id if it is one over cluster.  Returns 1 with history filled,
 * or 0: a journal that is damaged may be another cluster's.
 */
static int
read_run_over(const char *directory, const char *id, const char *cluster,
    struct history *history)
{
	struct failure ignored = { 0 };

	if (history_read(directory, id, history, &ignored) != 1)
		return (0);
	const char *of = values_single(&history->values, "cluster");
	if (of != NULL && strcmp(of, cluster) == 0)
		return (1);
	history_release(history);
	return (0);
}

/* Looks through the journals of all clusters, the last written one first. */
static int
search_latest(const char *directory, const char *cluster,
    struct history *history, struct failure *why)
{
	struct words ids = { 0 };
	int rc = history_list(directory, &ids, why);

	for (size_t i = ids.count; rc == 0 && i > 0; i--)
		rc = read_run_over(directory, ids.list[i - 1], cluster,
		    history);
	words_release(&ids);
	return (rc);
}

int
runs_find_latest(const struct node_config *config, const char *cluster,
    struct history *history, struct failure *why)
{
	char *directory = runs_directory(config);
	char *path = note_path(config, cluster);
	struct text note = { 0 };
	int rc = fileio_read_file(path, NOTE_LIMIT, &note, why);

	*history = (struct history){ 0 };
	if (rc == 1) {
		const char *end = strchr(text_string(&note), '\n');
		char *id = memory_copy_string(text_string(&note));

		if (end != NULL)
			id[end - note.bytes] = '\0';
		rc = read_run_over(directory, id, cluster, history);
		if (rc == 0)
			rc = search_latest(directory, cluster, history, why);
		free(id);
	}
	text_release(&note);
	free(path);
	free(directory);
	return (rc);
}

bool
runs_is_run(const struct node_config *config, const char *id)
{
	char *directory = runs_directory(config);
	char *path = history_path(directory, id);
	const bool is_run = history_id_is_good(id) && access(path,
	    F_OK) == 0;

	free(path);
	free(directory);
	return (is_run);
}

/* Adds the run that holds the lock of cluster, if one does. */
static int
add_under_way(const struct node_config *config, const char *cluster,
    struct runs_under_way *runs, struct failure *why)
{
	char *path = runs_lock_path(config, cluster);
	struct text id = { 0 };
	const int rc = run_lock_find(path, &id, why);

	if (rc == 1) {
		words_add(&runs->ids, text_string(&id));
		words_add(&runs->locks, path);
	}
	text_release(&id);
	free(path);
	return (rc == -1 ? -1 : 0);
}

int
runs_find_under_way(const struct node_config *config,
    struct runs_under_way *runs, struct failure *why)
{
	static const char begin[] = "cluster-";
	struct words locks = { 0 };
	int rc = 0;

	fileio_list(config->locks, ".lock", &locks);
	for (size_t i = 0; rc == 0 && i < locks.count; i++) {
		if (text_begins_with(locks.list[i], begin))
			rc = add_under_way(config, locks.list[i] +
			    strlen(begin), runs, why);
	}
	words_release(&locks);
	return (rc);
}

int
runs_look(const struct node_config *config, struct history *history,
    struct failure *why)
{
	const char *cluster = values_single(&history->values, "cluster");

	if (cluster == NULL)
		return (0);
	char *path = runs_lock_path(config, cluster);
	char *directory = runs_directory(config);
	const int rc = run_lock_look(path, directory, history, why);
	free(directory);
	free(path);
	return (rc);
}
