#include "resident.h"

#include <sys/select.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { DESCRIPTORS = 1024, CLIENTS = 256, BACKLOG = 64 };

static volatile sig_atomic_t term_came;
static volatile sig_atomic_t child_came;

static void
on_signal(int number)
{
	if (number == SIGTERM)
		term_came = 1;
	else
		child_came = 1;
}

static void
block(sigset_t *before)
{
	sigset_t set;

	(void)sigemptyset(&set);	/* these two cannot fail */
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &set, before);
}

static void
take_signal(int number, void (*handler)(int))
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_handler = handler;
	(void)sigaction(number, &action, NULL);	/* a known signal */
}

void
resident_start(void)
{
	block(NULL);
	take_signal(SIGTERM, on_signal);
	take_signal(SIGCHLD, on_signal);
	take_signal(SIGPIPE, SIG_IGN);
}

void
resident_restore_signals(void)
{
	sigset_t none;

	take_signal(SIGTERM, SIG_DFL);
	take_signal(SIGCHLD, SIG_DFL);
	take_signal(SIGPIPE, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

int
resident_is_ending(void)
{
	return term_came;
}

int
resident_has_children(void)
{
	int came = child_came;

	child_came = 0;
	return came;
}

void
resident_wait(const int *reading, int *readable, int count,
    long milliseconds)
{
	struct timespec time = { milliseconds / 1000,
		milliseconds % 1000 * 1000000 };
	fd_set set;
	sigset_t open;
	int top = -1;

	FD_ZERO(&set);
	for (int i = 0; i < count; i++) {
		readable[i] = 0;
		if (reading[i] >= 0)
			FD_SET(reading[i], &set);
		if (reading[i] > top)
			top = reading[i];
	}
	(void)sigemptyset(&open);
	if (pselect(top + 1, &set, NULL, NULL, &time, &open) <= 0)
		return;
	for (int i = 0; i < count; i++)
		readable[i] = reading[i] >= 0 && FD_ISSET(reading[i], &set);
}

/* Standard input is empty, output goes to the log, all else is closed. */
static void
take_descriptors(const struct place *place)
{
	char path[PLACE_PATH];
	int empty;
	int log;

	place_in_spool(place, "log", path);
	log = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
	empty = open("/dev/null", O_RDWR);
	if (empty == -1)
		_exit(1);
	if (dup2(empty, 0) == -1 || dup2(log == -1 ? empty : log, 1) == -1 ||
	    dup2(log == -1 ? empty : log, 2) == -1)
		_exit(1);
	for (int i = 3; i < DESCRIPTORS; i++)
		(void)close(i);		/* most are not open */
}

void
resident_detach(const struct place *place)
{
	pid_t pid;

	for (int i = 0; i < 2; i++) {
		pid = fork();
		if (pid == -1) {
			perror("jobcenter: cannot fork");
			exit(1);
		}
		if (pid > 0)
			_exit(0);
		(void)setsid();		/* fails only the second time */
	}
	if (chdir("/") == -1)
		_exit(1);
	take_descriptors(place);
}

pid_t
resident_spawn(const struct place *place, const char *name, int input)
{
	char path[PLACE_PATH];
	char site[PLACE_NAME];
	char *argv[] = { path, site, NULL };
	pid_t pid;
	int empty;

	place_of_program(place, name, path);
	memcpy(site, place->site, sizeof(site));
	if (place_is_local(place))
		argv[1] = NULL;
	pid = fork();
	if (pid != 0)
		return pid;
	resident_restore_signals();
	empty = input == -1 ? open("/dev/null", O_RDONLY) : input;
	if (empty == -1 || dup2(empty, 0) == -1)
		_exit(1);
	for (int i = 3; i < DESCRIPTORS; i++)
		(void)close(i);		/* most are not open */
	(void)execv(path, argv);
	fprintf(stderr, "jobcenter: cannot run '%s': %s\n", path,
	    strerror(errno));
	_exit(1);
}

long long
resident_clock(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);	/* always there */
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int
resident_listen(const struct sockaddr_in *address)
{
	int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd == -1)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (const struct sockaddr *)(const void *)address,
	    sizeof(*address)) == -1 || listen(fd, BACKLOG) == -1 ||
	    fcntl(fd, F_SETFL, O_NONBLOCK) == -1) {
		int error = errno;

		(void)close(fd);	/* errno tells what matters */
		errno = error;
		return -1;
	}
	return fd;
}

/* Has the process that holds the other end of standard input gone? */
static int
is_alone(int readable)
{
	char byte;

	return readable && read(0, &byte, 1) == 0;
}

int
resident_idle(void)
{
	const int input = 0;
	int readable;

	while (!resident_is_ending()) {
		resident_wait(&input, &readable, 1, 10000);
		if (is_alone(readable))
			break;
	}
	return 0;
}

/* Reads away what a client says; 0 when it has gone. */
static int
client_is_there(int fd)
{
	char bytes[512];
	ssize_t count = read(fd, bytes, sizeof(bytes));

	return count > 0 || (count == -1 && errno == EAGAIN);
}

static void
take_client(int fd, int *fds, int count)
{
	int client = accept(fd, NULL, NULL);

	if (client == -1)
		return;
	for (int i = 0; i < count; i++)
		if (fds[i] == -1 &&
		    fcntl(client, F_SETFL, O_NONBLOCK) != -1) {
			fds[i] = client;
			return;
		}
	(void)close(client);	/* no room: the client sees the end */
}

int
resident_comagent(const struct place *place)
{
	int fds[CLIENTS + 2];	/* input, listening socket, clients */
	int readable[CLIENTS + 2];

	for (int i = 0; i < CLIENTS + 2; i++)
		fds[i] = -1;
	fds[0] = 0;
	fds[1] = resident_listen(&place->clients);
	if (fds[1] == -1) {
		perror("comagent: cannot listen");
		return 1;
	}
	while (!resident_is_ending()) {
		resident_wait(fds, readable, CLIENTS + 2, 10000);
		if (is_alone(readable[0]))
			break;
		if (readable[1])
			take_client(fds[1], fds + 2, CLIENTS);
		for (int i = 2; i < CLIENTS + 2; i++)
			if (readable[i] && !client_is_there(fds[i])) {
				(void)close(fds[i]);	/* it has gone */
				fds[i] = -1;
			}
	}
	return 0;
}

int
resident_cjcpw(const struct place *place)
{
	pid_t pid = resident_spawn(place, "nqsdaemon", -1);
	int status = 1;
	int told = 0;

	if (pid == -1)
		return 1;
	while (waitpid(pid, &status, WNOHANG) != pid) {
		if (resident_is_ending() && !told) {
			told = 1;
			(void)kill(pid, SIGTERM);	/* our own child */
		}
		resident_wait(NULL, NULL, 0, 1000);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
