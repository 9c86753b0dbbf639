#include <config.h>

#include "../../nqsupd/facts.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/run/values.h"
#include "../../libsite/node_config.h"
#include "../../nqsupd/adapter.h"
#include "../../nqsupd/child.h"
#include "unit.h"

/* The SHA-256 of "abc". */
static const char digest_of_abc[] =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/*
 * Answers as the lines of a file "answers" say: VERB CODE; but while there is a
 * file "away", it takes that away and does not run yet.
 */
static const char adapter[] =
    "if [ -e \"${0%/*}/away\" ]; then\n"
    "	rm \"${0%/*}/away\"\n"
    "	exit 69\n"
    "fi\n"
    "while read -r verb code\n"
    "do [ \"$verb\" != \"$1\" ] || exit \"$code\"\n"
    "done <\"${0%/*}/answers\"\n"
    "[ \"$1\" = query ] && { echo 'NECJCpkg 13.1-1 x86_64'; exit 0; }\n"
    "[ \"$1\" = inspect ] || exit 3\n"
    "printf '%s\\n' name=x version=1 release=1 arch=noarch size=1 \\\n"
    "    signed=no\n";

static struct node_config *
make_node(bool clustered, const char *sites)
{
	struct failure why = { 0 };
	struct text text = { 0 };
	char here[1024];

	ck_assert_ptr_nonnull(getcwd(here, sizeof(here)));
	unit_write("adapter", adapter);
	text_format(&text, "node = \"n\"; state = \"%s/state\";\n"
	    "package = { adapter = \"%s/adapter\"; store = \"%s/store\"; "
	    "target = \"/lib/nqs\"; };\n", here, here, here);
	if (clustered)
		text_format(&text, "cluster = { adapter = \"%s/adapter\"; "
		    "};\n", here);
	text_format(&text, "sites = ( %s );\n", sites);
	unit_write("n.conf", text_string(&text));
	text_release(&text);
	struct node_config *config = node_config_read("n.conf", &why);
	ck_assert_msg(config != NULL, "%s", why.message);
	return config;
}

#define SITE_A	"{ name = \"siteA\"; group = \"gA\"; trees = \"/a\"; }"
#define SITE_B	"{ name = \"siteB\"; group = \"gB\"; trees = \"/b\"; }"

static const struct row {
	bool		 clustered;
	const char	*sites;
	const char	*asked;		/* the site of -s, or NULL */
	const char	*role;		/* that is said, or NULL */
	const char	*answers;
	const char	*expected;	/* role, site, group ... */
} rows[] = {
	{ false, SITE_A, NULL, NULL, "", "single siteA gA no no" },
	{ false, SITE_A, NULL, "standby", "", "standby siteA gA no no" },
	{ true, SITE_A, NULL, NULL, "", "standby siteA gA no no" },
	{ true, SITE_A, NULL, NULL, "where 0\n", "active siteA gA no no" },
	{ true, SITE_A, NULL, "standby", "where 0\n",
	    "standby siteA gA no no" },
	{ true, SITE_A, NULL, NULL, "excluded 0\nunmonitored 0\n",
	    "standby siteA gA yes yes" },
	{ true, SITE_A "," SITE_B, NULL, NULL, "unmonitored 0\n",
	    "standby - - no no" },
	{ true, SITE_A "," SITE_B, "siteB", NULL, "unmonitored 0\n",
	    "standby siteB gB no yes" },
	{ true, SITE_A, NULL, NULL, "where 1\n", NULL },
	{ true, SITE_A, NULL, NULL, "where 77\n", NULL },
	{ true, SITE_A, NULL, NULL, "excluded 1\n", NULL },
	{ true, SITE_A, NULL, NULL, "unmonitored 1\n", NULL },
	{ true, SITE_A, NULL, NULL, "query 1\n", NULL },
};

static void
show(const struct values *values, const char *name, struct text *text)
{
	const char *value = values_single(values, name);

	text_format(text, "%s%s", text->length > 0 ? " " : "",
	    value == NULL ? "-" : value);
}

START_TEST(finds_out_what_the_node_is)
{
	const struct row *row = &rows[_i];
	struct node_config *config = make_node(row->clustered, row->sites);
	struct words sites = { 0 };
	struct words packages = { 0 };
	struct values values = { 0 };
	struct text found = { 0 };
	struct failure why = { 0 };
	const struct facts_request request = { .run = "r", .role = row->role,
	    .sites = &sites, .packages = &packages };

	unit_write("answers", row->answers);
	if (row->asked != NULL)
		words_add(&sites, row->asked);
	const int rc = facts_gather(config, &request, &values, &why);
	ck_assert_int_eq(rc, row->expected == NULL ? -1 : 0);
	if (row->expected != NULL) {
		show(&values, "role", &found);
		show(&values, "site", &found);
		show(&values, "group", &found);
		show(&values, "excluded", &found);
		show(&values, "unmonitored", &found);
		ck_assert_str_eq(text_string(&found), row->expected);
		ck_assert_str_eq(values_single(&values, "release"), "13.1");
		ck_assert_str_eq(values_single(&values, "local"), "none");
		ck_assert_str_eq(values_single(&values, "target"),
		    "/lib/nqs");
	} else {
		ck_assert_str_ne(why.message, "");
	}
	text_release(&found);
	words_release(&sites);
	values_release(&values);
	node_config_free(config);
}
END_TEST

