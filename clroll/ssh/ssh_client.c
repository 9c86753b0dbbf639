#include <config.h>

#include "ssh_client.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "known_hosts.h"
#include "ssh_identity.h"

/* Something read from a file or files; one of the pointers is set. */
struct item {
	char			*name;
	struct ssh_identity	*identity;
	struct known_hosts	*table;
};

struct ssh_client {
	struct item	*items;		/* a handful */
	size_t		 count;
};

struct ssh_client *
ssh_client_make(void)
{
	return memory_make(1, sizeof(struct ssh_client));
}

void
ssh_client_free(struct ssh_client *client)
{
	if (client == NULL)
		return;
	for (size_t i = 0; i < client->count; i++) {
		free(client->items[i].name);
		ssh_identity_free(client->items[i].identity);
		known_hosts_free(client->items[i].table);
	}
	free(client->items);
	free(client);
}

static struct item *
add_item(struct ssh_client *client, const char *name)
{
	struct item *item;

	client->items = memory_resize(client->items, client->count + 1,
	    sizeof(*item));
	item = &client->items[client->count++];
	memset(item, 0, sizeof(*item));
	item->name = memory_copy_string(name);
	return item;
}

const struct ssh_identity *
ssh_client_identity(struct ssh_client *client, const char *path,
    struct failure *why)
{
	struct ssh_identity *identity;

	for (size_t i = 0; i < client->count; i++)
		if (client->items[i].identity != NULL &&
		    strcmp(client->items[i].name, path) == 0)
			return client->items[i].identity;
	identity = ssh_identity_read(path, why);
	if (identity != NULL)
		add_item(client, path)->identity = identity;
	return identity;
}

/* Returns a new table of the files paths, or NULL with why set. */
static struct known_hosts *
read_table(const struct words *paths, struct failure *why)
{
	struct known_hosts *table;

	table = known_hosts_make();
	for (size_t i = 0; i < paths->count; i++) {
		if (known_hosts_read(table, paths->list[i], why) == -1) {
			known_hosts_free(table);
			return NULL;
		}
	}
	return table;
}

struct known_hosts *
ssh_client_known_hosts(struct ssh_client *client, const struct words *paths,
    struct failure *why)
{
	struct known_hosts *table;
	struct text name = { 0 };

	table = NULL;
	words_join(paths, "\n", &name);
	for (size_t i = 0; i < client->count; i++)
		if (client->items[i].table != NULL &&
		    strcmp(client->items[i].name, text_string(&name)) == 0)
			table = client->items[i].table;
	if (table == NULL) {
		table = read_table(paths, why);
		if (table != NULL)
			add_item(client, text_string(&name))->table = table;
	}
	text_release(&name);
	return table;
}
