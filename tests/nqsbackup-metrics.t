#!/bin/sh
# What nqsbackup create tells Prometheus.
. "${srcdir:-.}/tests/lib.sh"
# shellcheck source=tests/backup/tree.sh
. "$top/tests/backup/tree.sh"

prepare() {
	mkdir "$scratch/tree"
	printf 'twelve bytes' >"$scratch/tree/file"
}

# lawful FILE: it keeps to the text format of Prometheus, each metric with its
# help, its type and one value; and to promtool, if that is here.
lawful() {
	awk '
		function wrong(what) {
			print FILENAME ":" NR ": " what ": " $0
			failed = 1
		}
		/^# HELP nqsbackup_[a-z_]+ [A-Z].*\.$/ {
			if ($3 in helped) wrong("a second help")
			helped[$3] = name = $3
			next
		}
		/^# TYPE nqsbackup_[a-z_]+ gauge$/ {
			if ($3 != name) wrong("a type without help")
			typed[$3] = 1
			next
		}
		/^nqsbackup_[a-z_]+\{site="([^"\\]|\\["\\n])*"\} [0-9]+(\.[0-9]+)?$/ {
			sub(/\{.*/, "")
			if (!typed[$0] || $0 in valued) wrong("not its place")
			if ($0 ~ /_(total|ms|mb|kb|percent)$/)
				wrong("no name")
			if ($0 ~ /time/ && $0 !~ /_seconds$/) wrong("no unit")
			valued[$0] = 1
			next
		}
		{ wrong("no such line") }
		END {
			for (name in typed)
				if (!(name in valued)) wrong(name)
			exit failed
		}' "$1"
	! command -v promtool >/dev/null || promtool check metrics <"$1"
}

# value NAME [FILE]
value() {
	sed -n "s/^nqsbackup_$1{.*} //p" "${2:-x.prom}"
}

tells_of_a_backup_that_was_made() {
	before=$(date +%s)
	run 0 nqsbackup create -t tree -o made.tar.gz --metrics x.prom
	lawful x.prom
	same "the code" 0 "$(value last_run_exit_code)"
	same "the warnings" 0 "$(value last_run_warnings)"
	same "the entries" 2 "$(value last_archive_entries)"
	same "the data" 12 "$(value last_archive_data_bytes)"
	same "the size" "$(wc -c <made.tar.gz | xargs)" \
	    "$(value last_archive_size_bytes)"
	same "the time" "$(value last_run_timestamp_seconds)" \
	    "$(value last_success_timestamp_seconds)"
	[ "$(value last_run_timestamp_seconds)" -ge "$before" ]
	[ "$(value last_run_timestamp_seconds)" -le "$(date +%s)" ]
	same "the mode" -rw-r--r-- "$(find x.prom -printf %M)"
	same "the label" 'site="tree"' \
	    "$(sed -n 's/^nqsbackup_last_run_exit_code{\(.*\)}.*/\1/p' x.prom)"
}

# The time stands in the file, so it can be one long ago.
keeps_the_last_success_through_failures() {
	run 0 nqsbackup create -t tree -o kept.tar.gz --metrics x.prom
	sed 's/\(last_success.*} \).*/\11000000000/' x.prom >old
	mv old x.prom
	for time in 1 2; do
		run 73 nqsbackup create -t tree -o kept.tar.gz --metrics x.prom
		lawful x.prom
		same "the code, time $time" 73 "$(value last_run_exit_code)"
		same "the success" 1000000000 \
		    "$(value last_success_timestamp_seconds)"
		same "the entries" "" "$(value last_archive_entries)"
	done
	run 1 nqsbackup create -t tree -t missing -o y.tar.gz --metrics x.prom
	same "that of another" "" "$(value last_success_timestamp_seconds)"
}

counts_what_is_incomplete_as_made() {
	mknod tree/device c 1 3 || skip "needs devices"
	status=0
	nqsbackup create -t tree -o part.tar.gz --metrics x.prom 2>said ||
		status=$?
	rm tree/device
	same "the exit code" 2 "$status"
	lawful x.prom
	same "the code" 2 "$(value last_run_exit_code)"
	same "the warnings" 1 "$(value last_run_warnings)"
	same "the success" "$(value last_run_timestamp_seconds)" \
	    "$(value last_success_timestamp_seconds)"
}

names_any_tree() {
	odd=$(printf 'a"b\\c\nd')
	mkdir "$odd"
	run 0 nqsbackup create -t "$odd" -o odd.tar.gz --metrics x.prom
	lawful x.prom
	grep -qF 'last_run_exit_code{site="a\"b\\c\nd"} 0' x.prom
}

tells_of_what_goes_to_standard_output() {
	nqsbackup create -t tree -o - --metrics x.prom | gzip -t
	lawful x.prom
	same "the entries" 2 "$(value last_archive_entries)"
	same "the size" "" "$(value last_archive_size_bytes)"
}

replaces_nonsense() {
	head -c 100000 /dev/urandom >x.prom
	run 0 nqsbackup create -t tree -o sense.tar.gz --metrics x.prom
	lawful x.prom
}

says_beforehand_that_it_cannot() {
	for file in nowhere/x.prom tree nowhere/; do
		run 73 nqsbackup create -t tree -o none.tar.gz \
		    --before "$scratch/missing" --metrics "$file"
		stderr_has "cannot make '$file': "
		[ ! -e none.tar.gz ]
	done
	same "left behind" "" "$(find . -name '.*.nqs-*')"
}

# The archive is there by then.
says_once_that_it_could_not_in_the_end() {
	mkdir monitoring
	printf '%s\n' '#!/bin/sh' "rmdir '$scratch/monitoring'" >away
	chmod 755 away
	run 2 nqsbackup create -t tree -o late.tar.gz \
	    --after "$scratch/away" --metrics monitoring/x.prom
	same message "nqsbackup: cannot make 'monitoring/x.prom': No such\
 file or directory" "$(cat stderr)"
	[ -e late.tar.gz ]
}

# Whoever has the folder could put a pipe there.
waits_for_no_pipe_in_its_place() {
	mkfifo pipe.prom
	run 0 timeout -s KILL 20 "$build/nqsbackup/nqsbackup" create -t tree -o piped.tar.gz \
	    --metrics pipe.prom
	[ -f pipe.prom ]
	lawful pipe.prom
}

# Of one byte that is not UTF-8 all of the file would be refused.
writes_labels_in_utf_8() {
	name=$(printf 'b\303\244r\344')
	mkdir "$name"
	run 0 nqsbackup create -t "$name" -o utf8.tar.gz --metrics utf8.prom
	lawful utf8.prom
	contains "$(cat utf8.prom)" "$(printf 'b\303\244r')\\\\xe4\"}"
}

cd "$scratch" || exit 99
run_tests tells_of_a_backup_that_was_made \
	keeps_the_last_success_through_failures \
	counts_what_is_incomplete_as_made \
	names_any_tree \
	waits_for_no_pipe_in_its_place \
	writes_labels_in_utf_8 \
	tells_of_what_goes_to_standard_output \
	replaces_nonsense \
	says_beforehand_that_it_cannot \
	says_once_that_it_could_not_in_the_end
