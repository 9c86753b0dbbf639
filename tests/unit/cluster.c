#include <config.h>

#include "../../clroll/cluster/cluster.h"

#include <stdlib.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "unit.h"

#define HEAD	"adapter = \"pacemaker\"; group = \"g\"; site = \"s\";\n"
#define NODES	"nodes = ( { name = \"a\"; }, { name = \"b\"; } );\n"

static struct cluster *
read_text(const char *string, struct failure *why)
{
	unit_write("jc.conf", string);
	return cluster_read("jc", ".", why);
}

static struct cluster *
read_good(const char *string)
{
	struct failure why = { 0 };
	struct cluster *cluster = read_text(string, &why);

	ck_assert_msg(cluster != NULL, "%s", why.message);
	return cluster;
}

START_TEST(fills_in_the_defaults)
{
	ck_assert_int_eq(setenv("HOME", "/home/x", 1), 0);
	struct cluster *cluster = read_good(HEAD NODES);
	const struct cluster_node *node = &cluster->nodes[1];

	ck_assert_str_eq(cluster->name, "jc");
	ck_assert_str_eq(cluster->file, "./jc.conf");
	ck_assert_str_eq(cluster->groups[0].home, "a");
	ck_assert_str_eq(cluster->store, "/var/lib/nqstools/packages");
	ck_assert_int_eq(cluster->patience, 120 * CLOCK_SECOND);
	ck_assert_uint_eq(cluster->groups[0].check.count, 0);
	ck_assert_ptr_null(cluster->groups[0].service_address);
	ck_assert_uint_eq(cluster->count, 2);
	ck_assert_str_eq(node->name, "b");
	ck_assert_str_eq(node->host, "b");
	ck_assert_str_eq(node->user, "root");
	ck_assert_int_eq(node->port, 22);
	ck_assert_str_eq(node->identity, "/home/x/.ssh/id_ed25519");
	ck_assert_uint_eq(node->known_hosts.count, 2);
	ck_assert_str_eq(node->known_hosts.list[0],
	    "/home/x/.ssh/known_hosts");
	ck_assert_str_eq(node->known_hosts.list[1],
	    "/etc/ssh/ssh_known_hosts");
	ck_assert_int_eq(node->connect_timeout, 10 * CLOCK_SECOND);
	ck_assert_int_eq(node->keep_alive, 15 * CLOCK_SECOND);
	cluster_free(cluster);
}
END_TEST

START_TEST(lets_a_node_differ_from_the_others)
{
	ck_assert_int_eq(setenv("HOME", "/home/x", 1), 0);
	struct cluster *cluster = read_good(HEAD
	    "ssh = { user = \"op\"; port = 2222; identity = \"~/key\";"
	    " known_hosts = \"~/known\"; connect_timeout = \"3s\"; };\n"
	    "nodes = ( { name = \"a\"; }, { name = \"b\"; host = \"::1\";"
	    " user = \"root\"; port = 22; identity = \"/key\";"
	    " known_hosts = [ \"/k\", \"~x\" ]; keep_alive = \"1s\"; } );\n");
	const struct cluster_node *a = &cluster->nodes[0];
	const struct cluster_node *b = &cluster->nodes[1];

	ck_assert_str_eq(a->user, "op");
	ck_assert_int_eq(a->port, 2222);
	ck_assert_str_eq(a->identity, "/home/x/key");
	ck_assert_uint_eq(a->known_hosts.count, 1);
	ck_assert_str_eq(a->known_hosts.list[0], "/home/x/known");
	ck_assert_str_eq(b->host, "::1");
	ck_assert_str_eq(b->user, "root");
	ck_assert_int_eq(b->port, 22);
	ck_assert_str_eq(b->identity, "/key");
	ck_assert_uint_eq(b->known_hosts.count, 2);
	ck_assert_str_eq(b->known_hosts.list[1], "~x");
	ck_assert_int_eq(b->connect_timeout, 3 * CLOCK_SECOND);
	ck_assert_int_eq(b->keep_alive, CLOCK_SECOND);
	cluster_free(cluster);
}
END_TEST

