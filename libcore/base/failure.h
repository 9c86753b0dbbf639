#ifndef LIBCORE_BASE_FAILURE_H
#define LIBCORE_BASE_FAILURE_H

#include "exitcode.h"

/*
 * Why something was not done.  A function that can fail takes one as its
 * last parameter, why, returns -1 or NULL, and has then filled it; why is
 * never NULL and is not touched on success.  Only main prints it.  A zeroed
 * struct failure is one that has not happened.  It holds no memory.
 */
struct failure {
	enum exitcode	code;
	char		message[1024];	/* one sentence, no full stop */
	char		hint[512];	/* what to do next, or "" */
};

/*
 * Fills why with code and the sentence that printf would make: lower case,
 * subject in single quotes, no full stop.  Control bytes are masked.  Forgets
 * what why held, the hint too.
 */
void
failure_set(struct failure *why, enum exitcode code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * The same for a system call that failed with error (an errno value): adds
 * ": " and the system's words for it.
 */
void
failure_set_errno(struct failure *why, enum exitcode code, int error,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/*
 * Puts what printf would make and ": " before the message, as context on
 * the way up: "while restoring '/etc/nqs': no space left on device".
 */
void
failure_add(struct failure *why, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Sets the hint. */
void
failure_hint(struct failure *why, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Returns the code that fits a system call which failed with error while
 * writing (ENOSPC and its like: CANNOT_WRITE; EACCES, EPERM: DENIED; ENOMEM,
 * EMFILE and their like: SYSTEM; anything else: FAILED).
 */
enum exitcode
failure_code_of_errno(int error);

#endif
