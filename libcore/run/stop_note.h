#ifndef LIBCORE_RUN_STOP_NOTE_H
#define LIBCORE_RUN_STOP_NOTE_H

struct jsonline;

/*
 * A file beside the journal of a run, by which the verb stop tells the run who
 * asks: the signal that asks cannot.  Without it a run stops all the same.
 */

/*
 * Notes for the run of journal that this process asks it to stop; not while
 * there is no folder for it, for then the run ends before it begins.
 */
void
stop_note_write(const char *journal);

/*
 * Adds what the note says to record, if nobody else could have written it, see
 * trust_check(), and removes it.
 */
void
stop_note_take(const char *journal, struct jsonline *record);

/* Removes the note, if there is one. */
void
stop_note_remove(const char *journal);

#endif
