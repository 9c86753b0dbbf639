#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# shellcheck disable=SC2016	# words for the other side
# Packages come to all nodes at once, and a copy that breaks off is gone on
# with: in the demo, where each node has a store of its own for this.
. "${srcdir:-.}/tests/lib.sh"

demo=$scratch/demo
cluster=$top/tests/demo/cluster
NQSTOOLS_DEMO=$demo
export NQSTOOLS_DEMO
packages=${JOBCENTER_PACKAGES:-$scratch/packages}
package=$scratch/rpm/noarch/NECJCbig-1-1.noarch.rpm
breaks_at=3000001

# A package of this size that cannot be made smaller.
make_package() {
	mkdir "$scratch/rpm"
	head -c 4000000 /dev/urandom >"$scratch/rpm/bytes"
	cat >"$scratch/rpm/spec" <<-END
		%define _binary_payload w0.gzdio
		Name: NECJCbig
		Version: 1
		Release: 1
		Summary: bytes
		License: none
		BuildArch: noarch
		%description
		bytes
		%install
		mkdir -p %{buildroot}/usr/lib
		cp $scratch/rpm/bytes %{buildroot}/usr/lib/bytes
		%files
		/usr/lib/bytes
	END
	rpmbuild -bb --quiet --define "_topdir $scratch/rpm" \
	    --define "_rpmdir $scratch/rpm" "$scratch/rpm/spec" \
	    >"$scratch/rpm/log" 2>&1
}

# Stands in front of nqsupd on the nodes: waits, counts, and breaks off.
make_wrapper() {
	mv "$demo/tools/sbin/nqsupd" "$demo/tools/sbin/nqsupd.real"
	cat >"$demo/tools/sbin/nqsupd" <<-END
		#!/bin/sh
		node=$scratch/\$NQSTOOLS_SIM_NODE
		case "\$*" in
		'package '*'receive '*)
			echo "\$*" >>"\$node.calls"
			: >"\$node.begun" ;;
		'package '*'part '*)
			[ -e "\$node.parts" ] || exec "\$0.real" "\$@"
			cat "\$node.parts"
			exit 3 ;;
		*)	exec "\$0.real" "\$@" ;;
		esac
		left=100
		while [ -e "$scratch/gate" ] && { [ ! -e $scratch/node1.begun ] ||
		    [ ! -e $scratch/node2.begun ]; }; do
			[ \$((left -= 1)) -gt 0 ] || exit 1
			sleep 0.1
		done
		if [ -e "\$node.break" ]; then
			rm "\$node.break"
			{ head -c $breaks_at; kill -s KILL \$PPID; } |
			    "\$0.real" "\$@"
		else
			tee "\$node.bytes.\$\$" | "\$0.real" "\$@"
		fi
	END
	chmod +x "$demo/tools/sbin/nqsupd"
}

prepare() {
	command -v rpmbuild >/dev/null || skip 'no rpmbuild'
	command -v sshd >/dev/null || skip 'no sshd'
	"$top/tests/jobcenter/build" "$packages"
	make_package
	"$cluster" up -b "$build" -p "$packages" "$demo"
	sed "s|store = .*|store = \"$demo/store2\";|" \
	    "$demo/node2/etc/nqstools.conf" >"$scratch/conf"
	cp "$scratch/conf" "$demo/node2/etc/nqstools.conf"
	awk '/^steps/ { print; copy = 0 }
	    /id = "copy"/ { copy = 1 }
	    copy { print }
	    /timeout = "1h"; },/ && copy { print ");"; exit }' \
	    "$top/share/procedures/rolling-patch.conf" >"$scratch/steps"
	{
		echo 'name = "copy"; title = "copy";'
		echo 'parameters = [ "package", "package_name",'
		echo '    "package_digest" ];'
		sed 's/timeout = "1h"; },/timeout = "1h"; }/' "$scratch/steps"
	} >"$scratch/copy.conf"
	make_wrapper
}

clean_up() {
	"$cluster" down "$demo"
}

