#include <config.h>

#include "life.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
#include "../libcore/base/message.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/run/again.h"
#include "../libcore/run/command.h"
#include "../libcore/run/execution.h"
#include "../libcore/run/follow.h"
#include "../libcore/run/history.h"
#include "../libcore/run/local_session.h"
#include "../libcore/run/plan.h"
#include "../libcore/run/past.h"
#include "../libcore/run/retention.h"
#include "../libcore/run/run_lock.h"
#include "../libcore/run/session.h"
#include "../libcore/system/eventloop.h"
#include "../libcore/system/fileio.h"
#include "../libcore/system/process.h"
#include "../libcore/system/trust.h"
#include "../libsite/node_config.h"
#include "claim.h"
#include "found.h"
#include "node.h"
#include "node_scheme.h"
#include "way_back.h"
#include "word.h"

char *
life_directory(const struct node_config *config)
{
	struct text path = { 0 };

	text_format(&path, "%s/runs", config->state);
	return (text_take(&path));
}

int
life_check_directory(const struct node_config *config, struct failure *why)
{
	char *directory = life_directory(config);
	const int rc = trust_check_folder(directory, why);

	free(directory);
	return (rc);
}

char *
life_journal(const struct node_config *config, const char *id)
{
	char *directory = life_directory(config);
	char *path = history_path(directory, id);

	free(directory);
	return (path);
}

char *
life_find(const struct node_config *config, const char *id,
    struct failure *why)
{
	char *directory = life_directory(config);
	struct history history = { 0 };
	char *found = NULL;

	if (id != NULL && !history_id_is_good(id)) {
		(void)history_refuse_absent(directory, id, why);
	} else if (id != NULL) {
		found = memory_copy_string(id);
	} else {
		const int rc = history_read(directory, NULL, &history, why);

		if (rc == 1)
			found = memory_copy_string(history.id);
		else if (rc == 0)
			(void)history_refuse_absent(directory, NULL, why);
	}
	history_release(&history);
	free(directory);
	return (found);
}

int
life_is_running(const struct node_config *config, const char *id,
    struct failure *why)
{
	char *path = node_lock_path(config);
	const int rc = run_lock_is_held(path, id, why);

	free(path);
	return (rc);
}

void
life_hint_at_holder(const struct node_config *config, bool has_waited,
    struct failure *why)
{
	char *path = node_lock_path(config);

	run_lock_hint(path, "nqsupd", has_waited, why);
	free(path);
}

enum exitcode
life_follow(struct command *command, const struct node_config *config,
    const char *id, struct failure *why)
{
	char *directory = life_directory(config);
	char *lock = node_lock_path(config);
	const struct run_place place = { directory, lock, id };
	const enum exitcode code = follow_run(command, &place, why);

	free(lock);
	free(directory);
	return (code);
}

int
life_read(const struct node_config *config, const char *id,
    struct history *history, bool *running, struct failure *why)
{
	char *directory = life_directory(config);
	char *path = node_lock_path(config);
	int held = 0;
	int rc = history_read(directory, id, history, why);

	if (rc == 1)
		held = run_lock_look(path, directory, history, why);
	else if (rc == 0 && id != NULL)
		held = run_lock_is_held(path, id, why);
	*running = held == 1;
	free(path);
	free(directory);
	return (held == -1 ? -1 : rc);
}

/* Returns the directory of the safety archives, the caller's. */
static char *
archive_directory(const struct node_config *config)
{
	struct text path = { 0 };

	text_format(&path, "%s/saved", config->state);
	return (text_take(&path));
}

int
life_may_begin(const struct node_config *config, struct failure *why)
{
	const struct scheme scheme = node_scheme(config);
	char *directory = life_directory(config);
	char *archives = archive_directory(config);
	const struct past past = { .scheme = &scheme, .directory = directory,
	    .program = "nqsupd" };
	const struct retention retention = { config->history.keep_last,
	    config->history.keep_days, archives };
	const int rc = past_may_begin(&past, why);

	if (rc == 0)
		retention_apply(&retention, &past);
	free(archives);
	free(directory);
	return (rc);
}

