#include <config.h>

#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../tree/entry.h"
#include "index.h"

enum {
	PIECE_SIZE = 64 * 1024,
	DIGITS = DIGEST_TEXT_ROOM - 1
};

/* What sha256sum(1) does not write into a line as it is. */
static const char special[] = "\\\n\r";

static bool
has_line(const struct entry *entry)
{
	return (entry->kind == ENTRY_FILE || entry->kind == ENTRY_LINK);
}

/* Whether name is not written as it is.  Next to none are, so this is fast. */
static bool
is_special(const char *name)
{
	return (strchr(name, '\\') != NULL || strchr(name, '\n') != NULL ||
	    strchr(name, '\r') != NULL);
}

/* Adds name as sha256sum(1) writes it when it is special. */
static void
add_escaped(struct text *text, const char *name)
{
	for (; *name != '\0'; name++) {
		if (*name == '\\')
			text_add(text, "\\\\");
		else if (*name == '\n')
			text_add(text, "\\n");
		else if (*name == '\r')
			text_add(text, "\\r");
		else
			text_add_bytes(text, name, 1);
	}
}

/* Adds what a line has behind the digest, which is escaped if need be. */
static void
add_rest(struct text *text, const char *name, bool escaped)
{
	text_add_bytes(text, "  ", 2);
	if (escaped)
		add_escaped(text, name);
	else
		text_add(text, name);
	text_add_bytes(text, "\n", 1);
}

bool
index_write_manifest(const struct index *index, struct index_place *place,
    struct text *text)
{
	const size_t length = text->length;
	char digest[DIGEST_TEXT_ROOM];

	while (place->number < index->entries.count &&
	    text->length - length < PIECE_SIZE) {
		const struct entry *entry =
		    &index->entries.list[place->number++];

		if (!has_line(entry))
			continue;
		const bool escaped = is_special(entry->name);

		digest_show(index_content(index, entry)->digest, digest);
		/* A backslash in front says that the name has escapes. */
		if (escaped)
			text_add(text, "\\");
		text_add_bytes(text, digest, DIGITS);
		add_rest(text, entry->name, escaped);
	}
	return (text->length > length);
}

size_t
index_manifest_length(const struct entry *entry)
{
	const char *name = entry->name;
	size_t length = DIGITS + 3;

	if (!has_line(entry))
		return (0);
	if (!is_special(name))
		return (length + strlen(name));
	/* Each that is special needs two bytes, and all together one more. */
	for (length++; *name != '\0'; name++)
		length += strchr(special, *name) == NULL ? 1 : 2;
	return (length);
}

static ssize_t
refuse(const struct entry *entry, struct failure *why)
{
	failure_set(why, EXITCODE_DATA,
	    "the line of '%s' in the manifest is damaged", entry->name);
	return (-1);
}

static int
read_digits(const char *digits, unsigned char *digest)
{
	unsigned char forgotten[DIGEST_SIZE];

	return (digest_read(digits, digest != NULL ? digest : forgotten));
}

/* The same as index_read_manifest() for a name that has escapes. */
static ssize_t
read_escaped(const char *bytes, size_t size, const struct entry *entry,
    unsigned char *digest, struct failure *why)
{
	const size_t length = index_manifest_length(entry);
	struct text rest = { 0 };

	if (size < length)
		return (0);
	add_rest(&rest, entry->name, true);
	const bool same = bytes[0] == '\\' && memcmp(bytes + 1 + DIGITS,
	    rest.bytes, rest.length) == 0;

	text_release(&rest);
	return (same && read_digits(bytes + 1, digest) == 0 ?
	    (ssize_t)length : refuse(entry, why));
}

ssize_t
index_read_manifest(const char *bytes, size_t size, const struct entry *entry,
    unsigned char *digest, struct failure *why)
{
	const size_t length = strlen(entry->name);
	const char *rest = bytes + DIGITS;

	if (is_special(entry->name))
		return (read_escaped(bytes, size, entry, digest, why));
	if (size < DIGITS + 3 + length)
		return (0);
	return (rest[0] == ' ' && rest[1] == ' ' &&
	    memcmp(rest + 2, entry->name, length) == 0 &&
	    rest[length + 2] == '\n' && read_digits(bytes, digest) == 0 ?
	    (ssize_t)(DIGITS + 3 + length) : refuse(entry, why));
}
