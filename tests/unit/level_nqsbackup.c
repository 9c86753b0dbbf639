#include <config.h>

#include <stddef.h>

#include "unit.h"

int
main(void)
{
	static unit_case *const cases[] = { acl_case, archive_case,
		crew_case, entry_case, gzip_case, index_case, inode_table_case,
		keeping_case, pax_case, progress_bar_case, restore_plan_case,
		selection_case, tar_header_case, trailer_case, traits_case,
		NULL };

	return unit_run("nqsbackup", cases);
}
