#include <config.h>

#include "../../clroll/cluster/turns.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../clroll/cluster/cluster.h"
#include "../../clroll/cluster/roles.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/run/plan.h"
#include "../../libcore/run/plan_show.h"
#include "../../libcore/run/procedure.h"
#include "../../libcore/run/values.h"
#include "unit.h"

#define STEP(id, on, more, check)					\
	"{ id = \"" id "\"; title = \"t\"; on = \"" on "\"; " more	\
	"check = [ " check " ]; }"
#define NODE	"turn = \"node\"; "
#define GROUP	"turn = \"group\"; "

/* Sets name to the words of list, which blanks separate. */
static void
set(struct values *values, const char *name, const char *list)
{
	struct words words = { 0 };

	if (list[0] != '\0')
		words_split(&words, list, ' ');
	values_add(values, name, NULL);
	for (size_t i = 0; i < words.count; i++)
		values_add(values, name, words.list[i]);
	words_release(&words);
}

/* The nodes a to d; groups are g, h and i, as many as there are in active. */
static void
make_values(const char *active, const char *target, const char *standby,
    struct values *values)
{
	const size_t length = strlen(active);
	struct text part = { 0 };

	set(values, "nodes", "a b c d");
	set(values, "active", active);
	set(values, "target", target);
	set(values, "standby", standby);
	text_add_bytes(&part, "g h i", length);
	set(values, "group", text_string(&part));
	text_clear(&part);
	text_add_bytes(&part, "s t u", length);
	set(values, "site", text_string(&part));
	set(values, "home", active);
	text_clear(&part);
	text_add_bytes(&part, "y n y", length);
	set(values, "work", text_string(&part));
	text_release(&part);
	set(values, "work_checks", "1 x 0 2 y z");
	set(values, "work_check", "");
}

/* Adds "KEY:COMMAND" of each step, or why there are none, to text. */
static void
plan_steps(const char *steps, const struct values *values, struct text *text)
{
	const struct plan_tool tool = { .name = "cluster" };
	struct words facts = { 0 };
	struct words roles = { 0 };
	struct failure why = { 0 };
	struct text file = { 0 };

	text_format(&file, "name = \"n\"; title = \"t\"; steps = ( %s );",
	    steps);
	unit_write("p.conf", text_string(&file));
	words_split(&facts, "node,group,site,active,target,work,work_check",
	    ',');
	words_split(&roles, "all,active,standby,target", ',');
	struct procedure_words words = { .facts = &facts,
		.roles = &roles };
	struct procedure *procedure = procedure_read("p.conf", &words, &why);
	struct turns *turns = turns_make(values, &tool, &why);
	struct plan *plan = procedure == NULL || turns == NULL ? NULL :
	    plan_make(procedure, turns_source(turns), &why);
	if (plan == NULL)
		text_add(text, why.message);
	for (size_t i = 0; plan != NULL && i < plan->count; i++) {
		text_format(text, "%s%s:", i > 0 ? ", " : "",
		    plan->steps[i].key);
		plan_show_command(&plan->steps[i].commands[PLAN_CHECK], text);
	}
	plan_free(plan);
	turns_free(turns);
	procedure_free(procedure);
	words_release(&facts);
	words_release(&roles);
	text_release(&file);
}

