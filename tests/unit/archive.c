#include <config.h>

#include "../../nqsbackup/archive/archive_reader.h"
#include "../../nqsbackup/archive/archive_writer.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/words.h"
#include "../../nqsbackup/tree/entry.h"
#include "../../nqsbackup/gzip/gzip.h"
#include "../../nqsbackup/archive/index.h"
#include "../../nqsbackup/base/interrupt.h"
#include "../../nqsbackup/archive/tar_reader.h"
#include "unit.h"

enum { THREADS = 3 };

/* What is written by the functions below: an archive in the file "archive". */
struct sample {
	int			 fd;
	struct archive_writer	*writer;
	struct failure		 why;
};

static void
begin_sample_with(struct sample *sample, size_t threads)
{
	struct words trees = { 0 };
	const struct archive_settings settings = {
	    .members = { .batches.level = 6, .threads = threads },
	    .created = INT64_C(1700000000000000000), .host = "node1",
	    .trees = &trees };

	words_add(&trees, "top");
	sample->fd = open("archive", O_RDWR | O_CREAT | O_TRUNC, 0600);
	ck_assert_int_ne(sample->fd, -1);
	sample->writer = archive_writer_make(&settings, sample->fd);
	sample->why = (struct failure){ 0 };
	words_release(&trees);
}

static void
begin_sample(struct sample *sample)
{
	begin_sample_with(sample, THREADS);
}

static struct entry
make_entry(const char *name, enum entry_kind kind)
{
	return (struct entry){ .name = memory_copy_string(name),
	    .kind = kind, .mode = 0755, .mtime = 1600000000,
	    .mtime_nanoseconds = 5 };
}

static void
add_plain(struct sample *sample, const char *name, enum entry_kind kind)
{
	struct entry entry = make_entry(name, kind);

	if (kind == ENTRY_SYMLINK)
		entry.content.target = memory_copy_string("target");
	ck_assert_int_eq(archive_writer_begin(sample->writer, &entry,
	    &sample->why), 0);
	ck_assert_int_eq(archive_writer_end(sample->writer, &entry,
	    &sample->why), 0);
}

/* Adds a file of size times the byte fill. */
static void
add_file(struct sample *sample, const char *name, size_t size, int fill)
{
	struct entry entry = make_entry(name, ENTRY_FILE);
	char *bytes = memory_make(size, 1);

	memset(bytes, fill, size);
	entry.size = (int64_t)size;
	ck_assert_int_eq(archive_writer_begin(sample->writer, &entry,
	    &sample->why), 0);
	ck_assert_int_eq(archive_writer_data(sample->writer, bytes, size,
	    &sample->why), 0);
	ck_assert_int_eq(archive_writer_end(sample->writer, &entry,
	    &sample->why), 0);
	free(bytes);
}

static void
end_sample(struct sample *sample)
{
	ck_assert_int_eq(archive_writer_finish(sample->writer,
	    &sample->why), 0);
	archive_writer_free(sample->writer);
}

/* Returns the code of reading all of the archive. */
static enum exitcode
verify(int fd)
{
	struct failure why = { 0 };
	struct archive_reader *reader = archive_reader_start(fd, "archive",
	    &why);

	if (reader != NULL && archive_reader_verify(reader, THREADS,
	    &why) == 0)
		why.code = EXITCODE_OK;
	archive_reader_close(reader);
	return why.code;
}

/* A small archive with an entry of each kind. */
static int
make_small(void)
{
	struct sample sample;

	begin_sample(&sample);
	add_plain(&sample, "top", ENTRY_DIRECTORY);
	add_file(&sample, "top/file", 100, 'x');
	add_plain(&sample, "top/link", ENTRY_SYMLINK);
	add_plain(&sample, "top/pipe", ENTRY_FIFO);
	end_sample(&sample);
	return sample.fd;
}

