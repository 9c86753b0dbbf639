#ifndef NQSBACKUP_ARCHIVE_ARCHIVE_READER_H
#define NQSBACKUP_ARCHIVE_ARCHIVE_READER_H

#include <stddef.h>
#include <stdint.h>

struct failure;
struct foreign_limits;
struct index;
struct index_members;
struct progress_bar;
struct tally;
struct tar_sink;

/*
 * Reads an archive.  Nothing in it is believed: the index is checked when
 * the archive is opened, and an entry's header is compared with the one that
 * the index makes, its data with its digest.  Every damage is a failure
 * (DATA).  A tar that another program made is read through when it is opened,
 * and has from then on an index as ours have (foreign_archive.h).  Calling
 * sequence: archive_reader_open, then any of the others in any order,
 * archive_reader_close.
 *
 * A reader is for one thread.  More threads read the same archive through
 * readers that archive_reader_share makes, each the entries of one
 * archive_reader_part at a time.
 */
struct archive_reader;

/* What a reader found of an archive that says how far it can be trusted. */
enum archive_reader_proof {
	ARCHIVE_READER_DIGESTS,		/* ours: all of it can be checked */
	ARCHIVE_READER_CHECKSUMS,	/* gzip's, of all that is in it */
	ARCHIVE_READER_STRUCTURE	/* the headers' only */
};

/* How much is read of an archive when it is opened. */
enum archive_reader_depth {
	ARCHIVE_READER_NAMES,
	ARCHIVE_READER_ENTRIES,
	ARCHIVE_READER_ALL
};

/*
 * Opens the archive path, "-" for standard input, which is copied into a
 * temporary file when it is not a file itself, and reads its index, or all of
 * one that another program made, which may hold what limits say.  What
 * of that cannot be taken in is told to tally.  Returns the reader, or NULL
 * with why set.
 */
struct archive_reader *
archive_reader_open(const char *path, const struct foreign_limits *limits,
    struct tally *tally, struct failure *why);

/*
 * The same, but reads no more of an archive of ours than depth.  With NAMES
 * entries have nothing but names, and archive_reader_index is all that may be
 * called; with ENTRIES they have no digests, and archive_reader_entry, too,
 * which finds the one that it needs.
 */
struct archive_reader *
archive_reader_look(const char *path, const struct foreign_limits *limits,
    enum archive_reader_depth depth, struct tally *tally,
    struct failure *why);

/*
 * The same with ENTRIES, for the one file name: of an archive of ours no
 * other entry need be in the index.
 */
struct archive_reader *
archive_reader_find(const char *path, const struct foreign_limits *limits,
    const char *name, struct tally *tally, struct failure *why);

/*
 * Like archive_reader_open for the open file fd, borrowed, which messages call
 * name, and which has to be one of ours.  Without a name they leave it to the
 * caller to say which archive it is.
 */
struct archive_reader *
archive_reader_start(int fd, const char *name, struct failure *why);

/* The file of an archive of ours that was just written. */
struct archive_reader_file {
	int				 fd;	/* borrowed */
	const char			*name;	/* in messages */
	const struct index_members	*members;	/* that were written */
};

/*
 * Reads every byte of file by as many threads as told (1 to CREW_LIMIT), and
 * compares them with the checksums that were taken before they were written:
 * for an archive of which each member was unpacked and compared with its
 * origin when it was made.  The index has to be a lawful one that tells of
 * just those members.  Returns 0, or -1 with why set.
 */
int
archive_reader_check_written(const struct archive_reader_file *file,
    size_t threads, struct failure *why);

/*
 * Returns another reader of the archive that reader has open, for one other
 * thread; never NULL.  It is to be closed before reader.  Any thread may call
 * this.
 */
struct archive_reader *
archive_reader_share(const struct archive_reader *reader);

void
archive_reader_close(struct archive_reader *reader);

/* Returns the index; it belongs to reader. */
const struct index *
archive_reader_index(const struct archive_reader *reader);

/* Returns what can be proved of the archive. */
enum archive_reader_proof
archive_reader_proof(const struct archive_reader *reader);

/*
 * Reads the entry number, whatever kind it is, and gives its data to sink
 * (NULL: nobody).  Returns 0 when header, data and digest are as the index
 * says, else -1 with why set; sink has seen data then that is not to be
 * used.
 */
int
archive_reader_entry(struct archive_reader *reader, size_t number,
    const struct tar_sink *sink, struct failure *why);

/*
 * Returns how many entries, from number first on, at least one, are unpacked
 * together: no entry behind them needs what is unpacked for them.  Entry 0
 * begins such a part, and the one behind a part begins the next.  What
 * another program made is all one part.
 */
size_t
archive_reader_part(const struct archive_reader *reader, size_t first);

/* Returns how many bytes the archive is when it is unpacked, 0: not known. */
int64_t
archive_reader_span(const struct archive_reader *reader);

/*
 * Lets bar, borrowed, count what archive_reader_verify() reads of the span.
 */
void
archive_reader_watch(struct archive_reader *reader,
    struct progress_bar *bar);

/*
 * Reads everything, by as many threads as told (1 to CREW_LIMIT), and checks
 * that every byte of the archive is one that the index asks for; one that
 * another program made was read already.  The reader need not have been opened
 * with the digests.  Returns 0, or -1 with why set: the manifest, or else what
 * is wrong first in the order of the archive.
 */
int
archive_reader_verify(struct archive_reader *reader, size_t threads,
    struct failure *why);

#endif
