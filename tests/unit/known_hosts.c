#include <config.h>

#include "../../clroll/ssh/known_hosts.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/words.h"
#include "unit.h"

/* Three keys as ssh-keygen(1) makes them. */
#define ED	"ssh-ed25519"
#define EC	"ecdsa-sha2-nistp256"
#define KEY1	"AAAAC3NzaC1lZDI1NTE5AAAAIARWD5i/z0ZkTCXM" \
		"+7ytdFD0UNurKb7Opy5SqwwYUBMx"
#define KEY2	"AAAAC3NzaC1lZDI1NTE5AAAAIHEIzHpxM7by9Ze/" \
		"toOVQ9BGFzl0+Dx/TXW9kdNT+ewU"
#define KEY3	"AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABB" \
		"BElRl+SbofbLOkv/5F79GJrlTGP/D41PM869M14LmgRmbmmBaFgb" \
		"NX1sqB4I5S5OZySlu9rlLl/PHOppDi5s6TA="
/* The same made illegible: host.example.com, and [host.example.com]:2222. */
#define HASHED	"|1|TL1fMD8xdEXib9cLH6sLi3zCs2Q=|AzQ/XP2EYiAgq3PG5L9S9TJP+WY="
#define HASHED_PORT \
		"|1|JkCkgANIVM+jjZwfFI1iej7Kjlo=|7uZgmVrA0CAopw6/d/xUB4YgQog="

