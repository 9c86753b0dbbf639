#include <config.h>

#include <string.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/format/options.h"
#include "../libsite/node_config.h"
#include "check.h"
#include "node.h"
#include "verbs.h"

enum { OPTION_TAP = 512 };

struct own {
	struct words	sites;
	struct words	packages;
	bool		tap;
};

/* How the lines are printed, and what came of them so far. */
struct run_state {
	struct report	*report;
	bool		 tap;
	bool		 only_trouble;	/* in text */
	size_t		 number;
	enum exitcode	 code;
};

static const struct options_row rows[] = {
	{ 's', "site", "SITE", "only this site; repeatable" },
	{ 'p', "package", "FILE", "for this package; repeatable" },
	{ OPTION_TAP, "tap", NULL, "print TAP" },
	{ 0, NULL, NULL, NULL }
};

static int
take_option(void *own, int letter, const char *argument, struct failure *why)
{
	struct own *check = own;

	(void)why;
	if (letter == 's')
		words_add(&check->sites, argument);
	else if (letter == 'p')
		words_add(&check->packages, argument);
	else
		check->tap = true;
	return (0);
}

static void
release(void *own)
{
	struct own *check = own;

	words_release(&check->sites);
	words_release(&check->packages);
}

/* The reasons of result in one line: what was found, and what cannot be. */
static void
join_reasons(const struct check_result *result, struct text *text)
{
	words_join(&result->reasons, "; ", text);
	if (result->outcome == CHECK_UNKNOWN ||
	    result->why.message[0] != '\0')
		text_format(text, "%s%s", text->length > 0 ? "; " : "",
		    result->why.message);
}

static const char *
outcome_name(enum check_outcome outcome)
{
	switch (outcome) {
	case CHECK_OK:
		return ("ok");
	case CHECK_NOT_OK:
		return ("not ok");
	case CHECK_SKIPPED:
		return ("skipped");
	case CHECK_UNKNOWN:
		break;
	}
	return ("unknown");
}

static void
print_tap(struct run_state *state, const struct check *check,
    const struct check_result *result, const char *reasons)
{
	struct report *report = state->report;

	if (result->outcome == CHECK_SKIPPED)
		report_line(report, NULL, "ok %zu - %s # SKIP %s",
		    state->number, check->name, reasons);
	else
		report_line(report, NULL, "%s %zu - %s",
		    result->outcome == CHECK_OK ? "ok" : "not ok",
		    state->number, check->name);
	if (result->outcome == CHECK_SKIPPED)
		return;
	for (size_t i = 0; i < result->reasons.count; i++)
		report_line(report, NULL, "# %s", result->reasons.list[i]);
	if (result->why.message[0] != '\0')
		report_line(report, NULL, "# %s", result->why.message);
}

static void
print_line(struct run_state *state, const struct check *check,
    const struct check_result *result, const char *reasons)
{
	struct jsonline *event = jsonline_make();

	jsonline_set_string(event, "event", "check");
	jsonline_set_string(event, "check", check->name);
	jsonline_set_string(event, "outcome", outcome_name(result->outcome));
	jsonline_set_words(event, "reasons", &result->reasons);
	if (result->why.message[0] != '\0')
		jsonline_set_string(event, "message", result->why.message);
	report_line(state->report, event, "%-7s %s%s%s",
	    outcome_name(result->outcome), check->name,
	    reasons[0] == '\0' ? "" : ": ", reasons);
	jsonline_free(event);
}

static bool
is_trouble(const struct check_result *result)
{
	return (result->outcome == CHECK_NOT_OK ||
	    result->outcome == CHECK_UNKNOWN);
}

static void
run_check(struct run_state *state, const struct check *check,
    const struct check_request *request)
{
	struct check_result result = { .outcome = CHECK_OK };
	struct text reasons = { 0 };

	check->run(request, &result);
	join_reasons(&result, &reasons);
	state->number++;
	if (state->tap)
		print_tap(state, check, &result, text_string(&reasons));
	else if (!state->only_trouble || is_trouble(&result))
		print_line(state, check, &result, text_string(&reasons));
	if (result.why.message[0] != '\0')
		state->code = exitcode_worse(state->code, result.why.code);
	if (result.outcome == CHECK_NOT_OK)
		state->code = exitcode_worse(state->code, EXITCODE_DIFFERS);
	text_release(&reasons);
	check_result_release(&result);
}

/* Whether the check is to be made: it is named, or none is and it is usual. */
static bool
is_wanted(const struct check *check, const struct check_request *request,
    char **names)
{
	if (names[0] == NULL)
		return (check->is_usual(request));
	for (; *names != NULL; names++) {
		if (strcmp(*names, check->name) == 0)
			return (true);
	}
	return (false);
}

static enum exitcode
run_checks(struct command *command, const struct check_request *request)
{
	const struct own *own = command->own;
	struct run_state state = { .report = &command->report,
	    .tap = own->tap, .code = EXITCODE_OK,
	    .only_trouble = command->quiet > 0 &&
	    command->report.form == REPORT_TEXT };
	size_t count = 0;

	for (const struct check *check = check_table(); check->name != NULL;
	    check++) {
		if (is_wanted(check, request, command->operands))
			count++;
	}
	if (own->tap)
		report_line(&command->report, NULL, "1..%zu", count);
	for (const struct check *check = check_table(); check->name != NULL;
	    check++) {
		if (is_wanted(check, request, command->operands))
			run_check(&state, check, request);
	}
	return (state.code);
}

static int
check_operands(struct command *command, struct failure *why)
{
	const struct own *own = command->own;
	struct words known = { 0 };
	struct text text = { 0 };

	if (own->tap && command->report.form == REPORT_JSON) {
		(void)command_misused(why, "--tap or --json, not both");
		return (-1);
	}
	for (char **name = command->operands; *name != NULL; name++) {
		if (check_named(*name) != NULL)
			continue;
		for (const struct check *check = check_table();
		    check->name != NULL; check++)
			words_add(&known, check->name);
		words_join(&known, ", ", &text);
		(void)command_misused(why, "there is no check '%s'", *name);
		failure_hint(why, "there are %s", text_string(&text));
		text_release(&text);
		words_release(&known);
		return (-1);
	}
	return (0);
}

static enum exitcode
run(struct command *command, struct failure *why)
{
	const struct own *own = command->own;

	if (check_operands(command, why) == -1)
		return (EXITCODE_USAGE);
	struct node_config *config = node_config_read(command->config, why);
	if (config == NULL)
		return (EXITCODE_OK);
	const struct check_request request = { .config = config,
	    .sites = &own->sites, .packages = &own->packages };
	enum exitcode code = EXITCODE_OK;
	if (node_check_sites(config, &own->sites, why) == 0)
		code = run_checks(command, &request);
	node_config_free(config);
	return (code);
}

const struct command_verb verb_check = {
	.name = "check",
	.operands = "[CHECK]...",
	.help = "look whether the node is fit for a patch or an upgrade",
	.rows = rows,
	.size = sizeof(struct own),
	.option = take_option,
	.release = release,
	.run = run,
};
