/*
 * Runs a command on a host by the SSH session of clroll, for tests/ssh.t:
 *
 *	client [NAME=VALUE]... -- COMMAND [ARGUMENT]...
 *
 * With cluster=FILE it runs on all nodes of that cluster, window=N of them at
 * once, else on the host that the other values name; bench/fanout measures it
 * so, for clroll has no verb that runs just any command.
 *
 * What the command writes goes to where ssh(1) would put it, and its exit code
 * is ours: 128 and the signal when one ended it, 99 when nobody knows, and the
 * code of the failure when there was no session.
 */
#include <config.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../clroll/cluster/cluster.h"
#include "../../clroll/cluster/team.h"
#include "../../clroll/ssh/ssh_client.h"
#include "../../clroll/ssh/ssh_session.h"
#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/message.h"
#include "../../libcore/base/number.h"
#include "../../libcore/base/words.h"
#include "../../libcore/run/session.h"
#include "../../libcore/system/eventloop.h"
#include "../../libcore/system/fileio.h"
#include "../../libcore/system/startup.h"

enum {
	SIGNALLED = 128,		/* exit codes of our own */
	LOST = 99
};

struct client {
	struct eventloop	*loop;
	struct ssh_client	*shared;
	struct cluster		*cluster;	/* or NULL: only target */
	struct team		*team;
	struct node		*nodes;
	size_t			 next;		/* node to begin with */
	const char		*cluster_file;
	int64_t			 window;	/* nodes at once */
	struct ssh_target	 target;
	struct words		 known_hosts;
	struct words		 argv;
	const char		*input;
	const char		*token_file;	/* the token goes there */
	const char		*await;		/* a token, in place of argv */
	const char		*leave;		/* an event: the session is
						 * freed from inside it */
	int64_t			 sessions;	/* at once */
	int64_t			 runs;		/* of each, one after another */
	int64_t			 effect;	/* 1: the command has one */
	int64_t			 refuse;	/* 1: and may not have it */
	int64_t			 reopen;	/* 1: open again before each */
	int64_t			 sudo;		/* 1: run it by sudo */
	int64_t			 stop;		/* signal to send on output */
	int64_t			 timeout;	/* of the whole, seconds */
	size_t			 left;
	int			 code;		/* the worst */
};

/* One session. */
struct node {
	struct client	*client;
	struct session	*session;
	int64_t		 runs;
	bool		 has_stopped;
};

static void
run(struct node *node);

/* Begins with the next node, if there is one. */
static void
begin_next(struct client *client)
{
	struct node *node;

	if (client->next == (size_t)client->sessions)
		return;
	node = &client->nodes[client->next++];
	if (client->await != NULL)
		run(node);
	else
		node->session->calls->open(node->session);
}

static void
end_node(struct node *node, int code)
{
	struct client *client;

	client = node->client;
	if (code > client->code)
		client->code = code;
	if (--client->left == 0)
		eventloop_stop(client->loop);
	if (client->cluster != NULL)
		node->session->calls->close(node->session);
	begin_next(client);
}

/* Frees the session if this is the event for that; returns whether it was. */
static bool
leaves(struct node *node, const char *event)
{
	if (node->client->leave == NULL ||
	    strcmp(node->client->leave, event) != 0)
		return false;
	node->session->calls->free(node->session);
	node->session = NULL;
	end_node(node, 0);
	return true;
}

static void
run(struct node *node)
{
	struct session_command command = { 0 };

	if (node->client->await != NULL) {
		node->session->calls->await(node->session,
		    node->client->await);
		return;
	}
	command.argv = &node->client->argv;
	command.input = node->client->input;
	command.has_effect = node->client->effect != 0;
	node->session->calls->start(node->session, &command);
}

static void
opened(void *cookie)
{
	struct node *node;

	node = cookie;
	if (!leaves(node, "opened") && node->client->await == NULL)
		run(node);
}

