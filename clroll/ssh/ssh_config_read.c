#include <config.h>

#include "ssh_config.h"

#include <ctype.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/system/trust.h"
#include "ssh_config_lines.h"

enum {
	FILE_LIMIT = 16 << 20,
	DEPTH_LIMIT = 16,		/* of files that include files */
	COUNT_LIMIT = 1000		/* of all of them */
};

/* Where the reading is. */
struct place {
	struct ssh_config	*config;
	const char		*top;	/* the file that was asked for */
	const char		*file;
	size_t			 number;
	size_t			 outer;	/* block that includes this file */
	size_t			 block;
	int			 depth;
};

struct ssh_config *
ssh_config_make(void)
{
	return memory_make(1, sizeof(struct ssh_config));
}

void
ssh_config_free(struct ssh_config *config)
{
	if (config == NULL)
		return;
	for (size_t i = 0; i < config->block_count; i++)
		words_release(&config->blocks[i].words);
	for (size_t i = 0; i < config->line_count; i++) {
		free(config->lines[i].keyword);
		free(config->lines[i].shown);
		words_release(&config->lines[i].words);
	}
	free(config->blocks);
	free(config->lines);
	words_release(&config->files);
	free(config);
}

/* Fills why for the present line; returns -1. */
static int
refuse(const struct place *place, struct failure *why, const char *what)
{
	failure_set(why, EXITCODE_CONFIG, "%s:%zu: %s", place->file,
	    place->number, what);
	return -1;
}

/*
 * Adds the words behind a keyword, which may be quoted; a comment ends them.
 * Returns 0, or -1 for a quote without end.
 */
static int
split(const char *rest, struct words *words)
{
	for (;;) {
		struct text word = { 0 };
		char quote;

		rest += strspn(rest, " \t\r\f");
		if (*rest == '\0' || *rest == '#')
			return 0;
		quote = '\0';
		for (; *rest != '\0' && (quote != '\0' ||
		    strchr(" \t\r\f", *rest) == NULL); rest++) {
			if (*rest == '\\' && rest[1] != '\0' &&
			    strchr("\"'\\ ", rest[1]) != NULL)
				text_add_bytes(&word, ++rest, 1);
			else if (*rest == quote)
				quote = '\0';
			else if (quote == '\0' &&
			    (*rest == '"' || *rest == '\''))
				quote = *rest;
			else
				text_add_bytes(&word, rest, 1);
		}
		words_add(words, text_string(&word));
		text_release(&word);
		if (quote != '\0')
			return -1;
	}
}

static void
add_block(struct place *place, enum ssh_config_block_kind kind,
    struct words *words)
{
	struct ssh_config *config;
	struct ssh_config_block *block;

	config = place->config;
	config->blocks = memory_resize(config->blocks,
	    config->block_count + 1, sizeof(*block));
	place->block = config->block_count++;
	block = &config->blocks[place->block];
	block->kind = kind;
	block->words = *words;
	*words = (struct words){ 0 };
	block->outer = place->outer;
	block->file = place->file;
	block->number = place->number;
}

static void
add_line(struct place *place, const char *keyword, struct words *words)
{
	struct ssh_config *config;
	struct ssh_config_line *line;

	config = place->config;
	config->lines = memory_resize(config->lines, config->line_count + 1,
	    sizeof(*line));
	line = &config->lines[config->line_count++];
	line->shown = memory_copy_string(keyword);
	line->keyword = memory_copy_string(keyword);
	for (char *at = line->keyword; *at != '\0'; at++)
		*at = (char)tolower((unsigned char)*at);
	line->words = *words;
	*words = (struct words){ 0 };
	line->block = place->block;
	line->file = place->file;
	line->number = place->number;
}

static int
read_file(struct place *place, const char *path, struct failure *why);

