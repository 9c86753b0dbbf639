#include <config.h>

#include "../../libcore/run/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/run/plan_show.h"
#include "../../libcore/run/procedure.h"
#include "../../libcore/run/values.h"
#include "unit.h"

/*
 * A cluster of three nodes, one of them active, with the tool "@cluster" and
 * the values one (1), list (x, y) and none.
 */
struct cluster {
	struct values		 values;
	struct plan_place	 places[3];
	struct plan_tool	 tools[2];
	struct plan_source	 source;
};

static void
make_cluster(struct cluster *cluster)
{
	static const char *const names[] = { "n1", "n2", "n3" };

	*cluster = (struct cluster){ 0 };
	values_set(&cluster->values, "one", "1");
	values_add(&cluster->values, "list", "x");
	values_add(&cluster->values, "list", "y");
	values_add(&cluster->values, "twin", "p");
	values_add(&cluster->values, "twin", "q");
	values_add(&cluster->values, "none", NULL);
	for (int i = 0; i < 3; i++) {
		cluster->places[i].name = names[i];
		words_add(&cluster->places[i].roles, "all");
		words_add(&cluster->places[i].roles,
		    i == 1 ? "active" : "standby");
	}
	cluster->tools[0].name = "cluster";
	words_add(&cluster->tools[0].prefix, "sh");
	words_add(&cluster->tools[0].prefix, "-s");
	cluster->tools[0].input = "/script";
	cluster->tools[1].name = "bare";
	words_add(&cluster->tools[1].prefix, "bare");
	cluster->source = (struct plan_source){ .values = &cluster->values,
		.places = cluster->places, .place_count = 3,
		.tools = cluster->tools, .tool_count = 2 };
}

static void
release_cluster(struct cluster *cluster)
{
	values_release(&cluster->values);
	for (int i = 0; i < 3; i++)
		words_release(&cluster->places[i].roles);
	for (int i = 0; i < 2; i++)
		words_release(&cluster->tools[i].prefix);
}

/* Reads the steps as a procedure whose facts are what the cluster has. */
static struct procedure *
read_steps(const char *steps)
{
	struct words facts = { 0 };
	struct words roles = { 0 };
	const struct procedure_words words = { .facts = &facts,
		.roles = &roles };
	struct failure why = { 0 };
	struct text text = { 0 };

	text_format(&text, "name = \"n\"; title = \"t\"; steps = ( %s );",
	    steps);
	unit_write("p.conf", text_string(&text));
	text_release(&text);
	words_split(&facts, "node,one,list,twin,none,other", ',');
	words_split(&roles, "all,active,standby", ',');
	struct procedure *procedure = procedure_read("p.conf", &words, &why);
	ck_assert_msg(procedure != NULL, "%s", why.message);
	words_release(&facts);
	words_release(&roles);
	return procedure;
}

/* Adds "KEY:COMMAND" of each step of plan. */
static void
show(const struct plan *plan, struct text *text)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_step *step = &plan->steps[i];
		const bool is_check =
		    step->commands[PLAN_CHECK].argv.count > 0;

		text_format(text, "%s%s:", i > 0 ? ", " : "", step->key);
		plan_show_command(&step->commands[is_check ? PLAN_CHECK :
		    PLAN_RUN], text);
		ck_assert_uint_eq(plan_find(plan, step->key), i);
	}
}

#define CHECK(id, on, argv)						\
	"{ id = \"" id "\"; title = \"t\"; on = \"" on "\"; check = [ "	\
	argv " ]; }"
#define GIVEN(id, given)						\
	"{ id = \"" id "\"; title = \"t\"; on = \"active\"; "		\
	"given = [ \"" given "\" ]; check = [ \"c\" ]; }"
#define EACH(id, each, argv)						\
	"{ id = \"" id "\"; title = \"t\"; on = \"active\"; "		\
	"each = [ " each " ]; check = [ " argv " ]; }"
