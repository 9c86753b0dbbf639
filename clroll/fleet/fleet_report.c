#include <config.h>

#include "fleet_report.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/format/report.h"
#include "../../libcore/run/account.h"
#include "../../libcore/run/account_verb.h"
#include "../../libcore/run/command.h"
#include "../../libcore/run/history.h"
#include "../../libsite/node_config.h"
#include "../roll/runs.h"
#include "fleet_record.h"
#include "fleet_show.h"
#include "fleet_status.h"
#include "fleet_store.h"

/* ---- what is told ------------------------------------------------------- */

int64_t
fleet_report_time(const struct jsonline *record)
{
	const char *time = record == NULL ? NULL :
	    jsonline_string(record, "time");
	int64_t wall = 0;

	if (time != NULL && clock_read(time, &wall) == -1)
		wall = 0;
	return (wall);
}

const char *
fleet_report_life(const struct jsonline *record, struct text *line)
{
	const char *event = jsonline_text(record, "event");
	const bool is_open = strcmp(event, "open") == 0;

	if (is_open || strcmp(event, "resume") == 0) {
		account_show_time(fleet_report_time(record), line);
		text_add(line, " by ");
		history_show_who(record, line);
		return (is_open ? "begun" : "resumed");
	}
	if (strcmp(event, "close") != 0)
		return (NULL);
	account_show_time(fleet_report_time(record), line);
	text_format(line, ", with exit code %lld",
	    (long long)jsonline_integer(record, "exit", -1));
	if (jsonline_text(record, "why")[0] != '\0')
		text_format(line, ": %s", jsonline_text(record, "why"));
	return ("ended");
}

/* Finds what the journal has of each cluster; of several, the last. */
static void
find_items(struct fleet_report *report)
{
	const struct fleet_stored *stored = report->stored;

	for (size_t i = 1; i < stored->records.count; i++) {
		const struct jsonline *record = stored->records.list[i];
		const char *event = jsonline_text(record, "event");
		const int64_t number = jsonline_integer(record, "item", 0);
		struct fleet_report_item *item = number < 1 ? NULL :
		    &report->items[number - 1];

		if (item != NULL && strcmp(event, "begin") == 0) {
			/* Of an earlier life it was gone on with. */
			if (item->begin == NULL)
				item->from = fleet_report_time(record);
			item->begin = record;
			item->result = NULL;
		} else if (item != NULL && strcmp(event, "result") == 0) {
			item->result = record;
			item->until = fleet_report_time(record);
		}
	}
}

/* ---- for people, and for programs --------------------------------------- */

static void
show_lives(const struct fleet_report *report, struct report *to)
{
	struct text line = { 0 };

	for (size_t i = 0; i < report->stored->records.count; i++) {
		const struct jsonline *record =
		    report->stored->records.list[i];
		const char *name = fleet_report_life(record, &line);
		struct jsonline *copy;

		if (name == NULL)
			continue;
		copy = jsonline_copy(record);
		jsonline_set_string(copy, "event", "life");
		jsonline_set_string(copy, "what", name);
		report_line(to, copy, "  %-8s %s", name, text_string(&line));
		jsonline_free(copy);
		text_clear(&line);
	}
	text_release(&line);
}

static void
show_head(const struct fleet_report *report, struct report *to)
{
	const struct fleet_stored *stored = report->stored;
	const struct fleet_counts counts = fleet_show_count(&stored->fleet);
	struct jsonline *event = jsonline_make();
	struct text text = { 0 };

	fleet_show_counts(&counts, &text);
	jsonline_set_string(event, "event", "fleet");
	jsonline_set_string(event, "fleet", stored->id);
	jsonline_set_string(event, "state", report->state);
	jsonline_set_string(event, "procedure",
	    fleet_plan_procedure(&stored->plan));
	jsonline_set_words(event, "arguments", &stored->plan.arguments);
	jsonline_set_string(event, "digest", stored->plan.digest);
	fleet_show_set_counts(event, &counts);
	report_line(to, event, "fleet %s: %s\n%zu clusters: %s\n"
	    "  carries out %s", stored->id, report->state,
	    stored->fleet.count, text_string(&text),
	    fleet_plan_procedure(&stored->plan));
	text_clear(&text);
	words_show(&stored->plan.arguments, &text);
	if (text.length > 0)
		report_line(to, NULL, "  with     %s", text_string(&text));
	text_release(&text);
	jsonline_free(event);
}