START_TEST(refuses_every_single_bit_that_changed)
{
	const int fd = make_small();
	struct stat status;

	ck_assert_int_eq(fstat(fd, &status), 0);
	ck_assert_int_eq(verify(fd), EXITCODE_OK);
	for (off_t offset = _i; offset < status.st_size; offset += 8) {
		unsigned char byte;

		ck_assert_int_eq(pread(fd, &byte, 1, offset), 1);
		for (int bit = 1; bit < 256; bit <<= 1) {
			const unsigned char other =
			    (unsigned char)(byte ^ bit);

			ck_assert_int_eq(pwrite(fd, &other, 1, offset), 1);
			ck_assert_int_eq(verify(fd), EXITCODE_DATA);
		}
		ck_assert_int_eq(pwrite(fd, &byte, 1, offset), 1);
	}
	ck_assert_int_eq(verify(fd), EXITCODE_OK);
	close(fd);
}
END_TEST

/* Returns the code of reading back what was written, with these members. */
static enum exitcode
check_written(int fd, const struct index_members *members, size_t threads)
{
	const struct archive_reader_file file = { fd, "archive", members };
	struct failure why = { 0 };

	return archive_reader_check_written(&file, threads, &why) == 0 ?
	    EXITCODE_OK : why.code;
}

START_TEST(refuses_a_file_that_does_not_hold_what_was_written)
{
	const size_t threads = (size_t)_i;
	struct index_members members;
	struct sample sample;
	char name[] = "top/a";

	begin_sample(&sample);
	add_plain(&sample, "top", ENTRY_DIRECTORY);
	for (; name[4] <= 'z'; name[4]++)
		add_file(&sample, name, GZIP_MEMBER_LIMIT - 1024, name[4]);
	ck_assert_int_eq(archive_writer_finish(sample.writer,
	    &sample.why), 0);
	archive_writer_take_members(sample.writer, &members);
	archive_writer_free(sample.writer);
	ck_assert_uint_gt(members.count, 20);
	ck_assert_int_eq(check_written(sample.fd, &members, threads),
	    EXITCODE_OK);
	for (size_t i = 0; i < members.count; i++) {
		members.list[i].crc ^= 1;
		ck_assert_int_eq(check_written(sample.fd, &members, threads),
		    EXITCODE_DATA);
		members.list[i].crc ^= 1;
	}
	members.list[1].raw++;
	ck_assert_int_eq(check_written(sample.fd, &members, threads),
	    EXITCODE_DATA);
	members.list[1].raw--;
	members.count--;
	ck_assert_int_eq(check_written(sample.fd, &members, threads),
	    EXITCODE_DATA);
	free(members.list);
	close(sample.fd);
}
END_TEST

START_TEST(refuses_every_length_but_its_own)
{
	const int fd = make_small();
	struct stat status;

	ck_assert_int_eq(fstat(fd, &status), 0);
	ck_assert_int_eq(ftruncate(fd, status.st_size + 1), 0);
	ck_assert_int_eq(verify(fd), EXITCODE_DATA);
	for (off_t size = status.st_size - 1; size >= 0; size--) {
		ck_assert_int_eq(ftruncate(fd, size), 0);
		ck_assert_int_eq(verify(fd), EXITCODE_DATA);
	}
	close(fd);
}
END_TEST

/* Sizes of files around those of a member, with their headers. */
static const size_t sizes[] = { 0, 1, 512, GZIP_MEMBER_LIMIT - 513,
    GZIP_MEMBER_LIMIT - 512, GZIP_MEMBER_LIMIT - 511, GZIP_MEMBER_LIMIT,
    GZIP_MEMBER_LIMIT + 1, 3 * GZIP_MEMBER_LIMIT };

START_TEST(reads_files_of_all_sizes_around_a_member)
{
	struct sample sample;

	begin_sample(&sample);
	add_plain(&sample, "top", ENTRY_DIRECTORY);
	add_file(&sample, "top/a", sizes[_i], 'a');
	add_file(&sample, "top/b", 1, 'b');
	add_file(&sample, "top/c", sizes[_i], 'c');
	end_sample(&sample);
	ck_assert_int_eq(verify(sample.fd), EXITCODE_OK);
	close(sample.fd);
}
END_TEST

/* Counts bytes, all of which have to be the same. */
struct count {
	int64_t	size;
	char	byte;
};

static int
count_data(void *cookie, int64_t offset, const void *bytes, size_t size,
    struct failure *why)
{
	struct count *count = cookie;
	const char *found = bytes;

