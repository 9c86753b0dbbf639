#include <config.h>

#include "../../libcore/system/trust.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/system/extended.h"
#include "unit.h"

struct trust_row {
	mode_t	mode;
	int	rc;
};

static const struct trust_row rows[] = {
	{ 0600, 0 }, { 0644, 0 }, { 0755, 0 }, { 0620, -1 }, { 0602, -1 },
	{ 0666, -1 },
};

START_TEST(trusts_what_only_the_owner_may_write)
{
	struct failure why = { 0 };

	unit_write("file", "x");
	ck_assert_int_eq(chmod("file", rows[_i].mode), 0);
	int fd = open("file", O_RDONLY);
	ck_assert_int_eq(trust_check(fd, "file", &why), rows[_i].rc);
	if (rows[_i].rc == -1)
		ck_assert_int_eq(why.code, EXITCODE_DENIED);
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

START_TEST(refuses_what_is_no_file)
{
	struct failure why = { 0 };
	int fd = open(".", O_RDONLY);

	ck_assert_int_eq(trust_check(fd, ".", &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_DENIED);
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

START_TEST(refuses_a_file_of_somebody_else)
{
	struct failure why = { 0 };

	/* Only root can give a file away; anybody else has nothing to see. */
	unit_write("given", "x");
	if (chown("given", 12345, (gid_t)-1) == -1)
		return;
	int fd = open("given", O_RDONLY);
	ck_assert_int_eq(trust_check(fd, "given", &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_DENIED);
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

START_TEST(reads_what_it_trusts_and_waits_for_no_pipe)
{
	struct failure why = { 0 };
	struct text content = { 0 };

	ck_assert_int_eq(trust_read("none", 9, &content, &why), 0);
	unit_write("read", "x");
	ck_assert_int_eq(chmod("read", 0600), 0);
	ck_assert_int_eq(trust_read("read", 9, &content, &why), 1);
	ck_assert_str_eq(text_string(&content), "x");
	ck_assert_int_eq(mkfifo("nobody-writes", 0600), 0);
	ck_assert_int_eq(trust_read("nobody-writes", 9, &content, &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_DENIED);
	text_release(&content);
}
END_TEST

/* Makes a path below the present directory absolute; the caller's. */
static char *
absolute(const char *path)
{
	char *here = getcwd(NULL, 0);
	struct text text = { 0 };

	ck_assert_ptr_nonnull(here);
	text_format(&text, "%s/%s", here, path);
	free(here);
	return text_take(&text);
}

static void
expect_way(const char *path, int rc)
{
	struct failure why = { 0 };
	char *full = absolute(path);

	ck_assert_msg(trust_check_way(full, &why) == rc, "%s: %s", path,
	    why.message);
	if (rc == -1)
		ck_assert_int_eq(why.code, EXITCODE_DENIED);
	free(full);
}

START_TEST(refuses_a_way_that_leads_through_what_others_may_write)
{
	char *safe = absolute("safe");
	char *open = absolute("open");

	ck_assert_int_eq(mkdir("safe", 0755), 0);
	ck_assert_int_eq(mkdir("safe/folder", 0755), 0);
	ck_assert_int_eq(mkdir("open", 0755), 0);
	ck_assert_int_eq(chmod("open", 0777), 0);
	unit_write("safe/folder/file", "x");
	/* All these lead to the same file, which is safe itself. */
	ck_assert_int_eq(symlink("folder/./../folder", "safe/link"), 0);
	ck_assert_int_eq(symlink(safe, "open/back"), 0);
	ck_assert_int_eq(symlink("../open/back/folder", "safe/round"), 0);
	ck_assert_int_eq(symlink(open, "safe/away"), 0);
	expect_way("safe/folder/file", 0);
	expect_way("safe//link/file", 0);
	expect_way("safe/round/file", -1);
	expect_way("safe/away/back/folder/file", -1);
	expect_way("open/back/folder/file", -1);
	ck_assert_int_eq(chmod("open", 01777), 0);
	expect_way("safe/round/file", 0);
	if (lchown("open/back", 12345, (gid_t)-1) == 0)
		expect_way("safe/round/file", -1);
	free(safe);
	free(open);
}
END_TEST

/* The mode says only that the group, of root, may write. */
START_TEST(sees_who_may_write_by_an_access_list)
{
	/* Version 2; tag, permissions and number of each, little-endian. */
	static const char list[] =
	    "\2\0\0\0"
	    "\1\0\7\0\377\377\377\377"		/* the owner */
	    "\2\0\7\0\71\60\0\0"		/* user 12345 */
	    "\4\0\5\0\377\377\377\377"		/* the group */
	    "\20\0\7\0\377\377\377\377"		/* the mask */
	    "\40\0\5\0\377\377\377\377";	/* others */
	const struct extended_attribute attribute = {
	    "system.posix_acl_access", list, sizeof(list) - 1 };

	const int here = open(".", O_RDONLY | O_DIRECTORY);

	ck_assert_int_ne(here, -1);
	ck_assert_int_eq(mkdir("listed", 0755), 0);
	unit_write("listed/file", "x");
	expect_way("listed/file", 0);
	if (extended_set_at(here, "listed", &attribute) == 0)
		expect_way("listed/file", -1);
	else
		ck_assert_int_eq(errno, ENOTSUP);
	ck_assert_int_eq(close(here), 0);
}
END_TEST

START_TEST(trusts_no_folder_in_which_others_may_make_files)
{
	static const struct trust_row folders[] = {
		{ 0700, 0 }, { 0755, 0 }, { 01755, 0 }, { 0777, -1 },
		{ 01777, -1 }, { 0775, -1 }, { 01775, -1 }
	};
	char *folder = absolute("folder");
	char *below = absolute("folder/below");

	ck_assert_int_eq(mkdir("folder", 0700), 0);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		struct failure why = { 0 };

		ck_assert_int_eq(chmod("folder", folders[i].mode), 0);
		ck_assert_msg(trust_check_folder(folder, &why) ==
		    folders[i].rc, "%o", (unsigned)folders[i].mode);
		ck_assert_int_eq(why.code, folders[i].rc == 0 ? 0 :
		    EXITCODE_DENIED);
	}
	ck_assert_int_eq(chmod("folder", 01777), 0);
	ck_assert_int_eq(mkdir("folder/below", 0700), 0);
	struct failure why = { 0 };
	ck_assert_int_eq(trust_check_folder(below, &why), 0);
	free(below);
	free(folder);
}
END_TEST

START_TEST(follows_no_links_in_a_circle)
{
	struct failure why = { 0 };
	char *circle = absolute("circle");

	ck_assert_int_eq(symlink("circle", "circle"), 0);
	ck_assert_int_eq(trust_check_way(circle, &why), -1);
	free(circle);
	circle = absolute("none");
	ck_assert_int_eq(trust_check_way(circle, &why), -1);
	free(circle);
}
END_TEST

TCase *
trust_case(void)
{
	TCase *testcase = tcase_create("trust");

	unit_use_directory(testcase);
	tcase_add_loop_test(testcase, trusts_what_only_the_owner_may_write, 0,
	    sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(testcase, refuses_what_is_no_file);
	tcase_add_test(testcase,
	    reads_what_it_trusts_and_waits_for_no_pipe);
	tcase_add_test(testcase, refuses_a_file_of_somebody_else);
	tcase_add_test(testcase,
	    refuses_a_way_that_leads_through_what_others_may_write);
	tcase_add_test(testcase, sees_who_may_write_by_an_access_list);
	tcase_add_test(testcase,
	    trusts_no_folder_in_which_others_may_make_files);
	tcase_add_test(testcase, follows_no_links_in_a_circle);
	return testcase;
}
