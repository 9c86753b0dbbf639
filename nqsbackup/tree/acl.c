#include <config.h>

#include "acl.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/memory.h"
#include "../../libcore/base/number.h"
#include "../../libcore/base/text.h"

/*
 * The form in four bytes, then entries of eight bytes: what it is about,
 * permissions, number; all of them little-endian.
 */
enum { HEAD_SIZE = 4, ITEM_SIZE = 8, FORM = 2 };

enum tag {				/* as the kernel has them, in order */
	TAG_OWNER = 0x01,
	TAG_USER = 0x02,
	TAG_OWNING_GROUP = 0x04,
	TAG_GROUP = 0x08,
	TAG_MASK = 0x10,
	TAG_OTHER = 0x20
};

#define NO_NUMBER	UINT32_MAX

struct item {
	enum tag	tag;
	unsigned	permissions;	/* 0 to 7 */
	uint32_t	number;		/* NO_NUMBER: of no user or group */
};

/* A list that was read; it owns items. */
struct list {
	struct item	*items;
	size_t		 count;
};

static bool
has_number(enum tag tag)
{
	return (tag == TAG_USER || tag == TAG_GROUP);
}

static uint32_t
get_number(const unsigned char *bytes, size_t size)
{
	uint32_t number = 0;

	while (size-- > 0)
		number = number << 8 | bytes[size];
	return (number);
}

static void
add_number(struct text *text, uint32_t number, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		const unsigned char byte = (unsigned char)(number >> 8 * i);

		text_add_bytes(text, &byte, 1);
	}
}

static int
compare_items(const void *a, const void *b)
{
	const struct item *left = a;
	const struct item *right = b;

	if (left->tag != right->tag)
		return (left->tag < right->tag ? -1 : 1);
	return (left->number < right->number ? -1 :
	    left->number > right->number);
}

/* Returns how many items of list are about tag. */
static size_t
count_tag(const struct list *list, enum tag tag)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++)
		count += list->items[i].tag == tag;
	return (count);
}

/* Whether list, which is in order, is one that a file can have. */
static bool
is_lawful(const struct list *list)
{
	const bool extended = count_tag(list, TAG_USER) > 0 ||
	    count_tag(list, TAG_GROUP) > 0;
	const size_t masks = count_tag(list, TAG_MASK);

	for (size_t i = 1; i < list->count; i++) {
		if (compare_items(&list->items[i - 1], &list->items[i]) >= 0)
			return (false);
	}
	return (count_tag(list, TAG_OWNER) == 1 &&
	    count_tag(list, TAG_OWNING_GROUP) == 1 &&
	    count_tag(list, TAG_OTHER) == 1 && masks <= 1 &&
	    (!extended || masks == 1));
}

/* Reads one item.  Returns 0 or -1. */
static int
read_item(const unsigned char *bytes, struct item *item)
{
	const uint32_t tag = get_number(bytes, 2);

	item->permissions = get_number(bytes + 2, 2);
	item->number = get_number(bytes + 4, 4);
	if (tag == 0 || (tag & (tag - 1)) != 0 || tag > TAG_OTHER ||
	    item->permissions > 7)
		return (-1);
	item->tag = (enum tag)tag;
	return (has_number(item->tag) != (item->number == NO_NUMBER) ? 0 : -1);
}

/*
 * Reads the bytes into list, which is to be freed in any case.  Returns 0, or
 * -1 when they are no lawful list.
 */
static int
read_bytes(const unsigned char *bytes, size_t length, struct list *list)
{
	*list = (struct list){ 0 };
	if (length < HEAD_SIZE || (length - HEAD_SIZE) % ITEM_SIZE != 0 ||
	    get_number(bytes, HEAD_SIZE) != FORM)
		return (-1);
	const size_t count = (length - HEAD_SIZE) / ITEM_SIZE;

	if (count > ACL_LIMIT)
		return (-1);
	list->items = memory_make(count, sizeof(*list->items));
	for (; list->count < count; list->count++) {
		if (read_item(bytes + HEAD_SIZE + list->count * ITEM_SIZE,
		    &list->items[list->count]) == -1)
			return (-1);
	}
	return (is_lawful(list) ? 0 : -1);
}

static const char *
word_of(enum tag tag)
{
	switch (tag) {
	case TAG_OWNER:
	case TAG_USER:
		return ("user");
	case TAG_OWNING_GROUP:
	case TAG_GROUP:
		return ("group");
	case TAG_MASK:
		return ("mask");
	default:
		return ("other");
	}
}

static void
write_item(const struct item *item, struct text *text)
{
	const unsigned bits = item->permissions;

	text_format(text, "%s:", word_of(item->tag));
	if (has_number(item->tag))
		text_format(text, "%" PRIu32, item->number);
	text_format(text, ":%c%c%c", (bits & 4) != 0 ? 'r' : '-',
	    (bits & 2) != 0 ? 'w' : '-', (bits & 1) != 0 ? 'x' : '-');
	if (has_number(item->tag))
		text_format(text, ":%" PRIu32, item->number);
}

