#include <config.h>

#include "../../libcore/run/given.h"

#include "../../libcore/base/failure.h"
#include "../../libcore/base/words.h"
#include "../../libcore/run/procedure.h"
#include "../../libcore/run/values.h"
#include "unit.h"

static const char *const names_of_facts[] = { "node", "package", NULL };

static const struct row {
	const char	*given;		/* an operand, or NULL */
	const char	*parameters[3];
	const char	*why;		/* NULL: it is fine */
	const char	*hint;
} rows[] = {
	{ NULL, { NULL }, NULL, NULL },
	{ "color=red", { "color" }, NULL, NULL },
	{ "color=", { "color" }, NULL, NULL },
	{ NULL, { "color" }, "procedure 'p' needs 'color'",
	    "give it as color=VALUE" },
	{ "color=red", { NULL }, "procedure 'p' has no parameter 'color'",
	    "" },
	{ "colors=red", { "color" },
	    "procedure 'p' has no parameter 'colors'", "" },
	{ NULL, { "package" }, "procedure 'p' needs 'package'",
	    "name a package behind it" },
	{ "node=x", { NULL }, "'node' is a fact, and cannot be given", "" },
	{ "package=x", { "package" },
	    "'package' is a fact, and cannot be given", "" },
};

START_TEST(takes_what_the_procedure_declares)
{
	const struct row *row = &rows[_i];
	char name[] = "p";
	struct procedure procedure = { .name = name };
	struct values given = { 0 };
	struct values values = { 0 };
	struct words facts = { 0 };
	struct failure why = { 0 };

	words_add_list(&facts, names_of_facts);
	words_add_list(&procedure.parameters, row->parameters);
	values_set(&values, "node", "here");
	values_add(&values, "package", NULL);
	if (row->given != NULL)
		ck_assert(values_add_operand(&given, row->given));
	int rc = given_add(&given, &facts, &values, &why);
	if (rc == 0)
		rc = given_check(&values, &procedure, &facts, &why);
	ck_assert_int_eq(rc, row->why == NULL ? 0 : -1);
	if (row->why != NULL) {
		ck_assert_str_eq(why.message, row->why);
		ck_assert_str_eq(why.hint, row->hint);
		ck_assert_int_eq(why.code, EXITCODE_USAGE);
	}
	ck_assert_str_eq(values_single(&values, "node"), "here");
	words_release(&facts);
	words_release(&procedure.parameters);
	values_release(&given);
	values_release(&values);
}
END_TEST

TCase *
given_case(void)
{
	TCase *testcase = tcase_create("given");

	tcase_add_loop_test(testcase, takes_what_the_procedure_declares, 0,
	    sizeof(rows) / sizeof(rows[0]));
	return testcase;
}