static const struct row {
	const char			*lines;
	const char			*name;
	int				 port;
	const char			*type;
	const char			*key;
	enum known_hosts_verdict	 verdict;
} rows[] = {
	/* names */
	{ "a " ED " " KEY1, "a", 22, ED, KEY1, KNOWN_HOSTS_KNOWN },
	{ "a " ED " " KEY1 " who@where\n", "a", 22, ED, KEY1,
	    KNOWN_HOSTS_KNOWN },
	{ " \ta\t" ED "\t" KEY1 "\r\n", "a", 22, ED, KEY1,
	    KNOWN_HOSTS_KNOWN },
	{ "x,a,y " ED " " KEY1, "a", 22, ED, KEY1, KNOWN_HOSTS_KNOWN },
	{ "A.b " ED " " KEY1, "a.B", 22, ED, KEY1, KNOWN_HOSTS_KNOWN },
	{ "", "a", 22, ED, KEY1, KNOWN_HOSTS_UNKNOWN },
	{ "#a " ED " " KEY1, "a", 22, ED, KEY1, KNOWN_HOSTS_UNKNOWN },
	{ "ab " ED " " KEY1, "a", 22, ED, KEY1, KNOWN_HOSTS_UNKNOWN },
	{ "a " ED, "a", 22, ED, KEY1, KNOWN_HOSTS_UNKNOWN },
	{ "a 1024 35 " KEY1, "a", 22, ED, KEY1, KNOWN_HOSTS_UNKNOWN },
	/* keys */
	{ "a " ED " " KEY2, "a", 22, ED, KEY1, KNOWN_HOSTS_CHANGED },
	{ "a " EC " " KEY3, "a", 22, ED, KEY1, KNOWN_HOSTS_UNKNOWN },
	{ "a " ED " " KEY2 "\na " ED " " KEY1, "a", 22, ED, KEY1,
	    KNOWN_HOSTS_KNOWN },
	{ "a " ED " " KEY1 "\na " EC " " KEY3, "a", 22, EC, KEY3,
	    KNOWN_HOSTS_KNOWN },
	{ "a " ED " !!!!", "a", 22, ED, "!!!!", KNOWN_HOSTS_CHANGED },
	/* ports */
	{ "[a]:2222 " ED " " KEY1, "a", 2222, ED, KEY1, KNOWN_HOSTS_KNOWN },
	{ "[a]:2222 " ED " " KEY1, "a", 22, ED, KEY1, KNOWN_HOSTS_UNKNOWN },
	{ "[a]:2222 " ED " " KEY1, "a", 2223, ED, KEY1,
	    KNOWN_HOSTS_UNKNOWN },
	{ "a " ED " " KEY1, "a", 2222, ED, KEY1, KNOWN_HOSTS_KNOWN },
	{ "a " ED " " KEY1 "\n[a]:2222 " ED " " KEY2, "a", 2222, ED, KEY1,
	    KNOWN_HOSTS_CHANGED },
	{ "[::1]:2222 " ED " " KEY1, "::1", 2222, ED, KEY1,
	    KNOWN_HOSTS_KNOWN },
	/* patterns */
	{ "*.b " ED " " KEY1, "a.b", 22, ED, KEY1, KNOWN_HOSTS_KNOWN },
	{ "*.b " ED " " KEY1, "a.bc", 22, ED, KEY1, KNOWN_HOSTS_UNKNOWN },
	{ "a? " ED " " KEY1, "ab", 22, ED, KEY1, KNOWN_HOSTS_KNOWN },
	{ "a? " ED " " KEY1, "a", 22, ED, KEY1, KNOWN_HOSTS_UNKNOWN },
	{ "*.b,!a.b " ED " " KEY1, "a.b", 22, ED, KEY1,
	    KNOWN_HOSTS_UNKNOWN },
	{ "!a.b,*.b " ED " " KEY1, "c.b", 22, ED, KEY1, KNOWN_HOSTS_KNOWN },
	{ "!a " ED " " KEY1, "b", 22, ED, KEY1, KNOWN_HOSTS_UNKNOWN },
	{ "[*.b]:* " ED " " KEY1, "a.b", 2222, ED, KEY1,
	    KNOWN_HOSTS_KNOWN },
	{ "*a*a*a*a*b " ED " " KEY1, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac",
	    22, ED, KEY1, KNOWN_HOSTS_UNKNOWN },
	/* hashed names */
	{ HASHED " " ED " " KEY1, "host.example.com", 22, ED, KEY1,
	    KNOWN_HOSTS_KNOWN },
	{ HASHED " " ED " " KEY1, "HOST.example.com", 22, ED, KEY1,
	    KNOWN_HOSTS_KNOWN },
	{ HASHED " " ED " " KEY1, "host.example.org", 22, ED, KEY1,
	    KNOWN_HOSTS_UNKNOWN },
	{ HASHED_PORT " " ED " " KEY2, "host.example.com", 2222, ED, KEY2,
	    KNOWN_HOSTS_KNOWN },
	{ HASHED_PORT " " ED " " KEY2, "host.example.com", 22, ED, KEY2,
	    KNOWN_HOSTS_UNKNOWN },
	{ "|1|short|names " ED " " KEY1, "a", 22, ED, KEY1,
	    KNOWN_HOSTS_UNKNOWN },
	{ "|2|TL1fMD8xdEXib9cLH6sLi3zCs2Q=|AzQ/XP2EYiAgq3PG5L9S9TJP+WY= " ED
	    " " KEY1, "host.example.com", 22, ED, KEY1,
	    KNOWN_HOSTS_UNKNOWN },
	/* markers */
	{ "@revoked a " ED " " KEY1, "a", 22, ED, KEY1,
	    KNOWN_HOSTS_REVOKED },
	{ "a " ED " " KEY1 "\n@revoked * " ED " " KEY1, "a", 22, ED, KEY1,
	    KNOWN_HOSTS_REVOKED },
	{ "@revoked * " ED " " KEY1 "\na " ED " " KEY1, "a", 22, ED, KEY1,
	    KNOWN_HOSTS_REVOKED },
	{ "@revoked a " ED " " KEY2 "\na " ED " " KEY1, "a", 22, ED, KEY1,
	    KNOWN_HOSTS_KNOWN },
	{ "@revoked a " ED " " KEY2, "a", 22, ED, KEY1,
	    KNOWN_HOSTS_UNKNOWN },
	{ "[a]:2222 " ED " " KEY1 "\n@revoked a " ED " " KEY1, "a", 2222, ED,
	    KEY1, KNOWN_HOSTS_REVOKED },
	{ "@revoked " HASHED " " ED " " KEY1, "host.example.com", 22, ED,
	    KEY1, KNOWN_HOSTS_REVOKED },
	{ "@cert-authority * " ED " " KEY1, "a", 22, ED, KEY1,
	    KNOWN_HOSTS_UNKNOWN },
};

START_TEST(judges)
{
	const struct row *row = &rows[_i];
	struct known_hosts *table = known_hosts_make();
	struct known_host *host;
	struct failure why;

	ck_assert_int_eq(known_hosts_add(table, "file", row->lines,
	    strlen(row->lines), &why), 0);
	host = known_hosts_find(table, row->name, row->port);
	ck_assert_int_eq(known_host_judge(host, row->type, row->key, NULL,
	    NULL), row->verdict);
	known_host_free(host);
	known_hosts_free(table);
}
END_TEST

/* Lines that begin with '@' and cannot be understood. */
static const char *const bad[] = {
	"@revoke a " ED " " KEY1,
	"@",
	"@revoked",
	"@revoked a " ED,
	"@revoked a " ED " !!!!",
	"@revoked |1|x|y " ED " " KEY1,
	"@Revoked a " ED " " KEY1,
};

