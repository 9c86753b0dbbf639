#include <config.h>

#include "fleet_keep.h"

#include <sys/stat.h>

#include <stdlib.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/message.h"
#include "../../libcore/base/words.h"
#include "../../libcore/run/retention.h"
#include "../../libsite/node_config.h"
#include "fleet_status.h"
#include "fleet_store.h"

/* When the journal of fleet id was last written; in doubt, never. */
static int64_t
when_written(const struct node_config *config, const char *id)
{
	char *path = fleet_store_path(config, id);
	struct stat status;
	const int rc = stat(path, &status);

	free(path);
	return (rc == -1 ? INT64_MAX :
	    (int64_t)status.st_mtim.tv_sec * CLOCK_SECOND);
}

/* Whether nothing of fleet id is left to do, by anybody. */
static bool
is_over(const struct node_config *config, const char *id)
{
	struct fleet_stored stored = { 0 };
	struct failure ignored = { 0 };
	const bool over = fleet_store_find(config, id, &stored,
	    &ignored) == 0 && fleet_status_is_over(&stored.fleet) &&
	    fleet_store_is_running(config, id, &ignored) == 0;

	fleet_store_release(&stored);
	return (over);
}

void
fleet_keep_apply(const struct node_config *config)
{
	const struct retention retention = { config->history.keep_last,
	    config->history.keep_days, NULL };
	const int64_t now = clock_wall();
	struct failure why = { 0 };
	struct words ids = { 0 };
	char kind[] = "fleet";		/* all: the latest always stays */

	if (fleet_store_list(config, &ids, &why) == -1)
		message_say(MESSAGE_WARNING, "%s", why.message);
	struct retention_run *runs = memory_make(ids.count + 1,
	    sizeof(*runs));
	for (size_t i = 0; i < ids.count; i++)
		runs[i] = (struct retention_run){ .id = ids.list[i],
			.of = kind, .written = when_written(config,
			ids.list[i]), .is_over = true };
	retention_choose(&retention, runs, ids.count, now);
	/* Only these few are read. */
	for (size_t i = 0; i < ids.count; i++) {
		if (!runs[i].is_kept && is_over(config, runs[i].id))
			fleet_store_remove(config, runs[i].id);
	}
	free(runs);
	words_release(&ids);
}
