#ifndef NQSUPD_PROCESSES_READ_H
#define NQSUPD_PROCESSES_READ_H

#include <sys/stat.h>
#include <sys/types.h>

#include <stdint.h>

struct failure;
struct processes;
struct text;

/*
 * How the processes of this system are looked at: /proc where it is that of
 * Linux, which is exact, else ps, which knows names and parents only.
 */
struct processes_source {
	const char	*name;

	/*
	 * Fills the empty table.  Returns 0, or -1 with why set: DENIED when
	 * the system hides processes of others, for nothing can be said then.
	 */
	int	(*read)(struct processes *processes, struct failure *why);

	/*
	 * Sets *file to the status of the file that the process executes.
	 * Returns 1, or 0 when it cannot be known.
	 */
	int	(*program)(pid_t pid, struct stat *file);

	/*
	 * Looks for name in the environment with which the process was
	 * started, and adds its value to value.  Returns 1, 0 when it is not
	 * set there, or -1 when it cannot be known.
	 */
	int	(*variable)(pid_t pid, const char *name, struct text *value);
};

/* Returns the source for this system. */
const struct processes_source *
processes_source(void);

/*
 * Waits until no process executes the program or the script path, for at most
 * wait nanoseconds: what an nqsupd that was killed had begun goes on without
 * it, and must end before anybody can say what came of it.  Returns 1, 0 when
 * one still runs, or -1 with why set; *pid is set when any was seen.  Blocks.
 */
int
processes_await_end(const char *path, int64_t wait, pid_t *pid,
    struct failure *why);

/* Each source by itself, for tests. */
const struct processes_source *
processes_source_proc(void);
const struct processes_source *
processes_source_ps(void);

#endif
