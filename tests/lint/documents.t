#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# README and doc speak of what there is.
. "${srcdir:-.}/tests/lib.sh"
. "$top/tests/lint/lint.sh"

# paths FILE...: what stands in backquotes and looks like a path of the tree.
paths() {
	grep -o -h '`[a-z.][a-z]*/[a-zA-Z0-9_./-]*`' "$@" | tr -d '`' |
	    grep -v -e NAME -e '^build' -e '^\.nqs' | sort -u
}

# missing TREE FILE...: those that are not there; a module may be named without
# its ending, and one of libcore without that word.
missing() {
	tree=$1
	shift
	paths "$@" | while read -r path; do
		for try in "$path" "$path.h" "libcore/$path"; do
			[ ! -e "$tree/$try" ] || continue 2
		done
		echo "there is no '$path'"
	done
}

they_name_files_that_are_there() {
	[ "$(paths "$top"/README.md "$top"/doc/*.md | wc -l)" -gt 20 ]
	finds_nothing missing "$top" "$top"/README.md "$top"/doc/*.md
}

sees_a_file_that_is_not_there() {
	echo 'Look at `libcore/base/text.h`, `system/fileio.h`.' >"$scratch/a"
	finds_nothing missing "$top" "$scratch/a"
	echo 'Look at `libcore/base/nothing.h`.' >"$scratch/a"
	finds nothing.h missing "$top" "$scratch/a"
}

# named_tests FILE: "FILE NAME" of each test in its table of faults, the third
# column of which is "FILE: SENTENCE; SENTENCE; FILE: SENTENCE ...".
named_tests() {
	awk -F ' *[|] *' '
	/^[|] fault /, /^$/ {
		count = $2 ~ "^(fault|---)" ? 0 : split($4, part, "; ")
		for (i = 1; i <= count; i++) {
			at = index(part[i], ": ")
			if (at > 0)
				file = substr(part[i], 1, at - 1)
			sentence = at > 0 ? substr(part[i], at + 2) : part[i]
			gsub("[^a-z_0-9]", "_", sentence)
			print file, sentence
		}
	}' "$1"
}

# struck_tests: what roll-kill makes as it runs: by default a relay for each
# way, and for the whole walk a case for each record and strike.
struck_tests() {
	grep -q '_struck_at_every_step_' "$top/tests/roll-kill.t" &&
		grep -q '_struck_at_record_' "$top/tests/roll-kill.t" || return
	unset ROLL_KILL_ONLY ROLL_KILL_STRIDE
	eval "$(sed -n '/^strikes() {/,/^}/p; /^choose() {/,/^}/p' \
	    "$top/tests/roll-kill.t")"
	choose | while IFS=: read -r way _; do
		echo "${way}_struck_at_every_step"
		for strike in $(strikes node1); do
			echo "${way}_struck_at_any_record_of_node1_by_$strike"
		done
	done
}

# run_names FILE: the words of a test but where it defines a function, so those
# behind run_tests, or added to a case.
run_names() {
	grep -h -v -e '^#' -e '^[a-z_0-9]*() {' -e '^START_TEST' \
	    "$top/tests/$1.t" "$top/tests/unit/$1.c" 2>/dev/null |
	    tr -c 'a-z_A-Z0-9' '\n'
	[ "$1" != roll-kill ] || struck_tests
}

# unknown_tests FILE: those that are not run.
unknown_tests() {
	named_tests "$1" | sort | while read -r file name; do
		run_names "$file" | grep -q -x -e "$name" ||
		    echo "no test '$name' is run in $file"
	done
}

the_tests_of_faults_are_there() {
	[ "$(named_tests "$top/doc/DESIGN.md" | wc -l)" -gt 25 ]
	finds_nothing unknown_tests "$top/doc/DESIGN.md"
}

sees_a_test_that_is_not_there() {
	cat >"$scratch/table" <<-'END'
		| fault | reaction | test |
		|---|---|---|
		| one | none | roll-nodes: never are two nodes away; nobody knows |
		| two | none | roll-kill: patch struck by nobody |
	END
	finds "no test 'nobody_knows' is run in roll-nodes" unknown_tests \
	    "$scratch/table"
	finds_nothing eval 'unknown_tests "$scratch/table" | grep -v nobody'
	finds "no test 'patch_struck_by_nobody' is run in roll-kill" \
	    unknown_tests "$scratch/table"
}

# The tests that doc/STYLE.md names are run.
they_name_tests_that_are_run() {
	tests=$(make -s -C "$build" list-tests)
	paths "$top/doc/STYLE.md" | grep '\.t$' | while read -r test; do
		echo "$tests" | grep -q -x "$test" || echo "$test is not run"
	done >"$scratch/found"
	same 'tests' '' "$(cat "$scratch/found")"
}

# verbs FILE: "PROGRAM VERB" of each command that is shown.
verbs() {
	sed -n 's/^    \(nqsbackup\|nqsupd\|clroll\) \([a-z]*\).*/\1 \2/p
	    s/^    \$ \(nqsbackup\|nqsupd\|clroll\) \([a-z]*\).*/\1 \2/p' \
	    "$1" | sort -u
}

they_show_verbs_that_there_are() {
	[ "$(verbs "$top/README.md" | wc -l)" -gt 5 ]
	verbs "$top/README.md" | while read -r program verb; do
		"$build/$program/$program" "$verb" --help >/dev/null
	done
}

run_tests they_name_files_that_are_there sees_a_file_that_is_not_there \
    the_tests_of_faults_are_there sees_a_test_that_is_not_there \
    they_name_tests_that_are_run they_show_verbs_that_there_are
