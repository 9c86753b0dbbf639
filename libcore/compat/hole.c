#define _GNU_SOURCE		/* SEEK_DATA, where the system has it */

#include <config.h>

#include "hole.h"

#include <errno.h>
#include <unistd.h>

int
hole_next_data(int fd, off_t offset, off_t size, off_t *start, off_t *end)
{
	if (offset >= size)
		return (0);
	*start = offset;
	*end = size;
#if defined(SEEK_DATA) && defined(SEEK_HOLE)
	const off_t data = lseek(fd, offset, SEEK_DATA);

	if (data == -1 && errno == ENXIO)
		return (0);
	if (data == -1)
		return (errno == EINVAL || errno == ENOTSUP ? 1 : -1);
	const off_t hole = lseek(fd, data, SEEK_HOLE);

	if (hole == -1)
		return (-1);
	if (data >= size)
		return (0);
	*start = data;
	*end = hole < size ? hole : size;
#else
	(void)fd;
#endif
	return (1);
}
