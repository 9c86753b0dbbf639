#ifndef CLROLL_FLEET_FLEET_TABLE_H
#define CLROLL_FLEET_FLEET_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "../../libcore/base/text.h"

/*
 * A table on the terminal behind stderr, drawn again and again at the same
 * place, at its end; nothing where stderr is none.  Calling sequence:
 * fleet_table_start; fleet_table_draw as often as wanted, and
 * fleet_table_clear before anything else is written; fleet_table_clear.
 */
struct fleet_table {
	bool	is_shown;		/* stderr is a terminal */
	size_t	lines;			/* that stand there */
};

/* Begins without anything shown, for good unless is_wanted. */
void
fleet_table_start(struct fleet_table *table, bool is_wanted);

/* Replaces what stands there by the lines of text, each cut to fit. */
void
fleet_table_draw(struct fleet_table *table, const struct text *text);

/* Takes away what stands there. */
void
fleet_table_clear(struct fleet_table *table);

#endif
