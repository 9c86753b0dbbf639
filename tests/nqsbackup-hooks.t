#!/bin/sh
# The programs that nqsbackup create runs before and after a backup.
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/backup/tree.sh
. "$top/tests/backup/tree.sh"

# hook NAME: a program in "hooks" that notes how it was called, and then does
# what stands in standard input.
hook() {
	{
		cat <<-END
		#!/bin/sh
		exec 2>&1
		echo "$1 \$# \$NQSTOOLS_HOOK '\$NQSTOOLS_SITES' \${NQSTOOLS_EXIT-none} '\${NQSTOOLS_ARCHIVE-}'" >>"$scratch/noted"
		END
		cat
	} >"hooks/$1"
	chmod 755 "hooks/$1"
}

prepare() {
	cd "$scratch"
	mkdir tree hooks
	echo text >tree/file
}

begin() {
	fresh out
	rm -f noted
	hook first </dev/null
	hook last </dev/null
}

# create ARGUMENT...: with both hooks.
create() {
	nqsbackup create --before "$scratch/hooks/first" \
	    --after "$scratch/hooks/last" "$@"
}

noted() {
	same "what was noted" "$1" "$(cat noted)"
}

runs_one_before_and_one_after() {
	begin
	hook first <<-END
	echo made >"$scratch/tree/snapshot"
	END
	run 0 create -t tree -o out/x.tar.gz
	noted "first 0 before '' none ''
last 0 after '' 0 'out/x.tar.gz'"
	run 0 nqsbackup cat out/x.tar.gz "$scratch/tree/snapshot"
	rm tree/snapshot
}

does_nothing_when_the_first_fails() {
	begin
	hook first <<-END
	echo no room for a snapshot
	echo try later
	exit 7
	END
	run 1 create -t tree -o out/x.tar.gz
	stderr_has "nothing was backed up: '$scratch/hooks/first' ended with \
exit code 7"
	same "the hint" "hint: it said: no room for a snapshot try later" \
	    "$(grep '^hint' stderr)"
	noted "first 0 before '' none ''
last 0 after '' 1 ''"
	same "what is there" "" "$(ls -A out)"
}

runs_the_second_when_the_backup_fails() {
	begin
	run 1 create -t missing -o out/x.tar.gz
	noted "first 0 before '' none ''
last 0 after '' 1 ''"
	rm noted
	mknod tree/device c 1 3 || skip "needs devices"
	status=0
	create -t tree -o out/x.tar.gz >found 2>said || status=$?
	rm tree/device
	same "the exit code" 2 "$status"
	noted "first 0 before '' none ''
last 0 after '' 2 'out/x.tar.gz'"
}

tells_that_the_second_failed() {
	begin
	hook last <<-END
	echo the snapshot is busy
	exit 1
	END
	run 2 create -t tree -o out/x.tar.gz
	stderr_has "nqsbackup: '$scratch/hooks/last' ended with exit code 1"
	stderr_has "it said: the snapshot is busy"
	run 0 nqsbackup verify out/x.tar.gz
	# It does not hide what was worse.
	run 1 create -t missing -o out/y.tar.gz
}

ends_what_takes_too_long() {
	begin
	hook first <<-END
	exec sleep 60
	END
	run 1 create --hook-timeout 200ms -t tree -o out/x.tar.gz
	stderr_has "'$scratch/hooks/first' took longer than --hook-timeout"
	same "how many were run" 2 "$(wc -l <noted | xargs)"
}

# The first one waits here, so that the signal comes while it runs.
runs_the_second_after_a_signal() {
	begin
	mkfifo gate
	hook first <<-END
	cat "$scratch/gate"
	END
	"$build/nqsbackup/nqsbackup" create -t tree -o out/x.tar.gz \
	    --before "$scratch/hooks/first" --after "$scratch/hooks/last" \
	    >found 2>said &
	pid=$!
	wait_until 10 test -s noted
	kill -TERM "$pid"
	echo go >gate
	status=0
	wait "$pid" || status=$?
	rm gate
	same "the exit code" 4 "$status"
	noted "first 0 before '' none ''
last 0 after '' 4 ''"
	same "what is there" "" "$(ls -A out)"
}