static const struct row {
	const char	*active;
	const char	*target;
	const char	*standby;
	const char	*steps;
	const char	*plan;
} rows[] = {
	/* One group: a turn has no name. */
	{ "b", "a", "a c d", STEP("m", "active", GROUP, "\"c\", \"$group\"") ","
	    STEP("n", "active", NODE, "\"c\"") "," STEP("t", "target", GROUP,
	    "\"c\", \"$site\"") "," STEP("s", "standby", "", "\"c\""),
	    "m@b:c g, n@b:c, t@a:c s, s@a:c, s@c:c, s@d:c" },
	/* Each node active for another group. */
	{ "a b", "b a", "c d", STEP("l", "active", GROUP,
	    "\"c\", \"$group\", \"$target\"") "," STEP("w", "target", GROUP,
	    "\"c\", \"$site\"") "," STEP("p", "active", NODE, "\"c\"") ","
	    STEP("k", "target", NODE, "\"c\""),
	    "l:g@a:c g b, w:g@b:c s, p@a:c, k:a@b:c, "
	    "l:h@b:c h a, w:h@a:c t, p@b:c, k:b@a:c" },
	/* Several groups of one node leave it before it is worked on. */
	{ "a a b", "c d c", "c d", STEP("l", "active", GROUP,
	    "\"c\", \"$group\"")
	    "," STEP("p", "active", NODE, "\"c\"") "," STEP("s", "standby",
	    "", "\"c\""),
	    "l:g@a:c g, l:h@a:c h, p@a:c, l:i@b:c i, p@b:c, s@c:c, s@d:c" },
	/* Outside of turns a word has no value when there are several. */
	{ "a b", "b a", "c d", STEP("l", "active", "", "\"c\", \"$group\""),
	    "procedure 'n': step 'l@a': 'group' has not exactly one value" },
	{ "a a", "b b", "c d", STEP("l", "active", NODE, "\"c\", \"$group\""),
	    "procedure 'n': step 'l@a': 'group' has not exactly one value" },
	/* Each group has its own check. */
	{ "a b c", "b a a", "d", STEP("w", "active", GROUP
	    "given = [ \"work=y\" ]; ", "\"$work_check...\""),
	    "w:g@a:x, w:i@c:y z" },
	/* What no begin has written. */
	{ "a b", "b", "", STEP("l", "active", "", "\"c\""),
	    "the groups of the run are not told as a whole" },
};

START_TEST(goes_over_nodes_and_their_groups)
{
	const struct row *row = &rows[_i];
	struct values values = { 0 };
	struct text text = { 0 };

	make_values(row->active, row->target, row->standby, &values);
	plan_steps(row->steps, &values, &text);
	ck_assert_str_eq(text_string(&text), row->plan);
	text_release(&text);
	values_release(&values);
}
END_TEST

/* ---- whole clusters -------------------------------------------------- */

enum { NODES = 16, GROUPS = 24 };

/* A cluster of any size, and what a patch does to it. */
struct world {
	struct cluster		 cluster;
	struct cluster_node	 nodes[NODES];
	struct cluster_group	 groups[GROUPS];
	struct role		 roles[GROUPS];
	char			 names[NODES + GROUPS][8];
	uint32_t		 seed;
	size_t			 holder[GROUPS];	/* now */
	int			 moves[GROUPS];
	int			 patched[NODES];
};

static size_t
below(struct world *world, size_t limit)
{
	world->seed = world->seed * 1664525U + 1013904223U;
	return ((world->seed >> 8) % limit);
}

static void
make_world(struct world *world)
{
	struct cluster *cluster = &world->cluster;

	cluster->nodes = world->nodes;
	cluster->groups = world->groups;
	cluster->count = 2 + below(world, NODES - 1);
	cluster->group_count = 1 + below(world, GROUPS);
	for (size_t i = 0; i < cluster->count; i++) {
		(void)snprintf(world->names[i], sizeof(world->names[i]),
		    "n%zu", i);
		world->nodes[i].name = world->names[i];
	}
	for (size_t i = 0; i < cluster->group_count; i++) {
		char *name = world->names[NODES + i];
		const size_t active = below(world, cluster->count);

		(void)snprintf(name, sizeof(world->names[i]), "g%zu", i);
		world->groups[i].name = name;
		world->roles[i] = (struct role){ .group = i,
		    .active = active };
		world->holder[i] = active;
		/* Some may run on few nodes only. */
		if (below(world, 2) == 0)
			continue;
		words_add(&world->groups[i].runs_on, world->names[active]);
		words_add(&world->groups[i].runs_on, world->names[(active +
		    1 + below(world, cluster->count - 1)) % cluster->count]);
	}
}

