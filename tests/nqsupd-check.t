#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# nqsupd check, each check with what it must find, by adapters that answer as
# the files in a folder say.
. "${srcdir:-.}/tests/lib.sh"

lib=$scratch/lib
answers=$scratch/answers
conf=$scratch/nqstools.conf
nqsupd=$build/nqsupd/nqsupd
NO_DIGEST=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855

# write_conf [CLIENT-PORT [CLUSTER-ADAPTER]]
write_conf() {
	cluster=
	[ -z "${2:-}" ] || cluster="cluster = { adapter = \"$2\"; };"
	cat >"$conf" <<-END
		node = "node1";
		state = "$scratch/state";
		locks = "$scratch/locks";
		share = "$scratch/share";
		sites = (
		  { name = "local";
		    trees = [ "$scratch" ];
		    residents = ( "$lib/nqsdaemon", "$lib/comagent" );
		    leaders = ( { name = "$lib/nqsdaemon"; } );
		    client_ports = [ ${1:-1} ]; },
		  { name = "siteA"; group = "groupA"; trees = [ "$scratch" ];
		    residents = ( "$lib/cjcpw" );
		    leaders = ( { name = "$lib/cjcpw"; argument = "siteA"; } );
		    client_ports = [ 2 ]; }
		);
		package = { adapter = "test"; name = "base";
		    target = "$lib"; staging = "$lib/patch";
		    store = "$scratch/store"; };
		$cluster
	END
	chmod 600 "$conf"
}

# A package is a file with the lines that "inspect" prints; FILE.files has its
# files; it is installed when its name stands in answers/installed.
make_package_adapter() {
	cat >"$scratch/share/package/test" <<-END
		case \$1 in
		query)	read -r release <"$answers/release"
			[ ! -e "$answers/release.\$2" ] ||
			    read -r release <"$answers/release.\$2"
			case \$release in
			none)	exit 3 ;;
			*-*)	;;
			*)	release=\$release-1 ;;
			esac
			echo "base \$release noarch"
			exit ;;
		inspect|files|installed)
			grep -q ^name= "\$2" || exit 65 ;;
		esac
		case \$1 in
		rehearse)
			[ -e "$answers/rehearse" ] || exit 3
			shift
			echo "\$*" >>"$answers/asked"
			read -r code <"$answers/rehearse"
			[ ! -e "$answers/rehearse.said" ] ||
			    cat "$answers/rehearse.said"
			exit "\$code" ;;
		inspect)	cat "\$2" ;;
		files)		cat "\$2.files" ;;
		installed)	grep -Fqx "\$2" "$answers/installed" || exit 3 ;;
		esac
	END
}

# answers/VERB is what a verb prints, answers/VERB.exit its exit code.
make_cluster_adapter() {
	cat >"$scratch/share/cluster/test" <<-END
		cat "$answers/\$1" 2>/dev/null
		echo "\$*" >>"$answers/asked"
		exit "\$(cat "$answers/\$1.exit" 2>/dev/null || echo 0)"
	END
}

prepare() {
	[ -x "$nqsupd" ] || skip "no nqsupd in '$build'"
	mkdir -p "$lib" "$scratch/share/package" "$scratch/share/cluster" \
	    "$scratch/store" "$answers"
	make_package_adapter
	make_cluster_adapter
	for name in nqsdaemon comagent cjcpw; do
		cp "$(command -v sh)" "$lib/$name"
	done
	mkfifo "$lib/quiet"
	echo "exec 3<>$lib/quiet; read -r line <&3; :" >"$lib/idle"
}

fresh() {
	end_daemons
	rm -rf "$answers"
	mkdir "$answers"
	echo 13.1 >"$answers/release"
	: >"$answers/installed"
	echo 3 >"$answers/excluded.exit"
	echo 3 >"$answers/where.exit"
	write_conf "$@"
}

end_daemons() {
	if [ -s "$scratch/pids" ]; then
		# shellcheck disable=SC2046	# numbers
		kill $(cat "$scratch/pids") 2>/dev/null || true
	fi
	: >"$scratch/pids"
}

clean_up() {
	end_daemons
	umount "$scratch/small" "$scratch/state"
}

# daemon NAME: runs until end_daemons.
daemon() {
	"$lib/$1" <"$lib/idle" >/dev/null 2>&1 &
	echo $! >>"$scratch/pids"
	wait_until 10 runs_as $! "$lib/$1"
}

runs_as() {
	ps -o args= -p "$1" | grep -q "^$2"
}

# make_package NAME ARCH SIZE
make_package() {
	printf 'name=%s\nversion=13.1\nrelease=1\narch=%s\nsize=%s\n' \
	    "$1" "$2" "$3" >"$scratch/$1.rpm"
	: >"$scratch/$1.rpm.files"
}

