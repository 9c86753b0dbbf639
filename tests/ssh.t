#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# shellcheck disable=SC2016,SC1003	# words for the other side
# The SSH session of clroll against a real sshd on the loopback: commands come
# and go as they are, and what is wrong with a host is noticed.
. "${srcdir:-.}/tests/lib.sh"

PATH=$PATH:/usr/sbin:/sbin
sshd=$scratch/sshd
known=$sshd/known_hosts
lost=99				# exit codes of the client
unreachable=69
denied=77

# start_sshd NAME [OPTION]...: on a port of its own.
start_sshd() {
	server=$scratch/$1
	shift
	"$build/tests/freeports" "$scratch" 1 >"$server.port"
	"$(command -v sshd)" -D -f "$sshd/config" -p "$(cat "$server.port")" \
	    -E "$server.log" "$@" &
	echo $! >"$server.pid"
	wait_until 10 grep -q 'Server listening' "$server.log"
}

write_config() {
	cat >"$sshd/config" <<-END
		ListenAddress 127.0.0.1
		HostKey $sshd/host
		AuthorizedKeysFile $sshd/user.pub
		StrictModes no
		UsePAM no
		PidFile none
		MaxStartups 100
		LogLevel VERBOSE
	END
}

prepare() {
	command -v sshd >/dev/null || skip "no sshd"
	command -v ssh-keygen >/dev/null || skip "no ssh-keygen"
	if [ "$(id -u)" -eq 0 ]; then
		[ -d /run/sshd ] || mkdir -p /run/sshd || skip "no /run/sshd"
	fi
	mkdir "$sshd"
	for name in host user other; do
		ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$sshd/$name"
	done
	write_config
	start_sshd main
	write_known "$known" host
}