/* The values that a run over the world begins with. */
static void
values_of_world(struct world *world, struct values *values)
{
	static const char *const same[] = { "site", "work", "work_checks" };
	const struct cluster *cluster = &world->cluster;
	struct words standby = { 0 };

	roles_choose_targets(cluster, world->roles);
	roles_find_standby(cluster, world->roles, &standby);
	for (size_t i = 0; i < cluster->count; i++)
		values_add(values, "nodes", cluster->nodes[i].name);
	values_add(values, "standby", NULL);
	for (size_t i = 0; i < standby.count; i++)
		values_add(values, "standby", standby.list[i]);
	values_add(values, "work_check", NULL);
	for (size_t i = 0; i < cluster->group_count; i++) {
		const struct role *role = &world->roles[i];

		values_add(values, "group", cluster->groups[i].name);
		values_add(values, "active",
		    cluster->nodes[role->active].name);
		values_add(values, "home", cluster->nodes[role->active].name);
		values_add(values, "target",
		    cluster->nodes[role->target].name);
		for (size_t at = 0; at < sizeof(same) / sizeof(same[0]); at++)
			values_add(values, same[at], "0");
	}
	words_release(&standby);
}

/* No group but those of node is away from where it belongs. */
static void
check_others(const struct world *world, size_t node)
{
	for (size_t i = 0; i < world->cluster.group_count; i++) {
		if (world->roles[i].active != node)
			ck_assert_uint_eq(world->holder[i],
			    world->roles[i].active);
	}
}

/* Does one step: "leave GROUP TARGET", "patch NODE", "back GROUP NODE". */
static void
do_step(struct world *world, const char *verb, const char *what,
    const char *where)
{
	const struct cluster *cluster = &world->cluster;
	const size_t node = cluster_find_node(cluster, where);

	ck_assert_uint_lt(node, cluster->count);
	if (strcmp(verb, "patch") == 0) {
		check_others(world, node);
		for (size_t i = 0; i < cluster->group_count; i++)
			ck_assert_uint_ne(world->holder[i], node);
		world->patched[node]++;
		return;
	}
	const size_t group = cluster_find_group(cluster, what);
	const size_t home = world->roles[group].active;

	check_others(world, home);
	ck_assert_int_eq(world->patched[home],
	    strcmp(verb, "leave") == 0 ? 0 : 1);
	ck_assert_uint_ne(world->holder[group], node);
	ck_assert(cluster_may_take(cluster, &world->groups[group], node));
	world->holder[group] = node;
	world->moves[group]++;
}

static void
do_line(struct world *world, const char *line)
{
	struct words steps = { 0 };

	words_split(&steps, line, ',');
	for (size_t i = 0; i < steps.count; i++) {
		struct words words = { 0 };

		words_split(&words, strchr(steps.list[i], '@'), ' ');
		const char *verb = strrchr(words.list[0], ':') + 1;
		do_step(world, verb, words.list[1],
		    words.list[words.count - 1]);
		words_release(&words);
	}
	words_release(&steps);
}

/*
 * The order is that of rolling-patch.conf.  Each node is patched once, without
 * a group; each group leaves once and comes back once, and only where it may;
 * and no two nodes lack at once what they had.
 */
START_TEST(rolls_clusters_of_up_to_sixteen_nodes)
{
	struct world *world = memory_make(1, sizeof(*world));
	struct values values = { 0 };
	struct text line = { 0 };

	world->seed = (uint32_t)_i;
	make_world(world);
	values_of_world(world, &values);
	plan_steps(STEP("s", "standby", "", "\"patch\", \"$node\"") ","
	    STEP("l", "active", GROUP,
	    "\"leave\", \"$group\", \"$target\"") ","
	    STEP("p", "active", NODE, "\"patch\", \"$node\"") ","
	    STEP("b", "active", GROUP,
	    "\"back\", \"$group\", \"$active\""), &values, &line);
	do_line(world, text_string(&line));
	check_others(world, world->cluster.count);
	for (size_t i = 0; i < world->cluster.count; i++)
		ck_assert_int_eq(world->patched[i], 1);
	for (size_t i = 0; i < world->cluster.group_count; i++) {
		ck_assert_int_eq(world->moves[i], 2);
		words_release(&world->groups[i].runs_on);
	}
	text_release(&line);
	values_release(&values);
	free(world);
}
END_TEST

TCase *
turns_case(void)
{
	TCase *testcase = tcase_create("turns");

	unit_use_directory(testcase);
	tcase_add_loop_test(testcase, goes_over_nodes_and_their_groups, 0,
	    sizeof(rows) / sizeof(rows[0]));
	tcase_add_loop_test(testcase, rolls_clusters_of_up_to_sixteen_nodes,
	    0, 40);
	return testcase;
}
