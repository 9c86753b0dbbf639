#include <config.h>

#include "service_key.h"

#include <stdbool.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/run/session.h"
#include "../../libcore/system/eventloop.h"
#include "../ssh/ssh_session.h"
#include "cluster.h"
#include "team.h"

/* A look at the address. */
struct visit {
	struct eventloop	*loop;
	struct failure		*why;
	bool			 is_node;
};

static void
opened(void *cookie)
{
	struct visit *visit = cookie;

	visit->is_node = true;
	eventloop_stop(visit->loop);
}

static void
failed(void *cookie, const struct failure *why)
{
	struct visit *visit = cookie;

	*visit->why = *why;
	eventloop_stop(visit->loop);
}

/* No command is begun there. */
static const struct session_events events = { .opened = opened,
    .failed = failed };

/* Returns whether the address has the key of node; why says else why not. */
static bool
has_key_of(const struct team *team, const struct cluster_group *group,
    const struct cluster_node *node, struct failure *why)
{
	struct visit visit = { .loop = team->loop, .why = why };
	const struct ssh_target target = {
		.node = node->name, .host = group->service_address,
		.key_name = node->key_name, .port = (int)group->service_ssh,
		.user = node->user, .identity = node->identity,
		.agent = node->agent, .known_hosts = &node->known_hosts,
		.connect_timeout = node->connect_timeout,
		.keep_alive = node->keep_alive,
		.via = node->bastion == CLUSTER_NO_BASTION ? NULL :
		    team->bastions[node->bastion],
	};
	struct session *session = ssh_session_make(team->client, team->loop,
	    &target, why);

	if (session == NULL)
		return (false);
	session->events = &events;
	session->cookie = &visit;
	session->calls->open(session);
	(void)eventloop_run(team->loop, why);
	session->calls->free(session);
	return (visit.is_node);
}

int
service_key_check(const struct team *team, const struct cluster_group *group,
    struct failure *why)
{
	if (group->service_ssh == 0)
		return (0);
	for (size_t i = 0; i < team->cluster->count; i++) {
		*why = (struct failure){ 0 };
		if (has_key_of(team, group, &team->cluster->nodes[i], why))
			return (0);
		if (why->code != EXITCODE_DENIED)
			return (-1);
	}
	failure_set(why, EXITCODE_DENIED, "the service address %s of group "
	    "'%s' has the host key of none of the nodes",
	    group->service_address, group->name);
	failure_hint(why, "somebody else may have the address: find out who "
	    "before anything is moved");
	return (-1);
}
