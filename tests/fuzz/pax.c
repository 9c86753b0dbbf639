/*
 * Any bytes as the records of an extended header, of one entry or of all.
 */
#include <config.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../nqsbackup/archive/tar_extension.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const enum tar_extension_scope scopes[] = { TAR_EXTENSION_ENTRY,
	    TAR_EXTENSION_GLOBAL };

	for (size_t i = 0; i < 2; i++) {
		struct tar_extension extension = { 0 };
		struct text records = { 0 };
		struct failure why = { 0 };

		text_add_bytes(&records, bytes, size);
		fuzz_expect(tar_extension_read(&extension, &records,
		    scopes[i], &why) == 0 || why.code == EXITCODE_DATA,
		    "refused with another code");
		fuzz_expect(extension.mtime.tv_nsec >= 0 &&
		    extension.mtime.tv_nsec < 1000000000L, "a wrong time");
		tar_extension_release(&extension);
		text_release(&records);
	}
	return (0);
}
