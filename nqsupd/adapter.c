#include <config.h>

#include "adapter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../libcore/base/clock.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/message.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/system/fileio.h"
#include "../libcore/system/trust.h"
#include "../libsite/node_config.h"
#include "../libsite/tools.h"
#include "child.h"

char *
adapter_path(const struct node_config *config, const char *kind,
    const char *name)
{
	return (tools_script(config->share, kind, name));
}

/*
 * Checks that the file path, open as fd, which is closed, is ours, and that
 * nobody else could let it be another.
 */
static int
check_file(int fd, const char *path, struct failure *why)
{
	const int rc = trust_check(fd, path, why);

	(void)close(fd);		/* was only opened */
	return (rc == -1 ? -1 : trust_check_way(path, why));
}

/* Checks that the script path is there, and is safe to run. */
static int
check_script(const struct adapter_request *request, const char *path,
    struct failure *why)
{
	const int fd = fileio_open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK, 0);

	if (fd == -1) {
		failure_set_errno(why, errno == ENOENT ? EXITCODE_CONFIG :
		    failure_code_of_errno(errno), errno,
		    "cannot read '%s', the adapter for '%s'", path,
		    request->name);
		return (-1);
	}
	return (check_file(fd, path, why));
}

/* Checks the frame that stands beside the script path, if one does. */
static int
check_frame(const char *path, struct failure *why)
{
	struct text frame = { 0 };
	int rc = 0;

	text_add_bytes(&frame, path,
	    (size_t)(strrchr(path, '/') + 1 - path));
	text_add(&frame, "frame.sh");
	const int fd = fileio_open(AT_FDCWD, text_string(&frame),
	    O_RDONLY | O_NONBLOCK, 0);

	if (fd != -1)
		rc = check_file(fd, text_string(&frame), why);
	text_release(&frame);
	return (rc);
}

int
adapter_run(const struct node_config *config,
    const struct adapter_request *request, struct child_result *result,
    struct failure *why)
{
	struct words argv = { 0 };
	const struct child_request child = { .argv = &argv,
	    .path = config->path, .timeout = request->timeout };
	char *path = adapter_path(config, request->kind, request->name);
	int rc = -1;

	words_add(&argv, "sh");
	words_add(&argv, path);
	words_add(&argv, request->verb);
	if (request->arguments != NULL)
		words_add_list(&argv, request->arguments);
	if (check_script(request, path, why) == 0 &&
	    check_frame(path, why) == 0)
		rc = child_run(&child, result, why);
	words_release(&argv);
	free(path);
	return (rc);
}

/* As adapter_ask(), but without patience. */
static int
ask_once(const struct node_config *config,
    const struct adapter_request *request, struct child_result *result,
    struct failure *why)
{
	enum exitcode code = EXITCODE_FAILED;

	if (adapter_run(config, request, result, why) == -1)
		return (-1);
	switch (child_code(result)) {
	case 0:
		return (1);
	case ADAPTER_NO:
	case EXITCODE_BARRED:
		return (0);
	case EXITCODE_DATA:
	case EXITCODE_UNREACHABLE:
	case EXITCODE_DENIED:
		code = (enum exitcode)child_code(result);
		break;
	default:
		break;
	}
	child_fail(result, code, why, request->name);
	return (-1);
}

int
adapter_ask(const struct node_config *config,
    const struct adapter_request *request, struct child_result *result,
    struct failure *why)
{
	static const struct timespec pause = { .tv_nsec = 500000000 };
	const int64_t deadline = clock_monotonic() + request->patience;
	int rc = ask_once(config, request, result, why);

	if (rc == -1 && why->code == EXITCODE_UNREACHABLE &&
	    request->patience > 0)
		message_say(MESSAGE_NOTE, "%s; asking again for a while",
		    why->message);
	while (rc == -1 && why->code == EXITCODE_UNREACHABLE &&
	    clock_monotonic() < deadline) {
		/* A signal only makes the next question come earlier. */
		(void)nanosleep(&pause, NULL);
		child_result_release(result);
		*result = (struct child_result){ 0 };
		*why = (struct failure){ 0 };
		rc = ask_once(config, request, result, why);
	}
	return (rc);
}
