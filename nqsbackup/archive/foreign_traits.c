#include <config.h>

#include "foreign_traits.h"

#include <sys/types.h>

#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <string.h>

#include "../../libcore/base/text.h"
#include "../base/tally.h"
#include "../tree/acl.h"
#include "../tree/entry.h"
#include "../tree/traits.h"
#include "tar_extension.h"

static int64_t
find_number(void *cookie, enum acl_whose whose, const char *name)
{
	(void)cookie;
	if (whose == ACL_USER) {
		const struct passwd *user = getpwnam(name);

		return (user == NULL ? -1 : (int64_t)user->pw_uid);
	}
	const struct group *group = getgrnam(name);

	return (group == NULL ? -1 : (int64_t)group->gr_gid);
}

static bool
has_trait(const struct traits_draft *draft, const char *name)
{
	for (size_t i = 0; i < draft->count; i++) {
		if (strcmp(draft->items[i].name, name) == 0)
			return (true);
	}
	return (false);
}

/*
 * Adds the list that string is (NULL: none) as the trait called name, unless
 * it is there as bytes already: those need no names.
 */
static void
add_list(struct traits_draft *draft, const char *name, const char *string,
    const struct entry *entry, struct tally *tally)
{
	const struct acl_names names = { find_number, NULL };
	struct text bytes = { 0 };

	if (string == NULL || has_trait(draft, name))
		return;
	const int rc = acl_read_text(string, &names, &bytes);

	if (rc == -1 || (bytes.length > 0 && traits_draft_add(draft, name,
	    bytes.bytes, bytes.length) == -1))
		tally_trouble(tally, entry->name, "has an access control list "
		    "that means nothing here: left out");
	text_release(&bytes);
}

/*
 * Makes the mode of entry the one that goes with its access control list: the
 * bits of the group are those of the mask, where some programs have those of
 * the owning group.
 */
static void
adapt_mode(struct entry *entry)
{
	const struct traits_item *list = traits_find(entry->traits,
	    TRAITS_ACCESS);
	const int mode = list == NULL ? -1 : acl_mode(list->value,
	    list->length);

	if (mode != -1 && ((unsigned)mode & 0707) == (entry->mode & 0707))
		entry->mode = (entry->mode & ~0777U) | (unsigned)mode;
}

int
foreign_traits_take(struct tar_extension *extension,
    struct traits_pool *pool, struct entry *entry, struct tally *tally)
{
	struct traits_draft *draft = &extension->traits.draft;

	add_list(draft, TRAITS_ACCESS, extension->access, entry, tally);
	add_list(draft, TRAITS_DEFAULT, extension->default_access, entry,
	    tally);
	if (extension->unknown > 0)
		tally_trouble(tally, entry->name, "has extended attributes "
		    "that no file can have here: %zu are left out",
		    extension->unknown);
	const int rc = traits_pool_take(pool, draft, &entry->traits);

	adapt_mode(entry);
	return (rc);
}
