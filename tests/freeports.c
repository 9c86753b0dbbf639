/*
 * freeports FOLDER COUNT [PORT]...: prints COUNT ports of the loopback address
 * that are the caller's as long as FOLDER, an absolute path, is there.  Each
 * PORT is among them, and nothing is when one is not free; the others lie below
 * those that systems give away by themselves.
 *
 * No process can hold a port and leave it to another one that is to listen
 * there.  So what is held is the port of UDP of the same number, on which
 * nobody here listens: a process that goes on in the background has it, and
 * the system takes it back, however that ends.
 */

#include <sys/socket.h>
#include <sys/stat.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	FIRST_PORT = 20000,
	PORTS = 12000,
	HELD = 1000,			/* descriptors */
	DESCRIPTORS = 1024
};

/*
 * What connections of a former listener left is in the way of a port that
 * is new, and not of one that is taken up again.
 */
enum use { NEW, AGAIN };

static int
bind_port(int type, int port, enum use use)
{
	const int on = 1;
	struct sockaddr_in address;
	int fd = socket(AF_INET, type, 0);

	memset(&address, 0, sizeof(address));
	address.sin_family = AF_INET;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = htons((unsigned short)port);
	if (fd == -1 || (use == AGAIN &&
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1) ||
	    bind(fd, (const struct sockaddr *)(const void *)&address,
	    sizeof(address)) == -1) {
		if (fd != -1)
			(void)close(fd);	/* nothing was sent */
		return -1;
	}
	return fd;
}

/* Takes the port, of which a descriptor stays open; returns 0, or -1. */
static int
hold_port(int port, enum use use)
{
	int held = bind_port(SOCK_DGRAM, port, NEW);
	int seen = held == -1 ? -1 : bind_port(SOCK_STREAM, port, use);

	if (seen != -1) {
		(void)close(seen);		/* nothing was sent */
		return 0;
	}
	if (held != -1)
		(void)close(held);		/* nothing was sent */
	return -1;
}

/* Takes and prints the ports that were asked for; returns 0, or -1. */
static int
take_named(char **names)
{
	for (; *names != NULL; names++) {
		int port = (int)strtol(*names, NULL, 10);

		if (port < 1 || port > 65535 || hold_port(port, AGAIN) == -1) {
			fprintf(stderr, "freeports: port %s is not free\n",
			    *names);
			return -1;
		}
		printf("%d\n", port);
	}
	return 0;
}

/* Takes and prints so many others, from anywhere on; returns 0, or -1. */
static int
take_any(long count)
{
	struct timespec now = { 0, 0 };
	long start;

	(void)clock_gettime(CLOCK_REALTIME, &now);	/* or the pid alone */
	start = now.tv_nsec / 1000 % PORTS + (long)getpid() % PORTS;
	for (long i = 0; i < PORTS && count > 0; i++) {
		int port = FIRST_PORT + (int)((start + i) % PORTS);

		if (hold_port(port, NEW) == 0) {
			printf("%d\n", port);
			count--;
		}
	}
	if (count > 0)
		fprintf(stderr, "freeports: there are not enough ports\n");
	return count > 0 ? -1 : 0;
}

/* What is left of the caller: neither his files nor his terminal. */
static void
hold_on(const char *folder)
{
	struct stat status;
	int empty = open("/dev/null", O_RDWR);

	(void)setsid();			/* a new process can */
	if (empty == -1 || dup2(empty, 0) == -1 || dup2(empty, 1) == -1 ||
	    dup2(empty, 2) == -1 || chdir("/") == -1)
		_exit(1);
	while (stat(folder, &status) == 0)
		(void)sleep(1);		/* or less */
	_exit(0);
}

int
main(int argc, char **argv)
{
	long count = argc < 3 ? 0 : strtol(argv[2], NULL, 10);

	if (argc < 3 || argv[1][0] != '/' || count < argc - 3 ||
	    count < 1 || count > HELD) {
		fprintf(stderr, "usage: freeports FOLDER COUNT [PORT]...\n");
		return 64;
	}
	for (int i = 3; i < DESCRIPTORS; i++)
		(void)close(i);		/* most are not open */
	if (take_named(argv + 3) == -1 || take_any(count - (argc - 3)) == -1)
		return 1;
	if (fflush(stdout) == EOF) {
		perror("freeports: cannot print the ports");
		return 1;
	}
	switch (fork()) {
	case -1:
		perror("freeports: cannot fork");
		return 1;
	case 0:
		hold_on(argv[1]);
		break;
	default:
		break;
	}
	return 0;
}
