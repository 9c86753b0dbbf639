#include <config.h>

#include "claims.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/message.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/run/execution.h"
#include "../../libcore/run/history.h"
#include "../../libcore/run/session.h"
#include "../../libcore/system/eventloop.h"
#include "../cluster/cluster.h"
#include "../cluster/context.h"
#include "../cluster/team.h"
#include "runs.h"

/* How long a node may take to answer, and how often a claim is renewed. */
#define ANSWER_TIME	(INT64_C(60) * CLOCK_SECOND)
#define BEAT		(INT64_C(10) * CLOCK_SECOND)

enum { DROP_TIMES = 3 };		/* for nodes that are away */

/* Whose a node is, in its own words. */
struct holder {
	const char	*node;
	char		*run;
	char		*cluster;
	char		*from;
	char		*since;
	bool		 is_alive;
};

static bool
is_elsewhere(const struct cluster *cluster)
{
	for (size_t i = 0; i < cluster->count; i++) {
		if (!cluster->nodes[i].local)
			return (true);
	}
	return (false);
}

/* ---- questions --------------------------------------------------------- */

/* Adds who we are: user@host. */
static void
add_from(struct words *argv)
{
	struct jsonline *signature = jsonline_make();
	const char *user;

	history_sign(signature);
	user = jsonline_string(signature, "user");
	words_format(argv, "%s@%s", user == NULL ? "?" : user,
	    jsonline_string(signature, "host"));
	jsonline_free(signature);
}

static void
make_question(const struct cluster *cluster, const char *id,
    const char *over, struct words *argv)
{
	static const char *const begin[] = { "nqsupd", "claim", "--json",
	    "--cluster", NULL };

	words_add_list(argv, begin);
	words_add(argv, cluster->name);
	words_add(argv, "--from");
	add_from(argv);
	if (over != NULL) {
		words_add(argv, "--over");
		words_add(argv, over);
	}
	words_add(argv, id);
}

/* ---- answers ----------------------------------------------------------- */

static void
release_holder(struct holder *holder)
{
	free(holder->run);
	free(holder->cluster);
	free(holder->from);
	free(holder->since);
	*holder = (struct holder){ 0 };
}

/* Returns the member key, harmless to a terminal, the caller's. */
static char *
member(const struct jsonline *event, const char *key)
{
	const char *value = jsonline_string(event, key);
	struct text text = { 0 };

	text_add_masked(&text, value == NULL ? "?" : value,
	    value == NULL ? 1 : strlen(value));
	return (text_take(&text));
}

/* Returns the run of event, the caller's; "?" for what names none. */
static char *
member_run(const struct jsonline *event)
{
	const char *run = jsonline_text(event, "run");

	/* A person is told to type it. */
	return (memory_copy_string(history_id_is_good(run) ? run : "?"));
}

/* Reads whose the node is; what else the node may say is passed over. */
static void
read_holder(const struct team_answer *answer, struct holder *holder)
{
	struct words lines = { 0 };

	words_split(&lines, text_string(&answer->output), '\n');
	for (size_t i = 0; i < lines.count && holder->run == NULL; i++) {
		struct failure ignored = { 0 };
		struct jsonline *event = jsonline_read(lines.list[i],
		    strlen(lines.list[i]), &ignored);
		const char *name = event == NULL ? NULL :
		    jsonline_string(event, "event");

		if (name != NULL && strcmp(name, "claim") == 0) {
			holder->run = member_run(event);
			holder->cluster = member(event, "cluster");
			holder->from = member(event, "from");
			holder->since = member(event, "since");
			holder->is_alive = jsonline_boolean(event, "alive",
			    true);
		}
		jsonline_free(event);
	}
	words_release(&lines);
}

/* Says whose the node is, and what can be done about it. */
static void
refuse(const struct cluster *cluster, const struct holder *holder,
    struct failure *why)
{
	failure_set(why, EXITCODE_BUSY, "node '%s' belongs to run %s over "
	    "'%s', from %s, since %s", holder->node, holder->run,
	    holder->cluster, holder->from, holder->since);
	if (holder->is_alive)
		failure_hint(why, "wait until it is over, or stop it there "
		    "by 'clroll stop %s'", holder->run);
	else
		failure_hint(why, "nobody carries it out any more: go on "
		    "there by 'clroll resume %s'; or, if no such run is "
		    "known there, 'clroll lock --break %s'", holder->run,
		    cluster->name);
}

/* A node that did not say yes, nor whose it is. */
static void
tell_trouble(const struct cluster_node *node,
    const struct team_answer *answer, struct failure *why)
{
	struct text how = { 0 };

	if (!answer->is_reached) {
		*why = answer->why;
		return;
	}
	team_show_end(answer, &how);
	failure_set(why, EXITCODE_FAILED, "node '%s' cannot be claimed for "
	    "the run: %s", node->name, text_string(&how));
	text_release(&how);
}

