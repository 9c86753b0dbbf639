#include <config.h>

#include "words.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "text.h"

/* Takes word. */
static void
take(struct words *words, char *word)
{
	if (words->count + 2 > words->room) {
		words->room = words->room < 8 ? 8 : words->room * 2;
		words->list = memory_resize(words->list, words->room,
		    sizeof(*words->list));
	}
	words->list[words->count++] = word;
	words->list[words->count] = NULL;
}

void
words_release(struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		free(words->list[i]);
	free(words->list);
	words->list = NULL;
	words->count = 0;
	words->room = 0;
}

void
words_add(struct words *words, const char *word)
{
	take(words, memory_copy_string(word));
}

void
words_format(struct words *words, const char *format, ...)
{
	struct text text = { 0 };
	va_list arguments;

	va_start(arguments, format);
	text_format_list(&text, format, arguments);
	va_end(arguments);
	take(words, text_take(&text));
}

void
words_add_all(struct words *words, const struct words *more)
{
	/* more may be words itself: its count must not grow under us. */
	size_t count = more->count;

	for (size_t i = 0; i < count; i++)
		words_add(words, more->list[i]);
}

void
words_add_list(struct words *words, const char *const *list)
{
	for (; *list != NULL; list++)
		words_add(words, *list);
}

void
words_split(struct words *words, const char *string, char separator)
{
	for (;;) {
		const char *end = strchr(string, separator);
		size_t length = end != NULL ? (size_t)(end - string) :
		    strlen(string);
		char *word = memory_make(length + 1, 1);

		memcpy(word, string, length);
		take(words, word);
		if (end == NULL)
			return;
		string = end + 1;
	}
}

bool
words_has(const struct words *words, const char *word)
{
	for (size_t i = 0; i < words->count; i++) {
		if (strcmp(words->list[i], word) == 0)
			return true;
	}
	return false;
}

static bool
is_plain(const char *word)
{
	/* A leading ~ or # would mean something; '=' first might, in zsh. */
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789_-./:,+@%=";

	return word[0] != '\0' && word[0] != '=' &&
	    word[strspn(word, plain)] == '\0';
}

/* In single quotes everything is plain but the single quote. */
static void
show_word(const char *word, struct text *text)
{
	if (is_plain(word)) {
		text_add(text, word);
		return;
	}
	text_add(text, "'");
	for (;;) {
		size_t length = strcspn(word, "'");

		text_add_masked(text, word, length);
		if (word[length] == '\0')
			break;
		text_add(text, "'\\''");
		word += length + 1;
	}
	text_add(text, "'");
}

void
words_show(const struct words *words, struct text *text)
{
	for (size_t i = 0; i < words->count; i++) {
		if (i > 0)
			text_add(text, " ");
		show_word(words->list[i], text);
	}
}

void
words_join(const struct words *words, const char *separator,
    struct text *text)
{
	for (size_t i = 0; i < words->count; i++) {
		if (i > 0)
			text_add(text, separator);
		text_add(text, words->list[i]);
	}
}

/* In single quotes everything is plain but the single quote. */
static void
quote_word(const char *word, struct text *text)
{
	text_add(text, "'");
	for (;;) {
		size_t length = strcspn(word, "'");

		text_add_bytes(text, word, length);
		if (word[length] == '\0')
			break;
		text_add(text, "'\\''");
		word += length + 1;
	}
	text_add(text, "'");
}

void
words_quote(const struct words *words, struct text *text)
{
	for (size_t i = 0; i < words->count; i++) {
		if (i > 0)
			text_add(text, " ");
		quote_word(words->list[i], text);
	}
}
