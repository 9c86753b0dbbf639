#include <config.h>

#include <stdlib.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../base/crew.h"
#include "../base/interrupt.h"
#include "../base/progress_bar.h"
#include "archive_reader.h"
#include "archive_reader_private.h"

/*
 * So many members are read while one thread has the manifest, which names all
 * files and comes to several members.
 */
enum { SPARE_PARTS = 64 };

/* Entries that one thread reads, or the manifest. */
struct part {
	struct index	 *index;	/* to be told by the manifest; NULL:
					 * these entries are what is read */
	size_t		  first;
	size_t		  count;
	unsigned char	(*digests)[DIGEST_SIZE];	/* found of each */
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

static void
free_part(void *job)
{
	struct part *part = job;

	free(part->digests);
	free(part);
}

/* Nobody looks at the digests that entries should have meanwhile. */
static int
work(void *tools, void *job, struct failure *why)
{
	struct archive_reader *reader = tools;
	struct part *part = job;
	const struct entry *list = reader->index->entries.list;

	if (part->index != NULL)
		return (archive_reader_digests(reader, part->index, why));
	part->digests = memory_make(part->count, DIGEST_SIZE);
	for (size_t i = 0; i < part->count; i++) {
		if (archive_reader_take(reader, &list[part->first + i], NULL,
		    part->digests[i], why) == -1)
			return (-1);
	}
	return (0);
}

static const struct crew_trade verify_trade = {
	.make_tools = make_tools,
	.free_tools = free_tools,
	.work = work,
	.drop = free_part,
	.spare = SPARE_PARTS
};

/*
 * Compares the digests of part with those of the manifest, which is the part
 * that came first.
 */
static int
judge_part(const struct index *index, const struct part *part,
    struct failure *why)
{
	for (size_t i = 0; i < part->count; i++) {
		const struct entry *entry =
		    &index->entries.list[part->first + i];

		if (entry->kind == ENTRY_FILE &&
		    tar_reader_judge(entry, part->digests[i], why) == -1)
			return (-1);
	}
	return (0);
}

/* Waits for the oldest part.  Returns 0, or -1 with why set. */
static int
finish_part(const struct archive_reader *reader, struct crew *crew,
    struct failure *why)
{
	int rc;
	struct part *part = crew_take(crew, &rc, why);

	if (rc == 0)
		rc = judge_part(reader->index, part, why);
	if (part->count > 0)
		progress_bar_add(reader->bar, next_of(reader->index,
		    part->first + part->count - 1) -
		    reader->index->entries.list[part->first].at);
	free_part(part);
	return (rc);
}

/* Gives the part that begins with the entry *first, which moves behind it. */
static void
give_part(const struct archive_reader *reader, struct crew *crew,
    size_t *first)
{
	struct part *part = memory_make(1, sizeof(*part));

	part->first = *first;
	part->count = archive_reader_part(reader, *first);
	*first += part->count;
	crew_give(crew, part);
}

/* Gives the part that is the manifest, which has not been read. */
static void
give_manifest(struct archive_reader *reader, struct crew *crew)
{
	struct part *part = memory_make(1, sizeof(*part));

	part->index = &reader->own_index;
	crew_give(crew, part);
}

static int
verify_entries(struct archive_reader *reader, size_t threads,
    struct failure *why)
{
	const size_t count = reader->index->entries.count;
	struct crew *crew = crew_make(&verify_trade, reader, threads);
	size_t first = 0;
	int rc = 0;

	if (!reader->digested)
		give_manifest(reader, crew);
	while (rc == 0 && (first < count || !crew_is_empty(crew))) {
		if (first == count || crew_is_full(crew)) {
			rc = finish_part(reader, crew, why);
			continue;
		}
		give_part(reader, crew, &first);
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
	/* The index was read, every byte, to open it. */
	const int rc = verify_entries(reader, threads, why);

	if (rc == -1)
		archive_reader_blame(reader, why);
	return (rc);
}
