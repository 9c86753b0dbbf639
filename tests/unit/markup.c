#include <config.h>

#include "../../libcore/format/markup.h"

#include "../../libcore/base/text.h"
#include "unit.h"

struct row {
	const char	*given;
	const char	*made;
};

static const struct row rows[] = {
	{ "", "" },
	{ "plain, \\ and all", "plain, \\ and all" },
	{ "<script>&\"'", "&lt;script&gt;&amp;&quot;&#39;" },
	{ "&amp;", "&amp;amp;" },
	{ "a\nb\tc", "a\nb&#9;c" },
	{ "\033[31mred\r", "\\x1b[31mred\\x0d" },
	{ "\302\233x", "\\xc2\\x9bx" },
	{ "\303\244 \346\227\245", "\303\244 \346\227\245" },
	{ "\377\303", "\\xff\\xc3" },
	{ "a\342\200\256gpj.exe", "a[U+202E]gpj.exe" },
	{ "\342\200\213", "[U+200B]" },
	{ "\357\273\277", "[U+FEFF]" },
	{ "\357\277\276", "[U+FFFE]" },
	{ "--><!--", "--&gt;&lt;!--" },
};

START_TEST(makes_text_of_anything)
{
	struct text text = { 0 };

	markup_add_string(&text, rows[_i].given);
	ck_assert_str_eq(text_string(&text), rows[_i].made);
	text_release(&text);
}
END_TEST

START_TEST(shows_a_nul)
{
	struct text text = { 0 };

	markup_add(&text, "a\0b", 3);
	ck_assert_str_eq(text_string(&text), "a\\x00b");
	text_release(&text);
}
END_TEST

TCase *
markup_case(void)
{
	TCase *testcase = tcase_create("markup");

	tcase_add_loop_test(testcase, makes_text_of_anything, 0,
	    sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(testcase, shows_a_nul);
	return testcase;
}
