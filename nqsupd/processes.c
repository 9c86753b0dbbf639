#include <config.h>

#include "processes.h"

#include <stdlib.h>
#include <string.h>

#include "../libcore/base/clock.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
#include "../libcore/base/number.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"

void
processes_release(struct processes *processes)
{
	for (size_t i = 0; i < processes->count; i++) {
		free(processes->rows[i].command);
		free(processes->rows[i].argument);
	}
	free(processes->rows);
	*processes = (struct processes){ 0 };
}

void
processes_add(struct processes *processes, const struct processes_row *row)
{
	if (processes->count == processes->room) {
		processes->room = processes->room * 2 + 64;
		processes->rows = memory_resize(processes->rows,
		    processes->room, sizeof(*processes->rows));
	}
	struct processes_row *added = &processes->rows[processes->count++];

	*added = *row;
	added->command = memory_copy_string(row->command);
	added->argument = memory_copy_string(row->argument);
}

static int
compare_pids(const void *a, const void *b)
{
	const struct processes_row *first = a;
	const struct processes_row *second = b;

	return ((first->pid > second->pid) - (first->pid < second->pid));
}

void
processes_sort(struct processes *processes)
{
	if (processes->count > 0)
		qsort(processes->rows, processes->count,
		    sizeof(*processes->rows), compare_pids);
}

const struct processes_row *
processes_find(const struct processes *processes, pid_t pid)
{
	const struct processes_row key = { .pid = pid };

	if (processes->count == 0)
		return (NULL);
	return (bsearch(&key, processes->rows, processes->count,
	    sizeof(*processes->rows), compare_pids));
}

bool
processes_is_named(const char *command, const char *name)
{
	const char *slash = strrchr(command, '/');

	if (strchr(name, '/') != NULL || slash == NULL)
		return (strcmp(command, name) == 0);
	return (strcmp(slash + 1, name) == 0);
}

const struct processes_row *
processes_find_program(const struct processes *processes, const char *path)
{
	/* The interpreter of a script has the script as its argument. */
	for (size_t i = 0; i < processes->count; i++) {
		const struct processes_row *row = &processes->rows[i];

		if (!row->is_feigned && (strcmp(row->command, path) == 0 ||
		    strcmp(row->argument, path) == 0))
			return (row);
	}
	return (NULL);
}

/* Reads the pid that word is. */
static int
read_pid(const char *word, pid_t *pid)
{
	int64_t value;

	if (number_read(word, 0, INT32_MAX, &value) == -1)
		return (-1);
	*pid = (pid_t)value;
	return (0);
}

/* No process is older, in days. */
enum { DAYS_LIMIT = 100000 };

/*
 * Reads [[DAYS-]HOURS:]MINUTES:SECONDS as nanoseconds.  The ps of Linux counts
 * from when it read the clock; of what has begun since, or in the same instant,
 * it prints less than nothing as a number without a sign.
 */
static int
read_elapsed(const char *word, int64_t *value)
{
	struct words parts = { 0 };
	const char *dash = strchr(word, '-');
	int64_t days = 0;
	int64_t seconds = 0;
	int rc = -1;

	if (dash != NULL) {
		char *text = memory_copy_string(word);

		text[dash - word] = '\0';
		rc = number_read(text, 0, INT64_MAX, &days);
		free(text);
		if (rc == -1)
			return (-1);
		if (days > DAYS_LIMIT) {
			*value = 0;
			return (0);
		}
		word = dash + 1;
	}
	words_split(&parts, word, ':');
	rc = parts.count >= 2 && parts.count <= 3 ? 0 : -1;
	for (size_t i = 0; rc == 0 && i < parts.count; i++) {
		int64_t part;

		rc = number_read(parts.list[i], 0, 59, &part);
		seconds = seconds * 60 + (rc == 0 ? part : 0);
	}
	words_release(&parts);
	*value = (days * 86400 + seconds) * CLOCK_SECOND;
	return (rc);
}

/*
 * Cuts the next word off the string at *rest and returns it, "" when there
 * is none.
 */
