#include <config.h>

#include "../../nqsupd/processes.h"

#include <stdlib.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../nqsupd/processes_read.h"
#include "unit.h"

enum { NOW = 1000000 };			/* seconds */

/* Lines as the ps of several systems prints them. */
struct line_row {
	const char	*line;
	int		 pid;		/* 0: not taken into the table */
	int		 parent;
	int64_t		 age;		/* seconds; -1: not known */
	const char	*command;
	const char	*argument;
};

static const struct line_row lines[] = {
	{ "  101     1    01:02 /usr/lib/nqs/nqsdaemon\n", 101, 1, 62,
	    "/usr/lib/nqs/nqsdaemon", "" },
	{ "102 101 10:00:01 nqsdaemon siteA more", 102, 101, 36001,
	    "nqsdaemon", "siteA" },
	{ "102 101 1-00:00:00 -ksh", 102, 101, 86400, "-ksh", "" },
	{ "    0     0 10-03:04:05 sched", 0, 0, 0, NULL, NULL },
	/* Linux, of what has begun since ps has. */
	{ "107 1 441077234-00:18:40 nqsdaemon", 107, 1, 0, "nqsdaemon", "" },
	{ "107 1 213503982334601-07:00:15 nqsdaemon", 107, 1, 0, "nqsdaemon",
	    "" },
	{ "103 1 - nqsdaemon", 103, 1, -1, "nqsdaemon", "" },
	/* Solaris ends the args of every line with a blank. */
	{ "104 1 00:00 /usr/lib/nqs/cluster/cjcpw  siteA ", 104, 1, 0,
	    "/usr/lib/nqs/cluster/cjcpw", "siteA" },
	/* Linux, Solaris and AIX, the BSDs: what has ended. */
	{ "105 101 00:03 [comagent] <defunct>", 0, 0, 0, NULL, NULL },
	{ "105 101 - <defunct>", 0, 0, 0, NULL, NULL },
	{ "105 101 00:03 (comagent)", 0, 0, 0, NULL, NULL },
	{ "105 101 00:03 <zombie>", 0, 0, 0, NULL, NULL },
	/* A thread of the Linux kernel. */
	{ "2 0 00:03 [kthreadd]", 2, 0, 3, "[kthreadd]", "" },
	/* No args at all. */
	{ "106 1 00:03", 106, 1, 3, "", "" },
	{ "106 1 00:03 ", 106, 1, 3, "", "" },
};

START_TEST(reads_lines_of_ps)
{
	const struct line_row *row = &lines[_i];
	struct processes processes = { 0 };
	struct failure why = { 0 };
	const int64_t now = NOW * CLOCK_SECOND;

	ck_assert_int_eq(processes_parse_ps(&processes, row->line, now,
	    &why), 0);
	if (row->command == NULL && row->pid == 0 && processes.count == 0) {
		processes_release(&processes);
		return;
	}
	ck_assert_uint_eq(processes.count, 1);
	const struct processes_row *found = &processes.rows[0];
	ck_assert_int_eq(found->pid, row->pid);
	ck_assert_int_eq(found->parent, row->parent);
	if (row->command != NULL) {
		ck_assert_int_eq(found->started, row->age == -1 ? 0 :
		    now - row->age * CLOCK_SECOND);
		ck_assert_str_eq(found->command, row->command);
		ck_assert_str_eq(found->argument, row->argument);
	}
	processes_release(&processes);
}
END_TEST

