#ifndef NQSBACKUP_TREE_TRAITS_DISK_H
#define NQSBACKUP_TREE_TRAITS_DISK_H

#include <sys/types.h>

#include <stdbool.h>

struct entry;
struct tally;
struct traits;
struct traits_pool;
struct traits_rule;

/*
 * Traits of things on a disk.
 */

/* Reads traits; remembers the file system that has none, so as not to ask. */
struct traits_reader {
	struct traits_pool	*pool;	/* gets what is read; borrowed */
	struct tally		*tally;	/* of what cannot be read; or NULL */
	bool			 troubled;	/* the last could not be */
	dev_t			 barren;
	bool			 has_barren;
};

/*
 * Sets the traits of entry, which was looked at, to those of the open file
 * fd.
 */
void
traits_disk_read(struct traits_reader *reader, int fd, struct entry *entry);

/* The same for name, one component, in the open directory, not followed. */
void
traits_disk_read_at(struct traits_reader *reader, int directory,
    const char *name, struct entry *entry);

/*
 * Returns whether name, one component, in the open directory lies where
 * something of traits can be, as far as rule lets it be restored.
 */
bool
traits_disk_can_hold(int directory, const char *name,
    const struct traits_rule *rule, const struct traits *traits);

/*
 * Gives the open file or directory fd the traits of entry, as far as rule
 * goes, and takes from it what the rule takes away.  Returns 0 when all of
 * them are there, or the errno value of the first that could not be set.
 */
int
traits_disk_set(int fd, const struct traits_rule *rule,
    const struct entry *entry);

/*
 * The same for name, one component, in the open directory, which was just
 * made, and not by opening it.
 */
int
traits_disk_set_at(int directory, const char *name,
    const struct traits_rule *rule, const struct entry *entry);

#endif
