#include <config.h>

#include <stdlib.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../base/crew.h"
#include "../base/interrupt.h"
#include "../base/progress_bar.h"
#include "archive_reader.h"
#include "archive_reader_private.h"

/* Entries that one thread verifies. */
struct part {
	size_t	first;
	size_t	count;
};

/* Returns where what follows the entry number stands. */
static int64_t
next_of(const struct index *index, size_t number)
{
	return (number + 1 < index->entries.count ?
	    index->entries.list[number + 1].at : index->manifest.at);
}

static void *
make_tools(const void *cookie)
{
	return (archive_reader_share(cookie));
}

static void
free_tools(void *tools)
{
	archive_reader_close(tools);
}

static int
work(void *tools, void *job, struct failure *why)
{
	struct archive_reader *reader = tools;
	const struct part *part = job;
	const struct entry *list = reader->index->entries.list;

	for (size_t i = part->first; i < part->first + part->count; i++) {
		if (archive_reader_read(reader, &list[i], NULL, why) == -1)
			return (-1);
	}
	return (0);
}

static const struct crew_trade verify_trade = {
	.make_tools = make_tools,
	.free_tools = free_tools,
	.work = work,
	.drop = free
};

/* Waits for the oldest part.  Returns 0, or -1 with why set. */
static int
finish_part(const struct archive_reader *reader, struct crew *crew,
    struct failure *why)
{
	int rc;
	struct part *part = crew_take(crew, &rc, why);

	progress_bar_add(reader->bar, next_of(reader->index, part->first +
	    part->count - 1) - reader->index->entries.list[part->first].at);
	free(part);
	return (rc);
}

static int
verify_entries(struct archive_reader *reader, size_t threads,
    struct failure *why)
{
	const size_t count = reader->index->entries.count;
	struct crew *crew = crew_make(&verify_trade, reader, threads);
	size_t first = 0;
	int rc = 0;

	while (rc == 0 && (first < count || !crew_is_empty(crew))) {
		if (first == count || crew_is_full(crew)) {
			rc = finish_part(reader, crew, why);
			continue;
		}
		struct part *part = memory_make(1, sizeof(*part));

		part->first = first;
		part->count = archive_reader_part(reader, first);
		first += part->count;
		crew_give(crew, part);
		rc = interrupt_check(why);
	}
	crew_free(crew);
	return (rc);
}

int64_t
archive_reader_span(const struct archive_reader *reader)
{
	return (reader->foreign == NULL ? reader->index->manifest.at : 0);
}

void
archive_reader_watch(struct archive_reader *reader, struct progress_bar *bar)
{
	reader->bar = bar;
}

int
archive_reader_verify(struct archive_reader *reader, size_t threads,
    struct failure *why)
{
	if (reader->foreign != NULL)
		return (0);
	/* Index and manifest were read, every byte, to open it. */
	const int rc = verify_entries(reader, threads, why);

	if (rc == -1)
		archive_reader_blame(reader, why);
	return (rc);
}
