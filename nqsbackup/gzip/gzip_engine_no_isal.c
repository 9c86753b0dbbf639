#include <config.h>

#include <stddef.h>

#include "gzip_engine.h"

/* Made without ISA-L. */
const struct gzip_engine *
gzip_engine_isal(void)
{
	return (NULL);
}
