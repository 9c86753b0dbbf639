#include <config.h>

#include "../../libcore/run/values.h"

#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/format/jsonline.h"
#include "unit.h"

static void
fill(struct values *values)
{
	values_set(values, "one", "value");
	values_set(values, "empty", "");
	values_set(values, "evil", "a b; $(reboot) `x` $one \"'\\\n*");
	values_add(values, "two", "x");
	values_add(values, "two", "y z");
	values_add(values, "none", NULL);
}

/* What a word becomes: its words between angles, or why it becomes none. */
static const struct expand_row {
	const char	*word;
	const char	*result;
} expands[] = {
	{ "plain", "<plain>" },
	{ "", "<>" },
	{ "$one", "<value>" },
	{ "${one}", "<value>" },
	{ "${one}b", "<valueb>" },
	{ "a${one}${one}b", "<avaluevalueb>" },
	{ "--x=$one/y", "<--x=value/y>" },
	{ "$one-$one", "<value-value>" },
	{ "$$", "<$>" },
	{ "$$one", "<$one>" },
	{ "$$$one", "<$value>" },
	{ "a$$b", "<a$b>" },
	{ "$empty", "<>" },
	/* A value is one word, and is not looked into again. */
	{ "$evil", "<a b; $(reboot) `x` $one \"'\\\n*>" },
	{ "x${evil}", "<xa b; $(reboot) `x` $one \"'\\\n*>" },
	{ "$two...", "<x><y z>" },
	{ "${two}...", "<x><y z>" },
	{ "$one...", "<value>" },
	{ "$none...", "" },
	{ "$$two...", "<$two...>" },
	{ "x$one...", "<xvalue...>" },
	{ "$one....", "<value....>" },
	{ "$two", "'two' has not exactly one value" },
	{ "x$two...", "'two' has not exactly one value" },
	{ "$none", "'none' has not exactly one value" },
	{ "$other", "'other' has no value" },
	{ "$other...", "'other' has no value" },
	{ "$", "'$' has a dollar sign without a name" },
	{ "a$", "'a$' has a dollar sign without a name" },
	{ "$ one", "'$ one' has a dollar sign without a name" },
	{ "${}", "'${}' has a dollar sign without a name" },
	{ "${one", "'${one' has a dollar sign without a name" },
	{ "${one two}", "'${one two}' has a dollar sign without a name" },
	{ "$(one)", "'$(one)' has a dollar sign without a name" },
	{ "$ONE", "'$ONE' has a dollar sign without a name" },
};

START_TEST(fills_a_word_in_and_nothing_more)
{
	const struct expand_row *row = &expands[_i];
	struct failure why = { 0 };
	struct values values = { 0 };
	struct words argv = { 0 };
	struct text found = { 0 };

	fill(&values);
	if (values_expand(&values, row->word, &argv, &why) == -1) {
		text_add(&found, why.message);
		ck_assert_int_eq(why.code, EXITCODE_CONFIG);
		ck_assert_uint_eq(argv.count, 0);
	}
	for (size_t i = 0; i < argv.count; i++)
		text_format(&found, "<%s>", argv.list[i]);
	ck_assert_str_eq(text_string(&found), row->result);
	text_release(&found);
	words_release(&argv);
	values_release(&values);
}
END_TEST

static const struct check_row {
	const char	*word;
	const char	*message;	/* NULL: it is good */
} checks[] = {
	{ "plain", NULL },
	{ "$a ${b}c $$ $b...", NULL },
	{ "$a...", NULL },
	{ "$c", "'$c' is neither a parameter nor a fact" },
	{ "$c...", "'$c' is neither a parameter nor a fact" },
	{ "${a}$c", "'$c' is neither a parameter nor a fact" },
	{ "$ab", "'$ab' is neither a parameter nor a fact" },
	{ "$", "'$' has a dollar sign without a name" },
};

START_TEST(checks_a_word_before_it_is_filled_in)
{
	const struct check_row *row = &checks[_i];
	struct failure why = { 0 };
	struct words known = { 0 };

	words_add(&known, "a");
	words_add(&known, "b");
	ck_assert_int_eq(values_check(&known, row->word, &why),
	    row->message == NULL ? 0 : -1);
	if (row->message != NULL)
		ck_assert_str_eq(why.message, row->message);
	words_release(&known);
}
END_TEST

