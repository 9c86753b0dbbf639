#!/bin/sh
# What reads archives is fed with anything, for a short while.
. "${srcdir:-.}/tests/lib.sh"

SECONDS_EACH=${SECONDS_EACH:-5}

prepare() {
	status=0
	sh "$top/tests/fuzz/build" "$top" "$build" "$scratch/fuzz" \
	    >"$scratch/said" 2>&1 || status=$?
	echo "$status" >"$scratch/status"
}

# fed TARGET: nothing is found.
fed() {
	case $(cat "$scratch/status") in
	0)	;;
	77)	skip "clang has no fuzzer here" ;;
	*)	cat "$scratch/said"
		return 1 ;;
	esac
	cd "$scratch/fuzz" || return 1
	"./$1" -max_total_time="$SECONDS_EACH" -timeout=20 \
	    -print_final_stats=1 "seeds/$1" >said 2>&1 || {
		tail -60 said
		return 1
	}
}

finds_nothing_in_the_reader_of_tar() {
	fed tar
}

finds_nothing_in_the_reader_of_pax() {
	fed pax
}

finds_nothing_in_the_reader_of_gzip() {
	fed gzip
}

finds_nothing_in_the_reader_of_the_index() {
	fed index
}

finds_nothing_in_the_reader_of_the_manifest() {
	fed manifest
}

run_tests finds_nothing_in_the_reader_of_tar \
	finds_nothing_in_the_reader_of_pax \
	finds_nothing_in_the_reader_of_gzip \
	finds_nothing_in_the_reader_of_the_index \
	finds_nothing_in_the_reader_of_the_manifest
