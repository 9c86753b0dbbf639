#include <config.h>

#include "needed.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../libcore/base/digest.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/words.h"
#include "../libcore/run/history.h"
#include "../libcore/run/past.h"
#include "../libcore/run/scheme.h"
#include "../libcore/run/standing.h"
#include "../libcore/run/values.h"
#include "../libcore/system/filedigest.h"
#include "../libsite/node_config.h"
#include "life.h"
#include "node_scheme.h"
#include "store.h"

/* Whether the run began with the file place, which has the digest. */
static bool
began_with(const struct history *history, const char *place,
    const char *digest)
{
	const struct words *packages = values_find(&history->values,
	    "packages");
	const struct words *digests = values_find(&history->values,
	    "package_digests");
	const struct words *previous = values_find(&history->values,
	    "previous");

	for (size_t i = 0; packages != NULL && digests != NULL &&
	    i < packages->count && i < digests->count; i++) {
		if (strcmp(packages->list[i], place) == 0 &&
		    strcmp(digests->list[i], digest) == 0)
			return (true);
	}
	return (previous != NULL && words_has(previous, place));
}

/* Whether the run can still go on, or be put back. */
static bool
may_need(const struct node_config *config, const struct history *history)
{
	const struct scheme scheme = node_scheme(config);
	struct standing standing = { 0 };
	struct failure ignored = { 0 };

	if (!history->is_closed)
		return (true);
	if (past_is_over(history) && history->exit != EXITCODE_OK)
		return (false);
	/* What nobody can tell of any more counts as standing. */
	const bool rc = scheme_standing(&scheme, history, &standing,
	    &ignored) == -1 || standing.has_effect || standing.is_at_work;
	standing_release(&standing);
	return (rc);
}

/* Refuses if the run id needs place, which has the digest. */
static int
look(const struct node_config *config, const char *id, const char *place,
    const char *digest, struct failure *why)
{
	char *directory = life_directory(config);
	struct history history = { 0 };
	int rc = history_read(directory, id, &history, why);

	if (rc == 1 && began_with(&history, place, digest) &&
	    may_need(config, &history)) {
		failure_set(why, EXITCODE_CANNOT_WRITE, "'%s' is another "
		    "file, which run %s needs", place, id);
		failure_hint(why, "give this one another name");
		rc = -1;
	}
	history_release(&history);
	free(directory);
	return (rc == -1 ? -1 : 0);
}

int
needed_refuse(const struct node_config *config, const char *id,
    const char *place, const char *digest, struct failure *why)
{
	char *directory = life_directory(config);
	struct words ids = { 0 };
	char found[DIGEST_TEXT_ROOM];
	int rc = 0;

	if (access(place, F_OK) == -1 && errno == ENOENT)
		goto out;
	rc = filedigest_read(place, found, why);
	if (rc == -1 || strcmp(found, digest) == 0)
		goto out;
	rc = history_list(directory, &ids, why);
	for (size_t i = 0; rc == 0 && i < ids.count; i++) {
		if (id == NULL || strcmp(id, ids.list[i]) != 0)
			rc = look(config, ids.list[i], place, found, why);
	}
out:
	words_release(&ids);
	free(directory);
	return (rc);
}

int
needed_refuse_files(const struct node_config *config, const char *id,
    const struct words *files, struct words *digests, struct failure *why)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < files->count; i++) {
		char *place = store_place(config, files->list[i], why);
		char digest[DIGEST_TEXT_ROOM];

		rc = place == NULL || filedigest_read(files->list[i], digest,
		    why) == -1 || needed_refuse(config, id, place, digest,
		    why) == -1 ? -1 : 0;
		if (rc == 0)
			words_add(digests, digest);
		free(place);
	}
	return (rc);
}

int
needed_bring_back(const struct node_config *config,
    const struct history *history, const struct words *files,
    struct failure *why)
{
	const struct words *places = values_find(&history->values,
	    "packages");
	int rc = 0;

	if (places == NULL || !may_need(config, history))
		return (0);
	for (size_t i = 0; rc == 0 && i < places->count &&
	    i < files->count; i++) {
		const char *file = files->list[i];
		const char *place = places->list[i];
		char digest[DIGEST_TEXT_ROOM];

		rc = filedigest_read(file, digest, why) == -1 ||
		    needed_refuse(config, history->id, place, digest,
		    why) == -1 || store_keep(config, file, place, digest,
		    why) == -1 ? -1 : 0;
	}
	return (rc);
}
