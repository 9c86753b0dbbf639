/*
 * peak FILE COMMAND [ARGUMENT]...: runs a command, and tells in FILE how many
 * kilobytes of memory it had at most.  Ends as the command does.
 */
#include <config.h>

#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int
fail(const char *what)
{
	perror(what);
	return EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	struct rusage usage;
	int status;

	if (argc < 3) {
		(void)fputs("usage: peak FILE COMMAND [ARGUMENT]...\n",
		    stderr);
		return 64;
	}
	const pid_t pid = fork();

	if (pid == 0) {
		(void)execv(argv[2], &argv[2]);
		_exit(fail(argv[2]));
	}
	if (pid == -1 || waitpid(pid, &status, 0) == -1 ||
	    getrusage(RUSAGE_CHILDREN, &usage) == -1)
		return fail("peak");
	FILE *file = fopen(argv[1], "w");

	if (file == NULL || fprintf(file, "%ld\n", usage.ru_maxrss) < 0 ||
	    fclose(file) == EOF)
		return fail(argv[1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}
