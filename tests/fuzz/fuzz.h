#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/*
 * What the targets of the fuzzer share.  A target reads whatever it is given;
 * a finding is an abort, of an assertion or of a sanitizer.
 */

/* How much of what is unpacked a target looks at, in bytes. */
enum { FUZZ_SIZE_LIMIT = 1 << 20 };

/* Called by libFuzzer for each input; always returns 0. */
int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/*
 * Returns a descriptor of a file, always the same, that holds just the size
 * bytes at bytes.
 */
int
fuzz_file(const void *bytes, size_t size);

/* Ends the program as a finding unless holds. */
void
fuzz_expect(int holds, const char *what);

#endif
