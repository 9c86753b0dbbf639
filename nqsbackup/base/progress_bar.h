#ifndef NQSBACKUP_BASE_PROGRESS_BAR_H
#define NQSBACKUP_BASE_PROGRESS_BAR_H

#include <stddef.h>
#include <stdint.h>

struct command;
struct text;

/*
 * One line of a terminal that tells how far a piece of work is, how fast it
 * goes, and how long it may still take.  A thread of its own draws it ten
 * times in a second, so whoever works only counts.  Calling sequence:
 * progress_bar_make, the others in any order, progress_bar_free.  Without a
 * terminal there is no bar, NULL, which all the functions take and do nothing
 * with.
 */
struct progress_bar;

/*
 * Returns a bar for the work what ("unpacking") on total bytes, drawn from
 * now on; or NULL when command is to be quiet or stderr is no terminal.  what
 * is borrowed.  Messages may be said meanwhile, but no other program may
 * write to the terminal.
 */
struct progress_bar *
progress_bar_make(const struct command *command, const char *what,
    int64_t total);

/* Begins the work what on total bytes, from nothing, in the same line. */
void
progress_bar_turn(struct progress_bar *bar, const char *what, int64_t total);

/* Counts bytes as done.  Any thread may call it. */
void
progress_bar_add(struct progress_bar *bar, int64_t bytes);

/* Takes the bar off the terminal. */
void
progress_bar_free(struct progress_bar *bar);

enum { PROGRESS_WINDOW = 50 };		/* points: five seconds */

/* How far the work was at the last points of time; zeroed: at none. */
struct progress_window {
	int64_t	at[PROGRESS_WINDOW];	/* nanoseconds */
	int64_t	done[PROGRESS_WINDOW];	/* bytes */
	size_t	count;			/* of all that were noted */
};

/* Notes in window that done bytes were done at now.  Pure. */
void
progress_bar_note(struct progress_window *window, int64_t now, int64_t done);

/*
 * Adds to line what is shown of the work what on total bytes, of which 0
 * means that nobody knows how long it takes.  The rate is
 * that of the window, and the time left what is left at that rate; for less
 * than a second, or when nothing happens, there is none.  Pure.
 */
void
progress_bar_show(const struct progress_window *window, const char *what,
    int64_t total, struct text *line);

#endif
