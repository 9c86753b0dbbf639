# What the tests of adapters for cluster softwares share; "adapter" runs one.
# shellcheck shell=sh

# says EXIT ANSWER VERB [ARGUMENT]...
says() {
	code=$1
	answer=$2
	shift 2
	status=0
	said=$(adapter "$@") || status=$?
	same "exit of $*" "$code" "$status"
	same "answer of $*" "$answer" "$said"
}
