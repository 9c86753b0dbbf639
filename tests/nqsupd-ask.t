#!/bin/sh
# Steps that a person must confirm, and real terminals at which he is asked.
# shellcheck disable=SC2317	# tests are called by their names
. "${srcdir:-.}/tests/lib.sh"
. "$top/tests/node.sh"
# shellcheck source=tests/terminal.sh
. "${srcdir:-.}/tests/terminal.sh"

conf=$scratch/conf

# make_step NAME CONFIRM: prints a step that makes the file of its name.
make_step() {
	cat <<-END
		{ id = "$1"; title = "make $1"; on = "here"; ${2-}
		  run = [ "touch", "$scratch/$1" ];
		  verify = [ "test", "-e", "$scratch/$1" ];
		  undo = [ "rm", "-f", "$scratch/$1" ]; }
	END
}

prepare() {
	write_node
	{
		echo 'name = "three"; title = "three"; parameters = []; steps = ('
		make_step one
		echo ,
		make_step two 'confirm = "it is \x1b[2Jdry";'
		echo ,
		make_step three 'confirm = "it is warm";'
		echo ');'
	} >"$scratch/three.conf"
}

fresh() {
	rm -rf "$scratch/state" "$scratch/one" "$scratch/two" \
	    "$scratch/three" "$scratch/go-on"
}

# begin [OPTION]: run x, on a terminal.
begin() {
	fresh
	on_terminal "'$build/nqsupd/nqsupd' run -c '$conf' ${1-} --run-id x \
	    '$scratch/three.conf'"
}

# is_asked WHAT [TIMES]: the question stands on the screen so many times.
is_asked() {
	[ "$(grep -c "^        $1" "$scratch/screen")" -eq "${2:-1}" ] &&
	    tail -n 1 "$scratch/screen" | grep -q 'yes or no? $'
}

# is_asked_again TIMES
is_asked_again() {
	[ "$(grep -o 'yes or no? ' "$scratch/screen" | wc -l)" -eq $(($1 + 1)) ]
}

asked() {
	wait_until 20 is_asked "$@"
}

# types WORDS: a line of them.
types() {
	printf '%s\n' "$1" >&9
}

# ends STATUS
ends() {
	expect "$1" wait "$terminal"
	leave_terminal
}

screen_has() {
	contains "$(cat "$scratch/screen")" "$1"
}

is_left() {
	[ -e "$scratch/one" ]
	[ ! -e "$scratch/two" ]
	run 4 upd status x
	stdout_has 'ended at two: it must be confirmed: it is \x1b[2Jdry'
	stdout_has 'next: nqsupd resume --confirm two x, when it is so'
}

yes_goes_on_in_the_same_call() {
	begin
	asked 'it is '
	screen_has "step 'two' [2/3] node: make two"
	types yes
	asked 'it is warm'
	types yes
	ends 0
	run 0 upd status --expect 'done' x
	[ -e "$scratch/three" ]
	# Nothing is said to be wanted that was answered.
	! grep -q 'hint:' "$scratch/screen" || return 1
}

what_a_procedure_says_does_nothing_to_the_terminal() {
	begin
	asked 'it is \\x1b\[2Jdry'
	! grep -q "$(printf '\033')\[2J" "$scratch/screen" || return 1
	types no
	ends 4
}

no_leaves_the_run_as_it_is() {
	begin
	asked 'it is '
	types no
	ends 4
	screen_has "nqsupd: step 'two' must be confirmed: it is "
	screen_has "hint: when it is so: 'nqsupd resume --confirm two x'"
	is_left
	run 0 upd rollback x
}

the_end_of_the_input_is_no_answer() {
	begin
	asked 'it is '
	printf '\004' >&9
	ends 4
	screen_has "hint: when it is so: 'nqsupd resume --confirm two x'"
	is_left
}

an_interrupt_is_no_answer() {
	begin
	asked 'it is '
	printf '\003' >&9
	ends 4
	screen_has "hint: when it is so: 'nqsupd resume --confirm two x'"
	is_left
}

a_terminal_that_is_lost_is_no_answer() {
	begin
	asked 'it is '
	lose_terminal
	is_left
	run 0 upd resume --yes x
}

# Nothing is held while he thinks.
another_person_may_go_on_meanwhile() {
	begin
	asked 'it is '
	run 0 upd resume --yes x
	types yes
	ends 0
	same confirmed 2 \
	    "$(grep -c '"confirmed"' "$scratch/state/runs/x.jsonl")"
	fresh
	run 4 upd run --run-id x "$scratch/three.conf"
	on_terminal "'$build/nqsupd/nqsupd' resume -c '$conf' x"
	asked 'it is '
	run 0 upd rollback x
	types yes
	ends 1
	screen_has 'run x cannot be resumed: it was put back'
}

nothing_but_the_whole_word_is_an_answer() {
	begin
	asked 'it is '
	for word in '' y YES 'yes please' ' yes'; do
		types "$word"
	done
	wait_until 20 is_asked_again 5
	types no
	ends 4
	is_left
}

# begin_slow: the same, with a first step that waits for $scratch/go-on.
begin_slow() {
	sed "s|\"touch\", \"$scratch/one\"|\"sh\", \"-c\", \"echo > \
$scratch/begun; while [ ! -e $scratch/go-on ]; do sleep 0.05; done; \
touch $scratch/one\"|" "$scratch/three.conf" >"$scratch/slow.conf"
	fresh
	rm -f "$scratch/begun"
	on_terminal "'$build/nqsupd/nqsupd' run -c '$conf' --run-id x \
	    '$scratch/slow.conf'; exit \$?"
	wait_until 20 test -e "$scratch/begun"
}

