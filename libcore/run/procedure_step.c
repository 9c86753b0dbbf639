#include <config.h>

#include "procedure_step.h"

#include <stdlib.h>
#include <string.h>

#include "../base/failure.h"
#include "../base/text.h"
#include "../format/setting_text.h"
#include "../format/settings.h"
#include "values.h"

void
procedure_step_release(struct procedure_step *step)
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
	words_release(&step->each);
	words_release(&step->when);
	words_release(&step->unless);
	words_release(&step->check);
	words_release(&step->run);
	words_release(&step->verify);
	words_release(&step->undo);
	words_release(&step->undone);
}

/* The longest time that a step may name, so that no clock gets to its end. */
#define LONGEST	(INT64_C(366) * INT64_C(86400) * INT64_C(1000000000))

static const char *const step_keys[] = {
	"id", "title", "source", "on", "turn", "given", "each", "when",
	"unless", "confirm", "check", "run", "input", "verify", "undo",
	"undone", "irreversible", "keeps", "residue", "timeout", "within",
	"retry", NULL
};

/*
 * Whether word may be the first of a command: what the user says is never run
 * as a program.  A fact may be, as a whole command out of the configuration.
 */
static bool
is_program(const struct procedure_terms *terms, const char *word)
{
	struct text name = { 0 };

	if (strchr(word, '$') == NULL)
		return (word[0] != '\0');
	if (word[0] != '$' || !text_ends_with(word, "..."))
		return (false);
	text_add_bytes(&name, word + 1, strlen(word) - strlen("$..."));
	const bool is_fact = words_has(terms->facts, text_string(&name)) &&
	    !words_has(terms->parameters, text_string(&name));
	text_release(&name);
	return (is_fact);
}

/*
 * Returns word number at of key, or key as a whole when it is one word: what a
 * refusal of it is to point at.
 */
static const struct setting *
word_at(const struct setting *group, const char *key, size_t at)
{
	const struct setting *list = setting_at(group, key);

	return (at < setting_count(list) ? setting_item(list, at) : list);
}

/* Whether word, the first of a command, is "@tool" of a tool that is none. */
static bool
is_no_tool(const struct procedure_terms *terms, const char *word)
{
	return (word[0] == '@' && terms->tools != NULL &&
	    !words_has(terms->tools, word + 1));
}

/* Reads an optional argument vector and checks the names in it. */
static int
get_argv(const struct setting *group, const char *key,
    const struct procedure_terms *terms, struct words *argv,
    struct failure *why)
{
	const int rc = setting_get_words(group, key, argv, why);

	if (rc == -1)
		return (-1);
	if (rc == 1 && argv->count == 0)
		return (setting_refuse(setting_at(group, key), why,
		    "'%s' is empty", key));
	for (size_t i = 0; i < argv->count; i++) {
		struct failure inner = { 0 };

		if (values_check(terms->known, argv->list[i], &inner) == -1)
			return (setting_refuse(word_at(group, key, i), why,
			    "'%s': %s", key, inner.message));
	}
	if (argv->count > 0 && !is_program(terms, argv->list[0]))
		return (setting_refuse(word_at(group, key, 0), why,
		    "'%s': '%s' is no program, nor a command of the "
		    "configuration", key, argv->list[0]));
	if (argv->count > 0 && is_no_tool(terms, argv->list[0]))
		return (setting_refuse(word_at(group, key, 0), why,
		    "'%s': there is nothing called '%s'", key,
		    argv->list[0]));
	return (0);
}

/* Checks that the names of given are known; conditions name no values. */
static int
check_given(const struct setting *group, const struct procedure_terms *terms,
    const struct procedure_step *step, struct failure *why)
{
	for (size_t i = 0; i < step->given.count; i++) {
		const char *condition = step->given.list[i];
		struct text name = { 0 };

		const size_t length = strcspn(condition, "!=");

		text_add_bytes(&name, condition, length);
		const bool is_good = words_has(terms->known,
		    text_string(&name)) && (condition[length] != '!' ||
		    condition[length + 1] == '=');
		text_release(&name);
		if (!is_good)
			return (setting_refuse(word_at(group, "given", i), why,
			    "'given': '%s' is about nothing that is known",
			    condition));
	}
	return (0);
}

