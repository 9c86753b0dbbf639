#ifndef NQSUPD_PROCESSES_H
#define NQSUPD_PROCESSES_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct failure;

/*
 * The table of the processes that run at one moment, as far as sites are
 * told apart by it.  Pure; processes_read.h fills it from the system.  A
 * process that has ended but was not waited for yet (a zombie) is not in it.
 */
struct processes_row {
	pid_t	 pid;
	pid_t	 parent;
	int64_t	 started;	/* clock_wall(); 0: not known */
	char	*command;	/* argv[0], or "" for none */
	char	*argument;	/* argv[1], or "" for none */
	/*
	 * It belongs to neither root nor us, and does not execute a program
	 * of root's with the name that it gives itself: anybody can give
	 * himself any name.  Where the system does not tell, it is false.
	 */
	bool	 is_feigned;
};

/* A zeroed struct processes is an empty table. */
struct processes {
	struct processes_row	*rows;	/* by pid, once sorted */
	size_t			 count;
	size_t			 room;
};

void
processes_release(struct processes *processes);

/* Adds a row with copies of row's strings. */
void
processes_add(struct processes *processes, const struct processes_row *row);

/* Sorts the rows by pid; needed before processes_find. */
void
processes_sort(struct processes *processes);

/* Returns the process pid, or NULL. */
const struct processes_row *
processes_find(const struct processes *processes, pid_t pid);

/*
 * Returns whether a program with this argv[0] has name: a name with a slash is
 * argv[0] as a whole, any other its last component.
 */
bool
processes_is_named(const char *command, const char *name);

/*
 * Returns a process that executes the program or the script path, or NULL.
 * What another user only lets look like it does not count.
 */
const struct processes_row *
processes_find_program(const struct processes *processes, const char *path);

/*
 * Adds the processes of text, the lines of `ps -e -o pid= -o ppid= -o etime=
 * -o args=', taken at the time now, to the table.  Words of args are whatever
 * stands between blanks, for ps keeps nothing better; some systems cut args
 * after 80 characters.  Returns 0, or -1 with why set (SYSTEM) for a line
 * that is none of ps, for half a table must not pass for a whole one.
 */
int
processes_parse_ps(struct processes *processes, const char *text,
    int64_t now, struct failure *why);

/*
 * Sets *parent and *ticks, when it began in clock ticks after the system,
 * from line, the content of /proc/PID/stat.  Returns 1, 0 when the process
 * has ended already, or -1 when line is none of it.
 */
int
processes_parse_stat(const char *line, pid_t *parent, int64_t *ticks);

/*
 * Sets *owner to the real user of the process, from text, the content of
 * /proc/PID/status.  Returns 0, or -1 when text is none of it.
 */
int
processes_parse_owner(const char *text, uid_t *owner);

/*
 * Returns whether program, what /proc/PID/exe leads to, has the name that
 * command, its argv[0], says.
 */
bool
processes_is_program(const char *command, const char *program);

#endif