/*
 * Makes of the answers whether all nodes are ours.  Returns 0, or -1 with why
 * set, and holder when a node is another run's.
 */
static int
judge(const struct cluster *cluster, const struct team_answer *answers,
    enum claims_when when, struct holder *holder, struct failure *why)
{
	int rc = 0;

	for (size_t i = 0; i < cluster->count && holder->run == NULL; i++) {
		const struct process_end end = answers[i].end;
		const bool has_exit = answers[i].is_reached &&
		    end.how == PROCESS_EXITED;

		if (has_exit && end.code == 0)
			continue;
		if (has_exit && end.code == EXITCODE_BUSY)
			read_holder(&answers[i], holder);
		if (holder->run == NULL && when == CLAIMS_AGAIN)
			continue;
		rc = -1;
		if (holder->run != NULL) {
			holder->node = cluster->nodes[i].name;
			refuse(cluster, holder, why);
		} else if (why->message[0] == '\0') {
			tell_trouble(&cluster->nodes[i], &answers[i], why);
		}
	}
	return (rc);
}

/* Asks all nodes once.  Returns as judge does. */
static int
ask(struct context *context, const struct words *argv, enum claims_when when,
    struct holder *holder, struct failure *why)
{
	const struct cluster *cluster = context->cluster;
	struct team_answer *answers = memory_make(cluster->count,
	    sizeof(*answers));
	const struct team_question question = { .argv = argv,
	    .timeout = ANSWER_TIME };
	int rc = team_ask(context->team, &question, answers, why);

	if (rc == 0)
		rc = judge(cluster, answers, when, holder, why);
	team_release_answers(answers, cluster->count);
	free(answers);
	return (rc);
}

/*
 * Gives up what run id has claimed on the nodes that can be reached.  Returns
 * whether all could.
 */
static bool
drop(struct context *context, const char *id)
{
	const char *const list[] = { "nqsupd", "claim", "--drop", id, NULL };
	const size_t count = context->cluster->count;
	struct team_answer *answers = memory_make(count, sizeof(*answers));
	struct failure ignored = { 0 };
	struct words argv = { 0 };
	bool is_told = true;

	words_add_list(&argv, list);
	const struct team_question question = { .argv = &argv,
	    .timeout = ANSWER_TIME };
	(void)team_ask(context->team, &question, answers, &ignored);
	for (size_t i = 0; i < count; i++)
		is_told = is_told && answers[i].is_reached;
	team_release_answers(answers, count);
	free(answers);
	words_release(&argv);
	return (is_told);
}

void
claims_drop(struct context *context, const char *id)
{
	static const struct timespec pause = { 3, 0 };

	if (!is_elsewhere(context->cluster))
		return;
	for (int i = 0; i < DROP_TIMES; i++) {
		/* One that was away may be there again. */
		for (size_t at = 0; at < context->team->count; at++)
			context->team->away[at] = (struct failure){ 0 };
		if (drop(context, id))
			return;
		(void)nanosleep(&pause, NULL);
	}
	message_say(MESSAGE_NOTE, "not every node could be told that run %s "
	    "is over; the next run from here sees it", id);
}

/*
 * Asks, and once more for each run of ours that holds a node.  Returns 0, or
 * -1 with why set, and alive when somebody carries that run out.
 */
static int
try(struct context *context, const char *id, enum claims_when when,
    bool *alive, struct failure *why)
{
	struct words ours = { 0 };
	char *over = NULL;
	int rc = runs_of(context->config, context->cluster->name, &ours,
	    why);

	*alive = false;
	for (size_t i = 0; rc == 0 && i <= context->cluster->count; i++) {
		struct words argv = { 0 };
		struct holder holder = { 0 };

		*why = (struct failure){ 0 };
		make_question(context->cluster, id, over, &argv);
		rc = ask(context, &argv, when, &holder, why);
		words_release(&argv);
		free(over);
		over = rc == -1 && holder.run != NULL && words_has(&ours,
		    holder.run) ? memory_copy_string(holder.run) : NULL;
		*alive = rc == -1 && holder.run != NULL && holder.is_alive;
		release_holder(&holder);
		if (over == NULL)
			break;
		rc = 0;
	}
	if (over != NULL)
		rc = -1;
	free(over);
	words_release(&ours);
	return (rc);
}

