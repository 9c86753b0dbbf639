#ifndef CLROLL_SSH_SSH_CLIENT_H
#define CLROLL_SSH_SSH_CLIENT_H

struct failure;
struct known_hosts;
struct ssh_identity;
struct words;

/*
 * What all SSH sessions of the process share: private keys and tables of known
 * hosts, each read once, however many nodes there are.
 */
struct ssh_client;

/* Returns a client that has read nothing yet. */
struct ssh_client *
ssh_client_make(void);

/* Frees the client, after all sessions that use it. */
void
ssh_client_free(struct ssh_client *client);

/*
 * Returns the private key in the file path, the client's, or NULL with why
 * set as by ssh_identity_read().
 */
const struct ssh_identity *
ssh_client_identity(struct ssh_client *client, const char *path,
    struct failure *why);

/*
 * Returns the table of the files paths, the client's, or NULL with why set as
 * by known_hosts_read().  Files that are not there are empty.
 */
struct known_hosts *
ssh_client_known_hosts(struct ssh_client *client, const struct words *paths,
    struct failure *why);

#endif
