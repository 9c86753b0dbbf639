#include <config.h>

#include "../../libcore/run/procedure.h"

#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/run/procedure_command.h"
#include "../../libcore/run/procedure_find.h"
#include "unit.h"

static const struct procedure_verb verbs[] = {
	{ "ask", 0, 0 }, { "put", 1, 2 }, { "take", 1, 64 }, { "is", 1, 1 },
	{ 0 }
};

static const struct procedure_tool tools[] = {
	{ "tool", verbs }, { 0 }
};

static const char *const barred[] = { "me", "run", "hold", NULL };

/*
 * Reads text as a procedure, with facts f and g, roles here and there, the
 * tool "@tool", and procedures of the folders own and share.
 */
static struct procedure *
read_text(const char *text, struct failure *why)
{
	struct words facts = { 0 };
	struct words roles = { 0 };
	struct words directories = { 0 };
	const struct procedure_words words = { &facts, &roles, tools,
		&directories, barred, { NULL, NULL } };

	unit_write("p.conf", text);
	words_add(&facts, "f");
	words_add(&facts, "g");
	words_add(&roles, "here");
	words_add(&roles, "there");
	words_add(&directories, "own");
	words_add(&directories, "share");
	struct procedure *procedure = procedure_read("p.conf", &words, why);
	words_release(&directories);
	words_release(&facts);
	words_release(&roles);
	return procedure;
}

#define HEAD	"name = \"n\"; title = \"t\"; parameters = [ \"p\" ];\n"
#define ONE(step)	HEAD "steps = ( {\n" step " } );\n"
#define NAMED	"id = \"a\"; title = \"t\"; on = \"here\";\n"
#define GOOD	ONE(NAMED "check = [ \"true\" ];")

