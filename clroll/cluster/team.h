#ifndef CLROLL_CLUSTER_TEAM_H
#define CLROLL_CLUSTER_TEAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/system/process.h"

struct cluster;
struct eventloop;
struct session;
struct ssh_client;

/*
 * A session with each node of a cluster, and one question put to all of them
 * at once.  Calling sequence: team_make, team_ask as often as needed, or the
 * sessions handed to a run; team_free.
 */
struct team {
	const struct cluster	 *cluster;
	const char		 *path;		/* of programs, for a node that
						 * is this machine */
	struct eventloop	 *loop;
	struct ssh_client	 *client;
	struct session		**sessions;	/* one for each node */
	struct session		**bastions;	/* those of the cluster */
	size_t			  bastion_count;
	struct failure		 *away;		/* why a node cannot be
						 * reached, if it cannot */
	size_t			  count;
};

/* What a node answered. */
struct team_answer {
	bool			 is_reached;
	struct failure		 why;		/* when it is not */
	bool			 is_repeated;	/* that was said before */
	bool			 is_cut;	/* there was too much output */
	struct process_end	 end;
	int64_t			 when;		/* it ended, clock_wall() */
	struct text		 output;
	struct text		 errors;
};

struct team_question {
	const struct words	*argv;
	const char		*input;		/* a file, or NULL */
	int64_t			 timeout;	/* nanoseconds */
	bool			 may_be_long;	/* what is too much of the
						 * output is thrown away, else
						 * the node is given up */
};

/*
 * Makes a session for each node of cluster; nothing is connected yet, but
 * names are looked up, which may block.  A node that is this machine looks for
 * programs in path ("dir:dir"), NULL: those of the system.  Borrows both.
 * Returns the team, or NULL with why set.
 */
struct team *
team_make(const struct cluster *cluster, const char *path,
    struct failure *why);

void
team_free(struct team *team);

/*
 * Makes one more session with the node at the place at, besides that of the
 * team, on its loop; the caller's, to be freed before the team.  Returns NULL
 * with why set when its address cannot be found.
 */
struct session *
team_session(const struct team *team, size_t at, struct failure *why);

/*
 * Puts question to all nodes at once, connecting where need be, and fills
 * answers, one for each node and zeroed before.  A node that could not be
 * reached once is not tried again: its answer is that of then.  Blocks until
 * the last one has answered, or could not be reached, or was out of time
 * (TIMED_OUT).  Returns 0, or -1 with why set when we cannot even wait.
 */
int
team_ask(struct team *team, const struct team_question *question,
    struct team_answer *answers, struct failure *why);

/*
 * Adds how what a node was asked has ended there, and the first line that it
 * said on stderr, harmless to a terminal.  Of a node that was reached.  Pure.
 */
void
team_show_end(const struct team_answer *answer, struct text *text);

/* Releases count answers; they are zeroed then. */
void
team_release_answers(struct team_answer *answers, size_t count);

#endif
