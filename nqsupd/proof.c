#include <config.h>

#include "proof.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
#include "../libcore/base/text.h"
#include "../libcore/system/fileio.h"
#include "../libsite/node_config.h"
#include "package.h"
#include "processes.h"
#include "processes_read.h"

/* Returns what of path lies below directory, or NULL when it does not. */
static const char *
below(const char *path, const char *directory)
{
	size_t length = strlen(directory);

	while (length > 0 && directory[length - 1] == '/')
		length--;
	if (strncmp(path, directory, length) != 0 || path[length] != '/')
		return (NULL);
	return (path + length + 1);
}

char *
proof_place(const char *path, const char *staging, const char *target)
{
	const char *staged = staging == NULL ? NULL : below(path, staging);
	const char *slash = staged == NULL ? NULL : strchr(staged, '/');
	struct text place = { 0 };

	if (slash == NULL || slash[1] == '\0')
		text_add(&place, path);
	else
		text_format(&place, "%s%s", target, slash);
	return (text_take(&place));
}

static int
compare_rows(const void *a, const void *b)
{
	const struct proof_row *first = a;
	const struct proof_row *second = b;

	return (strcmp(first->path, second->path));
}

/* Returns the row of path among the first count, which are sorted. */
static struct proof_row *
find_row(struct proof *proof, size_t count, char *path)
{
	const struct proof_row key = { .path = path };

	if (count == 0)
		return (NULL);
	return (bsearch(&key, proof->rows, count, sizeof(*proof->rows),
	    compare_rows));
}

void
proof_add(struct proof *proof, const struct package_files *files,
    const char *staging, const char *target)
{
	const size_t sorted = proof->count;

	for (size_t i = 0; i < files->count; i++) {
		const struct package_file *file = &files->list[i];
		char *path = proof_place(file->path, staging, target);
		struct proof_row *row = find_row(proof, sorted, path);

		if (row != NULL) {
			free(path);
		} else {
			if (proof->count == proof->room) {
				proof->room = proof->room * 2 + 64;
				proof->rows = memory_resize(proof->rows,
				    proof->room, sizeof(*proof->rows));
			}
			row = &proof->rows[proof->count++];
			*row = (struct proof_row){ .path = path,
				.rival = proof->packages };
			memcpy(row->digest, file->digest, sizeof(row->digest));
		}
		if (strcmp(row->digest, file->digest) != 0)
			row->rival = row->package;
		else if (row->rival == row->package)
			row->rival = proof->packages;
		memcpy(row->digest, file->digest, sizeof(row->digest));
		row->package = proof->packages;
		row->result = PROOF_UNKNOWN;
	}
	proof->packages++;
	if (proof->count > 0)
		qsort(proof->rows, proof->count, sizeof(*proof->rows),
		    compare_rows);
}

/* Compares one file with its row. */
static void
compare_file(struct proof_row *row)
{
	const int fd = fileio_open(AT_FDCWD, row->path, O_RDONLY | O_NONBLOCK,
	    0);
	char digest[DIGEST_TEXT_ROOM];
	struct stat status;

	if (fd == -1 && (errno == ENOENT || errno == ENOTDIR)) {
		row->result = PROOF_MISSING;
	} else if (fd == -1 || fstat(fd, &status) == -1) {
		row->result = PROOF_UNREADABLE;
	} else if (!S_ISREG(status.st_mode)) {
		row->result = PROOF_DIFFERS;
	} else if (digest_of_descriptor(fd, digest) == -1) {
		row->result = PROOF_UNREADABLE;
	} else {
		row->result = strcmp(digest, row->digest) == 0 ? PROOF_SAME :
		    PROOF_DIFFERS;
	}
	if (row->result == PROOF_UNREADABLE)
		row->error = errno;
	if (fd != -1)
		(void)close(fd);	/* was only read */
}

int
proof_compare(struct proof *proof, struct failure *why)
{
	int rc = 1;

	for (size_t i = 0; i < proof->count; i++) {
		struct proof_row *row = &proof->rows[i];

		compare_file(row);
		if (row->result == PROOF_UNREADABLE && rc != -1)
			failure_set_errno(why,
			    failure_code_of_errno(row->error), row->error,
			    "cannot read '%s'", row->path);
		if (row->result == PROOF_UNREADABLE)
			rc = -1;
		else if (row->result != PROOF_SAME && rc != -1)
			rc = 0;
	}
	return (rc);
}

int
proof_add_packages(struct proof *proof, const struct node_config *config,
    const char *const *packages, struct failure *why)
{
	for (; *packages != NULL; packages++) {
		struct package_files files = { 0 };
		const int rc = package_list(config, *packages, &files, why);

		if (rc == 0)
			proof_add(proof, &files, config->package.staging,
			    config->package.target);
		package_files_release(&files);
		if (rc == -1)
			return (-1);
	}
	return (0);
}

int
proof_of_packages(struct proof *proof, const struct node_config *config,
    const char *const *packages, struct failure *why)
{
	if (proof_add_packages(proof, config, packages, why) == -1)
		return (-1);
	return (proof_compare(proof, why));
}

/* Adds those of the processes that execute the file of row to text. */
static bool
find_users(const struct proof_row *row, const struct processes *processes,
    const struct stat *programs, struct text *text)
{
	struct stat file;
	bool found = false;

	if (stat(row->path, &file) == -1)
		return (false);
	for (size_t i = 0; i < processes->count; i++) {
		const struct processes_row *process = &processes->rows[i];

		if (programs[i].st_ino != file.st_ino ||
		    programs[i].st_dev != file.st_dev)
			continue;
		text_format(text, "%s'%s' is run by %s (pid %ld)",
		    text->length > 0 ? "; " : "", row->path,
		    process->command, (long)process->pid);
		found = true;
	}
	return (found);
}

int
proof_find_busy(const struct proof *proof, struct text *text,
    struct failure *why)
{
	const struct processes_source *source = processes_source();
	struct processes processes = { 0 };
	struct stat *programs = NULL;
	int busy = source->read(&processes, why);

	if (busy == -1)
		goto out;
	programs = memory_make(processes.count + 1, sizeof(*programs));
	for (size_t i = 0; i < processes.count; i++) {
		/* What is not known stays zeros, which are no file. */
		(void)source->program(processes.rows[i].pid, &programs[i]);
	}
	for (size_t i = 0; i < proof->count; i++) {
		if (proof->rows[i].result == PROOF_DIFFERS &&
		    find_users(&proof->rows[i], &processes, programs, text))
			busy = 1;
	}
out:
	free(programs);
	processes_release(&processes);
	return (busy);
}

bool
proof_has_trouble(const struct proof *proof, size_t at)
{
	for (size_t i = 0; i < proof->count; i++) {
		if (proof->rows[i].package == at &&
		    proof->rows[i].result != PROOF_SAME)
			return (true);
	}
	return (false);
}

void
proof_release(struct proof *proof)
{
	for (size_t i = 0; i < proof->count; i++)
		free(proof->rows[i].path);
	free(proof->rows);
	*proof = (struct proof){ 0 };
}
