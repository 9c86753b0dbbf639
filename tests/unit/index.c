#include <config.h>

#include "../../nqsbackup/archive/index.h"

#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "unit.h"

#define DIGEST	"000102030405060708090a0b0c0d0e0f" \
		"101112131415161718191a1b1c1d1e1f"
#define HEAD	"nqsbackup-index 2\nformat ustar\n" \
		"created 1700000000.000000001\nhost node1\n"
#define TREE	"tree top\n"
#define MEMBER	"member 0 0 0123abcd\n"
#define MANIFEST "manifest 72 " DIGEST "\n"
#define BEGIN	HEAD TREE MEMBER "member 900 2560 ffffffff\n" MANIFEST
#define TWO	BEGIN "entries 2\ntop\ntop/f\n"
#define THREE	BEGIN "entries 3\ntop\ntop/f\ntop/g\n"
#define TOP	"d 1 0 0755 0 0 root root -\n"
#define FILE1	"f -1 500000000 5 4644 1 2 - - -\n"
#define END	"end\n"
#define EXTENDED HEAD TREE MEMBER "extended 1 user.a 1\n"

enum { OFFSET = 3000, RAW = 100000 };

/* Reads and checks string; raw is where it begins. */
static int
judge(const char *string, int64_t raw, struct index *index,
    struct failure *why)
{
	struct text text = { 0 };

	*why = (struct failure){ 0 };
	text_add(&text, string);
	int rc = index_read(&text, index, why);

	ck_assert_uint_eq(text.length, 0);
	if (rc == 0)
		rc = index_check(index, OFFSET, raw, why);
	return rc;
}

struct good {
	int64_t		 raw;
	const char	*text;
};

static const struct good accepted[] = {
	{ 3584, TWO TOP FILE1 END },
	/* Of every kind; in the second member all is said again. */
	{ 11264, HEAD TREE MEMBER "member 700 4608 ffffffff\n"
	    "member 800 10240 00000000\nmanifest 360 " DIGEST "\n"
	    "entries 8\ntop\ntop/f\ntop/g\ntop/l\\x20\ntop/p\ntop/s\ntop/t\n"
	    "top/u\n" TOP FILE1
	    "h -1 500000000 top/f 4644 1 2 - - -\n"
	    "l 2 0 ../to\\x0a 0777 0 0 a\\x20b \\x2d c\n"
	    "p 2 0 0600 0 0 - - -\n"
	    "f 2 7 9999 s0+1,4096+10 0600 0 0 - - -\n"
	    "f -1 8 9999 s\n"
	    "f 3 1 0\n" END },
	/* Sets of extended attributes, among those that are alike, too. */
	{ 6656, HEAD TREE MEMBER "member 700 6144 ffffffff\n"
	    "extended 1 security.selinux a\\x00\n"
	    "extended 1 user.empty -\n" "extended 1 user.x=y \\x2d\n"
	    "extended 2 user.empty -\n" "manifest 0 " DIGEST "\n"
	    "entries 6\ntop\ntop/a\ntop/b\ntop/c\ntop/d\ntop/e\n" TOP
	    "d 1 0 0755 0 0 - - x1\n" "d 0 0\n" "d 1 0 0755 0 0 - - cx2\n"
	    "d 1 0 0755 0 0 - - -\n" "c 1 0 4 2097151 0600 0 0 - - -\n" END },
};

START_TEST(writes_what_it_reads)
{
	struct index_place place = { 0 };
	struct index index = { 0 };
	struct text again = { 0 };
	struct failure why;

	judge(accepted[_i].text, accepted[_i].raw, &index, &why);
	ck_assert_str_eq(why.message, "");
	while (index_write(&index, &place, &again))
		continue;
	ck_assert_str_eq(text_string(&again), accepted[_i].text);
	text_release(&again);
	index_release(&index);
}
END_TEST

