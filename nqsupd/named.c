#include <config.h>

#include "named.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../libcore/base/digest.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/message.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/format/report.h"
#include "../libcore/run/command.h"
#include "../libcore/run/history.h"
#include "../libcore/run/procedure.h"
#include "../libcore/run/scheme.h"
#include "../libcore/run/standing.h"
#include "../libcore/run/values.h"
#include "../libcore/system/filedigest.h"
#include "../libcore/system/fileio.h"
#include "facts.h"
#include "life.h"
#include "node_scheme.h"
#include "store.h"

static const struct words none = { 0 };

static bool
are_same(const struct words *one, const struct words *other)
{
	if (one->count != other->count)
		return (false);
	for (size_t i = 0; i < one->count; i++) {
		if (strcmp(one->list[i], other->list[i]) != 0)
			return (false);
	}
	return (true);
}

static const struct words *
words_of(const struct values *values, const char *name)
{
	const struct words *words = values_find(values, name);

	return (words == NULL ? &none : words);
}

/* Whether path, without its folder, is that of the procedure name. */
static bool
is_file_of(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash == NULL ? path : slash + 1;
	const size_t length = strlen(name);

	return (strncmp(base, name, length) == 0 &&
	    strcmp(base + length, ".conf") == 0);
}

/* Whether the file of the procedure name holds what the run began with. */
static bool
has_digest(const struct node_config *config, const char *name,
    const struct history *history)
{
	const struct scheme scheme = node_scheme(config);
	struct failure ignored = { 0 };
	struct procedure *procedure = scheme_read(&scheme, name, &ignored);
	const bool has = procedure != NULL &&
	    strcmp(procedure->digest, history->digest) == 0;

	procedure_free(procedure);
	return (has);
}

/* A procedure that was changed or removed since is the same by its name. */
static bool
is_procedure(const struct node_config *config,
    const struct named_request *request, const struct history *history)
{
	const char *role = values_single(&history->values, "role");
	struct text name = { 0 };
	char *path = NULL;
	bool is;

	text_add(&name, request->procedure);
	if (strcmp(request->procedure, "patch") == 0 ||
	    strcmp(request->procedure, "upgrade") == 0)
		text_format(&name, "-%s", role == NULL ? "" : role);
	if (strchr(request->procedure, '/') != NULL)
		path = fileio_absolute_path(request->procedure);
	is = path == NULL ? is_file_of(history->procedure_path,
	    text_string(&name)) : strcmp(path, history->procedure_path) == 0;
	is = is || has_digest(config, text_string(&name), history);
	free(path);
	text_release(&name);
	return (is);
}

/* Returns what was given and is not the same now, or NULL. */
static const char *
other_value(const struct values *given, const struct values *former)
{
	struct words facts = { 0 };
	const char *name = NULL;

	facts_names(&facts);
	for (size_t i = 0; name == NULL && i < given->count; i++) {
		if (!are_same(&given->list[i].words,
		    words_of(former, given->list[i].name)))
			name = given->list[i].name;
	}
	for (size_t i = 0; name == NULL && i < former->count; i++) {
		const char *known = former->list[i].name;

		if (!words_has(&facts, known) &&
		    values_find(given, known) == NULL)
			name = known;
	}
	words_release(&facts);
	return (name);
}

/* Says that run id is not what is asked for, but with what it has. */
static int
refuse(const char *id, const char *what, const struct words *has,
    struct failure *why)
{
	struct text words = { 0 };

	words_join(has, ", ", &words);
	failure_set(why, EXITCODE_USAGE, "run %s is another one: its %s %s "
	    "'%s'", id, what, has->count > 1 ? "are" : "is",
	    text_string(&words));
	failure_hint(why, "choose another name; 'nqsupd status %s' shows "
	    "that run", id);
	text_release(&words);
	return (-1);
}

static int
refuse_single(const char *id, const char *what, const char *has,
    struct failure *why)
{
	struct words words = { 0 };
	int rc;

	words_add(&words, has);
	rc = refuse(id, what, &words, why);
	words_release(&words);
	return (rc);
}

static int
check_packages(const struct node_config *config,
    const struct words *packages, const struct history *history,
    struct failure *why)
{
	struct words places = { 0 };
	struct words digests = { 0 };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < packages->count; i++) {
		char digest[DIGEST_TEXT_ROOM];
		char *place = store_place(config, packages->list[i], why);

		if (place == NULL || filedigest_read(packages->list[i],
		    digest, why) == -1) {
			rc = -1;
		} else {
			words_add(&places, place);
			words_add(&digests, digest);
		}
		free(place);
	}
	if (rc == 0 && !are_same(&places, words_of(&history->values,
	    "packages")))
		rc = refuse(history->id, "packages", words_of(
		    &history->values, "packages"), why);
	else if (rc == 0 && !are_same(&digests, words_of(&history->values,
	    "package_digests")))
		rc = refuse(history->id, "packages, by their digests,",
		    words_of(&history->values, "package_digests"), why);
	words_release(&digests);
	words_release(&places);
	return (rc);
}

int
named_check(const struct node_config *config,
    const struct named_request *request, const struct history *history,
    struct failure *why)
{
	const struct values *former = &history->values;
	const char *role = values_single(former, "role");
	const char *site = values_single(former, "site");
	const char *other = other_value(request->given, former);

	if (!is_procedure(config, request, history))
		return (refuse_single(history->id, "procedure",
		    history->procedure_path, why));
	if (request->role != NULL && role != NULL &&
	    strcmp(request->role, role) != 0)
		return (refuse_single(history->id, "role", role, why));
	if (request->sites->count > 0 && site != NULL &&
	    !words_has(request->sites, site))
		return (refuse_single(history->id, "site", site, why));
	if (other != NULL)
		return (refuse(history->id, other, words_of(former, other),
		    why));
	return (check_packages(config, request->packages, history, why));
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
	const bool was_done = history->exit == EXITCODE_OK;
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
		failure_set(why, EXITCODE_FAILED, was_done ?
		    "run %s is done no more: it was put back" :
		    "run %s has failed, and is not begun again", history->id);
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
