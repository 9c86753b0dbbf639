# Commands on a terminal of their own, which a test may lose.  Source it after
# tests/lib.sh.
# shellcheck shell=sh disable=SC2034,SC2154

# on_terminal WORDS: runs the command line WORDS in a session whose terminal is
# in the hands of script(1).  Sets terminal to that one's process; what the
# command says goes to $scratch/screen, and what is written to descriptor 9 is
# typed.
on_terminal() {
	command -v script >/dev/null || skip 'no script'
	rm -f "$scratch/keys"
	mkfifo "$scratch/keys"
	script -qefc "$1" /dev/null <"$scratch/keys" >"$scratch/screen" 2>&1 &
	terminal=$!
	exec 9>"$scratch/keys"
}

# leave_terminal: nothing is typed any more.
leave_terminal() {
	exec 9>&-
}

# lose_terminal: as when the connection breaks; all on it get SIGHUP.
lose_terminal() {
	kill -9 "$terminal"
	wait "$terminal" 2>/dev/null || true
	leave_terminal
}
