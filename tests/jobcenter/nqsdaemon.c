#include "nqsdaemon.h"

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "holder.h"
#include "jobs.h"
#include "resident.h"

enum {
	CLIENTS = 64,
	LINE = 256,
	BEAT = 100,		/* milliseconds from one beat to the next */
	DRAIN = 10000,		/* that units have to end */
	HELPERS_END = 3000
};

static const char *const helper_names[] = {
	"jnwcaster", "jnwengine", "sclaunchd", "comagent", "jcdbs"
};

enum { HELPERS = sizeof(helper_names) / sizeof(helper_names[0]) };

struct client {
	char line[LINE];
	size_t length;
};

struct server {
	const struct place *place;
	struct jobs jobs;
	struct holder holder;
	pid_t helpers[HELPERS];
	int lifeline;		/* the helpers see its end when we are gone */
	int listening;
	int fds[CLIENTS + 1];	/* of listening, and of the clients */
	struct client clients[CLIENTS];
};

static void
say(int fd, const char *line)
{
	(void)write(fd, line, strlen(line));	/* a lost client asks again */
}

static void
greet(const struct server *server, int fd)
{
	char line[LINE];

	(void)snprintf(line, sizeof(line), "simulated JobCenter %s site %s "
	    "on %s pid %ld\n", SIM_VERSION, server->place->site,
	    server->place->host, (long)getpid());
	say(fd, line);
}

static int
count_lines(const struct place *place, const char *name)
{
	char path[PLACE_PATH];
	FILE *file;
	int count = 0;
	int byte;

	place_in_spool(place, name, path);
	file = fopen(path, "r");
	if (file == NULL)
		return 0;
	while ((byte = getc(file)) != EOF)
		if (byte == '\n')
			count++;
	(void)fclose(file);	/* only read */
	return count;
}

/* Answers one line; returns 0 when the client is done. */
static int
answer(struct server *server, int fd, const char *line)
{
	const struct jobs *jobs = &server->jobs;
	char reply[LINE] = "ERR what?\n";
	char id[JOBS_ID];
	long milliseconds;

	if (strcmp(line, "QUIT") == 0)
		return 0;
	if (strcmp(line, "COUNT") == 0)
		(void)snprintf(reply, sizeof(reply), "%zu %zu %zu\n",
		    jobs->count - jobs->running, jobs->running, jobs->done);
	else if (strcmp(line, "SETTINGS") == 0)
		(void)snprintf(reply, sizeof(reply), "%d %d %d\n",
		    count_lines(server->place, "private/root/database/queues"),
		    count_lines(server->place,
		    "private/root/database/machines"),
		    count_lines(server->place, "private/root/database/users"));
	else if (sscanf(line, "SUBMIT %39s %ld", id, &milliseconds) == 2) {
		if (server->listening == -1)
			(void)snprintf(reply, sizeof(reply),
			    "ERR the site stops\n");
		else if (jobs_submit(&server->jobs, id, milliseconds) == 0)
			(void)snprintf(reply, sizeof(reply), "OK %s\n", id);
		else
			(void)snprintf(reply, sizeof(reply),
			    "ERR not taken: %s\n", id);
	}
	say(fd, reply);
	return 1;
}

static void
accept_client(struct server *server)
{
	int fd = accept(server->listening, NULL, NULL);

	if (fd == -1)
		return;
	for (int i = 0; i < CLIENTS; i++)
		if (server->fds[i + 1] == -1 &&
		    fcntl(fd, F_SETFL, O_NONBLOCK) != -1) {
			server->fds[i + 1] = fd;
			server->clients[i].length = 0;
			greet(server, fd);
			return;
		}
	(void)close(fd);	/* no room: the client comes again */
}

/* Takes what came and answers each whole line; 0 when the client is done. */
static int
serve_client(struct server *server, int i)
{
	struct client *client = &server->clients[i];
	int fd = server->fds[i + 1];
	ssize_t count = read(fd, client->line + client->length,
	    LINE - 1 - client->length);
	char *end;

	if (count == -1)
		return errno == EAGAIN;
	if (count == 0)
		return 0;
	client->length += (size_t)count;
	client->line[client->length] = '\0';
	while ((end = strchr(client->line, '\n')) != NULL) {
		*end = '\0';
		if (end > client->line && end[-1] == '\r')
			end[-1] = '\0';
		if (!answer(server, fd, client->line))
			return 0;
		client->length -= (size_t)(end + 1 - client->line);
		memmove(client->line, end + 1, client->length + 1);
	}
	return client->length < LINE - 1;
}

