/*
 * Any bytes as the index of an archive of ours: what is accepted is written
 * as it was read, and gives headers and a manifest.
 */
#include <config.h>

#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../nqsbackup/archive/index.h"
#include "fuzz.h"

static void
write_all(const struct index *index, struct text *text)
{
	struct index_place place = { 0 };

	while (index_write(index, &place, text))
		continue;
}

static void
check_again(const struct index *index)
{
	struct text text = { 0 };
	struct text again = { 0 };
	struct index copy = { 0 };
	struct failure why = { 0 };

	write_all(index, &text);
	fuzz_expect(index_read(&text, &copy, &why) == 0 &&
	    index_check(&copy, INT64_C(1) << 40, index->raw, &why) == 0,
	    "what was written is not read");
	write_all(index, &text);
	write_all(&copy, &again);
	fuzz_expect(text.length == again.length &&
	    memcmp(text.bytes, again.bytes, text.length) == 0,
	    "what was read is another");
	index_release(&copy);
	text_release(&text);
	text_release(&again);
}

/* The manifest that index makes is one that it reads. */
static void
check_manifest(const struct index *index)
{
	struct index_place place = { 0 };
	struct text text = { 0 };
	struct failure why = { 0 };
	size_t used = 0;

	while (index_write_manifest(index, &place, &text))
		continue;
	for (size_t i = 0; i < index->entries.count; i++) {
		const struct entry *entry = &index->entries.list[i];

		if (index_manifest_length(entry) == 0)
			continue;
		const ssize_t length = index_read_manifest(
		    text_string(&text) + used, text.length - used, entry,
		    NULL, &why);

		fuzz_expect(length > 0, "a line of the manifest is not read");
		used += (size_t)length;
	}
	fuzz_expect(used == text.length &&
	    used == (size_t)index->manifest.size, "the manifest is longer");
	text_release(&text);
}

static void
make_all(const struct index *index)
{
	struct text text = { 0 };

	for (size_t i = 0; i < index->entries.count; i++) {
		const struct entry *entry = &index->entries.list[i];
		const char *link = index_link_name(index, entry);

		text_clear(&text);
		tar_header_add(entry, link, index->format, &text);
		fuzz_expect(text.length % TAR_BLOCK == 0, "half a block");
		fuzz_expect(text.length == tar_header_length(entry, link,
		    index->format), "another length");
	}
	text_release(&text);
}

/* Of bytes that index was read from, one entry alone is the same. */
static void
find_last(const struct index *index, const uint8_t *bytes, size_t size)
{
	const struct entry_list *entries = &index->entries;
	struct index one = { 0 };
	struct text text = { 0 };
	struct failure why = { 0 };

	if (entries->count == 0)
		return;
	const struct entry *wanted = &entries->list[entries->count - 1];
	struct index_search search = { .name = wanted->name,
	    .offset = INT64_C(1) << 40, .raw = index->raw };

	text_add_bytes(&text, bytes, size);
	fuzz_expect(index_find(&text, &one, &search, &why) == 0 &&
	    one.entries.count == 1 && one.entries.list[0].at == wanted->at,
	    "the last entry is not found");
	index_release(&one);
	text_release(&text);
}

/* Looks for a name that is not there, so as far as it goes. */
static void
find_nothing(const uint8_t *bytes, size_t size)
{
	struct index_search search = { .name = "", .offset = INT64_C(1) << 40,
	    .raw = INT64_C(1) << 40 };
	struct index index = { 0 };
	struct text text = { 0 };
	struct failure why = { 0 };

	text_add_bytes(&text, bytes, size);
	if (index_find(&text, &index, &search, &why) == -1)
		fuzz_expect(why.code == EXITCODE_DATA,
		    "refused with another code");
	index_release(&index);
	text_release(&text);
}

/*
 * Looks for name alone in the bytes as an index.  Returns whether that went
 * well; found is to be released.
 */
static int
find(const uint8_t *bytes, size_t size, struct index_search *search,
    struct index *found)
{
	struct text text = { 0 };
	struct failure why = { 0 };

	text_add_bytes(&text, bytes, size);
	const int rc = index_find(&text, found, search, &why);

	fuzz_expect(rc == 0 || why.code == EXITCODE_DATA,
	    "not found with another code");
	text_release(&text);
	return (rc == 0);
}

/* What is looked for alone is what all of the index says of it. */
static void
check_found(const uint8_t *bytes, size_t size, const struct index *index)
{
	int64_t line = 0;

	for (size_t i = 0; i < index->entries.count; i++) {
		const struct entry *entry = &index->entries.list[i];
		struct index_search search = { .name = entry->name,
		    .offset = INT64_C(1) << 40, .raw = index->raw };
		struct index found = { 0 };

		/* Each time all before it is read. */
		if (i < 8 || i + 1 == index->entries.count) {
			fuzz_expect(find(bytes, size, &search, &found) &&
			    found.entries.count == 1, "it is not found");
			fuzz_expect(found.entries.list[0].kind ==
			    entry->kind && found.entries.list[0].at ==
			    entry->at && found.entries.list[0].size ==
			    entry->size && search.line == line &&
			    found.manifest.at == index->manifest.at,
			    "another one is found");
		}
		line += (int64_t)index_manifest_length(entry);
		index_release(&found);
	}
}

/* Any bytes, in which something is looked for. */
static void
find_any(const uint8_t *bytes, size_t size)
{
	struct index_search search = { .name = "tree/folder/file",
	    .offset = INT64_C(1) << 40, .raw = INT64_C(1) << 20 };
	struct index found = { 0 };

	(void)find(bytes, size, &search, &found);
	index_release(&found);
}

/* Any bytes as a line of a manifest. */
static void
read_manifest(const uint8_t *bytes, size_t size)
{
	char name[] = "a\nb";
	const struct entry entry = { .kind = ENTRY_FILE, .name = name };
	struct failure why = { 0 };

	(void)index_read_manifest((const char *)bytes, size, &entry, NULL,
	    &why);
}

/* Checks index with the one place for itself that it allows. */
static int
check_all(struct index *index, struct failure *why)
{
	const int64_t far = INT64_C(1) << 40;
	const struct entry *manifest = &index->manifest;

	/* There it is refused, but only when all entries have their places. */
	if (index_check(index, far, far, why) == 0 || manifest->size > far)
		return (-1);
	*why = (struct failure){ 0 };
	return (index_check(index, far, manifest->at + TAR_BLOCK +
	    tar_padded(manifest->size), why));
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct index index = { 0 };
	struct text text = { 0 };
	struct failure why = { 0 };

	read_manifest(bytes, size);
	find_any(bytes, size);
	text_add_bytes(&text, bytes, size);
	if (index_read(&text, &index, &why) == 0 &&
	    check_all(&index, &why) == 0) {
		check_again(&index);
		make_all(&index);
		check_manifest(&index);
		check_found(bytes, size, &index);
		find_last(&index, bytes, size);
	}
	find_nothing(bytes, size);
	fuzz_expect(why.code == 0 || why.code == EXITCODE_DATA,
	    "refused with another code");
	index_release(&index);
	text_release(&text);
	return (0);
}
