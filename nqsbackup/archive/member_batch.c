#include <config.h>

#include "member_batch.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"

struct tools {
	const struct member_batch_source *source;
	void			*own;	/* of the source */
	struct gzip_packer	*packer;
	struct digest		*digest;
	struct gzip_unpacker	*unpacker;	/* NULL: unpacks nothing */
	unsigned char		 room[GZIP_MEMBER_LIMIT];	/* of a plan */
	unsigned char		 again[GZIP_MEMBER_LIMIT];
};

struct member_batch *
member_batch_make(void)
{
	return (memory_make(1, sizeof(struct member_batch)));
}

void
member_batch_set_plan(struct member_batch *batch,
    const struct member_batch_source *source, void *plan)
{
	if (batch->plan != NULL)
		batch->source->drop(batch->plan);
	batch->plan = plan;
	batch->source = source;
	batch->used = 0;
	batch->file_count = 0;
	text_clear(&batch->member);
}

void
member_batch_free(struct member_batch *batch)
{
	if (batch == NULL)
		return;
	member_batch_set_plan(batch, NULL, NULL);
	free(batch->files);
	text_release(&batch->member);
	free(batch->data);
	free(batch);
}

void
member_batch_clear(struct member_batch *batch, int64_t raw)
{
	if (batch->data == NULL)
		batch->data = memory_make(GZIP_MEMBER_LIMIT, 1);
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

static bool
is_checked(const struct member_batch_settings *settings)
{
	return (settings->check == MEMBER_BATCH_UNPACKED ||
	    (settings->check == MEMBER_BATCH_BY_LEVEL &&
	    settings->level != GZIP_FAST));
}

static void *
make_tools(const void *cookie)
{
	const struct member_batch_settings *settings = cookie;
	struct tools *tools = memory_make(1, sizeof(*tools));

	tools->source = settings->source;
	if (tools->source != NULL)
		tools->own = tools->source->make_tools(tools->source->cookie);
	tools->packer = gzip_packer_make(settings->level);
	tools->digest = digest_make();
	if (is_checked(settings))
		tools->unpacker = gzip_unpacker_make();
	return (tools);
}

static void
free_tools(void *own)
{
	struct tools *tools = own;

	if (tools->source != NULL)
		tools->source->free_tools(tools->own);
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

/* Takes the digests of the files, packs the bytes, and checks that. */
static int
pack(struct tools *tools, struct member_batch *batch, struct failure *why)
{
	for (size_t i = 0; i < batch->file_count; i++) {
		struct member_batch_file *file = &batch->files[i];

		digest_add(tools->digest, batch->data + file->start,
		    file->size);
		digest_end(tools->digest, file->digest);
	}
	gzip_pack(tools->packer, batch->data, batch->used, &batch->member);
	batch->crc = gzip_crc(GZIP_CRC_INITIAL, batch->member.bytes,
	    batch->member.length);
	return (tools->unpacker == NULL ? 0 :
	    check_member(tools, batch, why));
}

static int
work(void *own, void *job, struct failure *why)
{
	struct tools *tools = own;
	struct member_batch *batch = job;

	if (batch->plan == NULL)
		return (pack(tools, batch, why));
	unsigned char *data = batch->data;

	/* One room for all plans, for that stays in the processor's cache. */
	batch->data = tools->room;
	tools->source->fill(tools->own, batch);
	const int rc = batch->used == 0 ? 0 : pack(tools, batch, why);

	batch->data = data;
	return (rc);
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
