#ifndef NQSBACKUP_ARCHIVE_READER_PRIVATE_H
#define NQSBACKUP_ARCHIVE_READER_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "index.h"
#include "tar_reader.h"
#include "trailer.h"

struct entry;
struct failure;
struct foreign_archive;
struct progress_bar;

/* What archive_reader.c and archive_reader_verify.c share. */
struct archive_reader {
	char			*name;
	int			 own;	/* a descriptor to be closed, or -1 */
	int			 fd;
	int64_t			 size;
	struct trailer		 trailer;
	struct index		 own_index;
	const struct index	*index;	/* own_index, or another reader's */
	struct tar_reader	 tar;
	struct foreign_archive	*foreign;	/* NULL: one of ours */
	bool			 shared;	/* foreign is another's */
	struct progress_bar	*bar;
};

/*
 * Reads entry, which is number number or the manifest, and gives its data to
 * sink (NULL: nobody).  Returns 0, or -1 with why set.
 */
int
archive_reader_read(struct archive_reader *reader, const struct entry *entry,
    size_t number, const struct tar_sink *sink, struct failure *why);

/* Adds the archive's name to why, when why is damage of it. */
void
archive_reader_blame(const struct archive_reader *reader,
    struct failure *why);

#endif
