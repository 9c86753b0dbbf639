#include <config.h>

#include "startup.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stddef.h>

#include "../base/memory.h"
#include "../compat/descriptors.h"
#include "fileio.h"

/*
 * Reading from a closed stdin is to find its end, messages to a closed stderr
 * may go nowhere; but a result must not get lost unseen, so what stands for
 * a closed stdout refuses to be written.
 */
static void
open_standard(void)
{
	static const int flags[] = { O_RDONLY, O_RDONLY, O_WRONLY };

	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) != -1 || errno != EBADF)
			continue;
		/* The lowest free number is fd; children get it too. */
		if (fileio_open(AT_FDCWD, "/dev/null", flags[fd], 0) != fd ||
		    fcntl(fd, F_SETFD, 0) == -1)
			memory_end("'/dev/null'");
	}
}

static void
reset_signals(void)
{
	enum { NUMBERS = 128 };		/* more than any system has */
	struct sigaction action = { 0 };
	sigset_t none;

	(void)sigemptyset(&action.sa_mask);
	action.sa_handler = SIG_DFL;
	/* EINVAL is the answer for the numbers that there are not. */
	for (int number = 1; number < NUMBERS; number++)
		(void)sigaction(number, &action, NULL);
	action.sa_handler = SIG_IGN;
	(void)sigemptyset(&none);
	if (sigaction(SIGPIPE, &action, NULL) == -1 ||
	    sigprocmask(SIG_SETMASK, &none, NULL) == -1)
		memory_end("signals at their default");
}

void
startup_begin(void)
{
	open_standard();
	descriptors_close(3, descriptors_highest());
	(void)umask(S_IRWXG | S_IRWXO);
	reset_signals();
	(void)setlocale(LC_ALL, "C");
}
