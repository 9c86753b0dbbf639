#ifndef LIBCORE_BASE_WORDS_H
#define LIBCORE_BASE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct text;

/*
 * A list of strings that it owns: an argument vector, an environment, the
 * names on a command line.  A zeroed struct words is an empty one.  list
 * ends with a NULL that count does not count, or is itself NULL when
 * nothing was ever added.
 */
struct words {
	char	**list;
	size_t	  count;
	size_t	  room;
};

/* Frees what words holds and makes it empty. */
void
words_release(struct words *words);

/* Adds a copy of word. */
void
words_add(struct words *words, const char *word);

/* Adds the word that printf would print. */
void
words_format(struct words *words, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds copies of all words of more. */
void
words_add_all(struct words *words, const struct words *more);

/* Adds copies of the strings of list up to its NULL. */
void
words_add_list(struct words *words, const char *const *list);

/* Adds the parts of string between the characters separator. */
void
words_split(struct words *words, const char *string, char separator);

/* Returns whether word is one of words. */
bool
words_has(const struct words *words, const char *word);

/*
 * Adds words to text as a POSIX shell would have to be given them: each
 * quoted where it needs to be, separated by blanks, harmless to a terminal.
 */
void
words_show(const struct words *words, struct text *text);

/* Adds words, separated by separator, to text as they are. */
void
words_join(const struct words *words, const char *separator,
    struct text *text);

/*
 * Adds words to text as a command line that a POSIX shell splits into exactly
 * these words, whatever bytes they are of; not for people, see words_show().
 */
void
words_quote(const struct words *words, struct text *text);

#endif
