#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/format/setting_text.h"
#include "../../libcore/format/settings.h"
#include "../ssh/ssh_config.h"
#include "cluster.h"
#include "cluster_private.h"

#define CONNECT_TIMEOUT		(INT64_C(10) * CLOCK_SECOND)
#define KEEP_ALIVE		(INT64_C(15) * CLOCK_SECOND)

enum { SSH_PORT = 22 };

/* Returns path, the caller's, with "~/" replaced by the user's home. */
static char *
expand_home(const char *path)
{
	const char *home = getenv("HOME");
	struct text expanded = { 0 };

	if (!text_begins_with(path, "~/") || home == NULL)
		return (memory_copy_string(path));
	text_format(&expanded, "%s%s", home, path + 1);
	return (text_take(&expanded));
}

static void
add_expanded(struct words *words, const char *path)
{
	char *expanded = expand_home(path);

	words_add(words, expanded);
	free(expanded);
}

/* Reads a list of files; one that is there replaces what was in words. */
static int
read_files(const struct setting *group, const char *key,
    struct words *words, struct failure *why)
{
	struct words files = { 0 };
	const int rc = setting_get_words(group, key, &files, why);

	if (rc == 1) {
		words_release(words);
		for (size_t i = 0; i < files.count; i++)
			add_expanded(words, files.list[i]);
	}
	words_release(&files);
	return (rc);
}

/* Reads a time above 0. */
static int
read_time(const struct setting *group, const char *key, int64_t *value,
    struct failure *why)
{
	int64_t time = 1;

	if (setting_get_duration(group, key, &time, why) == -1)
		return (-1);
	if (time <= 0)
		return (setting_refuse(group, why,
		    "'connect_timeout' and 'keep_alive' must be above 0"));
	if (time > 1)
		*value = time;
	return (0);
}

int
cluster_ssh_read(const struct setting *group, struct cluster_node *node,
    struct failure *why)
{
	char *identity = NULL;

	if (read_files(group, "known_hosts", &node->known_hosts, why) == -1 ||
	    setting_text_get(group, "user", &node->user, why) == -1 ||
	    setting_text_get(group, "identity", &identity, why) == -1 ||
	    setting_get_integer(group, "port", 1, 65535, &node->port,
	    why) == -1 ||
	    read_time(group, "connect_timeout", &node->connect_timeout,
	    why) == -1 ||
	    read_time(group, "keep_alive", &node->keep_alive, why) == -1 ||
	    setting_text_get(group, "jump", &node->jump, why) == -1 ||
	    setting_get_boolean(group, "sudo", &node->sudo, why) == -1) {
		free(identity);
		return (-1);
	}
	if (identity != NULL) {
		free(node->identity);
		node->identity = expand_home(identity);
		free(identity);
	}
	return (0);
}

/* ---- ssh_config --------------------------------------------------------- */

/* Returns what the files of ssh_config(5) say, or NULL with why set. */
static struct ssh_config *
read_config(const struct setting *group, struct failure *why)
{
	struct words files = { 0 };
	struct ssh_config *config = NULL;
	int rc = 0;

	if (group != NULL)
		rc = read_files(group, "config", &files, why);
	if (rc == 0) {
		add_expanded(&files, "~/.ssh/config");
		words_add(&files, "/etc/ssh/ssh_config");
	}
	if (rc != -1)
		config = ssh_config_make();
	for (size_t i = 0; config != NULL && i < files.count; i++) {
		if (ssh_config_read(config, files.list[i], why) == -1) {
			ssh_config_free(config);
			config = NULL;
		}
	}
	words_release(&files);
	return (config);
}

/* The one that is there, else the first, which the failure will name. */
static const char *
choose_identity(const struct words *files)
{
	for (size_t i = 0; i < files->count; i++)
		if (access(files->list[i], R_OK) == 0)
			return (files->list[i]);
	return (files->count == 0 ? NULL : files->list[0]);
}

static void
fill_string(char **value, const char *string)
{
	if (*value == NULL && string != NULL)
		*value = memory_copy_string(string);
}

static void
fill_number(int64_t *value, int64_t number)
{
	if (*value == 0)
		*value = number;
}

static void
fill_words(struct words *words, const struct words *more)
{
	if (words->count == 0)
		words_add_all(words, more);
}

