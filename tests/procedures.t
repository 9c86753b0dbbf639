#!/bin/sh
# Procedures before anything is begun: whether they are complete, and which one
# a name means.  Needs nothing.
# shellcheck disable=SC2317	# tests are called by their names
. "${srcdir:-.}/tests/lib.sh"

own=$scratch/own

prepare() {
	mkdir "$own"
	# Whatever is asked of the node is seen.
	echo 'echo "$*" >>"'"$scratch"'/asked"; exit 69' >"$scratch/adapter"
	cat >"$scratch/conf" <<-END
		node = "node";
		state = "$scratch/state";
		locks = "$scratch/locks";
		clusters = "$scratch/clusters";
		procedures = "$own";
		share = "$top/share";
		cluster = { adapter = "$scratch/adapter"; };
		package = { adapter = "$scratch/adapter"; };
		sites = ( { name = "siteA"; group = "g"; trees = "/a"; } );
	END
}

upd() {
	verb=$1
	shift
	"$build/nqsupd/nqsupd" "$verb" -c "$scratch/conf" "$@"
}

roll() {
	verb=$1
	shift
	"$build/clroll/clroll" "$verb" -c "$scratch/conf" "$@"
}

every_procedure_that_is_installed_is_complete() {
	for file in "$top"/share/procedures/*.conf; do
		name=${file##*/}
		name=${name%.conf}
		case $name in
		patch-* | upgrade-*)
			run 0 upd plan -n "$name" ;;
		*)	run 0 roll plan -n "$name" ;;
		esac
		stdout_has "$file: complete, "
	done
	run 0 upd plan -n patch
	same files 3 "$(wc -l <"$scratch/stdout" | tr -d ' ')"
	run 0 upd plan -n --role single upgrade
	stdout_has 'upgrade-single.conf: complete'
	same files 1 "$(wc -l <"$scratch/stdout" | tr -d ' ')"
	run 0 roll plan -n patch
	stdout_has 'rolling-patch.conf: complete'
}

to_check_one_asks_nothing_and_changes_nothing() {
	rm -f "$scratch/asked"
	run 0 upd plan -n patch
	run 0 roll plan -n upgrade
	[ ! -e "$scratch/asked" ]
	[ ! -e "$scratch/state" ]
	[ ! -e "$scratch/locks" ]
	run 0 upd plan -n --json patch-single
	stdout_has '"event":"procedure","procedure":"patch-single","path":"'
}

# A procedure whose lines are numbered by what stands in them.
write_good() {
	cat >"$own/good.conf" <<-'END'
		name = "good";
		title = "title";
		parameters = [ "color",
		  "shape" ];
		steps = (
		  { id = "first";
		    title = "look";
		    on = "here";
		    given = [ "role=single",
		      "color" ];
		    check = [ "test",
		      "$color" ];
		    timeout = "5s"; },
		  { id = "second";
		    title = "do";
		    on = "here";
		    run = [ "@package", "install",
		      "$shape" ];
		    verify = [ "true" ];
		    undo = [ "true" ]; }
		);
	END
}

# refused LINE WORDS SED: what SED makes of it is refused there, with WORDS.
refused() {
	sed "$3" "$own/good.conf" >"$own/bad.conf"
	run 78 upd plan -n bad
	stderr_has "nqsupd: $own/bad.conf:$1: $2"
	same lines 1 "$(wc -l <"$scratch/stderr" | tr -d ' ')"
}

a_mistake_is_told_with_file_and_line() {
	write_good
	run 0 upd plan -n good
	refused 1 "'name' must be" '1s/"good"/1/'
	refused 2 "there is no key 'titel' here" '2s/title/titel/'
	refused 4 "the parameter 'Shape' has more" '4s/shape/Shape/'
	refused 4 "the parameter 'color' stands twice" '4s/shape/color/'
	refused 6 "the id 'First' has more" '6s/first/First/'
	refused 8 "step 'first' is on 'there', which is no role" \
	    '8s/here/there/'
	refused 10 "'given': 'colour' is about nothing that is known" \
	    '10s/color/colour/'
	refused 12 "'check': '\$colour' is neither a parameter nor a fact" \
	    '12s/color/colour/'
	# shellcheck disable=SC2016	# for sed
	refused 11 "'check': '\$color' is no program" '11s/test/$color/'
	refused 13 "'timeout' must be more than 0" '13s/5s/0/'
	refused 13 "'timeout' must be a duration" '13s/5s/5/'
	refused 14 "the id 'first' stands twice" '14s/second/first/'
	refused 17 "'run': there is nothing called '@packaeg'" \
	    '17s/package/packaeg/'
	refused 17 "'run': '@package' has no verb 'instal'" \
	    '17s/install/instal/'
	refused 17 "'run': '@package query' takes 1 argument" \
	    '17s/"install"/"query", "base"/'
	refused 18 "'run': '\$form' is neither" '18s/shape/form/'
	refused 19 "'verify' is empty" '19s/"true"//'
	refused 14 "step 'second' has an effect and needs 'verify'" '19d'
	refused 14 "step 'second' has an effect and needs one of 'undo'" \
	    '20s/undo = .*;//'
	refused 20 'syntax error' '20s/undo =/undo/'
	refused 5 'there are no steps' "5s/(\$/();/; 6,\$d"
}

