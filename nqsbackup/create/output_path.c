#include <config.h>

#include "output_path.h"

#include <sys/stat.h>

#include <ctype.h>
#include <fnmatch.h>
#include <string.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"

/* What names end with; a question mark is a digit. */
#define TAIL_PATTERN	"-????????T??????Z.tar.gz"

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

static void
add_tail(struct text *path, int64_t created)
{
	char stamp[CLOCK_TEXT_ROOM];

	clock_show_compact(created, stamp);
	text_format(path, "-%s.tar.gz", stamp);
}

char *
output_path_pattern(const char *node, const char *what)
{
	struct text pattern = { 0 };

	add_head(&pattern, node, what);
	text_add(&pattern, TAIL_PATTERN);
	return (text_take(&pattern));
}

size_t
output_path_series(const char *name)
{
	const size_t tail = strlen(TAIL_PATTERN);
	const size_t length = strlen(name);

	if (fnmatch("nqs-?*-?*" TAIL_PATTERN, name, 0) != 0)
		return (0);
	for (size_t i = length - tail; i < length; i++) {
		if (TAIL_PATTERN[i + tail - length] == '?' &&
		    !isdigit((unsigned char)name[i]))
			return (0);
	}
	return (length - tail);
}

bool
output_path_is_of(const char *name, const char *node, int64_t created)
{
	const size_t length = output_path_series(name);
	struct text head = { 0 };
	struct text tail = { 0 };

	add_head(&head, node, "");
	add_tail(&tail, created);
	const bool is_of = length > head.length &&
	    strncmp(name, text_string(&head), head.length) == 0 &&
	    strcmp(name + length, text_string(&tail)) == 0;

	text_release(&head);
	text_release(&tail);
	return (is_of);
}

char *
output_path_make(const char *output, const char *node, const char *what,
    int64_t created)
{
	struct text path = { 0 };
	struct stat status;

	const bool slash = text_ends_with(output, "/");

	if (!slash && (stat(output, &status) == -1 ||
	    !S_ISDIR(status.st_mode)))
		return (memory_copy_string(output));
	text_format(&path, "%s%s", output, slash ? "" : "/");
	add_head(&path, node, what);
	add_tail(&path, created);
	return (text_take(&path));
}
