#include <config.h>

#include "restore_journal.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/system/fileio.h"
#include "restore_folder.h"
#include "restore_record.h"

enum { SIZE_LIMIT = 1 << 30 };

static const char *const words[] = { "lock", "making", "going", "done",
    "back", "undone" };

enum { WORD_COUNT = sizeof(words) / sizeof(words[0]) };

static char *
name_with(const struct restore_kept *kept, const char *word)
{
	struct text name = { 0 };

	text_format(&name, "%s.%s", kept->id, word);
	return (text_take(&name));
}

/* Returns the name of the journal kept in state, for free(). */
static char *
name_of(const struct restore_kept *kept, enum restore_state state)
{
	return (name_with(kept, words[state]));
}

/* Adds what name is the journal of, if it is one. */
static void
add_journal(struct restore_list *list, const char *name)
{
	const char *point = strrchr(name, '.');

	for (size_t i = 0; point != NULL && i < WORD_COUNT; i++) {
		if (strcmp(point + 1, words[i]) != 0)
			continue;
		list->list = memory_resize(list->list, list->count + 1,
		    sizeof(*list->list));
		struct restore_kept *kept = &list->list[list->count++];

		kept->id = memory_make((size_t)(point - name) + 1, 1);
		memcpy(kept->id, name, (size_t)(point - name));
		kept->state = (enum restore_state)i;
	}
}

/* The later state first. */
static int
compare_kept(const void *a, const void *b)
{
	const struct restore_kept *left = a;
	const struct restore_kept *right = b;
	const int order = strcmp(left->id, right->id);

	return (order != 0 ? order : (int)right->state - (int)left->state);
}

/* Keeps of each restore the last state only. */
static void
keep_last(struct restore_list *list)
{
	size_t count = 0;

	if (list->count > 1)
		qsort(list->list, list->count, sizeof(*list->list),
		    compare_kept);
	for (size_t i = 0; i < list->count; i++) {
		if (count > 0 && strcmp(list->list[count - 1].id,
		    list->list[i].id) == 0)
			free(list->list[i].id);
		else
			list->list[count++] = list->list[i];
	}
	list->count = count;
}

int
restore_journal_list(const struct restore_folder *folder,
    struct restore_list *list, struct failure *why)
{
	const int fd = fileio_open(folder->fd, ".", O_RDONLY | O_DIRECTORY,
	    0);
	DIR *stream = fd == -1 ? NULL : fdopendir(fd);
	const struct dirent *item;

	if (stream == NULL) {
		(void)restore_folder_refuse(folder, "read", why);
		if (fd != -1)
			(void)close(fd);	/* a directory */
		return (-1);
	}
	while ((errno = 0, item = readdir(stream)) != NULL)
		add_journal(list, item->d_name);
	const int rc = errno == 0 ? 0 :
	    restore_folder_refuse(folder, "read", why);

	(void)closedir(stream);		/* was only read */
	keep_last(list);
	return (rc);
}

void
restore_journal_release(struct restore_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->list[i].id);
	free(list->list);
	*list = (struct restore_list){ 0 };
}

/* Writes text into a new file.  Returns 0, or -1 with errno set. */
static int
write_new(const struct restore_folder *folder, const char *name,
    const struct text *text)
{
	if (unlinkat(folder->fd, name, 0) == -1 && errno != ENOENT)
		return (-1);
	const int fd = fileio_open(folder->fd, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, S_IRUSR | S_IWUSR);

	if (fd == -1)
		return (-1);
	int rc = fileio_write(fd, text_string(text), text->length);

	if (rc == 0)
		rc = fsync(fd);
	const int error = errno;

	if (close(fd) == -1 && rc == 0)
		return (-1);
	errno = error;
	return (rc);
}

int
restore_journal_write(const struct restore_folder *folder,
    const struct restore_kept *kept, const struct restore_record *record,
    struct failure *why)
{
	char *name = name_of(kept, kept->state);
	char *fresh = name_with(kept, "new");
	struct text text = { 0 };

	restore_record_write(record, &text);
	int rc = write_new(folder, fresh, &text);

	if (rc == 0)
		rc = renameat(folder->fd, fresh, folder->fd, name);
	if (rc == 0)
		rc = fileio_sync_directory(folder->fd);
	if (rc == -1) {
		(void)restore_folder_refuse(folder, "write the journal in",
		    why);
		/* What is not there cannot be taken for a journal. */
		(void)unlinkat(folder->fd, fresh, 0);
	}
	text_release(&text);
	free(fresh);
	free(name);
	return (rc);
}

int
restore_journal_turn(const struct restore_folder *folder,
    struct restore_kept *kept, enum restore_state state, struct failure *why)
{
	char *from = name_of(kept, kept->state);
	char *to = name_of(kept, state);
	int rc = renameat(folder->fd, from, folder->fd, to);

	if (rc == 0) {
		kept->state = state;
		rc = fileio_sync_directory(folder->fd);
	}
	if (rc == -1)
		(void)restore_folder_refuse(folder, "write the journal in",
		    why);
	free(from);
	free(to);
	return (rc);
}

int
restore_journal_read(const struct restore_folder *folder,
    const struct restore_kept *kept, struct restore_record *record,
    struct failure *why)
{
	char *name = name_of(kept, kept->state);
	const int fd = fileio_open(folder->fd, name, O_RDONLY | O_NOFOLLOW,
	    0);
	struct text text = { 0 };
	int rc = -1;

	if (fd == -1) {
		(void)restore_folder_refuse(folder, "read the journal in",
		    why);
	} else {
		rc = fileio_read_all(fd, name, SIZE_LIMIT, &text, why);
		(void)close(fd);	/* was only read */
	}
	if (rc == 0)
		rc = restore_record_read(text_string(&text), record, why);
	text_release(&text);
	free(name);
	return (rc);
}

/* Removes the file of kept with word, if there is one. */
static int
remove_file(const struct restore_folder *folder,
    const struct restore_kept *kept, const char *word, struct failure *why)
{
	char *name = name_with(kept, word);
	const int rc = unlinkat(folder->fd, name, 0);

	free(name);
	return (rc == -1 && errno != ENOENT ? restore_folder_refuse(folder,
	    "remove the journal in", why) : 0);
}

int
restore_journal_remove(const struct restore_folder *folder,
    const struct restore_kept *kept, enum restore_state state,
    struct failure *why)
{
	return (remove_file(folder, kept, words[state], why));
}

int
restore_journal_remove_all(const struct restore_folder *folder,
    const struct restore_kept *kept, struct failure *why)
{
	int rc = remove_file(folder, kept, "new", why);

	for (size_t i = WORD_COUNT; i-- > 0 && rc == 0;)
		rc = remove_file(folder, kept, words[i], why);
	return (rc);
}
