#include <config.h>

#include "connections.h"

#include <sys/socket.h>

#include <arpa/inet.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
#include "../libcore/base/number.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"

enum { ADDRESS_WORDS = 4 };	/* of 32 bits, in an IPv6 address */

void
connections_release(struct connections *connections)
{
	free(connections->rows);
	*connections = (struct connections){ 0 };
}

/* Reads exactly digits hexadecimal digits. */
static int
read_hexadecimal(const char *string, size_t digits, uint32_t *value)
{
	static const char known[] = "0123456789ABCDEF";

	*value = 0;
	for (size_t i = 0; i < digits; i++) {
		const char *found = string[i] == '\0' ? NULL :
		    strchr(known, string[i]);

		if (found == NULL)
			return (-1);
		*value = *value * 16 + (uint32_t)(found - known);
	}
	return (0);
}

/*
 * Reads "ADDRESS:PORT", where the address is one or four words of 32 bits in
 * the byte order of the machine.  Returns how many words, or -1.
 */
static int
read_address(const char *word, uint32_t address[ADDRESS_WORDS], int *port)
{
	enum { DIGITS = 8 };
	const char *colon = strchr(word, ':');
	uint32_t number;
	size_t count;

	if (colon == NULL || read_hexadecimal(colon + 1, 4, &number) == -1 ||
	    colon[5] != '\0')
		return (-1);
	*port = (int)number;
	count = (size_t)(colon - word) / DIGITS;
	if ((size_t)(colon - word) != count * DIGITS ||
	    (count != 1 && count != ADDRESS_WORDS))
		return (-1);
	for (size_t i = 0; i < count; i++) {
		if (read_hexadecimal(word + i * DIGITS, DIGITS,
		    &address[i]) == -1)
			return (-1);
	}
	return ((int)count);
}

/* Writes the address as people do; one of IPv4 in IPv6 as that of IPv4. */
static void
show_address(const uint32_t *address, int count, int port,
    char string[CONNECTIONS_ADDRESS_ROOM])
{
	char name[INET6_ADDRSTRLEN] = "?";
	const bool is_mapped = count == ADDRESS_WORDS && address[0] == 0 &&
	    address[1] == 0 && address[2] == htonl(0xffff);

	if (is_mapped)
		address += 3;
	if (count == 1 || is_mapped) {
		(void)inet_ntop(AF_INET, address, name, sizeof(name));
		(void)snprintf(string, CONNECTIONS_ADDRESS_ROOM, "%s:%d",
		    name, port);
	} else {
		(void)inet_ntop(AF_INET6, address, name, sizeof(name));
		(void)snprintf(string, CONNECTIONS_ADDRESS_ROOM, "[%s]:%d",
		    name, port);
	}
}

/* Fills row from the words "SL: LOCAL REMOTE STATE ...". */
static int
read_row(const struct words *words, struct connections_row *row)
{
	enum { LOCAL = 1, REMOTE = 2, STATE = 3 };
	uint32_t address[ADDRESS_WORDS];
	uint32_t state;
	int port;

	if (words->count <= STATE ||
	    read_address(words->list[LOCAL], address,
	    &row->local_port) == -1 ||
	    read_hexadecimal(words->list[STATE], 2, &state) == -1)
		return (-1);
	const int count = read_address(words->list[REMOTE], address, &port);
	if (count == -1)
		return (-1);
	row->state = (int)state;
	show_address(address, count, port, row->peer);
	return (0);
}

/* Adds the words of line that are not empty. */
static void
split_line(const char *line, struct words *words)
{
	struct words parts = { 0 };

	words_split(&parts, line, ' ');
	for (size_t i = 0; i < parts.count; i++) {
		if (parts.list[i][0] != '\0')
			words_add(words, parts.list[i]);
	}
	words_release(&parts);
}

static void
add_row(struct connections *connections, const struct connections_row *row)
{
	if (connections->count == connections->room) {
		connections->room = connections->room * 2 + 64;
		connections->rows = memory_resize(connections->rows,
		    connections->room, sizeof(*connections->rows));
	}
	connections->rows[connections->count++] = *row;
}

