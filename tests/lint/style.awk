# The rules of doc/STYLE.md that the shape of a line or a function shows.

# The column behind the last character; a character of UTF-8 counts once.
function width(line,    i, c, column) {
	gsub(/[\200-\277]/, "", line)
	column = 0
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		column = c == "\t" ? column + 8 - column % 8 : column + 1
	}
	return column
}

# How many parameters stand between the first parenthesis and its end; why,
# which rule 24 puts last, is not one of the five.
function parameters(text,    i, c, depth, count) {
	sub(/^[^(]*\(/, "", text)
	if (text ~ /^[ \t]*(void)?[ \t]*\)/)
		return 0
	depth = 1
	count = text ~ /struct failure \*why\)/ ? 0 : 1
	for (i = 1; i <= length(text) && depth > 0; i++) {
		c = substr(text, i, 1)
		depth += c == "(" ? 1 : c == ")" ? -1 : 0
		count += depth == 1 && c == "," ? 1 : 0
	}
	return count
}

function check_parameters() {
	# What libssh calls has the parameters that libssh gives it.
	if (head != "" && head !~ /^ *libssh_/ && parameters(head) > 5)
		say("more than 5 parameters")
	head = ""
}

FNR == 1 {
	head = ""
	begin = 0
	is_header = FILENAME ~ /\.h$/
	in_system = FILENAME ~ /libcore\/(compat|system)\//
	in_tests = FILENAME ~ /(^|\/)tests\//
}

width($0) > 80 { say("longer than 80 columns") }
/[ \t]$/ { say("ends in blanks") }
/^ +[^ *]/ && !/^    / { say("indented by blanks") }
FNR == 501 { say("the file is longer than 500 lines") }

# A function or prototype begins with its name in the first column.
code ~ /^[a-z_][a-z0-9_]*\(/ {
	head = ""
	collecting = 1
}
collecting {
	head = head " " code
	if (code ~ /[;{]/ || code ~ /\)$/) {
		check_parameters()
		collecting = 0
	}
}

# From brace to brace in the first column; a table ends in "};".
code ~ /^\{/ { begin = FNR }
code ~ /^\}/ {
	if (begin > 0 && FNR - begin - 1 > 60)
		say("a function of " FNR - begin - 1 " lines")
	begin = 0
}

# What is not used at all, or not here.
{
	word = "(^|[^A-Za-z0-9_>.])"
	if (match(code, word "(system|popen|strcpy|strcat|strncpy|sprintf|" \
	    "vsprintf|gets|getopt|getopt_long|alloca|setjmp|longjmp|" \
	    "sigsetjmp|siglongjmp|strtok|atoi|atol|atof|tmpnam|tempnam|" \
	    "mktemp|vfork)[ \t]*\\("))
		say("a call that is not used here: " \
		    substr(code, RSTART, RLENGTH))
	if (code ~ /^[ \t]*#[ \t]*pragma/)
		say("#pragma")
	if (code ~ /(^|[^A-Za-z0-9_])goto / && code !~ /goto out;/)
		say("goto to something other than out")
	if (code ~ /^[ \t]*#[ \t]*if/ && !in_system && !in_tests &&
	    !(is_header && code ~ /^#ifndef [A-Z0-9_]+_H$/))
		say("#if outside of libcore/compat and libcore/system")
	if (code ~ /(^|[^A-Za-z0-9_])EINTR/ && !in_tests &&
	    FILENAME !~ /libcore\/system\//)
		say("EINTR outside of libcore/system")
	if (code ~ /_GNU_SOURCE|_BSD_SOURCE|_DEFAULT_SOURCE/ &&
	    FILENAME !~ /libcore\/compat\//)
		say("an extension outside of libcore/compat")
	if (match(code, word "(exit|_exit|abort)[ \t]*\\(") &&
	    FILENAME ~ /libcore\// &&
	    FILENAME !~ /libcore\/(base\/memory|system\/process|run\/execution)\.c$/)
		say("libcore ends the program")
}
