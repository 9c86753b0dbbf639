#include "holder.h"

#include <sys/types.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096, PAGES = 16, RECORD = 160 };

static const char holder_file[] = "private/root/interproc/holder";

static void
write_ledger(const struct place *place)
{
	char path[PLACE_PATH];
	char line[3 * PLACE_NAME];
	int length;
	int fd;

	place_in_spool(place, "ledger", path);
	length = snprintf(line, sizeof(line), "double %s %s\n", place->site,
	    place->host);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
	if (fd == -1 || write(fd, line, (size_t)length) != length)
		fprintf(stderr, "nqsdaemon: cannot tell: %s", line);
	if (fd != -1)
		(void)close(fd);	/* the write was looked at */
}

static void
read_record(int fd, char record[RECORD])
{
	ssize_t count = pread(fd, record, RECORD - 1, 0);

	record[count > 0 ? count : 0] = '\0';
}

/* "HOST PID ": what tells one nqsdaemon from another. */
static int
is_own(const struct holder *holder, const char *record)
{
	return strncmp(record, holder->self, strlen(holder->self)) == 0;
}

/*
 * Writes that this process holds the site, after reading what stood there.
 * The file is opened each time, because another holder may have removed it.
 */
static void
exchange_record(const struct holder *holder, char before[RECORD])
{
	char path[PLACE_PATH];
	char record[RECORD];
	int fd;

	before[0] = '\0';
	place_in_spool(holder->place, holder_file, path);
	fd = open(path, O_RDWR | O_CREAT, 0644);
	if (fd == -1)
		return;		/* the next beat tries again */
	read_record(fd, before);
	memset(record, ' ', sizeof(record));
	(void)snprintf(record, sizeof(record), "%s%ld\n", holder->self,
	    holder->beats);
	(void)pwrite(fd, record, sizeof(record), 0);
	(void)close(fd);
}

/*
 * One page of the database changes at a time and carries the counter at its
 * beginning and its end, so that a reader can see a torn one.
 */
static void
change_database(const struct holder *holder)
{
	char page[PAGE];
	int length;

	memset(page, '.', sizeof(page));
	length = snprintf(page, sizeof(page), "jcdbs %ld\n", holder->beats);
	page[length] = '\n';
	memcpy(page + PAGE - length, page, (size_t)length);
	(void)pwrite(holder->database, page, sizeof(page),
	    holder->beats % PAGES * PAGE);
}

int
holder_start(struct holder *holder, const struct place *place)
{
	char path[PLACE_PATH];
	char before[RECORD];

	memset(holder, 0, sizeof(*holder));
	holder->place = place;
	place_in_spool(place, "database", path);
	holder->database = open(path, O_RDWR | O_CREAT, 0600);
	if (holder->database == -1)
		return -1;
	(void)snprintf(holder->self, sizeof(holder->self), "%s %ld ",
	    place->host, (long)getpid());
	exchange_record(holder, before);	/* he may have died */
	return 0;
}

void
holder_beat(struct holder *holder)
{
	char before[RECORD];

	holder->beats++;
	exchange_record(holder, before);
	if (before[0] != '\0' && !is_own(holder, before) && !holder->told) {
		holder->told = 1;
		write_ledger(holder->place);
	}
	change_database(holder);
}

void
holder_tell_other(const struct place *place)
{
	const struct timespec half = { 0, 500000000 };
	char path[PLACE_PATH];
	char before[RECORD];
	char after[RECORD];
	char host[PLACE_NAME];
	int fd;

	place_in_spool(place, holder_file, path);
	fd = open(path, O_RDONLY);
	if (fd == -1)
		return;
	read_record(fd, before);
	(void)nanosleep(&half, NULL);	/* shorter is harmless */
	read_record(fd, after);
	(void)close(fd);	/* only read */
	if (strcmp(before, after) != 0 && sscanf(after, "%63s", host) == 1 &&
	    strcmp(host, place->host) != 0)
		write_ledger(place);
}

void
holder_release(struct holder *holder)
{
	char path[PLACE_PATH];
	char record[RECORD];

	(void)close(holder->database);	/* its content means nothing */
	holder->database = -1;
	exchange_record(holder, record);
	place_in_spool(holder->place, holder_file, path);
	if (is_own(holder, record))
		(void)unlink(path);	/* a rest is taken over */
}
