#ifndef NQSBACKUP_CREATE_OUTPUT_PATH_H
#define NQSBACKUP_CREATE_OUTPUT_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Returns the path of a new archive, for free().  output is what -o says: a
 * file, which it is then, or a directory (one that is there, or a name with a
 * slash at its end), in which the file's name is nqs-NODE-WHAT-TIME.tar.gz.
 * Looks at output.
 */
char *
output_path_make(const char *output, const char *node, const char *what,
    int64_t created);

/*
 * Returns the shell's pattern that fits the names which output_path_make()
 * gives to the archives of this node and what, for free().  Pure.
 */
char *
output_path_pattern(const char *node, const char *what);

/*
 * Returns how long the part of name is that names the series, "nqs-NODE-WHAT",
 * when name looks like one that output_path_make() gives, or else 0.  Pure.
 */
size_t
output_path_series(const char *name);

/*
 * Returns whether output_path_make() gives name to an archive of node that was
 * created then.  Pure.
 */
bool
output_path_is_of(const char *name, const char *node, int64_t created);

#endif
