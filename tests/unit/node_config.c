#include <config.h>

#include "../../libsite/node_config.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "unit.h"

#define SITE	"sites = ( { name = \"siteA\"; group = \"g\"; " \
		    "trees = [ \"/data\" ]; "

static struct node_config *
read_text(const char *string, struct failure *why)
{
	unit_write("n.conf", string);
	return node_config_read("n.conf", why);
}

static struct node_config *
read_good(const char *string)
{
	struct failure why = { 0 };
	struct node_config *config = read_text(string, &why);

	ck_assert_msg(config != NULL, "%s", why.message);
	return config;
}

START_TEST(has_the_local_site_by_default)
{
	struct node_config *config = read_good("node = \"n\";\n");
	const struct node_site *site = node_config_site(config,
	    NODE_LOCAL_SITE);

	ck_assert_str_eq(config->node, "n");
	ck_assert_str_eq(config->file, "n.conf");
	ck_assert_ptr_null(config->cluster_adapter);
	ck_assert_str_eq(config->package.adapter, "rpm");
	ck_assert_str_eq(config->package.name, "NECJCpkg");
	ck_assert_ptr_nonnull(strstr(config->procedures,
	    "/nqstools/procedures"));
	ck_assert_int_eq(config->history.keep_last, 200);
	ck_assert_int_eq(config->history.keep_days, 400);
	ck_assert_int_eq(config->patience, INT64_C(60) * 1000000000);
	ck_assert_uint_eq(config->site_count, 1);
	ck_assert_ptr_null(site->group);
	ck_assert_uint_eq(site->trees.count, 2);
	ck_assert_str_eq(site->trees.list[0], "/usr/spool/nqs");
	ck_assert_uint_eq(site->start.count, 1);
	ck_assert_uint_eq(site->leader_count, 1);
	ck_assert_str_eq(site->leaders[0].argument, "");
	ck_assert_uint_eq(site->client_port_count, 1);
	ck_assert_int_eq(site->client_ports[0], 611);
	ck_assert_uint_eq(site->resident_count, 6);
	ck_assert_str_eq(site->residents[5].name, "jcdbs");
	ck_assert_str_eq(site->residents[5].since, "13.1");
	ck_assert_uint_eq(site->transient_count, 2);
	ck_assert_str_eq(site->transients[0].name, "requests");
	ck_assert_str_eq(site->transients[1].path,
	    "/usr/spool/nqs/gui/jnwexe");
	node_config_free(config);
	node_config_free(NULL);
}
END_TEST

START_TEST(fills_in_the_defaults_of_a_cluster_site)
{
	struct node_config *config = read_good(SITE "} );\n");
	const struct node_site *site = node_config_site(config, "siteA");

	ck_assert_ptr_null(node_config_site(config, NODE_LOCAL_SITE));
	ck_assert_str_eq(site->group, "g");
	ck_assert_str_eq(site->start.list[1], "siteA");
	ck_assert_str_eq(site->stop.list[0], "/usr/lib/nqs/nqsstop");
	ck_assert_str_eq(site->residents[0].name, "cjcpw");
	ck_assert_uint_eq(site->leader_count, 2);
	ck_assert_str_eq(site->leaders[0].name, "cjcpw");
	ck_assert_str_eq(site->leaders[1].argument, "siteA");
	node_config_free(config);
}
END_TEST

START_TEST(reads_all_that_a_site_has)
{
	struct node_config *config = read_good(SITE
	    "start = [ \"/s\", \"x\" ]; stop = \"/t\"; "
	    "residents = ( \"one\", { name = \"/bin/two\"; since = \"13.2\"; "
	    "count = 3; } ); leaders = ( { name = \"l\"; } ); "
	    "client_ports = [ 1, 65535 ]; transient = ( { name = \"a\"; "
	    "path = \"b\"; }, { name = \"c\"; path = \"/d\"; } ); } );\n"
	    "cluster = { adapter = \"pacemaker\"; };\n");
	const struct node_site *site = &config->sites[0];

	ck_assert_str_eq(config->cluster_adapter, "pacemaker");
	ck_assert_uint_eq(site->start.count, 2);
	ck_assert_uint_eq(site->stop.count, 1);
	ck_assert_uint_eq(site->resident_count, 2);
	ck_assert_int_eq(site->residents[0].count, 1);
	ck_assert_ptr_null(site->residents[0].since);
	ck_assert_int_eq(site->residents[1].count, 3);
	ck_assert_str_eq(site->residents[1].since, "13.2");
	ck_assert_str_eq(site->leaders[0].argument, "");
	ck_assert_uint_eq(site->client_port_count, 2);
	ck_assert_int_eq(site->client_ports[1], 65535);
	ck_assert_uint_eq(site->transient_count, 2);
	ck_assert_str_eq(site->transients[0].path, "/data/b");
	ck_assert_str_eq(site->transients[1].path, "/d");
	node_config_free(config);
}
END_TEST

START_TEST(has_no_clients_where_no_port_is_named)
{
	struct node_config *config = read_good(SITE
	    "client_ports = [ ]; } );\n");

	ck_assert_uint_eq(config->sites[0].client_port_count, 0);
	node_config_free(config);
}
END_TEST

