#include <config.h>

#include "traits_disk.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "../../libcore/system/extended.h"
#include "../base/tally.h"
#include "acl.h"
#include "entry.h"
#include "traits.h"

/* Where traits go that are read. */
struct basket {
	struct traits_draft	draft;
	bool			overfull;
};

/* What the kernel makes of a file's other traits would be wrong elsewhere. */
static bool
is_bound_to_its_place(const char *name)
{
	return (strcmp(name, "security.evm") == 0);
}

static void
take(void *cookie, const struct extended_attribute *attribute)
{
	struct basket *basket = cookie;

	if (!is_bound_to_its_place(attribute->name) &&
	    traits_draft_add(&basket->draft, attribute->name,
	    attribute->value, attribute->length) == -1)
		basket->overfull = true;
}

/* Keeps what is in basket as the traits of entry. */
static void
settle(struct traits_reader *reader, struct basket *basket,
    enum extended_answer answer, struct entry *entry)
{
	const int error = errno;
	const bool unreadable = answer == EXTENDED_UNREADABLE &&
	    error != ENOENT;

	if (answer == EXTENDED_UNSUPPORTED) {
		reader->barren = entry->disk.device;
		reader->has_barren = true;
	}
	if (traits_pool_take(reader->pool, &basket->draft,
	    &entry->traits) == -1)
		basket->overfull = true;
	reader->troubled = unreadable || basket->overfull;
	if (unreadable && reader->tally != NULL)
		tally_trouble(reader->tally, entry->name,
		    "has extended attributes that cannot be read: %s",
		    strerror(error));
	if (basket->overfull && reader->tally != NULL)
		tally_trouble(reader->tally, entry->name,
		    "has more extended attributes than are kept: left out");
}

static bool
is_barren(const struct traits_reader *reader, const struct entry *entry)
{
	return (reader->has_barren && reader->barren == entry->disk.device);
}

void
traits_disk_read(struct traits_reader *reader, int fd, struct entry *entry)
{
	struct basket basket = { { NULL, 0 }, false };
	const struct extended_sink sink = { take, &basket };

	entry->traits = NULL;
	reader->troubled = false;
	if (!is_barren(reader, entry))
		settle(reader, &basket, extended_read(fd, &sink), entry);
}

void
traits_disk_read_at(struct traits_reader *reader, int directory,
    const char *name, struct entry *entry)
{
	struct basket basket = { { NULL, 0 }, false };
	const struct extended_sink sink = { take, &basket };

	entry->traits = NULL;
	reader->troubled = false;
	if (!is_barren(reader, entry))
		settle(reader, &basket, extended_read_at(directory, name,
		    &sink), entry);
}

bool
traits_disk_can_hold(int directory, const char *name,
    const struct traits_rule *rule, const struct traits *traits)
{
	for (size_t i = 0; traits != NULL && i < traits->count; i++) {
		if (traits_is_allowed(rule, traits->items[i].name) &&
		    extended_is_supported_at(directory, name,
		    traits->items[i].name))
			return (true);
	}
	return (false);
}

/*
 * Whether the list of item would change the mode that entry has: then it is
 * not the one that belongs to it.
 */
static bool
contradicts(const struct entry *entry, const struct traits_item *item)
{
	return (strcmp(item->name, TRAITS_ACCESS) == 0 &&
	    acl_mode(item->value, item->length) != (int)(entry->mode & 0777));
}

/* What is to be set, and what came of it. */
struct setting {
	int			 fd;	/* of the file or its directory */
	const char		*name;	/* NULL: fd is the file */
	const struct traits_rule *rule;
	const struct entry	*entry;
	int			 error;	/* the first */
};

static void
set_item(struct setting *setting, const struct traits_item *item)
{
	const struct extended_attribute attribute = { item->name, item->value,
	    item->length };
	int rc;

	if (!traits_is_allowed(setting->rule, item->name))
		return;
	if (contradicts(setting->entry, item)) {
		errno = EINVAL;
		rc = -1;
	} else if (setting->name == NULL) {
		rc = extended_set(setting->fd, &attribute);
	} else {
		rc = extended_set_at(setting->fd, setting->name, &attribute);
	}
	if (rc == -1 && setting->error == 0)
		setting->error = errno;
}

static int
set_all(struct setting *setting)
{
	const struct traits *traits = setting->entry->traits;

	for (size_t i = 0; traits != NULL && i < traits->count; i++)
		set_item(setting, &traits->items[i]);
	return (setting->error);
}

/* Removes one that the entry has not. */
static void
remove_other(void *cookie, const struct extended_attribute *attribute)
{
	struct setting *setting = cookie;

	if (traits_is_removable(setting->rule, attribute->name) &&
	    traits_find(setting->entry->traits, attribute->name) == NULL &&
	    extended_remove(setting->fd, attribute->name) == -1 &&
	    setting->error == 0)
		setting->error = errno;
}

int
traits_disk_set(int fd, const struct traits_rule *rule,
    const struct entry *entry)
{
	struct setting setting = { .fd = fd, .rule = rule, .entry = entry };
	const struct extended_sink sink = { remove_other, &setting };

	/* A file was just made, and in a directory that leaves it nothing. */
	if (entry->kind == ENTRY_DIRECTORY && rule->complete &&
	    extended_read(fd, &sink) == EXTENDED_UNREADABLE)
		setting.error = errno;
	return (set_all(&setting));
}

int
traits_disk_set_at(int directory, const char *name,
    const struct traits_rule *rule, const struct entry *entry)
{
	struct setting setting = { .fd = directory, .name = name,
	    .rule = rule, .entry = entry };

	return (set_all(&setting));
}