static void
show_item(const struct fleet_report *report, size_t index, struct report *to)
{
	const struct fleet_stored *stored = report->stored;
	const struct fleet_report_item *item = &report->items[index];
	const struct fleet_item *state = &stored->fleet.items[index];
	char *run = fleet_plan_run(&stored->plan, stored->id, index);
	struct jsonline *event = jsonline_make();
	struct text line = { 0 };

	jsonline_set_string(event, "event", "cluster");
	jsonline_set_string(event, "cluster", stored->plan.names.list[index]);
	jsonline_set_string(event, "run", run);
	jsonline_set_integer(event, "wave", (int64_t)state->wave + 1);
	jsonline_set_string(event, "state", fleet_status_word(state));
	if (item->begin != NULL)
		jsonline_set_string(event, "begun",
		    jsonline_text(item->begin, "time"));
	if (item->result != NULL) {
		jsonline_set_string(event, "ended",
		    jsonline_text(item->result, "time"));
		jsonline_set_integer(event, "exit", state->code);
		jsonline_set_string(event, "message",
		    jsonline_text(item->result, "message"));
	}
	if (item->begin != NULL) {
		account_show_time(item->from, &line);
		text_add(&line, ", ");
	}
	if (item->result != NULL) {
		account_show_duration(item->until - item->from, &line);
		text_format(&line, "%s%s",
		    jsonline_text(item->result, "message")[0] == '\0' ? "" :
		    ": ", jsonline_text(item->result, "message"));
	}
	report_line(to, event, "  %-16s %-12s %s", stored->plan.names.list[
	    index], fleet_status_word(state), text_string(&line));
	text_release(&line);
	jsonline_free(event);
	free(run);
}

static void
show_text(const struct fleet_report *report, struct report *to)
{
	const struct fleet *fleet = &report->stored->fleet;

	show_head(report, to);
	show_lives(report, to);
	for (size_t i = 0; i < fleet->wave_count; i++) {
		const struct fleet_wave *wave = &fleet->waves[i];

		report_line(to, NULL, "wave %zu of %zu%s", i + 1,
		    fleet->wave_count, i == 0 && fleet->rules.canary > 0 ?
		    ", canary" : "");
		for (size_t j = 0; j < wave->count; j++)
			show_item(report, wave->first + j, to);
	}
	report_line(to, NULL, "'clroll report %s-CLUSTER' tells what was "
	    "done there", report->stored->id);
}

/* ---- the verb ----------------------------------------------------------- */

/* The folder of the file path, the caller's. */
static char *
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct text folder = { 0 };

	if (slash == NULL)
		text_add(&folder, ".");
	else
		text_add_bytes(&folder, path, (size_t)(slash - path) + 1);
	return (text_take(&folder));
}

static void
make_page(struct command *command, const struct fleet_report *report,
    const char *html, struct failure *why)
{
	char *path = fleet_store_path(report->config, report->stored->id);
	char *folder = folder_of(html);
	struct text source = { 0 };
	struct text page = { 0 };

	if (account_describe_source(path, report->stored->records.count,
	    &source, why) == 0) {
		fleet_report_page(report, folder, text_string(&source),
		    &page);
		account_write_page(command, html, &page, why);
	}
	text_release(&page);
	text_release(&source);
	free(folder);
	free(path);
}

enum exitcode
fleet_report_make(struct command *command, const struct node_config *config,
    const struct fleet_stored *stored, bool is_running, const char *html,
    struct failure *why)
{
	struct fleet_report report = { .stored = stored, .config = config,
		.state = fleet_status_state(&stored->fleet, is_running),
		.items = memory_make(stored->fleet.count,
		sizeof(*report.items)) };

	find_items(&report);
	if (html == NULL)
		show_text(&report, &command->report);
	else if (account_check_html(command, html, why) == 0)
		make_page(command, &report, html, why);
	free(report.items);
	return (why->message[0] == '\0' ? EXITCODE_OK : why->code);
}
