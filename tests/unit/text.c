#include <config.h>

#include "../../libcore/base/text.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

START_TEST(is_empty_when_zeroed)
{
	struct text text = { 0 };

	ck_assert_str_eq(text_string(&text), "");
	text_clear(&text);
	text_release(&text);
	char *taken = text_take(&text);
	ck_assert_str_eq(taken, "");
	free(taken);
}
END_TEST

START_TEST(grows_by_strings_bytes_and_formats)
{
	struct text text = { 0 };

	text_add(&text, "one");
	text_add_bytes(&text, "\0x", 2);
	text_format(&text, "%d-%s", 42, "y");
	ck_assert_uint_eq(text.length, 9);
	ck_assert_mem_eq(text.bytes, "one\0x42-y", 10);
	text_clear(&text);
	ck_assert_str_eq(text_string(&text), "");
	for (int i = 0; i < 10000; i++)
		text_add(&text, "0123456789");
	ck_assert_uint_eq(text.length, 100000);
	ck_assert_uint_eq(strlen(text.bytes), 100000);
	char *taken = text_take(&text);
	ck_assert_ptr_null(text.bytes);
	ck_assert_uint_eq(strlen(taken), 100000);
	free(taken);
}
END_TEST

struct visible_row {
	const char	*bytes;
	const char	*visible;
	const char	*masked;
};

static const struct visible_row rows[] = {
	{ "plain text ~", "plain text ~", "plain text ~" },
	{ "back\\slash", "back\\x5cslash", "back\\slash" },
	{ "\t\n\x1b\x7f", "\\x09\\x0a\\x1b\\x7f", "\\x09\\x0a\\x1b\\x7f" },
	{ "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
	    "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
	    "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80" },
	/* C1 control characters, overlong, surrogate, too large, torn. */
	{ "\xc2\x9b", "\\xc2\\x9b", "\\xc2\\x9b" },
	{ "\xc2\xa0", "\xc2\xa0", "\xc2\xa0" },
	{ "\xc0\xaf", "\\xc0\\xaf", "\\xc0\\xaf" },
	{ "\xe0\x80\xaf", "\\xe0\\x80\\xaf", "\\xe0\\x80\\xaf" },
	{ "\xed\xa0\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80" },
	{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", "\\xf4\\x90\\x80\\x80" },
	{ "\xe2\x82", "\\xe2\\x82", "\\xe2\\x82" },
	{ "\xe2\x82" "a", "\\xe2\\x82a", "\\xe2\\x82a" },
	{ "\x80\xff", "\\x80\\xff", "\\x80\\xff" },
	/* Turns what follows round; of no width; a mark of byte order. */
	{ "a\xe2\x80\xaegpj.exe", "a\\xe2\\x80\\xaegpj.exe",
	    "a\\xe2\\x80\\xaegpj.exe" },
	{ "\xe2\x81\xa6", "\\xe2\\x81\\xa6", "\\xe2\\x81\\xa6" },
	{ "\xe2\x80\x8b", "\\xe2\\x80\\x8b", "\\xe2\\x80\\x8b" },
	{ "\xef\xbb\xbf", "\\xef\\xbb\\xbf", "\\xef\\xbb\\xbf" },
	{ "\xe2\x80\xa9", "\\xe2\\x80\\xa9", "\\xe2\\x80\\xa9" },
	{ "\xf3\xa0\x80\xae", "\\xf3\\xa0\\x80\\xae",
	    "\\xf3\\xa0\\x80\\xae" },
};

START_TEST(makes_bytes_harmless)
{
	const struct visible_row *row = &rows[_i];
	struct text text = { 0 };

	text_add_visible(&text, row->bytes, strlen(row->bytes));
	ck_assert_str_eq(text_string(&text), row->visible);
	text_clear(&text);
	text_add_masked(&text, row->bytes, strlen(row->bytes));
	ck_assert_str_eq(text_string(&text), row->masked);
	text_release(&text);
}
END_TEST

START_TEST(makes_nul_visible)
{
	struct text text = { 0 };

	text_add_visible(&text, "a\0b", 3);
	ck_assert_str_eq(text_string(&text), "a\\x00b");
	text_release(&text);
}
END_TEST

START_TEST(leaves_tabs_readable)
{
	struct text text = { 0 };

	text_add(&text, "| ");
	text_add_output(&text, "a\tb\t\033\\", 6);
	ck_assert_str_eq(text_string(&text), "| a       b       \\x1b\\");
	text_release(&text);
}
END_TEST

START_TEST(decodes_characters)
{
	uint32_t character = 42;

	ck_assert_uint_eq(text_character("\xf0\x9f\x98\x80", 4, &character),
	    4);
	ck_assert_uint_eq(character, 0x1f600);
	ck_assert_uint_eq(text_character("\xf0\x9f\x98\x80", 3, &character),
	    0);
	ck_assert_uint_eq(text_character("", 0, &character), 0);
	ck_assert_uint_eq(text_character("", 1, &character), 1);
	ck_assert_uint_eq(character, 0);
}
END_TEST

START_TEST(compares_beginnings_and_ends)
{
	ck_assert(text_begins_with("abc", "ab"));
	ck_assert(text_begins_with("abc", ""));
	ck_assert(!text_begins_with("ab", "abc"));
	ck_assert(text_ends_with("abc", "bc"));
	ck_assert(text_ends_with("abc", ""));
	ck_assert(!text_ends_with("bc", "abc"));
	ck_assert(!text_ends_with("abd", "bc"));
}
END_TEST

START_TEST(moves_nothing_when_room_was_made)
{
	struct text text = { 0 };

	text_add(&text, "before");
	text_reserve(&text, 1000);
	ck_assert_str_eq(text_string(&text), "before");
	const char *bytes = text.bytes;

	for (int i = 0; i < 1000; i++)
		text_add_bytes(&text, "x", 1);
	ck_assert_ptr_eq(text.bytes, bytes);
	ck_assert_uint_eq(text.length, 1006);
	text_release(&text);
}
END_TEST

TCase *
text_case(void)
{
	TCase *testcase = tcase_create("text");

	tcase_add_test(testcase, is_empty_when_zeroed);
	tcase_add_test(testcase, grows_by_strings_bytes_and_formats);
	tcase_add_loop_test(testcase, makes_bytes_harmless, 0,
	    sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(testcase, makes_nul_visible);
	tcase_add_test(testcase, leaves_tabs_readable);
	tcase_add_test(testcase, decodes_characters);
	tcase_add_test(testcase, compares_beginnings_and_ends);
	tcase_add_test(testcase, moves_nothing_when_room_was_made);
	return testcase;
}
