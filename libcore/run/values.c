#include <config.h>

#include "values.h"

#include <stdlib.h>
#include <string.h>

#include "../base/failure.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "../format/jsonline.h"

void
values_release(struct values *values)
{
	for (size_t i = 0; i < values->count; i++) {
		free(values->list[i].name);
		words_release(&values->list[i].words);
	}
	free(values->list);
	*values = (struct values){ 0 };
}

static struct value *
find(const struct values *values, const char *name)
{
	for (size_t i = 0; i < values->count; i++) {
		if (strcmp(values->list[i].name, name) == 0)
			return (&values->list[i]);
	}
	return (NULL);
}

static struct value *
find_or_make(struct values *values, const char *name)
{
	struct value *value = find(values, name);

	if (value != NULL)
		return (value);
	values->list = memory_resize(values->list, values->count + 1,
	    sizeof(*values->list));
	value = &values->list[values->count++];
	*value = (struct value){ .name = memory_copy_string(name) };
	return (value);
}

void
values_set(struct values *values, const char *name, const char *value)
{
	struct value *found = find_or_make(values, name);

	words_release(&found->words);
	words_add(&found->words, value);
}

void
values_add(struct values *values, const char *name, const char *value)
{
	struct value *found = find_or_make(values, name);

	if (value != NULL)
		words_add(&found->words, value);
}

bool
values_add_operand(struct values *values, const char *operand)
{
	const size_t length = strcspn(operand, "=/");
	struct text name = { 0 };

	if (length == 0 || operand[length] != '=')
		return (false);
	text_add_bytes(&name, operand, length);
	values_add(values, text_string(&name), operand + length + 1);
	text_release(&name);
	return (true);
}

void
values_merge(struct values *values, const struct values *more)
{
	for (size_t i = 0; i < more->count; i++) {
		struct value *found = find_or_make(values,
		    more->list[i].name);

		words_release(&found->words);
		words_add_all(&found->words, &more->list[i].words);
	}
}

const struct words *
values_find(const struct values *values, const char *name)
{
	const struct value *value = find(values, name);

	return (value == NULL ? NULL : &value->words);
}

const char *
values_single(const struct values *values, const char *name)
{
	const struct words *words = values_find(values, name);

	return (words == NULL || words->count != 1 ? NULL : words->list[0]);
}

static bool
is_name_byte(char byte)
{
	return ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
	    byte == '_');
}

/*
 * Takes the name at *at, which points behind a dollar sign, into name and
 * moves *at behind it.  Returns 0, or -1 when there is none.
 */
static int
take_name(const char **at, struct text *name)
{
	const bool braced = **at == '{';
	const char *begin = *at + (braced ? 1 : 0);
	const char *end = begin;

	while (is_name_byte(*end))
		end++;
	if (end == begin || (braced && *end != '}'))
		return (-1);
	text_clear(name);
	text_add_bytes(name, begin, (size_t)(end - begin));
	*at = end + (braced ? 1 : 0);
	return (0);
}

static int
refuse_word(const char *word, struct failure *why)
{
	failure_set(why, EXITCODE_CONFIG,
	    "'%s' has a dollar sign without a name", word);
	failure_hint(why, "a dollar sign itself is written $$");
	return (-1);
}

/* Returns whether word is "$name..." as a whole, with name taken from it. */
static bool
is_list(const char *word, struct text *name)
{
	const char *at = word + 1;

	return (word[0] == '$' && take_name(&at, name) == 0 &&
	    strcmp(at, "...") == 0);
}

/* What is to be done with each name in a word. */
typedef int name_function(const void *context, const char *name,
    struct text *filled, struct failure *why);

/* Copies word to filled and lets function fill in each of its names. */
static int
fill(const char *word, name_function *function, const void *context,
    struct text *filled, struct failure *why)
{
	struct text name = { 0 };
	const char *at = word;
	int rc = 0;

	while (rc == 0 && *at != '\0') {
		if (*at != '$') {
			text_add_bytes(filled, at++, 1);
		} else if (at[1] == '$') {
			text_add(filled, "$");
			at += 2;
		} else {
			at++;
			rc = take_name(&at, &name) == 0 ?
			    function(context, text_string(&name), filled,
			    why) : refuse_word(word, why);
		}
	}
	text_release(&name);
	return (rc);
}

static int
fill_value(const void *context, const char *name, struct text *filled,
    struct failure *why)
{
	const struct values *values = context;
	const char *value = values_single(values, name);

	if (value == NULL) {
		failure_set(why, EXITCODE_CONFIG,
		    find(values, name) == NULL ?
		    "'%s' has no value" : "'%s' has not exactly one value",
		    name);
		return (-1);
	}
	text_add(filled, value);
	return (0);
}

int
values_expand(const struct values *values, const char *word,
    struct words *argv, struct failure *why)
{
	struct text filled = { 0 };
	int rc = 0;

	if (is_list(word, &filled)) {
		const struct words *list = values_find(values,
		    text_string(&filled));

		if (list != NULL) {
			words_add_all(argv, list);
		} else {
			failure_set(why, EXITCODE_CONFIG,
			    "'%s' has no value", text_string(&filled));
			rc = -1;
		}
	} else {
		text_clear(&filled);
		rc = fill(word, fill_value, values, &filled, why);
		if (rc == 0)
			words_add(argv, text_string(&filled));
	}
	text_release(&filled);
	return (rc);
}

static int
check_known(const void *context, const char *name, struct text *filled,
    struct failure *why)
{
	const struct words *known = context;

	(void)filled;
	if (words_has(known, name))
		return (0);
	failure_set(why, EXITCODE_CONFIG,
	    "'$%s' is neither a parameter nor a fact", name);
	return (-1);
}

int
values_check(const struct words *known, const char *word,
    struct failure *why)
{
	struct text filled = { 0 };
	int rc;

	if (is_list(word, &filled)) {
		struct text nothing = { 0 };

		rc = check_known(known, text_string(&filled), &nothing, why);
	} else {
		rc = fill(word, check_known, known, &filled, why);
	}
	text_release(&filled);
	return (rc);
}

bool
values_hold(const struct values *values, const char *condition)
{
	const char *equals = strchr(condition, '=');
	const bool negated = equals != NULL && equals > condition &&
	    equals[-1] == '!';
	const size_t length = equals == NULL ? strlen(condition) :
	    (size_t)(equals - condition) - (negated ? 1 : 0);
	struct text name = { 0 };

	text_add_bytes(&name, condition, length);
	const struct words *words = values_find(values, text_string(&name));
	text_release(&name);
	bool holds = words == NULL || words->count == 0 ?
	    equals != NULL && equals[1] == '\0' : false;
	for (size_t i = 0; words != NULL && i < words->count; i++)
		holds = holds || (equals == NULL ? words->list[i][0] != '\0' :
		    strcmp(words->list[i], equals + 1) == 0);
	return (holds != negated);
}

struct jsonline *
values_write(const struct values *values)
{
	struct jsonline *line = jsonline_make();

	for (size_t i = 0; i < values->count; i++)
		jsonline_set_words(line, values->list[i].name,
		    &values->list[i].words);
	return (line);
}

void
values_read(const struct jsonline *line, struct values *values)
{
	struct words keys = { 0 };

	jsonline_keys(line, &keys);
	for (size_t i = 0; i < keys.count; i++) {
		struct words words = { 0 };

		jsonline_words(line, keys.list[i], &words);
		values_add(values, keys.list[i], NULL);
		for (size_t j = 0; j < words.count; j++)
			values_add(values, keys.list[i], words.list[j]);
		words_release(&words);
	}
	words_release(&keys);
}
