# frame.sh: what every adapter for a package manager answers, and what all of
# them have in common.  nqstools.adapter(7) says how one is written.
# usage: ADAPTER VERB [ARGUMENT]..., or `sh -s -- VERB [ARGUMENT]...' with the
# adapter as input
#
#   probe              prints the package manager's version
#   query NAME         prints "NAME VERSION-RELEASE ARCH" of each installed one;
#                      3 when there is none
#   inspect FILE       prints name=, version=, release=, arch=, size= (bytes,
#                      installed), signed=yes|no, and if it can be told
#                      signature=none|good|unknown|bad (damaged, too),
#                      and rolling=no when it must not be rolled;
#                      65 when FILE is no package
#   files FILE         prints "SHA256 SIZE PATH" of each regular file in FILE
#   verify FILE        0 when digests and signatures are found good, else 65
#   install FILE...    1 when it fails, 2 when it does not although a script
#   upgrade FILE...    of the package failed; both pass on what is said;
#                      an upgrade may be said twice, and goes to older ones too
#   remove NAME-VERSION-RELEASE     the same; 3 when it is not installed
#   rehearse install|upgrade FILE...  0 when that would go well, as far as can
#                      be told without doing it; 1 when not, with what is said;
#                      3 when the package manager rehearses nothing; a line
#                      "unrehearsed=WORDS" for each FILE of which nobody can
#                      tell before another one is installed
#   installed FILE     0 when exactly this package is installed, else 3
#
# Exits 64 when called wrongly, 69 without the package manager.  Scripts of
# packages never see NQS_SITE.
#
# shellcheck shell=sh
# The verbs, and what an adapter defines, are called by name.
# shellcheck disable=SC2317

unset NQS_SITE
LC_ALL=C
# The commands of POSIX stand in a folder of their own on Solaris.
PATH=/usr/xpg4/bin:$PATH
export LC_ALL PATH

say() {
	echo "package-${product:?}: $*" >&2
}

wrong_usage() {
	say "$1"
	echo "usage: $product probe | query NAME |" \
	    'inspect|files|verify|installed FILE |' \
	    'install|upgrade FILE... | rehearse install|upgrade FILE... |' \
	    'remove NAME-VERSION-RELEASE' >&2
	exit 64
}

# ---- what an adapter calls -----------------------------------------------

# no_package FILE WHY...
no_package() {
	file=$1
	shift
	say "'$file' $*"
	exit 65
}

# begins_with HEX FILE: by its first bytes; HEX is of lower case.
begins_with() {
	[ "$(od -An -tx1 -N$((${#1} / 2)) <"$2" | tr -d ' \n')" = "$1" ]
}

# digest_of FILE: its SHA-256, by what this system has for it.
digest_of() {
	if command -v sha256sum >/dev/null; then
		sha256sum <"$1"
	elif command -v digest >/dev/null; then
		digest -a sha256 "$1"
	elif command -v shasum >/dev/null; then
		shasum -a 256 <"$1"
	elif command -v openssl >/dev/null; then
		openssl dgst -sha256 <"$1" | sed 's/.*= *//'
	else
		say 'nothing here makes SHA-256 digests'
		exit 69
	fi | awk '{ print $1 }'
}

# make_folder: makes $folder, which is removed at the end.
make_folder() {
	if command -v mktemp >/dev/null; then
		folder=$(mktemp -d) || exit 1
	else
		folder=${TMPDIR:-/tmp}/nqstools.$$
		(umask 077 && mkdir "$folder") || exit 1
	fi
	trap 'rm -rf "$folder"' EXIT
}

# list_file FILE PATH: a line of what "files" prints.
list_file() {
	digest=$(digest_of "$1") || exit
	echo "$digest $(($(wc -c <"$1"))) $2"
}

# change COMMAND...: its output is in a file, not in a pipe, which a program
# that a package's script starts could hold open for ever.  What it says goes
# on; sets status to how it ended.
change() {
	[ -n "${folder-}" ] || make_folder
	"$@" >"$folder/said" 2>&1 </dev/null
	# shellcheck disable=SC2034	# for the caller
	status=$?
	cat "$folder/said"
}

