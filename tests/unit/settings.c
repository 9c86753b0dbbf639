#include <config.h>

#include "../../libcore/format/settings.h"

#include <sys/stat.h>

#include <string.h>
#include <unistd.h>

#include "../../libcore/base/digest.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "unit.h"

static const char source[] =
    "# a comment\n"
    "name = \"node1\";\n"
    "count = 5; big = 5000000000L;\n"
    "flag = true;\n"
    "wait = \"90s\";\n"
    "one = \"word\";\n"
    "words = [ \"a\", \"b\" ];\n"
    "group = { inner = 1; };\n"
    "list = ( \"x\", { name = \"y\"; } );\n"
    "real = 1.5;\n"
    "mixed = ( \"a\", 1 );\n";

static struct settings *
read_string(const char *string, struct failure *why)
{
	unit_write("file.conf", string);
	return settings_read("file.conf", why);
}

static struct settings *
read_source(void)
{
	struct failure why = { 0 };
	struct settings *settings = read_string(source, &why);

	ck_assert_msg(settings != NULL, "%s", why.message);
	return settings;
}

START_TEST(reads_values_by_their_type)
{
	struct settings *settings = read_source();
	const struct setting *root = settings_root(settings);
	struct failure why;
	const char *string = NULL;
	int64_t number = 0;
	bool flag = false;

	ck_assert_int_eq(setting_get_string(root, "name", &string, &why), 1);
	ck_assert_str_eq(string, "node1");
	ck_assert_int_eq(setting_get_integer(root, "count", 1, 5, &number,
	    &why), 1);
	ck_assert_int_eq(number, 5);
	ck_assert_int_eq(setting_get_integer(root, "big", 0, INT64_MAX,
	    &number, &why), 1);
	ck_assert_int_eq(number, 5000000000);
	ck_assert_int_eq(setting_get_boolean(root, "flag", &flag, &why), 1);
	ck_assert(flag);
	ck_assert_int_eq(setting_get_duration(root, "wait", &number, &why),
	    1);
	ck_assert_int_eq(number, 90000000000);
	string = "untouched";
	ck_assert_int_eq(setting_get_string(root, "missing", &string, &why),
	    0);
	ck_assert_str_eq(string, "untouched");
	settings_free(settings);
	settings_free(NULL);
}
END_TEST

START_TEST(reads_words_groups_and_lists)
{
	struct settings *settings = read_source();
	const struct setting *root = settings_root(settings);
	const struct setting *value = NULL;
	struct words words = { 0 };
	struct failure why;

	ck_assert_int_eq(setting_get_words(root, "words", &words, &why), 1);
	ck_assert_int_eq(setting_get_words(root, "one", &words, &why), 1);
	ck_assert_uint_eq(words.count, 3);
	ck_assert_str_eq(words.list[2], "word");
	ck_assert_int_eq(setting_get_group(root, "group", &value, &why), 1);
	ck_assert_uint_eq(setting_count(value), 1);
	ck_assert_str_eq(setting_key(setting_item(value, 0)), "inner");
	ck_assert_int_eq(setting_get_list(root, "list", &value, &why), 1);
	ck_assert_uint_eq(setting_count(value), 2);
	ck_assert_str_eq(setting_string(setting_item(value, 0)), "x");
	ck_assert_ptr_null(setting_key(setting_item(value, 0)));
	ck_assert_ptr_null(setting_string(setting_item(value, 1)));
	ck_assert(setting_is_group(setting_item(value, 1)));
	ck_assert(!setting_is_group(setting_item(value, 0)));
	words_release(&words);
	settings_free(settings);
}
END_TEST

