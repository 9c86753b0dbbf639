#include "client.h"

#include <sys/socket.h>
#include <sys/time.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "resident.h"

enum {
	LINE = 256,
	PATIENCE = 3,
	PAUSE = 50
};

static int
open_connection(const struct sockaddr_in *address)
{
	const struct timeval time = { PATIENCE, 0 };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd == -1)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time));
	if (connect(fd, (const struct sockaddr *)(const void *)address,
	    sizeof(*address)) == -1) {
		(void)close(fd);	/* nothing was sent */
		return -1;
	}
	return fd;
}

/* Reads one line without its end.  The server sends no more than asked. */
static int
read_line(int fd, char line[LINE])
{
	size_t length = 0;

	while (length < LINE - 1 && read(fd, line + length, 1) == 1) {
		if (line[length] == '\n') {
			line[length] = '\0';
			return 0;
		}
		length++;
	}
	return -1;
}

static int
ask(int fd, const char *question, char reply[LINE])
{
	size_t length = strlen(question);

	if (write(fd, question, length) != (ssize_t)length)
		return -1;
	return read_line(fd, reply);
}

static int
greets_as(const struct place *place, const char *line)
{
	char site[PLACE_NAME];

	return sscanf(line, "simulated JobCenter %*s site %63s", site) == 1 &&
	    strcmp(site, place->site) == 0;
}

int
client_summary(const struct place *place)
{
	char greeting[LINE];
	char counts[LINE];
	int service = open_connection(&place->service);
	int clients = open_connection(&place->clients);
	int result = 1;

	if (service != -1 && clients != -1 &&
	    read_line(service, greeting) == 0 &&
	    greets_as(place, greeting) &&
	    ask(service, "COUNT\n", counts) == 0) {
		printf("%s\n%s (waiting, running, done)\n", greeting, counts);
		result = 0;
	} else
		fprintf(stderr, "jnwsummary: site '%s' does not answer\n",
		    place->site);
	if (service != -1)
		(void)close(service);	/* only asked */
	if (clients != -1)
		(void)close(clients);
	return result;
}

/* One attempt over the connection *fd, which is opened as needed. */
static int
try_submit(int *fd, const struct sockaddr_in *address, const char *id,
    long milliseconds)
{
	char line[LINE];
	char expected[LINE];

	if (*fd == -1) {
		*fd = open_connection(address);
		if (*fd == -1)
			return -1;
		if (read_line(*fd, line) == -1)
			goto out;
	}
	(void)snprintf(line, sizeof(line), "SUBMIT %s %ld\n", id,
	    milliseconds);
	(void)snprintf(expected, sizeof(expected), "OK %s", id);
	if (ask(*fd, line, line) == 0 && strcmp(line, expected) == 0)
		return 0;
out:
	(void)close(*fd);	/* the next attempt opens another */
	*fd = -1;
	return -1;
}

int
client_submit(const struct client_work *work)
{
	const struct timespec pause = { 0, PAUSE * 1000000L };
	long long end = resident_clock() + work->seconds * 1000LL;
	char id[LINE / 4];
	int fd = -1;

	for (long i = 0; i < work->count; i++) {
		(void)snprintf(id, sizeof(id), "%s%ld", work->prefix,
		    work->first + i);
		while (try_submit(&fd, &work->address, id,
		    work->milliseconds) == -1) {
			if (resident_clock() > end) {
				fprintf(stderr, "submit: '%s' was not "
				    "acknowledged\n", id);
				return 1;
			}
			(void)nanosleep(&pause, NULL);	/* or shorter */
		}
		printf("%s\n", id);
		(void)fflush(stdout);	/* whoever reads may be too late */
	}
	if (fd != -1)
		(void)close(fd);	/* all is acknowledged */
	return 0;
}

int
client_submit_one(const struct place *place, const char *id,
    const char *milliseconds)
{
	int fd = -1;
	int result = try_submit(&fd, &place->service, id,
	    strtol(milliseconds, NULL, 10));

	if (result == -1)
		fprintf(stderr, "jnwsubmitcmd: '%s' was not acknowledged\n",
		    id);
	else
		(void)close(fd);	/* all is acknowledged */
	return result == 0 ? 0 : 5;
}
