#ifndef LIBCORE_BASE_EXITCODE_H
#define LIBCORE_BASE_EXITCODE_H

/*
 * The exit codes of all programs; nqstools(7), EXIT STATUS, is their
 * definition.  The values from 64 on are those of sysexits(3), but for 76.
 */
enum exitcode {
	EXITCODE_OK = 0,		/* done, or nothing to do */
	EXITCODE_FAILED = 1,		/* not done; all is as it was */
	EXITCODE_PARTIAL = 2,		/* done except for reported items */
	EXITCODE_DIFFERS = 3,		/* a check or dry run says: differs */
	EXITCODE_STOPPED = 4,		/* stopped on request, can resume */
	EXITCODE_NEEDS_PERSON = 5,	/* state unknown; a person decides */
	EXITCODE_USAGE = 64,		/* wrong command line */
	EXITCODE_DATA = 65,		/* damaged archive, journal, ... */
	EXITCODE_UNREACHABLE = 69,	/* host or service */
	EXITCODE_BUG = 70,		/* we contradict ourselves */
	EXITCODE_SYSTEM = 71,		/* no memory, fork, descriptors */
	EXITCODE_CANNOT_WRITE = 73,	/* disk full, read-only, exists */
	EXITCODE_BUSY = 75,		/* another run holds the lock */
	EXITCODE_BARRED = 76,		/* a check: it differs, and will */
	EXITCODE_DENIED = 77,		/* privilege, key, authentication */
	EXITCODE_CONFIG = 78,		/* configuration wrong */
	EXITCODE_TIMED_OUT = 124	/* the time limit ran out */
};

/*
 * Returns the worse of the codes a and b: NEEDS_PERSON before 64 to 124
 * before FAILED before STOPPED before PARTIAL before DIFFERS before OK.  Of
 * two codes from 64 on the first wins, for the first trouble is usually the
 * cause of the second.
 */
enum exitcode
exitcode_worse(enum exitcode a, enum exitcode b);

/*
 * Returns the name of code as nqstools(7) spells it, or "UNKNOWN" for a
 * number that is not ours.  The string is static.
 */
const char *
exitcode_name(int code);

#endif
