#include <config.h>

#include "../../libcore/format/options.h"

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "unit.h"

enum { OPTION_JSON = 256, OPTION_WAIT };

static const struct options_row rows[] = {
	{ 'c', "config", "FILE", "read FILE" },
	{ 'n', "dry-run", NULL, "show only what would be done" },
	{ 'v', "verbose", NULL, "say more" },
	{ 'x', NULL, NULL, "a letter only" },
	{ OPTION_JSON, "json", NULL, "print JSON lines" },
	{ OPTION_WAIT, "wait", "DURATION", "wait for the lock" },
	{ 0, NULL, NULL, NULL },
};

/* Adds what options has seen to seen: "n c=FILE json | operands". */
static void
show_seen(struct options *options, struct words *seen, struct failure *why)
{
	int letter;

	while ((letter = options_next(options, why)) > 0) {
		const char *value = options->argument;
		struct text text = { 0 };

		if (letter == OPTION_JSON)
			text_add(&text, "json");
		else if (letter == OPTION_WAIT)
			text_add(&text, "wait");
		else
			text_format(&text, "%c", letter);
		if (value != NULL)
			text_format(&text, "=%s", value);
		words_add(seen, text_string(&text));
		text_release(&text);
	}
	words_add(seen, letter == 0 ? "|" : why->message);
	if (letter == 0)
		words_add_list(seen,
		    (const char *const *)options_operands(options));
}

struct option_row {
	const char	*line;		/* words behind the verb */
	const char	*seen;
};

static const struct option_row examples[] = {
	{ "", "|" },
	{ "a b", "| a b" },
	{ "-n", "n |" },
	{ "-nv a", "n v | a" },
	{ "-c FILE a", "c=FILE | a" },
	{ "-cFILE a", "c=FILE | a" },
	{ "-nvcFILE a", "n v c=FILE | a" },
	{ "-nc FILE", "n c=FILE |" },
	{ "-c -n", "c=-n |" },
	{ "-c --", "c=-- |" },
	{ "--config FILE", "c=FILE |" },
	{ "--config=FILE", "c=FILE |" },
	{ "--config=", "c= |" },
	{ "--config=a=b", "c=a=b |" },
	{ "--json --wait 5s -n x", "json wait=5s n | x" },
	{ "-n -- -v", "n | -v" },
	{ "-n -", "n | -" },
	{ "a -n", "| a -n" },
	{ "-- -- a", "| -- a" },
	{ "-x", "x |" },
	{ "-z", "unknown option '-z'" },
	{ "-nz", "n unknown option '-z'" },
	{ "-n-", "n unknown option '--'" },
	{ "--dry", "unknown option '--dry'" },
	{ "--dry-runs", "unknown option '--dry-runs'" },
	{ "--nope=1", "unknown option '--nope'" },
	{ "---", "unknown option '---'" },
	{ "--=x", "unknown option '--'" },
	{ "--dry-run=yes", "option '--dry-run' takes no argument" },
	{ "-c", "option '-c' needs an argument FILE" },
	{ "-nc", "n option '-c' needs an argument FILE" },
	{ "--wait", "option '--wait' needs an argument DURATION" },
};

START_TEST(reads_command_lines)
{
	struct words argv = { 0 };
	struct words seen = { 0 };
	struct text text = { 0 };
	struct options options;
	struct failure why = { 0 };

	words_add(&argv, "verb");
	if (examples[_i].line[0] != '\0')
		words_split(&argv, examples[_i].line, ' ');
	options_start(&options, rows, argv.list);
	show_seen(&options, &seen, &why);
	words_join(&seen, " ", &text);
	ck_assert_str_eq(text_string(&text), examples[_i].seen);
	ck_assert_int_eq(options_next(&options, &why) > 0, 0);
	text_release(&text);
	words_release(&seen);
	words_release(&argv);
}
END_TEST

START_TEST(refuses_with_the_code_for_usage)
{
	char verb[] = "verb";
	char word[] = "-z";
	char *argv[] = { verb, word, NULL };
	struct options options;
	struct failure why = { 0 };

	options_start(&options, rows, argv);
	ck_assert_int_eq(options_next(&options, &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_USAGE);
}
END_TEST

START_TEST(takes_an_empty_command_line)
{
	char *argv[] = { NULL };
	struct options options;
	struct failure why = { 0 };

	options_start(&options, rows, argv);
	ck_assert_int_eq(options_next(&options, &why), 0);
	ck_assert_ptr_null(*options_operands(&options));
}
END_TEST

START_TEST(shows_its_table)
{
	struct text text = { 0 };

	options_help(rows, &text);
	ck_assert_str_eq(text_string(&text),
	    "  -c, --config FILE     read FILE\n"
	    "  -n, --dry-run         show only what would be done\n"
	    "  -v, --verbose         say more\n"
	    "  -x                    a letter only\n"
	    "      --json            print JSON lines\n"
	    "      --wait DURATION   wait for the lock\n");
	text_release(&text);
}
END_TEST

TCase *
options_case(void)
{
	TCase *testcase = tcase_create("options");

	tcase_add_loop_test(testcase, reads_command_lines, 0,
	    sizeof(examples) / sizeof(examples[0]));
	tcase_add_test(testcase, refuses_with_the_code_for_usage);
	tcase_add_test(testcase, takes_an_empty_command_line);
	tcase_add_test(testcase, shows_its_table);
	return testcase;
}
