#include <config.h>

#include "ssh_config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/number.h"
#include "../../libcore/base/text.h"
#include "pattern.h"
#include "ssh_config_lines.h"

enum answer { NOT_ASKED, YES, NO };

/* What is looked for: a host, and what was found so far. */
struct search {
	const struct ssh_config	*config;
	const char		*name;
	const char		*user;		/* unless a file says who */
	struct ssh_config_host	*host;
	struct words		 known_by_user;
	struct words		 known_by_all;
	bool			 has_jump;	/* or none, or a command */
	enum answer		*blocks;	/* whether each holds */
};

/* ---- which lines hold --------------------------------------------------- */

static const char *
address_of(const struct search *search)
{
	return search->host->address != NULL ? search->host->address :
	    search->name;
}

static bool
host_matches(const struct words *patterns, const char *name)
{
	struct text list = { 0 };
	bool matches;

	words_join(patterns, " ", &list);
	matches = pattern_list_matches(text_string(&list), ' ', name);
	text_release(&list);
	return matches;
}

/* Tells of something that ssh(1) would do, and we do not. */
static void
tell(struct search *search, const char *file, size_t number,
    const char *what)
{
	struct text text = { 0 };

	text_format(&text, "%s:%zu: %s", file, number, what);
	if (!words_has(&search->host->ignored, text_string(&text)))
		words_add(&search->host->ignored, text_string(&text));
	text_release(&text);
}

/* Whether the criteria of a Match block hold; one that we cannot tell not. */
static bool
criteria_hold(struct search *search, const struct ssh_config_block *block)
{
	const struct words *words;
	bool holds;

	words = &block->words;
	holds = true;
	for (size_t i = 0; i < words->count; i++) {
		const char *of;

		if (strcasecmp(words->list[i], "all") == 0)
			continue;
		of = NULL;
		if (strcasecmp(words->list[i], "host") == 0)
			of = address_of(search);
		else if (strcasecmp(words->list[i], "originalhost") == 0)
			of = search->name;
		else if (strcasecmp(words->list[i], "user") == 0)
			of = search->host->user != NULL ?
			    search->host->user : search->user;
		if (of == NULL || i + 1 == words->count) {
			tell(search, block->file, block->number,
			    "'Match' has a criterion that clroll cannot tell; "
			    "its lines are passed over");
			return false;
		}
		holds = holds &&
		    pattern_list_matches(words->list[++i], ',', of);
	}
	return holds;
}

/* Returns whether a block holds, with those around it; asked once for each. */
static bool
block_holds(struct search *search, size_t at)
{
	for (; at != SSH_CONFIG_NO_BLOCK;
	    at = search->config->blocks[at].outer) {
		const struct ssh_config_block *block;

		block = &search->config->blocks[at];
		if (search->blocks[at] == NOT_ASKED)
			search->blocks[at] = (block->kind == SSH_CONFIG_HOST ?
			    host_matches(&block->words, search->name) :
			    criteria_hold(search, block)) ? YES : NO;
		if (search->blocks[at] == NO)
			return false;
	}
	return true;
}

/* ---- values ------------------------------------------------------------- */

static int
refuse(const struct ssh_config_line *line, struct failure *why,
    const char *what)
{
	failure_set(why, EXITCODE_CONFIG, "%s:%zu: '%s' %s", line->file,
	    line->number, line->shown, what);
	return -1;
}

/* Adds what the character behind a % stands for.  Returns whether it does. */
static bool
add_token(const struct search *search, char token, struct text *text)
{
	const struct ssh_config_host *host;

	host = search->host;
	switch (token) {
	case '%':
		text_add(text, "%");
		return true;
	case 'd':
		text_add(text, getenv("HOME") == NULL ? "" : getenv("HOME"));
		return true;
	case 'h':
		text_add(text, address_of(search));
		return true;
	case 'n':
		text_add(text, search->name);
		return true;
	case 'p':
		text_format(text, "%d", host->port == 0 ? 22 :
		    (int)host->port);
		return true;
	case 'r':
		text_add(text, host->user != NULL ? host->user :
		    search->user);
		return true;
	default:
		return false;
	}
}

/* Whether the values of keyword may have variables of the environment. */
static bool
may_have_variables(const char *keyword)
{
	return strcmp(keyword, "identityagent") == 0 ||
	    strcmp(keyword, "identityfile") == 0 ||
	    strcmp(keyword, "userknownhostsfile") == 0;
}

/* Adds what "${NAME}" at *at stands for, and moves *at to its brace. */
static bool
add_variable(const char **at, struct text *text)
{
	struct text name = { 0 };
	const size_t length = strcspn(*at + 2, "}");
	const char *value;

	text_add_bytes(&name, *at + 2, length);
	value = (*at)[2 + length] == '\0' ? NULL : getenv(text_string(&name));
	text_release(&name);
	if (value == NULL)
		return false;
	text_add(text, value);
	*at += 2 + length;
	return true;
}

