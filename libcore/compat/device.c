#define _GNU_SOURCE		/* mknodat, makedev */

#include <config.h>

#include "device.h"

#include <sys/stat.h>

#if defined(HAVE_SYS_SYSMACROS_H)
#include <sys/sysmacros.h>
#elif defined(HAVE_SYS_MKDEV_H)
#include <sys/mkdev.h>
#endif

#include <errno.h>

unsigned
device_major(dev_t device)
{
	return ((unsigned)major(device));
}

unsigned
device_minor(dev_t device)
{
	return ((unsigned)minor(device));
}

int
device_make(int directory, const char *name, enum device_kind kind,
    unsigned major_number, unsigned minor_number)
{
	const dev_t device = makedev(major_number, minor_number);

	if (device_major(device) != major_number ||
	    device_minor(device) != minor_number) {
		errno = EINVAL;
		return (-1);
	}
	return (mknodat(directory, name, S_IRUSR | S_IWUSR |
	    (kind == DEVICE_BLOCK ? S_IFBLK : S_IFCHR), device));
}
