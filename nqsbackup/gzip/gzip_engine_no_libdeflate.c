#include <config.h>

#include <stddef.h>

#include "gzip_engine.h"

/* Made without libdeflate. */
const struct gzip_engine *
gzip_engine_libdeflate(void)
{
	return (NULL);
}
