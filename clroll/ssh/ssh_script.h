#ifndef CLROLL_SSH_SSH_SCRIPT_H
#define CLROLL_SSH_SSH_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

struct text;
struct words;

/*
 * The command lines that are run on a node, and the token by which a command
 * is found again there.  A command is run by a few words of POSIX shell that
 * first print one line, SSH_SCRIPT_MARK and the token, and then become the
 * command.  The token is "PID IDENTITY": the process, which leads a group of
 * its own, and on Linux when it began and the boot, else "-".
 *
 * Pure: no input, no output.
 */

/* What the line with the token begins with. */
#define SSH_SCRIPT_MARK	"nqstools-token "

/* Whether the user may see to a command, or needs sudo(8) for it. */
enum ssh_script_right {
	SSH_SCRIPT_USER,
	SSH_SCRIPT_SUDO			/* which must not ask: sudo -n */
};

enum {
	SSH_SCRIPT_TOKEN_ROOM = 128,
	/* More before the token than this, and there is none. */
	SSH_SCRIPT_NOISE_LIMIT = 64 << 10
};

/*
 * Adds to line what runs argv and tells its token first; with waits, nothing
 * is run before a line has come on its standard input, nor ever when that
 * ends before.  What follows the line is for the command.
 */
void
ssh_script_start(const struct words *argv, bool waits, struct text *line);

/* Adds to line what waits until the command of token has ended. */
void
ssh_script_await(const char *token, enum ssh_script_right right,
    struct text *line);

/*
 * Adds to line what sends signal to the command of token and its children.
 * The signal is one of POSIX; any other becomes SIGTERM.
 */
void
ssh_script_stop(const char *token, int signal, enum ssh_script_right right,
    struct text *line);

/* Returns whether token has the form that the functions above need. */
bool
ssh_script_token_is_good(const char *token);

/*
 * Looks for the line with the token in the length bytes at bytes, the first
 * that a command has written.  Returns where what follows the line begins, and
 * sets token, or returns 0 when it is not there yet.  What stands before the
 * line comes from the login shell, not from the command.
 */
size_t
ssh_script_find_token(const char *bytes, size_t length,
    char token[SSH_SCRIPT_TOKEN_ROOM]);

#endif
