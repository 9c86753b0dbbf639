#ifndef NQSBACKUP_CREATE_METRICS_H
#define NQSBACKUP_CREATE_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../libcore/base/exitcode.h"

struct failure;
struct text;

/*
 * What is told of a backup to Prometheus, by a file for the textfile collector
 * of its node_exporter.
 */
struct metrics {
	const char	*site;		/* the label */
	int64_t		 ended;		/* clock_wall() */
	int64_t		 duration;	/* nanoseconds */
	enum exitcode	 code;
	size_t		 troubles;
	bool		 made;		/* there is an archive: */
	size_t		 entries;
	int64_t		 data;		/* bytes of all files */
	int64_t		 size;		/* of the archive; 0: not known */
};

/*
 * Adds to text the content of the file.  old is what it was before, from which
 * the time of the last success is taken when this was none.  Pure.
 */
void
metrics_show(const struct metrics *metrics, const char *old,
    struct text *text);

/*
 * Lets the file path appear, readable for all.  Returns 0, or -1 with why set.
 */
int
metrics_write(const struct metrics *metrics, const char *path,
    struct failure *why);

#endif
