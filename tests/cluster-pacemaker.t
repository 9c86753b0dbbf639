#!/bin/sh
# The Pacemaker adapter, verb by verb, against a real cluster.
# shellcheck disable=SC2016,SC2317
. "${srcdir:-.}/tests/lib.sh"
. "$top/tests/cluster/says.sh"

place=$scratch/lab
on=node1

lab() {
	verb=$1
	shift
	"$top/script/lab" "$verb" -d "$place" "$@"
}

# adapter VERB [ARGUMENT]...: on the node $on, fed to a shell there.
adapter() {
	lab run "$on" sh -s -- "$@" <"$build/share/cluster/pacemaker"
}

comes_to() {
	wait_until 20 adapter where jcgroup "$1"
}

# is_idle: the controller has nothing to do.
is_idle() {
	lab run node1 sh -c \
	    'crmadmin -S "$(crmadmin -q -D)" 2>&1' | grep S_IDLE
}

# is_calm: nothing is going on, and nothing is left from before.
is_calm() {
	wait_until 30 is_idle
	says 0 '' health
	says 0 '' residue jcgroup
	says 0 node1 where jcgroup
}

# as_before: what a test that broke something ends with.
as_before() {
	lab run node1 crm_resource --cleanup
	adapter move jcgroup node1
	comes_to node1
	adapter release jcgroup
	is_calm
}

prepare() {
	status=0
	lab up --no-tools 2>"$scratch/up" || status=$?
	[ "$status" -ne 77 ] || skip "$(cat "$scratch/up")"
	cat "$scratch/up"
	return "$status"
}

clean_up() {
	lab down
}

probe_tells_the_version_where_the_cluster_runs() {
	contains "$(adapter probe)" 'Pacemaker 2.'
	on=control
	says 69 '' probe
	says 69 '' health
	says 69 '' where jcgroup
}

wrong_usage_is_refused() {
	says 64 ''
	says 64 '' explode
	says 64 '' where
	says 64 '' move jcgroup
	says 64 '' where jcgroup node1 node2
	says 64 '' where 'jcgroup; reboot'
	says 64 '' where --all
}

what_does_not_exist_is_refused() {
	says 1 '' where nogroup
	says 1 '' where jcgroup node9
	says 1 '' move jcgroup node9
	says 1 '' move nogroup node1
	says 1 '' stop nogroup
	says 1 '' exclude node9
	says 1 '' excluded node9
	is_calm
}

nodes_groups_and_holder_are_named() {
	says 0 "node1 online
node2 online" nodes
	says 0 jcgroup groups
	says 0 node1 where jcgroup
	says 0 '' where jcgroup node1
	says 3 '' where jcgroup node2
	on=node2
	says 0 node1 where jcgroup
}

a_question_can_be_turned_round() {
	says 3 '' not where jcgroup node1
	says 0 '' not where jcgroup node2
	says 0 '' not unmonitored jcgroup
	says 0 '' not excluded node2
	says 1 '' not where nogroup node1
	says 64 '' not
	says 64 '' not not where jcgroup
	on=control
	says 69 '' not excluded node2
}

a_group_moves_and_its_constraint_is_released() {
	adapter move jcgroup node1
	says 0 '' residue jcgroup
	adapter move jcgroup node2
	adapter move jcgroup node2
	comes_to node2
	adapter move jcgroup node2
	says 3 'constraint cli-prefer-jcgroup' residue jcgroup
	adapter release jcgroup
	adapter release jcgroup
	says 0 '' residue jcgroup
	says 0 node2 where jcgroup
	as_before
}

a_later_move_overrules_an_earlier_one() {
	adapter move jcgroup node2
	adapter move jcgroup node1
	wait_until 30 is_idle
	says 0 node1 where jcgroup
	as_before
}

# The site itself is asked, each time the adapter names the target.
no_node_holds_a_group_that_is_on_its_way() {
	adapter move jcgroup node2
	seen=
	while [ "$seen" != node2 ]; do
		seen=$(adapter where jcgroup)
		[ "$seen" != node2 ] || lab run node2 /usr/lib/nqs/nqsstat siteA
		echo "${seen:-nobody}"
	done >"$scratch/way"
	uniq "$scratch/way" >"$scratch/steps"
	cat "$scratch/steps"
	same steps nobody "$(grep -v '^node1$' "$scratch/steps" | head -n 1)"
	as_before
}

