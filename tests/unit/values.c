#include <config.h>

#include "../../libcore/run/values.h"

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/format/jsonline.h"
#include "unit.h"

/* one = 1, none without value, several = x, y, empty = "". */
static void
fill(struct values *values)
{
	values_set(values, "one", "1");
	values_add(values, "none", NULL);
	values_add(values, "several", "x");
	values_add(values, "several", "y");
	values_set(values, "empty", "");
}

static const struct operand_row {
	const char	*operand;
	const char	*name;		/* NULL: it is none */
	const char	*value;
} operands[] = {
	{ "a=b", "a", "b" },
	{ "a=", "a", "" },
	{ "a=b=c", "a", "b=c" },
	{ "a=/x/y", "a", "/x/y" },
	{ "=b", NULL, NULL },
	{ "a", NULL, NULL },
	{ "", NULL, NULL },
	{ "./a=b", NULL, NULL },
	{ "/tmp/a=b.rpm", NULL, NULL },
};

START_TEST(takes_operands)
{
	const struct operand_row *row = &operands[_i];
	struct values values = { 0 };

	ck_assert_int_eq(values_add_operand(&values, row->operand),
	    row->name != NULL);
	ck_assert_uint_eq(values.count, row->name != NULL);
	if (row->name != NULL)
		ck_assert_str_eq(values_single(&values, row->name),
		    row->value);
	values_release(&values);
}
END_TEST

START_TEST(collects_operands_of_one_name)
{
	struct values values = { 0 };

	ck_assert(values_add_operand(&values, "a=1"));
	ck_assert(values_add_operand(&values, "a=2"));
	ck_assert_uint_eq(values_find(&values, "a")->count, 2);
	ck_assert_ptr_null(values_single(&values, "a"));
	values_release(&values);
}
END_TEST

static const struct word_row {
	const char	*word;
	const char	*words;		/* joined by "|"; NULL: refused */
	const char	*why;
} words[] = {
	{ "plain", "plain", NULL },
	{ "", "", NULL },
	{ "a$one", "a1", NULL },
	{ "${one}a", "1a", NULL },
	{ "$$one", "$one", NULL },
	{ "$one$one", "11", NULL },
	{ "$several...", "x|y", NULL },
	{ "$empty", "", NULL },
	{ "$one-$empty", "1-", NULL },
	{ "$none", NULL, "'none' has not exactly one value" },
	{ "$several", NULL, "'several' has not exactly one value" },
	{ "a$several...", NULL, "'several' has not exactly one value" },
	{ "$other", NULL, "'other' has no value" },
	{ "$other...", NULL, "'other' has no value" },
	{ "$", NULL, "'$' has a dollar sign without a name" },
	{ "${one", NULL, "'${one' has a dollar sign without a name" },
	{ "$One", NULL, "'$One' has a dollar sign without a name" },
};

START_TEST(fills_in_words)
{
	const struct word_row *row = &words[_i];
	struct values values = { 0 };
	struct words argv = { 0 };
	struct text text = { 0 };
	struct failure why = { 0 };

	fill(&values);
	const int rc = values_expand(&values, row->word, &argv, &why);
	words_join(&argv, "|", &text);
	ck_assert_int_eq(rc, row->words == NULL ? -1 : 0);
	if (row->words != NULL)
		ck_assert_str_eq(text_string(&text), row->words);
	else
		ck_assert_str_eq(why.message, row->why);
	text_release(&text);
	words_release(&argv);
	values_release(&values);
}
END_TEST

/* What has no values becomes no word at all, not an empty one. */
START_TEST(makes_no_word_of_no_values)
{
	struct values values = { 0 };
	struct words argv = { 0 };
	struct failure why = { 0 };

	fill(&values);
	ck_assert_int_eq(values_expand(&values, "$none...", &argv, &why), 0);
	ck_assert_uint_eq(argv.count, 0);
	words_release(&argv);
	values_release(&values);
}
END_TEST

static const struct condition_row {
	const char	*condition;
	bool		 holds;
} conditions[] = {
	{ "one", true }, { "empty", false }, { "none", false },
	{ "other", false }, { "several", false },
	{ "one=1", true }, { "one=2", false },
	{ "one!=1", false }, { "one!=2", true },
	{ "other=", true }, { "other!=x", true }, { "empty=", true },
};

START_TEST(judges_conditions)
{
	struct values values = { 0 };

	fill(&values);
	ck_assert_int_eq(values_hold(&values, conditions[_i].condition),
	    conditions[_i].holds);
	values_release(&values);
}
END_TEST

START_TEST(survives_the_journal)
{
	struct values values = { 0 };
	struct values again = { 0 };

	fill(&values);
	struct jsonline *line = values_write(&values);
	values_read(line, &again);
	jsonline_free(line);
	ck_assert_uint_eq(again.count, 4);
	ck_assert_str_eq(values_single(&again, "one"), "1");
	ck_assert_str_eq(values_single(&again, "empty"), "");
	ck_assert_uint_eq(values_find(&again, "none")->count, 0);
	ck_assert_uint_eq(values_find(&again, "several")->count, 2);
	values_release(&values);
	values_release(&again);
}
END_TEST

TCase *
values_case(void)
{
	TCase *testcase = tcase_create("values");

	tcase_add_loop_test(testcase, takes_operands, 0,
	    sizeof(operands) / sizeof(operands[0]));
	tcase_add_test(testcase, collects_operands_of_one_name);
	tcase_add_loop_test(testcase, fills_in_words, 0,
	    sizeof(words) / sizeof(words[0]));
	tcase_add_test(testcase, makes_no_word_of_no_values);
	tcase_add_loop_test(testcase, judges_conditions, 0,
	    sizeof(conditions) / sizeof(conditions[0]));
	tcase_add_test(testcase, survives_the_journal);
	return testcase;
}
