#!/bin/sh
# Which old archives nqsbackup prune and create --keep-... remove, and what
# they never touch.
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/backup/tree.sh
. "$top/tests/backup/tree.sh"

prepare() {
	mkdir "$scratch/tree"
	echo text >"$scratch/tree/file"
}

# archive SERIES DAY [TIME]: makes one of the node "node" in "keep", as if it
# had been made then.
archive() {
	"$build/tests/backup/forge" made <<-END
	host node
	created $2T${3:-02:30:00}.250Z
	tree tree
	d tree
	f tree/file $2
	END
	mv made "keep/nqs-$1-$(echo "$2T${3:-02:30:00}Z" |
	    tr -d :-).tar.gz"
}

# three: the archives of three days of one series.
three() {
	fresh keep
	for day in 01 02 03; do
		archive node-siteA "2026-03-$day"
	done
}

# kept DAY...: these of siteA are there, and nothing else.
kept() {
	same "what is there" "$*" "$(find keep -type f |
	    sed 's/^.*-siteA-......\(..\)T.*/\1/' | sort | xargs)"
}

removes_what_no_rule_keeps() {
	three
	run 0 nqsbackup prune --keep-last 2 keep
	stdout_is "remove nqs-node-siteA-20260301T023000Z.tar.gz"
	kept 02 03
	run 0 nqsbackup prune --keep-last 2 keep
	stdout_is ""
	kept 02 03
}

shows_what_it_would_do() {
	three
	run 3 nqsbackup prune -nv --keep-last 1 --keep-daily 2 keep/
	stdout_is "keep nqs-node-siteA-20260303T023000Z.tar.gz last,daily
keep nqs-node-siteA-20260302T023000Z.tar.gz daily
remove nqs-node-siteA-20260301T023000Z.tar.gz"
	kept 01 02 03
	run 0 nqsbackup prune -n --keep-monthly 1 --keep-days 3 keep
	stdout_is ""
}

tells_machines_of_each() {
	three
	run 0 nqsbackup prune --json --keep-weekly 1 keep
	stdout_has '"event":"keep","name":"nqs-node-siteA-20260303T023000Z.tar.gz"'
	stdout_has '"created":1772505000,"rules":["weekly"]'
	stdout_has '"event":"remove","name":"nqs-node-siteA-20260302T023000Z.tar.gz"'
	stdout_has '"changed":true'
}

counts_each_series_by_itself() {
	three
	archive node-siteB 2026-02-01
	archive node-siteB 2026-02-02
	archive node-siteA-old 2026-01-01
	run 0 nqsbackup prune --keep-last 1 keep
	same "what is there" "nqs-node-siteA-20260303T023000Z.tar.gz
nqs-node-siteA-old-20260101T023000Z.tar.gz
nqs-node-siteB-20260202T023000Z.tar.gz" "$(ls keep)"
}

