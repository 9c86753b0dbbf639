#include <config.h>

#include "account_verb.h"

#include <sys/stat.h>

#include <errno.h>
#include <string.h>

#include "../base/clock.h"
#include "../base/digest.h"
#include "../base/failure.h"
#include "../base/text.h"
#include "../format/jsonline.h"
#include "../format/report.h"
#include "../system/filedigest.h"
#include "../system/fileio.h"
#include "account.h"
#include "account_page.h"
#include "account_text.h"
#include "command.h"
#include "history.h"
#include "procedure.h"
#include "scheme.h"
#include "standing.h"

enum { OPTION_HTML = 300 };

const struct options_row account_rows[] = {
	{ OPTION_HTML, "html", "FILE",
	    "write the report as a page into FILE, - is stdout" },
	{ 0 }
};

int
account_take_option(void *own, int letter, const char *argument,
    struct failure *why)
{
	struct account_options *options = own;

	(void)letter;
	options->html = argument;
	if (argument[0] != '\0')
		return (0);
	(void)command_misused(why, "'' is no file");
	failure_hint(why, "name a file for the page, or - for stdout");
	return (-1);
}

/* Lets page appear at path, where nothing is yet. */
static int
write_file(const char *path, const struct text *page, struct failure *why)
{
	struct fileio_new file;
	struct stat status;

	if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
		failure_set(why, EXITCODE_CANNOT_WRITE, "'%s' is a folder",
		    path);
		failure_hint(why, "name a file in it");
		return (-1);
	}
	int rc = fileio_begin(&file, path, why);

	/* Of an output it matters little what the folder lacks. */
	if (rc == -1 && why->code == EXITCODE_FAILED)
		why->code = EXITCODE_CANNOT_WRITE;
	if (rc == 0 && fileio_write(file.fd, text_string(page),
	    page->length) == -1) {
		failure_set_errno(why, EXITCODE_CANNOT_WRITE, errno,
		    "cannot write '%s'", path);
		rc = -1;
	}
	if (rc == 0)
		rc = fileio_commit(&file, S_IRUSR | S_IWUSR, FILEIO_KEEP,
		    why);
	fileio_abandon(&file);
	return (rc);
}

int
account_describe_source(const char *path, size_t records, struct text *source,
    struct failure *why)
{
	char digest[DIGEST_TEXT_ROOM];

	if (filedigest_read(path, digest, why) == -1)
		return (-1);
	text_format(source, "the journal %s, %zu records, SHA-256 %s", path,
	    records, digest);
	return (0);
}

int
account_check_html(const struct command *command, const char *html,
    struct failure *why)
{
	if (html == NULL || strcmp(html, "-") != 0 ||
	    command->report.form != REPORT_JSON)
		return (0);
	(void)command_misused(why, "a page is not JSON");
	return (-1);
}

void
account_write_page(struct command *command, const char *html,
    const struct text *page, struct failure *why)
{
	if (strcmp(html, "-") == 0) {
		report_line(&command->report, NULL, "%.*s",
		    (int)page->length - 1, text_string(page));
	} else if (write_file(html, page, why) == 0) {
		struct jsonline *event = jsonline_make();

		jsonline_set_string(event, "event", "file");
		jsonline_set_string(event, "path", html);
		report_line(&command->report, event, "%s", html);
		jsonline_free(event);
	}
}

static void
make_page(struct command *command, const struct account *account,
    struct failure *why)
{
	const struct account_options *options = command->own;
	const struct history *history = account->history;
	struct text source = { 0 };
	struct text page = { 0 };

	if (account_describe_source(history->path, history->records.count,
	    &source, why) == 0) {
		account_page(account, text_string(&source), clock_wall(),
		    &page);
		account_write_page(command, options->html, &page, why);
	}
	text_release(&page);
	text_release(&source);
}

enum exitcode
account_report(struct command *command, const struct history *history,
    const struct scheme *scheme, bool running, struct failure *why)
{
	const struct account_options *options = command->own;
	struct standing standing = { 0 };
	struct account account = { 0 };

	if (account_check_html(command, options->html, why) == -1)
		return (why->code);
	if (scheme_standing(scheme, history, &standing, why) == 0) {
		account_make(&account, history, &standing,
		    standing_state(&standing, history, running));
		account.program = command->program;
		if (options->html != NULL)
			make_page(command, &account, why);
		else
			account_text(&account, &command->report);
	}
	account_release(&account);
	standing_release(&standing);
	return (why->message[0] == '\0' ? EXITCODE_OK : why->code);
}
