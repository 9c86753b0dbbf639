#ifndef NQSUPD_APPLY_H
#define NQSUPD_APPLY_H

struct failure;
struct node_config;

enum apply_how {
	APPLY_INSTALL,			/* beside what is installed */
	APPLY_UPGRADE			/* in the place of it */
};

/*
 * Installs the packages in the NULL-terminated files, in this order, or
 * upgrades to them, and proves that they are applied.  A package that is
 * installed and applied is left alone; one that is installed but not applied
 * is removed first, except for an upgrade, which replaces it.  Nothing is
 * begun while a process executes a file that would have to be replaced.
 *
 * Returns 1 when they are applied now, 0 when they were already, or -1 with
 * why set: DATA for what is no package, PARTIAL when they are applied but a
 * script of a package failed, else FAILED with the file that is not as it must
 * be, and the process that executes it.  Forks and blocks, without time
 * limit, for a package manager must not be interrupted.
 */
int
apply_packages(const struct node_config *config, enum apply_how how,
    const char *const *files, struct failure *why);

/*
 * Removes those of the packages that are installed, the last first.  Returns
 * 1 when it removed any, 0 when none was installed, or -1 with why set.
 */
int
apply_removal(const struct node_config *config, const char *const *files,
    struct failure *why);

#endif
