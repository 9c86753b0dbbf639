#include <config.h>

#include <stdlib.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/format/markup.h"
#include "../../libcore/run/account.h"
#include "../../libcore/run/account_page.h"
#include "fleet_record.h"
#include "fleet_report.h"
#include "fleet_show.h"
#include "fleet_status.h"
#include "fleet_store.h"

/* Adds what was made of words, and makes it empty. */
static void
add_words(struct text *page, struct text *words)
{
	markup_add(page, text_string(words), words->length);
	text_clear(words);
}

static void
add_fact(struct text *page, const char *name, struct text *words)
{
	text_format(page, "<dt>%s</dt><dd>", name);
	add_words(page, words);
	text_add(page, "</dd>\n");
}

static const char *
class_of(const struct fleet_item *item)
{
	if (item->state == FLEET_WAITING)
		return ("none");
	if (item->state == FLEET_BEGUN || item->asks ||
	    item->code == EXITCODE_STOPPED)
		return ("open");
	return (fleet_is_good(item->code) ? "done" : "failed");
}

/* As bad as the worst cluster. */
static const char *
verdict_of(const struct fleet *fleet)
{
	const struct fleet_counts counts = fleet_show_count(fleet);

	if (counts.failed + counts.others + counts.unreachable > 0)
		return ("failed");
	return (counts.done == fleet->count ? "done" : "open");
}

static void
add_header(const struct fleet_report *report, struct text *page)
{
	const struct fleet_stored *stored = report->stored;
	const struct fleet_counts counts = fleet_show_count(&stored->fleet);
	struct text words = { 0 };

	text_add(page, "<p class=\"kind\">clroll \302\267 report of a fleet"
	    "</p>\n<h1>");
	text_format(page, "%zu clusters, ", stored->fleet.count);
	markup_add_string(page, fleet_plan_procedure(&stored->plan));
	text_add(page, "</h1>\n<p class=\"key\">");
	markup_add_string(page, stored->id);
	text_format(page, "</p>\n<div class=\"verdict %s\"><strong>%s"
	    "</strong>", verdict_of(&stored->fleet), report->state);
	fleet_show_counts(&counts, &words);
	add_words(page, &words);
	text_add(page, "</div>\n</header>\n");
	text_release(&words);
}

static void
add_facts(const struct fleet_report *report, struct text *page)
{
	const struct fleet_stored *stored = report->stored;
	struct text words = { 0 };

	text_add(page, "<h2>What, when, who</h2>\n<dl>\n");
	text_add(&words, fleet_plan_procedure(&stored->plan));
	add_fact(page, "procedure", &words);
	words_show(&stored->plan.arguments, &words);
	if (words.length > 0)
		add_fact(page, "with", &words);
	words_show(&stored->plan.options, &words);
	if (words.length > 0)
		add_fact(page, "options", &words);
	text_add(&words, stored->plan.digest);
	add_fact(page, "digest of the plan", &words);
	for (size_t i = 0; i < stored->records.count; i++) {
		const char *name = fleet_report_life(stored->records.list[i],
		    &words);

		if (name != NULL)
			add_fact(page, name, &words);
	}
	text_add(page, "</dl>\n");
	text_release(&words);
}

/* Adds the name of a run, which is a link where its report lies. */
static void
add_run(const struct fleet_report *report, size_t index, const char *folder,
    struct text *page)
{
	char *run = fleet_plan_run(&report->stored->plan, report->stored->id,
	    index);
	struct text path = { 0 };

	text_format(&path, "%s/%s.html", folder, run);
	const bool is_there = access(text_string(&path), F_OK) == 0;
	text_add(page, "<span class=\"key\">");
	if (is_there) {
		text_add(page, "<a href=\"");
		markup_add_string(page, run);
		text_add(page, ".html\">");
	}
	markup_add_string(page, run);
	text_add(page, is_there ? "</a></span>" : "</span>");
	text_release(&path);
	free(run);
}

static void
add_row(const struct fleet_report *report, size_t index, const char *folder,
    struct text *page)
{
	const struct fleet_stored *stored = report->stored;
	const struct fleet_report_item *item = &report->items[index];
	const struct fleet_item *state = &stored->fleet.items[index];
	struct text words = { 0 };

	text_add(page, "<tr><td class=\"title\">");
	markup_add_string(page, stored->plan.names.list[index]);
	text_add(page, "<br>");
	add_run(report, index, folder, page);
	text_format(page, "</td><td><span class=\"result %s\">%s</span>",
	    class_of(state), fleet_status_word(state));
	if (item->result != NULL)
		markup_add_string(page, " ");
	markup_add_string(page, item->result == NULL ? "" :
	    jsonline_text(item->result, "message"));
	text_add(page, "</td><td class=\"time\">");
	if (item->begin != NULL)
		account_show_time(item->from, &words);
	add_words(page, &words);
	text_add(page, "</td><td class=\"number\">");
	if (item->result != NULL)
		account_show_duration(item->until - item->from, &words);
	add_words(page, &words);
	text_add(page, "</td></tr>\n");
	text_release(&words);
}

static void
add_wave(const struct fleet_report *report, size_t at, const char *folder,
    struct text *page)
{
	const struct fleet *fleet = &report->stored->fleet;
	const struct fleet_wave *wave = &fleet->waves[at];

	text_format(page, "<h2>Wave %zu of %zu%s</h2>\n<table>\n"
	    "<tr><th>cluster and run</th><th>result</th><th>begun</th>"
	    "<th class=\"number\">took</th></tr>\n", at + 1,
	    fleet->wave_count, at == 0 && fleet->rules.canary > 0 ?
	    ", canary" : "");
	for (size_t i = 0; i < wave->count; i++)
		add_row(report, wave->first + i, folder, page);
	text_add(page, "</table>\n");
}

void
fleet_report_page(const struct fleet_report *report, const char *folder,
    const char *source, struct text *page)
{
	account_page_begin(report->stored->id, page);
	add_header(report, page);
	add_facts(report, page);
	for (size_t i = 0; i < report->stored->fleet.wave_count; i++)
		add_wave(report, i, folder, page);
	account_page_end("clroll", source, clock_wall(), page);
}
