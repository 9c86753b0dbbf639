#include <config.h>

#include "index.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../base/word.h"

#define NANOSECONDS	INT64_C(1000000000)

void
index_release(struct index *index)
{
	free(index->host);
	words_release(&index->trees);
	free(index->members);
	entry_list_release(&index->entries);
	entry_release(&index->manifest);
	*index = (struct index){ 0 };
}

struct index_member *
index_add_member(struct index *index)
{
	if (index->member_count == index->member_room) {
		index->member_room = index->member_room == 0 ? 64 :
		    2 * index->member_room;
		index->members = memory_resize(index->members,
		    index->member_room, sizeof(*index->members));
	}
	return (&index->members[index->member_count++]);
}

size_t
index_find_member(const struct index *index, int64_t raw)
{
	size_t low = 0;
	size_t high = index->member_count;

	while (high - low > 1) {
		const size_t middle = low + (high - low) / 2;

		if (index->members[middle].raw <= raw)
			low = middle;
		else
			high = middle;
	}
	return (low);
}

const char *
index_link_name(const struct index *index, const struct entry *entry)
{
	if (entry->kind != ENTRY_LINK)
		return (NULL);
	return (index->entries.list[entry->first].name);
}

const struct entry *
index_content(const struct index *index, const struct entry *entry)
{
	if (entry->kind != ENTRY_LINK)
		return (entry);
	return (&index->entries.list[entry->first]);
}

static void
add_map(struct text *text, const struct entry *entry)
{
	if (!entry->sparse) {
		text_add(text, " -");
		return;
	}
	text_add(text, " s");
	for (size_t i = 0; i < entry->extent_count; i++)
		text_format(text, "%s%" PRId64 "+%" PRId64,
		    i == 0 ? "" : ",", entry->extents[i].offset,
		    entry->extents[i].length);
}

static void
add_entry(struct text *text, const struct entry *entry)
{
	char digest[DIGEST_TEXT_ROOM];

	text_format(text, "%c", (char)entry->kind);
	word_add(text, entry->name);
	text_format(text, " %04o %" PRId64 " %" PRId64, entry->mode,
	    entry->uid, entry->gid);
	word_add(text, entry->owner);
	word_add(text, entry->group);
	text_format(text, " %" PRId64 ".%09ld %s %" PRId64,
	    (int64_t)entry->mtime.tv_sec, (long)entry->mtime.tv_nsec,
	    entry->changed ? "c" : "-", entry->at);
	if (entry->kind == ENTRY_FILE) {
		digest_show(entry->digest, digest);
		text_format(text, " %" PRId64 " %s", entry->size, digest);
		add_map(text, entry);
	} else if (entry->kind == ENTRY_SYMLINK) {
		word_add(text, entry->target);
	} else if (entry->kind == ENTRY_LINK) {
		text_format(text, " %zu", entry->first);
	}
	text_add(text, "\n");
}

void
index_write(const struct index *index, struct text *text)
{
	text_add(text, "nqsbackup-index 1\nformat ");
	text_add(text, index->format == TAR_PAX ? "pax" : "ustar");
	text_format(text, "\ncreated %" PRId64 ".%09" PRId64 "\nhost",
	    index->created / NANOSECONDS, index->created % NANOSECONDS);
	word_add(text, index->host);
	text_add(text, "\n");
	for (size_t i = 0; i < index->trees.count; i++) {
		text_add(text, "tree");
		word_add(text, index->trees.list[i]);
		text_add(text, "\n");
	}
	for (size_t i = 0; i < index->member_count; i++) {
		const struct index_member *member = &index->members[i];

		text_format(text, "member %" PRId64 " %" PRId64 " %08" PRIx32
		    "\n", member->offset, member->raw, member->crc);
	}
	for (size_t i = 0; i < index->entries.count; i++)
		add_entry(text, &index->entries.list[i]);
	add_entry(text, &index->manifest);
	text_format(text, "end %zu\n", index->entries.count);
}

void
index_write_manifest(const struct index *index, struct text *text)
{
	char digest[DIGEST_TEXT_ROOM];

	for (size_t i = 0; i < index->entries.count; i++) {
		const struct entry *entry = &index->entries.list[i];
		const char *name = entry->name;

		if (entry->kind != ENTRY_FILE && entry->kind != ENTRY_LINK)
			continue;
		digest_show(index_content(index, entry)->digest, digest);
		/* A backslash in front says that the name has escapes. */
		if (strpbrk(name, "\\\n\r") != NULL)
			text_add(text, "\\");
		text_format(text, "%s  ", digest);
		for (; *name != '\0'; name++) {
			if (*name == '\\')
				text_add(text, "\\\\");
			else if (*name == '\n')
				text_add(text, "\\n");
			else if (*name == '\r')
				text_add(text, "\\r");
			else
				text_add_bytes(text, name, 1);
		}
		text_add(text, "\n");
	}
}
