#include <config.h>

#include <stdbool.h>
#include <stdlib.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../base/crew.h"
#include "../base/interrupt.h"
#include "archive_reader.h"
#include "archive_reader_private.h"
#include "member_reader.h"

enum {
	PART_MEMBERS = 16,		/* members that are one job */
	SPARE_PARTS = 256		/* while one thread has the index */
};

/* Members that one thread reads; none: the index. */
struct part {
	size_t	first;
	size_t	count;
};

struct tools {
	const struct archive_reader_file *file;
	struct member_reader		*reader;
};

static void *
make_tools(const void *cookie)
{
	struct tools *tools = memory_make(1, sizeof(*tools));

	tools->file = cookie;
	tools->reader = member_reader_make(tools->file->fd);
	return (tools);
}

static void
free_tools(void *own)
{
	struct tools *tools = own;

	member_reader_free(tools->reader);
	free(tools);
}

/* Whether the index that was read tells of just the members. */
static bool
tells_of(const struct archive_reader *reader,
    const struct index_members *members)
{
	const struct index *index = reader->index;

	if (index->member_count != members->count ||
	    reader->trailer.offset != members->end)
		return (false);
	for (size_t i = 0; i < members->count; i++) {
		const struct index_member *found = &index->members[i];
		const struct index_member *written = &members->list[i];

		if (found->offset != written->offset ||
		    found->raw != written->raw || found->crc != written->crc)
			return (false);
	}
	return (true);
}

/* Reads the index and all that is behind it. */
static int
check_index(const struct archive_reader_file *file, struct failure *why)
{
	struct archive_reader *reader = archive_reader_begin(file->fd,
	    file->name, ARCHIVE_READER_ENTRIES, why);

	if (reader == NULL)
		return (-1);
	const bool good = tells_of(reader, file->members);

	archive_reader_close(reader);
	if (good)
		return (0);
	failure_set(why, EXITCODE_DATA, "cannot read the archive '%s': its "
	    "index does not tell of what was written", file->name);
	return (-1);
}

static int
work(void *own, void *job, struct failure *why)
{
	struct tools *tools = own;
	const struct archive_reader_file *file = tools->file;
	const struct part *part = job;

	if (part->count == 0)
		return (check_index(file, why));
	if (member_reader_check(tools->reader, file->members, part->first,
	    part->count, why) == 0)
		return (0);
	if (why->code == EXITCODE_DATA)
		failure_add(why, "cannot read the archive '%s'", file->name);
	return (-1);
}

static const struct crew_trade trade = {
	.make_tools = make_tools,
	.free_tools = free_tools,
	.work = work,
	.drop = free,
	.spare = SPARE_PARTS
};

/* Gives the next part of count members, from *first on, which moves on. */
static void
give_part(struct crew *crew, size_t *first, size_t count)
{
	struct part *part = memory_make(1, sizeof(*part));

	*part = (struct part){ *first, count };
	*first += count;
	crew_give(crew, part);
}

int
archive_reader_check_written(const struct archive_reader_file *file,
    size_t threads, struct failure *why)
{
	const size_t count = file->members->count;
	struct crew *crew = crew_make(&trade, file, threads);
	size_t first = 0;
	int rc = 0;

	/* What takes longest begins first. */
	give_part(crew, &first, 0);
	while (rc == 0 && (first < count || !crew_is_empty(crew))) {
		if (first == count || crew_is_full(crew)) {
			free(crew_take(crew, &rc, why));
			continue;
		}
		give_part(crew, &first, count - first < PART_MEMBERS ?
		    count - first : PART_MEMBERS);
		rc = interrupt_check(why);
	}
	crew_free(crew);
	return (rc);
}
