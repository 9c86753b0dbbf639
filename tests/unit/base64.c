#include <config.h>

#include "../../libcore/base/base64.h"

#include <string.h>

#include "../../libcore/base/text.h"
#include "unit.h"

static const struct { const char *base64; const char *plain; } good[] = {
	{ "", "" },
	{ "Zg==", "f" },
	{ "Zm8=", "fo" },
	{ "Zm9v", "foo" },
	{ "Zm9vYg==", "foob" },
	{ "Zm9vYmFy", "foobar" },
	{ "+/+/", "\xfb\xff\xbf" },
};

static const char *const bad[] = {
	"Z", "Zg", "Zg=", "Zg=a", "=g==", "Z===", "====", "Zg==Zg==", "Zm9\n",
	"Zm 9", "Zh==", "Zm9=", "Zm9-", "Zm9_",
};

START_TEST(decodes)
{
	struct text text = { 0 };

	ck_assert_int_eq(base64_read(good[_i].base64,
	    strlen(good[_i].base64), &text), 0);
	ck_assert_str_eq(text_string(&text), good[_i].plain);
	text_release(&text);
}
END_TEST

START_TEST(refuses_what_is_no_base64)
{
	struct text text = { 0 };

	ck_assert_int_eq(base64_read(bad[_i], strlen(bad[_i]), &text), -1);
	text_release(&text);
}
END_TEST

TCase *
base64_case(void)
{
	TCase *testcase = tcase_create("base64");

	tcase_add_loop_test(testcase, decodes, 0,
	    sizeof(good) / sizeof(good[0]));
	tcase_add_loop_test(testcase, refuses_what_is_no_base64, 0,
	    sizeof(bad) / sizeof(bad[0]));
	return testcase;
}
