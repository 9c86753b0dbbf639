#ifndef NQSBACKUP_TREE_DIFFERENCE_H
#define NQSBACKUP_TREE_DIFFERENCE_H

struct entry;
struct text;
struct traits_rule;

/*
 * In what an entry of an archive and the thing of its name on the disk
 * differ.  Pure.
 */
enum difference {
	DIFFERENCE_MISSING = 1,		/* not on the disk */
	DIFFERENCE_EXTRA = 2,		/* on the disk only */
	DIFFERENCE_KIND = 4,		/* a file and a directory, say */
	DIFFERENCE_CONTENT = 8,		/* of a device: its numbers */
	DIFFERENCE_TARGET = 16,		/* of a symbolic link */
	DIFFERENCE_LINK = 32,		/* one file or two */
	DIFFERENCE_MODE = 64,
	DIFFERENCE_OWNER = 128,		/* or the group */
	DIFFERENCE_TIME = 256,		/* of modification */
	DIFFERENCE_EXTENDED = 512	/* extended attributes */
};

/*
 * Returns in what there, on the disk, differs from entry, which has the
 * attributes and the data that are to be: 0 or some of _KIND, _CONTENT,
 * _TARGET, _MODE, _OWNER, _TIME and, as far as rule goes, _EXTENDED.  Data of
 * the same size is the same unless there has its digest.
 */
unsigned
difference_find(const struct entry *entry, const struct entry *there,
    const struct traits_rule *rule);

/* Adds the words for what, separated by commas: "content,time". */
void
difference_show(unsigned what, struct text *text);

/*
 * Reads such words.  Returns 0 and sets *what, or -1 when one is none of
 * them.
 */
int
difference_read(const char *words, unsigned *what);

#endif
