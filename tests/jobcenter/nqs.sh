# What nqsstart, nqsstop and nqsstat of the simulated JobCenter share.
# The sourcing script has set "program" to its name and "lib" to its folder.
# shellcheck shell=sh disable=SC2034,SC2154

fail() {
	echo "$program: $*" >&2
	exit 1
}

# Sets site to what the argument, or else NQS_SITE names.
name_site() {
	site=${1:-${NQS_SITE:-local}}
}

# Sets site, dbpath and spool.
find_site() {
	name_site "$@"
	dbpath=$(awk -v site="$site" '$1 == site { print $2; exit }' \
	    "$lib/rc/sites" 2>/dev/null)
	[ -n "$dbpath" ] || fail "no site '$site' in '$lib/rc/sites'"
	spool=$dbpath
	[ "$site" = local ] || spool=$dbpath/nqs
}

# Prints "PID NAME" of each process of the site here, by the exact path of its
# program and its first argument.  A child of nqsdaemon that has its name still
# is about to become another program, and must not be told to end as nqsdaemon.
site_processes() {
	ps -e -o pid= -o ppid= -o args= | awk -v lib="$lib" -v site="$site" '
	BEGIN {
		count = split("nqsdaemon jnwcaster jnwengine sclaunchd " \
		    "comagent jcdbs", names)
		for (i = 1; i <= count; i++)
			known[lib "/" names[i]] = names[i]
		known[lib "/cluster/cjcpw"] = "cjcpw"
	}
	$3 in known && (site == "local" ? NF == 3 : $4 == site) {
		name[$1] = known[$3]
		parent[$1] = $2
	}
	{
		for (i = 3; i <= 4 && i < NF; i++)
			if ($i == lib "/jnwunit" && $(i + 1) == site)
				name[$1] = "jnwunit"
	}
	END {
		for (pid in name) {
			above = parent[pid]
			if (name[pid] == "nqsdaemon" && above in name &&
			    name[above] == "nqsdaemon")
				print pid, "jnwunit"
			else
				print pid, name[pid]
		}
	}' | sort -n
}

# Prints the names of the processes that a running site must have and this
# list of site_processes lacks.
missing_processes() {
	for name in nqsdaemon jnwcaster jnwengine sclaunchd comagent jcdbs \
	    cluster/cjcpw; do
		[ -x "$lib/$name" ] || continue
		[ "$name" != cluster/cjcpw ] || [ "$site" != local ] ||
		    continue
		echo "$1" | grep -q " ${name##*/}\$" || echo "${name##*/}"
	done
}

has_leader() {
	echo "$1" | grep -q -e ' nqsdaemon$' -e ' cjcpw$'
}

answers() {
	"$lib/gui/bin/jnwsummary" "$site" >/dev/null 2>&1
}

# Puts the lines of its input into one, for a message.
one_line() {
	tr '\n' ' ' | sed 's/ $//'
}
