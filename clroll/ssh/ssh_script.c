#include <config.h>

#include "ssh_script.h"

#include <signal.h>
#include <string.h>

#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"

/*
 * Tells the token and becomes the command.  Field 22 of /proc/PID/stat is when
 * the process began; field 2, the shell's own name, has no blank.  No process
 * is made, and the standard input is not touched.
 */
static const char start_format[] =
    "%st=-; "
    "read -r a b c d e f g h i j k l m n o p q r s u v w x"
    " 2>/dev/null </proc/$$/stat && "
    "read -r x 2>/dev/null </proc/sys/kernel/random/boot_id && t=$w.$x; "
    "echo \"" SSH_SCRIPT_MARK "$$ $t\"; "
    "%s"
    "unset a b c d e f g h i j k l m n o p q r s t u v w x; "
    "exec \"$@\"";

/*
 * The gate.  Read takes no byte behind the line, for a command that is to read
 * those.  That a process still waits there is seen by its first words, with
 * which ps(1) begins, however little of them it shows.
 */
#define GATE	": nqstools-gate; "
static const char wait_script[] = "read -r x || exit 126; ";

/*
 * Waits while the group lives.  A leader that began at another time or in
 * another boot is somebody else's; one that is a zombie has ended.  The
 * leader's name, field 2, may hold anything, so what follows it is cut off
 * behind the last parenthesis; field 22 is then the twentieth.
 *
 * A leader that is at its gate would wait for ever, if its host never hears
 * that the connection is gone.  Nobody may open the gate any more, so it is
 * killed, stopped first lest it pass meanwhile.
 */
static const char await_script[] =
    "p=$1 i=$2; "
    "gate() { "
    "case $(ps -o args= -p $p 2>/dev/null) in "
    "'sh -c " GATE "'*) return 0; esac; return 1; }; "
    "while kill -s 0 -- -$p 2>/dev/null; do "
    "if [ \"$i\" != - ]; then "
    "read -r b </proc/sys/kernel/random/boot_id || exit; "
    "[ \"${i#*.}\" = \"$b\" ] || exit 0; "
    "if read -r l 2>/dev/null </proc/$p/stat; then "
    "set -- ${l##*) }; "
    "case $1 in [ZX]) exit 0; esac; "
    "[ \"${20}.$b\" = \"$i\" ] || exit 0; "
    "fi; fi; "
    "if gate; then kill -s STOP $p; gate && kill -s KILL $p; "
    "kill -s CONT $p 2>/dev/null; fi; "
    "sleep 1; "
    "done";

/* To the group if there is one, else at least to the process. */
static const char stop_script[] =
    "kill -s $3 -- -$1 2>/dev/null || kill -s $3 $1";

/* Makes a command line of script and its arguments, for any shell. */
static void
add_script(const char *script, const struct words *arguments,
    enum ssh_script_right right, struct text *line)
{
	struct words words = { 0 };

	words_add(&words, script);
	words_add(&words, "nqstools");	/* its $0, for its messages */
	words_add_all(&words, arguments);
	/*
	 * The exec lets the login shell become this one: the process that
	 * the host started for us, and whose end it tells us.
	 */
	text_add(line, right == SSH_SCRIPT_SUDO ? "exec sudo -n sh -c " :
	    "exec sh -c ");
	words_quote(&words, line);
	words_release(&words);
}

void
ssh_script_start(const struct words *argv, bool waits, struct text *line)
{
	struct text script = { 0 };

	text_format(&script, start_format, waits ? GATE : "",
	    waits ? wait_script : "");
	add_script(text_string(&script), argv, SSH_SCRIPT_USER, line);
	text_release(&script);
}

void
ssh_script_await(const char *token, enum ssh_script_right right,
    struct text *line)
{
	struct words arguments = { 0 };

	words_split(&arguments, token, ' ');
	add_script(await_script, &arguments, right, line);
	words_release(&arguments);
}

void
ssh_script_stop(const char *token, int signal, enum ssh_script_right right,
    struct text *line)
{
	static const struct { int number; const char *name; } names[] = {
		{ SIGHUP, "HUP" }, { SIGINT, "INT" }, { SIGQUIT, "QUIT" },
		{ SIGKILL, "KILL" }, { SIGUSR1, "USR1" },
		{ SIGUSR2, "USR2" }, { SIGSTOP, "STOP" },
		{ SIGCONT, "CONT" },
	};
	struct words arguments = { 0 };
	const char *name;

	name = "TERM";
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].number == signal)
			name = names[i].name;
	words_split(&arguments, token, ' ');
	words_add(&arguments, name);
	add_script(stop_script, &arguments, right, line);
	words_release(&arguments);
}

bool
ssh_script_token_is_good(const char *token)
{
	size_t digits;
	size_t rest;

	/* From 2 on: 0 and 1 mean other things to kill(1). */
	digits = strspn(token, "0123456789");
	if (digits == 0 || digits > 10 || token[0] == '0' ||
	    (digits == 1 && token[0] == '1') || token[digits] != ' ')
		return false;
	token += digits + 1;
	rest = strspn(token, "0123456789abcdef.-");
	return rest > 0 && token[rest] == '\0' &&
	    digits + 1 + rest < SSH_SCRIPT_TOKEN_ROOM;
}

/* Reads the token of the line of length bytes at bytes. */
static bool
read_token(const char *bytes, size_t length,
    char token[SSH_SCRIPT_TOKEN_ROOM])
{
	const size_t mark = strlen(SSH_SCRIPT_MARK);

	if (length <= mark || length - mark >= SSH_SCRIPT_TOKEN_ROOM ||
	    memcmp(bytes, SSH_SCRIPT_MARK, mark) != 0)
		return false;
	memcpy(token, bytes + mark, length - mark);
	token[length - mark] = '\0';
	return ssh_script_token_is_good(token);
}

size_t
ssh_script_find_token(const char *bytes, size_t length,
    char token[SSH_SCRIPT_TOKEN_ROOM])
{
	const char *end;

	for (size_t at = 0; at < length; at = (size_t)(end - bytes) + 1) {
		end = memchr(bytes + at, '\n', length - at);
		if (end == NULL)
			break;
		if (read_token(bytes + at, (size_t)(end - bytes) - at, token))
			return (size_t)(end - bytes) + 1;
	}
	return 0;
}
