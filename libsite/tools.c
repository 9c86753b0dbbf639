#include <config.h>

#include "tools.h"

#include <stdint.h>
#include <string.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/number.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/run/values.h"
#include "../libcore/system/trust.h"

enum { SCRIPT_LIMIT = 1 << 20 };

static const struct procedure_verb cluster_verbs[] = {
	{ "probe", 0, 0 }, { "nodes", 0, 0 }, { "groups", 0, 0 },
	{ "where", 1, 2 }, { "health", 0, 0 }, { "move", 2, 2 },
	{ "release", 1, 1 }, { "start", 1, 1 }, { "stop", 1, 1 },
	{ "unmonitor", 1, 1 }, { "monitor", 1, 1 }, { "unmonitored", 1, 1 },
	{ "exclude", 1, 1 }, { "admit", 1, 1 }, { "excluded", 1, 1 },
	{ "residue", 1, 1 }, { 0 }
};

static const struct procedure_verb package_verbs[] = {
	{ "probe", 0, 0 }, { "query", 1, 1 }, { "inspect", 1, 1 },
	{ "files", 1, 1 }, { "verify", 1, 1 }, { "install", 1, SIZE_MAX },
	{ "upgrade", 1, SIZE_MAX }, { "remove", 1, 1 },
	{ "rehearse", 2, SIZE_MAX }, { "installed", 1, 1 }, { 0 }
};

const struct procedure_tool tools_known[] = {
	{ "cluster", cluster_verbs }, { "package", package_verbs }, { 0 }
};

const struct procedure_tool tools_known_afar[] = {
	{ "cluster", cluster_verbs }, { 0 }
};

char *
tools_script(const char *share, const char *kind, const char *name)
{
	struct text path = { 0 };

	if (name[0] == '/')
		text_add(&path, name);
	else
		text_format(&path, "%s/%s/%s", share, kind, name);
	return (text_take(&path));
}

static int
read_count(const char *string, size_t *count)
{
	int64_t value;

	if (number_read(string, 0, UINT16_MAX, &value) == -1)
		return (-1);
	*count = (size_t)value;
	return (0);
}

/* Reads "2", "0-2" or "1-". */
static int
read_counts(const char *string, struct procedure_verb *verb)
{
	struct words ends = { 0 };
	int rc = -1;

	words_split(&ends, string, '-');
	if (ends.count == 1 || ends.count == 2)
		rc = read_count(ends.list[0], &verb->fewest);
	if (rc == 0 && ends.count == 2 && ends.list[1][0] == '\0')
		verb->most = SIZE_MAX;
	else if (rc == 0)
		rc = read_count(ends.list[ends.count - 1], &verb->most);
	words_release(&ends);
	return (rc == 0 && verb->fewest <= verb->most ? 0 : -1);
}

/* Takes a line of the script.  Returns 1 when it states verb, 0, or -1. */
static int
take_verb(const char *line, void *cookie)
{
	struct procedure_verb *verb = cookie;
	struct procedure_verb found = *verb;
	struct words words = { 0 };
	int rc = 0;

	if (!text_begins_with(line, "#verb "))
		return (0);
	words_split(&words, line, ' ');
	if (words.count != 3 || read_counts(words.list[2], &found) == -1)
		rc = -1;
	else if (strcmp(words.list[1], verb->name) == 0)
		rc = 1;
	if (rc == 1)
		*verb = found;
	words_release(&words);
	return (rc);
}

/* Takes a line of the script.  Returns 0, or -1 if it says half of it. */
static int
take_person(const char *line, void *cookie)
{
	struct values *person = cookie;
	struct text verb = { 0 };

	if (!text_begins_with(line, "#person "))
		return (0);
	line += strlen("#person ");
	const size_t length = strcspn(line, " ");
	if (length == 0 || line[length] == '\0' || line[length + 1] == '\0')
		return (-1);
	text_add_bytes(&verb, line, length);
	values_set(person, text_string(&verb), line + length + 1);
	text_release(&verb);
	return (0);
}

/*
 * Gives the lines of the script path to take, with cookie, until it returns
 * something else than 0, which is returned; -1 with why set, for a line that is
 * not like form, or when the script cannot be read.
 */
static int
take_lines(const char *path, int (*take)(const char *line, void *cookie),
    void *cookie, const char *form, struct failure *why)
{
	struct text script = { 0 };
	struct words lines = { 0 };
	int rc = trust_read(path, SCRIPT_LIMIT, &script, why);

	if (rc == 1) {
		words_split(&lines, text_string(&script), '\n');
		rc = 0;
	}
	for (size_t i = 0; rc == 0 && i < lines.count; i++) {
		rc = take(lines.list[i], cookie);
		if (rc == -1)
			failure_set(why, EXITCODE_CONFIG, "%s:%zu: '%s' is "
			    "not '%s'", path, i + 1, lines.list[i], form);
	}
	words_release(&lines);
	text_release(&script);
	return (rc);
}

int
tools_find_stated(const char *path, struct procedure_verb *verb,
    struct failure *why)
{
	return (take_lines(path, take_verb, verb, "#verb NAME COUNT", why));
}

int
tools_find_person(const char *path, struct values *person,
    struct failure *why)
{
	return (take_lines(path, take_person, person, "#person VERB WORDS",
	    why));
}