upd() {
	verb=$1
	shift
	"$nqsupd" "$verb" -c "$conf" "$@"
}

check() {
	upd check "$@"
}

# finds STATUS LINE [ARGUMENT]...: the check ends like that, with this line.
finds() {
	status=$1
	line=$2
	shift 2
	output=$(check "$@" 2>&1) && found=0 || found=$?
	same "status of 'check $*' ($output)" "$status" "$found"
	contains "$output" "$line"
}

all_is_well_on_a_quiet_node() {
	fresh
	same output "ok      environment
ok      clients
ok      processes
ok      space
ok      runs
ok      claim
ok      lock" "$(check | grep -v ' losses: ')"
}

says_what_an_upgrade_would_lose_and_where_it_looked() {
	fresh
	control=$scratch/private/root/control
	finds 0 "ok      losses: local: no requests, '$control' is not there; \
local: no trackers, '$scratch/gui/jnwexe' is not there" -s local losses
	mkdir -p "$control/1"
	: >"$control/a"
	: >"$control/1/b"
	finds 0 "ok      losses: local: 2 requests in '$control'; " -s local \
	    losses
	finds 0 "siteA: 2 requests in '$control'" losses
	rm -r "$scratch/private"
	sed -i 's/^ *trees = /transient = ( ); &/; s/"groupA";/& transient = ();/' \
	    "$conf"
	finds 0 "skipped losses: 'transient' names nothing" losses
	sed -i "s|trees = .*\"$scratch\"|trees = [ \"$scratch/nowhere\"|" "$conf"
	finds 0 'skipped losses: no site has its data here' losses
	fresh
	run 0 check -q losses
	stdout_is ''
}

finds_nqs_site_in_its_own_environment() {
	fresh
	NQS_SITE=siteA finds 3 \
	    "not ok  environment: NQS_SITE is set here, to 'siteA'" environment
	NQS_SITE='' finds 3 "NQS_SITE is set here, to ''" environment
}

finds_nqs_site_in_a_profile() {
	fresh
	printf '# NQS_SITE=x\n\nexport NQS_SITE=siteA\n' >"$HOME/.profile"
	finds 3 "not ok  environment: $HOME/.profile:3 sets NQS_SITE" \
	    environment
	rm "$HOME/.profile"
	finds 0 'ok      environment' environment
}

# The owner of a site's data could put one into his home.
waits_for_no_pipe_in_the_place_of_a_profile() {
	fresh
	mkfifo "$HOME/.profile"
	run 0 timeout 20 "$nqsupd" check -c "$conf" environment
	rm "$HOME/.profile"
	stdout_has "'$HOME/.profile' is not a regular file"
}

finds_nqs_site_of_a_local_daemon() {
	[ -r /proc/self/environ ] || skip 'no /proc/PID/environ'
	fresh
	NQS_SITE=siteA daemon nqsdaemon
	finds 3 "was started with NQS_SITE set to 'siteA'" environment
}

says_which_profile_it_may_not_read() {
	unprivileged
	fresh
	mkdir "$scratch/home"
	echo 'NQS_SITE=siteA' >"$scratch/home/.profile"
	chmod 600 "$scratch/home/.profile"
	HOME=$scratch/home
	run 3 check environment
	run 77 as_nobody "$nqsupd" check -c "$conf" environment
	stdout_has "unknown environment: "
	stdout_has "'$HOME/.profile' may not be read"
	run 77 as_nobody "$nqsupd" check -q -c "$conf" environment
	stdout_has "unknown environment: "
	run 77 as_nobody "$nqsupd" check --tap -c "$conf" environment
	stdout_has 'not ok 1 - environment'
	sed "s|trees = [^;]*;|trees = [ \"$scratch/theirs\" ];|" "$conf" \
	    >"$scratch/theirs.conf"
	chmod 644 "$scratch/theirs.conf"
	mkdir "$scratch/theirs"
	chown 65534 "$scratch/theirs"
	run 0 as_nobody "$nqsupd" check -c "$scratch/theirs.conf" environment
	stdout_has "ok      environment: '"
	stdout_has "'$HOME/.profile' may not be read"
}

finds_connected_clients() {
	[ -r /proc/net/tcp ] || skip 'no /proc/net/tcp'
	fresh
	mkfifo "$scratch/input"
	"$build/tests/connect" <"$scratch/input" >"$scratch/ports" &
	exec 9>"$scratch/input"
	wait_until 10 [ -s "$scratch/ports" ]
	read -r port peer <"$scratch/ports"
	write_conf "$port"
	finds 3 "not ok  clients: 127.0.0.1:$peer is connected to port $port \
of site 'local'" clients
	finds 3 "connected to port $port" -s local clients
	finds 0 'ok      clients' -s siteA clients
	exec 9>&-
}

