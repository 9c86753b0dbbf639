#include <config.h>

#include "../../nqsbackup/tree/inode_table.h"

#include "unit.h"

enum { MANY = 10000 };

START_TEST(finds_what_was_added)
{
	struct inode_table *table = inode_table_make();

	for (size_t i = 0; i < MANY; i++) {
		ck_assert_int_eq(inode_table_find(table, (dev_t)(i % 3),
		    (ino_t)(i * 8)), -1);
		inode_table_add(table, (dev_t)(i % 3), (ino_t)(i * 8), i);
	}
	for (size_t i = 0; i < MANY; i++) {
		ck_assert_int_eq(inode_table_find(table, (dev_t)(i % 3),
		    (ino_t)(i * 8)), (ssize_t)i);
		ck_assert_int_eq(inode_table_find(table, (dev_t)(i % 3 + 1),
		    (ino_t)(i * 8)), -1);
	}
	inode_table_free(table);
}
END_TEST

TCase *
inode_table_case(void)
{
	TCase *testcase = tcase_create("inode_table");

	tcase_add_test(testcase, finds_what_was_added);
	return testcase;
}