neither_counts_nor_removes_what_is_damaged() {
	three
	head -c 700 keep/*0303T* >part
	mv part keep/*0303T*
	run 2 nqsbackup prune --keep-last 1 keep
	stderr_has "'nqs-node-siteA-20260303T023000Z.tar.gz' is no good archive, and stays: it "
	kept 02 03
	# Alone, the last good one stays whatever comes behind it.
	head -c 700 keep/*0303T* >keep/nqs-node-siteA-20260304T023000Z.tar.gz
	: >keep/nqs-node-siteA-20260305T023000Z.tar.gz
	run 2 nqsbackup prune --keep-last 1 --keep-daily 1 keep
	kept 02 03 04 05
}

# spoil FILE: turns a byte of the first member, which only reading it shows.
spoil() {
	printf '\377' | dd of="$1" bs=1 seek=30 conv=notrunc 2>/dev/null
}

reads_all_that_is_to_be_kept_when_told_to() {
	three
	spoil keep/*0302T*
	run 3 nqsbackup prune -n --keep-last 2 keep
	same "what it says" "" "$(cat stderr)"
	archive node-siteA 2026-02-28
	run 2 nqsbackup prune --verify -j 1 --keep-last 2 keep
	stderr_has "'nqs-node-siteA-20260302T023000Z.tar.gz' is no good archive, and stays: "
	kept 01 02 03
	# What would not be kept is not read.
	three
	spoil keep/*0302T*
	run 0 nqsbackup prune --verify --keep-last 1 keep
	kept 03
}

never_touches_what_it_did_not_write() {
	three
	good=keep/nqs-node-siteA-20260303T023000Z.tar.gz
	tar -czf keep/nqs-node-siteA-20260102T000000Z.tar.gz tree
	for name in other.tar.gz nqs-node-siteA.tar.gz \
	    nqs-node-siteA-2026030xT023000Z.tar.gz \
	    nqs-node-siteA-20260101T023000Z.tar.gz.old \
	    xnqs-node-siteA-20260101T023000Z.tar.gz \
	    .nqs-node-siteA-20260101T023000Z.tar.gz.nqs-ABCDEF; do
		cp "$good" "keep/$name"
	done
	# These have such a name, but are something else, or of another time.
	cp "$good" keep/nqs-node-siteA-20260103T000000Z.tar.gz
	cp "$good" keep/nqs-elsewhere-siteA-20260303T023000Z.tar.gz
	ln -s "../$good" keep/nqs-node-siteA-20260104T000000Z.tar.gz
	mkdir keep/nqs-node-siteA-20260105T000000Z.tar.gz
	mkfifo keep/nqs-node-siteA-20260106T000000Z.tar.gz
	find keep | sort >before
	run 2 nqsbackup prune --keep-last 1 keep
	stderr_has "20260103T000000Z.tar.gz' is no good archive, and stays: its name is that of another"
	find keep | sort | diff before - >difference || true
	same "what has gone" "keep/nqs-node-siteA-20260301T023000Z.tar.gz
keep/nqs-node-siteA-20260302T023000Z.tar.gz" "$(sed -n 's/^< //p' difference)"
	same "what has come" "" "$(sed -n 's/^> //p' difference)"
}

refuses_to_guess_what_to_keep() {
	three
	run 64 nqsbackup prune keep
	stderr_has "what to keep is missing"
	run 64 nqsbackup prune --keep-last 0 keep
	run 64 nqsbackup prune --keep-last all keep
	run 64 nqsbackup prune --keep-last 1
	run 64 nqsbackup prune --keep-last 1 keep keep
	run 1 nqsbackup prune --keep-last 1 nowhere
	stderr_has "cannot read the directory 'nowhere'"
	kept 01 02 03
}

says_what_it_cannot_remove() {
	three
	chmod 555 keep
	if is_root; then
		chattr +i keep 2>/dev/null || skip "this cannot be forbidden"
	fi
	status=0
	nqsbackup prune --keep-last 1 keep >found 2>said || status=$?
	! is_root || chattr -i keep
	chmod 755 keep
	same "the exit code" 2 "$status"
	contains "$(cat said)" "20260301T023000Z.tar.gz' cannot be removed: "
	same "the output" "" "$(cat found)"
	kept 01 02 03
}

create_prunes_its_own_series() {
	fresh keep
	node=$(uname -n)
	for day in 01 02; do
		archive other-tree "2026-03-$day"
	done
	run 0 nqsbackup create -t tree -o keep --keep-last 2
	first=$(ls keep/nqs-"$node"-tree-*)
	wait_until 5 another_second "$first"
	run 0 nqsbackup create -t tree -o keep --keep-last 1
	stdout_has "remove $(basename "$first")"
	same "how many there are" 1 "$(archives "$node-tree")"
	expect 1 test -e "$first"
	same "those of others" 2 "$(archives other-tree)"
}

# Their archives have the same name but for the time.
two_trees_that_end_alike_are_two_series() {
	fresh keep
	fresh one
	fresh two
	mkdir one/data two/data
	run 0 nqsbackup create -t one/data -o keep/ --keep-last 1
	first=$(ls keep/*)
	wait_until 5 another_second "$first"
	run 0 nqsbackup create -t two/data -o keep/
	second=$(find keep -type f ! -path "$first")
	wait_until 5 another_second "$second"
	run 0 nqsbackup create -t two/data -o keep/ --keep-last 1
	expect 1 test -e "$second"
	[ -e "$first" ]
	run 0 nqsbackup prune --keep-last 1 keep
	same "what it removes" "" "$(cat stdout)"
	[ -e "$first" ]
}

# It is newer, and good, and says what its owner wants.
an_archive_of_another_owner_replaces_none() {
	is_root || skip "only root can give files away"
	three
	archive node-siteA 2026-03-04
	chown 1234 keep/nqs-node-siteA-20260304*
	run 0 nqsbackup prune --keep-last 1 keep
	kept 03 04
	archive node-siteA 2026-03-05
	run 0 nqsbackup prune --keep-last 1 keep
	kept 04 05
}

# By a clock that was wrong once, another one is newer for a long time.
create_never_removes_what_it_made() {
	fresh keep
	node=$(uname -n)
	path=$(cd "$scratch" && pwd -P)
	"$build/tests/backup/forge" made <<-END
	host $node
	created 2099-03-01T02:30:00.250Z
	tree ${path#/}/tree
	d ${path#/}/tree
	END
	mv made "keep/nqs-$node-tree-20990301T023000Z.tar.gz"
	run 2 nqsbackup create -t tree -o keep/ --keep-last 1
	stderr_has "'nqs-$node-tree-20990301T023000Z.tar.gz' is dated in the future"
	same "how many there are" 2 "$(archives "$node-tree")"
}

does_not_count_what_is_dated_in_the_future() {
	three
	archive node-siteA 2099-03-04
	run 2 nqsbackup prune --keep-last 1 keep
	stdout_has "remove nqs-node-siteA-20260302T023000Z.tar.gz"
	stderr_has "'nqs-node-siteA-20990304T023000Z.tar.gz' is dated in the future: it stays, but does not count"
	kept 03 04
}

reads_the_newest_before_others_go() {
	three
	spoil keep/*0303T*
	run 0 nqsbackup prune --keep-last 3 keep
	same "what it says" "" "$(cat stderr)"
	run 2 nqsbackup prune --keep-last 1 keep
	stderr_has "'nqs-node-siteA-20260303T023000Z.tar.gz' is no good archive, and stays: "
	kept 02 03
}

# archives SERIES: how many there are of it.
archives() {
	find keep -name "nqs-$1-*" | wc -l | xargs
}

# another_second ARCHIVE: whether a new one would have another name.
another_second() {
	case $1 in
	*"$(date -u +%Y%m%dT%H%M%SZ)"*) return 1 ;;
	esac
}

create_prunes_nothing_when_it_failed() {
	fresh keep
	run 0 nqsbackup create -t tree -o keep/
	first=$(ls keep/*)
	wait_until 5 another_second "$first"
	run 1 nqsbackup create -t tree -t missing -o keep/ --keep-last 1
	wait_until 5 another_second "$first"
	mkfifo tree/fifo
	mknod tree/device c 1 3 || { rm tree/fifo; skip "needs devices"; }
	status=0
	nqsbackup create -t tree -o keep/ --keep-last 1 2>said || status=$?
	rm tree/fifo tree/device
	same "the exit code" 2 "$status"
	contains "$(cat said)" "no older archive is removed, for the new one is not complete"
	[ -e "$first" ]
}

# What reads its output could not know of the new archive, and the old is gone.
create_prunes_nothing_when_it_cannot_print() {
	[ -c /dev/full ] || skip "no /dev/full"
	fresh keep
	run 0 nqsbackup create -t tree -o keep/
	first=$(ls keep/*)
	wait_until 5 another_second "$first"
	# shellcheck disable=SC2016 # the hook expands it
	printf '#!/bin/sh\necho "$NQSTOOLS_EXIT $NQSTOOLS_ARCHIVE" >%s\n' \
	    "$scratch/noted" >after
	chmod 700 after
	status=0
	nqsbackup create -t tree -o keep/ --keep-last 1 --metrics x.prom \
	    --after "$scratch/after" >/dev/full 2>said || status=$?
	same "the exit code" 73 "$status"
	same "how often it says so" 1 "$(grep -c 'standard output' said)"
	contains "$(cat said)" "no older archive is removed, for nobody could"
	[ -e "$first" ]
	second=$(find keep -name '*.gz' ! -path "$first")
	run 0 nqsbackup verify "$second"
	same "what the hook was told" "73 $second" "$(cat noted)"
	contains "$(cat x.prom)" 'last_run_exit_code{site="tree"} 73'
	contains "$(cat x.prom)" 'last_archive_entries{site="tree"}'
}

create_refuses_rules_without_a_series() {
	fresh keep
	run 64 nqsbackup create -t tree -o keep/x.tar.gz --keep-last 1
	stderr_has "hint: write it into a directory: -o DIRECTORY/"
	run 64 nqsbackup create -t tree -o - --keep-last 1
	same "what is there" "" "$(ls -A keep)"
}

cd "$scratch" || exit 99
run_tests removes_what_no_rule_keeps \
	shows_what_it_would_do \
	tells_machines_of_each \
	counts_each_series_by_itself \
	neither_counts_nor_removes_what_is_damaged \
	reads_all_that_is_to_be_kept_when_told_to \
	never_touches_what_it_did_not_write \
	refuses_to_guess_what_to_keep \
	says_what_it_cannot_remove \
	create_prunes_its_own_series \
	two_trees_that_end_alike_are_two_series \
	an_archive_of_another_owner_replaces_none \
	create_never_removes_what_it_made \
	does_not_count_what_is_dated_in_the_future \
	reads_the_newest_before_others_go \
	create_prunes_nothing_when_it_failed \
	create_prunes_nothing_when_it_cannot_print \
	create_refuses_rules_without_a_series
