#ifndef CLROLL_FLEET_FLEET_OPTIONS_H
#define CLROLL_FLEET_FLEET_OPTIONS_H

#include <stdbool.h>

#include "../../libcore/format/options.h"
#include "fleet.h"

struct failure;

/*
 * The options of the verb "fleet".
 */
struct fleet_options {
	struct fleet_rules	 rules;
	unsigned		 given;		/* of the rules; only for
						 * fleet_options.c */
	const char		*list;		/* -f, or NULL */
	const char		*approved;	/* a digest, or NULL */
	const char		*html;		/* a file, or NULL */
	bool			 print;
	bool			 now;
};

extern const struct options_row fleet_options_rows[];

/* Takes one of them; the option of a struct command_verb. */
int
fleet_options_take(void *into, int letter, const char *argument,
    struct failure *why);

/* Fills in what nothing was said of, for a new fleet. */
void
fleet_options_fill_in(struct fleet_options *own);

/*
 * Lets those of own that were given hold in rules, of a fleet that there is,
 * but for those of waves.
 */
void
fleet_options_change(const struct fleet_options *own,
    struct fleet_rules *rules);

/* Whether rules were given, of waves or others. */
bool
fleet_options_have_rules(const struct fleet_options *own);

/* Whether some were given of how clusters are divided into waves. */
bool
fleet_options_have_waves(const struct fleet_options *own);

#endif
