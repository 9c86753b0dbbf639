#include <config.h>

#include <stdio.h>

#include "../libcore/base/text.h"
#include "../libcore/compat/largeblocks.h"
#include "../libcore/run/command.h"
#include "gzip/gzip.h"
#include "verbs.h"

static const struct command_verb *const verbs[] = {
	&verb_create, &verb_list, &verb_cat, &verb_verify, &verb_diff,
	&verb_restore, &verb_undo, &verb_prune, NULL
};

static void
show_libraries(void)
{
	struct text lines = { 0 };

	gzip_add_libraries(&lines);
	(void)fputs(text_string(&lines), stdout);
	text_release(&lines);
}

static const struct command_program program = {
	.name = "nqsbackup",
	.summary = "Back up a site's data, and bring it back.",
	.verbs = verbs,
	.takes_dashes = true,
	.version = show_libraries
};

int
main(int argc, char **argv)
{
	/* An archive may have any number of entries. */
	largeblocks_settle();
	return (command_main(&program, argc, argv));
}
