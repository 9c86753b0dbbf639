#ifndef NQSBACKUP_TREE_ACL_H
#define NQSBACKUP_TREE_ACL_H

#include <stddef.h>
#include <stdint.h>

struct text;

/*
 * POSIX access control lists: as bytes, which Linux has as the value of an
 * extended attribute, and as text, which tar programs have in their headers.
 * Pure.
 */

/* How many users and groups a list may have. */
enum { ACL_LIMIT = 8000 };

/*
 * Adds the list of length bytes as text: "user::rw-,user:7:r--:7,...", with
 * numbers for names, and again behind the permissions, as star does.  Returns
 * 0, or -1 when the bytes are no list in its one lawful form, so that they
 * would not come back of the text.
 */
int
acl_write_text(const void *bytes, size_t length, struct text *text);

enum acl_whose {
	ACL_USER,
	ACL_GROUP
};

/* Finds numbers for names. */
struct acl_names {
	/* Returns the number of the user or group, or -1. */
	int64_t	(*find)(void *cookie, enum acl_whose whose, const char *name);
	void	 *cookie;
};

/*
 * Adds the list that string is as bytes; of a name and a number the number
 * counts.  Entries are separated by commas or newlines.  Adds nothing for one
 * that says no more than a mode.  Returns 0, or -1 when it is no lawful list,
 * or a name is not known.
 */
int
acl_read_text(const char *string, const struct acl_names *names,
    struct text *bytes);

/*
 * Returns the bits of a mode (0777) that the list of length bytes stands for,
 * or -1 when it is none.
 */
int
acl_mode(const void *bytes, size_t length);

#endif
