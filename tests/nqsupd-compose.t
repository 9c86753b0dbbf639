#!/bin/sh
# Procedures that are made of others: what is checked, planned, run, broken off,
# taken up again and put back is one procedure.  Needs nothing.
# shellcheck disable=SC2317	# tests are called by their names
. "${srcdir:-.}/tests/lib.sh"
. "$top/tests/node.sh"

own=$scratch/own

# write_step ID COMMAND: one that leaves a line in $scratch/did, and in
# $scratch/undid when it is put back.
write_step() {
	cat <<-END
		  { id = "$1"; title = "$1"; on = "here";
		    run = [ "sh", "-c",
		      "$2; echo $1 >>$scratch/did; : >$scratch/is-$1" ];
		    verify = [ "test", "-e", "$scratch/is-$1" ];
		    undo = [ "sh", "-c",
		      "echo $1 >>$scratch/undid; rm -f $scratch/is-$1" ]; }
	END
}

# write_day COMMAND: a procedure of two steps; this is what the second does.
write_day() {
	{
		echo 'name = "day"; title = "day";'
		echo 'loses = "the day is lost";'
		echo 'steps = ('
		write_step wake :
		echo ,
		write_step work "$1"
		echo ');'
	} >"$own/day.conf"
}

# write_night: one that is made of it, with a step before, in and behind it.
write_night() {
	{
		echo 'name = "night"; title = "night";'
		echo 'steps = ('
		write_step mail :
		echo ', { procedure = "day"; },'
		write_step eat : | sed 's/{ id/{ before = "work"; id/'
		echo ,
		write_step sleep :
		echo ');'
	} >"$own/night.conf"
}

prepare() {
	mkdir "$own"
	echo 'case $1 in query) echo NECJCpkg 13.1-1 x86_64 ;; *) exit 3 ;; esac' \
	    >"$scratch/adapter"
	{
		node_conf node
		echo "procedures = \"$own\"; clusters = \"$scratch/clusters\";"
	} >"$scratch/conf"
	write_day :
	write_night
}

clean_up() {
	: >"$scratch/go-on"
}

fresh() {
	rm -rf "$scratch/state" "$scratch/did" "$scratch/undid" \
	    "$scratch/go-on" "$scratch"/is-*
}

# has_done WORDS, has_undone WORDS: these steps, in this order.
has_done() {
	same 'what was done' "$1" "$(tr '\n' ' ' <"$scratch/did")"
}

has_undone() {
	same 'what was put back' "$1" "$(tr '\n' ' ' <"$scratch/undid")"
}

the_plan_has_all_steps_in_their_order() {
	run 0 upd plan -n night
	stdout_is "$own/night.conf: complete, 5 steps"
	run 3 upd plan --json night
	same steps 'mail wake eat work sleep ' "$(
	    sed -n 's/.*"event":"step".*"step":"\([a-z]*\)".*/\1/p' \
	        "$scratch/stdout" | uniq | tr '\n' ' ')"
}

a_run_does_them_all_and_a_rollback_puts_them_back() {
	fresh
	run 0 upd run --run-id one night
	has_done 'mail wake eat work sleep '
	run 1 upd rollback
	stderr_has 'run one is done; when it is put back, the day is lost'
	run 0 upd rollback --yes
	has_undone 'sleep work eat wake mail '
}

a_run_that_was_broken_off_within_another_procedure_goes_on() {
	fresh
	write_day "while [ ! -e '$scratch/go-on' ]; do sleep 0.05; done"
	upd run --run-id two night >"$scratch/out" 2>&1 &
	caller=$!
	wait_until 20 grep -q '"step":"work"' "$scratch/state/runs/two.jsonl"
	running=$(sed -n 's/.*"event":"open".*"pid":\([0-9]*\).*/\1/p' \
	    "$scratch/state/runs/two.jsonl")
	kill -9 "$running"
	wait "$caller" || :
	run 4 upd status two
	stdout_has 'done     eat: eat'
	stdout_has 'begun    work: work'
	: >"$scratch/go-on"
	run 0 upd resume two
	same steps 'eat mail sleep wake work ' \
	    "$(sort -u "$scratch/did" | tr '\n' ' ')"
	run 0 upd rollback --yes two
	has_undone 'sleep work eat wake mail '
	write_day :
}

