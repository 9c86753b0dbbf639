#ifndef CLROLL_SSH_SSH_IDENTITY_H
#define CLROLL_SSH_SSH_IDENTITY_H

struct failure;

/* A private key, which any number of links may use at once. */
struct ssh_identity;

/*
 * Reads the private key in the file path, to which only its owner, root or the
 * effective user, may have any right (else DENIED).  A key that is locked by a
 * passphrase is refused (DENIED): nobody may be there to be asked.  Returns
 * the key, or NULL with why set.
 */
struct ssh_identity *
ssh_identity_read(const char *path, struct failure *why);

void
ssh_identity_free(struct ssh_identity *identity);

#endif
