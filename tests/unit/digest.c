#include <config.h>

#include "../../libcore/base/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

#define OF_NOTHING \
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define OF_ABC \
	"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

START_TEST(knows_the_examples_of_the_standard)
{
	char string[DIGEST_TEXT_ROOM];

	digest_of_bytes("", 0, string);
	ck_assert_str_eq(string, OF_NOTHING);
	digest_of_bytes("abc", 3, string);
	ck_assert_str_eq(string, OF_ABC);
}
END_TEST

START_TEST(takes_bytes_in_pieces_and_begins_anew)
{
	unsigned char value[DIGEST_SIZE];
	char string[DIGEST_TEXT_ROOM];
	struct digest *digest = digest_make();

	for (int turn = 0; turn < 2; turn++) {
		digest_add(digest, "a", 1);
		digest_add(digest, "", 0);
		digest_add(digest, "bc", 2);
		digest_end(digest, value);
		digest_show(value, string);
		ck_assert_str_eq(string, OF_ABC);
	}
	digest_free(digest);
	digest_free(NULL);
}
END_TEST

START_TEST(reads_either_case_and_stops_behind)
{
	unsigned char value[DIGEST_SIZE];
	char string[DIGEST_TEXT_ROOM];

	ck_assert_int_eq(digest_read("BA7816BF8F01CFEA414140DE5DAE2223"
	    "b00361a396177a9cb410ff61f20015ad  ./file", value), 0);
	digest_show(value, string);
	ck_assert_str_eq(string, OF_ABC);
}
END_TEST

START_TEST(refuses_what_is_no_digest)
{
	unsigned char value[DIGEST_SIZE];

	ck_assert_int_eq(digest_read("", value), -1);
	ck_assert_int_eq(digest_read("b", value), -1);
	ck_assert_int_eq(digest_read("ba7816bf", value), -1);
	ck_assert_int_eq(digest_read("ga7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad", value), -1);
}
END_TEST

START_TEST(digests_a_file_from_where_it_stands)
{
	char string[DIGEST_TEXT_ROOM];

	unit_write("file", "--abc");
	int fd = open("file", O_RDONLY);
	ck_assert_int_eq((int)lseek(fd, 2, SEEK_SET), 2);
	ck_assert_int_eq(digest_of_descriptor(fd, string), 0);
	ck_assert_str_eq(string, OF_ABC);
	ck_assert_int_eq(close(fd), 0);
	ck_assert_int_eq(digest_of_descriptor(fd, string), -1);
	ck_assert_int_eq(errno, EBADF);
}
END_TEST

/* RFC 2202, section 3, and again with the same context. */
START_TEST(knows_the_hmac_of_the_standard)
{
	static const unsigned char expected[DIGEST_SHA1_SIZE] = { 0xb6, 0x17,
	    0x31, 0x86, 0x55, 0x05, 0x72, 0x64, 0xe2, 0x8b, 0xc0, 0xb6, 0xfb,
	    0x37, 0x8c, 0x8e, 0xf1, 0x46, 0xbe, 0x00 };
	unsigned char key[DIGEST_SHA1_SIZE];
	unsigned char value[DIGEST_SHA1_SIZE];
	struct digest_hmac *hmac = digest_hmac_make();

	memset(key, 0x0b, sizeof(key));
	for (int turn = 0; turn < 2; turn++) {
		digest_hmac_sha1(hmac, key, "", value);
		ck_assert_mem_ne(value, expected, sizeof(value));
		digest_hmac_sha1(hmac, key, "Hi There", value);
		ck_assert_mem_eq(value, expected, sizeof(value));
	}
	digest_hmac_free(hmac);
	digest_hmac_free(NULL);
}
END_TEST

TCase *
digest_case(void)
{
	TCase *testcase = tcase_create("digest");

	unit_use_directory(testcase);
	tcase_add_test(testcase, knows_the_examples_of_the_standard);
	tcase_add_test(testcase, takes_bytes_in_pieces_and_begins_anew);
	tcase_add_test(testcase, reads_either_case_and_stops_behind);
	tcase_add_test(testcase, refuses_what_is_no_digest);
	tcase_add_test(testcase, digests_a_file_from_where_it_stands);
	tcase_add_test(testcase, knows_the_hmac_of_the_standard);
	return testcase;
}
