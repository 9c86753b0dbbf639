#!/bin/sh
# Archives that are encrypted on their way through a pipe, and come back.
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/backup/tree.sh
. "$top/tests/backup/tree.sh"

prepare() {
	make_plain_tree "$scratch/tree"
	(cd "$scratch" && treelist tree) >"$scratch/expected"
	GNUPGHOME=$scratch/gnupg
	mkdir -m 700 "$GNUPGHOME"
	echo 'a secret that only a test has' >"$scratch/secret"
}

clean_up() {
	! command -v gpgconf >/dev/null ||
		gpgconf --homedir "$scratch/gnupg" --kill gpg-agent
}

encrypt() {
	gpg --homedir "$scratch/gnupg" --batch --quiet --no-options \
	    --pinentry-mode loopback --passphrase-file "$scratch/secret" "$@"
}

# comes_back COMMAND...: what it decrypts is verified and restored.
comes_back() {
	"$@" | nqsbackup verify - >found
	contains "$(cat found)" "all good"
	fresh out
	"$@" | nqsbackup restore -q -C out - >found
	(cd "out/$scratch" && treelist tree) | diff expected -
	"$@" | nqsbackup cat - "$scratch/tree/data/large" |
		cmp - tree/data/large
}

comes_back_from_gpg() {
	command -v gpg >/dev/null || skip "no gpg"
	nqsbackup create -t tree -o - | encrypt --symmetric -o tree.gpg
	! grep -q qmgr tree.gpg || return 1
	comes_back encrypt -d tree.gpg
}

comes_back_from_age() {
	command -v age >/dev/null || skip "no age"
	age-keygen -o key 2>said
	grep -o 'age1.*' key >key.pub
	nqsbackup create -t tree -o - | age -R key.pub -o tree.age
	comes_back age -d -i key tree.age
}

# gpg has said most of the archive before it sees that the end is missing.
restores_nothing_of_what_is_cut_off() {
	command -v gpg >/dev/null || skip "no gpg"
	nqsbackup create -t tree -o - | encrypt --symmetric -o tree.gpg --yes
	size=$(wc -c <tree.gpg)
	head -c $((size - 100)) tree.gpg >cut.gpg
	fresh out
	encrypt -d cut.gpg 2>said | expect 65 nqsbackup restore -C out - 2>why
	same "what is there" "" "$(ls -A out)"
	encrypt -d cut.gpg 2>said | expect 65 nqsbackup verify - 2>why
	: | expect 65 nqsbackup verify - 2>why
}

# verify_in TMPDIR: what comes from a pipe, with exit code 1.
verify_in() {
	nqsbackup create -t tree -o - |
		TMPDIR=$1 expect 1 nqsbackup verify - 2>why
}

says_where_there_is_no_room_for_it() {
	verify_in "$scratch/nowhere"
	contains "$(cat why)" "standard input in '$scratch/nowhere': No such"
	contains "$(cat why)" "hint: let TMPDIR name a directory with room"
}

says_that_it_cannot_be_read() {
	expect 1 nqsbackup verify - 2>why <tree
	contains "$(cat why)" "cannot read standard input: Is a directory"
	! grep -q -e hint -e 'cannot keep' why || return 1
}

# into_head ARGUMENT...: exit code and words of nqsbackup, of whose output
# somebody takes three bytes.
into_head() {
	{
		status=0
		nqsbackup "$@" 2>why || status=$?
		echo "$status" >code
	} | head -c 3 >taken
	echo "$(cat code) $(cat why)"
}

ends_silently_when_the_reader_of_a_file_has_seen_enough() {
	run 0 nqsbackup create -q -t tree -o large.tar.gz
	same "code and words of cat" "0 " \
	    "$(into_head cat large.tar.gz "$scratch/tree/data/large")"
	same "what was taken" "$(head -c 3 tree/data/large)" "$(cat taken)"
}

# Less than a pipe holds could have been taken as a whole.
fails_when_nobody_takes_the_whole_archive() {
	mkdir noise
	head -c 3000000 /dev/urandom >noise/file
	why="nqsbackup: cannot write the archive:"
	same "into a pipe" "73 $why Broken pipe" \
	    "$(into_head create -t noise -o -)"
	# shellcheck disable=SC2016 # the inner shell expands it
	run 73 sh -c '"$1" create -t noise -o - >&-' sh \
	    "$build/nqsbackup/nqsbackup"
	stderr_has "$why"
	[ -c /dev/full ] || return 0
	expect 73 nqsbackup create -t noise -o - >/dev/full 2>said
	contains "$(cat said)" "$why No space left on device"
}

cd "$scratch" || exit 99
run_tests comes_back_from_gpg \
	comes_back_from_age \
	restores_nothing_of_what_is_cut_off \
	ends_silently_when_the_reader_of_a_file_has_seen_enough \
	fails_when_nobody_takes_the_whole_archive \
	says_where_there_is_no_room_for_it \
	says_that_it_cannot_be_read
