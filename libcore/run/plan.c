#include <config.h>

#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "../base/failure.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "procedure.h"
#include "values.h"

static const char *const part_names[PLAN_PARTS] = {
	"when", "unless", "check", "run", "verify", "undo", "undone"
};

/* In a key begins with one of these what follows the step's identifier. */
static const char behind_id[] = ".:@";

const char *
plan_part_name(enum plan_part part)
{
	return (part_names[part]);
}

static void
release_step(struct plan_step *step)
{
	for (int part = 0; part < PLAN_PARTS; part++) {
		words_release(&step->commands[part].argv);
		free(step->commands[part].input);
	}
	free(step->key);
	free(step->title);
	free(step->source);
	free(step->confirm);
	free(step->put_back);
	free(step->irreversible);
	free(step->keeps);
}

void
plan_free(struct plan *plan)
{
	if (plan == NULL)
		return;
	for (size_t i = 0; i < plan->count; i++)
		release_step(&plan->steps[i]);
	free(plan->steps);
	words_release(&plan->places);
	free(plan->title);
	free(plan);
}

size_t
plan_find(const struct plan *plan, const char *key)
{
	size_t at = 0;

	while (at < plan->count && strcmp(plan->steps[at].key, key) != 0)
		at++;
	return (at);
}

bool
plan_step_is_named(const struct plan_step *step, const char *name)
{
	const size_t length = strcspn(name, behind_id);

	if (strcmp(step->key, name) == 0)
		return (true);
	return (name[length] == '\0' &&
	    strcspn(step->key, behind_id) == length &&
	    strncmp(step->key, name, length) == 0);
}

static const struct plan_tool *
find_tool(const struct plan_source *source, const char *name)
{
	for (size_t i = 0; i < source->tool_count; i++) {
		if (strcmp(source->tools[i].name, name) == 0)
			return (&source->tools[i]);
	}
	return (NULL);
}

/* Fills in one command of a step. */
static int
make_command(const struct words *template, const struct plan_source *source,
    const struct values *values, struct plan_command *command,
    struct failure *why)
{
	size_t at = 0;

	if (template->count > 0 && template->list[0][0] == '@') {
		const struct plan_tool *tool = find_tool(source,
		    template->list[0] + 1);

		if (tool == NULL) {
			failure_set(why, EXITCODE_CONFIG,
			    "'%s' is needed and not configured",
			    template->list[0]);
			return (-1);
		}
		command->is_tool = true;
		words_add_all(&command->argv, &tool->prefix);
		if (tool->input != NULL)
			command->input = memory_copy_string(tool->input);
		at++;
	}
	for (; at < template->count; at++) {
		if (values_expand(values, template->list[at], &command->argv,
		    why) == -1)
			return (-1);
	}
	if (template->count > 0 && command->argv.count == 0) {
		failure_set(why, EXITCODE_CONFIG,
		    "'%s' has no value, and there is no other word",
		    template->list[0]);
		return (-1);
	}
	return (0);
}

static int
make_input(const char *template, const struct values *values,
    struct plan_command *command, struct failure *why)
{
	struct words words = { 0 };

	if (template == NULL)
		return (0);
	int rc = values_expand(values, template, &words, why);
	if (rc == 0 && words.count != 1) {
		failure_set(why, EXITCODE_CONFIG,
		    "the input '%s' is not exactly one file", template);
		rc = -1;
	}
	if (rc == 0) {
		free(command->input);
		command->input = memory_copy_string(words.list[0]);
	}
	words_release(&words);
	return (rc);
}

static int
make_commands(const struct procedure_step *from,
    const struct plan_source *source, const struct values *values,
    struct plan_step *step, struct failure *why)
{
	const struct words *const templates[PLAN_PARTS] = {
		&from->when, &from->unless, &from->check, &from->run,
		&from->verify, &from->undo, &from->undone
	};

	for (int part = 0; part < PLAN_PARTS; part++) {
		if (make_command(templates[part], source, values,
		    &step->commands[part], why) == -1)
			return (-1);
	}
	return (make_input(from->input, values, &step->commands[PLAN_RUN],
	    why));
}

static char *
copy_text(const char *string)
{
	return (string == NULL ? NULL : memory_copy_string(string));
}

/* A step of a procedure where and for what it is to be carried out. */
struct instance {
	const struct procedure_step	*from;
	const struct plan_source	*source;
	size_t				 place;
	size_t				 round;		/* from 0 */
	size_t				 rounds;
};

static char *
make_key(const struct instance *instance)
{
	struct text key = { 0 };

	text_add(&key, instance->from->id);
	if (instance->rounds > 1)
		text_format(&key, ".%zu", instance->round + 1);
	const struct plan_source *source = instance->source;
	const char *place = source->places[instance->place].name;
	if (source->name != NULL && strcmp(source->name, place) != 0)
		text_format(&key, ":%s", source->name);
	if (source->place_count > 1)
		text_format(&key, "@%s", place);
	return (text_take(&key));
}