/* Takes from the node behind a bastion what nothing was said of. */
static void
fill_from(struct cluster_node *node, const struct cluster_node *model)
{
	fill_string(&node->identity, model->identity);
	fill_words(&node->known_hosts, &model->known_hosts);
	fill_number(&node->connect_timeout, model->connect_timeout);
	fill_number(&node->keep_alive, model->keep_alive);
}

/* Fills in what found says. */
static void
fill(struct cluster_node *node, const struct ssh_config_host *found)
{
	if (found->address != NULL) {
		free(node->host);
		node->host = memory_copy_string(found->address);
	}
	fill_string(&node->key_name, found->key_name);
	fill_string(&node->user, found->user);
	fill_number(&node->port, found->port);
	fill_string(&node->identity, choose_identity(&found->identities));
	fill_string(&node->agent, found->agent);
	fill_words(&node->known_hosts, &found->known_hosts);
	fill_number(&node->connect_timeout, found->connect_timeout);
	fill_number(&node->keep_alive, found->keep_alive);
	fill_string(&node->jump, found->jump);
}

/* "none" says that there is no such thing. */
static void
drop_none(char **value)
{
	if (*value == NULL || (**value != '\0' && strcmp(*value, "none") != 0))
		return;
	free(*value);
	*value = NULL;
}

/* Fills in what holds when nothing says anything. */
static void
fill_defaults(struct cluster_node *node)
{
	struct words files = { 0 };

	fill_string(&node->key_name, node->host);
	fill_string(&node->user, "root");
	fill_number(&node->port, SSH_PORT);
	add_expanded(&files, "~/.ssh/id_ed25519");
	fill_string(&node->identity, files.list[0]);
	words_release(&files);
	add_expanded(&files, "~/.ssh/known_hosts");
	words_add(&files, "/etc/ssh/ssh_known_hosts");
	fill_words(&node->known_hosts, &files);
	words_release(&files);
	fill_number(&node->connect_timeout, CONNECT_TIMEOUT);
	fill_number(&node->keep_alive, KEEP_ALIVE);
	fill_string(&node->agent, getenv("SSH_AUTH_SOCK"));
	drop_none(&node->agent);
	drop_none(&node->jump);
}

/*
 * An agent may only be asked for the key that the identity names: where none
 * does, for nothing.
 */
static void
keep_to_identity(struct cluster_node *node)
{
	struct text name = { 0 };

	text_format(&name, "%s.pub", node->identity);
	if (access(text_string(&name), R_OK) == -1) {
		free(node->agent);
		node->agent = NULL;
	}
	text_release(&name);
}

/* Adds what is not there yet. */
static void
add_ignored(const struct words *found, struct words *ignored)
{
	for (size_t i = 0; i < found->count; i++) {
		if (!words_has(ignored, found->list[i]))
			words_add(ignored, found->list[i]);
	}
}

int
cluster_ssh_fill(struct cluster_ssh *ssh, struct cluster_node *node,
    const struct cluster_node *model, struct failure *why)
{
	struct ssh_config_host found;

	fill_string(&node->host, node->name);
	const int rc = ssh_config_find(ssh->config, node->host,
	    node->user == NULL ? "root" : node->user, &found, why);
	if (rc == 0) {
		add_ignored(&found.ignored, &ssh->cluster->ignored);
		fill(node, &found);
		if (model != NULL)
			fill_from(node, model);
		fill_defaults(node);
		if (found.only_these == 1)
			keep_to_identity(node);
	}
	ssh_config_host_release(&found);
	return (rc);
}

/* Nobody connects to this machine itself. */
static void
fill_local(struct cluster_node *node)
{
	fill_string(&node->host, node->name);
	fill_defaults(node);
	free(node->jump);
	node->jump = NULL;
	node->bastion = CLUSTER_NO_BASTION;
}

int
cluster_ssh_complete(const struct setting *group, struct cluster *cluster,
    struct failure *why)
{
	struct cluster_ssh ssh = { .cluster = cluster,
	    .config = read_config(group, why) };
	int rc = ssh.config == NULL ? -1 : 0;

	for (size_t i = 0; rc == 0 && i < cluster->count; i++) {
		struct cluster_node *node = &cluster->nodes[i];

		if (node->local) {
			fill_local(node);
			continue;
		}
		rc = cluster_ssh_fill(&ssh, node, NULL, why);
		if (rc == 0)
			rc = cluster_jump_find(&ssh, node, why);
	}
	ssh_config_free(ssh.config);
	return (rc);
}