START_TEST(has_a_name_for_every_fact)
{
	struct node_config *config = make_node(true, SITE_A);
	struct words none = { 0 };
	struct words names = { 0 };
	struct values values = { 0 };
	struct failure why = { 0 };
	const struct facts_request request = { .run = "r", .sites = &none,
	    .packages = &none };

	unit_write("answers", "");
	ck_assert_msg(facts_gather(config, &request, &values, &why) == 0,
	    "%s", why.message);
	facts_names(&names);
	ck_assert_uint_eq(values.count, names.count);
	for (size_t i = 0; i < names.count; i++)
		ck_assert_ptr_nonnull(values_find(&values, names.list[i]));
	words_release(&names);
	values_release(&values);
	node_config_free(config);
}
END_TEST

START_TEST(knows_a_package_that_was_exchanged)
{
	struct node_config *config = make_node(false, SITE_A);
	struct words none = { 0 };
	struct words packages = { 0 };
	struct words digests = { 0 };
	struct values values = { 0 };
	struct failure why = { 0 };
	char path[1100];
	const struct facts_request request = { .run = "r", .sites = &none,
	    .packages = &packages, .digests = &digests };

	ck_assert_ptr_nonnull(getcwd(path, 1024));
	strncat(path, "/x.rpm", sizeof(path) - strlen(path) - 1);
	unit_write("answers", "");
	unit_write(path, "abc");
	words_add(&packages, path);
	words_add(&digests, digest_of_abc);
	ck_assert_msg(facts_gather(config, &request, &values, &why) == 0,
	    "%s", why.message);
	ck_assert_str_eq(values_single(&values, "package_digests"),
	    digest_of_abc);
	ck_assert_int_eq(facts_check_packages(&values, &why), 0);
	/* What the run uses is out of reach for who has the original. */
	unit_write(path, "abd");
	ck_assert_int_eq(facts_check_packages(&values, &why), 0);
	unit_write(values_single(&values, "packages"), "abd");
	ck_assert_int_eq(facts_check_packages(&values, &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_DATA);
	words_release(&digests);
	words_release(&packages);
	values_release(&values);
	node_config_free(config);
}
END_TEST

START_TEST(says_which_group_the_node_holds)
{
	struct node_config *config = make_node(true, SITE_A "," SITE_B);
	struct failure why = { 0 };
	struct text group = { 0 };

	unit_write("answers", "");
	ck_assert_int_eq(facts_held_group(config, &group, &why), 0);
	unit_write("answers", "where 1\n");
	ck_assert_int_eq(facts_held_group(config, &group, &why), -1);
	ck_assert_uint_eq(group.length, 0);
	unit_write("answers", "where 0\n");
	ck_assert_int_eq(facts_held_group(config, &group, &why), 1);
	ck_assert_str_eq(text_string(&group), "gA");
	text_release(&group);
	node_config_free(config);
}
END_TEST

START_TEST(waits_for_cluster_software_that_does_not_run_yet)
{
	struct node_config *config = make_node(true, SITE_A);
	struct failure why = { 0 };
	struct text group = { 0 };

	unit_write("answers", "where 0\n");
	unit_write("away", "");
	ck_assert_int_eq(facts_held_group(config, &group, &why), 1);
	ck_assert_str_eq(text_string(&group), "gA");
	ck_assert_str_eq(why.message, "");
	text_release(&group);
	node_config_free(config);
}
END_TEST

START_TEST(does_not_wait_for_ever_for_cluster_software)
{
	struct node_config *config = make_node(true, SITE_A);
	const struct adapter_request request = { .kind = "cluster",
	    .name = config->cluster_adapter, .verb = "where",
	    .patience = CLOCK_SECOND };
	struct child_result result = { 0 };
	struct failure why = { 0 };

	unit_write("answers", "where 69\n");
	ck_assert_int_eq(adapter_ask(config, &request, &result, &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_UNREACHABLE);
	child_result_release(&result);
	node_config_free(config);
}
END_TEST

TCase *
node_facts_case(void)
{
	TCase *testcase = tcase_create("node_facts");

	unit_use_directory(testcase);
	tcase_add_loop_test(testcase, finds_out_what_the_node_is, 0,
	    sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(testcase, has_a_name_for_every_fact);
	tcase_add_test(testcase, knows_a_package_that_was_exchanged);
	tcase_add_test(testcase, says_which_group_the_node_holds);
	tcase_add_test(testcase,
	    waits_for_cluster_software_that_does_not_run_yet);
	tcase_add_test(testcase,
	    does_not_wait_for_ever_for_cluster_software);
	return testcase;
}
