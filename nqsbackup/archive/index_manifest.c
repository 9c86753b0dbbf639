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

/* Adds what the line of entry has behind the digest. */
static void
add_rest(struct text *text, const char *name)
{
	text_add_bytes(text, "  ", 2);
	if (!is_special(name))
		text_add(text, name);
	else
		add_escaped(text, name);
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
		digest_show(index_content(index, entry)->digest, digest);
		/* A backslash in front says that the name has escapes. */
		if (is_special(entry->name))
			text_add(text, "\\");
		text_add_bytes(text, digest, DIGITS);
		add_rest(text, entry->name);
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

/* Whether what the line of entry has behind the digest is at rest. */
static bool
is_rest(const char *rest, const char *name)
{
	const size_t length = strlen(name);
	struct text escaped = { 0 };

	if (!is_special(name))
		return (memcmp(rest, "  ", 2) == 0 &&
		    memcmp(rest + 2, name, length) == 0 &&
		    rest[length + 2] == '\n');
	add_rest(&escaped, name);
	const bool same = memcmp(rest, escaped.bytes, escaped.length) == 0;

	text_release(&escaped);
	return (same);
}

ssize_t
index_read_manifest(const char *bytes, size_t size, const struct entry *entry,
    unsigned char *digest, struct failure *why)
{
	const size_t length = index_manifest_length(entry);
	const bool escaped = is_special(entry->name);
	unsigned char forgotten[DIGEST_SIZE];

	if (size < length)
		return (0);
	const char *digits = escaped ? bytes + 1 : bytes;

	if ((!escaped || bytes[0] == '\\') &&
	    is_rest(digits + DIGITS, entry->name) &&
	    digest_read(digits, digest != NULL ? digest : forgotten) == 0)
		return ((ssize_t)length);
	failure_set(why, EXITCODE_DATA,
	    "the line of '%s' in the manifest is damaged", entry->name);
	return (-1);
}
