#!/bin/sh
# What "nqsupd report" tells of a run, as text, JSON and a page, with procedures
# that only make files and a package manager that only answers: needs nothing.
# shellcheck disable=SC2317	# tests are called by their names
. "${srcdir:-.}/tests/lib.sh"
. "$top/tests/node.sh"

hostile='</pre></details><script>alert(1)</script><img src=x onerror=y>'

prepare() {
	node_conf node9 >"$scratch/conf"
	cat >"$scratch/adapter" <<-END
		[ "\$1" = query ] || exit 3
		[ ! -e "$scratch/first" ] || echo "\$2 13.1.1-1 x86_64"
		echo "\$2 13.1-1 x86_64"
	END
	cat >"$scratch/hostile" <<-END
		#!/bin/sh
		printf '%s\n\033[31mred\007\377 a\342\200\256b\n' '$hostile'
		: >"$scratch/first"
	END
	chmod 755 "$scratch/hostile"
	write_procedure try true
	write_procedure fail false
	run 0 upd run --run-id 'done' --yes "$scratch/try.conf"
	rm "$scratch/first"
	run 1 upd run --run-id failed --yes "$scratch/fail.conf"
	run 0 upd run --run-id back --yes "$scratch/try.conf"
	run 0 upd rollback back
	run 4 upd run --run-id stopped "$scratch/try.conf"
}

# write_procedure NAME CHECK: a hostile step, one to confirm, one that ends
# like CHECK.
write_procedure() {
	cat >"$scratch/$1.conf" <<-END
		name = "$1";
		title = "try </title><script>alert(2)</script> & see";
		parameters = [];
		steps = (
		  { id = "make"; title = "make <b>it</b>"; on = "here";
		    source = "3.2.1";
		    run = [ "$scratch/hostile" ];
		    verify = [ "test", "-e", "$scratch/first" ];
		    undo = [ "rm", "-f", "$scratch/first" ]; },
		  { id = "ask"; title = "look at it"; on = "here";
		    check = [ "$2" ];
		    confirm = "it is well made"; },
		  { id = "last"; title = "the last step"; on = "here";
		    unless = [ "true" ];
		    check = [ "true" ]; }
		);
	END
}

# page RUN: its page, in $scratch/page.
page() {
	rm -f "$scratch/page"
	run 0 upd report --html "$scratch/page" "$1"
	stdout_is "$scratch/page"
}

page_has() {
	contains "$(cat "$scratch/page")" "$1"
}

# page_lacks PATTERN
page_lacks() {
	if grep -E -e "$1" "$scratch/page"; then
		return 1
	fi
}

# unbalanced FILE: the tags that do not fit together.
unbalanced() {
	tr '\n' ' ' <"$1" | sed 's/<style>.*<\/style>//' | tr '<' '\n' | awk '
	NR == 1 { next }
	{
		tag = $1
		sub(/[ >].*/, "", tag)
		sub(/\/$/, "", tag)
	}
	tag ~ /^(!DOCTYPE|meta|br)$/ || /^[^>]*\/>/ { next }
	/^\// {
		if ("/" stack[depth--] != tag)
			print "closes " tag ", not " stack[depth + 1]
		next
	}
	{ stack[++depth] = tag }
	END { if (depth > 0) print "open: " stack[depth] }'
}

a_run_that_is_done_is_told_with_all_it_said() {
	run 0 upd report 'done'
	stdout_has 'report of run done'
	stdout_has 'result     done'
	stdout_has "(uid $(id -u))"
	stdout_has '3 steps: 2 done, 1 skipped'
	stdout_has 'make <b>it</b>, step 1, make: done in '
	stdout_has "      \$ $scratch/hostile"
	stdout_has "      | $hostile"
	stdout_has '      | \x1b[31mred\x07'
	stdout_has "      ? test -e $scratch/first"
	stdout_has 'the last step, step 3, last: skipped: it is so already'
}

tells_what_was_there_before_and_after() {
	run 0 upd report 'done'
	before=$(sed -n '/^before$/,/ step 1/p' "$scratch/stdout")
	after=$(sed -n '/^after$/,$p' "$scratch/stdout")
	contains "$before" 'NECJCpkg 13.1-1 x86_64'
	contains "$after" 'NECJCpkg 13.1.1-1 x86_64'
	contains "$before" 'free space'
	case $before in
	*13.1.1*) return 1 ;;
	esac
	page 'done'
	page_has '<div class="come">NECJCpkg 13.1.1-1 x86_64</div>'
}

