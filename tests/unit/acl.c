#include <config.h>

#include "../../nqsbackup/tree/acl.h"

#include <string.h>

#include "../../libcore/base/text.h"
#include "unit.h"

#define HEAD	"\2\0\0\0"
#define NOBODY	"\377\377\377\377"
#define OWNER	"\1\0\6\0" NOBODY
#define USER(n)	"\2\0\7\0" n "\0\0\0"
#define GROUP	"\4\0\4\0" NOBODY
#define OTHERS(n) "\10\0\1\0" n "\0\0\0"
#define MASK	"\20\0\5\0" NOBODY
#define OTHER	"\40\0\0\0" NOBODY

struct row {
	const char	*bytes;
	size_t		 length;
	const char	*text;		/* as it is written */
	int		 mode;
};

#define ROW(bytes, text, mode)	{ bytes, sizeof(bytes) - 1, text, mode }

static const struct row lawful[] = {
	ROW(HEAD OWNER GROUP MASK OTHER,
	    "user::rw-,group::r--,mask::r-x,other::---", 0650),
	ROW(HEAD OWNER USER("\7") GROUP MASK OTHER,
	    "user::rw-,user:7:rwx:7,group::r--,mask::r-x,other::---", 0650),
	ROW(HEAD OWNER USER("\7") USER("\10") GROUP OTHERS("\3") MASK OTHER,
	    "user::rw-,user:7:rwx:7,user:8:rwx:8,group::r--,"
	    "group:3:--x:3,mask::r-x,other::---", 0650),
};

/* Finds but one of each. */
static int64_t
find(void *cookie, enum acl_whose whose, const char *name)
{
	(void)cookie;
	return (strcmp(name, "lisa") != 0 ? -1 : whose == ACL_USER ? 7 : 3);
}

static const struct acl_names names = { find, NULL };

START_TEST(writes_and_reads_lists)
{
	const struct row *row = &lawful[_i];
	struct text text = { 0 };
	struct text bytes = { 0 };

	ck_assert_int_eq(acl_write_text(row->bytes, row->length, &text), 0);
	ck_assert_str_eq(text_string(&text), row->text);
	ck_assert_int_eq(acl_mode(row->bytes, row->length), row->mode);
	ck_assert_int_eq(acl_read_text(text_string(&text), &names, &bytes),
	    0);
	ck_assert_uint_eq(bytes.length, row->length);
	ck_assert_mem_eq(bytes.bytes, row->bytes, row->length);
	text_release(&text);
	text_release(&bytes);
}
END_TEST

static const struct row unlawful[] = {
	ROW("", NULL, -1),
	ROW("\2\0\0", NULL, -1),
	ROW("\3\0\0\0" OWNER GROUP OTHER, NULL, -1),
	ROW(HEAD OWNER GROUP OTHER "\0", NULL, -1),
	ROW(HEAD OWNER GROUP, NULL, -1),
	ROW(HEAD OWNER USER("\7") GROUP OTHER, NULL, -1),
	ROW(HEAD GROUP OWNER OTHER, NULL, -1),
	ROW(HEAD OWNER USER("\7") USER("\7") GROUP MASK OTHER, NULL, -1),
	ROW(HEAD OWNER USER("\10") USER("\7") GROUP MASK OTHER, NULL, -1),
	ROW(HEAD OWNER "\2\0\7\0" NOBODY GROUP MASK OTHER, NULL, -1),
	ROW(HEAD "\1\0\6\0\0\0\0\0" GROUP OTHER, NULL, -1),
	ROW(HEAD "\1\0\10\0" NOBODY GROUP OTHER, NULL, -1),
	ROW(HEAD "\3\0\6\0" NOBODY GROUP OTHER, NULL, -1),
	ROW(HEAD OWNER GROUP OTHER "\100\0\0\0" NOBODY, NULL, -1),
};

START_TEST(refuses_bytes_that_are_no_list)
{
	struct text text = { 0 };

	ck_assert_int_eq(acl_write_text(unlawful[_i].bytes,
	    unlawful[_i].length, &text), -1);
	ck_assert_int_eq(acl_mode(unlawful[_i].bytes, unlawful[_i].length),
	    -1);
	text_release(&text);
}
END_TEST

/* What GNU tar, star and libarchive write: all of it the second list. */
static const char *const spellings[] = {
	"user::rw-\nuser:lisa:rwx\ngroup::r--\nmask::r-x\nother::---\n",
	"user::rw-,group::r--,other::---,user:lisa:rwx:7,mask::r-x",
	"u::rw,u:7:rwx,g::r,m::rx,o::-",
	"user::rw-,user:nobody-here:rwx:7,group::r--,mask::r-x,other::---",
};

START_TEST(reads_what_others_write)
{
	struct text bytes = { 0 };

	ck_assert_int_eq(acl_read_text(spellings[_i], &names, &bytes), 0);
	ck_assert_uint_eq(bytes.length, lawful[1].length);
	ck_assert_mem_eq(bytes.bytes, lawful[1].bytes, bytes.length);
	text_release(&bytes);
}
END_TEST

START_TEST(takes_a_list_of_three_for_the_mode_that_it_is)
{
	struct text bytes = { 0 };

	ck_assert_int_eq(acl_read_text("user::rw-,group::r--,other::---",
	    &names, &bytes), 0);
	ck_assert_uint_eq(bytes.length, 0);
	text_release(&bytes);
}
END_TEST

static const char *const nonsense[] = {
	"", "user", "user::rwx", "user::rwx,group::r--,other::r--,mask",
	"user::rwz,group::r--,other::---", "user::rwxr,group::r--,other::---",
	"user::rw-,user:nobody-here:rwx,group::r--,mask::r-x,other::---",
	"user::rw-,user:4294967295:rwx,group::r--,mask::r-x,other::---",
	"user::rw-,user:-1:rwx,group::r--,mask::r-x,other::---",
	"user::rw-,user::rw-,group::r--,mask::r-x,other::---",
	"user::rw-,user:7:rwx:7:7,group::r--,mask::r-x,other::---",
	"user::rw-,user:7:rwx,group::r--,other::---",
	"user::rw-,group::r--,mask:7:r-x,other::---",
	"user::rw-,group::r--,none::r-x,other::---",
};

START_TEST(refuses_text_that_is_no_list)
{
	struct text bytes = { 0 };

	ck_assert_int_eq(acl_read_text(nonsense[_i], &names, &bytes), -1);
	ck_assert_uint_eq(bytes.length, 0);
	text_release(&bytes);
}
END_TEST

TCase *
acl_case(void)
{
	TCase *testcase = tcase_create("acl");

	tcase_add_loop_test(testcase, writes_and_reads_lists, 0,
	    sizeof(lawful) / sizeof(lawful[0]));
	tcase_add_loop_test(testcase, refuses_bytes_that_are_no_list, 0,
	    sizeof(unlawful) / sizeof(unlawful[0]));
	tcase_add_loop_test(testcase, reads_what_others_write, 0,
	    sizeof(spellings) / sizeof(spellings[0]));
	tcase_add_test(testcase,
	    takes_a_list_of_three_for_the_mode_that_it_is);
	tcase_add_loop_test(testcase, refuses_text_that_is_no_list, 0,
	    sizeof(nonsense) / sizeof(nonsense[0]));
	return (testcase);
}
