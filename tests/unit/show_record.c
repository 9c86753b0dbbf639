#include <config.h>

#include "../../libcore/run/show_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/format/report.h"
#include "../../libcore/system/fileio.h"
#include "unit.h"

/* Returns what is shown of the record, the caller's. */
static char *
show_to(const char *record, enum report_form form, int quiet)
{
	struct report report = { .stream = tmpfile(), .form = form,
	    .quiet = quiet };
	struct failure why = { 0 };
	struct text shown = { 0 };
	struct jsonline *line = jsonline_read(record, strlen(record), &why);

	ck_assert_msg(line != NULL, "%s", why.message);
	ck_assert_ptr_nonnull(report.stream);
	show_record(&report, line);
	rewind(report.stream);
	ck_assert_int_eq(fileio_read_all(fileno(report.stream), "shown",
	    1 << 20, &shown, &why), 0);
	ck_assert_int_eq(fclose(report.stream), 0);
	jsonline_free(line);
	return text_take(&shown);
}

static char *
show(const char *record, enum report_form form)
{
	return (show_to(record, form, 0));
}

#define STEP								\
	"\"step\":\"a\",\"place\":\"n1\",\"number\":2,\"of\":9,"	\
	"\"title\":\"do it\""

static const struct show_row { const char *record; const char *shown; }
    shows[] = {
	{ "{\"event\":\"open\",\"run\":\"r\",\"title\":\"patch\"}",
	    "run r: patch\n" },
	{ "{\"event\":\"open\",\"run\":\"20261122T054256Z-rolling-patch-1418\","
	    "\"title\":\"patch the cluster, one node after the other\"}",
	    "run 20261122T054256Z-rolling-patch-1418:\n"
	    "        patch the cluster, one node after the other\n" },
	{ "{\"event\":\"resume\"}", "resumed\n" },
	{ "{\"event\":\"resume\",\"run\":\"r\"}", "run r: resumed\n" },
	{ "{\"event\":\"resume\",\"run\":\"r\",\"approved\":\"0f\",\"user\":"
	    "\"x\",\"uid\":7}",
	    "run r: resumed\n        approved by x (uid 7), digest 0f\n" },
	{ "{\"event\":\"begin\"," STEP "}", "[2/9] n1: do it\n" },
	{ "{\"event\":\"undo-begin\"," STEP "}",
	    "[2/9] n1: putting back: do it\n" },
	{ "{\"event\":\"end\"," STEP ",\"result\":\"done\",\"seconds\":\"1.5\","
	    "\"how\":\"exit code 0\",\"output\":\"x\"}",
	    "        done in 1.5 s\n" },
	{ "{\"event\":\"end\"," STEP ",\"result\":\"skipped\","
	    "\"why\":\"it is so already\"}",
	    "[2/9] n1: do it\n        skipped: it is so already\n" },
	{ "{\"event\":\"end\"," STEP ",\"result\":\"failed\",\"why\":\"w\","
	    "\"seconds\":\"2\",\"how\":\"exit code 1\","
	    "\"output\":\"x\\n\\ny\\ta\\\\\",\"verdict\":\"z\\n\"}",
	    "        failed in 2 s: w (exit code 1)\n        | x\n"
	    "        | y       a\\\n        | z\n" },
	{ "{\"event\":\"undo-end\"," STEP ",\"result\":\"undone\","
	    "\"seconds\":\"2\"}", "        undone in 2 s\n" },
	/* What was begun in an earlier life, or not at all. */
	{ "{\"event\":\"undo-end\"," STEP ",\"result\":\"undone\","
	    "\"why\":\"there was nothing to put back\"}",
	    "[2/9] n1: putting back: do it\n"
	    "        undone: there was nothing to put back\n" },
	{ "{\"event\":\"end\"," STEP ",\"result\":\"done\"}",
	    "[2/9] n1: do it\n        done\n" },
	{ "{\"event\":\"turn\",\"why\":\"a step failed\"}",
	    "going back: a step failed\n" },
	{ "{\"event\":\"close\",\"exit\":0}", "all done\n" },
	/* A run that was put back is not done. */
	{ "{\"event\":\"close\",\"exit\":0,\"why\":\"everything was put "
	    "back\"}", "everything was put back\n" },
	{ "{\"event\":\"close\",\"exit\":5,\"why\":\"w\"}", "not done: w\n" },
	{ "{\"event\":\"outages\",\"count\":1,\"seconds\":\"0.250\"}",
	    "the service was away 0.250 s in all\n" },
	{ "{\"event\":\"outages\",\"count\":0,\"seconds\":\"0.000\","
	    "\"again\":true}",
	    "the service was away 0.000 s since the run was taken up\n" },
	{ "{\"event\":\"started\",\"step\":\"a\",\"token\":\"1 2\"}", "" },
	{ "{\"event\":\"other\"}", "" },
	{ "{\"x\":1}", "" },
	/* No text of a record reaches the terminal as it is. */
	{ "{\"event\":\"begin\",\"place\":\"\\u001b[1m\","
	    "\"title\":\"\\u009b\\n\"}",
	    "[0/0] \\x1b[1m: \\xc2\\x9b\\x0a\n" },
	{ "{\"event\":\"end\",\"result\":\"failed\",\"how\":\"\\u0007\","
	    "\"why\":\"\\r\",\"seconds\":\"\\b\","
	    "\"output\":\"\\u001b]0;x\\u0007\"}",
	    "        failed in \\x08 s: \\x0d (\\x07)\n"
	    "        | \\x1b]0;x\\x07\n" },
	{ "{\"event\":\"open\",\"run\":\"\\u001b\",\"title\":\"\\u001b\"}",
	    "run \\x1b: \\x1b\n" },
	{ "{\"event\":\"turn\",\"why\":\"\\u001b\"}", "going back: \\x1b\n" },
	{ "{\"event\":\"close\",\"exit\":1,\"why\":\"\\u001b\"}",
	    "not done: \\x1b\n" },
};

