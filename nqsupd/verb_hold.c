#include <config.h>

#include <stdlib.h>
#include <unistd.h>

#include "../libcore/base/failure.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/system/fileio.h"
#include "../libcore/system/filelock.h"
#include "../libsite/node_config.h"
#include "node.h"
#include "verbs.h"

static void
print(struct command *command, const struct node_config *config)
{
	struct jsonline *event = jsonline_make();
	char *path = node_lock_path(config);

	jsonline_set_string(event, "event", "held");
	jsonline_set_string(event, "lock", path);
	report_line(&command->report, event, "holding '%s'", path);
	/* Whoever waits for this line waits now; a reader that is gone shows
	 * as the end of our input, or in the report's end. */
	(void)fflush(command->report.stream);
	free(path);
	jsonline_free(event);
}

/* Reads the input to its end, whatever it is. */
static void
wait_for_end(void)
{
	char bytes[512];

	while (fileio_read(STDIN_FILENO, bytes, sizeof(bytes)) > 0)
		continue;
}

static enum exitcode
run(struct command *command, struct failure *why)
{
	if (command->operands[0] != NULL)
		return (command_misused(why, "'hold' takes no operand, but "
		    "'%s' is given", command->operands[0]));
	struct node_config *config = node_config_read(command->config, why);
	if (config == NULL)
		return (EXITCODE_OK);
	struct filelock *lock = node_lock(config, "nqsupd hold",
	    command->wait, why);
	if (lock != NULL) {
		print(command, config);
		wait_for_end();
	}
	filelock_release(lock);
	node_config_free(config);
	return (EXITCODE_OK);
}

const struct command_verb verb_hold = {
	.name = "hold",
	.operands = "",
	.help = "keep the lock of the node until the input ends",
	.common = COMMAND_WAIT,
	.run = run,
};
