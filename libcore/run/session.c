#include <config.h>

#include "session.h"

#include <string.h>

#include "../base/number.h"
#include "../base/text.h"

bool
session_may_go_on(void *cookie, const char *token)
{
	(void)cookie;
	(void)token;
	return (true);
}

int64_t
session_process(const char *token)
{
	struct text number = { 0 };
	int64_t pid = 0;

	text_add_bytes(&number, token, strcspn(token, " "));
	if (number_read(text_string(&number), 1, INT32_MAX, &pid) == -1)
		pid = 0;
	text_release(&number);
	return (pid);
}
