#include <config.h>

#include "plan_recorded.h"

#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "../format/jsonline.h"
#include "history.h"
#include "plan.h"

/* More steps than that no plan has. */
enum { STEP_LIMIT = 100000 };

/* Returns the number of the place name, which is added if it is not there. */
static size_t
find_place(struct plan *plan, const char *name)
{
	size_t i = 0;

	while (i < plan->places.count &&
	    strcmp(plan->places.list[i], name) != 0)
		i++;
	if (i == plan->places.count)
		words_add(&plan->places, name);
	return (i);
}

static struct plan_step *
add_step(struct plan *plan, const char *key, const char *title, size_t place)
{
	plan->steps = memory_resize(plan->steps, plan->count + 1,
	    sizeof(*plan->steps));
	struct plan_step *step = &plan->steps[plan->count++];
	*step = (struct plan_step){ .key = memory_copy_string(key),
		.title = memory_copy_string(title), .place = place };
	return (step);
}

/*
 * What is verified is done for its effect, what was started has one, and what a
 * person has done.
 */
static void
note_effect(struct plan_step *step, const struct jsonline *record)
{
	struct words *argv = &step->commands[PLAN_RUN].argv;
	const char *event = jsonline_text(record, "event");
	const bool by_person = jsonline_boolean(record, "person", false);
	const bool has_effect = by_person ||
	    strcmp(event, "started") == 0 || (strcmp(event, "begin") == 0 &&
	    jsonline_text(record, "verify")[0] != '\0');

	step->by_person = step->by_person || by_person;
	if (has_effect && argv->count == 0)
		words_add(argv, "?");
}

/* A run may end because of a step that nothing else is recorded of. */
static void
take_record(struct plan *plan, const struct history *history,
    const struct jsonline *record)
{
	const char *key = jsonline_text(record, "step");
	const char *place = jsonline_text(record, "place");
	const char *title = jsonline_text(record, "title");
	const char *confirm = jsonline_text(record, "confirm");
	size_t at = plan_find(plan, key);

	if (key[0] == '\0')
		return;
	if (at == plan->count)
		(void)add_step(plan, key, title[0] != '\0' ? title :
		    "what it does is not recorded", find_place(plan,
		    place[0] != '\0' ? place : history->subject));
	note_effect(&plan->steps[at], record);
	if (confirm[0] != '\0' && plan->steps[at].confirm == NULL)
		plan->steps[at].confirm = memory_copy_string(confirm);
}

struct plan *
plan_recorded(const struct history *history)
{
	struct plan *plan = memory_make(1, sizeof(*plan));
	int64_t of = 0;

	plan->title = memory_copy_string(history->procedure);
	for (size_t i = 0; i < history->records.count; i++) {
		const struct jsonline *record = history->records.list[i];
		const int64_t count = jsonline_integer(record, "of", 0);

		take_record(plan, history, record);
		if (count > of && count < STEP_LIMIT)
			of = count;
	}
	const size_t place = find_place(plan, history->subject);
	while ((int64_t)plan->count < of) {
		struct text key = { 0 };

		text_format(&key, "%zu", plan->count + 1);
		(void)add_step(plan, text_string(&key),
		    "what it does is not recorded", place);
		text_release(&key);
	}
	return (plan);
}
