#include <config.h>

#include "procedure_command.h"

#include <stdint.h>
#include <string.h>

#include "../base/failure.h"
#include "../base/text.h"
#include "../base/words.h"
#include "../format/settings.h"
#include "values.h"

/*
 * Whether word may be the first of a command: what the user says is never run
 * as a program.  A fact may be, as a whole command out of the configuration.
 */
static bool
is_program(const struct procedure_terms *terms, const char *word)
{
	struct text name = { 0 };

	if (strchr(word, '$') == NULL)
		return (word[0] != '\0');
	if (word[0] != '$' || !text_ends_with(word, "..."))
		return (false);
	text_add_bytes(&name, word + 1, strlen(word) - strlen("$..."));
	const bool is_fact = words_has(terms->facts, text_string(&name)) &&
	    !words_has(terms->parameters, text_string(&name));
	text_release(&name);
	return (is_fact);
}

const struct setting *
procedure_word_at(const struct setting *group, const char *key, size_t at)
{
	const struct setting *list = setting_at(group, key);

	return (at < setting_count(list) ? setting_item(list, at) : list);
}

static const struct procedure_tool *
find_tool(const struct procedure_tool *tools, const char *name)
{
	while (tools->name != NULL && strcmp(tools->name, name) != 0)
		tools++;
	return (tools->name == NULL ? NULL : tools);
}

static const struct procedure_verb *
find_verb(const struct procedure_verb *verbs, const char *name)
{
	while (verbs->name != NULL && strcmp(verbs->name, name) != 0)
		verbs++;
	return (verbs->name == NULL ? NULL : verbs);
}

/* A command of a procedure that is looked at. */
struct command_at {
	const struct setting	*group;
	const char		*key;
	const struct words	*argv;
};

/* Says how many arguments verb takes. */
static int
refuse_count(const struct command_at *at, size_t verb_at,
    const struct procedure_verb *verb, struct failure *why)
{
	struct text many = { 0 };

	text_format(&many, "%zu", verb->fewest);
	if (verb->most == SIZE_MAX)
		text_add(&many, " or more");
	else if (verb->most > verb->fewest)
		text_format(&many, " to %zu", verb->most);
	(void)setting_refuse(procedure_word_at(at->group, at->key, verb_at),
	    why, "'%s': '%s %s' takes %s argument%s", at->key,
	    at->argv->list[0], verb->name, text_string(&many),
	    verb->most == 1 ? "" : "s");
	text_release(&many);
	return (-1);
}

/*
 * Finds the verb called name of the tool: in its table, or stated, which is
 * filled then.  Returns 1, 0 when it has none, or -1 with why set.
 */
static int
ask_for_verb(const struct procedure_terms *terms,
    const struct procedure_tool *tool, struct procedure_verb *verb,
    struct failure *why)
{
	const struct procedure_verb *known = find_verb(tool->verbs,
	    verb->name);

	if (known != NULL) {
		*verb = *known;
		return (1);
	}
	if (terms->stated.find == NULL)
		return (0);
	return (terms->stated.find(terms->stated.cookie, tool->name, verb,
	    why));
}

/*
 * Checks the verb of the tool and how many arguments it has, as far as that
 * can be told.  "not" asks the question behind it.
 */
static int
check_verb(const struct command_at *at, const struct procedure_terms *terms,
    const struct procedure_tool *tool, struct failure *why)
{
	const struct words *argv = at->argv;
	const size_t verb_at = argv->count > 2 &&
	    strcmp(argv->list[1], "not") == 0 ? 2 : 1;
	const char *name = argv->count > verb_at ? argv->list[verb_at] : "";
	struct procedure_verb verb = { .name = name };
	size_t lists = 0;			/* any number of words each */
	const int rc = ask_for_verb(terms, tool, &verb, why);

	if (rc == -1)
		return (-1);
	if (rc == 0)
		return (setting_refuse(procedure_word_at(at->group, at->key,
		    verb_at), why, "'%s': '%s' has no verb '%s'", at->key,
		    argv->list[0], name));
	for (size_t i = verb_at + 1; i < argv->count; i++)
		lists += argv->list[i][0] == '$' &&
		    text_ends_with(argv->list[i], "...") ? 1 : 0;
	const size_t single = argv->count - verb_at - 1 - lists;
	if (single > verb.most || (lists == 0 && single < verb.fewest))
		return (refuse_count(at, verb_at, &verb, why));
	return (0);
}

static int
check_tool(const struct command_at *at, const struct procedure_terms *terms,
    struct failure *why)
{
	const char *word = at->argv->list[0];

	if (word[0] != '@' || terms->tools == NULL)
		return (0);
	const struct procedure_tool *tool = find_tool(terms->tools, word + 1);
	if (tool == NULL)
		return (setting_refuse(procedure_word_at(at->group, at->key,
		    0), why, "'%s': there is nothing called '%s'", at->key,
		    word));
	return (check_verb(at, terms, tool, why));
}

/* Whether word number at of argv is the program name, wherever it lies. */
static bool
is_named(const struct words *argv, size_t at, const char *name)
{
	const char *word = at < argv->count ? argv->list[at] : "";
	const char *slash = strrchr(word, '/');

	return (strcmp(slash == NULL ? word : slash + 1, name) == 0);
}

/*
 * Returns which word of argv is the program that is run in the end: behind
 * env(1), its options and its variables.
 */
static size_t
find_program(const struct words *argv)
{
	size_t at = 0;

	while (is_named(argv, at, "env")) {
		at++;
		while (at < argv->count && (argv->list[at][0] == '-' ||
		    strchr(argv->list[at], '=') != NULL)) {
			const bool takes_one = strcmp(argv->list[at],
			    "-u") == 0 || strcmp(argv->list[at], "-C") == 0;

			at += takes_one ? 2 : 1;
		}
	}
	return (at);
}

/*
 * Refuses a command that would wait for the run that calls it.  This finds
 * slips; who wants to can hide it in a script.
 */
static int
check_barred(const struct command_at *at, const char *const *barred,
    struct failure *why)
{
	const struct words *argv = at->argv;
	const size_t program = find_program(argv);

	if (barred == NULL || program + 1 >= argv->count ||
	    !is_named(argv, program, barred[0]))
		return (0);
	while (*++barred != NULL) {
		if (strcmp(argv->list[program + 1], *barred) == 0)
			return (setting_refuse(procedure_word_at(at->group,
			    at->key, program + 1), why, "'%s': '%s %s' would "
			    "wait for the run that calls it; name what it "
			    "carries out by 'procedure'", at->key,
			    argv->list[program], *barred));
	}
	return (0);
}

int
procedure_command_read(const struct setting *group, const char *key,
    const struct procedure_terms *terms, struct words *argv,
    struct failure *why)
{
	const int rc = setting_get_words(group, key, argv, why);
	const struct command_at at = { group, key, argv };

	if (rc != 1)
		return (rc);
	if (argv->count == 0)
		return (setting_refuse(setting_at(group, key), why,
		    "'%s' is empty", key));
	for (size_t i = 0; i < argv->count; i++) {
		struct failure inner = { 0 };

		if (values_check(terms->known, argv->list[i], &inner) == -1)
			return (setting_refuse(procedure_word_at(group, key,
			    i), why, "'%s': %s", key, inner.message));
	}
	if (!is_program(terms, argv->list[0]))
		return (setting_refuse(procedure_word_at(group, key, 0), why,
		    "'%s': '%s' is no program, nor a command of the "
		    "configuration", key, argv->list[0]));
	if (check_tool(&at, terms, why) == -1)
		return (-1);
	return (check_barred(&at, terms->barred, why));
}
