#include <config.h>

#include "../../libcore/base/words.h"

#include "../../libcore/base/text.h"
#include "unit.h"

START_TEST(grows_and_keeps_its_null)
{
	struct words words = { 0 };

	ck_assert(!words_has(&words, "x"));
	for (int i = 0; i < 100; i++)
		words_format(&words, "word%d", i);
	ck_assert_uint_eq(words.count, 100);
	ck_assert_ptr_null(words.list[100]);
	ck_assert_str_eq(words.list[99], "word99");
	ck_assert(words_has(&words, "word42"));
	ck_assert(!words_has(&words, "word"));
	words_release(&words);
	words_release(&words);
}
END_TEST

START_TEST(adds_lists_also_itself)
{
	static const char *const list[] = { "a", "b", NULL };
	struct words words = { 0 };
	struct text text = { 0 };

	words_add_list(&words, list);
	words_add_all(&words, &words);
	words_join(&words, ", ", &text);
	ck_assert_str_eq(text_string(&text), "a, b, a, b");
	text_release(&text);
	words_release(&words);
}
END_TEST

START_TEST(splits_at_every_separator)
{
	struct words words = { 0 };

	words_split(&words, ":a::b", ':');
	ck_assert_uint_eq(words.count, 4);
	ck_assert_str_eq(words.list[0], "");
	ck_assert_str_eq(words.list[1], "a");
	ck_assert_str_eq(words.list[2], "");
	ck_assert_str_eq(words.list[3], "b");
	words_split(&words, "", ':');
	ck_assert_uint_eq(words.count, 5);
	words_release(&words);
}
END_TEST

struct quoting_row {
	const char	*word;
	const char	*shown;
};

static const struct quoting_row rows[] = {
	{ "plain", "plain" },
	{ "/a/b-c_d.e:f,g+h@i%j=k", "/a/b-c_d.e:f,g+h@i%j=k" },
	{ "", "''" },
	{ "a b", "'a b'" },
	{ "it's", "'it'\\''s'" },
	{ "'", "''\\'''" },
	{ "$HOME", "'$HOME'" },
	{ "~", "'~'" },
	{ "a\\b", "'a\\b'" },
	{ "=x", "'=x'" },
	{ "a\nb\x1b", "'a\\x0ab\\x1b'" },
	{ "*", "'*'" },
};

START_TEST(quotes_for_a_shell)
{
	struct words words = { 0 };
	struct text text = { 0 };

	words_add(&words, "x");
	words_add(&words, rows[_i].word);
	words_show(&words, &text);
	ck_assert_str_eq(text_string(&text) + 2, rows[_i].shown);
	text_release(&text);
	words_release(&words);
}
END_TEST

START_TEST(quotes_exactly)
{
	struct words words = { 0 };
	struct text text = { 0 };

	words_add(&words, "x");
	words_add(&words, "");
	words_add(&words, "it's\n\xff$`\\!");
	words_add(&words, "''");
	words_quote(&words, &text);
	ck_assert_str_eq(text_string(&text),
	    "'x' '' 'it'\\''s\n\xff$`\\!' ''\\'''\\'''");
	text_release(&text);
	words_release(&words);
}
END_TEST

TCase *
words_case(void)
{
	TCase *testcase = tcase_create("words");

	tcase_add_test(testcase, grows_and_keeps_its_null);
	tcase_add_test(testcase, adds_lists_also_itself);
	tcase_add_test(testcase, splits_at_every_separator);
	tcase_add_test(testcase, quotes_exactly);
	tcase_add_loop_test(testcase, quotes_for_a_shell, 0,
	    sizeof(rows) / sizeof(rows[0]));
	return testcase;
}