# verbs_of HEAD: those that the comment at the head of a frame describes.
verbs_of() {
	sed -n '/^# shellcheck/q
	    s/^#   \([a-z][a-z]*\) .*/\1/p; s/^#   \([a-z][a-z]*\)$/\1/p' "$1" |
	    grep -v '^not$' | sort -u
}

# verbs_known NAME: those of the table in tools.c.
verbs_known() {
	sed -n "/$1_verbs\\[\\]/,/^}/p" "$top/libsite/tools.c" |
	    grep -o '{ "[a-z]*"' | tr -cd 'a-z\n' | sort -u
}

the_verbs_that_procedures_may_use_are_those_of_the_adapters() {
	for kind in cluster package; do
		verbs_of "$top/share/$kind/frame.sh" >"$scratch/verbs"
		[ "$(wc -l <"$scratch/verbs")" -gt 8 ]
		verbs_known "$kind" | diff "$scratch/verbs" -
	done
}

# What no adapter of ours has, the adapter of the site states.
a_verb_of_the_sites_own_adapter_may_stand_in_a_procedure() {
	write_good
	cp "$scratch/adapter" "$scratch/plain"
	refused 17 "'run': '@package' has no verb 'conjure'" \
	    '17s/install/conjure/'
	printf '%s\n' '#verb pending 0' ' #verb indented 1' '# verb prose 1' \
	    '#verb conjure 1-2' '#verb some 1-' >>"$scratch/adapter"
	for words in '"conjure"' '"conjure", "a"' '"some"' \
	    '"some", "a", "b", "c"' '"not", "some"'; do
		sed "17s/\"install\"/$words/" "$own/good.conf" \
		    >"$own/bad.conf"
		run 0 upd plan -n bad
	done
	refused 17 "'run': '@package conjure' takes 1 to 2 arguments" \
	    '17s/"install"/"conjure", "a", "b"/'
	refused 17 "'run': '@package some' takes 1 or more arguments" \
	    '17s/"install"/"some"/; 18d; 17s/,$/ ];/'
	refused 17 "'run': '@package' has no verb 'indented'" \
	    '17s/install/indented/'
	mv "$scratch/plain" "$scratch/adapter"
	[ ! -e "$scratch/asked" ]
}

what_an_adapter_states_wrongly_is_told_with_its_line() {
	write_good
	cp "$scratch/adapter" "$scratch/plain"
	sed '17s/install/conjure/' "$own/good.conf" >"$own/bad.conf"
	for line in 'conjure' 'conjure x' 'conjure 2-1' 'conjure -' \
	    'conjure 1 2' 'conjure 1-2-3'; do
		{ cat "$scratch/plain"; echo "#verb $line"; } \
		    >"$scratch/adapter"
		run 78 upd plan -n bad
		stderr_has "$scratch/adapter:2: '#verb $line' is not '#verb \
NAME COUNT'"
	done
	run 0 upd plan -n good
	mv "$scratch/plain" "$scratch/adapter"
}

a_person_who_is_the_cluster_software_may_be_asked_what_is_left() {
	mkdir -p "$scratch/clusters"
	cat >"$scratch/clusters/jc.conf" <<-END
		adapter = "$build/share/cluster/manual";
		group = "g"; site = "siteA";
		nodes = ( { name = "node1"; host = "127.0.0.1"; },
		  { name = "node2"; host = "127.0.0.1"; } );
	END
	cat >"$own/left.conf" <<-'END'
		name = "left"; title = "what a person has left";
		steps = ( { id = "left"; title = "look"; on = "all";
		  check = [ "@cluster", "pending" ]; } );
	END
	run 78 roll plan -n left
	stderr_has "'@cluster' has no verb 'pending'"
	run 0 roll plan -n left jc
	stdout_has "$own/left.conf: complete, 1 step"
	sed -i 's/"pending"/&, "x"/' "$own/left.conf"
	run 78 roll plan -n left jc
	stderr_has "'@cluster pending' takes 0 arguments"
	rm "$own/left.conf"
}

