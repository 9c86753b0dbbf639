#ifndef NQSBACKUP_CREATE_BACKUP_FILE_H
#define NQSBACKUP_CREATE_BACKUP_FILE_H

#include <stdint.h>

struct archive_writer;
struct entry;
struct failure;
struct owners;
struct tally;
struct traits_reader;

/*
 * Reading files into an archive, also such as change meanwhile.
 */
struct backup_file;

/*
 * Returns a reader that writes to writer, has owners' names from owners and
 * traits from traits, and tells tally; all borrowed.  It leaves out files
 * with holes that come to more than room bytes: holes cost nobody anything,
 * but whoever reads them time.
 */
struct backup_file *
backup_file_make(struct archive_writer *writer, struct owners *owners,
    struct traits_reader *traits, struct tally *tally, int64_t room);

void
backup_file_free(struct backup_file *file);

/*
 * Writes the regular file entry, which lies as name in the open directory,
 * into the archive, with the attributes that it has then, up to
 * archive_writer_end(), which is left to the caller.
 * A file that changes is read again, a few times.  Returns 1, 0 when the file
 * was left out, which tally was told, or -1 with why set.
 */
int
backup_file_write(struct backup_file *file, int directory, const char *name,
    struct entry *entry, struct failure *why);

/* Tells tally when entry has flags that are not archived. */
void
backup_file_tell_flags(struct tally *tally, const struct entry *entry);

/*
 * Tells tally why an entry that was seen before is not in the archive: error
 * is an errno value, ENOENT when it vanished, ESTALE when it was replaced.
 */
void
backup_file_tell(struct tally *tally, const struct entry *entry, int error);

#endif
