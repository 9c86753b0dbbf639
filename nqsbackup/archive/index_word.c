#include <config.h>

#include "index_word.h"

#include <string.h>

#include "../../libcore/base/number.h"
#include "../tree/entry.h"

int
index_word_time(char *word, int64_t *seconds, int64_t *nanoseconds)
{
	char *point = strchr(word, '.');

	if (point == NULL || strlen(point + 1) != 9)
		return (-1);
	*point = '\0';
	if (number_read(word, 0, INDEX_WORD_SECONDS, seconds) == -1)
		return (-1);
	return (number_read(point + 1, 0, 999999999, nanoseconds));
}

int
index_word_mode(const char *word, uint16_t *mode)
{
	unsigned value = 0;

	if (strlen(word) != 4)
		return (-1);
	for (; *word != '\0'; word++) {
		if (*word < '0' || *word > '7')
			return (-1);
		value = value * 8 + (unsigned)(*word - '0');
	}
	*mode = (uint16_t)value;
	return (0);
}

int
index_word_map(char *word, struct entry *entry)
{
	if (*word++ != 's')
		return (-1);
	entry_make_sparse(entry);
	while (*word != '\0') {
		char *plus = strchr(word, '+');
		int64_t offset;
		int64_t length;

		if (plus == NULL)
			return (-1);
		*plus++ = '\0';
		char *comma = strchr(plus, ',');

		if (comma != NULL)
			*comma++ = '\0';
		if (number_read(word, 0, INT64_MAX, &offset) == -1 ||
		    number_read(plus, 0, INT64_MAX, &length) == -1)
			return (-1);
		entry_add_extent(entry, offset, length);
		word = comma != NULL ? comma : plus + strlen(plus);
	}
	return (0);
}

int
index_word_device(const char *first, const char *second, struct entry *entry)
{
	int64_t major;
	int64_t minor;

	if (number_read(first, 0, ENTRY_DEVICE_LIMIT, &major) == -1 ||
	    number_read(second, 0, ENTRY_DEVICE_LIMIT, &minor) == -1)
		return (-1);
	entry->content.device.major = (uint32_t)major;
	entry->content.device.minor = (uint32_t)minor;
	return (0);
}
