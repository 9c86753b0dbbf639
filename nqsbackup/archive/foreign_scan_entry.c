#include <config.h>

#include "foreign_scan.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../base/tally.h"
#include "../gzip/raw_reader.h"
#include "../tree/entry.h"
#include "../tree/name_pool.h"
#include "../tree/stage_name.h"
#include "foreign_limits.h"
#include "foreign_name.h"
#include "foreign_scan_inside.h"
#include "foreign_sparse.h"
#include "foreign_traits.h"
#include "index.h"
#include "tar_reader.h"

static int
refuse(struct foreign_scan *scan, const char *name, const char *what)
{
	failure_set(scan->why, EXITCODE_DATA, "'%s' in the archive %s", name,
	    what);
	return (-1);
}

static int
skip_data(struct foreign_scan *scan)
{
	return (raw_reader_take(scan->raw, NULL,
	    tar_padded(scan->block.size), scan->why));
}

/* Returns the name as the archive has it. */
static const char *
raw_name(const struct foreign_scan *scan)
{
	if (scan->next.sparse.name != NULL)
		return (scan->next.sparse.name);
	return (scan->next.path != NULL ? scan->next.path :
	    scan->block.name);
}

static bool
is_too_long(const char *name)
{
	size_t parts = 1;

	if (strlen(name) > FOREIGN_SCAN_NAME_LIMIT)
		return (true);
	for (; *name != '\0'; name++)
		parts += *name == '/';
	return (parts > FOREIGN_SCAN_PART_LIMIT);
}

/*
 * Returns the clean name, for free(), or NULL with why set when it leads out
 * of the archive.
 */
static char *
clean_name(struct foreign_scan *scan, const char *name)
{
	const bool long_name = is_too_long(name);
	char *clean = long_name ? NULL : foreign_name_clean(name);

	if (long_name)
		failure_set(scan->why, EXITCODE_DATA, "'%.80s...' in the "
		    "archive is too long a name", name);
	else if (clean == NULL)
		(void)refuse(scan, name, "leads out of it");
	else if (name[0] == '/' && !scan->rooted) {
		tally_note(scan->tally, name, "begins with a slash, as others "
		    "may: it is taken as below the root of the restore");
		scan->rooted = true;
	}
	return (clean);
}

/* What to make of a type. */
static enum entry_kind
kind_of(const struct foreign_scan *scan)
{
	const char *name = raw_name(scan);
	const size_t length = strlen(name);

	switch (scan->block.type) {
	case '0':
	case '7':
		/* Old programs have no other way to say it. */
		if (length > 0 && name[length - 1] == '/')
			return (ENTRY_DIRECTORY);
		return (ENTRY_FILE);
	case 'S':
		return (ENTRY_FILE);
	case '1':
		return (ENTRY_NAMED_LINK);
	case '2':
		return (ENTRY_SYMLINK);
	case '5':
	case 'D':
		return (ENTRY_DIRECTORY);
	case '6':
		return (ENTRY_FIFO);
	case '3':
		return (ENTRY_CHARACTER);
	case '4':
		return (ENTRY_BLOCK);
	default:
		return (ENTRY_UNKNOWN);
	}
}

/* Tells why an entry is left out, and skips it. */
static int
leave_out(struct foreign_scan *scan)
{
	const char type = scan->block.type;

	scan->use->units++;
	/* The label of a volume is no file. */
	if (type == 'V')
		return (skip_data(scan));
	tally_trouble(scan->tally, raw_name(scan), "is of a type that is not "
	    "known: left out");
	return (skip_data(scan));
}

static void
set_attributes(const struct foreign_scan *scan, struct entry *entry)
{
	const struct tar_extension *next = &scan->next;
	const struct tar_block *block = &scan->block;

	entry->mode = block->mode;
	entry->uid = (uint32_t)(next->has_uid ? next->uid : block->uid);
	entry->gid = (uint32_t)(next->has_gid ? next->gid : block->gid);
	entry->owner = name_pool_keep(scan->owners, next->owner != NULL ?
	    next->owner : block->owner);
	entry->group = name_pool_keep(scan->owners, next->group != NULL ?
	    next->group : block->group);
	entry->mtime = block->mtime;
	if (next->has_mtime)
		entry_set_mtime(entry, next->mtime);
	entry->whole_seconds = !next->has_mtime;
	if (!entry_is_device(entry->kind))
		return;
	entry->content.device.major = (uint32_t)block->major;
	entry->content.device.minor = (uint32_t)block->minor;
}

/* Finds out how a file is stored. */
static int
set_size(struct foreign_scan *scan, struct entry *entry)
{
	struct tar_sparse *sparse = &scan->next.sparse;
	int64_t stored = scan->block.size;

	if (scan->block.type == 'S' && foreign_sparse_read_old(scan->raw,
	    scan->bytes, sparse, scan->why) == -1)
		return (-1);
	if (!sparse->has) {
		entry->size = stored;
		return (0);
	}
	if (sparse->major > 1 || (sparse->major == 1 && sparse->minor != 0))
		return (refuse(scan, entry->name,
		    "is sparse in a way that is not known"));
	if (sparse->major == 1 && foreign_sparse_read_map(scan->raw, sparse,
	    &stored, scan->why) == -1)
		return (-1);
	return (foreign_sparse_set(entry, sparse, stored, scan->why));
}