a_run_that_failed_tells_why_and_that_it_was_put_back() {
	run 0 upd report failed
	stdout_has 'result     failed, and put back'
	stdout_has 'Step 2, "look at it", failed: the check failed (exit code 1).'
	stdout_has 'putting back: make <b>it</b>, step 1, make: undone in '
	page failed
	page_has 'class="verdict undone"><strong>failed, and put back'
	page_has '<th class="time">Put back</th>'
	page_has '<details id="step2" open>'
}

a_run_that_was_put_back_on_request_says_who_asked() {
	run 0 upd report back
	stdout_has 'result     put back on request'
	stdout_has ', to put it back'
	page back
	page_has '<dt>resumed</dt>'
	page_has ', to put it back</dd>'
	page_has 'nothing ran for '
}

a_run_that_is_not_over_says_how_to_go_on() {
	run 0 upd report stopped
	stdout_has 'result     stopped: not over'
	stdout_has 'To go on, when it is so: nqsupd resume --confirm ask stop'
	stdout_has 'not begun     the last step, step 3, last'
	page stopped
	page_has 'class="verdict open"><strong>stopped: not over'
	page_has '<span class="result none">not begun</span>'
}

# broken RUN LINES: a run, of the first lines of another one's journal.
broken() {
	head -n "$2" "$scratch/state/runs/done.jsonl" |
	    sed "s/\"run\":\"done\"/\"run\":\"$1\"/" \
	    >"$scratch/state/runs/$1.jsonl"
}

a_run_that_was_broken_off_says_where() {
	begin=$(grep -n -m 1 '"event":"begin"' \
	    "$scratch/state/runs/done.jsonl")
	end=$(grep -n -m 1 '"event":"end"' "$scratch/state/runs/done.jsonl")
	broken begun "${begin%%:*}"
	broken between "${end%%:*}"
	run 0 upd report begun
	stdout_has 'result     broken off: not over'
	stdout_has 'The journal ends while step 1, "make <b>it</b>", was under way'
	stdout_has 'step 1, make: its end was not seen'
	run 0 upd report between
	stdout_has 'The journal ends between two steps: nqsupd ended without'
	stdout_has 'It could not write its journal, was killed, or'
	page begun
	page_has 'under way, or its end was not seen</text>'
	rm "$scratch/state/runs/begun.jsonl" "$scratch/state/runs/between.jsonl"
}

a_page_says_what_has_not_changed() {
	page failed
	page_has 'installed packages<br><span class="soft">unchanged</span>'
	page 'done'
	page_has 'installed packages</td>'
}

a_page_holds_no_markup_of_others() {
	for id in 'done' failed back stopped; do
		page "$id"
		page_lacks '<script|<img|<b>'
		page_has '&lt;/pre&gt;&lt;/details&gt;&lt;script&gt;'
		page_has 'a[U+202E]b'
		same 'control bytes' 0 \
		    "$(tr -d '\n -~\200-\377' <"$scratch/page" | wc -c)"
		same 'tags' '' "$(unbalanced "$scratch/page")"
	done
}

a_page_needs_nothing_but_itself() {
	page 'done'
	page_lacks '<[^>]* src=|href="[^#]|url\(|@import|https?:'
	page_has "content=\"default-src 'none'; style-src 'unsafe-inline'\""
	page_has '<svg viewBox='
}

# outage SECOND SECONDS: the record of one.
outage() {
	echo '{"event":"outage","from":"2026-11-22T12:00:'"$1"'.000Z",' \
	    '"until":"2026-11-22T12:00:'"$(($1 + $2))"'.000Z",' \
	    '"seconds":"'"$2"'.000","time":"2026-11-22T12:01:00.000Z"}'
}

# A patch that was put back has two lives, and each sums up its own.
a_page_sums_up_the_outages_of_all_lives() {
	journal=$scratch/state/runs/lives.jsonl
	{
		sed '$d' "$scratch/state/runs/done.jsonl"
		outage 10 2
		echo '{"event":"outages","count":1,"seconds":"2.000"}'
		tail -n 1 "$scratch/state/runs/done.jsonl"
		sed -n '/"event":"open"/s/"open"/"resume"/p' \
		    "$scratch/state/runs/done.jsonl"
		outage 20 3
		outage 30 4
	} >"$journal"
	page lives
	run 0 upd report lives
	stdout_has 'outage     9.000 s measured, not while the run waited, in 3'
	rm "$journal"
	page_has '9.000 s measured, not while the run waited, in 3 interruptions: 2.0'
}

a_page_names_the_journal_by_its_digest() {
	command -v sha256sum >/dev/null || skip 'no sha256sum'
	page 'done'
	set -- "$(sha256sum "$scratch/state/runs/done.jsonl")"
	page_has "SHA-256 ${1%% *}."
}

