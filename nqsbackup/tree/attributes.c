#include <config.h>

#include "attributes.h"

#include <sys/stat.h>

#include <unistd.h>

#include "../../libcore/system/extended.h"

int
attributes_copy(int from, int to)
{
	struct stat wanted;
	struct stat status;

	if (fstat(from, &wanted) == -1 || fstat(to, &status) == -1)
		return (-1);
	const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT },
	    wanted.st_mtim };

	if ((wanted.st_uid != status.st_uid ||
	    wanted.st_gid != status.st_gid) &&
	    fchown(to, wanted.st_uid, wanted.st_gid) == -1)
		return (-1);
	/* A change of the owner may have cleared bits of the mode. */
	if (fchmod(to, wanted.st_mode & 07777) == -1 ||
	    extended_copy(from, to) == -1)
		return (-1);
	return (futimens(to, times));
}
