#ifndef NQSUPD_PACKAGE_H
#define NQSUPD_PACKAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../libcore/base/digest.h"

struct child_result;
struct failure;
struct node_config;
struct text;
struct words;

/*
 * The package manager of this node, through its adapter, share/package/NAME,
 * whose head says what each verb answers.  All functions fork and block.
 */

/* What a package says of itself. */
struct package_facts {
	char	*name;
	char	*version;
	char	*release;
	char	*arch;
	int64_t	 size;			/* installed, in bytes */
	bool	 is_signed;
	char	*signature;		/* "none", "good", "unknown" for its
					 * key, "bad"; NULL: cannot be told */
	bool	 not_rolled;		/* it must not be rolled */
};

/* A regular file that a package brings. */
struct package_file {
	char	 digest[DIGEST_TEXT_ROOM];
	int64_t	 size;
	char	*path;
};

struct package_files {
	struct package_file	*list;
	size_t			 count;
	size_t			 room;
};

/*
 * Adds to lines "NAME VERSION-RELEASE ARCH" and a newline for each installed
 * package called name.  Returns 1, 0 when there is none, or -1 with why set.
 */
int
package_query(const struct node_config *config, const char *name,
    struct text *lines, struct failure *why);

/*
 * Adds VERSION-RELEASE of the installed package called name to build, of
 * several the highest.  Returns 1, 0 when it is not installed, or -1 with why
 * set.
 */
int
package_query_build(const struct node_config *config, const char *name,
    struct text *build, struct failure *why);

/*
 * Adds the version of the installed package called name to version, of several
 * the highest.  Returns 1, 0 when it is not installed, or -1 with why set.
 */
int
package_query_version(const struct node_config *config, const char *name,
    struct text *version, struct failure *why);

/*
 * Checks that file can be read as a package.  Returns 0, or -1 with why set:
 * FAILED when there is none, DENIED, DATA when it is no regular file, or what
 * else keeps it from being read.  What is asked about a file looks so first.
 */
int
package_check_file(const char *file, struct failure *why);

/*
 * Fills facts with what the package in file says of itself.  Returns 0, or
 * -1 with why set: DATA when it is no package; release facts in any case.
 */
int
package_inspect(const struct node_config *config, const char *file,
    struct package_facts *facts, struct failure *why);

void
package_facts_release(struct package_facts *facts);

/*
 * Fills files with what the package in file brings.  Returns 0, or -1 with
 * why set; release files in any case.
 */
int
package_list(const struct node_config *config, const char *file,
    struct package_files *files, struct failure *why);

void
package_files_release(struct package_files *files);

/*
 * Returns 1 when exactly the package in file is installed, 0 when not, or -1
 * with why set.
 */
int
package_is_installed(const struct node_config *config, const char *file,
    struct failure *why);

enum package_rehearsal {
	PACKAGE_REFUSED,		/* said says why */
	PACKAGE_REHEARSED,		/* said names what could not be */
	PACKAGE_UNREHEARSED		/* the package manager cannot tell */
};

/*
 * Asks whether to "install" or to "upgrade" to the NULL-terminated files would
 * go well.  Returns an enum package_rehearsal, with a sentence in said for each
 * thing that is to be said; or -1 with why set.
 */
int
package_rehearse(const struct node_config *config, const char *verb,
    const char *const *files, struct words *said, struct failure *why);

/*
 * Waits until the package manager is not at work any more for an nqsupd that
 * was killed; before that, nothing about packages can be relied on.  Returns
 * 0, or -1 with why set (BUSY after half an hour).
 */
int
package_settle(const struct node_config *config, struct failure *why);

/*
 * Installs or upgrades to ("install", "upgrade") the NULL-terminated files,
 * or removes ("remove") NAME-VERSION-RELEASE.  Returns 0 with the adapter's
 * end in result, whatever it is, for nothing is believed because of it; or -1
 * with why set when the adapter could not be run.
 */
int
package_change(const struct node_config *config, const char *verb,
    const char *const *operands, struct child_result *result,
    struct failure *why);

/*
 * Reads the output of the adapter's verbs.  Pure; each returns 0, or -1
 * with why set (DATA).
 */
int
package_parse_facts(const char *text, struct package_facts *facts,
    struct failure *why);
int
package_parse_files(const char *text, struct package_files *files,
    struct failure *why);

/*
 * Compares VERSION-RELEASE, as residents_compare_releases() does each of both.
 * Returns less than, equal to, or more than 0.  Pure.
 */
int
package_compare_builds(const char *a, const char *b);

/*
 * Returns whether version, such as "13.1.2", is one of the release, such as
 * "13.1" or "13.1.1": the first two numbers are the same.  Pure.
 */
bool
package_is_of_release(const char *version, const char *release);

/*
 * Returns whether a machine, as uname(2) names it, runs what was made for
 * arch.  Pure.
 */
bool
package_fits(const char *arch, const char *machine);

#endif
