#!/bin/sh
# Procedures of other guides, which are examples: that the engine needs nothing
# but the file.
# shellcheck disable=SC2317	# tests are called by their names
. "${srcdir:-.}/tests/lib.sh"
. "$top/tests/node.sh"

examples=$top/share/examples/procedures
settings=$scratch/agent

prepare() {
	mkdir "$scratch/bin"
	echo 'case $1 in query) echo NECJCpkg 13.1-1 x86_64 ;; *) exit 3 ;; esac' \
	    >"$scratch/adapter"
	# The client reads its settings when it is started; with "picky" it
	# does not take the new ones.
	cat >"$scratch/bin/service" <<-END
		#!/bin/sh
		cd "$scratch" || exit 1
		case \$2 in
		status)	test -e up ;;
		stop)	rm -f up ;;
		*)	rm -f up
			[ ! -e picky ] || ! grep -q 5000 agent/server.inf || exit 1
			cp agent/server.inf read
			: >up ;;
		esac
	END
	chmod 755 "$scratch/bin/service"
	{
		node_conf node
		echo "path = \"$scratch/bin:$build/nqsbackup:$PATH\";"
	} >"$scratch/conf"
}

fresh() {
	rm -rf "$scratch/state" "$settings" "$scratch/picky" "$scratch/read"
	mkdir "$settings"
	printf '%s\n' '[Setting]' DepCommTimeOut=1000 Port=26509 \
	    >"$settings/server.inf"
	cp -p "$settings/server.inf" "$scratch/before"
	: >"$scratch/up"
}

# steps_of FILE [OPERAND]...: the plan's, in their order.
steps_of() {
	expect 3 upd plan --json "$@" >"$scratch/plan"
	sed -n 's/.*"event":"step".*"step":"\([a-z-]*\)".*/\1/p' \
	    "$scratch/plan" | tr '\n' ' '
}

the_plans_have_the_guides_order() {
	same client 'settings save runs way-back timeout restart upgrade ' \
	    "$(steps_of "$examples/depagent-timeout.conf" folder="$settings")"
	same cluster 'unzip suspend unmonitor stop update-active update-standby resume monitor failover services-standby failback services-active ' \
	    "$(steps_of "$examples/ssc-update.conf")"
}

the_client_gets_its_limit_and_is_started_anew() {
	fresh
	run 0 upd run --yes "$examples/depagent-timeout.conf" \
	    folder="$settings"
	printf '%s\n' '[Setting]' DepCommTimeOut=5000 Port=26509 |
	    diff - "$scratch/read"
	run 0 upd rollback --yes
	diff "$scratch/before" "$settings/server.inf"
	diff "$scratch/before" "$scratch/read"
}

a_client_that_does_not_come_up_gets_its_settings_back() {
	fresh
	: >"$scratch/picky"
	run 1 upd run --yes "$examples/depagent-timeout.conf" \
	    folder="$settings"
	diff "$scratch/before" "$settings/server.inf"
	diff "$scratch/before" "$scratch/read"
}

a_person_confirms_each_step_of_a_list() {
	fresh
	run 4 upd run --run-id list "$examples/ssc-update.conf" </dev/null
	stderr_has "--confirm unzip"
	run 4 upd resume --confirm unzip --confirm suspend list </dev/null
	run 4 upd status list
	stdout_has 'done     suspend'
	stdout_has 'waiting  unmonitor'
	run 0 upd resume --yes list
	run 0 upd report list
	stdout_has 'suspend the cluster'
}

run_tests the_plans_have_the_guides_order \
    the_client_gets_its_limit_and_is_started_anew \
    a_client_that_does_not_come_up_gets_its_settings_back \
    a_person_confirms_each_step_of_a_list
