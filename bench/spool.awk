# spool.awk: makes the files of a spool that looks like one in use: scripts of
# requests, their output, logs, and control structures that are binary.
# usage: awk -v what=WHAT -v root=DIRECTORY -v files=COUNT -f spool.awk
#
#   directories   print the names of the directories
#   files         make the files in them
#   specials      print commands that make links and FIFOs
#   log           print a log of -v size=BYTES, another for each -v seed=N
#
# Always the same for the same numbers.

function random(limit) {
	state = (state * 16807) % 2147483647
	return state % limit
}

function folder(number) {
	return sprintf("%s/queue%02d/%03d", root, number % 40,
	    int(number / 40) % 125)
}

function name(number) {
	return sprintf("%s/%s%06d.%s", folder(number),
	    prefix[number % 4], number, node[number % 3])
}

# A line of a script or a log: one of the phrases that such files are made of,
# with a word and numbers of its own.
function line(text) {
	clock += random(97)
	text = stamp int(clock / 60) % 60 ":" clock % 60 " " \
	    phrase[random(phrases)] " " random(100000)
	if (random(2) == 0)
		text = text " " word[random(words)] " " random(1000)
	return text
}

function text_file(path, size, text) {
	stamp = sprintf("2024-%02d-%02d %02d:", random(12) + 1,
	    random(28) + 1, random(24))
	clock = 0
	while (size > 0) {
		text = line()
		print text >path
		size -= length(text) + 1
	}
	close(path)
}

# A structure: numbers of four bytes, mostly small, and fields of names.
function binary_file(path, size, i) {
	for (; size > 0; size -= 64) {
		for (i = 0; i < 4; i++)
			printf "%c%c%c%c", random(256), random(4), 0, 0 >path
		printf "%-24s%c%c", word[random(words)], random(256),
		    random(256) >path
		for (i = 0; i < 22; i++)
			printf "%c", 0 >path
	}
	close(path)
}

function log_lines(left, text) {
	stamp = "2024-03-05 07:"
	for (; left > 0; left -= length(text) + 1) {
		text = line()
		print text
	}
}

function make_words(i, j, text) {
	words = 900
	for (i = 0; i < words; i++) {
		text = ""
		for (j = random(8) + 3; j > 0; j--)
			text = text substr("etaoinshrdlucmfwypvbgkjqxz",
			    int(random(26) * random(26) / 26) + 1, 1)
		word[i] = text
	}
	phrases = 300
	for (i = 0; i < phrases; i++) {
		phrase[i] = "/usr/spool/" word[random(words)] ":"
		for (j = random(7) + 2; j > 0; j--)
			phrase[i] = phrase[i] " " word[random(words)]
	}
}

function directories(i) {
	for (i = 0; i < 5000 && i < files; i++)
		print folder(i)
}

function specials(i) {
	for (i = 0; i < files; i += 500) {
		print "ln '" name(i) "' '" name(i) ".again'"
		print "ln -s '../" prefix[i % 4] "' '" name(i) ".way'"
		print "mkfifo '" name(i) ".pipe'"
	}
}

BEGIN {
	state = 20011 + 7919 * seed
	split("request output log control", part, " ")
	for (i = 0; i < 4; i++)
		prefix[i] = part[i + 1]
	split("node1 node2 gateway", part, " ")
	for (i = 0; i < 3; i++)
		node[i] = part[i + 1]
	make_words()
	if (what == "directories")
		directories()
	else if (what == "specials")
		specials()
	else if (what == "log")
		log_lines(size)
	else
		for (i = 0; i < files; i++) {
			size = 300 + random(7700)
			if (i % 4 == 3)
				binary_file(name(i), size)
			else
				text_file(name(i), size)
		}
}
