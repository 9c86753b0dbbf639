#include <config.h>

#include "../../nqsbackup/archive/index.h"

#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "unit.h"

#define DIGEST	"000102030405060708090a0b0c0d0e0f" \
		"101112131415161718191a1b1c1d1e1f"
#define HEAD	"nqsbackup-index 1\nformat ustar\n" \
		"created 1700000000.000000001\nhost node1\n"
#define TREE	"tree top\n"
#define MEMBER	"member 0 0 0123abcd\n"
#define TOP	"d top 0755 0 0 root root 1.000000000 - 0\n"
#define FILE1	"f top/f 4644 1 2 - - -1.500000000 - 512 5 " DIGEST " -\n"
#define MANIFEST "f .nqsbackup/manifest.sha256 0600 0 0 - - " \
		"1700000000.000000000 - 4096 76 " DIGEST " -\n"
#define BEGIN	HEAD TREE MEMBER TOP

/* Reads and checks string; returns the code, OK when it is accepted. */
static enum exitcode
judge(const char *string, struct index *index)
{
	struct failure why = { 0 };
	struct text text = { 0 };
	int rc;

	text_add(&text, string);
	rc = index_read(&text, index, &why);
	if (rc == 0)
		rc = index_check(index, 3000, 8192, &why);
	text_release(&text);
	return rc == 0 ? EXITCODE_OK : why.code;
}

static const char *const accepted[] = {
	BEGIN FILE1 MANIFEST "end 2\n",
	HEAD TREE MEMBER "member 1000 4096 ffffffff\n" TOP FILE1
	    "h top/g 4644 1 2 - - -1.500000000 - 1536 1\n"
	    "l top/l 0777 0 0 a\\x20b \\x2d 2.000000000 c 2048 ../to\\x0a\n"
	    "p top/p 0600 0 0 - - 2.000000000 - 2560\n"
	    "f top/s 0600 0 0 - - 2.000000000 - 3072 9999 " DIGEST
	    " s0+1,4096+10\n"
	    "f top/t 0600 0 0 - - 2.000000000 - 3584 9999 " DIGEST " s\n"
	    MANIFEST "end 7\n",
};

START_TEST(writes_what_it_reads)
{
	struct index index = { 0 };
	struct text again = { 0 };

	ck_assert_int_eq(judge(accepted[_i], &index), EXITCODE_OK);
	index_write(&index, &again);
	ck_assert_str_eq(text_string(&again), accepted[_i]);
	text_release(&again);
	index_release(&index);
}
END_TEST

