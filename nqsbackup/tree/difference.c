#include <config.h>

#include "difference.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "../../libcore/base/text.h"
#include "entry.h"
#include "traits.h"

/* In the order of their bits. */
static const char *const words[] = { "missing", "extra", "kind", "content",
    "target", "link", "mode", "owner", "time",
    "extended" };

enum { WORD_COUNT = sizeof(words) / sizeof(words[0]) };

static bool
has_same_content(const struct entry *entry, const struct entry *there)
{
	return (entry->size == there->size && (!there->digested ||
	    memcmp(entry->digest, there->digest, DIGEST_SIZE) == 0));
}

unsigned
difference_find(const struct entry *entry, const struct entry *there,
    const struct traits_rule *rule)
{
	unsigned what = 0;

	if (entry->kind != there->kind)
		return (DIFFERENCE_KIND);
	/* Only its being there is known of an implied one. */
	if (entry->implied)
		return (0);
	if ((entry->kind == ENTRY_FILE && !has_same_content(entry, there)) ||
	    !entry_is_same_device(entry, there))
		what |= DIFFERENCE_CONTENT;
	if (entry->kind == ENTRY_SYMLINK &&
	    strcmp(entry->content.target, there->content.target) != 0)
		what |= DIFFERENCE_TARGET;
	if (entry->kind != ENTRY_SYMLINK && entry->mode != there->mode)
		what |= DIFFERENCE_MODE;
	if (entry->uid != there->uid || entry->gid != there->gid)
		what |= DIFFERENCE_OWNER;
	if (!entry_is_same_time(entry, there))
		what |= DIFFERENCE_TIME;
	if (!traits_is_met(rule, entry->traits, there->traits))
		what |= DIFFERENCE_EXTENDED;
	return (what);
}

void
difference_show(unsigned what, struct text *text)
{
	const char *comma = "";

	for (size_t i = 0; i < WORD_COUNT; i++) {
		if ((what & 1U << i) == 0)
			continue;
		text_format(text, "%s%s", comma, words[i]);
		comma = ",";
	}
}

/* Returns the bit of the word, or 0. */
static unsigned
find_word(const char *word, size_t length)
{
	for (size_t i = 0; i < WORD_COUNT; i++) {
		if (strlen(words[i]) == length &&
		    strncmp(words[i], word, length) == 0)
			return (1U << i);
	}
	return (0);
}

int
difference_read(const char *list, unsigned *what)
{
	unsigned found = 0;

	for (;;) {
		const size_t length = strcspn(list, ",");
		const unsigned bit = find_word(list, length);

		if (bit == 0)
			return (-1);
		found |= bit;
		if (list[length] == '\0')
			break;
		list += length + 1;
	}
	*what = found;
	return (0);
}
