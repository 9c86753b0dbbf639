#include <config.h>

#include "ssh_command.h"

#include <libssh/callbacks.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "ssh_link_private.h"

/* The most input that is handed over at a time. */
enum { WRITE_LIMIT = 256 << 10 };

/* The names of signals in the protocol (RFC 4254, section 6.10). */
static const struct signal_name {
	const char	*name;
	int		 number;
} signal_names[] = {
	{ "ABRT", SIGABRT }, { "ALRM", SIGALRM }, { "FPE", SIGFPE },
	{ "HUP", SIGHUP }, { "ILL", SIGILL }, { "INT", SIGINT },
	{ "KILL", SIGKILL }, { "PIPE", SIGPIPE }, { "QUIT", SIGQUIT },
	{ "SEGV", SIGSEGV }, { "TERM", SIGTERM }, { "USR1", SIGUSR1 },
	{ "USR2", SIGUSR2 },
};

enum { SIGNAL_NAMES = sizeof(signal_names) / sizeof(signal_names[0]) };

enum stage {
	STAGE_OPEN,			/* the channel is asked for */
	STAGE_EXECUTE,			/* the command is asked for */
	STAGE_RUNS
};

/* A stretch of output, all of one kind. */
struct stretch {
	size_t	size;
	bool	is_error;
};

/*
 * libssh calls back from deep inside, where none of its functions may be
 * called; so callbacks only record here what has come.
 */
struct ssh_command {
	struct ssh_link				*link;
	ssh_channel				 channel;
	struct ssh_channel_callbacks_struct	 callbacks;
	char					*line;		/* or NULL: */
	char					*host;		/* connect */
	int					 port;
	enum stage				 stage;
	struct text				 output;
	struct stretch				*stretches;
	size_t					 stretch_count;
	size_t					 stretch_room;
	size_t					 taken;		/* stretches */
	size_t					 offset;	/* in output */
	struct process_end			 end;
	bool					 is_closed;
};

static int
libssh_data(ssh_session session, ssh_channel channel, void *data,
    uint32_t size, int is_error, void *cookie)
{
	struct ssh_command *command;
	struct stretch *last;

	(void)session;
	(void)channel;
	command = cookie;
	text_add_bytes(&command->output, data, size);
	last = command->stretch_count > command->taken ?
	    &command->stretches[command->stretch_count - 1] : NULL;
	if (last == NULL || last->is_error != (is_error != 0)) {
		if (command->stretch_count == command->stretch_room) {
			command->stretch_room += 16;
			command->stretches = memory_resize(command->stretches,
			    command->stretch_room, sizeof(*last));
		}
		last = &command->stretches[command->stretch_count++];
		last->size = 0;
		last->is_error = is_error != 0;
	}
	last->size += size;
	return (int)size;
}

static void
libssh_status(ssh_session session, ssh_channel channel, int status,
    void *cookie)
{
	struct ssh_command *command;

	(void)session;
	(void)channel;
	command = cookie;
	command->end.how = PROCESS_EXITED;
	command->end.code = status;
}

static void
libssh_signal(ssh_session session, ssh_channel channel, const char *signal,
    int core, const char *message, const char *language, void *cookie)
{
	struct ssh_command *command;

	(void)session;
	(void)channel;
	(void)core;
	(void)message;
	(void)language;
	command = cookie;
	command->end.how = PROCESS_SIGNALLED;
	command->end.code = 0;
	for (size_t i = 0; i < SIGNAL_NAMES; i++)
		if (strcmp(signal, signal_names[i].name) == 0)
			command->end.code = signal_names[i].number;
}

static void
libssh_close(ssh_session session, ssh_channel channel, void *cookie)
{
	struct ssh_command *command;

	(void)session;
	(void)channel;
	command = cookie;
	command->is_closed = true;
}

static struct ssh_command *
make(struct ssh_link *link)
{
	struct ssh_command *command;

	command = memory_make(1, sizeof(*command));
	command->link = link;
	command->end.how = PROCESS_LOST;
	command->callbacks.userdata = command;
	command->callbacks.channel_data_function = libssh_data;
	command->callbacks.channel_exit_status_function = libssh_status;
	command->callbacks.channel_exit_signal_function = libssh_signal;
	command->callbacks.channel_close_function = libssh_close;
	ssh_callbacks_init(&command->callbacks);
	return command;
}

struct ssh_command *
ssh_command_make(struct ssh_link *link, const char *line)
{
	struct ssh_command *command;

	command = make(link);
	command->line = memory_copy_string(line);
	return command;
}

struct ssh_command *
ssh_command_make_forward(struct ssh_link *link, const char *host, int port)
{
	struct ssh_command *command;

	command = make(link);
	command->host = memory_copy_string(host);
	command->port = port;
	return command;
}

