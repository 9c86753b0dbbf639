#ifndef LIBCORE_RUN_HISTORY_H
#define LIBCORE_RUN_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/exitcode.h"
#include "../base/words.h"
#include "../format/journal.h"
#include "values.h"

struct failure;
struct jsonline;
struct procedure;
struct text;

/*
 * The runs of a program: one journal each, DIRECTORY/ID.jsonl.  The first
 * record, "open", holds everything that the plan was made of, so that a later
 * life of the run makes the same plan again; but what a tool's script states is
 * read out of it each time.
 */

/* What the open record of a run says, and how the run stands. */
struct history {
	char			*id;
	char			*path;		/* of the journal */
	struct journal_records	 records;
	const char		*procedure;	/* its name */
	const char		*procedure_path;
	const char		*digest;	/* of its file */
	const char		*subject;	/* the node or the cluster */
	const char		*begun;		/* when */
	struct values		 values;
	bool			 is_closed;	/* its last life ended */
	int			 exit;		/* of its last close */
	const char		*why;		/* it ended so, or NULL */
	const char		*at;		/* the step that it was for */
	const struct jsonline	*close;		/* its last one, or NULL */
	const char		*confirm;	/* what a person is to confirm
						 * there, or NULL */
	const struct jsonline	*stop;		/* who asked its last life to
						 * stop, or NULL: nobody */
};

/*
 * Adds the identifiers of all runs in directory to ids, whatever their names
 * are, the one that was last worked on at the end: its journal is the last
 * that was written.  None when there is no directory.  Returns 0, or -1 with
 * why set.
 */
int
history_list(const char *directory, struct words *ids, struct failure *why);

/*
 * Reads the run id, or the latest one when id is NULL.  A run that was killed
 * before its journal had a record was never there.  Returns 1 with history
 * filled, 0 when there is none, or -1 with why set (DATA, with a hint, when its
 * journal is damaged, USAGE when id is none).
 */
int
history_read(const char *directory, const char *id, struct history *history,
    struct failure *why);

void
history_release(struct history *history);

/*
 * Returns whether path is the journal of a run that was broken off before its
 * first record was on the disk, such as by a power cut: nothing was done then.
 */
bool
history_never_began(const char *path);

/*
 * Adds to ids the runs that never began, as history_never_began() says, later
 * than the latest one that did.  Returns 0, or -1 with why set.
 */
int
history_list_unbegun(const char *directory, struct words *ids,
    struct failure *why);

/*
 * Makes why (USAGE) say that there is no run id, or, if id is NULL, none at
 * all; of one that never began, that.  Returns USAGE.
 */
enum exitcode
history_refuse_absent(const char *directory, const char *id,
    struct failure *why);

/* Returns whether the run was done once, whatever became of it.  Pure. */
bool
history_was_done(const struct history *history);

/* Returns when the command of token was started, or NULL.  Pure. */
const char *
history_find_start(const struct history *history, const char *token);

/*
 * Makes a new identifier: time, what, and four random hexadecimal digits.  Of
 * what, a procedure's name or path, it takes the last component.  Returns it,
 * the caller's.  Reads /dev/urandom.
 */
char *
history_make_id(const char *what);

/* Returns whether id is safe as a name of a file, and not like an option. */
bool
history_id_is_good(const char *id);

/* Refuses (USAGE) to call a run id.  Returns 0, or -1 with why set. */
int
history_check_id(const char *id, struct failure *why);

/* Returns the path of the journal of run id, the caller's. */
char *
history_path(const char *directory, const char *id);

/*
 * Checks that procedure still is what the run began with; program is what a
 * person would ask how the run stands.  Returns 0, or -1 with why set (DATA).
 */
int
history_check_procedure(const struct history *history,
    const struct procedure *procedure, const char *program,
    struct failure *why);

/*
 * Lets why say what of the procedure the run of history needs to go on, or to
 * be put back.
 */
void
history_hint_procedure(const struct history *history, const char *program,
    struct failure *why);

/*
 * Lets why, unless it has a hint, say what to do about the journal path, of
 * which nobody can tell what the run did: who removes it has nothing left to go
 * by.
 */
void
history_hint_journal(const char *path, struct failure *why);

/*
 * Sets in record, which begins a life of a run, who it is that begins it: pid,
 * uid, user, the name of the login if there was one, host, and our release.
 */
void
history_sign(struct jsonline *record);

/* Adds who it is: "root (uid 0), logged in as jo, on host".  Pure. */
void
history_show_who(const struct jsonline *record, struct text *text);

/*
 * Adds, behind before, what a person said of a step in the life that begins
 * with record, if anything.  Pure.
 */
void
history_show_word(const struct jsonline *record, const char *before,
    struct text *text);

/*
 * Adds, behind before, who approved which plan for the life that begins with
 * record, if anybody did.  Pure.
 */
void
history_show_approved(const struct jsonline *record, const char *before,
    struct text *text);

/* Adds how, and by whom, what record is of was confirmed.  Pure. */
void
history_show_confirmed(const struct jsonline *record, struct text *text);

/* Adds who asked for the stop that record is of, and when.  Pure. */
void
history_show_stop(const struct jsonline *record, struct text *text);

/* Returns the open record of a new run, the caller's. */
struct jsonline *
history_open_record(const char *id, const char *subject,
    const struct procedure *procedure, const struct values *values);

#endif
