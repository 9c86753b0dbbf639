#include <config.h>

#include "memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exitcode.h"

/* As what memory_end() speaks. */
static const char *program = "nqstools";

void
memory_start(const char *name)
{
	program = name;
}

/*
 * message.h needs memory itself, so the line is made here, on the stack.
 * _exit() and not exit(): half a result in a buffer of stdio must not come
 * out as if it were whole.
 */
void
memory_end(const char *what)
{
	char line[256];
	int length = snprintf(line, sizeof(line), "%s: cannot get %s\n",
	    program, what);

	if (length > 0 && (size_t)length < sizeof(line)) {
		/* There is nobody left to tell that this failed. */
		ssize_t written = write(2, line, (size_t)length);

		(void)written;
	}
	_exit(EXITCODE_SYSTEM);
}

/* A pointer to no bytes is still one that is not NULL. */
static size_t
product(size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		memory_end("memory");
	return count * size > 0 ? count * size : 1;
}

void *
memory_make(size_t count, size_t size)
{
	void *result = calloc(1, product(count, size));

	if (result == NULL)
		memory_end("memory");
	return result;
}

void *
memory_resize(void *pointer, size_t count, size_t size)
{
	void *result = realloc(pointer, product(count, size));

	if (result == NULL)
		memory_end("memory");
	return result;
}

void *
memory_grow(void *list, size_t count, size_t size)
{
	if ((count & (count - 1)) != 0)
		return list;
	return memory_resize(list, count == 0 ? 1 : 2 * count, size);
}

void *
memory_copy(const void *bytes, size_t size)
{
	void *result = memory_make(size, 1);

	if (size > 0)
		memcpy(result, bytes, size);
	return result;
}

char *
memory_copy_string(const char *string)
{
	return memory_copy(string, strlen(string) + 1);
}
