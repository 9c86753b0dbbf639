#include <config.h>

#include "output_path.h"

#include <sys/stat.h>

#include <ctype.h>
#include <string.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"

/* Adds string so that it cannot be more than one component of a name. */
static void
add_part(struct text *path, const char *string)
{
	for (; *string != '\0'; string++) {
		const unsigned char byte = (unsigned char)*string;
		const char part = isalnum(byte) ||
		    strchr("._+-", byte) != NULL ? (char)byte : '_';

		text_add_bytes(path, &part, 1);
	}
}

/* Adds what names of archives of node and what begin with. */
static void
add_head(struct text *path, const char *node, const char *what)
{
	text_add(path, "nqs-");
	add_part(path, node);
	text_add(path, "-");
	add_part(path, what);
}

char *
output_path_pattern(const char *node, const char *what)
{
	struct text pattern = { 0 };

	add_head(&pattern, node, what);
	text_add(&pattern, "-????????T??????Z.tar.gz");
	return (text_take(&pattern));
}

char *
output_path_make(const char *output, const char *node, const char *what,
    int64_t created)
{
	struct text path = { 0 };
	struct stat status;
	char stamp[CLOCK_TEXT_ROOM];

	const bool slash = text_ends_with(output, "/");

	if (!slash && (stat(output, &status) == -1 ||
	    !S_ISDIR(status.st_mode)))
		return (memory_copy_string(output));
	clock_show_compact(created, stamp);
	text_format(&path, "%s%s", output, slash ? "" : "/");
	add_head(&path, node, what);
	text_format(&path, "-%s.tar.gz", stamp);
	return (text_take(&path));
}
