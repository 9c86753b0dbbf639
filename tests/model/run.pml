/*
 * A model of how a run is carried out, killed, resumed and put back, for spin:
 * every way that a run of STEPS steps can take while at most TROUBLES things
 * go wrong.  tests/model.t checks it, and that spin refuses it when a rule is
 * taken out.
 *
 * What is here is in libcore/run:
 *
 *	disk[i]			progress.steps[i], as progress_replay() reads
 *				it: enum progress_step without its prefix
 *	turned			progress.back, the record "turn"
 *	token[i]		progress.tokens[i], the record "started"
 *	Life, forward		progress_forward_go()
 *	  label apply		PROGRESS_PHASE_WHEN and _UNLESS
 *	  label ask		PROGRESS_ASK; "no" is a trouble, too
 *	  label take_up		take_up(), PROGRESS_PHASE_AWAIT and _DECIDE
 *	  label act		PROGRESS_PHASE_RUN
 *	  label verify		PROGRESS_PHASE_VERIFY, after_verify()
 *	Life, backward		progress_back_go()
 *	  label undo		PROGRESS_PHASE_UNDO
 *	  label undo_verify	PROGRESS_PHASE_UNDO_VERIFY
 *	RECORD			PROGRESS_RECORD, and a kill before or after it
 *	  label dead		a kill, a power cut
 *	  label stopped		progress_close_stopped()
 *	  label leave		leave(): all stays as it is
 *	Command			a command that nobody watches any more
 *	Person			resume, rollback, --step ID=done|again, --leave
 *
 * What a step did is ABSENT, HALF there, or PRESENT; verify tells PRESENT from
 * the others, and of HALF it may be that it cannot tell.  Not in the model:
 * several nodes, steps that cannot be put back, repeats, and time.
 */
#ifndef STEPS
#define STEPS 3
#endif
#ifndef TROUBLES
#define TROUBLES 4
#endif
#define NONE STEPS

mtype = { WAITING, BEGUN, DONE, FAILED, UNDOING, UNDONE, STUCK };
mtype = { ABSENT, HALF, PRESENT };
mtype = { KILLED, STOPPED, OK, PUT_BACK, NEEDS_PERSON };

/* The disk, which outlives all. */
mtype disk[STEPS] = WAITING;
bool turned = false;
bool left = false;			/* closed with PARTIAL */
bool token[STEPS] = false;

/* The node. */
mtype truth[STEPS] = ABSENT;
byte running = NONE;			/* the step of a command */
mtype aim;				/* what it leaves */

/* Nobody has seen how the act of the step ended, nor looked since. */
bool unknown[STEPS] = false;

byte troubles = TROUBLES;
mtype result;				/* how the last life ended */
bool over = false;

/* Something goes wrong, if anything still may. */
#define TROUBLE		atomic { troubles > 0 -> troubles-- }

/* A record reaches the disk, or the life ends before or after it. */
#define RECORD(what)							\
	if								\
	:: TROUBLE; goto dead						\
	:: TROUBLE; what; goto dead					\
	:: what								\
	fi

#define STANDS(i) (disk[i] == BEGUN || disk[i] == DONE ||		\
	disk[i] == FAILED || disk[i] == UNDOING || disk[i] == STUCK)

/* Rule 4: what was done later is put back already. */
inline check_order(i)
{
	d_step {
		later = i + 1;
		do
		:: later < STEPS ->
			assert(truth[later] == ABSENT);
			later++
		:: else -> break
		od;
		later = 0
	}
}

/* At the end all steps are as wanted. */
inline check_all(wanted)
{
	d_step {
		later = 0;
		do
		:: later < STEPS ->
			assert(truth[later] == wanted);
			later++
		:: else -> break
		od;
		later = 0;
		assert(running == NONE)
	}
}

/* A command goes on to its end, watched or not. */
active proctype Command()
{
end:	do
	:: atomic { running != NONE ->
		truth[running] = aim; running = NONE }
	od
}

