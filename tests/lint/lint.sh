# What the tests in this folder share.  Each has a function that prints what
# it finds wrong in the files it is given; it is run over the tree, and over
# bad examples, to see that it finds anything at all.
# shellcheck shell=sh disable=SC2154

# folders: where the C of the product is.
folders() {
	for folder in libcore libsite nqsbackup nqsupd clroll; do
		[ ! -d "$top/$folder" ] || echo "$folder"
	done
}

# sources [PATTERN]: the C files of the product, relative to the tree.
sources() {
	# shellcheck disable=SC2046	# names of ours, without blanks
	(cd "$top" && find $(folders) -name "${1:-*.[ch]}" | sort)
}

# all_sources [PATTERN]: those of the tests too.
all_sources() {
	sources "$@"
	(cd "$top" && find tests -name "${1:-*.[ch]}" | sort)
}

# finds_nothing FUNCTION [ARGUMENT]...: it must print nothing.
finds_nothing() {
	found=$("$@" 2>&1) || true
	[ -z "$found" ] || {
		echo "$found"
		return 1
	}
}

# finds TEXT FUNCTION [ARGUMENT]...: it must print TEXT.
finds() {
	part=$1
	shift
	contains "$("$@" 2>&1)" "$part"
}
