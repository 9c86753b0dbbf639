#ifndef NQSBACKUP_ARCHIVE_ARCHIVE_WRITER_H
#define NQSBACKUP_ARCHIVE_ARCHIVE_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include "member_writer.h"
#include "tar_header.h"

struct entry;
struct failure;
struct index;
struct index_members;
struct progress_bar;
struct traits_pool;
struct words;

/*
 * Writes an archive.  Calling sequence: archive_writer_make; for each entry,
 * in the order of names, archive_writer_begin, of a file all its data and
 * holes in their order, archive_writer_end; then archive_writer_finish.
 * archive_writer_rewind, before _end, takes the entry in work back.  Packing
 * is done by several threads; only the caller's writes to fd.
 */
struct archive_writer;

struct archive_settings {
	enum tar_format			 format;
	int64_t				 created;	/* clock_wall() */
	const char			*host;
	const struct words		*trees;
	struct member_writer_settings	 members;
	struct progress_bar		*bar;	/* counts data; or NULL */
};

/* Returns a writer of an archive to fd. */
struct archive_writer *
archive_writer_make(const struct archive_settings *settings, int fd);

void
archive_writer_free(struct archive_writer *writer);

/* Returns the index as it is so far; it belongs to writer. */
const struct index *
archive_writer_index(const struct archive_writer *writer);

/*
 * Hands over the members of an archive that is finished: their list is for
 * free().
 */
void
archive_writer_take_members(struct archive_writer *writer,
    struct index_members *members);

/* Returns the pool to which the traits of entries must belong. */
struct traits_pool *
archive_writer_traits(struct archive_writer *writer);

/*
 * Begins entry: sets where it is, and writes its header.  Returns 0, or -1
 * with why set.
 */
int
archive_writer_begin(struct archive_writer *writer, struct entry *entry,
    struct failure *why);

/* Adds size bytes of the file's data.  Returns 0, or -1 with why set. */
int
archive_writer_data(struct archive_writer *writer, const void *bytes,
    size_t size, struct failure *why);

/*
 * Says that a hole of size bytes comes next in a sparse file.  Returns 0, or
 * -1 with why set: STOPPED, for a large one takes its time.
 */
int
archive_writer_hole(struct archive_writer *writer, int64_t size,
    struct failure *why);

/*
 * Goes back to before the last archive_writer_begin.  Returns 1, 0 when the
 * output is a stream and has it already, or -1 with why set.
 */
int
archive_writer_rewind(struct archive_writer *writer, struct failure *why);

/*
 * Ends entry and takes it over: a copy goes into the index and entry is
 * zeroed.  Its digest is there after archive_writer_finish only.  Returns 0,
 * or -1 with why set.
 */
int
archive_writer_end(struct archive_writer *writer, struct entry *entry,
    struct failure *why);

/*
 * Adds what plan tells of by means of the source of the settings, in a member
 * of its own, without waiting for it; takes plan over.  Meanwhile only more
 * plans can be given: whatever else is called waits for all of them first,
 * but for what the source calls when a plan is done: that goes right behind
 * this plan.  Returns 0, or -1 with why set.
 */
int
archive_writer_give(struct archive_writer *writer, void *plan,
    struct failure *why);

/* Waits for all plans that were given.  Returns 0, or -1 with why set. */
int
archive_writer_settle(struct archive_writer *writer, struct failure *why);

/*
 * Says that entry is in the plan that is done, in the order of names, with its
 * place and, of a file, its digest set.  Takes entry over as
 * archive_writer_end() does.
 */
void
archive_writer_take(struct archive_writer *writer, struct entry *entry);

/*
 * Writes manifest, index and the end.  Returns 0, or -1 with why set.
 */
int
archive_writer_finish(struct archive_writer *writer, struct failure *why);

#endif