/*
 * Returns the directories where the steps' programs are, our own first, so
 * that a procedure gets the tools of this installation; the caller's.
 */
static char *
make_path(const struct command *command, const struct node_config *config)
{
	char *self = command_find_self(command);
	struct text path = { 0 };

	text_add(&path, self == NULL ? NQS_BINDIR : dirname(self));
	free(self);
	text_format(&path, ":%s", config->path);
	return (text_take(&path));
}

/* The cookie of execution's events. */
struct found {
	const struct node_config	*config;
	const struct values		*values;
	const char			*id;	/* of the run */
};

/* Puts down what is on the node when, for who reads the journal later. */
static void
put_down(struct execution *execution, const char *when)
{
	const struct found *found = execution->cookie;
	const bool counts = plan_find(execution->plan, FOUND_COUNTING_STEP) <
	    execution->plan->count;
	struct jsonline *record = found_record(found->config, found->values,
	    when, counts);

	execution_record(execution, record);
	jsonline_free(record);
}

/* Says whose dead claim to the node is passed over by the run. */
static void
tell_dead_claim(struct execution *execution)
{
	const struct found *found = execution->cookie;
	struct claim claim = { 0 };
	struct failure why = { 0 };
	const int rc = claim_find_dead(found->config, found->id, &claim, &why);

	if (rc == 1) {
		struct jsonline *record = jsonline_make();
		struct text text = { 0 };

		claim_show(&claim, &text);
		jsonline_set_string(record, "event", "claim");
		jsonline_set_string(record, "of", claim.run);
		jsonline_set_string(record, "cluster", claim.cluster);
		jsonline_set_string(record, "from", claim.from);
		jsonline_set_string(record, "since", claim.since);
		jsonline_set_string(record, "why", text_string(&text));
		execution_record(execution, record);
		text_release(&text);
		jsonline_free(record);
	} else if (rc == -1) {
		message_failure(&why);
	}
	claim_release(&claim);
}

static void
begun(void *cookie, struct execution *execution)
{
	(void)cookie;
	tell_dead_claim(execution);
	if (execution->history == NULL)
		put_down(execution, "before");
}

static void
closing(void *cookie, struct execution *execution)
{
	(void)cookie;
	put_down(execution, "after");
}

/* Whether a step that asks is named by name. */
static bool
asks(const struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->steps[i].confirm != NULL &&
		    plan_step_is_named(&plan->steps[i], name))
			return (true);
	}
	return (false);
}

/* Refuses to confirm what is not asked: a name may be mistyped. */
static int
check_confirmed(const struct command *command, const struct plan *plan,
    struct failure *why)
{
	const struct words *confirmed = &command->confirmed;
	struct words known = { 0 };
	struct text list = { 0 };
	size_t i = 0;

	while (i < confirmed->count && asks(plan, confirmed->list[i]))
		i++;
	if (i == confirmed->count)
		return (0);
	for (size_t j = 0; j < plan->count; j++) {
		if (plan->steps[j].confirm != NULL)
			words_add(&known, plan->steps[j].key);
	}
	words_join(&known, ", ", &list);
	(void)command_misused(why, "no step '%s' asks to be confirmed",
	    confirmed->list[i]);
	failure_hint(why, known.count > 0 ? "those that ask are %s" :
	    "none does%s", text_string(&list));
	text_release(&list);
	words_release(&known);
	return (-1);
}

/* Fills environment with what the steps' programs get. */
static void
make_environment(const struct node_config *config, const char *path,
    struct words *environment)
{
	if (config->file != NULL)
		words_format(environment, "NQSTOOLS_CONF=%s", config->file);
	process_environment(environment, path);
}

/* Runs execution, which lacks its loop, sessions and events, here. */
static enum exitcode
run_here(struct execution *execution, const struct node_config *config,
    const struct values *values, struct failure *why)
{
	struct found found = { config, values, execution->history != NULL ?
	    execution->history->id : jsonline_string(execution->open, "run") };
	char *path = make_path(execution->command, config);
	struct words environment = { 0 };
	struct session *session = NULL;
	enum exitcode code = EXITCODE_SYSTEM;

	make_environment(config, path, &environment);
	execution->loop = eventloop_make(why);
	if (execution->loop != NULL) {
		session = local_session_make(execution->loop, path,
		    &environment);
		execution->sessions = &session;
		execution->patience = config->patience;
		execution->begun = begun;
		execution->closing = closing;
		execution->cookie = &found;
		code = execution_run(execution, why);
		session->calls->free(session);
		eventloop_free(execution->loop);
	}
	words_release(&environment);
	free(path);
	return (code);
}

