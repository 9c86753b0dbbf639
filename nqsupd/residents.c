#include <config.h>

#include "residents.h"

#include <stdlib.h>
#include <string.h>

#include "../libcore/base/memory.h"
#include "../libcore/base/text.h"
#include "../libsite/node_config.h"
#include "processes.h"

/* Cuts the next number off a release. */
static unsigned long
next_number(const char **release)
{
	unsigned long number = 0;

	while (**release != '\0' && (**release < '0' || **release > '9'))
		++*release;
	while (**release >= '0' && **release <= '9') {
		number = number * 10 + (unsigned long)(**release - '0');
		++*release;
	}
	return (number);
}

int
residents_compare_releases(const char *a, const char *b)
{
	while (*a != '\0' || *b != '\0') {
		const unsigned long first = next_number(&a);
		const unsigned long second = next_number(&b);

		if (first != second)
			return (first < second ? -1 : 1);
	}
	return (0);
}

static bool
is_leader(const struct processes_row *process, const struct node_site *site)
{
	if (process->is_feigned)
		return (false);
	for (size_t i = 0; i < site->leader_count; i++) {
		const struct node_leader *leader = &site->leaders[i];

		if (processes_is_named(process->command, leader->name) &&
		    strcmp(process->argument, leader->argument) == 0)
			return (true);
	}
	return (false);
}

static const struct node_site *
site_led_by(const struct node_config *config,
    const struct processes_row *process)
{
	for (size_t i = 0; i < config->site_count; i++) {
		if (is_leader(process, &config->sites[i]))
			return (&config->sites[i]);
	}
	return (NULL);
}

/*
 * Returns the site of process, or NULL.  A table that was not taken in one
 * instant may show parents in a circle, so the way up is bounded.
 */
static const struct node_site *
site_of(const struct node_config *config, const struct processes *processes,
    const struct processes_row *process)
{
	for (size_t i = 0; process != NULL && i < processes->count; i++) {
		const struct node_site *site = site_led_by(config, process);

		if (site != NULL)
			return (site);
		process = processes_find(processes, process->parent);
	}
	return (NULL);
}

static void
add_row(struct residents *residents, const struct node_site *site,
    const char *name, const struct processes_row *process)
{
	if (residents->count == residents->room) {
		residents->room = residents->room * 2 + 16;
		residents->rows = memory_resize(residents->rows,
		    residents->room, sizeof(*residents->rows));
	}
	residents->rows[residents->count++] =
	    (struct residents_row){ site, name, process };
}

/* Returns the name that process has among the residents of site, or NULL. */
static const char *
name_at(const struct node_site *site, const struct processes_row *process)
{
	for (size_t i = 0; i < site->resident_count; i++) {
		const char *name = site->residents[i].name;

		if (processes_is_named(process->command, name))
			return (name);
	}
	return (NULL);
}

/* The same among those of any site. */
static const char *
name_anywhere(const struct node_config *config,
    const struct processes_row *process)
{
	const char *name = NULL;

	if (process->is_feigned)
		return (NULL);
	for (size_t i = 0; name == NULL && i < config->site_count; i++)
		name = name_at(&config->sites[i], process);
	return (name);
}

static bool
is_expected(const struct node_resident *resident, const char *release)
{
	if (resident->since == NULL)
		return (true);
	return (release[0] != '\0' &&
	    residents_compare_releases(release, resident->since) >= 0);
}

/* owners[i] is the site of row i of the table, or NULL. */
static void
add_resident(struct residents *residents, const struct node_site *site,
    const struct node_resident *resident, const struct processes *processes,
    const struct node_site *const *owners)
{
	for (size_t i = 0; i < processes->count; i++) {
		const struct processes_row *process = &processes->rows[i];

		if (owners[i] == site &&
		    processes_is_named(process->command, resident->name))
			add_row(residents, site, resident->name, process);
	}
}

static size_t
count_name(const struct residents *residents, const struct node_site *site,
    const char *name)
{
	size_t count = 0;

	for (size_t i = 0; i < residents->count; i++) {
		const struct residents_row *row = &residents->rows[i];

		if (row->site == site && row->process != NULL &&
		    strcmp(row->name, name) == 0)
			count++;
	}
	return (count);
}

static void
add_site(struct residents *residents, const struct node_site *site,
    const struct processes *processes, const struct node_site *const *owners,
    const char *release)
{
	for (size_t i = 0; i < site->resident_count; i++) {
		const struct node_resident *resident = &site->residents[i];

		add_resident(residents, site, resident, processes, owners);
		if (!is_expected(resident, release))
			continue;
		for (size_t found = count_name(residents, site,
		    resident->name); found < (size_t)resident->count; found++)
			add_row(residents, site, resident->name, NULL);
	}
}

void
residents_find(struct residents *residents, const struct node_config *config,
    const struct processes *processes, const char *release)
{
	const struct node_site **owners = memory_make(processes->count + 1,
	    sizeof(*owners));

	residents->count = 0;
	for (size_t i = 0; i < processes->count; i++) {
		const struct processes_row *process = &processes->rows[i];

		if (name_anywhere(config, process) != NULL)
			owners[i] = site_of(config, processes, process);
	}
	for (size_t i = 0; i < config->site_count; i++)
		add_site(residents, &config->sites[i], processes, owners,
		    release);
	for (size_t i = 0; i < processes->count; i++) {
		const struct processes_row *process = &processes->rows[i];
		const char *name = name_anywhere(config, process);

		if (name == NULL)
			continue;
		/* A site's process that only other sites have in their list
		 * is none of its residents, but no stray either. */
		if (owners[i] == NULL)
			add_row(residents, NULL, name, process);
	}
	free(owners);
}

void
residents_release(struct residents *residents)
{
	free(residents->rows);
	*residents = (struct residents){ 0 };
}

const char *
residents_row_name(const struct residents_row *row)
{
	const char *slash = strrchr(row->name, '/');

	return (slash == NULL ? row->name : slash + 1);
}

enum residents_state
residents_state(const struct residents *residents,
    const struct node_site *site)
{
	bool runs = false;
	bool lacks = false;

	for (size_t i = 0; i < residents->count; i++) {
		const struct residents_row *row = &residents->rows[i];

		if (row->site != site)
			continue;
		if (row->process != NULL)
			runs = true;
		else
			lacks = true;
	}
	if (!runs)
		return (RESIDENTS_STOPPED);
	return (lacks ? RESIDENTS_PARTLY : RESIDENTS_RUNNING);
}

bool
residents_has_strays(const struct residents *residents)
{
	return (residents_state(residents, NULL) != RESIDENTS_STOPPED);
}

void
residents_show_missing(const struct residents *residents,
    const struct node_site *site, struct text *text)
{
	const char *separator = "";

	for (size_t i = 0; i < residents->count; i++) {
		const struct residents_row *row = &residents->rows[i];

		if (row->site != site || row->process != NULL)
			continue;
		text_format(text, "%s%s", separator,
		    residents_row_name(row));
		separator = ", ";
	}
}

void
residents_show_running(const struct residents *residents,
    const struct node_site *site, struct text *text)
{
	const char *separator = "";

	for (size_t i = 0; i < residents->count; i++) {
		const struct residents_row *row = &residents->rows[i];

		if (row->site != site || row->process == NULL)
			continue;
		text_format(text, "%s%s (pid %ld)", separator,
		    residents_row_name(row), (long)row->process->pid);
		separator = ", ";
	}
}
