#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# nqsupd ps, site and hold, with real processes: copies of the shell under the
# names of the residents, which sleep until their standard input ends.
. "${srcdir:-.}/tests/lib.sh"

lib=$scratch/lib
conf=$scratch/nqstools.conf
nqsupd=$build/nqsupd/nqsupd

# Everything is told apart by its whole path, so that other processes of this
# machine cannot matter.
resident_list() {
	for name in "$@"; do
		printf '%s"%s/%s"' "$separator" "$lib" "$name"
		separator=', '
	done
}

# write_conf [RELEASE-OF-JCDBS]
write_conf() {
	separator=
	residents=$(resident_list nqsdaemon jnwcaster comagent)
	since=${1:+", { name = \"$lib/jcdbs\"; since = \"$1\"; }"}
	cat >"$conf" <<-END
		state = "$scratch/state";
		locks = "$scratch/locks";
		share = "$scratch/share";
		sites = (
		  { name = "local";
		    start = [ "$lib/start", "local" ];
		    stop = [ "$lib/stop", "local" ];
		    residents = ( $residents$since );
		    leaders = ( { name = "$lib/nqsdaemon"; } ); },
		  { name = "siteA"; group = "g"; trees = [ "$scratch/siteA" ];
		    start = [ "$lib/start", "siteA" ];
		    stop = [ "$lib/stop", "siteA" ];
		    residents = ( "$lib/cjcpw", $residents$since );
		    leaders = ( { name = "$lib/cjcpw"; argument = "siteA"; },
		      { name = "$lib/nqsdaemon"; argument = "siteA"; } ); }
		);
		package = { adapter = "test"; name = "base"; };
	END
}

# A daemon is the shell under another name.  It reads its script from its
# standard input, or, as a cluster site's leader, from a file that is named
# like the site; in the end it waits for the lock pipe, which never speaks.
make_daemons() {
	for name in nqsdaemon jnwcaster comagent jcdbs cjcpw; do
		cp "$(command -v sh)" "$lib/$name"
	done
	mkfifo "$lib/quiet"
	echo "exec 3<>$lib/quiet; read -r line <&3; :" >"$lib/idle"
	cat >"$lib/main" <<-END
		[ ! -e "$lib/late" ] || sleep 0.5
		"$lib/jnwcaster" <"$lib/idle" &
		"$lib/comagent" <"$lib/idle" &
		[ ! -e "$lib/new" ] || "$lib/jcdbs" <"$lib/idle" &
		. "$lib/idle"
	END
	cat >"$lib/siteA" <<-END
		if [ -z "\${INNER:-}" ]; then
			INNER=1 "$lib/nqsdaemon" siteA &
			. "$lib/idle"
		else
			. "$lib/main"
		fi
	END
}

# start and stop of a site, which leave the ids of what they started behind.
make_commands() {
	cat >"$lib/start" <<-END
		#!/bin/sh
		cd "$lib" || exit 1
		echo "starting \$1"
		echo "\$1" >>"$lib/started"
		while [ -e "$lib/slow" ]; do sleep 0.05; done
		[ -z "\${NQS_SITE+set}" ] || { echo "NQS_SITE is set" >&2; exit 1; }
		[ ! -e "$lib/refuse" ] || { echo "no licence" >&2; exit 5; }
		case \$1 in
		local)	"$lib/nqsdaemon" <"$lib/main" & ;;
		*)	"$lib/cjcpw" siteA & ;;
		esac
		exit 0
	END
	cat >"$lib/stop" <<-END
		#!/bin/sh
		ps -e -o pid= -o args= | while read -r pid program argument rest; do
			case \$program in
			"$lib"/*)	;;
			*)	continue ;;
			esac
			[ ! -e "$lib/spare" ] || [ "\$program" != "$lib/comagent" ] ||
			    continue
			case \$program in
			*/stop|*/start)	;;
			*)	kill "\$pid" ;;
			esac
		done
	END
	chmod +x "$lib/start" "$lib/stop"
}

make_adapter() {
	mkdir -p "$scratch/share/package"
	cat >"$scratch/share/package/test" <<-END
		case \$1 in
		query)	[ -s "$scratch/release" ] || exit 3
			echo "base \$(cat "$scratch/release")-1 noarch" ;;
		*)	exit 64 ;;
		esac
	END
}

