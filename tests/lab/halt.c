/*
 * halt: stops a program right behind a record of its journal.
 *
 * A library for ld.so.preload on a node of the lab.  Every journal is made
 * durable, record by record, by fsync(2).  When /run/halt says "NUMBER PART
 * TEXT", the first process that does this to a file whose path has PART in it
 * and which holds at least NUMBER records, outages not counted, the last of
 * which has TEXT, says in /run/halted "PID NUMBER RECORD" and stops itself, as
 * by SIGSTOP.  Without TEXT any record will do.  Whoever looks at that file may
 * then kill it, or let it go on, at a place that is known.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
fsync(int fd);

/* Counts the records in text; sets *last to the last one. */
static long
count_records(char *text, char **last)
{
	long count = 0;

	for (char *line = text; *line != '\0';) {
		char *end = strchr(line, '\n');

		if (end == NULL)
			break;
		*end = '\0';
		if (strstr(line, "\"event\":\"outage") == NULL) {
			*last = line;
			count++;
		}
		line = end + 1;
	}
	return (count);
}

/* Returns what the file at path holds, the caller's, or NULL. */
static char *
read_file(const char *path)
{
	enum { ROOM = 1 << 20 };
	char *text = calloc(1, ROOM);
	size_t size = 0;
	ssize_t got = 0;
	const int fd = open(path, O_RDONLY | O_CLOEXEC);

	while (fd != -1 && text != NULL && size < ROOM - 1 &&
	    (got = read(fd, text + size, ROOM - 1 - size)) > 0)
		size += (size_t)got;
	if (fd != -1)
		(void)close(fd);	/* was only read */
	return (text);
}

static void
halt(long count, const char *record)
{
	FILE *file = fopen("/run/halted.new", "w");

	if (file == NULL)
		return;
	(void)fprintf(file, "%ld %ld %s\n", (long)getpid(), count, record);
	if (fclose(file) == 0 && rename("/run/halted.new",
	    "/run/halted") == 0)
		(void)kill(getpid(), SIGSTOP);
}

static void
look(int fd)
{
	char order[512] = "";
	char link[64];
	char path[4096] = "";
	char part[200];
	char wanted[200] = "";
	char *last = NULL;
	long number;
	const int orders = open("/run/halt", O_RDONLY | O_CLOEXEC);

	if (orders == -1)
		return;
	const ssize_t size = read(orders, order, sizeof(order) - 1);
	(void)close(orders);		/* was only read */
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (size <= 0 ||
	    sscanf(order, "%ld %199s %199s", &number, part, wanted) < 2 ||
	    readlink(link, path, sizeof(path) - 1) == -1 ||
	    strstr(path, part) == NULL)
		return;
	char *text = read_file(path);
	const long count = text == NULL ? 0 : count_records(text, &last);
	/* Only one of several takes the order away, and follows it. */
	if (count >= number && last != NULL && strstr(last, wanted) != NULL &&
	    unlink("/run/halt") == 0)
		halt(count, last);
	free(text);
}

/* On Linux, fdatasync(2) does for a journal what fsync(2) does. */
int
fsync(int fd)
{
	const int rc = fdatasync(fd);

	if (rc == 0)
		look(fd);
	return (rc);
}
