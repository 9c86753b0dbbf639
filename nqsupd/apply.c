#include <config.h>

#include "apply.h"

#include <string.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/message.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libsite/node_config.h"
#include "child.h"
#include "package.h"
#include "proof.h"

/* What is done with the packages, decided before anything is begun. */
struct work {
	const struct node_config	*config;
	const char			*const *files;
	size_t				 count;
	struct proof			 proof;
	struct words			 removed;	/* files, to be */
	struct words			 added;		/* files, to be */
};

enum {
	CODE_SCRIPT_FAILED = 2		/* of the adapter's install, upgrade */
};

/* The adapter's name, for messages. */
static const char *
manager(const struct node_config *config)
{
	const char *slash = strrchr(config->package.adapter, '/');

	return (slash == NULL ? config->package.adapter : slash + 1);
}

/*
 * Lets the adapter change something and passes on what it says.  Returns its
 * exit code, or -1 with why set.
 */
static int
change(const struct node_config *config, const char *verb,
    const char *const *operands, struct text *how, struct failure *why)
{
	struct child_result result = { 0 };
	int code = -1;

	if (package_change(config, verb, operands, &result, why) == 0) {
		child_say(&result, manager(config));
		process_show_end(result.end, how);
		code = child_code(&result);
		if (code == -1)
			failure_set(why, EXITCODE_FAILED, "'%s %s': %s",
			    manager(config), verb, text_string(how));
	}
	child_result_release(&result);
	return (code);
}

/* Removes the package in file, which is installed, and looks. */
static int
remove_package(const struct node_config *config, const char *file,
    struct failure *why)
{
	struct package_facts facts = { 0 };
	struct text label = { 0 };
	struct text how = { 0 };
	int rc = package_inspect(config, file, &facts, why);

	if (rc == -1)
		goto out;
	text_format(&label, "%s-%s-%s", facts.name, facts.version,
	    facts.release);
	const char *const operands[] = { text_string(&label), NULL };

	if (change(config, "remove", operands, &how, why) == -1) {
		rc = -1;
		goto out;
	}
	rc = package_is_installed(config, file, why);
	if (rc == 1) {
		failure_set(why, EXITCODE_FAILED,
		    "'%s' is still installed; '%s remove': %s",
		    text_string(&label), manager(config), text_string(&how));
		rc = -1;
	}
out:
	text_release(&how);
	text_release(&label);
	package_facts_release(&facts);
	return (rc);
}

int
apply_removal(const struct node_config *config, const char *const *files,
    struct failure *why)
{
	size_t count = 0;
	int changed = 0;

	if (package_settle(config, why) == -1)
		return (-1);
	while (files[count] != NULL)
		count++;
	while (count-- > 0) {
		const int rc = package_is_installed(config, files[count],
		    why);

		if (rc == -1 || (rc == 1 &&
		    remove_package(config, files[count], why) == -1))
			return (-1);
		if (rc == 1)
			changed = 1;
	}
	return (changed);
}

/* Finds what has to be done.  Returns 0, or -1 with why set. */
static int
plan(struct work *work, enum apply_how how, struct failure *why)
{
	if (proof_of_packages(&work->proof, work->config, work->files,
	    why) == -1)
		return (-1);
	for (size_t i = 0; i < work->count; i++) {
		const char *file = work->files[i];
		const int rc = package_is_installed(work->config, file, why);

		if (rc == -1)
			return (-1);
		if (rc == 1 && !proof_has_trouble(&work->proof, i))
			continue;
		if (rc == 1 && how == APPLY_INSTALL)
			words_add(&work->removed, file);
		words_add(&work->added, file);
	}
	return (0);
}

/* Refuses, with why set, while a file to be replaced is executed. */
static int
refuse_busy(const struct proof *proof, struct failure *why)
{
	struct text busy = { 0 };
	const int rc = proof_find_busy(proof, &busy, why);

	if (rc == 1) {
		failure_set(why, EXITCODE_FAILED,
		    "cannot replace what is in use: %s", text_string(&busy));
		failure_hint(why, "stop what runs it; 'nqsupd ps' shows whose "
		    "it is");
	}
	text_release(&busy);
	return (rc == 0 ? 0 : -1);
}

/*
 * Says which file is not as it must be.  Who executes it now was started by
 * the patch itself as a rule, and explains nothing.
 */
static void
tell_trouble(const struct proof *proof, struct failure *why)
{
	struct text text = { 0 };
	size_t others = 0;

	for (size_t i = 0; i < proof->count; i++) {
		const struct proof_row *row = &proof->rows[i];

		if (row->result == PROOF_SAME)
			continue;
		if (text.length > 0)
			others++;
		else
			text_format(&text, "'%s' is %s", row->path,
			    row->result == PROOF_MISSING ? "missing" :
			    "not the one of the package");
	}
	if (others > 0)
		text_format(&text, ", and %zu more", others);
	failure_set(why, EXITCODE_FAILED, "not applied: %s",
	    text_string(&text));
	text_release(&text);
}

/* Looks whether all is as it must be.  Returns 0, or -1 with why set. */
static int
prove(struct work *work, struct failure *why)
{
	for (size_t i = 0; i < work->count; i++) {
		const int rc = package_is_installed(work->config,
		    work->files[i], why);

		if (rc == 0)
			failure_set(why, EXITCODE_FAILED,
			    "'%s' is not installed", work->files[i]);
		if (rc != 1)
			return (-1);
	}
	const int same = proof_compare(&work->proof, why);
	if (same == 0)
		tell_trouble(&work->proof, why);
	return (same == 1 ? 0 : -1);
}

static const char *const *
list_of(const struct words *words)
{
	return ((const char *const *)words->list);
}

/* Does what was planned, and proves it. */
static int
carry_out(struct work *work, enum apply_how how, struct failure *why)
{
	struct text end = { 0 };
	int code = -1;
	int rc = -1;

	if (refuse_busy(&work->proof, why) == -1)
		goto out;
	if (work->removed.count > 0 && apply_removal(work->config,
	    list_of(&work->removed), why) == -1)
		goto out;
	code = change(work->config, how == APPLY_INSTALL ? "install" :
	    "upgrade", list_of(&work->added), &end, why);
	if (code == -1)
		goto out;
	rc = prove(work, why);
	if (rc == -1 && code == CODE_SCRIPT_FAILED)
		failure_add(why, "a script of the package failed");
	else if (rc == -1 && code != 0)
		failure_add(why, "%s: %s", manager(work->config),
		    text_string(&end));
	if (rc == -1)
		goto out;
	if (code == CODE_SCRIPT_FAILED) {
		failure_set(why, EXITCODE_PARTIAL,
		    "all files are applied, but a script of the package "
		    "failed");
		rc = -1;
	} else if (code != 0) {
		message_say(MESSAGE_WARNING, "%s: %s, although all "
		    "is as it must be", manager(work->config),
		    text_string(&end));
	}
out:
	text_release(&end);
	return (rc);
}

int
apply_packages(const struct node_config *config, enum apply_how how,
    const char *const *files, struct failure *why)
{
	struct work work = { .config = config, .files = files };
	int rc;

	while (files[work.count] != NULL)
		work.count++;
	rc = package_settle(config, why);
	if (rc == 0)
		rc = plan(&work, how, why);
	if (rc == 0 && work.added.count > 0)
		rc = carry_out(&work, how, why) == 0 ? 1 : -1;
	words_release(&work.added);
	words_release(&work.removed);
	proof_release(&work.proof);
	return (rc);
}
