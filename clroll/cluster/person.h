#ifndef CLROLL_CLUSTER_PERSON_H
#define CLROLL_CLUSTER_PERSON_H

#include <stddef.h>

struct context;
struct execution;
struct failure;
struct plan;
struct values;

/*
 * A person who is the cluster software: what a run asks of it is done by him,
 * and he says so to clroll, not to each node.  The nodes remember it, each for
 * itself, for they ask their own adapter.
 */

/*
 * Lets each step of plan whose act is one of the verbs of person, the word
 * behind so many of its prefix, wait until a person has confirmed that it is
 * so, by the words of person, in which $1 and $2 stand for the verb's
 * arguments; then the adapter's verb "did" remembers it.  Nothing is waited for
 * behind that, nor when such a step is put back: he who does it says it there,
 * too, if its undo is such a verb as well.  Pure.
 */
void
person_ask(const struct values *person, size_t prefix, struct plan *plan);

/*
 * Tells all nodes what a person confirms by the command of execution, which
 * takes a run up, of the step that it was left at, if that has asked for it:
 * what was to be done there, or that it was put back, which only who takes up
 * the run by name can say of it.  It stands in the journal before, so what an
 * earlier call has not told to all is told once more, also on the way back,
 * which begins with what a person has done.  What he decides of the step, that
 * it is done or put back, they are told as well.
 * Returns 0, also when there is nothing to tell, or -1 with why set: when a
 * node cannot be told, or when such a step was begun and nobody has ever
 * confirmed it (NEEDS_PERSON).  Blocks.
 */
int
person_tell(struct context *context, const struct execution *execution,
    struct failure *why);

#endif
