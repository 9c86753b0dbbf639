#include <config.h>

#include <string.h>

#include "../libcore/base/clock.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/format/options.h"
#include "../libsite/node_config.h"
#include "sites.h"
#include "verbs.h"

enum { OPTION_EXPECT = 512 };

struct own {
	struct words		sites;
	enum sites_expect	expect;
};

/* The widest entry of each column but the last. */
struct widths {
	int	site;
	int	name;
	int	pid;
	int	parent;
};

static const struct options_row rows[] = {
	{ 's', "site", "SITE", "only this site; repeatable" },
	{ OPTION_EXPECT, "expect", "running|stopped",
	    "exit 3 unless each site is so" },
	{ 0, NULL, NULL, NULL }
};

static int
take_option(void *own, int letter, const char *argument, struct failure *why)
{
	struct own *ps = own;

	if (letter == 's') {
		words_add(&ps->sites, argument);
	} else if (strcmp(argument, "running") == 0) {
		ps->expect = SITES_RUNNING;
	} else if (strcmp(argument, "stopped") == 0) {
		ps->expect = SITES_STOPPED;
	} else {
		(void)command_misused(why,
		    "'%s' is neither 'running' nor 'stopped'", argument);
		return (-1);
	}
	return (0);
}

static void
release(void *own)
{
	struct own *ps = own;

	words_release(&ps->sites);
}

static const char *
site_name(const struct residents_row *row)
{
	return (row->site == NULL ? "?" : row->site->name);
}

static void
show_pid(struct text *text, pid_t pid)
{
	text_clear(text);
	text_format(text, "%ld", (long)pid);
}

static int
wider(int width, size_t length)
{
	return (length > (size_t)width ? (int)length : width);
}

static bool
is_shown(const struct sites *sites, const struct residents_row *row)
{
	return (row->site == NULL || sites_has(sites, row->site));
}

static struct widths
measure(const struct sites *sites)
{
	struct widths widths = { .pid = 1, .parent = 1 };
	struct text text = { 0 };

	for (size_t i = 0; i < sites->residents.count; i++) {
		const struct residents_row *row = &sites->residents.rows[i];

		if (!is_shown(sites, row))
			continue;
		widths.site = wider(widths.site, strlen(site_name(row)));
		widths.name = wider(widths.name,
		    strlen(residents_row_name(row)));
		if (row->process == NULL)
			continue;
		show_pid(&text, row->process->pid);
		widths.pid = wider(widths.pid, text.length);
		show_pid(&text, row->process->parent);
		widths.parent = wider(widths.parent, text.length);
	}
	text_release(&text);
	return (widths);
}

static void
print_running(struct report *report, const struct residents_row *row,
    const struct widths *widths)
{
	const struct processes_row *process = row->process;
	struct jsonline *event = jsonline_make();
	char started[CLOCK_TEXT_ROOM] = "-";

	if (process->started != 0)
		clock_show(process->started, started);
	jsonline_set_string(event, "event", "process");
	jsonline_set_string(event, "site", site_name(row));
	jsonline_set_string(event, "name", residents_row_name(row));
	jsonline_set_string(event, "state", "running");
	jsonline_set_integer(event, "pid", process->pid);
	jsonline_set_integer(event, "ppid", process->parent);
	jsonline_set_string(event, "started", process->started == 0 ? NULL :
	    started);
	report_line(report, event, "%-*s %-*s %*ld %*ld %s", widths->site,
	    site_name(row), widths->name, residents_row_name(row), widths->pid,
	    (long)process->pid, widths->parent, (long)process->parent,
	    started);
	jsonline_free(event);
}

static void
print_missing(struct report *report, const struct residents_row *row,
    const struct widths *widths)
{
	struct jsonline *event = jsonline_make();

	jsonline_set_string(event, "event", "process");
	jsonline_set_string(event, "site", site_name(row));
	jsonline_set_string(event, "name", residents_row_name(row));
	jsonline_set_string(event, "state", "missing");
	report_line(report, event, "%-*s %-*s %*s %*s missing", widths->site,
	    site_name(row), widths->name, residents_row_name(row),
	    widths->pid, "-", widths->parent, "-");
	jsonline_free(event);
}

static void
print(struct report *report, const struct sites *sites)
{
	const struct widths widths = measure(sites);

	for (size_t i = 0; i < sites->residents.count; i++) {
		const struct residents_row *row = &sites->residents.rows[i];

		if (!is_shown(sites, row))
			continue;
		if (row->process != NULL)
			print_running(report, row, &widths);
		else
			print_missing(report, row, &widths);
	}
}

static enum exitcode
run(struct command *command, struct failure *why)
{
	const struct own *own = command->own;
	struct node_config *config = NULL;
	struct sites sites = { 0 };
	struct text what = { 0 };
	int rc;

	if (command->operands[0] != NULL)
		return (command_misused(why, "'%s' is no option",
		    command->operands[0]));
	if (command->wait != 0 && own->expect == SITES_ANY)
		return (command_misused(why, "--wait needs --expect"));
	config = node_config_read(command->config, why);
	if (config == NULL || sites_start(&sites, config, &own->sites,
	    own->expect, why) == -1)
		goto out;
	rc = sites_await(&sites, own->expect, command->wait, &what, why);
	if (rc == -1)
		goto out;
	print(&command->report, &sites);
	if (rc == 0)
		failure_set(why, EXITCODE_DIFFERS, "%s", text_string(&what));
out:
	text_release(&what);
	sites_release(&sites);
	node_config_free(config);
	return (EXITCODE_OK);
}

const struct command_verb verb_ps = {
	.name = "ps",
	.operands = "",
	.help = "show the resident processes of the sites",
	.common = COMMAND_WAIT,
	.rows = rows,
	.size = sizeof(struct own),
	.option = take_option,
	.release = release,
	.run = run,
};