static const struct hold_row { const char *condition; bool holds; } holds[] = {
	{ "one", true },
	{ "one=value", true },
	{ "one=valu", false },
	{ "one!=value", false },
	{ "one!=x", true },
	{ "empty", false },
	{ "empty=", true },
	{ "empty!=", false },
	{ "two", true },
	{ "two=x", true },
	{ "two=y z", true },
	{ "two=y", false },
	{ "two!=x", false },
	{ "two!=q", true },
	{ "none", false },
	{ "none=", true },
	{ "none!=x", true },
	{ "other", false },
	{ "other=", true },
	{ "other=x", false },
	{ "other!=x", true },
};

START_TEST(tells_whether_a_condition_holds)
{
	struct values values = { 0 };

	fill(&values);
	ck_assert_int_eq(values_hold(&values, holds[_i].condition),
	    holds[_i].holds);
	values_release(&values);
}
END_TEST

START_TEST(replaces_adds_and_merges)
{
	struct values values = { 0 };
	struct values more = { 0 };

	values_add(&values, "a", "1");
	values_add(&values, "a", "2");
	ck_assert_ptr_null(values_single(&values, "a"));
	values_set(&values, "a", "3");
	ck_assert_str_eq(values_single(&values, "a"), "3");
	values_add(&more, "a", "4");
	values_add(&more, "a", "5");
	values_add(&more, "b", NULL);
	values_merge(&values, &more);
	ck_assert_uint_eq(values_find(&values, "a")->count, 2);
	ck_assert_uint_eq(values_find(&values, "b")->count, 0);
	ck_assert_ptr_null(values_find(&values, "c"));
	values_release(&more);
	values_release(&values);
	values_release(&values);
}
END_TEST

static const struct operand_row {
	const char	*operand;
	const char	*value;		/* of a; NULL: it is none */
} operands[] = {
	{ "a=b", "b" },
	{ "a=", "" },
	{ "a=b=c", "b=c" },
	{ "a=/x/y", "/x/y" },
	{ "=b", NULL },
	{ "a", NULL },
	{ "", NULL },
	{ "./a=b", NULL },
	{ "/tmp/a=b.rpm", NULL },
};

START_TEST(takes_an_operand_only_when_it_is_one)
{
	const struct operand_row *row = &operands[_i];
	struct values values = { 0 };

	ck_assert_int_eq(values_add_operand(&values, row->operand),
	    row->value != NULL);
	ck_assert_uint_eq(values.count, row->value != NULL);
	if (row->value != NULL)
		ck_assert_str_eq(values_single(&values, "a"), row->value);
	values_release(&values);
}
END_TEST

START_TEST(gives_back_what_was_written)
{
	struct failure why = { 0 };
	struct values values = { 0 };
	struct values again = { 0 };
	struct text text = { 0 };

	fill(&values);
	struct jsonline *line = values_write(&values);
	jsonline_show(line, &text);
	jsonline_free(line);
	line = jsonline_read(text_string(&text), text.length, &why);
	ck_assert_ptr_nonnull(line);
	values_read(line, &again);
	ck_assert_uint_eq(again.count, values.count);
	ck_assert_str_eq(values_single(&again, "evil"),
	    values_single(&values, "evil"));
	ck_assert_str_eq(values_find(&again, "two")->list[1], "y z");
	ck_assert_uint_eq(values_find(&again, "none")->count, 0);
	jsonline_free(line);
	text_release(&text);
	values_release(&again);
	values_release(&values);
}
END_TEST

TCase *
values_case(void)
{
	TCase *testcase = tcase_create("values");

	tcase_add_loop_test(testcase, fills_a_word_in_and_nothing_more, 0,
	    sizeof(expands) / sizeof(expands[0]));
	tcase_add_loop_test(testcase, checks_a_word_before_it_is_filled_in, 0,
	    sizeof(checks) / sizeof(checks[0]));
	tcase_add_loop_test(testcase, tells_whether_a_condition_holds, 0,
	    sizeof(holds) / sizeof(holds[0]));
	tcase_add_test(testcase, replaces_adds_and_merges);
	tcase_add_loop_test(testcase, takes_an_operand_only_when_it_is_one, 0,
	    sizeof(operands) / sizeof(operands[0]));
	tcase_add_test(testcase, gives_back_what_was_written);
	return testcase;
}