START_TEST(knows_how_long_its_text_is_before_it_is_written)
{
	struct index index = { 0 };
	struct text names = { 0 };
	struct failure why;

	judge(accepted[_i].text, accepted[_i].raw, &index, &why);
	for (size_t i = 0; i < index.entries.count; i++)
		index_write_name(index.entries.list[i].name, &names);
	ck_assert_int_eq(index_measure(&index, (int64_t)names.length),
	    (int)strlen(accepted[_i].text));
	text_release(&names);
	index_release(&index);
}
END_TEST

START_TEST(says_where_entries_are_and_shares_what_is_alike)
{
	struct index index = { 0 };
	struct failure why;
	const struct entry *list;

	judge(accepted[1].text, accepted[1].raw, &index, &why);
	list = index.entries.list;
	ck_assert_int_eq(list[0].at, 0);
	ck_assert_int_eq(list[1].at, 512);
	ck_assert_int_eq(list[2].at, 2560);
	ck_assert_int_eq(list[4].at, 4608);
	ck_assert_int_eq(list[7].mtime, 4);
	ck_assert_uint_eq(list[7].mode, 0600);
	ck_assert_ptr_eq(list[6].owner, list[7].owner);
	ck_assert_str_eq(list[3].content.target, "../to\n");
	ck_assert_str_eq(list[3].name, "top/l ");
	ck_assert(list[3].changed);
	ck_assert_uint_eq(list[2].content.first, 1);
	ck_assert_int_eq(index.manifest.at, 10240);
	index_release(&index);
}
END_TEST

START_TEST(reads_names_alone)
{
	struct index index = { 0 };
	struct failure why = { 0 };
	struct text text = { 0 };

	text_add(&text, TWO "what comes here\nis not looked at");
	ck_assert_int_eq(index_read_names(&text, &index, &why), 0);
	ck_assert_uint_eq(index.entries.count, 2);
	ck_assert_str_eq(index.entries.list[1].name, "top/f");
	index_release(&index);
}
END_TEST

/* Looks for name in good; index is to be released. */
static int
search_for(const struct good *good, const char *name, struct index *index,
    int64_t *line, struct failure *why)
{
	struct index_search search = { .name = name, .offset = OFFSET,
	    .raw = good->raw };
	struct text text = { 0 };

	*why = (struct failure){ 0 };
	text_add(&text, good->text);
	const int rc = index_find(&text, index, &search, why);

	ck_assert_uint_eq(text.length, 0);
	*line = search.line;
	return rc;
}

START_TEST(finds_one_entry_as_it_is_in_the_list)
{
	const struct good *good = &accepted[_i];
	struct index all = { 0 };
	struct failure why;
	int64_t before = 0;
	int64_t line;

	judge(good->text, good->raw, &all, &why);
	for (size_t i = 0; i < all.entries.count; i++) {
		const struct entry *wanted = &all.entries.list[i];
		const struct entry *found;
		struct index one = { 0 };

		ck_assert_int_eq(search_for(good, wanted->name, &one, &line,
		    &why), 0);
		ck_assert_uint_eq(one.entries.count, 1);
		found = &one.entries.list[0];
		ck_assert_str_eq(found->name, wanted->name);
		ck_assert_int_eq(found->kind, wanted->kind);
		ck_assert_int_eq(found->at, wanted->at);
		ck_assert_int_eq(found->size, wanted->size);
		ck_assert_uint_eq(found->mode, wanted->mode);
		ck_assert_int_eq(found->mtime, wanted->mtime);
		ck_assert_int_eq(one.manifest.at, all.manifest.at);
		ck_assert_int_eq(line, before);
		before += (int64_t)index_manifest_length(wanted);
		index_release(&one);
	}
	index_release(&all);
}
END_TEST

START_TEST(finds_nothing_under_a_name_that_is_not_there)
{
	static const char *const names[] = { "", "to", "top/", "top/e",
	    "top/ff", "z" };
	struct failure why;
	int64_t line;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct index index = { 0 };

		ck_assert_int_eq(search_for(&accepted[0], names[i], &index,
		    &line, &why), 0);
		ck_assert_uint_eq(index.entries.count, 0);
		index_release(&index);
	}
}
END_TEST

