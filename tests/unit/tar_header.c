#include <config.h>

#include "../../nqsbackup/archive/tar_header.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/digest.h"
#include "../../libcore/base/text.h"
#include "../../nqsbackup/tree/entry.h"
#include "unit.h"

/* A name of length letters with a slash at each of the places. */
static char *
make_name(size_t length, size_t first, size_t second)
{
	char *name = calloc(length + 1, 1);

	ck_assert_ptr_ne(name, NULL);
	memset(name, 'n', length);
	if (first > 0)
		name[first] = '/';
	if (second > 0)
		name[second] = '/';
	return name;
}

/* Checks what every ustar header has; returns its block. */
static const char *
check_block(const struct text *head, size_t block)
{
	const char *bytes = head->bytes + block * TAR_BLOCK;
	unsigned sum = 0;

	ck_assert_uint_eq(head->length % TAR_BLOCK, 0);
	ck_assert_uint_ge(head->length, (block + 1) * TAR_BLOCK);
	ck_assert_int_eq(memcmp(bytes + 257, "ustar\0" "00", 8), 0);
	for (size_t i = 0; i < TAR_BLOCK; i++)
		sum += i >= 148 && i < 156 ? ' ' : (unsigned char)bytes[i];
	ck_assert_uint_eq(strtoul(bytes + 148, NULL, 8), sum);
	ck_assert_int_eq(memcmp(bytes + 154, "\0 ", 2), 0);
	return bytes;
}

START_TEST(writes_a_plain_file_as_posix_says)
{
	char name[] = "usr/spool/nqs/request";
	char owner[] = "nqs";
	char group[] = "sys";
	const struct entry entry = { .name = name, .kind = ENTRY_FILE,
	    .mode = 04751, .uid = 1234, .gid = 077777, .owner = owner,
	    .group = group, .mtime = 1000000000,
	    .mtime_nanoseconds = 123, .size = 4096 };
	struct text head = { 0 };

	tar_header_add(&entry, NULL, TAR_USTAR, &head);
	ck_assert_uint_eq(head.length, TAR_BLOCK);
	const char *block = check_block(&head, 0);

	ck_assert_str_eq(block, name);
	ck_assert_str_eq(block + 100, "0004751");
	ck_assert_str_eq(block + 108, "0002322");
	ck_assert_str_eq(block + 116, "0077777");
	ck_assert_str_eq(block + 124, "00000010000");
	ck_assert_str_eq(block + 136, "07346545000");
	ck_assert_int_eq(block[156], '0');
	ck_assert_str_eq(block + 265, "nqs");
	ck_assert_str_eq(block + 297, "sys");
	ck_assert_str_eq(block + 329, "0000000");
	ck_assert_str_eq(block + 337, "0000000");
	for (size_t i = 345; i < TAR_BLOCK; i++)
		ck_assert_int_eq(block[i], '\0');
	text_release(&head);
}
END_TEST

struct name_row {
	size_t	length;
	size_t	first;			/* where a slash is */
	size_t	second;
	bool	fits;
};

static const struct name_row names[] = {
	{ 100, 0, 0, true },
	{ 101, 0, 0, false },
	{ 101, 50, 0, true },
	{ 101, 100, 0, false },		/* nothing behind the slash */
	{ 256, 155, 0, true },
	{ 257, 155, 0, false },
	{ 257, 156, 0, false },
	{ 200, 10, 99, true },
	{ 200, 10, 98, false },
	{ 256, 100, 155, true },
	{ 102, 1, 0, true },
};

START_TEST(splits_a_name_where_ustar_can_say_it)
{
	const struct name_row *row = &names[_i];
	char *name = make_name(row->length, row->first, row->second);
	const struct entry entry = { .name = name, .kind = ENTRY_FIFO };
	struct text head = { 0 };
	char joined[300] = "";
	char digest[DIGEST_TEXT_ROOM];

	ck_assert_uint_eq(tar_header_length(&entry, NULL, TAR_USTAR),
	    row->fits ? TAR_BLOCK : 3 * TAR_BLOCK);
	tar_header_add(&entry, NULL, TAR_USTAR, &head);
	if (row->fits) {
		const char *block = check_block(&head, 0);

		ck_assert_uint_eq(head.length, TAR_BLOCK);
		if (block[345] != '\0') {
			strncat(joined, block + 345, 155);
			joined[strlen(joined)] = '/';
		}
		strncat(joined, block, 100);
		ck_assert_str_eq(joined, name);
	} else {
		ck_assert_int_eq(check_block(&head, 0)[156], 'x');
		ck_assert_ptr_ne(strstr(head.bytes + TAR_BLOCK, " path=nn"),
		    NULL);
		const char *block = check_block(&head,
		    head.length / TAR_BLOCK - 1);

		digest_of_bytes(name, strlen(name), digest);
		ck_assert_int_eq(strncmp(block, "././.nqs-long/", 14), 0);
		ck_assert_int_eq(strncmp(block + 14, digest, 16), 0);
		ck_assert_int_eq(block[30], '\0');
	}
	text_release(&head);
	free(name);
}
END_TEST

START_TEST(ends_the_name_of_a_directory_with_a_slash)
{
	char name[] = "usr/spool";
	const struct entry entry = { .name = name, .kind = ENTRY_DIRECTORY };
	struct text head = { 0 };

	tar_header_add(&entry, NULL, TAR_USTAR, &head);
	ck_assert_str_eq(check_block(&head, 0), "usr/spool/");
	ck_assert_int_eq(head.bytes[156], '5');
	text_release(&head);
}
END_TEST

