#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/message.h"
#include "../libcore/base/text.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/format/options.h"
#include "../libcore/run/history.h"
#include "../libcore/run/past.h"
#include "../libsite/node_config.h"
#include "apply.h"
#include "life.h"
#include "package.h"
#include "proof.h"
#include "store_verbs.h"
#include "verbs.h"

enum { OPTION_ENDED = 300 };

static const struct options_row rows[] = {
	{ OPTION_ENDED, "ended", "RUN",
	    "verify: that no run RUN is left unfinished, too" },
	{ 0 }
};

struct own {
	const char	*ended;
};

/* What was asked for, read. */
struct request {
	struct command			*command;
	const struct node_config	*config;
	const char			*const *operands;
};

/* A word behind "package". */
struct action {
	const char	*name;
	const char	*operands;	/* for messages */
	size_t		 least;		/* operands */
	size_t		 most;
	enum exitcode	(*run)(const struct request *request,
			    struct failure *why);
};

/* ---- questions ------------------------------------------------------ */

static void
print_installed(struct report *report, const char *line)
{
	struct jsonline *event = jsonline_make();
	struct words words = { 0 };

	words_split(&words, line, ' ');
	jsonline_set_string(event, "event", "package");
	jsonline_set_string(event, "name", words.list[0]);
	jsonline_set_string(event, "version", words.count > 1 ?
	    words.list[1] : NULL);
	jsonline_set_string(event, "arch", words.count > 2 ?
	    words.list[2] : NULL);
	report_line(report, event, "%s", line);
	words_release(&words);
	jsonline_free(event);
}

/* Prints what is installed of name.  Returns as package_query(). */
static int
query(const struct request *request, const char *name, struct failure *why)
{
	struct text text = { 0 };
	struct words lines = { 0 };
	const int rc = package_query(request->config, name, &text, why);

	words_split(&lines, text_string(&text), '\n');
	for (size_t i = 0; rc == 1 && i < lines.count; i++) {
		if (lines.list[i][0] != '\0')
			print_installed(&request->command->report,
			    lines.list[i]);
	}
	words_release(&lines);
	text_release(&text);
	return (rc);
}

/* Without NAME: the base package, which must be there, and its patches. */
static enum exitcode
run_query(const struct request *request, struct failure *why)
{
	const struct node_package *package = &request->config->package;
	const char *name = request->operands[0];
	const bool is_named = name != NULL;

	if (!is_named)
		name = package->name;
	const int rc = query(request, name, why);
	if (rc == 0)
		failure_set(why, EXITCODE_DIFFERS, "'%s' is not installed",
		    name);
	else if (rc == 1 && !is_named)
		(void)query(request, package->patch, why);	/* or none */
	return (EXITCODE_OK);
}

static void
print_facts(struct report *report, const struct package_facts *facts)
{
	struct jsonline *event = jsonline_make();

	jsonline_set_string(event, "event", "package");
	jsonline_set_string(event, "name", facts->name);
	jsonline_set_string(event, "version", facts->version);
	jsonline_set_string(event, "release", facts->release);
	jsonline_set_string(event, "arch", facts->arch);
	jsonline_set_integer(event, "size", facts->size);
	jsonline_set_boolean(event, "signed", facts->is_signed);
	if (facts->not_rolled)
		jsonline_set_boolean(event, "rolling", false);
	if (facts->signature != NULL)
		jsonline_set_string(event, "signature", facts->signature);
	report_line(report, event,
	    "name=%s\nversion=%s\nrelease=%s\narch=%s\nsize=%lld\n"
	    "signed=%s%s", facts->name, facts->version, facts->release,
	    facts->arch, (long long)facts->size,
	    facts->is_signed ? "yes" : "no",
	    facts->not_rolled ? "\nrolling=no" : "");
	jsonline_free(event);
}

static void
print_change(struct report *report, const struct proof_row *row)
{
	struct jsonline *event = jsonline_make();
	const char *state = row->result == PROOF_MISSING ? "new" :
	    row->result == PROOF_DIFFERS ? "replaced" : "unknown";

	jsonline_set_string(event, "event", "file");
	jsonline_set_string(event, "path", row->path);
	jsonline_set_string(event, "state", state);
	if (row->result == PROOF_UNREADABLE)
		jsonline_set_string(event, "message", strerror(row->error));
	report_line(report, event, "%s=%s", state, row->path);
	jsonline_free(event);
	if (row->result == PROOF_UNREADABLE)
		message_say(MESSAGE_WARNING, "whether '%s' would be replaced "
		    "cannot be told: %s", row->path, strerror(row->error));
}

/*
 * Prints what would become of which file if the package were installed.
 * Returns PARTIAL if nobody can tell of one.
 */