/* Those whose program is installed: jcdbs came with R13.1. */
static int
start_helpers(struct server *server)
{
	char path[PLACE_PATH];
	int pipes[2];

	if (pipe(pipes) == -1)
		return -1;
	for (int i = 0; i < HELPERS; i++) {
		place_of_program(server->place, helper_names[i], path);
		if (access(path, X_OK) == 0)
			server->helpers[i] = resident_spawn(server->place,
			    helper_names[i], pipes[0]);
		if (server->helpers[i] == -1)
			return -1;
	}
	(void)close(pipes[0]);	/* the helpers have it */
	server->lifeline = pipes[1];
	return 0;
}

static int
helpers_left(const struct server *server)
{
	int count = 0;

	for (int i = 0; i < HELPERS; i++)
		if (server->helpers[i] > 0)
			count++;
	return count;
}

static void
signal_helpers(const struct server *server, int number)
{
	for (int i = 0; i < HELPERS; i++)
		if (server->helpers[i] > 0)
			(void)kill(server->helpers[i], number);
}

static void
reap(struct server *server)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (jobs_reaped(&server->jobs, pid, status))
			continue;
		for (int i = 0; i < HELPERS; i++)
			if (server->helpers[i] == pid) {
				server->helpers[i] = 0;
				if (!resident_is_ending())
					fprintf(stderr, "nqsdaemon: %s "
					    "ended\n", helper_names[i]);
			}
	}
}

static void
turn(struct server *server)
{
	int readable[CLIENTS + 1];

	resident_wait(server->fds, readable, CLIENTS + 1, BEAT);
	if (resident_has_children())
		reap(server);
	if (readable[0])
		accept_client(server);
	for (int i = 0; i < CLIENTS; i++)
		if (readable[i + 1] && !serve_client(server, i)) {
			(void)close(server->fds[i + 1]);	/* all said */
			server->fds[i + 1] = -1;
		}
}

static void
serve(struct server *server)
{
	long long next = resident_clock();

	while (!resident_is_ending()) {
		jobs_run(&server->jobs);
		turn(server);
		if (resident_clock() < next)
			continue;
		holder_beat(&server->holder);
		next = resident_clock() + BEAT;
	}
}

/* No new client, no new unit; what runs may end. */
static void
drain(struct server *server)
{
	long long end = resident_clock() + DRAIN;

	(void)close(server->listening);	/* nothing is written to it */
	server->listening = -1;
	server->fds[0] = -1;
	while (server->jobs.running > 0 && resident_clock() < end) {
		turn(server);
		holder_beat(&server->holder);
	}
	jobs_kill(&server->jobs);
	(void)close(server->lifeline);
	signal_helpers(server, SIGTERM);
	end = resident_clock() + HELPERS_END;
	while (helpers_left(server) > 0 && resident_clock() < end)
		turn(server);
	signal_helpers(server, SIGKILL);
}

static int
start(struct server *server)
{
	server->listening = resident_listen(&server->place->service);
	if (server->listening == -1) {
		perror("nqsdaemon: cannot listen");
		holder_tell_other(server->place);
		return -1;
	}
	server->fds[0] = server->listening;
	if (holder_start(&server->holder, server->place) == -1 ||
	    jobs_load(&server->jobs, server->place) == -1) {
		perror("nqsdaemon: cannot use the spool");
		return -1;
	}
	if (start_helpers(server) == -1) {
		perror("nqsdaemon: cannot start the site");
		return -1;
	}
	return 0;
}

int
nqsdaemon_run(const struct place *place)
{
	struct server server;

	memset(&server, 0, sizeof(server));
	server.place = place;
	server.lifeline = -1;
	for (int i = 0; i < CLIENTS + 1; i++)
		server.fds[i] = -1;
	if (start(&server) == -1)
		return 1;	/* the helpers see the end of their input */
	serve(&server);
	drain(&server);
	holder_release(&server.holder);
	jobs_release(&server.jobs);
	return 0;
}
