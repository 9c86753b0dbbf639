#ifndef CLROLL_SSH_KNOWN_HOSTS_H
#define CLROLL_SSH_KNOWN_HOSTS_H

#include <stdbool.h>
#include <stddef.h>

struct failure;
struct words;

/*
 * The host keys that OpenSSH's known_hosts files vouch for; sshd(8), SSH_KNOWN_
 * HOSTS FILE FORMAT, is their definition.  Each file is read once; names in
 * clear are found through a hash table, hashed names by one HMAC for each
 * hashed line and host.  Names are compared without regard to case.
 *
 * Calling sequence: known_hosts_make, known_hosts_read for each file, then
 * known_hosts_find for each host, and the known_host functions; known_host_free
 * for each host, known_hosts_free.
 */
struct known_hosts;

/* The lines that concern one host.  It lives no longer than its table. */
struct known_host;

enum known_hosts_verdict {
	KNOWN_HOSTS_KNOWN,		/* the key is the host's */
	KNOWN_HOSTS_UNKNOWN,		/* no key of this type is known */
	KNOWN_HOSTS_CHANGED,		/* another key of this type is known */
	KNOWN_HOSTS_REVOKED		/* the key must never be used again */
};

/* Returns an empty table. */
struct known_hosts *
known_hosts_make(void);

void
known_hosts_free(struct known_hosts *table);

/*
 * Adds the lines of the file path, which nobody but root and the effective
 * user may be able to write (else DENIED).  Returns 1, 0 when there is no such
 * file, or -1 with why set.  A line that cannot be understood vouches for
 * nothing and is passed over, but one that begins with '@' may take trust
 * away: such a file is refused (CONFIG, with file and line).
 */
int
known_hosts_read(struct known_hosts *table, const char *path,
    struct failure *why);

/*
 * Adds the lines of the length bytes at bytes in the same way; name stands for
 * the file in messages.  Returns 0, or -1 with why set.
 */
int
known_hosts_add(struct known_hosts *table, const char *name,
    const char *bytes, size_t length, struct failure *why);

/*
 * Finds the lines for the host name at port: those for "name" when port is
 * 22, else those for "[name]:port"; where no key stands under the latter, those
 * for "name" count, as they do for ssh(1).  A revocation under either name
 * always counts.  Returns the host, the caller's, never NULL.
 */
struct known_host *
known_hosts_find(struct known_hosts *table, const char *name, int port);

void
known_host_free(struct known_host *host);

/*
 * Judges the key of type ("ssh-ed25519") whose public half, in base64, is
 * key.  When a line decided, *file and *line (either may be NULL) say which.
 */
enum known_hosts_verdict
known_host_judge(const struct known_host *host, const char *type,
    const char *key, const char **file, size_t *line);

/* Adds the types of the keys known for host, each once, to types. */
void
known_host_types(const struct known_host *host, struct words *types);

/*
 * Returns whether a line trusts a certification authority for host, and says
 * in *file and *line which is the first.  We cannot check host certificates,
 * because libssh takes none, so such a line vouches for no key.
 */
bool
known_host_has_authority(const struct known_host *host, const char **file,
    size_t *line);

#endif
