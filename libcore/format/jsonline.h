#ifndef LIBCORE_FORMAT_JSONLINE_H
#define LIBCORE_FORMAT_JSONLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct failure;
struct text;
struct words;

/*
 * One line of JSON: an object whose keys keep the order in which they were
 * set.  Bytes that are not UTF-8 are kept as \u00NN of each byte.
 */
struct jsonline;

/* Returns an empty object. */
struct jsonline *
jsonline_make(void);

void
jsonline_free(struct jsonline *line);

/* Returns a copy, the caller's. */
struct jsonline *
jsonline_copy(const struct jsonline *line);

/* Each sets key to a value; NULL sets null. */
void
jsonline_set_string(struct jsonline *line, const char *key,
    const char *value);
void
jsonline_set_integer(struct jsonline *line, const char *key, int64_t value);
void
jsonline_set_boolean(struct jsonline *line, const char *key, bool value);
void
jsonline_set_words(struct jsonline *line, const char *key,
    const struct words *value);

/* Sets key to an object with the members of value. */
void
jsonline_set_object(struct jsonline *line, const char *key,
    const struct jsonline *value);

/* Sets the members of more, in their order. */
void
jsonline_add_all(struct jsonline *line, const struct jsonline *more);

/*
 * Each returns what key has, or the default for a key that is not there or
 * of another type: NULL, otherwise, otherwise.  Strings belong to line.
 */
const char *
jsonline_string(const struct jsonline *line, const char *key);
int64_t
jsonline_integer(const struct jsonline *line, const char *key,
    int64_t otherwise);
bool
jsonline_boolean(const struct jsonline *line, const char *key,
    bool otherwise);

/* As jsonline_string(), but "" for NULL, also when line is. */
const char *
jsonline_text(const struct jsonline *line, const char *key);

/*
 * Adds the string of key to text, if there is one, for people, without harm to
 * a terminal, see text_add_masked(): it may come from files and from what
 * commands wrote.
 */
void
jsonline_add_masked(const struct jsonline *line, const char *key,
    struct text *text);

/* Adds the strings of the array key to words; none when it is not there. */
void
jsonline_words(const struct jsonline *line, const char *key,
    struct words *words);

/* Returns a copy of the object key, the caller's, or NULL. */
struct jsonline *
jsonline_object(const struct jsonline *line, const char *key);

/* Adds the names of the keys to words. */
void
jsonline_keys(const struct jsonline *line, struct words *words);

/* Adds the line, with its newline, to text. */
void
jsonline_show(const struct jsonline *line, struct text *text);

/*
 * Reads one object from the length bytes at bytes, without duplicate keys,
 * with nothing behind it but a newline.  Returns it, or NULL with why set
 * (DATA).
 */
struct jsonline *
jsonline_read(const char *bytes, size_t length, struct failure *why);

#endif
