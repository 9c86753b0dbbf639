#include <config.h>

#include "../../libcore/system/beneath.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "unit.h"

static const char *const clean[] = {
	"a", "a/b", "...", "..a", "a./b", ".a/.b", "a b", "-"
};

static const char *const unclean[] = {
	"", "/", "/a", "a/", "a//b", ".", "..", "a/.", "a/..", "./a", "../a",
	"a/../b", "a/./b"
};

START_TEST(takes_clean_paths)
{
	ck_assert(beneath_path_is_clean(clean[_i]));
}
END_TEST

START_TEST(refuses_paths_that_could_lead_elsewhere)
{
	const char *name = NULL;

	ck_assert(!beneath_path_is_clean(unclean[_i]));
	ck_assert_int_eq(beneath_open_parent(AT_FDCWD, unclean[_i], &name),
	    -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(beneath_remove_tree(AT_FDCWD, unclean[_i]), -1);
	ck_assert_int_eq(errno, EINVAL);
	if (unclean[_i][0] != '\0') {
		ck_assert_int_eq(beneath_open_directory(AT_FDCWD,
		    unclean[_i]), -1);
		ck_assert_int_eq(errno, EINVAL);
	}
}
END_TEST

/* Makes the directories names, each in the one before; up to a NULL. */
static void
make_nested(const char *const *names)
{
	for (; *names != NULL; names++)
		ck_assert_int_eq(mkdir(*names, 0700), 0);
}

START_TEST(opens_the_parent_and_names_the_last_component)
{
	const char *name = NULL;
	static const char *const names[] = { "p", "p/q", NULL };
	struct stat status;

	make_nested(names);
	unit_write("p/q/r", "text");
	int parent = beneath_open_parent(AT_FDCWD, "p/q/r", &name);
	ck_assert_int_ne(parent, -1);
	ck_assert_str_eq(name, "r");
	ck_assert_int_eq(fstatat(parent, name, &status, 0), 0);
	ck_assert_int_eq((int)status.st_size, 4);
	ck_assert_int_eq(close(parent), 0);
	parent = beneath_open_parent(AT_FDCWD, "p", &name);
	ck_assert_str_eq(name, "p");
	ck_assert_int_eq(close(parent), 0);
	int root = beneath_open_directory(AT_FDCWD, "");
	ck_assert_int_ne(root, -1);
	ck_assert_int_eq(close(root), 0);
}
END_TEST

START_TEST(follows_no_link)
{
	const char *name = NULL;

	ck_assert_int_eq(mkdir("outside", 0700), 0);
	unit_write("outside/file", "precious");
	ck_assert_int_eq(mkdir("inside", 0700), 0);
	ck_assert_int_eq(symlink("../outside", "inside/link"), 0);
	ck_assert_int_eq(beneath_open_parent(AT_FDCWD, "inside/link/file",
	    &name), -1);
	ck_assert(errno == ELOOP || errno == ENOTDIR);
	ck_assert_int_eq(beneath_open_directory(AT_FDCWD, "inside/link"), -1);
	ck_assert_int_eq(beneath_remove_tree(AT_FDCWD, "inside/link/file"),
	    -1);
	ck_assert_int_eq(beneath_remove_tree(AT_FDCWD, "inside"), 0);
	char *content = unit_read("outside/file");
	ck_assert_str_eq(content, "precious");
	free(content);
}
END_TEST

START_TEST(removes_a_tree_or_a_file_or_nothing)
{
	static const char *const names[] = { "t", "t/a", "t/a/b", "t/a/b/c",
		NULL };
	struct stat status;

	make_nested(names);
	unit_write("t/a/file", "1");
	unit_write("t/a/b/file", "2");
	ck_assert_int_eq(mkfifo("t/a/b/pipe", 0600), 0);
	ck_assert_int_eq(beneath_remove_tree(AT_FDCWD, "t/a/file"), 0);
	ck_assert_int_eq(beneath_remove_tree(AT_FDCWD, "t/a/file"), 0);
	ck_assert_int_eq(beneath_remove_tree(AT_FDCWD, "no/such/tree"), 0);
	ck_assert_int_eq(beneath_remove_tree(AT_FDCWD, "t"), 0);
	ck_assert_int_eq(lstat("t", &status), -1);
}
END_TEST

/* Makes a tree of directories and files, two in each of so many levels. */
static void
make_deep(const char *name, int levels)
{
	int fd = AT_FDCWD;

	for (int i = 0; i < levels; i++) {
		ck_assert_int_eq(mkdirat(fd, name, 0700), 0);
		int next = openat(fd, name, O_RDONLY | O_DIRECTORY);

		if (fd != AT_FDCWD)
			(void)close(fd);
		fd = next;
		ck_assert_int_eq(mkfifoat(fd, "lifted.0", 0600), 0);
		name = i % 2 == 0 ? "lifted.1" : "d";
	}
	(void)close(fd);
}

START_TEST(removes_a_tree_however_deep)
{
	struct stat status;

	make_deep("deep", 1500);
	ck_assert_int_eq(beneath_remove_tree(AT_FDCWD, "deep"), 0);
	ck_assert_int_eq(lstat("deep", &status), -1);
}
END_TEST

TCase *
beneath_case(void)
{
	TCase *testcase = tcase_create("beneath");

	unit_use_directory(testcase);
	tcase_add_loop_test(testcase, takes_clean_paths, 0,
	    sizeof(clean) / sizeof(clean[0]));
	tcase_add_loop_test(testcase, refuses_paths_that_could_lead_elsewhere,
	    0, sizeof(unclean) / sizeof(unclean[0]));
	tcase_add_test(testcase,
	    opens_the_parent_and_names_the_last_component);
	tcase_add_test(testcase, follows_no_link);
	tcase_add_test(testcase, removes_a_tree_or_a_file_or_nothing);
	tcase_add_test(testcase, removes_a_tree_however_deep);
	return testcase;
}
