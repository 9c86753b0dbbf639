#include <config.h>

#include "restore_move.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/compat/exchange.h"
#include "../../libcore/compat/treesync.h"
#include "../../libcore/system/beneath.h"
#include "../tree/attributes.h"
#include "restore_mounts.h"
#include "restore_permit.h"
#include "restore_record.h"

enum { NAME_ROOM = 32 };

/* The two names of a move. */
struct names {
	int		 directory;	/* in the target */
	const char	*name;
	int		 stage;
	char		 held[NAME_ROOM];	/* in the stage */
	char		 aside[NAME_ROOM];	/* there, for a while */
};

static int
refuse(struct failure *why, const char *what, const char *name)
{
	const int error = errno;

	failure_set_errno(why, failure_code_of_errno(error), error,
	    "cannot %s '%s' in the target", what, name);
	return (-1);
}

/* Returns the inode of name, or 0. */
static uint64_t
inode_of(int directory, const char *name)
{
	struct stat status;

	if (directory == -1 ||
	    fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == -1)
		return (0);
	return ((uint64_t)status.st_ino);
}

/* Opens the names of move number; directory is -1 if it is not there. */
static void
open_names(const struct restore_field *field, size_t number,
    struct names *names)
{
	const struct restore_move *move = &field->record->moves[number];

	names->directory = beneath_open_parent(field->root, move->name,
	    &names->name);
	names->stage = field->stages[move->place];
	(void)snprintf(names->held, NAME_ROOM, "%zu", number);
	(void)snprintf(names->aside, NAME_ROOM, "%zu.out", number);
}

static void
close_names(struct names *names)
{
	if (names->directory != -1)
		(void)close(names->directory);	/* a directory */
}

/*
 * Exchanges by three renames, where nothing does it at once; after a crash
 * between them the names themselves say which comes next.
 */
static int
exchange(const struct names *names)
{
	if (exchange_names(names->directory, names->name, names->stage,
	    names->held) == 0)
		return (0);
	if (errno != ENOSYS)
		return (-1);
	if (renameat(names->directory, names->name, names->stage,
	    names->aside) == -1)
		return (-1);
	if (renameat(names->stage, names->held, names->directory,
	    names->name) == 0)
		return (0);
	const int error = errno;

	/* The name is not to be missing. */
	(void)renameat(names->stage, names->aside, names->directory,
	    names->name);
	errno = error;
	return (-1);
}

/* Puts what was moved aside where it is kept. */
static int
put_aside(const struct names *names)
{
	if (renameat(names->stage, names->aside, names->stage,
	    names->held) == -1 && errno != ENOENT)
		return (-1);
	return (0);
}

/*
 * Lets the inode wanted, or nothing when it is 0, have the name in the
 * target.  Returns 0, or -1 with errno set: ESTALE when it is not there.
 */
static int
move_names(const struct names *names, uint64_t wanted)
{
	const uint64_t there = inode_of(names->directory, names->name);
	const uint64_t held = inode_of(names->stage, names->held);

	if (there == wanted)
		return (put_aside(names));
	if (wanted == 0)
		return (held != 0 ? 0 : renameat(names->directory,
		    names->name, names->stage, names->held));
	if (held != wanted) {
		errno = ESTALE;
		return (-1);
	}
	const int rc = there != 0 ? exchange(names) :
	    renameat(names->stage, names->held, names->directory,
	    names->name);

	return (rc == -1 ? -1 : put_aside(names));
}

static uint64_t
wanted_by(const struct restore_move *move, enum restore_direction direction)
{
	return (direction == RESTORE_FORTH ? move->fresh : move->old);
}

/*
 * Whether move, on its way forth, meets something else than what was there
 * when it was noted, or will be there.
 */
static bool
is_other(const struct names *names, const struct restore_move *move)
{
	const uint64_t there = inode_of(names->directory, names->name);

	if (there == move->fresh || there == move->old)
		return (false);
	/* A crash between the renames of an exchange. */
	return (there != 0 || inode_of(names->stage, names->aside) !=
	    move->old);
}

/*
 * Whether all of move, in direction, was done before: then the stage holds
 * what goes, whatever came to the name since.
 */
static bool
is_done(const struct names *names, const struct restore_move *move,
    enum restore_direction direction)
{
	return (inode_of(names->stage, names->aside) == 0 &&
	    inode_of(names->stage, names->held) ==
	    (direction == RESTORE_FORTH ? move->old : move->fresh));
}

/* As move_names(), but does not touch what came in between. */
static int
move_known(const struct names *names, const struct restore_move *move,
    enum restore_direction direction)
{
	if (is_done(names, move, direction))
		return (0);
	if (direction == RESTORE_FORTH && is_other(names, move)) {
		errno = ESTALE;
		return (-1);
	}
	return (move_names(names, wanted_by(move, direction)));
}

