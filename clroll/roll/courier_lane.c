#include <config.h>

#include "courier_lane.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/digest.h"
#include "../../libcore/base/exitcode.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/run/session.h"
#include "../../libcore/system/eventloop.h"
#include "../../libcore/system/fileio.h"
#include "../cluster/cluster.h"
#include "../cluster/team.h"

/* Before the second try; before each further one, twice as long. */
#define PAUSE	(CLOCK_SECOND / 4)

enum {
	TRIES = 8,			/* without a byte more: a minute */
	ANSWER_LIMIT = 1 << 12,		/* bytes */
	CHUNK = 1 << 16
};

struct courier_lane {
	const struct team		*team;
	size_t				 node;
	courier_lane_over		*over;
	void				*cookie;
	struct session			*session;
	struct eventloop_timer		*timer;	/* of the next try */
	const struct courier_parcel	*parcel;	/* NULL: none */
	bool				 is_sending;	/* else asking */
	int				 tries;
	struct courier_outcome		 outcome;
	struct text			 answer;
};

/* ---- our side ---------------------------------------------------------- */

/* Writes the digest of the first size bytes of fd. */
static bool
digest_of_begin(int fd, int64_t size, char string[DIGEST_TEXT_ROOM])
{
	struct digest *sum = digest_make();
	unsigned char value[DIGEST_SIZE];
	char bytes[CHUNK];
	ssize_t got = 1;

	while (size > 0 && got > 0) {
		got = fileio_read(fd, bytes, size < CHUNK ? (size_t)size :
		    CHUNK);
		if (got > 0)
			digest_add(sum, bytes, (size_t)got);
		size -= got;
	}
	digest_end(sum, value);
	digest_show(value, string);
	digest_free(sum);
	return (got > 0 && size == 0);
}

/* Whether our package begins with size bytes of this digest. */
static bool
begins_with(const struct courier_parcel *parcel, int64_t size,
    const char *digest)
{
	const int fd = fileio_open(AT_FDCWD, parcel->path,
	    O_RDONLY | O_NONBLOCK, 0);
	char ours[DIGEST_TEXT_ROOM];
	struct stat status;
	const bool agrees = fd != -1 && fstat(fd, &status) == 0 &&
	    S_ISREG(status.st_mode) && size <= status.st_size &&
	    digest_of_begin(fd, size, ours) && strcmp(ours, digest) == 0;

	fileio_close_read(fd);
	return (agrees);
}

/* ---- commands ---------------------------------------------------------- */

static void
finish(struct courier_lane *lane, bool has_arrived)
{
	lane->parcel = NULL;
	lane->outcome.has_arrived = has_arrived;
	lane->over(lane->cookie, lane->node, &lane->outcome);
}

static void
try_again(void *cookie)
{
	struct courier_lane *lane = cookie;

	lane->timer = NULL;
	lane->session->calls->close(lane->session);
	lane->session->calls->open(lane->session);
}

/* What is done on the node goes on, or has come to nothing. */
static void
retry(struct courier_lane *lane)
{
	if (lane->parcel == NULL || lane->timer != NULL)
		return;
	if (++lane->tries > TRIES)
		finish(lane, false);
	else
		lane->timer = eventloop_at(lane->team->loop,
		    clock_monotonic() + (PAUSE << (lane->tries - 1)),
		    try_again, lane);
}

static void
start(struct courier_lane *lane, const char *verb, bool is_sending)
{
	struct words argv = { 0 };
	struct session_command command = { .argv = &argv };

	words_add(&argv, "nqsupd");
	words_add(&argv, "package");
	words_add(&argv, "--json");
	words_add(&argv, verb);
	words_add(&argv, lane->parcel->name);
	words_add(&argv, lane->parcel->digest);
	lane->is_sending = is_sending;
	if (is_sending) {
		words_format(&argv, "%lld", (long long)lane->outcome.from);
		command.input = lane->parcel->path;
		command.input_at = lane->outcome.from;
	}
	text_clear(&lane->answer);
	lane->session->calls->start(lane->session, &command);
	words_release(&argv);
}

