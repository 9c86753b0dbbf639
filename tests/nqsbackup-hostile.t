#!/bin/sh
# Archives that were damaged, or made to do harm: nothing is touched.
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/backup/tree.sh
. "$top/tests/backup/tree.sh"

# The sentinel is where hostile archives aim at.
prepare() {
	mkdir "$scratch/outside"
	echo untouched >"$scratch/outside/sentinel"
	mkdir -p "$scratch/tree/folder"
	echo some text >"$scratch/tree/folder/file"
	ln "$scratch/tree/folder/file" "$scratch/tree/link"
	ln -s folder "$scratch/tree/symbolic"
	nqsbackup create -q -t "$scratch/tree" -o "$scratch/good.tar.gz"
}

forge() {
	"$build/tests/backup/forge" evil.tar.gz
}

# All of the target, its own time too, and the sentinel.
record() {
	treelist out
	treelist outside
}

# refused CODE...: the forged archive is, with one of the codes, and nothing
# has changed.
refused() {
	[ -d out ] || mkdir out
	record >before
	status=0
	nqsbackup restore --exact -C out evil.tar.gz >said 2>&1 || status=$?
	record | diff before - || return 1
	for code in "$@"; do
		[ "$status" -ne "$code" ] || return 0
	done
	echo "exit $status:"
	cat said
	return 1
}

forges_what_is_accepted_when_it_is_good() {
	fresh out
	forge <<-END
	tree top
	d top
	f top/file hello
	h top/other 1
	p top/pipe
	l top/symbolic file
	END
	nqsbackup verify evil.tar.gz
	nqsbackup restore -C out evil.tar.gz
	same "the content" hello "$(cat out/top/other)"
}

refuses_names_that_lead_out() {
	for name in ../outside/sentinel "$scratch/outside/sentinel" \
	    top/../../outside/sentinel top/.. ./top/x top//x top/./x top/x/ \
	    .. . / @ .nqsbackup/x top/.nqsbackup-restore/x; do
		fresh out
		printf 'tree top\nd top\nf %s evil\n' "$name" | forge
		refused 65 || { echo "$name"; return 1; }
		printf 'tree %s\nf %s evil\n' "$name" "$name" | forge
		refused 65 || { echo "tree $name"; return 1; }
	done
}

refuses_what_lies_below_a_symbolic_link_of_the_archive() {
	fresh out
	forge <<-END
	tree top
	d top
	l top/way $scratch/outside
	f top/way/sentinel evil
	END
	refused 65
	forge <<-END
	tree top
	tree top/way/sentinel
	d top
	l top/way $scratch/outside
	f top/way/sentinel evil
	END
	refused 65
}

refuses_one_name_for_a_link_and_a_directory() {
	fresh out
	forge <<-END
	tree top
	d top
	l top/way $scratch/outside
	d top/way
	f top/way/sentinel evil
	END
	refused 65
	forge <<-END
	tree top
	d top
	d top/way
	l top/way $scratch/outside
	f top/way/sentinel evil
	END
	refused 65
}

refuses_what_lies_below_a_file() {
	fresh out
	forge <<-END
	tree top
	d top
	f top/file text
	f top/file/below text
	END
	refused 65
}

refuses_names_out_of_order() {
	fresh out
	forge <<-END
	tree top
	d top
	f top/b text
	f top/a text
	END
	refused 65
}

refuses_what_lies_in_no_tree() {
	fresh out
	forge <<-END
	tree top
	d top
	d top/a
	f top/b/file text
	END
	refused 65
	forge <<-END
	tree other
	d top
	END
	refused 65
}

# Each is looked for among all of them.
refuses_more_trees_than_anybody_has() {
	fresh out
	for limit in 10000 10001; do
		awk -v "limit=$limit" 'BEGIN {
			for (i = 0; i < limit; i++)
				printf "tree t%06d\n", i
			for (i = 0; i < limit; i++)
				printf "d t%06d\n", i
		}' | forge
		[ "$limit" -ne 10000 ] || nqsbackup verify evil.tar.gz
	done
	refused 65
	contains "$(cat said)" 'too many trees'
}

