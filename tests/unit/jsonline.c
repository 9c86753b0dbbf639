#include <config.h>

#include "../../libcore/format/jsonline.h"

#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "unit.h"

static void
expect_shown(const struct jsonline *line, const char *expected)
{
	struct text text = { 0 };

	jsonline_show(line, &text);
	ck_assert_str_eq(text_string(&text), expected);
	text_release(&text);
}

START_TEST(has_no_text_for_what_is_not_there)
{
	struct jsonline *line = jsonline_make();

	jsonline_set_string(line, "a", "b");
	jsonline_set_string(line, "none", NULL);
	ck_assert_str_eq(jsonline_text(line, "a"), "b");
	ck_assert_str_eq(jsonline_text(line, "none"), "");
	ck_assert_str_eq(jsonline_text(line, "missing"), "");
	ck_assert_str_eq(jsonline_text(NULL, "a"), "");
	jsonline_free(line);
}
END_TEST

START_TEST(keeps_keys_in_their_order)
{
	struct jsonline *line = jsonline_make();
	struct jsonline *inner = jsonline_make();
	struct words words = { 0 };

	words_add(&words, "x");
	words_add(&words, "y");
	jsonline_set_string(line, "z", "last");
	jsonline_set_integer(line, "a", INT64_MIN);
	jsonline_set_boolean(line, "m", true);
	jsonline_set_words(line, "list", &words);
	jsonline_set_string(line, "none", NULL);
	jsonline_set_boolean(inner, "q", false);
	jsonline_set_object(line, "inner", inner);
	jsonline_set_string(line, "z", "changed");
	expect_shown(line, "{\"z\":\"changed\",\"a\":-9223372036854775808,"
	    "\"m\":true,\"list\":[\"x\",\"y\"],\"none\":null,"
	    "\"inner\":{\"q\":false}}\n");
	words_release(&words);
	jsonline_keys(line, &words);
	ck_assert_uint_eq(words.count, 6);
	ck_assert_str_eq(words.list[5], "inner");
	words_release(&words);
	jsonline_free(inner);
	jsonline_free(line);
	jsonline_free(NULL);
}
END_TEST

START_TEST(answers_by_type)
{
	struct failure why;
	static const char source[] = "{\"s\":\"t\",\"i\":7,\"b\":true,"
	    "\"w\":[\"x\",1,\"y\"],\"o\":{\"k\":\"v\"},\"n\":null,\"r\":1.5}\n";
	struct jsonline *line = jsonline_read(source, strlen(source), &why);
	struct words words = { 0 };

	ck_assert_ptr_nonnull(line);
	ck_assert_str_eq(jsonline_string(line, "s"), "t");
	ck_assert_ptr_null(jsonline_string(line, "i"));
	ck_assert_ptr_null(jsonline_string(line, "n"));
	ck_assert_ptr_null(jsonline_string(line, "missing"));
	ck_assert_int_eq(jsonline_integer(line, "i", -1), 7);
	ck_assert_int_eq(jsonline_integer(line, "r", -1), -1);
	ck_assert_int_eq(jsonline_integer(line, "s", -1), -1);
	ck_assert(jsonline_boolean(line, "b", false));
	ck_assert(jsonline_boolean(line, "i", true));
	jsonline_words(line, "w", &words);
	ck_assert_uint_eq(words.count, 2);
	jsonline_words(line, "s", &words);
	jsonline_words(line, "missing", &words);
	ck_assert_uint_eq(words.count, 2);
	struct jsonline *inner = jsonline_object(line, "o");
	ck_assert_str_eq(jsonline_string(inner, "k"), "v");
	ck_assert_ptr_null(jsonline_object(line, "w"));
	words_release(&words);
	jsonline_free(inner);
	jsonline_free(line);
}
END_TEST

START_TEST(copies_and_adds_all)
{
	struct jsonline *line = jsonline_make();
	struct jsonline *more = jsonline_make();

	jsonline_set_integer(line, "a", 1);
	jsonline_set_integer(more, "b", 2);
	jsonline_set_integer(more, "a", 3);
	struct jsonline *copy = jsonline_copy(line);
	jsonline_add_all(line, more);
	expect_shown(line, "{\"a\":3,\"b\":2}\n");
	expect_shown(copy, "{\"a\":1}\n");
	jsonline_free(copy);
	jsonline_free(more);
	jsonline_free(line);
}
END_TEST

START_TEST(keeps_bytes_that_are_no_utf8_and_escapes_the_rest)
{
	struct jsonline *line = jsonline_make();

	jsonline_set_string(line, "k\xff", "\xc3\xa9 \x80\xe9 \"\\\n\x01");
	expect_shown(line, "{\"k\xc3\xbf\":\"\xc3\xa9 \xc2\x80\xc3\xa9 "
	    "\\\"\\\\\\n\\u0001\"}\n");
	jsonline_free(line);
}
END_TEST

static const char *const wrong[] = {
	"", "\n", "x", "[]", "1", "{}{}", "{} x", " {}", "{} ", "{}\n\n",
	"{\"a\":1,\"a\":2}", "{\"a\":}", "{\"a\"", "{\"a\":1,}", "{a:1}",
	"{\"a\":\"\xff\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\u0000\"}",
	"{\n}", "{\"a\":99999999999999999999}", "{\"a\":\"\n\"}",
};

START_TEST(refuses_what_is_not_one_object)
{
	struct failure why = { 0 };

	ck_assert_ptr_null(jsonline_read(wrong[_i], strlen(wrong[_i]), &why));
	ck_assert_int_eq(why.code, EXITCODE_DATA);
	ck_assert_str_ne(why.message, "");
}
END_TEST

START_TEST(refuses_a_nul)
{
	struct failure why = { 0 };

	ck_assert_ptr_null(jsonline_read("{\"a\":\"\0\"}", 9, &why));
	ck_assert_ptr_null(jsonline_read("{}\0}", 4, &why));
}
END_TEST

START_TEST(survives_deep_nesting)
{
	enum { DEPTH = 100000 };
	struct text text = { 0 };
	struct failure why = { 0 };

	text_add(&text, "{\"a\":");
	for (int i = 0; i < DEPTH; i++)
		text_add(&text, "[");
	for (int i = 0; i < DEPTH; i++)
		text_add(&text, "]");
	text_add(&text, "}");
	ck_assert_ptr_null(jsonline_read(text.bytes, text.length, &why));
	text_release(&text);
}
END_TEST

TCase *
jsonline_case(void)
{
	TCase *testcase = tcase_create("jsonline");

	tcase_add_test(testcase, has_no_text_for_what_is_not_there);
	tcase_add_test(testcase, keeps_keys_in_their_order);
	tcase_add_test(testcase, answers_by_type);
	tcase_add_test(testcase, copies_and_adds_all);
	tcase_add_test(testcase,
	    keeps_bytes_that_are_no_utf8_and_escapes_the_rest);
	tcase_add_loop_test(testcase, refuses_what_is_not_one_object, 0,
	    sizeof(wrong) / sizeof(wrong[0]));
	tcase_add_test(testcase, refuses_a_nul);
	tcase_add_test(testcase, survives_deep_nesting);
	return testcase;
}
