#include <config.h>

#include "filedigest.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "../base/failure.h"
#include "fileio.h"

int
filedigest_read(const char *path, char digest[DIGEST_TEXT_ROOM],
    struct failure *why)
{
	const int fd = fileio_open(AT_FDCWD, path, O_RDONLY, 0);
	int rc = -1;

	if (fd != -1)
		rc = digest_of_descriptor(fd, digest);
	if (rc == -1)
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot read '%s'", path);
	if (fd != -1)
		(void)close(fd);		/* was only read */
	return (rc);
}