int
claims_take(struct context *context, const char *id, enum claims_when when,
    int64_t wait, struct failure *why)
{
	static const struct timespec pause = { 1, 0 };
	const int64_t deadline = clock_monotonic() + wait;
	bool alive = true;
	int rc = 0;

	if (!is_elsewhere(context->cluster))
		return (0);
	for (;;) {
		rc = try(context, id, when, &alive, why);
		if (rc == -1 && when == CLAIMS_BEGIN)
			(void)drop(context, id);
		if (rc == 0 || !alive || clock_monotonic() >= deadline)
			return (rc);
		if (stop_signals_check(id, why) == -1)
			return (-1);
		(void)nanosleep(&pause, NULL);
	}
}

/* ---- renewing ---------------------------------------------------------- */

struct claims_node {
	struct claims	*claims;
	const char	*name;
	struct session	*session;
	struct text	 said;		/* the begin of it */
	bool		 is_asked;
};

struct claims {
	struct context		*context;
	struct words		 argv;
	struct eventloop_timer	*timer;
	struct claims_node	*nodes;
	bool			 is_lost;	/* that was said */
};

enum { SAID_LIMIT = 4096 };

static void
opened(void *cookie)
{
	struct claims_node *node = cookie;
	const struct session_command command = {
		.argv = &node->claims->argv };

	node->said.length = 0;
	node->session->calls->start(node->session, &command);
}

/* The next beat tries again. */
static void
failed(void *cookie, const struct failure *why)
{
	struct claims_node *node = cookie;

	(void)why;
	node->is_asked = false;
}

static void
said(void *cookie, const char *bytes, size_t size, bool is_error)
{
	struct claims_node *node = cookie;
	const size_t room = SAID_LIMIT - node->said.length;

	if (!is_error)
		text_add_bytes(&node->said, bytes, size < room ? size :
		    room);
}

/* The node is another run's: a person took it away from this one. */
static void
lose(struct claims_node *node)
{
	const struct team_answer answer = { .output = node->said };
	struct holder holder = { .node = node->name };
	struct failure why = { 0 };

	read_holder(&answer, &holder);
	if (holder.run == NULL || node->claims->is_lost) {
		release_holder(&holder);
		return;
	}
	node->claims->is_lost = true;
	refuse(node->claims->context->cluster, &holder, &why);
	message_failure(&why);
	release_holder(&holder);
	(void)kill(getpid(), EXECUTION_STOP_SIGNAL);	/* always may */
}

static void
ended(void *cookie, struct process_end end)
{
	struct claims_node *node = cookie;

	node->is_asked = false;
	if (end.how == PROCESS_EXITED && end.code == EXITCODE_BUSY)
		lose(node);
}

static const struct session_events events = {
	opened, failed, session_may_go_on, said, ended
};

static void
ask_node(struct claims *claims, size_t at)
{
	struct claims_node *node = &claims->nodes[at];
	struct team *team = claims->context->team;
	struct failure ignored = { 0 };

	if (node->session == NULL) {
		node->session = team_session(team, at, &ignored);
		if (node->session == NULL)
			return;
		node->session->events = &events;
		node->session->cookie = node;
	}
	/* One that did not answer until now is given up. */
	if (node->is_asked)
		node->session->calls->close(node->session);
	node->is_asked = true;
	node->session->calls->open(node->session);
}

static void
beat(void *cookie)
{
	struct claims *claims = cookie;
	struct team *team = claims->context->team;

	for (size_t i = 0; i < team->count; i++)
		ask_node(claims, i);
	claims->timer = eventloop_at(team->loop, clock_monotonic() + BEAT,
	    beat, claims);
}

struct claims *
claims_keep(struct context *context, const char *id)
{
	struct claims *claims;

	if (!is_elsewhere(context->cluster))
		return (NULL);
	claims = memory_make(1, sizeof(*claims));
	claims->context = context;
	make_question(context->cluster, id, NULL, &claims->argv);
	claims->nodes = memory_make(context->team->count,
	    sizeof(*claims->nodes));
	for (size_t i = 0; i < context->team->count; i++) {
		claims->nodes[i].claims = claims;
		claims->nodes[i].name = context->cluster->nodes[i].name;
	}
	claims->timer = eventloop_at(context->team->loop, clock_monotonic() +
	    BEAT, beat, claims);
	return (claims);
}

void
claims_leave(struct claims *claims)
{
	if (claims == NULL)
		return;
	eventloop_cancel(claims->context->team->loop, claims->timer);
	for (size_t i = 0; i < claims->context->team->count; i++) {
		struct claims_node *node = &claims->nodes[i];

		if (node->session != NULL)
			node->session->calls->free(node->session);
		text_release(&node->said);
	}
	words_release(&claims->argv);
	free(claims->nodes);
	free(claims);
}
