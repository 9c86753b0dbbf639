#ifndef LIBCORE_SYSTEM_PROCESS_H
#define LIBCORE_SYSTEM_PROCESS_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

#include "../base/text.h"
#include "../base/words.h"

struct failure;

/*
 * Running programs.  Calling sequence: fill a struct process_request,
 * process_start, then read its output and process_wait, or hand the pid to
 * an event loop; or process_run, which does all of it.  A program runs in a
 * process group of its own, with signals at their default, with nothing
 * open but 0, 1 and 2, with umask 022, and with the environment of the
 * request only.
 */

struct process_request {
	const struct words	*argv;	/* argv[0]: a path, or looked for in
					 * path */
	const char		*path;	/* "dir:dir"; NULL: process_path() */
	const struct words	*environment;	/* NAME=VALUE; NULL:
						 * process_environment() */
	int			 input;	/* descriptors that the program gets */
	int			 output;	/* as 0, 1, 2; -1 means */
	int			 error;		/* /dev/null */
	bool			 session;	/* setsid(2), not setpgid(2) */
	/*
	 * Is asked, when the process pid is there but does not yet run the
	 * program, whether it may; NULL: it may.  If we die meanwhile, it may
	 * not.
	 */
	bool			(*may_run)(void *cookie, pid_t pid);
	void			*cookie;
};

/* How a program ended. */
enum process_how {
	PROCESS_EXITED,			/* code: its exit code */
	PROCESS_SIGNALLED,		/* code: the signal */
	PROCESS_TIMED_OUT,		/* was ended at its deadline; 0 */
	PROCESS_LOST			/* nobody can say; 0 */
};

struct process_end {
	enum process_how	how;
	int			code;
};

/* The directories where programs are looked for unless told otherwise. */
const char *
process_path(void);

/*
 * Fills environment with what programs get unless told otherwise: PATH (from
 * path, or process_path() when NULL), HOME, USER, LOGNAME, SHELL, TERM and TZ
 * of our own, LC_ALL=C, and every NQSTOOLS_* of our own that environment has
 * not; NQS_SITE never.
 */
void
process_environment(struct words *environment, const char *path);

/*
 * Finds the program name in path ("dir:dir"; a name with a slash is taken as
 * it is) and returns its path, the caller's, or NULL when there is none that
 * may be executed.  Only absolute directories of path are looked into.
 */
char *
process_find(const char *name, const char *path);

/*
 * Starts the program.  Returns its pid, which is also its process group, or
 * -1 with why set: FAILED when there is no such program or it may not run,
 * SYSTEM when there is no process to be had.  Forks; waits until the program
 * runs or cannot.
 */
pid_t
process_start(const struct process_request *request, struct failure *why);

/*
 * Waits for the child pid, up to deadline (clock_monotonic(); 0: for ever).
 * At the deadline ends its process group, SIGTERM, then SIGKILL after grace
 * of two seconds, and says PROCESS_TIMED_OUT, code 0.  Blocks.
 */
struct process_end
process_wait(pid_t pid, int64_t deadline);

/*
 * Sends signal to the process group of the child pid; that it is gone
 * already is no trouble.
 */
void
process_signal(pid_t pid, int signal);

/* Turns a status of waitpid(2) into a struct process_end. */
struct process_end
process_end_of_status(int status);

/* Adds to text how it ended: "exit code 3", "killed by signal 9", ... */
void
process_show_end(struct process_end end, struct text *text);

/*
 * Runs the program to its end with request's input (-1: /dev/null), both of
 * its outputs collected in output (NULL: thrown away; at most limit bytes are
 * kept), for at most timeout nanoseconds (0: for ever).  Request's output and
 * error are not looked at.  What the program leaves running in the background
 * is not waited for, and gets SIGPIPE when it writes to output later: a daemon
 * is to be given a file.  Returns 0 and sets *end, however it ended, or -1
 * with why set when it could not be started.  Forks and blocks.
 */
int
process_run(const struct process_request *request, int64_t timeout,
    struct text *output, struct process_end *end, struct failure *why);

/* The most output that process_run keeps. */
enum { PROCESS_OUTPUT_LIMIT = 1 << 20 };

/* Room for what process_identity writes. */
enum { PROCESS_IDENTITY_ROOM = 96 };

/*
 * Writes into identity what tells the process pid from any later one with the
 * same number, also after a reboot.  Returns 0, or -1 when there is no such
 * process.
 */
int
process_identity(pid_t pid, char identity[PROCESS_IDENTITY_ROOM]);

/*
 * Returns whether the program that was started as pid and had identity, or
 * any process left of its process group, still runs.
 */
bool
process_is_alive(pid_t pid, const char *identity);

#endif
