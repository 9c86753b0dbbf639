#include <config.h>

#include "check.h"

#include <sys/stat.h>

#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/system/fileio.h"
#include "../libsite/node_config.h"
#include "processes_read.h"
#include "profile.h"
#include "sites.h"

static const char variable[] = "NQS_SITE";

enum { PROFILE_LIMIT = 1 << 20 };

/* What shells read at login, below a home directory. */
static const char *const home_profiles[] = {
	".profile", ".bash_profile", ".bash_login", ".bashrc", ".kshrc",
	".zprofile", ".zshrc", ".zshenv", ".cshrc", ".tcshrc", ".login",
	".pam_environment", ".ssh/environment", NULL
};

static const char *const system_profiles[] = {
	"/etc/environment", "/etc/profile", "/etc/bash.bashrc",
	"/etc/bashrc", "/etc/csh.cshrc", "/etc/csh.login", "/etc/zprofile",
	"/etc/zshenv", "/etc/default/login", NULL
};

static void
look_here(struct check_result *result)
{
	const char *value = getenv(variable);

	if (value != NULL)
		check_object(result, "%s is set here, to '%s'", variable,
		    value);
}

/* Says whether a daemon was started with it, as far as that can be known. */
static void
look_at_daemon(const struct residents_row *row, struct check_result *result)
{
	const struct processes_source *source = processes_source();
	struct text value = { 0 };
	const int rc = source->variable(row->process->pid, variable, &value);

	if (rc == 1)
		check_object(result, "%s of the local site (pid %ld) "
		    "was started with %s set to '%s'",
		    residents_row_name(row), (long)row->process->pid,
		    variable, text_string(&value));
	else if (rc == -1)
		words_format(&result->reasons, "whether %s of the local site "
		    "(pid %ld) was started with %s cannot be told",
		    residents_row_name(row), (long)row->process->pid,
		    variable);
	text_release(&value);
}

/* Whether a daemon of the local site was started with it. */
static void
look_at_daemons(const struct check_request *request,
    struct check_result *result)
{
	const struct node_site *local = node_config_site(request->config,
	    NODE_LOCAL_SITE);
	struct words names = { 0 };
	struct sites sites = { 0 };

	if (local == NULL)
		return;
	words_add(&names, NODE_LOCAL_SITE);
	/* Nothing is expected, so the release does not matter. */
	if (sites_start(&sites, request->config, &names, SITES_STOPPED,
	    &result->why) == -1 || sites_look(&sites, &result->why) == -1)
		result->outcome = CHECK_UNKNOWN;
	for (size_t i = 0; i < sites.residents.count; i++) {
		const struct residents_row *row = &sites.residents.rows[i];

		if (row->site == local && row->process != NULL)
			look_at_daemon(row, result);
	}
	sites_release(&sites);
	words_release(&names);
}

/* A profile that is missing assigns nothing; one that is shut may. */
static void
look_at_profile(const char *path, struct check_result *result)
{
	struct failure unread = { 0 };
	struct text text = { 0 };
	size_t line = 0;

	if (fileio_read_file(path, PROFILE_LIMIT, &text, &unread) == 1) {
		while ((line = profile_find_assignment(text_string(&text),
		    variable, line + 1)) != 0)
			check_object(result, "%s:%zu sets %s", path, line,
			    variable);
	} else if (unread.code == EXITCODE_DENIED) {
		words_format(&result->reasons, "'%s' may not be read", path);
	} else if (unread.code == EXITCODE_DATA) {
		/* A shell might wait for a pipe; we do not. */
		words_format(&result->reasons, "%s", unread.message);
	}
	text_release(&text);
}

static void
look_at_home(const char *home, struct check_result *result)
{
	for (const char *const *name = home_profiles; *name != NULL; name++) {
		struct text path = { 0 };

		text_format(&path, "%s/%s", home, *name);
		look_at_profile(text_string(&path), result);
		text_release(&path);
	}
}

static void
look_at_directory(const char *path, struct check_result *result)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;

	if (directory == NULL)
		return;
	while ((entry = readdir(directory)) != NULL) {
		struct text name = { 0 };

		text_format(&name, "%s/%s", path, entry->d_name);
		if (entry->d_name[0] != '.')
			look_at_profile(text_string(&name), result);
		text_release(&name);
	}
	(void)closedir(directory);	/* was only read */
}

/* Adds the home of uid to homes, if it is not there yet. */
static void
add_home(uid_t uid, struct words *homes)
{
	const struct passwd *entry = getpwuid(uid);

	if (entry != NULL && entry->pw_dir[0] == '/' &&
	    !words_has(homes, entry->pw_dir))
		words_add(homes, entry->pw_dir);
}

/*
 * The homes of those who could start a site: root, whoever calls, and the
 * owners of the sites' data.
 */
static void
find_homes(const struct check_request *request, struct words *homes)
{
	const char *home = getenv("HOME");

	if (home != NULL && home[0] == '/')
		words_add(homes, home);
	add_home(0, homes);
	add_home(geteuid(), homes);
	for (size_t i = 0; i < request->config->site_count; i++) {
		const struct node_site *site = &request->config->sites[i];
		struct stat status;

		if (site->trees.count > 0 &&
		    stat(site->trees.list[0], &status) == 0)
			add_home(status.st_uid, homes);
	}
}

/* Whether data of the sites are here, and all of them the caller's. */
static bool
owns_sites(const struct check_request *request)
{
	bool owns = false;

	for (size_t i = 0; i < request->config->site_count; i++) {
		const struct node_site *site = &request->config->sites[i];
		struct stat status;

		if (site->trees.count == 0 ||
		    stat(site->trees.list[0], &status) == -1)
			continue;
		if (status.st_uid != geteuid())
			return (false);
		owns = true;
	}
	return (owns);
}

/*
 * Whoever is neither root nor the one whose sites these are cannot say that it
 * is well when something could not be looked at, which the reasons name.
 */
static void
weigh(const struct check_request *request, struct check_result *result)
{
	if (result->outcome != CHECK_OK || result->reasons.count == 0 ||
	    geteuid() == 0 || owns_sites(request))
		return;
	failure_set(&result->why, EXITCODE_DENIED,
	    "whether %s is set there cannot be told", variable);
	result->outcome = CHECK_UNKNOWN;
}

void
check_environment(const struct check_request *request,
    struct check_result *result)
{
	struct words homes = { 0 };

	look_here(result);
	look_at_daemons(request, result);
	for (const char *const *path = system_profiles; *path != NULL; path++)
		look_at_profile(*path, result);
	look_at_directory("/etc/profile.d", result);
	find_homes(request, &homes);
	for (size_t i = 0; i < homes.count; i++)
		look_at_home(homes.list[i], result);
	weigh(request, result);
	words_release(&homes);
}
