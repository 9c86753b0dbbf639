#define _GNU_SOURCE		/* syscall, where the system has it */

#include <config.h>

#include "process_handle.h"

#include <errno.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif
#include <unistd.h>

int
process_handle_open(pid_t pid)
{
#if defined(__linux__) && defined(SYS_pidfd_open)
	return ((int)syscall(SYS_pidfd_open, pid, 0));
#else
	(void)pid;
	errno = ENOSYS;
	return (-1);
#endif
}

int
process_handle_signal(int handle, int signal)
{
#if defined(__linux__) && defined(SYS_pidfd_send_signal)
	return ((int)syscall(SYS_pidfd_send_signal, handle, signal, NULL,
	    0));
#else
	(void)handle;
	(void)signal;
	errno = ENOSYS;
	return (-1);
#endif
}