# change_well PATTERN COMMAND...: the same; exits with 1 when the command
# failed, and with 2 when it said that a script did, whatever it thinks of it.
change_well() {
	pattern=$1
	shift
	change "$@"
	[ "$status" -eq 0 ] || exit 1
	! grep -q "$pattern" "$folder/said" || exit 2
}

# rehearse_each HOW FILE...: by "rehearse_one HOW FILE", for a package manager
# that previews one file at a time.  What is said against a later one may be
# that it needs what an earlier one brings.  That a script had a warning is no
# refusal.  Of a refusal the lines that tell why, which "telling" picks, are
# said once more.
rehearse_each() {
	how=$1
	before=
	shift
	for file; do
		said=$(rehearse_one "$how" "$file" 2>&1)
		case $?:$before in
		0:* | 2:*)	printf '%s\n' "$said" ;;
		*:)
			printf '%s\n' "$said"
			printf '%s\n' "$said" | telling | sed 's/^/refused=/'
			exit 1 ;;
		*)
			echo "unrehearsed='$file' may need what comes before" \
			    "it: $(echo "$said" | tr -s '[:space:]' ' ')" ;;
		esac
		before=$file
	done
}

# refuse_installed FILE...: for a package manager that is content when there is
# nothing to do.
refuse_installed() {
	for file; do
		! (verb_installed "$file") || {
			echo "'$file' is already installed"
			exit 1
		}
	done
}

# unpack_by COMMAND FILE: runs it in $folder/files.
unpack_by() {
	make_folder
	mkdir "$folder/files" || exit 1
	(cd "$folder/files" && "$1" "$2") >/dev/null 2>&1 </dev/null ||
	    no_package "$2" 'cannot be unpacked'
}

# ---- the verbs -----------------------------------------------------------

# For a package manager that has no rehearsal; others define their own.
verb_rehearse() {
	exit 3
}

# rpm takes the name of a file for a pattern, and others take it for a list;
# what was looked at would not be what is installed.
check_file() {
	if [ ! -f "$1" ] || [ ! -r "$1" ]; then
		say "cannot read '$1'"
		exit 65
	fi
	case $1 in
	*[][*?{}\\]*)	no_package "$1" 'has a name that is a pattern' ;;
	esac
	is_package "$1" || no_package "$1" 'is not a package'
	read_package "$1" >/dev/null || exit
}

# The label must be a whole one: a name alone stands for all versions.
check_label() {
	case $1 in
	-*|*-|*[!A-Za-z0-9._+~^-]*)	label= ;;
	?*-?*-?*)	label=$1 ;;
	*)	label= ;;
	esac
	[ -n "$label" ] || wrong_usage "'$1' is not NAME-VERSION-RELEASE"
}

check_name() {
	case $1 in
	'' | -* | *[!A-Za-z0-9._+-]*)	wrong_usage "'$1' is not a name" ;;
	esac
}

# What a verb may be given is checked before the package manager is asked.
main() {
	verb=${1:-}
	[ $# -eq 0 ] || shift
	case $verb in
	probe)	[ $# -eq 0 ] || wrong_usage "'$verb' takes no argument" ;;
	query | inspect | files | verify | remove | installed)
		[ $# -eq 1 ] || wrong_usage "'$verb' takes one argument" ;;
	install | upgrade)
		[ $# -gt 0 ] || wrong_usage "'$verb' takes files" ;;
	rehearse)
		case ${1:-}:$# in
		install:1 | upgrade:1)	wrong_usage "'$verb' takes files" ;;
		install:* | upgrade:*)	;;
		*)	wrong_usage "'$verb' takes install or upgrade" ;;
		esac ;;
	*)	wrong_usage "no verb '$verb'" ;;
	esac
	if ! command -v "${tool:?}" >/dev/null; then
		say "no $tool here"
		exit 69
	fi
	case $verb in
	query)	check_name "$1" ;;
	remove)	check_label "$1" ;;
	probe)	;;
	*)
		how=$1
		[ "$verb" != rehearse ] || shift
		for file; do
			# Most package managers want an absolute path.
			case $file in
			/*)	;;
			*)	file=$PWD/$file ;;
			esac
			check_file "$file"
			shift
			set -- "$@" "$file"
		done
		[ "$verb" != rehearse ] || set -- "$how" "$@" ;;
	esac
	"verb_$verb" "$@"
}
