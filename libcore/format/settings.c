#include <config.h>

#include "settings.h"

#include <errno.h>
#include <libconfig.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../base/digest.h"
#include "../base/failure.h"
#include "../base/memory.h"
#include "../base/number.h"
#include "../base/text.h"
#include "../base/words.h"
#include "../system/trust.h"

enum {
	SETTINGS_LIMIT = 1 << 20	/* bytes of a file */
};

/*
 * A struct setting is a config_setting_t of libconfig under another name, so
 * that no other file needs to know libconfig.  The root's hook points back at
 * the struct settings, for messages.
 */
struct settings {
	config_t	 config;
	char		*path;
	char		 digest[DIGEST_TEXT_ROOM];
};

static const config_setting_t *
theirs(const struct setting *setting)
{
	return (const config_setting_t *)setting;
}

static const struct setting *
ours(const config_setting_t *setting)
{
	return (const struct setting *)setting;
}

/*
 * libconfig would read the files that "@include" names by itself, from
 * anywhere and without a look at who may write them.
 */
static int
refuse_directives(const struct settings *settings, const struct text *text,
    struct failure *why)
{
	const char *at = text_string(text);
	int line = 1;

	if (strlen(at) != text->length) {
		failure_set(why, EXITCODE_CONFIG, "'%s' is not a text file",
		    settings->path);
		return -1;
	}
	for (;;) {
		at += strspn(at, " \t\r\f\v");
		if (*at == '@') {
			failure_set(why, EXITCODE_CONFIG, "%s:%d: no "
			    "directive such as @include is allowed",
			    settings->path, line);
			return -1;
		}
		at = strchr(at, '\n');
		if (at == NULL)
			return 0;
		at++;
		line++;
	}
}

static int
parse(struct settings *settings, const struct text *text, struct failure *why)
{
	if (refuse_directives(settings, text, why) == -1)
		return -1;
	digest_of_bytes(text_string(text), text->length, settings->digest);
	if (config_read_string(&settings->config, text_string(text)) ==
	    CONFIG_TRUE)
		return 0;
	const char *error = config_error_text(&settings->config);
	failure_set(why, EXITCODE_CONFIG, "%s:%d: %s", settings->path,
	    config_error_line(&settings->config),
	    error != NULL ? error : "cannot be parsed");
	return -1;
}

/* Reads the file path.  Returns 0, or -1 with why set: CONFIG or DENIED. */
static int
read_trusted(const char *path, struct text *text, struct failure *why)
{
	const int rc = trust_read(path, SETTINGS_LIMIT, text, why);

	if (rc == 0)
		failure_set_errno(why, EXITCODE_CONFIG, ENOENT,
		    "cannot read '%s'", path);
	else if (rc == -1 && why->code != EXITCODE_DENIED)
		why->code = EXITCODE_CONFIG;
	return rc == 1 ? 0 : -1;
}

struct settings *
settings_read(const char *path, struct failure *why)
{
	struct settings *settings = NULL;
	struct text text = { 0 };

	if (read_trusted(path, &text, why) == 0) {
		settings = memory_make(1, sizeof(*settings));
		settings->path = memory_copy_string(path);
		config_init(&settings->config);
		if (parse(settings, &text, why) == -1) {
			settings_free(settings);
			settings = NULL;
		}
	}
	text_release(&text);
	if (settings != NULL)
		config_setting_set_hook(config_root_setting(&settings->config),
		    settings);
	return settings;
}

void
settings_free(struct settings *settings)
{
	if (settings == NULL)
		return;
	config_destroy(&settings->config);
	free(settings->path);
	free(settings);
}

const struct setting *
settings_root(const struct settings *settings)
{
	return ours(config_root_setting(&settings->config));
}

const char *
settings_digest(const struct settings *settings)
{
	return settings->digest;
}

int
setting_refuse(const struct setting *setting, struct failure *why,
    const char *format, ...)
{
	const config_setting_t *root = theirs(setting);
	struct text text = { 0 };
	va_list arguments;

	while (!config_setting_is_root(root))
		root = config_setting_parent(root);
	const struct settings *settings = config_setting_get_hook(root);
	/* The top level itself begins in no line. */
	unsigned int line = config_setting_source_line(theirs(setting));
	va_start(arguments, format);
	text_format_list(&text, format, arguments);
	va_end(arguments);
	failure_set(why, EXITCODE_CONFIG, "%s:%u: %s", settings->path,
	    line > 0 ? line : 1, text_string(&text));
	text_release(&text);
	return -1;
}

int
setting_known(const struct setting *group, const char *const *names,
    struct failure *why)
{
	size_t count = setting_count(group);

	for (size_t i = 0; i < count; i++) {
		const struct setting *item = setting_item(group, i);
		const char *const *name = names;

		while (*name != NULL && strcmp(*name, setting_key(item)) != 0)
			name++;
		if (*name == NULL)
			return setting_refuse(item, why,
			    "there is no key '%s' here", setting_key(item));
	}
	return 0;
}

static const config_setting_t *
member(const struct setting *group, const char *key)
{
	return config_setting_get_member(theirs(group), key);
}