/* Each is refused with file and line and these words. */
static const struct refuse_row {
	const char	*text;
	const char	*message;
} refusals[] = {
	{ "name = ;", "p.conf:1: syntax error" },
	{ "title = \"t\"; steps = ();", "p.conf:1: 'name' is missing" },
	{ "name = \"\"; title = \"t\";", "p.conf:1: 'name' " },
	{ "name = \"n\"; steps = ();", "p.conf:1: 'title' is missing" },
	{ HEAD, "p.conf:1: there are no steps" },
	{ HEAD "steps = ();", "p.conf:2: there are no steps" },
	{ HEAD "step = ();", "p.conf:2: there is no key 'step' here" },
	{ HEAD "steps = ( 1 );", "p.conf:2: a step is a group" },
	{ "name = \"n\"; title = \"t\"; parameters = [ \"A\" ];",
	    "p.conf:1: the parameter 'A' has more than lower-case letters, "
	    "digits and underscores" },
	{ "name = \"n\"; title = \"t\";\nparameters = [ \"p\",\n\"p\" ];",
	    "p.conf:3: the parameter 'p' stands twice" },
	{ "name = \"n\"; title = \"t\"; parameters = [ \"\" ];",
	    "p.conf:1: the parameter '' has more" },
	{ ONE("title = \"t\"; on = \"here\"; check = [ \"true\" ];"),
	    "'id' is missing" },
	{ ONE("id = \"a\"; on = \"here\"; check = [ \"true\" ];"),
	    "'title' is missing" },
	{ ONE("id = \"a\"; title = \"t\"; check = [ \"true\" ];"),
	    "'on' is missing" },
	{ ONE("id = \"A\"; title = \"t\"; on = \"here\"; "
	    "check = [ \"true\" ];"), "the id 'A' has more than lower-case "
	    "letters, digits and hyphens" },
	{ ONE("id = \"a=b\"; title = \"t\"; on = \"here\"; "
	    "check = [ \"true\" ];"), "the id 'a=b' has more" },
	{ ONE("id = \"a@b\"; title = \"t\"; on = \"here\"; "
	    "check = [ \"true\" ];"), "the id 'a@b' has more" },
	{ HEAD "steps = ( { " NAMED "check = [ \"true\" ]; },\n{ " NAMED
	    "check = [ \"true\" ]; } );", "the id 'a' stands twice" },
	{ ONE("id = \"a\"; title = \"t\"; on = \"where\"; "
	    "check = [ \"true\" ];"),
	    "step 'a' is on 'where', which is no role" },
	{ ONE(NAMED "chek = [ \"true\" ];"), "there is no key 'chek' here" },
	{ ONE(NAMED), "step 'a' needs either 'check' or 'run'" },
	{ ONE(NAMED "check = [ \"true\" ]; run = [ \"true\" ];"),
	    "step 'a' needs either 'check' or 'run'" },
	{ ONE(NAMED "check = [];"), "'check' is empty" },
	{ ONE(NAMED "check = 1;"), "'check' must be a list of strings" },
	{ ONE(NAMED "check = [ \"true\" ]; verify = [ \"true\" ];"),
	    "step 'a' only checks" },
	{ ONE(NAMED "check = [ \"true\" ]; undo = [ \"true\" ];"),
	    "step 'a' only checks" },
	{ ONE(NAMED "check = [ \"true\" ]; undone = [ \"true\" ];"),
	    "step 'a' only checks" },
	{ ONE(NAMED "check = [ \"true\" ]; keeps = \"x\";"),
	    "step 'a' only checks" },
	{ ONE(NAMED "check = [ \"true\" ]; irreversible = \"x\";"),
	    "step 'a' only checks" },
	{ ONE(NAMED "check = [ \"true\" ]; residue = true;"),
	    "step 'a' only checks" },
	{ ONE(NAMED "check = [ \"true\" ]; input = \"x\";"),
	    "step 'a' only checks" },
	{ ONE(NAMED "check = [ \"true\" ]; retry = 1;"),
	    "step 'a' only checks" },
	{ ONE(NAMED "run = [ \"true\" ]; keeps = \"x\";"),
	    "step 'a' has an effect and needs 'verify'" },
	{ ONE(NAMED "run = [ \"true\" ]; verify = [ \"true\" ];"),
	    "step 'a' has an effect and needs one of 'undo', 'irreversible' "
	    "and 'keeps'" },
	{ ONE(NAMED "run = [ \"true\" ]; verify = [ \"true\" ]; "
	    "undo = [ \"true\" ]; keeps = \"x\";"), "needs one of" },
	{ ONE(NAMED "run = [ \"true\" ]; verify = [ \"true\" ]; "
	    "irreversible = \"\";"), "'irreversible' " },
	{ ONE(NAMED "run = [ \"true\" ]; verify = [ \"true\" ]; "
	    "keeps = \"x\"; undone = [ \"true\" ];"),
	    "step 'a' has 'undone' and needs 'undo'" },
	{ ONE(NAMED "run = [ \"true\" ]; verify = [ \"true\" ]; "
	    "keeps = \"x\"; residue = true;"),
	    "step 'a' leaves a residue and needs 'undo'" },
	{ ONE(NAMED "check = [ \"true\" ]; timeout = \"0\";"),
	    "'timeout' must be more than 0" },
	{ ONE(NAMED "check = [ \"true\" ]; timeout = \"367d\";"),
	    "'timeout' and 'within' are a year at most" },
	{ ONE(NAMED "check = [ \"true\" ]; within = \"9000d\";"),
	    "'timeout' and 'within' are a year at most" },
	{ ONE(NAMED "check = [ \"true\" ]; within = \"5\";"), "'within' " },
	{ ONE(NAMED "run = [ \"true\" ]; verify = [ \"true\" ]; "
	    "keeps = \"x\"; retry = 101;"), "'retry' " },
	{ ONE(NAMED "check = [ \"test\", \"$q\" ];"),
	    "'check': '$q' is neither a parameter nor a fact" },
	{ ONE(NAMED "check = [ \"test\", \"$\" ];"),
	    "'check': '$' has a dollar sign without a name" },
	{ ONE(NAMED "check = [ \"$p\" ];"),
	    "'check': '$p' is no program, nor a command of the "
	    "configuration" },
	{ ONE(NAMED "check = [ \"$p...\" ];"), "'$p...' is no program" },
	{ ONE(NAMED "check = [ \"$f\" ];"), "'$f' is no program" },
	{ ONE(NAMED "check = [ \"/bin/$f\" ];"), "'/bin/$f' is no program" },
	{ ONE(NAMED "check = [ \"\" ];"), "'' is no program" },
	{ ONE(NAMED "check = [ \"true\",\n\"$q\" ];"), "p.conf:5: 'check'" },
	{ ONE(NAMED "check = [ \"@tol\" ];"),
	    "p.conf:4: 'check': there is nothing called '@tol'" },
	{ ONE(NAMED "check = [ \"@tool\",\n\"aks\" ];"),
	    "p.conf:5: 'check': '@tool' has no verb 'aks'" },
	{ ONE(NAMED "check = [ \"@tool\" ];"),
	    "p.conf:4: 'check': '@tool' has no verb ''" },
	{ ONE(NAMED "check = [ \"@tool\", \"$f\" ];"),
	    "'check': '@tool' has no verb '$f'" },
	{ ONE(NAMED "check = [ \"@tool\", \"not\", \"si\" ];"),
	    "'check': '@tool' has no verb 'si'" },
	{ ONE(NAMED "check = [ \"@tool\", \"ask\", \"x\" ];"),
	    "'check': '@tool ask' takes 0 arguments" },
	{ ONE(NAMED "check = [ \"@tool\", \"is\", \"x\", \"$f...\", "
	    "\"y\" ];"), "'check': '@tool is' takes 1 argument" },
	{ ONE(NAMED "check = [ \"@tool\", \"put\" ];"),
	    "'check': '@tool put' takes 1 to 2 arguments" },
	{ ONE(NAMED "check = [ \"me\",\n\"run\", \"x\" ];"),
	    "p.conf:5: 'check': 'me run' would wait for the run that calls "
	    "it; name what it carries out by 'procedure'" },
	{ ONE(NAMED "check = [ \"/usr/bin/me\",\n\"run\", \"x\" ];"),
	    "p.conf:5: 'check': '/usr/bin/me run' would wait for the run" },
	{ ONE(NAMED "check = [ \"env\", \"-u\", \"A\", \"B=c\", \"me\",\n"
	    "\"hold\" ];"),
	    "p.conf:5: 'check': 'me hold' would wait for the run" },
	{ ONE(NAMED "check = [ \"/bin/env\", \"-i\", \"--\", \"./me\",\n"
	    "\"hold\" ];"),
	    "p.conf:5: 'check': './me hold' would wait for the run" },
	{ HEAD "steps = (\n{ procedure = \"none\"; } );",
	    "p.conf:3: there is no other procedure 'none'" },
	{ HEAD "steps = ( { procedure = \"../p\"; } );",
	    "there is no other procedure '../p'" },
	{ HEAD "steps = ( { procedure = 1; } );",
	    "'procedure' must be a string" },
	{ HEAD "steps = ( { procedure = \"x\"; on = \"here\"; } );",
	    "there is no key 'on' here" },
	{ ONE(NAMED "before = \"b\"; check = [ \"true\" ];"),
	    "p.conf:4: 'before': no step 'b' stands above" },
	{ ONE(NAMED "run = [ \"true\" ]; verify = [ \"true\" ]; "
	    "keeps = \"x\"; input = \"$q\";"),
	    "'input': '$q' is neither a parameter nor a fact" },
	{ ONE(NAMED "check = [ \"true\" ]; each = [ \"p\", \"q\" ];"),
	    "'each': 'q' is nothing that is known" },
	{ ONE(NAMED "check = [ \"true\" ]; given = [ \"q=1\" ];"),
	    "'given': 'q=1' is about nothing that is known" },
	{ ONE(NAMED "check = [ \"true\" ]; given = [ \"f!1\" ];"),
	    "'given': 'f!1' is about nothing that is known" },
};

