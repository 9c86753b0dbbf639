#include <config.h>

#include "account_page_inside.h"

#include <string.h>

#include "../base/text.h"
#include "../base/words.h"
#include "../format/jsonline.h"
#include "../format/markup.h"
#include "account.h"
#include "history.h"
#include "plan.h"

/* ---- the table --------------------------------------------------------- */

/* Adds a cell with the time of day, and the date of another day. */
static void
add_time(const struct account *account, const struct account_act *act,
    struct text *page)
{
	struct text begin = { 0 };
	struct text when = { 0 };

	text_add(page, "<td class=\"time\">");
	if (act != NULL && act->from != 0) {
		account_show_time(account->lives[0].from, &begin);
		account_show_time(act->from, &when);
		if (strncmp(text_string(&begin), text_string(&when), 10) != 0)
			text_format(page, "%.10s ", text_string(&when));
		text_format(page, "%.8s", text_string(&when) + 11);
	}
	text_add(page, "</td>");
	text_release(&when);
	text_release(&begin);
}

static void
add_took(const struct account_act *act, struct text *page)
{
	text_add(page, "<td class=\"number\">");
	if (act != NULL)
		account_show_took(act, page);
	text_add(page, "</td>");
}

/* Adds why the step is as it is, if anything is to be said. */
static void
add_why(const struct account_act *act, struct text *page)
{
	const char *why = act == NULL ? "" : jsonline_text(act->end, "why");

	if (why[0] == '\0')
		return;
	text_add(page, "<span class=\"why soft\">");
	markup_add_string(page, why);
	text_add(page, "</span>");
}

static void
add_row(const struct account *account, size_t at, struct text *page)
{
	const struct plan *plan = account->standing->plan;
	const struct plan_step *step = &plan->steps[at];
	const struct account_act *act = account_last_act(account, at, false);
	const struct account_act *undo = account_last_act(account, at, true);
	const enum progress_step state =
	    account->standing->progress.steps[at];

	text_format(page, "<tr><td class=\"number\">%lld</td>"
	    "<td class=\"title\">", (long long)at + 1);
	if (act != NULL || undo != NULL)
		text_format(page, "<a href=\"#step%lld\">", (long long)at + 1);
	markup_add_string(page, step->title);
	text_add(page, act != NULL || undo != NULL ? "</a>" : "");
	add_why(act, page);
	add_why(undo, page);
	text_add(page, "<span class=\"key\">");
	markup_add_string(page, step->key);
	if (step->source != NULL) {
		text_add(page, " \302\267 guide: ");
		markup_add_string(page, step->source);
	}
	text_add(page, "</span></td><td class=\"where\">");
	markup_add_string(page, plan->places.list[step->place]);
	text_format(page, "</td><td><span class=\"result %s\">%s</span></td>",
	    account_page_class(account, at), account_state_name(state));
	add_time(account, act, page);
	add_took(act, page);
	if (account->standing->progress.back) {
		add_time(account, undo, page);
		add_took(undo, page);
	}
	text_add(page, "</tr>\n");
}

void
account_page_steps(const struct account *account, struct text *page)
{
	text_add(page, "<h2>Steps</h2>\n<table>\n<thead><tr>"
	    "<th class=\"number\">#</th><th>Step</th>"
	    "<th class=\"where\">Node</th><th>Now</th>"
	    "<th class=\"time\">Begun</th><th class=\"number\">Took</th>");
	if (account->standing->progress.back)
		text_add(page, "<th class=\"time\">Put back</th>"
		    "<th class=\"number\">Took</th>");
	text_add(page, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < account->standing->plan->count; i++)
		add_row(account, i, page);
	text_add(page, "</tbody>\n</table>\n");
}

/* ---- what was done and said -------------------------------------------- */

/* Adds what record has under key, below label. */
static void
add_said(const struct jsonline *record, const char *key, const char *label,
    struct text *page)
{
	const char *string = jsonline_text(record, key);

	if (string[0] == '\0')
		return;
	text_format(page, "<p class=\"label\">%s</p><pre>", label);
	markup_add_string(page, string);
	text_add(page, "</pre>\n");
}

/* Adds what came of act, in words. */
static void
add_result(const struct account *account, const struct account_act *act,
    struct text *page)
{
	struct text took = { 0 };

	account_show_time(act->from, page);
	text_format(page, ": <span class=\"result %s\">",
	    account_page_act_class(act));
	markup_add_string(page, account_result(account, act));
	text_add(page, "</span>");
	account_show_took(act, &took);
	if (took.length > 0)
		text_format(page, " in %s", text_string(&took));
	if (jsonline_text(act->end, "how")[0] != '\0') {
		text_add(page, ", ");
		markup_add_string(page, jsonline_text(act->end, "how"));
	}
	if (jsonline_text(act->end, "why")[0] != '\0') {
		text_add(page, ": ");
		markup_add_string(page, jsonline_text(act->end, "why"));
	}
	text_release(&took);
}

