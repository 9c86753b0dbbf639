#include <config.h>

#include "previous.h"

#include <sys/types.h>

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/run/values.h"
#include "../libsite/node_config.h"
#include "package.h"

/*
 * Returns whether the file path is the package that is installed under the
 * name of the base package.  What is no package is none.
 */
static bool
is_installed_base(const struct node_config *config, const char *path)
{
	struct package_facts facts = { 0 };
	struct failure why = { 0 };
	const bool is_base = package_inspect(config, path, &facts,
	    &why) == 0 && strcmp(facts.name, config->package.name) == 0;

	package_facts_release(&facts);
	return (is_base && package_is_installed(config, path, &why) == 1);
}

int
previous_find(const struct node_config *config, struct values *values,
    struct failure *why)
{
	DIR *store = opendir(config->package.store);
	struct dirent *entry;
	struct text path = { 0 };

	values_add(values, "previous", NULL);
	if (store == NULL && errno == ENOENT)
		return (0);
	if (store == NULL) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot read '%s'", config->package.store);
		return (-1);
	}
	while ((entry = readdir(store)) != NULL) {
		if (entry->d_name[0] == '.' ||
		    !text_begins_with(entry->d_name, config->package.name))
			continue;
		text_clear(&path);
		text_format(&path, "%s/%s", config->package.store,
		    entry->d_name);
		if (is_installed_base(config, text_string(&path))) {
			values_add(values, "previous", text_string(&path));
			break;
		}
	}
	(void)closedir(store);			/* was only read */
	text_release(&path);
	return (0);
}
