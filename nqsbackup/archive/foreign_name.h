#ifndef NQSBACKUP_ARCHIVE_FOREIGN_NAME_H
#define NQSBACKUP_ARCHIVE_FOREIGN_NAME_H

/*
 * Returns the name that a tar of others has for an entry as ours would say
 * it, for free(): without slashes at either end, empty and "." parts, so ""
 * for the directory that all is in.  Returns NULL when a part is "..".  Pure.
 */
char *
foreign_name_clean(const char *name);

#endif
