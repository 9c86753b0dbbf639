#include <config.h>

#include "procedure.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/digest.h"
#include "../base/failure.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "../format/setting_text.h"
#include "../format/settings.h"
#include "procedure_command.h"
#include "procedure_find.h"
#include "procedure_step.h"

/* What names of values are made of. */
static const char name_letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";

static const char *const procedure_keys[] = {
	"name", "title", "source", "loses", "parameters", "steps", NULL
};

void
procedure_free(struct procedure *procedure)
{
	if (procedure == NULL)
		return;
	for (size_t i = 0; i < procedure->count; i++)
		procedure_step_release(&procedure->steps[i]);
	free(procedure->steps);
	free(procedure->name);
	free(procedure->title);
	free(procedure->source);
	free(procedure->loses);
	free(procedure->path);
	free(procedure->digest);
	words_release(&procedure->parameters);
	free(procedure);
}

/* A file that is being read into a procedure. */
struct reading {
	const char			*path;
	const struct procedure_words	*words;
	struct procedure		*procedure;
	struct text			 digests;	/* of those it names */
	const struct reading		*outer;		/* that names it */
	int				 depth;
};

enum {
	DEPTH_LIMIT = 8			/* so deep nobody names procedures */
};

/* Returns the number of the step id, or procedure->count without one. */
static size_t
find_step(const struct procedure *procedure, const char *id)
{
	size_t at = 0;

	while (at < procedure->count && strcmp(procedure->steps[at].id,
	    id) != 0)
		at++;
	return (at);
}

/* Takes step in before the one with the number at; its id is unique. */
static void
insert_step(struct procedure *procedure, size_t at,
    const struct procedure_step *step)
{
	procedure->steps = memory_resize(procedure->steps,
	    procedure->count + 1, sizeof(*procedure->steps));
	memmove(&procedure->steps[at + 1], &procedure->steps[at],
	    (procedure->count - at) * sizeof(*procedure->steps));
	procedure->steps[at] = *step;
	procedure->count++;
}

/* Reads one step, and puts it where it belongs. */
static int
read_step(struct reading *reading, const struct setting *group,
    const struct procedure_terms *terms, struct failure *why)
{
	struct procedure *procedure = reading->procedure;
	struct procedure_step step = { 0 };
	size_t at = procedure->count;
	int rc = procedure_step_read(group, terms, &step, why);

	if (rc == 0 && find_step(procedure, step.id) < procedure->count)
		rc = setting_refuse(setting_at(group, "id"), why,
		    "the id '%s' stands twice", step.id);
	if (rc == 0 && step.before != NULL) {
		at = find_step(procedure, step.before);
		if (at == procedure->count)
			rc = setting_refuse(setting_at(group, "before"), why,
			    "'before': no step '%s' stands above",
			    step.before);
	}
	if (rc == 0)
		insert_step(procedure, at, &step);
	else
		procedure_step_release(&step);
	return (rc);
}

static struct procedure *
read_file(struct reading *reading, struct failure *why);

/*
 * Finds the file of name that is none of those that are being read; *circle
 * gets the path of one that is, or NULL.
 */
static char *
find_other(const struct reading *reading, const char *name,
    const char **circle)
{
	const struct words *directories = reading->words->directories;

	for (size_t i = 0; i < directories->count; i++) {
		char *path = procedure_path(directories->list[i], name);
		const struct reading *outer = reading;

		while (outer != NULL && strcmp(outer->path, path) != 0)
			outer = outer->outer;
		if (outer == NULL && access(path, F_OK) == 0)
			return (path);
		if (outer != NULL)
			*circle = outer->path;
		free(path);
	}
	return (NULL);
}

/* Says why there are no steps of the procedure name. */
static int
refuse_name(const struct reading *reading, const struct setting *item,
    const char *name, const char *circle, struct failure *why)
{
	if (reading->depth >= DEPTH_LIMIT)
		return (setting_refuse(item, why, "procedures name one "
		    "another too deep to take '%s'", name));
	if (circle != NULL)
		return (setting_refuse(item, why, "procedure '%s' would be a "
		    "part of itself, and there is no other one than '%s'",
		    name, circle));
	return (setting_refuse(item, why, "there is no other procedure '%s'",
	    name));
}

/* Adds to *loses what else is lost. */
static void
add_loss(char **loses, const char *more)
{
	struct text both = { 0 };

	if (more == NULL || (*loses != NULL && strstr(*loses, more) != NULL))
		return;
	if (*loses != NULL)
		text_format(&both, "%s; and ", *loses);
	text_add(&both, more);
	free(*loses);
	*loses = text_take(&both);
}

/* Takes over the steps of part, which item names. */
static int
take_part(struct reading *reading, const struct setting *item,
    struct procedure *part, struct failure *why)
{
	struct procedure *procedure = reading->procedure;
	const struct words *asked = &part->parameters;

	for (size_t i = 0; i < asked->count; i++) {
		if (!words_has(&procedure->parameters, asked->list[i]))
			return (setting_refuse(item, why, "procedure '%s' "
			    "needs the parameter '%s', which is none here",
			    part->name, asked->list[i]));
	}
	for (size_t i = 0; i < part->count; i++) {
		if (find_step(procedure, part->steps[i].id) <
		    procedure->count)
			return (setting_refuse(item, why, "the id '%s' of "
			    "'%s' stands twice", part->steps[i].id,
			    part->path));
	}
	for (size_t i = 0; i < part->count; i++)
		insert_step(procedure, procedure->count, &part->steps[i]);
	part->count = 0;			/* they are taken */
	add_loss(&procedure->loses, part->loses);
	if (procedure->source == NULL && part->source != NULL)
		procedure->source = memory_copy_string(part->source);
	text_add(&reading->digests, part->digest);
	return (0);
}