/* Each is damaged, or made to do harm. */
struct bad {
	const char	*text;
	const char	*says;
};

static const struct bad refused[] = {
	{ "", "is empty" },
	{ "\n", "not the one expected" },
	{ "end\n", "not the one expected" },
	{ HEAD, "not ended" },
	{ TWO TOP, "not ended" },
	/* The head. */
	{ "nqsbackup-index 1\nformat ustar\n", "unknown version '1'" },
	{ "nqsbackup-index 2\nformat cpio\n", "format is unknown" },
	{ "nqsbackup-index 2\nformat ustar\ncreated 1.0\n", "time is wrong" },
	{ "nqsbackup-index 2\nformat ustar\ncreated -1.000000000\n",
	    "time is wrong" },
	{ "nqsbackup-index 2\nformat ustar\ncreated 1.000000000\n"
	    "host x y\n", "not the one expected" },
	{ HEAD TREE MEMBER "manifest 73\n", "no manifest" },
	{ HEAD TREE MEMBER "manifest -1 " DIGEST "\n", "no manifest" },
	{ HEAD TREE MEMBER "manifest 73 " DIGEST "0\n", "no manifest" },
	{ HEAD TREE MEMBER "entries 1\n", "no manifest" },
	/* How many there are. */
	{ BEGIN "entries -1\n", "not so many" },
	{ BEGIN "entries 1000000000000\ntop\n", "not so many" },
	{ BEGIN "entries 2\ntop\n" TOP FILE1 END, "not in order" },
	{ BEGIN "entries 1\ntop\ntop/f\n" TOP FILE1 END, "it is no entry" },
	{ TWO TOP END, "it is no entry" },
	{ TWO TOP FILE1, "not ended" },
	{ TWO TOP FILE1 "end", "not ended" },
	{ TWO TOP FILE1 "end 2\n", "no end" },
	{ TWO TOP FILE1 "end\nmore\n", "no end" },
	{ TWO TOP FILE1 "p 1 1 0600 0 0 - - -\n" END, "no end" },
	/* Names. */
	{ BEGIN "entries 2\ntop\ntop/../f\n" TOP FILE1 END, "lawful name" },
	{ BEGIN "entries 2\ntop\n/top/f\n" TOP FILE1 END, "not in order" },
	{ BEGIN "entries 2\ntop\ntop//f\n" TOP FILE1 END, "lawful name" },
	{ BEGIN "entries 2\ntop\nuther/f\n" TOP FILE1 END, "in no tree" },
	{ BEGIN "entries 2\ntop\ntop/\\x00f\n" TOP FILE1 END, "escaped" },
	{ BEGIN "entries 2\ntop\ntop/\\x2\n" TOP FILE1 END, "escaped" },
	{ BEGIN "entries 2\ntop\ntop/\\f\n" TOP FILE1 END, "escaped" },
	{ BEGIN "entries 2\ntop\n-\n" TOP FILE1 END, "not in order" },
	{ BEGIN "entries 2\ntop\ntop\n" TOP FILE1 END, "not in order" },
	{ BEGIN "entries 3\ntop\ntop/f\ntop/f/g\n" TOP FILE1 "f 1 1 1\n" END,
	    "what is no directory" },
	{ BEGIN "entries 2\ntop\ntop/.nqsbackup-restore\n" TOP FILE1 END,
	    "lawful name" },
	{ HEAD "tree ../top\n" MEMBER MANIFEST "entries 0\n" END,
	    "lawful tree" },
	/* Kinds and numbers. */
	{ TWO TOP "s 1 0 0644 0 0 - - -\n" END, "kind and its end" },
	{ TWO TOP "ff 1 0 5 0644 0 0 - - -\n" END, "no entry" },
	{ TWO TOP "p 1 0 644 0 0 - - -\n" END, "attributes" },
	{ TWO TOP "p 1 0 0844 0 0 - - -\n" END, "attributes" },
	{ TWO TOP "p 1 0 0644 -1 0 - - -\n" END, "attributes" },
	{ TWO TOP "p 1 0 0644 0 4294967296 - - -\n" END, "attributes" },
	{ TWO TOP "p 1 0 0644 0 0 - - x\n" END, "attributes" },
	{ TWO TOP "p 1 0 0644 0 0 - \\x -\n" END, "attributes" },
	{ TWO TOP "p 1 0 0644 0 0 - -\n" END, "attributes" },
	{ TWO TOP "p 1 0 0644 0 0 - - - -\n" END, "attributes" },
	{ TWO TOP "p 1 0\n" END, "attributes" },
	{ TWO TOP "p 1 1000000000 0644 0 0 - - -\n" END, "time is wrong" },
	{ TWO TOP "p 9223372036854775807 0 0644 0 0 - - -\n" END,
	    "time is wrong" },
	{ THREE TOP "f 2305843009213693951 0 5 4644 1 2 - - -\n"
	    "f 1 0 5\n" END, "time is wrong" },
	{ TWO TOP "p  1 0 0644 0 0 - - -\n" END, "time is wrong" },
	{ TWO TOP "f 1 0 -5 0644 0 0 - - -\n" END, "kind and its end" },
	{ TWO TOP "f 1 0 9223372036854775807 0644 0 0 - - -\n" END,
	    "too large" },
	{ TWO TOP "f 1 0 99999 0644 0 0 - - -\n" END, "behind the end" },
	{ TWO TOP "l 1 0 - 0777 0 0 - - -\n" END, "links to nothing" },
	/* Extended attributes. */
	{ TWO TOP "p 1 0 0644 0 0 - - x1\n" END, "attributes" },
	{ EXTENDED "manifest 0 " DIGEST "\nentries 1\ntop\n"
	    "d 1 0 0755 0 0 - - x2\n" END, "attributes" },
	{ EXTENDED "manifest 0 " DIGEST "\nentries 1\ntop\n"
	    "d 1 0 0755 0 0 - - x0\n" END, "attributes" },
	{ EXTENDED "manifest 0 " DIGEST "\nentries 1\ntop\n"
	    "d 1 0 0755 0 0 - - x1c\n" END, "attributes" },
	{ EXTENDED MANIFEST "entries 3\ntop\ntop/f\ntop/g\n" TOP FILE1
	    "h -1 500000000 top/f 4644 1 2 - - x1\n" END, "of its own" },
	{ EXTENDED "extended 1 user.a 2\n" MANIFEST, "no attribute" },
	{ EXTENDED "extended 1 user.A 2\n" MANIFEST, "no attribute" },
	{ EXTENDED "extended 2 user.a 1\n" MANIFEST, "twice" },
	{ EXTENDED "extended 3 user.a 2\n" MANIFEST, "no attribute" },
	{ EXTENDED "extended 1 user.b\n" MANIFEST, "no attribute" },
	{ EXTENDED "extended 1 user.b 1 2\n" MANIFEST, "no attribute" },
	{ EXTENDED "extended 1 user.b\\x00 1\n" MANIFEST, "no attribute" },
	{ EXTENDED "extended 1 user.b \\x0\n" MANIFEST, "no attribute" },
	{ EXTENDED "extended 1 user. 1\n" MANIFEST, "no attribute" },
	{ EXTENDED "extended 1 .user 1\n" MANIFEST, "no attribute" },
	{ EXTENDED "extended 1 user 1\n" MANIFEST, "no attribute" },
	{ HEAD TREE MEMBER "extended 0 user.a 1\n" MANIFEST,
	    "no attribute" },
	/* Devices. */
	{ TWO TOP "b 1 0 4 0600 0 0 - - -\n" END, "attributes" },
	{ TWO TOP "b 1 0 4 2097152 0600 0 0 - - -\n" END, "kind and its end" },
	{ TWO TOP "c 1 0 -1 0 0600 0 0 - - -\n" END, "kind and its end" },
	/* Sparse files. */
	{ TWO TOP "f 1 0 9 s5+5 0644 0 0 - - -\n" END, "wrong piece" },
	{ TWO TOP "f 1 0 9 s4+2,5+1 0644 0 0 - - -\n" END, "wrong piece" },
	{ TWO TOP "f 1 0 9 s0+0 0644 0 0 - - -\n" END, "wrong piece" },
	{ TWO TOP "f 1 0 9 s9223372036854775807+9223372036854775807 "
	    "0644 0 0 - - -\n" END, "wrong piece" },
	{ TWO TOP "f 1 0 9 s0-9 0644 0 0 - - -\n" END, "kind and its end" },
	{ TWO TOP "f 1 0 9 x 0644 0 0 - - -\n" END, "kind and its end" },
	/* Further names. */
	{ THREE TOP FILE1 "h 0 500000000 top 4644 1 2 - - -\n" END,
	    "no further name" },
	{ THREE TOP FILE1 "h 0 500000000 top/g 4644 1 2 - - -\n" END,
	    "no further name" },
	{ THREE TOP FILE1 "h 0 500000000 top/x 4644 1 2 - - -\n" END,
	    "no further name" },
	{ THREE TOP FILE1 "h -1 500000000 top/f 4645 1 2 - - -\n" END,
	    "no further name" },
	/* Members. */
	{ HEAD TREE MANIFEST "entries 1\ntop\n" TOP END, "no members" },
	{ HEAD TREE "member 1 0 00000000\n" MANIFEST "entries 1\ntop\n" TOP
	    END, "wrong place" },
	{ HEAD TREE "member 0 1 00000000\n" MANIFEST "entries 1\ntop\n" TOP
	    END, "wrong place" },
	{ HEAD TREE MEMBER MEMBER MANIFEST "entries 1\ntop\n" TOP END,
	    "wrong place" },
	{ HEAD TREE MEMBER "member 3000 4096 00000000\n" MANIFEST
	    "entries 1\ntop\n" TOP END, "wrong place" },
	{ HEAD TREE "member 0 0 xyz\n" MANIFEST, "checksum" },
	{ HEAD TREE "member 0 0 123456789\n" MANIFEST, "checksum" },
	/* The manifest; at 100000 it does not end. */
	{ HEAD TREE MEMBER "manifest 71 " DIGEST "\nentries 2\ntop\ntop/f\n"
	    TOP FILE1 END, "wrong size" },
	{ TWO TOP FILE1 END, "wrong place" },
};

