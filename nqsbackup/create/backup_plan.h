#ifndef NQSBACKUP_CREATE_BACKUP_PLAN_H
#define NQSBACKUP_CREATE_BACKUP_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "../archive/tar_header.h"
#include "../tree/entry.h"

struct member_batch;
struct traits_pool;
struct walk_sight;

/*
 * Entries that one thread reads into one member by itself.  It does so only as
 * long as each is just what it was when it was looked at, and nothing goes
 * wrong; with the first of which that is not so it ends, and that one and all
 * behind it are left to who made the plan.
 */

/* A directory that is kept open; several entries lie in it. */
struct backup_place {
	int		 fd;
	int		 origin;	/* that it is a copy of */
	const char	*path;		/* begins with its name ... */
	size_t		 length;	/* ... of this length */
};

struct backup_item {
	struct entry		 entry;	/* at: from the member's beginning */
	size_t			 place;	/* where it lies, a number */
	const char		*name;	/* there */
	const char		*link;	/* that it is a further name of */
	bool			 near;	/* that is here: its item's number */
	struct timespec		 changed;	/* its ctime */
	bool			 whole;	/* no holes, for sure */
};

struct backup_plan {
	struct backup_item	*items;
	size_t			 count;
	size_t			 room;
	size_t			 size;	/* a guess, by whoever adds items */
	size_t			 taken;	/* by the thread */
	enum tar_format		 format;
	struct traits_pool	*traits;	/* of those taken */
	struct backup_place	*places;
	size_t			 place_count;
	size_t			*open_count;	/* places of all plans */
};

/* How many directories a plan should have at most. */
enum { BACKUP_PLAN_PLACES = 64 };

/* Returns how many directories all plans may keep open. */
size_t
backup_plan_open_limit(void);

/*
 * Returns a plan without entries; never NULL.  Counts in *open_count, which is
 * borrowed, what it keeps open.
 */
struct backup_plan *
backup_plan_make(enum tar_format format, size_t *open_count);

/* Frees plan, which is a struct backup_plan. */
void
backup_plan_free(void *plan);

/*
 * Adds what is seen and takes its entry.  link is the name, kept by others,
 * that an ENTRY_LINK is a further name of.  Returns 0, or -1 with errno set
 * when its directory cannot be kept open.
 */
int
backup_plan_add(struct backup_plan *plan, const struct walk_sight *sight,
    const char *link);

/* Returns the open directory in which the item number lies. */
int
backup_plan_directory(const struct backup_plan *plan, size_t number);

/* As those of struct member_batch_source; cookie is not used. */
void *
backup_plan_make_tools(const void *cookie);
void
backup_plan_free_tools(void *tools);
void
backup_plan_fill(void *tools, struct member_batch *batch);

#endif