static void
add_act(const struct account *account, const struct account_act *act,
    struct text *page)
{
	text_add(page, act->is_undo ? "<p>Undo, begun " : act->begin == NULL ?
	    "<p>Looked at " : "<p>Begun ");
	add_result(account, act, page);
	text_add(page, "</p>\n");
	if (act->confirmed != NULL) {
		struct text words = { 0 };

		history_show_confirmed(act->confirmed, &words);
		text_add(page, "<p>It was ");
		markup_add_string(page, text_string(&words));
		text_add(page, "</p>\n");
		text_release(&words);
	}
	add_said(act->begin != NULL ? act->begin : act->end, "command",
	    "command", page);
	add_said(act->end, "output", "it said", page);
	add_said(act->begin, "verify", act->is_undo ?
	    "whether it is put back was asked by" : "verified by", page);
	add_said(act->end, "verdict", "it answered", page);
}

void
account_page_details(const struct account *account, struct text *page)
{
	const struct plan *plan = account->standing->plan;

	text_add(page, "<h2>Commands and what they said</h2>\n");
	for (size_t i = 0; i < plan->count; i++) {
		bool has_any = false;

		for (size_t j = 0; j < account->act_count; j++) {
			if (account->acts[j].step != i)
				continue;
			if (!has_any) {
				text_format(page, "<details id=\"step%lld\"%s>"
				    "<summary>%lld. ", (long long)i + 1,
				    strcmp(account_page_class(account, i),
				    "failed") == 0 ? " open" : "",
				    (long long)i + 1);
				markup_add_string(page, plan->steps[i].title);
				text_add(page, " <span class=\"key\">");
				markup_add_string(page, plan->steps[i].key);
				text_add(page, "</span></summary><div>\n");
			}
			has_any = true;
			add_act(account, &account->acts[j], page);
		}
		text_add(page, has_any ? "</div></details>\n" : "");
	}
}

/* ---- before and after -------------------------------------------------- */

/* Adds word as a line of class. */
static void
add_line(const char *word, const char *class, struct text *page)
{
	text_format(page, "<div class=\"%s\">", class);
	markup_add_string(page, word);
	text_add(page, "</div>");
}

/* Adds those words that others has not, in class. */
static void
add_changed(const struct words *words, const struct words *others,
    const char *class, struct text *page)
{
	for (size_t i = 0; i < words->count; i++) {
		if (!words_has(others, words->list[i]))
			add_line(words->list[i], class, page);
	}
}

/* Returns how many words are on both sides. */
static size_t
count_same(const struct words *before, const struct words *after)
{
	size_t count = 0;

	for (size_t i = 0; i < before->count; i++)
		count += words_has(after, before->list[i]) ? 1 : 0;
	return (count);
}

/*
 * Adds what is the same on both sides, a long list by its count only, which is
 * never one.
 */
static void
add_same(const struct words *before, const struct words *after,
    struct text *page)
{
	enum { SHOWN = 12 };
	const size_t all = count_same(before, after);
	const size_t shown = all > SHOWN + 1 ? SHOWN : all;
	size_t count = 0;

	for (size_t i = 0; i < before->count && count < shown; i++) {
		if (!words_has(after, before->list[i]))
			continue;
		add_line(before->list[i], "same", page);
		count++;
	}
	if (shown < all)
		text_format(page, "<div class=\"same\">and %lld more%s</div>",
		    (long long)(all - shown), before == after ? "" :
		    " that are the same");
}

/* Adds what was found as name; without after there is nothing to compare. */
static void
add_found(const struct jsonline *before, const struct jsonline *after,
    const char *name, struct text *page)
{
	struct words was = { 0 };
	struct words is = { 0 };

	if (before != NULL)
		jsonline_words(before, name, &was);
	if (after != NULL)
		jsonline_words(after, name, &is);
	text_add(page, "<tr><td>");
	markup_add_string(page, name);
	if (before != NULL && after != NULL && was.count == is.count &&
	    count_same(&was, &is) == was.count)
		text_add(page, "<br><span class=\"soft\">unchanged</span>");
	text_add(page, "</td><td class=\"key\">");
	if (before == NULL || after == NULL) {
		add_same(&was, &was, page);
		add_same(&is, &is, page);
	} else {
		add_same(&was, &is, page);
		add_changed(&was, &is, "gone", page);
		add_changed(&is, &was, "come", page);
	}
	text_add(page, "</td></tr>\n");
	words_release(&was);
	words_release(&is);
}

void
account_page_found(const struct account *account, struct text *page)
{
	struct jsonline *before = account->before == NULL ? NULL :
	    jsonline_object(account->before, "what");
	struct jsonline *after = account->after == NULL ? NULL :
	    jsonline_object(account->after, "what");
	struct words names = { 0 };

	if (before != NULL)
		jsonline_keys(before, &names);
	else if (after != NULL)
		jsonline_keys(after, &names);
	if (names.count > 0) {
		text_format(page, "<h2>%s</h2>\n<table class=\"found\">\n"
		    "<tbody>\n", after == NULL ? "What was there before" :
		    before == NULL ? "What was there after" :
		    "Before (\342\210\222) and after (+)");
		for (size_t i = 0; i < names.count; i++)
			add_found(before, after, names.list[i], page);
		text_add(page, "</tbody>\n</table>\n");
	}
	words_release(&names);
	jsonline_free(before);
	jsonline_free(after);
}
