#include <config.h>

#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../libcore/base/clock.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/message.h"
#include "../libcore/base/words.h"
#include "../libcore/system/fileio.h"

enum { OUTPUT_LIMIT = 1 << 28 };

/* Opens a file without a name.  Returns it, or -1 with why set. */
static int
open_nameless(struct failure *why)
{
	const char *directory = getenv("TMPDIR");
	struct text path = { 0 };
	int fd;

	if (directory == NULL || directory[0] != '/')
		directory = "/tmp";
	text_format(&path, "%s/nqsupd.XXXXXX", directory);
	fd = mkstemp(path.bytes);
	if (fd == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot make a file in '%s'", directory);
	} else {
		/* At worst an empty file stays. */
		(void)unlink(path.bytes);
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
		(void)fcntl(fd, F_SETFL, O_APPEND);
	}
	text_release(&path);
	return (fd);
}

static int
read_back(int fd, const char *name, struct text *text, struct failure *why)
{
	if (lseek(fd, 0, SEEK_SET) == -1) {
		failure_set_errno(why, EXITCODE_SYSTEM, errno,
		    "cannot read what '%s' printed", name);
		return (-1);
	}
	return (fileio_read_all(fd, name, OUTPUT_LIMIT, text, why));
}

int
child_run(const struct child_request *request, struct child_result *result,
    struct failure *why)
{
	const char *name = request->argv->list[0];
	struct process_request process = { .argv = request->argv,
	    .path = request->path, .environment = request->environment,
	    .input = -1, .session = true };
	pid_t pid;
	int rc = -1;

	process.error = -1;
	process.output = open_nameless(why);
	if (process.output == -1)
		goto out;
	process.error = open_nameless(why);
	if (process.error == -1)
		goto out;
	pid = process_start(&process, why);
	if (pid == -1)
		goto out;
	result->end = process_wait(pid, request->timeout == 0 ? 0 :
	    clock_monotonic() + request->timeout);
	if (read_back(process.output, name, &result->output, why) == 0 &&
	    read_back(process.error, name, &result->errors, why) == 0)
		rc = 0;
out:
	if (process.output != -1)
		(void)close(process.output);	/* was read */
	if (process.error != -1)
		(void)close(process.error);
	return (rc);
}

bool
child_is_good(const struct child_result *result)
{
	return (child_code(result) == 0);
}

int
child_code(const struct child_result *result)
{
	return (result->end.how == PROCESS_EXITED ? result->end.code : -1);
}

/* Adds the last line of string that is not empty, behind ": ". */
static void
add_last_line(struct text *text, const char *string)
{
	size_t end = strlen(string);
	size_t begin;

	while (end > 0 && string[end - 1] == '\n')
		end--;
	for (begin = end; begin > 0 && string[begin - 1] != '\n'; begin--)
		continue;
	if (end == begin)
		return;
	text_add(text, ": ");
	text_add_bytes(text, string + begin, end - begin);
}

void
child_fail(const struct child_result *result, enum exitcode code,
    struct failure *why, const char *name)
{
	struct text text = { 0 };

	process_show_end(result->end, &text);
	add_last_line(&text, text_string(&result->errors));
	failure_set(why, result->end.how == PROCESS_TIMED_OUT ?
	    EXITCODE_TIMED_OUT : code, "'%s' failed: %s", name,
	    text_string(&text));
	text_release(&text);
}

static void
say_lines(enum message_level level, const char *name, const char *string)
{
	struct words lines = { 0 };

	words_split(&lines, string, '\n');
	for (size_t i = 0; i < lines.count; i++) {
		if (lines.list[i][0] != '\0')
			message_say(level, "%s: %s", name, lines.list[i]);
	}
	words_release(&lines);
}

void
child_say(const struct child_result *result, const char *name)
{
	say_lines(MESSAGE_NOTE, name, text_string(&result->output));
	say_lines(MESSAGE_WARNING, name, text_string(&result->errors));
}

void
child_result_release(struct child_result *result)
{
	text_release(&result->output);
	text_release(&result->errors);
}
