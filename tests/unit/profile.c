#include <config.h>

#include "../../nqsupd/profile.h"

#include "unit.h"

struct profile_row {
	const char	*text;
	size_t		 line;		/* 0: nothing is found */
};

static const struct profile_row examples[] = {
	{ "", 0 },
	{ "NQS_SITE=siteA", 1 },
	{ "NQS_SITE=", 1 },
	{ "a\nb\nNQS_SITE=siteA\n", 3 },
	{ "export NQS_SITE=siteA\n", 1 },
	{ "\tif true; then NQS_SITE=siteA; fi\n", 1 },
	{ "A=1;NQS_SITE=b\n", 1 },
	{ "declare -x NQS_SITE=b\n", 1 },
	{ "setenv NQS_SITE siteA\n", 1 },
	{ "  setenv\tNQS_SITE siteA\n", 1 },
	{ "setenv NQS_SITE\n", 1 },
	{ "NQS_SITE=\"a b\"\nNQS_SITE=c\n", 1 },
	{ "# NQS_SITE=siteA\n", 0 },
	{ "true # NQS_SITE=siteA\n", 0 },
	{ "#comment\nNQS_SITE=siteA\n", 2 },
	{ "unset NQS_SITE\n", 0 },
	{ "unsetenv NQS_SITE\n", 0 },
	{ "export NQS_SITE\n", 0 },
	{ "echo $NQS_SITE=x\n", 0 },
	{ "echo ${NQS_SITE=x}\n", 0 },
	{ "[ \"$NQS_SITE\" = siteA ]\n", 0 },
	{ "MY_NQS_SITE=siteA\n", 0 },
	{ "NQS_SITES=siteA\n", 0 },
	{ "((NQS_SITE==1))\n", 0 },
	{ "presetenv NQS_SITE x\n", 0 },
};

START_TEST(finds_assignments)
{
	ck_assert_uint_eq(profile_find_assignment(examples[_i].text,
	    "NQS_SITE", 1), examples[_i].line);
}
END_TEST

START_TEST(goes_on_behind_a_line)
{
	const char text[] = "NQS_SITE=a\n\nNQS_SITE=b\n";

	ck_assert_uint_eq(profile_find_assignment(text, "NQS_SITE", 2), 3);
	ck_assert_uint_eq(profile_find_assignment(text, "NQS_SITE", 4), 0);
}
END_TEST

TCase *
profile_case(void)
{
	TCase *testcase = tcase_create("profile");

	tcase_add_loop_test(testcase, finds_assignments, 0,
	    sizeof(examples) / sizeof(examples[0]));
	tcase_add_test(testcase, goes_on_behind_a_line);
	return testcase;
}
