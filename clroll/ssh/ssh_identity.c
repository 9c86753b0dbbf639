#include <config.h>

#include "ssh_identity.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/system/fileio.h"
#include "../../libcore/system/trust.h"
#include "ssh_link_private.h"

enum { KEY_LIMIT = 64 << 10 };

/* Has none.  Without this, libcrypto itself would ask on the terminal. */
static int
libssh_passphrase(const char *prompt, char *buffer, size_t size, int echo,
    int verify, void *cookie)
{
	(void)prompt;
	(void)buffer;
	(void)size;
	(void)echo;
	(void)verify;
	(void)cookie;
	return -1;
}

static int
check_privacy(int fd, const char *path, struct failure *why)
{
	struct stat status;

	if (trust_check(fd, path, why) == -1)
		return -1;
	if (fstat(fd, &status) == 0 &&
	    (status.st_mode & (S_IRWXG | S_IRWXO)) == 0)
		return 0;
	failure_set(why, EXITCODE_DENIED,
	    "the private key '%s' is open to others than its owner", path);
	failure_hint(why, "chmod 600 '%s', or make a new key", path);
	return -1;
}

struct ssh_identity *
ssh_identity_read(const char *path, struct failure *why)
{
	struct ssh_identity *identity;
	struct text content = { 0 };
	ssh_key key;
	int fd;

	identity = NULL;
	/* It waits for no pipe: that is refused. */
	fd = fileio_open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK, 0);
	if (fd == -1) {
		failure_set_errno(why, errno == ENOENT ? EXITCODE_CONFIG :
		    EXITCODE_DENIED, errno, "cannot read the key '%s'", path);
		return NULL;
	}
	if (check_privacy(fd, path, why) == -1 ||
	    fileio_read_all(fd, path, KEY_LIMIT, &content, why) == -1)
		goto out;
	if (ssh_pki_import_privkey_base64(text_string(&content), NULL,
	    libssh_passphrase, NULL, &key) != SSH_OK) {
		failure_set(why, EXITCODE_DENIED,
		    "'%s' is no private key, or a passphrase locks it", path);
		failure_hint(why, "make a key of its own for clroll: "
		    "ssh-keygen -t ed25519 -N '' -f FILE");
		goto out;
	}
	identity = memory_make(1, sizeof(*identity));
	identity->key = key;
out:
	(void)close(fd);		/* was only read */
	text_release(&content);
	return identity;
}

void
ssh_identity_free(struct ssh_identity *identity)
{
	if (identity == NULL)
		return;
	ssh_key_free(identity->key);
	free(identity);
}
