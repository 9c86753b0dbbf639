#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# Tests, demos and simulations that run at once each have ports of their own.
. "${srcdir:-.}/tests/lib.sh"

freeports=$build/tests/freeports

gives_no_port_twice() {
	for caller in 1 2 3 4 5; do
		"$freeports" "$scratch" 100 >"$scratch/ports.$caller" &
	done
	wait
	same ports 500 "$(cat "$scratch"/ports.* | sort -u | wc -l | xargs)"
}

gives_none_on_which_somebody_listens() {
	mkfifo "$scratch/enough"
	"$build/tests/connect" <"$scratch/enough" >"$scratch/listening" &
	exec 3>"$scratch/enough"
	wait_until 10 test -s "$scratch/listening"
	read -r port rest <"$scratch/listening"
	run 1 "$freeports" "$scratch" 1 "$port"
	stderr_has "port $port is not free"
	exec 3>&-
	wait
}

keeps_them_until_the_folder_is_gone() {
	mkdir "$scratch/folder"
	port=$("$freeports" "$scratch/folder" 1)
	run 1 "$freeports" "$scratch" 3 "$port"
	stdout_is ''
	rmdir "$scratch/folder"
	wait_until 10 "$freeports" "$scratch" 1 "$port"
}

takes_those_that_are_asked_for_and_others() {
	mkdir "$scratch/before"
	port=$("$freeports" "$scratch/before" 1)
	rmdir "$scratch/before"
	wait_until 10 eval '"$freeports" "$scratch" 3 "$port" >"$scratch/three"'
	same first "$port" "$(head -n 1 "$scratch/three")"
	same count 3 "$(sort -u "$scratch/three" | wc -l | xargs)"
}

refuses_wrong_calls() {
	run 64 "$freeports"
	run 64 "$freeports" "$scratch"
	run 64 "$freeports" folder 1
	run 64 "$freeports" "$scratch" 0
	run 64 "$freeports" "$scratch" 1 20000 20001
	run 1 "$freeports" "$scratch" 1 nonsense
}

run_tests gives_no_port_twice gives_none_on_which_somebody_listens \
    keeps_them_until_the_folder_is_gone \
    takes_those_that_are_asked_for_and_others refuses_wrong_calls
