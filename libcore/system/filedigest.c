#include <config.h>

#include "filedigest.h"

#include <errno.h>

#include "../base/failure.h"
#include "fileio.h"

int
filedigest_read(const char *path, char digest[DIGEST_TEXT_ROOM],
    struct failure *why)
{
	const int fd = fileio_open_regular(path, 0, why);

	if (fd == -1)
		return (-1);
	const int rc = digest_of_descriptor(fd, digest);
	if (rc == -1)
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot read '%s'", path);
	fileio_close_read(fd);
	return (rc);
}
