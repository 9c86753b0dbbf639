#include <config.h>

#include "same_run.h"

#include <stdbool.h>
#include <string.h>

#include "../base/failure.h"
#include "../base/text.h"
#include "../base/words.h"
#include "history.h"
#include "procedure.h"
#include "scheme.h"
#include "values.h"

static const struct words none = { 0 };

bool
same_run_words(const struct words *one, const struct words *other)
{
	if (one->count != other->count)
		return (false);
	for (size_t i = 0; i < one->count; i++) {
		if (strcmp(one->list[i], other->list[i]) != 0)
			return (false);
	}
	return (true);
}

const struct words *
same_run_values(const struct history *history, const char *name)
{
	const struct words *words = values_find(&history->values, name);

	return (words == NULL ? &none : words);
}

/* Whether the file of the procedure name holds what the run began with. */
static bool
has_digest(const struct scheme *scheme, const char *name,
    const struct history *history)
{
	struct failure ignored = { 0 };
	struct procedure *procedure = scheme_read(scheme, name, &ignored);
	const bool has = procedure != NULL &&
	    strcmp(procedure->digest, history->digest) == 0;

	procedure_free(procedure);
	return (has);
}

/* A procedure that was changed or removed since is the same by its path. */
static bool
is_procedure(const struct scheme *scheme, const char *name,
    const struct history *history)
{
	return (scheme_is_file_of(scheme, name, history->procedure_path) ||
	    has_digest(scheme, name, history));
}

/* Returns what was given and is not the same now, or NULL. */
static const char *
other_value(const struct scheme *scheme, const struct values *given,
    const struct history *history)
{
	const struct values *former = &history->values;
	struct words facts = { 0 };
	const char *name = NULL;

	scheme->facts(&facts);
	for (size_t i = 0; name == NULL && i < given->count; i++) {
		if (!same_run_words(&given->list[i].words,
		    same_run_values(history, given->list[i].name)))
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

int
same_run_refuse(const struct same_run *same, const char *id,
    const char *what, const struct words *has, struct failure *why)
{
	struct text words = { 0 };

	words_join(has, ", ", &words);
	failure_set(why, EXITCODE_USAGE, "run %s is another one: its %s %s "
	    "'%s'", id, what, has->count > 1 ? "are" : "is",
	    text_string(&words));
	failure_hint(why, "choose another name; '%s status %s' shows that "
	    "run", same->program, id);
	text_release(&words);
	return (-1);
}

int
same_run_check(const struct same_run *same, const struct history *history,
    struct failure *why)
{
	const char *other = other_value(same->scheme, same->given, history);
	struct words path = { 0 };
	int rc = 0;

	words_add(&path, history->procedure_path);
	if (!is_procedure(same->scheme, same->procedure, history))
		rc = same_run_refuse(same, history->id, "procedure", &path,
		    why);
	else if (other != NULL)
		rc = same_run_refuse(same, history->id, other,
		    same_run_values(history, other), why);
	words_release(&path);
	return (rc);
}
