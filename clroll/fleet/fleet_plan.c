#include <config.h>

#include "fleet_plan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/format/settings.h"
#include "../../libcore/run/command.h"
#include "../../libcore/run/history.h"
#include "../../libcore/run/procedure.h"
#include "../../libcore/run/values.h"
#include "../../libcore/system/filedigest.h"
#include "../../libcore/system/fileio.h"
#include "../../libsite/node_config.h"
#include "../cluster/cluster_scheme.h"
#include "../cluster/context.h"

enum {
	LIST_LIMIT = 64 << 20,		/* bytes of a list of clusters */
	NAME_LIMIT = 120		/* of one, being part of a run's */
};

void
fleet_plan_release(struct fleet_plan *plan)
{
	free(plan->verb);
	free(plan->procedure);
	free(plan->config);
	words_release(&plan->arguments);
	words_release(&plan->options);
	words_release(&plan->clusters);
	words_release(&plan->names);
	words_release(&plan->files);
	words_release(&plan->things);
	*plan = (struct fleet_plan){ 0 };
}

/* ---- clusters ----------------------------------------------------------- */

/* Adds the name of a cluster: that of its file. */
static int
add_name(struct fleet_plan *plan, const char *cluster, struct failure *why)
{
	const char *slash = strrchr(cluster, '/');
	char *name = memory_copy_string(slash == NULL ? cluster : slash + 1);
	int rc = -1;

	if (slash != NULL && text_ends_with(name, ".conf"))
		name[strlen(name) - strlen(".conf")] = '\0';
	if (!history_id_is_good(name) || strlen(name) > NAME_LIMIT) {
		failure_set(why, EXITCODE_USAGE,
		    "the name of the cluster '%s' cannot be part of a run's",
		    name);
		failure_hint(why, "letters, digits, '-', '_' and '.'");
	} else {
		words_add(&plan->names, name);
		rc = 0;
	}
	free(name);
	return (rc);
}

/* Adds the path of the file of a cluster, as plan->clusters has it. */
static void
add_path(const struct node_config *config, const char *cluster,
    struct text *path)
{
	if (strchr(cluster, '/') != NULL)
		text_add(path, cluster);
	else
		text_format(path, "%s/%s.conf", config->clusters, cluster);
}

int
fleet_plan_check_file(const struct fleet_plan *plan,
    const struct node_config *config, size_t item, struct failure *why)
{
	struct text path = { 0 };
	char digest[DIGEST_TEXT_ROOM];
	int rc = 0;

	if (!plan->is_approved)
		return (0);
	add_path(config, plan->clusters.list[item], &path);
	rc = filedigest_read(text_string(&path), digest, why);
	if (rc == 0 && (item >= plan->files.count ||
	    strcmp(digest, plan->files.list[item]) != 0)) {
		failure_set(why, EXITCODE_DATA, "the file '%s' is not what "
		    "was approved", text_string(&path));
		rc = -1;
	}
	text_release(&path);
	return (rc);
}

static int
add_cluster(struct fleet_plan *plan, const struct node_config *config,
    const char *cluster, struct failure *why)
{
	struct text path = { 0 };
	struct settings *settings = NULL;

	if (strchr(cluster, '/') != NULL) {
		char *absolute = fileio_absolute_path(cluster);

		text_add(&path, absolute == NULL ? cluster : absolute);
		words_add(&plan->clusters, text_string(&path));
		free(absolute);
	} else {
		add_path(config, cluster, &path);
		words_add(&plan->clusters, cluster);
	}
	if (access(text_string(&path), F_OK) == -1) {
		failure_set(why, EXITCODE_USAGE, "there is no cluster '%s'",
		    cluster);
		failure_hint(why, "it would be the file %s",
		    text_string(&path));
	} else {
		settings = settings_read(text_string(&path), why);
	}
	if (settings != NULL)
		words_add(&plan->files, settings_digest(settings));
	const int rc = settings == NULL ? -1 : add_name(plan, cluster, why);
	settings_free(settings);
	text_release(&path);
	return (rc);
}

/* Takes the cluster, if any, out of a line of a list. */
static int
read_line(struct fleet_plan *plan, const struct node_config *config,
    char *line, struct failure *why)
{
	line[strcspn(line, "#")] = '\0';
	line += strspn(line, " \t\r");
	const size_t length = strcspn(line, " \t\r");
	const char *rest = line + length + strspn(line + length, " \t\r");

	if (length == 0)
		return (0);
	if (*rest != '\0') {
		failure_set(why, EXITCODE_USAGE,
		    "a line of the list has more than a cluster: '%s'", line);
		return (-1);
	}
	line[length] = '\0';
	return (add_cluster(plan, config, line, why));
}