/* Each is damaged, or made to do harm. */
static const char *const refused[] = {
	"", "\n", "end 0\n", HEAD, HEAD TREE MEMBER TOP,
	/* The head. */
	"nqsbackup-index 2\nformat ustar\n",
	"nqsbackup-index 1\nformat cpio\ncreated 1.000000000\nhost x\n",
	"nqsbackup-index 1\nformat ustar\ncreated 1.0\nhost x\n",
	"nqsbackup-index 1\nformat ustar\ncreated -1.000000000\nhost x\n",
	"nqsbackup-index 1\nformat ustar\ncreated 1.000000000\nhost x y\n",
	/* The end. */
	BEGIN FILE1 MANIFEST "end 1\n",
	BEGIN FILE1 MANIFEST "end 3\n",
	BEGIN FILE1 MANIFEST "end 2",
	BEGIN FILE1 MANIFEST "end 2\nmore\n",
	BEGIN FILE1 "end 1\n",
	/* Names. */
	BEGIN "f top/../f 0644 0 0 - - 1.000000000 - 512 5 " DIGEST " -\n"
	    MANIFEST "end 2\n",
	BEGIN "f /top/f 0644 0 0 - - 1.000000000 - 512 5 " DIGEST " -\n"
	    MANIFEST "end 2\n",
	BEGIN "f top//f 0644 0 0 - - 1.000000000 - 512 5 " DIGEST " -\n"
	    MANIFEST "end 2\n",
	BEGIN "f other/f 0644 0 0 - - 1.000000000 - 512 5 " DIGEST " -\n"
	    MANIFEST "end 2\n",
	BEGIN "f top/\\x00f 0644 0 0 - - 1.000000000 - 512 5 " DIGEST " -\n"
	    MANIFEST "end 2\n",
	BEGIN "f top/\\x2 0644 0 0 - - 1.000000000 - 512 5 " DIGEST " -\n"
	    MANIFEST "end 2\n",
	BEGIN "f top/\\f 0644 0 0 - - 1.000000000 - 512 5 " DIGEST " -\n"
	    MANIFEST "end 2\n",
	BEGIN "f - 0644 0 0 - - 1.000000000 - 512 5 " DIGEST " -\n"
	    MANIFEST "end 2\n",
	BEGIN FILE1
	    "f top/f 0644 0 0 - - 1.000000000 - 1536 5 " DIGEST " -\n"
	    MANIFEST "end 3\n",
	BEGIN FILE1
	    "f top/f/g 0644 0 0 - - 1.000000000 - 1536 5 " DIGEST " -\n"
	    MANIFEST "end 3\n",
	HEAD "tree ../top\n" MEMBER TOP MANIFEST "end 1\n",
	/* Kinds and numbers. */
	BEGIN "s top/s 0644 0 0 - - 1.000000000 - 512\n" MANIFEST "end 2\n",
	BEGIN "ff top/s 0644 0 0 - - 1.000000000 - 512\n" MANIFEST "end 2\n",
	BEGIN "p top/s 644 0 0 - - 1.000000000 - 512\n" MANIFEST "end 2\n",
	BEGIN "p top/s 0844 0 0 - - 1.000000000 - 512\n" MANIFEST "end 2\n",
	BEGIN "p top/s 0644 -1 0 - - 1.000000000 - 512\n" MANIFEST
	    "end 2\n",
	BEGIN "p top/s 0644 0 4294967296 - - 1.000000000 - 512\n" MANIFEST
	    "end 2\n",
	BEGIN "p top/s 0644 0 0 - - 1.5 - 512\n" MANIFEST "end 2\n",
	BEGIN "p top/s 0644 0 0 - - 1.000000000 x 512\n" MANIFEST "end 2\n",
	BEGIN "p top/s 0644 0 0 - - 1.000000000 - 513\n" MANIFEST "end 2\n",
	BEGIN "p top/s 0644 0 0 - - 1.000000000 - 0\n" MANIFEST "end 2\n",
	BEGIN "p top/s 0644 0 0 - - 1.000000000 - 512 more\n" MANIFEST
	    "end 2\n",
	BEGIN "p  top/s 0644 0 0 - - 1.000000000 - 512\n" MANIFEST "end 2\n",
	BEGIN "f top/f 0644 0 0 - - 1.000000000 - 512 -5 " DIGEST " -\n"
	    MANIFEST "end 2\n",
	BEGIN "f top/f 0644 0 0 - - 1.000000000 - 512 "
	    "9223372036854775807 " DIGEST " -\n" MANIFEST "end 2\n",
	BEGIN "f top/f 0644 0 0 - - 1.000000000 - 512 5 123 -\n"
	    MANIFEST "end 2\n",
	BEGIN "l top/l 0777 0 0 - - 1.000000000 - 512 -\n"
	    MANIFEST "end 2\n",
	/* Sparse files. */
	BEGIN "f top/f 0644 0 0 - - 1.000000000 - 512 9 " DIGEST " s5+5\n"
	    MANIFEST "end 2\n",
	BEGIN "f top/f 0644 0 0 - - 1.000000000 - 512 9 " DIGEST
	    " s4+2,5+1\n" MANIFEST "end 2\n",
	BEGIN "f top/f 0644 0 0 - - 1.000000000 - 512 9 " DIGEST " s0+0\n"
	    MANIFEST "end 2\n",
	BEGIN "f top/f 0644 0 0 - - 1.000000000 - 512 9 " DIGEST
	    " s9223372036854775807+9223372036854775807\n" MANIFEST
	    "end 2\n",
	BEGIN "f top/f 0644 0 0 - - 1.000000000 - 512 9 " DIGEST " s0-9\n"
	    MANIFEST "end 2\n",
	/* Further names. */
	BEGIN FILE1 "h top/g 4644 1 2 - - -1.500000000 - 1536 0\n"
	    MANIFEST "end 3\n",
	BEGIN FILE1 "h top/g 4644 1 2 - - -1.500000000 - 1536 2\n"
	    MANIFEST "end 3\n",
	BEGIN FILE1 "h top/g 4644 1 2 - - -1.500000000 - 1536 99\n"
	    MANIFEST "end 3\n",
	BEGIN FILE1 "h top/g 4645 1 2 - - -1.500000000 - 1536 1\n"
	    MANIFEST "end 3\n",
	/* Members. */
	HEAD TREE TOP MANIFEST "end 1\n",
	HEAD TREE "member 1 0 00000000\n" TOP MANIFEST "end 1\n",
	HEAD TREE "member 0 1 00000000\n" TOP MANIFEST "end 1\n",
	HEAD TREE MEMBER MEMBER TOP MANIFEST "end 1\n",
	HEAD TREE MEMBER "member 1000 2000000 00000000\n" TOP MANIFEST
	    "end 1\n",
	HEAD TREE MEMBER "member 3000 4096 00000000\n" TOP MANIFEST
	    "end 1\n",
	HEAD TREE "member 0 0 xyz\n" TOP MANIFEST "end 1\n",
	HEAD TREE "member 0 0 123456789\n" TOP MANIFEST "end 1\n",
};

START_TEST(refuses_what_is_wrong)
{
	struct index index = { 0 };

	ck_assert_int_eq(judge(refused[_i], &index), EXITCODE_DATA);
	index_release(&index);
}
END_TEST

START_TEST(says_in_which_line_the_damage_is)
{
	struct failure why = { 0 };
	struct index index = { 0 };
	struct text text = { 0 };

	text_add(&text, BEGIN "nonsense\n");
	ck_assert_int_eq(index_read(&text, &index, &why), -1);
	ck_assert_ptr_ne(strstr(why.message, "line 8 "), NULL);
	text_release(&text);
	index_release(&index);
}
END_TEST

START_TEST(writes_a_manifest_for_sha256sum)
{
	struct index index = { 0 };
	struct text manifest = { 0 };

	ck_assert_int_eq(judge(BEGIN
	    "f top/a\\x0ab\\x5c 0644 0 0 - - 1.000000000 - 512 5 " DIGEST
	    " -\n"
	    "h top/b 0644 0 0 - - 1.000000000 - 1536 1\n"
	    MANIFEST "end 3\n", &index), EXITCODE_OK);
	index_write_manifest(&index, &manifest);
	ck_assert_str_eq(text_string(&manifest),
	    "\\" DIGEST "  top/a\\nb\\\\\n" DIGEST "  top/b\n");
	text_release(&manifest);
	index_release(&index);
}
END_TEST

TCase *
index_case(void)
{
	TCase *testcase = tcase_create("index");

	tcase_add_loop_test(testcase, writes_what_it_reads, 0,
	    sizeof(accepted) / sizeof(accepted[0]));
	tcase_add_loop_test(testcase, refuses_what_is_wrong, 0,
	    sizeof(refused) / sizeof(refused[0]));
	tcase_add_test(testcase, says_in_which_line_the_damage_is);
	tcase_add_test(testcase, writes_a_manifest_for_sha256sum);
	return testcase;
}
