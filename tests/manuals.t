#!/bin/sh
# shellcheck disable=SC2317	# tests are called by their names
# What the programs say of themselves is what their manuals say.
. "${srcdir:-.}/tests/lib.sh"

programs='clroll nqsupd'
[ ! -f "$top/man/nqsbackup.8" ] || programs="$programs nqsbackup"

# The options of all verbs stand in nqstools(7) alone.
common='config help json quiet syslog verbose version'

prepare() {
	for program in $programs; do
		[ -x "$build/$program/$program" ]
	done
}

manual() {
	echo "$top/man/$1.8"
}

verbs_of_help() {
	"$build/$1/$1" --help | awk '
		/^Options:/ { exit }
		/^  [a-z]/ && verbs { print $1 }
		/^Verbs:/ { verbs = 1 }'
}

# options_of_help PROGRAM VERB: "LETTER NAME" of each, with - for no letter.
options_of_help() {
	"$build/$1/$1" "$2" --help | awk '
		/^Options:/ { options = 1; next }
		options && match($0, /--[a-z-]+/) {
			name = substr($0, RSTART + 2, RLENGTH - 2)
			letter = match($0, /^  -[A-Za-z],/) ? \
			    substr($0, 4, 1) : "-"
			print letter, name
		}'
}

own_options_of_help() {
	options_of_help "$1" "$2" | while read -r letter name; do
		case " $common " in
		*" $name "*) ;;
		*) echo "$letter $name" ;;
		esac
	done
}

# verbs_of_synopsis PROGRAM, verbs_of_description PROGRAM
verbs_of_synopsis() {
	awk '/^\.Sh / { synopsis = /SYNOPSIS/ }
		synopsis && last ~ /^\.Nm/ && /^\.Cm / { print $2 }
		{ last = $0 }' "$(manual "$1")"
}

verbs_of_description() {
	awk '/^\.Sh / { description = /DESCRIPTION/ }
		description && /^\.Ss [a-z]+$/ { print $2 }' "$(manual "$1")"
}

# options_of_synopsis PROGRAM VERB: the names as they stand there, "n" or
# "role".
options_of_synopsis() {
	awk -v verb="$2" '
		/^\.Sh / { synopsis = /SYNOPSIS/ }
		/^\.Nm/ { inside = 0 }
		synopsis && /^\.Cm / && last ~ /^\.Nm/ {
			inside = $2 == verb
		}
		synopsis && inside && /Fl / {
			for (i = 2; i <= NF; i++) {
				if ($i != "Fl")
					continue
				if ($(i + 1) == "Fl") i++
				print $(i + 1)
			}
		}
		{ last = $0 }' "$(manual "$1")"
}

# options_of_description PROGRAM VERB: "LETTER NAME" of each.
options_of_description() {
	awk -v verb="$2" '
		/^\.S[sh] / { inside = $1 == ".Ss" && $2 == verb }
		inside && /^\.It Fl / {
			letter = $3 == "Fl" ? "-" : $3
			for (i = 3; i <= NF; i++)
				if ($i == "Fl" && $(i - 1) == "Fl") {
					print letter, $(i + 1)
					break
				}
		}' "$(manual "$1")"
}

have_the_verbs_of_the_program() {
	for program in $programs; do
		verbs=$(verbs_of_help "$program" | sort)
		[ -n "$verbs" ]
		same "$program: synopsis" "$verbs" \
		    "$(verbs_of_synopsis "$program" | sort)"
		same "$program: description" "$verbs" \
		    "$(verbs_of_description "$program" | sort)"
	done
}

have_the_options_of_each_verb_in_the_synopsis() {
	for program in $programs; do
		for verb in $(verbs_of_help "$program"); do
			own_options_of_help "$program" "$verb" |
			    awk '{ print $1 == "-" ? $2 : $1 }' |
			    sort >"$scratch/help"
			options_of_synopsis "$program" "$verb" |
			    sort >"$scratch/manual"
			same "$program $verb" "$(cat "$scratch/help")" \
			    "$(cat "$scratch/manual")"
		done
	done
}

# Those that some verbs share are described in nqstools(7) instead.
describe_the_options_of_each_verb() {
	for program in $programs; do
		for verb in $(verbs_of_help "$program"); do
			own_options_of_help "$program" "$verb" | grep -v \
			    -e ' dry-run$' -e ' confirm$' -e ' timeout$' \
			    -e ' wait$' -e ' yes$' | sort >"$scratch/help"
			options_of_description "$program" "$verb" |
			    sort >"$scratch/manual"
			same "$program $verb" "$(cat "$scratch/help")" \
			    "$(cat "$scratch/manual")"
		done
	done
}