prepare() {
	[ -x "$nqsupd" ] || skip "no nqsupd in '$build'"
	mkdir "$lib"
	make_daemons
	make_commands
	make_adapter
	echo 13.1 >"$scratch/release"
}

upd() {
	verb=$1
	shift
	"$nqsupd" "$verb" -c "$conf" "$@"
}

start() {
	upd site start "$1" </dev/null
}

# Ends whatever runs, whoever started it.
clean_up() {
	rm -f "$lib/spare" "$lib/slow" "$lib/late"
	"$lib/stop" local
}

# fresh [RELEASE-OF-JCDBS]: nothing runs.
fresh() {
	rm -f "$lib/refuse" "$lib/spare" "$lib/new" "$lib/slow" "$lib/started"
	"$lib/stop" local
	write_conf "$@"
	chmod 600 "$conf"
	upd ps --expect stopped --wait 10s >/dev/null
}

shows_what_is_missing_when_nothing_runs() {
	fresh
	same output "local nqsdaemon - - missing
local jnwcaster - - missing
local comagent  - - missing" "$(upd ps -s local)"
}

a_started_site_runs() {
	fresh
	same output "site 'local' is running" "$(start local 2>/dev/null)"
	expect 0 upd ps -s local --expect running
	output=$(upd ps -s local)
	same lines 3 "$(echo "$output" | wc -l | tr -d ' ')"
	contains "$output" 'local nqsdaemon '
	echo "$output" | grep -q '^local comagent  *[0-9]* *[0-9]* 20..-..-..T'
	same output "site 'local' is already running" "$(start local)"
}

a_stopped_site_is_stopped() {
	fresh
	start local
	same output "site 'local' is stopped" \
	    "$(upd site stop local 2>/dev/null)"
	expect 0 upd ps --expect stopped
	same output "site 'local' is already stopped" "$(upd site stop local)"
}

sites_are_told_apart_by_parentage() {
	fresh
	start siteA
	expect 0 upd ps -s siteA --expect running
	expect 0 upd ps -s local --expect stopped
	start local
	expect 0 upd ps --expect running
	same lines 7 "$(upd ps | wc -l | tr -d ' ')"
	same strays '' "$(upd ps | grep '^?')"
}

a_process_without_its_leader_keeps_every_site_from_being_stopped() {
	fresh
	start local
	daemon=$(upd ps -s local | awk '$2 == "nqsdaemon" { print $3 }')
	kill -9 "$daemon"
	wait_until 10 upd ps -s local --json
	wait_until 10 sh -c "'$nqsupd' ps -c '$conf' | grep -q '^? *comagent'"
	output=$(upd ps -s siteA --expect stopped 2>&1) && return 1
	contains "$output" 'no site is known of '
	contains "$output" 'comagent (pid '
	expect 3 upd ps -s siteA --expect stopped
}

a_resident_of_a_later_release_is_not_missed() {
	fresh 13.2
	start local
	expect 0 upd ps -s local --expect running
	echo 13.10.1 >"$scratch/release"
	output=$(upd ps -s local --expect running 2>&1) && return 1
	echo 13.1 >"$scratch/release"
	contains "$output" "site 'local' lacks jcdbs"
}

running_cannot_be_expected_without_the_release() {
	fresh 13.1
	rm "$scratch/share/package/test"
	expect 78 upd ps --expect running
	expect 0 upd ps --expect stopped
	expect 0 upd ps
	make_adapter
}

waiting_ends_when_it_is_so() {
	fresh
	upd ps -s local --expect running --wait 30s >"$scratch/waited" &
	waiting=$!
	start local
	wait "$waiting"
	contains "$(cat "$scratch/waited")" 'local comagent'
	expect 3 upd ps --expect stopped --wait 300ms
}

json_tells_each_process() {
	fresh
	start local
	output=$(upd ps -s local --json)
	contains "$output" '"event":"process","site":"local","name":"nqsdaemon","state":"running","pid":'
	contains "$output" '{"event":"end","exit":0,"changed":false}'
}

