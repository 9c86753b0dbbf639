#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# nqsupd package, with rpm, a database of its own, and the packages of the
# simulated JobCenter.
. "${srcdir:-.}/tests/lib.sh"

nqsupd=$build/nqsupd/nqsupd
packages=${JOBCENTER_PACKAGES:-$scratch/packages}
root=$scratch/root
lib=$root/usr/lib/nqs
conf=$scratch/nqstools.conf
NQSTOOLS_RPM_DBPATH=$scratch/database
NQSTOOLS_RPM_RELOCATE="/usr/lib/nqs=$root/usr/lib/nqs
    /usr/spool/nqs=$root/usr/spool/nqs"
export NQSTOOLS_RPM_DBPATH NQSTOOLS_RPM_RELOCATE

# write_conf [ADAPTER]
write_conf() {
	cat >"$conf" <<-END
		path = "$build/nqsbackup:/usr/sbin:/usr/bin:/sbin:/bin";
		state = "$scratch/state";
		locks = "$scratch/locks";
		share = "$top/share";
		sites = ( {
		  name = "local";
		  trees = [ "$root/usr/spool/nqs" ];
		  start = [ "$lib/nqsstart" ];
		  stop = [ "$lib/nqsstop" ];
		  residents = ( "$lib/nqsdaemon", "$lib/jnwcaster",
		    "$lib/jnwengine", "$lib/sclaunchd", "$lib/comagent",
		    { name = "$lib/jcdbs"; since = "13.1"; } );
		  leaders = ( { name = "$lib/nqsdaemon"; } );
		} );
		package = {
		  adapter = "${1:-$build/share/package/rpm}";
		  staging = "$lib/patch";
		  target = "$lib";
		  store = "$scratch/store";
		};
	END
	chmod 600 "$conf"
}

find_packages() {
	set -- "$packages"/NECJCpkg-13.1-1.*.rpm "$packages"/NECJCpkg-12*.rpm \
	    "$packages"/NECJCpt-13.1.1-1.*.rpm \
	    "$packages"/NECJCpt-13.1.2-1.*.rpm \
	    "$packages"/NECJCpt-13.1.3-1.*.rpm
	base=$1
	old_base=$2
	patch=$3
	next_patch=$4
	broken_patch=$5
}

prepare() {
	[ -x "$nqsupd" ] || skip "no nqsupd in '$build'"
	command -v rpmbuild >/dev/null || skip 'no rpmbuild'
	"$top/tests/jobcenter/build" "$packages"
	write_conf
}

clean_up() {
	"$lib/nqsstop"
}

upd() {
	verb=$1
	shift
	"$nqsupd" "$verb" -c "$conf" "$@"
}

package() {
	upd package "$@"
}

# fresh PACKAGE: only that base package is installed, nothing runs.
fresh() {
	[ ! -x "$lib/nqsstop" ] || "$lib/nqsstop"
	rm -rf "$NQSTOOLS_RPM_DBPATH" "$root" "$scratch/store"
	package install "$1"
	# shellcheck disable=SC2046	# numbers
	set -- $("$packages/freeports" "$scratch" 2)
	echo "local $root/usr/spool/nqs 127.0.0.1 $1 $2" >"$lib/rc/sites"
}

digest_of() {
	sha256sum <"$1" | cut -d ' ' -f 1
}

asks_for_what_is_installed() {
	find_packages
	fresh "$base"
	package query | grep -q '^NECJCpkg 13.1-1 '
	expect 3 package query NECJCpt
	package install "$patch"
	same 'base package and patch' 'NECJCpkg 13.1-1
NECJCpt 13.1.1-1' "$(package query | cut -d ' ' -f 1,2)"
	fresh "$base"
	contains "$(package inspect "$patch")" 'version=13.1.1'
	output=$(package inspect "$conf" 2>&1) && return 1
	contains "$output" "'$conf' is not a package"
	expect 65 package inspect "$conf"
	expect 65 package verify "$conf"
}

