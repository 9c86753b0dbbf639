#include <config.h>

#include "stage_name.h"

#include <string.h>

bool
stage_name_is_in(const char *path)
{
	const size_t length = strlen(STAGE_NAME);

	for (;;) {
		const char *end = path + strcspn(path, "/");
		const bool begins = strncmp(path, STAGE_NAME, length) == 0;

		path += begins ? length : 0;
		if (begins && *path == '-')
			path += 1 + strspn(path + 1, "0123456789");
		if (begins && path == end)
			return (true);
		if (*end == '\0')
			return (false);
		path = end + 1;
	}
}
