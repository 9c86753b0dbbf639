#include <config.h>

#include "inventory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/number.h"
#include "../../libcore/base/words.h"
#include "../../libcore/format/jsonline.h"

/* The hosts of the inventory. */
struct hosts {
	struct words		 names;
	struct jsonline		**vars;		/* of each */
	bool			*used;
};

/* What is common to the hosts of a cluster, and its key in the file. */
static const struct {
	const char	*variable;
	const char	*key;
	const char	*otherwise;	/* NULL: nothing; "": required */
} common[] = {
	{ "nqstools_adapter", "adapter", "pacemaker" },
	{ "nqstools_group", "group", "" },
	{ "nqstools_site", "site", "" },
	{ "nqstools_home", "home", NULL },
};

static int
refuse(struct failure *why, const char *host, const char *variable,
    const char *what)
{
	failure_set(why, EXITCODE_DATA, "host '%s': '%s' %s", host, variable,
	    what);
	return (-1);
}

/* Adds 'KEY = "VALUE";' to file. */
static int
add_string(struct text *file, const char *host, const char *key,
    const char *value, struct failure *why)
{
	for (const char *at = value; *at != '\0'; at++)
		if (*at == '"' || *at == '\\' || (unsigned char)*at < ' ')
			return (refuse(why, host, key,
			    "has a character that no file of clroll holds"));
	text_format(file, "%s = \"%s\";", key, value);
	return (0);
}

/* Adds the string variable of a host, if it has it. */
static int
add_variable(struct text *file, const char *host, const struct jsonline *vars,
    const char *variable, const char *key, struct failure *why)
{
	const char *value = jsonline_string(vars, variable);

	if (value == NULL)
		return (0);
	text_add(file, " ");
	return (add_string(file, host, key, value, why));
}

/* Returns a number that may stand as a string; 0 when there is none, or -1. */
static int64_t
number_of(const struct jsonline *vars, const char *variable)
{
	const char *string = jsonline_string(vars, variable);
	int64_t number = jsonline_integer(vars, variable, 0);

	if (string != NULL &&
	    number_read(string, 1, 65535, &number) == -1)
		return (-1);
	return (number < 0 || number > 65535 ? -1 : number);
}

static bool
is_true(const struct jsonline *vars, const char *variable)
{
	const char *string = jsonline_string(vars, variable);

	return (jsonline_boolean(vars, variable, false) || (string != NULL &&
	    (strcasecmp(string, "yes") == 0 ||
	    strcasecmp(string, "true") == 0)));
}

static int
add_node(struct text *file, const char *host, const struct jsonline *vars,
    struct failure *why)
{
	const char *name = jsonline_string(vars, "nqstools_node");
	const char *user = jsonline_string(vars, "ansible_user");
	const char *way = jsonline_string(vars, "ansible_connection");
	const int64_t port = number_of(vars, "ansible_port");

	if (port == -1)
		return (refuse(why, host, "ansible_port", "is no port"));
	text_add(file, "  { ");
	if (add_string(file, host, "name", name == NULL ? host : name,
	    why) == -1)
		return (-1);
	text_add(file, " ");
	const char *address = jsonline_string(vars, "ansible_host");
	if (add_string(file, host, "host", address == NULL ? host : address,
	    why) == -1 ||
	    add_variable(file, host, vars, "ansible_user", "user",
	    why) == -1 ||
	    add_variable(file, host, vars, "ansible_ssh_private_key_file",
	    "identity", why) == -1 ||
	    add_variable(file, host, vars, "nqstools_jump", "jump", why) == -1)
		return (-1);
	if (port != 0)
		text_format(file, " port = %lld;", (long long)port);
	if (user != NULL && strcmp(user, "root") != 0 &&
	    is_true(vars, "ansible_become"))
		text_add(file, " sudo = true;");
	if (way != NULL && strcmp(way, "local") == 0)
		text_add(file, " local = true;");
	text_add(file, " }");
	return (0);
}

/* ---- a cluster ----------------------------------------------------------- */

static bool
is_of(const struct hosts *hosts, size_t at, const char *cluster)
{
	const char *of = jsonline_string(hosts->vars[at], "nqstools_cluster");

	return (of != NULL && strcmp(of, cluster) == 0);
}

/*
 * Sets *value to what the hosts of cluster say, NULL when none does.  Returns
 * 0, or -1 with why set when two differ.
 */
static int
find_common(const struct hosts *hosts, const char *cluster,
    const char *variable, const char **value, struct failure *why)
{
	*value = NULL;
	for (size_t i = 0; i < hosts->names.count; i++) {
		const char *said = jsonline_string(hosts->vars[i], variable);

		if (said == NULL || !is_of(hosts, i, cluster))
			continue;
		if (*value != NULL && strcmp(*value, said) != 0)
			return (refuse(why, hosts->names.list[i], variable,
			    "is not what another node of the cluster has"));
		*value = said;
	}
	return (0);
}

/* Adds "service", which is ADDRESS:PORT. */
static int
add_service(const struct hosts *hosts, const struct inventory_cluster *cluster,
    struct text *file, struct failure *why)
{
	const char *value;
	struct text address = { 0 };
	int64_t port = 0;

	if (find_common(hosts, cluster->name, "nqstools_service", &value,
	    why) == -1)
		return (-1);
	if (value == NULL)
		return (0);
	const char *colon = strrchr(value, ':');
	if (colon == NULL || number_read(colon + 1, 1, 65535, &port) == -1)
		return (refuse(why, cluster->name, "nqstools_service",
		    "is no ADDRESS:PORT"));
	text_add_bytes(&address, value, (size_t)(colon - value));
	text_add(file, "service = { ");
	const int rc = add_string(file, cluster->name, "address",
	    text_string(&address), why);
	text_format(file, " port = %lld; };\n", (long long)port);
	text_release(&address);
	return (rc);
}

