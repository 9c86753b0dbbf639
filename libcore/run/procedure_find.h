#ifndef LIBCORE_RUN_PROCEDURE_FIND_H
#define LIBCORE_RUN_PROCEDURE_FIND_H

struct failure;
struct words;

/* Returns DIRECTORY/NAME.conf, the caller's. */
char *
procedure_path(const char *directory, const char *name);

/* Adds to names those of the procedures in the directories. */
void
procedure_list(const struct words *directories, struct words *names);

/*
 * Finds the file of the procedure name in the directories, in their order:
 * DIRECTORY/NAME.conf; a name with a slash is itself the path, which is made
 * one that is good from anywhere.  Returns it, the caller's, or NULL with why
 * set (USAGE).
 */
char *
procedure_find(const char *name, const struct words *directories,
    struct failure *why);

#endif
