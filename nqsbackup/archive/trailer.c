#include <config.h>

#include "trailer.h"

#include <string.h>

#include "../../libcore/base/text.h"
#include "../gzip/gzip.h"

enum {
	FORMAT_VERSION = 1,
	HEADER_SIZE = 12,		/* of gzip, up to the extra field */
	SUBFIELD_SIZE = 4		/* "NQ" and its length */
};

static void
add_number(struct text *text, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		const unsigned char byte = (unsigned char)(value >> (8 * i));

		text_add_bytes(text, &byte, 1);
	}
}

static uint64_t
get_number(const unsigned char **bytes, size_t size)
{
	uint64_t value = 0;

	for (size_t i = 0; i < size; i++)
		value |= (uint64_t)(*bytes)[i] << (8 * i);
	*bytes += size;
	return (value);
}

/* The same, for what must not be negative as an int64_t. */
static int
get_offset(const unsigned char **bytes, int64_t *value)
{
	const uint64_t number = get_number(bytes, 8);

	if (number > INT64_MAX)
		return (-1);
	*value = (int64_t)number;
	return (0);
}

void
trailer_write(const struct trailer *trailer, struct text *member)
{
	static const char zeros[TRAILER_ZEROS];
	struct text extra = { 0 };

	text_add(&extra, "NQ");
	add_number(&extra, TRAILER_EXTRA - SUBFIELD_SIZE, 2);
	add_number(&extra, FORMAT_VERSION, 4);
	add_number(&extra, trailer->crc, 4);
	add_number(&extra, (uint64_t)trailer->offset, 8);
	add_number(&extra, (uint64_t)trailer->raw, 8);
	add_number(&extra, (uint64_t)trailer->size, 8);
	add_number(&extra, (uint64_t)trailer->created, 8);
	text_add_bytes(&extra, trailer->digest, DIGEST_SIZE);
	gzip_add_stored(member, &extra, zeros, sizeof(zeros));
	text_release(&extra);
}

int
trailer_read(const unsigned char *bytes, struct trailer *trailer)
{
	const unsigned char *next = bytes + HEADER_SIZE + SUBFIELD_SIZE;
	struct text again = { 0 };

	if (get_number(&next, 4) != FORMAT_VERSION)
		return (-1);
	trailer->crc = (uint32_t)get_number(&next, 4);
	if (get_offset(&next, &trailer->offset) == -1 ||
	    get_offset(&next, &trailer->raw) == -1 ||
	    get_offset(&next, &trailer->size) == -1 ||
	    get_offset(&next, &trailer->created) == -1)
		return (-1);
	memcpy(trailer->digest, next, DIGEST_SIZE);
	/* All the rest is the same in every trailer. */
	trailer_write(trailer, &again);
	const int differs = memcmp(again.bytes, bytes, TRAILER_SIZE);

	text_release(&again);
	return (differs == 0 ? 0 : -1);
}
