#ifndef CLROLL_SSH_SSH_CONFIG_LINES_H
#define CLROLL_SSH_SSH_CONFIG_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "../../libcore/base/words.h"

/*
 * What ssh_config_read.c fills, and ssh_config.c and ssh_config_harmless.c look
 * into; nobody else includes it.
 */

#define SSH_CONFIG_NO_BLOCK	SIZE_MAX

enum ssh_config_block_kind {
	SSH_CONFIG_HOST,		/* Host PATTERN... */
	SSH_CONFIG_MATCH		/* Match CRITERION... */
};

/* Lines that hold for some hosts only. */
struct ssh_config_block {
	enum ssh_config_block_kind	 kind;
	struct words			 words;
	size_t				 outer;	/* which must hold too */
	const char			*file;
	size_t				 number;
};

struct ssh_config_line {
	char		*keyword;	/* in small letters */
	char		*shown;		/* as it was written */
	struct words	 words;
	size_t		 block;		/* or SSH_CONFIG_NO_BLOCK */
	const char	*file;
	size_t		 number;
};

struct ssh_config {
	struct words		 files;	/* what file points into */
	struct ssh_config_block	*blocks;
	size_t			 block_count;
	struct ssh_config_line	*lines;
	size_t			 line_count;
};

/* Whether the option of line, as it stands there, changes nothing for us. */
bool
ssh_config_is_harmless(const struct ssh_config_line *line);

#endif
