#include <config.h>

#include "account_page.h"

#include <string.h>

#include "../base/text.h"
#include "../format/jsonline.h"
#include "../format/markup.h"
#include "account.h"
#include "account_page_inside.h"
#include "blame.h"
#include "history.h"
#include "plan.h"

/* Nothing is fetched and nothing runs, even if something got in here. */
static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\""
    "default-src 'none'; style-src 'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, "
    "initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n";

const char *
account_page_class(const struct account *account, size_t step)
{
	switch (account->standing->progress.steps[step]) {
	case PROGRESS_DONE:
		return ("done");
	case PROGRESS_FAILED:
	case PROGRESS_BLOCKED:
	case PROGRESS_STUCK:
		return ("failed");
	case PROGRESS_UNDONE:
		return ("undone");
	case PROGRESS_BEGUN:
	case PROGRESS_UNDOING:
		return ("open");
	default:
		return ("none");
	}
}

const char *
account_page_act_class(const struct account_act *act)
{
	if (act->end == NULL)
		return ("open");
	if (blame_is_due(act->end))
		return ("failed");
	if (act->is_undo)
		return ("undone");
	return (strcmp(jsonline_text(act->end, "result"), "done") == 0 ?
	    "done" : "none");
}

static const char *
verdict_class(const struct account *account)
{
	switch (account->state) {
	case STANDING_DONE:
		return ("done");
	case STANDING_UNDONE:
		return ("undone");
	case STANDING_NEEDS_PERSON:
	case STANDING_LEFT:
		return ("failed");
	default:
		return ("open");
	}
}

/* ---- the head ---------------------------------------------------------- */

/* Adds what was made of words, and makes it empty. */
static void
add_words(struct text *page, struct text *words)
{
	markup_add(page, text_string(words), words->length);
	text_clear(words);
}

static void
add_verdict(const struct account *account, struct text *page)
{
	struct text words = { 0 };

	text_format(page, "<div class=\"verdict %s\"><strong>",
	    verdict_class(account));
	account_show_verdict(account, &words);
	add_words(page, &words);
	text_add(page, "</strong>");
	account_show_reason(account, &words);
	add_words(page, &words);
	text_add(page, "</div>\n");
	text_release(&words);
}

static void
add_title(const struct account *account, struct text *page)
{
	const struct history *history = account->history;
	const char *title = jsonline_text(history->records.list[0], "title");

	text_add(page, "<p class=\"kind\">");
	markup_add_string(page, account->program);
	text_add(page, " \302\267 report of a run</p>\n<h1>");
	markup_add_string(page, title);
	text_add(page, "</h1>\n<p class=\"key\">");
	markup_add_string(page, history->id);
	text_add(page, "</p>\n");
}

static void
begin_fact(struct text *page, const char *name)
{
	text_format(page, "<dt>%s</dt><dd>", name);
}

static void
add_fact(struct text *page, const char *name, struct text *words)
{
	begin_fact(page, name);
	add_words(page, words);
	text_add(page, "</dd>\n");
}

/* Adds the packages, by the names that both programs give to such values. */
static void
add_packages(const struct account *account, struct text *page)
{
	const struct values *values = &account->history->values;
	const struct words *names = values_find(values, "packages");
	const struct words *digests = values_find(values, "package_digests");

	if (names == NULL)
		names = values_find(values, "package");
	if (digests == NULL)
		digests = values_find(values, "package_digest");
	for (size_t i = 0; names != NULL && i < names->count; i++) {
		const char *slash = strrchr(names->list[i], '/');

		begin_fact(page, "package");
		markup_add_string(page, slash == NULL ? names->list[i] :
		    slash + 1);
		if (digests != NULL && i < digests->count) {
			text_add(page, "<br><code>SHA-256 ");
			markup_add_string(page, digests->list[i]);
			text_add(page, "</code>");
		}
		text_add(page, "</dd>\n");
	}
}

/* Adds when a life began, by whom, and how it ended. */
static void
add_life(const struct account *account, size_t at, struct text *page)
{
	const struct account_life *life = &account->lives[at];
	struct text words = { 0 };

	account_show_time(life->from, &words);
	text_add(&words, ", by ");
	history_show_who(life->begin, &words);
	if (jsonline_boolean(life->begin, "back", false))
		text_add(&words, ", to put it back");
	history_show_word(life->begin, ", who said ", &words);
	add_fact(page, at == 0 ? "begun" : "resumed", &words);
	history_show_approved(life->begin, "", &words);
	if (words.length > 0)
		add_fact(page, "plan", &words);
	if (life->stop != NULL) {
		history_show_stop(life->stop, &words);
		add_fact(page, "stop", &words);
	}
	account_show_time(life->until, &words);
	text_add(&words, ", after ");
	account_show_duration(life->until - life->from, &words);
	if (life->close != NULL)
		text_format(&words, ", with exit code %lld",
		    (long long)jsonline_integer(life->close, "exit", -1));
	add_fact(page, life->close != NULL ? "ended" :
	    account->state == STANDING_RUNNING &&
	    at + 1 == account->life_count ? "last seen" : "broken off",
	    &words);
	text_release(&words);
}

