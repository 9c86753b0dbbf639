#include <config.h>

#include "runs.h"

#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/message.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/run/history.h"
#include "../../libcore/run/run_lock.h"
#include "../../libcore/run/values.h"
#include "../../libcore/system/fileio.h"
#include "../../libcore/system/trust.h"
#include "../../libsite/node_config.h"

/* So many bytes the list of a cluster's runs may have. */
enum { LIST_LIMIT = 16 << 20 };

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
runs_check_folder(const struct node_config *config, struct failure *why)
{
	char *directory = runs_directory(config);
	const int rc = trust_check_folder(directory, why);

	free(directory);
	return (rc);
}

int
runs_find(const struct node_config *config, const char *id,
    struct history *history, struct failure *why)
{
	if (runs_check_folder(config, why) == -1)
		return (-1);
	char *directory = runs_directory(config);
	const int rc = history_read(directory, id, history, why);

	if (rc == 0)
		(void)history_refuse_absent(directory, id, why);
	free(directory);
	return (rc == 1 ? 0 : -1);
}

/* Returns the path of the list of a cluster's runs, the caller's. */
static char *
list_path(const struct node_config *config, const char *cluster)
{
	struct text path = { 0 };

	text_format(&path, "%s/clusters/%s.runs", config->state, cluster);
	return (text_take(&path));
}

int
runs_of(const struct node_config *config, const char *cluster,
    struct words *ids, struct failure *why)
{
	char *path = list_path(config, cluster);
	struct text text = { 0 };
	struct words lines = { 0 };
	struct text folder = { 0 };

	/* Who could write there could hide a run that is not over. */
	text_format(&folder, "%s/clusters", config->state);
	const int rc = runs_check_folder(config, why) == -1 ||
	    trust_check_folder(text_string(&folder), why) == -1 ? -1 :
	    trust_read(path, LIST_LIMIT, &text, why);

	text_release(&folder);
	if (rc == 1)
		words_split(&lines, text_string(&text), '\n');
	for (size_t i = 0; i < lines.count; i++) {
		if (history_id_is_good(lines.list[i]))
			words_add(ids, lines.list[i]);
	}
	words_release(&lines);
	text_release(&text);
	free(path);
	return (rc == -1 ? -1 : 0);
}

int
runs_list_clusters(const struct node_config *config, struct words *clusters,
    struct failure *why)
{
	struct text folder = { 0 };

	text_format(&folder, "%s/clusters", config->state);
	const int rc = fileio_list(text_string(&folder), ".runs", clusters,
	    why);
	text_release(&folder);
	return (rc);
}

int
runs_note(const struct node_config *config, const char *cluster,
    const char *id, struct failure *why)
{
	char *path = list_path(config, cluster);
	struct words ids = { 0 };
	struct text list = { 0 };
	struct text folder = { 0 };
	int rc = runs_of(config, cluster, &ids, why);

	/* Those whose journals were removed are forgotten. */
	for (size_t i = 0; i < ids.count; i++) {
		if (strcmp(ids.list[i], id) != 0 &&
		    runs_is_run(config, ids.list[i]))
			text_format(&list, "%s\n", ids.list[i]);
	}
	text_format(&list, "%s\n", id);
	text_format(&folder, "%s/clusters", config->state);
	if (rc == 0)
		rc = fileio_make_directories(text_string(&folder), 0700, why);
	if (rc == 0)
		rc = fileio_replace_file(path, &list, S_IRUSR | S_IWUSR, why);
	text_release(&folder);
	text_release(&list);
	words_release(&ids);
	free(path);
	return (rc);
}

int
runs_find_latest(const struct node_config *config, const char *cluster,
    struct history *history, struct failure *why)
{
	char *directory = runs_directory(config);
	struct words ids = { 0 };
	int rc = runs_of(config, cluster, &ids, why);

	*history = (struct history){ 0 };
	for (size_t i = ids.count; rc == 0 && i > 0; i--) {
		struct failure unread = { 0 };
		const int found = history_read(directory, ids.list[i - 1],
		    history, &unread);

		if (found == 1)
			rc = 1;
		else if (found == -1)
			message_say(MESSAGE_WARNING, "run %s is passed over: "
			    "%s", ids.list[i - 1], unread.message);
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
	int rc = fileio_list(config->locks, ".lock", &locks, why);

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