/*
 * One life, and the person who begins the next one.
 */
active proctype Life()
{
	byte at = 0;
	byte later = 0;
	bool back = false;		/* progress.asked_back */
	bool exited_well;
	bool stop = false;		/* progress.stop, in front of a step */

begin:
	if
	:: left -> goto finished
	:: else
	fi;
	if
	:: back && !turned -> RECORD(turned = true)
	:: else
	fi;
	if
	:: turned -> at = STEPS; goto backward
	:: else -> at = 0; goto forward
	fi;

	/* ---- forward ---------------------------------------------------- */
forward:
	if
	:: at == STEPS -> result = OK; goto finish
	:: else
	fi;
	if
	:: disk[at] == DONE -> at++; goto forward
	:: disk[at] == FAILED -> goto turn
	:: disk[at] == BEGUN -> goto take_up
	:: disk[at] == WAITING && troubles > 0 -> TROUBLE; goto stopped
	:: disk[at] == WAITING -> goto apply
	fi;

apply:
	if
	:: TROUBLE; stop = true			/* the answer is on its way */
	:: true
	fi;
#ifndef ASKS_WHO_STOPS
	if
	:: stop -> goto stopped
	:: else
	fi;
#endif
ask:
	assert(!stop);				/* rule 7 */
	if
	:: TROUBLE; goto stopped		/* it is not confirmed */
	:: true
	fi;
	RECORD(d_step { disk[at] = BEGUN; token[at] = false });
	goto act;

take_up:
	if
	:: TROUBLE; goto dead
#ifndef DOES_NOT_AWAIT
	:: !token[at] || running != at		/* await, and then */
#else
	:: true
#endif
	fi;
#ifdef REPEATS_WHAT_WAS_BROKEN_OFF
	goto act;
#endif
	unknown[at] = false;			/* verify answers */
	if
	:: truth[at] == PRESENT && running != at ->
		RECORD(d_step { disk[at] = DONE; token[at] = false });
		at++; goto forward
	:: truth[at] == HALF -> result = NEEDS_PERSON; goto finish
	:: truth[at] != PRESENT && running == NONE && troubles > 0 ->
		TROUBLE; goto stopped
	:: truth[at] != PRESENT || running == at ->
		RECORD(token[at] = false)	/* "begin" once more */
	fi;

act:
	/* Rules 1 and 3, and nothing beside an old command. */
	assert(disk[at] == BEGUN);
	assert(!turned);
	assert(!unknown[at]);
	assert(running == NONE);
	RECORD(token[at] = true);
	if
	:: atomic { running = at; aim = PRESENT; exited_well = true }
	:: atomic { TROUBLE; running = at; aim = HALF; exited_well = false }
	:: atomic { TROUBLE; running = at; aim = truth[at];
		exited_well = false }
	:: atomic { TROUBLE; running = at; aim = PRESENT;
		exited_well = false }
	:: atomic { TROUBLE; running = at; aim = truth[at];
		exited_well = true }		/* it lies */
	fi;
	unknown[at] = true;
	if
	:: TROUBLE; goto dead
	:: TROUBLE; goto take_up		/* the connection is lost */
	:: running == NONE -> unknown[at] = false
	fi;
	if
	:: !exited_well -> goto failed
	:: else
	fi;

verify:
#ifdef BELIEVES_AN_EXIT_CODE
	goto done;
#endif
	if
	:: truth[at] == PRESENT
	:: truth[at] != PRESENT -> goto failed
	fi;
done:
	RECORD(d_step { disk[at] = DONE; token[at] = false });
	assert(truth[at] == PRESENT);		/* rule 2 */
	at++;
	goto forward;

failed:
	RECORD(d_step { disk[at] = FAILED; token[at] = false });
turn:
	RECORD(turned = true);
	at = STEPS;

	/* ---- backward --------------------------------------------------- */
backward:
	if
	:: at == 0 -> result = PUT_BACK; goto finish
	:: else -> at--
	fi;
	if
	:: TROUBLE; goto dead
	:: !token[at] || running != at -> token[at] = false
	fi;
	if
	:: STANDS(at) && troubles > 0 -> TROUBLE; goto stopped
	:: STANDS(at) -> RECORD(disk[at] = UNDOING)
	:: else -> goto backward
	fi;

undo:
	assert(turned && disk[at] == UNDOING);
	assert(running == NONE);
	check_order(at);
	RECORD(token[at] = true);
	if
	:: atomic { running = at; aim = ABSENT; exited_well = true }
	:: atomic { TROUBLE; running = at; aim = HALF; exited_well = false }
	:: atomic { TROUBLE; running = at; aim = truth[at];
		exited_well = true }
	fi;
	if
	:: TROUBLE; goto dead
	:: running == NONE -> token[at] = false
	fi;
	if
	:: !exited_well -> goto stuck
	:: else
	fi;

undo_verify:
#ifdef BELIEVES_AN_UNDO
	goto undone;
#endif
	if
	:: truth[at] == ABSENT
	:: truth[at] != ABSENT -> goto stuck
	fi;
undone:
	RECORD(d_step { disk[at] = UNDONE; token[at] = false });
	goto backward;

stuck:
	RECORD(d_step { disk[at] = STUCK; token[at] = false });
#ifdef GOES_PAST_A_FAILED_UNDO
	goto backward;
#endif
	result = NEEDS_PERSON;
	goto finish;

	/* ---- left as it is ---------------------------------------------- */
leave:
	at = 0;
	do
	:: at == STEPS -> break
	:: else ->
		if
		:: TROUBLE; goto dead
#ifndef LEAVES_WHAT_RUNS
		:: !token[at] || running != at
#else
		:: true
#endif
		fi;
		at++
	od;
	at = 0;
	RECORD(left = true);
	assert(running == NONE);		/* rule 8 */
	goto finished;

	/* ---- the end of a life ------------------------------------------ */
dead:
	result = KILLED;
	goto finish;
stopped:
	stop = false;				/* that of this life */
	result = STOPPED;
finish:
	if
	:: result == OK -> check_all(PRESENT)
	:: result == PUT_BACK -> check_all(ABSENT)
	:: result == NEEDS_PERSON ->
		assert(disk[at] == BEGUN || disk[at] == STUCK)
	:: result == STOPPED -> assert(running == NONE)
	:: else
	fi;

	/* ---- the person ------------------------------------------------- */
	if
	:: result == OK && !back ->
		if
		:: TROUBLE; back = true; goto begin	/* a change of mind */
		:: true
		fi
	:: result == PUT_BACK || (result == OK && back)
	:: result == KILLED || result == STOPPED -> goto resume
	:: result == KILLED && !left && troubles > 0 -> TROUBLE;
		goto leave
	:: result == NEEDS_PERSON -> goto leave
	:: result == NEEDS_PERSON && disk[at] == BEGUN ->
		/* Looks, makes it whole or takes it away, and says so. */
		running != at;
		if
		:: atomic { truth[at] = PRESENT; disk[at] = DONE;
			token[at] = false; unknown[at] = false }
		:: atomic { truth[at] = ABSENT; disk[at] = WAITING;
			token[at] = false; unknown[at] = false }
		fi;
		goto resume
	:: result == NEEDS_PERSON && disk[at] == STUCK ->
		if
		:: atomic { truth[at] = ABSENT; disk[at] = UNDONE }
		:: atomic { disk[at] = UNDOING }
		fi;
		goto resume
	fi;
finished:
	over = true;
	goto ended;

resume:
	if
	:: true
	:: TROUBLE; back = true
	fi;
	goto begin;

ended:
	skip
}

/* Whatever goes wrong, as long as it stops to: the run ends. */
ltl ends { <> over }
