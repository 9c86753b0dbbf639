#include <config.h>

#include "../../nqsupd/residents.h"

#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libsite/node_config.h"
#include "../../nqsupd/processes.h"
#include "unit.h"

static const char configuration[] =
"sites = ( { name = \"local\";\n"
"    residents = ( \"nqsdaemon\", { name = \"comagent\"; count = 2; },\n"
"      { name = \"jcdbs\"; since = \"13.1\"; } ); },\n"
"  { name = \"siteA\"; group = \"g\"; trees = [ \"/a\" ];\n"
"    residents = ( \"cjcpw\", \"nqsdaemon\", \"comagent\" ); } );\n";

/* Adds what is found among the lines of ps, a line for each, to text. */
static void
show(const char *lines, const char *release, struct text *text)
{
	struct failure why = { 0 };
	struct processes processes = { 0 };
	struct residents residents = { 0 };

	unit_write("conf", configuration);
	struct node_config *config = node_config_read("conf", &why);
	ck_assert_msg(config != NULL, "%s", why.message);
	ck_assert_int_eq(processes_parse_ps(&processes, lines, 0, &why), 0);
	residents_find(&residents, config, &processes, release);
	for (size_t i = 0; i < residents.count; i++) {
		const struct residents_row *row = &residents.rows[i];

		text_format(text, "%s %s %d\n", row->site == NULL ? "?" :
		    row->site->name, row->name, row->process == NULL ? 0 :
		    (int)row->process->pid);
	}
	text_format(text, "local %d siteA %d\n", residents_state(&residents,
	    &config->sites[0]), residents_state(&residents,
	    &config->sites[1]));
	residents_release(&residents);
	processes_release(&processes);
	node_config_free(config);
}

static void
expect(const char *lines, const char *release, const char *expected)
{
	struct text text = { 0 };

	show(lines, release, &text);
	ck_assert_str_eq(text_string(&text), expected);
	text_release(&text);
}

START_TEST(nothing_runs)
{
	expect("1 0 00:00 init\n", "13.1",
	    "local nqsdaemon 0\nlocal comagent 0\nlocal comagent 0\n"
	    "local jcdbs 0\nsiteA cjcpw 0\nsiteA nqsdaemon 0\n"
	    "siteA comagent 0\nlocal 0 siteA 0\n");
}
END_TEST

START_TEST(the_nearest_leader_wins)
{
	expect("1 0 00:00 init\n"
	    "10 1 00:00 /usr/lib/nqs/nqsdaemon\n"
	    "11 10 00:00 /usr/lib/nqs/comagent local\n"
	    "12 10 00:00 comagent\n"
	    "13 10 00:00 sh\n"
	    "20 13 00:00 cjcpw siteA /a\n"
	    "21 20 00:00 nqsdaemon siteA\n"
	    "22 21 00:00 comagent siteA\n", "12.10",
	    "local nqsdaemon 10\nlocal comagent 11\nlocal comagent 12\n"
	    "siteA cjcpw 20\nsiteA nqsdaemon 21\nsiteA comagent 22\n"
	    "local 2 siteA 2\n");
}
END_TEST

START_TEST(what_has_no_leader_is_a_stray)
{
	expect("1 0 00:00 init\n"
	    "10 1 00:00 comagent siteA\n"
	    "11 1 00:00 nqsdaemon siteB\n"
	    "12 11 00:00 comagent\n"
	    "13 1 00:00 vi nqsdaemon\n"
	    "14 99 00:00 cjcpw\n", "",
	    "local nqsdaemon 0\nlocal comagent 0\nlocal comagent 0\n"
	    "siteA cjcpw 0\nsiteA nqsdaemon 0\nsiteA comagent 0\n"
	    "? comagent 10\n? nqsdaemon 11\n? comagent 12\n? cjcpw 14\n"
	    "local 0 siteA 0\n");
}
END_TEST

START_TEST(more_than_needed_is_no_trouble_and_less_is)
{
	expect("10 1 00:00 nqsdaemon\n11 10 00:00 nqsdaemon\n"
	    "12 10 00:00 comagent\n", "13.0",
	    "local nqsdaemon 10\nlocal nqsdaemon 11\nlocal comagent 12\n"
	    "local comagent 0\nsiteA cjcpw 0\nsiteA nqsdaemon 0\n"
	    "siteA comagent 0\nlocal 1 siteA 0\n");
}
END_TEST

/* A table that was not taken in one instant can say anything. */
START_TEST(parents_in_a_circle_do_no_harm)
{
	expect("10 11 00:00 comagent\n11 10 00:00 sh\n", "",
	    "local nqsdaemon 0\nlocal comagent 0\nlocal comagent 0\n"
	    "siteA cjcpw 0\nsiteA nqsdaemon 0\nsiteA comagent 0\n"
	    "? comagent 10\nlocal 0 siteA 0\n");
}
END_TEST

/* The same process table, with what another user let look like a daemon. */
START_TEST(what_another_user_feigns_does_not_count)
{
	struct failure why = { 0 };
	struct processes processes = { 0 };
	struct residents residents = { 0 };

	unit_write("conf", configuration);
	struct node_config *config = node_config_read("conf", &why);
	ck_assert_msg(config != NULL, "%s", why.message);
	ck_assert_int_eq(processes_parse_ps(&processes,
	    "10 1 00:00 nqsdaemon\n11 10 00:00 comagent\n"
	    "20 1 00:00 cjcpw\n", 0, &why), 0);
	processes.rows[0].is_feigned = true;
	processes.rows[2].is_feigned = true;
	residents_find(&residents, config, &processes, "");
	ck_assert_int_eq(residents_state(&residents, &config->sites[0]),
	    RESIDENTS_STOPPED);
	/* What it leads is not feigned, and so still needs a look. */
	ck_assert(residents_has_strays(&residents));
	processes.rows[1].is_feigned = true;
	residents_find(&residents, config, &processes, "");
	ck_assert(!residents_has_strays(&residents));
	residents_release(&residents);
	processes_release(&processes);
	node_config_free(config);
}
END_TEST

struct release_row {
	const char	*a;
	const char	*b;
	int		 sign;
};

static const struct release_row releases[] = {
	{ "13.1", "13.1", 0 },
	{ "13.1", "13.1.0", 0 },
	{ "13.1.1", "13.1", 1 },
	{ "12.10", "13.1", -1 },
	{ "13.10", "13.9", 1 },
	{ "R13.1", "13.1", 0 },
	{ "13", "13.1", -1 },
	{ "", "13.1", -1 },
	{ "", "", 0 },
};

START_TEST(compares_releases_by_number)
{
	const int found = residents_compare_releases(releases[_i].a,
	    releases[_i].b);

	ck_assert_int_eq((found > 0) - (found < 0), releases[_i].sign);
	ck_assert_int_eq(residents_compare_releases(releases[_i].b,
	    releases[_i].a), -found);
}
END_TEST

TCase *
residents_case(void)
{
	TCase *testcase = tcase_create("residents");

	unit_use_directory(testcase);
	tcase_add_test(testcase, nothing_runs);
	tcase_add_test(testcase, the_nearest_leader_wins);
	tcase_add_test(testcase, what_has_no_leader_is_a_stray);
	tcase_add_test(testcase, more_than_needed_is_no_trouble_and_less_is);
	tcase_add_test(testcase, parents_in_a_circle_do_no_harm);
	tcase_add_test(testcase, what_another_user_feigns_does_not_count);
	tcase_add_loop_test(testcase, compares_releases_by_number, 0,
	    sizeof(releases) / sizeof(releases[0]));
	return testcase;
}