/* Reads the values that the step is carried out for, one after the other. */
static int
read_each(const struct setting *group, const struct procedure_terms *terms,
    struct procedure_step *step, struct failure *why)
{
	if (setting_get_words(group, "each", &step->each, why) == -1)
		return (-1);
	for (size_t i = 0; i < step->each.count; i++) {
		if (!words_has(terms->known, step->each.list[i]))
			return (setting_refuse(word_at(group, "each", i), why,
			    "'each': '%s' is nothing that is known",
			    step->each.list[i]));
	}
	return (0);
}

static int
read_commands(const struct setting *group, const struct procedure_terms *terms,
    struct procedure_step *step, struct failure *why)
{
	if (setting_get_words(group, "given", &step->given, why) == -1 ||
	    check_given(group, terms, step, why) == -1 ||
	    read_each(group, terms, step, why) == -1)
		return (-1);
	if (get_argv(group, "when", terms, &step->when, why) == -1 ||
	    get_argv(group, "unless", terms, &step->unless, why) == -1 ||
	    get_argv(group, "check", terms, &step->check, why) == -1 ||
	    get_argv(group, "run", terms, &step->run, why) == -1 ||
	    get_argv(group, "verify", terms, &step->verify, why) == -1 ||
	    get_argv(group, "undo", terms, &step->undo, why) == -1 ||
	    get_argv(group, "undone", terms, &step->undone, why) == -1)
		return (-1);
	if (setting_text_get(group, "input", &step->input, why) == -1)
		return (-1);
	struct failure inner = { 0 };
	if (step->input != NULL &&
	    values_check(terms->known, step->input, &inner) == -1)
		return (setting_refuse(setting_at(group, "input"), why,
		    "'input': %s", inner.message));
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
		return (setting_refuse(setting_at(group, "timeout"), why,
		    "'timeout' must be more than 0"));
	if (step->timeout > LONGEST || step->within > LONGEST)
		return (setting_refuse(setting_at(group, step->timeout >
		    LONGEST ? "timeout" : "within"), why,
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
check_id(const struct setting *group, const struct procedure_terms *terms,
    const struct procedure_step *step, struct failure *why)
{
	if (strspn(step->id, "abcdefghijklmnopqrstuvwxyz0123456789-") !=
	    strlen(step->id))
		return (setting_refuse(setting_at(group, "id"), why,
		    "the id '%s' has more than lower-case letters, digits and "
		    "hyphens", step->id));
	if (!words_has(terms->roles, step->on))
		return (setting_refuse(setting_at(group, "on"), why,
		    "step '%s' is on '%s', which is no role", step->id,
		    step->on));
	return (0);
}

static int
read_turn(const struct setting *group, struct procedure_step *step,
    struct failure *why)
{
	char *turn = NULL;
	int rc = setting_text_get(group, "turn", &turn, why);

	if (turn == NULL)
		return (rc);
	if (strcmp(turn, "node") == 0)
		step->turn = PROCEDURE_TURN_NODE;
	else if (strcmp(turn, "group") == 0)
		step->turn = PROCEDURE_TURN_GROUP;
	else
		rc = setting_refuse(group, why,
		    "'turn' is 'node' or 'group', not '%s'", turn);
	free(turn);
	return (rc == -1 ? -1 : 0);
}

int
procedure_step_read(const struct setting *group,
    const struct procedure_terms *terms, struct procedure_step *step,
    struct failure *why)
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
	if (check_id(group, terms, step, why) == -1 ||
	    read_turn(group, step, why) == -1 ||
	    read_commands(group, terms, step, why) == -1 ||
	    read_limits(group, step, why) == -1)
		return (-1);
	return (check_step(group, step, why));
}
