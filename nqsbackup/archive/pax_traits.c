#include <config.h>

#include "pax_traits.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/base64.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../base/word.h"
#include "../tree/acl.h"
#include "../tree/traits.h"
#include "pax.h"

/* The key of a name ends at "=", so GNU tar writes that and "%" as %NN. */
static void
add_key(struct text *key, const char *name)
{
	text_add(key, PAX_TRAITS_SCHILY);
	for (; *name != '\0'; name++) {
		if (*name == '=')
			text_add(key, "%3D");
		else if (*name == '%')
			text_add(key, "%25");
		else
			text_add_bytes(key, name, 1);
	}
}

/* Adds an access control list as text, if that says it all. */
static bool
add_list(struct text *records, const struct traits_item *item)
{
	const char *key = strcmp(item->name, TRAITS_ACCESS) == 0 ?
	    PAX_TRAITS_ACCESS : strcmp(item->name, TRAITS_DEFAULT) == 0 ?
	    PAX_TRAITS_DEFAULT : NULL;
	struct text list = { 0 };
	const bool good = key != NULL &&
	    acl_write_text(item->value, item->length, &list) == 0;

	if (good)
		pax_add(records, key, text_string(&list));
	text_release(&list);
	return (good);
}

/* Adds a label, which on the disk mostly ends with a NUL, if it has text. */
static bool
add_label(struct text *records, const struct traits_item *item)
{
	if (strcmp(item->name, TRAITS_LABEL) != 0 || item->length < 2 ||
	    strlen(item->value) != item->length - 1)
		return (false);
	pax_add(records, PAX_TRAITS_LABEL, item->value);
	return (true);
}

void
pax_traits_add(struct text *records, const struct traits *traits)
{
	for (size_t i = 0; traits != NULL && i < traits->count; i++) {
		const struct traits_item *item = &traits->items[i];
		struct text key = { 0 };

		if (add_list(records, item) || add_label(records, item))
			continue;
		add_key(&key, item->name);
		pax_add_bytes(records, text_string(&key), item->value,
		    item->length);
		text_release(&key);
	}
}

static int
read_digit(char digit)
{
	return (word_digit(digit >= 'A' && digit <= 'F' ?
	    (char)(digit - 'A' + 'a') : digit));
}

/*
 * Decodes %NN in string: all of them when all is set, else those only that
 * GNU tar writes.  Returns the name, for free(), or NULL.
 */
static char *
decode_name(const char *string, bool all)
{
	char *name = memory_copy_string(string);
	char *to = name;

	for (; *string != '\0'; string++) {
		const int high = *string == '%' ? read_digit(string[1]) : -1;
		const int low = high >= 0 ? read_digit(string[2]) : -1;
		const int byte = low >= 0 ? high * 16 + low : -1;

		if (byte == -1 || (!all && byte != '%' && byte != '=')) {
			*to++ = *string;
			continue;
		}
		*to++ = (char)byte;
		string += 2;
	}
	*to = '\0';
	/* A NUL in it would hide the rest. */
	if (memchr(name, '\0', (size_t)(to - name)) == NULL)
		return (name);
	free(name);
	return (NULL);
}

static enum pax_traits_answer
add(struct traits_draft *draft, const char *name, const char *value,
    size_t length)
{
	return (traits_draft_add(draft, name, value, length) == 0 ?
	    PAX_TRAITS_TAKEN : PAX_TRAITS_UNKNOWN);
}

/* Libarchive writes each twice, the name of both in its own way. */
static enum pax_traits_answer
read_schily(const char *key, const char *value, size_t length,
    struct pax_traits *traits)
{
	char *name = decode_name(key, traits->libarchive);
	const enum pax_traits_answer answer = name == NULL ? PAX_TRAITS_BAD :
	    add(&traits->draft, name, value, length);

	free(name);
	return (answer);
}

/* The value is in base64, of which libarchive leaves the padding out. */
static enum pax_traits_answer
read_libarchive(const char *key, const char *value, size_t length,
    struct pax_traits *traits)
{
	char *name = decode_name(key, true);
	struct text digits = { 0 };
	struct text bytes = { 0 };
	enum pax_traits_answer answer = PAX_TRAITS_BAD;

	text_add_bytes(&digits, value, length);
	while (digits.length % 4 != 0)
		text_add(&digits, "=");
	if (name != NULL && base64_read(text_string(&digits), digits.length,
	    &bytes) == 0)
		answer = add(&traits->draft, name, text_string(&bytes),
		    bytes.length);
	traits->libarchive = true;
	text_release(&digits);
	text_release(&bytes);
	free(name);
	return (answer);
}

enum pax_traits_answer
pax_traits_read(const char *key, const char *value, size_t length,
    struct pax_traits *traits)
{
	const size_t schily = strlen(PAX_TRAITS_SCHILY);
	const size_t libarchive = strlen(PAX_TRAITS_LIBARCHIVE);

	if (strncmp(key, PAX_TRAITS_SCHILY, schily) == 0)
		return (read_schily(key + schily, value, length, traits));
	if (strncmp(key, PAX_TRAITS_LIBARCHIVE, libarchive) == 0)
		return (read_libarchive(key + libarchive, value, length,
		    traits));
	/* With the NUL that labels have on a disk. */
	return (add(&traits->draft, TRAITS_LABEL, value, length + 1));
}
