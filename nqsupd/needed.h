#ifndef NQSUPD_NEEDED_H
#define NQSUPD_NEEDED_H

struct failure;
struct history;
struct node_config;
struct words;

/*
 * What runs need of the store, to go on and to be put back: it is not
 * overwritten.
 */

/*
 * Refuses to let the file place of the store become one with another digest
 * while a run other than id, which may be NULL, goes on or is put back with
 * what is there.  Returns 0, or -1 with why set (CANNOT_WRITE, with the run).
 * Reads the journals.
 */
int
needed_refuse(const struct node_config *config, const char *id,
    const char *place, const char *digest, struct failure *why);

/*
 * The same for what the run id would keep of files; adds to digests what they
 * were when they were looked at.
 */
int
needed_refuse_files(const struct node_config *config, const char *id,
    const struct words *files, struct words *digests, struct failure *why);

/*
 * Lets the store have the packages of the run of history again, out of the same
 * files elsewhere, if it has them no more and the run still goes on, or can be
 * put back.  Returns 0, or -1 with why set.
 */
int
needed_bring_back(const struct node_config *config,
    const struct history *history, const struct words *files,
    struct failure *why);

#endif
