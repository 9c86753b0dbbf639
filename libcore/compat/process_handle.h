#ifndef LIBCORE_COMPAT_PROCESS_HANDLE_H
#define LIBCORE_COMPAT_PROCESS_HANDLE_H

#include <sys/types.h>

/*
 * A handle of a process, which never comes to mean a later one that has the
 * same number: a descriptor, close-on-exec, closed by close(2).
 */

/*
 * Returns a handle of the process pid, or -1 with errno set: ENOSYS where the
 * system has no such thing, ESRCH when there is no such process.
 */
int
process_handle_open(pid_t pid);

/* Sends signal to the process.  Returns 0, or -1 with errno set. */
int
process_handle_signal(int handle, int signal);

#endif
