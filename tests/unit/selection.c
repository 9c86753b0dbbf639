#include <config.h>

#include "../../nqsbackup/tree/selection.h"

#include <stdbool.h>
#include <stdio.h>

#include "unit.h"

struct selection_row {
	const char	*pattern;
	const char	*name;
	bool		 fits;
};

static const struct selection_row selections[] = {
	{ "usr/spool", "usr/spool", true },
	{ "usr/spool", "usr/spool/nqs/x", true },
	{ "/usr/spool", "usr/spool/nqs/x", true },
	{ "usr/spool", "usr/spool.old", false },
	{ "usr/spool", "usr", false },
	{ "*.log", "usr/spool/nqs/x.log", true },
	{ "*.log", "usr/spool/nqs/x.logs", false },
	{ "*/nqs", "usr/spool/nqs/x", true },
	{ "usr/s[pq]ool/*", "usr/spool/x", true },
	{ "?", "usr", false },
};

START_TEST(selects_as_the_shell_would)
{
	const struct selection_row *row = &selections[_i];
	char pattern[64];
	char *const patterns[] = { pattern, NULL };

	(void)snprintf(pattern, sizeof(pattern), "%s", row->pattern);
	ck_assert_int_eq(selection_has(patterns, row->name), row->fits);
}
END_TEST

START_TEST(selects_everything_without_patterns)
{
	char *const patterns[] = { NULL };

	ck_assert(selection_has(patterns, "anything"));
}
END_TEST

TCase *
selection_case(void)
{
	TCase *testcase = tcase_create("selection");

	tcase_add_loop_test(testcase, selects_as_the_shell_would, 0,
	    sizeof(selections) / sizeof(selections[0]));
	tcase_add_test(testcase, selects_everything_without_patterns);
	return testcase;
}
