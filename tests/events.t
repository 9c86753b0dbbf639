#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# nqstools.events(5) names all that programs print with --json.  What a test
# prints by "run", here or elsewhere, is compared with it.
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/backup/tree.sh
. "$top/tests/backup/tree.sh"
# shellcheck source=tests/lint/lint.sh
. "$top/tests/lint/lint.sh"

page=$top/man/nqstools.events.5

# words_of_sources: each key that is set, and each event.  What a claim's file
# has more is not printed.
words_of_sources() {
	# shellcheck disable=SC2046	# names of ours, without blanks
	(cd "$top" && awk '
		FILENAME ~ /nqsupd\/claim\.c|format\/jsonline\.c/ { next }
		{
			line = $0
			while (match(line, /jsonline_set_[a-z]*\([a-z]+, "[a-z_0-9]+"(, "[a-z-]+")?/)) {
				call = substr(line, RSTART, RLENGTH)
				line = substr(line, RSTART + RLENGTH)
				count = split(call, part, "\"")
				is_event = count > 3 && part[2] == "event"
				print part[is_event ? 4 : 2]
			}
		}' $(sources '*.c')) | sort -u
}

words_of_page() {
	sed -n 's/^\.Cm //p; s/^\.It Cm //p' "$page" | tr ' ' '\n' | sort -u
}

tells_of_all_that_the_sources_set() {
	[ "$(words_of_sources | wc -l)" -gt 100 ]
	words_of_page >"$scratch/known"
	same 'what is not there' '' \
	    "$(words_of_sources | grep -v -x -F -f "$scratch/known")"
}

# The comparison finds something.
sees_what_is_not_told_of() {
	start='{"event":"start","format":"nqstools","version":1}'
	printf '%s\n' "$start" '{"event":"good","archive":"a\"b:{"}' \
	    '{"event":"found","what":{"odd":["x","event"]}}' >"$scratch/said"
	is_documented "$scratch/said"
	printf '%s\n' "$start" '{"event":"good","badge":1}' >"$scratch/said"
	contains "$(is_documented "$scratch/said")" 'event good: badge'
	printf '%s\n' "$start" '{"event":"bad"}' >"$scratch/said"
	contains "$(is_documented "$scratch/said")" 'event bad'
}

# event NAME: it was printed.
event() {
	stdout_has "{\"event\":\"$1\""
}

tells_of_all_that_nqsbackup_prints() {
	mkdir -p "$scratch/tree/below" "$scratch/keep"
	echo one >"$scratch/tree/file"
	ln -s file "$scratch/tree/link"
	mkfifo "$scratch/tree/pipe"
	cd "$scratch"
	run 0 nqsbackup create --json -t tree -o keep/
	event archive
	archive=$(echo keep/*)
	run 1 nqsbackup create --json -t tree -t none -o keep/
	event end
	for verb in list verify; do
		run 0 nqsbackup "$verb" --json "$archive"
	done
	event good
	echo two >tree/file
	run 3 nqsbackup diff --json "$archive"
	event difference
	run 3 nqsbackup restore -n --json "$archive"
	event change
	for time in 1 2; do
		echo "$time" >tree/file
		run 0 nqsbackup restore --json "$archive"
		event restored
	done
	event dropped
	run 3 nqsbackup undo -n --json
	run 0 nqsbackup undo --json
	run 0 nqsbackup undo --forget --json
	run 0 nqsbackup prune --json --keep-last 1 keep
	event keep
}

tells_of_troubles_and_notes() {
	is_root || skip 'only root can make a device'
	mkdir "$scratch/odd"
	cd "$scratch"
	mknod odd/device c 1 3 || skip 'needs devices'
	run 2 nqsbackup create --json -t odd -o odd.tar.gz
	event trouble
}

shows_bytes_that_are_no_characters_as_it_says() {
	mkdir "$scratch/bytes"
	cd "$scratch"
	: >"$(printf 'bytes/\344')"
	run 0 nqsbackup create -t bytes -o bytes.tar.gz
	run 0 nqsbackup list --json bytes.tar.gz '*/bytes/*'
	stdout_has "$(printf '/bytes/\303\244"')" ||
	    stdout_has '/bytes/\u00e4"' || stdout_has '/bytes/\u00E4"'
}

run_tests tells_of_all_that_the_sources_set sees_what_is_not_told_of \
    tells_of_all_that_nqsbackup_prints tells_of_troubles_and_notes \
    shows_bytes_that_are_no_characters_as_it_says
