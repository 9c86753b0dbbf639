#include <config.h>

#include "turns.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/number.h"
#include "../../libcore/run/plan.h"
#include "../../libcore/run/values.h"

/* One turn, or all of them. */
struct turn {
	struct values		 values;
	struct plan_place	*places;
};

struct turns {
	const struct values	*values;
	const struct plan_tool	*tool;
	const struct words	*nodes;
	const struct words	*active;	/* of each group */
	struct turn		*list;		/* all, then nodes, groups */
	size_t			 count;
	struct plan_source	 source;
	struct plan_source	*outer;		/* of nodes that hold groups */
	struct plan_source	*inner;		/* of their groups */
};

/* The values of which each group has one. */
static const char *const of_groups[] = {
	"group", "site", "home", "active", "target", "work"
};

enum { OF_GROUPS = sizeof(of_groups) / sizeof(of_groups[0]) };

/* ---- values -------------------------------------------------------------- */

/* Adds to values the check of the group number at, out of "work_checks". */
static void
add_check(const struct turns *turns, size_t at, struct values *values)
{
	const struct words *checks = values_find(turns->values, "work_checks");
	const size_t all = checks == NULL ? 0 : checks->count;
	int64_t count = 0;
	size_t word = 0;

	for (size_t i = 0; word < all; i++) {
		if (number_read(checks->list[word], 0,
		    (int64_t)(all - word - 1), &count) == -1)
			return;
		word++;
		for (; count > 0; count--, word++)
			if (i == at)
				values_add(values, "work_check",
				    checks->list[word]);
	}
}

/* Whether the group number at is in the turn of node and group, or NULL. */
static bool
is_in(const struct turns *turns, size_t at, const char *node,
    const char *group)
{
	const struct words *groups = values_find(turns->values, "group");

	return (strcmp(turns->active->list[at], node) == 0 &&
	    (group == NULL || strcmp(groups->list[at], group) == 0));
}

/* Fills values with those of a turn. */
static void
narrow(const struct turns *turns, const char *node, const char *group,
    struct values *values)
{
	const size_t all = turns->active->count;

	values_merge(values, turns->values);
	for (size_t i = 0; i < OF_GROUPS; i++) {
		const struct words *words = values_find(turns->values,
		    of_groups[i]);
		bool first = true;

		for (size_t at = 0; at < all; at++) {
			if (!is_in(turns, at, node, group))
				continue;
			if (first)
				values_set(values, of_groups[i],
				    words->list[at]);
			else
				values_add(values, of_groups[i],
				    words->list[at]);
			first = false;
		}
	}
	for (size_t at = 0; all > 1 && group != NULL && at < all; at++)
		if (is_in(turns, at, node, group))
			add_check(turns, at, values);
}

/* ---- places -------------------------------------------------------------- */

static bool
has(const struct values *values, const char *name, const char *word)
{
	const struct words *words = values_find(values, name);

	return (words != NULL && words_has(words, word));
}

/* Fills places with the nodes and the roles that values give them. */
static void
make_places(const struct turns *turns, const struct values *values,
    struct plan_place *places)
{
	/* Of a run of an earlier version, whoever is not active. */
	const bool told = values_find(values, "standby") != NULL;

	for (size_t i = 0; i < turns->nodes->count; i++) {
		const char *name = turns->nodes->list[i];
		const bool active = has(values, "active", name);

		places[i].name = name;
		words_add(&places[i].roles, "all");
		if (active)
			words_add(&places[i].roles, "active");
		if (told ? has(values, "standby", name) : !active)
			words_add(&places[i].roles, "standby");
		if (has(values, "target", name))
			words_add(&places[i].roles, "target");
	}
}

/* ---- turns --------------------------------------------------------------- */

/* Adds a turn, whose values are there, and returns what it is a source of. */
static struct plan_source
finish_turn(struct turns *turns, struct turn *turn, const char *name)
{
	turn->places = memory_make(turns->nodes->count,
	    sizeof(*turn->places));
	make_places(turns, &turn->values, turn->places);
	turns->count++;
	return ((struct plan_source){ .values = &turn->values,
	    .places = turn->places, .place_count = turns->nodes->count,
	    .tools = turns->tool, .tool_count = 1, .name = name });
}

/* Adds the turns of the groups of node. */
static void
add_inner(struct turns *turns, const char *node, struct plan_source *outer,
    size_t *used)
{
	const struct words *groups = values_find(turns->values, "group");

	outer->turns = &turns->inner[*used];
	for (size_t at = 0; at < groups->count; at++) {
		struct turn *turn = &turns->list[turns->count];

		if (!is_in(turns, at, node, NULL))
			continue;
		narrow(turns, node, groups->list[at], &turn->values);
		turns->inner[(*used)++] = finish_turn(turns, turn,
		    groups->list[at]);
		outer->turn_count++;
	}
}

/* Adds a turn for each node that holds groups, in the order of the nodes. */
static void
add_outer(struct turns *turns)
{
	size_t used = 0;

	turns->source.turns = turns->outer;
	for (size_t i = 0; i < turns->nodes->count; i++) {
		const char *node = turns->nodes->list[i];
		struct turn *turn = &turns->list[turns->count];

		if (!words_has(turns->active, node))
			continue;
		struct plan_source *outer =
		    &turns->outer[turns->source.turn_count++];
		narrow(turns, node, NULL, &turn->values);
		*outer = finish_turn(turns, turn, node);
		add_inner(turns, node, outer, &used);
	}
}

/* Whether each group has one of each of its values, and there are nodes. */
static bool
is_whole(const struct turns *turns)
{
	if (turns->nodes == NULL || turns->active == NULL)
		return (false);
	for (size_t i = 0; i < OF_GROUPS; i++) {
		const struct words *words = values_find(turns->values,
		    of_groups[i]);

		if (words == NULL || words->count != turns->active->count)
			return (false);
	}
	return (true);
}

struct turns *
turns_make(const struct values *values, const struct plan_tool *tool,
    struct failure *why)
{
	struct turns *turns = memory_make(1, sizeof(*turns));

	turns->values = values;
	turns->tool = tool;
	turns->nodes = values_find(values, "nodes");
	turns->active = values_find(values, "active");
	if (!is_whole(turns)) {
		failure_set(why, EXITCODE_DATA,
		    "the groups of the run are not told as a whole");
		free(turns);
		return (NULL);
	}
	const size_t count = turns->active->count;
	turns->list = memory_make(1 + 2 * count, sizeof(*turns->list));
	turns->outer = memory_make(count + 1, sizeof(*turns->outer));
	turns->inner = memory_make(count + 1, sizeof(*turns->inner));
	values_merge(&turns->list[0].values, values);
	turns->source = finish_turn(turns, &turns->list[0], NULL);
	/* The turn of one group needs no name, nor values of its own. */
	if (count > 1)
		add_outer(turns);
	return (turns);
}

const struct plan_source *
turns_source(const struct turns *turns)
{
	return (&turns->source);
}

void
turns_free(struct turns *turns)
{
	if (turns == NULL)
		return;
	for (size_t i = 0; i < turns->count; i++) {
		for (size_t j = 0; j < turns->nodes->count; j++)
			words_release(&turns->list[i].places[j].roles);
		free(turns->list[i].places);
		values_release(&turns->list[i].values);
	}
	free(turns->list);
	free(turns->outer);
	free(turns->inner);
	free(turns);
}