a_start_that_fails_says_why() {
	fresh
	: >"$lib/refuse"
	output=$(start local 2>&1) && return 1
	contains "$output" 'no licence'
	contains "$output" "site 'local' does not run; '$lib/start': exit code 5"
	expect 1 start local
}

a_stop_that_leaves_something_names_it() {
	fresh
	start local
	: >"$lib/spare"
	output=$(upd site --timeout 1s stop local 2>&1) && return 1
	contains "$output" 'comagent (pid '
	expect 124 upd site --timeout 300ms stop local
}

the_environment_of_the_caller_does_not_reach_a_site() {
	fresh
	NQS_SITE=siteA expect 0 upd site start local
}

a_daemon_that_keeps_its_outputs_does_not_hold_us_up() {
	fresh
	start local | cat >"$scratch/through-a-pipe"
	contains "$(cat "$scratch/through-a-pipe")" 'is running'
}

what_was_begun_before_a_kill_is_waited_for() {
	fresh
	: >"$lib/slow"
	: >"$lib/late"
	upd site start local &
	killed=$!
	wait_until 10 [ -s "$lib/started" ]
	kill -9 "$killed"
	wait "$killed" || true
	start local >"$scratch/again" &
	waiting=$!
	sleep 0.3	# time to do the wrong thing
	rm "$lib/slow"
	wait "$waiting"
	rm "$lib/late"
	same starts 1 "$(wc -l <"$lib/started" | tr -d ' ')"
	same output "site 'local' is already running" "$(cat "$scratch/again")"
}

refuses_a_site_that_is_not_configured() {
	fresh
	output=$(upd ps -s siteB 2>&1) && return 1
	contains "$output" "there is no site 'siteB'"
	contains "$output" 'hint: the sites of this node are local, siteA'
	expect 64 upd ps -s siteB
	expect 64 upd site start siteB
	expect 64 upd site start
	expect 64 upd site restart local
	expect 64 upd ps --expect maybe
	expect 64 upd ps --wait 1s
}

holds_the_lock_until_its_input_ends() {
	fresh
	mkfifo "$scratch/input"
	upd hold <"$scratch/input" >"$scratch/held" &
	holder=$!
	exec 9>"$scratch/input"
	wait_until 10 grep -q "^holding '$scratch/locks/node.lock'$" \
	    "$scratch/held"
	output=$(upd hold </dev/null 2>&1) && return 1
	contains "$output" 'nqsupd hold'
	expect 75 upd hold </dev/null
	exec 9>&-
	wait "$holder"
	expect 0 upd hold --wait 10s </dev/null
}

another_user_cannot_feign_a_site() {
	[ "$(id -u)" -eq 0 ] || skip 'only root can be another user'
	command -v setpriv >/dev/null || skip 'no setpriv'
	command -v bash >/dev/null || skip 'no bash'
	fresh
	# shellcheck disable=SC2016	# the inner shell has it
	setpriv --reuid=65534 --clear-groups bash -c \
	    'exec -a "$1" sleep 600' feign "$lib/nqsdaemon" &
	pid=$!
	trap 'kill "$pid"' EXIT
	wait_until 10 sh -c "tr '\\0' ' ' </proc/$pid/cmdline |
	    grep -q '^$lib/nqsdaemon 600'"
	expect 0 upd ps --expect stopped
	upd ps >"$scratch/stdout"
	! grep -q " $pid " "$scratch/stdout"
}

run_tests \
	another_user_cannot_feign_a_site \
	shows_what_is_missing_when_nothing_runs \
	a_started_site_runs \
	a_stopped_site_is_stopped \
	sites_are_told_apart_by_parentage \
	a_process_without_its_leader_keeps_every_site_from_being_stopped \
	a_resident_of_a_later_release_is_not_missed \
	running_cannot_be_expected_without_the_release \
	waiting_ends_when_it_is_so \
	json_tells_each_process \
	a_start_that_fails_says_why \
	a_stop_that_leaves_something_names_it \
	the_environment_of_the_caller_does_not_reach_a_site \
	a_daemon_that_keeps_its_outputs_does_not_hold_us_up \
	what_was_begun_before_a_kill_is_waited_for \
	refuses_a_site_that_is_not_configured \
	holds_the_lock_until_its_input_ends
