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
take_line(const char *line, struct procedure_verb *verb)
{
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

/* Adds the lines of the script path to lines. */
static int
read_lines(const char *path, struct words *lines, struct failure *why)
{
	struct text script = { 0 };
	const int rc = trust_read(path, SCRIPT_LIMIT, &script, why);

	if (rc == 1)
		words_split(lines, text_string(&script), '\n');
	text_release(&script);
	return (rc == -1 ? -1 : 0);
}

int
tools_find_stated(const char *path, struct procedure_verb *verb,
    struct failure *why)
{
	struct words lines = { 0 };
	int rc = read_lines(path, &lines, why);

	for (size_t i = 0; rc == 0 && i < lines.count; i++) {
		rc = take_line(lines.list[i], verb);
		if (rc == -1)
			failure_set(why, EXITCODE_CONFIG, "%s:%zu: '%s' is "
			    "not '#verb NAME COUNT'", path, i + 1,
			    lines.list[i]);
	}
	words_release(&lines);
	return (rc);
}

/* Takes a line of the script.  Returns 0, or -1 if it says half of it. */
static int
take_person(const char *line, struct values *person)
{
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

int
tools_find_person(const char *path, struct values *person,
    struct failure *why)
{
	struct words lines = { 0 };
	int rc = read_lines(path, &lines, why);

	for (size_t i = 0; rc == 0 && i < lines.count; i++) {
		rc = take_person(lines.list[i], person);
		if (rc == -1)
			failure_set(why, EXITCODE_CONFIG, "%s:%zu: '%s' is "
			    "not '#person VERB WORDS'", path, i + 1,
			    lines.list[i]);
	}
	words_release(&lines);
	return (rc);
}