static int
refuse_type(const config_setting_t *item, const char *wanted,
    struct failure *why)
{
	const char *key = config_setting_name(item);

	return setting_refuse(ours(item), why, "'%s' must be %s",
	    key != NULL ? key : "this", wanted);
}

int
setting_get_string(const struct setting *group, const char *key,
    const char **value, struct failure *why)
{
	const config_setting_t *item = member(group, key);

	if (item == NULL)
		return 0;
	if (config_setting_type(item) != CONFIG_TYPE_STRING)
		return refuse_type(item, "a string", why);
	*value = config_setting_get_string(item);
	return 1;
}

static int
refuse_range(const config_setting_t *item, int64_t minimum, int64_t maximum,
    struct failure *why)
{
	const char *key = config_setting_name(item);

	return setting_refuse(ours(item), why, "'%s' must be from %lld to "
	    "%lld", key != NULL ? key : "this", (long long)minimum,
	    (long long)maximum);
}

int
setting_integer(const struct setting *item, int64_t minimum, int64_t maximum,
    int64_t *value, struct failure *why)
{
	int type = config_setting_type(theirs(item));

	if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64)
		return refuse_type(theirs(item), "a whole number", why);
	int64_t number = type == CONFIG_TYPE_INT ?
	    config_setting_get_int(theirs(item)) :
	    config_setting_get_int64(theirs(item));
	if (number < minimum || number > maximum)
		return refuse_range(theirs(item), minimum, maximum, why);
	*value = number;
	return 0;
}

int
setting_get_integer(const struct setting *group, const char *key,
    int64_t minimum, int64_t maximum, int64_t *value, struct failure *why)
{
	const config_setting_t *item = member(group, key);

	if (item == NULL)
		return 0;
	return setting_integer(ours(item), minimum, maximum, value, why) ==
	    -1 ? -1 : 1;
}

int
setting_get_boolean(const struct setting *group, const char *key,
    bool *value, struct failure *why)
{
	const config_setting_t *item = member(group, key);

	if (item == NULL)
		return 0;
	if (config_setting_type(item) != CONFIG_TYPE_BOOL)
		return refuse_type(item, "true or false", why);
	*value = config_setting_get_bool(item) == CONFIG_TRUE;
	return 1;
}

int
setting_get_duration(const struct setting *group, const char *key,
    int64_t *value, struct failure *why)
{
	const config_setting_t *item = member(group, key);

	if (item == NULL)
		return 0;
	if (config_setting_type(item) != CONFIG_TYPE_STRING ||
	    number_read_duration(config_setting_get_string(item), value) == -1)
		return refuse_type(item, "a duration such as \"90s\" or "
		    "\"5m\"", why);
	return 1;
}

int
setting_get_words(const struct setting *group, const char *key,
    struct words *value, struct failure *why)
{
	const config_setting_t *item = member(group, key);

	if (item == NULL)
		return 0;
	if (config_setting_type(item) == CONFIG_TYPE_STRING) {
		words_add(value, config_setting_get_string(item));
		return 1;
	}
	if (!config_setting_is_array(item) && !config_setting_is_list(item))
		return refuse_type(item, "a list of strings", why);
	size_t count = setting_count(ours(item));
	for (size_t i = 0; i < count; i++) {
		const char *word = setting_string(setting_item(ours(item), i));

		if (word == NULL)
			return refuse_type(item, "a list of strings", why);
		words_add(value, word);
	}
	return 1;
}

int
setting_get_group(const struct setting *group, const char *key,
    const struct setting **value, struct failure *why)
{
	const config_setting_t *item = member(group, key);

	if (item == NULL)
		return 0;
	if (!config_setting_is_group(item))
		return refuse_type(item, "a group, { ... }", why);
	*value = ours(item);
	return 1;
}

int
setting_get_list(const struct setting *group, const char *key,
    const struct setting **value, struct failure *why)
{
	const config_setting_t *item = member(group, key);

	if (item == NULL)
		return 0;
	if (!config_setting_is_array(item) && !config_setting_is_list(item))
		return refuse_type(item, "a list, ( ... ) or [ ... ]", why);
	*value = ours(item);
	return 1;
}

const struct setting *
setting_at(const struct setting *group, const char *key)
{
	const config_setting_t *item = member(group, key);

	return item == NULL ? group : ours(item);
}

size_t
setting_count(const struct setting *list)
{
	int count = config_setting_length(theirs(list));

	return count > 0 ? (size_t)count : 0;
}

const struct setting *
setting_item(const struct setting *list, size_t at)
{
	return ours(config_setting_get_elem(theirs(list), (unsigned int)at));
}

const char *
setting_key(const struct setting *item)
{
	return config_setting_name(theirs(item));
}

const char *
setting_string(const struct setting *item)
{
	return config_setting_type(theirs(item)) == CONFIG_TYPE_STRING ?
	    config_setting_get_string(theirs(item)) : NULL;
}

bool
setting_is_group(const struct setting *item)
{
	return config_setting_is_group(theirs(item)) == CONFIG_TRUE;
}
