#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# The adapters for package managers that cannot be had here, each against its
# simulated commands: the same behaviour of all.  tests/package-rpm.t has the
# same for a real rpm.
. "${srcdir:-.}/tests/lib.sh"

adapters='swinstall installp pkgadd'
PACKAGE_SIM=$scratch/sim
export PACKAGE_SIM
commands=$scratch/commands
PATH=$commands:$PATH

commands_of() {
	case $1 in
	swinstall)	echo swinstall swlist swremove swverify ;;
	installp)	echo installp lslpp restore ;;
	pkgadd)	echo pkgadd pkgrm pkginfo pkgparam pkgtrans pkgchk ;;
	esac
}

prepare() {
	for each in $adapters; do
		[ -f "$build/share/package/$each" ] || skip "no $each"
	done
}

# use ADAPTER: an empty system.
use() {
	name=$1
	rm -rf "$commands" "$PACKAGE_SIM"
	mkdir -p "$PACKAGE_SIM/installed" "$commands"
	for each in $(commands_of "$1"); do
		ln -s "$top/tests/package/$1" "$commands/$each"
	done
	make_package NECJCpkg 13.1.0 1
	base=$made
	make_package NECJCpkg 12.10.0 3
	old_base=$made
	make_package NECJCpt 13.1.1 2
	patch=$made
}

adapter() {
	sh -s -- "$@" <"$build/share/package/$name"
}

# make_files DIR: what every package brings.
make_files() {
	mkdir -p "$1/usr/lib/nqs/gui"
	echo daemon >"$1/usr/lib/nqs/nqsdaemon"
	echo 'a gui' >"$1/usr/lib/nqs/gui/a b"
}

# make_package NAME VERSION RELEASE: sets made.
make_package() {
	made=$scratch/$name-$1-$2-$3.package
	tree=$scratch/tree
	rm -rf "$tree"
	mkdir "$tree"
	"make_$name" "$@"
}

make_swinstall() {
	mkdir "$tree/catalog"
	printf '%s\n' "tag $1" "revision $2-$3" \
	    'architecture HP-UX_B.11.31_IA/PA' 'size 4096' \
	    >"$tree/catalog/INDEX"
	make_files "$tree/$1/RUN"
	gzip -n <"$tree/$1/RUN/usr/lib/nqs/nqsdaemon" >"$tree/packed"
	mv "$tree/packed" "$tree/$1/RUN/usr/lib/nqs/nqsdaemon"
	(cd "$tree" && tar cf "$made" --format=ustar catalog "$1")
}

make_installp() {
	make_files "$tree"
	mkdir -p "$tree/usr/lpp/$1"
	echo library >"$tree/usr/lpp/$1/liblpp.a"
	printf '%s\n' "$1 $1.rte $2.$3" "$1 $1.gui $2.$3" >"$tree/lpp_name"
	printf '\011\000\153\352' >"$made"
	(cd "$tree" && tar cf - .) >>"$made"
}

make_pkgadd() {
	make_files "$tree/$1/root"
	printf '%s\n' "PKG=$1" 'NAME=NEC JobCenter' "VERSION=$2,REV=$3" \
	    ARCH=sparc,i386 PSTAMP=x20140101 BASEDIR=/ >"$tree/$1/pkginfo"
	# A path with blanks cannot be in a map.
	mv "$tree/$1/root/usr/lib/nqs/gui/a b" "$tree/$1/root/usr/lib/nqs/gui/a_b"
	printf '%s\n' ': 1 8' \
	    '1 d none /usr/lib/nqs 0755 root sys' \
	    '1 f none /usr/lib/nqs/nqsdaemon 0755 root sys 7 1 1' \
	    '1 f none /usr/lib/nqs/gui/a_b 0755 root sys 6 1 1' \
	    '1 i pkginfo 1 1 1' >"$tree/$1/pkgmap"
	printf '%s\n' '# PaCkAgE DaTaStReAm' "$1 1 8" '# end of header' \
	    >"$made"
	(cd "$tree" && tar cf - "$1") >>"$made"
}

# ---- of every adapter ----------------------------------------------------

refuses_wrong_calls() {
	expect 64 adapter
	expect 64 adapter conjure
	expect 64 adapter probe it
	expect 64 adapter install
	expect 64 adapter query '*'
	expect 64 adapter remove NECJCpkg
	expect 64 adapter remove -e-1-1
}

says_when_its_commands_are_missing() {
	rm "$commands"/*
	expect 69 adapter probe
	expect 69 adapter inspect "$base"
}

says_what_a_file_is() {
	adapter probe | grep -q .
	found=$(adapter inspect "$base")
	contains "$found" "name=NECJCpkg
version=13.1.0
release=1
arch=noarch
size="
	contains "$found" signed=no
	echo "$found" | grep -q '^size=[1-9][0-9]*$'
}

refuses_what_is_no_package() {
	echo text >"$scratch/text"
	head -c 100 "$base" >"$scratch/short"
	cp "$base" "$scratch/a*"
	for verb in inspect files verify install upgrade installed; do
		expect 65 adapter "$verb" "$scratch/text"
		expect 65 adapter "$verb" "$scratch/missing"
		expect 65 adapter "$verb" "$scratch/short"
		expect 65 adapter "$verb" "$scratch/a*"
	done
	adapter verify "$base"
	same installed '' "$(ls "$PACKAGE_SIM/installed")"
}

lists_the_files_with_their_digests() {
	adapter files "$base" | sort -k 3 | tr _ ' ' >"$scratch/files"
	same files "$(printf '%s %s\n' \
	    "$(printf 'a gui\n' | sha256sum | cut -d ' ' -f 1)" \
	    '6 /usr/lib/nqs/gui/a b' \
	    "$(echo daemon | sha256sum | cut -d ' ' -f 1)" \
	    '7 /usr/lib/nqs/nqsdaemon')" "$(cat "$scratch/files")"
	cd "$scratch"
	adapter files "${base##*/}" | sort -k 3 | tr _ ' ' |
	    cmp - "$scratch/files"
}

