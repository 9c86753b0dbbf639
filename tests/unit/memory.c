#include <config.h>

#include "../../libcore/base/memory.h"

#include <sys/wait.h>

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../libcore/base/exitcode.h"
#include "../../libcore/base/message.h"
#include "unit.h"

START_TEST(makes_zeroed_objects_also_empty_ones)
{
	char *bytes = memory_make(3, 2);

	for (int i = 0; i < 6; i++)
		ck_assert_int_eq(bytes[i], 0);
	free(bytes);
	bytes = memory_make(0, 8);
	ck_assert_ptr_nonnull(bytes);
	free(bytes);
}
END_TEST

START_TEST(copies_bytes_and_strings)
{
	char *copy = memory_copy("a\0b", 3);

	ck_assert_mem_eq(copy, "a\0b", 3);
	copy = memory_resize(copy, 1, 1000);
	ck_assert_mem_eq(copy, "a\0b", 3);
	free(copy);
	copy = memory_copy(NULL, 0);
	ck_assert_ptr_nonnull(copy);
	free(copy);
	copy = memory_copy_string("text");
	ck_assert_str_eq(copy, "text");
	free(copy);
}
END_TEST

START_TEST(grows_a_list_by_one_and_keeps_what_it_has)
{
	size_t *list = NULL;

	for (size_t count = 0; count < 100; count++) {
		list = memory_grow(list, count, sizeof(*list));
		list[count] = count;
	}
	for (size_t i = 0; i < 100; i++)
		ck_assert_uint_eq(list[i], i);
	free(list);
}
END_TEST

START_TEST(ends_the_program_when_a_size_overflows)
{
	free(memory_make(SIZE_MAX / 2, 3));
}
END_TEST

/* A program that ends like this, and what it says. */
static void
run_out_of_memory(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		message_start("nqsupd", MESSAGE_ERROR, false);
		free(memory_make(SIZE_MAX / 2, 3));
		_exit(0);
	}
	ck_assert_int_eq((int)waitpid(pid, &status, 0), (int)pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), EXITCODE_SYSTEM);
}

START_TEST(ends_a_program_under_its_name)
{
	char *said = unit_capture(2, run_out_of_memory);

	ck_assert_str_eq(said, "nqsupd: cannot get memory\n");
	free(said);
}
END_TEST

TCase *
memory_case(void)
{
	TCase *testcase = tcase_create("memory");

	tcase_add_test(testcase, makes_zeroed_objects_also_empty_ones);
	tcase_add_test(testcase, copies_bytes_and_strings);
	tcase_add_test(testcase, grows_a_list_by_one_and_keeps_what_it_has);
	tcase_add_exit_test(testcase, ends_the_program_when_a_size_overflows,
	    EXITCODE_SYSTEM);
	tcase_add_test(testcase, ends_a_program_under_its_name);
	return testcase;
}
