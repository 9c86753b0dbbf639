#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# The package adapter for rpm, with a database of its own and the packages of
# the simulated JobCenter.
. "${srcdir:-.}/tests/lib.sh"

adapter=$build/share/package/rpm
packages=${JOBCENTER_PACKAGES:-$scratch/packages}
root=$scratch/root
NQSTOOLS_RPM_DBPATH=$scratch/database
NQSTOOLS_RPM_RELOCATE="/usr/lib/nqs=$root/usr/lib/nqs
    /usr/spool/nqs=$root/usr/spool/nqs"
export NQSTOOLS_RPM_DBPATH NQSTOOLS_RPM_RELOCATE

# Sets base, old_base, patch and broken_patch.
find_packages() {
	set -- "$packages"/NECJCpkg-13.1-1.*.rpm "$packages"/NECJCpkg-12*.rpm \
	    "$packages"/NECJCpt-13.1.1-1.*.rpm \
	    "$packages"/NECJCpt-13.1.3-1.*.rpm
	base=$1
	old_base=$2
	patch=$3
	broken_patch=$4
}

prepare() {
	command -v rpm >/dev/null || skip 'no rpm'
	command -v rpmbuild >/dev/null || skip 'no rpmbuild'
	"$top/tests/jobcenter/build" "$packages"
}

clean_up() {
	"$root/usr/lib/nqs/nqsstop"
}

# An empty database and an empty root.
start_afresh() {
	find_packages
	[ ! -x "$root/usr/lib/nqs/nqsstop" ] || "$root/usr/lib/nqs/nqsstop"
	rm -rf "$NQSTOOLS_RPM_DBPATH" "$root"
}

# The packages' default ports are those of a real system.
choose_ports() {
	# shellcheck disable=SC2046	# numbers
	set -- $("$packages/freeports" "$scratch" 2)
	echo "local $root/usr/spool/nqs 127.0.0.1 $1 $2" \
	    >"$root/usr/lib/nqs/rc/sites"
}

tells_that_rpm_is_here() {
	contains "$("$adapter" probe)" 'RPM version'
}

works_from_standard_input() {
	found=$(sh -s -- probe <"$adapter")
	contains "$found" 'RPM version'
}

refuses_wrong_calls() {
	expect 64 "$adapter"
	expect 64 "$adapter" conjure
	expect 64 "$adapter" probe it
	expect 64 "$adapter" install
	expect 64 "$adapter" query '*'
	expect 64 "$adapter" query -a
	expect 64 "$adapter" remove NECJCpkg
	expect 64 "$adapter" remove -e-1-1
}

says_when_there_is_no_rpm() {
	mkdir "$scratch/bin"
	expect 69 env PATH="$scratch/bin" /bin/sh "$adapter" probe
}

says_what_a_file_is() {
	find_packages
	found=$("$adapter" inspect "$base" | grep -v -e ^arch= -e ^size=)
	same facts "$(printf '%s\n' name=NECJCpkg version=13.1 release=1 \
	    signed=no signature=none)" "$found"
	"$adapter" inspect "$base" | grep -q '^size=[1-9][0-9]*$'
	"$adapter" inspect "$base" | grep -q '^arch=.'
}

refuses_what_is_no_package() {
	echo text >"$scratch/text"
	for verb in inspect files verify install upgrade installed; do
		expect 65 "$adapter" "$verb" "$scratch/text"
		expect 65 "$adapter" "$verb" "$scratch/missing"
	done
}

sees_a_damaged_package() {
	find_packages
	"$adapter" verify "$base"
	size=$(($(wc -c <"$base")))
	{ head -c $((size - 100)) "$base"; printf '%100s' x; } \
	    >"$scratch/damaged.rpm"
	expect 65 "$adapter" verify "$scratch/damaged.rpm"
}

lists_the_files_with_their_digests() {
	start_afresh
	"$adapter" install "$base"
	"$adapter" files "$base" >"$scratch/files"
	grep -q " $root/usr/lib/nqs/cluster/cjcpw\$" "$scratch/files"
	while read -r digest size path; do
		same "size of $path" "$size" "$(($(wc -c <"$path")))"
		found=$(sha256sum <"$path")
		same "digest of $path" "$digest" "${found%% *}"
	done <"$scratch/files"
	unset NQSTOOLS_RPM_RELOCATE
	"$adapter" files "$base" | grep -q ' /usr/lib/nqs/cluster/cjcpw$'
}

