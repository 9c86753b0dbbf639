#include <config.h>

#include "account_page_inside.h"

#include <string.h>

#include "../base/text.h"
#include "../format/jsonline.h"
#include "../format/markup.h"
#include "account.h"
#include "plan.h"

/*
 * The time line: a row for each step, from left to right the time.  Between
 * two lives of a run may lie a night; such a gap is drawn as wide as any
 * other, so that what was done is still seen.
 */

enum {
	WIDTH = 1000,
	LEFT = 300,			/* of it for the steps' titles */
	RIGHT = 12,
	TOP = 24,
	ROW = 18,
	BAR = 10,			/* height of a bar */
	GAP = 30,			/* between two lives */
	GAPS = 300,			/* all of them together */
	LEGEND = 30,
	TITLE = 46,			/* characters of a title, alone */
	NARROW = 36,			/* and beside the name of a node */
	PLACE = 9,			/* characters of that */
	TICKS = 8,			/* about so many */
	TICK_LABEL = 54,		/* width of the text at one */
	TICK_ROOM = 62			/* and with a space behind it */
};

struct chart {
	const struct account	*account;
	struct text		*page;
	double			 scale;		/* of a nanosecond */
	double			 gap;
	int			 height;	/* to the legend */
};

/* How long a life was, which is never nothing. */
static int64_t
length_of(const struct account_life *life)
{
	const int64_t least = CLOCK_SECOND / 100;

	return (life->until - life->from < least ? least :
	    life->until - life->from);
}

static void
measure(struct chart *chart)
{
	const struct account *account = chart->account;
	const double gaps = (double)(account->life_count - 1);
	double total = 0;

	for (size_t i = 0; i < account->life_count; i++)
		total += (double)length_of(&account->lives[i]);
	chart->gap = gaps * GAP > GAPS ? GAPS / gaps : GAP;
	chart->scale = (WIDTH - LEFT - RIGHT - gaps * chart->gap) / total;
	chart->height = TOP + ROW * (int)account->standing->plan->count;
}

/* Returns where the life number at begins. */
static double
begin_of(const struct chart *chart, size_t at)
{
	double x = LEFT;

	for (size_t i = 0; i < at; i++)
		x += (double)length_of(&chart->account->lives[i]) *
		    chart->scale + chart->gap;
	return (x);
}

/* Returns where wall is, which lies in a life or counts as the next edge. */
static double
place_of(const struct chart *chart, int64_t wall)
{
	const struct account *account = chart->account;
	size_t at = account->life_count - 1;

	while (at > 0 && wall < account->lives[at].from)
		at--;
	const int64_t length = length_of(&account->lives[at]);
	int64_t offset = wall - account->lives[at].from;
	if (offset < 0)
		offset = 0;
	if (offset > length)
		offset = length;
	return (begin_of(chart, at) + (double)offset * chart->scale);
}

/* Adds a number with one digit behind the point, whatever the locale. */
static void
add_number(struct text *page, double number)
{
	const long long tenths = (long long)(number * 10 + 0.5);

	text_format(page, "%lld.%lld", tenths / 10, tenths % 10);
}

/* ---- the ground -------------------------------------------------------- */

/* Returns how long there is to be between two ticks. */
static int64_t
tick_of(const struct chart *chart)
{
	static const int seconds[] = { 1, 2, 5, 10, 15, 30, 60, 120, 300, 600,
		900, 1800, 3600, 7200, 14400, 43200, 86400 };
	const double least = (double)(WIDTH - LEFT) / TICKS;
	size_t i = 0;

	while (i + 1 < sizeof(seconds) / sizeof(seconds[0]) &&
	    (double)seconds[i] * (double)CLOCK_SECOND * chart->scale < least)
		i++;
	return (seconds[i] * CLOCK_SECOND);
}

/* Adds a line at wall, and the time above it if there is room for it. */
static void
add_tick(const struct chart *chart, int64_t wall, double *room)
{
	const double x = place_of(chart, wall);
	struct text when = { 0 };

	text_add(chart->page, "<line class=\"grid\" x1=\"");
	add_number(chart->page, x);
	text_add(chart->page, "\" x2=\"");
	add_number(chart->page, x);
	text_format(chart->page, "\" y1=\"%d\" y2=\"%d\"/>\n", TOP - 5,
	    chart->height);
	if (x >= *room && x + TICK_LABEL <= WIDTH) {
		account_show_time(wall, &when);
		text_add(chart->page, "<text class=\"soft\" x=\"");
		add_number(chart->page, x - 2);
		text_format(chart->page, "\" y=\"%d\">%.8s</text>\n", TOP - 9,
		    text_string(&when) + 11);
		text_release(&when);
		*room = x + TICK_ROOM;
	}
}

static void
add_ticks(const struct chart *chart)
{
	const int64_t tick = tick_of(chart);
	double room = 0;

	for (size_t i = 0; i < chart->account->life_count; i++) {
		const struct account_life *life = &chart->account->lives[i];
		int64_t wall = (life->from / tick + 1) * tick;

		add_tick(chart, life->from, &room);
		for (; wall < life->until; wall += tick)
			add_tick(chart, wall, &room);
	}
}

/* Adds what lies between the lives. */
static void
add_gaps(const struct chart *chart)
{
	for (size_t i = 1; i < chart->account->life_count; i++) {
		const struct account_life *lives = chart->account->lives;

		text_add(chart->page, "<rect class=\"gap\" x=\"");
		add_number(chart->page, begin_of(chart, i) - chart->gap);
		text_add(chart->page, "\" width=\"");
		add_number(chart->page, chart->gap);
		text_format(chart->page, "\" y=\"%d\" height=\"%d\"><title>"
		    "nothing ran for ", TOP - 5, chart->height - TOP + 5);
		account_show_duration(lives[i].from - lives[i - 1].until,
		    chart->page);
		text_add(chart->page, "</title></rect>\n");
	}
}

