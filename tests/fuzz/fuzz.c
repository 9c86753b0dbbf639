#include <config.h>

#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../libcore/base/message.h"

void
fuzz_expect(int holds, const char *what)
{
	if (holds)
		return;
	(void)fprintf(stderr, "fuzz: %s\n", what);
	abort();
}

int
fuzz_file(const void *bytes, size_t size)
{
	static FILE *file;

	/* What is refused is not worth a line each time. */
	message_start("fuzz", MESSAGE_ERROR, 0);
	if (file == NULL)
		file = tmpfile();
	fuzz_expect(file != NULL, "no file can be made");
	const int fd = fileno(file);

	fuzz_expect(ftruncate(fd, 0) == 0 &&
	    pwrite(fd, bytes, size, 0) == (ssize_t)size,
	    "the file cannot be written");
	return (fd);
}
