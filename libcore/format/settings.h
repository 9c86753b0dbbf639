#ifndef LIBCORE_FORMAT_SETTINGS_H
#define LIBCORE_FORMAT_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct failure;
struct words;

/*
 * Files in the syntax of libconfig, read strictly: what is not known, of the
 * wrong type or out of range is refused with file and line (CONFIG).  Calling
 * sequence: settings_read, settings_root, setting_known to refuse unknown
 * keys, setting_get_* for each; settings_free.
 *
 * The setting_get functions return 1 and set *value when the key is there, 0
 * and leave *value when it is not, or -1 with why set.  Strings belong to
 * the settings.
 */
struct settings;
struct setting;

/*
 * Reads the file path, which nobody but root and the effective user may be
 * able to write (else DENIED).  Includes are refused.  Returns the settings,
 * or NULL with why set: DENIED also when it may not be read, and else CONFIG.
 */
struct settings *
settings_read(const char *path, struct failure *why);

void
settings_free(struct settings *settings);

/* Returns the group of the file's top level. */
const struct setting *
settings_root(const struct settings *settings);

/* Returns the lower-case hexadecimal SHA-256 of the file's bytes. */
const char *
settings_digest(const struct settings *settings);

/*
 * Returns 0 when every key of group stands in names, which ends with NULL,
 * else -1 with why set.
 */
int
setting_known(const struct setting *group, const char *const *names,
    struct failure *why);

/* Reads a string. */
int
setting_get_string(const struct setting *group, const char *key,
    const char **value, struct failure *why);

/* Reads a whole number from minimum to maximum. */
int
setting_get_integer(const struct setting *group, const char *key,
    int64_t minimum, int64_t maximum, int64_t *value, struct failure *why);

/* Reads true or false. */
int
setting_get_boolean(const struct setting *group, const char *key,
    bool *value, struct failure *why);

/* Reads a string such as "5m" as nanoseconds; see number_read_duration(). */
int
setting_get_duration(const struct setting *group, const char *key,
    int64_t *value, struct failure *why);

/* Adds the strings of an array or list to *value; a string alone is one. */
int
setting_get_words(const struct setting *group, const char *key,
    struct words *value, struct failure *why);

/* Sets *value to a group. */
int
setting_get_group(const struct setting *group, const char *key,
    const struct setting **value, struct failure *why);

/* Sets *value to a list or array, for setting_count and setting_item. */
int
setting_get_list(const struct setting *group, const char *key,
    const struct setting **value, struct failure *why);

/*
 * Returns the setting key of group, or group itself when it has none such: what
 * a refusal of key is to point at.
 */
const struct setting *
setting_at(const struct setting *group, const char *key);

/* Returns how many items the list, array or group has. */
size_t
setting_count(const struct setting *list);

/* Returns item number at, which is below setting_count(). */
const struct setting *
setting_item(const struct setting *list, size_t at);

/* Returns the key of a member of a group, or NULL for an item of a list. */
const char *
setting_key(const struct setting *item);

/* Returns the value of item as a string, or NULL when it is none. */
const char *
setting_string(const struct setting *item);

/*
 * Sets *value to the integer item.  Returns 0, or -1 with why set when it is
 * none or not from minimum to maximum.
 */
int
setting_integer(const struct setting *item, int64_t minimum, int64_t maximum,
    int64_t *value, struct failure *why);

/* Returns whether item is a group. */
bool
setting_is_group(const struct setting *item);

/*
 * Fills why with CONFIG and "FILE:LINE: " and what printf would make, for
 * setting; returns -1.
 */
int
setting_refuse(const struct setting *setting, struct failure *why,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
