#include <config.h>

#include "../../nqsupd/connections.h"

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "unit.h"

/* As a little-endian machine prints it. */
static const char heading[] =
"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt"
"   uid  timeout inode\n";
static const char listening[] =
"   0: 00000000:0263 00000000:0000 0A 00000000:00000000 00:00000000 00000000"
"     0        0 20000 1 0 100 0 0 10 0\n";
static const char connected[] =
"   1: 0A02000A:0263 0702000A:0401 01 00000000:00000000 00:00000000 00000000"
"     0        0 20001 1 0 20 4 30 10 -1\n";
static const char closing[] =
"   2: 0A02000A:0263 0802000A:0402 06 00000000:00000000 00:00000000 00000000"
"     0        0 20002 1 0 20 4 30 10 -1\n";
static const char outgoing[] =
"   3: 0A02000A:8000 0902000A:0263 01 00000000:00000000 00:00000000 00000000"
"     0        0 20003 1 0 20 4 30 10 -1\n";
static const char sixth[] =
"   0: 00000000000000000000000000000000:0263 00000000000000000000000000000000"
":0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 1 0 0 1"
"\n"
"   1: B80D0120000000000000000001000000:0263 B80D0120000000000000000002000000"
":0401 01 00000000:00000000 00:00000000 00000000     0        0 1 1 0 1 0 0 1"
"\n"
"   2: 0000000000000000FFFF00000A02000A:0263 0000000000000000FFFF00000802000A"
":0402 01 00000000:00000000 00:00000000 00000000     0        0 1 1 0 1 0 0 1"
"\n";

/* Adds who is connected to port 611, in a line, to text. */
static void
show_peers(const char *const *tables, struct text *text)
{
	struct connections connections = { 0 };
	struct failure why = { 0 };
	struct words peers = { 0 };

	for (; *tables != NULL; tables++)
		ck_assert_int_eq(connections_parse(&connections, *tables,
		    &why), 0);
	connections_peers(&connections, 611, &peers);
	words_join(&peers, " ", text);
	words_release(&peers);
	connections_release(&connections);
}

START_TEST(names_who_is_connected)
{
	const char *const tables[] = { heading, listening, connected, closing,
		outgoing, NULL };
	struct text text = { 0 };

	show_peers(tables, &text);
	ck_assert_str_eq(text_string(&text), "10.0.2.7:1025");
	text_release(&text);
}
END_TEST

START_TEST(does_not_count_what_nobody_listens_for)
{
	const char *const tables[] = { heading, connected, NULL };
	struct text text = { 0 };

	show_peers(tables, &text);
	ck_assert_str_eq(text_string(&text), "");
	text_release(&text);
}
END_TEST

START_TEST(knows_the_sixth_version_too)
{
	const char *const tables[] = { heading, sixth, NULL };
	struct text text = { 0 };

	show_peers(tables, &text);
	ck_assert_str_eq(text_string(&text),
	    "[2001:db8::2]:1025 10.0.2.8:1026");
	text_release(&text);
}
END_TEST

static const char *const damaged[] = {
	"0:\n",
	"0: 00000000:0263 00000000:0000\n",
	"0: 00000000:0263 00000000:0000 0\n",
	"0: 0000000:0263 00000000:0000 0A\n",
	"0: 0000000000000000:0263 00000000:0000 0A\n",
	"0: 00000000:02634 00000000:0000 0A\n",
	"0: 00000000 00000000:0000 0A\n",
	"0: 0000000g:0263 00000000:0000 0A\n",
	"0: 00000000:0263 00000000:0000 zz\n",
};

START_TEST(refuses_what_is_no_table)
{
	struct connections connections = { 0 };
	struct failure why = { 0 };

	ck_assert_int_eq(connections_parse(&connections, damaged[_i], &why),
	    -1);
	ck_assert_int_eq(why.code, EXITCODE_SYSTEM);
	connections_release(&connections);
}
END_TEST