static int
take_line(struct connections *connections, const char *line)
{
	struct words words = { 0 };
	struct connections_row row;
	int rc = 0;

	split_line(line, &words);
	if (words.count == 0 || strcmp(words.list[0], "sl") == 0)
		goto out;		/* the heading */
	rc = read_row(&words, &row);
	if (rc == 0)
		add_row(connections, &row);
out:
	words_release(&words);
	return (rc);
}

int
connections_parse(struct connections *connections, const char *text,
    struct failure *why)
{
	struct words lines = { 0 };
	int rc = 0;

	words_split(&lines, text, '\n');
	for (size_t i = 0; rc == 0 && i < lines.count; i++) {
		rc = take_line(connections, lines.list[i]);
		if (rc == -1)
			failure_set(why, EXITCODE_SYSTEM,
			    "cannot read the connection '%s'", lines.list[i]);
	}
	words_release(&lines);
	return (rc);
}

/* Returns the port of "ADDRESS.PORT" or "ADDRESS:PORT", or NULL. */
static const char *
port_of(const char *word)
{
	const char *dot = strrchr(word, '.');
	const char *colon = strrchr(word, ':');
	const char *separator = dot == NULL || (colon != NULL &&
	    colon > dot) ? colon : dot;

	return (separator == NULL ? NULL : separator + 1);
}

/* Returns the state that one of the words says, or 0. */
static int
find_state(const struct words *words)
{
	for (size_t i = 2; i < words->count; i++) {
		if (strcmp(words->list[i], "LISTEN") == 0)
			return (CONNECTIONS_LISTENING);
		if (strcmp(words->list[i], "ESTABLISHED") == 0)
			return (CONNECTIONS_ESTABLISHED);
	}
	return (0);
}

/* Fills row from the words of netstat.  Returns whether they are one. */
static bool
read_netstat_row(const struct words *words, struct connections_row *row)
{
	const size_t local_at = words->count > 4 &&
	    text_begins_with(words->list[0], "tcp") ? 3 : 0;
	int64_t number;

	row->state = find_state(words);
	if (row->state == 0 || words->count < local_at + 2)
		return (false);
	const char *port = port_of(words->list[local_at]);
	const char *remote = words->list[local_at + 1];
	const char *peer = port_of(remote);
	if (port == NULL || peer == NULL ||
	    number_read(port, 0, UINT16_MAX, &number) == -1)
		return (false);
	row->local_port = (int)number;
	const int length = (int)(peer - 1 - remote);
	(void)snprintf(row->peer, sizeof(row->peer),
	    memchr(remote, ':', (size_t)length) == NULL ? "%.*s:%s" :
	    "[%.*s]:%s", length, remote, peer);
	return (true);
}

int
connections_parse_netstat(struct connections *connections, const char *text,
    struct failure *why)
{
	struct words lines = { 0 };

	words_split(&lines, text, '\n');
	for (size_t i = 0; i < lines.count; i++) {
		struct words words = { 0 };
		struct connections_row row = { 0 };

		split_line(lines.list[i], &words);
		if (read_netstat_row(&words, &row))
			add_row(connections, &row);
		words_release(&words);
	}
	words_release(&lines);
	if (connections->count > 0)
		return (0);
	failure_set(why, EXITCODE_UNREACHABLE,
	    "'netstat -an' tells of no connection that can be understood");
	return (-1);
}

void
connections_peers(const struct connections *connections, int64_t port,
    struct words *peers)
{
	bool is_served = false;

	for (size_t i = 0; i < connections->count; i++) {
		const struct connections_row *row = &connections->rows[i];

		if (row->local_port == port &&
		    row->state == CONNECTIONS_LISTENING)
			is_served = true;
	}
	for (size_t i = 0; is_served && i < connections->count; i++) {
		const struct connections_row *row = &connections->rows[i];

		if (row->local_port == port &&
		    row->state == CONNECTIONS_ESTABLISHED &&
		    !words_has(peers, row->peer))
			words_add(peers, row->peer);
	}
}
