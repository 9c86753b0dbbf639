#ifndef CLROLL_SSH_SSH_AGENT_H
#define CLROLL_SSH_SSH_AGENT_H

#include <stddef.h>

struct eventloop;
struct text;

/*
 * An SSH agent, asked over its socket without ever waiting for it: one that is
 * stuck holds up nobody but whose login it is, and that has a deadline.
 * Calling sequence: ssh_agent_make; ssh_agent_ask and its answer, as often as
 * needed; ssh_agent_free.  Messages are those of the agent's protocol, without
 * their length.
 */
struct ssh_agent;

enum {
	SSH_AGENT_IDENTITIES = 11,	/* first byte: which keys are there */
	SSH_AGENT_IDENTITIES_ANSWER = 12,
	SSH_AGENT_SIGN = 13
};

/* Called from the loop with an answer, which is empty when none will come. */
typedef void ssh_agent_answered(void *cookie, const struct text *answer);

/* Returns the agent whose socket is path; it is not connected yet. */
struct ssh_agent *
ssh_agent_make(struct eventloop *loop, const char *path,
    ssh_agent_answered *answered, void *cookie);

/* Forgets the agent; nothing is called any more. */
void
ssh_agent_free(struct ssh_agent *agent);

/* Sends message; that is answered once, before the next may be sent. */
void
ssh_agent_ask(struct ssh_agent *agent, const struct text *message);

/*
 * Adds to chosen the answer to SSH_AGENT_IDENTITIES with fewer keys: only the
 * one whose public half is wanted, or, when that is empty, the first five, for
 * a host does not let anybody try more.  Returns how many there are; 0 also
 * when answer is none.
 */
size_t
ssh_agent_choose(const struct text *answer, const struct text *wanted,
    struct text *chosen);

/* Adds a message with its length in front, as it goes over a socket. */
void
ssh_agent_frame(const struct text *message, struct text *frame);

/*
 * Returns where the message that begins at *at of length bytes ends, or 0 when
 * it is not all there; sets *at to where it begins behind its length.
 */
size_t
ssh_agent_next(const char *bytes, size_t length, size_t *at);

#endif