#define RUN(input)							\
	"{ id = \"a\"; title = \"t\"; on = \"active\"; "	\
	"run = [ \"r\" ]; "						\
	"input = \"" input "\"; verify = [ \"v\" ]; keeps = \"it\"; }"

static const struct plan_row {
	const char	*steps;
	const char	*plan;		/* or the message why there is none */
} plans[] = {
	/* Each block at one place after the other, as a whole. */
	{ CHECK("a", "all", "\"c\"") "," CHECK("b", "all", "\"d\""),
	    "a@n1:c, b@n1:d, a@n2:c, b@n2:d, a@n3:c, b@n3:d" },
	{ CHECK("a", "standby", "\"c\"") "," CHECK("b", "active", "\"d\"") ","
	    CHECK("c", "standby", "\"e\""),
	    "a@n1:c, a@n3:c, b@n2:d, c@n1:e, c@n3:e" },
	{ CHECK("a", "all", "\"c\", \"$node\", \"$one\", \"$list...\""),
	    "a@n1:c n1 1 x y, a@n2:c n2 1 x y, a@n3:c n3 1 x y" },
	{ CHECK("a", "active", "\"c\", \"$none...\", \"z\""), "a@n2:c z" },
	{ CHECK("a", "active", "\"$list...\", \"z\""), "a@n2:x y z" },
	/* Tools. */
	{ CHECK("a", "active", "\"@cluster\", \"where\", \"$one\""),
	    "a@n2:sh -s where 1 < /script" },
	{ CHECK("a", "active", "\"@bare\""), "a@n2:bare" },
	{ CHECK("a", "active", "\"c\", \"@cluster\""), "a@n2:c @cluster" },
	{ CHECK("a", "active", "\"@no\""), "procedure 'n': step 'a@n2': "
	    "'@no' is needed and not configured" },
	/* What is left out. */
	{ GIVEN("a", "one=1") "," GIVEN("b", "one=2") "," GIVEN("c", "node=n2")
	    "," GIVEN("d", "node!=n2"), "a@n2:c, c@n2:c" },
	{ GIVEN("a", "none"), "" },
	/* Rounds. */
	{ EACH("a", "\"one\"", "\"c\", \"$one\""), "a@n2:c 1" },
	{ EACH("a", "\"list\", \"twin\"", "\"c\", \"$list\", \"$twin\"")
	    "," CHECK("b", "active", "\"c\", \"$list...\""),
	    "a.1@n2:c x p, a.2@n2:c y q, b@n2:c x y" },
	{ EACH("a", "\"none\"", "\"c\""), "" },
	{ EACH("a", "\"list\", \"one\"", "\"c\""), "procedure 'n': "
	    "step 'a': 'list' and 'one' are not equally many" },
	{ EACH("a", "\"one\", \"list\"", "\"c\""), "procedure 'n': "
	    "step 'a': 'one' and 'list' are not equally many" },
	/* Input. */
	{ RUN("/x$one"), "a@n2:r < /x1" },
	{ RUN("$list..."), "procedure 'n': step 'a@n2': the input "
	    "'$list...' is not exactly one file" },
	{ RUN("$none..."), "procedure 'n': step 'a@n2': the input "
	    "'$none...' is not exactly one file" },
	/* What has no value. */
	{ CHECK("a", "active", "\"c\", \"$other\""),
	    "procedure 'n': step 'a@n2': 'other' has no value" },
	{ CHECK("a", "active", "\"$none...\""), "procedure 'n': step 'a@n2': "
	    "'$none...' has no value, and there is no other word" },
};

START_TEST(makes_each_command_complete)
{
	const struct plan_row *row = &plans[_i];
	struct procedure *procedure = read_steps(row->steps);
	struct cluster cluster;
	struct failure why = { 0 };
	struct text found = { 0 };

	make_cluster(&cluster);
	struct plan *plan = plan_make(procedure, &cluster.source, &why);
	if (plan != NULL)
		show(plan, &found);
	else
		text_add(&found, why.message);
	ck_assert_str_eq(text_string(&found), row->plan);
	if (plan == NULL)
		ck_assert_int_eq(why.code, EXITCODE_CONFIG);
	text_release(&found);
	plan_free(plan);
	plan_free(NULL);
	procedure_free(procedure);
	release_cluster(&cluster);
}
END_TEST

