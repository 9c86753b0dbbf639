#include "jobs.h"

#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "resident.h"

enum { FOLDERS = 16 };

static const char waiting[] = "private/root/control";
static const char finished[] = "private/requests";
static const char trackers[] = "gui/jnwexe";
static const char output[] = "private/root/output";

static int
id_is_good(const char *id)
{
	size_t length = strspn(id, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

	return length > 0 && length < JOBS_ID && id[length] == '\0' &&
	    id[0] != '.';
}

/* The path of a job's file in one of the numbered folders of a kind. */
static void
find_file(const struct place *place, const char *kind, const char *id,
    char path[PLACE_PATH])
{
	char name[PLACE_NAME + JOBS_ID];
	unsigned sum = 0;

	for (const char *c = id; *c != '\0'; c++)
		sum = sum * 31 + (unsigned char)*c;
	(void)snprintf(name, sizeof(name), "%s/%u/%s", kind, sum % FOLDERS,
	    id);
	place_in_spool(place, name, path);
}

static struct job *
find_job(const struct jobs *jobs, const char *id)
{
	for (size_t i = 0; i < jobs->count; i++)
		if (strcmp(jobs->all[i].id, id) == 0)
			return &jobs->all[i];
	return NULL;
}

static void
add_job(struct jobs *jobs, const char *id, long milliseconds)
{
	struct job *job;

	if (jobs->count == jobs->room) {
		jobs->room = jobs->room == 0 ? 64 : jobs->room * 2;
		jobs->all = realloc(jobs->all,
		    jobs->room * sizeof(*jobs->all));
		if (jobs->all == NULL) {
			fprintf(stderr, "nqsdaemon: no memory\n");
			exit(1);
		}
	}
	job = &jobs->all[jobs->count++];
	memset(job, 0, sizeof(*job));
	memcpy(job->id, id, strlen(id) + 1);
	job->milliseconds = milliseconds;
	job->unit = 1;
}

/*
 * One control file.  A half-written one was never answered with OK, so it is
 * no job; its submitter comes again.
 */
static void
load_file(struct jobs *jobs, const char *folder, const char *name)
{
	char path[2 * PLACE_PATH];
	char id[JOBS_ID];
	char end;
	long milliseconds;
	FILE *file;
	int count = 0;

	if (!id_is_good(name))
		return;
	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "r");
	if (file == NULL)
		return;
	count = fscanf(file, "%39s %ld%c", id, &milliseconds, &end);
	(void)fclose(file);	/* only read */
	if (count == 3 && end == '\n' && strcmp(id, name) == 0)
		add_job(jobs, id, milliseconds);
	else
		(void)unlink(path);	/* if it stays, it is read again */
}

/* Calls load_file for each file of the folder, or only counts them. */
static int
load_folder(struct jobs *jobs, const char *kind, int number, int counts)
{
	char name[PLACE_NAME];
	char folder[PLACE_PATH];
	struct dirent *entry;
	DIR *directory;

	(void)snprintf(name, sizeof(name), "%s/%d", kind, number);
	place_in_spool(jobs->place, name, folder);
	directory = opendir(folder);
	if (directory == NULL)
		return -1;
	while ((entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		if (counts)
			jobs->done++;
		else
			load_file(jobs, folder, entry->d_name);
	}
	return closedir(directory);
}

/* Leaves a tracker of the job; a spool that has no room for one lives on. */
static void
leave_tracker(const struct place *place, const char *id)
{
	char name[PLACE_NAME + JOBS_ID];
	char path[PLACE_PATH];
	FILE *file;

	(void)snprintf(name, sizeof(name), "%s/%s", trackers, id);
	place_in_spool(place, name, path);
	file = fopen(path, "w");
	if (file == NULL)
		return;
	(void)fprintf(file, "tracker of %s, %s\n", id, SIM_VERSION);
	(void)fclose(file);	/* nobody relies on it */
}

/* The job has run: its control file becomes a record of what was done. */
static void
finish(struct jobs *jobs, struct job *job)
{
	char from[PLACE_PATH];
	char to[PLACE_PATH];

	find_file(jobs->place, waiting, job->id, from);
	find_file(jobs->place, finished, job->id, to);
	if (rename(from, to) == -1)
		fprintf(stderr, "nqsdaemon: cannot finish '%s': %s\n",
		    job->id, strerror(errno));
	leave_tracker(jobs->place, job->id);
	jobs->done++;
	*job = jobs->all[--jobs->count];
}

/* What the ledger says to have ended is not run again. */
static void
load_ledger(struct jobs *jobs)
{
	char path[PLACE_PATH];
	char line[256];
	char id[JOBS_ID];
	struct job *job;
	FILE *file;
	int unit;

	place_in_spool(jobs->place, "ledger", path);
	file = fopen(path, "r");
	if (file == NULL)
		return;
	while (jobs->count > 0 && fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "end %39s %d", id, &unit) != 2)
			continue;
		job = find_job(jobs, id);
		if (job != NULL && unit >= job->unit)
			job->unit = unit + 1;
		if (job != NULL && job->unit > JOBS_UNITS)
			finish(jobs, job);
	}
	(void)fclose(file);	/* only read */
}

