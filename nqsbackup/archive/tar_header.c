#include <config.h>

#include "tar_header.h"

#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/digest.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../tree/entry.h"
#include "pax.h"
#include "pax_traits.h"
#include "tar_layout.h"

#define LARGEST_NUMBER		INT64_C(07777777)
#define LARGEST_LONG_NUMBER	INT64_C(077777777777)

/* A header in the making: its block, and what it cannot say. */
struct header {
	unsigned char	block[TAR_BLOCK];
	struct text	records;
};

/* Where a header has the user, where the group. */
struct owner_place {
	size_t		 number_at;
	size_t		 name_at;
	const char	*number_key;
	const char	*name_key;
};

static const struct owner_place user_place =
    { UID_AT, OWNER_AT, "uid", "uname" };
static const struct owner_place group_place =
    { GID_AT, GROUP_AT, "gid", "gname" };

int64_t
tar_padded(int64_t size)
{
	return ((size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK);
}

/* Writes value in octal, ended by a NUL, into size bytes at place. */
static void
put_number(unsigned char *place, size_t size, int64_t value)
{
	place[size - 1] = '\0';
	for (size_t i = size - 1; i > 0; i--) {
		place[i - 1] = (unsigned char)('0' + (value & 7));
		value >>= 3;
	}
}

/* Fills size bytes at place with string, which need not be ended. */
static void
put_string(unsigned char *place, size_t size, const char *string)
{
	const size_t length = strlen(string);

	assert(length <= size);
	memcpy(place, string, length);
}

/*
 * Puts a name into the name and prefix parts.  Returns false when it does
 * not fit; a name of up to 256 bytes may, if it has a slash at the right
 * place.
 */
static bool
put_name(struct header *header, const char *name)
{
	const size_t length = strlen(name);

	if (length <= NAME_SIZE) {
		put_string(header->block + NAME_AT, NAME_SIZE, name);
		return (true);
	}
	/* The leftmost slash that leaves a short enough name. */
	for (size_t i = length - NAME_SIZE - 1; i <= PREFIX_SIZE &&
	    i + 1 < length; i++) {
		if (name[i] != '/' || i == 0)
			continue;
		memcpy(header->block + PREFIX_AT, name, i);
		put_string(header->block + NAME_AT, NAME_SIZE, name + i + 1);
		return (true);
	}
	return (false);
}

/*
 * The name under which a tar that knows no pax finds what has a long one: the
 * beginning of the long one's digest, so that no two are the same.
 */
static void
put_short_name(struct header *header, const char *name)
{
	char digest[DIGEST_TEXT_ROOM];
	char shorter[64];

	digest_of_bytes(name, strlen(name), digest);
	(void)snprintf(shorter, sizeof(shorter), "././.nqs-long/%.16s",
	    digest);
	put_string(header->block + NAME_AT, NAME_SIZE, shorter);
}

/*
 * The name of a sparse file for a tar that does not know the format, with
 * "GNUSparseFile.0" before the last component, as GNU tar has it.
 */
static void
put_sparse_name(struct header *header, const char *name)
{
	struct text longer = { 0 };
	const char *slash = strrchr(name, '/');
	const char *last = slash == NULL ? name : slash + 1;

	text_add_bytes(&longer, name, (size_t)(last - name));
	text_format(&longer, "GNUSparseFile.0/%s", last);
	if (!put_name(header, text_string(&longer)))
		put_short_name(header, name);
	text_release(&longer);
}

static void
put_entry_name(struct header *header, const struct entry *entry)
{
	struct text name = { 0 };

	if (entry_is_sparse(entry)) {
		put_sparse_name(header, entry->name);
		return;
	}
	if (entry->kind != ENTRY_DIRECTORY && put_name(header, entry->name))
		return;
	text_add(&name, entry->name);
	if (entry->kind == ENTRY_DIRECTORY)
		text_add(&name, "/");
	if (!put_name(header, text_string(&name))) {
		pax_add(&header->records, "path", text_string(&name));
		put_short_name(header, entry->name);
	}
	text_release(&name);
}

static void
put_owner(struct header *header, const struct owner_place *place,
    int64_t number, const char *name)
{
	const bool fits = number >= 0 && number <= LARGEST_NUMBER;

	if (!fits)
		pax_add_number(&header->records, place->number_key, number);
	put_number(header->block + place->number_at, NUMBER_SIZE,
	    fits ? number : 0);
	if (name == NULL)
		return;
	if (strlen(name) < OWNER_SIZE)
		put_string(header->block + place->name_at, OWNER_SIZE, name);
	else
		pax_add(&header->records, place->name_key, name);
}

static void
put_mtime(struct header *header, const struct entry *entry,
    enum tar_format format)
{
	int64_t seconds = entry->mtime;
	const bool fits = seconds >= 0 && seconds <= LARGEST_LONG_NUMBER;

	if (!fits || (format == TAR_PAX && entry->mtime_nanoseconds != 0))
		pax_add_time(&header->records, "mtime", entry_mtime(entry));
	if (!fits)
		seconds = seconds < 0 ? 0 : LARGEST_LONG_NUMBER;
	put_number(header->block + MTIME_AT, LONG_NUMBER_SIZE, seconds);
}

static void
put_size(struct header *header, int64_t size)
{
	if (size > LARGEST_LONG_NUMBER) {
		pax_add_number(&header->records, "size", size);
		size = LARGEST_LONG_NUMBER;
	}
	put_number(header->block + SIZE_AT, LONG_NUMBER_SIZE, size);
}

static void
put_link(struct header *header, const char *link)
{
	if (strlen(link) <= LINK_SIZE) {
		put_string(header->block + LINK_AT, LINK_SIZE, link);
		return;
	}
	pax_add(&header->records, "linkpath", link);
	put_string(header->block + LINK_AT, LINK_SIZE, "././.nqs-long-link");
}

static unsigned char
type_of(enum entry_kind kind)
{
	switch (kind) {
	case ENTRY_LINK:
		return ('1');
	case ENTRY_SYMLINK:
		return ('2');
	case ENTRY_CHARACTER:
		return ('3');
	case ENTRY_BLOCK:
		return ('4');
	case ENTRY_DIRECTORY:
		return ('5');
	case ENTRY_FIFO:
		return ('6');
	default:
		return ('0');
	}
}

/* Puts the numbers of a device; anything else (NULL, too) has zeros. */
static void
put_device(struct header *header, const struct entry *entry)
{
	const bool device = entry != NULL && entry_is_device(entry->kind);

	put_number(header->block + MAJOR_AT, NUMBER_SIZE,
	    device ? (int64_t)entry->content.device.major : 0);
	put_number(header->block + MINOR_AT, NUMBER_SIZE,
	    device ? (int64_t)entry->content.device.minor : 0);
}

/* Puts what is the same in all headers, and at last the sum. */
static void
put_frame(struct header *header, unsigned char type)
{
	unsigned sum = 0;

	memcpy(header->block + MAGIC_AT, "ustar\0" "00", 8);
	header->block[TYPE_AT] = type;
	memset(header->block + SUM_AT, ' ', SUM_SIZE);
	for (size_t i = 0; i < TAR_BLOCK; i++)
		sum += header->block[i];
	/* Six digits, a NUL, a blank. */
	put_number(header->block + SUM_AT, SUM_SIZE - 1, sum);
}

static void
add_padding(struct text *text)
{
	static const char zeros[TAR_BLOCK];
	const size_t rest = text->length % TAR_BLOCK;

	if (rest != 0)
		text_add_bytes(text, zeros, TAR_BLOCK - rest);
}

/* Adds the extended header that holds records. */
static void
add_extended(const struct text *records, struct text *head)
{
	struct header header = { { 0 }, { 0 } };

	put_string(header.block + NAME_AT, NAME_SIZE, "././@PaxHeader");
	put_number(header.block + MODE_AT, NUMBER_SIZE, 0600);
	put_owner(&header, &user_place, 0, NULL);
	put_owner(&header, &group_place, 0, NULL);
	put_size(&header, (int64_t)records->length);
	put_number(header.block + MTIME_AT, LONG_NUMBER_SIZE, 0);
	put_device(&header, NULL);
	put_frame(&header, 'x');
	text_add_bytes(head, header.block, TAR_BLOCK);
	text_add_bytes(head, records->bytes, records->length);
	add_padding(head);
	text_release(&header.records);
}

/*
 * Makes the map of a sparse file: how many pieces, then offset and length
 * of each, each on a line; the last piece ends where the file ends.
 */
static void
make_map(const struct entry *entry, struct text *map)
{
	int64_t end = 0;
	size_t count;
	const struct entry_extent *extents = entry_extents(entry, &count);

	if (count > 0)
		end = extents[count - 1].offset + extents[count - 1].length;
	text_format(map, "%zu\n", end < entry->size ? count + 1 : count);
	for (size_t i = 0; i < count; i++)
		text_format(map, "%" PRId64 "\n%" PRId64 "\n",
		    extents[i].offset, extents[i].length);
	if (end < entry->size)
		text_format(map, "%" PRId64 "\n0\n", entry->size);
	add_padding(map);
}

static bool
is_small_owner(int64_t number, const char *name)
{
	return (number >= 0 && number <= LARGEST_NUMBER &&
	    (name == NULL || strlen(name) < OWNER_SIZE));
}

/*
 * Whether the header is one block, for sure: most are, and need not be made
 * to know how long they are.
 */
static bool
is_plain(const struct entry *entry, const char *link, enum tar_format format)
{
	if (entry->kind == ENTRY_SYMLINK)
		link = entry->content.target;
	return (!entry_is_sparse(entry) && entry->traits == NULL &&
	    strlen(entry->name) < NAME_SIZE &&
	    is_small_owner(entry->uid, entry->owner) &&
	    is_small_owner(entry->gid, entry->group) &&
	    entry->mtime >= 0 && entry->mtime <= LARGEST_LONG_NUMBER &&
	    (format == TAR_USTAR || entry->mtime_nanoseconds == 0) &&
	    entry->size <= LARGEST_LONG_NUMBER &&
	    (link == NULL || strlen(link) <= LINK_SIZE));
}

size_t
tar_header_length(const struct entry *entry, const char *link,
    enum tar_format format)
{
	struct text head = { 0 };

	if (is_plain(entry, link, format))
		return (TAR_BLOCK);
	tar_header_add(entry, link, format, &head);
	const size_t length = head.length;

	text_release(&head);
	return (length);
}

void
tar_header_add(const struct entry *entry, const char *link,
    enum tar_format format, struct text *head)
{
	struct header header = { { 0 }, { 0 } };
	struct text map = { 0 };

	if (entry_is_sparse(entry)) {
		pax_add(&header.records, "GNU.sparse.major", "1");
		pax_add(&header.records, "GNU.sparse.minor", "0");
		pax_add(&header.records, "GNU.sparse.name", entry->name);
		pax_add_number(&header.records, "GNU.sparse.realsize",
		    entry->size);
		make_map(entry, &map);
	}
	put_entry_name(&header, entry);
	put_number(header.block + MODE_AT, NUMBER_SIZE,
	    (int64_t)entry->mode);
	put_owner(&header, &user_place, entry->uid, entry->owner);
	put_owner(&header, &group_place, entry->gid, entry->group);
	put_mtime(&header, entry, format);
	put_size(&header, (int64_t)map.length + entry_data_size(entry));
	if (entry->kind == ENTRY_SYMLINK)
		put_link(&header, entry->content.target);
	else if (entry->kind == ENTRY_LINK)
		put_link(&header, link);
	pax_traits_add(&header.records, entry->traits);
	put_device(&header, entry);
	put_frame(&header, type_of(entry->kind));

	assert(!is_plain(entry, link, format) ||
	    (header.records.length == 0 && map.length == 0));
	if (header.records.length > 0)
		add_extended(&header.records, head);
	text_add_bytes(head, header.block, TAR_BLOCK);
	text_add_bytes(head, map.bytes, map.length);
	text_release(&map);
	text_release(&header.records);
}
