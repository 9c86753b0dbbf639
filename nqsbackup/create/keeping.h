#ifndef NQSBACKUP_CREATE_KEEPING_H
#define NQSBACKUP_CREATE_KEEPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct failure;
struct words;

/*
 * Which archives to keep.  Each rule chooses by itself, from the newest good
 * archive on, and what any of them chooses is kept.  Pure.
 */

enum keeping_rule {
	KEEPING_LAST,			/* the newest */
	KEEPING_DAYS,			/* less old than the newest by so many
					 * days of 24 hours */
	KEEPING_DAILY,		/* the newest of each day that has any,
					 * in UTC */
	KEEPING_WEEKLY,		/* weeks begin on Monday */
	KEEPING_MONTHLY,
	KEEPING_COUNT
};

/* How many each rule keeps; 0: it was not asked for. */
struct keeping {
	int64_t	keep[KEEPING_COUNT];
};

/* One archive. */
struct keeping_item {
	int64_t		created;	/* as clock_wall() gives it */
	bool		good;		/* others are neither counted nor
					 * removed */
	unsigned	rules;		/* that keep it: a bit for each */
};

/* The options by which the verbs let the rules be set. */
enum { KEEPING_OPTION = 2100 };

#define KEEPING_ROWS \
	{ KEEPING_OPTION + KEEPING_LAST, "keep-last", "N", \
	    "keep the last N archives" }, \
	{ KEEPING_OPTION + KEEPING_DAYS, "keep-days", "N", \
	    "keep those of the N days before the last" }, \
	{ KEEPING_OPTION + KEEPING_DAILY, "keep-daily", "N", \
	    "keep the last of each of N days" }, \
	{ KEEPING_OPTION + KEEPING_WEEKLY, "keep-weekly", "N", \
	    "keep the last of each of N weeks" }, \
	{ KEEPING_OPTION + KEEPING_MONTHLY, "keep-monthly", "N", \
	    "keep the last of each of N months" }

/* Returns whether letter is one of KEEPING_ROWS. */
bool
keeping_is_option(int letter);

/*
 * Takes the option letter, one of KEEPING_ROWS.  Returns 0, or -1 with why
 * set (USAGE).
 */
int
keeping_take(struct keeping *keeping, int letter, const char *argument,
    struct failure *why);

/* Returns whether any rule was asked for. */
bool
keeping_is_set(const struct keeping *keeping);

/*
 * Decides about the count items of one series, which are sorted, the newest
 * first: sets rules of each.  A good one with none is to be removed; without
 * any rule there is no such one.
 */
void
keeping_decide(const struct keeping *keeping,
    struct keeping_item *items, size_t count);

/* Adds the names of rules, "last", "daily", to names. */
void
keeping_name(unsigned rules, struct words *names);

#endif