START_TEST(names_a_step_by_its_id_alone_at_a_single_place)
{
	struct procedure *procedure = read_steps(CHECK("a", "active", "\"c\""));
	struct cluster cluster;
	struct failure why = { 0 };

	make_cluster(&cluster);
	cluster.source.places++;
	cluster.source.place_count = 1;
	struct plan *plan = plan_make(procedure, &cluster.source, &why);
	ck_assert_uint_eq(plan->count, 1);
	ck_assert_str_eq(plan->steps[0].key, "a");
	ck_assert_uint_eq(plan_find(plan, "b"), 1);
	plan_free(plan);
	procedure_free(procedure);
	release_cluster(&cluster);
}
END_TEST

START_TEST(knows_a_step_by_its_key_or_its_id_alone)
{
	static const struct {
		const char	*key;
		const char	*name;
		bool		 is_named;
	} rows[] = {
		{ "a", "a", true }, { "a@one", "a", true },
		{ "a.2:g@one", "a", true }, { "a@one", "a@one", true },
		{ "a@one", "a@two", false }, { "a@one", "a@", false },
		{ "a.2@one", "a.2", false }, { "ab@one", "a", false },
		{ "a", "ab", false }, { "a", "", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char key[32];
		const struct plan_step step = { .key = key };

		(void)snprintf(key, sizeof(key), "%s", rows[i].key);
		ck_assert_msg(plan_step_is_named(&step, rows[i].name) ==
		    rows[i].is_named, "%s, %s", key, rows[i].name);
	}
}
END_TEST

START_TEST(shows_a_step_as_a_person_would_type_it)
{
	struct procedure *procedure = read_steps("{ id = \"a\"; "
	    "title = \"red \\x1b[31m\"; on = \"active\"; when = [ \"w\" ]; "
	    "run = [ \"r\", \"a b\", \"\\x1b\" ]; verify = [ \"@cluster\" ]; "
	    "confirm = \"\\x07\"; irreversible = \"\\x9b\"; }");
	struct cluster cluster;
	struct failure why = { 0 };
	struct text text = { 0 };

	make_cluster(&cluster);
	struct plan *plan = plan_make(procedure, &cluster.source, &why);
	plan_show_step(plan, 0, &text);
	ck_assert_ptr_null(strpbrk(text_string(&text), "\x1b\x07\x9b"));
	ck_assert(text_begins_with(text_string(&text),
	    " 1. a@n2: red \\x1b[31m\n      when    w\n"
	    "      run     r 'a b' "));
	ck_assert_ptr_nonnull(strstr(text_string(&text),
	    "      verify  sh -s < /script\n      confirm \\x07\n"
	    "      undo    never: \\x9b\n"));
	struct jsonline *line = plan_write_step(plan, 0);
	ck_assert_str_eq(jsonline_string(line, "step"), "a@n2");
	ck_assert_str_eq(jsonline_string(line, "place"), "n2");
	jsonline_free(line);
	text_release(&text);
	plan_free(plan);
	procedure_free(procedure);
	release_cluster(&cluster);
}
END_TEST

TCase *
plan_case(void)
{
	TCase *testcase = tcase_create("plan");

	unit_use_directory(testcase);
	tcase_add_loop_test(testcase, makes_each_command_complete, 0,
	    sizeof(plans) / sizeof(plans[0]));
	tcase_add_test(testcase,
	    names_a_step_by_its_id_alone_at_a_single_place);
	tcase_add_test(testcase, knows_a_step_by_its_key_or_its_id_alone);
	tcase_add_test(testcase, shows_a_step_as_a_person_would_type_it);
	return testcase;
}
