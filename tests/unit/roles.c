#include <config.h>

#include "../../clroll/roles.h"

#include "../../clroll/cluster.h"
#include "../../libcore/base/failure.h"
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
	const struct cluster cluster = { .name = names + 8,
	    .file = names + 8, .group = names + 6, .nodes = nodes,
	    .count = 3 };
	struct roles roles = { 0 };
	struct failure why = { 0 };

	ck_assert_int_eq(roles_find(&cluster, row->answers, row->wanted,
	    &roles, &why), row->why == NULL ? 0 : -1);
	if (row->why == NULL) {
		ck_assert_uint_eq(roles.active, row->active);
		ck_assert_uint_eq(roles.target, row->target);
	} else {
		ck_assert_str_eq(why.message, row->why);
		ck_assert_int_eq(why.code, row->code);
		if (row->code == EXITCODE_USAGE)
			ck_assert_str_eq(why.hint, "there are a, b, c");
	}
}
END_TEST

TCase *
roles_case(void)
{
	TCase *testcase = tcase_create("roles");

	tcase_add_loop_test(testcase, finds_who_is_who, 0,
	    sizeof(rows) / sizeof(rows[0]));
	return testcase;
}
