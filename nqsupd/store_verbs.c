#include <config.h>

#include "store_verbs.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/number.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/format/report.h"
#include "../libcore/run/command.h"
#include "../libsite/node_config.h"
#include "needed.h"
#include "store.h"
#include "store_part.h"

void
store_verbs_say(struct report *report, const char *event, const char *what,
    int changed)
{
	struct jsonline *line = jsonline_make();

	jsonline_set_string(line, "event", event);
	jsonline_set_boolean(line, "changed", changed == 1);
	if (changed == 1)
		report->changed = true;
	report_line(report, line, "%s", what);
	jsonline_free(line);
}

/* Checks NAME and DIGEST; writes the digest as we write it. */
static int
read_operands(const char *const *operands, char digest[DIGEST_TEXT_ROOM],
    struct failure *why)
{
	const char *name = operands[0];
	const char *string = operands[1];
	unsigned char value[DIGEST_SIZE];

	if (!store_name_is_plain(name)) {
		(void)command_misused(why, "'%s' is not a plain file name",
		    name);
		return (-1);
	}
	if (strlen(string) != DIGEST_TEXT_ROOM - 1 ||
	    digest_read(string, value) == -1) {
		(void)command_misused(why, "'%s' is not a SHA-256 digest",
		    string);
		return (-1);
	}
	digest_show(value, digest);
	return (0);
}

/* Reports where the package is. */
static void
say_path(const struct node_config *config, const char *name,
    const char *event, int changed, struct report *report)
{
	char *path = store_path(config, name);

	store_verbs_say(report, event, path, changed);
	free(path);
}

/* Takes all of it, or, with a third operand, what follows these bytes. */
static int
receive(const struct node_config *config, const char *const *operands,
    const char *digest, struct failure *why)
{
	struct store_rest rest = { .name = operands[0], .digest = digest,
	    .fd = STDIN_FILENO };
	char *place = store_path(config, rest.name);
	int rc = needed_refuse(config, NULL, place, digest, why);

	free(place);
	if (rc == -1)
		return (-1);
	rc = -1;
	if (operands[2] == NULL) {
		rc = store_receive(config, rest.name, digest, rest.fd, why);
		if (rc == 1)
			store_part_forget(config, digest);
	} else if (number_read(operands[2], 0, INT64_MAX, &rest.from) == -1) {
		(void)command_misused(why, "'%s' is not a number of bytes",
		    operands[2]);
	} else {
		rc = store_part_receive(config, &rest, why);
	}
	return (rc);
}

enum exitcode
store_verbs_receive(const struct node_config *config,
    const char *const *operands, struct report *report, struct failure *why)
{
	char digest[DIGEST_TEXT_ROOM];

	if (read_operands(operands, digest, why) == -1)
		return (EXITCODE_USAGE);
	const int rc = receive(config, operands, digest, why);
	if (rc != -1)
		say_path(config, operands[0], "received", rc, report);
	return (EXITCODE_OK);
}

enum exitcode
store_verbs_has(const struct node_config *config,
    const char *const *operands, struct report *report, struct failure *why)
{
	char digest[DIGEST_TEXT_ROOM];

	if (read_operands(operands, digest, why) == -1)
		return (EXITCODE_USAGE);
	const int rc = store_has(config, operands[0], digest, why);
	if (rc == 1)
		say_path(config, operands[0], "stored", 0, report);
	return (rc == 0 ? EXITCODE_DIFFERS : EXITCODE_OK);
}

enum exitcode
store_verbs_part(const struct node_config *config,
    const char *const *operands, struct report *report, struct failure *why)
{
	const enum exitcode code = store_verbs_has(config, operands, report,
	    why);
	char digest[DIGEST_TEXT_ROOM];
	struct store_part part;

	if (code != EXITCODE_DIFFERS ||
	    read_operands(operands, digest, why) == -1 ||
	    store_part_look(config, digest, &part, why) == -1)
		return (code);
	struct jsonline *event = jsonline_make();

	jsonline_set_string(event, "event", "part");
	jsonline_set_integer(event, "size", part.size);
	jsonline_set_string(event, "digest", part.digest);
	report_line(report, event, "size=%lld\ndigest=%s",
	    (long long)part.size, part.digest);
	jsonline_free(event);
	return (code);
}
