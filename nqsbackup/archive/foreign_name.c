#include <config.h>

#include "foreign_name.h"

#include <string.h>

#include "../../libcore/base/text.h"

char *
foreign_name_clean(const char *name)
{
	struct text clean = { 0 };

	while (*name != '\0') {
		const size_t length = strcspn(name, "/");

		if (length == 2 && name[0] == '.' && name[1] == '.') {
			text_release(&clean);
			return (NULL);
		}
		if (length > 1 || (length == 1 && name[0] != '.')) {
			if (clean.length > 0)
				text_add(&clean, "/");
			text_add_bytes(&clean, name, length);
		}
		name += length;
		if (*name == '/')
			name++;
	}
	text_add(&clean, "");
	return (text_take(&clean));
}
