#include <config.h>

#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "../base/failure.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "../format/jsonline.h"
#include "procedure.h"
#include "values.h"

static const char *const part_names[PLAN_PARTS] = {
	"when", "unless", "check", "run", "verify", "undo", "undone"
};

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

static char *
make_key(const char *id, const struct plan_source *source, size_t place)
{
	struct text key = { 0 };

	text_add(&key, id);
	if (source->place_count > 1)
		text_format(&key, "@%s", source->places[place].name);
	return (text_take(&key));
}

/* Adds one step of the procedure at one place, if it is to be done there. */
static int
add_step(struct plan *plan, const struct procedure_step *from,
    const struct plan_source *source, size_t place, struct failure *why)
{
	struct values values = { 0 };
	bool holds = true;
	int rc = 0;

	values_merge(&values, source->values);
	values_set(&values, "node", source->places[place].name);
	for (size_t i = 0; i < from->given.count; i++)
		holds = holds && values_hold(&values, from->given.list[i]);
	if (holds) {
		struct plan_step *step = &plan->steps[plan->count++];

		*step = (struct plan_step){
			.key = make_key(from->id, source, place),
			.title = copy_text(from->title),
			.source = copy_text(from->source),
			.place = place,
			.confirm = copy_text(from->confirm),
			.irreversible = copy_text(from->irreversible),
			.keeps = copy_text(from->keeps),
			.residue = from->residue,
			.timeout = from->timeout,
			.within = from->within,
			.retry = from->retry,
		};
		rc = make_commands(from, source, &values, step, why);
		if (rc == -1)
			failure_add(why, "step '%s'", step->key);
	}
	values_release(&values);
	return (rc);
}

/* Adds the steps from first to behind last, all on one role. */
static int
add_block(struct plan *plan, const struct procedure *procedure, size_t first,
    size_t last, const struct plan_source *source, struct failure *why)
{
	for (size_t place = 0; place < source->place_count; place++) {
		if (!words_has(&source->places[place].roles,
		    procedure->steps[first].on))
			continue;
		for (size_t i = first; i < last; i++) {
			if (add_step(plan, &procedure->steps[i], source,
			    place, why) == -1)
				return (-1);
		}
	}
	return (0);
}

struct plan *
plan_make(const struct procedure *procedure, const struct plan_source *source,
    struct failure *why)
{
	struct plan *plan = memory_make(1, sizeof(*plan));
	size_t last;

	plan->title = memory_copy_string(procedure->title);
	plan->steps = memory_make(procedure->count * source->place_count,
	    sizeof(*plan->steps));
	for (size_t i = 0; i < source->place_count; i++)
		words_add(&plan->places, source->places[i].name);
	for (size_t first = 0; first < procedure->count; first = last) {
		last = first + 1;
		while (last < procedure->count && strcmp(
		    procedure->steps[last].on, procedure->steps[first].on) == 0)
			last++;
		if (add_block(plan, procedure, first, last, source,
		    why) == -1) {
			failure_add(why, "procedure '%s'", procedure->name);
			plan_free(plan);
			return (NULL);
		}
	}
	return (plan);
}

void
plan_show_command(const struct plan_command *command, struct text *text)
{
	words_show(&command->argv, text);
	if (command->input != NULL) {
		struct words input = { 0 };

		words_add(&input, command->input);
		text_add(text, " < ");
		words_show(&input, text);
		words_release(&input);
	}
}

/* Adds a line of what, if there is any, behind name. */
static void
show_line(const char *name, const char *what, const char *string,
    struct text *text)
{
	if (string == NULL)
		return;
	text_format(text, "      %-7s %s", name, what);
	text_add_visible(text, string, strlen(string));
	text_add(text, "\n");
}

void
plan_show_step(const struct plan *plan, size_t at, struct text *text)
{
	const struct plan_step *step = &plan->steps[at];

	text_format(text, "%2zu. ", at + 1);
	text_add_visible(text, step->key, strlen(step->key));
	text_add(text, ": ");
	text_add_visible(text, step->title, strlen(step->title));
	text_add(text, "\n");
	for (int part = 0; part < PLAN_PARTS; part++) {
		if (step->commands[part].argv.count == 0)
			continue;
		text_format(text, "      %-7s ",
		    plan_part_name((enum plan_part)part));
		plan_show_command(&step->commands[part], text);
		text_add(text, "\n");
	}
	show_line("confirm", "", step->confirm, text);
	show_line("undo", "never: ", step->irreversible, text);
	show_line("undo", "nothing: ", step->keeps, text);
}

struct jsonline *
plan_write_step(const struct plan *plan, size_t at)
{
	const struct plan_step *step = &plan->steps[at];
	struct jsonline *line = jsonline_make();

	jsonline_set_string(line, "event", "step");
	jsonline_set_integer(line, "number", (int64_t)at + 1);
	jsonline_set_string(line, "step", step->key);
	jsonline_set_string(line, "title", step->title);
	jsonline_set_string(line, "place", plan->places.list[step->place]);
	if (step->source != NULL)
		jsonline_set_string(line, "source", step->source);
	for (int part = 0; part < PLAN_PARTS; part++) {
		const struct plan_command *command = &step->commands[part];
		const char *name = plan_part_name((enum plan_part)part);

		if (command->argv.count == 0)
			continue;
		jsonline_set_words(line, name, &command->argv);
		if (part == PLAN_RUN && command->input != NULL)
			jsonline_set_string(line, "input", command->input);
	}
	if (step->confirm != NULL)
		jsonline_set_string(line, "confirm", step->confirm);
	if (step->irreversible != NULL)
		jsonline_set_string(line, "irreversible", step->irreversible);
	if (step->keeps != NULL)
		jsonline_set_string(line, "keeps", step->keeps);
	return (line);
}
