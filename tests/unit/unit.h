#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include <check.h>

/*
 * What the unit tests share.  Each file tests one module and has one function
 * that returns its tests, MODULE_case; each level of the library is one
 * program, whose main is in level_LEVEL.c and calls unit_run with its cases.
 */

typedef TCase *unit_case(void);

/*
 * Runs the cases, up to a NULL, and prints TAP.  Returns the exit code of
 * main.
 */
int
unit_run(const char *name, unit_case *const cases[]);

/*
 * Lets testcase work in a private directory, the working directory of its
 * tests, which is removed behind the last one.
 */
void
unit_use_directory(TCase *testcase);

/* Lets the file path hold string. */
void
unit_write(const char *path, const char *string);

/* Returns what the file path holds, the caller's. */
char *
unit_read(const char *path);

/* Returns what action writes to the descriptor fd, the caller's. */
char *
unit_capture(int fd, void (*action)(void));

unit_case base64_case, clock_case, digest_case, exitcode_case, failure_case,
    memory_case, message_case, number_case, ordered_case, text_case, words_case;
unit_case beneath_case, eventloop_case, fileio_case, filelock_case,
    identity_case, network_case, process_case, startup_case, timers_case,
    trust_case;
unit_case journal_case, jsonline_case, markup_case, options_case,
    report_case, settings_case;
unit_case cluster_case, cluster_facts_case, fleet_case, fleet_walk_case,
    known_hosts_case, probe_case,
    probe_next_case, roles_case, ssh_agent_case, ssh_config_case,
    ssh_script_case, turns_case;
unit_case connections_case, node_config_case, node_facts_case, package_case,
    processes_case, profile_case, proof_case, residents_case;
unit_case acl_case, archive_case, crew_case, entry_case, gzip_case, index_case,
    inode_table_case, keeping_case, pax_case, progress_bar_case,
    restore_plan_case, selection_case, tar_header_case, trailer_case,
    traits_case;
unit_case command_case, given_case, history_case, local_session_case,
    plan_case, procedure_case, progress_back_case, progress_broken_case,
    progress_case, progress_walk_case, retention_case, run_lock_case,
    runner_case, show_record_case, standing_case, stop_note_case, values_case;

#endif