/* Adds what stands at *at, filled in, and moves *at to its last character. */
static bool
add_filled(const struct search *search, const char *keyword, const char **at,
    struct text *text)
{
	if (**at == '%')
		return add_token(search, *++*at, text);
	if (text_begins_with(*at, "${"))
		return may_have_variables(keyword) && add_variable(at, text);
	text_add_bytes(text, *at, 1);
	return true;
}

/* Returns word, the caller's, with its tokens and "~/" filled in, or NULL. */
static char *
expand(const struct search *search, const struct ssh_config_line *line,
    const char *word, struct failure *why)
{
	struct text text = { 0 };

	if (text_begins_with(word, "~/") && getenv("HOME") != NULL) {
		text_add(&text, getenv("HOME"));
		word++;
	}
	for (; *word != '\0'; word++) {
		if (add_filled(search, line->keyword, &word, &text))
			continue;
		text_release(&text);
		(void)refuse(line, why, "has a token that clroll does not "
		    "know, or a variable that is not set");
		return NULL;
	}
	return text_take(&text);
}

/* Adds the words of line, filled in, to words.  Returns 0, or -1. */
static int
add_files(const struct search *search, const struct ssh_config_line *line,
    struct words *words, struct failure *why)
{
	for (size_t i = 0; i < line->words.count; i++) {
		char *file;

		if (strcasecmp(line->words.list[i], "none") == 0)
			continue;
		file = expand(search, line, line->words.list[i], why);
		if (file == NULL)
			return -1;
		words_add(words, file);
		free(file);
	}
	return 0;
}

static int
set_string(const struct search *search, const struct ssh_config_line *line,
    char **value, struct failure *why)
{
	if (*value != NULL)
		return 0;
	*value = expand(search, line, line->words.list[0], why);
	return *value == NULL ? -1 : 0;
}

/*
 * The socket of an agent: a path, "SSH_AUTH_SOCK" or "$NAME" for that of the
 * environment, where "none" is what a variable that is not there says.
 */
static int
set_agent(const struct search *search, const struct ssh_config_line *line,
    struct failure *why)
{
	const char *word = line->words.list[0];
	const char *value;

	if (search->host->agent != NULL)
		return 0;
	if (strcmp(word, "SSH_AUTH_SOCK") != 0 &&
	    (word[0] != '$' || word[1] == '{'))
		return set_string(search, line, &search->host->agent, why);
	value = getenv(word[0] == '$' ? word + 1 : word);
	search->host->agent = memory_copy_string(value == NULL ||
	    value[0] == '\0' ? "none" : value);
	return 0;
}

static int
set_number(const struct ssh_config_line *line, int64_t most, int64_t *value,
    struct failure *why)
{
	int64_t number;

	if (number_read(line->words.list[0], 0, most, &number) == -1)
		return refuse(line, why, "is no number, or out of range");
	if (*value == 0)
		*value = number;
	return 0;
}

/* Sets *value to 1 for "yes", or to -1 for "no". */
static int
set_flag(const struct ssh_config_line *line, int *value, struct failure *why)
{
	const char *word = line->words.list[0];
	const bool is_yes = strcasecmp(word, "yes") == 0;

	if (!is_yes && strcasecmp(word, "no") != 0)
		return refuse(line, why, "is neither yes nor no");
	if (*value == 0)
		*value = is_yes ? 1 : -1;
	return 0;
}

/* Sets *value to a time: seconds, or a number and a unit. */
static int
set_time(const struct ssh_config_line *line, int64_t *value,
    struct failure *why)
{
	int64_t number;
	int64_t time;

	if (number_read(line->words.list[0], 0, INT32_MAX, &number) == 0)
		time = number * CLOCK_SECOND;
	else if (number_read_duration(line->words.list[0], &time) == -1)
		return refuse(line, why, "is no time that clroll knows");
	if (*value == 0)
		*value = time;
	return 0;
}

/* ---- options ------------------------------------------------------------ */

/* What says by which way the host is reached: the first one holds. */
static int
set_way(struct search *search, const struct ssh_config_line *line)
{
	const bool is_jump = strcmp(line->keyword, "proxyjump") == 0;
	const bool is_none = strcasecmp(line->words.list[0], "none") == 0;

	if (search->has_jump)
		return 0;
	search->has_jump = true;
	if (is_jump && !is_none)
		search->host->jump = memory_copy_string(line->words.list[0]);
	else if (!is_none)
		tell(search, line->file, line->number, "'ProxyCommand' is not "
		    "carried out by clroll; use 'ProxyJump'");
	return 0;
}

