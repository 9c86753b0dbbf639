#ifndef LIBCORE_RUN_LATER_H
#define LIBCORE_RUN_LATER_H

struct failure;
struct history;
struct scheme;

/*
 * Refuses to put the run of history back while another one with packages, of
 * the same subject, was worked on since and stands: what the older run puts
 * back would lie over what the later one installed.  Returns 0, or -1 with
 * why set (FAILED, with a hint).  Reads the journals beside that of history.
 */
int
later_refuse(const struct scheme *scheme, const struct history *history,
    struct failure *why);

/*
 * Returns the run of the same subject that is done, has effects that stand, and
 * was worked on before that of history: the last such one, the caller's; or
 * NULL.
 */
char *
later_find_done(const struct scheme *scheme, const struct history *history);

#endif
