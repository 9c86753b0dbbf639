#include <config.h>

#include "package.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "../libcore/base/clock.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
#include "../libcore/base/message.h"
#include "../libcore/base/number.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/system/fileio.h"
#include "../libsite/node_config.h"
#include "adapter.h"
#include "child.h"
#include "processes_read.h"
#include "residents.h"

/* Questions are answered from a database, or from one file. */
static const int64_t question_timeout = 120 * CLOCK_SECOND;

static const int64_t settle_timeout = 1800 * CLOCK_SECOND;

static int
ask(const struct node_config *config, const char *verb, const char *operand,
    struct child_result *result, struct failure *why)
{
	const char *const arguments[] = { operand, NULL };
	const struct adapter_request request = { .kind = "package",
	    .name = config->package.adapter, .verb = verb,
	    .arguments = arguments, .timeout = question_timeout };

	return (adapter_ask(config, &request, result, why));
}

int
package_check_file(const char *file, struct failure *why)
{
	/* A pipe in its place must not make us wait. */
	const int fd = fileio_open(AT_FDCWD, file, O_RDONLY | O_NONBLOCK, 0);
	struct stat status;

	if (fd == -1 && (errno == ENOENT || errno == ENOTDIR)) {
		failure_set(why, EXITCODE_FAILED, "there is no package '%s'",
		    file);
		return (-1);
	}
	if (fd == -1 || fstat(fd, &status) == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot read the package '%s'", file);
		if (fd != -1)
			fileio_close_read(fd);
		return (-1);
	}
	fileio_close_read(fd);
	if (S_ISREG(status.st_mode))
		return (0);
	failure_set(why, EXITCODE_DATA, "'%s' is not a package, but %s", file,
	    S_ISDIR(status.st_mode) ? "a directory" : "no regular file");
	return (-1);
}

/* The same as ask() about a package's file, which is looked at first. */
static int
ask_about(const struct node_config *config, const char *verb, const char *file,
    struct child_result *result, struct failure *why)
{
	if (package_check_file(file, why) == -1)
		return (-1);
	return (ask(config, verb, file, result, why));
}

int
package_query(const struct node_config *config, const char *name,
    struct text *lines, struct failure *why)
{
	struct child_result result = { 0 };
	const int rc = ask(config, "query", name, &result, why);

	if (rc == 1)
		text_add(lines, text_string(&result.output));
	child_result_release(&result);
	return (rc);
}

/* Returns VERSION-RELEASE of a line "NAME VERSION-RELEASE ARCH", or NULL. */
static char *
build_of_line(const char *line)
{
	struct words words = { 0 };
	char *build = NULL;

	words_split(&words, line, ' ');
	if (words.count >= 2)
		build = memory_copy_string(words.list[1]);
	words_release(&words);
	return (build);
}

/* Returns where the release of build begins, at its dash, or at its end. */
static const char *
release_of(const char *build)
{
	const char *dash = strrchr(build, '-');

	return (dash == NULL ? build + strlen(build) : dash);
}

int
package_compare_builds(const char *a, const char *b)
{
	const char *release_of_a = release_of(a);
	const char *release_of_b = release_of(b);
	struct text one = { 0 };
	struct text other = { 0 };

	text_add_bytes(&one, a, (size_t)(release_of_a - a));
	text_add_bytes(&other, b, (size_t)(release_of_b - b));
	int order = residents_compare_releases(text_string(&one),
	    text_string(&other));
	if (order == 0)
		order = residents_compare_releases(release_of_a, release_of_b);
	text_release(&one);
	text_release(&other);
	return (order);
}

/* Returns how long the first two numbers of version are. */
static size_t
length_of_release(const char *version)
{
	size_t length = strcspn(version, ".");

	if (version[length] == '.')
		length += 1 + strcspn(version + length + 1, ".");
	return (length);
}

bool
package_is_of_release(const char *version, const char *release)
{
	struct text one = { 0 };
	struct text other = { 0 };

	text_add_bytes(&one, version, length_of_release(version));
	text_add_bytes(&other, release, length_of_release(release));
	const bool is = residents_compare_releases(text_string(&one),
	    text_string(&other)) == 0;
	text_release(&one);
	text_release(&other);
	return (is);
}