have_the_common_options_in_nqstools() {
	for program in $programs; do
		for verb in $(verbs_of_help "$program"); do
			options_of_help "$program" "$verb"
		done
	done | grep -E " ($(echo "$common" | tr ' ' '|')|dry-run|confirm|timeout|wait|yes)\$" |
	    sort -u >"$scratch/help"
	awk '/^\.Sh / { inside = /OPTIONS/ }
		inside && /^\.It Fl / {
			letter = $3 == "Fl" ? "-" : $3
			for (i = 3; i <= NF; i++)
				if ($i == "Fl" && $(i - 1) == "Fl") {
					print letter, $(i + 1)
					break
				}
		}' "$top/man/nqstools.7" | sort -u >"$scratch/manual"
	same options "$(cat "$scratch/help")" "$(cat "$scratch/manual")"
}

# keys FILE.C...: the keys that a reader of settings knows.
keys() {
	awk '
		/_keys\[\] = \{/ { inside = 1 }
		inside {
			line = $0
			while (match(line, /"[a-z_]+"/)) {
				print substr(line, RSTART + 1, RLENGTH - 2)
				line = substr(line, RSTART + RLENGTH)
			}
		}
		/\};/ { inside = 0 }' "$@" | sort -u
}

# lacks MANUAL, with keys on the input: those that it does not mention.
lacks() {
	while read -r key; do
		grep -q -E "^\.(It )?Cm ([a-z_]+ , )*$key( |\$)" \
		    "$top/man/$1" ||
		    grep -q -E "^\.It Cm .*Cm $key( |\$)" "$top/man/$1" ||
		    echo "$key"
	done
}

have_the_keys_of_each_file() {
	same nqstools.conf '' \
	    "$(keys "$top"/libsite/node_config*.c | lacks nqstools.conf.5)"
	same clroll.conf '' \
	    "$(keys "$top/clroll/cluster/cluster.c" | lacks clroll.conf.5)"
	same nqstools.procedure '' \
	    "$(keys "$top/libcore/run/procedure.c" |
		lacks nqstools.procedure.5)"
}

have_no_key_that_is_not_read() {
	for pair in nqstools.conf:libsite/node_config \
	    clroll.conf:clroll/cluster/cluster; do
		keys "$top/${pair#*:}"*.c >"$scratch/keys"
		found=$(sed -n 's/^\.It Cm //p' "$top/man/${pair%%:*}.5" |
		    sed 's/ , Cm / /g; s/ , / /g' | tr ' ' '\n' |
		    sort -u | comm -23 - "$scratch/keys")
		same "${pair%%:*}" '' "$found"
	done
}

# facts FILE.C...: the values that a procedure may ask of.
facts() {
	awk '/names_of_facts\[\] = \{/ { inside = 1; next }
		/\};/ { inside = 0 }
		inside && match($0, /"[a-z_]+"/) {
			print substr($0, RSTART + 1, RLENGTH - 2)
		}' "$@" | sort
}

# values_of_manual PROGRAM
values_of_manual() {
	awk -v program="$1" '
		/^\.S[sh] / { inside = /Values/ }
		inside && /^\.Xr (nqsupd|clroll) 8/ { now = $2 }
		inside && now == program && /^\.It Cm / {
			for (i = 3; i <= NF; i++)
				if ($i != "," && $i != "Cm")
					print $i
		}' "$top/man/nqstools.procedure.5" | sort
}

have_the_values_of_procedures() {
	same nqsupd "$(facts "$top"/nqsupd/*.c)" "$(values_of_manual nqsupd)"
	same clroll "$(facts "$top"/clroll/cluster/*.c)" "$(values_of_manual clroll)"
}

# Each program says what it is in the manual's words or fewer; at least the
# checks of "nqsupd check" must all be told.
have_the_checks_of_nqsupd() {
	found=$(sed -n 's/^	{ "\([a-z]*\)", [a-z_]*, check_.*/\1/p;
	    s/^		{ "\([a-z]*\)", [a-z_]*, check_.*/\1/p' \
	    "$top/nqsupd/check.c" | sort)
	[ -n "$found" ]
	described=$(awk '/^\.S[sh] / { inside = $2 == "check" }
		inside && /^\.It Cm / { print $3 }' "$(manual nqsupd)" | sort)
	same checks "$found" "$described"
}

run_tests have_the_verbs_of_the_program \
    have_the_options_of_each_verb_in_the_synopsis \
    describe_the_options_of_each_verb have_the_common_options_in_nqstools \
    have_the_keys_of_each_file have_no_key_that_is_not_read \
    have_the_values_of_procedures have_the_checks_of_nqsupd
