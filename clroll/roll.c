#include <config.h>

#include "roll.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../libcore/base/digest.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
#include "../libcore/base/text.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/run/command.h"
#include "../libcore/run/execution.h"
#include "../libcore/run/history.h"
#include "../libcore/run/plan.h"
#include "../libcore/run/procedure.h"
#include "../libcore/run/standing.h"
#include "../libcore/run/values.h"
#include "../libcore/system/fileio.h"
#include "../libsite/node_config.h"
#include "cluster.h"
#include "outage.h"
#include "roles.h"
#include "team.h"

/* The roles that a step of a cluster's procedure may be on. */
static const char *const known_roles[] = {
	"standby", "active", "target", "all", NULL
};

static const char *const names_of_facts[] = {
	"node",			/* where the step is carried out */
	"run",			/* identifier of the run */
	"cluster",		/* its name */
	"group",
	"site",
	"home",			/* the node where the group belongs */
	"active",		/* the node that held it at the begin */
	"target",		/* the node that it moves to first */
	"package",		/* the file, absolute, on this machine */
	"package_name",		/* the last component of it */
	"package_digest",	/* its SHA-256 */
	"stored",		/* where it lies on the nodes */
	"work",			/* yes when there is a work_check */
	"work_check",		/* "check" of the cluster's file */
	NULL
};

void
roll_facts(struct words *names)
{
	words_add_list(names, names_of_facts);
}

char *
roll_directory(const struct node_config *config)
{
	struct text path = { 0 };

	text_format(&path, "%s/cluster-runs", config->state);
	return (text_take(&path));
}

char *
roll_lock_path(const struct node_config *config, const char *cluster)
{
	struct text path = { 0 };

	text_format(&path, "%s/cluster-%s.lock", config->locks, cluster);
	return (text_take(&path));
}

/* ---- values ------------------------------------------------------------------ */

static int
digest_package(const char *path, char digest[DIGEST_TEXT_ROOM],
    struct failure *why)
{
	const int fd = fileio_open(AT_FDCWD, path, O_RDONLY, 0);
	int rc = -1;

	if (fd != -1)
		rc = digest_of_descriptor(fd, digest);
	if (rc == -1)
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot read '%s'", path);
	if (fd != -1)
		(void)close(fd);		/* was only read */
	return (rc);
}

static int
gather_package(const struct cluster *cluster, const char *path,
    struct values *values, struct failure *why)
{
	char digest[DIGEST_TEXT_ROOM];
	struct text stored = { 0 };

	if (path == NULL)
		return (0);
	if (digest_package(path, digest, why) == -1)
		return (-1);
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;
	text_format(&stored, "%s/%s", cluster->store, name);
	values_set(values, "package", path);
	values_set(values, "package_name", name);
	values_set(values, "package_digest", digest);
	values_set(values, "stored", text_string(&stored));
	text_release(&stored);
	return (0);
}

int
roll_gather(const struct cluster *cluster, const struct roles *roles,
    const struct roll_request *request, struct values *values,
    struct failure *why)
{
	values_set(values, "run", request->run);
	values_set(values, "cluster", cluster->name);
	values_set(values, "group", cluster->group);
	values_set(values, "site", cluster->site);
	values_set(values, "home", cluster->home);
	values_set(values, "active", cluster->nodes[roles->active].name);
	values_set(values, "target", cluster->nodes[roles->target].name);
	values_set(values, "work", cluster->check.count > 0 ? "yes" : "no");
	values_add(values, "work_check", NULL);
	for (size_t i = 0; i < cluster->check.count; i++)
		values_add(values, "work_check", cluster->check.list[i]);
	values_merge(values, request->given);
	return (gather_package(cluster, request->package, values, why));
}

/* Checks that the package still is the one that the run began with. */
static int
check_package(const struct values *values, struct failure *why)
{
	const char *path = values_single(values, "package");
	const char *expected = values_single(values, "package_digest");
	char digest[DIGEST_TEXT_ROOM];

	if (path == NULL || expected == NULL)
		return (0);
	if (digest_package(path, digest, why) == -1)
		return (-1);
	if (strcmp(digest, expected) == 0)
		return (0);
	failure_set(why, EXITCODE_DATA,
	    "'%s' is not the file that the run began with", path);
	return (-1);
}

/* ---- the plan ------------------------------------------------------------------ */

/* Fills places with the nodes and the roles that values give them. */
static void
make_places(const struct cluster *cluster, const struct values *values,
    struct plan_place *places)
{
	const char *active = values_single(values, "active");
	const char *target = values_single(values, "target");

	for (size_t i = 0; i < cluster->count; i++) {
		const char *name = cluster->nodes[i].name;

		places[i].name = name;
		words_add(&places[i].roles, "all");
		words_add(&places[i].roles, active != NULL &&
		    strcmp(name, active) == 0 ? "active" : "standby");
		if (target != NULL && strcmp(name, target) == 0)
			words_add(&places[i].roles, "target");
	}
}

static struct plan *
make_plan(const struct node_config *config, const struct cluster *cluster,
    const struct procedure *procedure, const struct values *values,
    struct failure *why)
{
	struct plan_place *places = memory_make(cluster->count,
	    sizeof(*places));
	struct plan_tool tool = { .name = "cluster" };
	struct text script = { 0 };
	struct plan *plan;