/* ---- what was done ----------------------------------------------------- */

/* Adds a rectangle from x to until, up to its quoted height. */
static void
add_rectangle(const struct chart *chart, const char *class, double x,
    double until)
{
	text_format(chart->page, "<rect class=\"%s\" x=\"", class);
	add_number(chart->page, x);
	text_add(chart->page, "\" width=\"");
	add_number(chart->page, until - x < 2 ? 2 : until - x);
	text_add(chart->page, "\" ");
}

static void
add_bar(const struct chart *chart, const struct account_act *act)
{
	const struct plan_step *step =
	    &chart->account->standing->plan->steps[act->step];
	const int64_t until = act->end != NULL ? act->until :
	    chart->account->lives[chart->account->life_count - 1].until;
	struct text took = { 0 };

	add_rectangle(chart, account_page_act_class(act),
	    place_of(chart, act->from), place_of(chart, until));
	text_format(chart->page, "y=\"%d\" height=\"%d\" rx=\"2\"><title>",
	    TOP + ROW * (int)act->step + (ROW - BAR) / 2, BAR);
	text_add(chart->page, act->is_undo ? "putting back: " : "");
	markup_add_string(chart->page, step->title);
	text_add(chart->page, ": ");
	markup_add_string(chart->page, account_result(chart->account, act));
	account_show_took(act, &took);
	if (took.length > 0)
		text_format(chart->page, " in %s", text_string(&took));
	text_add(chart->page, "</title></rect>\n");
	text_release(&took);
}

static void
add_outages(const struct chart *chart)
{
	for (size_t i = 0; i < chart->account->outage_count; i++) {
		const struct account_outage *outage =
		    &chart->account->outages[i];

		add_rectangle(chart, "away", place_of(chart, outage->from),
		    place_of(chart, outage->until));
		text_format(chart->page, "y=\"%d\" height=\"%d\"><title>the "
		    "service was away for ", TOP - 5, chart->height - TOP + 5);
		markup_add_string(chart->page,
		    jsonline_text(outage->record, "seconds"));
		text_add(chart->page, " s</title></rect>\n");
	}
}

/* Adds string up to so many characters. */
static void
add_cut(struct text *page, const char *string, int room)
{
	const size_t length = strlen(string);
	size_t at = 0;

	for (int i = 0; i < room && at < length; i++) {
		uint32_t ignored;
		const size_t size = text_character(string + at, length - at,
		    &ignored);

		at += size == 0 ? 1 : size;
	}
	markup_add(page, string, at);
	text_add(page, at < length ? "\342\200\246" : "");
}

static void
add_rows(const struct chart *chart)
{
	const struct plan *plan = chart->account->standing->plan;
	const bool has_places = plan->places.count > 1;

	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_step *step = &plan->steps[i];
		const int y = TOP + ROW * (int)i;

		if (i % 2 == 0)
			text_format(chart->page, "<rect class=\"band\" "
			    "x=\"0\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n",
			    y, WIDTH, ROW);
		text_format(chart->page, "<text class=\"soft end\" x=\"18\" "
		    "y=\"%d\">%lld</text><text x=\"25\" y=\"%d\">", y + 13,
		    (long long)i + 1, y + 13);
		add_cut(chart->page, step->title, has_places ? NARROW : TITLE);
		text_add(chart->page, "</text>\n");
		if (!has_places)
			continue;
		text_format(chart->page, "<text class=\"soft end\" x=\"%d\" "
		    "y=\"%d\">", LEFT - 8, y + 13);
		add_cut(chart->page, plan->places.list[step->place], PLACE);
		text_add(chart->page, "</text>\n");
	}
}

/* ---- the whole --------------------------------------------------------- */

static bool
has_class(const struct account *account, const char *class)
{
	if (strcmp(class, "away") == 0)
		return (account->outage_count > 0);
	for (size_t i = 0; i < account->act_count; i++) {
		if (strcmp(account_page_act_class(&account->acts[i]),
		    class) == 0)
			return (true);
	}
	return (false);
}

static void
add_legend(const struct chart *chart)
{
	static const char *const entries[][2] = {
		{ "done", "done" }, { "none", "skipped" },
		{ "failed", "failed" }, { "undone", "put back" },
		{ "open", "under way, or its end was not seen" },
		{ "away", "users without service" }
	};
	int x = LEFT;
	const int y = chart->height + LEGEND - 10;

	for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
		if (!has_class(chart->account, entries[i][0]))
			continue;
		text_format(chart->page, "<rect class=\"%s\" x=\"%d\" "
		    "y=\"%d\" width=\"12\" height=\"%d\" rx=\"2\"/>"
		    "<text x=\"%d\" y=\"%d\">%s</text>\n", entries[i][0], x,
		    y - 9, BAR, x + 17, y, entries[i][1]);
		x += 40 + 7 * (int)strlen(entries[i][1]);
	}
}

void
account_page_chart(const struct account *account, struct text *page)
{
	struct chart chart = { .account = account, .page = page };

	if (account->life_count == 0)
		return;
	measure(&chart);
	text_format(page, "<h2>Time line</h2>\n"
	    "<div class=\"wide\"><svg viewBox=\"0 0 %d %d\" "
	    "role=\"img\" aria-label=\"when each step was done\">\n", WIDTH,
	    chart.height + LEGEND);
	add_rows(&chart);
	add_ticks(&chart);
	add_gaps(&chart);
	for (size_t i = 0; i < account->act_count; i++)
		add_bar(&chart, &account->acts[i]);
	add_outages(&chart);
	add_legend(&chart);
	text_add(page, "</svg></div>\n");
}
