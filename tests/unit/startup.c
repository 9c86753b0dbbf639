#include <config.h>

#include "../../libcore/system/startup.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "unit.h"

static void
ignore(int number)
{
	(void)number;
}

/* What a caller may have left us with. */
static void
spoil(void)
{
	sigset_t all;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, NULL);
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGCHLD, SIG_IGN);
	(void)signal(SIGUSR1, ignore);
	(void)umask(0);
	(void)dup2(2, 100);
	(void)close(0);
	(void)close(1);
}

static int
count_wrong(void)
{
	sigset_t blocked;
	struct sigaction action;
	int wrong = 0;

	for (int fd = 0; fd <= 2; fd++)
		wrong += fcntl(fd, F_GETFD) == -1;
	wrong += fcntl(100, F_GETFD) != -1;
	/* A result must not vanish. */
	wrong += write(1, "x", 1) != -1 || errno != EBADF;
	wrong += umask(0) != 077;
	(void)sigprocmask(SIG_BLOCK, NULL, &blocked);
	wrong += sigismember(&blocked, SIGTERM) != 0;
	(void)sigaction(SIGTERM, NULL, &action);
	wrong += action.sa_handler != SIG_DFL;
	(void)sigaction(SIGCHLD, NULL, &action);
	wrong += action.sa_handler != SIG_DFL;
	(void)sigaction(SIGUSR1, NULL, &action);
	wrong += action.sa_handler != SIG_DFL;
	(void)sigaction(SIGPIPE, NULL, &action);
	wrong += action.sa_handler != SIG_IGN;
	return wrong;
}

START_TEST(puts_right_whatever_the_caller_has_left)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		spoil();
		startup_begin();
		_exit(count_wrong());
	}
	ck_assert_int_eq((int)waitpid(pid, &status, 0), (int)pid);
	ck_assert_int_eq(status, 0);
}
END_TEST

TCase *
startup_case(void)
{
	TCase *testcase = tcase_create("startup");

	tcase_add_test(testcase, puts_right_whatever_the_caller_has_left);
	return testcase;
}