static int
move_one(struct restore_field *field, size_t number,
    enum restore_direction direction, struct failure *why)
{
	const struct restore_move *move = &field->record->moves[number];
	const uint64_t wanted = wanted_by(move, direction);
	struct names names;

	open_names(field, number, &names);
	int rc = names.directory == -1 ? (wanted == 0 ? 0 : -1) :
	    move_known(&names, move, direction);

	if (rc == -1 && errno == EACCES && restore_permit(field->root,
	    names.stage, field->record, number))
		rc = move_known(&names, move, direction);
	if (rc == -1) {
		if (errno == EXDEV)
			field->crossing = number;
		(void)refuse(why, "exchange", move->name);
	}
	close_names(&names);
	return (rc);
}

bool
restore_move_is_due(const struct restore_field *field, size_t number,
    enum restore_direction direction)
{
	struct names names;

	open_names(field, number, &names);
	const bool due = inode_of(names.directory, names.name) !=
	    wanted_by(&field->record->moves[number], direction);

	close_names(&names);
	return (due);
}

/*
 * Opens the directory of setting, which who may write above it could have put
 * another one for.
 */
static int
open_known(int root, const struct restore_setting *setting)
{
	const int fd = beneath_open_directory(root, setting->name);
	struct stat status;

	if (fd == -1 || setting->inode == 0 || (fstat(fd, &status) == 0 &&
	    (uint64_t)status.st_ino == setting->inode))
		return (fd);
	(void)close(fd);		/* a directory */
	errno = ESTALE;
	return (-1);
}

static int
set_one(const struct restore_field *field, size_t number,
    enum restore_direction direction, struct failure *why)
{
	const struct restore_setting *setting =
	    &field->record->settings[number];
	char pattern[NAME_ROOM];
	int rc = -1;

	(void)snprintf(pattern, sizeof(pattern), "%zu.%s",
	    field->record->move_count + number,
	    direction == RESTORE_FORTH ? "new" : "old");
	const int from = beneath_open_directory(field->stages[setting->place],
	    pattern);

	/* It is no directory this way round. */
	if (from == -1 && errno == ENOENT)
		return (0);
	const int to = open_known(field->root, setting);

	if (from != -1 && to != -1)
		rc = attributes_copy(from, to);
	if (rc == -1)
		(void)refuse(why, "set the attributes of", setting->name);
	if (from != -1)
		(void)close(from);	/* a directory */
	if (to != -1)
		(void)close(to);	/* a directory */
	return (rc);
}

int
restore_move_check(const struct restore_field *field,
    enum restore_direction direction, struct failure *why)
{
	const struct restore_record *record = field->record;

	for (size_t i = 0; i < record->move_count; i++) {
		struct names names;

		open_names(field, i, &names);
		const bool done = is_done(&names, &record->moves[i],
		    direction);

		close_names(&names);
		if (!done && restore_mounts_check(field->root,
		    record->moves[i].name, why) == -1)
			return (-1);
	}
	return (0);
}

/* Backwards it is the other way round in all. */
static size_t
turn(size_t number, size_t count, enum restore_direction direction)
{
	return (direction == RESTORE_FORTH ? number : count - 1 - number);
}

/* Does all that the record says, and makes it durable. */
static int
move_all(struct restore_field *field, enum restore_direction direction,
    struct failure *why)
{
	const struct restore_record *record = field->record;

	for (size_t i = 0; i < record->move_count; i++) {
		if (move_one(field, turn(i, record->move_count, direction),
		    direction, why) == -1)
			return (-1);
	}
	/* Whatever is moved changes the times of directories. */
	for (size_t i = 0; i < record->setting_count; i++) {
		if (set_one(field, turn(i, record->setting_count, direction),
		    direction, why) == -1)
			return (-1);
	}
	for (size_t i = 0; i < record->places.count; i++) {
		if (treesync(field->stages[i]) == -1)
			return (refuse(why, "make durable what lies in",
			    record->places.list[i]));
	}
	return (0);
}

int
restore_move_all(struct restore_field *field,
    enum restore_direction direction, struct failure *why)
{
	struct failure second;

	if (move_all(field, direction, why) == 0)
		return (0);
	const size_t crossing = field->crossing;
	const int rc = move_all(field, direction == RESTORE_FORTH ?
	    RESTORE_BACKWARD : RESTORE_FORTH, &second);

	field->crossing = crossing;
	if (rc == 0)
		return (-1);
	why->code = EXITCODE_NEEDS_PERSON;
	failure_hint(why, "nor can it be put back: %.300s", second.message);
	return (-1);
}
