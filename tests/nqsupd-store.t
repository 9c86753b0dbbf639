#!/bin/sh
# What runs need of the store and of what they saved: it is never overwritten,
# can be brought back, and is looked at before a run is put back.  A node of
# folders, whose package manager answers of files of a line.  Needs nothing.
# shellcheck disable=SC2317	# tests are called by their names
. "${srcdir:-.}/tests/lib.sh"
. "$top/tests/node.sh"

prepare() {
	cat >"$scratch/adapter" <<-'END'
		case $1 in
		query)	echo NECJCpkg 13.1-1 x86_64 ;;
		installed) [ "${2##*/}" = base.pkg ] || exit 3 ;;
		inspect)
			read -r word name version sign <"$2"
			[ "$word" = package ] || exit 65
			[ ! -e "${0%/*}/swap" ] || . "${0%/*}/swap"
			printf '%s\n' "name=$name" "version=$version" release=1 \
			    arch=noarch size=1 signed=yes "signature=$sign" ;;
		*)	exit 3 ;;
		esac
	END
	{
		node_conf node
		site_conf
		echo "path = \"$build/nqsbackup:$PATH\";"
		echo "procedures = \"$scratch/own\";"
	} | sed "s|package = {|& target = \"$scratch/product\";|" \
	    >"$scratch/conf"
	mkdir "$scratch/own" "$scratch/one" "$scratch/two"
	echo package NECJCpt 13.1.1 good >"$scratch/one/patch.pkg"
	echo package NECJCpt 13.1.2 good >"$scratch/two/patch.pkg"
}

# write_patch [INSTALL-KEY]: a patch of four steps.
write_patch() {
	cat >"$scratch/own/patch-single.conf" <<-END
		name = "patch-single"; title = "patch";
		parameters = [ "packages" ];
		steps = (
		  { id = "save"; title = "save"; on = "all";
		    run = [ "nqsbackup", "create", "-t", "\$target", "-o",
		      "\$saved" ];
		    verify = [ "nqsbackup", "verify", "\$saved" ];
		    keeps = "the archive is in nobody's way"; },
		  { id = "way-back"; title = "the way back"; on = "all";
		    run = [ "test", "-s", "\$saved" ];
		    verify = [ "test", "-s", "\$saved" ];
		    undo = [ "nqsbackup", "restore", "--exact", "--no-undo",
		      "-C", "/", "\$saved" ];
		    undone = [ "nqsbackup", "restore", "--exact", "-n",
		      "-C", "/", "\$saved" ]; },
		  { id = "install"; title = "install"; on = "all"; $1
		    run = [ "cp", "\$packages", "$scratch/product/new" ];
		    verify = [ "cmp", "\$packages", "$scratch/product/new" ];
		    undo = [ "rm", "-f", "$scratch/product/new" ];
		    undone = [ "test", "!", "-e", "$scratch/product/new" ]; },
		  { id = "stop"; title = "stop"; on = "all";
		    run = [ "touch", "$scratch/product/stopped" ];
		    verify = [ "test", "-e", "$scratch/product/stopped" ];
		    undo = [ "rm", "-f", "$scratch/product/stopped" ]; }
		);
	END
}

fresh() {
	rm -rf "$scratch/state" "$scratch/store" "$scratch/product"
	mkdir "$scratch/product"
	echo old >"$scratch/product/old"
	write_patch "${1:-}"
}

digest_of() {
	sha256sum <"$1" | cut -d ' ' -f 1
}

# patch EXIT-CODE RUN FILE [OPTION]...
patch() {
	code=$1
	id=$2
	file=$scratch/$3
	shift 3
	run "$code" upd patch --run-id "$id" "$@" "$file"
}

does_not_overwrite_the_package_of_a_run_that_stands() {
	fresh
	patch 0 u1 one/patch.pkg
	patch 73 u2 two/patch.pkg
	stderr_has "'$scratch/store/patch.pkg' is another file, which run u1"
	stderr_has 'hint: give this one another name'
	[ ! -e "$scratch/state/runs/u2.jsonl" ]
	digest=$(digest_of "$scratch/two/patch.pkg")
	for from in '' 0; do
		# shellcheck disable=SC2086	# none, or one
		run 73 upd package receive patch.pkg "$digest" $from \
		    <"$scratch/two/patch.pkg"
		stderr_has 'which run u1 needs'
	done
	cmp "$scratch/one/patch.pkg" "$scratch/store/patch.pkg"
	run 0 upd rollback --yes u1
	[ ! -e "$scratch/product/new" ]
	patch 0 u2 two/patch.pkg
	run 0 upd package receive patch.pkg "$digest" \
	    <"$scratch/two/patch.pkg"
}

does_not_keep_what_is_no_package_or_damaged() {
	fresh
	echo nothing >"$scratch/nothing.pkg"
	patch 65 x nothing.pkg
	stderr_has "'nothing.pkg' is not a package"
	echo package NECJCpt 13.1.1 bad >"$scratch/bad.pkg"
	patch 65 x bad.pkg
	stderr_has "'bad.pkg' is damaged, or its signature is wrong"
	same files '' "$(ls -A "$scratch/store")"
	[ ! -e "$scratch/state/runs/x.jsonl" ]
}

# Who may write to a package could do so between the look and the copy.
stores_only_what_was_looked_at() {
	fresh
	mkdir -p "$scratch/three"
	cp "$scratch/two/patch.pkg" "$scratch/three/second.pkg"
	before=$(digest_of "$scratch/three/second.pkg")
	echo "echo package NECJCpt 13.1.9 good >'$scratch/three/second.pkg'" \
	    >"$scratch/swap"
	patch 65 s three/second.pkg "$scratch/one/patch.pkg"
	rm "$scratch/swap"
	stderr_has "'second.pkg' is not the file any more that was looked at: \
its digest was $before and is "
	[ ! -e "$scratch/store/second.pkg" ]
	[ ! -e "$scratch/state/runs/s.jsonl" ]
}

