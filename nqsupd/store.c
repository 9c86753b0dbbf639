#include <config.h>

#include "store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../libcore/base/digest.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/system/fileio.h"
#include "../libsite/node_config.h"
#include "package.h"

enum { CHUNK = 1 << 16 };

bool
store_name_is_plain(const char *name)
{
	if (name[0] == '\0' || name[0] == '.' || name[0] == '-' ||
	    strlen(name) > 200)
		return (false);
	for (; *name != '\0'; name++) {
		if (*name == '/' || *name <= ' ' || *name == '\x7f')
			return (false);
	}
	return (true);
}

char *
store_path(const struct node_config *config, const char *name)
{
	struct text path = { 0 };

	text_format(&path, "%s/%s", config->package.store, name);
	return (text_take(&path));
}

int
store_has(const struct node_config *config, const char *name,
    const char *digest, struct failure *why)
{
	char *path = store_path(config, name);
	char found[DIGEST_TEXT_ROOM];
	struct failure unread = { 0 };
	const int fd = fileio_open_regular(path, O_NOFOLLOW, &unread);
	int rc = -1;

	if (fd != -1 && digest_of_descriptor(fd, found) == 0)
		rc = strcmp(found, digest) == 0 ? 1 : 0;
	else if (fd != -1)
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot read '%s'", path);
	else if (errno == ENOENT)
		rc = 0;
	else
		*why = unread;
	if (fd != -1)
		fileio_close_read(fd);
	free(path);
	return (rc);
}

/*
 * Copies fd to output, the future path, or nowhere when that is -1, and
 * writes the digest of it.
 */
static int
copy(int fd, int output, const char *path, char digest[DIGEST_TEXT_ROOM],
    struct failure *why)
{
	struct digest *sum = digest_make();
	unsigned char value[DIGEST_SIZE];
	char bytes[CHUNK];
	ssize_t size;
	int rc = 0;

	while (rc == 0 && (size = fileio_read(fd, bytes,
	    sizeof(bytes))) != 0) {
		if (size == -1) {
			failure_set_errno(why, EXITCODE_FAILED, errno,
			    "cannot read the package");
			rc = -1;
			break;
		}
		digest_add(sum, bytes, (size_t)size);
		if (output == -1 ||
		    fileio_write(output, bytes, (size_t)size) == 0)
			continue;
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot write '%s'", path);
		rc = -1;
	}
	digest_end(sum, value);
	digest_show(value, digest);
	digest_free(sum);
	return (rc);
}

/* Asks the file temporary, which is to be name, what it is. */
static int
inspect(const struct node_config *config, const char *temporary,
    const char *name, struct package_facts *facts, struct failure *why)
{
	char *path = store_path(config, temporary);
	const int rc = package_inspect(config, path, facts, why);

	if (rc == -1 && why->code == EXITCODE_DATA)
		failure_set(why, EXITCODE_DATA, "'%s' is not a package",
		    name);
	free(path);
	return (rc);
}

int
store_check(const struct node_config *config, const char *temporary,
    const char *name, struct failure *why)
{
	struct package_facts facts = { 0 };
	const int rc = inspect(config, temporary, name, &facts, why);

	package_facts_release(&facts);
	return (rc);
}

/* Takes what comes into a new file. */
static int
take(const struct node_config *config, const char *name, const char *digest,
    int fd, struct failure *why)
{
	struct fileio_new file = { .fd = -1, .directory = -1 };
	char *path = store_path(config, name);
	char found[DIGEST_TEXT_ROOM];
	int rc = fileio_begin(&file, path, why);

	if (rc == 0)
		rc = copy(fd, file.fd, path, found, why);
	if (rc == 0 && strcmp(found, digest) != 0) {
		failure_set(why, EXITCODE_DATA,
		    "what came is not '%s': its digest is %s", name, found);
		rc = -1;
	}
	if (rc == 0)
		rc = store_check(config, file.temporary, name, why);
	if (rc == 0)
		rc = fileio_commit(&file, 0644, FILEIO_REPLACE, why);
	fileio_abandon(&file);
	free(path);
	return (rc == 0 ? 1 : -1);
}

int
store_receive(const struct node_config *config, const char *name,
    const char *digest, int fd, struct failure *why)
{
	char found[DIGEST_TEXT_ROOM];
	char *path = store_path(config, name);
	int rc = -1;

	if (fileio_make_directories(config->package.store, 0755, why) == -1)
		goto out;
	rc = store_has(config, name, digest, why);
	if (rc == 0)
		rc = take(config, name, digest, fd, why);
	else if (rc == 1)
		rc = copy(fd, -1, path, found, why);
out:
	free(path);
	return (rc);
}

