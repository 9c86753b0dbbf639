#include <config.h>

#include "service_key.h"

#include <stdbool.h>
#include <stdlib.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/run/session.h"
#include "../../libcore/system/eventloop.h"
#include "../ssh/ssh_session.h"
#include "cluster.h"
#include "team.h"

/* A look at the address, by the key of one node after the other. */
struct service_key {
	const struct team		*team;
	const struct cluster_group	*group;
	void				(*done)(void *cookie,
					    const struct failure *why);
	void				*cookie;
	size_t				 node;
	struct session			*session;
	struct eventloop_timer		*timer;
	struct failure			 why;	/* what is told at the end */
	bool				 is_node;
};

static void
try_node(void *cookie);

static void
end_session(struct service_key *look)
{
	if (look->session != NULL)
		look->session->calls->free(look->session);
	look->session = NULL;
}

/* Goes on from the loop, not from inside of the session. */
static void
go_on(struct service_key *look)
{
	eventloop_cancel(look->team->loop, look->timer);
	look->timer = eventloop_at(look->team->loop, clock_monotonic(),
	    try_node, look);
}

static void
opened(void *cookie)
{
	struct service_key *look = cookie;

	look->is_node = true;
	go_on(look);
}

static void
failed(void *cookie, const struct failure *why)
{
	struct service_key *look = cookie;

	look->why = *why;
	look->node++;
	go_on(look);
}

/* No command is begun there. */
static const struct session_events events = { .opened = opened,
    .failed = failed };

/* Makes the session that takes the key of node and no other, or NULL. */
static struct session *
make_session(struct service_key *look)
{
	const struct team *team = look->team;
	const struct cluster_node *node = &team->cluster->nodes[look->node];
	const struct ssh_target target = {
		.node = node->name, .host = look->group->service_address,
		.key_name = node->key_name,
		.port = (int)look->group->service_ssh,
		.user = node->user, .identity = node->identity,
		.agent = node->agent, .known_hosts = &node->known_hosts,
		.connect_timeout = node->connect_timeout,
		.keep_alive = node->keep_alive,
		.via = node->bastion == CLUSTER_NO_BASTION ? NULL :
		    team->bastions[node->bastion],
	};

	return (ssh_session_make(team->client, team->loop, &target,
	    &look->why));
}

static void
tell(struct service_key *look)
{
	if (!look->is_node && look->why.code == EXITCODE_DENIED) {
		failure_set(&look->why, EXITCODE_DENIED, "the service address "
		    "%s of group '%s' has the host key of none of the nodes",
		    look->group->service_address, look->group->name);
		failure_hint(&look->why, "somebody else may have the address: "
		    "find out who before anything is moved");
	}
	look->done(look->cookie, look->is_node ? NULL : &look->why);
}

/* Only a key that is another's says that the next node may be asked for. */
static void
try_node(void *cookie)
{
	struct service_key *look = cookie;

	look->timer = NULL;
	end_session(look);
	if (look->is_node || look->node == look->team->cluster->count ||
	    (look->node > 0 && look->why.code != EXITCODE_DENIED)) {
		tell(look);
		return;
	}
	look->why = (struct failure){ 0 };
	look->session = make_session(look);
	if (look->session == NULL) {
		tell(look);
		return;
	}
	look->session->events = &events;
	look->session->cookie = look;
	look->session->calls->open(look->session);
}

struct service_key *
service_key_begin(const struct team *team, const struct cluster_group *group,
    void (*done)(void *cookie, const struct failure *why), void *cookie)
{
	struct service_key *look;

	if (group->service_ssh == 0)
		return (NULL);
	look = memory_make(1, sizeof(*look));
	look->team = team;
	look->group = group;
	look->done = done;
	look->cookie = cookie;
	go_on(look);
	return (look);
}

void
service_key_free(struct service_key *look)
{
	if (look == NULL)
		return;
	eventloop_cancel(look->team->loop, look->timer);
	end_session(look);
	free(look);
}

/* ---- waiting for it ---------------------------------------------------- */

struct waiting {
	struct eventloop	*loop;
	struct failure		 why;
	bool			 is_good;
};

static void
take(void *cookie, const struct failure *why)
{
	struct waiting *waiting = cookie;

	waiting->is_good = why == NULL;
	if (why != NULL)
		waiting->why = *why;
	eventloop_stop(waiting->loop);
}

int
service_key_check(const struct team *team, const struct cluster_group *group,
    struct failure *why)
{
	struct waiting waiting = { .loop = team->loop };
	struct service_key *look = service_key_begin(team, group, take,
	    &waiting);
	int rc;

	if (look == NULL)
		return (0);
	rc = eventloop_run(team->loop, why);
	service_key_free(look);
	if (rc == 0 && !waiting.is_good) {
		*why = waiting.why;
		rc = -1;
	}
	return (rc);
}
