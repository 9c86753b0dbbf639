#ifndef NQSBACKUP_RESTORE_RESTORE_THING_H
#define NQSBACKUP_RESTORE_RESTORE_THING_H

#include <stddef.h>
#include <stdint.h>

struct archive_reader;
struct entry;
struct failure;
struct restore_request;

/*
 * Making single things anew, in a directory into which nobody else may
 * write.
 */
struct restore_thing {
	int				 directory;
	const char			*name;	/* nothing has it yet */
	const struct restore_request	*request;
	int64_t				 uid;	/* that it gets by being made */
	int64_t				 gid;
};

/*
 * Makes entry number of the archive, which is a file, a symbolic link, a FIFO
 * or a device: data first, then owner, mode, traits and times.  Traits that
 * cannot be set are noted in the request and are no failure.  Returns 0, or
 * -1 with why set (DATA, CANNOT_WRITE, ...).
 */
int
restore_thing_make(const struct restore_thing *thing,
    struct archive_reader *reader, size_t number, struct failure *why);

/*
 * Gives the open file or directory fd the owner, mode, traits and time of
 * entry, as far as request lets it; notes traits likewise.  Returns 0, or -1
 * with errno set.
 */
int
restore_thing_set(int fd, const struct restore_request *request,
    const struct entry *entry);

/*
 * Adds a hint to why for error where a name was made in a stage, in which
 * nothing has it.
 */
void
restore_thing_explain(int error, struct failure *why);

#endif