	(void)why;
	ck_assert_int_eq(offset, count->size);
	ck_assert_int_eq(found[0], count->byte);
	/* Each is the one before it. */
	ck_assert_int_eq(memcmp(found, found + 1, size - 1), 0);
	count->size += (int64_t)size;
	return 0;
}

START_TEST(reads_entries_in_any_order)
{
	static const size_t order[] = { 3, 1, 2, 2, 0, 3 };
	struct failure why = { 0 };
	struct sample sample;

	begin_sample(&sample);
	add_plain(&sample, "top", ENTRY_DIRECTORY);
	add_file(&sample, "top/a", 100, 'a');
	add_file(&sample, "top/b", 2 * GZIP_MEMBER_LIMIT + 5, 'b');
	add_file(&sample, "top/c", 200, 'c');
	end_sample(&sample);
	struct archive_reader *reader = archive_reader_start(sample.fd,
	    "archive", &why);

	ck_assert_ptr_ne(reader, NULL);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		const struct entry *entry =
		    &archive_reader_index(reader)->entries.list[order[i]];
		struct count count = { .byte = entry->name[strlen(
		    entry->name) - 1] };
		const struct tar_sink sink = { count_data, &count };

		ck_assert_int_eq(archive_reader_entry(reader, order[i], &sink,
		    &why), 0);
		ck_assert_int_eq(count.size, entry->size);
	}
	archive_reader_close(reader);
	close(sample.fd);
}
END_TEST

/* Begins a file of size bytes, writes them and takes it back. */
static void
take_back(struct sample *sample, size_t size)
{
	struct entry entry = make_entry("top/file", ENTRY_FILE);
	char *bytes = memory_make(size, 1);

	entry.size = (int64_t)size;
	ck_assert_int_eq(archive_writer_begin(sample->writer, &entry,
	    &sample->why), 0);
	ck_assert_int_eq(archive_writer_data(sample->writer, bytes, size,
	    &sample->why), 0);
	ck_assert_int_eq(archive_writer_rewind(sample->writer,
	    &sample->why), 1);
	entry_release(&entry);
	free(bytes);
}

START_TEST(takes_a_file_back_as_if_it_had_not_been)
{
	struct sample sample;

	begin_sample(&sample);
	add_plain(&sample, "top", ENTRY_DIRECTORY);
	add_file(&sample, "top/file", 100, 'x');
	end_sample(&sample);
	close(sample.fd);
	struct stat status;

	ck_assert_int_eq(stat("archive", &status), 0);
	const off_t size = status.st_size;

	begin_sample(&sample);
	add_plain(&sample, "top", ENTRY_DIRECTORY);
	take_back(&sample, sizes[_i]);
	take_back(&sample, 10);
	take_back(&sample, 4 * GZIP_MEMBER_LIMIT);
	add_file(&sample, "top/file", 100, 'x');
	end_sample(&sample);
	ck_assert_int_eq(verify(sample.fd), EXITCODE_OK);
	ck_assert_int_eq(fstat(sample.fd, &status), 0);
	/* The top alone in a member costs a few bytes. */
	ck_assert_int_le(status.st_size, size + 100);
	close(sample.fd);
}
END_TEST

START_TEST(keeps_the_pieces_of_a_sparse_file)
{
	struct entry entry;
	struct sample sample;

	begin_sample(&sample);
	add_plain(&sample, "top", ENTRY_DIRECTORY);
	entry = make_entry("top/sparse", ENTRY_FILE);
	entry.size = 1000000;
	entry_make_sparse(&entry);
	entry_add_extent(&entry, 5000, 3);
	ck_assert_int_eq(archive_writer_begin(sample.writer, &entry,
	    &sample.why), 0);
	ck_assert_int_eq(archive_writer_hole(sample.writer, 5000,
	    &sample.why), 0);
	ck_assert_int_eq(archive_writer_data(sample.writer, "abc", 3,
	    &sample.why), 0);
	ck_assert_int_eq(archive_writer_hole(sample.writer, 1000000 - 5003,
	    &sample.why), 0);
	ck_assert_int_eq(archive_writer_end(sample.writer, &entry,
	    &sample.why), 0);
	end_sample(&sample);
	ck_assert_int_eq(verify(sample.fd), EXITCODE_OK);
	close(sample.fd);
}
END_TEST