static int
take_file(struct foreign_scan *scan, struct entry *entry)
{
	size_t count;

	if (set_size(scan, entry) == -1)
		return (-1);
	(void)entry_extents(entry, &count);
	scan->use->size += entry->size;
	scan->use->units += (int64_t)(count * sizeof(struct entry_extent) /
	    FOREIGN_LIMITS_UNIT);
	entry->at = raw_reader_at(scan->raw);
	if (foreign_scan_check(scan) == -1 || tar_reader_digest(scan->tar,
	    entry, NULL, entry->digest, scan->why) == -1)
		return (-1);
	return (foreign_scan_skip_padding(scan, entry_data_size(entry)));
}

static int
take_target(struct foreign_scan *scan, struct entry *entry)
{
	const char *target = scan->next.link != NULL ? scan->next.link :
	    scan->block.link;

	if (entry->kind == ENTRY_SYMLINK)
		entry->content.target = memory_copy_string(target);
	else
		entry->content.target = clean_name(scan, target);
	if (entry->content.target == NULL)
		return (-1);
	if (entry->content.target[0] == '\0')
		return (refuse(scan, entry->name, "links to nothing"));
	return (0);
}

/*
 * Whether the entry name belongs to the archive itself, or to what restores
 * keep, which no archive of ours has.  Returns 1, 0, or -1 with why set.
 */
static int
is_our_own(struct foreign_scan *scan, const char *name)
{
	if (stage_name_is_in(name)) {
		if (!scan->staged)
			tally_note(scan->tally, name,
			    "belongs to a restore: left out");
		scan->staged = true;
		return (1);
	}
	if (!entry_is_at_or_below(name, INDEX_FOLDER))
		return (0);
	if (!raw_reader_is_packed(scan->raw))
		return (1);
	failure_set(scan->why, EXITCODE_DATA, "it is an archive of "
	    "nqsbackup, but does not end like one: it is cut off, damaged, "
	    "or was packed anew");
	failure_hint(scan->why, "gunzip it to read it without its index");
	return (-1);
}

static int
take_traits(struct foreign_scan *scan, struct entry *entry)
{
	struct traits_pool *pool = entry_list_traits(scan->found);
	const size_t before = traits_pool_size(pool);

	if (foreign_traits_take(&scan->next, pool, entry, scan->tally) == -1)
		return (refuse(scan, entry->name,
		    "brings more extended attributes than are taken"));
	scan->use->units += (int64_t)((traits_pool_size(pool) - before) /
	    FOREIGN_LIMITS_UNIT);
	return (0);
}

/* Adds the entry, whose clean name is given over. */
static int
add_entry(struct foreign_scan *scan, enum entry_kind kind, char *name)
{
	struct entry *entry = entry_list_add(scan->found);

	entry->name = name;
	entry->kind = kind;
	entry->at = raw_reader_at(scan->raw);
	set_attributes(scan, entry);
	scan->use->units += 1 + (int64_t)(strlen(name) / FOREIGN_LIMITS_UNIT);
	if (take_traits(scan, entry) == -1)
		return (-1);
	if (foreign_scan_check(scan) == -1)
		return (-1);
	if (kind == ENTRY_FILE)
		return (take_file(scan, entry));
	/* What has no data may still say a size. */
	if (kind == ENTRY_DIRECTORY && scan->block.type != '5')
		return (skip_data(scan));
	if (kind != ENTRY_SYMLINK && kind != ENTRY_NAMED_LINK)
		return (0);
	if (take_target(scan, entry) == -1)
		return (-1);
	scan->use->units += (int64_t)(strlen(entry->content.target) /
	    FOREIGN_LIMITS_UNIT);
	return (0);
}

int
foreign_scan_take_entry(struct foreign_scan *scan)
{
	const enum entry_kind kind = kind_of(scan);

	if (scan->next.has_size)
		scan->block.size = scan->next.size;
	if (kind == ENTRY_UNKNOWN)
		return (leave_out(scan));
	/* What GNU tar lists as its data it takes for entries elsewhere. */
	if (kind == ENTRY_DIRECTORY && scan->block.size > 0 &&
	    (scan->block.type == '0' || scan->block.type == '7'))
		return (refuse(scan, raw_name(scan), "is a directory with "
		    "data, of which programs make different things"));
	char *name = clean_name(scan, raw_name(scan));

	if (name == NULL)
		return (-1);
	const int own = is_our_own(scan, name);

	if (own == 0 && name[0] != '\0')
		return (add_entry(scan, kind, name));
	free(name);
	if (own == -1)
		return (-1);
	/* The directory that all is in is not an entry of ours. */
	if (own == 0 && kind != ENTRY_DIRECTORY)
		return (refuse(scan, raw_name(scan), "is no lawful name"));
	/* Blocks of a map stand before the data. */
	if (scan->block.type == 'S' && foreign_sparse_read_old(scan->raw,
	    scan->bytes, &scan->next.sparse, scan->why) == -1)
		return (-1);
	return (scan->block.type == '5' ? 0 : skip_data(scan));
}
