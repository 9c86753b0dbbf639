#ifndef NQSUPD_PROOF_H
#define NQSUPD_PROOF_H

#include <stdbool.h>
#include <stddef.h>

#include "../libcore/base/digest.h"

struct failure;
struct node_config;
struct package_files;
struct text;

/*
 * The proof that packages are really applied: which file must have which
 * content.  Calling sequence: proof_add for each package, in the order in
 * which they are installed; proof_compare; proof_release.
 */

enum proof_result {
	PROOF_UNKNOWN,			/* not compared yet */
	PROOF_SAME,
	PROOF_DIFFERS,
	PROOF_MISSING,
	PROOF_UNREADABLE		/* error says why */
};

struct proof_row {
	char			*path;
	char			 digest[DIGEST_TEXT_ROOM];
	size_t			 package;	/* whose it is: 0 for that of
						 * the first proof_add, ... */
	size_t			 rival;		/* the last one before it that
						 * brings another content, or
						 * the same as package */
	enum proof_result	 result;
	int			 error;		/* an errno value */
};

struct proof {
	struct proof_row	*rows;
	size_t			 count;
	size_t			 room;
	size_t			 packages;	/* how many were added */
};

/*
 * Returns where the content of a package's file path must be when the package
 * is applied: for STAGING/ANY/x, TARGET/x; else path itself.  The caller's.
 * Pure.
 */
char *
proof_place(const char *path, const char *staging, const char *target);

/*
 * Adds the files of a package; where an earlier one brought the same file,
 * the later one's content is the right one.  Pure.
 */
void
proof_add(struct proof *proof, const struct package_files *files,
    const char *staging, const char *target);

/*
 * Reads the files from the disk and sets each row's result.  Returns 1 when
 * all are as they must be, 0 when not, or -1 with why set when one cannot be
 * read; the others are compared even then.
 */
int
proof_compare(struct proof *proof, struct failure *why);

/*
 * Adds the files of the packages, NULL-terminated.  Returns 0, or -1 with why
 * set when a package cannot be read.
 */
int
proof_add_packages(struct proof *proof, const struct node_config *config,
    const char *const *packages, struct failure *why);

/*
 * Adds the files of the packages, NULL-terminated, and compares.  Returns as
 * proof_compare() does; -1 also when a package cannot be read.
 */
int
proof_of_packages(struct proof *proof, const struct node_config *config,
    const char *const *packages, struct failure *why);

/*
 * Looks for processes that execute a file which is not as it must be, and so
 * could not be replaced.  Adds "'/x' is run by PROGRAM (pid 12)" for each to
 * text.  Returns 1 when there are any, 0 when none, or -1 with why set.
 */
int
proof_find_busy(const struct proof *proof, struct text *text,
    struct failure *why);

/* Returns whether a row of package number at is not as it must be. */
bool
proof_has_trouble(const struct proof *proof, size_t at);

void
proof_release(struct proof *proof);

#endif
