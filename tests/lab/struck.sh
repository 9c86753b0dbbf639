# What the tests share in which the guide's upgrade and patch are struck on the
# nodes of a lab.  Source it after tests/lib.sh.
# shellcheck shell=sh disable=SC2034,SC2154
# shellcheck source=tests/lab/rolling.sh
. "$top/tests/lab/rolling.sh"
# shellcheck source=tests/lab/striking.sh
. "$top/tests/lab/striking.sh"

arch=$(uname -m)
release=/root/NECJCpkg-13.1-1.$arch.rpm
patch=/root/NECJCpt-13.1.1-1.$arch.rpm
broken=/root/NECJCpt-13.1.3-1.$arch.rpm

# give_packages NODE FILE...: there, as the control node has them.
give_packages() {
	node=$1
	shift
	for file in "$@"; do
		# shellcheck disable=SC2016
		shell control 'cat "/root/packages/${1##*/}"' sh "$file" |
		    shell "$node" 'cat >"$1"' sh "$file"
	done
}

prepare() {
	make_halt
	lab_up --release 12.10
	for node in node1 node2; do
		give_packages "$node" "$release" "$patch" "$broken"
		give_halt "$node"
	done
}

clean_up() {
	lab down
}

# both_are_upgraded: for the patches, which are for that release.
both_are_upgraded() {
	for each in node2 node1; do
		[ "$(version_of "$each")" = R13.1 ] ||
		    at "$each" nqsupd upgrade "$release" </dev/null
	done
}

# without_times: of a picture; what is made anew has another time.
without_times() {
	sed 's/ [0-9]*-[0-9]*-[0-9]*+[0-9:.]* / /'
}
