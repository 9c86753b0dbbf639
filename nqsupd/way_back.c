#include <config.h>

#include "way_back.h"

#include <string.h>

#include "../libcore/base/clock.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/message.h"
#include "../libcore/base/words.h"
#include "../libcore/run/history.h"
#include "../libcore/run/past.h"
#include "../libcore/run/plan.h"
#include "../libcore/run/scheme.h"
#include "../libcore/run/standing.h"
#include "../libcore/run/values.h"
#include "../libsite/node_config.h"
#include "child.h"
#include "facts.h"
#include "node_scheme.h"
#include "package.h"

/* How long nqsbackup may take to verify an archive. */
#define VERIFY_LIMIT	(INT64_C(7200) * CLOCK_SECOND)

int
way_back_check_packages(const struct history *history, struct failure *why)
{
	const char *id = history->id;

	if (facts_check_packages(&history->values, why) == 0)
		return (0);
	if (past_is_over(history))
		failure_hint(why, "copy that file there again");
	else
		failure_hint(why, "give that file to the command that began "
		    "the run, with --run-id %s, which goes on with it; or "
		    "copy it there; 'nqsupd resume --leave WHY %s' ends the "
		    "run as it is", id, id);
	return (-1);
}

void
way_back_warn(const struct history *history)
{
	struct failure why = { 0 };

	if (!past_is_over(history) &&
	    way_back_check_packages(history, &why) == -1)
		message_say(MESSAGE_WARNING, "%s: %s", why.message, why.hint);
}

/* Checks that file is an archive that can be put back. */
static int
check_archive(const char *file, const char *path, struct failure *why)
{
	struct words argv = { 0 };
	const struct child_request request = { .argv = &argv, .path = path,
	    .timeout = VERIFY_LIMIT };
	struct child_result result = { 0 };

	words_add(&argv, "nqsbackup");
	words_add(&argv, "verify");
	words_add(&argv, file);
	int rc = child_run(&request, &result, why);
	if (rc == 0 && !child_is_good(&result)) {
		child_fail(&result, EXITCODE_DATA, why, "nqsbackup verify");
		rc = -1;
	}
	child_result_release(&result);
	words_release(&argv);
	return (rc);
}

/* Checks that file still is the package of the release before the run. */
static int
check_previous(const struct node_config *config,
    const struct history *history, const char *file, struct failure *why)
{
	const char *release = values_single(&history->values, "release");
	struct package_facts facts = { 0 };
	int rc = package_check_file(file, why);

	if (rc == 0)
		rc = package_inspect(config, file, &facts, why);
	if (rc == 0 && (strcmp(facts.name, config->package.name) != 0 ||
	    (release != NULL && strcmp(facts.version, release) != 0))) {
		failure_set(why, EXITCODE_DATA, "'%s' is %s %s, and not "
		    "the package of the release before", file, facts.name,
		    facts.version);
		rc = -1;
	}
	package_facts_release(&facts);
	return (rc);
}

/* Whether word is what the run has as the fact name. */
static bool
is_fact(const struct history *history, const char *name, const char *word)
{
	const char *value = values_single(&history->values, name);

	return (value != NULL && strcmp(value, word) == 0);
}

/* Checks what the words, of all commands that put back, name. */
static int
check_words(const struct node_config *config, const struct history *history,
    const struct words *words, const char *path, struct failure *why)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < words->count; i++) {
		const char *word = words->list[i];

		if (is_fact(history, "saved", word) ||
		    is_fact(history, "backup", word))
			rc = check_archive(word, path, why);
		else if (is_fact(history, "previous", word))
			rc = check_previous(config, history, word, why);
	}
	return (rc);
}

int
way_back_check(const struct node_config *config,
    const struct history *history, const char *path, struct failure *why)
{
	const struct scheme scheme = node_scheme(config);
	struct standing standing = { 0 };
	struct words words = { 0 };
	int rc = scheme_standing(&scheme, history, &standing, why);

	for (size_t i = 0; rc == 0 && !standing.progress.back &&
	    i < standing.plan->count; i++) {
		const struct words *argv =
		    &standing.plan->steps[i].commands[PLAN_UNDO].argv;

		for (size_t j = 0; j < argv->count; j++) {
			if (standing.progress.steps[i] == PROGRESS_DONE &&
			    !words_has(&words, argv->list[j]))
				words_add(&words, argv->list[j]);
		}
	}
	if (rc == 0 && check_words(config, history, &words, path,
	    why) == -1) {
		why->code = EXITCODE_DATA;
		failure_add(why, "run %s cannot be put back, and nothing was "
		    "changed", history->id);
		failure_hint(why, "bring that file back as it was");
		rc = -1;
	}
	words_release(&words);
	standing_release(&standing);
	return (rc);
}
