#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/memory.h"
#include "../../libcore/base/number.h"
#include "../../libcore/base/text.h"
#include "fleet_private.h"

/* The most clusters that a fleet can have, or that a number can speak of. */
enum { MOST = 1000000 };

int
fleet_limit_read(const char *string, struct fleet_limit *limit)
{
	struct text digits = { 0 };
	const size_t length = strlen(string);
	const bool is_percent = text_ends_with(string, "%");

	text_add_bytes(&digits, string, is_percent ? length - 1 : length);
	const int rc = number_read(text_string(&digits), 0,
	    is_percent ? 100 : MOST, &limit->value);
	text_release(&digits);
	if (rc == 0)
		limit->is_percent = is_percent;
	return (rc);
}

/* How many of all: a percentage is cut off. */
size_t
fleet_limit_of(const struct fleet_limit *limit, size_t all)
{
	if (limit->value < 0)
		return (SIZE_MAX);
	if (!limit->is_percent)
		return ((size_t)limit->value);
	return (all / 100 * (size_t)limit->value +
	    all % 100 * (size_t)limit->value / 100);
}

bool
fleet_is_good(enum exitcode code)
{
	return (code == EXITCODE_OK || code == EXITCODE_DIFFERS);
}

bool
fleet_is_over(enum exitcode code)
{
	return (fleet_is_good(code) || code == EXITCODE_FAILED ||
	    code == EXITCODE_PARTIAL);
}

/* ---- waves -------------------------------------------------------------- */

static void
add_wave(struct fleet *fleet, size_t first, size_t count)
{
	if (first + count > fleet->count)
		count = fleet->count - first;
	if (count == 0)
		return;
	for (size_t i = first; i < first + count; i++)
		fleet->items[i].wave = fleet->wave_count;
	fleet->waves = memory_resize(fleet->waves, fleet->wave_count + 1,
	    sizeof(*fleet->waves));
	fleet->waves[fleet->wave_count++] = (struct fleet_wave){
		.first = first, .count = count };
}

void
fleet_start(struct fleet *fleet, const struct fleet_rules *rules,
    size_t count)
{
	size_t first = (size_t)rules->canary;
	size_t batch = fleet_limit_of(&rules->batch, count);

	*fleet = (struct fleet){ .rules = *rules, .count = count,
		.ending = FLEET_NONE, .at = FLEET_NONE };
	fleet->items = memory_make(count + 1, sizeof(*fleet->items));
	if (rules->batch.value <= 0)
		batch = count;
	else if (batch == 0)
		batch = 1;
	if (first > count)
		first = count;
	add_wave(fleet, 0, first);
	for (; first < count; first += batch)
		add_wave(fleet, first, batch < count ? batch : count);
}

void
fleet_release(struct fleet *fleet)
{
	free(fleet->items);
	free(fleet->waves);
	*fleet = (struct fleet){ 0 };
}

size_t
fleet_wave_limit(const struct fleet *fleet)
{
	return (fleet->waves[fleet->wave].first +
	    fleet->waves[fleet->wave].count);
}

bool
fleet_find_next(struct fleet *fleet)
{
	const size_t limit = fleet_wave_limit(fleet);

	while (fleet->next < limit &&
	    fleet->items[fleet->next].state != FLEET_WAITING)
		fleet->next++;
	return (fleet->next < limit);
}

/* ---- limits ------------------------------------------------------------- */

void
fleet_count_end(struct fleet *fleet, const struct fleet_item *item)
{
	struct fleet_wave *wave = &fleet->waves[item->wave];

	if (fleet_is_good(item->code) ||
	    (item->code == EXITCODE_STOPPED && item->is_asked))
		return;
	if (item->code == EXITCODE_UNREACHABLE) {
		fleet->away++;
		wave->away++;
	} else {
		fleet->failed++;
		wave->failed++;
		fleet->asking += item->asks;
		wave->asking += item->asks;
	}
}

/*
 * Whether more have failed, or are away, than is borne.  One that waits for a
 * person counts as if it had failed, for the next ones would wait as well; but
 * that is another reason.
 */
static enum fleet_halt
beyond_limits(const struct fleet *fleet)
{
	const struct fleet_rules *rules = &fleet->rules;
	const struct fleet_wave *first = &fleet->waves[0];
	const struct fleet_wave *wave = &fleet->waves[fleet->wave];

	const bool is_canary = rules->canary > 0 && fleet->wave == 0;
	const size_t most = fleet_limit_of(&rules->failures, fleet->count);
	const size_t most_of_wave = fleet_limit_of(&rules->wave_failures,
	    wave->count);

	if (is_canary && first->failed - first->asking + first->away > 0)
		return (FLEET_CANARY_FAILED);
	if (fleet->failed - fleet->asking > most)
		return (FLEET_MANY_FAILED);
	if (wave->failed - wave->asking > most_of_wave)
		return (FLEET_WAVE_FAILED);
	if ((is_canary && first->asking > 0) || fleet->failed > most ||
	    wave->failed > most_of_wave)
		return (FLEET_ASKED);
	if (fleet->away > fleet_limit_of(&rules->unreachable, fleet->count))
		return (FLEET_MANY_AWAY);
	return (FLEET_GOES_ON);
}

enum fleet_halt
fleet_why_halted(const struct fleet *fleet)
{
	if (fleet->is_broken)
		return (FLEET_NOT_WRITTEN);
	const enum fleet_halt beyond = beyond_limits(fleet);
	if (beyond != FLEET_GOES_ON)
		return (beyond);
	if (fleet->is_stopped)
		return (FLEET_STOPPED);
	return (fleet->is_out_of_time ? FLEET_OUT_OF_TIME : FLEET_GOES_ON);
}

/*
 * A cluster takes as long as the longest of this fleet did, or as somebody
 * said.  While nobody knows, one goes ahead alone.
 */
enum fleet_fit
fleet_fits(const struct fleet *fleet, int64_t wall, int64_t from_now)
{
	const struct fleet_rules *rules = &fleet->rules;
	const int64_t takes = fleet->longest > rules->takes ?
	    fleet->longest : rules->takes;

	if (rules->until == 0)
		return (FLEET_FITS);
	if (wall >= rules->until || from_now > rules->until - wall ||
	    takes > rules->until - wall - from_now)
		return (FLEET_FITS_NOT);
	return (takes == 0 && fleet->running > 0 ? FLEET_FITS_LATER :
	    FLEET_FITS);
}

enum exitcode
fleet_code(const struct fleet *fleet)
{
	enum exitcode code = EXITCODE_OK;
	bool waits = false;

	for (size_t i = 0; i < fleet->count; i++) {
		if (fleet->items[i].state == FLEET_ENDED)
			code = exitcode_worse(code, fleet->items[i].code);
		else
			waits = true;
	}
	return (waits ? exitcode_worse(code, EXITCODE_STOPPED) : code);
}
