#include <config.h>

#include "tools.h"

#include <stdint.h>

static const struct procedure_verb cluster_verbs[] = {
	{ "probe", 0, 0 }, { "nodes", 0, 0 }, { "groups", 0, 0 },
	{ "where", 1, 2 }, { "health", 0, 0 }, { "move", 2, 2 },
	{ "release", 1, 1 }, { "start", 1, 1 }, { "stop", 1, 1 },
	{ "unmonitor", 1, 1 }, { "monitor", 1, 1 }, { "unmonitored", 1, 1 },
	{ "exclude", 1, 1 }, { "admit", 1, 1 }, { "excluded", 1, 1 },
	{ "residue", 1, 1 }, { 0 }
};

static const struct procedure_verb package_verbs[] = {
	{ "probe", 0, 0 }, { "query", 1, 1 }, { "inspect", 1, 1 },
	{ "files", 1, 1 }, { "verify", 1, 1 }, { "install", 1, SIZE_MAX },
	{ "upgrade", 1, SIZE_MAX }, { "remove", 1, 1 },
	{ "rehearse", 2, SIZE_MAX }, { "installed", 1, 1 }, { 0 }
};

const struct procedure_tool tools_known[] = {
	{ "cluster", cluster_verbs }, { "package", package_verbs }, { 0 }
};

const struct procedure_tool tools_known_afar[] = {
	{ "cluster", cluster_verbs }, { 0 }
};