START_TEST(reads_all_that_a_cluster_has)
{
	struct cluster *cluster = read_good(HEAD NODES
	    "home = \"b\"; store = \"/store\"; patience = \"5m\";\n"
	    "check = [ \"true\", \"x y\" ];\n"
	    "service = { address = \"192.0.2.1\"; port = 607; };\n");

	ck_assert_str_eq(cluster->groups[0].home, "b");
	ck_assert_str_eq(cluster->store, "/store");
	ck_assert_int_eq(cluster->patience, 300 * CLOCK_SECOND);
	ck_assert_uint_eq(cluster->groups[0].check.count, 2);
	ck_assert_str_eq(cluster->groups[0].service_address, "192.0.2.1");
	ck_assert_int_eq(cluster->groups[0].service_port, 607);
	ck_assert_uint_eq(cluster_find_node(cluster, "b"), 1);
	ck_assert_uint_eq(cluster_find_node(cluster, "c"), 2);
	cluster_free(cluster);
}
END_TEST

START_TEST(finds_the_hosts_to_go_through)
{
	struct cluster *cluster = read_good(HEAD
	    "ssh = { jump = \"op@g:2222,[::1]:23\"; identity = \"/key\"; };\n"
	    "nodes = ( { name = \"a\"; }, { name = \"b\"; },"
	    " { name = \"c\"; jump = \"none\"; },"
	    " { name = \"d\"; jump = \"h\"; } );\n");
	const struct cluster_node *first = &cluster->bastions[0];
	const struct cluster_node *second = &cluster->bastions[1];

	ck_assert_uint_eq(cluster->bastion_count, 3);
	ck_assert_uint_eq(cluster->nodes[0].bastion, 1);
	ck_assert_uint_eq(cluster->nodes[1].bastion, 1);
	ck_assert_uint_eq(cluster->nodes[2].bastion, CLUSTER_NO_BASTION);
	ck_assert_uint_eq(cluster->nodes[3].bastion, 2);
	ck_assert_uint_eq(second->bastion, 0);
	ck_assert_uint_eq(first->bastion, CLUSTER_NO_BASTION);
	ck_assert_str_eq(first->host, "g");
	ck_assert_str_eq(first->user, "op");
	ck_assert_int_eq(first->port, 2222);
	ck_assert_str_eq(second->host, "::1");
	ck_assert_str_eq(second->user, "root");
	ck_assert_int_eq(second->port, 23);
	ck_assert_str_eq(second->identity, "/key");
	ck_assert_str_eq(cluster->bastions[2].host, "h");
	cluster_free(cluster);
}
END_TEST

static const char *const no_jumps[] = { "", "a:", "a:0", "a:b", "@a", "u@",
	"a,", "[::1" };

START_TEST(refuses_a_host_to_go_through_that_is_none)
{
	struct failure why = { 0 };
	struct text text = { 0 };

	text_format(&text, "%sssh = { jump = \"%s\"; };\n", HEAD NODES,
	    no_jumps[_i]);
	ck_assert_ptr_null(read_text(text_string(&text), &why));
	ck_assert_int_eq(why.code, EXITCODE_CONFIG);
	text_release(&text);
}
END_TEST

