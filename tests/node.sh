# A node of nothing but folders, for tests of nqsupd that need no more.  Source
# it after tests/lib.sh.
# shellcheck shell=sh disable=SC2154

# node_conf NODE: prints the configuration of a node whose package manager is
# $scratch/adapter.
node_conf() {
	cat <<-END
		node = "$1";
		state = "$scratch/state";
		locks = "$scratch/locks";
		share = "$top/share";
		package = { adapter = "$scratch/adapter";
		    store = "$scratch/store"; };
	END
}

# site_conf: prints what is to be added for a site.
site_conf() {
	echo 'sites = ( { name = "siteA"; group = "g"; trees = "/a"; } );'
}

# write_node: the node of $scratch/conf has a site, and a package manager that
# only says what is installed.
write_node() {
	# shellcheck disable=SC2016	# it is the adapter's
	echo 'case $1 in query) echo NECJCpkg 13.1-1 x86_64 ;; *) exit 3 ;; esac' \
	    >"$scratch/adapter"
	{
		node_conf node
		site_conf
	} >"$scratch/conf"
}

# write_bare_node: the node of $scratch/conf has a site, and a package manager
# that no test asks.
write_bare_node() {
	echo 'exit 3' >"$scratch/adapter"
	{
		node_conf node
		site_conf
	} >"$scratch/conf"
}

# upd VERB [ARGUMENT]...: nqsupd on the node of $scratch/conf.
upd() {
	verb=$1
	shift
	"$build/nqsupd/nqsupd" "$verb" -c "$scratch/conf" "$@"
}