tells_them_the_sites() {
	begin
	mkdir -p bin
	ln -sf "$build/nqsbackup/nqsbackup" bin/nqsbackup
	printf '#!/bin/sh\nexit 3\n' >bin/nqsupd
	chmod 755 bin/nqsupd
	cat >site.conf <<-END
	node = "node1";
	sites = ( { name = "siteA"; group = "g"; trees = [ "$scratch/tree" ]; } );
	END
	status=0
	bin/nqsbackup create -c site.conf -s siteA -o out/ \
	    --before "$scratch/hooks/first" --after "$scratch/hooks/last" \
	    2>said || status=$?
	same "the exit code" 1 "$status"
	noted "first 0 before 'siteA' none ''
last 0 after 'siteA' 1 ''"
}

runs_nothing_that_others_could_have_written() {
	begin
	chmod 777 hooks/last
	run 77 create -t tree -o out/x.tar.gz
	expect 1 test -e noted
	run 1 nqsbackup create --after "$scratch/hooks/none" -t tree -o out/x
	run 64 nqsbackup create --before hooks/first -t tree -o out/x
	stderr_has "'hooks/first' is no absolute path of a program"
	run 64 create --hook-timeout 0 -t tree -o out/x
	run 64 create --hook-timeout soon -t tree -o out/x
	same "what is there" "" "$(ls -A out)"
}

# Who may write to a directory can put another program in its place.
runs_nothing_from_where_others_may_write() {
	begin
	mkdir -p open/in
	cp hooks/last open/in/last
	ln -s "$scratch/open" way
	for where in open/in way/in; do
		chmod 777 open
		run 77 nqsbackup create --after "$scratch/$where/last" \
		    -t tree -o out/x.tar.gz
		stderr_has "open' may be written by others than you" ||
		    stderr_has "way' may be written by others than you"
	done
	ln -s "$scratch/open/in/last" link
	run 77 nqsbackup create --after "$scratch/link" -t tree -o out/x.tar.gz
	same "what is there" "" "$(ls -A out)"
	chmod 1777 open
	run 0 nqsbackup create --after "$scratch/way/in/last" -t tree \
	    -o out/x.tar.gz
	noted "last 0 after '' 0 'out/x.tar.gz'"
}

# A backup may take hours.
looks_at_the_second_when_its_turn_comes() {
	begin
	hook first <<-END
	chmod 777 "$scratch/hooks/last"
	END
	run 2 create -t tree -o out/x.tar.gz
	stderr_has "may be written by others than its owner"
	noted "first 0 before '' none ''"
}

# A hook that makes a backup itself has the variables of a hook.
what_they_are_told_is_not_what_was_there_before() {
	begin
	NQSTOOLS_HOOK=x NQSTOOLS_SITES=x NQSTOOLS_EXIT=9 NQSTOOLS_ARCHIVE=x
	export NQSTOOLS_HOOK NQSTOOLS_SITES NQSTOOLS_EXIT NQSTOOLS_ARCHIVE
	run 0 nqsbackup create --after "$scratch/hooks/last" -t tree \
	    -o out/x.tar.gz
	unset NQSTOOLS_HOOK NQSTOOLS_SITES NQSTOOLS_EXIT NQSTOOLS_ARCHIVE
	noted "last 0 after '' 0 'out/x.tar.gz'"
}

cd "$scratch" || exit 99
run_tests runs_one_before_and_one_after \
	does_nothing_when_the_first_fails \
	runs_the_second_when_the_backup_fails \
	tells_that_the_second_failed \
	ends_what_takes_too_long \
	runs_the_second_after_a_signal \
	tells_them_the_sites \
	runs_nothing_that_others_could_have_written \
	runs_nothing_from_where_others_may_write \
	what_they_are_told_is_not_what_was_there_before \
	looks_at_the_second_when_its_turn_comes