clean_up() {
	for file in "$scratch"/*.pid; do
		pid=$(cat "$file")
		kill -s CONT "$pid"
		kill "$pid"
		wait_until 10 gone "$pid"
	done
}

# write_known FILE KEY [MARKER]: adds a line for the main sshd.
write_known() {
	printf '%s[127.0.0.1]:%s %s\n' "${3-}" "$(cat "$scratch/main.port")" \
	    "$(cut -d ' ' -f 1,2 "$sshd/$2.pub")" >>"$1"
}

# The client without and with what is usually right.
bare_client() {
	"$build/tests/ssh/client" user="$(id -un)" "$@"
}

client() {
	bare_client port="$(cat "$scratch/main.port")" \
	    identity="$sshd/user" known-hosts="${hosts:-$known}" "$@"
}

# Sets error to what the client says while it ends with the code.
client_fails() {
	code=$1
	shift
	status=0
	error=$(client "$@" 2>&1 >/dev/null) || status=$?
	same "exit code" "$code" "$status"
	echo "$error"
}

# ---- commands --------------------------------------------------------------

tells_the_exit_code() {
	expect 0 client -- true
	expect 7 client -- sh -c 'exit 7'
	expect 127 client -- there-is-no-such-program
}

tells_the_signal_that_ended_a_command() {
	expect 143 client -- sh -c 'kill -s TERM $$'
	expect 137 client -- sh -c 'kill -s KILL $$'
}

keeps_output_and_errors_apart() {
	client -- sh -c 'echo out; echo error >&2' >"$scratch/out" \
	    2>"$scratch/error"
	same output out "$(cat "$scratch/out")"
	same errors error "$(cat "$scratch/error")"
}

hands_over_arguments_as_they_are() {
	newline='
'
	client -- printf '<%s>' 'a  b' "it's" "a${newline}b" '$HOME `id`' '*' \
	    '' '-n' '\' '!!' "$(printf '\377\001\303')" >"$scratch/found"
	printf '<%s>' 'a  b' "it's" "a${newline}b" '$HOME `id`' '*' \
	    '' '-n' '\' '!!' "$(printf '\377\001\303')" >"$scratch/expected"
	cmp "$scratch/expected" "$scratch/found"
}

gives_an_empty_input_unless_told_otherwise() {
	same input 0 "$(client -- wc -c | tr -d ' ')"
}

# Not a multiple of anything.
make_big_file() {
	[ ! -f "$scratch/big" ] || return 0
	dd if=/dev/urandom of="$scratch/big" bs=1000003 count=50 2>/dev/null
}

streams_fifty_megabytes_of_input() {
	make_big_file
	same digest "$(sha256sum <"$scratch/big")" \
	    "$(client input="$scratch/big" -- sha256sum)"
}

streams_fifty_megabytes_of_output() {
	make_big_file
	client -- cat "$scratch/big" | cmp - "$scratch/big"
}

goes_on_when_a_command_does_not_read_its_input() {
	make_big_file
	expect 3 client input="$scratch/big" -- sh -c 'exec <&-; exit 3'
}

does_not_start_a_command_whose_input_is_missing() {
	client_fails 127 input="$scratch/missing" -- touch "$scratch/touched"
	contains "$error" "cannot read '$scratch/missing'"
	[ ! -e "$scratch/touched" ]
}

runs_many_commands_over_one_connection() {
	: >"$scratch/main.log"
	expect 0 client runs=20 -- true
	expect 0 client runs=3 reopen=1 -- true
	same logins 2 "$(grep -c 'Accepted publickey' "$scratch/main.log")"
}

runs_many_sessions_at_once() {
	expect 0 client sessions=32 -- sh -c 'echo x' >"$scratch/out"
	same answers 32 "$(wc -l <"$scratch/out" | tr -d ' ')"
}

stops_a_command_and_its_children() {
	# The 60 s of the client would be up before the command.
	expect 143 client stop=15 -- sh -c 'sleep 7777 &
	    echo $! >"$1"; echo begun; wait' sh "$scratch/child" >/dev/null
	wait_until 10 gone "$(cat "$scratch/child")"
}

# Not every init collects what has ended.
gone() {
	case $(ps -o stat= -p "$1") in
	''|Z*)	return 0 ;;
	*)	return 1 ;;
	esac
}

ends_when_a_daemon_holds_the_output() {
	client -- sh -c 'sleep 7777 & echo $!' >"$scratch/daemon"
	kill "$(cat "$scratch/daemon")"
}

waits_for_a_command_that_it_lost() {
	rm -f "$scratch/done" "$scratch/token"
	client token-file="$scratch/token" -- sh -c \
	    'sleep 2; : >"$1"' sh "$scratch/done" &
	wait_until 20 test -s "$scratch/token"
	kill -s KILL $!
	wait $! || true
	[ ! -e "$scratch/done" ]
	expect 0 client await="$(cat "$scratch/token")"
	[ -e "$scratch/done" ]
}

runs_what_has_an_effect_only_when_it_may() {
	rm -f "$scratch/done"
	echo input >"$scratch/input"
	same 'the input' input "$(client effect=1 input="$scratch/input" -- cat)"
	expect 0 client effect=1 -- touch "$scratch/done"
	[ -e "$scratch/done" ]
	rm "$scratch/done"
	expect 126 client effect=1 refuse=1 -- touch "$scratch/done"
	[ ! -e "$scratch/done" ]
}

may_be_freed_whatever_it_tells() {
	for event in opened started output ended; do
		expect 0 client leave="$event" sessions=3 -- echo x
	done
	for event in ended failed; do
		expect 0 client leave="$event" sessions=3 -- sh -c \
		    'echo $$ >"$1.$$.pid"; kill -s KILL $PPID
		    exec sleep 7777' sh "$scratch/left"
	done
}

# ---- ssh_config ------------------------------------------------------------

# write_cluster [LINE]...: a cluster of the host "alias" twice, and LINEs.
write_cluster() {
	cat >"$scratch/cluster.conf" <<-END
		adapter = "none"; group = "g"; site = "s";
		nodes = ( { name = "node1"; host = "alias"; },
		    { name = "node2"; host = "alias"; } );
	END
	[ $# -eq 0 ] || printf '%s\n' "$@" >>"$scratch/cluster.conf"
	mkdir -p "$HOME/.ssh"
	cat >"$HOME/.ssh/config" <<-END
		Host alias
		    HostName 127.0.0.1
		    Port $(cat "$scratch/main.port")
		    IdentityFile $sshd/none
		    IdentityFile $sshd/%n
		    UserKnownHostsFile $known
	END
	cp "$sshd/user" "$sshd/alias"
}

cluster_client() {
	"$build/tests/ssh/client" cluster="$scratch/cluster.conf" "$@"
}

goes_by_what_ssh_config_says() {
	write_cluster
	cluster_client -- sh -c 'echo "$USER"' >"$scratch/out"
	same answers "$(printf 'root\nroot')" "$(cat "$scratch/out")"
}

lets_the_cluster_say_otherwise_than_ssh_config() {
	write_cluster "ssh = { identity = \"$sshd/other\"; };"
	expect "$denied" cluster_client -- true
	write_cluster "ssh = { config = [ ]; identity = \"$sshd/user\"; };"
	expect "$unreachable" cluster_client -- true
}

warns_once_of_what_it_does_not_do() {
	write_cluster
	echo '    BindAddress 127.0.0.1' >>"$HOME/.ssh/config"
	cluster_client -- true 2>"$scratch/error"
	same warnings "client: $HOME/.ssh/config:7: 'BindAddress' is not known\
 to clroll, and does nothing" "$(cat "$scratch/error")"
}

# A sudo that only tells how it was called is enough, and is everywhere.
runs_commands_by_sudo_that_asks_for_nothing() {
	mkdir -p "$scratch/bin"
	cat >"$scratch/bin/sudo" <<-'END'
		#!/bin/sh
		echo "sudo $1" >>"${0%/*}/said"
		shift
		[ "$1" != -- ] || shift
		exec "$@"
	END
	chmod 755 "$scratch/bin/sudo"
	start_sshd sudo "-oSetEnv=PATH=$scratch/bin:$PATH"
	echo "[127.0.0.1]:$(cat "$scratch/sudo.port") $(cat "$sshd/host.pub")" \
	    >"$scratch/sudo-known"
	expect 143 client port="$(cat "$scratch/sudo.port")" stop=15 sudo=1 \
	    known-hosts="$scratch/sudo-known" -- sh -c 'echo begun; sleep 7777'
	same 'calls of sudo' "$(printf 'sudo -n\nsudo -n')" \
	    "$(cat "$scratch/bin/said")"
}

# ---- the agent -------------------------------------------------------------

# start_agent KEY...: with these keys; its socket is $scratch/agent.sock.
start_agent() {
	command -v ssh-agent >/dev/null || skip 'no ssh-agent'
	# What libssh loses with each of these logins; it has no frame
	# pointers, so that its stack is found the slow way only.
	ASAN_OPTIONS=fast_unwind_on_malloc=0
	export ASAN_OPTIONS
	echo leak:ssh_userauth_agent >"$scratch/lost-by-libssh"
	LSAN_OPTIONS=suppressions=$scratch/lost-by-libssh
	export LSAN_OPTIONS
	ssh-agent -D -a "$scratch/agent.sock" >/dev/null &
	echo $! >"$scratch/agent.pid"
	wait_until 10 test -S "$scratch/agent.sock"
	for key; do
		SSH_AUTH_SOCK=$scratch/agent.sock ssh-add -q "$sshd/$key"
	done
}

stop_agent() {
	kill "$(cat "$scratch/agent.pid")"
	wait_until 10 gone "$(cat "$scratch/agent.pid")"
	rm "$scratch/agent.pid"
}

logs_in_by_a_key_of_the_agent() {
	start_agent other user
	expect 0 client identity="$sshd/none" agent="$scratch/agent.sock" \
	    sessions=5 runs=2 -- true
	ssh-keygen -q -t ed25519 -N secret -f "$sshd/secret"
	client_fails "$denied" identity="$sshd/secret" \
	    agent="$scratch/agent.sock" -- true
	contains "$error" "does not have the key '$sshd/secret'"
	stop_agent
}

offers_the_agent_only_the_key_that_is_named() {
	start_agent other user
	cp "$sshd/user.pub" "$sshd/named.pub"
	: >"$scratch/main.log"
	expect 0 client identity="$sshd/named" agent="$scratch/agent.sock" \
	    -- true
	refused=$(grep -c 'Failed publickey' "$scratch/main.log") || true
	same 'other keys that were tried' 0 "$refused"
	rm "$sshd/named.pub"
	stop_agent
}

tells_that_no_key_of_the_agent_is_taken() {
	start_agent other
	client_fails "$denied" identity="$sshd/none" \
	    agent="$scratch/agent.sock" -- true
	contains "$error" "no key of the agent is taken"
	stop_agent
	client_fails "$denied" identity="$sshd/none" \
	    agent="$scratch/agent.sock" -- true
	contains "$error" "the agent at '$scratch/agent.sock' does not answer"
}

asks_the_agent_for_no_key_that_is_not_named() {
	write_cluster
	sed -i "/%n$/d" "$HOME/.ssh/config"
	start_agent user
	SSH_AUTH_SOCK=$scratch/agent.sock cluster_client -- true
	echo '    IdentitiesOnly yes' >>"$HOME/.ssh/config"
	expect 78 env SSH_AUTH_SOCK="$scratch/agent.sock" \
	    "$build/tests/ssh/client" cluster="$scratch/cluster.conf" -- true
	cp "$sshd/user.pub" "$sshd/none.pub"
	SSH_AUTH_SOCK=$scratch/agent.sock cluster_client -- true
	rm "$sshd/none.pub"
	stop_agent
}

# The agent never answers, and the other node does its work meanwhile.
is_not_held_up_by_a_stuck_agent() {
	rm -f "$scratch/worked"
	write_cluster 'ssh = { connect_timeout = "3s"; };'
	sed -i "s,name = \"node2\";,& identity = \"$sshd/none\";," \
	    "$scratch/cluster.conf"
	start_agent user
	kill -s STOP "$(cat "$scratch/agent.pid")"
	SSH_AUTH_SOCK=$scratch/agent.sock "$build/tests/ssh/client" \
	    cluster="$scratch/cluster.conf" -- touch "$scratch/worked" \
	    2>"$scratch/error" &
	wait_until 20 test -e "$scratch/worked"
	kill -s 0 $!
	status=0
	wait $! || status=$?
	kill -s CONT "$(cat "$scratch/agent.pid")"
	stop_agent
	same 'exit code' "$unreachable" "$status"
	contains "$(cat "$scratch/error")" "node 'node2'"
	contains "$(cat "$scratch/error")" "the answer of the agent is missing"
}

# ---- bastions --------------------------------------------------------------

# start_gate NAME [OPTION]...: an sshd that only leads to the main one, and a
# cluster whose nodes are behind it.
start_gate() {
	start_sshd "$@"
	write_cluster
	echo "[127.0.0.1]:$(cat "$scratch/$1.port") $(cut -d ' ' -f 1,2 \
	    "$sshd/host.pub")" >"$scratch/$1.known"
	cat >>"$HOME/.ssh/config" <<-END
		    ProxyJump $1
		Host $1
		    HostName 127.0.0.1
		    Port $(cat "$scratch/$1.port")
		    UserKnownHostsFile $scratch/$1.known
		    IdentityFile $sshd/user
	END
	: >"$scratch/$1.log"
	: >"$scratch/main.log"
}

logins() {
	grep -c 'Accepted publickey' "$scratch/$1.log"
}

goes_through_a_bastion_by_one_session_for_all_nodes() {
	start_gate gate
	cluster_client runs=3 -- echo x >"$scratch/out"
	same answers 6 "$(wc -l <"$scratch/out" | tr -d ' ')"
	same 'logins at the bastion' 1 "$(logins gate)"
	same 'logins at the nodes' 2 "$(logins main)"
}

streams_both_ways_through_a_bastion() {
	make_big_file
	start_gate stream
	cluster_client window=1 input="$scratch/big" -- cat >"$scratch/back"
	cat "$scratch/big" "$scratch/big" | cmp - "$scratch/back"
}

goes_through_one_bastion_to_the_next() {
	start_gate first
	start_gate second
	sed -i 's/ProxyJump second/ProxyJump first,second/' "$HOME/.ssh/config"
	cat >>"$HOME/.ssh/config" <<-END
		Host first
		    HostName 127.0.0.1
		    Port $(cat "$scratch/first.port")
		    IdentityFile $sshd/user
		    UserKnownHostsFile $scratch/first.known
	END
	: >"$scratch/first.log"
	expect 0 cluster_client -- true
	same 'logins at the first' 1 "$(logins first)"
	same 'logins at the second' 1 "$(logins second)"
}

# bastion_fails CODE PART: and says so.
bastion_fails() {
	status=0
	error=$(cluster_client -- true 2>&1) || status=$?
	same 'exit code' "$1" "$status"
	contains "$error" "$2"
}

tells_what_is_wrong_with_a_bastion() {
	start_gate closed -oAllowTcpForwarding=no
	bastion_fails "$unreachable" "on the way to node 'node1': node \
'closed': it cannot connect to '127.0.0.1' port"
	sed -i "s,IdentityFile $sshd/user,IdentityFile $sshd/other," \
	    "$HOME/.ssh/config"
	bastion_fails "$denied" "on the way to node 'node2': user 'root' on \
node 'closed'"
	write_cluster
	echo "    ProxyJump alias" >>"$HOME/.ssh/config"
	bastion_fails 78 "leads through itself"
}

loses_the_nodes_with_their_bastion() {
	start_gate lost
	status=0
	error=$(cluster_client -- sh -c 'echo $$ >"$1.$$.pid"
	    kill -s KILL $(ps -o pid= --ppid "$(cat "$1.pid")")
	    exec sleep 7777' sh "$scratch/lost" 2>&1) || status=$?
	same 'exit code' "$lost" "$status"
	contains "$error" "node 'node1'"
	contains "$error" "the connection broke"
}

# ---- the host's key --------------------------------------------------------

refuses_an_unknown_host() {
	hosts=$scratch/none client_fails "$denied" -- true
	contains "$error" "is not known: ssh-ed25519 SHA256:"
	contains "$error" "hint: compare it"
}

refuses_a_changed_key() {
	rm -f "$scratch/changed"
	write_known "$scratch/changed" other
	hosts=$scratch/changed client_fails "$denied" -- true
	contains "$error" "is not the one of $scratch/changed:1"
}

refuses_a_revoked_key_that_is_also_known() {
	cp "$known" "$scratch/revoked"
	write_known "$scratch/revoked" host '@revoked '
	hosts=$scratch/revoked client_fails "$denied" -- true
	contains "$error" "is revoked by $scratch/revoked:2"
}

refuses_a_host_that_only_an_authority_vouches_for() {
	rm -f "$scratch/authority"
	write_known "$scratch/authority" other '@cert-authority '
	hosts=$scratch/authority client_fails "$denied" -- true
	contains "$error" "$scratch/authority:1 trusts only an authority"
	contains "$error" "hint: ssh checks the certificate and can bring"
}

# The way that the hint shows, with a host that has a certificate.
knows_a_host_whose_key_ssh_has_brought() {
	ssh-keygen -q -s "$sshd/other" -I host -h -n 127.0.0.1 "$sshd/host.pub"
	start_sshd certified -o "HostCertificate=$sshd/host-cert.pub"
	certified=$(cat "$scratch/certified.port")
	printf '@cert-authority [127.0.0.1]:%s %s\n' "$certified" \
	    "$(cut -d ' ' -f 1,2 "$sshd/other.pub")" >"$scratch/certified"
	key=$(ssh -F none -i "$sshd/user" -p "$certified" \
	    -o StrictHostKeyChecking=yes -o BatchMode=yes \
	    -o "UserKnownHostsFile=$scratch/certified" 127.0.0.1 \
	    cat "$sshd/host.pub")
	status=0
	bare_client port="$certified" identity="$sshd/user" \
	    known-hosts="$scratch/certified" -- true 2>/dev/null || status=$?
	same 'exit code' "$denied" "$status"
	echo "[127.0.0.1]:$certified $key" >>"$scratch/certified"
	expect 0 bare_client port="$certified" identity="$sshd/user" \
	    known-hosts="$scratch/certified" -- true
}

refuses_a_host_without_a_key_of_the_known_type() {
	ssh-keygen -q -t ecdsa -N '' -f "$sshd/ecdsa"
	rm -f "$scratch/types"
	write_known "$scratch/types" ecdsa
	hosts=$scratch/types client_fails "$denied" -- true
	contains "$error" "no longer has a key of the types"
}

knows_a_host_by_its_hashed_name() {
	cp "$known" "$scratch/hashed"
	ssh-keygen -q -H -f "$scratch/hashed" 2>/dev/null
	hosts=$scratch/hashed expect 0 client -- true
}

never_writes_to_known_hosts() {
	: >"$scratch/empty"
	hosts=$scratch/empty client_fails "$denied" -- true
	[ ! -s "$scratch/empty" ]
}

# ---- the login -------------------------------------------------------------

refuses_to_go_on_when_the_key_is_not_taken() {
	client_fails "$denied" identity="$sshd/other" -- true
	contains "$error" "the key is not taken"
	contains "$error" "authorized_keys"
}

refuses_a_private_key_that_others_may_read() {
	cp "$sshd/user" "$sshd/open"
	chmod 644 "$sshd/open"
	client_fails "$denied" identity="$sshd/open" -- true
	contains "$error" "is open to others"
}

waits_for_no_pipe_in_the_place_of_a_key() {
	mkfifo "$sshd/pipe"
	chmod 600 "$sshd/pipe"
	status=0
	timeout 10 "$build/tests/ssh/client" user="$(id -un)" \
	    port="$(cat "$scratch/main.port")" identity="$sshd/pipe" \
	    known-hosts="$known" -- true >/dev/null 2>&1 || status=$?
	same 'exit code' "$denied" "$status"
}

refuses_a_key_that_is_locked_without_asking() {
	ssh-keygen -q -t ed25519 -N secret -f "$sshd/locked"
	client_fails "$denied" identity="$sshd/locked" -- true </dev/null
	contains "$error" "a passphrase locks it"
	ssh-keygen -q -t ecdsa -m PEM -N secret -f "$sshd/locked_pem"
	client_fails "$denied" identity="$sshd/locked_pem" -- true </dev/null
	contains "$error" "a passphrase locks it"
}

# ---- the connection --------------------------------------------------------

tells_that_nobody_listens() {
	start_sshd refusing
	kill "$(cat "$scratch/refusing.pid")"
	wait_until 10 gone "$(cat "$scratch/refusing.pid")"
	rm "$scratch/refusing.pid"
	client_fails "$unreachable" port="$(cat "$scratch/refusing.port")" \
	    -- true
	contains "$error" "Connection refused"
}

tells_that_a_name_has_no_address() {
	client_fails "$unreachable" host=nowhere.invalid -- true
	contains "$error" "cannot find the address of 'nowhere.invalid'"
}

gives_up_a_host_that_never_greets() {
	start_sshd silent
	kill -s STOP "$(cat "$scratch/silent.pid")"
	begun=$(date +%s)
	client_fails "$unreachable" port="$(cat "$scratch/silent.port")" \
	    connect-timeout=1s -- true
	took=$(($(date +%s) - begun))
	contains "$error" "did not answer within 1"
	[ "$took" -le 4 ] || { echo "took $took s"; return 1; }
}

tells_that_the_connection_broke() {
	client_fails "$lost" -- sh -c \
	    'echo $$ >"$1"; kill -s KILL $PPID; exec sleep 7777' sh \
	    "$scratch/left.pid"
	contains "$error" "the connection broke"
}

notices_a_host_that_falls_silent() {
	begun=$(date +%s)
	client_fails "$lost" keep-alive=300ms -- sh -c \
	    'echo $$ >"$1"; echo $PPID >"$2"; kill -s STOP $PPID
	    exec sleep 7777' sh "$scratch/asleep.pid" "$scratch/stopped.pid"
	took=$(($(date +%s) - begun))
	contains "$error" "does not answer any more"
	[ "$took" -le 5 ] || { echo "took $took s"; return 1; }
}

# Its socket takes no more, and that must not hold up the rest.
notices_it_also_while_it_sends() {
	make_big_file
	begun=$(date +%s)
	client_fails "$lost" keep-alive=300ms input="$scratch/big" -- sh -c \
	    'echo $$ >"$1"; echo $PPID >"$2"; kill -s STOP $PPID
	    exec sleep 7777' sh "$scratch/asleep2.pid" "$scratch/stopped2.pid"
	took=$(($(date +%s) - begun))
	contains "$error" "node 'node1'"
	[ "$took" -le 5 ] || { echo "took $took s"; return 1; }
}

# serve_hostile COUNT: a host that asks us for so many channels.
serve_hostile() {
	rm -f "$scratch/hostile.port"
	"$build/tests/ssh/hostile" "$sshd/host" "$scratch/hostile.port" "$1" &
	hostile=$!
	wait_until 10 test -s "$scratch/hostile.port"
	port=$(cat "$scratch/hostile.port")
	printf '[127.0.0.1]:%s %s\n' "$port" \
	    "$(cut -d ' ' -f 1,2 "$sshd/host.pub")" >"$scratch/known.hostile"
	hosts=$scratch/known.hostile
}

# Each of them would be kept, in more memory than it takes to ask.
gives_up_a_host_that_does_not_stop_asking() {
	serve_hostile 5
	client port="$port" -- true
	wait "$hostile"
	serve_hostile 100000
	client_fails "$lost" port="$port" -- true
	contains "$error" "does not stop asking"
	wait "$hostile" || true
}

run_tests \
	tells_the_exit_code \
	tells_the_signal_that_ended_a_command \
	keeps_output_and_errors_apart \
	hands_over_arguments_as_they_are \
	gives_an_empty_input_unless_told_otherwise \
	streams_fifty_megabytes_of_input \
	streams_fifty_megabytes_of_output \
	goes_on_when_a_command_does_not_read_its_input \
	does_not_start_a_command_whose_input_is_missing \
	runs_many_commands_over_one_connection \
	runs_many_sessions_at_once \
	stops_a_command_and_its_children \
	ends_when_a_daemon_holds_the_output \
	waits_for_a_command_that_it_lost \
	runs_what_has_an_effect_only_when_it_may \
	may_be_freed_whatever_it_tells \
	goes_by_what_ssh_config_says \
	lets_the_cluster_say_otherwise_than_ssh_config \
	warns_once_of_what_it_does_not_do \
	runs_commands_by_sudo_that_asks_for_nothing \
	logs_in_by_a_key_of_the_agent \
	offers_the_agent_only_the_key_that_is_named \
	asks_the_agent_for_no_key_that_is_not_named \
	tells_that_no_key_of_the_agent_is_taken \
	is_not_held_up_by_a_stuck_agent \
	goes_through_a_bastion_by_one_session_for_all_nodes \
	streams_both_ways_through_a_bastion \
	goes_through_one_bastion_to_the_next \
	tells_what_is_wrong_with_a_bastion \
	loses_the_nodes_with_their_bastion \
	refuses_an_unknown_host \
	refuses_a_changed_key \
	refuses_a_revoked_key_that_is_also_known \
	refuses_a_host_that_only_an_authority_vouches_for \
	knows_a_host_whose_key_ssh_has_brought \
	refuses_a_host_without_a_key_of_the_known_type \
	knows_a_host_by_its_hashed_name \
	never_writes_to_known_hosts \
	refuses_to_go_on_when_the_key_is_not_taken \
	refuses_a_private_key_that_others_may_read \
	waits_for_no_pipe_in_the_place_of_a_key \
	refuses_a_key_that_is_locked_without_asking \
	tells_that_nobody_listens \
	tells_that_a_name_has_no_address \
	gives_up_a_host_that_never_greets \
	tells_that_the_connection_broke \
	notices_a_host_that_falls_silent \
	notices_it_also_while_it_sends \
	gives_up_a_host_that_does_not_stop_asking