# Makes old-1-1.noarch.rpm, with old digests, in $scratch/old, and sets old.
build_old_package() {
	mkdir -p "$scratch/old/tree/opt"
	echo content >"$scratch/old/tree/opt/a file"
	echo leading >"$scratch/old/tree/opt/ b"
	ln -sf "a file" "$scratch/old/tree/opt/link"
	cat >"$scratch/old/old.spec" <<-END
		Name: old
		Version: 1
		Release: 1
		Summary: old
		License: none
		BuildArch: noarch
		Provides: nqstools(no-rolling)
		%description
		%install
		cp -R $scratch/old/tree/. %{buildroot}/
		%files
		/opt
	END
	rpmbuild -bb --quiet --define "_topdir $scratch/old" \
	    --define '_binary_filedigest_algorithm 1' "$scratch/old/old.spec"
	old=$scratch/old/RPMS/noarch/old-1-1.noarch.rpm
}

says_that_a_package_must_not_be_rolled() {
	find_packages
	build_old_package
	"$adapter" inspect "$old" | grep -qx rolling=no
	expect 1 eval '"$adapter" inspect "$base" | grep rolling'
}

reads_the_files_of_a_package_with_old_digests() {
	command -v cpio >/dev/null || skip 'no cpio'
	build_old_package
	"$adapter" files "$old" | sort -k 3 >"$scratch/files"
	same files "$(printf '%s %s\n' \
	    "$(echo leading | sha256sum | cut -d ' ' -f 1)" '8 /opt/ b' \
	    "$(echo content | sha256sum | cut -d ' ' -f 1)" '8 /opt/a file' |
	    sort -k 3)" "$(cat "$scratch/files")"
}

# rpmbuild makes no such package, so what unpacks it is replaced.
writes_nothing_where_a_hostile_package_leads() {
	command -v cpio >/dev/null || skip 'no cpio'
	build_old_package
	mkdir "$scratch/evil" "$scratch/evil/bin" "$scratch/outside"
	cd "$scratch/evil"
	ln -s "$scratch/outside" way
	echo way | cpio -o -H newc --quiet >first
	rm way
	mkdir way
	echo evil >way/in
	echo way/in | cpio -o -H newc --quiet >second
	# The first archive, but for the entry that ends it.
	end=$(grep -abo 'TRAILER!!!' first | head -n 1 | cut -d : -f 1)
	head -c "$((end - 110))" first >payload
	cat second >>payload
	printf '#!/bin/sh\ncat "%s"\n' "$PWD/payload" >bin/rpm2cpio
	chmod +x bin/rpm2cpio
	PATH=$PWD/bin:$PATH "$adapter" files "$old" >"$scratch/files"
	same files "$(echo evil | sha256sum | cut -d ' ' -f 1) 5 way/in" \
	    "$(cat "$scratch/files")"
	same 'what is outside' '' "$(ls -A "$scratch/outside")"
}

refuses_what_rpm_would_take_for_other_files() {
	find_packages
	mkdir "$scratch/names"
	cp "$base" "$scratch/names/a*.rpm"
	cp "$old_base" "$scratch/names/ab.rpm"
	echo "$base" >"$scratch/names/list.rpm"
	expect 65 "$adapter" inspect "$scratch/names/a*.rpm"
	expect 65 "$adapter" inspect "$scratch/names/list.rpm"
	expect 65 "$adapter" install "$scratch/names/a*.rpm"
}

tells_what_is_installed() {
	start_afresh
	expect 3 "$adapter" query NECJCpkg
	expect 3 "$adapter" installed "$base"
	"$adapter" install "$base"
	found=$("$adapter" query NECJCpkg)
	same query 'NECJCpkg 13.1-1' "${found% *}"
	"$adapter" installed "$base"
	expect 3 "$adapter" installed "$old_base"
}

# build_needy: needy-1-1.noarch.rpm, which needs what nobody has; sets needy.
build_needy() {
	cat >"$scratch/needy.spec" <<-END
		Name: needy
		Version: 1
		Release: 1
		Summary: needy
		License: none
		BuildArch: noarch
		Requires: nqstools-nobody-has-this
		%description
		%files
	END
	rpmbuild -bb --quiet --define "_topdir $scratch/needy" \
	    "$scratch/needy.spec"
	needy=$scratch/needy/RPMS/noarch/needy-1-1.noarch.rpm
}

rehearses_without_doing_anything() {
	start_afresh
	"$adapter" rehearse install "$base"
	expect 3 "$adapter" query NECJCpkg
	"$adapter" install "$old_base"
	"$adapter" rehearse upgrade "$base"
	"$adapter" rehearse upgrade "$base" "$patch"
	"$adapter" upgrade "$base"
	"$adapter" rehearse upgrade "$old_base"
	"$adapter" installed "$base"
	run 1 "$adapter" rehearse install "$base"
	stdout_has 'already installed'
}

