#include <config.h>

#include "store_part.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/system/fileio.h"
#include "../libsite/node_config.h"
#include "store.h"

#define SUFFIX	".part"

enum {
	CHUNK = 1 << 16,
	SILENCE = 60 * 1000,		/* ms: then the sender is gone */
	FORGOTTEN = 7 * 24 * 60 * 60	/* seconds until nobody goes on */
};

/* Returns the name of the part in the store, the caller's. */
static char *
part_name(const char *digest)
{
	struct text name = { 0 };

	text_format(&name, ".%s" SUFFIX, digest);
	return (text_take(&name));
}

/*
 * Opens the part.  It must be a file that nobody else made or may write to.
 * Returns it, or -1 with why set unless there is none.
 */
static int
open_part(const char *path, int flags, struct failure *why)
{
	const int fd = fileio_open(AT_FDCWD, path, O_RDWR | O_NOFOLLOW |
	    O_NONBLOCK | flags, 0600);
	struct stat status;

	if (fd == -1 && errno == ENOENT)
		return (-1);
	if (fd == -1 || fstat(fd, &status) == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot open '%s'", path);
	} else if (!S_ISREG(status.st_mode) || status.st_nlink != 1 ||
	    status.st_uid != geteuid() || (status.st_mode & 022) != 0) {
		failure_set(why, EXITCODE_DENIED,
		    "'%s' is not a file of ours alone", path);
		failure_hint(why, "find out who put it there, and remove it");
	} else {
		return (fd);
	}
	if (fd != -1)
		(void)close(fd);	/* nothing was done with it */
	return (-1);
}

int
store_part_look(const struct node_config *config, const char *digest,
    struct store_part *part, struct failure *why)
{
	char *name = part_name(digest);
	char *path = store_path(config, name);
	const int fd = open_part(path, 0, why);

	*part = (struct store_part){ 0 };
	digest_of_bytes("", 0, part->digest);
	if (fd != -1 && digest_of_descriptor(fd, part->digest) == -1)
		failure_set_errno(why, EXITCODE_FAILED, errno,
		    "cannot read '%s'", path);
	else if (fd != -1)
		part->size = (int64_t)lseek(fd, 0, SEEK_CUR);
	if (fd != -1)
		(void)close(fd);	/* was only read */
	free(path);
	free(name);
	return (why->message[0] == '\0' ? 0 : -1);
}

/* Removes parts that nobody has gone on with for a long time. */
static void
forget_old(int directory, const char *but)
{
	const int fd = fileio_open(directory, ".", O_RDONLY | O_DIRECTORY, 0);
	DIR *stream = fd == -1 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	struct stat status;

	while (stream != NULL && (entry = readdir(stream)) != NULL) {
		const char *name = entry->d_name;
		const size_t length = strlen(name);

		if (name[0] != '.' || length != 1 + DIGEST_TEXT_ROOM - 1 +
		    sizeof(SUFFIX) - 1 || strcmp(name, but) == 0 ||
		    strcmp(name + length - (sizeof(SUFFIX) - 1), SUFFIX) != 0)
			continue;
		if (fstatat(directory, name, &status,
		    AT_SYMLINK_NOFOLLOW) == 0 &&
		    status.st_mtime < time(NULL) - FORGOTTEN)
			(void)unlinkat(directory, name, 0);
	}
	if (stream != NULL)
		(void)closedir(stream);	/* was only read */
	else
		fileio_close_read(fd);
}

/*
 * Reads what is there, waiting for it.  A sender whose connection is lost
 * where nobody tells us must not keep the next one out for ever.
 */
static ssize_t
read_some(int fd, char *bytes, size_t size)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	const int rc = poll(&ready, 1, SILENCE);

	if (rc == 0)
		errno = ETIMEDOUT;
	return (rc > 0 ? read(fd, bytes, size) : -1);
}

/* Adds up to limit bytes of fd to sum, and to output unless that is -1. */
static int
add(struct digest *sum, int fd, int output, int64_t limit,
    struct failure *why)
{
	char bytes[CHUNK];

	while (limit > 0) {
		const ssize_t size = read_some(fd, bytes, limit < CHUNK ?
		    (size_t)limit : CHUNK);

		if (size == 0)
			return (0);
		if (size == -1) {
			failure_set_errno(why, EXITCODE_FAILED, errno,
			    "cannot read the package");
			return (-1);
		}
		digest_add(sum, bytes, (size_t)size);
		if (output != -1 &&
		    fileio_write(output, bytes, (size_t)size) == -1) {
			failure_set_errno(why, failure_code_of_errno(errno),
			    errno, "cannot write the package");
			return (-1);
		}
		limit -= size;
	}
	return (0);
}

