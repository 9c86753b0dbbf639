#ifndef NQSUPD_ADAPTER_H
#define NQSUPD_ADAPTER_H

#include <stdint.h>

struct child_result;
struct failure;
struct node_config;

/*
 * Adapters: scripts with verbs, "cluster" for the cluster software and
 * "package" for the package manager, in the directories of that name below
 * "share", or wherever an absolute path says.
 */

/* Exit codes that all adapters have in common. */
enum {
	ADAPTER_NO = 3			/* no, or a difference */
};

/*
 * Returns the path of the adapter of that kind ("cluster", "package") and
 * name; the caller's.
 */
char *
adapter_path(const struct node_config *config, const char *kind,
    const char *name);

struct adapter_request {
	const char	*kind;		/* "cluster", "package" */
	const char	*name;		/* as configured */
	const char	*verb;
	const char	*const *arguments;	/* NULL-terminated, or NULL */
	int64_t		 timeout;	/* nanoseconds; 0: none */
	int64_t		 patience;	/* with one that does not run yet */
};

/*
 * Runs the adapter of config with sh, after making sure that nobody but root
 * and the effective user can have written it and its frame, or could exchange
 * it.  Returns 0, however it ended,
 * or -1 with why set: CONFIG when there is no such script, DENIED when it is
 * not to be trusted.  Forks and blocks.
 */
int
adapter_run(const struct node_config *config,
    const struct adapter_request *request, struct child_result *result,
    struct failure *why);

/*
 * The same for a question.  Returns 1 for exit code 0, 0 for ADAPTER_NO, and
 * else -1 with why set: DATA, UNREACHABLE, DENIED as the script says with
 * those codes, TIMED_OUT, or FAILED.  One that says UNREACHABLE is asked again
 * for patience nanoseconds: after a start of the node, the cluster software
 * comes later.
 */
int
adapter_ask(const struct node_config *config,
    const struct adapter_request *request, struct child_result *result,
    struct failure *why);

#endif
