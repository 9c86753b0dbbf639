#include <config.h>

#include "found.h"

#include <sys/statvfs.h>

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "../libcore/base/digest.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/run/values.h"
#include "../libcore/system/filedigest.h"
#include "../libsite/node_config.h"
#include "package.h"
#include "proof.h"
#include "sites.h"
#include "transient.h"

static const char not_carried[] = "not carried over by an upgrade";

/* So many files are listed; a patch has far fewer. */
enum { FILES_LIMIT = 2000 };

/* Adds that something cannot be told, and why. */
static void
add_unknown(struct words *words, const struct failure *why)
{
	words_format(words, "cannot be told: %s", why->message);
}

static void
find_packages(const struct node_config *config, struct words *words)
{
	const char *const names[] = { config->package.name,
		config->package.patch };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct text lines = { 0 };
		struct failure why = { 0 };
		const int rc = names[i] == NULL ? 0 : package_query(config,
		    names[i], &lines, &why);

		while (lines.length > 0 &&
		    lines.bytes[lines.length - 1] == '\n')
			lines.bytes[--lines.length] = '\0';
		if (rc == -1)
			add_unknown(words, &why);
		else if (rc == 1)
			words_split(words, text_string(&lines), '\n');
		text_release(&lines);
	}
}

static void
find_processes(const struct node_config *config, struct words *words)
{
	const struct words all = { 0 };
	struct failure why = { 0 };
	struct sites sites;

	if (sites_start(&sites, config, &all, SITES_ANY, &why) == -1 ||
	    sites_look(&sites, &why) == -1)
		add_unknown(words, &why);
	else for (size_t i = 0; i < sites.residents.count; i++) {
		const struct residents_row *row = &sites.residents.rows[i];
		const char *site = row->site == NULL ? "?" : row->site->name;

		if (row->process != NULL)
			words_format(words, "%s: %s (pid %ld)", site,
			    residents_row_name(row), (long)row->process->pid);
		else
			words_format(words, "%s: %s does not run", site,
			    residents_row_name(row));
	}
	sites_release(&sites);
}

static void
find_space(const char *path, struct words *words)
{
	struct statvfs status;

	if (statvfs(path, &status) == -1 && errno == ENOENT)
		words_format(words, "%s: is not on this node", path);
	else if (statvfs(path, &status) == -1)
		words_format(words, "%s: %s", path, strerror(errno));
	else
		words_format(words, "%s: %" PRIu64 " MiB", path,
		    (uint64_t)status.f_bavail * status.f_frsize >> 20);
}

static void
find_all_space(const struct node_config *config, struct words *words)
{
	find_space(config->package.target, words);
	find_space(config->state, words);
	for (size_t i = 0; i < config->site_count; i++) {
		const struct words *trees = &config->sites[i].trees;

		for (size_t j = 0; j < trees->count; j++)
			find_space(trees->list[j], words);
	}
}

/* Finds what the files are whose content the packages bring. */
static void
find_files(const struct node_config *config, const struct values *values,
    struct words *words)
{
	const struct words *packages = values_find(values, "packages");
	struct proof proof = { 0 };
	struct failure why = { 0 };

	if (packages == NULL || packages->count == 0)
		return;
	if (proof_of_packages(&proof, config,
	    (const char *const *)packages->list, &why) == -1)
		add_unknown(words, &why);
	for (size_t i = 0; i < proof.count && i < FILES_LIMIT; i++) {
		const char *path = proof.rows[i].path;
		char digest[DIGEST_TEXT_ROOM];

		if (proof.rows[i].result == PROOF_MISSING ||
		    filedigest_read(path, digest, &why) == -1)
			words_format(words, "%s is not there", path);
		else
			words_format(words, "%s %s", path, digest);
	}
	proof_release(&proof);
}

/* Sets name of what to words, which are made empty. */
static void
set(struct jsonline *what, const char *name, struct words *words)
{
	if (words->count > 0)
		jsonline_set_words(what, name, words);
	words_release(words);
}

struct jsonline *
found_record(const struct node_config *config, const struct values *values,
    const char *when, bool counts)
{
	struct jsonline *record = jsonline_make();
	struct jsonline *what = jsonline_make();
	struct words words = { 0 };

	find_packages(config, &words);
	set(what, "installed packages", &words);
	find_processes(config, &words);
	set(what, "resident processes", &words);
	find_files(config, values, &words);
	set(what, "files, SHA-256", &words);
	find_all_space(config, &words);
	set(what, "free space", &words);
	if (counts) {
		transient_describe(config, &words);
		set(what, not_carried, &words);
		jsonline_set_string(record, "tell", not_carried);
	}
	jsonline_set_string(record, "event", "found");
	jsonline_set_string(record, "when", when);
	jsonline_set_object(record, "what", what);
	jsonline_free(what);
	return (record);
}
