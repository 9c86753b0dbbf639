# Simulated clusters for fleets: nodes that are folders of this machine, reached
# without SSH ("local"), a cluster software that is a few lines of shell, and a
# procedure of one step on each node.  Sourced behind lib.sh; see also
# bench/fleet.
# shellcheck shell=sh disable=SC2154	# build, scratch are lib.sh's

# What a step does, and what it should do otherwise, stands in files of $fleet:
#	CLUSTER.log	a line "NODE" each time that the step was done there
#	CLUSTER.fails	the step fails
#	CLUSTER.away	the cluster software does not answer
#	CLUSTER.holds	the step waits until this file is gone

fleet=$scratch/fleet
NQSTOOLS_FLEET=$fleet
NQSTOOLS_CONF=$fleet/nqstools.conf
export NQSTOOLS_FLEET NQSTOOLS_CONF

make_world() {
	mkdir -p "$fleet/clusters" "$fleet/locks"
	cat >"$NQSTOOLS_CONF" <<-END
		state = "$fleet/state";
		locks = "$fleet/locks";
		clusters = "$fleet/clusters";
	END
	cat >"$fleet/adapter" <<-'END'
		[ ! -e "$NQSTOOLS_FLEET/$2.away" ] || exit 69
		case $1:$# in
		where:2)	echo node1 ;;
		where:3)	[ "$3" = node1 ] || exit 3 ;;
		*)		exit 64 ;;
		esac
	END
	cat >"$fleet/step" <<-'END'
		#!/bin/sh
		# step do|done|undo CLUSTER NODE
		cluster=$NQSTOOLS_FLEET/$2
		case $1 in
		do)	while [ -e "$cluster.holds" ]; do sleep 0.05; done
			[ ! -e "$cluster.fails" ] || exit 1
			: >"$cluster.on.$3"
			echo "$3" >>"$cluster.log" ;;
		done)	[ -e "$cluster.on.$3" ] || exit 3 ;;
		undo)	rm -f "$cluster.on.$3" ;;
		esac
	END
	chmod +x "$fleet/step"
	cat >"$fleet/simple.conf" <<-END
		name = "simple";
		title = "do it on each node";
		parameters = [];
		steps = ( { id = "do"; title = "do it"; on = "all";
		    run = [ "$fleet/step", "do", "\$cluster", "\$node" ];
		    verify = [ "$fleet/step", "done", "\$cluster", "\$node" ];
		    undo = [ "$fleet/step", "undo", "\$cluster", "\$node" ];
		} );
	END
}

# make_clusters NAME...
make_clusters() {
	for name; do
		cat >"$fleet/clusters/$name.conf" <<-END
			adapter = "$fleet/adapter";
			group = "$name";
			site = "$name";
			nodes = ( { name = "node1"; local = true; },
			    { name = "node2"; local = true; } );
			ssh = { config = []; };
		END
	done
}