int
package_query_build(const struct node_config *config, const char *name,
    struct text *build, struct failure *why)
{
	struct text text = { 0 };
	struct words lines = { 0 };
	char *highest = NULL;
	const int rc = package_query(config, name, &text, why);

	words_split(&lines, text_string(&text), '\n');
	for (size_t i = 0; rc == 1 && i < lines.count; i++) {
		char *found = build_of_line(lines.list[i]);

		if (found != NULL && (highest == NULL ||
		    package_compare_builds(found, highest) > 0)) {
			free(highest);
			highest = found;
			found = NULL;
		}
		free(found);
	}
	if (highest != NULL)
		text_add(build, highest);
	free(highest);
	words_release(&lines);
	text_release(&text);
	return (rc == 1 && build->length == 0 ? 0 : rc);
}

int
package_query_version(const struct node_config *config, const char *name,
    struct text *version, struct failure *why)
{
	struct text build = { 0 };
	const int rc = package_query_build(config, name, &build, why);
	const char *found = text_string(&build);

	text_add_bytes(version, found, (size_t)(release_of(found) - found));
	text_add(version, "");
	text_release(&build);
	return (rc == 1 && version->length == 0 ? 0 : rc);
}

static int
take_fact(struct package_facts *facts, const char *line)
{
	const char *equals = strchr(line, '=');
	const struct {
		const char	*key;
		char		**value;
	} table[] = {
		{ "name=", &facts->name },
		{ "version=", &facts->version },
		{ "release=", &facts->release },
		{ "arch=", &facts->arch },
		{ "signature=", &facts->signature },
	};

	if (equals == NULL)
		return (-1);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (!text_begins_with(line, table[i].key))
			continue;
		free(*table[i].value);
		*table[i].value = memory_copy_string(equals + 1);
	}
	if (text_begins_with(line, "size="))
		return (number_read(equals + 1, 0, INT64_MAX, &facts->size));
	if (text_begins_with(line, "signed="))
		facts->is_signed = strcmp(equals + 1, "yes") == 0;
	if (text_begins_with(line, "rolling="))
		facts->not_rolled = strcmp(equals + 1, "no") == 0;
	return (0);
}

int
package_parse_facts(const char *text, struct package_facts *facts,
    struct failure *why)
{
	struct words lines = { 0 };
	int rc = 0;

	words_split(&lines, text, '\n');
	for (size_t i = 0; rc == 0 && i < lines.count; i++) {
		if (lines.list[i][0] != '\0')
			rc = take_fact(facts, lines.list[i]);
		if (rc == -1)
			failure_set(why, EXITCODE_DATA,
			    "the adapter answered '%s'", lines.list[i]);
	}
	words_release(&lines);
	if (rc == 0 && (facts->name == NULL || facts->version == NULL ||
	    facts->release == NULL || facts->arch == NULL)) {
		failure_set(why, EXITCODE_DATA,
		    "the adapter did not say name, version, release and arch");
		rc = -1;
	}
	return (rc);
}

int
package_inspect(const struct node_config *config, const char *file,
    struct package_facts *facts, struct failure *why)
{
	struct child_result result = { 0 };
	int rc = ask_about(config, "inspect", file, &result, why);

	if (rc == 1) {
		rc = package_parse_facts(text_string(&result.output), facts,
		    why);
	} else if (rc == 0) {
		failure_set(why, EXITCODE_DATA, "'%s' is not a package", file);
		rc = -1;
	}
	child_result_release(&result);
	return (rc);
}

void
package_facts_release(struct package_facts *facts)
{
	free(facts->name);
	free(facts->version);
	free(facts->release);
	free(facts->arch);
	free(facts->signature);
	*facts = (struct package_facts){ 0 };
}

