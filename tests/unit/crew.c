#include <config.h>

#include "../../nqsbackup/base/crew.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "unit.h"

enum { JOBS = 300, BAD = 77 };

/* What all of a test's jobs and tools look at. */
struct scene {
	pthread_mutex_t	lock;
	size_t		tools;		/* made and not freed */
	size_t		most;		/* tools at a time */
	size_t		dropped;
	size_t		unmasked;	/* jobs done open to signals */
	pthread_t	owner;
};

struct job {
	struct scene	*scene;
	int		 number;
	int		 answer;
};

/* The cookie is const for those who make tools; they count all the same. */
struct cookie {
	struct scene	*scene;
};

static void *
make_tools(const void *own)
{
	struct scene *scene = ((const struct cookie *)own)->scene;

	pthread_mutex_lock(&scene->lock);
	scene->tools++;
	if (scene->most < scene->tools)
		scene->most = scene->tools;
	pthread_mutex_unlock(&scene->lock);
	return scene;
}

static void
free_tools(void *tools)
{
	struct scene *scene = tools;

	pthread_mutex_lock(&scene->lock);
	scene->tools--;
	pthread_mutex_unlock(&scene->lock);
}

static int
work(void *tools, void *own, struct failure *why)
{
	struct scene *scene = tools;
	struct job *job = own;
	sigset_t mask;

	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	if (!sigismember(&mask, SIGTERM) &&
	    !pthread_equal(pthread_self(), scene->owner)) {
		pthread_mutex_lock(&scene->lock);
		scene->unmasked++;
		pthread_mutex_unlock(&scene->lock);
	}
	/* Some take longer than those behind them. */
	for (volatile int i = 0; i < job->number % 7 * 1000; i++)
		continue;
	job->answer = 2 * job->number;
	if (job->number < BAD)
		return 0;
	failure_set(why, EXITCODE_DATA, "job %d is bad", job->number);
	return -1;
}

static void
drop(void *own)
{
	struct job *job = own;

	job->scene->dropped++;
	free(job);
}

static const struct crew_trade trade = { make_tools, free_tools, work, drop,
    0 };

static void
set_scene(struct scene *scene)
{
	*scene = (struct scene){ .owner = pthread_self() };
	ck_assert_int_eq(pthread_mutex_init(&scene->lock, NULL), 0);
}

static struct job *
make_job(struct scene *scene, int number)
{
	struct job *job = memory_make(1, sizeof(*job));

	job->scene = scene;
	job->number = number;
	return job;
}

/* Takes the oldest job, which has to be number. */
static void
take(struct crew *crew, int number)
{
	struct failure why = { 0 };
	int result;
	struct job *job = crew_take(crew, &result, &why);

	ck_assert_int_eq(job->number, number);
	ck_assert_int_eq(job->answer, 2 * number);
	ck_assert_int_eq(result, number < BAD ? 0 : -1);
	ck_assert_int_eq(why.code, number < BAD ? EXITCODE_OK :
	    EXITCODE_DATA);
	free(job);
}

static const size_t sizes[] = { 1, 2, 3, 8 };

START_TEST(holds_what_its_trade_spares)
{
	struct crew_trade sparing = trade;
	struct scene scene;
	struct cookie cookie = { &scene };
	int count = 0;

	sparing.spare = 5;
	set_scene(&scene);
	struct crew *crew = crew_make(&sparing, &cookie, 2);

	while (!crew_is_full(crew))
		crew_give(crew, make_job(&scene, count++));
	ck_assert_int_eq(count, (int)crew_room(2) + 5);
	for (int number = 0; number < count; number++)
		take(crew, number);
	crew_free(crew);
	ck_assert_uint_eq(scene.dropped, 0);
}
END_TEST

START_TEST(gives_results_back_in_order)
{
	struct scene scene;
	struct cookie cookie = { &scene };

	set_scene(&scene);
	struct crew *crew = crew_make(&trade, &cookie, sizes[_i]);
	int taken = 0;

	for (int number = 0; number < JOBS; number++) {
		if (crew_is_full(crew))
			take(crew, taken++);
		crew_give(crew, make_job(&scene, number));
	}
	ck_assert_int_le(JOBS - taken, (int)crew_room(sizes[_i]));
	while (!crew_is_empty(crew))
		take(crew, taken++);
	ck_assert_int_eq(taken, JOBS);
	crew_free(crew);
	ck_assert_uint_eq(scene.tools, 0);
	ck_assert_uint_le(scene.most, sizes[_i]);
	ck_assert_uint_eq(scene.dropped, 0);
	ck_assert_uint_eq(scene.unmasked, 0);
}
END_TEST

START_TEST(drops_what_was_not_taken)
{
	struct scene scene;
	struct cookie cookie = { &scene };

	set_scene(&scene);
	struct crew *crew = crew_make(&trade, &cookie, sizes[_i]);
	size_t given = 0;

	for (; !crew_is_full(crew); given++)
		crew_give(crew, make_job(&scene, BAD + (int)given));
	crew_free(crew);
	ck_assert_uint_eq(given, crew_room(sizes[_i]));
	ck_assert_uint_eq(scene.dropped, given);
	ck_assert_uint_eq(scene.tools, 0);
}
END_TEST

START_TEST(can_be_freed_unused)
{
	struct scene scene;
	struct cookie cookie = { &scene };

	set_scene(&scene);
	crew_free(crew_make(&trade, &cookie, sizes[_i]));
	crew_free(NULL);
	ck_assert_uint_eq(scene.tools, 0);
}
END_TEST

TCase *
crew_case(void)
{
	const int count = sizeof(sizes) / sizeof(sizes[0]);
	TCase *testcase = tcase_create("crew");

	tcase_add_test(testcase, holds_what_its_trade_spares);
	tcase_add_loop_test(testcase, gives_results_back_in_order, 0, count);
	tcase_add_loop_test(testcase, drops_what_was_not_taken, 0, count);
	tcase_add_loop_test(testcase, can_be_freed_unused, 0, count);
	return testcase;
}
