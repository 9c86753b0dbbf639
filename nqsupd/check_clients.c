#include <config.h>

#include "check.h"

#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/system/fileio.h"
#include "../libsite/node_config.h"
#include "connections.h"

enum { TABLE_LIMIT = 1 << 28 };

/* Fills the empty table from the system. */
static int
read_connections(struct connections *connections, struct failure *why)
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
	failure_set(why, EXITCODE_UNREACHABLE,
	    "the connections of this system cannot be looked at");
	failure_hint(why, "look with 'netstat -an', and leave the check out");
	return (-1);
}

void
check_clients(const struct check_request *request,
    struct check_result *result)
{
	struct connections connections = { 0 };

	if (read_connections(&connections, &result->why) == -1)
		result->outcome = CHECK_UNKNOWN;
	for (size_t i = 0; i < request->config->site_count; i++) {
		const struct node_site *site = &request->config->sites[i];

		for (size_t j = 0; check_has_site(request, site) &&
		    j < site->client_port_count; j++) {
			const int64_t port = site->client_ports[j];
			struct words peers = { 0 };

			connections_peers(&connections, port, &peers);
			for (size_t k = 0; k < peers.count; k++)
				check_object(result, "%s is connected to "
				    "port %lld of site '%s'", peers.list[k],
				    (long long)port, site->name);
			words_release(&peers);
		}
	}
	connections_release(&connections);
}
