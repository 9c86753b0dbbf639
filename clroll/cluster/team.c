#include <config.h>

#include "team.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/run/local_session.h"
#include "../../libcore/run/session.h"
#include "../../libcore/system/eventloop.h"
#include "../ssh/ssh_client.h"
#include "../ssh/ssh_session.h"
#include "cluster.h"

/* The most that is kept of an answer. */
enum { ANSWER_LIMIT = 1 << 20 };

/* A question under way. */
struct asking {
	struct team			*team;
	const struct team_question	*question;
	struct asking_node		*nodes;
	size_t				 open;	/* not answered yet */
};

struct asking_node {
	struct asking		*asking;
	const char		*name;
	struct session		*session;
	struct team_answer	*answer;
	struct failure		*away;
	struct eventloop_timer	*timer;
	bool			 is_over;
};

/* Makes the session of node, or returns NULL with why set. */
static struct session *
make_session(const struct team *team, const struct cluster_node *node,
    struct failure *why)
{
	const struct ssh_target target = {
		.node = node->name, .host = node->host,
		.key_name = node->key_name, .port = (int)node->port,
		.user = node->user, .identity = node->identity,
		.agent = node->agent,
		.known_hosts = &node->known_hosts,
		.connect_timeout = node->connect_timeout,
		.keep_alive = node->keep_alive,
		.via = node->bastion == CLUSTER_NO_BASTION ? NULL :
		    team->bastions[node->bastion],
		.sudo = node->sudo,
	};

	if (node->local)
		return (local_session_make(team->loop, team->path, NULL));
	return (ssh_session_make(team->client, team->loop, &target, why));
}

struct session *
team_session(const struct team *team, size_t at, struct failure *why)
{
	return (make_session(team, &team->cluster->nodes[at], why));
}

/* Makes the sessions of count nodes; *made says how many there are. */
static void
make_sessions(const struct team *team, const struct cluster_node *nodes,
    size_t count, struct session **sessions, size_t *made, struct failure *why)
{
	for (*made = 0; *made < count; (*made)++) {
		sessions[*made] = make_session(team, &nodes[*made], why);
		if (sessions[*made] == NULL)
			return;
	}
}

struct team *
team_make(const struct cluster *cluster, const char *path,
    struct failure *why)
{
	struct team *team = memory_make(1, sizeof(*team));

	team->cluster = cluster;
	team->path = path != NULL ? path : process_path();
	team->sessions = memory_make(cluster->count, sizeof(*team->sessions));
	team->bastions = memory_make(cluster->bastion_count + 1,
	    sizeof(*team->bastions));
	team->away = memory_make(cluster->count, sizeof(*team->away));
	team->loop = eventloop_make(why);
	if (team->loop != NULL) {
		team->client = ssh_client_make();
		make_sessions(team, cluster->bastions, cluster->bastion_count,
		    team->bastions, &team->bastion_count, why);
	}
	if (team->loop != NULL &&
	    team->bastion_count == cluster->bastion_count)
		make_sessions(team, cluster->nodes, cluster->count,
		    team->sessions, &team->count, why);
	if (team->count < cluster->count) {
		team_free(team);
		team = NULL;
	}
	return (team);
}

void
team_free(struct team *team)
{
	if (team == NULL)
		return;
	for (size_t i = 0; i < team->count; i++)
		team->sessions[i]->calls->free(team->sessions[i]);
	/* Each is reached through one before it. */
	for (size_t i = team->bastion_count; i-- > 0;)
		team->bastions[i]->calls->free(team->bastions[i]);
	free(team->sessions);
	free(team->bastions);
	free(team->away);
	if (team->loop != NULL) {
		ssh_client_free(team->client);
		eventloop_free(team->loop);
	}
	free(team);
}

/* The node has answered, or never will. */
static void
finish(struct asking_node *node)
{
	if (node->is_over)
		return;
	node->is_over = true;
	eventloop_cancel(node->asking->team->loop, node->timer);
	node->timer = NULL;
	if (--node->asking->open == 0)
		eventloop_stop(node->asking->team->loop);
}

