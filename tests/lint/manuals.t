#!/bin/sh
# The form of the manuals (doc/STYLE.md, 52).
. "${srcdir:-.}/tests/lib.sh"

manuals() {
	(cd "$top" && find man -name '*.[1-9]' | sort)
}

pass_mandoc() {
	command -v mandoc >/dev/null || skip 'no mandoc'
	manuals | (cd "$top" && xargs mandoc -T lint -W warning)
	# Which other manuals are there is for the machine to say.
	found=$(manuals | (cd "$top" && xargs mandoc -T lint -W style \
	    2>/dev/null) | grep -v 'referenced manual not found' || :)
	same 'what is no good style' '' "$found"
}

have_their_sections_in_order() {
	found=$(manuals | (cd "$top" && xargs awk '
		BEGIN {
			n = split("NAME,SYNOPSIS,DESCRIPTION,OPTIONS," \
			    "ENVIRONMENT,FILES,EXIT STATUS,EXAMPLES," \
			    "DIAGNOSTICS,SEE ALSO,SECURITY", name, ",")
			for (i = 1; i <= n; i++)
				order[name[i]] = i
		}
		FNR == 1 { last = 0 }
		/^\.Sh / {
			section = substr($0, 5)
			if (!(section in order))
				print FILENAME ": " section " is no section"
			else if (order[section] < last)
				print FILENAME ": " section " is out of order"
			else
				last = order[section]
		}'))
	same 'sections' '' "$found"
}

refer_to_what_there_is() {
	[ -f "$top/man/nqsbackup.8" ] || skip 'no man/nqsbackup.8 yet'
	found=$(manuals | (cd "$top" && xargs awk '
		/^\.Xr (nqs|clroll)/ {
			if ((getline line <("man/" $2 "." $3)) <= 0)
				print FILENAME ": " $2 "(" $3 ")"
			close("man/" $2 "." $3)
		}'))
	same 'manuals that are not there' '' "$found"
}

begin_each_sentence_on_a_line() {
	found=$(manuals | (cd "$top" && xargs grep -n \
	    '^[^.].*[a-z)]\. [A-Z]') || :)
	same 'lines' '' "$found"
}

run_tests pass_mandoc have_their_sections_in_order refer_to_what_there_is \
    begin_each_sentence_on_a_line