/* Adds one instance, filled in with values. */
static int
add_instance(struct plan *plan, const struct instance *instance,
    const struct values *values, struct failure *why)
{
	const struct procedure_step *from = instance->from;

	plan->steps = memory_resize(plan->steps, plan->count + 1,
	    sizeof(*plan->steps));
	struct plan_step *step = &plan->steps[plan->count++];
	*step = (struct plan_step){
		.key = make_key(instance),
		.title = copy_text(from->title),
		.source = copy_text(from->source),
		.place = instance->place,
		.confirm = copy_text(from->confirm),
		.irreversible = copy_text(from->irreversible),
		.keeps = copy_text(from->keeps),
		.residue = from->residue,
		.timeout = from->timeout,
		.within = from->within,
		.retry = from->retry,
	};
	const int rc = make_commands(from, instance->source, values, step,
	    why);
	if (rc == -1)
		failure_add(why, "step '%s'", step->key);
	return (rc);
}

/* Finds how many rounds the step has: as many as its lists have values. */
static int
count_rounds(const struct procedure_step *from, const struct values *values,
    size_t *rounds, struct failure *why)
{
	*rounds = 1;
	for (size_t i = 0; i < from->each.count; i++) {
		const struct words *list = values_find(values,
		    from->each.list[i]);
		const size_t count = list == NULL ? 0 : list->count;

		if (i > 0 && count != *rounds) {
			failure_set(why, EXITCODE_CONFIG, "step '%s': '%s' "
			    "and '%s' are not equally many", from->id,
			    from->each.list[0], from->each.list[i]);
			return (-1);
		}
		*rounds = count;
	}
	return (0);
}

/* Adds one step of the procedure at one place, if it is to be done there. */
static int
add_step(struct plan *plan, const struct procedure_step *from,
    const struct plan_source *source, size_t place, struct failure *why)
{
	struct instance instance = { .from = from, .source = source,
		.place = place };
	struct values values = { 0 };
	bool holds = true;
	int rc;

	values_merge(&values, source->values);
	values_set(&values, "node", source->places[place].name);
	for (size_t i = 0; i < from->given.count; i++)
		holds = holds && values_hold(&values, from->given.list[i]);
	rc = count_rounds(from, source->values, &instance.rounds, why);
	if (!holds)
		instance.rounds = 0;
	for (; rc == 0 && instance.round < instance.rounds;
	    instance.round++) {
		for (size_t i = 0; i < from->each.count; i++)
			values_set(&values, from->each.list[i],
			    values_find(source->values,
			    from->each.list[i])->list[instance.round]);
		rc = add_instance(plan, &instance, &values, why);
	}
	values_release(&values);
	return (rc);
}

/* Some steps of a procedure, from first to behind last. */
struct range {
	const struct procedure	*procedure;
	size_t			 first;
	size_t			 last;
};

/* Adds the steps of range, all on one role. */
static int
add_block(struct plan *plan, const struct range *range,
    const struct plan_source *source, struct failure *why)
{
	const struct procedure_step *steps = range->procedure->steps;

	for (size_t place = 0; place < source->place_count; place++) {
		if (!words_has(&source->places[place].roles,
		    steps[range->first].on))
			continue;
		for (size_t i = range->first; i < range->last; i++) {
			if (add_step(plan, &steps[i], source, place,
			    why) == -1)
				return (-1);
		}
	}
	return (0);
}

/* Returns the end of the steps that follow on the first one of range. */
static size_t
find_end(const struct range *range, enum procedure_turn turn)
{
	const struct procedure_step *steps = range->procedure->steps;
	const struct procedure_step *first = &steps[range->first];
	size_t end = range->first + 1;

	if (first->turn > turn)
		while (end < range->last && steps[end].turn > turn)
			end++;
	else
		while (end < range->last && steps[end].turn <= turn &&
		    strcmp(steps[end].on, first->on) == 0)
			end++;
	return (end);
}

/* Adds the steps of range, which are in a turn of that kind. */
static int
add_range(struct plan *plan, const struct range *range,
    const struct plan_source *source, enum procedure_turn turn,
    struct failure *why)
{
	struct range part = *range;
	int rc = 0;

	for (; rc == 0 && part.first < range->last; part.first = part.last) {
		part.last = range->last;
		part.last = find_end(&part, turn);
		if (range->procedure->steps[part.first].turn <= turn)
			rc = add_block(plan, &part, source, why);
		else if (source->turn_count == 0)
			rc = add_range(plan, &part, source, turn + 1, why);
		else
			for (size_t i = 0; rc == 0 && i < source->turn_count;
			    i++)
				rc = add_range(plan, &part, &source->turns[i],
				    turn + 1, why);
	}
	return (rc);
}

struct plan *
plan_make(const struct procedure *procedure, const struct plan_source *source,
    struct failure *why)
{
	struct plan *plan = memory_make(1, sizeof(*plan));
	const struct range all = { procedure, 0, procedure->count };

	plan->title = memory_copy_string(procedure->title);
	for (size_t i = 0; i < source->place_count; i++)
		words_add(&plan->places, source->places[i].name);
	if (add_range(plan, &all, source, PROCEDURE_NO_TURN, why) == -1) {
		failure_add(why, "procedure '%s'", procedure->name);
		plan_free(plan);
		return (NULL);
	}
	return (plan);
}
