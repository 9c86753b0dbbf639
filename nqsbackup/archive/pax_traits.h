#ifndef NQSBACKUP_ARCHIVE_PAX_TRAITS_H
#define NQSBACKUP_ARCHIVE_PAX_TRAITS_H

#include <stdbool.h>
#include <stddef.h>

#include "../tree/traits.h"

struct text;

/*
 * Traits as records of a pax extended header, under the names by which GNU
 * tar, star and libarchive know them.  Pure.
 */

/* The keys of access control lists, which are text. */
#define PAX_TRAITS_ACCESS	"SCHILY.acl.access"
#define PAX_TRAITS_DEFAULT	"SCHILY.acl.default"

/* What the keys of extended attributes begin with, before their names. */
#define PAX_TRAITS_SCHILY	"SCHILY.xattr."
#define PAX_TRAITS_LIBARCHIVE	"LIBARCHIVE.xattr."

/* The key of a label of SELinux. */
#define PAX_TRAITS_LABEL	"RHT.security.selinux"

/* Adds records for all traits (NULL: none), in their order. */
void
pax_traits_add(struct text *records, const struct traits *traits);

/* What a record of an archive says of traits. */
enum pax_traits_answer {
	PAX_TRAITS_BAD = -1,		/* it is not well-formed */
	PAX_TRAITS_TAKEN = 0,
	PAX_TRAITS_UNKNOWN = 1		/* files cannot have it here */
};

/* Records of extended attributes at work; a zeroed one begins a header. */
struct pax_traits {
	struct traits_draft	draft;	/* what they say */
	bool			libarchive;	/* wrote them */
};

/*
 * Adds to traits the extended attribute that the record key=value of length
 * bytes says, whoever wrote it: key is PAX_TRAITS_LABEL, or begins with one of
 * the prefixes.
 */
enum pax_traits_answer
pax_traits_read(const char *key, const char *value, size_t length,
    struct pax_traits *traits);

#endif
