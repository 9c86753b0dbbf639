#include <config.h>

#include "../../clroll/cluster/facts.h"

#include <sys/stat.h>

#include <string.h>

#include "../../clroll/cluster/cluster.h"
#include "../../clroll/cluster/roles.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/words.h"
#include "../../libcore/run/values.h"
#include "unit.h"

/* The SHA-256 of "abc". */
static const char digest_of_abc[] =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

static struct cluster *
make_cluster(const char *more)
{
	struct failure why = { 0 };
	char text[512] = "adapter = \"x\"; group = \"g\"; site = \"s\";\n"
	    "nodes = ( { name = \"a\"; }, { name = \"b\"; } );\n"
	    "store = \"/store\";\n";

	strncat(text, more, sizeof(text) - strlen(text) - 1);
	unit_write("jc.conf", text);
	struct cluster *cluster = cluster_read("./jc.conf", ".", &why);
	ck_assert_msg(cluster != NULL, "%s", why.message);
	return cluster;
}

static const struct fact {
	const char	*name;
	const char	*value;		/* NULL: not exactly one */
} facts[] = {
	{ "run", "r" }, { "cluster", "jc" }, { "group", "g" },
	{ "site", "s" }, { "home", "a" }, { "active", "b" },
	{ "target", "a" }, { "package", "pkg.rpm" },
	{ "package_name", "pkg.rpm" }, { "package_digest", digest_of_abc },
	{ "stored", "/store/pkg.rpm" }, { "stored_options", NULL },
	{ "work", "yes" }, { "mutual", "no" },
	{ "work_check", NULL }, { "nodes", NULL }, { "color", "red" },
};

START_TEST(gathers_what_a_procedure_may_ask)
{
	struct cluster *cluster = make_cluster("check = [ \"x\", \"y\" ];");
	struct role role = { 0, 1, 0 };
	const struct roles roles = { .list = &role, .count = 1 };
	struct values given = { 0 };
	struct values values = { 0 };
	struct words names = { 0 };
	struct failure why = { 0 };
	struct words packages = { 0 };
	const struct facts_request request = { "r", &packages, &given };

	unit_write("pkg.rpm", "abc");
	words_add(&packages, "pkg.rpm");
	values_set(&given, "color", "red");
	ck_assert_msg(facts_gather(cluster, &roles, &request, &values,
	    &why) == 0, "%s", why.message);
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		const char *value = values_single(&values, facts[i].name);

		if (facts[i].value == NULL)
			ck_assert_uint_eq(values_find(&values,
			    facts[i].name)->count, 2);
		else
			ck_assert_str_eq(value, facts[i].value);
	}
	/* A fact that is gathered under no name could not be asked for. */
	facts_names(&names);
	for (size_t i = 0; i < values.count; i++)
		ck_assert(strcmp(values.list[i].name, "color") == 0 ||
		    words_has(&names, values.list[i].name));
	ck_assert_int_eq(facts_check_packages(&values, &why), 0);
	unit_write("pkg.rpm", "abd");
	ck_assert_int_eq(facts_check_packages(&values, &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_DATA);
	words_release(&names);
	words_release(&packages);
	values_release(&given);
	values_release(&values);
	cluster_free(cluster);
}
END_TEST

START_TEST(takes_packages_of_different_names)
{
	struct cluster *cluster = make_cluster("");
	struct role role = { 0, 0, 1 };
	const struct roles roles = { .list = &role, .count = 1 };
	const struct values given = { 0 };
	struct values values = { 0 };
	struct words packages = { 0 };
	struct failure why = { 0 };
	const struct facts_request request = { "r", &packages, &given };

	ck_assert_int_eq(mkdir("d", 0700), 0);
	unit_write("a.rpm", "abc");
	unit_write("d/b.rpm", "abc");
	unit_write("d/a.rpm", "abc");
	words_add(&packages, "a.rpm");
	words_add(&packages, "d/b.rpm");
	ck_assert_msg(facts_gather(cluster, &roles, &request, &values,
	    &why) == 0, "%s", why.message);
	ck_assert_str_eq(values_find(&values, "stored")->list[1],
	    "/store/b.rpm");
	ck_assert_uint_eq(values_find(&values, "stored_options")->count, 4);
	unit_write("d/b.rpm", "abd");
	ck_assert_int_eq(facts_check_packages(&values, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.message, "'d/b.rpm'"));
	values_release(&values);
	words_add(&packages, "d/a.rpm");
	ck_assert_int_eq(facts_gather(cluster, &roles, &request, &values,
	    &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_USAGE);
	values_release(&values);
	words_release(&packages);
	cluster_free(cluster);
}
END_TEST

START_TEST(gathers_no_package_where_none_is_named)
{
	struct cluster *cluster = make_cluster("");
	struct role role = { 0, 0, 1 };
	const struct roles roles = { .list = &role, .count = 1 };
	struct values given = { 0 };
	struct values values = { 0 };
	struct failure why = { 0 };
	const struct words none = { 0 };
	const struct facts_request request = { "r", &none, &given };

	ck_assert_int_eq(facts_gather(cluster, &roles, &request, &values,
	    &why), 0);
	ck_assert_ptr_null(values_find(&values, "package"));
	ck_assert_str_eq(values_single(&values, "work"), "no");
	ck_assert_uint_eq(values_find(&values, "work_check")->count, 0);
	ck_assert_int_eq(facts_check_packages(&values, &why), 0);
	values_release(&values);
	cluster_free(cluster);
}
END_TEST

START_TEST(lets_nobody_give_a_fact)
{
	struct cluster *cluster = make_cluster("");
	struct role role = { 0, 0, 1 };
	const struct roles roles = { .list = &role, .count = 1 };
	struct values given = { 0 };
	struct values values = { 0 };
	struct failure why = { 0 };
	const struct words none = { 0 };
	const struct facts_request request = { "r", &none, &given };

	values_set(&given, "active", "b");
	ck_assert_int_eq(facts_gather(cluster, &roles, &request, &values,
	    &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_USAGE);
	values_release(&given);
	values_release(&values);
	cluster_free(cluster);
}
END_TEST

TCase *
cluster_facts_case(void)
{
	TCase *testcase = tcase_create("cluster_facts");

	unit_use_directory(testcase);
	tcase_add_test(testcase, gathers_what_a_procedure_may_ask);
	tcase_add_test(testcase, takes_packages_of_different_names);
	tcase_add_test(testcase, gathers_no_package_where_none_is_named);
	tcase_add_test(testcase, lets_nobody_give_a_fact);
	return testcase;
}