# A node that is just being started answers before it knows of any group.
a_node_that_joins_does_not_deny_its_groups() {
	lab run node2 sh -c 'kill "$(ps -e -o pid=,comm= |
	    awk "\$2 == \"pacemakerd\" { print \$1 }")"'
	on=node2
	wait_until 30 says 69 '' where jcgroup
	lab run node2 sh -c 'setsid pacemakerd >/dev/null 2>&1 </dev/null &'
	seen=
	while [ "$seen" != node1 ]; do
		code=0
		seen=$(adapter where jcgroup) || code=$?
		echo "$code"
	done >"$scratch/codes"
	sort -u "$scratch/codes"
	expect 1 grep -v -x -e 0 -e 69 "$scratch/codes"
	wait_until 30 says 0 '' health
	on=node1
	is_calm
}

a_stopped_group_stays_stopped_until_it_is_started() {
	adapter stop jcgroup
	adapter stop jcgroup
	wait_until 20 says 0 '' where jcgroup
	says 3 'jcgroup may not start' residue jcgroup
	adapter start jcgroup
	adapter start jcgroup
	comes_to node1
	is_calm
}

an_excluded_node_takes_no_group() {
	says 3 '' excluded node2
	adapter exclude node2
	adapter exclude node2
	says 0 '' excluded node2
	says 3 'node node2 is excluded' residue jcgroup
	says 3 'node node2 is standby' health
	contains "$(adapter nodes)" 'node2 standby'
	says 1 '' move jcgroup node2
	says 76 '' where jcgroup node2
	says 0 '' not where jcgroup node2
	adapter admit node2
	adapter admit node2
	says 3 '' excluded node2
	is_calm
}

the_holder_of_a_group_is_not_excluded() {
	says 1 '' exclude node1
	says 3 '' excluded node1
	is_calm
}

# Pacemaker looks at the site every 5 seconds; it must not see it in 7.
an_unmonitored_group_is_left_alone_and_then_taken_back() {
	says 3 '' unmonitored jcgroup
	adapter unmonitor jcgroup
	adapter unmonitor jcgroup
	says 0 '' unmonitored jcgroup
	residue=$(adapter residue jcgroup) || true
	contains "$residue" 'jcgroup is in maintenance'
	contains "$residue" 'site is not managed'
	says 0 '' health
	lab run node1 /usr/lib/nqs/nqsstop siteA
	sleep 7
	expect 3 lab run node1 /usr/lib/nqs/nqsstat siteA
	says 0 '' health
	adapter monitor jcgroup
	adapter monitor jcgroup
	says 3 '' unmonitored jcgroup
	wait_until 20 lab run node1 /usr/lib/nqs/nqsstat siteA
	comes_to node1
	is_calm
}

# A site that died is found and started again: the monitor works.
has_started_again() {
	now=$(lab run node1 pgrep -o cjcpw) && [ "$now" != "$1" ] &&
	    adapter where jcgroup node1
}

a_group_is_monitored_after_it_was_taken_back() {
	adapter unmonitor jcgroup
	adapter monitor jcgroup
	leader=$(lab run node1 pgrep -o cjcpw)
	lab run node1 pkill -9 -P "$leader"
	wait_until 20 has_started_again "$leader"
	lab run node1 crm_resource --cleanup
	is_calm
}

a_group_that_cannot_start_is_held_by_nobody_there() {
	lab run node2 mv /usr/lib/nqs/nqsstart /usr/lib/nqs/away
	adapter move jcgroup node2
	problem='resource site is barred from node2 by its failures,'
	problem="$problem until crm_resource --cleanup"
	wait_until 20 says 3 "$problem" health
	says 76 '' where jcgroup node2
	lab run node2 mv /usr/lib/nqs/away /usr/lib/nqs/nqsstart
	as_before
}

# The move is taken, and comes to nothing.
a_group_that_is_banned_from_a_node_does_not_come_there() {
	says 3 '' where jcgroup node2
	lab run node1 cibadmin --create --scope constraints --xml-text \
	    '<rsc_location id="own" rsc="jcgroup" node="node2"
	    score="-INFINITY"/>'
	adapter move jcgroup node2
	wait_until 20 says 76 '' where jcgroup node2
	says 0 node1 where jcgroup
	lab run node1 cibadmin --delete --scope constraints --xml-text \
	    '<rsc_location id="own"/>'
	as_before
}