static int
read_list(struct fleet_plan *plan, const struct node_config *config,
    const char *list, struct failure *why)
{
	const bool is_stdin = strcmp(list, "-") == 0;
	/* It may be a pipe, which whoever names it wants to be waited for. */
	const int fd = is_stdin ? STDIN_FILENO : fileio_open(AT_FDCWD, list,
	    O_RDONLY, 0);
	struct text text = { 0 };
	struct words lines = { 0 };
	int rc = -1;

	if (fd == -1)
		failure_set_errno(why, errno == ENOENT ? EXITCODE_USAGE :
		    failure_code_of_errno(errno), errno,
		    "cannot read the list '%s'", list);
	else
		rc = fileio_read_all(fd, is_stdin ? "stdin" : list,
		    LIST_LIMIT, &text, why);
	if (fd != -1 && !is_stdin)
		fileio_close_read(fd);
	if (rc != -1)
		words_split(&lines, text_string(&text), '\n');
	for (size_t i = 0; rc != -1 && i < lines.count; i++)
		rc = read_line(plan, config, lines.list[i], why);
	words_release(&lines);
	text_release(&text);
	return (rc == -1 ? -1 : 0);
}

static int
compare_names(const void *left, const void *right)
{
	const char *const *one = left, *const *other = right;

	return (strcmp(*one, *other));
}

/* Refuses a fleet without clusters, or with one that stands twice. */
static int
check_clusters(const struct fleet_plan *plan, struct failure *why)
{
	const size_t count = plan->names.count;
	int rc = 0;

	if (count == 0) {
		(void)command_misused(why, "no cluster is named");
		failure_hint(why, "clusters stand behind '--', or in the "
		    "list of -f; without any, there are status, report, "
		    "pause, resume and stop");
		return (-1);
	}
	char **sorted = memory_copy(plan->names.list,
	    count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare_names);
	for (size_t i = 1; rc == 0 && i < count; i++) {
		if (strcmp(sorted[i - 1], sorted[i]) != 0)
			continue;
		(void)command_misused(why, "cluster '%s' stands twice",
		    sorted[i]);
		rc = -1;
	}
	free(sorted);
	return (rc);
}

/* ---- what is done ------------------------------------------------------- */

const char *
fleet_plan_procedure(const struct fleet_plan *plan)
{
	if (plan->procedure != NULL)
		return (plan->procedure);
	return (strcmp(plan->verb, "patch") == 0 ? "rolling-patch" :
	    "cluster-upgrade");
}

/* Adds the digest of the procedure to things. */
static int
look_at_procedure(const struct fleet_plan *plan,
    const struct node_config *config, struct words *things,
    struct failure *why)
{
	struct procedure *procedure = cluster_scheme_read(config,
	    fleet_plan_procedure(plan), why);

	if (procedure != NULL)
		words_add(things, procedure->digest);
	procedure_free(procedure);
	return (procedure == NULL ? -1 : 0);
}

/* Whether an operand is NAME=VALUE, and no package. */
static bool
is_value(const char *operand)
{
	struct values values = { 0 };
	const bool is = values_add_operand(&values, operand);

	values_release(&values);
	return (is);
}

/* Adds the digests of the procedure and the packages to things. */
static int
look_at_things(const struct fleet_plan *plan,
    const struct node_config *config, struct words *things,
    struct failure *why)
{
	char digest[DIGEST_TEXT_ROOM];

	if (look_at_procedure(plan, config, things, why) == -1)
		return (-1);
	for (size_t i = 0; i < plan->arguments.count; i++) {
		if (is_value(plan->arguments.list[i]))
			continue;
		if (filedigest_read(plan->arguments.list[i], digest,
		    why) == -1)
			return (-1);
		words_add(things, digest);
	}
	return (0);
}

static int
add_argument(struct fleet_plan *plan, const char *operand,
    struct failure *why)
{
	char *path;

	if (is_value(operand)) {
		words_add(&plan->arguments, operand);
		return (0);
	}
	path = fileio_absolute_path(operand);
	if (path == NULL || access(path, R_OK) == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot read the package '%s'", operand);
		failure_hint(why, "clusters stand behind '--'");
		free(path);
		return (-1);
	}
	words_add(&plan->arguments, path);
	free(path);
	return (0);
}

