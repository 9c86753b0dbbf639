#include <config.h>

#include "check.h"

#include "../libcore/base/clock.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/system/fileio.h"
#include "../libsite/node_config.h"
#include "child.h"
#include "connections.h"

enum {
	TABLE_LIMIT = 1 << 28,
	NETSTAT_TIME = 60		/* seconds */
};

/* Fills the empty table by netstat, where the kernel has no such file. */
static int
ask_netstat(const struct node_config *config, struct connections *connections,
    struct failure *why)
{
	struct words argv = { 0 };
	const struct child_request request = { .argv = &argv,
	    .path = config->path, .timeout = NETSTAT_TIME * CLOCK_SECOND };
	struct child_result result = { 0 };

	words_add(&argv, "netstat");
	words_add(&argv, "-an");
	int rc = child_run(&request, &result, why);
	if (rc == 0 && child_is_good(&result)) {
		rc = connections_parse_netstat(connections,
		    text_string(&result.output), why);
	} else {
		failure_set(why, EXITCODE_UNREACHABLE,
		    "the connections of this system cannot be looked at");
		rc = -1;
	}
	if (rc == -1)
		failure_hint(why,
		    "look with 'netstat -an', and leave the check out");
	child_result_release(&result);
	words_release(&argv);
	return (rc);
}

/* Fills the empty table from the system. */
static int
read_connections(const struct node_config *config,
    struct connections *connections, struct failure *why)
{
	static const char *const paths[] = { "/proc/net/tcp",
		"/proc/net/tcp6" };
	int found = 0;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct text text = { 0 };
		int rc = fileio_read_file(paths[i], TABLE_LIMIT, &text, why);

		if (rc == 1) {
			found = 1;
			rc = connections_parse(connections,
			    text_string(&text), why);
		}
		text_release(&text);
		if (rc == -1)
			return (-1);
	}
	if (found)
		return (0);
	return (ask_netstat(config, connections, why));
}

static bool
has_port(const struct node_site *site, int64_t port)
{
	for (size_t i = 0; i < site->client_port_count; i++) {
		if (site->client_ports[i] == port)
			return (true);
	}
	return (false);
}

/*
 * Writes the sites with port into names: sites may share one, each with an
 * address of its own.  Returns whether site is the first of them.
 */
static bool
name_sites(const struct check_request *request, const struct node_site *site,
    int64_t port, struct text *names)
{
	const struct node_site *first = NULL;

	for (size_t i = 0; i < request->config->site_count; i++) {
		const struct node_site *other = &request->config->sites[i];

		if (!check_has_site(request, other) || !has_port(other, port))
			continue;
		text_format(names, "%s'%s'", first == NULL ? "" : " or ",
		    other->name);
		if (first == NULL)
			first = other;
	}
	return (first == site);
}

static void
look_at_port(const struct check_request *request,
    const struct node_site *site, int64_t port,
    const struct connections *connections, struct check_result *result)
{
	struct words peers = { 0 };
	struct text names = { 0 };

	if (name_sites(request, site, port, &names))
		connections_peers(connections, port, &peers);
	for (size_t i = 0; i < peers.count; i++)
		check_object(result, "%s is connected to port %lld of site %s",
		    peers.list[i], (long long)port, text_string(&names));
	text_release(&names);
	words_release(&peers);
}

void
check_clients(const struct check_request *request,
    struct check_result *result)
{
	struct connections connections = { 0 };

	if (read_connections(request->config, &connections,
	    &result->why) == -1)
		result->outcome = CHECK_UNKNOWN;
	for (size_t i = 0; i < request->config->site_count; i++) {
		const struct node_site *site = &request->config->sites[i];

		for (size_t j = 0; check_has_site(request, site) &&
		    j < site->client_port_count; j++)
			look_at_port(request, site, site->client_ports[j],
			    &connections, result);
	}
	connections_release(&connections);
}
