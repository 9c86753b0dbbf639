#ifndef NQSBACKUP_CREATE_CREATION_H
#define NQSBACKUP_CREATE_CREATION_H

#include <stdbool.h>
#include <stddef.h>

#include "../../libcore/base/exitcode.h"
#include "../../libcore/base/words.h"
#include "../archive/foreign_limits.h"
#include "../archive/member_batch.h"
#include "../archive/tar_header.h"
#include "hook.h"
#include "keeping.h"

struct command;
struct failure;

/* What to make, and how. */
struct creation_options {
	struct words	 sites;
	struct words	 trees;
	const char	*output;	/* NULL: into the working directory */
	int		 level;		/* as in gzip.h */
	enum member_batch_check check;
	size_t		 threads;
	enum tar_format	 format;
	bool		 live;		/* the sites may be running */
	bool		 devices;	/* are taken, too */
	struct foreign_limits limits;	/* of files with holes */
	struct keeping	 keeping;	/* of the archives before it */
	const char	*metrics;	/* a file, or NULL */
	struct hook_settings hooks;	/* sites are set by creation_run() */
};

/* Returns whether the archive goes to standard output. */
bool
creation_is_stream(const struct creation_options *options);

/*
 * Makes an archive: looks at the sites and trees that options name, writes
 * what is there into a file, reads it back, lets it appear, reports its path,
 * and removes older ones if told to; or writes it to standard output.  Returns
 * the exit code, PARTIAL when something had to be left out, with why set when
 * there is no archive.
 */
enum exitcode
creation_run(struct command *command,
    const struct creation_options *options, struct failure *why);

#endif
