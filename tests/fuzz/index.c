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
check_again(const struct index *index)
{
	struct text text = { 0 };
	struct text twice = { 0 };
	struct index copy = { 0 };
	struct failure why = { 0 };

	index_write(index, &text);
	index_write(index, &twice);
	fuzz_expect(index_read(&text, &copy, &why) == 0,
	    "what was written is not read");
	text_clear(&text);
	index_write(&copy, &text);
	fuzz_expect(text.length == twice.length &&
	    memcmp(text.bytes, twice.bytes, text.length) == 0,
	    "what was read is another");
	index_release(&copy);
	text_release(&text);
	text_release(&twice);
}

static void
make_all(const struct index *index)
{
	struct text text = { 0 };

	for (size_t i = 0; i < index->entries.count; i++) {
		const struct entry *entry = &index->entries.list[i];

		text_clear(&text);
		tar_header_add(entry, i, index_link_name(index, entry),
		    index->format, &text);
		fuzz_expect(text.length % TAR_BLOCK == 0, "half a block");
	}
	text_clear(&text);
	index_write_manifest(index, &text);
	text_release(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct index index = { 0 };
	struct text text = { 0 };
	struct failure why = { 0 };

	text_add_bytes(&text, bytes, size);
	if (index_read(&text, &index, &why) == 0) {
		check_again(&index);
		if (index_check(&index, INT64_C(1) << 40, INT64_C(1) << 40,
		    &why) == 0)
			make_all(&index);
	}
	fuzz_expect(why.code == 0 || why.code == EXITCODE_DATA,
	    "refused with another code");
	index_release(&index);
	text_release(&text);
	return (0);
}
