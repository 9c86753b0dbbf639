#ifndef NQSBACKUP_ARCHIVE_MANIFEST_READER_H
#define NQSBACKUP_ARCHIVE_MANIFEST_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "../../libcore/base/text.h"

struct failure;
struct index;

/*
 * Reads the text of a manifest, which comes in pieces that end anywhere, into
 * an index that was checked: each file gets its digest.  Zeroed but for the
 * index it is at the beginning.
 */
struct manifest_reader {
	struct index	*index;
	size_t		 number;	/* of the entry that comes next */
	struct text	 rest;		/* the beginning of a line */
};

/*
 * Takes the next size bytes.  Returns 0, or -1 with why set (DATA) when they
 * are not what the index asks for, or a further name of a file has another
 * digest.
 */
int
manifest_reader_take(struct manifest_reader *reader, const void *bytes,
    size_t size, struct failure *why);

/*
 * Ends the text.  Returns 0, or -1 with why set (DATA) when a line is missing
 * or half there, or there was something behind the last one.
 */
int
manifest_reader_end(struct manifest_reader *reader, struct failure *why);

/* Frees what reader holds but the index. */
void
manifest_reader_release(struct manifest_reader *reader);

#endif
