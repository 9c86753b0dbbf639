#include <config.h>

#include "tar_block.h"

#include <string.h>

#include "../../libcore/base/failure.h"
#include "../tree/entry.h"
#include "tar_layout.h"

enum {
	BINARY = 0x80,			/* the first bit of such a number */
	STAR_AT = 508,			/* "tar", where star wrote it */
	STAR_PREFIX_SIZE = 131
};

/* Sizes up to this leave room for sums of a few of them. */
#define SIZE_LIMIT	(INT64_MAX / 16)
#define ID_LIMIT	INT64_C(0xfffffffe)	/* -1 is nobody's number */

/* Reads a number in base 256, two's complement behind the first bit. */
static int
read_binary(const unsigned char *place, size_t size, int64_t *value)
{
	const bool negative = (place[0] & 0x40) != 0;
	const unsigned char sign = negative ? 0xff : 0;
	uint64_t bits = negative ? UINT64_MAX : 0;

	for (size_t i = 0; i < size; i++) {
		const unsigned char byte = i > 0 ? place[i] :
		    (unsigned char)(negative ? place[0] : place[0] & ~BINARY);

		/* What is above 64 bits must be sign only. */
		if (i + 8 < size && byte != sign)
			return (-1);
		bits = bits << 8 | byte;
	}
	if (bits >> 63 != (negative ? 1 : 0))
		return (-1);
	/* Conversion by value, which is defined for both signs. */
	*value = negative ? -(int64_t)~bits - 1 : (int64_t)bits;
	return (0);
}

int
tar_block_number(const unsigned char *place, size_t size, int64_t *value)
{
	uint64_t number = 0;
	size_t i = 0;

	if ((place[0] & BINARY) != 0)
		return (read_binary(place, size, value));
	while (i < size && place[i] == ' ')
		i++;
	for (; i < size && place[i] >= '0' && place[i] <= '7'; i++) {
		if (number > (uint64_t)INT64_MAX >> 3)
			return (-1);
		number = number << 3 | (uint64_t)(place[i] - '0');
	}
	/* Behind it there are blanks and NULs, or nothing. */
	for (; i < size; i++) {
		if (place[i] == '\0')
			break;
		if (place[i] != ' ')
			return (-1);
	}
	*value = (int64_t)number;
	return (0);
}

static bool
is_zero(const unsigned char *bytes)
{
	for (size_t i = 0; i < TAR_BLOCK; i++) {
		if (bytes[i] != 0)
			return (false);
	}
	return (true);
}

/* Some old programs took the bytes as signed ones. */
static bool
has_checksum(const unsigned char *bytes)
{
	int64_t sum = 0;
	int64_t signed_sum = 0;
	int64_t wanted;

	for (size_t i = 0; i < TAR_BLOCK; i++) {
		const int byte = i >= SUM_AT && i < SUM_AT + SUM_SIZE ? ' ' :
		    bytes[i];

		sum += byte;
		signed_sum += byte < 128 ? byte : byte - 256;
	}
	return (tar_block_number(bytes + SUM_AT, SUM_SIZE, &wanted) == 0 &&
	    (wanted == sum || wanted == signed_sum));
}

/* Copies size bytes that need not be ended by a NUL. */
static void
copy_string(char *string, const unsigned char *place, size_t size)
{
	const unsigned char *end = memchr(place, '\0', size);
	const size_t length = end == NULL ? size : (size_t)(end - place);

	memcpy(string, place, length);
	string[length] = '\0';
}

/* Only in POSIX's format does the prefix belong to the name. */
static void
copy_name(const unsigned char *bytes, struct tar_block *block)
{
	const bool star = memcmp(bytes + STAR_AT, "tar", 4) == 0;
	size_t length = 0;

	if (memcmp(bytes + MAGIC_AT, "ustar", 6) == 0 &&
	    bytes[PREFIX_AT] != '\0') {
		copy_string(block->name, bytes + PREFIX_AT,
		    star ? STAR_PREFIX_SIZE : PREFIX_SIZE);
		length = strlen(block->name);
		block->name[length++] = '/';
	}
	copy_string(block->name + length, bytes + NAME_AT, NAME_SIZE);
}

