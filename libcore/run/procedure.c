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
#include "values.h"

/* What a step is read and checked with. */
struct reading {
	struct procedure	*procedure;
	const struct words	*known;	/* parameters and facts */
	const struct words	*facts;
	const struct words	*roles;
};

/* What names of values are made of. */
static const char name_letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";

/* The longest time that a step may name, so that no clock gets to its end. */
#define LONGEST	(INT64_C(366) * INT64_C(86400) * INT64_C(1000000000))

static const char *const procedure_keys[] = {
	"name", "title", "source", "loses", "parameters", "steps", NULL
};

static const char *const step_keys[] = {
	"id", "title", "source", "on", "given", "when", "unless", "confirm",
	"check", "run", "input", "verify", "undo", "undone", "irreversible",
	"keeps", "residue", "timeout", "within", "retry", NULL
};

static void
release_step(struct procedure_step *step)
{
	free(step->id);
	free(step->title);
	free(step->source);
	free(step->on);
	free(step->confirm);
	free(step->input);
	free(step->irreversible);
	free(step->keeps);
	words_release(&step->given);
	words_release(&step->when);
	words_release(&step->unless);
	words_release(&step->check);
	words_release(&step->run);
	words_release(&step->verify);
	words_release(&step->undo);
	words_release(&step->undone);
}

