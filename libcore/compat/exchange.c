#define _GNU_SOURCE		/* renameat2, where the system has it */

#include <config.h>

#include "exchange.h"

#include <errno.h>
#include <stdio.h>

int
exchange_names(int first, const char *one, int second, const char *other)
{
#if defined(HAVE_RENAMEAT2) && defined(RENAME_EXCHANGE)
	if (renameat2(first, one, second, other, RENAME_EXCHANGE) == 0)
		return (0);
	/* Old kernels, and file systems that know no such flag. */
	if (errno == EINVAL || errno == ENOTSUP)
		errno = ENOSYS;
	return (-1);
#else
	(void)first;
	(void)one;
	(void)second;
	(void)other;
	errno = ENOSYS;
	return (-1);
#endif
}
