#include <config.h>

#include "exitcode.h"

#include <stddef.h>

struct exitcode_row {
	enum exitcode	 code;
	const char	*name;
	int		 weight;	/* the heavier one decides */
};

static const struct exitcode_row rows[] = {
	{ EXITCODE_OK, "OK", 0 },
	{ EXITCODE_DIFFERS, "DIFFERS", 1 },
	{ EXITCODE_PARTIAL, "PARTIAL", 2 },
	{ EXITCODE_STOPPED, "STOPPED", 3 },
	{ EXITCODE_FAILED, "FAILED", 4 },
	{ EXITCODE_USAGE, "USAGE", 5 },
	{ EXITCODE_DATA, "DATA", 5 },
	{ EXITCODE_UNREACHABLE, "UNREACHABLE", 5 },
	{ EXITCODE_BUG, "BUG", 5 },
	{ EXITCODE_SYSTEM, "SYSTEM", 5 },
	{ EXITCODE_CANNOT_WRITE, "CANNOT_WRITE", 5 },
	{ EXITCODE_BUSY, "BUSY", 5 },
	{ EXITCODE_BARRED, "BARRED", 5 },
	{ EXITCODE_DENIED, "DENIED", 5 },
	{ EXITCODE_CONFIG, "CONFIG", 5 },
	{ EXITCODE_TIMED_OUT, "TIMED_OUT", 5 },
	{ EXITCODE_NEEDS_PERSON, "NEEDS_PERSON", 6 },
};

static const struct exitcode_row *
find(int code)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if ((int)rows[i].code == code)
			return &rows[i];
	}
	return NULL;
}

/* A number that is none of ours weighs as much as any trouble from 64 on. */
static int
weight(int code)
{
	const struct exitcode_row *row = find(code);

	return row != NULL ? row->weight : 5;
}

enum exitcode
exitcode_worse(enum exitcode a, enum exitcode b)
{
	return weight((int)b) > weight((int)a) ? b : a;
}

const char *
exitcode_name(int code)
{
	const struct exitcode_row *row = find(code);

	return row != NULL ? row->name : "UNKNOWN";
}