refuses_more_than_the_limits_say() {
	fresh out
	forge <<-END
	tree top
	d top
	f top/a hello
	f top/b hello
	END
	for verb in list verify; do
		run 65 nqsbackup "$verb" --max-entries 2 evil.tar.gz
		stderr_has "it holds more than the limit of 2 entries allows"
		stderr_has "raise the limit with --max-entries"
	done
	run 65 nqsbackup verify --max-size 9 evil.tar.gz
	stderr_has "it unpacks to more than the limit of 9 bytes"
	run 65 nqsbackup cat --max-size 4 evil.tar.gz top/a
	run 0 nqsbackup cat --max-size 5 evil.tar.gz top/a
	run 0 nqsbackup list --max-size 9 evil.tar.gz
	run 0 nqsbackup verify --max-entries 3 --max-size 10 evil.tar.gz
	# Directories that would have to be made.
	way=$(letters 900 | sed 's,.,a/,g')
	printf 'tree %stop\nd %stop\n' "$way" "$way" | forge
	run 0 nqsbackup verify --max-entries 30000 evil.tar.gz
	run 65 nqsbackup restore -C out --max-entries 20000 evil.tar.gz
	stderr_has "it holds more than the limit of 20000 entries allows"
	same "what is there" "" "$(ls -A out)"
}

refuses_further_names_of_what_is_no_file() {
	fresh out
	forge <<-END
	tree top
	d top
	l top/a $scratch/outside/sentinel
	h top/b 1
	END
	refused 65
	forge <<-END
	tree top
	d top
	h top/b 0
	END
	refused 65
}

does_not_follow_a_link_that_is_there_already() {
	fresh out
	mkdir out/top
	ln -s "$scratch/outside" out/top/way
	forge <<-END
	tree top
	d top
	d top/way
	f top/way/sentinel evil
	END
	treelist outside >before
	nqsbackup restore -C out evil.tar.gz
	treelist outside | diff before -
	same "the restored one" evil "$(cat out/top/way/sentinel)"
	expect 1 test -L out/top/way
}

does_not_follow_a_link_above_the_tree() {
	fresh out
	ln -s "$scratch/outside" out/way
	forge <<-END
	tree way/sentinel
	f way/sentinel evil
	END
	refused 1
	forge <<-END
	tree way/new
	d way/new
	f way/new/file evil
	END
	refused 1
}

exact_removes_nothing_behind_a_link() {
	fresh out
	mkdir out/top
	ln -s "$scratch/outside" out/top/way
	forge <<-END
	tree top
	d top
	END
	treelist outside >before
	nqsbackup restore --exact -C out evil.tar.gz
	treelist outside | diff before -
	same "what is left" "" "$(ls -A out/top)"
}

# damage OFFSET: turns all bits of one byte.
damage() {
	cp good.tar.gz evil.tar.gz
	byte=$(dd if=good.tar.gz bs=1 skip="$1" count=1 2>/dev/null |
	    od -An -tu1 | tr -d ' ')
	printf '%b' "\\0$(printf %o $((255 - byte)))" |
	    dd of=evil.tar.gz bs=1 seek="$1" conv=notrunc 2>/dev/null
}

refuses_any_damaged_byte_before_it_touches_anything() {
	fresh out
	size=$(wc -c <good.tar.gz)
	offset=0
	while [ "$offset" -lt "$size" ]; do
		damage "$offset"
		refused 65 || { echo "byte $offset"; return 1; }
		offset=$((offset + 53))
	done
}

refuses_a_cut_or_lengthened_archive() {
	fresh out
	size=$(wc -c <good.tar.gz)
	offset=0
	while [ "$offset" -lt "$size" ]; do
		head -c "$offset" good.tar.gz >evil.tar.gz
		refused 65 || { echo "$offset bytes"; return 1; }
		offset=$((offset + 97))
	done
	{ cat good.tar.gz; echo; } >evil.tar.gz
	refused 65
	cat good.tar.gz good.tar.gz >evil.tar.gz
	refused 65
}

cd "$scratch" || exit 99
run_tests forges_what_is_accepted_when_it_is_good \
	refuses_names_that_lead_out \
	refuses_what_lies_below_a_symbolic_link_of_the_archive \
	refuses_one_name_for_a_link_and_a_directory \
	refuses_what_lies_below_a_file \
	refuses_names_out_of_order \
	refuses_what_lies_in_no_tree \
	refuses_more_trees_than_anybody_has \
	refuses_more_than_the_limits_say \
	refuses_further_names_of_what_is_no_file \
	does_not_follow_a_link_that_is_there_already \
	does_not_follow_a_link_above_the_tree \
	exact_removes_nothing_behind_a_link \
	refuses_any_damaged_byte_before_it_touches_anything \
	refuses_a_cut_or_lengthened_archive
