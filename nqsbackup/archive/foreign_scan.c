#include <config.h>

#include "foreign_scan.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/message.h"
#include "../../libcore/base/text.h"
#include "../gzip/raw_reader.h"
#include "../tree/entry.h"
#include "foreign_limits.h"
#include "foreign_scan_inside.h"
#include "tar_block.h"
#include "tar_extension.h"
#include "tar_reader.h"

enum { EXTENDED_LIMIT = 32 * 1024 * 1024 };	/* an extended header */

int
foreign_scan_check(struct foreign_scan *scan)
{
	struct foreign_use use = *scan->use;
	const int64_t at = raw_reader_at(scan->raw);

	if (use.size < at)
		use.size = at;
	return (foreign_use_check(&use, scan->why));
}

int
foreign_scan_skip_padding(struct foreign_scan *scan, int64_t size)
{
	return (raw_reader_take(scan->raw, NULL, tar_padded(size) - size,
	    scan->why));
}

/* Reads the data of an extended header, up to limit bytes. */
static int
read_extended(struct foreign_scan *scan, int64_t limit, struct text *text)
{
	int64_t left = scan->block.size;

	if (left > limit) {
		failure_set(scan->why, EXITCODE_DATA,
		    "an extended header is too large");
		return (-1);
	}
	while (left > 0) {
		size_t size;
		const unsigned char *bytes = raw_reader_next(scan->raw, left,
		    &size, scan->why);

		if (bytes == NULL)
			return (-1);
		if (size == 0) {
			failure_set(scan->why, EXITCODE_DATA,
			    "it is cut off");
			return (-1);
		}
		text_add_bytes(text, bytes, size);
		left -= (int64_t)size;
	}
	return (foreign_scan_skip_padding(scan, scan->block.size));
}

static int
take_records(struct foreign_scan *scan, enum tar_extension_scope scope)
{
	struct text records = { 0 };
	int rc = read_extended(scan, EXTENDED_LIMIT, &records);

	if (rc == 0)
		rc = tar_extension_read(scope == TAR_EXTENSION_GLOBAL ?
		    &scan->global : &scan->next, &records, scope, scan->why);
	text_release(&records);
	return (rc);
}

/* Takes a long name as GNU tar writes it. */
static int
take_long(struct foreign_scan *scan, char **name)
{
	struct text text = { 0 };
	const int rc = read_extended(scan, FOREIGN_SCAN_NAME_LIMIT, &text);

	if (rc == 0) {
		free(*name);
		*name = memory_copy_string(text_string(&text));
	}
	text_release(&text);
	return (rc);
}

/*
 * Takes what is no entry itself.  Returns 1, 0 when it is one, or -1 with
 * why set.
 */
static int
take_extension(struct foreign_scan *scan)
{
	int rc = -1;

	if (!scan->waiting)
		tar_extension_inherit(&scan->next, &scan->global);
	switch (scan->block.type) {
	case 'g':
		rc = take_records(scan, TAR_EXTENSION_GLOBAL);
		if (!scan->waiting)
			tar_extension_release(&scan->next);
		return (rc == -1 ? -1 : 1);
	case 'x':
	case 'X':
		rc = take_records(scan, TAR_EXTENSION_ENTRY);
		break;
	case 'L':
		rc = take_long(scan, &scan->next.path);
		break;
	case 'K':
		rc = take_long(scan, &scan->next.link);
		break;
	default:
		return (0);
	}
	scan->waiting = true;
	return (rc == -1 ? -1 : 1);
}

/* Reads a block.  Returns 1, 0 when nothing is left, or -1 with why set. */
static int
read_block(struct foreign_scan *scan)
{
	size_t size;
	const unsigned char *bytes = raw_reader_next(scan->raw, TAR_BLOCK,
	    &size, scan->why);

	if (bytes == NULL)
		return (-1);
	if (size == 0)
		return (0);
	memcpy(scan->bytes, bytes, size);
	return (raw_reader_take(scan->raw, scan->bytes + size,
	    (int64_t)(TAR_BLOCK - size), scan->why) == -1 ? -1 : 1);
}

