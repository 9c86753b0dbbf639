#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# The command of the README that shows it all.
. "${srcdir:-.}/tests/lib.sh"

quickstart=$top/script/quickstart

prepare() {
	command -v rpmbuild >/dev/null || skip 'no rpmbuild'
	PATH=$PATH:/usr/sbin:/sbin command -v sshd >/dev/null ||
	    skip 'no sshd'
	[ -f "$build/config.status" ] || skip 'nothing is configured here'
}

# Pids of what belongs to the demo.
left_over() {
	ps -e -o pid= -o args= | awk -v "demo=$build/demo/" '
	index($0, demo) && !/awk/ { print }'
}

rolls_a_patch_and_leaves_nothing() {
	"$quickstart" --build "$build" >"$scratch/said"
	contains "$(cat "$scratch/said")" 'lost 0 doubled 0'
	contains "$(cat "$scratch/said")" 'R13.1.1 site siteA on node1'
	grep -q 'Users were without the service for [0-9.]* s and [0-9.]* s' \
	    "$scratch/said"
	same 'left over' '' "$(left_over)"
	[ ! -e "$build/demo" ]
}

# begin: leaves its pid in "begun", and waits until the patch is under way.
begin() {
	"$quickstart" --build "$build" >"$scratch/said" 2>&1 &
	begun=$!
	wait_until 120 grep -q 'patch the standby node$' "$scratch/said"
	wait_until 120 grep -q '^\[.*patch the standby node$' "$scratch/said"
}

cleans_up_when_it_is_interrupted() {
	begin
	kill -TERM "$begun"
	wait "$begun" || status=$?
	same status 143 "$status"
	same 'left over' '' "$(left_over)"
	[ ! -e "$build/demo" ]
}

cleans_up_what_was_killed_before() {
	begin
	expect 1 "$quickstart" --build "$build"
	kill -KILL "$begun"
	wait "$begun" || :
	[ -n "$(left_over)" ]
	"$quickstart" --build "$build" >"$scratch/said"
	contains "$(cat "$scratch/said")" 'lost 0 doubled 0'
	same 'left over' '' "$(left_over)"
}

is_told_what_it_may_do() {
	contains "$("$quickstart" --help)" '--keep'
	contains "$("$top/script/packages" --help)" '--install'
	expect 64 "$quickstart" --nonsense
}

# A configured source tree lets no other folder build from it.
names_a_build_among_the_sources() {
	mkdir "$scratch/sources"
	cp -R "$top/script" "$scratch/sources/"
	touch "$scratch/sources/config.status" "$scratch/sources/configure" \
	    "$scratch/sources/Makefile.in"
	run 1 "$scratch/sources/script/quickstart"
	stderr_has "'make distclean' in $scratch/sources"
	run 1 "$scratch/sources/script/test" --no-install
	stderr_has "'make distclean' in $scratch/sources"
}

clean_up() {
	[ ! -f "$build/demo/made" ] ||
	    "$top/tests/demo/cluster" down --remove "$build/demo"
}

run_tests rolls_a_patch_and_leaves_nothing cleans_up_when_it_is_interrupted \
    cleans_up_what_was_killed_before is_told_what_it_may_do \
    names_a_build_among_the_sources