/* Of what is well, who asked for less is told nothing. */
START_TEST(says_only_what_goes_wrong_to_who_asked_for_less)
{
	static const char well[] = "{\"event\":\"begin\"," STEP "}";
	static const char failed[] = "{\"event\":\"end\"," STEP
	    ",\"result\":\"failed\",\"why\":\"w\",\"seconds\":\"2\","
	    "\"how\":\"exit code 1\"}";
	char *shown = show_to(well, REPORT_TEXT, 1);

	ck_assert_str_eq(shown, "");
	free(shown);
	shown = show_to(failed, REPORT_TEXT, 1);
	ck_assert_str_eq(shown, "[2/9] n1: do it\n"
	    "        failed in 2 s: w (exit code 1)\n");
	free(shown);
	shown = show_to(failed, REPORT_TEXT, 2);
	ck_assert_str_eq(shown, "");
	free(shown);
	shown = show_to(well, REPORT_JSON, 2);
	ck_assert_ptr_nonnull(strstr(shown, "\"begin\""));
	free(shown);
}
END_TEST

START_TEST(shows_a_record_so_that_it_harms_nobody)
{
	char *shown = show(shows[_i].record, REPORT_TEXT);

	ck_assert_str_eq(shown, shows[_i].shown);
	free(shown);
}
END_TEST

START_TEST(shows_the_record_itself_as_json)
{
	static const char record[] = "{\"event\":\"close\",\"exit\":5}\n";
	char *shown = show(record, REPORT_JSON);

	ck_assert_str_eq(shown, record);
	free(shown);
}
END_TEST

TCase *
show_record_case(void)
{
	TCase *testcase = tcase_create("show_record");

	tcase_add_loop_test(testcase, shows_a_record_so_that_it_harms_nobody, 0,
	    sizeof(shows) / sizeof(shows[0]));
	tcase_add_test(testcase, shows_the_record_itself_as_json);
	tcase_add_test(testcase,
	    says_only_what_goes_wrong_to_who_asked_for_less);
	return testcase;
}
