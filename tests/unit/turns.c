#include <config.h>

#include "../../clroll/cluster/turns.h"

#include <string.h>

#include "../../libcore/base/failure.h"
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

TCase *
turns_case(void)
{
	TCase *testcase = tcase_create("turns");

	unit_use_directory(testcase);
	tcase_add_loop_test(testcase, goes_over_nodes_and_their_groups, 0,
	    sizeof(rows) / sizeof(rows[0]));
	return testcase;
}
