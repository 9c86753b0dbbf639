#include <config.h>

#include "runs.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/run/history.h"
#include "../libcore/run/run_lock.h"
#include "../libcore/run/values.h"
#include "../libsite/node_config.h"

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

int
runs_find_latest(const struct node_config *config, const char *cluster,
    struct history *history, struct failure *why)
{
	char *directory = runs_directory(config);
	struct words ids = { 0 };
	int rc = history_list(directory, &ids, why);

	for (size_t i = ids.count; rc == 0 && i > 0; i--) {
		struct failure ignored = { 0 };

		if (history_read(directory, ids.list[i - 1], history,
		    &ignored) != 1)
			continue;
		const char *of = values_single(&history->values, "cluster");
		if (of != NULL && strcmp(of, cluster) == 0)
			rc = 1;
		else
			history_release(history);
	}
	words_release(&ids);
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
