#include "place.h"

#include <sys/utsname.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char programs[] = "/usr/lib/nqs";

/* Puts two strings together; what does not fit ends the program. */
static void
join(char *path, size_t room, const char *first, const char *second)
{
	int length = snprintf(path, room, "%s%s", first, second);

	if (length < 0 || (size_t)length >= room) {
		fprintf(stderr, "jobcenter: too long: '%s%s'\n", first,
		    second);
		exit(1);
	}
}

/* A relocated installation is found by the path of its own programs. */
static void
find_root(const char *path, char root[PLACE_PATH])
{
	char whole[PLACE_PATH] = "";
	char folder[PLACE_PATH];
	char *end;

	if (path[0] != '/' && strchr(path, '/') != NULL &&
	    getcwd(folder, sizeof(folder) - 1) != NULL) {
		memcpy(folder + strlen(folder), "/", 2);
		join(whole, sizeof(whole), folder, path);
	} else
		join(whole, sizeof(whole), path, "");
	root[0] = '\0';
	end = strstr(whole, programs);
	if (end == NULL)
		return;
	*end = '\0';
	join(root, PLACE_PATH, whole, "");
}

/*
 * Two nodes of a demo share one system and so its name; a relocated
 * installation has a name of its own in ROOT/etc/hostname.
 */
static void
find_host(const char *root, char host[PLACE_NAME])
{
	const char *given = getenv("NQS_HOST");
	char path[PLACE_PATH];
	struct utsname system;
	FILE *file;
	int found = 0;

	if (given != NULL && given[0] != '\0') {
		join(host, PLACE_NAME, given, "");
		return;
	}
	if (root[0] != '\0') {
		join(path, sizeof(path), root, "/etc/hostname");
		file = fopen(path, "r");
		if (file != NULL) {
			found = fscanf(file, "%63s", host) == 1;
			(void)fclose(file);	/* only read */
		}
	}
	if (!found) {
		(void)uname(&system);	/* cannot fail with a good pointer */
		join(host, PLACE_NAME, system.nodename, "");
	}
}

int
place_read_address(const char *address, const char *port,
    struct sockaddr_in *found)
{
	char *end;
	long number = strtol(port, &end, 10);

	memset(found, 0, sizeof(*found));
	found->sin_family = AF_INET;
	if (*port == '\0' || *end != '\0' || number < 1 || number > 65535 ||
	    inet_pton(AF_INET, address, &found->sin_addr) != 1)
		return -1;
	found->sin_port = htons((unsigned short)number);
	return 0;
}

/* One line of rc/sites: 1 when it is the site's, 0 when not, -1 when bad. */
static int
read_line(struct place *place, const char *line)
{
	char name[PLACE_NAME];
	char path[PLACE_PATH];
	char address[PLACE_NAME];
	char service[16];
	char clients[16];

	if (sscanf(line, "%63s %1023s %63s %15s %15s", name, path, address,
	    service, clients) != 5 || strcmp(name, place->site) != 0)
		return 0;
	join(place->spool, sizeof(place->spool), path,
	    place_is_local(place) ? "" : "/nqs");
	if (place_read_address(address, service, &place->service) == -1 ||
	    place_read_address(address, clients, &place->clients) == -1)
		return -1;
	return 1;
}

static int
find_site(struct place *place)
{
	char path[PLACE_PATH];
	char line[2 * PLACE_PATH];
	FILE *file;
	int found = 0;

	place_of_program(place, "rc/sites", path);
	file = fopen(path, "r");
	if (file == NULL) {
		fprintf(stderr, "jobcenter: cannot read '%s'\n", path);
		return -1;
	}
	while (found == 0 && fgets(line, sizeof(line), file) != NULL)
		found = read_line(place, line);
	(void)fclose(file);	/* only read */
	if (found == 1)
		return 0;
	fprintf(stderr, "jobcenter: %s site '%s' in '%s'\n",
	    found == 0 ? "no" : "wrong address of", place->site, path);
	return -1;
}

int
place_find(struct place *place, const char *path, const char *site)
{
	const char *wanted = site;

	memset(place, 0, sizeof(*place));
	if (wanted == NULL)
		wanted = getenv("NQS_SITE");
	if (wanted == NULL || wanted[0] == '\0')
		wanted = "local";
	join(place->site, sizeof(place->site), wanted, "");
	find_root(path, place->root);
	find_host(place->root, place->host);
	return find_site(place);
}

int
place_is_local(const struct place *place)
{
	return strcmp(place->site, "local") == 0;
}

void
place_in_spool(const struct place *place, const char *name,
    char path[PLACE_PATH])
{
	char folder[PLACE_PATH];

	join(folder, sizeof(folder), place->spool, "/");
	join(path, PLACE_PATH, folder, name);
}

void
place_of_program(const struct place *place, const char *name,
    char path[PLACE_PATH])
{
	char folder[PLACE_PATH];

	join(folder, sizeof(folder), place->root, "/usr/lib/nqs/");
	join(path, PLACE_PATH, folder, name);
}
