#ifndef NQSBACKUP_TREE_NAME_STORE_H
#define NQSBACKUP_TREE_NAME_STORE_H

/*
 * Keeps names, each different, as long as it is there itself: what keeps one
 * costs no more than its bytes.
 */
struct name_store;

/* Returns an empty store; never NULL. */
struct name_store *
name_store_make(void);

/* Frees store with all names. */
void
name_store_free(struct name_store *store);

/* Returns a copy of name that belongs to store and stays where it is. */
char *
name_store_keep(struct name_store *store, const char *name);

#endif
