#include <config.h>

#include "plan_show.h"

#include <string.h>

#include "../base/text.h"
#include "../format/jsonline.h"
#include "plan.h"

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
