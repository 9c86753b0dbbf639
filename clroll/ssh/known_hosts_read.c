#include <config.h>

#include "known_hosts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/base64.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/system/trust.h"
#include "known_hosts_table.h"

enum {
	FILE_LIMIT = 256 << 20,		/* more than 2 million lines */
	FIRST_ROOM = 64
};

void *
known_hosts_array_add(struct array *array, size_t size)
{
	void *item;

	if (array->count == array->room) {
		array->room = array->room == 0 ? FIRST_ROOM : array->room * 2;
		array->items = memory_resize(array->items, array->room, size);
	}
	item = (char *)array->items + array->count++ * size;
	memset(item, 0, size);
	return item;
}

struct known_hosts *
known_hosts_make(void)
{
	struct known_hosts *table;

	table = memory_make(1, sizeof(*table));
	table->hmac = digest_hmac_make();
	return table;
}

void
known_hosts_free(struct known_hosts *table)
{
	if (table == NULL)
		return;
	words_release(&table->contents);
	words_release(&table->files);
	free(table->lines.items);
	free(table->names.items);
	free(table->patterns.items);
	free(table->hashed.items);
	free(table->buckets);
	digest_hmac_free(table->hmac);
	free(table);
}

void
known_hosts_make_lower(char *string)
{
	for (; *string != '\0'; string++)
		*string = (char)tolower((unsigned char)*string);
}

/* Cuts the next word off *rest and returns it; "" when none is left. */
static char *
next_word(char **rest)
{
	char *word;

	word = *rest + strspn(*rest, " \t");
	*rest = word + strcspn(word, " \t");
	if (**rest != '\0')
		*(*rest)++ = '\0';
	return word;
}

/* Reads DIGEST_SHA1_SIZE bytes of base64; string ends at length. */
static int
read_sha1(const char *string, size_t length,
    unsigned char value[DIGEST_SHA1_SIZE])
{
	struct text bytes = { 0 };
	int rc;

	rc = -1;
	if (base64_read(string, length, &bytes) == 0 &&
	    bytes.length == DIGEST_SHA1_SIZE) {
		memcpy(value, bytes.bytes, DIGEST_SHA1_SIZE);
		rc = 0;
	}
	text_release(&bytes);
	return rc;
}

/* Indexes a hashed name, "|1|SALT|VALUE", as one of line. */
static int
add_hashed(struct known_hosts *table, const char *name, size_t line)
{
	struct hashed hashed;
	struct hashed *item;
	const char *salt;
	const char *value;

	if (!text_begins_with(name, "|1|"))
		return -1;
	salt = name + 3;
	value = strchr(salt, '|');
	if (value == NULL ||
	    read_sha1(salt, (size_t)(value - salt), hashed.salt) == -1 ||
	    read_sha1(value + 1, strlen(value + 1), hashed.value) == -1)
		return -1;
	hashed.line = line;
	item = known_hosts_array_add(&table->hashed, sizeof(*item));
	*item = hashed;
	return 0;
}

/* Indexes the names of list, separated by commas, which it cuts apart. */
static void
add_names(struct known_hosts *table, char *list, size_t line)
{
	char *next;

	for (; list != NULL; list = next) {
		struct name *name;

		next = strchr(list, ',');
		if (next != NULL)
			*next++ = '\0';
		if (*list == '\0')
			continue;
		name = known_hosts_array_add(&table->names, sizeof(*name));
		name->string = list;
		name->line = line;
	}
	free(table->buckets);
	table->buckets = NULL;
}

/* Indexes the names of hosts, in any form, as those of line. */
static int
add_hosts(struct known_hosts *table, char *hosts, size_t line)
{
	struct pattern *pattern;

	if (*hosts == '|')
		return add_hashed(table, hosts, line);
	known_hosts_make_lower(hosts);
	if (strpbrk(hosts, "*?!") == NULL) {
		add_names(table, hosts, line);
		return 0;
	}
	pattern = known_hosts_array_add(&table->patterns, sizeof(*pattern));
	pattern->list = hosts;
	pattern->line = line;
	return 0;
}

static bool
is_base64(const char *string)
{
	struct text bytes = { 0 };
	bool is;

	is = base64_read(string, strlen(string), &bytes) == 0 &&
	    bytes.length > 0;
	text_release(&bytes);
	return is;
}

/* Takes one line in, which it cuts apart.  Returns 0, or -1 if it is none. */
static int
add_line(struct known_hosts *table, char *rest, const struct line *origin)
{
	struct line *line;
	char *hosts;
	char *type;
	char *key;

	hosts = next_word(&rest);
	type = next_word(&rest);
	key = next_word(&rest);
	/* A number in place of the type: a key of the first protocol. */
	if (*key == '\0' || isdigit((unsigned char)*type))
		return -1;
	if (origin->kind != LINE_KEY && !is_base64(key))
		return -1;
	if (add_hosts(table, hosts, table->lines.count) == -1)
		return -1;
	line = known_hosts_array_add(&table->lines, sizeof(*line));
	*line = *origin;
	line->type = type;
	line->key = key;
	return 0;
}

/* The same for a line as it stands in the file. */
static int
read_line(struct known_hosts *table, char *rest, struct line *origin,
    struct failure *why)
{
	const char *marker;

	rest += strspn(rest, " \t");
	rest[strcspn(rest, "\r")] = '\0';
	if (*rest == '\0' || *rest == '#')
		return 0;
	origin->kind = LINE_KEY;
	if (*rest != '@') {
		/* One that cannot be understood vouches for nothing. */
		(void)add_line(table, rest, origin);
		return 0;
	}
	marker = next_word(&rest);
	if (strcmp(marker, "@revoked") == 0)
		origin->kind = LINE_REVOKED;
	else if (strcmp(marker, "@cert-authority") == 0)
		origin->kind = LINE_AUTHORITY;
	if (origin->kind == LINE_KEY || add_line(table, rest, origin) == -1) {
		failure_set(why, EXITCODE_CONFIG,
		    "%s:%zu: cannot understand a line that begins with '%s'",
		    origin->file, origin->number, marker);
		return -1;
	}
	return 0;
}

int
known_hosts_add(struct known_hosts *table, const char *name,
    const char *bytes, size_t length, struct failure *why)
{
	struct line origin = { 0 };
	struct text copy = { 0 };
	char *line;

	/* words_add() copies up to the first NUL; none is left to stop at. */
	text_add_bytes(&copy, bytes, length);
	for (size_t i = 0; i < length; i++)
		if (copy.bytes[i] == '\0')
			copy.bytes[i] = '?';
	words_add(&table->contents, text_string(&copy));
	text_release(&copy);
	words_add(&table->files, name);
	origin.file = table->files.list[table->files.count - 1];
	line = table->contents.list[table->contents.count - 1];
	while (line != NULL) {
		char *next;

		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		origin.number++;
		if (read_line(table, line, &origin, why) == -1)
			return -1;
		line = next;
	}
	return 0;
}

int
known_hosts_read(struct known_hosts *table, const char *path,
    struct failure *why)
{
	struct text content = { 0 };
	int rc = trust_read(path, FILE_LIMIT, &content, why);

	if (rc == 1 && known_hosts_add(table, path, text_string(&content),
	    content.length, why) == -1)
		rc = -1;
	text_release(&content);
	return rc;
}