a_rehearsal_finds_dependencies_and_conflicts() {
	start_afresh
	build_needy
	run 1 "$adapter" rehearse install "$needy"
	stdout_has 'nqstools-nobody-has-this is needed by needy-1-1.noarch'
	"$adapter" install "$base"
	expect 3 "$adapter" query needy
	expect 64 "$adapter" rehearse "$base"
	expect 64 "$adapter" rehearse install
	expect 64 "$adapter" rehearse remove "$base"
	expect 65 "$adapter" rehearse install "$scratch/needy.spec"
}

# sign FILE: by a key that is made for that; sets signed.
sign() {
	command -v rpmsign >/dev/null || skip 'no rpmsign'
	command -v gpg >/dev/null || skip 'no gpg'
	signed=$scratch/signed.rpm
	cp "$1" "$signed"
	GNUPGHOME=$scratch/keys
	export GNUPGHOME
	[ -d "$GNUPGHOME" ] || {
		mkdir -m 700 "$GNUPGHOME"
		gpg --batch --quiet --passphrase '' --quick-generate-key \
		    tester@example.com rsa2048 sign never
	}
	rpmsign --addsign --define '_gpg_name tester@example.com' \
	    --define "__gpg $(command -v gpg)" "$signed"
	gpg --armor --export tester@example.com >"$scratch/key"
	gpgconf --kill all
}

# signature FILE: what the adapter says of it.
signature() {
	"$adapter" inspect "$1" | sed -n 's/^signature=//p'
}

judges_signatures() {
	start_afresh
	same unsigned none "$(signature "$base")"
	sign "$base"
	same 'without its key' unknown "$(signature "$signed")"
	rpm --dbpath "$NQSTOOLS_RPM_DBPATH" --import "$scratch/key"
	same 'with its key' good "$(signature "$signed")"
	size=$(($(wc -c <"$signed")))
	{ head -c $((size - 100)) "$signed"; printf '%100s' x; } \
	    >"$scratch/damaged.rpm"
	same damaged bad "$(signature "$scratch/damaged.rpm")"
	"$adapter" install "$signed"
	"$adapter" installed "$signed"
}

says_when_rpm_fails() {
	start_afresh
	"$adapter" install "$base"
	expect 1 "$adapter" install "$base" >"$scratch/said"
	grep -q 'already installed' "$scratch/said"
}

goes_up_and_back_down() {
	start_afresh
	"$adapter" install "$old_base"
	"$adapter" upgrade "$base"
	"$adapter" installed "$base"
	"$adapter" upgrade "$base"
	"$adapter" upgrade "$old_base"
	"$adapter" installed "$old_base"
	expect 3 "$adapter" installed "$base"
}

removes_exactly_one_version() {
	start_afresh
	"$adapter" install "$base"
	expect 3 "$adapter" remove NECJCpkg-12.10-1
	expect 3 "$adapter" remove NECJC-pkg-13.1
	"$adapter" remove NECJCpkg-13.1-1
	expect 3 "$adapter" query NECJCpkg
	[ ! -e "$root/usr/lib/nqs/nqsdaemon" ]
}

sees_that_a_script_failed() {
	start_afresh
	"$adapter" install "$base"
	choose_ports
	expect 2 "$adapter" install "$broken_patch" >"$scratch/said"
	grep -q 'scriptlet failed' "$scratch/said"
	"$adapter" installed "$broken_patch"
}

hides_NQS_SITE_from_scripts() {
	start_afresh
	"$adapter" install "$base"
	choose_ports
	NQS_SITE=siteX "$adapter" install "$patch" >"$scratch/said"
	grep -q "site 'local' started" "$scratch/said"
	"$root/usr/lib/nqs/nqsstat"
}

run_tests \
    tells_that_rpm_is_here \
    works_from_standard_input \
    refuses_wrong_calls \
    says_when_there_is_no_rpm \
    says_what_a_file_is \
    refuses_what_is_no_package \
    sees_a_damaged_package \
    lists_the_files_with_their_digests \
    says_that_a_package_must_not_be_rolled \
    reads_the_files_of_a_package_with_old_digests \
    writes_nothing_where_a_hostile_package_leads \
    refuses_what_rpm_would_take_for_other_files \
    tells_what_is_installed \
    rehearses_without_doing_anything \
    a_rehearsal_finds_dependencies_and_conflicts \
    judges_signatures \
    says_when_rpm_fails \
    goes_up_and_back_down \
    removes_exactly_one_version \
    sees_that_a_script_failed \
    hides_NQS_SITE_from_scripts