START_TEST(refuses_a_line_that_may_take_trust_away)
{
	struct known_hosts *table = known_hosts_make();
	struct failure why = { 0 };
	char lines[512];

	(void)snprintf(lines, sizeof(lines), "# first\n%s", bad[_i]);
	ck_assert_int_eq(known_hosts_add(table, "file", lines, strlen(lines),
	    &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_CONFIG);
	ck_assert_int_eq(strncmp(why.message, "file:2: ", 8), 0);
	known_hosts_free(table);
}
END_TEST

START_TEST(tells_which_line_decided)
{
	static const char lines[] = "a " EC " " KEY3 "\n\na " ED " " KEY1 "\n"
	    "@revoked a " ED " " KEY2 "\n";
	struct known_hosts *table = known_hosts_make();
	struct known_host *host;
	struct failure why;
	const char *file = NULL;
	size_t line = 0;

	ck_assert_int_eq(known_hosts_add(table, "one", "b x y\n", 6, &why), 0);
	ck_assert_int_eq(known_hosts_add(table, "two", lines,
	    sizeof(lines) - 1, &why), 0);
	host = known_hosts_find(table, "a", 22);
	(void)known_host_judge(host, ED, KEY2, &file, &line);
	ck_assert_str_eq(file, "two");
	ck_assert_uint_eq(line, 4);
	(void)known_host_judge(host, ED, KEY1, &file, &line);
	ck_assert_uint_eq(line, 3);
	known_host_free(host);
	known_hosts_free(table);
}
END_TEST

START_TEST(lists_the_types_of_a_host)
{
	static const char lines[] = "a " ED " " KEY1 "\na " ED " " KEY2 "\n"
	    "* " EC " " KEY3 "\n@revoked a x-1 " KEY1 "\n"
	    "@cert-authority b,a ssh-rsa " KEY1 "\n";
	struct known_hosts *table = known_hosts_make();
	struct known_host *host;
	struct words types = { 0 };
	const char *file = NULL;
	size_t line = 0;
	struct failure why;

	ck_assert_int_eq(known_hosts_add(table, "file", lines,
	    sizeof(lines) - 1, &why), 0);
	host = known_hosts_find(table, "a", 22);
	known_host_types(host, &types);
	ck_assert_uint_eq(types.count, 2);
	ck_assert(words_has(&types, ED) && words_has(&types, EC));
	ck_assert(known_host_has_authority(host, &file, &line));
	ck_assert_str_eq(file, "file");
	ck_assert_uint_eq(line, 5);
	known_host_free(host);
	host = known_hosts_find(table, "c", 22);
	ck_assert(!known_host_has_authority(host, &file, &line));
	known_host_free(host);
	words_release(&types);
	known_hosts_free(table);
}
END_TEST

/* A table that was looked into may still grow. */
START_TEST(finds_among_many)
{
	struct known_hosts *table = known_hosts_make();
	struct failure why;

	for (int i = 0; i < 1000; i++) {
		struct words line = { 0 };
		struct words name = { 0 };
		struct known_host *host;

		words_format(&line, "node%d,10.0.%d.%d " ED " " KEY1, i,
		    i / 256, i % 256);
		ck_assert_int_eq(known_hosts_add(table, "file", line.list[0],
		    strlen(line.list[0]), &why), 0);
		words_format(&name, "10.0.%d.%d", i / 512, i / 2 % 256);
		host = known_hosts_find(table, name.list[0], 22);
		ck_assert_int_eq(known_host_judge(host, ED, KEY1, NULL, NULL),
		    KNOWN_HOSTS_KNOWN);
		known_host_free(host);
		words_release(&line);
		words_release(&name);
	}
	known_hosts_free(table);
}
END_TEST

START_TEST(reads_only_files_that_can_be_trusted)
{
	struct known_hosts *table = known_hosts_make();
	struct failure why = { 0 };

	ck_assert_int_eq(known_hosts_read(table, "missing", &why), 0);
	unit_write("file", "a " ED " " KEY1 "\n");
	ck_assert_int_eq(chmod("file", 0644), 0);
	ck_assert_int_eq(known_hosts_read(table, "file", &why), 1);
	ck_assert_int_eq(chmod("file", 0664), 0);
	ck_assert_int_eq(known_hosts_read(table, "file", &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_DENIED);
	known_hosts_free(table);
	known_hosts_free(NULL);
	known_host_free(NULL);
}
END_TEST

TCase *
known_hosts_case(void)
{
	TCase *testcase = tcase_create("known_hosts");

	unit_use_directory(testcase);
	tcase_add_loop_test(testcase, judges, 0,
	    sizeof(rows) / sizeof(rows[0]));
	tcase_add_loop_test(testcase, refuses_a_line_that_may_take_trust_away,
	    0, sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(testcase, tells_which_line_decided);
	tcase_add_test(testcase, lists_the_types_of_a_host);
	tcase_add_test(testcase, finds_among_many);
	tcase_add_test(testcase, reads_only_files_that_can_be_trusted);
	return testcase;
}
