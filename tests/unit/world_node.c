#include <config.h>

#include <string.h>

#include "unit.h"
#include "world.h"

/* How long the commands of a world take. */
#define BRIEF	(WORLD_SECOND / 100)
#define LENGTHY	(5 * WORLD_SECOND)

static struct progress_event
ended(enum process_how how, int code)
{
	return (struct progress_event){ .happening = PROGRESS_ENDED,
		.end = { how, code } };
}

/* Returns the truth of a step now: what is being done is half done. */
static enum truth
truth_of(const struct world *world, size_t at)
{
	return world->has_process && world->process_step == at ? HALF :
	    world->steps[at].truth;
}

enum truth
world_truth_at_first(const struct world_step *step)
{
	return (step->flags & WORLD_IS_SO) != 0 ? PRESENT : ABSENT;
}

/* ---- questions --------------------------------------------------------- */

static int
verify(const struct world *world, size_t at)
{
	const struct world_step *step = &world->steps[at];

	switch (truth_of(world, at)) {
	case PRESENT:
		return world->now >= step->seen_at ? 0 : 1;
	case HALF:
		return (step->flags & WORLD_BLIND) != 0 ? 5 : 1;
	default:
		return (step->flags & WORLD_BARRED) != 0 ? EXITCODE_BARRED :
		    1;
	}
}

static int
answer(const struct world *world, const struct progress_action *action)
{
	const enum truth truth = truth_of(world, action->step);
	const unsigned flags = world->steps[action->step].flags;

	switch (action->part) {
	case PLAN_UNLESS:
		return truth == PRESENT ? 0 : 1;
	case PLAN_VERIFY:
		return verify(world, action->step);
	case PLAN_UNDONE:
		return truth == ABSENT ? 0 : 3;
	default:
		return (flags & WORLD_NOT_SO) != 0 ? 1 : 0;
	}
}

/* What the answer lets the engine believe. */
static void
hear(struct world *world, const struct progress_action *action, int code)
{
	struct world_step *step = &world->steps[action->step];
	const bool is_asked = (step->flags & WORLD_UNDONE) != 0;
	const bool is_no = code == 1 || (code == EXITCODE_BARRED &&
	    (step->flags & WORLD_BARRED) != 0);

	if (action->part == PLAN_VERIFY) {
		step->is_verified = code == 0;
		if (code == 0 || is_no)
			step->is_unknown = false;
		if (!is_asked)
			step->is_put_back = is_no;
	}
	if (action->part == PLAN_UNDONE)
		step->is_put_back = code == 0;
}

static struct progress_event
ask(struct world *world, const struct progress_action *action,
    enum fault fault)
{
	int code = answer(world, action);

	world_pass(world, BRIEF);
	switch (fault) {
	case FAULT_NO:
		code = 1;
		break;
	case FAULT_CANNOT_TELL:
		code = 5;
		break;
	case FAULT_BARRED:
		code = EXITCODE_BARRED;
		break;
	case FAULT_AWAY:
		code = EXITCODE_UNREACHABLE;
		break;
	case FAULT_TIME:
		return ended(PROCESS_TIMED_OUT, 0);
	case FAULT_SIGNAL:
		return ended(PROCESS_SIGNALLED, 11);
	case FAULT_LOST:
	case FAULT_LOST_EARLY:
		return ended(PROCESS_LOST, 0);
	default:
		break;
	}
	if (fault != FAULT_KILL && fault != FAULT_CRASH)
		hear(world, action, code);
	return ended(PROCESS_EXITED, code);
}

/* ---- acts -------------------------------------------------------------- */

/* Whether a person does it: what is run changes nothing. */
static bool
is_his(const struct world_step *step, enum plan_part part)
{
	return (step->flags & (part == PLAN_UNDO ? WORLD_PUT_BACK :
	    WORLD_PERSON)) != 0;
}

enum truth
world_half(const struct world *world, size_t at, enum plan_part part)
{
	const struct world_step *step = &world->steps[at];

	return is_his(step, part) ? step->truth : HALF;
}

