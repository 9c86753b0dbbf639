/*
 * tarforge: writes to standard output the tar that standard input says, right
 * or wrong, as somebody would who wants to do harm.  A line is one of
 *
 *	TYPE NAME [KEY=VALUE]...	a header, and its data
 *	x|g - [RECORD=VALUE]...		an extended header of such records
 *	zero				a block of zeros
 *	end				two of them
 *	bytes VALUE			just these, padded to a block
 *
 * where TYPE is the type's letter and a KEY one of
 *
 *	link mode uid gid size mtime	the field, as it is to be there
 *	text				the data; the size follows from it
 *	length				the size, also of an extended header
 *	at=OFFSET:VALUE			bytes anywhere in the header
 *	sum				the checksum, instead of the right one
 *	magic				"gnu" or "v7", instead of ustar
 *
 * In a VALUE \xNN is any byte; there are no blanks.  It shares no code with
 * what it is to deceive.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 512, LINE_ROOM = 131072 };

struct header {
	unsigned char	 block[BLOCK];
	unsigned char	*data;
	size_t		 size;
	int		 sized;		/* the size was given */
	int		 summed;	/* the checksum was given */
};

struct field {
	const char	*key;
	size_t		 at;
	size_t		 size;
};

static const struct field fields[] = {
	{ "link", 157, 100 }, { "mode", 100, 8 }, { "uid", 108, 8 },
	{ "gid", 116, 8 }, { "size", 124, 12 }, { "length", 124, 12 },
	{ "mtime", 136, 12 }, { "sum", 148, 8 },
};

static void
fail(const char *what)
{
	(void)fprintf(stderr, "tarforge: %s\n", what);
	exit(1);
}

/* Turns each \xNN of value into its byte, in place.  Returns the length. */
static size_t
plain(char *value)
{
	size_t length = 0;

	for (const char *at = value; *at != '\0'; length++) {
		unsigned byte = (unsigned char)*at;

		if (at[0] == '\\' && at[1] == 'x' &&
		    sscanf(at + 2, "%2x", &byte) == 1)
			at += 4;
		else
			at++;
		value[length] = (char)byte;
	}
	return (length);
}

static void
put(struct header *header, size_t at, const char *bytes, size_t size)
{
	if (at + size > BLOCK)
		fail("a value is too long for the header");
	memcpy(header->block + at, bytes, size);
}

static void
write_bytes(const void *bytes, size_t size)
{
	if (size > 0 && fwrite(bytes, 1, size, stdout) != size)
		fail("cannot write");
}

static void
write_padded(const void *bytes, size_t size)
{
	static const unsigned char zeros[BLOCK];

	write_bytes(bytes, size);
	write_bytes(zeros, (BLOCK - size % BLOCK) % BLOCK);
}

static void
add_data(struct header *header, const char *bytes, size_t size)
{
	header->data = realloc(header->data, header->size + size + 1);
	if (header->data == NULL) {
		fail("no memory");
		return;
	}
	if (size > 0)
		memcpy(header->data + header->size, bytes, size);
	header->size += size;
}

/* Adds a record of an extended header, with its right length. */
static void
add_record(struct header *header, const char *key, const char *value,
    size_t size)
{
	char head[512];
	const size_t rest = strlen(key) + size + 3;
	size_t length;
	int digits = 0;

	do {
		length = rest + (size_t)digits;
		digits = snprintf(head, sizeof(head), "%zu", length);
	} while (length != rest + (size_t)digits);
	digits = snprintf(head, sizeof(head), "%zu %s=", length, key);
	add_data(header, head, (size_t)digits);
	add_data(header, value, size);
	add_data(header, "\n", 1);
}

static void
set_key(struct header *header, const char *key, char *value)
{
	const size_t size = plain(value);

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (strcmp(key, fields[i].key) != 0)
			continue;
		memset(header->block + fields[i].at, 0, fields[i].size);
		put(header, fields[i].at, value, size);
		header->sized |= fields[i].at == 124;
		header->summed |= strcmp(key, "sum") == 0;
		return;
	}
	if (strcmp(key, "text") == 0)
		add_data(header, value, size);
	else if (strcmp(key, "magic") == 0)
		memcpy(header->block + 257, strcmp(value, "gnu") == 0 ?
		    "ustar  " : "\0\0\0\0\0\0\0", 8);
	else if (strcmp(key, "at") == 0 && memchr(value, ':', size) != NULL)
		put(header, (size_t)strtol(value, NULL, 10),
		    strchr(value, ':') + 1,
		    size - (size_t)(strchr(value, ':') + 1 - value));
	else
		fail(key);
}

static void
write_header(struct header *header)
{
	char number[16];
	unsigned sum = 0;

	if (!header->sized) {
		(void)snprintf(number, sizeof(number), "%011zo",
		    header->size);
		memcpy(header->block + 124, number, 12);
	}
	if (!header->summed) {
		memset(header->block + 148, ' ', 8);
		for (size_t i = 0; i < BLOCK; i++)
			sum += header->block[i];
		(void)snprintf(number, sizeof(number), "%06o", sum);
		memcpy(header->block + 148, number, 7);
	}
	write_bytes(header->block, BLOCK);
	write_padded(header->data, header->size);
	free(header->data);
}

static void
make_header(char type, char *name, char *rest)
{
	struct header header = { .sized = 0 };
	const char *mode = type == '5' ? "0000755" : "0000644";

	put(&header, 0, name, plain(name));
	memcpy(header.block + 100, mode, 8);
	memcpy(header.block + 108, "0000000", 8);
	memcpy(header.block + 116, "0000000", 8);
	memcpy(header.block + 136, "14524760400", 12);
	memcpy(header.block + 257, "ustar\00000", 8);
	header.block[156] = (unsigned char)type;
	for (char *word = rest; *word != '\0'; word = rest) {
		char *value = strchr(word, '=');

		rest = word + strcspn(word, " ");
		if (*rest == ' ')
			*rest++ = '\0';

		if (value == NULL) {
			fail(word);
			return;
		}
		*value++ = '\0';
		if ((type == 'x' || type == 'g') &&
		    strcmp(word, "text") != 0 && strcmp(word, "length") != 0)
			add_record(&header, word, value, plain(value));
		else
			set_key(&header, word, value);
	}
	write_header(&header);
}

int
main(void)
{
	static const unsigned char zeros[2 * BLOCK];
	static char line[LINE_ROOM];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		char *space = strchr(line, ' ');
		char *name = space == NULL ? line + strlen(line) : space + 1;

		if (strcmp(line, "zero") == 0 || strcmp(line, "end") == 0) {
			write_bytes(zeros, line[0] == 'z' ? BLOCK : 2 * BLOCK);
		} else if (strncmp(line, "bytes ", 6) == 0) {
			write_padded(name, plain(name));
		} else {
			char *rest = strchr(name, ' ');

			if (rest != NULL)
				*rest++ = '\0';
			make_header(line[0], name, rest == NULL ?
			    name + strlen(name) : rest);
		}
	}
	return (fflush(stdout) == 0 ? 0 : 1);
}