/* Takes a line "SHA256 SIZE PATH"; blanks in PATH are its own. */
static int
take_file(struct package_files *files, char *line)
{
	unsigned char value[DIGEST_SIZE];
	struct package_file file = { .path = NULL };
	char *size = line + DIGEST_TEXT_ROOM;
	char *blank;

	if (strlen(line) < DIGEST_TEXT_ROOM ||
	    digest_read(line, value) == -1 || size[-1] != ' ')
		return (-1);
	digest_show(value, file.digest);
	blank = strchr(size, ' ');
	if (blank == NULL || blank[1] != '/')
		return (-1);
	*blank = '\0';
	if (number_read(size, 0, INT64_MAX, &file.size) == -1)
		return (-1);
	file.path = memory_copy_string(blank + 1);
	if (files->count == files->room) {
		files->room = files->room * 2 + 64;
		files->list = memory_resize(files->list, files->room,
		    sizeof(*files->list));
	}
	files->list[files->count++] = file;
	return (0);
}

int
package_parse_files(const char *text, struct package_files *files,
    struct failure *why)
{
	struct words lines = { 0 };
	int rc = 0;

	words_split(&lines, text, '\n');
	for (size_t i = 0; rc == 0 && i < lines.count; i++) {
		if (lines.list[i][0] == '\0')
			continue;
		char *line = memory_copy_string(lines.list[i]);

		rc = take_file(files, line);
		free(line);
		if (rc == -1)
			failure_set(why, EXITCODE_DATA,
			    "the adapter answered '%s'", lines.list[i]);
	}
	words_release(&lines);
	return (rc);
}

int
package_list(const struct node_config *config, const char *file,
    struct package_files *files, struct failure *why)
{
	struct child_result result = { 0 };
	int rc = ask_about(config, "files", file, &result, why);

	if (rc == 1) {
		rc = package_parse_files(text_string(&result.output), files,
		    why);
	} else if (rc == 0) {
		failure_set(why, EXITCODE_DATA, "'%s' is not a package", file);
		rc = -1;
	}
	child_result_release(&result);
	return (rc);
}

void
package_files_release(struct package_files *files)
{
	for (size_t i = 0; i < files->count; i++)
		free(files->list[i].path);
	free(files->list);
	*files = (struct package_files){ 0 };
}

int
package_is_installed(const struct node_config *config, const char *file,
    struct failure *why)
{
	struct child_result result = { 0 };
	const int rc = ask_about(config, "installed", file, &result, why);

	child_result_release(&result);
	return (rc);
}

int
package_settle(const struct node_config *config, struct failure *why)
{
	char *path = adapter_path(config, "package",
	    config->package.adapter);
	pid_t pid = 0;
	int rc = processes_await_end(path, 0, &pid, why);

	/* Whoever waits for us must know what we wait for. */
	if (rc == 0) {
		char length[NUMBER_DURATION_ROOM];

		number_show_duration(settle_timeout, length);
		message_say(MESSAGE_NOTE, "the package manager is still at "
		    "work (pid %ld); its end is waited for, %s at most",
		    (long)pid, length);
		rc = processes_await_end(path, settle_timeout, &pid, why);
	}
	if (rc == 0)
		failure_set(why, EXITCODE_BUSY,
		    "the package manager is still at work (pid %ld)",
		    (long)pid);
	free(path);
	return (rc == 1 ? 0 : -1);
}

int
package_change(const struct node_config *config, const char *verb,
    const char *const *operands, struct child_result *result,
    struct failure *why)
{
	const struct adapter_request request = { .kind = "package",
	    .name = config->package.adapter, .verb = verb,
	    .arguments = operands };

	return (adapter_run(config, &request, result, why));
}

bool
package_fits(const char *arch, const char *machine)
{
	static const char *const intel[] = { "i386", "i486", "i586", "i686" };
	const size_t count = sizeof(intel) / sizeof(intel[0]);
	size_t made_for = count;
	size_t is = count;

	if (strcmp(arch, "noarch") == 0 || strcmp(arch, "(none)") == 0 ||
	    strcmp(arch, machine) == 0)
		return (true);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(arch, intel[i]) == 0)
			made_for = i;
		if (strcmp(machine, intel[i]) == 0)
			is = i;
	}
	if (strcmp(machine, "x86_64") == 0 || strcmp(machine, "amd64") == 0)
		return (made_for < count || strcmp(arch, "x86_64") == 0 ||
		    strcmp(arch, "amd64") == 0);
	return (is < count && made_for <= is);
}
