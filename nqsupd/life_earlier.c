#include <config.h>

#include "life.h"

#include <stdlib.h>
#include <string.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/run/history.h"
#include "../libcore/run/past.h"
#include "../libcore/run/run_lock.h"
#include "../libcore/run/scheme.h"
#include "../libsite/node_config.h"
#include "node.h"
#include "node_scheme.h"

/* What is to be known of other runs by who asks for one. */

enum exitcode
life_refuse_absent(const struct node_config *config, const char *id,
    struct failure *why)
{
	char *directory = life_directory(config);
	const enum exitcode code = history_refuse_absent(directory, id, why);

	free(directory);
	return (code);
}

int
life_list_unbegun(const struct node_config *config, struct words *ids,
    struct failure *why)
{
	char *directory = life_directory(config);
	char *lock = node_lock_path(config);
	struct words all = { 0 };
	struct text running = { 0 };
	const int rc = history_list_unbegun(directory, &all, why) == -1 ||
	    run_lock_find(lock, &running, why) == -1 ? -1 : 0;

	for (size_t i = 0; rc == 0 && i < all.count; i++) {
		if (strcmp(all.list[i], text_string(&running)) != 0)
			words_add(ids, all.list[i]);
	}
	text_release(&running);
	words_release(&all);
	free(lock);
	free(directory);
	return (rc);
}

int
life_find_open(const struct node_config *config, const char *but,
    struct text *id, struct failure *why)
{
	const struct scheme scheme = node_scheme(config);
	char *directory = life_directory(config);
	const struct past past = { .scheme = &scheme, .directory = directory,
	    .program = "nqsupd" };
	const int rc = past_find_open(&past, but, id, why);

	free(directory);
	return (rc);
}