a_file_that_others_may_write_is_refused() {
	write_good
	chmod 666 "$own/good.conf"
	run 77 upd plan -n good
	chmod 600 "$own/good.conf"
	run 0 upd plan -n good
}

the_sites_own_procedures_go_before_those_installed() {
	write_good
	sed 's/"good"/"patch-single"/' "$own/good.conf" \
	    >"$own/patch-single.conf"
	run 0 upd plan -n patch-single
	stdout_is "$own/patch-single.conf: complete, 2 steps"
	run 0 upd plan -n --role single patch
	stdout_is "$own/patch-single.conf: complete, 2 steps"
	run 0 upd plan -n patch-standby
	stdout_has "$top/share/procedures/patch-standby.conf: complete"
	sed 's/"good"/"move"/; s/"here"/"all"/; s/role=single/group=g/
	    s/@package/@cluster/; s/install/start/' "$own/good.conf" >"$own/move.conf"
	run 0 roll plan -n move
	stdout_is "$own/move.conf: complete, 2 steps"
	rm "$own/patch-single.conf" "$own/move.conf"
	run 0 upd plan -n patch-single
	stdout_has "$top/share/procedures/patch-single.conf: complete"
}

one_that_there_is_not_is_told_with_those_there_are() {
	write_good
	cp "$own/good.conf" "$own/patch-single.conf"
	run 64 upd plan -n nothing
	stderr_has "there is no procedure 'nothing' in '$own', '$top/share"
	stderr_has 'hint: there are '
	same 'how often patch-single' 1 "$(grep 'hint:' "$scratch/stderr" |
	    tr -s ' ,' '\n' | grep -c '^patch-single$')"
	rm "$own/patch-single.conf"
}

# only_busy ROLE: that step of the role's patch, with its patience, and a check
# that finds a file executed the first time only.
only_busy() {
	cat >"$scratch/executed" <<-END
		[ -e '$scratch/gone' ] || { : >'$scratch/gone'; exit 3; }
	END
	rm -f "$scratch/gone"
	{
		echo 'name = "only"; title = "only"; parameters = []; steps = ('
		sed -n '/id = "busy"/,/}/p' \
		    "$top/share/procedures/patch-$1.conf" |
		    sed 's/^    on = .*/    on = "here";/
			s/},$/}/
			s|^    check = .*|    check = [ "sh", "'"$scratch"'/executed" ];|'
		echo ');'
	} >"$scratch/only.conf"
}

# alone PROCEDURE: on a node without a cluster, of which nothing is asked.
alone() {
	echo 'exit 0' >"$scratch/willing"
	sed '/cluster = /d; /sites/d; s,/adapter,/willing,
	    s,/state,&-alone,; s,/locks,&-alone,' "$scratch/conf" \
	    >"$scratch/alone"
	"$build/nqsupd/nqsupd" run -c "$scratch/alone" "$1"
}

# What was stopped just before may take a moment to be gone.
waits_for_what_still_executes_a_file_that_is_replaced() {
	for role in active single standby; do
		only_busy "$role"
		run 0 alone "$scratch/only.conf"
		[ -e "$scratch/gone" ]
	done
	sed 's/^    within = .*}/}/' "$scratch/only.conf" >"$scratch/hasty.conf"
	rm "$scratch/gone"
	run 1 alone "$scratch/hasty.conf"
}

run_tests \
	waits_for_what_still_executes_a_file_that_is_replaced \
	every_procedure_that_is_installed_is_complete \
	to_check_one_asks_nothing_and_changes_nothing \
	a_mistake_is_told_with_file_and_line \
	the_verbs_that_procedures_may_use_are_those_of_the_adapters \
	a_verb_of_the_sites_own_adapter_may_stand_in_a_procedure \
	what_an_adapter_states_wrongly_is_told_with_its_line \
	a_person_who_is_the_cluster_software_may_be_asked_what_is_left \
	a_file_that_others_may_write_is_refused \
	the_sites_own_procedures_go_before_those_installed \
	one_that_there_is_not_is_told_with_those_there_are
