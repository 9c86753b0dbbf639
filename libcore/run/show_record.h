#ifndef LIBCORE_RUN_SHOW_RECORD_H
#define LIBCORE_RUN_SHOW_RECORD_H

struct jsonline;
struct report;

/*
 * Writes a record of a run's journal to report: as JSON the record itself, as
 * text a line for people, or nothing for a record that says nothing to them.
 */
void
show_record(struct report *report, const struct jsonline *record);

#endif
