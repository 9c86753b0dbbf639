/*
 * Any bytes as the manifest of any names, in pieces that end anywhere: what is
 * accepted is what would be written, and pieces change nothing.
 *
 * The first byte says how long the pieces are.  Then come the entries, each
 * the letter of its kind and its name, with a NUL at the end, up to an empty
 * one; the rest is the manifest.
 */
#include <config.h>

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../nqsbackup/archive/index.h"
#include "../../nqsbackup/archive/manifest_reader.h"
#include "fuzz.h"

/* What is left of the bytes. */
struct input {
	const uint8_t	*bytes;
	size_t		 size;
};

/* Adds an entry of kind, a link being one of the last file before it. */
static void
add_entry(struct index *index, char kind, const char *name)
{
	const struct entry_list *entries = &index->entries;
	size_t file = entries->count;

	while (file > 0 && entries->list[file - 1].kind != ENTRY_FILE)
		file--;
	struct entry *entry = entry_list_add(&index->entries);

	entry->name = memory_copy(name, strlen(name) + 1);
	entry->kind = ENTRY_DIRECTORY;
	if (kind == ENTRY_FILE)
		entry->kind = ENTRY_FILE;
	if (kind == ENTRY_LINK && file > 0) {
		entry->kind = ENTRY_LINK;
		entry->content.first = (uint32_t)(file - 1);
	}
}

/* Makes the entries that input begins with, and leaves what is behind them. */
static void
make_entries(struct index *index, struct input *input)
{
	const uint8_t *end;

	while ((end = memchr(input->bytes, '\0', input->size)) != NULL) {
		const char *name = (const char *)input->bytes;
		const size_t length = (size_t)(end - input->bytes);

		input->bytes += length + 1;
		input->size -= length + 1;
		if (length < 2)
			return;
		add_entry(index, name[0], name + 1);
	}
}

/*
 * Reads the manifest in pieces, which are copied to where nothing is behind
 * them.  Returns whether it is accepted.
 */
static bool
read_all(struct index *index, const struct input *input, size_t piece)
{
	struct manifest_reader reader = { .index = index };
	struct failure why = { 0 };
	size_t used = 0;
	int rc = 0;

	while (rc == 0 && used < input->size) {
		const size_t left = input->size - used;
		const size_t size = left < piece ? left : piece;
		char *copy = memory_copy(input->bytes + used, size);

		rc = manifest_reader_take(&reader, copy, size, &why);
		free(copy);
		used += size;
	}
	if (rc == 0)
		rc = manifest_reader_end(&reader, &why);
	fuzz_expect(rc == 0 || why.code == EXITCODE_DATA,
	    "refused with another code");
	manifest_reader_release(&reader);
	return (rc == 0);
}

/* Whether both are the same but for the case of digits, which is free. */
static bool
is_same(const struct text *text, const struct input *input)
{
	if (text->length != input->size)
		return (false);
	for (size_t i = 0; i < input->size; i++) {
		if (tolower((unsigned char)text->bytes[i]) !=
		    tolower(input->bytes[i]))
			return (false);
	}
	return (true);
}

/* What is accepted is what is written of it. */
static void
check_text(const struct index *index, const struct input *input)
{
	struct index_place place = { 0 };
	struct text text = { 0 };

	while (index_write_manifest(index, &place, &text))
		continue;
	fuzz_expect(is_same(&text, input), "another text was accepted");
	text_release(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct index index = { 0 };

	if (size == 0)
		return (0);
	const size_t piece = bytes[0] == 0 ? 1 : bytes[0];
	struct input input = { bytes + 1, size - 1 };

	make_entries(&index, &input);
	const bool accepted = read_all(&index, &input, piece);

	if (accepted)
		check_text(&index, &input);
	fuzz_expect(read_all(&index, &input, size) == accepted,
	    "pieces make a difference");
	index_release(&index);
	return (0);
}