void
procedure_free(struct procedure *procedure)
{
	if (procedure == NULL)
		return;
	for (size_t i = 0; i < procedure->count; i++)
		release_step(&procedure->steps[i]);
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

/*
 * Whether word may be the first of a command: what the user says is never run
 * as a program.  A fact may be, as a whole command out of the configuration.
 */
static bool
is_program(const struct reading *reading, const char *word)
{
	struct text name = { 0 };

	if (strchr(word, '$') == NULL)
		return (word[0] != '\0');
	if (word[0] != '$' || !text_ends_with(word, "..."))
		return (false);
	text_add_bytes(&name, word + 1, strlen(word) - strlen("$..."));
	const bool is_fact = words_has(reading->facts, text_string(&name)) &&
	    !words_has(&reading->procedure->parameters, text_string(&name));
	text_release(&name);
	return (is_fact);
}

/* Reads an optional argument vector and checks the names in it. */
static int
get_argv(const struct setting *group, const char *key,
    const struct reading *reading, struct words *argv, struct failure *why)
{
	const int rc = setting_get_words(group, key, argv, why);

	if (rc == -1)
		return (-1);
	if (rc == 1 && argv->count == 0)
		return (setting_refuse(group, why, "'%s' is empty", key));
	for (size_t i = 0; i < argv->count; i++) {
		struct failure inner = { 0 };

		if (values_check(reading->known, argv->list[i], &inner) == -1)
			return (setting_refuse(group, why, "'%s': %s", key,
			    inner.message));
	}
	if (argv->count > 0 && !is_program(reading, argv->list[0]))
		return (setting_refuse(group, why,
		    "'%s': '%s' is no program, nor a command of the "
		    "configuration", key, argv->list[0]));
	return (0);
}

/* Checks that the names of given are known; conditions name no values. */
static int
check_given(const struct setting *group, const struct reading *reading,
    const struct procedure_step *step, struct failure *why)
{
	for (size_t i = 0; i < step->given.count; i++) {
		const char *condition = step->given.list[i];
		struct text name = { 0 };

		const size_t length = strcspn(condition, "!=");

		text_add_bytes(&name, condition, length);
		const bool is_good = words_has(reading->known,
		    text_string(&name)) && (condition[length] != '!' ||
		    condition[length + 1] == '=');
		text_release(&name);
		if (!is_good)
			return (setting_refuse(group, why,
			    "'given': '%s' is about nothing that is known",
			    condition));
	}
	return (0);
}

static int
read_commands(const struct setting *group, const struct reading *reading,
    struct procedure_step *step, struct failure *why)
{
	if (setting_get_words(group, "given", &step->given, why) == -1 ||
	    check_given(group, reading, step, why) == -1)
		return (-1);
	if (get_argv(group, "when", reading, &step->when, why) == -1 ||
	    get_argv(group, "unless", reading, &step->unless, why) == -1 ||
	    get_argv(group, "check", reading, &step->check, why) == -1 ||
	    get_argv(group, "run", reading, &step->run, why) == -1 ||
	    get_argv(group, "verify", reading, &step->verify, why) == -1 ||
	    get_argv(group, "undo", reading, &step->undo, why) == -1 ||
	    get_argv(group, "undone", reading, &step->undone, why) == -1)
		return (-1);
	if (setting_text_get(group, "input", &step->input, why) == -1)
		return (-1);
	struct failure inner = { 0 };
	if (step->input != NULL &&
	    values_check(reading->known, step->input, &inner) == -1)
		return (setting_refuse(group, why, "'input': %s",
		    inner.message));
	return (0);
}

static int
read_limits(const struct setting *group, struct procedure_step *step,
    struct failure *why)
{
	step->timeout = PROCEDURE_TIMEOUT;
	if (setting_get_duration(group, "timeout", &step->timeout, why) == -1 ||
	    setting_get_duration(group, "within", &step->within, why) == -1 ||
	    setting_get_integer(group, "retry", 0, 100, &step->retry,
	    why) == -1 ||
	    setting_get_boolean(group, "residue", &step->residue, why) == -1)
		return (-1);
	if (step->timeout <= 0)
		return (setting_refuse(group, why,
		    "'timeout' must be more than 0"));
	if (step->timeout > LONGEST || step->within > LONGEST)
		return (setting_refuse(group, why,
		    "'timeout' and 'within' are a year at most"));
	return (0);
}

/* Checks that the parts of a step make a whole. */
static int
check_step(const struct setting *group, const struct procedure_step *step,
    struct failure *why)
{
	const int ways = (step->undo.count > 0) +
	    (step->irreversible != NULL) + (step->keeps != NULL);

	if ((step->check.count > 0) == (step->run.count > 0))
		return (setting_refuse(group, why,
		    "step '%s' needs either 'check' or 'run'", step->id));
	if (step->check.count > 0) {
		if (step->verify.count > 0 || step->undone.count > 0 ||
		    ways > 0 || step->residue || step->input != NULL ||
		    step->retry > 0)
			return (setting_refuse(group, why, "step '%s' only "
			    "checks: it has nothing to verify, undo, "
			    "read or repeat", step->id));
		return (0);
	}
	if (step->verify.count == 0)
		return (setting_refuse(group, why,
		    "step '%s' has an effect and needs 'verify'", step->id));
	if (ways != 1)
		return (setting_refuse(group, why, "step '%s' has an effect "
		    "and needs one of 'undo', 'irreversible' and 'keeps'",
		    step->id));
	if (step->undone.count > 0 && step->undo.count == 0)
		return (setting_refuse(group, why,
		    "step '%s' has 'undone' and needs 'undo'", step->id));
	if (step->residue && step->undo.count == 0)
		return (setting_refuse(group, why,
		    "step '%s' leaves a residue and needs 'undo'", step->id));
	return (0);
}

static int
check_id(const struct setting *group, const struct reading *reading,
    const struct procedure_step *step, struct failure *why)
{
	if (strspn(step->id, "abcdefghijklmnopqrstuvwxyz0123456789-") !=
	    strlen(step->id))
		return (setting_refuse(group, why, "the id '%s' has more than "
		    "lower-case letters, digits and hyphens", step->id));
	for (size_t i = 0; i < reading->procedure->count; i++) {
		if (strcmp(reading->procedure->steps[i].id, step->id) == 0)
			return (setting_refuse(group, why,
			    "the id '%s' stands twice", step->id));
	}
	if (!words_has(reading->roles, step->on))
		return (setting_refuse(group, why,
		    "step '%s' is on '%s', which is no role", step->id,
		    step->on));
	return (0);
}

static int
read_step(const struct setting *group, const struct reading *reading,
    struct procedure_step *step, struct failure *why)
{
	if (!setting_is_group(group))
		return (setting_refuse(group, why, "a step is a group"));
	if (setting_known(group, step_keys, why) == -1 ||
	    setting_text_need(group, "id", &step->id, why) == -1 ||
	    setting_text_need(group, "title", &step->title, why) == -1 ||
	    setting_text_need(group, "on", &step->on, why) == -1 ||
	    setting_text_get(group, "source", &step->source, why) == -1 ||
	    setting_text_get(group, "confirm", &step->confirm, why) == -1 ||
	    setting_text_get(group, "irreversible", &step->irreversible,
	    why) == -1 ||
	    setting_text_get(group, "keeps", &step->keeps, why) == -1)
		return (-1);
	if (check_id(group, reading, step, why) == -1 ||
	    read_commands(group, reading, step, why) == -1 ||
	    read_limits(group, step, why) == -1)
		return (-1);
	return (check_step(group, step, why));
}

static int
read_steps(const struct setting *root, const struct reading *reading,
    struct failure *why)
{
	struct procedure *procedure = reading->procedure;
	const struct setting *list = NULL;

	if (setting_get_list(root, "steps", &list, why) == -1)
		return (-1);
	if (list == NULL || setting_count(list) == 0)
		return (setting_refuse(root, why, "there are no steps"));
	procedure->steps = memory_make(setting_count(list),
	    sizeof(*procedure->steps));
	for (size_t i = 0; i < setting_count(list); i++) {
		struct procedure_step step = { 0 };

		if (read_step(setting_item(list, i), reading, &step,
		    why) == -1) {
			release_step(&step);
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
	for (size_t i = 0; i < parameters->count; i++) {
		const char *name = parameters->list[i];

		if (name[0] == '\0' || strspn(name, name_letters) !=
		    strlen(name))
			return (setting_refuse(root, why, "the parameter '%s' "
			    "has more than lower-case letters, digits and "
			    "underscores", name));
	}
	return (0);
}

static int
read_procedure(const struct setting *root, struct procedure *procedure,
    const struct words *facts, const struct words *roles, struct failure *why)
{
	struct words known = { 0 };
	const struct reading reading = { procedure, &known, facts, roles };
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
	words_add_all(&known, facts);
	words_add_all(&known, &procedure->parameters);
	rc = read_steps(root, &reading, why);
out:
	words_release(&known);
	return (rc);
}

struct procedure *
procedure_read(const char *path, const struct words *facts,
    const struct words *roles, struct failure *why)
{
	struct settings *settings = settings_read(path, why);

	if (settings == NULL)
		return (NULL);
	struct procedure *procedure = memory_make(1, sizeof(*procedure));
	procedure->path = memory_copy_string(path);
	procedure->digest = memory_copy_string(settings_digest(settings));
	if (read_procedure(settings_root(settings), procedure, facts, roles,
	    why) == -1) {
		procedure_free(procedure);
		procedure = NULL;
	}
	settings_free(settings);
	return (procedure);
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
	return (NULL);
}
