/*
 * Writes a file to a host by libssh's sftp_write(), one request after the
 * other, as programs on libssh do; bench/fanout compares with it.
 *
 *	sftpwrite PORT IDENTITY BYTES REMOTE-FILE
 *
 * It checks no host key, so it is good for a private sshd only.
 */
#include <config.h>

#include <fcntl.h>
#include <libssh/libssh.h>
#include <libssh/sftp.h>
#include <stdio.h>
#include <stdlib.h>

enum { PIECE = 32 << 10 };

static int
write_all(sftp_session sftp, const char *path, long size)
{
	static char bytes[PIECE];
	sftp_file file = sftp_open(sftp, path, O_WRONLY | O_CREAT | O_TRUNC,
	    0600);

	if (file == NULL)
		return 1;
	for (long at = 0; at < size; at += PIECE)
		if (sftp_write(file, bytes, PIECE) != PIECE)
			return 1;
	return sftp_close(file) == SSH_OK ? 0 : 1;
}

int
main(int argc, char **argv)
{
	const int one = 1;
	unsigned int port;
	ssh_session session;
	sftp_session sftp;
	ssh_key key;

	if (argc != 5)
		return 64;
	port = (unsigned int)strtoul(argv[1], NULL, 10);
	session = ssh_new();
	if (session == NULL ||
	    ssh_options_set(session, SSH_OPTIONS_HOST, "127.0.0.1") != 0 ||
	    ssh_options_set(session, SSH_OPTIONS_PORT, &port) != 0 ||
	    ssh_options_set(session, SSH_OPTIONS_USER, "root") != 0 ||
	    ssh_options_set(session, SSH_OPTIONS_NODELAY, &one) != 0 ||
	    ssh_pki_import_privkey_file(argv[2], NULL, NULL, NULL,
	    &key) != SSH_OK ||
	    ssh_connect(session) != SSH_OK ||
	    ssh_userauth_publickey(session, NULL, key) != SSH_AUTH_SUCCESS)
		return 1;
	sftp = sftp_new(session);
	if (sftp == NULL || sftp_init(sftp) != SSH_OK ||
	    write_all(sftp, argv[4], strtol(argv[3], NULL, 10)) != 0) {
		fprintf(stderr, "sftpwrite: %s\n", ssh_get_error(session));
		return 1;
	}
	ssh_disconnect(session);
	return 0;
}
