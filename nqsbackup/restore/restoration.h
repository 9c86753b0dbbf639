#ifndef NQSBACKUP_RESTORE_RESTORATION_H
#define NQSBACKUP_RESTORE_RESTORATION_H

#include <stdbool.h>
#include <stddef.h>

struct archive_reader;
struct progress_bar;
struct report;
struct restore_layout;
struct restore_node;
struct restore_plan;
struct restore_record;
struct restore_request;
struct restore_ways;

/*
 * A restore at work: what all of its parts look at.
 */
struct restoration {
	int				 root;	/* the target */
	const struct restore_request	*request;
	const struct restore_plan	*plan;
	const struct restore_ways	*ways;
	const struct restore_layout	*layout;
	struct archive_reader		*reader;
	size_t				 threads;	/* that write */
	struct progress_bar		*bar;	/* counts what is written */
	struct report			*report;
	struct restore_record		*record;
	const size_t			*settings;	/* nodes of those of
							 * record */
	int				*stages;	/* its directory in each
							 * of record's places */
	size_t				*stuck;	/* is set to a node that is in
						 * a directory that cannot be
						 * made anew */
};

/*
 * Gives the open directory fd the attributes that the directory node has in
 * the target.  Returns 0, or -1 with errno set.
 */
int
restoration_copy_attributes(const struct restoration *restoration,
    const struct restore_node *node, int fd);

/* The same with those that node is to have. */
int
restoration_set_attributes(const struct restoration *restoration,
    const struct restore_node *node, int fd);

#endif
