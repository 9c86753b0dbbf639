#include <config.h>

#include "restore_record.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/number.h"
#include "../../libcore/base/text.h"
#include "../base/word.h"
#include "../tree/entry.h"

#define FIRST_LINE	"nqsbackup-restore 1"

void
restore_record_release(struct restore_record *record)
{
	for (size_t i = 0; i < record->move_count; i++)
		free(record->moves[i].name);
	for (size_t i = 0; i < record->setting_count; i++)
		free(record->settings[i].name);
	free(record->archive);
	words_release(&record->trees);
	words_release(&record->places);
	free(record->moves);
	free(record->settings);
	*record = (struct restore_record){ 0 };
}

size_t
restore_record_place(struct restore_record *record, const char *name)
{
	for (size_t i = 0; i < record->places.count; i++) {
		if (strcmp(record->places.list[i], name) == 0)
			return (i);
	}
	words_add(&record->places, name);
	return (record->places.count - 1);
}

struct restore_move *
restore_record_add_move(struct restore_record *record)
{
	record->moves = memory_resize(record->moves, record->move_count + 1,
	    sizeof(*record->moves));
	struct restore_move *move = &record->moves[record->move_count++];

	*move = (struct restore_move){ 0 };
	return (move);
}

struct restore_setting *
restore_record_add_setting(struct restore_record *record)
{
	record->settings = memory_resize(record->settings,
	    record->setting_count + 1, sizeof(*record->settings));
	struct restore_setting *setting =
	    &record->settings[record->setting_count++];

	*setting = (struct restore_setting){ 0 };
	return (setting);
}

bool
restore_record_meets(const struct restore_record *record,
    const struct words *trees)
{
	for (size_t i = 0; i < record->trees.count; i++) {
		const char *tree = record->trees.list[i];

		for (size_t k = 0; k < trees->count; k++) {
			if (entry_is_at_or_below(tree, trees->list[k]) ||
			    entry_is_at_or_below(trees->list[k], tree))
				return (true);
		}
	}
	return (false);
}

static void
write_names(struct text *text, const char *key, const struct words *names)
{
	for (size_t i = 0; i < names->count; i++) {
		text_format(text, "\n%s", key);
		word_add(text, names->list[i]);
	}
}

void
restore_record_write(const struct restore_record *record, struct text *text)
{
	text_add(text, FIRST_LINE "\narchive");
	word_add(text, record->archive);
	write_names(text, "tree", &record->trees);
	write_names(text, "place", &record->places);
	for (size_t i = 0; i < record->move_count; i++) {
		const struct restore_move *move = &record->moves[i];

		text_format(text, "\nmove %zu", move->place);
		word_add(text, move->name);
		text_format(text, " %" PRIu64 " %" PRIu64, move->fresh,
		    move->old);
	}
	for (size_t i = 0; i < record->setting_count; i++) {
		text_format(text, "\nset %zu", record->settings[i].place);
		word_add(text, record->settings[i].name);
		text_format(text, " %" PRIu64, record->settings[i].inode);
	}
	text_add(text, "\nend\n");
}

/* Reads which place word says. */
static int
read_place(const struct restore_record *record, const char *word,
    size_t *place)
{
	int64_t value;

	if (number_read(word, 0, (int64_t)record->places.count - 1,
	    &value) == -1)
		return (-1);
	*place = (size_t)value;
	return (0);
}

/* An inode number has 64 bits, and no sign. */
static int
read_inode(const char *word, uint64_t *inode)
{
	uint64_t value = 0;

	if (*word == '\0')
		return (-1);
	for (; *word != '\0'; word++) {
		if (*word < '0' || *word > '9' || value > UINT64_MAX / 10)
			return (-1);
		value = value * 10 + (uint64_t)(*word - '0');
	}
	*inode = value;
	return (0);
}

static int
read_move(struct restore_record *record, const struct words *words)
{
	struct restore_move *move = restore_record_add_move(record);

	move->name = word_read(words->list[2]);
	return (move->name == NULL ||
	    read_place(record, words->list[1], &move->place) == -1 ||
	    read_inode(words->list[3], &move->fresh) == -1 ||
	    read_inode(words->list[4], &move->old) == -1 ? -1 : 0);
}

static int
read_setting(struct restore_record *record, const struct words *words)
{
	struct restore_setting *setting = restore_record_add_setting(record);

	setting->name = word_read(words->list[2]);
	return (setting->name == NULL ||
	    read_place(record, words->list[1], &setting->place) == -1 ||
	    (words->count == 4 && read_inode(words->list[3],
	    &setting->inode) == -1) ? -1 : 0);
}

static int
read_name(struct words *names, const char *word)
{
	char *name = word_read(word);

	if (name == NULL)
		return (-1);
	words_add(names, name);
	free(name);
	return (0);
}

/* Reads a line.  Returns 0, or -1. */
static int
read_line(struct restore_record *record, const char *line)
{
	struct words words = { 0 };
	int rc = -1;

	words_split(&words, line, ' ');
	const char *key = words.list[0];

	if (words.count == 2 && strcmp(key, "archive") == 0 &&
	    record->archive == NULL) {
		record->archive = word_read(words.list[1]);
		rc = record->archive == NULL ? -1 : 0;
	} else if (words.count == 2 && strcmp(key, "tree") == 0) {
		rc = read_name(&record->trees, words.list[1]);
	} else if (words.count == 2 && strcmp(key, "place") == 0) {
		rc = read_name(&record->places, words.list[1]);
	} else if (words.count == 5 && strcmp(key, "move") == 0) {
		rc = read_move(record, &words);
	} else if ((words.count == 3 || words.count == 4) &&
	    strcmp(key, "set") == 0) {
		rc = read_setting(record, &words);
	}
	words_release(&words);
	return (rc);
}

int
restore_record_read(const char *string, struct restore_record *record,
    struct failure *why)
{
	struct words lines = { 0 };
	size_t line = 1;
	int rc = -1;

	words_split(&lines, string, '\n');
	if (lines.count >= 4 && strcmp(lines.list[0], FIRST_LINE) == 0 &&
	    strcmp(lines.list[lines.count - 2], "end") == 0 &&
	    lines.list[lines.count - 1][0] == '\0')
		rc = 0;
	for (; rc == 0 && line + 2 < lines.count; line++)
		rc = read_line(record, lines.list[line]);
	words_release(&lines);
	if (rc == 0 && record->archive != NULL)
		return (0);
	failure_set(why, EXITCODE_DATA,
	    "line %zu of a restore's journal is damaged", line);
	return (-1);
}
