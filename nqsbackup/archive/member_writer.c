#include <config.h>

#include "member_writer.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/system/fileio.h"
#include "../base/crew.h"
#include "../gzip/gzip.h"
#include "index.h"
#include "member_batch.h"

/* Where the entry in work began. */
struct mark {
	int64_t	raw;			/* of the batch that was filled */
	size_t	used;
};

struct member_writer {
	int			 fd;
	enum member_writer_output output;
	struct member_batch_settings batches;
	struct index		*index;	/* NULL: detached */
	struct mark		 mark;
	int64_t			 offset;	/* of what is written */
	int64_t			 raw;		/* the same in the tar */
	uint32_t		 crc;
	struct crew		*crew;	/* has the batches before this one */
	size_t			 plans;	/* that it has */
	bool			 inserting;	/* before what the crew has */
	struct member_batch	*batch;	/* the one that is filled */
	struct member_batch	*spare;	/* NULL: none */
};

struct member_writer *
member_writer_make(const struct member_writer_settings *settings, int fd,
    struct index *index)
{
	struct member_writer *writer = memory_make(1, sizeof(*writer));

	writer->fd = fd;
	writer->output = settings->output;
	writer->batches = settings->batches;
	writer->index = index;
	writer->crc = GZIP_CRC_INITIAL;
	writer->crew = crew_make(&member_batch_trade, &writer->batches,
	    settings->threads);
	writer->batch = member_batch_make();
	member_batch_clear(writer->batch, 0);
	return (writer);
}

void
member_writer_free(struct member_writer *writer)
{
	if (writer == NULL)
		return;
	crew_free(writer->crew);
	member_batch_free(writer->batch);
	member_batch_free(writer->spare);
	free(writer);
}

int
member_writer_refuse(int error, struct failure *why)
{
	const enum exitcode code = failure_code_of_errno(error);

	failure_set_errno(why, code == EXITCODE_FAILED ?
	    EXITCODE_CANNOT_WRITE : code, error, "cannot write the archive");
	return (-1);
}

/* Tells the index where the member of batch is and what it holds. */
static void
enter(struct member_writer *writer, const struct member_batch *batch)
{
	struct index *index = writer->index;
	struct index_member *member = index_add_member(index);

	member->offset = writer->offset;
	member->raw = batch->raw;
	member->crc = batch->crc;
	/* Those of a plan are the source's. */
	for (size_t i = 0; batch->plan == NULL && i < batch->file_count;
	    i++) {
		const struct member_batch_file *file = &batch->files[i];

		memcpy(index->entries.list[file->number].digest, file->digest,
		    DIGEST_SIZE);
	}
}

/* Writes the member of batch, which is packed. */
static int
write_batch(struct member_writer *writer, struct member_batch *batch,
    struct failure *why)
{
	const struct text *member = &batch->member;

	batch->raw = writer->raw;
	if (batch->used == 0)
		return (0);
	if (fileio_write(writer->fd, member->bytes, member->length) == -1)
		return (member_writer_refuse(errno, why));
	if (writer->index != NULL)
		enter(writer, batch);
	else
		writer->crc = gzip_crc(writer->crc, member->bytes,
		    member->length);
	writer->offset += (int64_t)member->length;
	writer->raw += (int64_t)batch->used;
	return (0);
}

/* Keeps batch for later use, or frees it. */
static void
put_away(struct member_writer *writer, struct member_batch *batch)
{
	if (writer->spare == NULL)
		writer->spare = batch;
	else
		member_batch_free(batch);
}

/* Returns a batch for later use, or a new one. */
static struct member_batch *
take_batch(struct member_writer *writer)
{
	struct member_batch *batch = writer->spare != NULL ? writer->spare :
	    member_batch_make();

	writer->spare = NULL;
	return (batch);
}

/*
 * Packs and writes the batch that was filled at once, before those that the
 * crew has.
 */
static int
insert(struct member_writer *writer, struct failure *why)
{
	int rc = 0;

	if (writer->batch->used > 0)
		rc = crew_do(writer->crew, writer->batch, why);
	if (rc == 0)
		rc = write_batch(writer, writer->batch, why);
	member_batch_clear(writer->batch, writer->raw);
	return (rc);
}

/* Tells the source that the plan of batch was written. */
static int
end_plan(struct member_writer *writer, struct member_batch *batch,
    struct failure *why)
{
	const struct member_batch_source *source = batch->source;

	assert(writer->batch->used == 0);
	writer->plans--;
	writer->inserting = true;
	member_batch_clear(writer->batch, writer->raw);
	int rc = source->done(source->cookie, batch, why);

	if (rc == 0)
		rc = insert(writer, why);
	writer->inserting = false;
	return (rc);
}

/* Waits for the oldest batch that the crew has, and writes its member. */
static int
write_oldest(struct member_writer *writer, struct failure *why)
{
	int rc;
	struct member_batch *batch = crew_take(writer->crew, &rc, why);

	if (rc == 0 && batch->plan != NULL &&
	    !batch->source->accept(batch->source->cookie, batch))
		batch->used = 0;
	if (rc == 0)
		rc = write_batch(writer, batch, why);
	if (rc == 0 && batch->plan != NULL)
		rc = end_plan(writer, batch, why);
	member_batch_set_plan(batch, NULL, NULL);
	put_away(writer, batch);
	return (rc);
}