tells_what_is_installed() {
	expect 3 adapter query NECJCpkg
	expect 3 adapter installed "$base"
	adapter install "$base"
	same query 'NECJCpkg 13.1.0-1 noarch' "$(adapter query NECJCpkg)"
	adapter installed "$base"
	expect 3 adapter installed "$old_base"
	expect 3 adapter query NECJCpt
	expect 3 adapter query NECJC
}

says_when_it_is_installed_already() {
	adapter install "$base"
	expect 1 adapter install "$base" >"$scratch/said"
	grep -q 'already installed' "$scratch/said"
}

goes_up_and_back_down() {
	adapter install "$old_base"
	adapter upgrade "$base"
	adapter upgrade "$base"
	adapter installed "$base"
	adapter upgrade "$old_base"
	adapter installed "$old_base"
	expect 3 adapter installed "$base"
	adapter install "$patch"
	adapter installed "$patch"
}

removes_exactly_one_version() {
	adapter install "$base"
	expect 3 adapter remove NECJCpkg-12.10.0-3
	expect 3 adapter remove NECJCpt-13.1.1-2
	adapter remove NECJCpkg-13.1.0-1
	expect 3 adapter query NECJCpkg
	expect 3 adapter remove NECJCpkg-13.1.0-1
}

says_when_it_fails() {
	echo refuse >"$PACKAGE_SIM/trouble"
	expect 1 adapter install "$base" >"$scratch/said"
	[ -s "$scratch/said" ]
	expect 1 adapter upgrade "$base"
	rm "$PACKAGE_SIM/trouble"
	adapter install "$base"
	echo refuse >"$PACKAGE_SIM/trouble"
	expect 1 adapter remove NECJCpkg-13.1.0-1
}

sees_that_a_script_failed() {
	echo script >"$PACKAGE_SIM/trouble"
	expect 2 adapter install "$base" >"$scratch/said"
	grep -q script "$scratch/said"
	adapter installed "$base"
	expect 2 adapter upgrade "$base"
}

rehearses_without_doing_anything() {
	case $name in
	pkgadd)
		expect 3 adapter rehearse install "$base"
		return ;;
	esac
	adapter rehearse install "$base"
	expect 3 adapter installed "$base"
	adapter rehearse upgrade "$base" "$patch"
	expect 3 adapter installed "$base"
	adapter install "$base"
	run 1 adapter rehearse install "$base"
	stdout_has 'is already installed'
	adapter rehearse upgrade "$old_base"
	expect 3 adapter installed "$old_base"
	echo refuse >"$PACKAGE_SIM/trouble"
	expect 1 adapter rehearse upgrade "$old_base"
	expect 64 adapter rehearse remove "$base"
	echo script >"$PACKAGE_SIM/trouble"
	expect 0 adapter rehearse upgrade "$old_base"
}

rehearses_each_of_several_files() {
	[ "$name" != pkgadd ] || return 0
	run 0 adapter rehearse upgrade "$base" "$patch"
	! grep -q unrehearsed= "$scratch/stdout" || return 1
	echo NECJCpt >"$PACKAGE_SIM/trouble"
	run 0 adapter rehearse upgrade "$base" "$patch"
	stdout_has "unrehearsed='$patch' may need what comes before it: "
	grep -q '^unrehearsed=.*NECJCpt.rte\|^unrehearsed=.*NECJCpt.RUN' \
	    "$scratch/stdout"
	run 1 adapter rehearse upgrade "$patch"
	run 1 adapter rehearse upgrade "$patch" "$base"
	stdout_has NECJCpt
}

leaves_nothing_behind() {
	mkdir "$scratch/temporary"
	TMPDIR=$scratch/temporary
	export TMPDIR
	adapter files "$base"
	adapter verify "$base"
	adapter install "$base"
	adapter inspect "$patch"
	same 'left over' '' "$(ls "$scratch/temporary")"
	rmdir "$scratch/temporary"
}

behaviours='refuses_wrong_calls
    says_when_its_commands_are_missing
    says_what_a_file_is
    refuses_what_is_no_package
    lists_the_files_with_their_digests
    tells_what_is_installed
    says_when_it_is_installed_already
    goes_up_and_back_down
    removes_exactly_one_version
    says_when_it_fails
    sees_that_a_script_failed
    rehearses_without_doing_anything
    rehearses_each_of_several_files
    leaves_nothing_behind'

tests=
for each in $adapters; do
	for behaviour in $behaviours; do
		eval "${each}_$behaviour() { use $each; $behaviour; }"
		tests="$tests ${each}_$behaviour"
	done
done
# shellcheck disable=SC2086	# names
run_tests $tests
