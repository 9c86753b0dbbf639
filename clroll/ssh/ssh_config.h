#ifndef CLROLL_SSH_SSH_CONFIG_H
#define CLROLL_SSH_SSH_CONFIG_H

#include <stddef.h>
#include <stdint.h>

#include "../../libcore/base/words.h"

struct failure;

/*
 * The files of ssh_config(5), read once, and what they say of a host.  Options
 * that say where and how to connect are honoured; one that also does, but that
 * we cannot honour, is told in words, so that nobody is surprised that clroll
 * goes another way than ssh(1).  Calling sequence: ssh_config_make;
 * ssh_config_read for each file, the more important first; ssh_config_find for
 * each host, ssh_config_host_release; ssh_config_free.
 */
struct ssh_config;

/* What is said of one host; NULL, 0 or empty is what nothing was said of. */
struct ssh_config_host {
	char		*address;	/* HostName */
	char		*user;
	int64_t		 port;
	char		*key_name;	/* HostKeyAlias */
	char		*jump;		/* ProxyJump; NULL also for none */
	char		*agent;		/* IdentityAgent */
	struct words	 identities;	/* IdentityFile, all of them */
	int		 only_these;	/* IdentitiesOnly: yes 1, no -1 */
	struct words	 known_hosts;	/* User- and GlobalKnownHostsFile */
	int64_t		 connect_timeout;	/* nanoseconds */
	int64_t		 keep_alive;	/* ServerAliveInterval */
	struct words	 ignored;	/* "FILE:LINE: 'OPTION' ..." */
};

/* Returns a configuration that says nothing. */
struct ssh_config *
ssh_config_make(void);

void
ssh_config_free(struct ssh_config *config);

/*
 * Adds the lines of the file path and of the files that it includes, which
 * nobody but root and the effective user may be able to write (else DENIED).
 * Returns 1, 0 when there is no such file, or -1 with why set: CONFIG, with
 * file and line.
 */
int
ssh_config_read(struct ssh_config *config, const char *path,
    struct failure *why);

/*
 * Fills host with what is said of name, a host as a person would give it to
 * ssh(1), when user is who logs in unless the files say who.  The first value
 * that is found holds, as for ssh.  Returns 0, or -1 with why set (CONFIG) when
 * a value is none, or takes trust away in a way that we cannot.  Release host
 * in any case.
 */
int
ssh_config_find(const struct ssh_config *config, const char *name,
    const char *user, struct ssh_config_host *host, struct failure *why);

void
ssh_config_host_release(struct ssh_config_host *host);

#endif