static void
out_of_time(void *cookie)
{
	struct asking_node *node = cookie;

	node->timer = NULL;
	node->answer->end = (struct process_end){ .how = PROCESS_TIMED_OUT };
	if (!node->answer->is_reached)
		failure_set(&node->answer->why, EXITCODE_TIMED_OUT,
		    "node '%s' is not connected in time", node->name);
	node->session->calls->close(node->session);
	finish(node);
}

static void
opened(void *cookie)
{
	struct asking_node *node = cookie;
	const struct session_command command = {
		.argv = node->asking->question->argv,
		.input = node->asking->question->input };

	node->answer->is_reached = true;
	node->session->calls->start(node->session, &command);
}

static void
failed(void *cookie, const struct failure *why)
{
	struct asking_node *node = cookie;

	node->answer->why = *why;
	*node->away = *why;
	finish(node);
}

/* The node says more than any node of ours would: it is asked nothing more. */
static void
give_up(struct asking_node *node)
{
	node->answer->is_reached = false;
	failure_set(&node->answer->why, EXITCODE_DATA,
	    "node '%s' does not stop talking", node->name);
	failure_hint(&node->answer->why, "what it runs there is not what it "
	    "should be");
	*node->away = node->answer->why;
	node->session->calls->close(node->session);
	finish(node);
}

static void
said(void *cookie, const char *bytes, size_t size, bool is_error)
{
	struct asking_node *node = cookie;
	struct text *text = is_error ? &node->answer->errors :
	    &node->answer->output;

	if (node->is_over)
		return;
	if (text->length + size > ANSWER_LIMIT) {
		size = ANSWER_LIMIT - text->length;
		node->answer->is_cut = true;
	}
	text_add_bytes(text, bytes, size);
	if (node->answer->is_cut && !node->asking->question->may_be_long)
		give_up(node);
}

static void
ended(void *cookie, struct process_end end)
{
	struct asking_node *node = cookie;

	if (node->is_over)
		return;
	node->answer->end = end;
	node->answer->when = clock_wall();
	finish(node);
}

static const struct session_events events = {
	opened, failed, session_may_go_on, said, ended
};

static void
begin(struct asking *asking)
{
	for (size_t i = 0; i < asking->team->count; i++) {
		struct asking_node *node = &asking->nodes[i];

		if (node->away->message[0] != '\0') {
			node->answer->why = *node->away;
			node->answer->is_repeated = true;
			finish(node);
			continue;
		}
		node->timer = eventloop_at(asking->team->loop,
		    clock_monotonic() + asking->question->timeout,
		    out_of_time, node);
		node->session->calls->open(node->session);
	}
}

int
team_ask(struct team *team, const struct team_question *question,
    struct team_answer *answers, struct failure *why)
{
	struct asking asking = { .team = team, .question = question,
	    .open = team->count };

	asking.nodes = memory_make(team->count, sizeof(*asking.nodes));
	for (size_t i = 0; i < team->count; i++) {
		struct asking_node *node = &asking.nodes[i];

		node->asking = &asking;
		node->name = team->cluster->nodes[i].name;
		node->session = team->sessions[i];
		node->answer = &answers[i];
		node->away = &team->away[i];
		node->session->events = &events;
		node->session->cookie = node;
	}
	begin(&asking);
	/* A stop before the loop runs would be forgotten by it. */
	const int rc = asking.open == 0 ? 0 : eventloop_run(team->loop, why);
	for (size_t i = 0; i < team->count; i++) {
		eventloop_cancel(team->loop, asking.nodes[i].timer);
		team->sessions[i]->calls->close(team->sessions[i]);
	}
	free(asking.nodes);
	return (rc);
}

void
team_show_end(const struct team_answer *answer, struct text *text)
{
	const char *said = text_string(&answer->errors);

	process_show_end(answer->end, text);
	said += strspn(said, "\n");
	if (*said == '\0')
		return;
	text_add(text, ": ");
	text_add_masked(text, said, strcspn(said, "\n"));
}

void
team_release_answers(struct team_answer *answers, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		text_release(&answers[i].output);
		text_release(&answers[i].errors);
		answers[i] = (struct team_answer){ 0 };
	}
}
