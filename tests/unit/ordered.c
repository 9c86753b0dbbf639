#include <config.h>

#include <stdlib.h>

#include "../../libcore/base/memory.h"
#include "../../libcore/base/ordered.h"

#include "unit.h"

enum {
	MANY = 1 << 16,
	DEPTH = 2 * 17			/* twice the logarithm */
};

struct number {
	int	value;
	int	*asked;			/* counts comparisons */
};

static int
compare(const void *key, const void *item)
{
	const struct number *left = key;
	const struct number *right = item;

	(*left->asked)++;
	return (left->value > right->value) - (left->value < right->value);
}

static void
add_and_find(int value, struct ordered *ordered)
{
	int asked = 0;
	struct number *number = memory_make(1, sizeof(*number));

	number->value = value;
	number->asked = &asked;
	ck_assert_ptr_eq(ordered_find(ordered, number), NULL);
	ordered_add(ordered, number, number);
	ck_assert_ptr_eq(ordered_find(ordered, number), number);
	ck_assert_int_le(asked, 3 * DEPTH);
	number->asked = NULL;
}

/* Whatever order the keys come in. */
START_TEST(finds_what_was_added_in_few_steps)
{
	struct ordered *ordered = ordered_make(compare);
	int asked = 0;

	for (int i = 0; i < MANY; i++) {
		const int values[] = { i, -i, (int)((unsigned)i * 40503U %
		    MANY) };

		if (_i != 1 || i > 0)
			add_and_find(values[_i], ordered);
	}
	for (int i = 1; i < MANY; i++) {
		const struct number key = { _i == 1 ? -i : i, &asked };
		const struct number *found = ordered_find(ordered, &key);

		ck_assert_ptr_ne(found, NULL);
		ck_assert_int_eq(found->value, key.value);
	}
	ordered_free(ordered, free);
}
END_TEST

START_TEST(an_empty_one_has_nothing)
{
	struct ordered *ordered = ordered_make(compare);
	int asked = 0;
	const struct number key = { 1, &asked };

	ck_assert_ptr_eq(ordered_find(ordered, &key), NULL);
	ordered_free(ordered, free);
	ordered_free(NULL, free);
}
END_TEST

TCase *
ordered_case(void)
{
	TCase *testcase = tcase_create("ordered");

	tcase_add_loop_test(testcase, finds_what_was_added_in_few_steps, 0, 3);
	tcase_add_test(testcase, an_empty_one_has_nothing);
	return testcase;
}
