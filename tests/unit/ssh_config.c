#include <config.h>

#include "../../clroll/ssh/ssh_config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "unit.h"

/* Adds "NAME=VALUE " if there is a value. */
static void
show(struct text *text, const char *name, const char *value)
{
	if (value != NULL && value[0] != '\0')
		text_format(text, "%s=%s ", name, value);
}

static void
show_words(struct text *text, const char *name, const struct words *words)
{
	struct text joined = { 0 };

	words_join(words, "|", &joined);
	show(text, name, text_string(&joined));
	text_release(&joined);
}

static void
show_number(struct text *text, const char *name, int64_t value)
{
	if (value != 0)
		text_format(text, "%s=%lld ", name, (long long)value);
}

/* Adds what the file "config" says of name. */
static int
describe(const char *name, struct text *text, struct failure *why)
{
	struct ssh_config *config = ssh_config_make();
	struct ssh_config_host host = { 0 };
	int rc = ssh_config_read(config, "config", why);

	if (rc == 1)
		rc = ssh_config_find(config, name, "root", &host, why);
	show(text, "address", host.address);
	show(text, "user", host.user);
	show_number(text, "port", host.port);
	show(text, "key", host.key_name);
	show(text, "jump", host.jump);
	show(text, "agent", host.agent);
	show_words(text, "identity", &host.identities);
	show_number(text, "only", host.only_these);
	show_words(text, "known", &host.known_hosts);
	show_number(text, "timeout", host.connect_timeout / CLOCK_SECOND);
	show_number(text, "alive", host.keep_alive / CLOCK_SECOND);
	show_words(text, "ignored", &host.ignored);
	ssh_config_host_release(&host);
	ssh_config_free(config);
	return rc;
}

