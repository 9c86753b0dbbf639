/*
 * A simulated JobCenter, for tests: one program under the names of several.
 * See README.
 */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client.h"
#include "nqsdaemon.h"
#include "place.h"
#include "resident.h"

/* Tells nqsdaemon that cjcpw is its parent and has to remain it. */
static const char watched[] = "NQS_WATCHED";

static int
usage(const char *name)
{
	fprintf(stderr, "%s: part of the simulated JobCenter %s\n", name,
	    SIM_VERSION);
	fprintf(stderr, "usage: nqsdaemon [SITE]\n"
	    "       cjcpw SITE DBPATH\n"
	    "       jnwsummary [SITE]\n"
	    "       jnwsubmitcmd ID MILLISECONDS\n"
	    "       jnwpause MILLISECONDS\n"
	    "       submit ADDRESS PORT FIRST COUNT MILLISECONDS "
	    "[PREFIX [SECONDS]]\n");
	return 64;
}

static int
run_nqsdaemon(int argc, char **argv)
{
	struct place place;

	if (argc > 2)
		return usage("nqsdaemon");
	if (place_find(&place, argv[0], argc == 2 ? argv[1] : "local") == -1)
		return 1;
	if (getenv(watched) == NULL)
		resident_detach(&place);
	(void)unsetenv(watched);	/* a good name */
	resident_start();
	return nqsdaemon_run(&place);
}

static int
run_cjcpw(int argc, char **argv)
{
	struct place place;
	size_t length;

	if (argc != 3)
		return usage("cjcpw");
	if (place_find(&place, argv[0], argv[1]) == -1)
		return 1;
	length = strlen(argv[2]);
	if (strncmp(place.spool, argv[2], length) != 0 ||
	    strcmp(place.spool + length, "/nqs") != 0) {
		fprintf(stderr, "cjcpw: '%s' is not the path of site '%s'\n",
		    argv[2], argv[1]);
		return 1;
	}
	if (setenv(watched, "1", 1) == -1)
		return 1;
	resident_detach(&place);
	resident_start();
	return resident_cjcpw(&place);
}

/* A daemon that nqsdaemon starts. */
static int
run_helper(int argc, char **argv, const char *name)
{
	struct place place;

	if (place_find(&place, argv[0], argc == 2 ? argv[1] : "local") == -1)
		return 1;
	resident_start();
	if (strcmp(name, "comagent") == 0)
		return resident_comagent(&place);
	return resident_idle();
}

static int
run_pause(int argc, char **argv)
{
	long milliseconds;
	struct timespec time;

	if (argc != 2)
		return usage("jnwpause");
	milliseconds = strtol(argv[1], NULL, 10);
	time.tv_sec = milliseconds / 1000;
	time.tv_nsec = milliseconds % 1000 * 1000000;
	while (nanosleep(&time, &time) == -1 && errno == EINTR)
		continue;
	return 0;
}

static int
run_submit(int argc, char **argv)
{
	struct client_work work = { .prefix = "job", .seconds = 120 };

	if (argc < 6 || argc > 8 ||
	    place_read_address(argv[1], argv[2], &work.address) == -1)
		return usage("submit");
	work.first = strtol(argv[3], NULL, 10);
	work.count = strtol(argv[4], NULL, 10);
	work.milliseconds = strtol(argv[5], NULL, 10);
	if (argc > 6)
		work.prefix = argv[6];
	if (argc > 7)
		work.seconds = strtol(argv[7], NULL, 10);
	return client_submit(&work);
}

static int
run_client(int argc, char **argv, const char *name)
{
	struct place place;
	int submits = strcmp(name, "jnwsubmitcmd") == 0;

	if (submits ? argc != 3 : argc > 2)
		return usage(name);
	if (place_find(&place, argv[0], submits ? NULL : argv[1]) == -1)
		return 1;
	return submits ? client_submit_one(&place, argv[1], argv[2]) :
	    client_summary(&place);
}

int
main(int argc, char **argv)
{
	static const char *const helpers[] = { "jnwcaster", "jnwengine",
		"sclaunchd", "comagent", "jcdbs" };
	const char *name = strrchr(argv[0], '/');

	name = name == NULL ? argv[0] : name + 1;
	(void)signal(SIGPIPE, SIG_IGN);	/* a write says it, too */
	for (size_t i = 0; i < sizeof(helpers) / sizeof(helpers[0]); i++)
		if (strcmp(name, helpers[i]) == 0)
			return run_helper(argc, argv, name);
	if (strcmp(name, "nqsdaemon") == 0)
		return run_nqsdaemon(argc, argv);
	if (strcmp(name, "cjcpw") == 0)
		return run_cjcpw(argc, argv);
	if (strcmp(name, "jnwpause") == 0)
		return run_pause(argc, argv);
	if (strcmp(name, "submit") == 0)
		return run_submit(argc, argv);
	if (strcmp(name, "jnwsummary") == 0 ||
	    strcmp(name, "jnwsubmitcmd") == 0)
		return run_client(argc, argv, name);
	return usage(name);
}