/* Reads the files that pattern means, as seen from the top file. */
static int
include(struct place *place, const char *pattern, struct failure *why)
{
	struct text path = { 0 };
	struct place inner;
	const char *slash;
	glob_t found;
	int rc;

	if (place->depth == DEPTH_LIMIT ||
	    place->config->files.count >= COUNT_LIMIT)
		return refuse(place, why, "too many files include files");
	slash = strrchr(place->top, '/');
	if (text_begins_with(pattern, "~/") && getenv("HOME") != NULL)
		text_format(&path, "%s%s", getenv("HOME"), pattern + 1);
	else if (pattern[0] == '/' || slash == NULL)
		text_add(&path, pattern);
	else
		text_format(&path, "%.*s/%s", (int)(slash - place->top),
		    place->top, pattern);
	inner = *place;
	inner.depth++;
	inner.outer = place->block;
	rc = 0;
	if (glob(text_string(&path), 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc && rc != -1; i++)
			rc = read_file(&inner, found.gl_pathv[i], why);
		globfree(&found);
	}
	text_release(&path);
	return rc == -1 ? -1 : 0;
}

/* Takes in what stands behind keyword. */
static int
take(struct place *place, const char *keyword, struct words *words,
    struct failure *why)
{
	if (words->count == 0)
		return refuse(place, why, "a keyword without a value");
	if (strcasecmp(keyword, "host") == 0) {
		add_block(place, SSH_CONFIG_HOST, words);
		return 0;
	}
	if (strcasecmp(keyword, "match") == 0) {
		add_block(place, SSH_CONFIG_MATCH, words);
		return 0;
	}
	if (strcasecmp(keyword, "include") != 0) {
		add_line(place, keyword, words);
		return 0;
	}
	for (size_t i = 0; i < words->count; i++)
		if (include(place, words->list[i], why) == -1)
			return -1;
	return 0;
}

static int
read_line(struct place *place, const char *line, struct failure *why)
{
	struct text keyword = { 0 };
	struct words words = { 0 };
	size_t length;
	int rc;

	line += strspn(line, " \t\r\f");
	length = strcspn(line, " \t\r\f=\"");
	if (*line == '\0' || *line == '#')
		return 0;
	text_add_bytes(&keyword, line, length);
	line += length;
	line += strspn(line, " \t");
	if (*line == '=')
		line++;
	rc = split(line, &words);
	if (rc == -1)
		(void)refuse(place, why, "a quote without an end");
	else
		rc = take(place, text_string(&keyword), &words, why);
	words_release(&words);
	text_release(&keyword);
	return rc;
}

static int
read_lines(struct place *place, const char *bytes, struct failure *why)
{
	int rc;

	place->number = 0;
	rc = 0;
	while (*bytes != '\0' && rc == 0) {
		struct text line = { 0 };
		size_t length;

		length = strcspn(bytes, "\n");
		text_add_bytes(&line, bytes, length);
		place->number++;
		rc = read_line(place, text_string(&line), why);
		text_release(&line);
		bytes += length + (bytes[length] == '\n');
	}
	return rc;
}

static int
read_file(struct place *place, const char *path, struct failure *why)
{
	struct text content = { 0 };
	struct place here = *place;
	int rc = trust_read(path, FILE_LIMIT, &content, why);

	/* Nothing behind it would be seen. */
	if (rc == 1 && memchr(text_string(&content), '\0',
	    content.length) != NULL) {
		failure_set(why, EXITCODE_CONFIG, "'%s' is no text", path);
		rc = -1;
	}
	if (rc == 1) {
		words_add(&place->config->files, path);
		here.file = place->config->files.list[
		    place->config->files.count - 1];
		here.block = here.outer;
		if (read_lines(&here, text_string(&content), why) == -1)
			rc = -1;
	}
	text_release(&content);
	return rc;
}

int
ssh_config_read(struct ssh_config *config, const char *path,
    struct failure *why)
{
	struct place place = { 0 };

	place.config = config;
	place.top = path;
	place.outer = SSH_CONFIG_NO_BLOCK;
	return read_file(&place, path, why);
}
