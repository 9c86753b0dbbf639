#ifndef LIBCORE_BASE_MEMORY_H
#define LIBCORE_BASE_MEMORY_H

#include <stddef.h>

/*
 * Memory that never fails: when there is none, the program says so on
 * stderr and ends with EXITCODE_SYSTEM.  That is safe because every program
 * here must survive being killed at any instant anyway.  Each result is
 * the caller's and goes back to free().
 */

/*
 * Sets the program's name (kept, not copied), under which it says so; until
 * then it is "nqstools".
 */
void
memory_start(const char *name);

/* Returns count objects of size bytes each, all zero. */
void *
memory_make(size_t count, size_t size);

/*
 * Changes the object at pointer (or NULL) to count objects of size bytes
 * and returns its new place; what is added is not initialised.
 */
void *
memory_resize(void *pointer, size_t count, size_t size);

/*
 * Returns list (or NULL), which has count objects of size bytes, with room for
 * one more, maybe in a new place.  The room doubles at each power of two, so
 * that nobody has to keep how much there is.
 */
void *
memory_grow(void *list, size_t count, size_t size);

/* Returns a copy of the size bytes at bytes; size may be 0. */
void *
memory_copy(const void *bytes, size_t size);

/* Returns a copy of string. */
char *
memory_copy_string(const char *string);

/*
 * Says that what could not be had, and ends the program with
 * EXITCODE_SYSTEM: for libraries that fail only when memory does.
 */
void
memory_end(const char *what) __attribute__((noreturn));

#endif
