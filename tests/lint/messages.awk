# Joins the format string of each call that makes a message for people, and
# looks at its form (doc/STYLE.md, rule 45).

# The strings of one call, one after the other.
function format_of(call,    text, string) {
	text = ""
	while (match(call, /"([^"\\]|\\.)*"/)) {
		string = substr(call, RSTART + 1, RLENGTH - 2)
		text = text string
		call = substr(call, RSTART + RLENGTH)
		# Behind the format come arguments, which are none of it.
		if (call !~ /^[ \t]*"/ && call !~ /^[ \t]*PRI[a-z0-9]+/)
			break
	}
	return text
}

function check(call,    text) {
	text = format_of(call)
	if (text == "")
		return
	if (text !~ /^[a-z0-9%'\\-]/)
		print place ": begins with a capital letter: " text
	if (text ~ /[.!]$/ && text !~ /\.\.\.$/)
		print place ": ends with a full stop: " text
	if (text ~ /\\n/)
		print place ": more than one line: " text
	if (text ~ /\\"%|`/)
		print place ": its subject is not in single quotes: " text
}

FNR == 1 { open = 0 }
!open && match($0, "(^|[^a-z_])(failure_(set|set_errno|add|hint)|" \
    "message_say|setting_refuse)\\(") {
	open = 1
	place = FILENAME ":" FNR
	call = ""
}
open {
	call = call " " $0
	if ($0 ~ /;[ \t]*$/) {
		check(call)
		open = 0
	}
}