static void
failed(void *cookie, const struct failure *why)
{
	struct node *node;

	node = cookie;
	message_failure(why);
	if (leaves(node, "failed"))
		return;
	/* After its command was lost, that has been counted already. */
	if (node->runs > 0)
		end_node(node, (int)why->code);
}

static bool
started(void *cookie, const char *token)
{
	struct node *node;
	struct text text = { 0 };
	struct failure why;

	node = cookie;
	if (leaves(node, "started"))
		return false;
	if (node->client->token_file == NULL)
		return node->client->refuse == 0;
	text_add(&text, token);
	if (fileio_replace_file(node->client->token_file, &text, 0600,
	    &why) == -1)
		message_failure(&why);
	text_release(&text);
	return true;
}

static void
output(void *cookie, const char *bytes, size_t size, bool is_error)
{
	struct node *node;

	node = cookie;
	(void)fileio_write(is_error ? STDERR_FILENO : STDOUT_FILENO, bytes,
	    size);
	if (leaves(node, "output"))
		return;
	if (node->client->stop != 0 && !node->has_stopped) {
		node->has_stopped = true;
		node->session->calls->stop(node->session,
		    (int)node->client->stop);
	}
}

static void
ended(void *cookie, struct process_end end)
{
	struct node *node;
	int code;

	node = cookie;
	/* With an event to wait for, nothing else ends it. */
	if (leaves(node, "ended") || node->client->leave != NULL)
		return;
	code = LOST;
	if (end.how == PROCESS_EXITED)
		code = end.code;
	else if (end.how == PROCESS_SIGNALLED)
		code = SIGNALLED + end.code;
	if (--node->runs > 0 && code == 0) {
		if (node->client->reopen == 1)
			node->session->calls->open(node->session);
		else
			run(node);
	} else {
		node->runs = 0;
		end_node(node, code);
	}
}

static const struct session_events events = {
	opened, failed, started, output, ended
};

static void
give_up(void *cookie)
{
	struct client *client;

	client = cookie;
	message_say(MESSAGE_ERROR, "the test took too long");
	client->code = 124;
	eventloop_stop(client->loop);
}

/* Takes one NAME=VALUE in.  Returns whether it is known. */
static bool
take(struct client *client, const char *name, const char *value)
{
	const struct { const char *name; const char **value; } strings[] = {
		{ "host", &client->target.host },
		{ "user", &client->target.user },
		{ "identity", &client->target.identity },
		{ "agent", &client->target.agent },
		{ "input", &client->input },
		{ "token-file", &client->token_file },
		{ "await", &client->await },
		{ "leave", &client->leave },
		{ "cluster", &client->cluster_file },
	};
	const struct { const char *name; int64_t *value; } numbers[] = {
		{ "sessions", &client->sessions }, { "runs", &client->runs },
		{ "effect", &client->effect }, { "refuse", &client->refuse },
		{ "reopen", &client->reopen },
		{ "window", &client->window },
		{ "sudo", &client->sudo },
		{ "stop", &client->stop }, { "timeout", &client->timeout },
	};
	int64_t port;

	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
		if (strcmp(strings[i].name, name) == 0) {
			*strings[i].value = value;
			return true;
		}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (strcmp(numbers[i].name, name) == 0)
			return number_read(value, 0, 1 << 20,
			    numbers[i].value) == 0;
	if (strcmp(name, "known-hosts") == 0) {
		words_add(&client->known_hosts, value);
		return true;
	}
	if (strcmp(name, "port") == 0 &&
	    number_read(value, 1, 65535, &port) == 0) {
		client->target.port = (int)port;
		return true;
	}
	if (strcmp(name, "connect-timeout") == 0)
		return number_read_duration(value,
		    &client->target.connect_timeout) == 0;
	return strcmp(name, "keep-alive") == 0 &&
	    number_read_duration(value, &client->target.keep_alive) == 0;
}

