#ifndef LIBCORE_COMPAT_LARGEBLOCKS_H
#define LIBCORE_COMPAT_LARGEBLOCKS_H

/*
 * Has blocks of memory of a megabyte and more always come from the system by
 * themselves, where it can be asked for that: a list that grows is then moved
 * and not copied, so there are never two of it, and what is freed is given
 * back.  Is called once, before there are threads.
 */
void
largeblocks_settle(void);

#endif
