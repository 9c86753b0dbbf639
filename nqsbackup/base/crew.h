#ifndef NQSBACKUP_BASE_CREW_H
#define NQSBACKUP_BASE_CREW_H

#include <stdbool.h>
#include <stddef.h>

struct failure;

/*
 * Threads that work on jobs, the results of which come back in the order in
 * which the jobs were given.  The thread that made the crew is one of it:
 * while it waits for a result, it works.  So a crew of one has no threads, and
 * does the same one job after another.
 *
 * A crew holds a bounded number of jobs, and with them their memory.  Only
 * the thread that made it calls the functions below; the others block all
 * signals and do nothing but work().  Calling sequence: crew_make; crew_give
 * as long as not crew_is_full, crew_take, in any order; crew_free, which may
 * come at any time.
 */
struct crew;

enum { CREW_LIMIT = 256 };		/* threads in a crew */

struct crew_trade {
	/*
	 * Returns the tools that one thread works with, made of cookie; NULL
	 * when none are needed.  Both may be called by any thread, but not at
	 * the same time as work() with these tools.
	 */
	void	*(*make_tools)(const void *cookie);
	void	 (*free_tools)(void *tools);
	/*
	 * Does job.  Called by any thread, and by several at once: nothing but
	 * tools and job may be changed.  Returns 0, or -1 with why set.
	 */
	int	 (*work)(void *tools, void *job, struct failure *why);
	/* Frees a job that was given and not taken back. */
	void	 (*drop)(void *job);
	/*
	 * How many jobs more than usual a crew of several holds, when one of
	 * them may take as long as so many others.
	 */
	size_t	   spare;
};

/*
 * Returns a crew of up to size threads, 1 to CREW_LIMIT, this one among them;
 * never NULL.  When the system has no more threads the crew is smaller.
 * trade and cookie are borrowed.
 */
struct crew *
crew_make(const struct crew_trade *trade, const void *cookie, size_t size);

/* Waits for the jobs in work, drops all that are held, ends the threads. */
void
crew_free(struct crew *crew);

/*
 * Returns how many jobs a crew of size holds at most, if its trade spares
 * none.
 */
size_t
crew_room(size_t size);

/* Returns whether crew holds as many jobs as it may. */
bool
crew_is_full(const struct crew *crew);

/* Returns whether crew holds no job. */
bool
crew_is_empty(const struct crew *crew);

/*
 * Does job at once, before all that crew holds.  Returns what work() does; job
 * stays the caller's.
 */
int
crew_do(struct crew *crew, void *job, struct failure *why);

/* Gives job to crew, which is not full and now has it. */
void
crew_give(struct crew *crew, void *job);

/*
 * Returns the oldest job that crew holds, when it is done, to the caller;
 * crew is not empty.  Sets *result to what work() returned, and why when that
 * is -1.  Blocks, or works meanwhile.
 */
void *
crew_take(struct crew *crew, int *result, struct failure *why);

#endif
