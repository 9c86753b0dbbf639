/*
 * Listens on a port of loopback, connects to it, prints the port and the
 * connecting port, and keeps the connection until the input ends.
 */

#include <config.h>

#include <sys/socket.h>

#include <netinet/in.h>

#include <arpa/inet.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int
port_of(int fd)
{
	struct sockaddr_in address;
	socklen_t size = sizeof(address);

	if (getsockname(fd, (struct sockaddr *)&address, &size) == -1)
		return (-1);
	return (ntohs(address.sin_port));
}

int
main(void)
{
	struct sockaddr_in address;
	socklen_t size = sizeof(address);
	char bytes[64];

	memset(&address, 0, sizeof(address));
	address.sin_family = AF_INET;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	const int server = socket(AF_INET, SOCK_STREAM, 0);
	const int client = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(server, (struct sockaddr *)&address, size) == -1 ||
	    listen(server, 1) == -1 ||
	    getsockname(server, (struct sockaddr *)&address, &size) == -1 ||
	    connect(client, (struct sockaddr *)&address, size) == -1 ||
	    accept(server, NULL, NULL) == -1) {
		perror("connect");
		return (1);
	}
	printf("%d %d\n", port_of(server), port_of(client));
	if (fflush(stdout) == EOF)
		return (1);
	while (read(STDIN_FILENO, bytes, sizeof(bytes)) > 0)
		continue;
	return (0);
}
