#include <config.h>

#include <string.h>
#include <strings.h>

#include "ssh_config_lines.h"

/*
 * Options that change nothing for clroll: what only matters to a person at a
 * terminal, to forwarding, or to what ssh(1) does of its own.  Some others
 * change nothing while they have one of these values.
 */
static const char *const harmless[] = {
	"addkeystoagent", "batchmode", "challengeresponseauthentication",
	"checkhostip", "clearallforwardings", "controlmaster", "controlpath",
	"controlpersist", "dynamicforward", "enableescapecommandline",
	"enablesshkeysign", "escapechar", "exitonforwardfailure",
	"fingerprinthash", "forkafterauthentication", "forwardagent",
	"forwardx11", "forwardx11timeout", "forwardx11trusted",
	"gatewayports", "gssapiauthentication", "gssapidelegatecredentials",
	"hashknownhosts", "hostbasedauthentication", "ignoreunknown",
	"kbdinteractiveauthentication", "localcommand", "localforward",
	"loglevel", "logverbose",
	"nohostauthenticationforlocalhost", "numberofpasswordprompts",
	"passwordauthentication", "permitlocalcommand", "permitremoteopen",
	"proxyusefdpass", "remotecommand", "remoteforward", "requesttty",
	"sessiontype", "stdinnull", "streamlocalbindmask",
	"streamlocalbindunlink", "syslogfacility", "tag", "tcpkeepalive",
	"tunnel", "tunneldevice", "updatehostkeys", "visualhostkey",
	"xauthlocation", NULL
};
static const struct {
	const char	*keyword;
	const char	*value;
} harmless_values[] = {
	{ "addressfamily", "any" }, { "canonicalizehostname", "no" },
	{ "compression", "no" }, { "connectionattempts", "1" },
	{ "proxycommand", "none" },
	{ "pubkeyauthentication", "yes" }, { "revokedhostkeys", "none" },
	{ "serveralivecountmax", "3" },
	{ "certificatefile", "none" }, { "knownhostscommand", "none" },
	{ "stricthostkeychecking", "yes" }, { "stricthostkeychecking", "ask" },
	{ "verifyhostkeydns", "no" },
};

/*
 * Whether only what says the language is sent to the node, as many systems'
 * own ssh_config has it: commands of clroll do not go by the language.
 */
static bool
sends_language(const struct ssh_config_line *line)
{
	if (strcmp(line->keyword, "sendenv") != 0)
		return false;
	for (size_t i = 0; i < line->words.count; i++) {
		const char *word = line->words.list[i];

		if (strncmp(word, "LC_", 3) != 0 && word[0] != '-' &&
		    strcmp(word, "LANG") != 0 && strcmp(word, "LANGUAGE") != 0)
			return false;
	}
	return true;
}

bool
ssh_config_is_harmless(const struct ssh_config_line *line)
{
	if (sends_language(line))
		return true;
	for (size_t i = 0; harmless[i] != NULL; i++)
		if (strcmp(harmless[i], line->keyword) == 0)
			return true;
	for (size_t i = 0; i < sizeof(harmless_values) /
	    sizeof(harmless_values[0]); i++)
		if (strcmp(harmless_values[i].keyword, line->keyword) == 0 &&
		    strcasecmp(harmless_values[i].value,
		    line->words.list[0]) == 0)
			return true;
	return false;
}
