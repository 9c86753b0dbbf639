#ifndef LIBCORE_FORMAT_SETTING_TEXT_H
#define LIBCORE_FORMAT_SETTING_TEXT_H

struct failure;
struct setting;

/* Strings of settings that outlive them. */

/*
 * Replaces *value, which is NULL or the caller's, by a copy of the string key
 * when it is there; refuses an empty one.  Returns 0, or -1 with why set
 * (CONFIG).
 */
int
setting_text_get(const struct setting *group, const char *key, char **value,
    struct failure *why);

/* The same, refusing when *value is still NULL. */
int
setting_text_need(const struct setting *group, const char *key, char **value,
    struct failure *why);

/* The same as setting_text_get, refusing what is not an absolute path. */
int
setting_text_get_path(const struct setting *group, const char *key,
    char **value, struct failure *why);

#endif