/* Takes what is to be done, and leaves the clusters in *clusters. */
static int
read_operands(struct fleet_plan *plan, char **operands, char ***clusters,
    struct failure *why)
{
	if (*operands == NULL || strcmp(*operands, "--") == 0) {
		(void)command_misused(why, "what is to be done is not said");
		return (-1);
	}
	if (strcmp(*operands, "patch") == 0 ||
	    strcmp(*operands, "upgrade") == 0) {
		plan->verb = memory_copy_string(*operands);
	} else {
		plan->verb = memory_copy_string("run");
		plan->procedure = strchr(*operands, '/') == NULL ?
		    memory_copy_string(*operands) :
		    fileio_absolute_path(*operands);
	}
	for (operands++; *operands != NULL && strcmp(*operands, "--") != 0;
	    operands++) {
		if (add_argument(plan, *operands, why) == -1)
			return (-1);
	}
	if (plan->procedure == NULL && plan->arguments.count == 0) {
		(void)command_misused(why, "no package is named");
		return (-1);
	}
	*clusters = *operands == NULL ? operands : operands + 1;
	return (0);
}

void
fleet_plan_confirm(struct fleet_plan *plan, const struct command *command)
{
	if (command->yes)
		words_add(&plan->options, "--yes");
	for (size_t i = 0; i < command->confirmed.count; i++) {
		words_add(&plan->options, "--confirm");
		words_add(&plan->options, command->confirmed.list[i]);
	}
}

/* Options of the fleet that are meant for each run. */
static void
pass_options(struct fleet_plan *plan, const struct command *command)
{
	fleet_plan_confirm(plan, command);
	if (command->wait > 0) {
		words_add(&plan->options, "--wait");
		words_format(&plan->options, "%lldms",
		    (long long)(command->wait / 1000000));
	}
}

static void
set_digest(struct fleet_plan *plan)
{
	struct jsonline *line = fleet_plan_write(plan);
	struct text text = { 0 };

	jsonline_show(line, &text);
	digest_of_bytes(text_string(&text), text.length, plan->digest);
	text_release(&text);
	jsonline_free(line);
}

int
fleet_plan_make(struct fleet_plan *plan, const struct command *command,
    const struct node_config *config, const char *list,
    const struct fleet_rules *rules, struct failure *why)
{
	char **clusters = NULL;

	*plan = (struct fleet_plan){ .rules = *rules };
	if (read_operands(plan, command->operands, &clusters, why) == -1 ||
	    command_check_operands(clusters, why) == -1 ||
	    (list != NULL && read_list(plan, config, list, why) == -1))
		return (-1);
	for (; *clusters != NULL; clusters++) {
		if (add_cluster(plan, config, *clusters, why) == -1)
			return (-1);
	}
	if (config->file != NULL && strcmp(config->file, NQS_SYSCONFDIR
	    "/nqstools/nqstools.conf") != 0)
		plan->config = fileio_absolute_path(config->file);
	pass_options(plan, command);
	if (check_clusters(plan, why) == -1 ||
	    look_at_things(plan, config, &plan->things, why) == -1)
		return (-1);
	set_digest(plan);
	return (0);
}

int
fleet_plan_check(const struct fleet_plan *plan,
    const struct node_config *config, struct failure *why)
{
	struct words things = { 0 };
	int rc = look_at_things(plan, config, &things, why);

	for (size_t i = 0; rc == 0 && i < things.count; i++) {
		if (i < plan->things.count && strcmp(things.list[i],
		    plan->things.list[i]) == 0)
			continue;
		failure_set(why, EXITCODE_DATA, "%s is not what the fleet "
		    "began with", i == 0 ? "the procedure" : "a package");
		failure_hint(why, "bring the former file back, or begin "
		    "another fleet over the clusters that are left");
		rc = -1;
	}
	words_release(&things);
	return (rc);
}

/* ---- command lines ------------------------------------------------------ */

char *
fleet_plan_run(const struct fleet_plan *plan, const char *fleet, size_t item)
{
	struct text run = { 0 };

	text_format(&run, "%s-%s", fleet, plan->names.list[item]);
	return (text_take(&run));
}

void
fleet_plan_command(const struct fleet_plan *plan, const char *fleet,
    size_t item, enum fleet_plan_form form, struct words *argv)
{
	char *run = fleet_plan_run(plan, fleet, item);

	words_add(argv, plan->verb);
	if (plan->config != NULL) {
		words_add(argv, "-c");
		words_add(argv, plan->config);
	}
	if (form == FLEET_PLAN_JSON)
		words_add(argv, "--json");
	words_add(argv, "--run-id");
	words_add(argv, run);
	words_add_all(argv, &plan->options);
	if (plan->procedure != NULL)
		words_add(argv, plan->procedure);
	words_add(argv, plan->clusters.list[item]);
	words_add_all(argv, &plan->arguments);
	free(run);
}