a_page_goes_to_stdout_or_a_new_file() {
	run 0 upd report --html - 'done'
	stdout_has '<!DOCTYPE html>'
	page 'done'
	run 73 upd report --html "$scratch/page" 'done'
	stderr_has 'page'
	run 64 upd report --json --html - 'done'
}

json_has_each_step_and_act() {
	run 0 upd report --json failed
	stdout_has '"verdict":"failed, and put back"'
	stdout_has '"event":"life"'
	same 'steps' 3 "$(grep -c '"event":"step"' "$scratch/stdout")"
	same 'acts' 3 "$(grep -c '"event":"act"' "$scratch/stdout")"
	same 'undone' 1 "$(grep -c '"undo":true' "$scratch/stdout")"
	same 'found' 2 "$(grep -c '"event":"found"' "$scratch/stdout")"
}

a_run_whose_procedure_has_changed_is_still_told() {
	run 0 upd rollback stopped
	echo '# another one now' >>"$scratch/try.conf"
	run 0 upd report 'done'
	stdout_has "try.conf' is not what the run began with"
	stdout_has "      \$ $scratch/hostile"
	page 'done'
	rm "$scratch/try.conf"
	run 0 upd report 'done'
	stdout_has 'result     done'
}

# write_kept VERIFY: a step that leaves something, another one that fails.
write_kept() {
	cat >"$scratch/kept.conf" <<-END
		name = "kept"; title = "keep"; parameters = [];
		steps = (
		  { id = "fetch"; title = "fetch it"; on = "here";
		    run = [ "touch", "$scratch/fetched" ];
		    verify = [ "sh", "-c", "$1" ];
		    keeps = "it is in nobody's way"; },
		  { id = "look"; title = "look at it"; on = "here";
		    check = [ "false" ]; }
		);
	END
}

what_was_left_is_not_told_as_nothing() {
	write_kept true
	run 1 upd run --run-id kept "$scratch/kept.conf"
	stdout_has 'nothing had been changed but what need not be put back'
	run 0 upd report kept
	stdout_has 'result     failed; nothing is to be put back'
	stdout_has "What step 1, \"fetch it\", did was left: it is in nobody's"
}

what_was_never_begun_has_left_nothing() {
	write_kept true
	sed -i 's/{ id = "look".*/{ id = "two"; title = "two"; on = "here";/
	    s/check = .*/unless = [ "sh", "-c", "exit 7" ];\
	    run = [ "true" ]; verify = [ "true" ]; keeps = "two"; }/' \
	    "$scratch/kept.conf"
	run 1 upd run --run-id blocked "$scratch/kept.conf"
	run 0 upd report blocked
	stdout_has 'What step 1, "fetch it", did was left'
	grep -F 'What step 2' "$scratch/stdout" && return 1
	return 0
}

what_cannot_be_told_is_not_told_as_not_so() {
	write_kept 'exit 64'
	run 1 upd run --run-id untold "$scratch/kept.conf"
	stdout_has 'whether it is done cannot be told (exit code 64)'
	write_kept false
	run 1 upd run --run-id not-so "$scratch/kept.conf"
	stdout_has 'what it should have done is not so (exit code 1)'
}

a_page_that_cannot_be_written_is_an_output_refused() {
	run 73 upd report --html "$scratch/no/page" 'done'
	stderr_has "cannot make '$scratch/no/page': No such file"
	run 73 upd report --html "$scratch" 'done'
	stderr_has "'$scratch' is a folder"
	stderr_has 'hint: name a file in it'
	run 73 upd report --html "$scratch/" 'done'
	run 73 upd report --html "$scratch/conf" 'done'
	stderr_has "cannot make '$scratch/conf': File exists"
}

there_must_be_a_run() {
	run 64 upd report nothing
	stderr_has "there is no run 'nothing'"
	run 64 upd report 'done' failed
}

run_tests a_run_that_is_done_is_told_with_all_it_said \
    tells_what_was_there_before_and_after \
    a_run_that_failed_tells_why_and_that_it_was_put_back \
    a_run_that_was_put_back_on_request_says_who_asked \
    a_run_that_is_not_over_says_how_to_go_on \
    a_run_that_was_broken_off_says_where a_page_says_what_has_not_changed \
    a_page_holds_no_markup_of_others a_page_needs_nothing_but_itself \
    a_page_sums_up_the_outages_of_all_lives \
    a_page_names_the_journal_by_its_digest \
    a_page_goes_to_stdout_or_a_new_file \
    a_page_that_cannot_be_written_is_an_output_refused json_has_each_step_and_act \
    a_run_whose_procedure_has_changed_is_still_told there_must_be_a_run \
    what_was_left_is_not_told_as_nothing \
    what_was_never_begun_has_left_nothing \
    what_cannot_be_told_is_not_told_as_not_so
