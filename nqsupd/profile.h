#ifndef NQSUPD_PROFILE_H
#define NQSUPD_PROFILE_H

#include <stddef.h>

/*
 * Looks in text, a start-up file of a login shell or /etc/environment, from
 * line number from on for one that assigns to the variable name: NAME=...,
 * also behind other words, or "setenv NAME".  Comments do not count.  This
 * is a plain look at words: it does not know whether the line is ever
 * reached.  Returns the number of the line, from 1, or 0 when there is none.
 * Pure.
 */
size_t
profile_find_assignment(const char *text, const char *name, size_t from);

#endif
