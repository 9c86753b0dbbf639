#include <config.h>

#include "fleet_table.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/system/fileio.h"

/* Narrower terminals are rare, and get lines that wrap. */
enum { WIDTH = 79 };

void
fleet_table_start(struct fleet_table *table, bool is_wanted)
{
	const char *term = getenv("TERM");

	*table = (struct fleet_table){ .is_shown = is_wanted &&
	    isatty(STDERR_FILENO) && term != NULL &&
	    strcmp(term, "dumb") != 0 };
}

/* What cannot be written to a terminal is no loss. */
static void
put(const struct text *text)
{
	(void)fileio_write(STDERR_FILENO, text_string(text), text->length);
}

/* Adds what goes back to the first line, and empties all from there on. */
static void
add_way_back(const struct fleet_table *table, struct text *text)
{
	if (table->lines > 0)
		text_format(text, "\033[%zuA\033[J", table->lines);
}

/* Adds at most WIDTH characters of the length bytes at line. */
static void
add_line(const char *line, size_t length, struct text *text)
{
	struct text masked = { 0 };
	size_t at = 0;

	text_add_masked(&masked, line, length);
	for (int column = 0; column < WIDTH && at < masked.length;
	    column++) {
		uint32_t character;
		const size_t size = text_character(masked.bytes + at,
		    masked.length - at, &character);

		at += size == 0 ? 1 : size;
	}
	text_add_bytes(text, text_string(&masked), at);
	text_add(text, "\n");
	text_release(&masked);
}

void
fleet_table_draw(struct fleet_table *table, const struct text *text)
{
	const char *line = text_string(text);
	struct text drawn = { 0 };

	if (!table->is_shown)
		return;
	add_way_back(table, &drawn);
	table->lines = 0;
	while (*line != '\0') {
		const size_t length = strcspn(line, "\n");

		add_line(line, length, &drawn);
		table->lines++;
		line += length + (line[length] == '\n' ? 1 : 0);
	}
	put(&drawn);
	text_release(&drawn);
}

void
fleet_table_clear(struct fleet_table *table)
{
	struct text drawn = { 0 };

	add_way_back(table, &drawn);
	put(&drawn);
	table->lines = 0;
	text_release(&drawn);
}
