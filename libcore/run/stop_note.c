#include <config.h>

#include "stop_note.h"

#include <sys/stat.h>

#include <errno.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/failure.h"
#include "../base/memory.h"
#include "../base/message.h"
#include "../base/text.h"
#include "../format/jsonline.h"
#include "../system/fileio.h"
#include "../system/trust.h"
#include "history.h"

/* So many bytes a note may have. */
enum { NOTE_LIMIT = 4096 };

/* Returns the path of the note, the caller's. */
static char *
note_path(const char *journal)
{
	struct text path = { 0 };

	text_format(&path, "%s.stop", journal);
	return (text_take(&path));
}

/* Whether its folder is there: without it the run has not begun. */
static bool
has_folder(const char *path)
{
	char *copy = memory_copy_string(path);
	struct stat status;
	const bool has = stat(dirname(copy), &status) == 0 || errno != ENOENT;

	free(copy);
	return (has);
}

void
stop_note_write(const char *journal)
{
	struct jsonline *line = jsonline_make();
	char *path = note_path(journal);
	struct failure why = { 0 };
	struct text text = { 0 };

	history_sign(line);
	jsonline_show(line, &text);
	if (has_folder(path) &&
	    fileio_replace_file(path, &text, S_IRUSR | S_IWUSR, &why) == -1)
		message_say(MESSAGE_WARNING, "the run will not know who "
		    "stopped it: %s", why.message);
	text_release(&text);
	free(path);
	jsonline_free(line);
}

void
stop_note_take(const char *journal, struct jsonline *record)
{
	char *path = note_path(journal);
	struct failure why = { 0 };
	struct text text = { 0 };
	struct jsonline *line = NULL;

	if (trust_read(path, NOTE_LIMIT, &text, &why) == 1)
		line = jsonline_read(text_string(&text),
		    strcspn(text_string(&text), "\n"), &why);
	if (why.message[0] != '\0')
		message_say(MESSAGE_WARNING, "the run does not know who "
		    "stopped it: %s", why.message);
	if (line != NULL)
		jsonline_add_all(record, line);
	jsonline_free(line);
	text_release(&text);
	(void)unlink(path);			/* it has been told */
	free(path);
}

void
stop_note_remove(const char *journal)
{
	char *path = note_path(journal);

	(void)unlink(path);			/* there may be none */
	free(path);
}
