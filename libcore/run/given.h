#ifndef LIBCORE_RUN_GIVEN_H
#define LIBCORE_RUN_GIVEN_H

struct failure;
struct procedure;
struct values;
struct words;

/*
 * What a person gives a procedure, beside the facts that are found out.  All
 * of this is pure.
 */

/*
 * Adds given, the operands NAME=VALUE, to values.  Returns 0, or -1 with why
 * set (USAGE) when one has the name of a fact: facts are found out, and a run
 * that was told other ones would do its steps in the wrong place.
 */
int
given_add(const struct values *given, const struct words *facts,
    struct values *values, struct failure *why);

/*
 * Checks that values has every parameter of procedure, and nothing that is
 * neither parameter nor fact.  Returns 0, or -1 with why set (USAGE).
 */
int
given_check(const struct values *values, const struct procedure *procedure,
    const struct words *facts, struct failure *why);

#endif
