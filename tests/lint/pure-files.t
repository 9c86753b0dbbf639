#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# Pure files stay pure, and nothing at file scope changes: what the objects say
# that were built.
. "${srcdir:-.}/tests/lib.sh"
. "$top/tests/lint/lint.sh"

prepare() {
	command -v objdump >/dev/null || skip 'no objdump'
	object=$(object_of libcore/base/text.c)
	[ -f "$object" ] || skip 'libcore is not built here'
	objdump -f "$object" | grep -q 'format elf' || skip 'not ELF'
	! objdump -t "$object" | grep -q __asan || skip 'built for ASan'
}

# object_of FILE: its object, whatever automake has called it.
object_of() {
	folder=${1%/*}
	name=${1##*/}
	name=${name%.c}
	for object in "$build/$folder/"*-"$name.o" "$build/$folder/$name.o"; do
		[ ! -f "$object" ] || {
			echo "$object"
			return
		}
	done
	echo "$1 has no object" >&2
}

# is_left_out FILE: this build was configured to do without it.
is_left_out() {
	grep -q -x "#am__append_[0-9]* = $1" "$build/Makefile"
}

list() {
	grep -v '^#' "$top/tests/lint/$1"
}

# symbols OBJECT: "SECTION NAME" of each.
symbols() {
	objdump -t "$1" | awk '
	/^[0-9a-f]+ / {
		flags = substr($0, length($1) + 2, 7)
		rest = substr($0, length($1) + 10)
		split(rest, part, /[ \t]+/)
		if (flags !~ /[fd]$/)
			print part[1], $NF
		else if (flags ~ /F/)
			print part[1], $NF
	}'
}

# defined OBJECT / wanted OBJECT: the names of functions.
defined() {
	symbols "$1" | awk '$1 ~ /^\.text/ { print $2 }'
}

wanted() {
	symbols "$1" | awk '$1 == "*UND*" { print $2 }' | sort -u
}

# impure OBJECT...: what they want that is neither pure itself nor memory.
impure() {
	list pure-functions.txt >"$scratch/allowed"
	for object in "$@" "$(object_of libcore/base/memory.c)"; do
		defined "$object"
	done >>"$scratch/allowed"
	for object; do
		wanted "$object" | grep -v -x -F -f "$scratch/allowed" |
		    sed "s|^|${object##*/} wants |"
	done
}

# changing NAME OBJECT: variables that may be written, as "NAME VARIABLE".
changing() {
	symbols "$2" | awk -v name="$1" '
	$1 ~ /^\.(data|bss|tdata|tbss)/ && $1 !~ /^\.data\.rel\.ro/ &&
	    $2 !~ /^\.(data|bss)/ {
		sub(/\.[0-9]+$/, "", $2)
		print name, $2
	}'
}

changing_in_the_tree() {
	list mutable.txt >"$scratch/mutable"
	for file in $(sources '*.c'); do
		! is_left_out "$file" || continue
		object=$(object_of "$file")
		[ -z "$object" ] || changing "$file" "$object"
	done | grep -v -x -F -f "$scratch/mutable"
}

pure_files_are_pure() {
	set --
	for file in $(list pure.txt); do
		set -- "$@" "$(object_of "$file")"
	done
	finds_nothing impure "$@"
}

nothing_at_file_scope_changes() {
	finds_nothing changing_in_the_tree
}

compile() {
	"${CC:-cc}" -c -o "$scratch/example.o" "$scratch/example.c"
}

sees_what_is_not_pure() {
	command -v "${CC:-cc}" >/dev/null || skip 'no compiler'
	printf '%s\n' 'char *getenv(const char *);' \
	    'char *x(void) { return getenv("X"); }' >"$scratch/example.c"
	compile
	finds 'wants getenv' impure "$scratch/example.o"
}

sees_what_changes() {
	command -v "${CC:-cc}" >/dev/null || skip 'no compiler'
	printf '%s\n' 'static int a; static int b = 1;' \
	    'static const char *const c[] = { "c" };' \
	    'int x(int i) { static int d; a += i; b += i; d += i;' \
	    'return a + b + d + c[i][0]; }' >"$scratch/example.c"
	compile
	same variables 'example.c a,example.c b,example.c d,' \
	    "$(changing example.c "$scratch/example.o" | sort | tr '\n' ,)"
}

run_tests pure_files_are_pure nothing_at_file_scope_changes \
    sees_what_is_not_pure sees_what_changes
