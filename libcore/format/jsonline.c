#include <config.h>

#include "jsonline.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "../base/failure.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "../base/words.h"

struct jsonline {
	json_t	*object;
};

/* jansson makes NULL of what it has no memory for. */
static json_t *
made(json_t *value)
{
	if (value == NULL)
		memory_end("memory");
	return value;
}

/* Takes object. */
static struct jsonline *
wrap(json_t *object)
{
	struct jsonline *line = memory_make(1, sizeof(*line));

	line->object = made(object);
	return line;
}

struct jsonline *
jsonline_make(void)
{
	return wrap(json_object());
}

void
jsonline_free(struct jsonline *line)
{
	if (line == NULL)
		return;
	json_decref(line->object);
	free(line);
}

struct jsonline *
jsonline_copy(const struct jsonline *line)
{
	return wrap(json_deep_copy(line->object));
}

/*
 * Adds string to text as UTF-8: a byte that is not part of a well-formed
 * character becomes the character of the same number, U+0080 to U+00FF.
 */
static void
add_as_utf8(struct text *text, const char *string)
{
	size_t left = strlen(string);

	while (left > 0) {
		uint32_t ignored;
		size_t size = text_character(string, left, &ignored);

		if (size > 0) {
			text_add_bytes(text, string, size);
		} else {
			unsigned int byte = (unsigned char)*string;
			char pair[2] = { (char)(0xc0 | byte >> 6),
				(char)(0x80 | (byte & 0x3f)) };

			text_add_bytes(text, pair, sizeof(pair));
			size = 1;
		}
		string += size;
		left -= size;
	}
}

static json_t *
make_string(const char *string)
{
	struct text text = { 0 };

	if (string == NULL)
		return json_null();
	add_as_utf8(&text, string);
	json_t *value = made(json_string(text_string(&text)));
	text_release(&text);
	return value;
}

/* Takes value. */
static void
set(struct jsonline *line, const char *key, json_t *value)
{
	struct text text = { 0 };

	add_as_utf8(&text, key);
	if (json_object_set_new(line->object, text_string(&text),
	    made(value)) == -1)
		memory_end("memory");
	text_release(&text);
}

void
jsonline_set_string(struct jsonline *line, const char *key,
    const char *value)
{
	set(line, key, make_string(value));
}

void
jsonline_set_integer(struct jsonline *line, const char *key, int64_t value)
{
	set(line, key, json_integer(value));
}

void
jsonline_set_boolean(struct jsonline *line, const char *key, bool value)
{
	set(line, key, value ? json_true() : json_false());
}

void
jsonline_set_words(struct jsonline *line, const char *key,
    const struct words *value)
{
	json_t *array = made(json_array());

	for (size_t i = 0; i < value->count; i++) {
		if (json_array_append_new(array,
		    make_string(value->list[i])) == -1)
			memory_end("memory");
	}
	set(line, key, array);
}

void
jsonline_set_object(struct jsonline *line, const char *key,
    const struct jsonline *value)
{
	set(line, key, json_deep_copy(value->object));
}

void
jsonline_add_all(struct jsonline *line, const struct jsonline *more)
{
	void *at = json_object_iter(more->object);

	for (; at != NULL; at = json_object_iter_next(more->object, at)) {
		if (json_object_set_new(line->object, json_object_iter_key(at),
		    made(json_deep_copy(json_object_iter_value(at)))) == -1)
			memory_end("memory");
	}
}

const char *
jsonline_string(const struct jsonline *line, const char *key)
{
	return json_string_value(json_object_get(line->object, key));
}

const char *
jsonline_text(const struct jsonline *line, const char *key)
{
	const char *string = line == NULL ? NULL : jsonline_string(line, key);

	return string == NULL ? "" : string;
}

void
jsonline_add_masked(const struct jsonline *line, const char *key,
    struct text *text)
{
	const char *string = jsonline_text(line, key);

	text_add_masked(text, string, strlen(string));
}

int64_t
jsonline_integer(const struct jsonline *line, const char *key,
    int64_t otherwise)
{
	const json_t *value = json_object_get(line->object, key);

	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

bool
jsonline_boolean(const struct jsonline *line, const char *key,
    bool otherwise)
{
	const json_t *value = json_object_get(line->object, key);

	return json_is_boolean(value) ? json_is_true(value) : otherwise;
}

void
jsonline_words(const struct jsonline *line, const char *key,
    struct words *words)
{
	const json_t *array = json_object_get(line->object, key);

	/* Something that is no array has the size 0. */
	for (size_t i = 0; i < json_array_size(array); i++) {
		const char *word = json_string_value(json_array_get(array, i));

		if (word != NULL)
			words_add(words, word);
	}
}

struct jsonline *
jsonline_object(const struct jsonline *line, const char *key)
{
	json_t *value = json_object_get(line->object, key);

	return json_is_object(value) ? wrap(json_deep_copy(value)) : NULL;
}

void
jsonline_keys(const struct jsonline *line, struct words *words)
{
	void *at = json_object_iter(line->object);

	for (; at != NULL; at = json_object_iter_next(line->object, at))
		words_add(words, json_object_iter_key(at));
}

void
jsonline_show(const struct jsonline *line, struct text *text)
{
	char *string = json_dumps(line->object,
	    JSON_COMPACT | JSON_PRESERVE_ORDER);

	if (string == NULL)
		memory_end("memory");
	text_add(text, string);
	text_add(text, "\n");
	free(string);
}

struct jsonline *
jsonline_read(const char *bytes, size_t length, struct failure *why)
{
	json_error_t error;

	if (length > 0 && bytes[length - 1] == '\n')
		length--;
	if (length == 0 || bytes[0] != '{' || bytes[length - 1] != '}' ||
	    memchr(bytes, '\n', length) != NULL) {
		failure_set(why, EXITCODE_DATA, "not one line with a JSON "
		    "object");
		return NULL;
	}
	json_t *object = json_loadb(bytes, length, JSON_REJECT_DUPLICATES,
	    &error);
	if (object == NULL) {
		failure_set(why, EXITCODE_DATA, "not JSON: %s, at byte %d",
		    error.text, error.position);
		return NULL;
	}
	return wrap(object);
}
