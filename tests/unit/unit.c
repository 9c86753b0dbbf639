#include <config.h>

#include "unit.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/system/beneath.h"
#include "../../libcore/system/fileio.h"

enum {
	TIMEOUT = 30			/* seconds for one test */
};

int
unit_run(const char *name, unit_case *const cases[])
{
	Suite *suite = suite_create(name);

	for (size_t i = 0; cases[i] != NULL; i++) {
		TCase *testcase = cases[i]();

		tcase_set_timeout(testcase, TIMEOUT);
		suite_add_tcase(suite, testcase);
	}
	SRunner *runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* For the fixtures, which get no argument. */
static char directory[4096];

static void
enter_directory(void)
{
	const char *parent = getenv("TMPDIR");

	(void)snprintf(directory, sizeof(directory), "%s/nqstools-unit.XXXXXX",
	    parent != NULL ? parent : "/tmp");
	if (mkdtemp(directory) == NULL || chdir(directory) == -1) {
		perror(directory);
		exit(EXIT_FAILURE);
	}
}

static void
leave_directory(void)
{
	char *slash = strrchr(directory, '/');

	*slash = '\0';
	int parent = fileio_open(AT_FDCWD, directory, O_RDONLY, 0);
	if (parent == -1 || chdir("/") == -1 ||
	    beneath_remove_tree(parent, slash + 1) == -1)
		perror(directory);
	(void)close(parent);
}

void
unit_use_directory(TCase *testcase)
{
	/* Unchecked: they run outside the tests, also when one crashes. */
	tcase_add_unchecked_fixture(testcase, enter_directory,
	    leave_directory);
}

void
unit_write(const char *path, const char *string)
{
	int fd = fileio_open(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC,
	    S_IRUSR | S_IWUSR);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(fileio_write(fd, string, strlen(string)), 0);
	ck_assert_int_eq(close(fd), 0);
}

char *
unit_read(const char *path)
{
	struct text text = { 0 };
	struct failure why;

	ck_assert_int_eq(fileio_read_file(path, 1 << 20, &text, &why), 1);
	return text_take(&text);
}

char *
unit_capture(int fd, void (*action)(void))
{
	struct text text = { 0 };
	struct failure why;
	FILE *file = tmpfile();
	int saved = fcntl(fd, F_DUPFD, 10);

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ne(saved, -1);
	ck_assert_int_eq(dup2(fileno(file), fd), fd);
	action();
	ck_assert_int_eq(dup2(saved, fd), fd);
	ck_assert_int_eq(close(saved), 0);
	ck_assert_int_eq((int)lseek(fileno(file), 0, SEEK_SET), 0);
	ck_assert_int_eq(fileio_read_all(fileno(file), "captured", 1 << 20,
	    &text, &why), 0);
	ck_assert_int_eq(fclose(file), 0);
	return text_take(&text);
}
