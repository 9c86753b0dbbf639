#ifndef NQSUPD_SITE_H
#define NQSUPD_SITE_H

#include <stdbool.h>
#include <stdint.h>

#include "sites.h"

struct failure;
struct node_config;
struct node_site;

/*
 * Starts (to SITES_RUNNING) or stops (SITES_STOPPED) a site by its configured
 * command, without NQS_SITE in the environment, and waits until its processes
 * say that it is so, up to timeout nanoseconds in all.  What the command
 * prints is passed on as messages.
 *
 * Returns 1 when it is so now, 0 when it was so already and nothing was done,
 * or -1 with why set, which names what is missing or left: TIMED_OUT, or
 * FAILED when the command says so too.
 */
int
site_bring(const struct node_config *config, const struct node_site *site,
    enum sites_expect to, int64_t timeout, struct failure *why);

#endif
