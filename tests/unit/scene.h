#ifndef TESTS_UNIT_SCENE_H
#define TESTS_UNIT_SCENE_H

#include "world.h"

/*
 * A world in which trouble comes where a test says, and whose trace is what
 * the test expects: "begin a, run a, verify a, end a done".
 */

/* What goes wrong, in this order: fault when what is about to be done. */
struct trouble {
	const char	*what;
	enum fault	 fault;
};

struct scene {
	struct world		 world;
	const struct trouble	*next;
};

/* Begins, with troubles up to one whose what is NULL; NULL: none. */
void
scene_open(struct scene *scene, const struct trouble *troubles);

/* Lives once and expects that trace of it. */
void
scene_expect(struct scene *scene, const char *trace);

/* The same after a person has decided word. */
void
scene_expect_decided(struct scene *scene, const char *word,
    const char *trace);

/* The same when everything is to be put back. */
void
scene_expect_back(struct scene *scene, const char *trace);

/* The same when all is to be left as it is. */
void
scene_expect_to_leave(struct scene *scene, const char *trace);

/* Ends; everything that should have gone wrong must have. */
void
scene_close(struct scene *scene);

#endif