void
ssh_command_free(struct ssh_command *command)
{
	if (command == NULL)
		return;
	if (command->channel != NULL) {
		(void)ssh_remove_channel_callbacks(command->channel,
		    &command->callbacks);
		/*
		 * While output waits to be sent, ssh_channel_close() stops
		 * after the end-of-file, and the host would count the channel
		 * as open for ever.  A second call goes on to the close.
		 */
		if (command->stage != STAGE_OPEN &&
		    ssh_link_stands(command->link)) {
			(void)ssh_channel_send_eof(command->channel);
			(void)ssh_channel_close(command->channel);
		}
		ssh_channel_free(command->channel);
	}
	text_release(&command->output);
	free(command->stretches);
	free(command->line);
	free(command->host);
	free(command);
}

/* Fills why for a channel or a command that the host will not have. */
static enum ssh_link_progress
refuse(const struct ssh_command *command, struct failure *why)
{
	const char *error;

	error = ssh_get_error(command->link->session);
	if (command->line == NULL)
		failure_set(why, EXITCODE_UNREACHABLE, "it cannot connect to "
		    "'%s' port %d: %s", command->host, command->port, error);
	else
		failure_set(why, ssh_link_stands(command->link) ?
		    EXITCODE_DENIED : EXITCODE_UNREACHABLE,
		    "no command can be run: %s", error);
	return SSH_LINK_FAILED;
}

enum ssh_link_progress
ssh_command_run(struct ssh_command *command, struct failure *why)
{
	int rc;

	if (command->channel == NULL) {
		command->channel = ssh_channel_new(command->link->session);
		if (command->channel == NULL || ssh_set_channel_callbacks(
		    command->channel, &command->callbacks) != SSH_OK)
			return refuse(command, why);
	}
	if (command->stage == STAGE_OPEN) {
		/* Where it comes from is only for the host's log. */
		rc = command->line != NULL ?
		    ssh_channel_open_session(command->channel) :
		    ssh_channel_open_forward(command->channel, command->host,
		    command->port, "127.0.0.1", 0);
		if (rc == SSH_AGAIN)
			return SSH_LINK_AGAIN;
		if (rc != SSH_OK)
			return refuse(command, why);
		command->stage = STAGE_EXECUTE;
	}
	if (command->line == NULL)
		command->stage = STAGE_RUNS;
	if (command->stage == STAGE_EXECUTE) {
		rc = ssh_channel_request_exec(command->channel, command->line);
		if (rc == SSH_AGAIN)
			return SSH_LINK_AGAIN;
		if (rc != SSH_OK)
			return refuse(command, why);
		command->stage = STAGE_RUNS;
	}
	return SSH_LINK_DONE;
}

bool
ssh_command_take(struct ssh_command *command, struct ssh_command_piece *piece)
{
	const struct stretch *stretch;

	if (command->taken == command->stretch_count) {
		text_clear(&command->output);
		command->stretch_count = 0;
		command->taken = 0;
		command->offset = 0;
		return false;
	}
	stretch = &command->stretches[command->taken++];
	piece->bytes = command->output.bytes + command->offset;
	piece->size = stretch->size;
	piece->is_error = stretch->is_error;
	command->offset += stretch->size;
	return true;
}

size_t
ssh_command_room(const struct ssh_command *command)
{
	size_t room;

	if (command->is_closed ||
	    (ssh_get_status(command->link->session) & SSH_WRITE_PENDING) != 0)
		return 0;
	room = ssh_channel_window_size(command->channel);
	return room < WRITE_LIMIT ? room : WRITE_LIMIT;
}

ssize_t
ssh_command_write(struct ssh_command *command, const void *bytes, size_t size)
{
	int written;

	written = ssh_channel_write(command->channel, bytes, (uint32_t)size);
	return written == SSH_ERROR ? -1 : written;
}

void
ssh_command_write_end(struct ssh_command *command)
{
	/* That it still waits to be sent, or cannot be, shows elsewhere. */
	(void)ssh_channel_send_eof(command->channel);
}

void
ssh_command_signal(struct ssh_command *command, int signal)
{
	for (size_t i = 0; i < SIGNAL_NAMES; i++)
		if (signal_names[i].number == signal)
			(void)ssh_channel_request_send_signal(
			    command->channel, signal_names[i].name);
}

bool
ssh_command_has_end(const struct ssh_command *command)
{
	return command->end.how != PROCESS_LOST;
}

bool
ssh_command_is_closed(const struct ssh_command *command)
{
	return command->is_closed;
}

struct process_end
ssh_command_end(const struct ssh_command *command)
{
	return command->end;
}
