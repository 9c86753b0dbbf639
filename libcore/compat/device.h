#ifndef LIBCORE_COMPAT_DEVICE_H
#define LIBCORE_COMPAT_DEVICE_H

#include <sys/types.h>

/*
 * Devices are known by two numbers, as mknod(1) takes them.
 */

/* Returns the first number of device. */
unsigned
device_major(dev_t device);

/* Returns the second one. */
unsigned
device_minor(dev_t device);

enum device_kind {
	DEVICE_BLOCK,
	DEVICE_CHARACTER
};

/*
 * Makes the device name in the open directory, for its owner alone.  Returns
 * 0, or -1 with errno set: EPERM for others than root, EINVAL when the system
 * knows no such numbers.
 */
int
device_make(int directory, const char *name, enum device_kind kind,
    unsigned major_number, unsigned minor_number);

#endif
