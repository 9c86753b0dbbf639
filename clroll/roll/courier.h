#ifndef CLROLL_ROLL_COURIER_H
#define CLROLL_ROLL_COURIER_H

struct session;
struct team;

/*
 * Brings packages to the nodes of a cluster, to several at once.  A run goes
 * over the courier's sessions, which do what those of the team do, but for one
 * command, `nqsupd package receive NAME DIGEST', with the package as its input:
 * when it is to run on the first node, the package is on its way to all of
 * them; it runs, and finds the package there, when that has arrived.  Where it
 * does not arrive in this way, the command receives it by itself.
 */
struct courier;

/* Makes one for the nodes of team, whose sessions it borrows. */
struct courier *
courier_make(const struct team *team);

/* Gives up what is on its way. */
void
courier_free(struct courier *courier);

/* The sessions, one for each node of the team. */
struct session **
courier_sessions(const struct courier *courier);

#endif
