#ifndef NQSBACKUP_BASE_WORD_H
#define NQSBACKUP_BASE_WORD_H

#include <stddef.h>

struct text;

/*
 * Names of any bytes as words of a line: what is not printable ASCII, and the
 * backslash, is \xNN; nothing is "-", and "-" is \x2d.  Pure.
 */

/* Adds a blank and word, which may be NULL for "", to text. */
void
word_add(struct text *text, const char *word);

/* The same without the blank. */
void
word_add_bare(struct text *text, const char *word);

/* Adds a blank and length bytes, any bytes, as a word. */
void
word_add_bytes(struct text *text, const char *bytes, size_t length);

/*
 * Makes word what it says without its escapes.  Returns 0, or -1 when it says
 * nothing lawful, and what it is then cannot be told.
 */
int
word_read_in_place(char *word);

/*
 * Adds to bytes what word says, which may have zeros.  Returns 0, or -1 when
 * it says nothing lawful.
 */
int
word_read_bytes(const char *word, struct text *bytes);

/* Returns what word says without its escapes, for free(), or NULL. */
char *
word_read(const char *word);

/* Returns the value of a hexadecimal digit, lower case, or -1. */
int
word_digit(char digit);

#endif
