#include <config.h>

#include "restore_thing.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/compat/device.h"
#include "../../libcore/system/fileio.h"
#include "../archive/archive_reader.h"
#include "../archive/index.h"
#include "../archive/tar_reader.h"
#include "../tree/traits_disk.h"
#include "restore_attributes.h"
#include "restore_owners.h"
#include "restore_plan.h"
#include "restore_request.h"

/* A file in the making, and where the next byte would go. */
struct output {
	int	fd;
	int64_t	at;
};

void
restore_thing_explain(int error, struct failure *why)
{
	if (error == EEXIST)
		failure_hint(why, "two names in it are one to the target's "
		    "file system: do they differ only by case?");
}

static int
refuse(const struct entry *entry, struct failure *why)
{
	const int error = errno;

	failure_set_errno(why, failure_code_of_errno(error), error,
	    "cannot restore '%s'", entry->name);
	restore_thing_explain(error, why);
	return (-1);
}

/* The access time is the present; the modification time is entry's. */
static void
set_times(struct timespec times[2], const struct entry *entry)
{
	times[0].tv_sec = 0;
	times[0].tv_nsec = UTIME_NOW;
	times[1] = entry_mtime(entry);
}

/* Whether the owners of entry are to be set, for it was made with others. */
static bool
needs_owners(const struct restore_thing *thing, const struct entry *entry)
{
	return (thing->request->privileged &&
	    (restore_owners_user(thing->request->owners, entry) !=
	    thing->uid ||
	    restore_owners_group(thing->request->owners, entry) !=
	    thing->gid));
}

/* Notes that not all of entry's extended attributes are there: error. */
static void
note_loss(const struct restore_request *request, const struct entry *entry,
    int error)
{
	if (error != 0)
		*restore_attributes_lost(request, entry) = error;
}

static int
set_owners(int fd, const struct restore_request *request,
    const struct entry *entry)
{
	return (fchown(fd,
	    (uid_t)restore_owners_user(request->owners, entry),
	    (gid_t)restore_owners_group(request->owners, entry)));
}

/* Sets all but the owners, which are set. */
static int
set_rest(int fd, const struct restore_request *request,
    const struct entry *entry)
{
	struct timespec times[2];

	set_times(times, entry);
	if (fchmod(fd, (mode_t)restore_attributes_mode(request, entry)) == -1)
		return (-1);
	note_loss(request, entry, traits_disk_set(fd, &request->rule, entry));
	return (futimens(fd, times));
}

int
restore_thing_set(int fd, const struct restore_request *request,
    const struct entry *entry)
{
	/* A change of the owner clears the set-id bits of the mode. */
	if (request->privileged && set_owners(fd, request, entry) == -1)
		return (-1);
	return (set_rest(fd, request, entry));
}

static int
take_data(void *cookie, int64_t offset, const void *bytes, size_t size,
    struct failure *why)
{
	struct output *output = cookie;

	if ((output->at != offset &&
	    lseek(output->fd, (off_t)offset, SEEK_SET) == -1) ||
	    fileio_write(output->fd, bytes, size) == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot write into the target");
		return (-1);
	}
	output->at = offset + (int64_t)size;
	return (0);
}

/* Fills the new file fd.  Returns 0, or -1 with why set. */
static int
fill_file(int fd, const struct restore_thing *thing,
    struct archive_reader *reader, size_t number, struct failure *why)
{
	const struct entry *entry =
	    &archive_reader_index(reader)->entries.list[number];
	struct output output = { .fd = fd };
	const struct tar_sink sink = { take_data, &output };

	if (archive_reader_entry(reader, number, &sink, why) == -1)
		return (-1);
	if ((entry_is_sparse(entry) &&
	    ftruncate(fd, (off_t)entry->size) == -1) ||
	    (needs_owners(thing, entry) &&
	    set_owners(fd, thing->request, entry) == -1) ||
	    set_rest(fd, thing->request, entry) == -1)
		return (refuse(entry, why));
	return (0);
}

static int
make_file(const struct restore_thing *thing, struct archive_reader *reader,
    size_t number, struct failure *why)
{
	const struct entry *entry =
	    &archive_reader_index(reader)->entries.list[number];
	const int fd = fileio_open(thing->directory, thing->name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, S_IRUSR | S_IWUSR);

	if (fd == -1)
		return (refuse(entry, why));
	const int rc = fill_file(fd, thing, reader, number, why);

	if (close(fd) == -1 && rc == 0)
		return (refuse(entry, why));
	return (rc);
}

/* Sets what can be set by name only: of all but files. */
static int
set_by_name(const struct restore_thing *thing, const struct entry *entry)
{
	struct timespec times[2];

	set_times(times, entry);
	if (needs_owners(thing, entry) && fchownat(thing->directory,
	    thing->name,
	    (uid_t)restore_owners_user(thing->request->owners, entry),
	    (gid_t)restore_owners_group(thing->request->owners, entry),
	    AT_SYMLINK_NOFOLLOW) == -1)
		return (-1);
	/* The name is what was just made, for nobody else may come here. */
	if (entry->kind != ENTRY_SYMLINK && fchmodat(thing->directory,
	    thing->name, (mode_t)restore_attributes_mode(thing->request, entry),
	    0) == -1)
		return (-1);
	note_loss(thing->request, entry, traits_disk_set_at(thing->directory,
	    thing->name, &thing->request->rule, entry));
	return (utimensat(thing->directory, thing->name, times,
	    AT_SYMLINK_NOFOLLOW));
}

/* Makes what has no data. */
static int
make_node(const struct restore_thing *thing, const struct entry *entry)
{
	if (entry_is_device(entry->kind))
		return (device_make(thing->directory, thing->name,
		    entry->kind == ENTRY_BLOCK ? DEVICE_BLOCK :
		    DEVICE_CHARACTER, entry->content.device.major,
		    entry->content.device.minor));
	if (entry->kind == ENTRY_FIFO)
		return (mkfifoat(thing->directory, thing->name,
		    S_IRUSR | S_IWUSR));
	return (symlinkat(entry->content.target, thing->directory,
	    thing->name));
}

static int
make_plain(const struct restore_thing *thing, const struct entry *entry,
    struct failure *why)
{
	if (make_node(thing, entry) == -1 || set_by_name(thing, entry) == -1)
		return (refuse(entry, why));
	return (0);
}

int
restore_thing_make(const struct restore_thing *thing,
    struct archive_reader *reader, size_t number, struct failure *why)
{
	const struct entry *entry =
	    &archive_reader_index(reader)->entries.list[number];

	if (entry->kind == ENTRY_FILE)
		return (make_file(thing, reader, number, why));
	return (make_plain(thing, entry, why));
}
