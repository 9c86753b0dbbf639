#include <config.h>

#include "history.h"

#include <string.h>

#include "../base/text.h"
#include "../format/jsonline.h"

void
history_show_who(const struct jsonline *record, struct text *text)
{
	const char *user = jsonline_text(record, "user");
	const char *login = jsonline_text(record, "login");
	const char *host = jsonline_text(record, "host");

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
history_show_word(const struct jsonline *record, const char *before,
    struct text *text)
{
	if (jsonline_text(record, "decided")[0] == '\0')
		return;
	text_add(text, before);
	jsonline_add_masked(record, "decided", text);
	if (jsonline_boolean(record, "insists", false))
		text_add(text, ", insisting on it");
}

void
history_show_approved(const struct jsonline *record, const char *before,
    struct text *text)
{
	struct text who = { 0 };

	if (jsonline_text(record, "approved")[0] == '\0')
		return;
	history_show_who(record, &who);
	text_format(text, "%sapproved by ", before);
	text_add_masked(text, text_string(&who), who.length);
	text_add(text, ", digest ");
	jsonline_add_masked(record, "approved", text);
	text_release(&who);
}

void
history_show_confirmed(const struct jsonline *record, struct text *text)
{
	const char *by = jsonline_text(record, "by");
	const char *terminal = jsonline_text(record, "terminal");

	text_add(text, "confirmed ");
	if (strcmp(by, "terminal") == 0)
		text_format(text, "at the terminal%s%s", terminal[0] != '\0' ?
		    " " : "", terminal);
	else
		text_format(text, "by %s", by);
	text_add(text, ", by ");
	history_show_who(record, text);
}

void
history_show_stop(const struct jsonline *record, struct text *text)
{
	const char *signal = jsonline_text(record, "signal");

	if (signal[0] != '\0') {
		text_format(text, "by %s", signal);
	} else if (jsonline_integer(record, "uid", -1) == -1) {
		text_add(text, "nobody knows by whom");
	} else {
		text_add(text, "by ");
		history_show_who(record, text);
	}
	if (jsonline_text(record, "time")[0] != '\0')
		text_format(text, ", %s", jsonline_text(record, "time"));
}
