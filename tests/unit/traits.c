#include <config.h>

#include "../../nqsbackup/tree/traits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../nqsbackup/archive/pax_traits.h"
#include "unit.h"

/* Takes "name=value name=value ..." into pool. */
static const struct traits *
take(struct traits_pool *pool, const char *words)
{
	struct traits_draft draft = { 0 };
	const struct traits *traits;
	struct words list = { 0 };

	words_split(&list, words, ' ');
	for (size_t i = 0; i < list.count && words[0] != '\0'; i++) {
		char *equals = strchr(list.list[i], '=');

		*equals = '\0';
		ck_assert_int_eq(traits_draft_add(&draft, list.list[i],
		    equals + 1, strlen(equals + 1)), 0);
	}
	words_release(&list);
	ck_assert_int_eq(traits_pool_take(pool, &draft, &traits), 0);
	ck_assert_uint_eq(draft.count, 0);
	return (traits);
}

START_TEST(keeps_each_set_once)
{
	struct traits_pool *pool = traits_pool_make();
	const struct traits *first = take(pool, "user.a=1 user.b=2");
	char name[64];

	for (int i = 0; i < 1000; i++) {
		(void)snprintf(name, sizeof(name), "user.n=%d", i);
		(void)take(pool, name);
	}
	ck_assert_ptr_eq(take(pool, "user.b=2 user.a=1"), first);
	ck_assert_ptr_eq(take(pool, "user.b=3 user.b=2 user.a=1"), first);
	ck_assert_ptr_ne(take(pool, "user.b=1 user.a=2"), first);
	ck_assert_ptr_eq(take(pool, ""), NULL);
	ck_assert_uint_eq(traits_pool_count(pool), 1002);
	ck_assert_ptr_eq(traits_pool_get(pool, 0), first);
	ck_assert_uint_eq(traits_pool_get(pool, 77)->number, 77);
	ck_assert_str_eq(traits_find(first, "user.b")->value, "2");
	ck_assert_ptr_eq(traits_find(first, "user.c"), NULL);
	ck_assert_ptr_eq(traits_find(NULL, "user.c"), NULL);
	traits_pool_free(pool);
}
END_TEST

START_TEST(refuses_what_no_file_can_have)
{
	static const char *const names[] = { "", "user", ".user", "user." };
	struct traits_draft draft = { 0 };
	char *large = calloc(TRAITS_VALUE_LIMIT + 1, 1);
	char name[TRAITS_NAME_LIMIT + 2] = "user.";

	ck_assert_ptr_ne(large, NULL);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		ck_assert_int_eq(traits_draft_add(&draft, names[i], "", 0),
		    -1);
	ck_assert_int_eq(traits_draft_add(&draft, "user.large", large,
	    TRAITS_VALUE_LIMIT + 1), -1);
	ck_assert_int_eq(traits_draft_add(&draft, "user.large", large,
	    TRAITS_VALUE_LIMIT), 0);
	memset(name + 5, 'n', sizeof(name) - 6);
	ck_assert_int_eq(traits_draft_add(&draft, name, "", 0), -1);
	name[TRAITS_NAME_LIMIT] = '\0';
	ck_assert_int_eq(traits_draft_add(&draft, name, "", 0), 0);
	traits_draft_release(&draft);
	free(large);
}
END_TEST

START_TEST(holds_no_more_than_its_limit)
{
	struct traits_pool *pool = traits_pool_make();
	char *large = calloc(TRAITS_VALUE_LIMIT, 1);
	struct traits_draft draft = { 0 };
	const struct traits *traits;
	int rc = 0;
	int count = 0;

	ck_assert_ptr_ne(large, NULL);
	for (; rc == 0 && count < 2000; count++) {
		memcpy(large, &count, sizeof(count));
		(void)traits_draft_add(&draft, "user.large", large,
		    TRAITS_VALUE_LIMIT);
		rc = traits_pool_take(pool, &draft, &traits);
	}
	ck_assert_int_eq(rc, -1);
	ck_assert_ptr_eq(traits, NULL);
	ck_assert_int_gt(count, 900);
	ck_assert_uint_le(traits_pool_size(pool), TRAITS_POOL_LIMIT);
	traits_pool_free(pool);
	free(large);
}
END_TEST