what_was_typed_before_the_question_is_no_answer() {
	begin_slow
	types yes
	wait_until 20 grep -q '^yes' "$scratch/screen"
	: >"$scratch/go-on"
	asked 'it is '
	types no
	ends 4
	is_left
}

# begin_held: the run has stopped, and who is to ask about it has not seen it.
begin_held() {
	begin_slow
	asker=$(ps -o ppid= -p "$(sed -n \
	    's/.*"event":"open".*"pid":\([0-9]*\).*/\1/p' \
	    "$scratch/state/runs/x.jsonl")" | tr -d ' ')
	kill -STOP "$asker"
	: >"$scratch/go-on"
	wait_until 20 grep -q '"close"' "$scratch/state/runs/x.jsonl"
}

who_is_not_asked_is_told_why() {
	begin_held
	run 0 upd resume --wait 20s --yes x
	kill -CONT "$asker"
	ends 4
	screen_has 'run x was taken up by somebody else before its step could'
	screen_has "hint: 'nqsupd follow x' shows how it goes on"
	! grep -q 'yes or no' "$scratch/screen" || return 1
	begin_held
	sed -i '1s/^/x/' "$scratch/state/runs/x.jsonl"
	kill -CONT "$asker"
	ends 4
	screen_has "x.jsonl'; put right what it tells of"
}

# There is nobody, or somebody who reads something else.
nobody_is_asked_who_wants_no_question() {
	for option in --json -q; do
		begin "$option"
		ends 4
		! grep -q 'yes or no' "$scratch/screen" || return 1
		is_left
	done
	fresh
	on_terminal "'$build/nqsupd/nqsupd' run -c '$conf' --run-id x \
	    '$scratch/three.conf' </dev/null"
	ends 4
	screen_has "hint: when it is so: 'nqsupd resume --confirm two x'"
	! grep -q 'yes or no' "$scratch/screen" || return 1
	is_left
}

# The stop comes while it is looked whether the step is to be done at all.
who_asks_for_a_stop_is_not_asked() {
	sed "s|confirm = \"it is .*dry\";|& when = [ \"sh\", \"-c\", \
\"echo > $scratch/looks; while [ ! -e $scratch/go-on ]; do sleep 0.05; done\" ];|" \
	    "$scratch/three.conf" >"$scratch/looks.conf"
	fresh
	on_terminal "'$build/nqsupd/nqsupd' run -c '$conf' --run-id x \
	    '$scratch/looks.conf'"
	wait_until 20 test -e "$scratch/looks"
	run 0 upd stop x
	wait_until 20 grep -q '"stop-asked"' "$scratch/state/runs/x.jsonl"
	: >"$scratch/go-on"
	ends 4
	! grep -q 'yes or no' "$scratch/screen" || return 1
	[ ! -e "$scratch/two" ]
	run 4 upd status x
	stdout_has 'ended at two: stopped on request'
	run 0 upd resume --yes x
}

resume_asks_too() {
	fresh
	run 4 upd run --run-id x "$scratch/three.conf"
	sed -i '/"close"/d' "$scratch/state/runs/x.jsonl"
	on_terminal "'$build/nqsupd/nqsupd' resume -c '$conf' x"
	asked 'it is '
	types yes
	asked 'it is warm'
	types no
	ends 4
	run 4 upd status x
	stdout_has 'next: nqsupd resume --confirm three x'
	on_terminal "'$build/nqsupd/nqsupd' resume -c '$conf' --confirm three"
	ends 0
	run 0 upd status --expect 'done' x
}

# What a person decided before the question is not decided once more.
a_decision_before_the_question_counts_once() {
	fresh
	run 0 upd run --yes --run-id x "$scratch/three.conf"
	sed -i '/"begin","step":"two"/,$d' "$scratch/state/runs/x.jsonl"
	sed -i '/"end","step":"one"/,$d' "$scratch/state/runs/x.jsonl"
	rm "$scratch/two" "$scratch/three"
	on_terminal "'$build/nqsupd/nqsupd' resume -c '$conf' \
	    --step one=done x"
	asked 'it is '
	types yes
	asked 'it is warm'
	types yes
	ends 0
}

who_confirmed_is_told() {
	begin '--confirm three'
	asked 'it is '
	types yes
	ends 0
	run 0 grep '"event":"confirmed"' "$scratch/state/runs/x.jsonl"
	stdout_has '"step":"two","by":"terminal","terminal":"/dev/pts/'
	stdout_has '"user":"'
	stdout_has '"step":"three","by":"--confirm"'
	run 0 upd report x
	stdout_has 'confirmed at the terminal /dev/pts/'
	stdout_has 'confirmed by --confirm, by '
	run 0 upd report --html "$scratch/page.html" x
	grep -q 'onfirmed at the terminal /dev/pts/' "$scratch/page.html"
	fresh
	run 0 upd run --yes --run-id x "$scratch/three.conf"
	stdout_has 'confirmed by --yes, by '
}

run_tests \
	yes_goes_on_in_the_same_call \
	what_a_procedure_says_does_nothing_to_the_terminal \
	no_leaves_the_run_as_it_is \
	the_end_of_the_input_is_no_answer \
	an_interrupt_is_no_answer \
	a_terminal_that_is_lost_is_no_answer \
	another_person_may_go_on_meanwhile \
	nothing_but_the_whole_word_is_an_answer \
	what_was_typed_before_the_question_is_no_answer \
	who_is_not_asked_is_told_why \
	nobody_is_asked_who_wants_no_question \
	who_asks_for_a_stop_is_not_asked \
	resume_asks_too \
	a_decision_before_the_question_counts_once \
	who_confirmed_is_told
