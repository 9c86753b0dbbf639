#ifndef NQSBACKUP_ARCHIVE_TAR_LAYOUT_H
#define NQSBACKUP_ARCHIVE_TAR_LAYOUT_H

/*
 * The parts of a ustar header (POSIX.1, pax, "ustar Interchange Format"):
 * where they begin and how long they are.
 */
enum {
	NAME_AT = 0,	NAME_SIZE = 100,
	MODE_AT = 100,	NUMBER_SIZE = 8,
	UID_AT = 108,
	GID_AT = 116,
	SIZE_AT = 124,	LONG_NUMBER_SIZE = 12,
	MTIME_AT = 136,
	SUM_AT = 148,	SUM_SIZE = 8,
	TYPE_AT = 156,
	LINK_AT = 157,	LINK_SIZE = 100,
	MAGIC_AT = 257,
	OWNER_AT = 265,	OWNER_SIZE = 32,
	GROUP_AT = 297,
	MAJOR_AT = 329,
	MINOR_AT = 337,
	PREFIX_AT = 345, PREFIX_SIZE = 155
};

#endif
