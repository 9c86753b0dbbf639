#ifndef LIBCORE_RUN_SHOW_RECORD_H
#define LIBCORE_RUN_SHOW_RECORD_H

struct jsonline;
struct report;

/*
 * Writes a record of a run's journal to report: as JSON the record itself, as
 * text a line for people, or nothing for a record that says nothing to them.
 * To people a quiet report says only what goes wrong: the step that failed,
 * with what it said, the way back, and how the run ends if it is not done; one
 * that is quieter says nothing, for the message on stderr does.
 */
void
show_record(struct report *report, const struct jsonline *record);

#endif
