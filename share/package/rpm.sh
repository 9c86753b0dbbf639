#!/bin/sh
# rpm: packages of RPM, what nqsupd asks of them.  Its commands: rpm, and for
# packages that an old rpm has built rpm2cpio and cpio.  For installations that
# are not the system's own:
#
#   NQSTOOLS_RPM_DBPATH    the folder of another database
#   NQSTOOLS_RPM_RELOCATE  "OLD=NEW ...", prefixes of paths that packages are
#                          installed under, and that "files" prints
#
# The signature is unknown when rpm does not have its key.  A package that must
# not be rolled has "Provides: nqstools(no-rolling)".
set -u
# shellcheck source=share/package/frame.sh
. "$(dirname "$0")/frame.sh"

product=rpm
tool=rpm

# This script may be its own standard input, which rpm must not read.
run_rpm() {
	if [ -n "${NQSTOOLS_RPM_DBPATH:-}" ]; then
		rpm --dbpath "$NQSTOOLS_RPM_DBPATH" "$@" </dev/null
	else
		rpm "$@" </dev/null
	fi
}

# The first four bytes of every package.
is_package() {
	begins_with edabeedb "$1"
}

read_package() {
	query_file "$1" ''
}

# query_file FILE FORMAT: what the package in FILE says of itself.
query_file() {
	if ! run_rpm -qp --qf "$2" -- "$1" 2>/dev/null; then
		say "'$1' is not a package"
		exit 65
	fi
}

verb_probe() {
	run_rpm --version
}

# "rpm -q" cannot tell a missing package from a damaged database; "-qa" can,
# but takes patterns.
verb_query() {
	found=$(run_rpm -qa --qf '%{NAME} %{VERSION}-%{RELEASE} %{ARCH}\n' \
	    "$1") || exit 1
	[ -n "$found" ] || exit 3
	echo "$found"
}

verb_inspect() {
	query_file "$1" 'name=%{NAME}\nversion=%{VERSION}\nrelease=%{RELEASE}
arch=%{ARCH}\nsize=%{LONGSIZE}\nsigned=%|RSAHEADER?{yes}:{%|DSAHEADER?{yes}'\
':{%|SIGPGP?{yes}:{%|SIGGPG?{yes}:{no}|}|}|}|\n' || exit
	echo "signature=$(run_rpm -Kv -- "$1" 2>/dev/null | judge_signature)"
	! query_file "$1" '[%{PROVIDES}\n]' | grep -Fqx 'nqstools(no-rolling)' ||
	    echo rolling=no
}

# judge_signature: what the lines of rpm -Kv say, the worst first.
judge_signature() {
	awk '
	/[Ss]ignature.*: BAD|[Dd]igest.*: BAD/ {
		bad = 1
	}
	/[Ss]ignature.*: (NOKEY|NOTTRUSTED)/ {
		unknown = 1
	}
	/[Ss]ignature.*: OK/ {
		good = 1
	}
	END {
		print bad ? "bad" : unknown ? "unknown" : good ? "good" : "none"
	}'
}

# Puts the new prefixes into "DIGEST SIZE PATH" lines; a path may have blanks.
relocate() {
	awk -v relocations="${NQSTOOLS_RPM_RELOCATE:-}" '
	BEGIN {
		count = split(relocations, pairs, " ")
		for (i = 1; i <= count; i++) {
			at = index(pairs[i], "=")
			old[i] = substr(pairs[i], 1, at - 1)
			new[i] = substr(pairs[i], at + 1)
		}
	}
	{
		start = length($1) + length($2) + 3
		path = substr($0, start)
		for (i = 1; i <= count; i++)
			if (index(path "/", old[i] "/") == 1) {
				path = new[i] substr(path, length(old[i]) + 1)
				break
			}
		print substr($0, 1, start - 1) path
	}'
}