/* Reads the command line; ends the program when it is wrong. */
static void
read_arguments(struct client *client, char **argv)
{
	for (argv++; *argv != NULL && strcmp(*argv, "--") != 0; argv++) {
		char *value;

		value = strchr(*argv, '=');
		if (value != NULL)
			*value++ = '\0';
		if (value == NULL || !take(client, *argv, value)) {
			message_say(MESSAGE_ERROR, "what is '%s'", *argv);
			exit(EXITCODE_USAGE);
		}
	}
	if (*argv != NULL)
		words_add_list(&client->argv, (const char *const *)argv + 1);
}

/* Makes the sessions.  Returns 0, or -1 with why set. */
static int
make_nodes(struct client *client, struct failure *why)
{
	if (client->cluster != NULL)
		client->sessions = (int64_t)client->team->count;
	client->nodes = memory_make((size_t)client->sessions,
	    sizeof(*client->nodes));
	for (int64_t i = 0; i < client->sessions; i++) {
		struct node *node;

		node = &client->nodes[i];
		node->client = client;
		node->runs = client->runs;
		node->session = client->cluster != NULL ?
		    client->team->sessions[i] :
		    ssh_session_make(client->shared, client->loop,
		    &client->target, why);
		if (node->session == NULL)
			return -1;
		node->session->events = &events;
		node->session->cookie = node;
	}
	return 0;
}

static int
run_all(struct client *client, struct failure *why)
{
	int rc;

	rc = make_nodes(client, why);
	client->left = (size_t)client->sessions;
	for (int64_t i = 0; rc == 0 && i < client->window; i++)
		begin_next(client);
	(void)eventloop_at(client->loop, clock_monotonic() +
	    client->timeout * CLOCK_SECOND, give_up, client);
	if (rc == 0)
		rc = eventloop_run(client->loop, why);
	for (int64_t i = 0; client->cluster == NULL && i < client->sessions;
	    i++)
		if (client->nodes[i].session != NULL)
			client->nodes[i].session->calls->free(
			    client->nodes[i].session);
	free(client->nodes);
	return rc;
}

/* Makes what the sessions share.  Returns 0, or -1 with why set. */
static int
begin(struct client *client, struct failure *why)
{
	if (client->cluster_file == NULL) {
		client->shared = ssh_client_make();
		client->loop = eventloop_make(why);
		return client->loop == NULL ? -1 : 0;
	}
	client->cluster = cluster_read(client->cluster_file, ".", why);
	if (client->cluster == NULL)
		return -1;
	cluster_warn(client->cluster);
	client->team = team_make(client->cluster, NULL, why);
	if (client->team == NULL)
		return -1;
	client->loop = client->team->loop;
	return 0;
}

static void
finish(struct client *client)
{
	if (client->cluster_file == NULL) {
		ssh_client_free(client->shared);
		eventloop_free(client->loop);
	}
	team_free(client->team);
	cluster_free(client->cluster);
	words_release(&client->known_hosts);
	words_release(&client->argv);
}

int
main(int argc, char **argv)
{
	struct client client = { 0 };
	struct failure why = { 0 };

	(void)argc;
	startup_begin();
	message_start("client", MESSAGE_DETAIL, false);
	client.target.node = "node1";
	client.target.host = "127.0.0.1";
	client.target.user = "root";
	client.target.connect_timeout = 10 * CLOCK_SECOND;
	client.target.keep_alive = 15 * CLOCK_SECOND;
	client.sessions = 1;
	client.runs = 1;
	client.window = 1 << 20;
	client.timeout = 60;
	read_arguments(&client, argv);
	client.target.known_hosts = &client.known_hosts;
	client.target.sudo = client.sudo == 1;
	if (begin(&client, &why) == -1 || run_all(&client, &why) == -1) {
		message_failure(&why);
		client.code = (int)why.code;
	}
	finish(&client);
	return client.code;
}