# Nobody writes to the pipe, and the lock of the node is held.
does_not_wait_for_a_pipe_in_the_place_of_a_package() {
	fresh
	mkdir -p "$scratch/three"
	pipe=$scratch/three/second.pkg
	cp "$scratch/two/patch.pkg" "$pipe"
	echo "rm -f '$pipe'; mkfifo '$pipe'" >"$scratch/swap"
	run 65 timeout 30 "$build/nqsupd/nqsupd" patch -c "$scratch/conf" \
	    --run-id s "$scratch/one/patch.pkg" "$pipe"
	rm -r "$scratch/swap" "$scratch/three" "$scratch/store"
	stderr_has "'$pipe' is not a regular file"
	mkdir "$scratch/store"
	pipe=$scratch/store/patch.pkg
	mkfifo "$pipe"
	run 65 timeout 30 "$build/nqsupd/nqsupd" patch -c "$scratch/conf" \
	    "$scratch/one/patch.pkg"
	stderr_has "'$pipe' is not a regular file"
	run 65 timeout 30 "$build/nqsupd/nqsupd" package -c "$scratch/conf" \
	    has patch.pkg "$(digest_of "$scratch/one/patch.pkg")"
	stderr_has "'$pipe' is not a regular file"
	[ -z "$(ls -A "$scratch/state/runs")" ]
}

a_package_that_is_missing_can_be_brought_back() {
	fresh 'confirm = "really";'
	patch 4 e1 one/patch.pkg
	rm "$scratch/store/patch.pkg"
	digest=$(digest_of "$scratch/one/patch.pkg")
	for verb in resume rollback; do
		run 65 upd "$verb" e1
		stderr_has "'$scratch/store/patch.pkg' is there no more, the \
file that the run began with, of the SHA-256 digest $digest"
		stderr_has "'nqsupd resume --leave WHY e1'"
	done
	run 4 upd status e1
	stderr_has "of the SHA-256 digest $digest: give that file to the"
	run 0 upd report e1
	stderr_has "of the SHA-256 digest $digest: give that file to the"
	patch 64 e1 two/patch.pkg
	[ ! -e "$scratch/store/patch.pkg" ]
	patch 0 e1 one/patch.pkg --confirm install
	cmp "$scratch/one/patch.pkg" "$scratch/product/new"
	rm "$scratch/store/patch.pkg"
	run 65 upd rollback --yes e1
	stderr_has 'hint: copy that file there again'
	patch 0 e1 one/patch.pkg
	run 0 upd rollback --yes e1
}

a_run_is_not_put_back_without_what_it_saved() {
	fresh
	patch 0 u1 one/patch.pkg
	saved=$scratch/state/saved/u1.files.tar.gz
	mv "$saved" "$scratch/away"
	run 65 upd rollback --yes u1
	stderr_has 'run u1 cannot be put back, and nothing was changed'
	stderr_has 'hint: bring that file back as it was'
	head -c 100 "$scratch/away" >"$saved"
	run 65 upd rollback --yes u1
	[ -e "$scratch/product/stopped" ]
	[ -e "$scratch/product/new" ]
	run 0 upd status --expect 'done' u1
	mv "$scratch/away" "$saved"
	run 0 upd rollback --yes u1
	[ ! -e "$scratch/product/new" ]
}

a_release_is_not_taken_back_without_the_one_before() {
	fresh
	mkdir "$scratch/store"
	echo package NECJCpkg 13.1 good >"$scratch/store/base.pkg"
	cat >"$scratch/own/upgrade-single.conf" <<-END
		name = "upgrade-single"; title = "upgrade";
		parameters = [ "packages" ];
		steps = (
		  { id = "upgrade"; title = "upgrade"; on = "all";
		    run = [ "cp", "\$packages", "$scratch/product/new" ];
		    verify = [ "cmp", "\$packages", "$scratch/product/new" ];
		    undo = [ "cp", "\$previous", "$scratch/product/new" ];
		    undone = [ "cmp", "\$previous", "$scratch/product/new" ]; }
		);
	END
	echo package NECJCpkg 14.1 good >"$scratch/next.pkg"
	run 0 upd upgrade --run-id u1 "$scratch/next.pkg"
	echo package NECJCpkg 13.2 good >"$scratch/base.pkg"
	digest=$(digest_of "$scratch/base.pkg")
	run 73 upd package receive base.pkg "$digest" <"$scratch/base.pkg"
	stderr_has 'which run u1 needs'
	mv "$scratch/store/base.pkg" "$scratch/away"
	run 65 upd rollback --yes u1
	stderr_has "'$scratch/store/base.pkg'"
	cp "$scratch/base.pkg" "$scratch/store/base.pkg"
	run 65 upd rollback --yes u1
	stderr_has 'is NECJCpkg 13.2, and not the package of the release before'
	cmp "$scratch/next.pkg" "$scratch/product/new"
	mv "$scratch/away" "$scratch/store/base.pkg"
	run 0 upd rollback --yes u1
	cmp "$scratch/store/base.pkg" "$scratch/product/new"
}

run_tests \
	does_not_overwrite_the_package_of_a_run_that_stands \
	does_not_keep_what_is_no_package_or_damaged \
	stores_only_what_was_looked_at \
	does_not_wait_for_a_pipe_in_the_place_of_a_package \
	a_package_that_is_missing_can_be_brought_back \
	a_run_is_not_put_back_without_what_it_saved \
	a_release_is_not_taken_back_without_the_one_before