static const struct row {
	const char	*lines;
	const char	*name;
	const char	*expected;
} rows[] = {
	{ "", "a", "" },
	{ "# User x\n\n  \t\n", "a", "" },
	{ "User x", "a", "user=x " },
	{ "  uSeR\t=\t\"x\"  # who\r\n", "a", "user=x " },
	{ "User x\nUser y\n", "a", "user=x " },
	{ "User=x\nPort=2222\n", "a", "user=x port=2222 " },
	{ "IdentityFile 'a b'\n", "a", "identity=a b " },
	/* hosts */
	{ "Host b\nUser x\n", "a", "" },
	{ "Host b a\nUser x\n", "a", "user=x " },
	{ "Host a\nUser x\nHost *\nUser y\nPort 1\n", "a",
	    "user=x port=1 " },
	{ "Host *.org !c.org\nUser x\n", "b.org", "user=x " },
	{ "Host *.org !c.org\nUser x\n", "c.org", "" },
	{ "Host n?\nUser x\n", "n1", "user=x " },
	{ "Host a\nHostName 192.0.2.1\nHost 192.0.2.1\nUser x\n", "a",
	    "address=192.0.2.1 " },
	{ "Match host 192.0.2.*\nUser x\nHost a\nHostName 192.0.2.1\n"
	    "Match host 192.0.2.*\nPort 3\n", "a",
	    "address=192.0.2.1 port=3 " },
	{ "Match originalhost b,a user root\nPort 3\n", "a", "port=3 " },
	{ "Match originalhost a user op\nPort 3\n", "a", "" },
	{ "Match all\nPort 3\n", "a", "port=3 " },
	{ "Match exec true\nPort 3\n", "a", "ignored=config:1: 'Match' has a "
	    "criterion that clroll cannot tell; its lines are passed over " },
	/* values */
	{ "HostName %h.example.org\n", "a", "address=a.example.org " },
	{ "IdentityFile ~/k_%r@%h-%n:%p%%\nHost a\nUser x\nHostName b\n"
	    "Port 5\n", "a", "address=b user=x port=5 "
	    "identity=/home/x/k_x@b-a:5% " },
	{ "IdentitiesOnly yes\nIdentitiesOnly no\n", "a", "only=1 " },
	{ "IdentitiesOnly no\nIdentitiesOnly yes\n", "a", "only=-1 " },
	{ "IdentityFile a\nIdentityFile none\nIdentityFile b\n", "a",
	    "identity=a|b " },
	{ "UserKnownHostsFile /a /b\nUserKnownHostsFile /c\n", "a",
	    "known=/a|/b|/etc/ssh/ssh_known_hosts " },
	{ "GlobalKnownHostsFile /g\n", "a",
	    "known=/home/x/.ssh/known_hosts|/g " },
	{ "HostKeyAlias k\nConnectTimeout 7\nServerAliveInterval 2m\n", "a",
	    "key=k timeout=7 alive=120 " },
	{ "ProxyJump op@b:2222,c\nProxyJump d\n", "a",
	    "jump=op@b:2222,c " },
	{ "ProxyJump none\nProxyJump d\n", "a", "" },
	{ "IdentityAgent /s\n", "a", "agent=/s " },
	{ "IdentityAgent SSH_AUTH_SOCK\nIdentityAgent /s\n", "a",
	    "agent=/here/agent " },
	{ "IdentityAgent $MY_AGENT\nIdentityAgent /s\n", "a",
	    "agent=/here/mine " },
	{ "IdentityAgent ${MY_AGENT}\nIdentityAgent /s\n", "a",
	    "agent=/here/mine " },
	{ "IdentityAgent $NO_AGENT\nIdentityAgent /s\n", "a",
	    "agent=none " },
	{ "IdentityAgent none\nIdentityAgent /s\n", "a", "agent=none " },
	{ "IdentityFile ~/${MY_KEY}.key\n", "a",
	    "identity=/home/x/k.key " },
	/* what is passed over */
	{ "SendEnv LANG LC_*\nHashKnownHosts yes\nGSSAPIAuthentication yes\n"
	    "StrictHostKeyChecking ask\nProxyCommand none\n", "a", "" },
	{ "ServerAliveCountMax 3\nSendEnv -X LC_ALL\n", "a", "" },
	{ "ServerAliveCountMax 5\n", "a", "ignored=config:1: "
	    "'ServerAliveCountMax' is not known to clroll, and does nothing " },
	{ "SendEnv LANG PATH\n", "a", "ignored=config:1: 'SendEnv' is not "
	    "known to clroll, and does nothing " },
	{ "SetEnv A=b\n", "a", "ignored=config:1: 'SetEnv' is not known to "
	    "clroll, and does nothing " },
	{ "ProxyCommand nc %h %p\nProxyJump d\n", "a", "ignored=config:1: "
	    "'ProxyCommand' is not carried out by clroll; use 'ProxyJump' " },
	{ "BindAddress 192.0.2.9\n", "a", "ignored=config:1: 'BindAddress' is "
	    "not known to clroll, and does nothing " },
	{ "Host b\nBindAddress 192.0.2.9\n", "a", "" },
	{ "StrictHostKeyChecking no\n", "a", "ignored=config:1: "
	    "'StrictHostKeyChecking' is not known to clroll, and does "
	    "nothing " },
};

START_TEST(finds_what_is_said_of_a_host)
{
	struct failure why = { 0 };
	struct text text = { 0 };

	ck_assert_int_eq(setenv("HOME", "/home/x", 1), 0);
	ck_assert_int_eq(setenv("SSH_AUTH_SOCK", "/here/agent", 1), 0);
	ck_assert_int_eq(setenv("MY_AGENT", "/here/mine", 1), 0);
	ck_assert_int_eq(setenv("MY_KEY", "k", 1), 0);
	ck_assert_int_eq(unsetenv("NO_AGENT"), 0);
	unit_write("config", rows[_i].lines);
	ck_assert_msg(describe(rows[_i].name, &text, &why) == 0, "%s",
	    why.message);
	ck_assert_str_eq(text_string(&text), rows[_i].expected);
	text_release(&text);
}
END_TEST

static const struct row refusals[] = {
	{ "User\n", "a", "config:1: a keyword without a value" },
	{ "\nUser \"x\n", "a", "config:2: a quote without an end" },
	{ "Port x\n", "a", "config:1: 'Port' is no number, or out of range" },
	{ "Port 65536\n", "a",
	    "config:1: 'Port' is no number, or out of range" },
	{ "IdentityFile ~/%L\n", "a",
	    "config:1: 'IdentityFile' has a token that clroll does not know, "
	    "or a variable that is not set" },
	{ "IdentityFile ${KEY}\n", "a",
	    "config:1: 'IdentityFile' has a token that clroll does not know, "
	    "or a variable that is not set" },
	{ "HostName ${HOME}\n", "a",
	    "config:1: 'HostName' has a token that clroll does not know, "
	    "or a variable that is not set" },
	{ "ConnectTimeout soon\n", "a",
	    "config:1: 'ConnectTimeout' is no time that clroll knows" },
	{ "IdentitiesOnly maybe\n", "a",
	    "config:1: 'IdentitiesOnly' is neither yes nor no" },
	{ "RevokedHostKeys /r\n", "a",
	    "config:1: 'RevokedHostKeys' cannot be read by clroll" },
};