enum truth
world_aim(const struct world *world, const struct progress_action *action)
{
	const struct world_step *step = &world->steps[action->step];

	if (is_his(step, action->part))
		return step->truth;
	if (action->part == PLAN_UNDO)
		return (step->flags & WORLD_UNDO_FAILS) != 0 ? step->truth :
		    ABSENT;
	if ((step->flags & WORLD_FAILS_HALF) != 0)
		return HALF;
	return (step->flags & WORLD_FAILS) != 0 ? step->truth : PRESENT;
}

static bool
fails(const struct world_step *step, enum plan_part part)
{
	return (step->flags & (part == PLAN_UNDO ? WORLD_UNDO_FAILS :
	    WORLD_FAILS | WORLD_FAILS_HALF)) != 0;
}

void
world_leave(struct world *world, const struct progress_action *action,
    int64_t duration, enum truth truth)
{
	world->has_process = true;
	world->process_step = action->step;
	world->process_part = action->part;
	world->process_end = world->now + duration;
	world->process_truth = truth;
}

void
world_set(struct world *world, size_t at, enum truth truth)
{
	struct world_step *step = &world->steps[at];

	if (truth == PRESENT && step->truth != PRESENT)
		step->seen_at = world->now +
		    ((step->flags & WORLD_SLOW) != 0 ? WORLD_SECOND : 0);
	step->truth = truth;
}

/* Does the act to its end, which is seen; leaves truth. */
static struct progress_event
done(struct world *world, const struct progress_action *action,
    enum truth truth, struct process_end end)
{
	world_pass(world, BRIEF);
	world_set(world, action->step, truth);
	return (struct progress_event){ .happening = PROGRESS_ENDED,
		.end = end };
}

/* The act goes on unseen. */
static struct progress_event
lose(struct world *world, const struct progress_action *action,
    int64_t duration, enum truth truth)
{
	world->steps[action->step].is_unknown = action->part == PLAN_RUN;
	world_leave(world, action, duration, truth);
	return ended(PROCESS_LOST, 0);
}

/* The act has been started; fault is what becomes of it. */
static struct progress_event
act_on(struct world *world, const struct progress_action *action,
    enum fault fault)
{
	const struct world_step *step = &world->steps[action->step];
	const enum truth aim = world_aim(world, action);
	const enum truth half = world_half(world, action->step, action->part);
	const struct process_end failed = { PROCESS_EXITED, 1 };
	const bool is_run = action->part == PLAN_RUN;

	switch (fault) {
	case FAULT_FAIL:
		return done(world, action, step->truth, failed);
	case FAULT_AWAY:
		return done(world, action, step->truth,
		    (struct process_end){ PROCESS_EXITED,
		    EXITCODE_UNREACHABLE });
	case FAULT_FAIL_HALF:
		return done(world, action, half, failed);
	case FAULT_FAIL_DONE:
		return done(world, action, aim, failed);
	case FAULT_NO_EFFECT:
		/* Without undone nobody would see that something is left. */
		return done(world, action, !is_run && (step->flags &
		    WORLD_UNDONE) == 0 && (step->truth == HALF ||
		    world->now < step->seen_at) ? ABSENT : step->truth,
		    (struct process_end){ PROCESS_EXITED, 0 });
	case FAULT_TIME:
		return done(world, action, half,
		    (struct process_end){ PROCESS_TIMED_OUT, 0 });
	case FAULT_SIGNAL:
		return done(world, action, half,
		    (struct process_end){ PROCESS_SIGNALLED, 9 });
	case FAULT_LOST:
	case FAULT_KILL:
		return lose(world, action, LENGTHY, aim);
	case FAULT_LOST_FAILS:
		return lose(world, action, LENGTHY, half);
	case FAULT_ENDLESS:
		return lose(world, action, INT64_MAX / 4, half);
	case FAULT_CRASH:
		return done(world, action, aim == step->truth ? aim : half,
		    failed);
	default:
		return done(world, action, aim, fails(step, action->part) ?
		    failed : (struct process_end){ PROCESS_EXITED, 0 });
	}
}

static struct progress_event
act(struct world *world, const struct progress_action *action,
    enum fault fault)
{
	struct world_step *step = &world->steps[action->step];

