/*
 * A library to be put before a program by LD_PRELOAD: packs wrong what has the
 * words "to be spoiled" in it, with libdeflate and with zlib.  It is built with
 * -D_GNU_SOURCE, for RTLD_NEXT and memmem().
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static void *
next(const char *name)
{
	void *function = dlsym(RTLD_NEXT, name);

	if (function == NULL)
		abort();
	return (function);
}

static int
is_to_be_spoiled(const void *bytes, size_t size)
{
	static const char words[] = "to be spoiled";

	return (memmem(bytes, size, words, sizeof(words) - 1) != NULL);
}

size_t
libdeflate_deflate_compress(void *packer, const void *bytes, size_t size,
    void *packed, size_t room)
{
	size_t (*function)(void *, const void *, size_t, void *, size_t);

	*(void **)&function = next("libdeflate_deflate_compress");
	const size_t length = function(packer, bytes, size, packed, room);

	if (is_to_be_spoiled(bytes, size))
		((unsigned char *)packed)[length / 2] ^= 1;
	return (length);
}

int
deflate(z_streamp stream, int flush)
{
	int (*function)(z_streamp, int);
	const int wrong = is_to_be_spoiled(stream->next_in,
	    stream->avail_in);
	Bytef *const packed = stream->next_out;

	*(void **)&function = next("deflate");
	const int result = function(stream, flush);

	if (wrong)
		packed[(stream->next_out - packed) / 2] ^= 1;
	return (result);
}