/* Makes the directories that a run writes to. */
static int
make_directories(const struct node_config *config, struct failure *why)
{
	char *archives = archive_directory(config);
	char *runs = life_directory(config);
	const int rc = fileio_make_directories(runs, 0700, why) == -1 ||
	    trust_check_folder(runs, why) == -1 ||
	    fileio_make_directories(archives, 0700, why) == -1 ? -1 : 0;

	free(archives);
	free(runs);
	return (rc);
}

enum exitcode
life_begin(struct command *command, const struct node_config *config,
    const char *name, const char *id, const struct values *values,
    struct failure *why)
{
	const struct scheme scheme = node_scheme(config);
	struct scheme_plan made;
	char *directory = life_directory(config);
	char *path = history_path(directory, id);
	enum exitcode code;

	if (scheme_begin(&scheme, name, values, &made, why) == -1 ||
	    check_confirmed(command, made.plan, why) == -1 ||
	    make_directories(config, why) == -1) {
		code = why->code;
	} else {
		struct jsonline *open = history_open_record(id, config->node,
		    made.procedure, values);
		struct execution execution = { .command = command,
		    .plan = made.plan, .path = path, .open = open };

		code = run_here(&execution, config, values, why);
		jsonline_free(open);
	}
	scheme_release(&made);
	free(path);
	free(directory);
	return (code);
}

/* Checks that it is this node that the run was begun on. */
static int
check_node(const struct node_config *config, const struct history *history,
    struct failure *why)
{
	if (strcmp(history->subject, config->node) == 0)
		return (0);
	failure_set(why, EXITCODE_DATA, "run %s was begun on node '%s', and "
	    "this is '%s'", history->id, history->subject, config->node);
	return (-1);
}

/* Checks that the run can be put back, if it is to be. */
static int
check_way_back(const struct node_config *config,
    const struct execution *execution, struct failure *why)
{
	char *path = make_path(execution->command, config);
	const int rc = !execution->back || execution->decided != NULL ? 0 :
	    way_back_check(config, execution->history, path, why);

	free(path);
	return (rc);
}

/* Checks that what verifies a step does not contradict a person's word. */
static int
check_word(const struct node_config *config,
    const struct execution *execution, struct failure *why)
{
	char *path = make_path(execution->command, config);
	struct words environment = { 0 };
	const struct word word = { .execution = execution, .path = path,
	    .environment = &environment };

	make_environment(config, path, &environment);
	const int rc = word_check(&word, why);
	words_release(&environment);
	free(path);
	return (rc);
}

/* What run_again() gets. */
struct here {
	const struct node_config	*config;
};

static enum exitcode
run_again(void *cookie, struct execution *execution, struct failure *why)
{
	const struct here *here = cookie;
	const struct node_config *config = here->config;
	const struct history *history = execution->history;

	/* What is left as it is needs nothing. */
	if (check_confirmed(execution->command, execution->plan, why) == -1 ||
	    check_node(config, history, why) == -1 ||
	    (execution->leave == NULL &&
	    (way_back_check_packages(history, why) == -1 ||
	    life_check_role(config, history, why) == -1)) ||
	    check_way_back(config, execution, why) == -1 ||
	    check_word(config, execution, why) == -1)
		return (why->code);
	return (run_here(execution, config, &history->values, why));
}

enum exitcode
life_resume(struct command *command, const struct node_config *config,
    const struct history *history, const struct again *again,
    struct failure *why)
{
	const struct scheme scheme = node_scheme(config);
	struct here here = { config };
	const struct again_request request = { .command = command,
	    .again = again, .history = history, .scheme = &scheme,
	    .run = run_again, .cookie = &here };

	return (again_run(&request, why));
}