START_TEST(refuses_with_file_and_line)
{
	const struct refuse_row *row = &refusals[_i];
	struct failure why = { 0 };

	ck_assert_ptr_null(read_text(row->text, &why));
	ck_assert_int_eq(why.code, EXITCODE_CONFIG);
	ck_assert_msg(text_begins_with(why.message, "p.conf:") &&
	    strstr(why.message, row->message) != NULL, "%s", why.message);
}
END_TEST

START_TEST(refuses_a_file_that_is_not_there)
{
	struct words none = { 0 };
	const struct procedure_words words = { .facts = &none,
		.roles = &none };
	struct failure why = { 0 };

	ck_assert_ptr_null(procedure_read("absent.conf", &words, &why));
	ck_assert_ptr_nonnull(strstr(why.message, "'absent.conf'"));
}
END_TEST

START_TEST(reads_all_of_a_step)
{
	struct failure why = { 0 };
	struct procedure *procedure = read_text(HEAD "source = \"guide\";\n"
	    "steps = ( { " NAMED "source = \"1.2\"; given = [ \"f=1\", "
	    "\"g!=2\", \"p\" ]; when = [ \"w\" ]; unless = [ \"u\" ]; "
	    "confirm = \"sure\"; run = [ \"@tool\", \"put\", \"$p\" ]; "
	    "input = \"${f}\"; verify = [ \"v\" ]; undo = [ \"x\" ]; "
	    "undone = [ \"y\" ]; residue = true; timeout = \"5m\"; "
	    "within = \"30s\"; retry = 2; },\n"
	    "{ id = \"b\"; title = \"t\"; on = \"there\"; "
	    "check = [ \"$f...\" ]; } );", &why);

	ck_assert_msg(procedure != NULL, "%s", why.message);
	ck_assert_uint_eq(procedure->count, 2);
	ck_assert_uint_eq(strlen(procedure->digest), 64);
	const struct procedure_step *step = &procedure->steps[0];
	ck_assert_str_eq(step->run.list[0], "@tool");
	ck_assert_str_eq(step->input, "${f}");
	ck_assert_str_eq(step->confirm, "sure");
	ck_assert_uint_eq(step->given.count, 3);
	ck_assert_int_eq(step->timeout, INT64_C(300000000000));
	ck_assert_int_eq(step->within, INT64_C(30000000000));
	ck_assert_int_eq(step->retry, 2);
	ck_assert(step->residue);
	ck_assert_int_eq(procedure->steps[1].timeout, PROCEDURE_TIMEOUT);
	procedure_free(procedure);
	procedure_free(NULL);
}
END_TEST