/* Gives batch to the crew. */
static int
give(struct member_writer *writer, struct member_batch *batch,
    struct failure *why)
{
	int rc = 0;

	if (crew_is_full(writer->crew))
		rc = write_oldest(writer, why);
	crew_give(writer->crew, batch);
	return (rc);
}

/* Passes the batch that was filled on, and takes an empty one. */
static int
pass_on(struct member_writer *writer, struct failure *why)
{
	const int64_t raw = member_writer_raw(writer);

	if (writer->inserting)
		return (insert(writer, why));
	if (writer->batch->used == 0)
		return (0);
	const int rc = give(writer, writer->batch, why);

	writer->batch = take_batch(writer);
	member_batch_clear(writer->batch, raw);
	return (rc);
}

/* Writes all that the crew has. */
static int
drain(struct member_writer *writer, struct failure *why)
{
	while (!crew_is_empty(writer->crew)) {
		if (write_oldest(writer, why) == -1)
			return (-1);
	}
	if (writer->batch->used == 0)
		member_batch_clear(writer->batch, writer->raw);
	return (0);
}

int
member_writer_flush(struct member_writer *writer, struct failure *why)
{
	if (pass_on(writer, why) == -1)
		return (-1);
	return (drain(writer, why));
}

int
member_writer_settle(struct member_writer *writer, struct failure *why)
{
	return (writer->plans > 0 ? drain(writer, why) : 0);
}

int
member_writer_give(struct member_writer *writer, void *plan,
    struct failure *why)
{
	const int rc = pass_on(writer, why);
	struct member_batch *batch = take_batch(writer);

	member_batch_set_plan(batch, writer->batches.source, plan);
	if (rc == -1) {
		member_batch_free(batch);
		return (-1);
	}
	writer->plans++;
	return (give(writer, batch, why));
}

int
member_writer_begin(struct member_writer *writer, int64_t size,
    struct failure *why)
{
	if (!writer->inserting && member_writer_settle(writer, why) == -1)
		return (-1);
	const int64_t room = GZIP_MEMBER_LIMIT -
	    (int64_t)writer->batch->used;

	if (size > room && pass_on(writer, why) == -1)
		return (-1);
	writer->mark.used = writer->batch->used;
	writer->mark.raw = writer->batch->raw;
	return (0);
}

int
member_writer_add(struct member_writer *writer, const void *bytes,
    size_t size, struct failure *why)
{
	const unsigned char *next = bytes;

	while (size > 0) {
		/* A full member is passed on only when more comes. */
		if (writer->batch->used == GZIP_MEMBER_LIMIT &&
		    pass_on(writer, why) == -1)
			return (-1);
		struct member_batch *batch = writer->batch;
		const size_t room = GZIP_MEMBER_LIMIT - batch->used;
		const size_t part = size < room ? size : room;

		memcpy(batch->data + batch->used, next, part);
		batch->used += part;
		next += part;
		size -= part;
	}
	return (0);
}

void
member_writer_digest(struct member_writer *writer, int64_t size,
    size_t number)
{
	assert(writer->index != NULL &&
	    size <= (int64_t)writer->batch->used);
	member_batch_add_file(writer->batch, (size_t)size, number);
}

/* Takes back all members from the byte raw on, with which one begins. */
static int
cut(struct member_writer *writer, int64_t raw, struct failure *why)
{
	struct index *index = writer->index;

	if (!writer->inserting && drain(writer, why) == -1)
		return (-1);
	while (index->member_count > 0 &&
	    index->members[index->member_count - 1].raw >= raw)
		writer->offset = index->members[--index->member_count].offset;
	writer->raw = raw;
	const off_t place = (off_t)writer->offset;

	if (ftruncate(writer->fd, place) == -1 ||
	    lseek(writer->fd, place, SEEK_SET) == -1)
		return (member_writer_refuse(errno, why));
	member_batch_clear(writer->batch, raw);
	return (0);
}

int
member_writer_rewind(struct member_writer *writer, struct failure *why)
{
	const struct mark *mark = &writer->mark;

	if (writer->batch->raw == mark->raw) {
		writer->batch->used = mark->used;
		return (1);
	}
	/* Otherwise the member began with the entry, which did not fit. */
	assert(mark->used == 0 && writer->index != NULL);
	if (writer->output == MEMBER_WRITER_STREAM)
		return (0);
	return (cut(writer, mark->raw, why) == -1 ? -1 : 1);
}

int
member_writer_detach(struct member_writer *writer, struct failure *why)
{
	if (member_writer_flush(writer, why) == -1)
		return (-1);
	writer->index = NULL;
	return (0);
}

int64_t
member_writer_raw(const struct member_writer *writer)
{
	return (writer->batch->raw + (int64_t)writer->batch->used);
}

int64_t
member_writer_offset(const struct member_writer *writer)
{
	return (writer->offset);
}

uint32_t
member_writer_crc(const struct member_writer *writer)
{
	return (writer->crc);
}