# without_proc COMMAND...: as on a system that has none.
without_proc() {
	unshare -m sh -c 'mount -t tmpfs none /proc && exec "$@"' sh "$@"
}

asks_netstat_where_the_kernel_does_not_tell() {
	without_proc true 2>/dev/null || skip 'cannot hide /proc'
	fresh
	mkdir "$scratch/tools"
	sed -i "1i path = \"$scratch/tools:/usr/bin:/bin\";" "$conf"
	cat >"$scratch/tools/netstat" <<-END
		#!/bin/sh
		cat "$answers/netstat"
	END
	chmod 755 "$scratch/tools/netstat"
	echo 'tcp4 0 0 *.1 *.* LISTEN' >"$answers/netstat"
	run 0 without_proc "$nqsupd" check -c "$conf" clients
	echo 'tcp4 0 0 192.0.2.1.1 192.0.2.7.1025 ESTABLISHED' \
	    >>"$answers/netstat"
	run 3 without_proc "$nqsupd" check -c "$conf" clients
	stdout_has "192.0.2.7:1025 is connected to port 1 of site 'local'"
	: >"$answers/netstat"
	run 69 without_proc "$nqsupd" check -c "$conf" clients
	stdout_has "unknown clients: 'netstat -an' tells of no connection"
	rm "$answers/netstat"
	run 69 without_proc "$nqsupd" check -c "$conf" clients
	stdout_has 'unknown clients: the connections of this system cannot'
}

finds_a_site_that_runs_in_part() {
	fresh
	daemon nqsdaemon
	finds 3 "not ok  processes: site 'local' runs, but lacks comagent" \
	    processes
}

finds_strays() {
	fresh
	daemon comagent
	finds 3 'not ok  processes: no site is known of comagent (pid ' \
	    processes
}

finds_a_full_disk() {
	fresh
	make_package huge noarch 4000000000000000000
	finds 3 "not ok  space: the file system of '$lib' has room for " \
	    -p "$scratch/huge.rpm" space
	make_package small noarch 1000
	finds 0 'ok      space' -p "$scratch/small.rpm" space
}

# mounted NAME SIZE: a file system of that size at $scratch/NAME.
mounted() {
	mkdir "$scratch/$1"
	mount -t tmpfs -o "size=$2" none "$scratch/$1" 2>/dev/null ||
	    skip 'cannot mount'
}

looks_at_each_file_system() {
	fresh
	mounted small 2m
	make_package spread noarch 4000000
	echo "$NO_DIGEST 4000000 $scratch/small/deep/file" \
	    >"$scratch/spread.rpm.files"
	finds 3 "not ok  space: the file system of '$scratch/small/deep/file' \
has room for 2 MiB, not for 3" -p "$scratch/spread.rpm" space
	echo "$NO_DIGEST 1000000 $scratch/small/deep/file" \
	    >"$scratch/spread.rpm.files"
	finds 0 'ok      space' -p "$scratch/spread.rpm" space
}