one_of_which_a_part_has_changed_is_not_gone_on_with() {
	fresh
	run 0 upd run --run-id three night
	# As it is when it was killed behind its third record.
	sed -i 3q "$scratch/state/runs/three.jsonl"
	write_day 'false; exit 1'
	for word in resume rollback; do
		run 65 upd "$word" three
		stderr_has "'$own/night.conf' is not the procedure that run"
		stderr_has 'back, and any that it names, as the run began with it'
	done
	run 0 upd report three
	run 2 upd resume --leave 'it is only a test' three
}

one_that_was_put_back_does_not_ask_for_its_parts() {
	fresh
	write_day 'false; exit 1'
	run 1 upd run --run-id four night
	has_undone 'work eat wake mail '
	write_day :
	run 1 upd resume four
	stderr_has 'run four cannot be resumed: it was put back'
}

a_mistake_is_told_where_it_is() {
	sed '4s/id/ide/' "$own/day.conf" >"$own/part.conf"
	printf 'name = "x"; title = "x"; parameters = [ ];\nsteps = (\n%s\n);' \
	    '{ procedure = "part"; }' >"$own/whole.conf"
	run 78 upd plan -n whole
	stderr_has "$own/part.conf:4: there is no key 'ide' here"
	printf 'name = "x"; title = "x";\nsteps = (\n%s\n);' \
	    '{ procedure = "patch-single"; }' >"$own/whole.conf"
	run 78 upd plan -n whole
	stderr_has "$own/whole.conf:3: procedure 'patch-single' needs the"
	stderr_has "parameter 'packages', which is none here"
	printf 'name = "x"; title = "x";\nsteps = (\n%s\n%s\n);' \
	    '{ procedure = "day"; },' '{ procedure = "night"; }' \
	    >"$own/whole.conf"
	run 78 upd plan -n whole
	stderr_has "$own/whole.conf:4: the id 'wake' of '$own/night.conf'"
	printf 'name = "x"; title = "x";\nsteps = (\n%s\n);' \
	    '{ procedure = "whole"; }' >"$own/whole.conf"
	run 78 upd plan -n whole
	stderr_has "$own/whole.conf:3: procedure 'whole' would be a part of itself"
}

a_step_that_would_begin_a_run_within_the_run_is_refused() {
	for word in patch upgrade run resume rollback hold; do
		{
			echo 'name = "x"; title = "x"; steps = ('
			write_step x : |
			    sed "s/verify = .*/verify = [ \"nqsupd\",\\
\"$word\" ];/"
			echo ');'
		} >"$own/inner.conf"
		run 78 upd plan -n inner
		stderr_has "inner.conf:6: 'verify': 'nqsupd $word' would wait"
	done
}

one_of_ours_is_extended_under_its_name() {
	{
		echo 'name = "patch-single"; title = "ours, and mail";'
		echo 'parameters = [ "packages" ];'
		echo 'steps = ( { procedure = "patch-single"; },'
		write_step mail : | sed 's/{ id/{ before = "stop-local"; id/'
		echo ');'
	} >"$own/patch-single.conf"
	run 0 upd plan -n --role single patch
	ours=$(grep -c '^ *{ id = ' "$top/share/procedures/patch-single.conf")
	stdout_is "$own/patch-single.conf: complete, $((ours + 1)) steps"
	sed 's/patch-single/rolling-patch/; s/stop-local/patch-standby/
	    s/"here"/"active"/
	    s/\[ "packages" \]/[ "package", "package_name", "package_digest" ]/' \
	    "$own/patch-single.conf" >"$own/rolling-patch.conf"
	ours=$(grep -c '^ *{ id = ' "$top/share/procedures/rolling-patch.conf")
	run 0 "$build/clroll/clroll" plan -c "$scratch/conf" -n patch
	stdout_is "$own/rolling-patch.conf: complete, $((ours + 1)) steps"
}

run_tests the_plan_has_all_steps_in_their_order \
    a_run_does_them_all_and_a_rollback_puts_them_back \
    a_run_that_was_broken_off_within_another_procedure_goes_on \
    one_of_which_a_part_has_changed_is_not_gone_on_with \
    one_that_was_put_back_does_not_ask_for_its_parts \
    a_mistake_is_told_where_it_is \
    a_step_that_would_begin_a_run_within_the_run_is_refused \
    one_of_ours_is_extended_under_its_name