struct rule_row {
	struct traits_rule	 rule;
	const char		*wanted;
	const char		*there;
	bool			 met;
};

static const struct traits_rule root_of_ours = { true, false, true, true };
static const struct traits_rule root_of_trusted = { true, true, true, true };
static const struct traits_rule user_of_ours = { false, false, true, true };
static const struct traits_rule root_of_others = { true, false, false, false };

START_TEST(compares_as_far_as_the_rule_goes)
{
	const struct rule_row rows[] = {
		{ root_of_ours, "", "", true },
		{ root_of_ours, "user.a=1", "user.a=1", true },
		{ root_of_ours, "user.a=1", "user.a=2", false },
		{ root_of_ours, "user.a=1", "", false },
		{ root_of_ours, "", "user.a=1", false },
		{ root_of_ours, "", TRAITS_ACCESS "=1", false },
		{ root_of_ours, "", "security.capability=1", false },
		{ root_of_ours, "", "security.selinux=1 trusted.a=1", true },
		{ root_of_ours, "security.selinux=1", "", false },
		{ root_of_ours, "security.capability=1", "", false },
		{ root_of_ours, "security.ima=1 trusted.a=1", "", true },
		{ root_of_trusted, "security.ima=1", "", false },
		{ root_of_trusted, "trusted.a=1", "trusted.a=2", false },
		{ user_of_ours, "security.selinux=1", "", true },
		{ user_of_ours, "security.capability=1", "", true },
		{ user_of_ours, "", "security.capability=1", true },
		{ user_of_ours, "", "user.a=1", false },
		{ root_of_others, "", "user.a=1", true },
		{ root_of_others, "user.b=1", "user.a=1 user.b=1", true },
		{ root_of_others, "user.b=1", "user.a=1", false },
		{ root_of_others, "security.selinux=1 trusted.a=1", "", true },
		{ root_of_others, "security.capability=1", "", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct traits_pool *pool = traits_pool_make();

		ck_assert_msg(traits_is_met(&rows[i].rule,
		    take(pool, rows[i].wanted), take(pool, rows[i].there)) ==
		    rows[i].met, "row %zu", i);
		traits_pool_free(pool);
	}
}
END_TEST

struct record_row {
	const char	*words;
	const char	*records;
};

static const struct record_row records[] = {
	{ "", "" },
	{ "user.b=2 user.a=", "24 SCHILY.xattr.user.a=\n"
	    "25 SCHILY.xattr.user.b=2\n" },
	{ "security.selinux=x", "35 SCHILY.xattr.security.selinux=x\n" },
	{ TRAITS_ACCESS "=nonsense", "49 SCHILY.xattr.system.posix_acl_"
	    "access=nonsense\n" },
};

START_TEST(writes_records_that_others_read)
{
	struct traits_pool *pool = traits_pool_make();
	struct text text = { 0 };

	pax_traits_add(&text, take(pool, records[_i].words));
	ck_assert_str_eq(text_string(&text), records[_i].records);
	text_release(&text);
	traits_pool_free(pool);
}
END_TEST

START_TEST(hides_the_signs_that_end_the_key_of_a_record)
{
	struct traits_pool *pool = traits_pool_make();
	struct traits_draft draft = { 0 };
	const struct traits *traits;
	struct text text = { 0 };

	ck_assert_int_eq(traits_draft_add(&draft, "user.a=%b", "1", 1), 0);
	ck_assert_int_eq(traits_pool_take(pool, &draft, &traits), 0);
	pax_traits_add(&text, traits);
	ck_assert_str_eq(text_string(&text),
	    "32 SCHILY.xattr.user.a%3D%25b=1\n");
	text_release(&text);
	traits_pool_free(pool);
}
END_TEST

struct key_row {
	const char		*key;
	const char		*value;
	enum pax_traits_answer	 answer;
	const char		*name;
	const char		*found;
};

static const struct key_row keys[] = {
	{ "SCHILY.xattr.user.a", "1", PAX_TRAITS_TAKEN, "user.a", "1" },
	{ "SCHILY.xattr.user.a%3D%25%41", "1", PAX_TRAITS_TAKEN,
	    "user.a=%%41", "1" },
	{ "LIBARCHIVE.xattr.user.a%41", "aGVsbG8", PAX_TRAITS_TAKEN,
	    "user.aA", "hello" },
	{ "LIBARCHIVE.xattr.user.a", "aGVsbG8=", PAX_TRAITS_TAKEN, "user.a",
	    "hello" },
	{ "LIBARCHIVE.xattr.user.a", "a", PAX_TRAITS_BAD, NULL, NULL },
	{ "LIBARCHIVE.xattr.user.a", "!!!!", PAX_TRAITS_BAD, NULL, NULL },
	{ "LIBARCHIVE.xattr.user.%00a", "", PAX_TRAITS_BAD, NULL, NULL },
	{ "SCHILY.xattr.nothing", "", PAX_TRAITS_UNKNOWN, NULL, NULL },
	{ "SCHILY.xattr.", "", PAX_TRAITS_UNKNOWN, NULL, NULL },
	{ PAX_TRAITS_LABEL, "a:b", PAX_TRAITS_TAKEN, TRAITS_LABEL, "a:b" },
};

START_TEST(reads_records_of_others)
{
	const struct key_row *row = &keys[_i];
	struct pax_traits traits = { .libarchive = false };
	struct traits_draft *draft = &traits.draft;

	ck_assert_int_eq(pax_traits_read(row->key, row->value,
	    strlen(row->value), &traits), row->answer);
	ck_assert_uint_eq(draft->count, row->name != NULL);
	if (row->name != NULL) {
		ck_assert_str_eq(draft->items[0].name, row->name);
		ck_assert_str_eq(draft->items[0].value, row->found);
	}
	traits_draft_release(draft);
}
END_TEST

START_TEST(takes_both_records_of_libarchive_for_one)
{
	struct pax_traits traits = { .libarchive = false };

	ck_assert_int_eq(pax_traits_read("LIBARCHIVE.xattr.user.a%20b", "MQ",
	    2, &traits), PAX_TRAITS_TAKEN);
	ck_assert_int_eq(pax_traits_read("SCHILY.xattr.user.a%20b", "1", 1,
	    &traits), PAX_TRAITS_TAKEN);
	ck_assert_str_eq(traits.draft.items[0].name, "user.a b");
	ck_assert_str_eq(traits.draft.items[1].name, "user.a b");
	traits_draft_release(&traits.draft);
}
END_TEST

TCase *
traits_case(void)
{
	TCase *testcase = tcase_create("traits");

	tcase_add_test(testcase, keeps_each_set_once);
	tcase_add_test(testcase, refuses_what_no_file_can_have);
	tcase_add_test(testcase, holds_no_more_than_its_limit);
	tcase_add_test(testcase, compares_as_far_as_the_rule_goes);
	tcase_add_loop_test(testcase, writes_records_that_others_read, 0,
	    sizeof(records) / sizeof(records[0]));
	tcase_add_test(testcase, hides_the_signs_that_end_the_key_of_a_record);
	tcase_add_loop_test(testcase, reads_records_of_others, 0,
	    sizeof(keys) / sizeof(keys[0]));
	tcase_add_test(testcase, takes_both_records_of_libarchive_for_one);
	return (testcase);
}
