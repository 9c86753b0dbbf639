# What lines of JSON have that the manual does not tell of: the first file is
# man/nqstools.events.5, the others are what programs have printed.  An item of
# a list there is one event or several, and words of .Cm in it are its keys.

NR == FNR && /^[.](It|El|Ss|Sh)/ {
	count = 0
	for (i = 3; /^[.]It Cm/ && i <= NF; i++)
		if ($i ~ /^[a-z]/) {
			events[++count] = $i
			known[$i] = 1
		}
	next
}

NR == FNR && /^[.]Cm/ {
	for (i = 2; i <= NF; i++)
		for (j = 1; $i ~ /^[a-z]/ && j <= count; j++)
			keys[events[j], $i] = 1
	next
}

NR == FNR { next }

# Without escaped characters a string has no quotes in it.
{
	rest = $0
	gsub(/\\./, "", rest)
	depth = found = 0
	event = ""
	while (match(rest, /"[^"]*"|[][{}]/)) {
		token = substr(rest, RSTART, RLENGTH)
		rest = substr(rest, RSTART + RLENGTH)
		if (token ~ /^[[{]/)
			depth++
		else if (token ~ /^[]}]/)
			depth--
		else if (depth == 1 && rest ~ /^ *:/)
			names[++found] = substr(token, 2, length(token) - 2)
		if (depth == 1 && names[found] == "event" &&
		    match(rest, /^ *: *"[^"]*"/)) {
			event = substr(rest, RSTART, RLENGTH)
			gsub(/[: "]/, "", event)
		}
	}
	if (!(event in known))
		print "event " event
	for (i = 1; i <= found && event in known; i++)
		if (names[i] != "event" && !((event, names[i]) in keys))
			print "event " event ": " names[i]
}