# fresh: no node has it.
fresh() {
	size=$(wc -c <"$package")
	part=.$(sha256sum "$package" | cut -d ' ' -f 1).part
	rm -rf "$demo/store2" "$demo/store/${package##*/}" \
	    "$demo/store/$part" "$scratch"/node?.* "$scratch/gate"
	mkdir "$demo/store2"
}

copy() {
	run "$1" "$cluster" run "$demo" control clroll run -v \
	    "$scratch/copy.conf" demo "$package"
}

both_have_it() {
	for store in store store2; do
		cmp "$package" "$demo/$store/${package##*/}"
		same "parts in $store" '' "$(find "$demo/$store" -name '.*' \
		    -type f)"
	done
}

# bytes NODE: how many it received, but for what went before a break.
bytes() {
	cat "$scratch/$1".bytes.* | wc -c
}

# Each waits until the other one receives, too.
a_package_goes_to_all_nodes_at_once() {
	fresh
	: >"$scratch/gate"
	copy 0
	both_have_it
	same 'bytes to node1' "$size" "$(bytes node1)"
	same 'bytes to node2' "$size" "$(bytes node2)"
}

# The run is begun on the first node itself, which needs no connection.
a_package_goes_to_the_others_while_this_node_takes_it() {
	fresh
	: >"$scratch/gate"
	mkdir -p "$scratch/clusters"
	sed '/name = "node1"/s/host = "[^"]*"; port = [0-9]*;/local = true;/' \
	    "$demo/control/clusters/demo.conf" >"$scratch/clusters/demo.conf"
	grep -q 'local = true' "$scratch/clusters/demo.conf"
	sed "s|clusters = .*|clusters = \"$scratch/clusters\";|" \
	    "$demo/node1/etc/nqstools.conf" >"$scratch/local.conf"
	run 0 "$cluster" run "$demo" node1 clroll run -v \
	    -c "$scratch/local.conf" "$scratch/copy.conf" demo "$package"
	both_have_it
	same 'bytes to node1' "$size" "$(bytes node1)"
	same 'bytes to node2' "$size" "$(bytes node2)"
}

what_broke_off_is_gone_on_with() {
	fresh
	: >"$scratch/node2.break"
	copy 0
	both_have_it
	[ ! -e "$scratch/node2.break" ]
	same 'bytes behind the break' $((size - breaks_at)) "$(bytes node2)"
}

what_does_not_begin_like_the_package_is_not_gone_on_with() {
	fresh
	head -c 5000 /dev/zero >"$demo/store2/$part"
	copy 0
	both_have_it
	same 'bytes to node2' "$size" "$(bytes node2)"
}

# Else it could keep the controller at work, and so the claims from renewal.
only_the_first_part_that_a_node_tells_of_is_looked_at() {
	fresh
	for digest in "$(sha256sum </dev/null)" \
	    "$(head -c 4096 "$package" | sha256sum)"; do
		printf '{"event":"part","size":4096,"digest":"%s"}\n' \
		    "${digest%% *}"
	done >"$scratch/node2.parts"
	copy 0
	both_have_it
	same 'bytes to node2' "$size" "$(bytes node2)"
}

what_lies_in_the_way_is_not_written_to() {
	fresh
	echo mine >"$scratch/victim"
	ln -s "$scratch/victim" "$demo/store2/$part"
	copy 0
	cmp "$package" "$demo/store2/${package##*/}"
	same victim mine "$(cat "$scratch/victim")"
	rm "$demo/store2/$part"
	fresh
	ln "$scratch/victim" "$demo/store2/$part"
	copy 0
	cmp "$package" "$demo/store2/${package##*/}"
	same victim mine "$(cat "$scratch/victim")"
}

run_tests a_package_goes_to_all_nodes_at_once \
    a_package_goes_to_the_others_while_this_node_takes_it \
    what_broke_off_is_gone_on_with \
    what_does_not_begin_like_the_package_is_not_gone_on_with \
    only_the_first_part_that_a_node_tells_of_is_looked_at \
    what_lies_in_the_way_is_not_written_to
