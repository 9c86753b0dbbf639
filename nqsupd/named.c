#include <config.h>

#include "named.h"

#include <stdlib.h>
#include <string.h>

#include "../libcore/base/digest.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/message.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/format/report.h"
#include "../libcore/run/command.h"
#include "../libcore/run/history.h"
#include "../libcore/run/past.h"
#include "../libcore/run/same_run.h"
#include "../libcore/run/scheme.h"
#include "../libcore/run/standing.h"
#include "../libcore/run/values.h"
#include "../libcore/system/filedigest.h"
#include "life.h"
#include "node_scheme.h"
#include "store.h"

/* Adds where packages are in the store, and their digests. */
static int
find_packages(const struct node_config *config, const struct words *packages,
    struct words *places, struct words *digests, struct failure *why)
{
	for (size_t i = 0; i < packages->count; i++) {
		char digest[DIGEST_TEXT_ROOM];
		char *place = store_place(config, packages->list[i], why);

		if (place == NULL || filedigest_read(packages->list[i],
		    digest, why) == -1) {
			free(place);
			return (-1);
		}
		words_add(places, place);
		words_add(digests, digest);
		free(place);
	}
	return (0);
}

static int
check_packages(const struct same_run *same, const struct words *places,
    const struct words *digests, const struct history *history,
    struct failure *why)
{
	const struct words *former = same_run_values(history, "packages");
	const struct words *known = same_run_values(history,
	    "package_digests");

	if (!same_run_words(places, former))
		return (same_run_refuse(same, history->id, "packages", former,
		    why));
	if (!same_run_words(digests, known))
		return (same_run_refuse(same, history->id,
		    "packages, by their digests,", known, why));
	return (0);
}

/* Checks that what was said of the node is what the run has. */
static int
check_node(const struct same_run *same, const struct named_request *request,
    const struct history *history, struct failure *why)
{
	const char *role = values_single(&history->values, "role");
	const char *site = values_single(&history->values, "site");

	if (request->role != NULL && role != NULL &&
	    strcmp(request->role, role) != 0)
		return (same_run_refuse(same, history->id, "role",
		    same_run_values(history, "role"), why));
	if (request->sites->count > 0 && site != NULL &&
	    !words_has(request->sites, site))
		return (same_run_refuse(same, history->id, "site",
		    same_run_values(history, "site"), why));
	return (0);
}

int
named_check(const struct node_config *config,
    const struct named_request *request, const struct history *history,
    struct failure *why)
{
	const struct scheme scheme = node_scheme(config);
	const char *role = values_single(&history->values, "role");
	struct words digests = { 0 };
	struct words places = { 0 };
	struct text name = { 0 };

	text_add(&name, request->procedure);
	if (strcmp(request->procedure, "patch") == 0 ||
	    strcmp(request->procedure, "upgrade") == 0)
		text_format(&name, "-%s", role == NULL ? "" : role);
	const struct same_run same = { &scheme, "nqsupd", text_string(&name),
	    request->given };
	const int rc = same_run_check(&same, history, why) == -1 ||
	    check_node(&same, request, history, why) == -1 ||
	    find_packages(config, request->packages, &places, &digests,
	    why) == -1 || check_packages(&same, &places, &digests, history,
	    why) == -1 ? -1 : 0;
	text_release(&name);
	words_release(&places);
	words_release(&digests);
	return (rc);
}

bool
named_has_ended(const struct node_config *config, const char *id)
{
	char *directory = life_directory(config);
	struct history history = { 0 };
	struct failure ignored = { 0 };
	const bool has = history_read(directory, id, &history, &ignored) ==
	    1 && past_is_over(&history);

	history_release(&history);
	free(directory);
	return (has);
}

bool
named_is_undone(const struct node_config *config, const char *id)
{
	char *directory = life_directory(config);
	struct history history = { 0 };
	struct standing standing = { 0 };
	struct failure ignored = { 0 };
	const bool is_undone = history_read(directory, id, &history,
	    &ignored) == 1 && standing_find_recorded(&history, &standing,
	    &ignored) == 0 && standing_state(&standing, &history, false) ==
	    STANDING_UNDONE;

	standing_release(&standing);
	history_release(&history);
	free(directory);
	return (is_undone);
}

void
named_tell_detached(struct command *command, const char *id,
    bool had_ended)
{
	struct jsonline *event = jsonline_make();

	jsonline_set_string(event, "event", "detached");
	jsonline_set_string(event, "run", id);
	report_line(&command->report, event, "%s", id);
	jsonline_free(event);
	command->report.changed = !had_ended;
}

enum exitcode
named_join(struct command *command, const struct node_config *config,
    const char *id, bool aside, struct failure *why)
{
	if (!aside)
		return (life_follow(command, config, id, why));
	message_say(MESSAGE_NOTE, "run %s is under way already", id);
	report_line(&command->report, NULL, "%s", id);
	return (EXITCODE_OK);
}

enum exitcode
named_show_ended(struct command *command, const struct node_config *config,
    const struct history *history, bool aside, struct failure *why)
{
	enum standing_state state = STANDING_DONE;
	enum exitcode code = aside ? (enum exitcode)history->exit :
	    life_follow(command, config, history->id, why);
	const struct scheme scheme = node_scheme(config);
	struct standing standing = { 0 };

	if (scheme_standing(&scheme, history, &standing, why) == -1)
		code = why->code;
	else
		state = standing_state(&standing, history, false);
	if (state == STANDING_UNDONE) {
		failure_set(why, EXITCODE_FAILED, history_was_done(history) ?
		    "run %s is done no more: it was put back" :
		    history->exit == EXITCODE_OK ?
		    "run %s was put back before it was done, and is not begun "
		    "again" : "run %s has failed, and is not begun again",
		    history->id);
		failure_hint(why, "begin another one, of another name; "
		    "'nqsupd status %s' tells of this one", history->id);
		code = EXITCODE_FAILED;
	} else if (aside && why->message[0] == '\0') {
		message_say(MESSAGE_NOTE, "run %s has ended already: %s",
		    history->id, standing_name(state));
	}
	standing_release(&standing);
	return (code);
}