int
jobs_load(struct jobs *jobs, const struct place *place)
{
	memset(jobs, 0, sizeof(*jobs));
	jobs->place = place;
	for (int i = 0; i < FOLDERS; i++)
		if (load_folder(jobs, waiting, i, 0) == -1 ||
		    load_folder(jobs, finished, i, 1) == -1)
			return -1;
	load_ledger(jobs);
	return 0;
}

static int
sync_folder_of(const char *path)
{
	char folder[PLACE_PATH];
	char *end;
	int fd;
	int result;

	memcpy(folder, path, strlen(path) + 1);
	end = strrchr(folder, '/');
	if (end == NULL)
		return -1;
	*end = '\0';
	fd = open(folder, O_RDONLY);
	if (fd == -1)
		return -1;
	result = fsync(fd);
	(void)close(fd);	/* nothing was written through it */
	return result;
}

static int
write_control(const char *path, const char *id, long milliseconds)
{
	char line[JOBS_ID + 32];
	int length = snprintf(line, sizeof(line), "%s %ld\n", id,
	    milliseconds);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	int result = -1;

	if (fd == -1)
		return -1;
	if (write(fd, line, (size_t)length) == length && fsync(fd) == 0)
		result = 0;
	if (close(fd) == -1 || sync_folder_of(path) == -1)
		result = -1;
	if (result == -1)
		(void)unlink(path);	/* a rest is no job either */
	return result;
}

int
jobs_submit(struct jobs *jobs, const char *id, long milliseconds)
{
	char path[PLACE_PATH];
	struct stat status;

	if (!id_is_good(id) || milliseconds < 0)
		return -1;
	find_file(jobs->place, finished, id, path);
	if (find_job(jobs, id) != NULL || stat(path, &status) == 0)
		return 0;
	find_file(jobs->place, waiting, id, path);
	if (write_control(path, id, milliseconds) == -1)
		return -1;
	add_job(jobs, id, milliseconds);
	return 0;
}

/* In the child: becomes the script of the job's next unit. */
static void
become_unit(const struct place *place, const struct job *job)
{
	char script[PLACE_PATH];
	char written[PLACE_PATH];
	char unit[16];
	char milliseconds[32];
	int fd;

	place_of_program(place, "jnwunit", script);
	find_file(place, output, job->id, written);
	(void)snprintf(unit, sizeof(unit), "%d", job->unit);
	(void)snprintf(milliseconds, sizeof(milliseconds), "%ld",
	    job->milliseconds);
	(void)setpgid(0, 0);	/* a new child can always */
	resident_restore_signals();
	fd = open(written, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (fd == -1 || dup2(fd, 1) == -1)
		_exit(1);
	for (int i = 3; i < 256; i++)
		(void)close(i);	/* most are not open */
	(void)execl(script, script, place->site, place->spool, job->id, unit,
	    place->host, milliseconds, (char *)NULL);
	_exit(1);
}

void
jobs_run(struct jobs *jobs)
{
	if (resident_clock() < jobs->hold)
		return;
	for (size_t i = 0; i < jobs->count &&
	    jobs->running < JOBS_AT_ONCE; i++) {
		struct job *job = &jobs->all[i];

		if (job->pid != 0)
			continue;
		job->pid = fork();
		if (job->pid == 0)
			become_unit(jobs->place, job);
		if (job->pid == -1) {
			job->pid = 0;
			return;
		}
		jobs->running++;
	}
}

int
jobs_reaped(struct jobs *jobs, pid_t pid, int status)
{
	struct job *job = NULL;

	for (size_t i = 0; i < jobs->count; i++)
		if (jobs->all[i].pid == pid)
			job = &jobs->all[i];
	if (job == NULL)
		return 0;
	job->pid = 0;
	jobs->running--;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "nqsdaemon: unit %d of '%s' failed\n",
		    job->unit, job->id);
		jobs->hold = resident_clock() + 1000;
		return 1;
	}
	job->unit++;
	if (job->unit > JOBS_UNITS)
		finish(jobs, job);
	return 1;
}

void
jobs_kill(struct jobs *jobs)
{
	for (size_t i = 0; i < jobs->count; i++)
		if (jobs->all[i].pid > 0)
			(void)kill(-jobs->all[i].pid, SIGTERM);
}

void
jobs_release(struct jobs *jobs)
{
	free(jobs->all);
	memset(jobs, 0, sizeof(*jobs));
}
