#include <config.h>

#include "foreign_archive.h"

#include <stdlib.h>

#include "../../libcore/base/memory.h"
#include "../gzip/raw_reader.h"
#include "../tree/entry.h"
#include "foreign_index.h"
#include "foreign_limits.h"
#include "foreign_scan.h"
#include "index.h"
#include "tar_reader.h"

struct foreign_archive {
	struct raw_reader	*raw;
	struct tar_reader	 tar;
};

static const unsigned char *
next_of_raw(void *cookie, int64_t most, size_t *size, struct failure *why)
{
	return (raw_reader_next(cookie, most, size, why));
}

struct foreign_archive *
foreign_archive_open(int fd, const struct foreign_limits *limits,
    struct index *index, struct tally *tally, struct failure *why)
{
	struct foreign_archive *archive = memory_make(1, sizeof(*archive));
	struct foreign_use use = { .limits = limits };
	struct entry_list found = { 0 };
	int rc = -1;

	archive->raw = raw_reader_make(fd, why);
	const struct tar_source source = { next_of_raw, archive->raw };

	tar_reader_start_source(&archive->tar, &source);
	if (archive->raw != NULL)
		rc = foreign_scan(&(const struct foreign_source){
		    archive->raw, &archive->tar, index_owners(index) },
		    &use, &found, tally, why);
	if (rc == 0)
		rc = foreign_index_make(&found, &use, index, tally, why);
	entry_list_release(&found);
	if (rc == 0)
		return (archive);
	foreign_archive_close(archive);
	return (NULL);
}

void
foreign_archive_close(struct foreign_archive *archive)
{
	if (archive == NULL)
		return;
	tar_reader_release(&archive->tar);
	raw_reader_free(archive->raw);
	free(archive);
}

bool
foreign_archive_is_packed(const struct foreign_archive *archive)
{
	return (raw_reader_is_packed(archive->raw));
}

int
foreign_archive_entry(struct foreign_archive *archive,
    const struct entry *entry, const struct tar_sink *sink,
    struct failure *why)
{
	unsigned char digest[DIGEST_SIZE];

	/* An entry that was damaged has left its bytes in the digest. */
	digest_end(archive->tar.digest, digest);
	if (raw_reader_seek(archive->raw, entry->at, why) == -1 ||
	    tar_reader_digest(&archive->tar, entry, sink, digest, why) == -1)
		return (-1);
	return (tar_reader_judge(entry, digest, why));
}