/* Does what the line says when it is none that gives a value to host. */
static int
ignore(struct search *search, const struct ssh_config_line *line,
    struct failure *why)
{
	struct text text = { 0 };

	if (ssh_config_is_harmless(line))
		return 0;
	if (strcmp(line->keyword, "revokedhostkeys") == 0) {
		(void)refuse(line, why, "cannot be read by clroll");
		failure_hint(why, "put the keys into known_hosts, each as "
		    "'@revoked * TYPE KEY'");
		return -1;
	}
	text_format(&text, "'%s' is not known to clroll, and does nothing",
	    line->shown);
	tell(search, line->file, line->number, text_string(&text));
	text_release(&text);
	return 0;
}

/* Takes in a line that says where the host is; others may stand on that. */
static int
take_place(struct search *search, const struct ssh_config_line *line,
    struct failure *why)
{
	struct ssh_config_host *host;

	host = search->host;
	if (strcmp(line->keyword, "hostname") == 0)
		return set_string(search, line, &host->address, why);
	if (strcmp(line->keyword, "user") == 0)
		return set_string(search, line, &host->user, why);
	if (strcmp(line->keyword, "port") == 0)
		return set_number(line, 65535, &host->port, why);
	return 0;
}

/* Takes in any other line. */
static int
take(struct search *search, const struct ssh_config_line *line,
    struct failure *why)
{
	struct ssh_config_host *host;
	const char *word;

	host = search->host;
	word = line->keyword;
	if (strcmp(word, "hostname") == 0 || strcmp(word, "user") == 0 ||
	    strcmp(word, "port") == 0)
		return 0;
	if (strcmp(word, "hostkeyalias") == 0)
		return set_string(search, line, &host->key_name, why);
	if (strcmp(word, "identityfile") == 0)
		return add_files(search, line, &host->identities, why);
	if (strcmp(word, "identitiesonly") == 0)
		return set_flag(line, &host->only_these, why);
	if (strcmp(word, "identityagent") == 0)
		return set_agent(search, line, why);
	if (strcmp(word, "userknownhostsfile") == 0)
		return search->known_by_user.count > 0 ? 0 :
		    add_files(search, line, &search->known_by_user, why);
	if (strcmp(word, "globalknownhostsfile") == 0)
		return search->known_by_all.count > 0 ? 0 :
		    add_files(search, line, &search->known_by_all, why);
	if (strcmp(word, "connecttimeout") == 0)
		return set_time(line, &host->connect_timeout, why);
	if (strcmp(word, "serveraliveinterval") == 0)
		return set_time(line, &host->keep_alive, why);
	if (strcmp(word, "proxyjump") == 0 || strcmp(word, "proxycommand") == 0)
		return set_way(search, line);
	return ignore(search, line, why);
}

/* The files of both kinds, each with its default when only one is said. */
static void
join_known_hosts(struct search *search)
{
	struct words *all;
	struct text path = { 0 };

	all = &search->host->known_hosts;
	if (search->known_by_user.count == 0 && search->known_by_all.count == 0)
		return;
	if (search->known_by_user.count == 0 && getenv("HOME") != NULL) {
		text_format(&path, "%s/.ssh/known_hosts", getenv("HOME"));
		words_add(all, text_string(&path));
		text_release(&path);
	}
	words_add_all(all, &search->known_by_user);
	if (search->known_by_all.count == 0)
		words_add(all, "/etc/ssh/ssh_known_hosts");
	words_add_all(all, &search->known_by_all);
}

int
ssh_config_find(const struct ssh_config *config, const char *name,
    const char *user, struct ssh_config_host *host, struct failure *why)
{
	struct search search = { 0 };
	int rc;

	*host = (struct ssh_config_host){ 0 };
	search.config = config;
	search.name = name;
	search.user = user;
	search.host = host;
	search.blocks = memory_make(config->block_count + 1,
	    sizeof(*search.blocks));
	rc = 0;
	for (size_t i = 0; i < config->line_count && rc == 0; i++)
		if (block_holds(&search, config->lines[i].block))
			rc = take_place(&search, &config->lines[i], why);
	for (size_t i = 0; i < config->line_count && rc == 0; i++)
		if (block_holds(&search, config->lines[i].block))
			rc = take(&search, &config->lines[i], why);
	join_known_hosts(&search);
	free(search.blocks);
	words_release(&search.known_by_user);
	words_release(&search.known_by_all);
	return rc;
}

void
ssh_config_host_release(struct ssh_config_host *host)
{
	free(host->address);
	free(host->user);
	free(host->key_name);
	free(host->jump);
	free(host->agent);
	words_release(&host->identities);
	words_release(&host->known_hosts);
	words_release(&host->ignored);
	*host = (struct ssh_config_host){ 0 };
}
