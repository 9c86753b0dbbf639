#include <config.h>

#include "largeblocks.h"

#if defined(HAVE_MALLOPT)
#include <malloc.h>
#endif

enum { LARGE = 1024 * 1024 };

void
largeblocks_settle(void)
{
#if defined(HAVE_MALLOPT) && defined(M_MMAP_THRESHOLD)
	/* Without this it grows to 32 MB with what has been freed. */
	(void)mallopt(M_MMAP_THRESHOLD, LARGE);
#endif
}