static int
add_common(const struct hosts *hosts, struct inventory_cluster *cluster,
    struct failure *why)
{
	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++) {
		const char *value;

		if (find_common(hosts, cluster->name, common[i].variable,
		    &value, why) == -1)
			return (-1);
		if (value == NULL)
			value = common[i].otherwise;
		if (value == NULL)
			continue;
		if (value[0] == '\0') {
			failure_set(why, EXITCODE_DATA, "no node of cluster "
			    "'%s' has '%s'", cluster->name,
			    common[i].variable);
			return (-1);
		}
		if (add_string(&cluster->file, cluster->name, common[i].key,
		    value, why) == -1)
			return (-1);
		text_add(&cluster->file, "\n");
	}
	return (add_service(hosts, cluster, &cluster->file, why));
}

static int
fill_cluster(const struct hosts *hosts, struct inventory_cluster *cluster,
    struct failure *why)
{
	size_t count = 0;

	text_add(&cluster->file, INVENTORY_MARK);
	if (add_common(hosts, cluster, why) == -1)
		return (-1);
	text_add(&cluster->file, "nodes = (\n");
	for (size_t i = 0; i < hosts->names.count; i++) {
		if (!is_of(hosts, i, cluster->name))
			continue;
		text_add(&cluster->file, count++ == 0 ? "" : ",\n");
		hosts->used[i] = true;
		if (add_node(&cluster->file, hosts->names.list[i],
		    hosts->vars[i], why) == -1)
			return (-1);
	}
	text_add(&cluster->file, "\n);\n");
	if (count > 1)
		return (0);
	failure_set(why, EXITCODE_DATA, "cluster '%s' has but one node",
	    cluster->name);
	return (-1);
}

/* ---- the inventory ------------------------------------------------------- */

/* Reads the object "_meta"."hostvars". */
static int
read_hosts(const char *bytes, size_t length, struct hosts *hosts,
    struct failure *why)
{
	struct text line = { 0 };

	/* Line breaks stand between words only. */
	text_add_bytes(&line, bytes, length);
	for (size_t i = 0; i < line.length; i++)
		if (line.bytes[i] == '\n' || line.bytes[i] == '\r')
			line.bytes[i] = ' ';
	while (line.length > 0 && line.bytes[line.length - 1] == ' ')
		line.length--;
	struct jsonline *all = jsonline_read(line.bytes, line.length, why);
	struct jsonline *meta = all == NULL ? NULL :
	    jsonline_object(all, "_meta");
	struct jsonline *vars = meta == NULL ? NULL :
	    jsonline_object(meta, "hostvars");
	if (all == NULL)
		failure_set(why, EXITCODE_DATA, "this is no JSON object, such "
		    "as 'ansible-inventory --list' prints");
	else if (vars == NULL)
		failure_set(why, EXITCODE_DATA, "the inventory has no "
		    "'_meta' with 'hostvars'");
	if (vars != NULL) {
		jsonline_keys(vars, &hosts->names);
		hosts->vars = memory_make(hosts->names.count + 1,
		    sizeof(*hosts->vars));
		hosts->used = memory_make(hosts->names.count + 1,
		    sizeof(*hosts->used));
		for (size_t i = 0; i < hosts->names.count; i++) {
			hosts->vars[i] = jsonline_object(vars,
			    hosts->names.list[i]);
			if (hosts->vars[i] == NULL)
				hosts->vars[i] = jsonline_make();
		}
	}
	const int rc = vars == NULL ? -1 : 0;
	jsonline_free(vars);
	jsonline_free(meta);
	jsonline_free(all);
	text_release(&line);
	return (rc);
}

/* Begins a cluster of that name. */
static int
add_cluster(struct inventory *inventory, const char *name,
    struct failure *why)
{
	if (name[0] == '\0' || name[0] == '.' || name[0] == '-' ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789-_.") != strlen(name)) {
		failure_set(why, EXITCODE_DATA, "the cluster's name '%s' has "
		    "more than letters, digits, '-', '_' and '.'", name);
		return (-1);
	}
	inventory->list = memory_resize(inventory->list, inventory->count + 1,
	    sizeof(*inventory->list));
	inventory->list[inventory->count++] = (struct inventory_cluster){
	    .name = memory_copy_string(name) };
	return (0);
}

int
inventory_read(const char *bytes, size_t length, struct inventory *inventory,
    struct failure *why)
{
	struct hosts hosts = { 0 };
	int rc = read_hosts(bytes, length, &hosts, why);

	*inventory = (struct inventory){ 0 };
	for (size_t i = 0; rc == 0 && i < hosts.names.count; i++) {
		const char *name = jsonline_string(hosts.vars[i],
		    "nqstools_cluster");

		if (name == NULL || hosts.used[i])
			continue;
		rc = add_cluster(inventory, name, why);
		if (rc == 0)
			rc = fill_cluster(&hosts,
			    &inventory->list[inventory->count - 1], why);
	}
	if (rc == 0 && inventory->count == 0) {
		failure_set(why, EXITCODE_DATA, "no host has the variable "
		    "'nqstools_cluster'");
		rc = -1;
	}
	for (size_t i = 0; i < hosts.names.count; i++)
		jsonline_free(hosts.vars[i]);
	free(hosts.vars);
	free(hosts.used);
	words_release(&hosts.names);
	return (rc);
}

void
inventory_release(struct inventory *inventory)
{
	for (size_t i = 0; i < inventory->count; i++) {
		free(inventory->list[i].name);
		text_release(&inventory->list[i].file);
	}
	free(inventory->list);
	*inventory = (struct inventory){ 0 };
}
