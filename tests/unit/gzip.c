#include <config.h>

#include "../../nqsbackup/gzip/gzip.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../nqsbackup/gzip/gzip_engine.h"
#include "unit.h"

/* Bytes that deflate can do nothing with. */
static void
fill(unsigned char *bytes, size_t size)
{
	uint32_t state = 1;

	for (size_t i = 0; i < size; i++) {
		state = state * UINT32_C(1664525) + UINT32_C(1013904223);
		bytes[i] = (unsigned char)(state >> 24);
	}
}

static const size_t sizes[] = { 0, 1, 511, 65536, 1000000,
    GZIP_MEMBER_LIMIT - 1, GZIP_MEMBER_LIMIT };

static const int levels[] = { 1, 5, 9, GZIP_FAST, GZIP_DEFAULT, GZIP_SMALL };

START_TEST(unpacks_what_it_packed)
{
	const size_t size = sizes[_i];
	unsigned char *data = calloc(2, GZIP_MEMBER_LIMIT);
	unsigned char *again = data + GZIP_MEMBER_LIMIT;
	struct gzip_unpacker *unpacker = gzip_unpacker_make();
	struct failure why = { 0 };
	size_t length = 0;

	ck_assert_ptr_ne(data, NULL);
	fill(data, size);
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		struct gzip_packer *packer = gzip_packer_make(levels[i]);
		struct text member = { 0 };

		gzip_pack(packer, data, size, &member);
		ck_assert_uint_le(member.length, GZIP_PACKED_LIMIT);
		text_add(&member, "more behind it");
		ck_assert_uint_eq(gzip_unpack(unpacker,
		    (const unsigned char *)member.bytes, member.length,
		    again, &length, &why), member.length - 14);
		ck_assert_uint_eq(length, size);
		ck_assert_int_eq(memcmp(data, again, size), 0);
		text_release(&member);
		gzip_packer_free(packer);
	}
	gzip_unpacker_free(unpacker);
	free(data);
}
END_TEST

START_TEST(refuses_a_cut_member)
{
	unsigned char *data = calloc(1, GZIP_MEMBER_LIMIT);
	struct gzip_packer *packer = gzip_packer_make(6);
	struct gzip_unpacker *unpacker = gzip_unpacker_make();
	struct text member = { 0 };
	size_t length;

	ck_assert_ptr_ne(data, NULL);
	gzip_pack(packer, "hello, hello, hello", 19, &member);
	for (size_t size = 0; size < member.length; size++) {
		struct failure why = { 0 };

		ck_assert_uint_eq(gzip_unpack(unpacker,
		    (const unsigned char *)member.bytes, size, data, &length,
		    &why), 0);
		ck_assert_int_eq(why.code, EXITCODE_DATA);
	}
	text_release(&member);
	gzip_packer_free(packer);
	gzip_unpacker_free(unpacker);
	free(data);
}
END_TEST

/*
 * A member that would unpack to more than the limit: thousands of times the
 * same kilobyte, as one deflate block of another program would have it.
 */