/* A step of that name, of any place. */
#define STEP(name)	"{ id = \"" name "\"; title = \"t\"; on = \"here\"; " \
			"check = [ \"true\" ]; }"

/* Lets name be a procedure of the folders, with these lines. */
static void
write_part(const char *name, const char *lines)
{
	struct text text = { 0 };

	(void)mkdir("own", 0700);
	(void)mkdir("share", 0700);
	text_format(&text, "name = \"x\"; title = \"t\";\n%s", lines);
	unit_write(name, text_string(&text));
	text_release(&text);
}

/* Returns the ids of text's steps, the caller's. */
static char *
ids_of(const char *text, struct procedure **procedure)
{
	struct failure why = { 0 };
	struct words ids = { 0 };
	struct text joined = { 0 };

	*procedure = read_text(text, &why);
	ck_assert_msg(*procedure != NULL, "%s", why.message);
	for (size_t i = 0; i < (*procedure)->count; i++)
		words_add(&ids, (*procedure)->steps[i].id);
	words_join(&ids, " ", &joined);
	words_release(&ids);
	return text_take(&joined);
}

START_TEST(has_the_steps_of_those_that_it_names)
{
	static const char text[] = HEAD "steps = (\n" STEP("first")
	    ",{ procedure = \"part\"; }," STEP("last") ");";
	struct procedure *procedure;
	write_part("share/part.conf", "source = \"guide\"; "
	    "loses = \"data\"; steps = (" STEP("a") "," STEP("b") ");");
	char *ids = ids_of(text, &procedure);
	ck_assert_str_eq(ids, "first a b last");
	ck_assert_str_eq(procedure->loses, "data");
	ck_assert_str_eq(procedure->source, "guide");
	ck_assert_str_eq(procedure->path, "p.conf");
	char *digest = strdup(procedure->digest);
	free(ids);
	procedure_free(procedure);
	/* What is named has changed, and so has the procedure. */
	write_part("share/part.conf", "steps = (" STEP("a") "," STEP("c")
	    ");");
	ids = ids_of(text, &procedure);
	ck_assert_str_eq(ids, "first a c last");
	ck_assert_str_ne(procedure->digest, digest);
	free(digest);
	ck_assert_ptr_null(procedure->loses);
	free(ids);
	procedure_free(procedure);
}
END_TEST

START_TEST(goes_before_the_one_of_its_own_name)
{
	struct procedure *procedure;

	write_part("share/both.conf", "steps = (" STEP("a") ");");
	write_part("own/both.conf",
	    "steps = ( { procedure = \"both\"; }," STEP("b") ");");
	char *ids = ids_of(HEAD "steps = ( { procedure = \"both\"; } );",
	    &procedure);
	ck_assert_str_eq(ids, "a b");
	free(ids);
	procedure_free(procedure);
}
END_TEST

