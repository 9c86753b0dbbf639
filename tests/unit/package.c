#include <config.h>

#include "../../nqsupd/package.h"

#include "../../libcore/base/failure.h"
#include "../../nqsupd/store.h"
#include "unit.h"

#define DIGEST \
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

START_TEST(reads_what_a_package_says)
{
	struct package_facts facts = { 0 };
	struct failure why = { 0 };

	ck_assert_int_eq(package_parse_facts("name=NECJCpt\nversion=13.1.1\n"
	    "colour=blue\nrelease=1\narch=i386\nsize=12345\nsigned=yes\n",
	    &facts, &why), 0);
	ck_assert_str_eq(facts.name, "NECJCpt");
	ck_assert_str_eq(facts.version, "13.1.1");
	ck_assert_str_eq(facts.release, "1");
	ck_assert_str_eq(facts.arch, "i386");
	ck_assert_int_eq(facts.size, 12345);
	ck_assert(facts.is_signed);
	package_facts_release(&facts);
}
END_TEST

static const char *const bad_facts[] = {
	"",
	"name=x\n",
	"name=x\nversion=1\nrelease=1\n",
	"name=x\nversion=1\nrelease=1\narch=i386\nsize=many\n",
	"error: not a package\n",
};

START_TEST(refuses_half_of_it)
{
	struct package_facts facts = { 0 };
	struct failure why = { 0 };

	ck_assert_int_eq(package_parse_facts(bad_facts[_i], &facts, &why),
	    -1);
	ck_assert_int_eq(why.code, EXITCODE_DATA);
	package_facts_release(&facts);
}
END_TEST

START_TEST(reads_the_files_of_a_package)
{
	struct package_files files = { 0 };
	struct failure why = { 0 };

	ck_assert_int_eq(package_parse_files(DIGEST " 12 /a\n" DIGEST
	    " 0 /a name with blanks \n", &files, &why), 0);
	ck_assert_uint_eq(files.count, 2);
	ck_assert_str_eq(files.list[0].digest, DIGEST);
	ck_assert_int_eq(files.list[0].size, 12);
	ck_assert_str_eq(files.list[0].path, "/a");
	ck_assert_str_eq(files.list[1].path, "/a name with blanks ");
	package_files_release(&files);
}
END_TEST

static const char *const bad_files[] = {
	"x\n",
	"d41d8cd98f00b204e9800998ecf8427e 12 /a\n",
	DIGEST "\n",
	DIGEST " 12\n",
	DIGEST " 12 relative\n",
	DIGEST " x /a\n",
	DIGEST "x12 /a\n",
};

START_TEST(refuses_lines_that_are_no_files)
{
	struct package_files files = { 0 };
	struct failure why = { 0 };

	ck_assert_int_eq(package_parse_files(bad_files[_i], &files, &why),
	    -1);
	ck_assert_int_eq(why.code, EXITCODE_DATA);
	package_files_release(&files);
}
END_TEST

struct machine_row {
	const char	*arch;
	const char	*machine;
	bool		 fits;
};

static const struct machine_row machines[] = {
	{ "noarch", "sparc", true },
	{ "i386", "x86_64", true },
	{ "i686", "x86_64", true },
	{ "x86_64", "x86_64", true },
	{ "x86_64", "i686", false },
	{ "i386", "i686", true },
	{ "i686", "i386", false },
	{ "ia64", "x86_64", false },
	{ "aarch64", "aarch64", true },
	{ "i386", "aarch64", false },
};

START_TEST(knows_what_runs_where)
{
	ck_assert_int_eq(package_fits(machines[_i].arch,
	    machines[_i].machine), machines[_i].fits);
}
END_TEST

static const struct {
	const char	*lower;
	const char	*higher;
} builds[] = {
	{ "13.1-1", "13.1-2" }, { "13.1-9", "13.1-10" },
	{ "13.1-2", "13.1.1-1" }, { "12.10-5", "13.1-1" },
	{ "13.1-1.el8", "13.1-2.el7" }, { "13.1", "13.1-1" },
};

START_TEST(tells_the_newer_of_two_builds)
{
	const char *lower = builds[_i].lower;
	const char *higher = builds[_i].higher;

	ck_assert_int_lt(package_compare_builds(lower, higher), 0);
	ck_assert_int_gt(package_compare_builds(higher, lower), 0);
	ck_assert_int_eq(package_compare_builds(lower, lower), 0);
	ck_assert_int_eq(package_compare_builds(higher, higher), 0);
}
END_TEST

static const struct {
	const char	*version;
	const char	*release;
	bool		 is;
} releases[] = {
	{ "13.1.1", "13.1", true }, { "13.1", "13.1", true },
	{ "13.1.2", "13.1.1", true }, { "13.10.1", "13.1", false },
	{ "13.2.1", "13.1", false }, { "12.1.1", "13.1", false },
	{ "13.1.1.2", "13.1.0", true }, { "13", "13.0", true },
	{ "R13.1.1", "13.1", true }, { "", "13.1", false },
};

START_TEST(tells_of_which_release_a_patch_is)
{
	ck_assert_int_eq(package_is_of_release(releases[_i].version,
	    releases[_i].release), releases[_i].is);
}
END_TEST

START_TEST(takes_plain_names_for_the_store)
{
	ck_assert(store_name_is_plain("NECJCpt-13.1.1-1.i386.rpm"));
	ck_assert(!store_name_is_plain(""));
	ck_assert(!store_name_is_plain("."));
	ck_assert(!store_name_is_plain(".."));
	ck_assert(!store_name_is_plain(".hidden"));
	ck_assert(!store_name_is_plain("-x"));
	ck_assert(!store_name_is_plain("a/b"));
	ck_assert(!store_name_is_plain("a b"));
	ck_assert(!store_name_is_plain("a\nb"));
}
END_TEST

TCase *
package_case(void)
{
	TCase *testcase = tcase_create("package");

	tcase_add_test(testcase, reads_what_a_package_says);
	tcase_add_loop_test(testcase, refuses_half_of_it, 0,
	    sizeof(bad_facts) / sizeof(bad_facts[0]));
	tcase_add_test(testcase, reads_the_files_of_a_package);
	tcase_add_loop_test(testcase, refuses_lines_that_are_no_files, 0,
	    sizeof(bad_files) / sizeof(bad_files[0]));
	tcase_add_loop_test(testcase, knows_what_runs_where, 0,
	    sizeof(machines) / sizeof(machines[0]));
	tcase_add_loop_test(testcase, tells_the_newer_of_two_builds, 0,
	    sizeof(builds) / sizeof(builds[0]));
	tcase_add_loop_test(testcase, tells_of_which_release_a_patch_is, 0,
	    sizeof(releases) / sizeof(releases[0]));
	tcase_add_test(testcase, takes_plain_names_for_the_store);
	return testcase;
}
