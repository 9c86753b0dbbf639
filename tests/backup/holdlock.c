/*
 * holdlock FILE: takes a lock on the file, says so on stdout, and holds it
 * until a line or the end of stdin.
 */
#include <config.h>

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	const int fd = argc == 2 ? open(argv[1], O_RDWR) : -1;

	if (fd == -1 || fcntl(fd, F_SETLK, &lock) == -1) {
		perror("holdlock");
		return (1);
	}
	(void)puts("held");
	(void)fflush(stdout);
	(void)getchar();
	return (0);
}
