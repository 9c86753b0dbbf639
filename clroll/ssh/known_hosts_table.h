#ifndef CLROLL_SSH_KNOWN_HOSTS_TABLE_H
#define CLROLL_SSH_KNOWN_HOSTS_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "../../libcore/base/digest.h"
#include "../../libcore/base/words.h"

/*
 * What known_hosts_read.c fills and known_hosts.c looks into; nobody else
 * includes it.
 */

#define KNOWN_HOSTS_NONE	SIZE_MAX	/* no such index */

enum line_kind {
	LINE_KEY,
	LINE_REVOKED,
	LINE_AUTHORITY
};

struct line {
	enum line_kind	 kind;
	const char	*type;
	const char	*key;		/* base64 */
	const char	*file;
	size_t		 number;
};

/* A name in clear, in a chain of the hash table. */
struct name {
	const char	*string;
	size_t		 line;
	size_t		 next;		/* in names, or KNOWN_HOSTS_NONE */
};

/* A list of names with wildcards or negations. */
struct pattern {
	const char	*list;
	size_t		 line;
};

struct hashed {
	unsigned char	salt[DIGEST_SHA1_SIZE];
	unsigned char	value[DIGEST_SHA1_SIZE];
	size_t		line;
};

/* An array that grows. */
struct array {
	void	*items;
	size_t	 count;
	size_t	 room;
};

struct known_hosts {
	struct words		 contents;	/* what strings point into */
	struct words		 files;
	struct array		 lines;		/* struct line */
	struct array		 names;		/* struct name */
	struct array		 patterns;	/* struct pattern */
	struct array		 hashed;	/* struct hashed */
	size_t			*buckets;	/* first of the chain; NULL when
						 * names were added since */
	size_t			 bucket_count;	/* a power of two */
	struct digest_hmac	*hmac;
};

/* Adds one zeroed item of size bytes to array and returns it. */
void *
known_hosts_array_add(struct array *array, size_t size);

/* Makes the ASCII letters of string small. */
void
known_hosts_make_lower(char *string);

#endif
