#include <config.h>

#include "../../clroll/cluster/roles.h"

#include "../../clroll/cluster/cluster.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/words.h"
#include "unit.h"

/* What the nodes a, b and c answer, and what comes of it. */
static const struct row {
	struct roles_answer	 answers[3];
	const char		*wanted;
	enum exitcode		 code;
	size_t			 active;
	size_t			 target;
	const char		*why;
} rows[] = {
	{ { { "a" }, { "a" }, { "a" } }, NULL, EXITCODE_OK, 0, 1, NULL },
	{ { { "b" }, { "b" }, { "b" } }, NULL, EXITCODE_OK, 1, 0, NULL },
	{ { { "c" }, { "c" }, { "c" } }, "b", EXITCODE_OK, 2, 1, NULL },
	{ { { "c" }, { "c" }, { "c" } }, "c", EXITCODE_OK, 2, 2, NULL },
	{ { { NULL }, { "b" }, { NULL } }, NULL, EXITCODE_OK, 1, 0, NULL },
	{ { { NULL }, { NULL }, { NULL } }, NULL, EXITCODE_UNREACHABLE, 0, 0,
	    "no node says where group 'g' is" },
	{ { { "a" }, { NULL }, { "b" } }, NULL, EXITCODE_NEEDS_PERSON, 0, 0,
	    "the nodes contradict each other: group 'g' is on 'a' says a, "
	    "on 'b' says c" },
	{ { { "a" }, { "" }, { "a" } }, NULL, EXITCODE_NEEDS_PERSON, 0, 0,
	    "the nodes contradict each other: group 'g' is on 'a' says a, "
	    "on '' says b" },
	{ { { "" }, { "" }, { "" } }, NULL, EXITCODE_FAILED, 0, 0,
	    "group 'g' runs on no node" },
	{ { { "d" }, { "d" }, { "d" } }, NULL, EXITCODE_FAILED, 0, 0,
	    "group 'g' is on 'd', which is no node of jc" },
	{ { { "a" }, { "a" }, { "a" } }, "d", EXITCODE_USAGE, 0, 0,
	    "there is no node 'd' in jc" },
};

START_TEST(finds_who_is_who)
{
	const struct row *row = &rows[_i];
	char names[] = "a\0b\0c\0g\0jc";
	struct cluster_node nodes[3] = { { .name = names },
	    { .name = names + 2 }, { .name = names + 4 } };
	struct cluster_group group = { .name = names + 6 };
	const struct cluster cluster = { .name = names + 8,
	    .file = names + 8, .groups = &group, .group_count = 1,
	    .nodes = nodes, .count = 3 };
	struct role role = { 0 };
	struct failure why = { 0 };
	int rc = roles_find(&cluster, row->answers, &role, &why);

	if (rc == 0)
		roles_choose_targets(&cluster, &role);
	if (rc == 0 && row->wanted != NULL)
		rc = roles_want_target(&cluster, row->wanted, &role, &why);
	ck_assert_int_eq(rc, row->why == NULL ? 0 : -1);
	if (row->why == NULL) {
		ck_assert_uint_eq(role.active, row->active);
		ck_assert_uint_eq(role.target, row->target);
	} else {
		ck_assert_str_eq(why.message, row->why);
		ck_assert_int_eq(why.code, row->code);
		if (row->code == EXITCODE_USAGE)
			ck_assert_str_eq(why.hint, "there are a, b, c");
	}
}
END_TEST

/*
 * Of four groups on the nodes a to d: where each is, the nodes that may take
 * it ("" for all), and where it goes.
 */
static const struct choice {
	size_t		 active[4];
	const char	*runs_on[4];
	size_t		 targets[4];
} choices[] = {
	/* All on one node: they are spread over the empty ones. */
	{ { 0, 0, 0, 0 }, { "", "", "", "" }, { 1, 2, 3, 1 } },
	/* Where they may go counts first. */
	{ { 0, 0, 0, 0 }, { "ad", "ad", "", "" }, { 3, 3, 1, 2 } },
	/* Each node for another one: the node beside, for none is empty. */
	{ { 0, 1, 2, 3 }, { "", "", "", "" }, { 1, 0, 0, 0 } },
	{ { 0, 1, 2, 3 }, { "ad", "", "", "" }, { 3, 0, 0, 0 } },
	/* One node is empty. */
	{ { 0, 1, 2, 2 }, { "", "", "", "" }, { 3, 3, 3, 0 } },
};

START_TEST(chooses_where_groups_go)
{
	const struct choice *choice = &choices[_i];
	char names[] = "a\0b\0c\0d";
	struct cluster_node nodes[4];
	struct cluster_group groups[4];
	struct role roles[4];
	const struct cluster cluster = { .groups = groups, .group_count = 4,
	    .nodes = nodes, .count = 4 };

	for (size_t i = 0; i < 4; i++) {
		nodes[i] = (struct cluster_node){ .name = names + 2 * i };
		groups[i] = (struct cluster_group){ .name = names };
		for (const char *at = choice->runs_on[i]; *at != '\0'; at++)
			words_add(&groups[i].runs_on,
			    names + 2 * (*at - 'a'));
		roles[i] = (struct role){ i, choice->active[i], 9 };
	}
	roles_choose_targets(&cluster, roles);
	for (size_t i = 0; i < 4; i++) {
		ck_assert_uint_eq(roles[i].target, choice->targets[i]);
		words_release(&groups[i].runs_on);
	}
}
END_TEST

START_TEST(refuses_a_node_that_may_not_take_the_group)
{
	char names[] = "a\0b\0g";
	struct cluster_node nodes[2] = { { .name = names },
	    { .name = names + 2 } };
	struct cluster_group group = { .name = names + 4 };
	const struct cluster cluster = { .file = names, .groups = &group,
	    .group_count = 1, .nodes = nodes, .count = 2 };
	struct role role = { 0 };
	struct failure why = { 0 };

	words_add(&group.runs_on, "a");
	ck_assert_int_eq(roles_want_target(&cluster, "b", &role, &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_USAGE);
	ck_assert_str_eq(why.message, "node 'b' may not take group 'g'");
	words_release(&group.runs_on);
}
END_TEST

TCase *
roles_case(void)
{
	TCase *testcase = tcase_create("roles");

	tcase_add_loop_test(testcase, finds_who_is_who, 0,
	    sizeof(rows) / sizeof(rows[0]));
	tcase_add_loop_test(testcase, chooses_where_groups_go, 0,
	    sizeof(choices) / sizeof(choices[0]));
	tcase_add_test(testcase, refuses_a_node_that_may_not_take_the_group);
	return testcase;
}
