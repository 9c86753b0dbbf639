#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# Each adapter against what its commands print as their vendors document it:
# tests/transcripts/ADAPTER-*.txt, each a test.  A file has notes "# ...", which
# say what documents the format, commands "$ COMMAND" with what they print, and
# questions "> [EXIT] VERB [ARGUMENT]..." with what the adapter answers.  The
# names in them are made up.
. "${srcdir:-.}/tests/lib.sh"

transcripts=$top/tests/transcripts
bin=$scratch/bin
NQSTOOLS_CLUSTER_PATH=$bin
TRANSCRIPT_FILE=$scratch/package
export NQSTOOLS_CLUSTER_PATH TRANSCRIPT_FILE

prepare() {
	[ -f "$build/share/cluster/vcs" ] || skip 'no adapters'
	mkdir "$bin" "$scratch/catalog"
	: >"$scratch/catalog/INDEX"
}

# make_file ADAPTER: of the form that tells such packages.
make_file() {
	case $1 in
	swinstall)
		(cd "$scratch" && tar cf package --format=ustar catalog) ;;
	installp)	printf '\011\000\153\352' >"$scratch/package" ;;
	pkgadd)	echo '# PaCkAgE DaTaStReAm' >"$scratch/package" ;;
	esac
}

# use FILE: its commands, and no other.
use() {
	TRANSCRIPT=$1
	export TRANSCRIPT
	rm -f "$bin"/*
	{ sed -n 's/^\$ \([^ ]*\).*/\1/p' "$1" && echo "$adapter"; } |
	    sort -u | while read -r command; do
		ln -s "$transcripts/play" "$bin/$command"
	done
}

ask() {
	script=$build/share/cluster/$adapter
	[ -f "$script" ] || script=$build/share/package/$adapter
	(PATH=$bin:$PATH && sh "$script" "$@")
}

# answers EXPECTED EXIT VERB [ARGUMENT]...
answers() {
	expected=$1
	code=$2
	shift 2
	status=0
	said=$(ask "$@" 2>"$scratch/stderr") || status=$?
	same "exit of '$*' ($(cat "$scratch/stderr"))" "$code" "$status"
	same "answer of '$*'" "$expected" "$said"
}

# judge QUESTION ANSWER
judge() {
	# shellcheck disable=SC2086	# words without blanks
	case $1 in
	[0-9]*)	answers "$2" $1 ;;
	*)	answers "$2" 0 $1 ;;
	esac
}

# replay FILE: asks each question in it.
replay() {
	question=
	answer=
	while IFS= read -r line; do
		case $line in
		'> '*)
			[ -z "$question" ] || judge "$question" "$answer"
			question=$(printf '%s\n' "${line#> }" |
			    sed "s|FILE|$TRANSCRIPT_FILE|")
			answer= ;;
		*)	[ -z "$question" ] ||
			    answer="$answer${answer:+
}$line" ;;
		esac
	done <"$1"
	[ -n "$question" ]
	judge "$question" "$answer"
}

test_file() {
	adapter=${1##*/}
	adapter=${adapter%%[.]*}
	grep -q '^# ' "$1"
	make_file "$adapter"
	use "$1"
	replay "$1"
}

tests=
for each in "$transcripts"/*.txt; do
	name=$(basename "$each" .txt | tr -c 'a-z0-9\n' _)
	eval "${name}() { test_file '$each'; }"
	tests="$tests $name"
done
# shellcheck disable=SC2086	# names
run_tests $tests
