#ifndef LIBSITE_TOOLS_H
#define LIBSITE_TOOLS_H

#include "../libcore/run/procedure_command.h"

struct failure;
struct values;

/*
 * What procedures call "@cluster" and "@package", and the verbs that every
 * adapter has, as share/cluster/frame.sh and share/package/frame.sh define
 * them.
 */

/* For the procedures of a node. */
extern const struct procedure_tool tools_known[];

/* For those of a cluster, where packages are nqsupd's. */
extern const struct procedure_tool tools_known_afar[];

/*
 * Returns the path of the adapter called name of that kind, "cluster" or
 * "package": itself, or one of those below share.  The caller's.  Pure.
 */
char *
tools_script(const char *share, const char *kind, const char *name);

/*
 * Finds verb->name among the verbs that the adapter in the file path states
 * besides those of all, by lines "#verb NAME COUNT" in which COUNT is "2",
 * "0-2" or "1-", and fills verb.  Returns 1, 0 when it states none of that
 * name, or -1 with why set: CONFIG, with file and line, or as trust_read().
 * Reads the file.
 */
int
tools_find_stated(const char *path, struct procedure_verb *verb,
    struct failure *why);

/*
 * Sets in person, for each verb that the adapter in the file path says a person
 * does, by a line "#person VERB WORDS", what is so when he has.  Returns 0, or
 * -1 with why set, as tools_find_stated().  Reads the file.
 */
int
tools_find_person(const char *path, struct values *person,
    struct failure *why);

#endif