static const struct {
	const char	*table;
	const char	*peers;
} netstats[] = {
	/* AIX 7.2 */
	{ "Active Internet connections (including servers)\n"
	    "Proto Recv-Q Send-Q  Local Address          Foreign Address"
	    "        (state)\n"
	    "tcp4       0      0  *.22                   *.*"
	    "                    LISTEN\n"
	    "tcp        0      0  *.611                  *.*"
	    "                    LISTEN\n"
	    "tcp4       0     48  192.0.2.1.611          192.0.2.7.1025"
	    "         ESTABLISHED\n"
	    "tcp6       0      0  2001:db8::1.611        2001:db8::2.1026"
	    "       ESTABLISHED\n"
	    "tcp4       0      0  192.0.2.1.611          192.0.2.8.1027"
	    "         TIME_WAIT\n"
	    "udp        0      0  *.611                  *.*\n",
	    "192.0.2.7:1025 [2001:db8::2]:1026" },
	/* HP-UX 11i v3 */
	{ "Proto Recv-Q Send-Q  Local Address         Foreign Address"
	    "        (state)\n"
	    "tcp        0      0  192.0.2.1.611         192.0.2.7.1025"
	    "         ESTABLISHED\n"
	    "tcp        0      0  *.611                 *.*"
	    "                    LISTEN\n"
	    "Active UNIX domain sockets\n"
	    "f0a1 stream  0 0 10 0 0 0 /tmp/LISTEN\n", "192.0.2.7:1025" },
	/* Solaris 11.4 */
	{ "TCP: IPv4\n"
	    "   Local Address        Remote Address    Swind Send-Q Rwind "
	    "Recv-Q    State\n"
	    "-------------------- -------------------- ----- ------ ----- "
	    "------ -----------\n"
	    "      *.611                *.*                0      0 49152"
	    "      0 LISTEN\n"
	    "192.0.2.1.611        192.0.2.7.1025     49640      0 49640"
	    "      0 ESTABLISHED\n"
	    "192.0.2.1.40000      192.0.2.9.611      49640      0 49640"
	    "      0 ESTABLISHED\n"
	    "TCP: IPv6\n"
	    "2001:db8::1.611                   2001:db8::2.1026"
	    "                 49640      0 49640      0 ESTABLISHED net0\n",
	    "192.0.2.7:1025 [2001:db8::2]:1026" },
	/* Linux, net-tools */
	{ "tcp        0      0 0.0.0.0:611             0.0.0.0:*"
	    "               LISTEN     \n"
	    "tcp        0      0 192.0.2.1:611           192.0.2.7:1025"
	    "          ESTABLISHED\n", "192.0.2.7:1025" },
	/* Nobody listens. */
	{ "tcp4       0     48  192.0.2.1.611          192.0.2.7.1025"
	    "         ESTABLISHED\n", "" },
};

START_TEST(reads_what_netstat_prints)
{
	struct connections connections = { 0 };
	struct failure why = { 0 };
	struct words peers = { 0 };
	struct text text = { 0 };

	ck_assert_int_eq(connections_parse_netstat(&connections,
	    netstats[_i].table, &why), 0);
	connections_peers(&connections, 611, &peers);
	words_join(&peers, " ", &text);
	ck_assert_str_eq(text_string(&text), netstats[_i].peers);
	text_release(&text);
	words_release(&peers);
	connections_release(&connections);
}
END_TEST

START_TEST(believes_no_netstat_that_tells_nothing)
{
	static const char *const tables[] = { "", "netstat: not found\n",
		"Active Internet connections\n",
		"tcp4 0 0 nonsense nothing LISTEN\n" };

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		struct connections connections = { 0 };
		struct failure why = { 0 };

		ck_assert_int_eq(connections_parse_netstat(&connections,
		    tables[i], &why), -1);
		ck_assert_int_eq(why.code, EXITCODE_UNREACHABLE);
		connections_release(&connections);
	}
}
END_TEST

TCase *
connections_case(void)
{
	TCase *testcase = tcase_create("connections");
	const uint32_t one = 1;

	/* The tables above are those of a little-endian machine. */
	if (*(const unsigned char *)&one == 1) {
		tcase_add_test(testcase, names_who_is_connected);
		tcase_add_test(testcase, knows_the_sixth_version_too);
	}
	tcase_add_test(testcase, does_not_count_what_nobody_listens_for);
	tcase_add_loop_test(testcase, refuses_what_is_no_table, 0,
	    sizeof(damaged) / sizeof(damaged[0]));
	tcase_add_loop_test(testcase, reads_what_netstat_prints, 0,
	    sizeof(netstats) / sizeof(netstats[0]));
	tcase_add_test(testcase, believes_no_netstat_that_tells_nothing);
	return testcase;
}