looks_whether_there_is_room_for_the_way_back() {
	fresh
	mounted state 100m
	make_package small noarch 1000
	finds 0 'ok      space' -p "$scratch/small.rpm" space
	# One archive is the way back of all packages.
	make_package second noarch 1000
	fallocate -l 50M "$lib/large" 2>/dev/null || skip 'no fallocate'
	finds 0 'ok      space' -p "$scratch/small.rpm" \
	    -p "$scratch/second.rpm" space
	fallocate -l 200M "$lib/large"
	finds 3 "not ok  space: the file system of '$scratch/state' has room \
for 100 MiB, not for 164" -p "$scratch/small.rpm" space
	rm "$lib/large"
	# An upgrade saves the data of the sites that are meant.
	make_package base noarch 1000
	mkdir "$scratch/data" "$scratch/dataA"
	fallocate -l 200M "$scratch/dataA/large"
	sed -i "/groupA/s|trees = .*|trees = [ \"$scratch/dataA\" ];|
	    s|^ *trees = .*|trees = [ \"$scratch/data\" ];|" "$conf"
	finds 3 'not ok  space' -p "$scratch/base.rpm" space
	finds 0 'ok      space' -s local -p "$scratch/base.rpm" space
	rm "$scratch/dataA/large"
}

# signed SIGNATURE: what the package manager says of small.rpm's.
signed() {
	make_package small noarch 1000
	echo "signature=$1" >>"$scratch/small.rpm"
}

judges_signatures() {
	fresh
	signed bad
	finds 3 "not ok  package: '$scratch/small.rpm' is damaged, or its \
signature is wrong" -p "$scratch/small.rpm" package
	for signature in none unknown good; do
		signed "$signature"
		finds 0 'ok      package' -p "$scratch/small.rpm" package
	done
	sed -i 's/adapter = "test"; name/signature = "required"; &/' \
	    "$conf"
	finds 0 'ok      package' -p "$scratch/small.rpm" package
	signed none
	finds 3 "a signature is required, and '$scratch/small.rpm' has none" \
	    -p "$scratch/small.rpm" package
	signed unknown
	finds 3 'is by a key that is not known here' \
	    -p "$scratch/small.rpm" package
	make_package small noarch 1000
	finds 3 'is good cannot be told' -p "$scratch/small.rpm" package
}

asks_the_package_manager_whether_it_would_go_well() {
	fresh
	make_package NECJCpt noarch 1
	finds 0 'skipped rehearsal: the package manager has no rehearsal' \
	    -p "$scratch/NECJCpt.rpm" rehearsal
	echo 0 >"$answers/rehearse"
	finds 0 'ok      rehearsal' -p "$scratch/NECJCpt.rpm" rehearsal
	same asked "install $scratch/NECJCpt.rpm" "$(cat "$answers/asked")"
	make_package base noarch 1
	finds 0 'ok      rehearsal' -p "$scratch/base.rpm" \
	    -p "$scratch/NECJCpt.rpm" rehearsal
	same asked "upgrade $scratch/base.rpm $scratch/NECJCpt.rpm" \
	    "$(tail -n 1 "$answers/asked")"
	echo 1 >"$answers/rehearse"
	printf '%s\n' 'error: Failed dependencies:' '	a is needed by b' \
	    '	c is too' >"$answers/rehearse.said"
	finds 3 "the package manager would refuse: Failed dependencies: a is \
needed by b; c is too" -p "$scratch/base.rpm" rehearsal
	printf '%s\n' '**** PREVIEW ****' 'Results...' 'refused=a is missing' \
	    >"$answers/rehearse.said"
	finds 3 "not ok  rehearsal: the package manager would refuse: a is \
missing" -p "$scratch/base.rpm" rehearsal
}

a_refusal_that_is_not_explained_is_one() {
	fresh
	make_package NECJCpt noarch 1
	echo 1 >"$answers/rehearse"
	finds 3 "not ok  rehearsal: the package manager would refuse: it does \
not say why" -p "$scratch/NECJCpt.rpm" rehearsal
	echo 3 >"$answers/rehearse"
	finds 0 'skipped rehearsal' -p "$scratch/NECJCpt.rpm" rehearsal
	for code in 2 64; do
		echo "$code" >"$answers/rehearse"
		finds 1 "unknown rehearsal: 'test' failed: exit code $code" \
		    -p "$scratch/NECJCpt.rpm" rehearsal
	done
}

says_which_packages_could_not_be_rehearsed() {
	fresh
	make_package base noarch 1
	make_package NECJCpt noarch 1
	echo 0 >"$answers/rehearse"
	printf '%s\n' 'checking' "unrehearsed='NECJCpt.rpm' may need base" \
	    'done' >"$answers/rehearse.said"
	finds 0 "ok      rehearsal: not rehearsed: 'NECJCpt.rpm' may need \
base" -p "$scratch/base.rpm" -p "$scratch/NECJCpt.rpm" rehearsal
}

judges_packages() {
	fresh
	make_package good "$(uname -m)" 1
	make_package foreign vax 1
	finds 0 'ok      package' -p "$scratch/good.rpm" package
	finds 3 "'$scratch/foreign.rpm' is for vax, and this is $(uname -m)" \
	    -p "$scratch/good.rpm" -p "$scratch/foreign.rpm" package
	finds 3 "not ok  package" -p "$conf" package
	finds 3 "not ok  package" -p "$scratch/missing" package
	echo "$scratch/good.rpm" >"$answers/installed"
	finds 3 "'$scratch/good.rpm' is installed already" \
	    -p "$scratch/good.rpm" package
	finds 0 'skipped package: no package was given with -p' package
}

unprivileged() {
	[ "$(id -u)" -eq 0 ] || skip 'not root'
	command -v setpriv >/dev/null || skip 'no setpriv'
}

# as_nobody COMMAND...: without any privilege, but with the configuration.
as_nobody() {
	mkdir -p "$scratch/nobody"
	chown 65534 "$scratch/nobody"
	chmod 644 "$conf"
	chmod 755 "$scratch"
	TMPDIR=$scratch/nobody setpriv --reuid=65534 --regid=65534 \
	    --clear-groups "$@"
}

tells_a_package_that_is_missing_from_one_that_is_shut() {
	unprivileged
	fresh
	make_package NECJCpt noarch 1
	for check in package space patch release rolling rehearsal busy; do
		finds 3 "not ok  $check: there is no package \
'$scratch/missing'" -p "$scratch/missing" "$check"
	done
	run 1 upd package inspect "$scratch/missing"
	stderr_has "there is no package '$scratch/missing'"
	run 65 upd package inspect "$scratch"
	stderr_has "'$scratch' is not a package, but a directory"
	chmod 0 "$scratch/NECJCpt.rpm"
	run 77 as_nobody "$nqsupd" package -c "$conf" inspect \
	    "$scratch/NECJCpt.rpm"
	stderr_has "cannot read the package '$scratch/NECJCpt.rpm': \
Permission denied"
	run 77 as_nobody "$nqsupd" check -c "$conf" -p \
	    "$scratch/NECJCpt.rpm" package
	stdout_has "unknown package: cannot read the package \
'$scratch/NECJCpt.rpm': Permission denied"
}

tells_what_it_may_of_a_package_without_privilege() {
	unprivileged
	fresh
	make_package patch noarch 1
	echo shut >"$lib/shut"
	echo open >"$lib/open"
	chmod 600 "$lib/shut"
	printf '%s\n' "$NO_DIGEST 0 $lib/open" "$NO_DIGEST 0 $lib/shut" \
	    "$NO_DIGEST 0 $lib/zero" >"$scratch/patch.rpm.files"
	run 2 as_nobody "$nqsupd" package -c "$conf" inspect \
	    "$scratch/patch.rpm"
	stdout_has "replaced=$lib/open
unknown=$lib/shut
new=$lib/zero
same=0"
	stderr_has "whether '$lib/shut' would be replaced cannot be told: \
Permission denied"
	run 2 as_nobody "$nqsupd" package -c "$conf" --json inspect \
	    "$scratch/patch.rpm"
	stdout_has '"state":"unknown","message":"Permission denied"'
	run 77 as_nobody "$nqsupd" package -c "$conf" verify \
	    "$scratch/patch.rpm"
	stderr_has "cannot read '$lib/shut': Permission denied"
}

tells_a_patch_from_a_release() {
	fresh
	make_package base noarch 1
	make_package NECJCpt noarch 1
	make_package other noarch 1
	finds 0 'ok      patch' -p "$scratch/NECJCpt.rpm" patch
	finds 3 "not ok  patch: '$scratch/base.rpm' is the package 'base', \
and not 'NECJCpt'" -p "$scratch/base.rpm" patch
	finds 0 'ok      release' -p "$scratch/base.rpm" release
	finds 0 'ok      release' -p "$scratch/base.rpm" \
	    -p "$scratch/NECJCpt.rpm" release
	finds 3 "not ok  release: none of the packages is a release, 'base': an" \
	    -p "$scratch/NECJCpt.rpm" release
	finds 3 "'$scratch/other.rpm' is the package 'other', and not 'base'" \
	    -p "$scratch/other.rpm" release
	finds 3 "not ok  release:" \
	    -p "$conf" release
	finds 0 'skipped release' release
}

finds_packages_that_are_older_than_the_installed_ones() {
	fresh
	make_package base noarch 1
	make_package NECJCpt noarch 1
	echo 13.10 >"$answers/release"
	finds 3 "not ok  release: '$scratch/base.rpm' is 'base' 13.1-1, and 13.10-1 \
is installed" -p "$scratch/base.rpm" release
	finds 3 "'$scratch/NECJCpt.rpm' is a patch of 13.1, and the release \
is 13.10" -p "$scratch/NECJCpt.rpm" patch
	echo 13.1.2 >"$answers/release"
	finds 3 "'$scratch/NECJCpt.rpm' is 'NECJCpt' 13.1-1, and 13.1.2-1 \
is" -p "$scratch/NECJCpt.rpm" patch
}

# A patch goes onto its own release only, which must be there.
finds_patches_of_another_release() {
	fresh
	make_package base noarch 1
	make_package NECJCpt noarch 1
	for installed in 13.0 12.1 13.2 13.10; do
		echo "$installed" >"$answers/release"
		echo 13.0-1 >"$answers/release.NECJCpt"
		finds 3 "not ok  patch: '$scratch/NECJCpt.rpm' is a patch of \
13.1, and the release is $installed" -p "$scratch/NECJCpt.rpm" patch
	done
	echo none >"$answers/release"
	finds 3 "not ok  patch: '$scratch/NECJCpt.rpm' is a patch, and 'base' \
is not installed" -p "$scratch/NECJCpt.rpm" patch
	echo 12.10 >"$answers/release"
	finds 0 'ok      release' -p "$scratch/base.rpm" \
	    -p "$scratch/NECJCpt.rpm" release
	sed -i s/13.1/13.2.1/ "$scratch/NECJCpt.rpm"
	finds 3 "not ok  release: '$scratch/NECJCpt.rpm' is a patch of \
13.2.1, and the release is 13.1" -p "$scratch/NECJCpt.rpm" \
	    -p "$scratch/base.rpm" release
}

finds_packages_that_must_not_be_rolled() {
	fresh
	make_package NECJCpt noarch 1
	finds 0 'ok      rolling' -p "$scratch/NECJCpt.rpm" rolling
	finds 0 'skipped rolling' rolling
	cp "$conf" "$scratch/before.conf"
	sed 's/adapter = "test";/& not_rolled = [ "x", "NECJCpt-13.1-*" ];/' \
	    "$scratch/before.conf" >"$conf"
	finds 3 "not ok  rolling: '$scratch/NECJCpt.rpm' must not be rolled, \
as 'not_rolled' says" -p "$scratch/NECJCpt.rpm" rolling
	mv "$scratch/before.conf" "$conf"
	echo rolling=no >>"$scratch/NECJCpt.rpm"
	finds 3 "must not be rolled, as it says itself; it is for 'clroll run \
cluster-patch'" -p "$scratch/NECJCpt.rpm" rolling
}

# One version, built again: its release number counts.
finds_packages_whose_release_number_is_lower() {
	fresh
	make_package base noarch 1
	make_package NECJCpt noarch 1
	for installed in 13.1-2 13.1-1.1 13.1-10; do
		echo "$installed" >"$answers/release"
		finds 3 "not ok  patch: '$scratch/NECJCpt.rpm' is 'NECJCpt' \
13.1-1, and $installed is installed" -p "$scratch/NECJCpt.rpm" patch
		finds 3 "not ok  release: '$scratch/base.rpm' is 'base' \
13.1-1, and $installed is installed" -p "$scratch/base.rpm" release
	done
	for installed in 13.1-1 13.1-0.9 13.1; do
		echo "$installed" >"$answers/release"
		finds 0 'ok      patch' -p "$scratch/NECJCpt.rpm" patch
		finds 0 'ok      release' -p "$scratch/base.rpm" release
	done
}

finds_files_that_are_in_use() {
	[ -r /proc/self/exe ] || skip 'no /proc/PID/exe'
	fresh
	make_package patch noarch 1
	echo "$NO_DIGEST 0 $lib/patch/1/nqsdaemon" >"$scratch/patch.rpm.files"
	finds 0 'ok      busy' -p "$scratch/patch.rpm" busy
	daemon nqsdaemon
	finds 3 "not ok  busy: '$lib/nqsdaemon' is run by $lib/nqsdaemon (pid " \
	    -p "$scratch/patch.rpm" busy
}

looks_for_the_package_of_the_installed_release() {
	fresh
	rm -f "$scratch/store"/*
	finds 3 "not ok  previous: the package of 'base', release 13.1, is not \
in '$scratch/store'" previous
	make_package base noarch 1
	cp "$scratch/base.rpm" "$scratch/store/other.rpm"
	echo junk >"$scratch/store/junk"
	finds 3 'not ok  previous' previous
	cp "$scratch/base.rpm" "$scratch/store/base-13.1.rpm"
	echo "$scratch/store/base-13.1.rpm" >"$answers/installed"
	finds 0 'ok      previous' previous
}

asks_the_cluster_software() {
	fresh 1 test
	finds 0 'ok      cluster' cluster
	contains "$(cat "$answers/asked")" 'residue groupA'
	contains "$(cat "$answers/asked")" 'excluded node1'
	echo 'constraint cli-prefer-groupA' >"$answers/residue"
	echo 0 >"$answers/excluded.exit"
	echo 'node node2 is offline' >"$answers/health"
	echo 3 >"$answers/health.exit"
	finds 3 "not ok  cluster: node node2 is offline; node 'node1' is \
excluded from the cluster; group 'groupA': constraint cli-prefer-groupA" \
	    cluster
	contains "$(check 2>&1)" 'not ok  cluster'
}

a_cluster_that_does_not_answer_is_unknown() {
	fresh 1 test
	echo 69 >"$answers/health.exit"
	finds 69 "unknown cluster: 'test' failed: exit code 69" cluster
	fresh 1 missing
	finds 78 "unknown cluster: cannot read" cluster
	fresh
	finds 0 'skipped cluster: no cluster software is configured' cluster
}

# A site's own adapter reads its frame from there.
an_adapter_that_others_could_exchange_is_not_run() {
	fresh 1 test
	folder=$scratch/share/cluster
	: >"$folder/frame.sh"
	finds 0 'ok      cluster' cluster
	: >"$answers/asked"
	for file in test frame.sh .; do
		chmod go+w "$folder/$file"
		finds 77 "unknown cluster: " cluster
		contains "$(check cluster 2>&1)" 'may be written by others than'
		chmod go-w "$folder/$file"
	done
	# The way to what a link leads to counts as well.
	mkdir "$scratch/elsewhere"
	mv "$folder/frame.sh" "$scratch/elsewhere"
	ln -s "$scratch/elsewhere/frame.sh" "$folder"
	chmod go+w "$scratch/elsewhere"
	finds 77 "unknown cluster: " cluster
	contains "$(check cluster 2>&1)" 'may be written by others than'
	rm -r "$folder/frame.sh" "$scratch/elsewhere"
	[ ! -s "$answers/asked" ]
}

what_is_in_the_way_decides_the_code() {
	fresh 1 test
	for codes in '0 0' '1 1' '2 1' '3 3' '64 1' '65 65' '69 69' '71 1' \
	    '77 77' '78 1' '124 1'; do
		echo "${codes% *}" >"$answers/health.exit"
		run "${codes#* }" check cluster
	done
	sed -i 's/adapter = "test"; name/adapter = "missing"; name/' "$conf"
	finds 78 'unknown previous: cannot read' previous lock
	run 78 "$nqsupd" check -c "$scratch/missing" lock
	unprivileged
	fresh
	cp "$conf" "$scratch/shut.conf"
	chmod 600 "$scratch/shut.conf"
	run 77 as_nobody "$nqsupd" check -c "$scratch/shut.conf" lock
	stderr_has "cannot read '$scratch/shut.conf': Permission denied"
}

tells_who_holds_the_group() {
	fresh 1 test
	finds 0 'ok      standby' standby
	contains "$(cat "$answers/asked")" 'where groupA node1'
	echo 0 >"$answers/where.exit"
	finds 3 "not ok  standby: node 'node1' holds the group 'groupA'" standby
}

# As when a person who is the cluster software was mistaken.
# run_site_a: by hand, whatever the cluster software knows of it.
run_site_a() {
	cp "$lib/idle" "$scratch/siteA"
	(cd "$scratch" && exec "$lib/cjcpw" siteA) >/dev/null 2>&1 &
	echo $! >>"$scratch/pids"
	wait_until 10 runs_as $! "$lib/cjcpw siteA"
}

# As when a person who is the cluster software was mistaken.
a_site_that_runs_where_its_group_is_not_is_found() {
	fresh 1 test
	run_site_a
	for check in standby cluster; do
		finds 3 "not ok  $check: the cluster software says that its \
group is not on node 'node1', but site 'siteA' still has " "$check"
	done
	echo 0 >"$answers/where.exit"
	finds 0 'ok      cluster' cluster
	end_daemons
	echo 3 >"$answers/where.exit"
	finds 0 'ok      standby' standby
}

nothing_is_put_back_under_a_site_that_runs() {
	fresh 1 test
	rm -rf "$scratch/state/runs"
	cat >"$scratch/back.conf" <<-END
		name = "back"; title = "back"; parameters = [];
		steps = ( { id = "a"; title = "a"; on = "here"; run = [ "true" ];
		    verify = [ "true" ];
		    undo = [ "touch", "$scratch/put-back" ];
		    undone = [ "test", "-e", "$scratch/put-back" ]; } );
	END
	run 0 upd run --run-id x "$scratch/back.conf"
	run_site_a
	run 1 upd rollback --yes x
	stderr_has "says that the node holds no group, but site 'siteA' still"
	[ ! -e "$scratch/put-back" ]
	end_daemons
	run 0 upd rollback --yes x
	[ -e "$scratch/put-back" ]
	rm -rf "$scratch/state/runs"
}

finds_the_lock_taken() {
	fresh
	mkfifo "$scratch/holding"
	upd hold <"$scratch/holding" >"$scratch/held" &
	exec 9>"$scratch/holding"
	wait_until 10 [ -s "$scratch/held" ]
	finds 3 'not ok  lock: the lock of the node is held: ' lock
	exec 9>&-
	wait_until 10 check lock
}

# As a run that was killed between two steps, of which the first stands.
finds_a_run_that_is_not_over() {
	fresh
	rm -rf "$scratch/state/runs"
	cat >"$scratch/open.conf" <<-END
		name = "open"; title = "open"; parameters = [];
		steps = (
		  { id = "a"; title = "a"; on = "here"; run = [ "true" ];
		    verify = [ "true" ]; undo = [ "true" ];
		    undone = [ "true" ]; },
		  { id = "b"; title = "b"; on = "here"; check = [ "true" ]; }
		);
	END
	run 0 upd run --run-id x "$scratch/open.conf"
	finds 0 'ok      runs'
	journal=$scratch/state/runs/x.jsonl
	sed '/"event":"end"/q' "$journal" >"$scratch/left"
	cat "$scratch/left" >"$journal"
	finds 3 'not ok  runs: run x is not over: broken off; go on by '
	finds 3 "'nqsupd resume x', or put it back by 'nqsupd rollback x'" runs
	finds 3 '"check":"runs","outcome":"not ok","reasons":["run x is not' \
	    --json runs
	sed -i '2s/^./x/' "$journal"
	finds 3 'not ok  runs: nobody can tell what run x left' runs
	rm "$journal"
	finds 0 'ok      runs' runs
}

finds_a_run_that_is_under_way() {
	fresh
	rm -rf "$scratch/state/runs"
	: >"$scratch/hold"
	cat >"$scratch/long.conf" <<-END
		name = "long"; title = "long"; parameters = [];
		steps = ( { id = "a"; title = "a"; on = "here"; check =
		    [ "sh", "-c", "while [ -e '$scratch/hold' ]; do sleep 0.1; done" ]; } );
	END
	upd run --run-id y "$scratch/long.conf" >"$scratch/said" 2>&1 &
	running=$!
	wait_until 20 grep -q '"begin"' "$scratch/state/runs/y.jsonl"
	finds 3 "not ok  runs: run y is under way; 'nqsupd follow y'" runs
	rm "$scratch/hold"
	wait "$running"
	finds 0 'ok      runs' runs
}

finds_the_claim_of_a_run_over_the_cluster() {
	fresh
	run 0 upd claim --cluster lab --from jo@control big
	finds 3 'not ok  claim: the node is claimed by run big over lab, from jo'
	finds 3 '"check":"claim","outcome":"not ok","reasons":["the node is' \
	    --json claim
	touch -d '1 hour ago' "$scratch/state/claim"
	sed -i 's/"boot":"[^"]*"/"boot":"other"/' "$scratch/state/claim"
	touch -d '1 hour ago' "$scratch/state/claim"
	finds 0 'ok      claim: run big over lab, from jo@control, since ' claim
	finds 0 'this claim is dead, and a run passes it over' claim
	rm "$scratch/state/claim"
}

prints_tap() {
	fresh
	same output "1..3
ok 1 - environment
ok 2 - cluster # SKIP no cluster software is configured
ok 3 - lock" "$(check --tap lock cluster environment)"
	daemon comagent
	output=$(check --tap processes) && return 1
	contains "$output" 'not ok 1 - processes
# no site is known of comagent'
}

prints_json() {
	fresh
	output=$(check --json lock)
	contains "$output" \
	    '{"event":"check","check":"lock","outcome":"ok","reasons":[]}'
}

prints_only_trouble_when_quiet() {
	fresh
	same output '' "$(check -q lock cluster environment)"
	daemon comagent
	output=$(check -q lock processes environment) && return 1
	same lines 1 "$(echo "$output" | wc -l)"
	contains "$output" 'not ok  processes: no site is known of comagent'
	output=$(check -q --json lock)
	contains "$output" '"outcome":"ok"'
}

refuses_wrong_calls() {
	fresh
	finds 64 "there is no check 'weather'" weather
	finds 64 'hint: there are environment, clients, ' weather
	finds 64 "there is no site 'siteB'" -s siteB
	finds 64 -- --tap --json
}

run_tests \
	all_is_well_on_a_quiet_node \
	says_what_an_upgrade_would_lose_and_where_it_looked \
	finds_nqs_site_in_its_own_environment \
	finds_nqs_site_in_a_profile \
	waits_for_no_pipe_in_the_place_of_a_profile \
	finds_nqs_site_of_a_local_daemon \
	says_which_profile_it_may_not_read \
	finds_connected_clients \
	asks_netstat_where_the_kernel_does_not_tell \
	finds_a_site_that_runs_in_part \
	finds_strays \
	finds_a_full_disk \
	looks_at_each_file_system \
	looks_whether_there_is_room_for_the_way_back \
	judges_signatures \
	asks_the_package_manager_whether_it_would_go_well \
	a_refusal_that_is_not_explained_is_one \
	says_which_packages_could_not_be_rehearsed \
	judges_packages \
	tells_a_package_that_is_missing_from_one_that_is_shut \
	tells_what_it_may_of_a_package_without_privilege \
	tells_a_patch_from_a_release finds_packages_that_must_not_be_rolled \
	finds_packages_that_are_older_than_the_installed_ones \
	finds_patches_of_another_release \
    finds_packages_whose_release_number_is_lower \
	finds_files_that_are_in_use \
	looks_for_the_package_of_the_installed_release \
	asks_the_cluster_software \
	a_cluster_that_does_not_answer_is_unknown \
	an_adapter_that_others_could_exchange_is_not_run \
	what_is_in_the_way_decides_the_code \
	tells_who_holds_the_group \
	a_site_that_runs_where_its_group_is_not_is_found \
	nothing_is_put_back_under_a_site_that_runs \
	finds_the_lock_taken \
	finds_a_run_that_is_not_over \
	finds_a_run_that_is_under_way \
	finds_the_claim_of_a_run_over_the_cluster \
	prints_tap \
	prints_json \
	prints_only_trouble_when_quiet \
	refuses_wrong_calls
