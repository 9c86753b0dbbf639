#ifndef LIBCORE_RUN_VALUES_H
#define LIBCORE_RUN_VALUES_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/words.h"

struct failure;
struct jsonline;

/*
 * The parameters and facts that a procedure is filled in with: names, each
 * with a list of strings.  A zeroed struct values is empty.  All of this is
 * pure.
 */
struct value {
	char		*name;
	struct words	 words;
};

struct values {
	struct value	*list;
	size_t		 count;
};

void
values_release(struct values *values);

/* Sets name to the one string value, replacing what it was. */
void
values_set(struct values *values, const char *name, const char *value);

/* Adds value to the list of name; with NULL makes sure that name is there. */
void
values_add(struct values *values, const char *name, const char *value);

/*
 * Takes an operand of a command line if it is NAME=VALUE, with no slash in the
 * name: adds the value.  Returns whether it was.
 */
bool
values_add_operand(struct values *values, const char *operand);

/* Adds all of more, replacing what has the same name. */
void
values_merge(struct values *values, const struct values *more);

/* Returns the list of name, or NULL. */
const struct words *
values_find(const struct values *values, const char *name);

/* Returns the one value of name, or NULL when it has none or several. */
const char *
values_single(const struct values *values, const char *name);

/*
 * Adds one word of a procedure, filled in, to argv: $name and ${name} stand
 * for the one value of name, $$ for a dollar sign, and the whole word
 * "$name..." for as many words as name has values.  A value never becomes
 * more than the word it stands in.  Returns 0, or -1 with why set (CONFIG)
 * for a name that has no value, or several where one is needed.
 */
int
values_expand(const struct values *values, const char *word,
    struct words *argv, struct failure *why);

/*
 * Checks that word uses only names out of known, and is well-formed.  Returns
 * 0, or -1 with why set (CONFIG).
 */
int
values_check(const struct words *known, const char *word,
    struct failure *why);

/*
 * Returns whether a condition holds: "name=value" (it is one of its values),
 * "name!=value" (it is none of them), or "name" (one of them is not empty).
 * A name without value equals "".
 */
bool
values_hold(const struct values *values, const char *condition);

/* Returns values as an object of arrays, and the other way round. */
struct jsonline *
values_write(const struct values *values);
void
values_read(const struct jsonline *line, struct values *values);

#endif