static void
add_outage(const struct account *account, struct text *page)
{
	struct text words = { 0 };

	if (!account_show_outages(account, &words))
		return;
	for (size_t i = 0; i < account->outage_count; i++) {
		const struct account_outage *outage = &account->outages[i];

		text_add(&words, i == 0 ? ": " : ", ");
		account_show_duration(outage->until - outage->from, &words);
		text_add(&words, " at ");
		account_show_time(outage->from, &words);
	}
	add_fact(page, "users without service", &words);
	text_release(&words);
}

/* Adds the node; or the cluster, with its nodes and its file. */
static void
add_where(const struct account *account, struct text *page)
{
	const struct history *history = account->history;
	const char *cluster = values_single(&history->values, "cluster");
	const struct words *nodes = values_find(&history->values, "nodes");
	struct text words = { 0 };

	if (cluster == NULL) {
		text_add(&words, history->subject);
		add_fact(page, "node", &words);
		text_release(&words);
		return;
	}
	text_add(&words, cluster);
	if (nodes != NULL) {
		text_add(&words, ": nodes ");
		words_join(nodes, ", ", &words);
	}
	begin_fact(page, "cluster");
	add_words(page, &words);
	text_add(page, "<br><code>");
	markup_add_string(page, history->subject);
	text_add(page, "</code></dd>\n");
	text_release(&words);
}

static void
add_facts(const struct account *account, struct text *page)
{
	const struct history *history = account->history;
	struct text words = { 0 };

	text_add(page, "<h2>What, where, when, who</h2>\n<dl>\n");
	add_where(account, page);
	add_packages(account, page);
	begin_fact(page, "procedure");
	markup_add_string(page, history->procedure);
	text_add(page, "<br><code>");
	markup_add_string(page, history->procedure_path);
	text_add(page, "<br>SHA-256 ");
	markup_add_string(page, history->digest);
	text_add(page, "</code></dd>\n");
	for (size_t i = 0; i < account->life_count; i++)
		add_life(account, i, page);
	account_show_counts(account, &words);
	add_fact(page, "steps", &words);
	add_outage(account, page);
	text_add(page, "</dl>\n");
	if (account->standing->is_recorded)
		text_add(page, "<p>The procedure's file is not what the run "
		    "began with any more, so steps that were never reached "
		    "have a number only.</p>\n");
	text_release(&words);
}

/* ---- the foot ---------------------------------------------------------- */

/* Adds all that the plan was made of. */
static void
add_values(const struct account *account, struct text *page)
{
	const struct values *values = &account->history->values;

	text_add(page, "<h2>What the plan was made of</h2>\n"
	    "<details><summary>Parameters and facts</summary><div><dl>\n");
	for (size_t i = 0; i < values->count; i++) {
		const struct value *value = &values->list[i];

		text_add(page, "<dt class=\"key\">");
		markup_add_string(page, value->name);
		text_add(page, "</dt><dd class=\"key\">");
		for (size_t j = 0; j < value->words.count; j++) {
			text_add(page, j > 0 ? "<br>" : "");
			markup_add_string(page, value->words.list[j]);
		}
		text_add(page, "</dd>\n");
	}
	text_add(page, "</dl></div></details>\n");
}

void
account_page_end(const char *program, const char *source, int64_t made,
    struct text *page)
{
	struct text words = { 0 };

	text_add(page, "<footer>Made by ");
	markup_add_string(page, program);
	text_add(page, " " PACKAGE_VERSION " at ");
	account_show_time(made, &words);
	add_words(page, &words);
	text_add(page, " of ");
	markup_add_string(page, source);
	text_add(page, ".  All times are UTC.</footer>\n</main>\n</body>\n"
	    "</html>\n");
	text_release(&words);
}

void
account_page_begin(const char *title, struct text *page)
{
	text_add(page, head);
	text_add(page, "<title>");
	markup_add_string(page, title);
	text_add(page, "</title>\n<style>\n");
	account_page_style(page);
	text_add(page, "</style>\n</head>\n<body>\n<main>\n<header>\n");
}

void
account_page(const struct account *account, const char *source, int64_t made,
    struct text *page)
{
	account_page_begin(account->history->id, page);
	add_title(account, page);
	add_verdict(account, page);
	text_add(page, "</header>\n");
	add_facts(account, page);
	account_page_chart(account, page);
	account_page_steps(account, page);
	account_page_found(account, page);
	account_page_details(account, page);
	add_values(account, page);
	account_page_end(account->program, source, made, page);
}