START_TEST(says_in_pax_what_ustar_cannot)
{
	char name[] = "file";
	char owner[] = "a-user-with-a-name-of-33-letters-";
	const struct entry entry = { .name = name, .kind = ENTRY_FILE,
	    .uid = 2097152, .gid = 2097151, .owner = owner,
	    .mtime = -1, .size = INT64_C(8589934592) };
	struct text head = { 0 };

	tar_header_add(&entry, NULL, TAR_USTAR, &head);
	ck_assert_uint_eq(head.length, 3 * TAR_BLOCK);
	const char *records = head.bytes + TAR_BLOCK;

	ck_assert_ptr_ne(strstr(records, "15 uid=2097152\n"), NULL);
	ck_assert_ptr_eq(strstr(records, "gid="), NULL);
	ck_assert_ptr_ne(strstr(records, "uname=a-user"), NULL);
	ck_assert_ptr_ne(strstr(records, "12 mtime=-1\n"), NULL);
	ck_assert_ptr_ne(strstr(records, "19 size=8589934592\n"), NULL);
	const char *block = check_block(&head, 2);

	ck_assert_str_eq(block + 108, "0000000");
	ck_assert_str_eq(block + 116, "7777777");
	ck_assert_str_eq(block + 124, "77777777777");
	ck_assert_str_eq(block + 136, "00000000000");
	text_release(&head);
}
END_TEST

START_TEST(writes_parts_of_a_second_in_pax_only)
{
	char name[] = "file";
	struct entry entry = { .name = name, .kind = ENTRY_FILE,
	    .mtime = 5, .mtime_nanoseconds = 7 };
	struct text head = { 0 };

	tar_header_add(&entry, NULL, TAR_USTAR, &head);
	ck_assert_uint_eq(head.length, TAR_BLOCK);
	text_clear(&head);
	tar_header_add(&entry, NULL, TAR_PAX, &head);
	ck_assert_str_eq(head.bytes + TAR_BLOCK, "21 mtime=5.000000007\n");
	text_clear(&head);
	entry.mtime_nanoseconds = 0;
	tar_header_add(&entry, NULL, TAR_PAX, &head);
	ck_assert_uint_eq(head.length, TAR_BLOCK);
	text_release(&head);
}
END_TEST

START_TEST(writes_links_of_both_kinds)
{
	char name[] = "link";
	char *target = make_name(101, 0, 0);
	const struct entry symbolic = { .name = name, .kind = ENTRY_SYMLINK,
	    .content.target = target };
	const struct entry further = { .name = name, .kind = ENTRY_LINK };
	struct text head = { 0 };

	tar_header_add(&further, "first", TAR_USTAR, &head);
	ck_assert_int_eq(head.bytes[156], '1');
	ck_assert_str_eq(head.bytes + 157, "first");
	text_clear(&head);
	tar_header_add(&symbolic, NULL, TAR_USTAR, &head);
	ck_assert_ptr_ne(strstr(head.bytes + TAR_BLOCK, " linkpath=nnn"),
	    NULL);
	ck_assert_int_eq(check_block(&head, 2)[156], '2');
	text_release(&head);
	free(target);
}
END_TEST

START_TEST(writes_the_map_of_a_sparse_file)
{
	char name[] = "folder/sparse";
	struct entry entry = { .name = name, .kind = ENTRY_FILE,
	    .size = 100000 };
	struct text head = { 0 };

	entry_make_sparse(&entry);
	entry_add_extent(&entry, 4096, 512);
	entry_add_extent(&entry, 8192, 100);
	tar_header_add(&entry, NULL, TAR_USTAR, &head);
	ck_assert_uint_eq(head.length, 4 * TAR_BLOCK);
	const char *records = head.bytes + TAR_BLOCK;

	ck_assert_ptr_ne(strstr(records, "GNU.sparse.major=1\n"), NULL);
	ck_assert_ptr_ne(strstr(records, "GNU.sparse.minor=0\n"), NULL);
	ck_assert_ptr_ne(strstr(records, "GNU.sparse.name=folder/sparse\n"),
	    NULL);
	ck_assert_ptr_ne(strstr(records, "GNU.sparse.realsize=100000\n"),
	    NULL);
	const char *block = check_block(&head, 2);

	ck_assert_str_eq(block, "folder/GNUSparseFile.0/sparse");
	/* The map's block and the data: 512 + 612. */
	ck_assert_str_eq(block + 124, "00000002144");
	ck_assert_str_eq(head.bytes + 3 * TAR_BLOCK,
	    "3\n4096\n512\n8192\n100\n100000\n0\n");
	text_release(&head);
	entry_clear_content(&entry);
}
END_TEST

TCase *
tar_header_case(void)
{
	TCase *testcase = tcase_create("tar_header");

	tcase_add_test(testcase, writes_a_plain_file_as_posix_says);
	tcase_add_loop_test(testcase, splits_a_name_where_ustar_can_say_it, 0,
	    sizeof(names) / sizeof(names[0]));
	tcase_add_test(testcase, ends_the_name_of_a_directory_with_a_slash);
	tcase_add_test(testcase, says_in_pax_what_ustar_cannot);
	tcase_add_test(testcase, writes_parts_of_a_second_in_pax_only);
	tcase_add_test(testcase, writes_links_of_both_kinds);
	tcase_add_test(testcase, writes_the_map_of_a_sparse_file);
	return testcase;
}
