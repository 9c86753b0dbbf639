#ifndef LIBCORE_RUN_PLAN_SHOW_H
#define LIBCORE_RUN_PLAN_SHOW_H

#include <stddef.h>

struct jsonline;
struct plan;
struct plan_command;
struct text;

/* Adds the command as a person would type it, with "< FILE" for its input. */
void
plan_show_command(const struct plan_command *command, struct text *text);

/*
 * Adds step number at to text: its key and title, and below it each of
 * its commands.
 */
void
plan_show_step(const struct plan *plan, size_t at, struct text *text);

/* Returns step number at as an event "step", the caller's. */
struct jsonline *
plan_write_step(const struct plan *plan, size_t at);

#endif