what_a_package_would_change_is_told_and_left() {
	find_packages
	rm -rf "$NQSTOOLS_RPM_DBPATH" "$root"
	contains "$(package inspect "$base")" "new=$lib/nqsdaemon"
	[ ! -e "$lib" ]
	fresh "$base"
	same 'of the installed one' '' \
	    "$(package inspect "$base" | grep '^new=\|^replaced=')"
	package inspect "$patch" >"$scratch/would"
	contains "$(cat "$scratch/would")" "replaced=$lib/nqsdaemon"
	package verify "$base"
	(cd "$lib" && find . -type f -exec sha256sum {} + | sort) \
	    >"$scratch/before"
	package install "$patch"
	# shellcheck disable=SC2013	# no blanks in their names
	for path in $(sed -n 's/^replaced=//p' "$scratch/would"); do
		[ "$(grep -F " .${path#"$lib"}" "$scratch/before" |
		    cut -d ' ' -f 1)" != "$(digest_of "$path")" ]
	done
	same 'by then' '' "$(package inspect "$patch" | grep '^new=\|^replaced=')"
}

an_installed_package_is_proved() {
	find_packages
	fresh "$base"
	expect 0 package verify "$base"
	expect 3 package absent "$base"
	same output 'already applied' "$(package install "$base")"
	rm "$lib/nqsdaemon"
	echo other >"$lib/comagent"
	output=$(package verify "$base") && return 1
	same output "'$lib/comagent' is not the one of the package
'$lib/nqsdaemon' is missing" "$output"
}

a_patch_is_applied_when_its_files_are_in_place() {
	find_packages
	fresh "$base"
	output=$(package verify "$patch") && return 1
	contains "$output" "'$patch' is not installed"
	contains "$output" "'$lib/nqsdaemon' is not the one of the package"
	same output applied "$(package install "$patch" 2>/dev/null)"
	expect 0 package verify "$patch"
	same output 'already applied' "$(package install "$patch")"
	expect 0 upd ps --expect running
	"$lib/gui/bin/jnwsummary" | grep -q R13.1.1
}

a_later_patch_replaces_the_files_of_an_earlier_one() {
	find_packages
	fresh "$base"
	package install "$patch"
	upd site stop local
	package install "$next_patch"
	expect 3 package verify "$patch"
	expect 0 package verify "$next_patch"
	expect 0 package verify "$patch" "$next_patch"
	expect 0 package install "$patch" "$next_patch"
}

refuses_while_a_file_to_be_replaced_is_in_use() {
	find_packages
	fresh "$base"
	upd site start local
	output=$(package install "$patch" 2>&1) && return 1
	contains "$output" "cannot replace what is in use"
	contains "$output" "'$lib/nqsdaemon' is run by $lib/nqsdaemon (pid "
	expect 0 package absent "$patch"
	expect 1 package install "$patch"
}

a_broken_patch_is_told_and_can_be_tried_again() {
	find_packages
	fresh "$base"
	output=$(package install "$broken_patch" 2>&1) && return 1
	contains "$output" 'rpm: NECJCpt: cannot go on'
	contains "$output" 'a script of the package failed: not applied: '
	contains "$output" 'is not the one of the package'
	expect 3 package absent "$broken_patch"
	upd site stop local
	expect 1 package install "$broken_patch"
	upd site stop local
}

what_was_installed_but_not_applied_is_installed_again() {
	find_packages
	fresh "$base"
	package install "$patch"
	upd site stop local
	echo other >"$lib/nqsdaemon"
	same output applied "$(package install "$patch" 2>/dev/null)"
	expect 0 package verify "$patch"
}

upgrades_and_goes_back() {
	find_packages
	fresh "$old_base"
	same output applied "$(package upgrade "$base" 2>/dev/null)"
	expect 0 package verify "$base"
	same output "NECJCpkg 13.1-1" "$(package query | cut -d ' ' -f 1,2)"
	same output 'already applied' "$(package upgrade "$base")"
	echo other >"$lib/nqsdaemon"
	same output applied "$(package upgrade "$base" 2>/dev/null)"
	package upgrade "$old_base"
	expect 0 package verify "$old_base"
	expect 0 package absent "$base"
}

removes_what_is_installed() {
	find_packages
	fresh "$base"
	package install "$patch"
	upd site stop local
	same output removed "$(package remove "$patch" 2>/dev/null)"
	same output 'not installed' "$(package remove "$patch")"
	expect 0 package absent "$patch"
}

what_was_begun_before_a_kill_is_waited_for() {
	find_packages
	fresh "$base"
	cat >"$scratch/adapter" <<-END
		case \$1 in
		install)	echo begun >>"$scratch/begun" ;;
		esac
		while [ \$1 = install ] && [ ! -e "$scratch/go-on" ]; do
			sleep 0.05
		done
		sh "$build/share/package/rpm" "\$@"
	END
	write_conf "$scratch/adapter"
	package install "$patch" &
	killed=$!
	wait_until 20 [ -s "$scratch/begun" ]
	kill -9 "$killed"
	wait "$killed" || true
	package install "$patch" >"$scratch/again" &
	installing=$!
	package verify "$patch" &
	verifying=$!
	sleep 0.3	# time to do the wrong thing
	: >"$scratch/go-on"
	wait "$installing"
	wait "$verifying"
	write_conf
	same output 'already applied' "$(cat "$scratch/again")"
	same installations 1 "$(wc -l <"$scratch/begun" | tr -d ' ')"
	upd site stop local
}

the_package_manager_does_not_see_nqs_site() {
	find_packages
	fresh "$base"
	NQS_SITE=siteA expect 0 package install "$patch"
	expect 0 upd ps --expect running
	upd site stop local
}

receives_a_package_into_the_store() {
	find_packages
	fresh "$base"
	digest=$(digest_of "$patch")
	expect 3 package has patch.rpm "$digest"
	same output "$scratch/store/patch.rpm" \
	    "$(package receive patch.rpm "$digest" <"$patch")"
	cmp "$patch" "$scratch/store/patch.rpm"
	expect 0 package has patch.rpm "$digest"
	# What is there is not taken again, but the sender is heard out.
	output=$(head -c 300000 /dev/zero |
	    package --json receive patch.rpm "$digest")
	contains "$output" '"changed":false'
}

