#ifndef NQSBACKUP_ARCHIVE_INDEX_WORD_H
#define NQSBACKUP_ARCHIVE_INDEX_WORD_H

#include <stdint.h>

struct entry;

/*
 * Words of the index that are more than a number or a name.  Each function
 * returns 0, or -1 when the word is not lawful; some change it.  Pure.
 */

/* A time_t of 64 bits, with room for arithmetic. */
#define INDEX_WORD_SECONDS	(INT64_MAX / 4)

/* Reads SECONDS.NANOSECONDS, nine digits behind the point. */
int
index_word_time(char *word, int64_t *seconds, int64_t *nanoseconds);

/* Reads the four octal digits of a mode. */
int
index_word_mode(const char *word, uint16_t *mode);

/* Reads "s" and OFFSET+LENGTH,... into the pieces of entry. */
int
index_word_map(char *word, struct entry *entry);

/* Reads the two numbers of the device entry. */
int
index_word_device(const char *first, const char *second, struct entry *entry);

#endif
