#ifndef NQSBACKUP_ARCHIVE_MEMBER_BATCH_H
#define NQSBACKUP_ARCHIVE_MEMBER_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../libcore/base/digest.h"
#include "../../libcore/base/text.h"
#include "../base/crew.h"
#include "../gzip/gzip.h"

struct failure;

/*
 * What is to become one member of an archive: its bytes, or a plan by which
 * whoever works on it gets them, and which of them are whole files, whose
 * digests are wanted.  All that costs time is done by a crew of the trade
 * member_batch_trade.
 */

struct member_batch_source;

/* A file that lies in a batch. */
struct member_batch_file {
	size_t		number;		/* of its entry, in index or plan */
	size_t		start;
	size_t		size;
	unsigned char	digest[DIGEST_SIZE];	/* after the work */
};

struct member_batch {
	void				*plan;	/* NULL: the bytes are there */
	const struct member_batch_source *source;	/* of the plan */
	int64_t				 raw;	/* of its first byte */
	size_t				 used;
	struct member_batch_file	*files;
	size_t				 file_count;
	size_t				 file_room;
	struct text			 member;	/* after the work */
	uint32_t			 crc;	/* of member */
	unsigned char			*data;	/* GZIP_MEMBER_LIMIT bytes */
};

/* Who carries plans out. */
struct member_batch_source {
	/* As those of a crew's trade. */
	void	*(*make_tools)(const void *cookie);
	void	 (*free_tools)(void *tools);
	/*
	 * Adds to batch, which is empty, the bytes that its plan tells of, up
	 * to GZIP_MEMBER_LIMIT.  Called as work() of a crew's trade is.
	 */
	void	 (*fill)(void *tools, struct member_batch *batch);
	/*
	 * Frees the plan of a batch.  Called by the thread that made it, as is
	 * all below.
	 */
	void	 (*drop)(void *plan);
	/*
	 * Told that batch, which has a plan, is packed.  Returns whether it is
	 * to be written; else it is as if nothing had been filled in.
	 */
	bool	 (*accept)(void *cookie, struct member_batch *batch);
	/*
	 * Told that batch, which has a plan, was packed and written where its
	 * raw tells.  May write more, right behind it.  Returns 0, or -1 with
	 * why set.
	 */
	int	 (*done)(void *cookie, struct member_batch *batch,
		    struct failure *why);
	void	*cookie;
};

/* Whether what was packed is unpacked again and compared. */
enum member_batch_check {
	MEMBER_BATCH_BY_LEVEL,		/* unless the level is GZIP_FAST */
	MEMBER_BATCH_UNPACKED,
	MEMBER_BATCH_TRUSTED
};

struct member_batch_settings {
	int			level;	/* as in gzip.h */
	enum member_batch_check	check;
	const struct member_batch_source *source;	/* NULL: no plans */
};

/*
 * Fills a struct member_batch if it has a plan, packs it, makes sure that it
 * unpacks to the same if told to, and digests its files; the cookie is a
 * struct member_batch_settings.
 */
extern const struct crew_trade member_batch_trade;

/* Returns an empty batch, without room for bytes; never NULL. */
struct member_batch *
member_batch_make(void);

void
member_batch_free(struct member_batch *batch);

/* Makes batch empty, with room for bytes, from raw on. */
void
member_batch_clear(struct member_batch *batch, int64_t raw);

/*
 * Makes batch empty, for the bytes that plan (NULL: none) tells of, which is
 * source's; takes plan over, and drops the one before.
 */
void
member_batch_set_plan(struct member_batch *batch,
    const struct member_batch_source *source, void *plan);

/* Says that the last size bytes are the file that is entry number. */
void
member_batch_add_file(struct member_batch *batch, size_t size, size_t number);

#endif