START_TEST(refuses_what_is_wrong)
{
	struct index index = { 0 };
	struct failure why;

	ck_assert_int_eq(judge(refused[_i].text, RAW, &index, &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_DATA);
	ck_assert_msg(strstr(why.message, refused[_i].says) != NULL,
	    "it says '%s' and not '%s'", why.message, refused[_i].says);
	index_release(&index);
}
END_TEST

/* Returns how many entries are made of head and count lines, all alike. */
static size_t
count_alike(const char *head, int count, const char *says)
{
	struct index index = { 0 };
	struct failure why;
	struct text text = { 0 };

	text_add(&text, head);
	for (int i = 0; i < count; i++)
		text_add(&text, "a\n");
	ck_assert_int_eq(judge(text_string(&text), RAW, &index, &why), -1);
	ck_assert_msg(strstr(why.message, says) != NULL,
	    "it says '%s' and not '%s'", why.message, says);
	const size_t entries = index.entries.count;

	index_release(&index);
	text_release(&text);
	return entries;
}

/* Some kilobytes of an archive can be a gigabyte of such lines. */
START_TEST(makes_no_entries_of_what_cannot_be_names)
{
	ck_assert_uint_eq(count_alike(BEGIN "entries 101\n", 400,
	    "not so many"), 0);
	ck_assert_uint_eq(count_alike(BEGIN "entries 100\n", 800,
	    "not in order"), 2);
}
END_TEST

START_TEST(refuses_a_manifest_amid_a_member)
{
	struct index index = { 0 };
	struct failure why;

	ck_assert_int_eq(judge(HEAD TREE MEMBER MANIFEST
	    "entries 2\ntop\ntop/f\n" TOP FILE1 END, 3584, &index, &why),
	    -1);
	ck_assert_ptr_ne(strstr(why.message, "wrong place"), NULL);
	index_release(&index);
}
END_TEST

START_TEST(says_in_which_line_the_damage_is)
{
	struct index index = { 0 };
	struct failure why;

	ck_assert_int_eq(judge(TWO TOP "nonsense\n", RAW, &index, &why), -1);
	ck_assert_ptr_ne(strstr(why.message, "line 13 "), NULL);
	index_release(&index);
}
END_TEST

START_TEST(writes_a_manifest_for_sha256sum_and_reads_it)
{
	static const char name[] = "top/a\nb\\";
	static const char wanted[] = "\\" DIGEST "  top/a\\nb\\\\\n";
	struct index index = { 0 };
	struct index_place place = { 0 };
	struct text manifest = { 0 };
	unsigned char digest[DIGEST_SIZE];
	struct failure why = { 0 };
	struct entry *entry = entry_list_add(&index.entries);

	entry->lent = true;
	entry->kind = ENTRY_FILE;
	memcpy(&entry->name, &(const char *){ name }, sizeof(entry->name));
	for (size_t i = 0; i < DIGEST_SIZE; i++)
		entry->digest[i] = (unsigned char)i;
	while (index_write_manifest(&index, &place, &manifest))
		continue;
	ck_assert_str_eq(text_string(&manifest), wanted);
	ck_assert_uint_eq(index_manifest_length(entry), manifest.length);
	for (size_t size = 0; size < manifest.length; size++)
		ck_assert_int_eq(index_read_manifest(manifest.bytes, size,
		    entry, digest, &why), 0);
	ck_assert_int_eq(index_read_manifest(manifest.bytes, manifest.length,
	    entry, digest, &why), (int)manifest.length);
	ck_assert_mem_eq(digest, entry->digest, DIGEST_SIZE);
	for (size_t i = 0; i < manifest.length; i++) {
		manifest.bytes[i] ^= 0x40;
		ck_assert_int_eq(index_read_manifest(manifest.bytes,
		    manifest.length, entry, NULL, &why), -1);
		manifest.bytes[i] ^= 0x40;
	}
	text_release(&manifest);
	index_release(&index);
}
END_TEST

TCase *
index_case(void)
{
	TCase *testcase = tcase_create("index");

	tcase_add_loop_test(testcase, writes_what_it_reads, 0,
	    sizeof(accepted) / sizeof(accepted[0]));
	tcase_add_loop_test(testcase,
	    knows_how_long_its_text_is_before_it_is_written, 0,
	    sizeof(accepted) / sizeof(accepted[0]));
	tcase_add_test(testcase,
	    says_where_entries_are_and_shares_what_is_alike);
	tcase_add_test(testcase, reads_names_alone);
	tcase_add_loop_test(testcase, finds_one_entry_as_it_is_in_the_list, 0,
	    sizeof(accepted) / sizeof(accepted[0]));
	tcase_add_test(testcase,
	    finds_nothing_under_a_name_that_is_not_there);
	tcase_add_loop_test(testcase, refuses_what_is_wrong, 0,
	    sizeof(refused) / sizeof(refused[0]));
	tcase_add_test(testcase, makes_no_entries_of_what_cannot_be_names);
	tcase_add_test(testcase, refuses_a_manifest_amid_a_member);
	tcase_add_test(testcase, says_in_which_line_the_damage_is);
	tcase_add_test(testcase,
	    writes_a_manifest_for_sha256sum_and_reads_it);
	return testcase;
}