/* Brings the part to its end; it must have the digest then. */
static int
complete(const struct store_rest *rest, int part, struct failure *why)
{
	struct digest *sum = digest_make();
	unsigned char value[DIGEST_SIZE];
	char found[DIGEST_TEXT_ROOM];
	struct stat status;
	int rc = fstat(part, &status);

	if (rc == 0 && status.st_size < rest->from) {
		failure_set(why, EXITCODE_DATA, "there are only %lld bytes of "
		    "'%s'", (long long)status.st_size, rest->name);
		rc = -1;
	} else if (rc == 0 && (rc = ftruncate(part, rest->from)) == 0) {
		rc = add(sum, part, -1, rest->from, why);
		if (rc == 0)
			rc = add(sum, rest->fd, part, INT64_MAX, why);
	}
	if (rc == -1 && why->message[0] == '\0')
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot write '%s'", rest->name);
	digest_end(sum, value);
	digest_show(value, found);
	digest_free(sum);
	if (rc == 0 && strcmp(found, rest->digest) != 0) {
		failure_set(why, EXITCODE_DATA, "'%s' is not whole, or "
		    "something else: its digest is %s", rest->name, found);
		rc = -1;
	}
	return (rc);
}

/*
 * Locks the part for us alone.  Who brought it to its end meanwhile has given
 * it another name.
 */
static int
lock_part(const struct fileio_new *file, struct failure *why)
{
	struct stat mine;
	struct stat there;
	const int rc = fileio_lock_new(file->fd);

	if (rc == 1 && fstat(file->fd, &mine) == 0 && fstatat(file->directory,
	    file->temporary, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	    mine.st_dev == there.st_dev && mine.st_ino == there.st_ino)
		return (0);
	if (rc == -1)
		failure_set_errno(why, EXITCODE_SYSTEM, errno,
		    "cannot lock what there is of '%s'", file->path);
	else
		failure_set(why, EXITCODE_BUSY,
		    "'%s' is received by another process", file->name);
	return (-1);
}

/* Opens the part of rest for us alone, as the beginning of file. */
static int
begin(const struct node_config *config, const struct store_rest *rest,
    int flags, struct fileio_new *file, struct failure *why)
{
	char *temporary = part_name(rest->digest);
	char *part = store_path(config, temporary);
	char *path = store_path(config, rest->name);
	const int fd = open_part(part, flags, why);
	int rc = fd == -1 ? -1 : fileio_take_up(file, path, temporary, fd,
	    why);

	if (rc == 0)
		rc = lock_part(file, why);
	free(temporary);
	free(part);
	free(path);
	return (rc);
}

static int
take(const struct node_config *config, const struct store_rest *rest,
    struct failure *why)
{
	struct fileio_new file = { .fd = -1, .directory = -1 };
	int rc = begin(config, rest, O_CREAT, &file, why);

	if (rc == 0) {
		forget_old(file.directory, file.temporary);
		rc = complete(rest, file.fd, why);
	}
	/* It is whole now: what is wrong with it stays wrong. */
	if (rc == 0) {
		rc = store_check(config, file.temporary, rest->name, why);
		if (rc == 0)
			rc = fileio_commit(&file, 0644, FILEIO_REPLACE, why);
		fileio_abandon(&file);
	}
	fileio_leave(&file);
	return (rc == 0 ? 1 : -1);
}

int
store_part_receive(const struct node_config *config,
    const struct store_rest *rest, struct failure *why)
{
	int rc = -1;

	if (fileio_make_directories(config->package.store, 0755, why) == -1)
		return (-1);
	rc = store_has(config, rest->name, rest->digest, why);
	return (rc == 0 ? take(config, rest, why) : rc == 1 ? 0 : -1);
}

void
store_part_forget(const struct node_config *config, const char *digest)
{
	const struct store_rest rest = { .name = digest, .digest = digest,
	    .fd = -1 };
	struct fileio_new file = { .fd = -1, .directory = -1 };
	struct failure ignored = { 0 };

	if (begin(config, &rest, 0, &file, &ignored) == 0)
		fileio_abandon(&file);
	fileio_leave(&file);
}
