#include <config.h>

#include "procedure_step.h"

#include <stdlib.h>
#include <string.h>

#include "../base/failure.h"
#include "../base/text.h"
#include "../format/setting_text.h"
#include "../format/settings.h"
#include "procedure_command.h"
#include "values.h"

void
procedure_step_release(struct procedure_step *step)
{
	free(step->id);
	free(step->title);
	free(step->source);
	free(step->before);
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
	"id", "title", "source", "before", "on", "turn", "given", "each",
	"when", "unless", "confirm", "check", "run", "input", "verify", "undo",
	"undone", "irreversible", "keeps", "residue", "timeout", "within",
	"retry", NULL
};

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
			return (setting_refuse(procedure_word_at(group,
			    "given", i), why,
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
			return (setting_refuse(procedure_word_at(group,
			    "each", i), why,
			    "'each': '%s' is nothing that is known",
			    step->each.list[i]));
	}
	return (0);
}

static int
read_commands(const struct setting *group, const struct procedure_terms *terms,
    struct procedure_step *step, struct failure *why)
{
	const struct {
		const char	*key;
		struct words	*argv;
	} commands[] = {
		{ "when", &step->when }, { "unless", &step->unless },
		{ "check", &step->check }, { "run", &step->run },
		{ "verify", &step->verify }, { "undo", &step->undo },
		{ "undone", &step->undone },
	};

	if (setting_get_words(group, "given", &step->given, why) == -1 ||
	    check_given(group, terms, step, why) == -1 ||
	    read_each(group, terms, step, why) == -1)
		return (-1);
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		if (procedure_command_read(group, commands[i].key, terms,
		    commands[i].argv, why) == -1)
			return (-1);
	}
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
	    setting_text_get(group, "before", &step->before, why) == -1 ||
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