START_TEST(refuses_what_it_would_get_wrong)
{
	struct failure why = { 0 };
	struct text text = { 0 };

	unit_write("config", refusals[_i].lines);
	ck_assert_int_eq(describe(refusals[_i].name, &text, &why), -1);
	ck_assert_str_eq(why.message, refusals[_i].expected);
	ck_assert_int_eq(why.code, EXITCODE_CONFIG);
	text_release(&text);
}
END_TEST

START_TEST(reads_the_files_that_a_file_includes)
{
	struct failure why = { 0 };
	struct text text = { 0 };

	ck_assert_int_eq(mkdir("d", 0700), 0);
	unit_write("d/1", "User x\nHost a\nPort 7\n");
	unit_write("d/2", "Host b\nPort 8\n");
	unit_write("config", "Host a b\nInclude ./d/* none\nHost *\n"
	    "ConnectTimeout 3\n");
	ck_assert_int_eq(describe("a", &text, &why), 0);
	ck_assert_int_eq(describe("b", &text, &why), 0);
	ck_assert_int_eq(describe("c", &text, &why), 0);
	ck_assert_str_eq(text_string(&text), "user=x port=7 timeout=3 "
	    "user=x port=8 timeout=3 timeout=3 ");
	text_release(&text);
}
END_TEST

/* Lets the file "config" be refused with code. */
static void
refuse(enum exitcode code, const char *message)
{
	struct failure why = { 0 };
	struct text text = { 0 };

	ck_assert_int_eq(describe("a", &text, &why), -1);
	ck_assert_int_eq(why.code, code);
	ck_assert_ptr_nonnull(strstr(why.message, message));
	text_release(&text);
}

START_TEST(refuses_a_file_that_includes_itself)
{
	unit_write("config", "Include config\n");
	refuse(EXITCODE_CONFIG, "config:1: too many files include files");
}
END_TEST

START_TEST(refuses_files_that_include_ever_more)
{
	static const char *const names[] = { "config", "more-1", "more-2",
		"more-3", "more-4", "more-5" };

	/* Four times as many at each level. */
	for (size_t i = 0; i < 6; i++) {
		struct text text = { 0 };

		for (int j = 0; j < 4; j++)
			text_format(&text, "Include more-%zu\n", i + 1);
		unit_write(names[i], text_string(&text));
		text_release(&text);
	}
	unit_write("more-6", "Port 22\n");
	refuse(EXITCODE_CONFIG, "too many files include files");
}
END_TEST

START_TEST(refuses_a_file_whose_end_it_would_not_see)
{
	FILE *file = fopen("config", "w");

	ck_assert_ptr_nonnull(file);
	(void)fputs("Host a", file);
	(void)fputc('\0', file);
	(void)fputs("\nUser x\n", file);
	ck_assert_int_eq(fclose(file), 0);
	refuse(EXITCODE_CONFIG, "'config' is no text");
}
END_TEST

START_TEST(refuses_a_file_that_others_may_write)
{
	unit_write("config", "User x\n");
	ck_assert_int_eq(chmod("config", 0622), 0);
	refuse(EXITCODE_DENIED, "config");
}
END_TEST

TCase *
ssh_config_case(void)
{
	TCase *testcase = tcase_create("ssh_config");

	unit_use_directory(testcase);
	tcase_add_loop_test(testcase, finds_what_is_said_of_a_host, 0,
	    (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_loop_test(testcase, refuses_what_it_would_get_wrong, 0,
	    (int)(sizeof(refusals) / sizeof(refusals[0])));
	tcase_add_test(testcase, reads_the_files_that_a_file_includes);
	tcase_add_test(testcase, refuses_a_file_that_includes_itself);
	tcase_add_test(testcase, refuses_files_that_include_ever_more);
	tcase_add_test(testcase, refuses_a_file_whose_end_it_would_not_see);
	tcase_add_test(testcase, refuses_a_file_that_others_may_write);
	return testcase;
}