START_TEST(refuses_a_member_that_holds_too_much)
{
	unsigned char *data = calloc(1, GZIP_MEMBER_LIMIT);
	struct gzip_unpacker *unpacker = gzip_unpacker_make();
	struct failure why = { 0 };
	struct text member = { 0 };
	struct text block = { 0 };
	size_t length;

	ck_assert_ptr_ne(data, NULL);
	/* Stored blocks of 65535 zeros, none of them the last one. */
	text_add_bytes(&member, "\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
	text_add_bytes(&block, "\0\xff\xff\0\0", 5);
	text_add_bytes(&block, data, 65535);
	for (int i = 0; i < GZIP_MEMBER_LIMIT / 65535 + 1; i++)
		text_add_bytes(&member, block.bytes, block.length);
	ck_assert_uint_eq(gzip_unpack(unpacker,
	    (const unsigned char *)member.bytes, member.length, data,
	    &length, &why), 0);
	ck_assert_ptr_ne(strstr(why.message, "holds too much"), NULL);
	text_release(&member);
	text_release(&block);
	gzip_unpacker_free(unpacker);
	free(data);
}
END_TEST

START_TEST(stores_with_an_extra_field)
{
	struct text extra = { 0 };
	struct text member = { 0 };

	text_add(&extra, "extra");
	gzip_add_stored(&member, &extra, "data", 4);
	ck_assert_uint_eq(member.length, 10 + 2 + 5 + 5 + 4 + 8);
	ck_assert_int_eq(member.bytes[3], 4);
	ck_assert_int_eq(memcmp(member.bytes + 10, "\5\0extra", 7), 0);
	ck_assert_int_eq(memcmp(member.bytes + 17, "\1\4\0\xfb\xff" "data",
	    9), 0);
	text_release(&extra);
	text_release(&member);
}
END_TEST

START_TEST(knows_the_checksum_of_the_standard)
{
	ck_assert_uint_eq(gzip_crc(GZIP_CRC_INITIAL, "123456789", 9),
	    UINT32_C(0xcbf43926));
	ck_assert_uint_eq(gzip_crc(gzip_crc(GZIP_CRC_INITIAL, "1234", 4),
	    "56789", 5), UINT32_C(0xcbf43926));
}
END_TEST

/* The libraries that are here, up to a NULL. */
static void
list_engines(const struct gzip_engine *engines[4])
{
	size_t count = 0;

	engines[count++] = gzip_engine_zlib();
	if (gzip_engine_libdeflate() != NULL)
		engines[count++] = gzip_engine_libdeflate();
	if (gzip_engine_isal() != NULL)
		engines[count++] = gzip_engine_isal();
	engines[count] = NULL;
}

/* Unpacks the size bytes at packed, and more behind them, into again. */
static void
unpack_by(const struct gzip_engine *engine, const unsigned char *packed,
    size_t size, unsigned char *again)
{
	void *unpacker = engine->make_unpacker();
	size_t used = size + 8;
	size_t length = GZIP_MEMBER_LIMIT;

	ck_assert_int_eq(engine->unpack(unpacker, packed, &used, again,
	    &length), GZIP_ENGINE_GOOD);
	ck_assert_uint_eq(used, size);
	ck_assert_uint_eq(length, 300000);
	used = size - 1;
	ck_assert_int_ne(engine->unpack(unpacker, packed, &used, again,
	    &length), GZIP_ENGINE_GOOD);
	used = size;
	length = 299999;
	ck_assert_int_eq(engine->unpack(unpacker, packed, &used, again,
	    &length), GZIP_ENGINE_TOO_MUCH);
	engine->free_unpacker(unpacker);
}

START_TEST(each_library_reads_what_each_writes)
{
	unsigned char *data = calloc(3, GZIP_MEMBER_LIMIT);
	unsigned char *packed = data + GZIP_MEMBER_LIMIT;
	unsigned char *again = packed + GZIP_MEMBER_LIMIT;
	const struct gzip_engine *engines[4];

	ck_assert_ptr_ne(data, NULL);
	fill(data, 100000);
	memcpy(data + 150000, data, 100000);
	list_engines(engines);
	for (int i = 0; engines[i] != NULL; i++) {
		void *packer = engines[i]->make_packer(_i);
		const size_t size = engines[i]->pack(packer, data, 300000,
		    packed, GZIP_MEMBER_LIMIT);

		ck_assert_uint_gt(size, 100000);
		ck_assert_uint_eq(engines[i]->crc(0, "123456789", 9),
		    UINT32_C(0xcbf43926));
		for (int j = 0; engines[j] != NULL; j++) {
			unpack_by(engines[j], packed, size, again);
			ck_assert_int_eq(memcmp(data, again, 299999), 0);
		}
		ck_assert_uint_eq(engines[i]->pack(packer, data, 300000,
		    packed, 1000), 0);
		engines[i]->free_packer(packer);
	}
	free(data);
}
END_TEST

TCase *
gzip_case(void)
{
	TCase *testcase = tcase_create("gzip");

	tcase_add_loop_test(testcase, unpacks_what_it_packed, 0,
	    sizeof(sizes) / sizeof(sizes[0]));
	tcase_add_loop_test(testcase, each_library_reads_what_each_writes, 1,
	    10);
	tcase_add_test(testcase, refuses_a_cut_member);
	tcase_add_test(testcase, refuses_a_member_that_holds_too_much);
	tcase_add_test(testcase, stores_with_an_extra_field);
	tcase_add_test(testcase, knows_the_checksum_of_the_standard);
	return testcase;
}