static const struct refusal {
	const char	*string;
	const char	*why;		/* behind the file's name */
} refusals[] = {
	{ "group = \"g\"; site = \"s\";\n" NODES, "1: 'adapter' is missing" },
	{ "adapter = \"a\"; site = \"s\";\n" NODES, "1: 'group' is missing" },
	{ "adapter = \"a\"; group = \"g\";\n" NODES, "1: 'site' is missing" },
	{ HEAD NODES "home = \"c\";\n",
	    "1: 'home': there is no node 'c'" },
	{ HEAD NODES "store = \"rel\";\n",
	    "1: 'store' is not an absolute path" },
	{ HEAD, "1: 'nodes' needs at least two nodes" },
	{ HEAD "nodes = ( { name = \"a\"; } );\n",
	    "1: 'nodes' needs at least two nodes" },
	{ HEAD "nodes = (\n{ name = \"a\"; },\n{ name = \"a\"; } );\n",
	    "4: node 'a' stands twice" },
	{ HEAD "nodes = (\n{ name = \"a\"; },\n{ name = \"b/c\"; } );\n",
	    "4: the node's name 'b/c' has more than letters, digits, '-', "
	    "'_' and '.'" },
	{ HEAD "nodes = (\n{ name = \"a\"; },\n{ host = \"b\"; } );\n",
	    "4: 'name' is missing" },
	{ HEAD "nodes = (\n\"a\",\n\"b\" );\n", "3: a node is a group" },
	{ HEAD NODES "runs_on = [ \"a\", \"c\" ];\n",
	    "1: 'runs_on': there is no node 'c'" },
	{ HEAD NODES "runs_on = [ \"b\" ];\n",
	    "1: 'runs_on': group 'g' needs two nodes at least" },
	{ "adapter = \"x\";\n" NODES "groups = ();\n",
	    "1: 'groups' is empty" },
	{ "adapter = \"x\";\n" NODES "groups = (\n{ name = \"g\"; } );\n",
	    "4: 'site' is missing" },
	{ "adapter = \"x\";\n" NODES "groups = (\n"
	    "{ name = \"g\"; site = \"s\"; },\n"
	    "{ name = \"g\"; site = \"t\"; } );\n",
	    "5: group 'g' stands twice" },
	{ "adapter = \"x\";\n" NODES "groups = (\n"
	    "{ name = \"g\"; site = \"s\"; },\n"
	    "{ name = \"h\"; site = \"s\"; } );\n",
	    "5: site 's' is in the group 'g', too" },
	{ HEAD NODES "service = {\n address = \"x\"; };\n",
	    "3: 'port' is missing" },
	{ HEAD NODES "service = {\n port = 1; };\n",
	    "3: 'address' is missing" },
	{ HEAD NODES "ssh = {\n connect_timeout = \"0s\"; };\n",
	    "3: 'connect_timeout' and 'keep_alive' must be above 0" },
	{ HEAD NODES "ssh = {\n keep_alive = \"0s\"; };\n",
	    "3: 'connect_timeout' and 'keep_alive' must be above 0" },
};

START_TEST(refuses_with_file_and_line)
{
	const struct refusal *refusal = &refusals[_i];
	struct failure why = { 0 };
	struct text expected = { 0 };

	ck_assert_ptr_null(read_text(refusal->string, &why));
	text_format(&expected, "./jc.conf:%s", refusal->why);
	ck_assert_str_eq(why.message, text_string(&expected));
	ck_assert_int_eq(why.code, EXITCODE_CONFIG);
	text_release(&expected);
}
END_TEST

/* What libcore refuses in its own words. */
static const char *const others[] = {
	HEAD NODES "nonsense = 1;\n",
	HEAD NODES "ssh = { name = \"a\"; };\n",
	HEAD NODES "ssh = { port = 0; };\n",
	HEAD NODES "ssh = { port = 65536; };\n",
	HEAD NODES "service = { address = \"x\"; port = 70000; };\n",
	HEAD NODES "service = { address = \"x\"; port = 1; path = \"/\"; };\n",
	HEAD NODES "patience = 5;\n",
	HEAD NODES "check = 5;\n",
	HEAD NODES "group = \"\";\n",
	HEAD "nodes = ( { name = \"a\"; color = 1; }, { name = \"b\"; } );\n",
	HEAD "nodes = ( { name = \"a\"; host = \"\"; }, { name = \"b\"; } );\n",
	HEAD "nodes = 5;\n",
};

START_TEST(refuses_what_is_unknown_or_of_the_wrong_kind)
{
	struct failure why = { 0 };

	ck_assert_ptr_null(read_text(others[_i], &why));
	ck_assert_int_eq(why.code, EXITCODE_CONFIG);
}
END_TEST

START_TEST(names_the_file_of_a_cluster_that_there_is_not)
{
	struct failure why = { 0 };

	ck_assert_ptr_null(cluster_read("none", "/dir", &why));
	ck_assert_int_eq(why.code, EXITCODE_USAGE);
	ck_assert_str_eq(why.message, "there is no cluster 'none'");
	ck_assert_str_eq(why.hint, "it would be the file /dir/none.conf");
}
END_TEST