# unpack FILE: puts each regular file of FILE into $folder under its number
# among all that FILE holds, and what each is ("-" for a regular file), a tab
# and its path into $folder/list.  No name is made that the package chose: one
# that leads through a symbolic link of its own would lead anywhere.
unpack() {
	rpm2cpio - <"$1" >"$folder/payload" &&
	    cpio -itv --quiet <"$folder/payload" >"$folder/long" &&
	    cpio -it --quiet <"$folder/payload" >"$folder/paths" || return 1
	# The one shows a newline in a name as "\n", the other breaks there.
	[ "$(wc -l <"$folder/long")" -eq "$(wc -l <"$folder/paths")" ] ||
	    return 1
	cut -c1 "$folder/long" | paste - "$folder/paths" >"$folder/list"
	awk '{ print substr($0, 1, 1) == "-" ? NR : "" }' "$folder/list" \
	    >"$folder/numbers"
	mkdir "$folder/files" && (cd "$folder/files" && cpio -i --quiet \
	    --rename-batch-file="$folder/numbers" <"$folder/payload")
}

# A package that was built by an old rpm has only MD5 digests; its files are
# unpacked to be read.
digest_files() {
	if ! command -v cpio >/dev/null; then
		say "'$1' has no SHA-256 digests, and without cpio" \
		    'its files cannot be read'
		exit 69
	fi
	make_folder
	if ! unpack "$1"; then
		say "cannot unpack '$1'"
		exit 65
	fi
	number=0
	while IFS= read -r line; do
		number=$((number + 1))
		path=${line#-?}
		[ "$path" != "$line" ] || continue
		file=$folder/files/$number
		list_file "$file" "${path#.}"
	done <"$folder/list"
}

# A mode of 100... is a regular file's; the flag "g" marks a ghost, which the
# package does not bring.
header_files() {
	query_file "$1" '[%{FILEMODES:octal} %{FILEFLAGS:fflags}. '\
'%{FILEDIGESTS} %{LONGFILESIZES} %{FILENAMES}\n]' | sed -n '/^0*100/ {
/^[^ ]* [a-z]*g[a-z]*\. /d
s/^[^ ]* [^ ]* //p
}'
}

# The algorithm 8 is SHA-256.
verb_files() {
	algorithm=$(query_file "$1" '%{FILEDIGESTALGO}') || exit
	if [ "$algorithm" = 8 ]; then
		lines=$(header_files "$1") || exit
	else
		lines=$(digest_files "$1") || exit
	fi
	[ -z "$lines" ] || echo "$lines" | relocate
}

verb_verify() {
	run_rpm -K -- "$1" >&2 || exit 65
}

# change_by_rpm ARGUMENT...
change_by_rpm() {
	change_well 'scriptlet failed' run_rpm "$@"
}

# change_files OPTIONS FILE...: OPTIONS is one word of letters for rpm.
change_files() {
	options=$1
	shift
	for pair in ${NQSTOOLS_RPM_RELOCATE:-}; do
		options="$options --relocate $pair"
	done
	# shellcheck disable=SC2086	# words without blanks
	change_by_rpm $options -- "$@"
}

verb_remove() {
	found=$(run_rpm -qa --qf '%{NAME}-%{VERSION}-%{RELEASE}\n') || exit 1
	echo "$found" | grep -Fqx -e "$1" || exit 3
	change_by_rpm -e --allmatches "$1"
}

verb_installed() {
	digests='%{SHA1HEADER} %{SHA256HEADER}'
	label='%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}'
	wanted=$(query_file "$1" "$label $digests") || exit
	found=$(run_rpm -qa --qf "$label $digests\n") || exit 1
	echo "$found" | grep -Fqx -e "$wanted" || exit 3
}

upgrade='-Uvh --oldpackage --replacepkgs'

verb_install() {
	change_files -ivh "$@"
}

verb_upgrade() {
	change_files "$upgrade" "$@"
}

# Dependencies, conflicts and the room of each file system; no script is run.
verb_rehearse() {
	case $1 in
	install)	options=-i ;;
	*)	options=$upgrade ;;
	esac
	shift
	change_files "$options --test" "$@"
}

main "$@"
