/*
 * A host that has been taken over, for tests/ssh.t:
 *
 *	hostile KEY PORT-FILE COUNT
 *
 * takes one session, by whatever key, and one command.  Then it asks for so
 * many channels to whoever has logged in, and says that the command went well.
 */
#include <config.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <libssh/libssh.h>
#include <libssh/server.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void
fail(const char *what)
{
	(void)fprintf(stderr, "hostile: %s\n", what);
	exit(1);
}

/* Listens on any port, whose number is written to path; returns the socket. */
static int
listen_somewhere(const char *path)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);
	const int fd = socket(AF_INET, SOCK_STREAM, 0);
	FILE *file = fopen(path, "w");

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 || file == NULL ||
	    bind(fd, (struct sockaddr *)&address, size) == -1 ||
	    listen(fd, 1) == -1 ||
	    getsockname(fd, (struct sockaddr *)&address, &size) == -1)
		fail("cannot listen");
	(void)fprintf(file, "%d\n", (int)ntohs(address.sin_port));
	if (fclose(file) != 0)
		fail("cannot write the port");
	return (fd);
}

static ssh_session
greet(int fd, const char *key)
{
	ssh_bind host = ssh_bind_new();
	ssh_session session = ssh_new();

	if (ssh_bind_options_set(host, SSH_BIND_OPTIONS_HOSTKEY, key) !=
	    SSH_OK || ssh_bind_accept_fd(host, session, fd) != SSH_OK ||
	    ssh_handle_key_exchange(session) != SSH_OK)
		fail(ssh_get_error(session));
	ssh_set_auth_methods(session, SSH_AUTH_METHOD_PUBLICKEY);
	return (session);
}

/* Lets anybody in and answers yes; returns the channel of the command. */
static ssh_channel
admit(ssh_session session)
{
	ssh_channel channel = NULL;
	bool has_command = false;

	while (!has_command) {
		ssh_message message = ssh_message_get(session);

		if (message == NULL)
			fail("nobody logs in");
		const int type = ssh_message_type(message);

		if (type == SSH_REQUEST_AUTH && ssh_message_subtype(message) ==
		    SSH_AUTH_METHOD_PUBLICKEY)
			(void)ssh_message_auth_reply_success(message, 0);
		else if (type == SSH_REQUEST_CHANNEL_OPEN)
			channel = ssh_message_channel_request_open_reply_accept(
			    message);
		else if (type == SSH_REQUEST_CHANNEL)
			has_command =
			    ssh_message_channel_request_reply_success(
			    message) == SSH_OK;
		else
			(void)ssh_message_reply_default(message);
		ssh_message_free(message);
	}
	return (channel);
}

int
main(int argc, char **argv)
{
	if (argc != 4 || ssh_init() != SSH_OK)
		fail("usage: hostile KEY PORT-FILE COUNT");
	const int listener = listen_somewhere(argv[2]);
	const int fd = accept(listener, NULL, NULL);

	ssh_session session = greet(fd, argv[1]);
	ssh_channel command = admit(session);
	ssh_set_blocking(session, 0);
	for (long i = strtol(argv[3], NULL, 10); i > 0; i--) {
		ssh_channel channel = ssh_channel_new(session);

		(void)ssh_channel_open_reverse_forward(channel, "127.0.0.1",
		    1, "127.0.0.1", 2);
	}
	ssh_set_blocking(session, 1);
	(void)ssh_channel_request_send_exit_status(command, 0);
	(void)ssh_channel_close(command);
	ssh_disconnect(session);
	return (0);
}
