#ifndef NQSUPD_WORD_H
#define NQSUPD_WORD_H

struct execution;
struct failure;
struct words;

/*
 * A person's word that a step is done, or was put back, where what verifies
 * the step can be asked as well.
 */
struct word {
	const struct execution	*execution;	/* that is to begin by it */
	const char		*path;		/* of the step's programs */
	const struct words	*environment;	/* of them */
};

/*
 * Refuses (FAILED) the word if what verifies its step says clearly that it is
 * not so, unless the person insists on it, or leaves the run as it is.  Returns
 * 0, or -1 with why set.  Forks, and blocks for as long as the step's timeout
 * at most.
 */
int
word_check(const struct word *word, struct failure *why);

#endif
