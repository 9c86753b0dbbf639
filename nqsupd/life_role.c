#include <config.h>

#include "life.h"

#include <string.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/run/history.h"
#include "../libcore/run/values.h"
#include "../libsite/node_config.h"
#include "facts.h"
#include "unheld.h"

/* Whether a node still has the role that a run began with. */

/*
 * Checks that no other node holds the group of a run on the active node: its
 * steps stop and start the site here.  None does while the site is stopped.
 */
static int
check_active(const struct node_config *config, const struct history *history,
    struct failure *why)
{
	const char *group = values_single(&history->values, "group");
	struct text holder = { 0 };
	int rc = 0;

	if (group != NULL)
		rc = facts_holder(config, group, &holder, why);
	if (rc == 0 && holder.length > 0 &&
	    strcmp(text_string(&holder), config->node) != 0) {
		failure_set(why, EXITCODE_FAILED, "'%s' is on node '%s' now; "
		    "run %s is for the node that holds it", group,
		    text_string(&holder), history->id);
		failure_hint(why, "move the group to this node first");
		rc = -1;
	}
	text_release(&holder);
	return (rc);
}

/* Checks that no site of a group runs here, which holds none. */
static int
check_unheld(const struct node_config *config, const struct history *history,
    struct failure *why)
{
	struct text what = { 0 };
	const int found = unheld_look_at_all(config, &what, why);

	if (found == 1) {
		failure_set(why, EXITCODE_FAILED, "the cluster software says "
		    "that the node holds no group, but %s; run %s is for a "
		    "node without", text_string(&what), history->id);
		failure_hint(why, "find out where the site is to run, and let "
		    "the cluster software know");
	}
	text_release(&what);
	return (found == 0 ? 0 : -1);
}

/* Checks that this node holds no group, and runs the site of none. */
static int
check_standby(const struct node_config *config, const struct history *history,
    struct failure *why)
{
	struct text groups = { 0 };
	const int held = facts_held_group(config, &groups, why);

	if (held == 1) {
		failure_set(why, EXITCODE_FAILED, "the node holds '%s' now; "
		    "run %s is for a node that holds no group",
		    text_string(&groups), history->id);
		failure_hint(why, "move the group to another node first");
	}
	text_release(&groups);
	return (held == 0 ? check_unheld(config, history, why) : -1);
}

int
life_check_role(const struct node_config *config,
    const struct history *history, struct failure *why)
{
	const char *role = values_single(&history->values, "role");

	if (role == NULL || config->cluster_adapter == NULL)
		return (0);
	if (strcmp(role, "active") == 0)
		return (check_active(config, history, why));
	return (strcmp(role, "standby") != 0 ? 0 :
	    check_standby(config, history, why));
}