int
acl_write_text(const void *bytes, size_t length, struct text *text)
{
	struct list list;
	const int rc = read_bytes(bytes, length, &list);

	for (size_t i = 0; i < list.count && rc == 0; i++) {
		if (i > 0)
			text_add(text, ",");
		write_item(&list.items[i], text);
	}
	free(list.items);
	return (rc);
}

int
acl_mode(const void *bytes, size_t length)
{
	struct list list;
	int mode = read_bytes(bytes, length, &list);
	const bool masked = mode == 0 && count_tag(&list, TAG_MASK) > 0;

	for (size_t i = 0; i < list.count && mode != -1; i++) {
		const int bits = (int)list.items[i].permissions;

		switch (list.items[i].tag) {
		case TAG_OWNER:
			mode |= bits << 6;
			break;
		case TAG_OWNING_GROUP:
			mode |= masked ? 0 : bits << 3;
			break;
		case TAG_MASK:
			mode |= bits << 3;
			break;
		case TAG_OTHER:
			mode |= bits;
			break;
		default:
			break;
		}
	}
	free(list.items);
	return (mode);
}

/* Takes the part of *string up to a colon or its end off it. */
static char *
take_field(char **string)
{
	char *field = *string;
	char *colon = field == NULL ? NULL : strchr(field, ':');

	if (colon != NULL)
		*colon++ = '\0';
	*string = colon;
	return (field);
}

static int
read_permissions(const char *string, unsigned *permissions)
{
	*permissions = 0;
	if (string == NULL || strlen(string) > 3)
		return (-1);
	for (; *string != '\0'; string++) {
		if (*string == 'r')
			*permissions |= 4;
		else if (*string == 'w')
			*permissions |= 2;
		else if (*string == 'x')
			*permissions |= 1;
		else if (*string != '-')
			return (-1);
	}
	return (0);
}

/* Finds out which tag the word is, when there is a name or not. */
static int
read_tag(const char *word, bool named, enum tag *tag)
{
	if (strcmp(word, "user") == 0 || strcmp(word, "u") == 0)
		*tag = named ? TAG_USER : TAG_OWNER;
	else if (strcmp(word, "group") == 0 || strcmp(word, "g") == 0)
		*tag = named ? TAG_GROUP : TAG_OWNING_GROUP;
	else if (!named && (strcmp(word, "mask") == 0 ||
	    strcmp(word, "m") == 0))
		*tag = TAG_MASK;
	else if (!named && (strcmp(word, "other") == 0 ||
	    strcmp(word, "o") == 0))
		*tag = TAG_OTHER;
	else
		return (-1);
	return (0);
}

/* Finds the number: given as such, or as the name, or for the name. */
static int
find_number(struct item *item, const char *name, const char *given,
    const struct acl_names *names)
{
	int64_t number;

	item->number = NO_NUMBER;
	if (!has_number(item->tag))
		return (0);
	if (number_read(given != NULL && given[0] != '\0' ? given : name, 0,
	    (int64_t)NO_NUMBER - 1, &number) == -1)
		number = names->find(names->cookie, item->tag == TAG_USER ?
		    ACL_USER : ACL_GROUP, name);
	if (number < 0 || number >= (int64_t)NO_NUMBER)
		return (-1);
	item->number = (uint32_t)number;
	return (0);
}

/* Reads TAG:NAME:PERMISSIONS[:NUMBER], which it changes. */
static int
read_text_item(char *string, const struct acl_names *names,
    struct item *item)
{
	const char *word = take_field(&string);
	const char *name = take_field(&string);

	if (name == NULL || read_tag(word, name[0] != '\0', &item->tag) == -1)
		return (-1);
	const char *permissions = take_field(&string);
	const char *number = take_field(&string);

	if (read_permissions(permissions, &item->permissions) == -1 ||
	    string != NULL)
		return (-1);
	return (find_number(item, name, number, names));
}

/* Reads all of string, which it changes. */
static int
read_text(char *string, const struct acl_names *names, struct list *list)
{
	while (*string != '\0') {
		const size_t length = strcspn(string, ",\n");
		const bool last = string[length] == '\0';

		string[length] = '\0';
		if (list->count == ACL_LIMIT)
			return (-1);
		list->items = memory_grow(list->items, list->count,
		    sizeof(*list->items));
		if (length > 0 && read_text_item(string, names,
		    &list->items[list->count++]) == -1)
			return (-1);
		string += length + !last;
	}
	if (list->count > 1)
		qsort(list->items, list->count, sizeof(*list->items),
		    compare_items);
	return (is_lawful(list) ? 0 : -1);
}

int
acl_read_text(const char *string, const struct acl_names *names,
    struct text *bytes)
{
	char *copy = memory_copy_string(string);
	struct list list = { 0 };
	const int rc = read_text(copy, names, &list);

	/* One of three items is a mode. */
	if (rc == 0 && list.count > 3) {
		add_number(bytes, FORM, HEAD_SIZE);
		for (size_t i = 0; i < list.count; i++) {
			add_number(bytes, list.items[i].tag, 2);
			add_number(bytes, list.items[i].permissions, 2);
			add_number(bytes, list.items[i].number, 4);
		}
	}
	free(list.items);
	free(copy);
	return (rc);
}
