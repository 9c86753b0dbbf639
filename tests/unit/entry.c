#include <config.h>

#include "../../nqsbackup/tree/entry.h"

#include <string.h>

#include "../../libcore/base/memory.h"
#include "../../nqsbackup/tree/name_store.h"
#include "unit.h"

/* Each comes before the next. */
static const char *const ordered[] = {
	"a", "a/b", "a/b/c", "a/b-c", "a/c", "a b", "a-b", "a.b", "aa", "b",
	"b\xff"
};

enum { ORDERED_COUNT = sizeof(ordered) / sizeof(ordered[0]) };

START_TEST(orders_a_directory_right_before_what_is_below_it)
{
	for (int i = 0; i < ORDERED_COUNT; i++) {
		const int order = entry_compare_names(ordered[_i],
		    ordered[i]);

		ck_assert_int_eq(order < 0, _i < i);
		ck_assert_int_eq(order > 0, _i > i);
	}
}
END_TEST

START_TEST(sorts_and_finds)
{
	struct entry_list list = { 0 };

	for (size_t i = 0; i < 3 * ORDERED_COUNT; i++)
		entry_list_add(&list)->name = memory_copy_string(
		    ordered[7 * i % ORDERED_COUNT]);
	entry_list_sort(&list);
	ck_assert_uint_eq(list.count, ORDERED_COUNT);
	for (int i = 0; i < ORDERED_COUNT; i++) {
		ck_assert_str_eq(list.list[i].name, ordered[i]);
		ck_assert_int_eq(entry_list_find(&list, ordered[i]), i);
	}
	ck_assert_int_eq(entry_list_find(&list, "a/"), -1);
	ck_assert_int_eq(entry_list_find(&list, "c"), -1);
	entry_list_release(&list);
}
END_TEST

START_TEST(knows_what_is_below)
{
	ck_assert(entry_is_at_or_below("a/b", "a/b"));
	ck_assert(entry_is_at_or_below("a/b/c", "a/b"));
	ck_assert(!entry_is_at_or_below("a/bc", "a/b"));
	ck_assert(!entry_is_at_or_below("a", "a/b"));
}
END_TEST

START_TEST(counts_the_data_without_holes)
{
	struct entry entry = { .kind = ENTRY_FILE, .size = 1000000 };

	ck_assert_int_eq(entry_data_size(&entry), 1000000);
	entry_make_sparse(&entry);
	ck_assert_int_eq(entry_data_size(&entry), 0);
	for (int i = 0; i < 100; i++)
		entry_add_extent(&entry, 1000 * i, i + 1);
	ck_assert_int_eq(entry_data_size(&entry), 5050);
	entry_clear_content(&entry);
	ck_assert_int_eq(entry_data_size(&entry), 1000000);
}
END_TEST

START_TEST(fills_two_lines_of_the_cache)
{
	/* There are as many as files; see struct entry. */
	if (sizeof(void *) == 8 && sizeof(long) == 8)
		ck_assert_uint_eq(sizeof(struct entry), 128);
}
END_TEST

START_TEST(keeps_times_of_any_age)
{
	static const struct timespec times[] = { { -9000000000, 999999999 },
	    { -1, 1 }, { 0, 0 }, { 9000000000, 999999999 } };
	struct entry entry = { 0 };

	entry_set_mtime(&entry, times[_i]);
	const struct timespec kept = entry_mtime(&entry);

	ck_assert_int_eq(kept.tv_sec, times[_i].tv_sec);
	ck_assert_int_eq(kept.tv_nsec, times[_i].tv_nsec);
}
END_TEST

START_TEST(keeps_names_of_any_length_where_they_are)
{
	enum { LONGEST = 100000, COUNT = 400 };
	static char name[LONGEST + 1];
	struct name_store *store = name_store_make();
	const char *kept[COUNT];

	memset(name, 'n', LONGEST);
	for (size_t i = 0; i < COUNT; i++)
		kept[i] = name_store_keep(store, name + LONGEST -
		    i * i % LONGEST);
	for (size_t i = 0; i < COUNT; i++)
		ck_assert_str_eq(kept[i], name + LONGEST - i * i % LONGEST);
	name_store_free(store);
	name_store_free(NULL);
}
END_TEST

TCase *
entry_case(void)
{
	TCase *testcase = tcase_create("entry");

	tcase_add_loop_test(testcase,
	    orders_a_directory_right_before_what_is_below_it, 0,
	    ORDERED_COUNT);
	tcase_add_test(testcase, sorts_and_finds);
	tcase_add_test(testcase, knows_what_is_below);
	tcase_add_test(testcase, counts_the_data_without_holes);
	tcase_add_test(testcase, fills_two_lines_of_the_cache);
	tcase_add_loop_test(testcase, keeps_times_of_any_age, 0, 4);
	tcase_add_test(testcase, keeps_names_of_any_length_where_they_are);
	return testcase;
}