static enum exitcode
print_changes(struct report *report, const struct proof *proof)
{
	struct jsonline *event = jsonline_make();
	enum exitcode code = EXITCODE_OK;
	size_t same = 0;

	for (size_t i = 0; i < proof->count; i++) {
		if (proof->rows[i].result == PROOF_SAME)
			same++;
		else
			print_change(report, &proof->rows[i]);
		if (proof->rows[i].result == PROOF_UNREADABLE)
			code = EXITCODE_PARTIAL;
	}
	jsonline_set_string(event, "event", "files");
	jsonline_set_integer(event, "same", (long long)same);
	report_line(report, event, "same=%zu", same);
	jsonline_free(event);
	return (code);
}

static enum exitcode
run_inspect(const struct request *request, struct failure *why)
{
	struct package_facts facts = { 0 };
	struct proof proof = { 0 };
	struct failure unreadable = { 0 };	/* each file says so itself */
	enum exitcode code = EXITCODE_OK;

	if (package_inspect(request->config, request->operands[0], &facts,
	    why) == 0) {
		print_facts(&request->command->report, &facts);
		if (proof_add_packages(&proof, request->config,
		    request->operands, why) == 0) {
			(void)proof_compare(&proof, &unreadable);
			code = print_changes(&request->command->report,
			    &proof);
		}
	}
	proof_release(&proof);
	package_facts_release(&facts);
	return (code);
}

static void
print_trouble(struct report *report, const struct proof_row *row)
{
	struct jsonline *event = jsonline_make();
	const bool is_missing = row->result == PROOF_MISSING;

	jsonline_set_string(event, "event", "file");
	jsonline_set_string(event, "path", row->path);
	jsonline_set_string(event, "state", is_missing ? "missing" :
	    "differs");
	report_line(report, event, "'%s' is %s", row->path, is_missing ?
	    "missing" : "not the one of the package");
	jsonline_free(event);
}

static void
print_installation(struct report *report, const char *file,
    const char *state)
{
	struct jsonline *event = jsonline_make();

	jsonline_set_string(event, "event", "package");
	jsonline_set_string(event, "file", file);
	jsonline_set_string(event, "state", state);
	report_line(report, event, "'%s' is %s", file, state);
	jsonline_free(event);
}

static void
print_unfinished(struct report *report, const char *run)
{
	struct jsonline *event = jsonline_make();

	jsonline_set_string(event, "event", "run");
	jsonline_set_string(event, "run", run);
	jsonline_set_string(event, "state", "unfinished");
	report_line(report, event, "run %s is not over", run);
	jsonline_free(event);
}

/*
 * Returns 1 if the run that was named has ended, or there is none, 0 if it has
 * not, which is printed, or -1 with why set.
 */
static int
has_ended(const struct request *request, struct failure *why)
{
	const struct own *own = request->command->own;
	struct history history = { 0 };
	bool running = false;
	int rc = 1;

	if (own->ended == NULL)
		return (1);
	const int found = life_read(request->config, own->ended, &history,
	    &running, why);
	if (found == -1)
		rc = -1;
	else if (running || (found == 1 && !past_is_over(&history)))
		rc = 0;
	if (rc == 0)
		print_unfinished(&request->command->report, own->ended);
	history_release(&history);
	return (rc);
}

static enum exitcode
run_verify(const struct request *request, struct failure *why)
{
	struct report *report = &request->command->report;
	struct proof proof = { 0 };
	enum exitcode code = EXITCODE_OK;
	int rc = has_ended(request, why);

	if (rc != 1)
		return (EXITCODE_DIFFERS);
	rc = package_settle(request->config, why);
	if (rc == 0)
		rc = proof_of_packages(&proof, request->config,
		    request->operands, why);
	if (rc == 0)
		code = EXITCODE_DIFFERS;
	for (size_t i = 0; rc == 0 && i < proof.count; i++) {
		if (proof.rows[i].result != PROOF_SAME)
			print_trouble(report, &proof.rows[i]);
	}
	for (const char *const *file = request->operands; rc != -1 &&
	    *file != NULL; file++) {
		rc = package_is_installed(request->config, *file, why);
		if (rc == 0) {
			print_installation(report, *file, "not installed");
			code = EXITCODE_DIFFERS;
		}
	}
	proof_release(&proof);
	return (code);
}

static enum exitcode
run_absent(const struct request *request, struct failure *why)
{
	enum exitcode code = EXITCODE_OK;

	if (package_settle(request->config, why) == -1)
		return (EXITCODE_OK);
	for (const char *const *file = request->operands; *file != NULL;
	    file++) {
		const int rc = package_is_installed(request->config, *file,
		    why);

		if (rc == -1)
			break;
		if (rc == 0)
			continue;
		print_installation(&request->command->report, *file,
		    "installed");
		code = EXITCODE_DIFFERS;
	}
	return (code);
}

