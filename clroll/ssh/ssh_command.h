#ifndef CLROLL_SSH_SSH_COMMAND_H
#define CLROLL_SSH_SSH_COMMAND_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

#include "../../libcore/system/process.h"
#include "ssh_link.h"

/*
 * One command on a host, over a link that is logged in; a channel, in the
 * words of the protocol.  Calling sequence: ssh_command_make; ssh_command_run
 * until it is done; then, after each ssh_link_receive, ssh_command_take until
 * there is nothing, ssh_command_write for the command's input, and the
 * questions about its end; ssh_command_free, before ssh_link_free.
 */
struct ssh_command;

/* A stretch of what the command has written; bytes belong to the command. */
struct ssh_command_piece {
	const char	*bytes;
	size_t		 size;
	bool		 is_error;	/* its standard error */
};

/* Returns a command for the host's shell, to be run as line; never NULL. */
struct ssh_command *
ssh_command_make(struct ssh_link *link, const char *line);

/*
 * The same for a connection from the host to port of another one: what is
 * written goes there, and what comes from there is its output.
 */
struct ssh_command *
ssh_command_make_forward(struct ssh_link *link, const char *host, int port);

/* Forgets the command; one that runs goes on, without input and output. */
void
ssh_command_free(struct ssh_command *command);

/*
 * Has the command started.  Fails with DENIED when the host will not, or with
 * UNREACHABLE when it cannot connect.
 */
enum ssh_link_progress
ssh_command_run(struct ssh_command *command, struct failure *why);

/*
 * Sets *piece to what came next from the command, in the order in which it
 * came, and returns true, or returns false when nothing is left.  The piece is
 * valid until the next call with command or its link.
 */
bool
ssh_command_take(struct ssh_command *command,
    struct ssh_command_piece *piece);

/*
 * Returns how many bytes of input can be sent now: 0 while earlier ones still
 * wait here or the command does not read them.
 */
size_t
ssh_command_room(const struct ssh_command *command);

/*
 * Sends up to size bytes as input of the command.  Returns how many were
 * taken, or -1 when the command takes no more.
 */
ssize_t
ssh_command_write(struct ssh_command *command, const void *bytes,
    size_t size);

/* Ends the command's input. */
void
ssh_command_write_end(struct ssh_command *command);

/*
 * Asks the host to send signal to the command.  Not every host does: OpenSSH's
 * server does not when the user is root.
 */
void
ssh_command_signal(struct ssh_command *command, int signal);

/* Returns whether the host has said how the command ended. */
bool
ssh_command_has_end(const struct ssh_command *command);

/* Returns whether the host has closed the channel: no more output comes. */
bool
ssh_command_is_closed(const struct ssh_command *command);

/* Returns how the command ended: PROCESS_LOST unless the host has said. */
struct process_end
ssh_command_end(const struct ssh_command *command);

#endif