goes_on_with_a_package_that_broke_off() {
	find_packages
	fresh "$base"
	digest=$(digest_of "$patch")
	run 3 package part patch.rpm "$digest"
	stdout_has 'size=0'
	head -c 1000 "$patch" | expect 65 package receive patch.rpm "$digest" 0
	expect 3 package has patch.rpm "$digest"
	run 3 package part patch.rpm "$digest"
	stdout_has 'size=1000'
	stdout_has "digest=$(head -c 1000 "$patch" | sha256sum |
	    cut -d ' ' -f 1)"
	# There is no byte 1001 yet; and who else may write there may not.
	expect 65 package receive patch.rpm "$digest" 1001 </dev/null
	chmod 666 "$scratch/store/.$digest.part"
	expect 77 package receive patch.rpm "$digest" 1000 </dev/null
	chmod 600 "$scratch/store/.$digest.part"
	touch -d '8 days ago' "$scratch/store/.${digest%?}x.part"
	tail -c +1001 "$patch" |
	    expect 0 package receive patch.rpm "$digest" 1000
	cmp "$patch" "$scratch/store/patch.rpm"
	same files patch.rpm "$(ls -A "$scratch/store")"
	run 0 package part patch.rpm "$digest"
}

refuses_a_package_that_is_not_the_one_announced() {
	find_packages
	fresh "$base"
	digest=$(digest_of "$patch")
	output=$(head -c 1000 "$patch" |
	    package receive patch.rpm "$digest" 2>&1) && return 1
	contains "$output" "what came is not 'patch.rpm'"
	same files '' "$(ls -A "$scratch/store")"
	expect 65 package receive patch.rpm "$digest" </dev/null
}

does_not_keep_what_is_no_package() {
	find_packages
	fresh "$base"
	echo 127.0.0.1 localhost >"$scratch/hosts"
	digest=$(digest_of "$scratch/hosts")
	output=$(package receive hosts "$digest" <"$scratch/hosts" 2>&1) &&
	    return 1
	contains "$output" "'hosts' is not a package"
	same files '' "$(ls -A "$scratch/store")"
}

a_run_keeps_the_package_that_it_began_with() {
	find_packages
	fresh "$base"
	digest=$(digest_of "$patch")
	mkdir "$scratch/elsewhere"
	cp "$patch" "$scratch/elsewhere/it.rpm"
	cat >"$scratch/swap.conf" <<-END
		name = "swap";
		title = "replace the package meanwhile";
		parameters = [ "packages" ];
		steps = (
		  { id = "swap"; title = "replace it"; on = "all";
		    check = [ "cp", "$next_patch",
		      "$scratch/elsewhere/it.rpm" ]; },
		  { id = "look"; title = "look at it"; on = "all";
		    check = [ "nqsupd", "package", "has", "it.rpm",
		      "$digest" ]; },
		  { id = "where"; title = "see where it is"; on = "all";
		    check = [ "cmp", "$patch", "\$packages" ]; }
		);
	END
	chmod 600 "$scratch/swap.conf"
	run 3 upd plan --role single "$scratch/swap.conf" \
	    "$scratch/elsewhere/it.rpm"
	stdout_has "cmp $patch $scratch/store/it.rpm"
	[ ! -e "$scratch/store/it.rpm" ]
	run 0 upd run --role single --run-id swap "$scratch/swap.conf" \
	    "$scratch/elsewhere/it.rpm"
	same digest "$(digest_of "$next_patch")" \
	    "$(digest_of "$scratch/elsewhere/it.rpm")"
}

refuses_wrong_calls() {
	digest=$(digest_of "$conf")
	expect 64 package
	expect 64 package conjure
	expect 64 package install
	expect 64 package query a b
	expect 64 package --saved x install y
	expect 64 package receive ../x "$digest"
	expect 64 package receive .x "$digest"
	expect 64 package receive -x "$digest"
	expect 64 package has x 123
	expect 64 package receive x "$digest" -1
}

run_tests \
	asks_for_what_is_installed \
	what_a_package_would_change_is_told_and_left \
	an_installed_package_is_proved \
	a_patch_is_applied_when_its_files_are_in_place \
	a_later_patch_replaces_the_files_of_an_earlier_one \
	refuses_while_a_file_to_be_replaced_is_in_use \
	a_broken_patch_is_told_and_can_be_tried_again \
	what_was_installed_but_not_applied_is_installed_again \
	upgrades_and_goes_back \
	removes_what_is_installed \
	what_was_begun_before_a_kill_is_waited_for \
	the_package_manager_does_not_see_nqs_site \
	receives_a_package_into_the_store \
	goes_on_with_a_package_that_broke_off \
	does_not_keep_what_is_no_package \
	refuses_a_package_that_is_not_the_one_announced \
	a_run_keeps_the_package_that_it_began_with \
	refuses_wrong_calls