START_TEST(takes_a_name_with_a_slash_for_a_path)
{
	struct failure why = { 0 };

	unit_write("other", HEAD NODES);
	struct cluster *cluster = cluster_read("./other", "/dir", &why);
	ck_assert_msg(cluster != NULL, "%s", why.message);
	ck_assert_str_eq(cluster->name, "other");
	cluster_free(cluster);
	cluster_free(NULL);
}
END_TEST

START_TEST(knows_a_node_that_is_this_machine)
{
	struct cluster *cluster = read_good(HEAD "nodes = ( { name = \"a\";"
	    "local = true; }, { name = \"b\"; jump = \"c\"; } );\n"
	    "ssh = { jump = \"d\"; config = []; };\n");

	ck_assert(cluster->nodes[0].local);
	ck_assert_uint_eq(cluster->nodes[0].bastion, CLUSTER_NO_BASTION);
	ck_assert(!cluster->nodes[1].local);
	ck_assert_uint_eq(cluster->bastion_count, 1);
	cluster_free(cluster);
}
END_TEST

START_TEST(has_several_groups)
{
	struct cluster *cluster = read_good("adapter = \"x\"; nodes = (\n"
	    "{ name = \"a\"; }, { name = \"b\"; }, { name = \"c\"; } );\n"
	    "groups = ( { name = \"g\"; site = \"s\"; },\n"
	    "{ name = \"h\"; site = \"t\"; runs_on = [ \"c\", \"b\" ];\n"
	    "service = { address = \"x\"; port = 1; };\n"
	    "check = [ \"y\" ]; } );\n");
	const struct cluster_group *second = &cluster->groups[1];

	ck_assert_uint_eq(cluster->group_count, 2);
	ck_assert_str_eq(cluster->groups[0].home, "a");
	ck_assert(cluster_may_take(cluster, &cluster->groups[0], 2));
	ck_assert_str_eq(second->home, "c");
	ck_assert(!cluster_may_take(cluster, second, 0));
	ck_assert(cluster_may_take(cluster, second, 1));
	ck_assert_uint_eq(cluster_find_group(cluster, "h"), 1);
	ck_assert_uint_eq(cluster_find_group(cluster, "i"), 2);
	cluster_free(cluster);
}
END_TEST

/* It may be another one when the plan is compared. */
START_TEST(knows_the_digest_of_the_file_that_it_read)
{
	struct cluster *cluster = read_good(HEAD NODES);
	char digest[DIGEST_TEXT_ROOM];

	unit_write("jc.conf", HEAD NODES "home = \"b\";\n");
	digest_of_bytes(HEAD NODES, sizeof(HEAD NODES) - 1, digest);
	ck_assert_str_eq(cluster->digest, digest);
	cluster_free(cluster);
}
END_TEST

TCase *
cluster_case(void)
{
	TCase *testcase = tcase_create("cluster");

	unit_use_directory(testcase);
	tcase_add_test(testcase, fills_in_the_defaults);
	tcase_add_test(testcase, lets_a_node_differ_from_the_others);
	tcase_add_test(testcase, has_several_groups);
	tcase_add_test(testcase, finds_the_hosts_to_go_through);
	tcase_add_test(testcase, knows_a_node_that_is_this_machine);
	tcase_add_loop_test(testcase,
	    refuses_a_host_to_go_through_that_is_none, 0,
	    (int)(sizeof(no_jumps) / sizeof(no_jumps[0])));
	tcase_add_test(testcase, reads_all_that_a_cluster_has);
	tcase_add_loop_test(testcase, refuses_with_file_and_line, 0,
	    sizeof(refusals) / sizeof(refusals[0]));
	tcase_add_loop_test(testcase,
	    refuses_what_is_unknown_or_of_the_wrong_kind, 0,
	    sizeof(others) / sizeof(others[0]));
	tcase_add_test(testcase,
	    names_the_file_of_a_cluster_that_there_is_not);
	tcase_add_test(testcase, takes_a_name_with_a_slash_for_a_path);
	tcase_add_test(testcase, knows_the_digest_of_the_file_that_it_read);
	return testcase;
}