static char *
next_word(char **rest)
{
	char *word = *rest + strspn(*rest, " \t");
	char *end = word + strcspn(word, " \t");

	*rest = end;
	if (*end != '\0') {
		*end = '\0';
		*rest = end + 1;
	}
	return (word);
}

/*
 * Whether the args of a line of ps are what stands for those of a process
 * that has ended: "<defunct>" alone (Solaris, AIX, HP-UX), behind the name
 * in brackets (Linux), "<zombie>" or the name in parentheses (the BSDs).
 */
static bool
is_ended(const char *args)
{
	args += strspn(args, " \t");
	return (text_begins_with(args, "<defunct>") ||
	    text_begins_with(args, "<zombie>") ||
	    (args[0] == '[' && text_ends_with(args, "] <defunct>")) ||
	    (args[0] == '(' && text_ends_with(args, ")")));
}

/* Takes one line of ps, which it cuts up. */
static int
parse_line(struct processes *processes, char *line, int64_t now)
{
	struct processes_row row = { 0 };
	int64_t elapsed;

	if (read_pid(next_word(&line), &row.pid) == -1 ||
	    read_pid(next_word(&line), &row.parent) == -1)
		return (-1);
	/* "-" and "<defunct>" stand there for a process that has ended. */
	if (read_elapsed(next_word(&line), &elapsed) == 0)
		row.started = now - elapsed;
	if (is_ended(line))
		return (0);
	row.command = next_word(&line);
	row.argument = next_word(&line);
	processes_add(processes, &row);
	return (0);
}

int
processes_parse_ps(struct processes *processes, const char *text,
    int64_t now, struct failure *why)
{
	struct words lines = { 0 };
	int rc = 0;

	words_split(&lines, text, '\n');
	for (size_t i = 0; rc == 0 && i < lines.count; i++) {
		char *line = lines.list[i];

		if (line[strspn(line, " \t")] == '\0')
			continue;
		char *copy = memory_copy_string(line);

		rc = parse_line(processes, copy, now);
		free(copy);
		if (rc == -1)
			failure_set(why, EXITCODE_SYSTEM,
			    "ps printed what cannot be read: '%s'", line);
	}
	words_release(&lines);
	processes_sort(processes);
	return (rc);
}

int
processes_parse_stat(const char *line, pid_t *parent, int64_t *ticks)
{
	/* The name of the program may hold blanks and parentheses. */
	const char *rest = strrchr(line, ')');
	enum { PARENT = 1, STARTED = 19, STATE = 0 };
	struct words fields = { 0 };
	int rc = -1;

	if (rest == NULL || rest[1] != ' ')
		return (-1);
	words_split(&fields, rest + 2, ' ');
	if (fields.count <= STARTED)
		goto out;
	if (strchr("ZXx", fields.list[STATE][0]) != NULL) {
		rc = 0;
		goto out;
	}
	if (read_pid(fields.list[PARENT], parent) == 0 &&
	    number_read(fields.list[STARTED], 0, INT64_MAX, ticks) == 0)
		rc = 1;
out:
	words_release(&fields);
	return (rc);
}

int
processes_parse_owner(const char *text, uid_t *owner)
{
	static const char key[] = "\nUid:\t";
	/* The name of the program comes first, its newlines escaped. */
	const char *found = strstr(text, key);
	char number[24] = "";
	int64_t value;

	if (found == NULL)
		return (-1);
	found += strlen(key);
	const size_t length = strcspn(found, "\t\n");

	if (length >= sizeof(number))
		return (-1);
	memcpy(number, found, length);
	if (number_read(number, 0, UINT32_MAX, &value) == -1)
		return (-1);
	*owner = (uid_t)value;
	return (0);
}

bool
processes_is_program(const char *command, const char *program)
{
	static const char deleted[] = " (deleted)";
	const char *name = strrchr(command, '/');
	const char *slash = strrchr(program, '/');

	name = name == NULL ? command : name + 1;
	if (slash == NULL || !text_begins_with(slash + 1, name))
		return (false);
	const char *rest = slash + 1 + strlen(name);

	/* It was replaced while it runs. */
	return (rest[0] == '\0' || strcmp(rest, deleted) == 0);
}
