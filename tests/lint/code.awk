# Reads C, and gives each line twice: raw in $0, and in "code" without its
# comments and without what its strings and characters hold.  Rules come behind
# this file (awk -f code.awk -f rules.awk) and print findings with say().

function say(what) {
	print FILENAME ":" FNR ": " what
}

# Takes comments and the inside of strings away; a comment may go on.
function strip(line,    out, i, c, quote) {
	out = ""
	quote = ""
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (in_comment) {
			if (substr(line, i, 2) == "*/") {
				in_comment = 0
				i++
			}
		} else if (quote != "") {
			if (c == "\\")
				i++
			else if (c == quote) {
				quote = ""
				out = out c
			}
		} else if (substr(line, i, 2) == "/*") {
			in_comment = 1
			i++
		} else {
			if (c == "\"" || c == "'")
				quote = c
			out = out c
		}
	}
	return out
}

FNR == 1 { in_comment = 0 }
{ code = strip($0) }