/* A number of the header, where it is, and its bounds. */
struct field {
	size_t		 at;
	size_t		 size;
	int64_t		 minimum;
	int64_t		 maximum;
	const char	*problem;
};

enum { FIELD_MODE, FIELD_UID, FIELD_GID, FIELD_SIZE, FIELD_MTIME,
    FIELD_COUNT };

static const struct field fields[FIELD_COUNT] = {
	{ MODE_AT, NUMBER_SIZE, INT64_MIN, INT64_MAX, "a mode that is none" },
	{ UID_AT, NUMBER_SIZE, 0, ID_LIMIT, "an owner that is none" },
	{ GID_AT, NUMBER_SIZE, 0, ID_LIMIT, "a group that is none" },
	{ SIZE_AT, LONG_NUMBER_SIZE, 0, SIZE_LIMIT, "a size that is none" },
	{ MTIME_AT, LONG_NUMBER_SIZE, INT64_MIN, INT64_MAX,
	    "a time that is none" },
};

/* Reads the numbers of a device; elsewhere there may be anything. */
static int
read_device(const unsigned char *bytes, struct tar_block *block)
{
	if (block->type != '3' && block->type != '4')
		return (0);
	return (tar_block_number(bytes + MAJOR_AT, NUMBER_SIZE,
	    &block->major) == 0 && tar_block_number(bytes + MINOR_AT,
	    NUMBER_SIZE, &block->minor) == 0 && block->major >= 0 &&
	    block->major <= ENTRY_DEVICE_LIMIT && block->minor >= 0 &&
	    block->minor <= ENTRY_DEVICE_LIMIT ? 0 : -1);
}

enum tar_block_kind
tar_block_read(const unsigned char *bytes, struct tar_block *block,
    struct failure *why)
{
	int64_t numbers[FIELD_COUNT];

	if (is_zero(bytes))
		return (TAR_BLOCK_ZERO);
	*block = (struct tar_block){ .type = (char)bytes[TYPE_AT] };
	if (!has_checksum(bytes)) {
		failure_set(why, EXITCODE_DATA,
		    "a header's checksum does not match");
		return (TAR_BLOCK_NONE);
	}
	copy_name(bytes, block);
	for (size_t i = 0; i < FIELD_COUNT; i++) {
		const struct field *field = &fields[i];

		if (tar_block_number(bytes + field->at, field->size,
		    &numbers[i]) == 0 && numbers[i] >= field->minimum &&
		    numbers[i] <= field->maximum)
			continue;
		failure_set(why, EXITCODE_DATA, "'%s' has %s", block->name,
		    field->problem);
		return (TAR_BLOCK_BAD);
	}
	if (read_device(bytes, block) == -1) {
		failure_set(why, EXITCODE_DATA, "'%s' has numbers that no "
		    "device has", block->name);
		return (TAR_BLOCK_BAD);
	}
	block->mode = (unsigned)(numbers[FIELD_MODE] & 07777);
	block->uid = numbers[FIELD_UID];
	block->gid = numbers[FIELD_GID];
	block->size = numbers[FIELD_SIZE];
	block->mtime = numbers[FIELD_MTIME];
	if (block->type == '\0')
		block->type = '0';
	block->magic = memcmp(bytes + MAGIC_AT, "ustar", 5) == 0;
	copy_string(block->link, bytes + LINK_AT, LINK_SIZE);
	if (block->magic) {
		copy_string(block->owner, bytes + OWNER_AT, OWNER_SIZE);
		copy_string(block->group, bytes + GROUP_AT, OWNER_SIZE);
	}
	return (TAR_BLOCK_HEADER);
}