START_TEST(refuses_wrong_types_with_their_line)
{
	struct settings *settings = read_source();
	const struct setting *root = settings_root(settings);
	const struct setting *value = NULL;
	const char *string = NULL;
	struct words words = { 0 };
	struct failure why;
	int64_t number = 42;
	bool flag = false;

	ck_assert_int_eq(setting_get_string(root, "count", &string, &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_CONFIG);
	ck_assert_str_eq(why.message,
	    "file.conf:3: 'count' must be a string");
	ck_assert_int_eq(setting_get_integer(root, "name", 0, 9, &number,
	    &why), -1);
	ck_assert_int_eq(setting_get_integer(root, "real", 0, 9, &number,
	    &why), -1);
	ck_assert_int_eq(setting_get_integer(root, "count", 6, 9, &number,
	    &why), -1);
	ck_assert_str_eq(why.message,
	    "file.conf:3: 'count' must be from 6 to 9");
	ck_assert_int_eq(setting_get_boolean(root, "count", &flag, &why), -1);
	ck_assert_int_eq(setting_get_duration(root, "count", &number, &why),
	    -1);
	ck_assert_int_eq(setting_get_duration(root, "name", &number, &why),
	    -1);
	ck_assert_str_eq(why.message, "file.conf:2: 'name' must be a duration "
	    "such as \"90s\" or \"5m\"");
	ck_assert_int_eq(setting_get_words(root, "count", &words, &why), -1);
	ck_assert_int_eq(setting_get_words(root, "mixed", &words, &why), -1);
	ck_assert_int_eq(setting_get_group(root, "list", &value, &why), -1);
	ck_assert_int_eq(setting_get_list(root, "group", &value, &why), -1);
	ck_assert_str_eq(why.message,
	    "file.conf:8: 'group' must be a list, ( ... ) or [ ... ]");
	ck_assert_int_eq(number, 42);
	words_release(&words);
	settings_free(settings);
}
END_TEST

START_TEST(refuses_unknown_keys)
{
	static const char *const some[] = { "name", "count", NULL };
	static const char *const inner[] = { "inner", NULL };
	struct settings *settings = read_source();
	const struct setting *root = settings_root(settings);
	const struct setting *group = NULL;
	struct failure why;

	ck_assert_int_eq(setting_known(root, some, &why), -1);
	ck_assert_str_eq(why.message,
	    "file.conf:3: there is no key 'big' here");
	ck_assert_int_eq(setting_get_group(root, "group", &group, &why), 1);
	ck_assert_int_eq(setting_known(group, inner, &why), 0);
	settings_free(settings);
}
END_TEST

START_TEST(digests_the_bytes_of_the_file)
{
	struct settings *settings = read_source();
	char digest[DIGEST_TEXT_ROOM];

	digest_of_bytes(source, strlen(source), digest);
	ck_assert_str_eq(settings_digest(settings), digest);
	settings_free(settings);
}
END_TEST

struct wrong_row {
	const char	*string;
	const char	*message;
};

static const struct wrong_row wrong[] = {
	{ "a = ;\n", "file.conf:1: syntax error" },
	{ "a = 1;\nb = \"x\n", "file.conf:3: syntax error" },
	{ "a = 1;\na = 2;\n", "file.conf:2: duplicate setting name" },
	{ "a = 1;\n  @include \"/etc/passwd\"\n",
	    "file.conf:2: no directive such as @include is allowed" },
	{ "\n\na = [ 1, \"x\" ];\n",
	    "file.conf:3: mismatched element type in array" },
};

START_TEST(refuses_what_is_wrong_with_its_line)
{
	struct failure why = { 0 };

	ck_assert_ptr_null(read_string(wrong[_i].string, &why));
	ck_assert_int_eq(why.code, EXITCODE_CONFIG);
	ck_assert_str_eq(why.message, wrong[_i].message);
}
END_TEST

START_TEST(refuses_files_it_cannot_trust_or_read)
{
	struct failure why = { 0 };

	unit_write("loose.conf", "a = 1;\n");
	ck_assert_int_eq(chmod("loose.conf", 0666), 0);
	ck_assert_ptr_null(settings_read("loose.conf", &why));
	ck_assert_int_eq(why.code, EXITCODE_DENIED);
	ck_assert_ptr_null(settings_read("missing.conf", &why));
	ck_assert_int_eq(why.code, EXITCODE_CONFIG);
	/* A pipe that nobody writes must not make it wait. */
	ck_assert_int_eq(mkfifo("pipe.conf", 0600), 0);
	ck_assert_ptr_null(settings_read("pipe.conf", &why));
	ck_assert_int_eq(why.code, EXITCODE_DENIED);
	ck_assert_ptr_null(settings_read(".", &why));
}
END_TEST

START_TEST(refuses_files_that_are_too_large_or_no_text)
{
	struct failure why = { 0 };

	unit_write("large.conf", "a = 1;\n");
	ck_assert_int_eq(truncate("large.conf", (1 << 20) + 1), 0);
	ck_assert_ptr_null(settings_read("large.conf", &why));
	ck_assert_int_eq(why.code, EXITCODE_CONFIG);
	ck_assert_int_eq(truncate("large.conf", 100), 0);
	ck_assert_ptr_null(settings_read("large.conf", &why));
	ck_assert_str_eq(why.message, "'large.conf' is not a text file");
}
END_TEST

START_TEST(survives_deep_nesting)
{
	struct failure why = { 0 };
	struct text text = { 0 };

	text_add(&text, "a = ");
	for (int i = 0; i < 200000; i++)
		text_add(&text, "(");
	ck_assert_ptr_null(read_string(text_string(&text), &why));
	ck_assert_int_eq(why.code, EXITCODE_CONFIG);
	text_release(&text);
}
END_TEST

TCase *
settings_case(void)
{
	TCase *testcase = tcase_create("settings");

	unit_use_directory(testcase);
	tcase_add_test(testcase, reads_values_by_their_type);
	tcase_add_test(testcase, reads_words_groups_and_lists);
	tcase_add_test(testcase, refuses_wrong_types_with_their_line);
	tcase_add_test(testcase, refuses_unknown_keys);
	tcase_add_test(testcase, digests_the_bytes_of_the_file);
	tcase_add_loop_test(testcase, refuses_what_is_wrong_with_its_line, 0,
	    sizeof(wrong) / sizeof(wrong[0]));
	tcase_add_test(testcase, refuses_files_it_cannot_trust_or_read);
	tcase_add_test(testcase,
	    refuses_files_that_are_too_large_or_no_text);
	tcase_add_test(testcase, survives_deep_nesting);
	return testcase;
}
