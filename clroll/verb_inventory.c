#include <config.h>

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/format/options.h"
#include "../libcore/format/report.h"
#include "../libcore/run/command.h"
#include "../libcore/system/fileio.h"
#include "cluster/context.h"
#include "cluster/inventory.h"
#include "verbs.h"

/* inventory: the clusters of an inventory of Ansible. */

enum { LIMIT = 64 << 20, FILE_LIMIT = 1 << 20 };

static const struct options_row inventory_rows[] = {
	{ 'o', "output", "FOLDER", "write the file of each cluster there" },
	{ 0 }
};

struct own {
	const char	*folder;
};

static int
take_option(void *into, int letter, const char *argument,
    struct failure *why)
{
	struct own *own = into;

	(void)letter;
	(void)why;
	own->folder = argument;
	return (0);
}

/* Reads the file name, or stdin for "-", at most limit bytes. */
static int
read_all(const char *name, size_t limit, struct text *text,
    struct failure *why)
{
	const bool is_stdin = strcmp(name, "-") == 0;
	const int fd = is_stdin ? STDIN_FILENO :
	    fileio_open(AT_FDCWD, name, O_RDONLY, 0);

	if (fd == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot read '%s'", name);
		return (-1);
	}
	const int rc = fileio_read_all(fd, name, limit, text, why);
	if (!is_stdin)
		(void)close(fd);		/* was only read */
	return (rc);
}

/*
 * Whether the file of cluster at path is to be written: 1, 0 when it is so
 * already, or -1 with why set when somebody else has written what is there.
 */
static int
must_write(const char *path, const struct inventory_cluster *cluster,
    struct failure *why)
{
	struct text old = { 0 };
	struct stat status;
	int rc = 1;

	if (lstat(path, &status) == -1)
		return (1);
	if (!S_ISREG(status.st_mode)) {
		failure_set(why, EXITCODE_CANNOT_WRITE,
		    "'%s' is there, and is not a file", path);
		rc = -1;
	} else if (read_all(path, FILE_LIMIT, &old, why) == -1) {
		rc = -1;
	} else if (!text_begins_with(text_string(&old), INVENTORY_MARK)) {
		failure_set(why, EXITCODE_CANNOT_WRITE, "'%s' is there, and "
		    "was not made of an inventory", path);
		rc = -1;
	} else if (strcmp(text_string(&old),
	    text_string(&cluster->file)) == 0) {
		rc = 0;
	}
	text_release(&old);
	return (rc);
}

/* Writes the file of cluster, where it differs; says its name. */
static enum exitcode
put(struct command *command, const char *folder,
    const struct inventory_cluster *cluster, struct failure *why)
{
	struct jsonline *event = jsonline_make();
	struct text path = { 0 };
	enum exitcode code = EXITCODE_OK;
	int rc = 0;

	if (folder != NULL) {
		text_format(&path, "%s/%s.conf", folder, cluster->name);
		rc = must_write(text_string(&path), cluster, why);
	}
	if (rc == 1 && command->dry_run)
		code = EXITCODE_DIFFERS;
	else if (rc == 1 && fileio_replace_file(text_string(&path),
	    &cluster->file, 0644, why) == -1)
		rc = -1;
	else if (rc == 1)
		command->report.changed = true;
	if (rc == -1)
		code = why->code;
	jsonline_set_string(event, "event", "cluster");
	jsonline_set_string(event, "cluster", cluster->name);
	jsonline_set_boolean(event, "written", rc == 1);
	if (rc != -1)
		report_line(&command->report, event, "%s", cluster->name);
	jsonline_free(event);
	text_release(&path);
	return (code);
}

/* Refuses a folder that files cannot be written to, before any is. */
static int
check_folder(const char *folder, struct failure *why)
{
	struct stat status;

	if (folder == NULL ||
	    (stat(folder, &status) == 0 && S_ISDIR(status.st_mode)))
		return (0);
	failure_set(why, EXITCODE_CANNOT_WRITE, "there is no folder '%s'",
	    folder);
	failure_hint(why, "make it first");
	return (-1);
}

static enum exitcode
run_inventory(struct command *command, struct failure *why)
{
	const struct own *own = command->own;
	struct inventory inventory = { 0 };
	struct text text = { 0 };
	enum exitcode code = EXITCODE_OK;

	if (command->operands[0] == NULL)
		return (command_misused(why, "no inventory is named"));
	if (command->operands[1] != NULL)
		return (command_misused(why, "one inventory at a time"));
	if (check_folder(own->folder, why) == -1 ||
	    read_all(command->operands[0], LIMIT, &text, why) == -1) {
		code = why->code;
	} else if (inventory_read(text.bytes, text.length, &inventory,
	    why) == -1) {
		failure_add(why, "%s", command->operands[0]);
		code = why->code;
	}
	for (size_t i = 0; i < inventory.count && why->message[0] == '\0'; i++)
		code = exitcode_worse(code, put(command, own->folder,
		    &inventory.list[i], why));
	inventory_release(&inventory);
	text_release(&text);
	return (code);
}

const struct command_verb verb_inventory = {
	.name = "inventory", .operands = "FILE",
	.help = "take the clusters of an inventory of Ansible",
	.common = COMMAND_DRY_RUN,
	.rows = inventory_rows, .size = sizeof(struct own),
	.option = take_option, .run = run_inventory,
};