char *
store_place(const struct node_config *config, const char *file,
    struct failure *why)
{
	const char *slash = strrchr(file, '/');
	const char *name = slash == NULL ? file : slash + 1;

	if (store_name_is_plain(name))
		return (store_path(config, name));
	failure_set(why, EXITCODE_USAGE,
	    "'%s' cannot be the name of a package", name);
	return (NULL);
}

/*
 * Refuses the file temporary, which is to be name, when it is no package, or
 * damaged.  Of what cannot be told now, the run's own check says so.
 */
static int
check_whole(const struct node_config *config, const char *temporary,
    const char *name, struct failure *why)
{
	struct package_facts facts = { 0 };
	struct failure trouble = { 0 };
	const bool is_read = inspect(config, temporary, name, &facts,
	    &trouble) == 0;

	if (is_read && facts.signature != NULL &&
	    strcmp(facts.signature, "bad") == 0)
		failure_set(&trouble, EXITCODE_DATA, "'%s' is damaged, or "
		    "its signature is wrong", name);
	package_facts_release(&facts);
	if (trouble.code != EXITCODE_DATA)
		return (0);
	*why = trouble;
	return (-1);
}

/* Writes what fd holds, which must have the digest, to a new file at place. */
static int
keep(const struct node_config *config, int fd, const char *place,
    const char *digest, struct failure *why)
{
	struct fileio_new file = { .fd = -1, .directory = -1 };
	char found[DIGEST_TEXT_ROOM];
	int rc = fileio_begin(&file, place, why);

	if (rc == 0)
		rc = copy(fd, file.fd, place, found, why);
	if (rc == 0 && strcmp(found, digest) != 0) {
		failure_set(why, EXITCODE_DATA, "'%s' is not the file any more "
		    "that was looked at: its digest was %s and is %s",
		    file.name, digest, found);
		failure_hint(why, "wait until nobody writes to it, and begin "
		    "again");
		rc = -1;
	}
	if (rc == 0)
		rc = check_whole(config, file.temporary, file.name, why);
	if (rc == 0)
		rc = fileio_commit(&file, 0644, FILEIO_REPLACE, why);
	fileio_abandon(&file);
	return (rc);
}

int
store_keep(const struct node_config *config, const char *file,
    const char *place, const char *digest, struct failure *why)
{
	int fd = -1;
	int rc = fileio_make_directories(config->package.store, 0755, why);

	if (rc == 0)
		rc = store_has(config, strrchr(place, '/') + 1, digest, why);
	if (rc != 0) {
		rc = rc == 1 ? 0 : -1;
		goto out;
	}
	fd = fileio_open_regular(file, 0, why);
	rc = fd == -1 ? -1 : keep(config, fd, place, digest, why);
out:
	if (fd != -1)
		(void)close(fd);	/* was only read */
	return (rc);
}

/*
 * Returns 1 when the file is that of the installed base package, 0 when not,
 * also when it is no package, or -1 with why set.
 */
static int
is_installed_base(const struct node_config *config, const char *file,
    struct failure *why)
{
	struct package_facts facts = { 0 };
	struct failure unread = { 0 };
	int rc = 0;

	if (package_inspect(config, file, &facts, &unread) == 0) {
		if (strcmp(facts.name, config->package.name) == 0)
			rc = package_is_installed(config, file, why);
	} else if (unread.code != EXITCODE_DATA) {
		*why = unread;
		rc = -1;
	}
	package_facts_release(&facts);
	return (rc);
}

int
store_find_installed(const struct node_config *config, struct text *path,
    struct failure *why)
{
	DIR *directory = opendir(config->package.store);
	const struct dirent *entry;
	int rc = 0;

	if (directory == NULL && errno == ENOENT)
		return (0);
	if (directory == NULL) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot read '%s'", config->package.store);
		return (-1);
	}
	while (rc == 0 && (entry = readdir(directory)) != NULL) {
		if (!store_name_is_plain(entry->d_name))
			continue;
		char *file = store_path(config, entry->d_name);

		rc = is_installed_base(config, file, why);
		if (rc == 1)
			text_add(path, file);
		free(file);
	}
	(void)closedir(directory);	/* was only read */
	return (rc);
}
