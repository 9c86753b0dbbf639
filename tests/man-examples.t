#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# The EXAMPLES of the manuals are carried out in the demo: packages and clusters
# get the names that the demo has for them.
. "${srcdir:-.}/tests/lib.sh"

demo=$scratch/demo
cluster=$top/tests/demo/cluster

prepare() {
	command -v rpmbuild >/dev/null || skip 'no rpmbuild'
	PATH=$PATH:/usr/sbin:/sbin command -v sshd >/dev/null ||
	    skip 'no sshd'
	[ -f "$build/config.status" ] || skip 'nothing is configured here'
	"$cluster" up -b "$build" \
	    -p "${JOBCENTER_PACKAGES:-$scratch/packages}" "$demo"
	cp "$demo/control/clusters/demo.conf" \
	    "$demo/control/clusters/tokyo.conf"
	mkdir "$scratch/backup"
}

clean_up() {
	"$cluster" down "$demo"
}

# examples FILE: the lines of its section EXAMPLES that are literal.
examples() {
	awk '
		/^\.Sh / { section = $2; inside = 0 }
		section != "EXAMPLES" { next }
		/^\.Dl / { sub(/^\.Dl /, ""); print; next }
		/^\.Bd -literal/ { inside = 1; next }
		/^\.Ed/ { inside = 0; next }
		inside { gsub(/\\e/, "\\"); gsub(/\\&/, ""); print }' \
	    "$top/man/$1"
}

# carry_out_at PLACE: each line of the input, there; 3 says that something would
# change.
carry_out_at() {
	while read -r line; do
		line=$(echo "$line" | sed \
		    -e "s|/root/NECJCpt-13.1.1-1[a-z0-9_.]*|$(echo \
			"$demo"/packages/NECJCpt-13.1.1-1.*.rpm)|g" \
		    -e "s| NECJCpt-13.1.1-1[a-z0-9_.]*| $(echo \
			"$demo"/packages/NECJCpt-13.1.1-1.*.rpm)|g" \
		    -e "s|/var/backups/|$scratch/backup/|g" \
		    -e "s|/root/patch.html|$scratch/patch.html|" \
		    -e "s|/root/snap|$scratch/snap|" \
		    -e "s|/root/drop|$scratch/drop|" \
		    -e "s|/mnt/nqs|$scratch/look|" \
		    -e "s|/tmp/look|$scratch/look|g" \
		    -e "s|/usr/spool/nqs|$demo/$1/usr/spool/nqs|g" \
		    -e "s|^nqsbackup|$demo/tools/sbin/nqsbackup|" \
		    -e 's/| ssh backup .*/| gzip -t/' \
		    -e 's/| age -R .*/| gzip -t/' \
		    -e 's/| gpg -e .*/| gzip -t/' \
		    -e 's/^age -d .* |/cat nqs.tar.gz |/' \
		    -e 's/^gpg -d .* |/cat nqs.tar.gz |/' \
		    -e 's|/dev/tty|/dev/null|')
		echo "$1: $line"
		status=0
		"$cluster" run "$demo" "$1" sh -c "$line" </dev/null ||
		    status=$?
		case $status in
		0 | 3)	;;
		*)	echo "exit $status"
			return 1 ;;
		esac
	done
}

# On the node that does not hold siteA, with its local site stopped.
a_backup() {
	examples nqsbackup.8 >"$scratch/examples"
	[ "$(wc -l <"$scratch/examples")" -gt 3 ]
	mkdir "$scratch/place"
	cd "$scratch/place"
	# The snapshot's own scripts are the operator's.
	for script in snap drop; do
		printf '#!/bin/sh\ntest -n "$NQSTOOLS_HOOK"\n' \
		    >"$scratch/$script"
		chmod 755 "$scratch/$script"
	done
	"$cluster" run "$demo" node2 nqsupd site stop local
	carry_out_at node2 <"$scratch/examples"
	"$cluster" run "$demo" node2 nqsupd site start local
	[ -s "$scratch/place/nqs.tar.gz" ]
}

# has_name_left: whether an archive may be made now: names end in the second.
has_name_left() {
	set -- "$scratch/backup"/*-"$(date +%Y%m%dT%H%M%SZ)".tar.gz
	[ ! -e "$1" ]
}

# After a_backup, beside the archives that are there already.  Nothing is
# restored, as nothing has changed, so there is nothing to undo.
the_backup_of_the_readme() {
	wait_until 5 has_name_left
	sed -n -e "s|/backup|$scratch/backup|g" \
	    -e 's/^    \(archive=.*\)/\1/p' \
	    -e 's/^    \(nqsbackup .*\)/\1/p' "$top/README.md" |
	    grep -v '^nqsbackup undo' >"$scratch/examples"
	[ "$(wc -l <"$scratch/examples")" -gt 4 ]
	"$cluster" run "$demo" node2 nqsupd site stop local
	"$cluster" run "$demo" node2 sh -ec "$(cat "$scratch/examples")"
	"$cluster" run "$demo" node2 nqsupd site start local
	ls "$scratch/backup"
}

a_node() {
	examples nqsupd.8 >"$scratch/examples"
	[ "$(wc -l <"$scratch/examples")" -gt 3 ]
	carry_out_at node2 <"$scratch/examples"
}

a_cluster() {
	examples clroll.8 >"$scratch/examples"
	[ "$(wc -l <"$scratch/examples")" -gt 3 ]
	mkdir "$scratch/control"
	cd "$scratch/control"
	echo tokyo >clusters
	carry_out_at control <"$scratch/examples"
}

a_configuration() {
	examples nqstools.conf.5 | grep -v '^/' >"$scratch/nqstools.conf"
	grep -q '^sites = ' "$scratch/nqstools.conf"
	"$build/nqsupd/nqsupd" ps -c "$scratch/nqstools.conf" -s siteA
}

a_cluster_file() {
	examples clroll.conf.5 >"$scratch/tokyo.conf"
	grep -q '^nodes = ' "$scratch/tokyo.conf"
	sed -i.old -e "s|/root/.ssh/id_ed25519|$demo/control/id_ed25519|" \
	    -e 's|host = "[0-9.]*"|host = "127.0.0.1"; port = 1|' \
	    "$scratch/tokyo.conf"
	# Nobody is at that port, so all of the file was read.
	expect 69 "$build/clroll/clroll" status "$scratch/tokyo.conf"
}

a_procedure() {
	examples nqstools.procedure.5 | awk -v "folder=$scratch" '
		/^name = / { file = folder "/" substr($3, 2, length($3) - 3) }
		{ print >(file ".conf") }'
	grep -q '^steps = ' "$scratch/stop-local.conf"
	"$cluster" run "$demo" node1 nqsupd run "$scratch/stop-local.conf"
	expect 3 "$cluster" run "$demo" node1 nqsupd ps -s local \
	    --expect running
	"$cluster" run "$demo" node1 nqsupd rollback
	"$cluster" run "$demo" node1 nqsupd ps -s local --expect running
	run 0 "$cluster" run "$demo" node1 nqsupd plan -n \
	    "$scratch/patch-single.conf"
	stdout_has "$scratch/patch-single.conf: complete, "
}

run_tests a_configuration a_cluster_file a_procedure a_backup \
    the_backup_of_the_readme a_node a_cluster
