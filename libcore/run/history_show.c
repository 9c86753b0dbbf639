#include <config.h>

#include "history.h"

#include <string.h>

#include "../base/text.h"
#include "../format/jsonline.h"

static const char *
string_of(const struct jsonline *record, const char *key)
{
	const char *string = jsonline_string(record, key);

	return (string == NULL ? "" : string);
}

void
history_show_who(const struct jsonline *record, struct text *text)
{
	const char *user = string_of(record, "user");
	const char *login = string_of(record, "login");
	const char *host = string_of(record, "host");

	if (user[0] != '\0')
		text_format(text, "%s (uid %lld)", user,
		    (long long)jsonline_integer(record, "uid", -1));
	else
		text_format(text, "uid %lld",
		    (long long)jsonline_integer(record, "uid", -1));
	if (login[0] != '\0' && strcmp(login, user) != 0)
		text_format(text, ", logged in as %s", login);
	if (host[0] != '\0')
		text_format(text, ", on %s", host);
}

void
history_show_stop(const struct jsonline *record, struct text *text)
{
	const char *signal = string_of(record, "signal");

	if (signal[0] != '\0') {
		text_format(text, "by %s", signal);
	} else if (jsonline_integer(record, "uid", -1) == -1) {
		text_add(text, "nobody knows by whom");
	} else {
		text_add(text, "by ");
		history_show_who(record, text);
	}
	if (string_of(record, "time")[0] != '\0')
		text_format(text, ", %s", string_of(record, "time"));
}
