/*
 * forge FILE: writes an archive of whatever standard input says, as somebody
 * would who wants to do harm: index, manifest and digests all agree.  Lines:
 *
 *	host NAME		where it was made; "forged" by default
 *	created TIME		when, as 2026-01-02T03:04:05.000Z
 *	tree NAME		a tree of the archive
 *	d NAME			a directory
 *	f NAME TEXT		a file that holds TEXT
 *	l NAME TARGET		a symbolic link
 *	h NAME NUMBER		a further name of entry NUMBER
 *	p NAME			a FIFO
 *
 * Names and texts have no blanks; "@" alone is the empty one.
 */
#include <config.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/words.h"
#include "../../nqsbackup/archive/archive_writer.h"
#include "../../nqsbackup/tree/entry.h"

enum { WORD_ROOM = 2048, LEVEL = 6 };

#define CREATED	(INT64_C(1700000000) * 1000000000)

static void
fail(const char *what)
{
	(void)fprintf(stderr, "forge: %s\n", what);
	exit(1);
}

static const char *
plain(const char *word)
{
	return (strcmp(word, "@") == 0 ? "" : word);
}

static void
write_entry(struct archive_writer *writer, char kind, const char *name,
    const char *value)
{
	struct failure why = { 0 };
	struct entry entry = { .name = memory_copy_string(plain(name)),
	    .kind = (enum entry_kind)kind,
	    .mode = kind == 'd' ? 0755 : 0644,
	    .uid = (uint32_t)geteuid(), .gid = (uint32_t)getegid(),
	    .mtime = 1700000000 };

	if (kind == 'f')
		entry.size = (int64_t)strlen(plain(value));
	else if (kind == 'l')
		entry.content.target = memory_copy_string(plain(value));
	else if (kind == 'h')
		entry.content.first = (uint32_t)strtoul(value, NULL, 10);
	if (archive_writer_begin(writer, &entry, &why) == -1 ||
	    archive_writer_data(writer, plain(value), (size_t)entry.size,
	    &why) == -1 || archive_writer_end(writer, &entry, &why) == -1)
		fail(why.message);
}

/* Takes a line about the archive itself.  Returns whether it is one. */
static bool
take_setting(struct archive_settings *settings, struct words *trees,
    const char *kind, const char *value)
{
	if (strcmp(kind, "tree") == 0)
		words_add(trees, plain(value));
	else if (strcmp(kind, "host") == 0)
		settings->host = memory_copy_string(value);
	else if (strcmp(kind, "created") != 0)
		return (false);
	else if (clock_read(value, &settings->created) == -1)
		fail(value);
	return (true);
}

int
main(int argc, char **argv)
{
	struct words trees = { 0 };
	struct archive_settings settings = {
	    .members = { .batches.level = LEVEL, .threads = 1 },
	    .created = CREATED, .host = "forged", .trees = &trees };
	struct archive_writer *writer = NULL;
	struct failure why = { 0 };
	char line[3 * WORD_ROOM];
	char kind[WORD_ROOM];
	char name[WORD_ROOM];
	char value[WORD_ROOM];

	const int fd = argc == 2 ? open(argv[1],
	    O_RDWR | O_CREAT | O_TRUNC, 0600) : -1;

	if (fd == -1)
		fail("usage: forge FILE");
	while (fgets(line, sizeof(line), stdin) != NULL) {
		value[0] = '\0';
		if (sscanf(line, "%2047s %2047s %2047s", kind, name,
		    value) < 2)
			fail(line);
		if (take_setting(&settings, &trees, kind, name))
			continue;
		if (writer == NULL)
			writer = archive_writer_make(&settings, fd);
		write_entry(writer, kind[0], name, value);
	}
	if (writer == NULL || archive_writer_finish(writer, &why) == -1)
		fail(why.message);
	archive_writer_free(writer);
	words_release(&trees);
	return (close(fd) == 0 ? 0 : 1);
}