static const struct refusal {
	const char	*string;
	const char	*why;		/* behind the file's name */
} refusals[] = {
	{ "state = \"x\";\n", "1: 'state' is not an absolute path" },
	{ "locks = \"x\";\n", "1: 'locks' is not an absolute path" },
	{ "clusters = \"x\";\n", "1: 'clusters' is not an absolute path" },
	{ "share = \"x\";\n", "1: 'share' is not an absolute path" },
	{ "node = \"\";\n", "1: 'node' is empty" },
	{ "path = \"\";\n", "1: 'path' is empty" },
	{ "package = {\nstaging = \"x\"; };\n",
	    "1: 'staging' is not an absolute path" },
	{ "package = {\ntarget = \"x\"; };\n",
	    "1: 'target' is not an absolute path" },
	{ "package = {\nstore = \"x\"; };\n",
	    "1: 'store' is not an absolute path" },
	{ "package = {\nname = \"\"; };\n", "1: 'name' is empty" },
	{ "package = {\nsignature = \"yes\"; };\n",
	    "1: 'signature' is neither 'required' nor 'optional'" },
	{ "cluster = {\nadapter = \"\"; };\n", "1: 'adapter' is empty" },
	{ "sites = (\n1 );\n", "2: a site is a group" },
	{ "sites = (\n{ group = \"g\"; } );\n", "2: a site has no name" },
	{ "sites = (\n{ name = \"s\"; } );\n", "2: site 's' needs 'group'" },
	{ "sites = (\n{ name = \"local\"; group = \"g\"; } );\n",
	    "2: the local site has no 'group'" },
	{ "sites = (\n{ name = \"s\"; group = \"g\"; } );\n",
	    "2: site 's' needs 'trees'" },
	{ "sites = (\n{ name = \"local\"; trees = [ \"x\" ]; } );\n",
	    "2: 'trees': 'x' is not an absolute path" },
	{ "sites = ( { name = \"local\"; },\n{ name = \"local\"; } );\n",
	    "2: site 'local' stands twice" },
	{ SITE "residents = (\n1 ); } );\n",
	    "2: a resident is a name or a group" },
	{ SITE "residents = (\n\"\" ); } );\n", "2: a resident has no name" },
	{ SITE "residents = (\n{ count = 1; } ); } );\n",
	    "2: a resident has no name" },
	{ SITE "leaders = (\n\"x\" ); } );\n", "2: a leader is a group" },
	{ SITE "transient = (\n\"x\" ); } );\n",
	    "2: what is transient is a group" },
	{ SITE "transient = (\n{ name = \"x\"; } ); } );\n",
	    "2: what is transient needs 'name' and 'path'" },
	{ SITE "leaders = (\n{ argument = \"x\"; } ); } );\n",
	    "2: a leader has no name" },
};

START_TEST(refuses_with_file_and_line)
{
	const struct refusal *refusal = &refusals[_i];
	struct failure why = { 0 };
	struct text expected = { 0 };

	ck_assert_ptr_null(read_text(refusal->string, &why));
	text_format(&expected, "n.conf:%s", refusal->why);
	ck_assert_str_eq(why.message, text_string(&expected));
	ck_assert_int_eq(why.code, EXITCODE_CONFIG);
	text_release(&expected);
}
END_TEST

/* What libcore refuses in its own words. */
static const char *const others[] = {
	"nonsense = 1;\n",
	"node = 5;\n",
	"cluster = { group = \"g\"; };\n",
	"cluster = \"pacemaker\";\n",
	"package = { release = \"x\"; };\n",
	"sites = \"local\";\n",
	SITE "color = 1; } );\n",
	SITE "trees = 5; } );\n",
	SITE "residents = ( { name = \"x\"; count = 0; } ); } );\n",
	SITE "residents = ( { name = \"x\"; color = 0; } ); } );\n",
	SITE "leaders = ( { name = \"x\"; color = 0; } ); } );\n",
	SITE "client_ports = [ 0 ]; } );\n",
	SITE "client_ports = [ 65536 ]; } );\n",
	SITE "client_ports = [ \"x\" ]; } );\n",
};

START_TEST(refuses_what_is_unknown_or_of_the_wrong_kind)
{
	struct failure why = { 0 };

	ck_assert_ptr_null(read_text(others[_i], &why));
	ck_assert_int_eq(why.code, EXITCODE_CONFIG);
}
END_TEST

START_TEST(follows_the_environment_unless_a_file_is_named)
{
	struct failure why = { 0 };

	unit_write("e.conf", "node = \"e\";\n");
	ck_assert_int_eq(setenv("NQSTOOLS_CONF", "e.conf", 1), 0);
	struct node_config *config = node_config_read(NULL, &why);
	ck_assert_str_eq(config->node, "e");
	node_config_free(config);
	config = read_good("node = \"n\";\n");
	ck_assert_str_eq(config->node, "n");
	node_config_free(config);
	ck_assert_int_eq(setenv("NQSTOOLS_CONF", "missing.conf", 1), 0);
	ck_assert_ptr_null(node_config_read(NULL, &why));
	ck_assert_ptr_nonnull(strstr(why.message, "missing.conf"));
}
END_TEST

TCase *
node_config_case(void)
{
	TCase *testcase = tcase_create("node_config");

	unit_use_directory(testcase);
	tcase_add_test(testcase, has_the_local_site_by_default);
	tcase_add_test(testcase, fills_in_the_defaults_of_a_cluster_site);
	tcase_add_test(testcase, reads_all_that_a_site_has);
	tcase_add_test(testcase, has_no_clients_where_no_port_is_named);
	tcase_add_loop_test(testcase, refuses_with_file_and_line, 0,
	    sizeof(refusals) / sizeof(refusals[0]));
	tcase_add_loop_test(testcase,
	    refuses_what_is_unknown_or_of_the_wrong_kind, 0,
	    sizeof(others) / sizeof(others[0]));
	tcase_add_test(testcase,
	    follows_the_environment_unless_a_file_is_named);
	return testcase;
}
