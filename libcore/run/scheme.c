#include <config.h>

#include "scheme.h"

#include <stdlib.h>
#include <string.h>

#include "../base/failure.h"
#include "../base/message.h"
#include "../base/text.h"
#include "../base/words.h"
#include "../format/jsonline.h"
#include "../format/report.h"
#include "given.h"
#include "history.h"
#include "plan.h"
#include "procedure.h"
#include "procedure_find.h"
#include "standing.h"
#include "values.h"

/* Adds where procedures are looked for, in this order. */
static void
add_directories(const struct scheme *scheme, struct words *directories)
{
	words_add(directories, scheme->own);
	words_format(directories, "%s/procedures", scheme->share);
}

bool
scheme_is_file_of(const struct scheme *scheme, const char *name,
    const char *path)
{
	struct words directories = { 0 };
	struct failure ignored = { 0 };
	bool is = false;

	add_directories(scheme, &directories);
	char *found = procedure_find(name, &directories, &ignored);
	if (found != NULL)
		is = strcmp(found, path) == 0;
	for (size_t i = 0; found == NULL && !is && i < directories.count; i++) {
		char *was = procedure_path(directories.list[i], name);

		is = strcmp(was, path) == 0;
		free(was);
	}
	free(found);
	words_release(&directories);
	return (is);
}

/*
 * Lets why, unless it has a hint, say which procedures there are that this
 * program can read: not those of a cluster to a node, nor the other way round.
 */
static void
hint_at_known(const struct procedure_words *words, struct failure *why)
{
	struct words names = { 0 };
	struct text known = { 0 };

	if (why->hint[0] == '\0')
		procedure_list(words->directories, &names);
	for (size_t i = 0; i < names.count; i++) {
		struct failure ignored = { 0 };
		char *path = procedure_find(names.list[i], words->directories,
		    &ignored);
		struct procedure *procedure = path == NULL ? NULL :
		    procedure_read(path, words, &ignored);

		if (procedure != NULL)
			text_format(&known, "%s%s", known.length > 0 ? ", " :
			    "", names.list[i]);
		procedure_free(procedure);
		free(path);
	}
	if (known.length > 0)
		failure_hint(why, "there are %s", text_string(&known));
	text_release(&known);
	words_release(&names);
}

struct procedure *
scheme_read(const struct scheme *scheme, const char *name,
    struct failure *why)
{
	struct words directories = { 0 };
	struct words facts = { 0 };
	struct words roles = { 0 };
	const struct procedure_words words = { &facts, &roles,
		scheme->tools, &directories, scheme->barred,
		{ scheme->stated, scheme->cookie } };
	struct procedure *procedure = NULL;

	add_directories(scheme, &directories);
	scheme->facts(&facts);
	words_add_list(&roles, scheme->roles);
	char *path = procedure_find(name, &directories, why);
	if (path != NULL)
		procedure = procedure_read(path, &words, why);
	else
		hint_at_known(&words, why);
	free(path);
	words_release(&roles);
	words_release(&facts);
	words_release(&directories);
	return (procedure);
}

/* Who looks for the file by what plans and reports say must find it. */
static void
warn_of_name(const struct procedure *procedure)
{
	const char *slash = strrchr(procedure->path, '/');
	const char *base = slash == NULL ? procedure->path : slash + 1;
	const size_t length = strlen(procedure->name);

	if (strncmp(base, procedure->name, length) != 0 ||
	    strcmp(base + length, ".conf") != 0)
		message_say(MESSAGE_WARNING, "the procedure in '%s' has "
		    "another name than its file: '%s'", procedure->path,
		    procedure->name);
}

enum exitcode
scheme_check(const struct scheme *scheme, const char *name,
    struct report *report, struct failure *why)
{
	struct procedure *procedure = scheme_read(scheme, name, why);

	if (procedure == NULL)
		return (why->code);
	warn_of_name(procedure);
	struct jsonline *event = jsonline_make();

	jsonline_set_string(event, "event", "procedure");
	jsonline_set_string(event, "procedure", procedure->name);
	jsonline_set_string(event, "path", procedure->path);
	jsonline_set_string(event, "digest", procedure->digest);
	jsonline_set_integer(event, "steps", (int64_t)procedure->count);
	report_line(report, event, "%s: complete, %zu step%s",
	    procedure->path, procedure->count,
	    procedure->count == 1 ? "" : "s");
	jsonline_free(event);
	procedure_free(procedure);
	return (EXITCODE_OK);
}

/* Refuses packages for a procedure that would not even look at them. */
static int
check_packages(const struct scheme *scheme, const struct values *values,
    const struct procedure *procedure, struct failure *why)
{
	const struct words *packages = values_find(values, scheme->packages);

	if (packages == NULL || packages->count == 0 ||
	    words_has(&procedure->parameters, scheme->packages))
		return (0);
	failure_set(why, EXITCODE_USAGE, "procedure '%s' takes no package",
	    procedure->name);
	return (-1);
}

int
scheme_begin(const struct scheme *scheme, const char *name,
    const struct values *values, struct scheme_plan *made,
    struct failure *why)
{
	struct words facts = { 0 };

	*made = (struct scheme_plan){ 0 };
	scheme->facts(&facts);
	made->procedure = scheme_read(scheme, name, why);
	if (made->procedure != NULL)
		warn_of_name(made->procedure);
	if (made->procedure != NULL &&
	    given_check(values, made->procedure, &facts, why) == 0 &&
	    check_packages(scheme, values, made->procedure, why) == 0)
		made->plan = scheme->plan(scheme->cookie, made->procedure,
		    values, why);
	words_release(&facts);
	return (made->plan == NULL ? -1 : 0);
}

/* What was given is not checked again: the journal has what was good. */
int
scheme_again(const struct scheme *scheme, const struct history *history,
    struct scheme_plan *made, struct failure *why)
{
	*made = (struct scheme_plan){ 0 };
	made->procedure = scheme_read(scheme, history->procedure_path, why);
	if (made->procedure != NULL)
		made->plan = scheme->plan(scheme->cookie, made->procedure,
		    &history->values, why);
	return (made->plan == NULL ? -1 : 0);
}

void
scheme_release(struct scheme_plan *made)
{
	plan_free(made->plan);
	procedure_free(made->procedure);
	*made = (struct scheme_plan){ 0 };
}

int
scheme_standing(const struct scheme *scheme, const struct history *history,
    struct standing *standing, struct failure *why)
{
	struct scheme_plan made = { 0 };
	struct failure missing = { 0 };
	int rc;

	if (scheme != NULL && scheme_again(scheme, history, &made,
	    &missing) == 0 && strcmp(made.procedure->digest,
	    history->digest) == 0) {
		rc = standing_find(made.plan, history, standing, why);
		made.plan = NULL;
	} else {
		rc = standing_find_recorded(history, standing, why);
		standing->missing = missing;
	}
	standing->is_alive = scheme == NULL ? NULL : scheme->is_alive;
	if (rc == -1)
		history_hint_journal(history->path, why);
	scheme_release(&made);
	return (rc);
}
