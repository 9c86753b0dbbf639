#include <config.h>

#include "procedure.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/failure.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "../format/setting_text.h"
#include "../format/settings.h"
#include "../system/fileio.h"
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

/* Checks that no step so far has the id of another one. */
static int
check_unique(const struct procedure *procedure, const char *id,
    const struct setting *group, struct failure *why)
{
	for (size_t i = 0; i < procedure->count; i++) {
		if (strcmp(procedure->steps[i].id, id) == 0)
			return (setting_refuse(setting_at(group, "id"), why,
			    "the id '%s' stands twice", id));
	}
	return (0);
}

static int
read_steps(const struct setting *root, const struct procedure_terms *terms,
    struct procedure *procedure, struct failure *why)
{
	const struct setting *list = NULL;

	if (setting_get_list(root, "steps", &list, why) == -1)
		return (-1);
	if (list == NULL || setting_count(list) == 0)
		return (setting_refuse(setting_at(root, "steps"), why,
		    "there are no steps"));
	procedure->steps = memory_make(setting_count(list),
	    sizeof(*procedure->steps));
	for (size_t i = 0; i < setting_count(list); i++) {
		const struct setting *group = setting_item(list, i);
		struct procedure_step step = { 0 };

		if (procedure_step_read(group, terms, &step, why) == -1 ||
		    check_unique(procedure, step.id, group, why) == -1) {
			procedure_step_release(&step);
			return (-1);
		}
		procedure->steps[procedure->count++] = step;
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
read_procedure(const struct setting *root, struct procedure *procedure,
    const struct procedure_words *words, struct failure *why)
{
	struct words known = { 0 };
	const struct procedure_terms terms = { &procedure->parameters,
		words->facts, &known, words->roles, words->tools };
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
	rc = read_steps(root, &terms, procedure, why);
out:
	words_release(&known);
	return (rc);
}

struct procedure *
procedure_read(const char *path, const struct procedure_words *words,
    struct failure *why)
{
	struct settings *settings = settings_read(path, why);

	if (settings == NULL)
		return (NULL);
	struct procedure *procedure = memory_make(1, sizeof(*procedure));
	procedure->path = memory_copy_string(path);
	procedure->digest = memory_copy_string(settings_digest(settings));
	if (read_procedure(settings_root(settings), procedure, words,
	    why) == -1) {
		procedure_free(procedure);
		procedure = NULL;
	}
	settings_free(settings);
	return (procedure);
}

/* Lets why say which procedures there are. */
static void
hint_at_known(const struct words *directories, struct failure *why)
{
	struct failure unread = { 0 };		/* then there is less to say */
	struct words found = { 0 };
	struct words names = { 0 };
	struct text known = { 0 };

	for (size_t i = 0; i < directories->count; i++)
		(void)fileio_list(directories->list[i], ".conf", &found,
		    &unread);
	for (size_t i = 0; i < found.count; i++) {
		if (!words_has(&names, found.list[i]))
			words_add(&names, found.list[i]);
	}
	words_join(&names, ", ", &known);
	if (names.count > 0)
		failure_hint(why, "there are %s", text_string(&known));
	text_release(&known);
	words_release(&names);
	words_release(&found);
}

char *
procedure_find(const char *name, const struct words *directories,
    struct failure *why)
{
	struct text path = { 0 };

	if (strchr(name, '/') != NULL) {
		/* A later life of the run may be somewhere else. */
		char *absolute = fileio_absolute_path(name);

		return (absolute != NULL ? absolute :
		    memory_copy_string(name));
	}
	for (size_t i = 0; i < directories->count; i++) {
		text_clear(&path);
		text_format(&path, "%s/%s.conf", directories->list[i], name);
		if (access(text_string(&path), F_OK) == 0)
			return (text_take(&path));
	}
	text_clear(&path);
	words_join(directories, "', '", &path);
	failure_set(why, EXITCODE_USAGE, "there is no procedure '%s' in '%s'",
	    name, text_string(&path));
	text_release(&path);
	hint_at_known(directories, why);
	return (NULL);
}
