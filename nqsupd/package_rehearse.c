#include <config.h>

#include "package.h"

#include <string.h>

#include "../libcore/base/clock.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libsite/node_config.h"
#include "adapter.h"
#include "child.h"

/* What would become of an installation is computed, not only looked up. */
static const int64_t rehearsal_timeout = 120 * CLOCK_SECOND;

/* Adds the lines of output to said, as one, without what rpm begins them by. */
static void
join_lines(const char *output, struct text *said)
{
	struct words lines = { 0 };

	words_split(&lines, output, '\n');
	for (size_t i = 0; i < lines.count; i++) {
		const char *line = lines.list[i] + strspn(lines.list[i],
		    " \t");

		if (text_begins_with(line, "error: "))
			line += strlen("error: ");
		if (*line == '\0')
			continue;
		if (said->length > 0)
			text_add(said, text_ends_with(text_string(said), ":") ?
			    " " : "; ");
		text_add(said, line);
	}
	words_release(&lines);
}

/* Adds what stands behind key in the lines of output that begin with it. */
static void
add_keyed(const char *output, const char *key, struct words *said)
{
	struct words lines = { 0 };

	words_split(&lines, output, '\n');
	for (size_t i = 0; i < lines.count; i++) {
		if (text_begins_with(lines.list[i], key))
			words_add(said, lines.list[i] + strlen(key));
	}
	words_release(&lines);
}

/*
 * Adds why the adapter refuses: the lines that it picked, or all in one; a
 * refusal is never silent.
 */
static void
add_refusal(const struct child_result *result, struct words *said)
{
	const size_t before = said->count;
	struct text text = { 0 };

	add_keyed(text_string(&result->output), "refused=", said);
	if (said->count > before)
		return;
	join_lines(text_string(&result->output), &text);
	if (text.length == 0)
		join_lines(text_string(&result->errors), &text);
	words_add(said, text.length == 0 ? "it does not say why" :
	    text_string(&text));
	text_release(&text);
}

int
package_rehearse(const struct node_config *config, const char *verb,
    const char *const *files, struct words *said, struct failure *why)
{
	struct child_result result = { 0 };
	struct words arguments = { 0 };
	int rc;

	words_add(&arguments, verb);
	for (size_t i = 0; files[i] != NULL; i++)
		words_add(&arguments, files[i]);
	const struct adapter_request request = { .kind = "package",
	    .name = config->package.adapter, .verb = "rehearse",
	    .arguments = (const char *const *)arguments.list,
	    .timeout = rehearsal_timeout };

	rc = adapter_ask(config, &request, &result, why);
	if (rc == 1) {
		rc = PACKAGE_REHEARSED;
		add_keyed(text_string(&result.output), "unrehearsed=", said);
	} else if (rc == 0) {
		rc = PACKAGE_UNREHEARSED;
	} else if (child_code(&result) == EXITCODE_FAILED) {
		rc = PACKAGE_REFUSED;
		add_refusal(&result, said);
	}
	child_result_release(&result);
	words_release(&arguments);
	return (rc);
}
