#include <config.h>

#include "foreign_sparse.h"

#include <string.h>

#include "../../libcore/base/failure.h"
#include "../gzip/raw_reader.h"
#include "../tree/entry.h"
#include "tar_block.h"
#include "tar_extension.h"
#include "tar_layout.h"

/* The map of the old format: where it is in a header and behind it. */
enum {
	OLD_MAP_AT = 386,	OLD_MAP_COUNT = 4,
	OLD_MORE_AT = 482,
	OLD_SIZE_AT = 483,
	NEXT_MAP_COUNT = 21,
	NEXT_MORE_AT = 504,
	PIECE_SIZE = 2 * LONG_NUMBER_SIZE
};

#define SIZE_LIMIT	(INT64_MAX / 16)

static int
refuse(struct failure *why, const char *what)
{
	failure_set(why, EXITCODE_DATA, "a sparse file %s", what);
	return (-1);
}

/* Reads up to count pieces; an empty one ends the list. */
static int
read_pieces(const unsigned char *place, size_t count,
    struct tar_sparse *sparse, struct failure *why)
{
	for (size_t i = 0; i < count; i++, place += PIECE_SIZE) {
		int64_t offset;
		int64_t length;

		if (place[0] == '\0')
			return (0);
		if (tar_block_number(place, LONG_NUMBER_SIZE,
		    &offset) == -1 || tar_block_number(place +
		    LONG_NUMBER_SIZE, LONG_NUMBER_SIZE, &length) == -1)
			return (refuse(why, "has a piece that is none"));
		if (tar_extension_add_piece(sparse, offset, length,
		    why) == -1)
			return (-1);
	}
	return (0);
}

int
foreign_sparse_read_old(struct raw_reader *raw, const unsigned char *header,
    struct tar_sparse *sparse, struct failure *why)
{
	unsigned char block[TAR_BLOCK];
	bool more = header[OLD_MORE_AT] != 0;

	sparse->has = true;
	if (tar_block_number(header + OLD_SIZE_AT, LONG_NUMBER_SIZE,
	    &sparse->size) == -1)
		return (refuse(why, "has a size that is none"));
	if (read_pieces(header + OLD_MAP_AT, OLD_MAP_COUNT, sparse,
	    why) == -1)
		return (-1);
	while (more) {
		const size_t count = sparse->count;

		if (raw_reader_take(raw, block, TAR_BLOCK, why) == -1 ||
		    read_pieces(block, NEXT_MAP_COUNT, sparse, why) == -1)
			return (-1);
		/* A chain of empty blocks would never reach a limit. */
		if (sparse->count == count)
			return (refuse(why, "has an empty part of its map"));
		more = block[NEXT_MORE_AT] != 0;
	}
	return (0);
}

/* Reading the numbers of a map, each on a line of its own. */
struct map {
	struct raw_reader	*raw;
	int64_t			*stored;
	size_t			 at;		/* of block */
	unsigned char		 block[TAR_BLOCK];
};

static int
next_byte(struct map *map, unsigned char *byte, struct failure *why)
{
	if (map->at == TAR_BLOCK) {
		if (*map->stored < TAR_BLOCK)
			return (refuse(why, "has less data than its map"));
		if (raw_reader_take(map->raw, map->block, TAR_BLOCK,
		    why) == -1)
			return (-1);
		*map->stored -= TAR_BLOCK;
		map->at = 0;
	}
	*byte = map->block[map->at++];
	return (0);
}

static int
next_number(struct map *map, int64_t *number, struct failure *why)
{
	unsigned char byte = 0;
	int digits = 0;

	*number = 0;
	for (;;) {
		if (next_byte(map, &byte, why) == -1)
			return (-1);
		if (byte == '\n' && digits > 0)
			return (0);
		if (byte < '0' || byte > '9' || *number > SIZE_LIMIT / 10 ||
		    ++digits > LONG_NUMBER_SIZE + NUMBER_SIZE)
			return (refuse(why, "has a map that is none"));
		*number = 10 * *number + (byte - '0');
	}
}

int
foreign_sparse_read_map(struct raw_reader *raw, struct tar_sparse *sparse,
    int64_t *stored, struct failure *why)
{
	struct map map = { .raw = raw, .stored = stored, .at = TAR_BLOCK };
	int64_t count;

	sparse->count = 0;
	if (next_number(&map, &count, why) == -1)
		return (-1);
	for (; count > 0; count--) {
		int64_t offset;
		int64_t length;

		if (next_number(&map, &offset, why) == -1 ||
		    next_number(&map, &length, why) == -1 ||
		    tar_extension_add_piece(sparse, offset, length,
		    why) == -1)
			return (-1);
	}
	return (0);
}

int
foreign_sparse_set(struct entry *entry, const struct tar_sparse *sparse,
    int64_t stored, struct failure *why)
{
	int64_t end = 0;

	if (sparse->size < 0 || sparse->size > SIZE_LIMIT || sparse->half)
		return (refuse(why, "does not say its size"));
	entry->size = sparse->size;
	entry_make_sparse(entry);
	for (size_t i = 0; i < sparse->count; i++) {
		const struct entry_extent *piece = &sparse->pieces[i];

		if (piece->offset < end || piece->length < 0 ||
		    piece->length > entry->size ||
		    piece->offset > entry->size - piece->length)
			return (refuse(why, "has a wrong piece"));
		/*
		 * Programs do not agree on whether a piece begins a block,
		 * and would read two different files.
		 */
		if (piece->length > stored || (piece->length < stored &&
		    piece->length % TAR_BLOCK != 0))
			return (refuse(why,
			    "has pieces that do not fill its data"));
		end = piece->offset + piece->length;
		stored -= piece->length;
		if (piece->length > 0)
			entry_add_extent(entry, piece->offset,
			    piece->length);
	}
	if (stored != 0)
		return (refuse(why, "has pieces that do not fill its data"));
	return (0);
}
