# What the tests share that strike a run at a record of its journal, by the
# library tests/lab/halt.c.  Source it after tests/lib.sh, where lab() is defined
# and place says where the lab is.
# shellcheck shell=sh disable=SC2034,SC2154

make_halt() {
	"${CC:-cc}" -std=c99 -D_GNU_SOURCE -shared -fPIC \
	    -o "$scratch/halt.so" "$top/tests/lab/halt.c"
}

# give_halt NODE: its programs can be halted from now on.
give_halt() {
	lab run "$1" sh -c 'cat >/usr/local/lib/halt.so &&
	    echo /usr/local/lib/halt.so >/etc/ld.so.preload' \
	    <"$scratch/halt.so"
}

# inside NODE PATH: where a file of the node is found from outside.
inside() {
	read -r init _ <"$place/$1/init"
	echo "/proc/$init/root$2"
}

# arm_at NODE PART NUMBER [TEXT]: halts there whoever writes a journal whose
# path has PART, when it has NUMBER records and the last one TEXT; then there is
# the file $halted.
arm_at() {
	halted=$(inside "$1" /run/halted)
	rm -f "$halted"
	echo "$3 $2 ${4:-}" >"$(inside "$1" /run/halt)"
}

# record_of EVENT STEP: the TEXT of that record.
record_of() {
	echo "\"event\":\"$1\",\"step\":\"$2\""
}

# steps_of NAME SKIP: "TIME NAME EVENT STEP FAILED" for each record of a step in
# the journal on standard input, behind the first SKIP ones.
steps_of() {
	sed "1,${2}d" |
	    sed -n 's/^.*"event":"\([a-z-]*\)","step":"\([^"]*\)"/'\
"$1"' \1 \2 &/p' | awk '
		match($0, /"time":"[^"]*"/) {
			print substr($0, RSTART + 8, RLENGTH - 9),
			    $1, $2, $3, /"result":"failed"/
		}'
}

# some_of SHIFT: one record of each step in turn, in the order of records.
some_of() {
	awk -v shift="$1" '
	{
		key = $2 " " $4
		if (!(key in count))
			keys[++last] = key
		record[key, count[key]++] = $2 " " $3 " " $4
		at[$2 " " $3 " " $4] = NR
	}
	END {
		for (i = 1; i <= last; i++) {
			which = (i + shift) % count[keys[i]]
			print at[record[keys[i], which]],
			    record[keys[i], which]
		}
	}' | sort -n
}