/* Returns the digest of an archive that so many threads made. */
static void
digest_sample(size_t threads, char digest[DIGEST_TEXT_ROOM])
{
	struct sample sample;
	char name[] = "top/00";

	begin_sample_with(&sample, threads);
	add_plain(&sample, "top", ENTRY_DIRECTORY);
	for (int i = 0; i < 20; i++) {
		name[4] = (char)('a' + i);
		add_file(&sample, name, (size_t)i * 200000, i);
	}
	end_sample(&sample);
	ck_assert_int_eq(verify(sample.fd), EXITCODE_OK);
	ck_assert_int_eq(lseek(sample.fd, 0, SEEK_SET), 0);
	ck_assert_int_eq(digest_of_descriptor(sample.fd, digest), 0);
	close(sample.fd);
}

START_TEST(is_the_same_for_any_number_of_threads)
{
	char one[DIGEST_TEXT_ROOM];
	char many[DIGEST_TEXT_ROOM];

	digest_sample(1, one);
	digest_sample((size_t)_i, many);
	ck_assert_str_eq(one, many);
}
END_TEST

START_TEST(stops_all_threads_when_the_disk_is_full)
{
	const int full = open("/dev/full", O_RDWR);
	struct sample sample;
	int rc = 0;

	if (full == -1)
		return;
	begin_sample(&sample);
	ck_assert_int_eq(dup2(full, sample.fd), sample.fd);
	char *bytes = memory_make(3, GZIP_MEMBER_LIMIT);

	for (int i = 0; i < 20 && rc == 0; i++) {
		struct entry entry = make_entry("top", ENTRY_FILE);

		entry.size = 3 * GZIP_MEMBER_LIMIT;
		rc = archive_writer_begin(sample.writer, &entry,
		    &sample.why);
		if (rc == 0)
			rc = archive_writer_data(sample.writer, bytes,
			    3 * GZIP_MEMBER_LIMIT, &sample.why);
		if (rc == 0)
			rc = archive_writer_end(sample.writer, &entry,
			    &sample.why);
		entry_release(&entry);
	}
	ck_assert_int_eq(rc, -1);
	ck_assert_int_eq(sample.why.code, EXITCODE_CANNOT_WRITE);
	archive_writer_free(sample.writer);
	free(bytes);
	close(full);
	close(sample.fd);
}
END_TEST

START_TEST(stops_on_request)
{
	const int fd = make_small();
	struct failure why = { 0 };
	struct archive_reader *reader = archive_reader_start(fd, "archive",
	    &why);

	ck_assert_ptr_ne(reader, NULL);
	ck_assert_int_eq(interrupt_begin(&why), 0);
	ck_assert_int_eq(raise(SIGTERM), 0);
	ck_assert_int_eq(archive_reader_verify(reader, THREADS, &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_STOPPED);
	interrupt_end();
	archive_reader_close(reader);
	close(fd);
}
END_TEST

TCase *
archive_case(void)
{
	TCase *testcase = tcase_create("archive");

	unit_use_directory(testcase);
	tcase_add_loop_test(testcase, refuses_every_single_bit_that_changed,
	    0, 8);
	tcase_add_loop_test(testcase,
	    refuses_a_file_that_does_not_hold_what_was_written, 1,
	    THREADS + 1);
	tcase_add_test(testcase, refuses_every_length_but_its_own);
	tcase_add_loop_test(testcase,
	    reads_files_of_all_sizes_around_a_member, 0,
	    sizeof(sizes) / sizeof(sizes[0]));
	tcase_add_test(testcase, reads_entries_in_any_order);
	tcase_add_loop_test(testcase,
	    takes_a_file_back_as_if_it_had_not_been, 0,
	    sizeof(sizes) / sizeof(sizes[0]));
	tcase_add_test(testcase, keeps_the_pieces_of_a_sparse_file);
	tcase_add_loop_test(testcase, is_the_same_for_any_number_of_threads,
	    2, 6);
	tcase_add_test(testcase, stops_all_threads_when_the_disk_is_full);
	tcase_add_test(testcase, stops_on_request);
	return testcase;
}
