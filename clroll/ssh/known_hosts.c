#include <config.h>

#include "known_hosts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/base64.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "known_hosts_table.h"
#include "pattern.h"

enum {
	FEWEST_BUCKETS = 64,
	PLAIN_PORT = 22			/* has no [name]:port form */
};

struct known_host {
	const struct known_hosts	*table;
	struct array			 lines;		/* size_t */
};

static const struct line *
line_at(const struct known_hosts *table, size_t at)
{
	return (const struct line *)table->lines.items + at;
}

/* FNV-1a; the names are our own, so nobody can choose them to collide. */
static size_t
bucket_of(const struct known_hosts *table, const char *string)
{
	uint32_t hash;

	hash = UINT32_C(2166136261);
	for (; *string != '\0'; string++)
		hash = (hash ^ (unsigned char)*string) * UINT32_C(16777619);
	return hash & (table->bucket_count - 1);
}

static void
index_names(struct known_hosts *table)
{
	struct name *names;

	table->bucket_count = FEWEST_BUCKETS;
	while (table->bucket_count < table->names.count)
		table->bucket_count *= 2;
	table->buckets = memory_make(table->bucket_count,
	    sizeof(*table->buckets));
	for (size_t i = 0; i < table->bucket_count; i++)
		table->buckets[i] = KNOWN_HOSTS_NONE;
	names = table->names.items;
	for (size_t i = 0; i < table->names.count; i++) {
		size_t bucket;

		bucket = bucket_of(table, names[i].string);
		names[i].next = table->buckets[bucket];
		table->buckets[bucket] = i;
	}
}

static void
add_index(struct array *indices, size_t line)
{
	*(size_t *)known_hosts_array_add(indices, sizeof(size_t)) = line;
}

/* Adds the indices of all lines for name, which is in small letters. */
static void
gather(struct known_hosts *table, const char *name, struct array *indices)
{
	const struct name *names;
	const struct pattern *patterns;
	const struct hashed *hashed;

	if (table->buckets == NULL)
		index_names(table);
	names = table->names.items;
	for (size_t at = table->buckets[bucket_of(table, name)];
	    at != KNOWN_HOSTS_NONE; at = names[at].next)
		if (strcmp(names[at].string, name) == 0)
			add_index(indices, names[at].line);
	patterns = table->patterns.items;
	for (size_t i = 0; i < table->patterns.count; i++)
		if (pattern_list_matches(patterns[i].list, ',', name))
			add_index(indices, patterns[i].line);
	hashed = table->hashed.items;
	for (size_t i = 0; i < table->hashed.count; i++) {
		unsigned char value[DIGEST_SHA1_SIZE];

		digest_hmac_sha1(table->hmac, hashed[i].salt, name, value);
		if (memcmp(value, hashed[i].value, sizeof(value)) == 0)
			add_index(indices, hashed[i].line);
	}
}

/* Returns the first line of that kind, or NULL. */
static const struct line *
find_kind(const struct known_host *host, enum line_kind kind)
{
	const size_t *indices;

	indices = host->lines.items;
	for (size_t i = 0; i < host->lines.count; i++)
		if (line_at(host->table, indices[i])->kind == kind)
			return line_at(host->table, indices[i]);
	return NULL;
}

struct known_host *
known_hosts_find(struct known_hosts *table, const char *name, int port)
{
	struct known_host *host;
	struct array plain = { 0 };
	struct text with_port = { 0 };
	char *lower;
	bool found;

	host = memory_make(1, sizeof(*host));
	host->table = table;
	lower = memory_copy_string(name);
	known_hosts_make_lower(lower);
	if (port != PLAIN_PORT) {
		text_format(&with_port, "[%s]:%d", lower, port);
		gather(table, text_string(&with_port), &host->lines);
	}
	found = find_kind(host, LINE_KEY) != NULL;
	gather(table, lower, &plain);
	for (size_t i = 0; i < plain.count; i++) {
		size_t line;

		line = ((const size_t *)plain.items)[i];
		if (!found || line_at(table, line)->kind == LINE_REVOKED)
			add_index(&host->lines, line);
	}
	free(plain.items);
	free(lower);
	text_release(&with_port);
	return host;
}

void
known_host_free(struct known_host *host)
{
	if (host == NULL)
		return;
	free(host->lines.items);
	free(host);
}

/* Returns whether line holds the key whose bytes are given. */
static bool
line_has_key(const struct line *line, const struct text *key)
{
	struct text bytes = { 0 };
	bool has;

	has = base64_read(line->key, strlen(line->key), &bytes) == 0 &&
	    bytes.length == key->length && key->length > 0 &&
	    memcmp(bytes.bytes, key->bytes, key->length) == 0;
	text_release(&bytes);
	return has;
}

/* Returns what line alone says of the key. */
static enum known_hosts_verdict
judge_line(const struct line *line, const char *type, const struct text *key)
{
	if (line->kind == LINE_AUTHORITY)
		return KNOWN_HOSTS_UNKNOWN;
	if (line_has_key(line, key))
		return line->kind == LINE_REVOKED ? KNOWN_HOSTS_REVOKED :
		    KNOWN_HOSTS_KNOWN;
	if (line->kind == LINE_KEY && strcmp(line->type, type) == 0)
		return KNOWN_HOSTS_CHANGED;
	return KNOWN_HOSTS_UNKNOWN;
}

enum known_hosts_verdict
known_host_judge(const struct known_host *host, const char *type,
    const char *key, const char **file, size_t *number)
{
	/* Which verdict beats which: later beats earlier. */
	static const int weights[] = {
		[KNOWN_HOSTS_UNKNOWN] = 0,
		[KNOWN_HOSTS_CHANGED] = 1,
		[KNOWN_HOSTS_KNOWN] = 2,
		[KNOWN_HOSTS_REVOKED] = 3
	};
	enum known_hosts_verdict verdict;
	struct text bytes = { 0 };
	const size_t *indices;

	verdict = KNOWN_HOSTS_UNKNOWN;
	if (base64_read(key, strlen(key), &bytes) == -1)
		text_clear(&bytes);
	indices = host->lines.items;
	for (size_t i = 0; i < host->lines.count; i++) {
		const struct line *line;
		enum known_hosts_verdict of_line;

		line = line_at(host->table, indices[i]);
		of_line = judge_line(line, type, &bytes);
		if (weights[of_line] <= weights[verdict])
			continue;
		verdict = of_line;
		if (file != NULL)
			*file = line->file;
		if (number != NULL)
			*number = line->number;
	}
	text_release(&bytes);
	return verdict;
}

void
known_host_types(const struct known_host *host, struct words *types)
{
	const size_t *indices;

	indices = host->lines.items;
	for (size_t i = 0; i < host->lines.count; i++) {
		const struct line *line;

		line = line_at(host->table, indices[i]);
		if (line->kind == LINE_KEY && !words_has(types, line->type))
			words_add(types, line->type);
	}
}

bool
known_host_has_authority(const struct known_host *host, const char **file,
    size_t *number)
{
	const struct line *line;

	line = find_kind(host, LINE_AUTHORITY);
	if (line == NULL)
		return false;
	*file = line->file;
	*number = line->number;
	return true;
}
