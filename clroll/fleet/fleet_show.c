#include <config.h>

#include "fleet_show.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/number.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/format/report.h"
#include "../../libcore/run/history.h"
#include "../../libcore/run/plan_report.h"

#define MILLISECOND	INT64_C(1000000)

/* ---- counts ------------------------------------------------------------- */

static void
count_ended(struct fleet_counts *counts, enum exitcode code, bool asks)
{
	if (asks)
		counts->asking++;
	else if (fleet_is_good(code))
		counts->done++;
	else if (fleet_is_over(code))
		counts->failed++;
	else if (code == EXITCODE_UNREACHABLE)
		counts->unreachable++;
	else if (code == EXITCODE_STOPPED)
		counts->stopped++;
	else
		counts->others++;
}

struct fleet_counts
fleet_show_count(const struct fleet *fleet)
{
	struct fleet_counts counts = { 0 };

	for (size_t i = 0; i < fleet->count; i++) {
		const struct fleet_item *item = &fleet->items[i];

		if (item->state == FLEET_ENDED)
			count_ended(&counts, item->code, item->asks);
		else if (item->state == FLEET_BEGUN)
			counts.begun++;
		else
			counts.waiting++;
	}
	return (counts);
}

/* The counts: where they are, and their keys; a key's words are for people. */
static const struct {
	size_t		 offset;
	const char	*key;
	const char	*words;
} columns[] = {
	{ offsetof(struct fleet_counts, done), "done", "done" },
	{ offsetof(struct fleet_counts, failed), "failed", "failed" },
	{ offsetof(struct fleet_counts, unreachable), "unreachable",
	    "unreachable" },
	{ offsetof(struct fleet_counts, stopped), "stopped", "stopped" },
	{ offsetof(struct fleet_counts, asking), "asking",
	    "to be confirmed" },
	{ offsetof(struct fleet_counts, others), "in_trouble", "in trouble" },
	{ offsetof(struct fleet_counts, begun), "begun", "begun" },
	{ offsetof(struct fleet_counts, waiting), "waiting", "waiting" },
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

static size_t
count_of(const struct fleet_counts *counts, size_t column)
{
	size_t count;

	memcpy(&count, (const char *)counts + columns[column].offset,
	    sizeof(count));
	return (count);
}

/* Adds how many stand so, if any do. */
static void
add_count(size_t count, size_t column, bool *is_first, struct text *text)
{
	if (count == 0)
		return;
	text_format(text, "%s%zu %s", *is_first ? "" : ", ", count,
	    columns[column].words);
	*is_first = false;
}

void
fleet_show_counts(const struct fleet_counts *counts, struct text *text)
{
	bool is_first = true;

	for (size_t i = 0; i < COLUMNS; i++)
		add_count(count_of(counts, i), i, &is_first, text);
}

void
fleet_show_set_counts(struct jsonline *event,
    const struct fleet_counts *counts)
{
	for (size_t i = 0; i < COLUMNS; i++)
		jsonline_set_integer(event, columns[i].key,
		    (int64_t)count_of(counts, i));
}

/* ---- records ------------------------------------------------------------ */

static void
add_clusters(size_t count, struct text *text)
{
	text_format(text, "%zu cluster%s", count, count == 1 ? "" : "s");
}

static void
show_wave(const struct jsonline *record, struct text *line)
{
	text_format(line, "wave %lld of %lld%s: ",
	    (long long)jsonline_integer(record, "wave", 0),
	    (long long)jsonline_integer(record, "waves", 0),
	    jsonline_boolean(record, "canary", false) ? ", canary" : "");
	add_clusters((size_t)jsonline_integer(record, "clusters", 0), line);
}

static void
show_result(const struct jsonline *record, struct text *line)
{
	char took[NUMBER_DURATION_ROOM];
	const char *message = jsonline_text(record, "message");

	number_show_duration(jsonline_integer(record, "took_ms", 0) *
	    MILLISECOND, took);
	text_format(line, "  %s: %s in %s", jsonline_text(record, "cluster"),
	    jsonline_text(record, "state"), took);
	if (message[0] != '\0')
		text_format(line, ": %s", message);
}

static void
show_close(const struct jsonline *record, struct text *line)
{
	const char *halt = jsonline_text(record, "why");
	bool is_first = true;

	text_format(line, "%s: ", halt[0] == '\0' ?
	    "all clusters have ended" : halt);
	for (size_t i = 0; i < COLUMNS; i++)
		add_count((size_t)jsonline_integer(record, columns[i].key, 0),
		    i, &is_first, line);
}

void
fleet_show_record(struct report *report, const struct jsonline *record)
{
	const char *event = jsonline_text(record, "event");
	struct jsonline *copy = jsonline_copy(record);
	struct text line = { 0 };

	if (strcmp(event, "open") == 0 || strcmp(event, "resume") == 0)
		text_format(&line, "fleet %s%s", jsonline_text(record, "fleet"),
		    event[0] == 'r' ? ": resumed" : "");
	else if (strcmp(event, "wave") == 0)
		show_wave(record, &line);
	else if (strcmp(event, "result") == 0)
		show_result(record, &line);
	else if (strcmp(event, "pause") == 0)
		text_add(&line, "paused: no other cluster is begun");
	else if (strcmp(event, "go-on") == 0)
		text_add(&line, "going on");
	else if (strcmp(event, "stop") == 0)
		text_add(&line, jsonline_boolean(record, "now", false) ?
		    "stopping: each run before its next step" :
		    "stopping: no other cluster is begun");
	else if (strcmp(event, "close") == 0)
		show_close(record, &line);
	if (line.length > 0)
		report_line(report, copy, "%s", text_string(&line));
	else
		report_line(report, copy, NULL);
	text_release(&line);
	jsonline_free(copy);
}

/* ---- the plan ----------------------------------------------------------- */

static void
show_planned(struct report *report, const struct fleet_plan *plan,
    const struct fleet *fleet, size_t item)
{
	struct jsonline *event = jsonline_make();
	struct words argv = { 0 };
	struct text line = { 0 };

	words_add(&argv, "clroll");
	fleet_plan_command(plan, "FLEET", item, FLEET_PLAN_TEXT, &argv);
	words_show(&argv, &line);
	jsonline_set_string(event, "event", "plan");
	jsonline_set_integer(event, "wave",
	    (int64_t)fleet->items[item].wave + 1);
	jsonline_set_integer(event, "item", (int64_t)item + 1);
	jsonline_set_string(event, "cluster", plan->names.list[item]);
	jsonline_set_words(event, "command", &argv);
	report_line(report, event, "  %s", text_string(&line));
	text_release(&line);
	words_release(&argv);
	jsonline_free(event);
}

void
fleet_show_plan(struct report *report, const struct fleet_plan *plan,
    const struct plan *steps)
{
	struct jsonline *event = jsonline_make();
	struct fleet fleet;

	fleet_start(&fleet, &plan->rules, plan->clusters.count);
	for (size_t i = 0; i < fleet.wave_count; i++) {
		const struct fleet_wave *wave = &fleet.waves[i];
		struct text line = { 0 };

		add_clusters(wave->count, &line);
		report_line(report, NULL, "wave %zu of %zu%s: %s", i + 1,
		    fleet.wave_count, i == 0 && plan->rules.canary > 0 ?
		    ", canary" : "", text_string(&line));
		text_release(&line);
		for (size_t j = 0; j < wave->count; j++)
			show_planned(report, plan, &fleet, wave->first + j);
	}
	report_line(report, NULL, "steps in %s, if its groups are at home:",
	    plan->names.list[0]);
	(void)plan_report(steps, report);	/* each of them counts */
	jsonline_set_string(event, "event", "digest");
	jsonline_set_string(event, "digest", plan->digest);
	report_line(report, event, "digest %s", plan->digest);
	jsonline_free(event);
	fleet_release(&fleet);
}

void
fleet_show_lines(struct report *report, const char *program,
    const struct fleet_plan *plan)
{
	char *id = history_make_id("fleet");

	for (size_t i = 0; i < plan->clusters.count; i++) {
		struct jsonline *event = jsonline_make();
		struct words argv = { 0 };
		struct text line = { 0 };

		words_add(&argv, program);
		fleet_plan_command(plan, id, i, FLEET_PLAN_TEXT, &argv);
		words_quote(&argv, &line);
		jsonline_set_string(event, "event", "line");
		jsonline_set_string(event, "cluster", plan->names.list[i]);
		jsonline_set_words(event, "command", &argv);
		report_line(report, event, "%s", text_string(&line));
		text_release(&line);
		words_release(&argv);
		jsonline_free(event);
	}
	free(id);
}
