#include <config.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/format/options.h"
#include "../libcore/format/report.h"
#include "../libcore/run/history.h"
#include "../libsite/node_config.h"
#include "claim.h"
#include "verbs.h"

/* claim: which run over the cluster has the node; clroll sees to it. */

enum {
	OPTION_BREAK = 300,
	OPTION_CLUSTER,
	OPTION_DROP,
	OPTION_FROM,
	OPTION_OVER
};

static const struct options_row rows[] = {
	{ OPTION_BREAK, "break", NULL, "remove the claim of a dead run" },
	{ OPTION_CLUSTER, "cluster", "NAME", "the cluster of the run" },
	{ OPTION_DROP, "drop", NULL, "the run is over" },
	{ OPTION_FROM, "from", "WHO", "who carries the run out, and where" },
	{ OPTION_OVER, "over", "RUN", "instead of this run, which is over" },
	{ 0 }
};

struct own {
	const char	*cluster;
	const char	*from;
	const char	*over;
	bool		 to_break;
	bool		 to_drop;
};

static int
take_option(void *into, int letter, const char *argument,
    struct failure *why)
{
	struct own *own = into;

	(void)why;
	switch (letter) {
	case OPTION_BREAK:
		own->to_break = true;
		break;
	case OPTION_CLUSTER:
		own->cluster = argument;
		break;
	case OPTION_DROP:
		own->to_drop = true;
		break;
	case OPTION_FROM:
		own->from = argument;
		break;
	default:
		own->over = argument;
		break;
	}
	return (0);
}

/* Says whose the claim is. */
static void
show(struct command *command, const struct claim *claim)
{
	struct jsonline *event = jsonline_make();
	struct text text = { 0 };

	claim_show(claim, &text);
	jsonline_set_string(event, "event", "claim");
	jsonline_set_string(event, "run", claim->run);
	jsonline_set_string(event, "cluster", claim->cluster);
	jsonline_set_string(event, "from", claim->from);
	jsonline_set_string(event, "since", claim->since);
	jsonline_set_boolean(event, "alive", claim->is_alive);
	report_line(&command->report, event, "%s", text_string(&text));
	text_release(&text);
	jsonline_free(event);
}

static enum exitcode
tell(struct command *command, const struct node_config *config,
    struct failure *why)
{
	struct claim claim = { 0 };
	const int rc = claim_read(config, &claim, why);

	if (rc == 1)
		show(command, &claim);
	claim_release(&claim);
	return (rc == -1 ? why->code : rc == 1 ? EXITCODE_DIFFERS :
	    EXITCODE_OK);
}

static enum exitcode
take(struct command *command, const struct node_config *config,
    struct failure *why)
{
	const struct own *own = command->own;
	struct claim holder = { 0 };
	const struct claim_wish wish = { .run = command->operands[0],
	    .cluster = own->cluster == NULL ? "?" : own->cluster,
	    .from = own->from == NULL ? "?" : own->from,
	    .over = own->over };
	const int rc = claim_take(config, &wish, &holder, why);

	if (rc == -1 && why->code == EXITCODE_BUSY && holder.run != NULL)
		show(command, &holder);
	claim_release(&holder);
	return (rc == -1 ? why->code : EXITCODE_OK);
}

static enum exitcode
run_claim(struct command *command, struct failure *why)
{
	const struct own *own = command->own;
	const char *run = command->operands[0];
	enum exitcode code;

	if (run != NULL && command->operands[1] != NULL)
		return (command_misused(why, "one run at a time"));
	if (run != NULL && history_check_id(run, why) == -1)
		return (why->code);
	if (own->to_break ? run != NULL || own->to_drop : run == NULL &&
	    own->to_drop)
		return (command_misused(why, "--drop is of a run, and "
		    "--break of none"));
	struct node_config *config = node_config_read(command->config, why);
	if (config == NULL)
		return (why->code);
	if (own->to_break || own->to_drop)
		code = claim_drop(config, run, why) == -1 ? why->code :
		    EXITCODE_OK;
	else if (run == NULL)
		code = tell(command, config, why);
	else
		code = take(command, config, why);
	node_config_free(config);
	return (code);
}

const struct command_verb verb_claim = {
	.name = "claim", .operands = "[RUN]",
	.help = "say which run over the cluster has this node",
	.rows = rows, .size = sizeof(struct own),
	.option = take_option, .run = run_claim,
};