	if (cluster->adapter[0] == '/')
		text_add(&script, cluster->adapter);
	else
		text_format(&script, "%s/cluster/%s", config->share,
		    cluster->adapter);
	words_add(&tool.prefix, "sh");
	words_add(&tool.prefix, "-s");
	words_add(&tool.prefix, "--");
	tool.input = text_string(&script);
	make_places(cluster, values, places);
	const struct plan_source source = { values, places, cluster->count,
	    &tool, 1 };
	plan = plan_make(procedure, &source, why);
	for (size_t i = 0; i < cluster->count; i++)
		words_release(&places[i].roles);
	free(places);
	words_release(&tool.prefix);
	text_release(&script);
	return (plan);
}

int
roll_plan(const struct node_config *config, const struct cluster *cluster,
    const char *name, const struct values *values,
    struct procedure **procedure, struct plan **plan, struct failure *why)
{
	struct words directories = { 0 };
	struct words facts = { 0 };
	struct words roles = { 0 };

	*procedure = NULL;
	*plan = NULL;
	words_add(&directories, NQS_SYSCONFDIR "/nqstools/procedures");
	words_format(&directories, "%s/procedures", config->share);
	roll_facts(&facts);
	words_add_list(&roles, known_roles);
	char *path = procedure_find(name, &directories, why);
	if (path != NULL)
		*procedure = procedure_read(path, &facts, &roles, why);
	if (*procedure != NULL)
		*plan = make_plan(config, cluster, *procedure, values, why);
	if (*plan == NULL) {
		procedure_free(*procedure);
		*procedure = NULL;
	}
	free(path);
	words_release(&directories);
	words_release(&facts);
	words_release(&roles);
	return (*plan == NULL ? -1 : 0);
}

int
roll_standing(const struct node_config *config,
    const struct cluster *cluster, const struct history *history,
    struct standing *standing, struct failure *why)
{
	struct procedure *procedure = NULL;
	struct plan *plan = NULL;

	*standing = (struct standing){ 0 };
	if (roll_plan(config, cluster, history->procedure_path,
	    &history->values, &procedure, &plan, why) == -1)
		return (-1);
	procedure_free(procedure);
	return (standing_find(plan, history, standing, why));
}

int
roll_find(const struct node_config *config, const char *id,
    struct history *history, struct failure *why)
{
	char *directory = roll_directory(config);
	const int rc = history_read(directory, id, history, why);

	free(directory);
	if (rc == 0)
		failure_set(why, EXITCODE_USAGE, id == NULL ?
		    "there is no run yet" : "there is no run '%s'", id);
	return (rc == 1 ? 0 : -1);
}

bool
roll_is_run(const struct node_config *config, const char *id)
{
	char *directory = roll_directory(config);
	char *path = history_path(directory, id);
	const bool is_run = history_id_is_good(id) && access(path,
	    F_OK) == 0;

	free(path);
	free(directory);
	return (is_run);
}

/* ---- a life ---------------------------------------------------------------------- */

/* What a run watches besides its steps. */
struct watch {
	const struct cluster	*cluster;
	struct outage		*outage;
};

static void
begin_watch(void *cookie, struct execution *execution)
{
	struct watch *watch = cookie;

	watch->outage = outage_start(watch->cluster, execution->loop,
	    execution);
}

static void
end_watch(void *cookie, struct execution *execution)
{
	struct watch *watch = cookie;

	(void)execution;
	outage_stop(watch->outage);
	watch->outage = NULL;
}

static enum exitcode
run_over(struct execution *execution, const struct cluster *cluster,
    struct team *team, struct failure *why)
{
	struct watch watch = { .cluster = cluster };

	execution->loop = team->loop;
	execution->sessions = team->sessions;
	execution->patience = cluster->patience;
	execution->begun = begin_watch;
	execution->ending = end_watch;
	execution->cookie = &watch;
	return (execution_run(execution, why));
}

enum exitcode
roll_begin(struct command *command, const struct node_config *config,
    const struct cluster *cluster, struct team *team,
    const struct roll_request *request, const struct values *values,
    struct failure *why)
{
	struct procedure *procedure = NULL;
	struct plan *plan = NULL;
	char *directory = roll_directory(config);
	char *path = history_path(directory, request->run);
	enum exitcode code;

	if (roll_plan(config, cluster, request->procedure, values,
	    &procedure, &plan, why) == -1 ||
	    fileio_make_directories(directory, 0700, why) == -1) {
		code = why->code;
	} else {
		struct jsonline *open = history_open_record(request->run,
		    cluster->file, procedure, values);
		struct execution execution = { .command = command,
		    .plan = plan, .path = path, .open = open };

		code = run_over(&execution, cluster, team, why);
		jsonline_free(open);
	}
	plan_free(plan);
	procedure_free(procedure);
	free(path);
	free(directory);
	return (code);
}

enum exitcode
roll_resume(struct command *command, const struct node_config *config,
    const struct cluster *cluster, struct team *team,
    const struct history *history, const struct roll_again *again,
    struct failure *why)
{
	struct procedure *procedure = NULL;
	struct plan *plan = NULL;
	enum exitcode code = EXITCODE_DATA;

	if (check_package(&history->values, why) == -1 ||
	    roll_plan(config, cluster, history->procedure_path,
	    &history->values, &procedure, &plan, why) == -1)
		return (why->code);
	if (strcmp(procedure->digest, history->digest) != 0) {
		failure_set(why, EXITCODE_DATA, "'%s' is not the procedure "
		    "that run %s began with", procedure->path, history->id);
		failure_hint(why, "bring the former file back, or finish the "
		    "run by hand as 'clroll status' describes it");
	} else {
		struct execution execution = { .command = command,
		    .plan = plan, .path = history->path, .history = history,
		    .back = again->back, .decided = again->decided };

		code = run_over(&execution, cluster, team, why);
	}
	plan_free(plan);
	procedure_free(procedure);
	return (code);
}