/* Sets how much need not be sent: what the node says, if it is ours. */
static void
judge_part(struct courier_lane *lane, const struct jsonline *event)
{
	const int64_t size = jsonline_integer(event, "size", 0);
	const char *digest = jsonline_string(event, "digest");

	if (size <= 0 || digest == NULL ||
	    !begins_with(lane->parcel, size, digest)) {
		lane->outcome.from = 0;
		return;
	}
	if (size > lane->outcome.from)
		lane->tries = 0;
	lane->outcome.from = size;
	lane->outcome.is_resumed = true;
}

/* Only the first counts: to judge one may take as long as to read it all. */
static void
read_part(struct courier_lane *lane)
{
	struct words lines = { 0 };
	struct failure ignored = { 0 };
	bool is_told = false;

	words_split(&lines, text_string(&lane->answer), '\n');
	for (size_t i = 0; i < lines.count && !is_told; i++) {
		struct jsonline *event = jsonline_read(lines.list[i],
		    strlen(lines.list[i]), &ignored);
		const char *name = event == NULL ? NULL :
		    jsonline_string(event, "event");

		is_told = name != NULL && strcmp(name, "part") == 0;
		if (is_told)
			judge_part(lane, event);
		jsonline_free(event);
	}
	words_release(&lines);
}

/* ---- what the session tells -------------------------------------------- */

static void
opened(void *cookie)
{
	start(cookie, "part", false);
}

static void
failed(void *cookie, const struct failure *why)
{
	(void)why;
	retry(cookie);
}

static void
said(void *cookie, const char *bytes, size_t size, bool is_error)
{
	struct courier_lane *lane = cookie;

	if (is_error || lane->parcel == NULL)
		return;
	if (lane->answer.length + size <= ANSWER_LIMIT) {
		text_add_bytes(&lane->answer, bytes, size);
	} else {
		/* Whoever talks so much is none of ours. */
		lane->session->calls->close(lane->session);
		finish(lane, false);
	}
}

static void
ended(void *cookie, struct process_end end)
{
	struct courier_lane *lane = cookie;
	const int code = end.how == PROCESS_EXITED ? end.code : -1;

	if (lane->parcel == NULL)
		return;
	if (code == EXITCODE_OK) {
		finish(lane, true);
	} else if (!lane->is_sending && code == EXITCODE_DIFFERS) {
		read_part(lane);
		start(lane, "receive", true);
	} else if (end.how == PROCESS_LOST || (lane->is_sending &&
	    (code == EXITCODE_DATA || code == EXITCODE_BUSY))) {
		retry(lane);
	} else {
		finish(lane, false);
	}
}

static const struct session_events events = {
	opened, failed, session_may_go_on, said, ended
};

/* ---- what the owner asks for ------------------------------------------- */

struct courier_lane *
courier_lane_make(const struct team *team, size_t node,
    courier_lane_over *over, void *cookie)
{
	struct failure ignored = { 0 };
	struct session *session = team->cluster->nodes[node].local ? NULL :
	    team_session(team, node, &ignored);

	if (session == NULL)
		return (NULL);
	struct courier_lane *lane = memory_make(1, sizeof(*lane));

	lane->team = team;
	lane->node = node;
	lane->over = over;
	lane->cookie = cookie;
	lane->session = session;
	session->events = &events;
	session->cookie = lane;
	return (lane);
}

void
courier_lane_free(struct courier_lane *lane)
{
	if (lane == NULL)
		return;
	eventloop_cancel(lane->team->loop, lane->timer);
	lane->session->calls->free(lane->session);
	text_release(&lane->answer);
	free(lane);
}

void
courier_lane_bring(struct courier_lane *lane,
    const struct courier_parcel *parcel)
{
	lane->parcel = parcel;
	lane->tries = 0;
	lane->outcome = (struct courier_outcome){ 0 };
	lane->session->calls->open(lane->session);
}

void
courier_lane_close(struct courier_lane *lane)
{
	lane->parcel = NULL;
	eventloop_cancel(lane->team->loop, lane->timer);
	lane->timer = NULL;
	lane->session->calls->close(lane->session);
}