/* Whether all was read, and nothing is wrong with how it was packed. */
static bool
is_at_end(const struct foreign_scan *scan)
{
	struct failure trouble = { 0 };
	size_t size;

	return (raw_reader_next(scan->raw, 1, &size, &trouble) != NULL &&
	    size == 0);
}

/* Behind a block of zeros comes another; some programs wrote one only. */
static int
check_end(struct foreign_scan *scan)
{
	const int rc = read_block(scan);

	if (rc <= 0)
		return (rc);
	if (tar_block_read(scan->bytes, &scan->block,
	    scan->why) == TAR_BLOCK_ZERO)
		return (0);
	failure_set(scan->why, EXITCODE_DATA,
	    "it goes on behind a block of zeros");
	return (-1);
}

/*
 * Reads the next header.  Returns 1, 0 at the lawful end of the tar, or -1
 * with why set.
 */
static int
read_header(struct foreign_scan *scan)
{
	const bool first = raw_reader_at(scan->raw) == 0;
	const int rc = read_block(scan);

	/* What is shorter than a block is no tar that was cut off. */
	if (rc == -1 && first && is_at_end(scan))
		failure_set(scan->why, EXITCODE_DATA, "it is no tar archive");
	if (rc == -1)
		return (-1);
	const enum tar_block_kind kind = rc == 0 ? TAR_BLOCK_NONE :
	    tar_block_read(scan->bytes, &scan->block, scan->why);

	if (kind == TAR_BLOCK_HEADER)
		return (1);
	if (kind == TAR_BLOCK_ZERO)
		return (check_end(scan));
	if (first && rc == 0)
		failure_set(scan->why, EXITCODE_DATA, "it is empty");
	else if (first && kind == TAR_BLOCK_NONE)
		failure_set(scan->why, EXITCODE_DATA, "it is no tar archive");
	else if (rc == 0)
		failure_set(scan->why, EXITCODE_DATA,
		    "it is cut off: it has no end");
	return (-1);
}

/* Reads what is left: checksums cover it, and it may be more than zeros. */
static int
read_rest(struct foreign_scan *scan)
{
	bool zero = true;

	for (;;) {
		size_t size;
		const unsigned char *bytes = raw_reader_next(scan->raw,
		    INT64_MAX, &size, scan->why);

		if (bytes == NULL || foreign_scan_check(scan) == -1)
			return (-1);
		if (size == 0)
			break;
		for (size_t i = 0; i < size && zero; i++)
			zero = bytes[i] == 0;
	}
	if (!zero)
		message_say(MESSAGE_NOTE, "the archive ends before its file "
		    "does: what is behind its end is ignored");
	return (0);
}

/* Reads all entries up to the end. */
static int
read_entries(struct foreign_scan *scan)
{
	int rc;

	while ((rc = read_header(scan)) == 1) {
		rc = take_extension(scan);
		if (rc == 0) {
			rc = foreign_scan_take_entry(scan);
			tar_extension_release(&scan->next);
			scan->waiting = false;
		}
		if (rc == -1 || foreign_scan_check(scan) == -1)
			return (-1);
	}
	if (rc == 0 && scan->waiting) {
		failure_set(scan->why, EXITCODE_DATA,
		    "it ends behind an extended header");
		return (-1);
	}
	return (rc == 0 ? read_rest(scan) : -1);
}

int
foreign_scan(const struct foreign_source *source, struct foreign_use *use,
    struct entry_list *found, struct tally *tally, struct failure *why)
{
	struct foreign_scan scan = { .raw = source->raw, .tar = source->tar,
	    .owners = source->owners, .use = use, .found = found,
	    .tally = tally, .why = why };
	const int rc = read_entries(&scan);

	tar_extension_release(&scan.global);
	tar_extension_release(&scan.next);
	return (rc);
}
