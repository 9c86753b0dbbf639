#include <config.h>

#include "../libcore/base/failure.h"
#include "../libcore/format/options.h"
#include "../libcore/run/command.h"
#include "restore/undo.h"
#include "verbs.h"

enum { OPTION_FORGET = 1000 };		/* an option without a letter */

static const struct options_row rows[] = {
	{ 'C', "root", "ROOT", "take back below this directory, not below /" },
	{ OPTION_FORGET, "forget", NULL,
	    "remove what is kept, and take nothing back" },
	{ 0, NULL, NULL, NULL }
};

static int
take_option(void *own, int letter, const char *argument, struct failure *why)
{
	struct undo_options *options = own;

	(void)why;
	if (letter == 'C')
		options->root = argument;
	else
		options->forget = true;
	return (0);
}

static enum exitcode
run(struct command *command, struct failure *why)
{
	char *const *operands = command->operands;

	if (operands[0] != NULL && operands[1] != NULL)
		return (command_misused(why, "'%s' is one word too many",
		    operands[1]));
	return (undo_run(command, command->own, operands[0], why));
}

const struct command_verb verb_undo = {
	.name = "undo",
	.operands = "[RESTORE-ID]",
	.help = "Put back what a restore has replaced.",
	.common = COMMAND_DRY_RUN,
	.rows = rows,
	.size = sizeof(struct undo_options),
	.option = take_option,
	.run = run
};
