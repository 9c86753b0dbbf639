#ifndef NQSBACKUP_GZIP_GZIP_ENGINE_H
#define NQSBACKUP_GZIP_GZIP_ENGINE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Libraries that make and read deflate data (RFC 1951), whole pieces from
 * memory to memory.  Only gzip.c, which adds what gzip has around it, knows
 * them.  What is made once is for one thread at a time.
 */

enum gzip_engine_result {
	GZIP_ENGINE_GOOD,
	GZIP_ENGINE_BAD,		/* no deflate data, or cut off */
	GZIP_ENGINE_TOO_MUCH		/* more than there is room for */
};

struct gzip_engine {
	const char	*name;		/* "zlib" */
	const char	*(*version)(void);
	/* Returns a packer; level is one that the library has. */
	void		*(*make_packer)(int level);
	void		 (*free_packer)(void *packer);
	/*
	 * Packs the size bytes at bytes into packed.  Returns how many bytes
	 * that makes, or 0 when there is not room for them.
	 */
	size_t		 (*pack)(void *packer, const void *bytes, size_t size,
			    unsigned char *packed, size_t room);
	void		*(*make_unpacker)(void);
	void		 (*free_unpacker)(void *unpacker);
	/*
	 * Unpacks what begins the *size bytes at packed; sets *size to how
	 * many of them that was, and *length, which was the room at bytes, to
	 * how many bytes it gave.
	 */
	enum gzip_engine_result	(*unpack)(void *unpacker,
			    const unsigned char *packed, size_t *size,
			    unsigned char *bytes, size_t *length);
	/* Returns crc, 0 at first, with the size bytes at bytes added. */
	uint32_t	 (*crc)(uint32_t crc, const void *bytes, size_t size);
};

/* Each returns its library, or NULL when nqsbackup was made without it. */
const struct gzip_engine *
gzip_engine_zlib(void);
const struct gzip_engine *
gzip_engine_libdeflate(void);
const struct gzip_engine *
gzip_engine_isal(void);

#endif
