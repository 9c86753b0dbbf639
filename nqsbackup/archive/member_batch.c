#include <config.h>

#include "member_batch.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"

struct tools {
	struct gzip_packer	*packer;
	struct digest		*digest;
	struct gzip_unpacker	*unpacker;
	unsigned char		 again[GZIP_MEMBER_LIMIT];
};

struct member_batch *
member_batch_make(void)
{
	return (memory_make(1, sizeof(struct member_batch)));
}

void
member_batch_free(struct member_batch *batch)
{
	if (batch == NULL)
		return;
	free(batch->files);
	text_release(&batch->member);
	free(batch);
}

void
member_batch_clear(struct member_batch *batch, int64_t raw)
{
	batch->raw = raw;
	batch->used = 0;
	batch->file_count = 0;
	text_clear(&batch->member);
}

void
member_batch_add_file(struct member_batch *batch, size_t size, size_t number)
{
	if (batch->file_count == batch->file_room) {
		batch->file_room = batch->file_room == 0 ? 64 :
		    2 * batch->file_room;
		batch->files = memory_resize(batch->files, batch->file_room,
		    sizeof(*batch->files));
	}
	struct member_batch_file *file = &batch->files[batch->file_count++];

	file->number = number;
	file->start = batch->used - size;
	file->size = size;
}

static void *
make_tools(const void *cookie)
{
	const int *level = cookie;
	struct tools *tools = memory_make(1, sizeof(*tools));

	tools->packer = gzip_packer_make(*level);
	tools->digest = digest_make();
	tools->unpacker = gzip_unpacker_make();
	return (tools);
}

static void
free_tools(void *own)
{
	struct tools *tools = own;

	gzip_packer_free(tools->packer);
	digest_free(tools->digest);
	gzip_unpacker_free(tools->unpacker);
	free(tools);
}

/*
 * Unpacks what was packed, and compares it with what it was packed of.  The
 * checksum of the member, by which the file is compared later, is worth
 * something only then.
 */
static int
check_member(struct tools *tools, const struct member_batch *batch,
    struct failure *why)
{
	const struct text *member = &batch->member;
	struct failure damage = { 0 };
	size_t length;

	if (gzip_unpack(tools->unpacker, (const unsigned char *)member->bytes,
	    member->length, tools->again, &length,
	    &damage) == member->length && length == batch->used &&
	    memcmp(tools->again, batch->data, length) == 0)
		return (0);
	failure_set(why, EXITCODE_SYSTEM, "what was packed does not unpack to "
	    "the same: the machine or a library is faulty");
	return (-1);
}

static int
work(void *own, void *job, struct failure *why)
{
	struct tools *tools = own;
	struct member_batch *batch = job;

	for (size_t i = 0; i < batch->file_count; i++) {
		struct member_batch_file *file = &batch->files[i];

		digest_add(tools->digest, batch->data + file->start,
		    file->size);
		digest_end(tools->digest, file->digest);
	}
	gzip_pack(tools->packer, batch->data, batch->used, &batch->member);
	batch->crc = gzip_crc(GZIP_CRC_INITIAL, batch->member.bytes,
	    batch->member.length);
	return (check_member(tools, batch, why));
}

static void
drop(void *job)
{
	member_batch_free(job);
}

const struct crew_trade member_batch_trade = {
	.make_tools = make_tools,
	.free_tools = free_tools,
	.work = work,
	.drop = drop
};
