#include <config.h>

#include "digest.h"

#include <limits.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"

struct digest {
	EVP_MD_CTX	*context;
};

struct digest *
digest_make(void)
{
	struct digest *digest = memory_make(1, sizeof(*digest));

	digest->context = EVP_MD_CTX_new();
	if (digest->context == NULL)
		memory_end("memory");
	if (EVP_DigestInit_ex(digest->context, EVP_sha256(), NULL) != 1)
		memory_end("SHA-256 from libcrypto");
	return digest;
}

void
digest_free(struct digest *digest)
{
	if (digest == NULL)
		return;
	EVP_MD_CTX_free(digest->context);
	free(digest);
}

void
digest_add(struct digest *digest, const void *bytes, size_t size)
{
	if (EVP_DigestUpdate(digest->context, bytes, size) != 1)
		memory_end("SHA-256 from libcrypto");
}

void
digest_end(struct digest *digest, unsigned char value[DIGEST_SIZE])
{
	/* Without a type, the one that the context has already. */
	if (EVP_DigestFinal_ex(digest->context, value, NULL) != 1 ||
	    EVP_DigestInit_ex(digest->context, NULL, NULL) != 1)
		memory_end("SHA-256 from libcrypto");
}

void
digest_show(const unsigned char value[DIGEST_SIZE],
    char string[DIGEST_TEXT_ROOM])
{
	static const char hexadecimal[] = "0123456789abcdef";

	for (size_t i = 0; i < DIGEST_SIZE; i++) {
		string[2 * i] = hexadecimal[value[i] >> 4];
		string[2 * i + 1] = hexadecimal[value[i] & 15];
	}
	string[2 * DIGEST_SIZE] = '\0';
}

/*
 * What digits stand for, and one more; 0: none.  They come in no order, so
 * that branches would be guessed wrongly as often as not.
 */
static const unsigned char digits[UCHAR_MAX + 1] = {
	['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4, ['4'] = 5, ['5'] = 6,
	['6'] = 7, ['7'] = 8, ['8'] = 9, ['9'] = 10,
	['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
	['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16
};

int
digest_read(const char *string, unsigned char value[DIGEST_SIZE])
{
	bool good = true;

	if (memchr(string, '\0', DIGEST_TEXT_ROOM - 1) != NULL)
		return -1;
	for (size_t i = 0; i < DIGEST_SIZE; i++) {
		unsigned high = digits[(unsigned char)string[2 * i]];
		unsigned low = digits[(unsigned char)string[2 * i + 1]];

		good &= high != 0;
		good &= low != 0;
		value[i] = (unsigned char)((high - 1) << 4 | (low - 1));
	}
	return good ? 0 : -1;
}

void
digest_of_bytes(const void *bytes, size_t size,
    char string[DIGEST_TEXT_ROOM])
{
	unsigned char value[DIGEST_SIZE];
	struct digest *digest = digest_make();

	digest_add(digest, bytes, size);
	digest_end(digest, value);
	digest_free(digest);
	digest_show(value, string);
}

int
digest_of_descriptor(int fd, char string[DIGEST_TEXT_ROOM])
{
	enum { PIECE = 1 << 16 };
	unsigned char value[DIGEST_SIZE];
	struct digest *digest = digest_make();
	unsigned char *piece = memory_make(PIECE, 1);
	int rc = -1;

	for (;;) {
		ssize_t got = read(fd, piece, PIECE);

		if (got == -1)
			goto out;
		if (got == 0)
			break;
		digest_add(digest, piece, (size_t)got);
	}
	digest_end(digest, value);
	digest_show(value, string);
	rc = 0;
out:
	free(piece);
	digest_free(digest);
	return rc;
}

/* One context for all, for making one costs more than the HMAC itself. */
struct digest_hmac {
	EVP_MD_CTX	*context;
};

enum { SHA1_BLOCK = 64 };		/* bytes that SHA-1 takes at once */

struct digest_hmac *
digest_hmac_make(void)
{
	struct digest_hmac *hmac = memory_make(1, sizeof(*hmac));

	hmac->context = EVP_MD_CTX_new();
	if (hmac->context == NULL)
		memory_end("memory");
	if (EVP_DigestInit_ex(hmac->context, EVP_sha1(), NULL) != 1)
		memory_end("SHA-1 from libcrypto");
	return hmac;
}

void
digest_hmac_free(struct digest_hmac *hmac)
{
	if (hmac == NULL)
		return;
	EVP_MD_CTX_free(hmac->context);
	free(hmac);
}

/* Fills block with pad, and key xored into it. */
static void
pad_key(unsigned char block[SHA1_BLOCK], const unsigned char *key,
    unsigned char pad)
{
	memset(block, pad, SHA1_BLOCK);
	for (size_t i = 0; i < DIGEST_SHA1_SIZE; i++)
		block[i] ^= key[i];
}

/* Writes the SHA-1 of block and the size bytes to value. */
static void
hash_behind(struct digest_hmac *hmac, const unsigned char block[SHA1_BLOCK],
    const void *bytes, size_t size, unsigned char value[DIGEST_SHA1_SIZE])
{
	/* Without a type, the one that the context has already. */
	if (EVP_DigestInit_ex(hmac->context, NULL, NULL) != 1 ||
	    EVP_DigestUpdate(hmac->context, block, SHA1_BLOCK) != 1 ||
	    EVP_DigestUpdate(hmac->context, bytes, size) != 1 ||
	    EVP_DigestFinal_ex(hmac->context, value, NULL) != 1)
		memory_end("SHA-1 from libcrypto");
}

void
digest_hmac_sha1(struct digest_hmac *hmac,
    const unsigned char key[DIGEST_SHA1_SIZE], const char *string,
    unsigned char value[DIGEST_SHA1_SIZE])
{
	unsigned char block[SHA1_BLOCK];
	unsigned char inner[DIGEST_SHA1_SIZE];

	pad_key(block, key, 0x36);
	hash_behind(hmac, block, string, strlen(string), inner);
	pad_key(block, key, 0x5c);
	hash_behind(hmac, block, inner, sizeof(inner), value);
}
