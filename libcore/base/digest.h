#ifndef LIBCORE_BASE_DIGEST_H
#define LIBCORE_BASE_DIGEST_H

#include <stddef.h>

/*
 * SHA-256 (FIPS 180-4).  Calling sequence: digest_make, digest_add as often
 * as needed, digest_end, and again from digest_add for the next one;
 * digest_free.
 */

enum {
	DIGEST_SIZE = 32,		/* bytes */
	DIGEST_TEXT_ROOM = 65		/* as lower-case hexadecimal */
};

struct digest;

/* Returns a digest that has seen nothing yet; never NULL. */
struct digest *
digest_make(void);

void
digest_free(struct digest *digest);

/* Takes in the size bytes at bytes. */
void
digest_add(struct digest *digest, const void *bytes, size_t size);

/* Writes the result to value and begins anew. */
void
digest_end(struct digest *digest, unsigned char value[DIGEST_SIZE]);

/* Writes value as hexadecimal into string. */
void
digest_show(const unsigned char value[DIGEST_SIZE],
    char string[DIGEST_TEXT_ROOM]);

/*
 * Reads 64 hexadecimal digits, either case, from string, which may go on
 * behind them.  Returns 0, or -1 when they are not there.
 */
int
digest_read(const char *string, unsigned char value[DIGEST_SIZE]);

/* Writes the digest of the size bytes at bytes into string. */
void
digest_of_bytes(const void *bytes, size_t size,
    char string[DIGEST_TEXT_ROOM]);

/*
 * Reads fd from where it stands to its end and writes the digest into
 * string.  Returns 0, or -1 with errno set.  Blocks as reading fd does.
 */
int
digest_of_descriptor(int fd, char string[DIGEST_TEXT_ROOM]);

/*
 * HMAC-SHA1 (RFC 2104), which the hashed names of known_hosts files are made
 * with; for nothing new.  Calling sequence: digest_hmac_make, digest_hmac_sha1
 * as often as needed, digest_hmac_free.
 */
enum { DIGEST_SHA1_SIZE = 20 };		/* bytes */

struct digest_hmac;

/* Never NULL. */
struct digest_hmac *
digest_hmac_make(void);

void
digest_hmac_free(struct digest_hmac *hmac);

/* Writes the HMAC of string under key to value. */
void
digest_hmac_sha1(struct digest_hmac *hmac,
    const unsigned char key[DIGEST_SHA1_SIZE], const char *string,
    unsigned char value[DIGEST_SHA1_SIZE]);

#endif
