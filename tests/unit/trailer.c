#include <config.h>

#include "../../nqsbackup/archive/trailer.h"

#include <string.h>

#include "../../libcore/base/text.h"
#include "unit.h"

static const struct trailer sample = { .offset = 123456,
    .raw = INT64_C(987654321012), .size = 55, .created = 1700000000,
    .crc = UINT32_C(0xfedcba98), .digest = { 1, 2, 3, 0xff } };

START_TEST(reads_what_it_writes)
{
	struct text member = { 0 };
	struct trailer again = { 0 };

	trailer_write(&sample, &member);
	ck_assert_uint_eq(member.length, TRAILER_SIZE);
	ck_assert_uint_eq(member.length, 1125);
	ck_assert_int_eq(trailer_read((const unsigned char *)member.bytes,
	    &again), 0);
	ck_assert_int_eq(again.offset, sample.offset);
	ck_assert_int_eq(again.raw, sample.raw);
	ck_assert_int_eq(again.size, sample.size);
	ck_assert_int_eq(again.created, sample.created);
	ck_assert_uint_eq(again.crc, sample.crc);
	ck_assert_int_eq(memcmp(again.digest, sample.digest, DIGEST_SIZE), 0);
	text_release(&member);
}
END_TEST

START_TEST(refuses_any_change_outside_of_its_numbers)
{
	struct text member = { 0 };
	struct trailer again;
	size_t refused = 0;

	trailer_write(&sample, &member);
	for (size_t i = 0; i < TRAILER_SIZE; i++) {
		member.bytes[i] ^= 1;
		if (trailer_read((const unsigned char *)member.bytes,
		    &again) == -1)
			refused++;
		member.bytes[i] ^= 1;
	}
	/* All but the numbers and the digest, which others check. */
	ck_assert_uint_eq(refused, TRAILER_SIZE - 4 - 4 * 8 - DIGEST_SIZE);
	text_release(&member);
}
END_TEST

START_TEST(refuses_negative_numbers)
{
	struct text member = { 0 };
	struct trailer negative = sample;
	struct trailer again;

	negative.raw = -1;
	trailer_write(&negative, &member);
	ck_assert_int_eq(trailer_read((const unsigned char *)member.bytes,
	    &again), -1);
	text_release(&member);
}
END_TEST

TCase *
trailer_case(void)
{
	TCase *testcase = tcase_create("trailer");

	tcase_add_test(testcase, reads_what_it_writes);
	tcase_add_test(testcase, refuses_any_change_outside_of_its_numbers);
	tcase_add_test(testcase, refuses_negative_numbers);
	return testcase;
}