START_TEST(puts_a_step_before_one_above)
{
	struct procedure *procedure;

	write_part("share/part.conf", "steps = (" STEP("a") "," STEP("b")
	    ");");
	char *ids = ids_of(HEAD "steps = ( { procedure = \"part\"; },"
	    "{ before = \"b\"; id = \"x\"; title = \"t\"; on = \"here\"; "
	    "check = [ \"true\" ]; },"
	    "{ before = \"b\"; id = \"y\"; title = \"t\"; on = \"here\"; "
	    "check = [ \"true\" ]; }," STEP("z") ");", &procedure);
	ck_assert_str_eq(ids, "a x y b z");
	free(ids);
	procedure_free(procedure);
}
END_TEST

/* What is wrong with a named procedure is told where it is. */
static const struct part_row {
	const char	*part;
	const char	*message;
} parts[] = {
	{ "steps = (\n" STEP("a") ",\n" STEP("a") ");",
	    "share/part.conf:4: the id 'a' stands twice" },
	{ "steps = ( " STEP("first") " );",
	    "p.conf:3: the id 'first' of 'share/part.conf' stands twice" },
	{ "parameters = [ \"q\" ]; steps = ( " STEP("a") " );",
	    "p.conf:3: procedure 'x' needs the parameter 'q', which is none "
	    "here" },
	{ "steps = (\n{ procedure = \"part\"; } );",
	    "share/part.conf:3: procedure 'part' would be a part of "
	    "itself, and there is no other one than 'share/part.conf'" },
	{ "steps = ( 1 );", "share/part.conf:2: a step is a group" },
};

START_TEST(refuses_what_is_wrong_in_one_that_it_names)
{
	struct failure why = { 0 };

	write_part("share/part.conf", parts[_i].part);
	ck_assert_ptr_null(read_text(HEAD "steps = (" STEP("first")
	    ",\n{ procedure = \"part\"; } );", &why));
	ck_assert_int_eq(why.code, EXITCODE_CONFIG);
	ck_assert_msg(strstr(why.message, parts[_i].message) != NULL, "%s",
	    why.message);
}
END_TEST

START_TEST(finds_a_procedure_by_its_name)
{
	struct words directories = { 0 };
	struct words names = { 0 };
	struct failure why = { 0 };
	char here[4096];

	unit_write("known.conf", GOOD);
	words_add(&directories, "/nowhere");
	words_add(&directories, ".");
	char *path = procedure_find("known", &directories, &why);
	ck_assert_str_eq(path, "./known.conf");
	free(path);
	ck_assert_ptr_null(procedure_find("unknown", &directories, &why));
	ck_assert_str_eq(why.message, "there is no procedure 'unknown' in "
	    "'/nowhere', '.'");
	procedure_list(&directories, &names);
	ck_assert(words_has(&names, "known"));
	ck_assert_int_eq(why.code, EXITCODE_USAGE);
	/* What is found once is found again from anywhere. */
	path = procedure_find("./known.conf", &directories, &why);
	ck_assert_ptr_nonnull(getcwd(here, sizeof(here)));
	ck_assert(text_begins_with(path, here));
	ck_assert_int_eq(access(path, R_OK), 0);
	free(path);
	path = procedure_find("/x/y.conf", &directories, &why);
	ck_assert_str_eq(path, "/x/y.conf");
	free(path);
	words_release(&names);
	words_release(&directories);
}
END_TEST

TCase *
procedure_case(void)
{
	TCase *testcase = tcase_create("procedure");

	unit_use_directory(testcase);
	tcase_add_loop_test(testcase, refuses_with_file_and_line, 0,
	    sizeof(refusals) / sizeof(refusals[0]));
	tcase_add_test(testcase, refuses_a_file_that_is_not_there);
	tcase_add_test(testcase, reads_all_of_a_step);
	tcase_add_test(testcase, has_the_steps_of_those_that_it_names);
	tcase_add_test(testcase, goes_before_the_one_of_its_own_name);
	tcase_add_test(testcase, puts_a_step_before_one_above);
	tcase_add_loop_test(testcase,
	    refuses_what_is_wrong_in_one_that_it_names, 0,
	    sizeof(parts) / sizeof(parts[0]));
	tcase_add_test(testcase, finds_a_procedure_by_its_name);
	return testcase;
}
