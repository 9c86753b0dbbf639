#define _GNU_SOURCE			/* close_range */
#include <config.h>

#include "descriptors.h"

#include <sys/types.h>

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

/* The highest number in directory, or -1 when it cannot be read. */
static int
highest_name(const char *directory)
{
	DIR *stream = opendir(directory);
	struct dirent *entry;
	long highest = -1;

	if (stream == NULL)
		return -1;
	while ((entry = readdir(stream)) != NULL) {
		char *end;
		long number = strtol(entry->d_name, &end, 10);

		if (end != entry->d_name && *end == '\0' && number > highest)
			highest = number;
	}
	/* Nothing was written that could be lost. */
	(void)closedir(stream);
	return (int)highest;
}

int
descriptors_highest(void)
{
	int highest = highest_name("/proc/self/fd");

	if (highest < 0)
		highest = highest_name("/dev/fd");
	/*
	 * A /dev/fd of three entries is a static one, as FreeBSD has it
	 * without fdescfs, and says nothing of ours.
	 */
	if (highest > 2)
		return highest;
	long limit = sysconf(_SC_OPEN_MAX);
	return limit > 0 && limit < 65536 ? (int)limit - 1 : 65535;
}

void
descriptors_close(int first, int last)
{
	if (first > last)
		return;
#ifdef HAVE_CLOSE_RANGE
	if (close_range((unsigned int)first, (unsigned int)last, 0) == 0)
		return;
#endif
	/* Most are not open, and what was is not ours to lose data by. */
	for (int fd = first; fd <= last; fd++)
		(void)close(fd);
}