/* Reads the procedure that item names, whose steps are these here. */
static int
read_named(struct reading *reading, const struct setting *item,
    struct failure *why)
{
	static const char *const keys[] = { "procedure", NULL };
	const char *name = NULL;
	const char *circle = NULL;
	char *path = NULL;
	int rc = -1;

	if (setting_known(item, keys, why) == -1 ||
	    setting_get_string(item, "procedure", &name, why) == -1)
		return (-1);
	if (reading->words->directories != NULL && strchr(name, '/') == NULL &&
	    reading->depth < DEPTH_LIMIT)
		path = find_other(reading, name, &circle);
	if (path == NULL)
		return (refuse_name(reading, item, name, circle, why));
	struct reading inner = { .path = path, .words = reading->words,
	    .outer = reading, .depth = reading->depth + 1 };
	struct procedure *part = read_file(&inner, why);
	if (part != NULL)
		rc = take_part(reading, item, part, why);
	procedure_free(part);
	free(path);
	return (rc);
}

static int
read_steps(struct reading *reading, const struct setting *root,
    const struct procedure_terms *terms, struct failure *why)
{
	const struct setting *list = NULL;

	if (setting_get_list(root, "steps", &list, why) == -1)
		return (-1);
	if (list == NULL || setting_count(list) == 0)
		return (setting_refuse(setting_at(root, "steps"), why,
		    "there are no steps"));
	for (size_t i = 0; i < setting_count(list); i++) {
		const struct setting *item = setting_item(list, i);
		const int rc = setting_is_group(item) &&
		    setting_at(item, "procedure") != item ?
		    read_named(reading, item, why) :
		    read_step(reading, item, terms, why);

		if (rc == -1)
			return (-1);
	}
	return (0);
}

static int
check_parameters(const struct setting *root, const struct words *parameters,
    struct failure *why)
{
	const struct setting *list = setting_at(root, "parameters");

	for (size_t i = 0; i < parameters->count; i++) {
		const char *name = parameters->list[i];
		const struct setting *item = i < setting_count(list) ?
		    setting_item(list, i) : list;

		if (name[0] == '\0' || strspn(name, name_letters) !=
		    strlen(name))
			return (setting_refuse(item, why, "the parameter '%s' "
			    "has more than lower-case letters, digits and "
			    "underscores", name));
		for (size_t j = 0; j < i; j++) {
			if (strcmp(parameters->list[j], name) == 0)
				return (setting_refuse(item, why,
				    "the parameter '%s' stands twice", name));
		}
	}
	return (0);
}

static int
read_procedure(struct reading *reading, const struct setting *root,
    struct failure *why)
{
	const struct procedure_words *words = reading->words;
	struct procedure *procedure = reading->procedure;
	struct words known = { 0 };
	const struct procedure_terms terms = { &procedure->parameters,
		words->facts, &known, words->roles, words->tools,
		words->barred, words->stated };
	int rc = -1;

	if (setting_known(root, procedure_keys, why) == -1 ||
	    setting_text_need(root, "name", &procedure->name, why) == -1 ||
	    setting_text_need(root, "title", &procedure->title, why) == -1 ||
	    setting_text_get(root, "source", &procedure->source, why) == -1 ||
	    setting_text_get(root, "loses", &procedure->loses, why) == -1 ||
	    setting_get_words(root, "parameters", &procedure->parameters,
	    why) == -1)
		goto out;
	if (check_parameters(root, &procedure->parameters, why) == -1)
		goto out;
	words_add_all(&known, words->facts);
	words_add_all(&known, &procedure->parameters);
	rc = read_steps(reading, root, &terms, why);
out:
	words_release(&known);
	return (rc);
}

/* Lets the digest be one of all files, if there are several. */
static void
set_digest(struct reading *reading, const char *own)
{
	char digest[DIGEST_TEXT_ROOM];

	text_format(&reading->digests, "%s", own);
	digest_of_bytes(text_string(&reading->digests),
	    reading->digests.length, digest);
	reading->procedure->digest = memory_copy_string(
	    reading->digests.length == strlen(own) ? own : digest);
}

/* Reads the file of reading.  Returns as procedure_read does. */
static struct procedure *
read_file(struct reading *reading, struct failure *why)
{
	struct settings *settings = settings_read(reading->path, why);

	if (settings == NULL)
		return (NULL);
	struct procedure *procedure = memory_make(1, sizeof(*procedure));
	reading->procedure = procedure;
	procedure->path = memory_copy_string(reading->path);
	const int rc = read_procedure(reading, settings_root(settings), why);
	set_digest(reading, settings_digest(settings));
	if (rc == -1) {
		procedure_free(procedure);
		procedure = NULL;
	}
	text_release(&reading->digests);
	settings_free(settings);
	return (procedure);
}

struct procedure *
procedure_read(const char *path, const struct procedure_words *words,
    struct failure *why)
{
	struct reading reading = { .path = path, .words = words };

	return (read_file(&reading, why));
}