a_group_that_cannot_stop_is_held_by_nobody() {
	lab run node1 sh -c 'cd /usr/lib/nqs && mv nqsstop away &&
		printf "#!/bin/sh\nexit 1\n" >nqsstop && chmod 755 nqsstop'
	adapter move jcgroup node2
	wait_until 20 says 0 '' where jcgroup
	wait_until 20 says 3 "resource site is blocked on node1
resource site is barred from node1 by its failures, \
until crm_resource --cleanup" health
	says 76 '' where jcgroup node2
	lab run node1 sh -c 'cd /usr/lib/nqs && mv away nqsstop'
	adapter release jcgroup
	as_before
}

# options NAME [VALUE]: set or delete one of the cluster.
option() {
	if [ $# -eq 2 ]; then
		lab run node1 crm_attribute -n "$1" -v "$2"
	else
		lab run node1 crm_attribute -n "$1" -D
	fi
}

monitor_enabled() {
	lab run node1 cibadmin --modify --xml-text \
	    "<op id=\"site-monitor\" enabled=\"$1\"/>"
}

residue_is() {
	says 3 "$1" residue jcgroup
}

every_residue_is_named_until_it_is_gone() {
	lab run node1 crm_resource -r jcgroup --ban --node node2
	residue_is 'constraint cli-ban-jcgroup-on-node2'
	adapter release jcgroup
	option maintenance-mode true
	contains "$(adapter residue jcgroup || true)" 'the cluster is in maintenance'
	option maintenance-mode
	lab run node1 crm_attribute -N node2 -n maintenance -v true
	wait_until 10 residue_is 'node node2 is in maintenance'
	says 3 'node node2 is maintenance' health
	lab run node1 crm_attribute -N node2 -n maintenance -D
	lab run node1 crm_resource -r site --meta -p is-managed -v false
	wait_until 10 residue_is 'site is not managed'
	lab run node1 crm_resource -r site --meta -d is-managed
	monitor_enabled false
	residue_is 'monitor of site is switched off'
	monitor_enabled true
	is_calm
}

# What runs on every node is no reason to keep one.
a_clone_is_no_group() {
	lab run node1 cibadmin --create --scope resources --xml-text \
	    '<clone id="everywhere"><primitive id="dummy" class="ocf"
	    provider="pacemaker" type="Dummy"/></clone>'
	wait_until 20 clone_runs_on_node2
	says 0 jcgroup groups
	adapter exclude node2
	adapter admit node2
	lab run node1 cibadmin --delete --xml-text '<clone id="everywhere"/>'
	lab run node1 crm_resource --cleanup
	is_calm
}

clone_runs_on_node2() {
	lab run node1 crm_resource -r everywhere --locate 2>&1 | grep node2
}

names_with_dots_and_dashes_are_told_apart() {
	lab run node1 cibadmin --create --scope resources --xml-text \
	    '<group id="jc.group-2"><primitive id="jc.dummy-2" class="ocf"
	    provider="pacemaker" type="Dummy"/></group>'
	lab run node1 cibadmin --create --scope resources --xml-text \
	    '<primitive id="jcXgroup-2" class="ocf" provider="pacemaker"
	    type="Dummy"/>'
	wait_until 20 adapter where jc.group-2 node2
	says 0 "jcgroup
jc.group-2" groups
	adapter move jc.group-2 node1
	wait_until 20 adapter where jc.group-2 node1
	says 3 'constraint cli-prefer-jc.group-2' residue jc.group-2
	says 0 '' residue jcXgroup-2
	says 0 '' residue jcgroup
	adapter release jc.group-2
	says 0 '' residue jc.group-2
}

run_tests \
    probe_tells_the_version_where_the_cluster_runs \
    wrong_usage_is_refused \
    what_does_not_exist_is_refused \
    nodes_groups_and_holder_are_named \
    a_question_can_be_turned_round \
    a_group_moves_and_its_constraint_is_released \
    a_later_move_overrules_an_earlier_one \
    no_node_holds_a_group_that_is_on_its_way \
    a_node_that_joins_does_not_deny_its_groups \
    a_stopped_group_stays_stopped_until_it_is_started \
    an_excluded_node_takes_no_group \
    the_holder_of_a_group_is_not_excluded \
    an_unmonitored_group_is_left_alone_and_then_taken_back \
    a_group_is_monitored_after_it_was_taken_back \
    a_group_that_cannot_start_is_held_by_nobody_there \
    a_group_that_is_banned_from_a_node_does_not_come_there \
    a_group_that_cannot_stop_is_held_by_nobody \
    every_residue_is_named_until_it_is_gone \
    a_clone_is_no_group \
    names_with_dots_and_dashes_are_told_apart
