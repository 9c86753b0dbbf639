#ifndef LIBSITE_NODE_CONFIG_PRIVATE_H
#define LIBSITE_NODE_CONFIG_PRIVATE_H

struct failure;
struct node_site;
struct setting;

/*
 * One site of the configuration (struct node_site of node_config.h), with NEC's
 * defaults.  Only node_config.c needs this.
 */

/*
 * Fills the zeroed site with the group of settings.  Returns 0, or -1 with why
 * set; release it in any case.
 */
int
node_config_read_site(const struct setting *group, struct node_site *site,
    struct failure *why);

/* Fills the zeroed site with the local site as it is by default. */
void
node_config_make_local_site(struct node_site *site);

/* Frees what site holds. */
void
node_config_release_site(struct node_site *site);

#endif