START_TEST(refuses_what_ps_never_prints)
{
	static const char *const bad[] = { "ps: illegal option -- o\n",
		"  PID  PPID ELAPSED COMMAND\n", "12\n", "-1 1 00:00 x\n" };
	struct processes processes = { 0 };
	struct failure why = { 0 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_int_eq(processes_parse_ps(&processes, bad[i], 0,
		    &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_SYSTEM);
	processes_release(&processes);
}
END_TEST

struct stat_row {
	const char	*line;
	int		 rc;
	int		 parent;
	int		 ticks;
};

#define REST " 7 7 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 4242 0 0\n"

static const struct stat_row stats[] = {
	{ "101 (nqsdaemon) S 7" REST, 1, 7, 4242 },
	{ "101 (a) b (c) S 7" REST, 1, 7, 4242 },
	{ "101 (nqsdaemon) Z 7" REST, 0, 0, 0 },
	{ "101 (nqsdaemon) X 7" REST, 0, 0, 0 },
	{ "101 (nqsdaemon) S 7 7 7\n", -1, 0, 0 },
	{ "101 (nqsdaemon)", -1, 0, 0 },
	{ "", -1, 0, 0 },
};

START_TEST(reads_stat_of_linux)
{
	pid_t parent = 0;
	int64_t ticks = 0;

	ck_assert_int_eq(processes_parse_stat(stats[_i].line, &parent,
	    &ticks), stats[_i].rc);
	if (stats[_i].rc == 1) {
		ck_assert_int_eq(parent, stats[_i].parent);
		ck_assert_int_eq(ticks, stats[_i].ticks);
	}
}
END_TEST

START_TEST(reads_the_real_user)
{
	uid_t owner = 1;

	ck_assert_int_eq(processes_parse_owner("Name:\tsh\nPid:\t7\n"
	    "Uid:\t65534\t0\t0\t0\nGid:\t0\t0\t0\t0\n", &owner), 0);
	ck_assert_int_eq((int)owner, 65534);
	ck_assert_int_eq(processes_parse_owner("Name:\tsh\n", &owner), -1);
	ck_assert_int_eq(processes_parse_owner("\nUid:\tx\n", &owner), -1);
	ck_assert_int_eq(processes_parse_owner("\nUid:\t", &owner), -1);
}
END_TEST

START_TEST(compares_a_name_with_the_program)
{
	ck_assert(processes_is_program("comagent", "/usr/lib/nqs/comagent"));
	ck_assert(processes_is_program("./comagent", "/x/comagent"));
	ck_assert(processes_is_program("comagent", "/x/comagent (deleted)"));
	ck_assert(!processes_is_program("comagent", "/bin/sleep"));
	ck_assert(!processes_is_program("comagent", "/bin/comagent2"));
	ck_assert(!processes_is_program("comagent", ""));
}
END_TEST

START_TEST(a_name_with_a_slash_is_the_whole_of_it)
{
	const char path[] = "/usr/lib/nqs/comagent";

	ck_assert(processes_is_named(path, "comagent"));
	ck_assert(processes_is_named(path, "/usr/lib/nqs/comagent"));
	ck_assert(!processes_is_named(path, "/other/comagent"));
	ck_assert(!processes_is_named(path, "agent"));
	ck_assert(processes_is_named("comagent", "comagent"));
	ck_assert(!processes_is_named("comagent", "/usr/lib/nqs/comagent"));
}
END_TEST

START_TEST(finds_who_executes_a_program_or_a_script)
{
	struct processes processes = { 0 };
	struct failure why = { 0 };

	ck_assert_int_eq(processes_parse_ps(&processes,
	    "10 1 00:00 /bin/sh /x/start siteA\n11 1 00:00 /x/daemon\n"
	    "12 1 00:00 vi -R /x/other\n", 0, &why), 0);
	ck_assert_int_eq(processes_find_program(&processes, "/x/start")->pid,
	    10);
	ck_assert_int_eq(processes_find_program(&processes,
	    "/x/daemon")->pid, 11);
	ck_assert_ptr_null(processes_find_program(&processes, "/x/other"));
	processes_release(&processes);
}
END_TEST

/* Whichever way this system is looked at, we are there, and our parent. */
START_TEST(sees_itself)
{
	const struct processes_source *const sources[] = {
		processes_source(), processes_source_ps() };
	struct processes processes = { 0 };
	struct failure why = { 0 };

	ck_assert_msg(sources[_i]->read(&processes, &why) == 0, "%s: %s",
	    sources[_i]->name, why.message);
	const struct processes_row *self = processes_find(&processes,
	    getpid());
	ck_assert_ptr_nonnull(self);
	ck_assert_int_eq(self->parent, getppid());
	/* Under valgrind it is valgrind that the system sees. */
	if (getenv("UNIT_VALGRIND") == NULL)
		ck_assert(processes_is_named(self->command,
		    "run-nqsupd"));
	ck_assert(self->started > clock_wall() - 600 * CLOCK_SECOND);
	ck_assert(self->started < clock_wall() + 5 * CLOCK_SECOND);
	processes_release(&processes);
}
END_TEST

TCase *
processes_case(void)
{
	TCase *testcase = tcase_create("processes");

	tcase_add_loop_test(testcase, reads_lines_of_ps, 0,
	    sizeof(lines) / sizeof(lines[0]));
	tcase_add_test(testcase, refuses_what_ps_never_prints);
	tcase_add_loop_test(testcase, reads_stat_of_linux, 0,
	    sizeof(stats) / sizeof(stats[0]));
	tcase_add_test(testcase, reads_the_real_user);
	tcase_add_test(testcase, compares_a_name_with_the_program);
	tcase_add_test(testcase, a_name_with_a_slash_is_the_whole_of_it);
	tcase_add_test(testcase, finds_who_executes_a_program_or_a_script);
	tcase_add_loop_test(testcase, sees_itself, 0, 2);
	return testcase;
}