	world_check_act(world, action);
	if (fault == FAULT_LOST_EARLY) {
		step->is_unknown = action->part == PLAN_RUN;
		return ended(PROCESS_LOST, 0);
	}
	world_started(world, action, fault);
	if (fault == FAULT_NOT_WRITTEN || fault == FAULT_TORN)
		return (struct progress_event){
			.happening = PROGRESS_NOT_WRITTEN };
	step->is_verified = step->is_put_back = false;
	return act_on(world, action, fault);
}

struct progress_event
world_command(struct world *world, const struct progress_action *action,
    enum fault fault)
{
	ck_assert_uint_gt(world->plan->steps[action->step].commands[
	    action->part].argv.count, 0);
	if (fault == FAULT_UNREACHABLE || fault == FAULT_DENIED)
		return (struct progress_event){
			.happening = PROGRESS_UNREACHABLE,
			.code = fault == FAULT_DENIED ? EXITCODE_DENIED :
			EXITCODE_UNREACHABLE };
	return action->part == PLAN_RUN || action->part == PLAN_UNDO ?
	    act(world, action, fault) : ask(world, action, fault);
}

struct progress_event
world_await(struct world *world, const struct progress_action *action,
    enum fault fault)
{
	ck_assert_ptr_nonnull(action->token);
	WORLD_HOLDS(world, RULE_RECORDED,
	    strncmp(action->token, "token ", 6) == 0);
	if (fault == FAULT_UNREACHABLE || fault == FAULT_DENIED)
		return (struct progress_event){
			.happening = PROGRESS_UNREACHABLE,
			.code = fault == FAULT_DENIED ? EXITCODE_DENIED :
			EXITCODE_UNREACHABLE };
	if (fault == FAULT_LOST || fault == FAULT_LOST_EARLY)
		return ended(PROCESS_LOST, 0);
	if (fault == FAULT_CANNOT_TELL)
		return ended(PROCESS_EXITED, 126);
	if (!world->has_process)
		return ended(PROCESS_EXITED, 0);
	if (world->process_end - world->now > WORLD_TIMEOUT) {
		world_pass(world, WORLD_TIMEOUT);
		return ended(PROCESS_TIMED_OUT, 0);
	}
	world_pass(world, world->process_end - world->now);
	return ended(PROCESS_EXITED, 0);
}

void
world_listen(struct world *world, const struct progress_action *action,
    const struct progress_event *event)
{
	const bool is_lost = event->happening == PROGRESS_UNREACHABLE ||
	    (event->happening == PROGRESS_ENDED &&
	    (event->end.how == PROCESS_LOST ||
	    event->end.code == EXITCODE_UNREACHABLE));

	world->heard_at = event->now;
	if (action->act == PROGRESS_COMMAND)
		world->part = action->part;
	if (is_lost && !world->is_silent)
		world->silent_since = event->now;
	if (is_lost || event->happening == PROGRESS_ENDED)
		world->is_silent = is_lost;
	if (action->act == PROGRESS_RECORD &&
	    action->record == PROGRESS_RECORD_TURN)
		world->is_silent = false;
}

unsigned
world_draw(struct world *world, unsigned below)
{
	if (world->chance == 0)
		return 0;
	world->chance ^= world->chance << 13;
	world->chance ^= world->chance >> 7;
	world->chance ^= world->chance << 17;
	return (unsigned)((world->chance >> 20) % below);
}

void
world_confirm(struct world *world, size_t at, bool is_back)
{
	const enum fault fault = world_choose(world, "confirmed");

	if (fault == FAULT_KILL_BEFORE)
		return;
	struct jsonline *record = world_record(world, "confirmed", at);
	jsonline_set_boolean(record, "person", true);
	world_append(world, record, fault);
	if (fault == FAULT_TORN || fault == FAULT_NOT_WRITTEN)
		return;
	/* The nodes are told by whoever takes the run up next. */
	world_set(world, at, is_back ? ABSENT : PRESENT);
	world->steps[at].is_confirmed = !is_back;
	world_check_disk(world);
}
