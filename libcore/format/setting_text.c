#include <config.h>

#include "setting_text.h"

#include <stdlib.h>

#include "../base/memory.h"
#include "settings.h"

int
setting_text_get(const struct setting *group, const char *key, char **value,
    struct failure *why)
{
	const char *string = NULL;
	const int rc = setting_get_string(group, key, &string, why);

	if (rc == 1 && string[0] == '\0')
		return (setting_refuse(group, why, "'%s' is empty", key));
	if (rc == 1) {
		free(*value);
		*value = memory_copy_string(string);
	}
	return (rc == -1 ? -1 : 0);
}

int
setting_text_need(const struct setting *group, const char *key, char **value,
    struct failure *why)
{
	if (setting_text_get(group, key, value, why) == -1)
		return (-1);
	if (*value == NULL)
		return (setting_refuse(group, why, "'%s' is missing", key));
	return (0);
}

int
setting_text_get_path(const struct setting *group, const char *key,
    char **value, struct failure *why)
{
	if (setting_text_get(group, key, value, why) == -1)
		return (-1);
	if (*value != NULL && (*value)[0] != '/')
		return (setting_refuse(group, why,
		    "'%s' is not an absolute path", key));
	return (0);
}
