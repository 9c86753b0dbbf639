#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# doc/GUIDE.md has the steps of the procedures, each beside the guide's.
. "${srcdir:-.}/tests/lib.sh"
. "$top/tests/lint/lint.sh"

# told GUIDE NAME: the steps in the table of procedure NAME.
told() {
	awk -v name="\`$2\`" '
	/^##/ { within = index($0, name) > 0 && $NF == name }
	within && /^\|/ && $2 != "page" && !/^\|--/ {
		steps = $0
		sub(/ *\|$/, "", steps)
		sub(/.*\| */, "", steps)
		gsub(/`/, "", steps)
		gsub(/ /, "\n", steps)
		print steps
	}' "$1"
}

# carried_out NAME: the steps of the procedure's file.
carried_out() {
	sed -n 's/^ *{ id = "\([a-z-]*\)";.*/\1/p' "$top/share/procedures/$1.conf"
}

# differences GUIDE: of each procedure that comes from the guide.
differences() {
	grep -l '^source = ' "$top"/share/procedures/*.conf |
	    while read -r file; do
		name=$(basename "$file" .conf)
		told "$1" "$name" >"$scratch/told"
		carried_out "$name" >"$scratch/carried-out"
		[ -s "$scratch/carried-out" ] || echo "$name has no steps"
		diff "$scratch/told" "$scratch/carried-out" |
		    sed "s/^/$name: /"
	done
}

every_step_stands_beside_the_guide_in_its_order() {
	finds_nothing differences "$top/doc/GUIDE.md"
}

sees_a_step_that_is_not_told() {
	sed 's/ `release-node`//' "$top/doc/GUIDE.md" >"$scratch/guide"
	finds 'patch-standby: > release-node' differences "$scratch/guide"
}

sees_steps_in_another_order() {
	sed 's/`busy` `save`/`save` `busy`/' "$top/doc/GUIDE.md" \
	    >"$scratch/guide"
	finds 'patch-active: < save' differences "$scratch/guide"
}

run_tests every_step_stands_beside_the_guide_in_its_order \
    sees_a_step_that_is_not_told sees_steps_in_another_order
