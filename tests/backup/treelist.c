/*
 * treelist [-s] DIRECTORY: prints a line for everything in the directory and
 * for itself, in the order of names, with all that a backup has to keep:
 * kind, mode, owner, group, time (-s: whole seconds), size, digest, the pieces
 * that are no holes, the first name of the same file, the target of a link.
 * It shares no code with what it is to judge, but the question for holes.
 */
#include <config.h>

#include <sys/stat.h>

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/digest.h"
#include "../../libcore/compat/hole.h"

/* A name of a file that has several. */
struct name {
	dev_t		 device;
	ino_t		 inode;
	char		*path;
	struct name	*next;
};

struct listing {
	bool		 seconds;
	struct name	*names;
};

/* Ends the program: what cannot be listed cannot be compared. */
static void
fail(const char *what)
{
	perror(what);
	exit(1);
}

static const char *
first_name(struct listing *listing, const char *path,
    const struct stat *status)
{
	for (struct name *name = listing->names; name != NULL;
	    name = name->next) {
		if (name->device == status->st_dev &&
		    name->inode == status->st_ino)
			return (name->path);
	}
	struct name *name = calloc(1, sizeof(*name));

	if (name == NULL || (name->path = strdup(path)) == NULL) {
		fail("memory");
		return (NULL);
	}
	name->device = status->st_dev;
	name->inode = status->st_ino;
	name->next = listing->names;
	listing->names = name;
	return (path);
}

static void
print_pieces(int fd, off_t size)
{
	off_t end = 0;
	off_t start;

	while (hole_next_data(fd, end, size, &start, &end) == 1)
		printf(" %lld+%lld", (long long)start,
		    (long long)(end - start));
	(void)lseek(fd, 0, SEEK_SET);
}

static void
print_file(const char *path, const struct stat *status)
{
	const int fd = open(path, O_RDONLY | O_NOFOLLOW);
	char digest[DIGEST_TEXT_ROOM];

	if (fd == -1)
		fail(path);
	print_pieces(fd, status->st_size);
	if (digest_of_descriptor(fd, digest) == -1)
		fail(path);
	printf(" %s", digest);
	(void)close(fd);
}

static void
print_entry(struct listing *listing, const char *path,
    const struct stat *status)
{
	char target[PATH_MAX];

	printf("%s %06o %lld:%lld %lld", path, (unsigned)status->st_mode,
	    (long long)status->st_uid, (long long)status->st_gid,
	    (long long)status->st_mtim.tv_sec);
	if (!listing->seconds)
		printf(".%09ld", (long)status->st_mtim.tv_nsec);
	if (S_ISREG(status->st_mode)) {
		printf(" %lld =%s", (long long)status->st_size,
		    first_name(listing, path, status));
		print_file(path, status);
	} else if (S_ISLNK(status->st_mode)) {
		const ssize_t length = readlink(path, target, sizeof(target));

		if (length == -1)
			fail(path);
		printf(" -> %.*s", (int)length, target);
	}
	printf("\n");
}

static void
list(struct listing *listing, const char *path)
{
	struct dirent **items;
	struct stat status;

	if (lstat(path, &status) == -1)
		fail(path);
	print_entry(listing, path, &status);
	if (!S_ISDIR(status.st_mode))
		return;
	const int count = scandir(path, &items, NULL, alphasort);

	if (count == -1)
		fail(path);
	for (int i = 0; i < count; i++) {
		const char *name = items[i]->d_name;
		const size_t room = strlen(path) + strlen(name) + 2;
		char *below = malloc(room);

		if (below == NULL)
			fail("memory");
		(void)snprintf(below, room, "%s/%s", path, name);
		if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
			list(listing, below);
		free(below);
		free(items[i]);
	}
	free(items);
}

int
main(int argc, char **argv)
{
	struct listing listing = { 0 };

	if (argc > 1 && strcmp(argv[1], "-s") == 0) {
		listing.seconds = true;
		argv++;
		argc--;
	}
	if (argc != 2 || chdir(argv[1]) == -1)
		fail("usage: treelist [-s] DIRECTORY");
	list(&listing, ".");
	while (listing.names != NULL) {
		struct name *next = listing.names->next;

		free(listing.names->path);
		free(listing.names);
		listing.names = next;
	}
	return (fflush(stdout) == 0 ? 0 : 1);
}
