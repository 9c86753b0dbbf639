#include <config.h>

#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/number.h"
#include "../../libcore/base/text.h"
#include "cluster.h"
#include "cluster_private.h"

/* More hosts in a row than anybody has: they go round in a circle. */
enum { HOPS = 8 };

/* Returns a copy of the characters from begin up to end, the caller's. */
static char *
copy_range(const char *begin, const char *end)
{
	struct text text = { 0 };

	text_add_bytes(&text, begin, (size_t)(end - begin));
	return (text_take(&text));
}

/*
 * Reads the last host of jump, "[USER@]HOST[:PORT]", of which those before it
 * are separated by commas.  Returns 0, or -1 with why set.
 */
static int
read_hop(const char *jump, struct cluster_node *bastion, struct failure *why)
{
	const char *comma = strrchr(jump, ',');
	const char *hop = comma == NULL ? jump : comma + 1;
	const char *at = strrchr(hop, '@');
	const char *host = at == NULL ? hop : at + 1;
	const char *end = host + strcspn(host, ":");

	bastion->name = memory_copy_string(jump);
	if (comma != NULL)
		bastion->jump = copy_range(jump, comma);
	if (at != NULL)
		bastion->user = copy_range(hop, at);
	if (*host == '[' && strchr(host, ']') != NULL) {
		end = strchr(++host, ']');
		bastion->host = copy_range(host, end++);
	} else
		bastion->host = copy_range(host, end);
	if (end > host && hop != at &&
	    (*end == '\0' || (*end == ':' &&
	    number_read(end + 1, 1, 65535, &bastion->port) == 0)))
		return (0);
	failure_set(why, EXITCODE_CONFIG, "'%s' is no host to go through: "
	    "not 'user@host:port'", hop);
	return (-1);
}

/* As cluster_jump_find, at a node that depth bastions lead to. */
static int
find(struct cluster_ssh *ssh, struct cluster_node *node, int depth,
    struct failure *why)
{
	struct cluster *cluster = ssh->cluster;
	struct cluster_node bastion = { 0 };

	node->bastion = CLUSTER_NO_BASTION;
	if (node->jump == NULL)
		return (0);
	for (size_t i = 0; i < cluster->bastion_count; i++)
		if (strcmp(cluster->bastions[i].name, node->jump) == 0)
			node->bastion = i;
	if (node->bastion != CLUSTER_NO_BASTION)
		return (0);
	if (depth == HOPS) {
		failure_set(why, EXITCODE_CONFIG,
		    "the way through '%s' leads through itself", node->jump);
		return (-1);
	}
	int rc = read_hop(node->jump, &bastion, why);
	if (rc == 0)
		rc = cluster_ssh_fill(ssh, &bastion, node, why);
	if (rc == 0)
		rc = find(ssh, &bastion, depth + 1, why);
	/* It is released with the others, also when it is not complete. */
	cluster->bastions = memory_resize(cluster->bastions,
	    cluster->bastion_count + 1, sizeof(*cluster->bastions));
	cluster->bastions[cluster->bastion_count] = bastion;
	node->bastion = cluster->bastion_count++;
	return (rc);
}

int
cluster_jump_find(struct cluster_ssh *ssh, struct cluster_node *node,
    struct failure *why)
{
	const int rc = find(ssh, node, 0, why);

	if (rc == -1)
		failure_add(why, "node '%s'", node->name);
	return (rc);
}