/* ---- changes -------------------------------------------------------- */

static enum exitcode
apply(const struct request *request, enum apply_how how, struct failure *why)
{
	const int rc = apply_packages(request->config, how,
	    request->operands, why);

	if (rc != -1)
		store_verbs_say(&request->command->report, "applied",
		    rc == 1 ? "applied" : "already applied", rc);
	else if (why->code == EXITCODE_PARTIAL)
		request->command->report.changed = true;
	return (EXITCODE_OK);
}

static enum exitcode
run_install(const struct request *request, struct failure *why)
{
	return (apply(request, APPLY_INSTALL, why));
}

static enum exitcode
run_upgrade(const struct request *request, struct failure *why)
{
	return (apply(request, APPLY_UPGRADE, why));
}

static enum exitcode
run_remove(const struct request *request, struct failure *why)
{
	const int rc = apply_removal(request->config, request->operands,
	    why);

	if (rc != -1)
		store_verbs_say(&request->command->report, "removed",
		    rc == 1 ? "removed" : "not installed", rc);
	return (EXITCODE_OK);
}

/* ---- the store ------------------------------------------------------ */

static enum exitcode
run_receive(const struct request *request, struct failure *why)
{
	return (store_verbs_receive(request->config, request->operands,
	    &request->command->report, why));
}

static enum exitcode
run_has(const struct request *request, struct failure *why)
{
	return (store_verbs_has(request->config, request->operands,
	    &request->command->report, why));
}

static enum exitcode
run_part(const struct request *request, struct failure *why)
{
	return (store_verbs_part(request->config, request->operands,
	    &request->command->report, why));
}

/* ---- which of them -------------------------------------------------- */

static const struct action actions[] = {
	{ "query", "[NAME]", 0, 1, run_query },
	{ "inspect", "FILE", 1, 1, run_inspect },
	{ "verify", "FILE...", 1, SIZE_MAX, run_verify },
	{ "absent", "FILE...", 1, SIZE_MAX, run_absent },
	{ "install", "FILE...", 1, SIZE_MAX, run_install },
	{ "upgrade", "FILE...", 1, SIZE_MAX, run_upgrade },
	{ "remove", "FILE...", 1, SIZE_MAX, run_remove },
	{ "receive", "NAME DIGEST [FROM]", 2, 3, run_receive },
	{ "has", "NAME DIGEST", 2, 2, run_has },
	{ "part", "NAME DIGEST", 2, 2, run_part },
};

static const struct action *
find_action(const char *name)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (strcmp(actions[i].name, name) == 0)
			return (&actions[i]);
	}
	return (NULL);
}

static int
check_count(const struct action *action, char **operands,
    struct failure *why)
{
	size_t count = 0;

	while (operands[count] != NULL)
		count++;
	if (count >= action->least && count <= action->most)
		return (0);
	(void)command_misused(why, "too %s operands for 'package %s %s'",
	    count < action->least ? "few" : "many", action->name,
	    action->operands);
	return (-1);
}

static int
take_option(void *into, int letter, const char *argument,
    struct failure *why)
{
	struct own *own = into;

	(void)letter;
	(void)why;
	own->ended = argument;
	return (0);
}

static enum exitcode
run(struct command *command, struct failure *why)
{
	const char *name = command->operands[0];
	const struct action *action = name == NULL ? NULL :
	    find_action(name);

	if (name == NULL)
		return (command_misused(why,
		    "what to do with packages is missing"));
	if (action == NULL)
		return (command_misused(why,
		    "nothing called '%s' is done with packages", name));
	const struct own *own = command->own;
	if (own->ended != NULL && action->run != run_verify)
		return (command_misused(why, "--ended is for 'verify'"));
	char **operands = command->operands + 1;
	if (check_count(action, operands, why) == -1)
		return (EXITCODE_USAGE);
	struct node_config *config = node_config_read(command->config, why);
	if (config == NULL)
		return (EXITCODE_OK);
	const struct request request = { .command = command,
	    .config = config,
	    .operands = (const char *const *)operands };
	const enum exitcode code = action->run(&request, why);
	node_config_free(config);
	return (code);
}

const struct command_verb verb_package = {
	.name = "package",
	.operands = "query [NAME] | inspect FILE |\n"
	    "       verify|absent|install|upgrade|remove FILE... |\n"
	    "       receive NAME DIGEST [FROM] | has|part NAME DIGEST",
	.help = "ask about packages, change them, prove that they are applied",
	.rows = rows,
	.size = sizeof(struct own),
	.option = take_option,
	.run = run,
};
