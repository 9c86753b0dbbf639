#include <config.h>

#include "../../libcore/system/fileio.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "unit.h"

/* How many names directory holds. */
static int
count_names(const char *directory)
{
	DIR *stream = opendir(directory);
	int count = 0;

	ck_assert_ptr_nonnull(stream);
	while (readdir(stream) != NULL)
		count++;
	ck_assert_int_eq(closedir(stream), 0);
	return count - 2;
}

static void
expect_content(const char *path, const char *expected)
{
	char *content = unit_read(path);

	ck_assert_str_eq(content, expected);
	free(content);
}

START_TEST(opens_close_on_exec)
{
	int fd = fileio_open(AT_FDCWD, ".", O_RDONLY, 0);

	ck_assert_int_eq(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

START_TEST(opens_only_regular_files_to_be_read_and_waits_for_no_pipe)
{
	struct failure why = { 0 };

	unit_write("file", "x");
	const int fd = fileio_open_regular("file", 0, &why);
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(close(fd), 0);
	ck_assert_int_eq(mkfifo("nobody-writes", 0600), 0);
	ck_assert_int_eq(fileio_open_regular("nobody-writes", 0, &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_DATA);
	ck_assert_int_eq(fileio_open_regular(".", 0, &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_DATA);
	ck_assert_int_eq(fileio_open_regular("none", 0, &why), -1);
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_str_eq(why.message,
	    "cannot read 'none': No such file or directory");
}
END_TEST

START_TEST(reads_and_writes_all_over_a_pipe)
{
	enum { SIZE = 300000 };
	char *bytes = calloc(SIZE, 1);
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	memset(bytes, 'x', SIZE);
	pid_t pid = fork();
	if (pid == 0)
		_exit(fileio_write(ends[1], bytes, SIZE) == 0 ? 0 : 1);
	ck_assert_int_eq(close(ends[1]), 0);
	memset(bytes, 0, SIZE);
	ck_assert_int_eq((int)fileio_read(ends[0], bytes, SIZE), SIZE);
	ck_assert_int_eq(bytes[SIZE - 1], 'x');
	ck_assert_int_eq((int)fileio_read(ends[0], bytes, SIZE), 0);
	ck_assert_int_eq(close(ends[0]), 0);
	free(bytes);
}
END_TEST

START_TEST(reads_at_an_offset_without_moving)
{
	char bytes[8] = "";

	unit_write("offset", "0123456789");
	int fd = open("offset", O_RDONLY);
	ck_assert_int_eq((int)fileio_read_at(fd, bytes, 4, 8), 2);
	ck_assert_mem_eq(bytes, "89", 2);
	ck_assert_int_eq((int)fileio_read(fd, bytes, 4), 4);
	ck_assert_mem_eq(bytes, "0123", 4);
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

START_TEST(reads_a_file_up_to_a_limit)
{
	struct text text = { 0 };
	struct failure why;

	unit_write("limited", "12345");
	ck_assert_int_eq(fileio_read_file("limited", 5, &text, &why), 1);
	ck_assert_str_eq(text_string(&text), "12345");
	ck_assert_int_eq(fileio_read_file("limited", 4, &text, &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_DATA);
	ck_assert_int_eq(fileio_read_file("missing", 4, &text, &why), 0);
	ck_assert_int_eq(fileio_read_file(".", 4, &text, &why), -1);
	ck_assert_int_eq(mkfifo("pipe", 0600), 0);
	ck_assert_int_eq(fileio_read_file("pipe", 4, &text, &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_DATA);
	text_release(&text);
}
END_TEST

START_TEST(lets_a_file_appear_at_once_with_its_mode)
{
	struct fileio_new file;
	struct failure why;
	struct stat status;

	ck_assert_int_eq(mkdir("new", 0700), 0);
	ck_assert_int_eq(fileio_begin(&file, "new/file", &why), 0);
	ck_assert_int_eq(fileio_write(file.fd, "text", 4), 0);
	ck_assert_int_eq(stat("new/file", &status), -1);
	ck_assert_int_eq(count_names("new"), 1);
	ck_assert_int_eq(fileio_commit(&file, 0640, FILEIO_KEEP, &why), 0);
	fileio_abandon(&file);
	ck_assert_int_eq(stat("new/file", &status), 0);
	ck_assert_int_eq((int)(status.st_mode & 0777), 0640);
	ck_assert_int_eq(count_names("new"), 1);
	expect_content("new/file", "text");
}
END_TEST

START_TEST(keeps_or_replaces_what_is_there)
{
	struct fileio_new file;
	struct failure why;

	ck_assert_int_eq(mkdir("there", 0700), 0);
	unit_write("there/file", "old");
	ck_assert_int_eq(fileio_begin(&file, "there/file", &why), 0);
	ck_assert_int_eq(fileio_write(file.fd, "new", 3), 0);
	ck_assert_int_eq(fileio_commit(&file, 0600, FILEIO_KEEP, &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_CANNOT_WRITE);
	fileio_abandon(&file);
	expect_content("there/file", "old");
	ck_assert_int_eq(count_names("there"), 1);

	struct text text = { 0 };
	text_add(&text, "newer");
	ck_assert_int_eq(fileio_replace_file("there/file", &text, 0644, &why),
	    0);
	expect_content("there/file", "newer");
	ck_assert_int_eq(count_names("there"), 1);
	text_release(&text);
}
END_TEST

START_TEST(leaves_nothing_when_abandoned)
{
	struct fileio_new file;
	struct failure why;

	ck_assert_int_eq(mkdir("left", 0700), 0);
	ck_assert_int_eq(fileio_begin(&file, "left/file", &why), 0);
	fileio_abandon(&file);
	fileio_abandon(&file);
	ck_assert_int_eq(count_names("left"), 0);
	ck_assert_int_eq(fileio_begin(&file, "no/such/file", &why), -1);
	ck_assert_str_eq(why.message,
	    "cannot make 'no/such/file': No such file or directory");
	fileio_abandon(&file);
}
END_TEST

START_TEST(takes_up_a_file_whose_content_is_there)
{
	struct fileio_new file;
	struct failure why;

	ck_assert_int_eq(mkdir("half", 0700), 0);
	unit_write("half/.part", "text");
	ck_assert_int_eq(fileio_take_up(&file, "half/file", ".part",
	    fileio_open(AT_FDCWD, "half/.part", O_RDWR, 0), &why), 0);
	fileio_leave(&file);
	ck_assert_int_eq(fileio_take_up(&file, "half/file", ".part",
	    fileio_open(AT_FDCWD, "half/.part", O_RDONLY, 0), &why), 0);
	ck_assert_int_eq(mkdir("half/file", 0700), 0);
	ck_assert_int_eq(fileio_commit(&file, 0600, FILEIO_REPLACE, &why), -1);
	ck_assert_str_eq(why.message,
	    "cannot make 'half/file': Is a directory");
	ck_assert_int_eq(rmdir("half/file"), 0);
	ck_assert_int_eq(fileio_commit(&file, 0600, FILEIO_REPLACE, &why), 0);
	expect_content("half/file", "text");
	ck_assert_int_eq(count_names("half"), 1);
}
END_TEST

START_TEST(begins_a_file_with_a_name_as_long_as_can_be)
{
	struct fileio_new file;
	struct failure why;
	char name[256];

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	ck_assert_int_eq(fileio_begin(&file, name, &why), 0);
	ck_assert_int_eq(fileio_commit(&file, 0600, FILEIO_REPLACE, &why), 0);
	ck_assert_int_eq(unlink(name), 0);
}
END_TEST

START_TEST(removes_what_a_dead_maker_left_and_nothing_else)
{
	struct fileio_new file;
	struct fileio_new other;
	struct failure why;
	int ends[2];

	ck_assert_int_eq(mkdir("dead", 0700), 0);
	unit_write("dead/.f*le.nqs-abc012", "left");
	unit_write("dead/.file.nqs-abc012", "of another");
	unit_write("dead/.f*le.backup", "no temporary name");
	ck_assert_int_eq(pipe(ends), 0);
	pid_t pid = fork();
	if (pid == 0) {
		char byte = 0;

		(void)close(ends[1]);
		_exit(fileio_begin(&other, "dead/f*le", &why) == 0 &&
		    read(ends[0], &byte, 1) == 0 ? 0 : 1);
	}
	(void)close(ends[0]);
	while (access("dead/.f*le.nqs-abc012", F_OK) == 0 ||
	    count_names("dead") < 3)
		(void)poll(NULL, 0, 1);
	ck_assert_int_eq(fileio_begin(&file, "dead/f*le", &why), 0);
	ck_assert_int_eq(count_names("dead"), 4);
	(void)close(ends[1]);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	fileio_abandon(&file);
	ck_assert_int_eq(count_names("dead"), 3);
	const int directory = fileio_open_parent("dead/x");

	fileio_remove_dead(directory, "f*");
	ck_assert_int_eq(close(directory), 0);
	ck_assert_int_eq(count_names("dead"), 1);
	ck_assert_int_eq(access("dead/.f*le.backup", F_OK), 0);
}
END_TEST

/* So does NFS show to root what root made there. */
START_TEST(removes_what_a_dead_maker_left_as_another_user)
{
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(mkdir("squashed", 0700), 0);
	unit_write("squashed/.file.nqs-abc012", "left");
	ck_assert_int_eq(chown("squashed/.file.nqs-abc012", 65534, 65534), 0);
	const int directory = fileio_open_parent("squashed/x");

	fileio_remove_dead(directory, "file");
	ck_assert_int_eq(close(directory), 0);
	ck_assert_int_eq(count_names("squashed"), 0);
}
END_TEST

START_TEST(lists_names_in_their_order)
{
	struct words names = { 0 };
	struct failure why = { 0 };

	static const char *const files[] = { "listed/b.conf",
	    "listed/a.conf", "listed/.hidden.conf", "listed/other" };

	ck_assert_int_eq(mkdir("listed", 0700), 0);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		unit_write(files[i], "");
	ck_assert_int_eq(fileio_list("listed", ".conf", &names, &why), 0);
	ck_assert_uint_eq(names.count, 2);
	ck_assert_str_eq(names.list[0], "a");
	ck_assert_str_eq(names.list[1], "b");
	/* None is not the same as that nobody knows. */
	ck_assert_int_eq(fileio_list("missing", ".conf", &names, &why), 0);
	ck_assert_int_eq(fileio_list("listed/other", ".conf", &names, &why),
	    -1);
	ck_assert_str_eq(why.message,
	    "cannot read 'listed/other': Not a directory");
	ck_assert_uint_eq(names.count, 2);
	words_release(&names);
}
END_TEST

START_TEST(makes_directories_with_their_mode)
{
	struct failure why;
	struct stat status;

	(void)umask(077);
	ck_assert_int_eq(fileio_make_directories("m/n//o/", 0755, &why), 0);
	ck_assert_int_eq(fileio_make_directories("m/n/o", 0755, &why), 0);
	ck_assert_int_eq(fileio_make_directories("/", 0755, &why), 0);
	ck_assert_int_eq(stat("m/n", &status), 0);
	ck_assert_int_eq((int)(status.st_mode & 0777), 0755);
	unit_write("m/file", "x");
	ck_assert_int_eq(fileio_make_directories("m/file/x", 0755, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.message, "'m/file'"));
}
END_TEST

TCase *
fileio_case(void)
{
	TCase *testcase = tcase_create("fileio");

	unit_use_directory(testcase);
	tcase_add_test(testcase, opens_close_on_exec);
	tcase_add_test(testcase,
	    opens_only_regular_files_to_be_read_and_waits_for_no_pipe);
	tcase_add_test(testcase, reads_and_writes_all_over_a_pipe);
	tcase_add_test(testcase, reads_at_an_offset_without_moving);
	tcase_add_test(testcase, reads_a_file_up_to_a_limit);
	tcase_add_test(testcase, lets_a_file_appear_at_once_with_its_mode);
	tcase_add_test(testcase, takes_up_a_file_whose_content_is_there);
	tcase_add_test(testcase, keeps_or_replaces_what_is_there);
	tcase_add_test(testcase, leaves_nothing_when_abandoned);
	tcase_add_test(testcase, begins_a_file_with_a_name_as_long_as_can_be);
	tcase_add_test(testcase,
	    removes_what_a_dead_maker_left_and_nothing_else);
	tcase_add_test(testcase,
	    removes_what_a_dead_maker_left_as_another_user);
	tcase_add_test(testcase, lists_names_in_their_order);
	tcase_add_test(testcase, makes_directories_with_their_mode);
	return testcase;
}
