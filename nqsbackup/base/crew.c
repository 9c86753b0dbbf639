#include <config.h>

#include "crew.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"

enum { JOBS_FOR_EACH = 2 };		/* of the crew: one at work, one next */

struct slot {
	void		*job;
	bool		 done;
	int		 result;
	struct failure	 why;
};

/*
 * The slots are a ring.  Jobs have the numbers in which they were given:
 * those before "taken" are gone, those before "begun" are in work or done,
 * those before "given" wait.  "given" and "taken" are changed by the owner of
 * the crew only, who may therefore read them without the lock.
 */
struct crew {
	const struct crew_trade	*trade;
	const void		*cookie;
	void			*tools;	/* of the owner; made when needed */
	bool			 equipped;
	pthread_t		*threads;
	size_t			 thread_count;
	size_t			 room;
	pthread_mutex_t		 lock;	/* of all below */
	pthread_cond_t		 more;	/* there is a job, or the end */
	pthread_cond_t		 ready;	/* a job is done */
	bool			 ending;
	size_t			 given;
	size_t			 begun;
	size_t			 taken;
	struct slot		*slots;
};

size_t
crew_room(size_t size)
{
	return (size == 1 ? 1 : JOBS_FOR_EACH * size);
}

static struct slot *
slot_of(struct crew *crew, size_t number)
{
	return (&crew->slots[number % crew->room]);
}

/*
 * Takes the next job that waits, and does it; the lock is held but during the
 * work.
 */
static void
do_next(struct crew *crew, void *tools)
{
	struct slot *slot = slot_of(crew, crew->begun++);

	(void)pthread_mutex_unlock(&crew->lock);
	const int result = crew->trade->work(tools, slot->job, &slot->why);

	(void)pthread_mutex_lock(&crew->lock);
	slot->result = result;
	slot->done = true;
}

static void *
run_thread(void *cookie)
{
	struct crew *crew = cookie;
	void *tools = crew->trade->make_tools(crew->cookie);

	(void)pthread_mutex_lock(&crew->lock);
	while (!crew->ending) {
		if (crew->begun == crew->given) {
			(void)pthread_cond_wait(&crew->more, &crew->lock);
			continue;
		}
		do_next(crew, tools);
		(void)pthread_cond_signal(&crew->ready);
	}
	(void)pthread_mutex_unlock(&crew->lock);
	crew->trade->free_tools(tools);
	return (NULL);
}

/* Starts count threads, or as many as the system has. */
static void
start_threads(struct crew *crew, size_t count)
{
	sigset_t all;
	sigset_t before;

	(void)sigfillset(&all);
	/* A new thread begins with the signals that its maker blocks. */
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	crew->threads = memory_make(count, sizeof(*crew->threads));
	while (crew->thread_count < count &&
	    pthread_create(&crew->threads[crew->thread_count], NULL,
	    run_thread, crew) == 0)
		crew->thread_count++;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

struct crew *
crew_make(const struct crew_trade *trade, const void *cookie, size_t size)
{
	struct crew *crew = memory_make(1, sizeof(*crew));

	assert(size >= 1 && size <= CREW_LIMIT);
	crew->trade = trade;
	crew->cookie = cookie;
	crew->room = crew_room(size) + (size == 1 ? 0 : trade->spare);
	crew->slots = memory_make(crew->room, sizeof(*crew->slots));
	/* These fail for want of memory only, if at all. */
	if (pthread_mutex_init(&crew->lock, NULL) != 0 ||
	    pthread_cond_init(&crew->more, NULL) != 0 ||
	    pthread_cond_init(&crew->ready, NULL) != 0)
		memory_end("memory for threads");
	if (size > 1)
		start_threads(crew, size - 1);
	return (crew);
}

void
crew_free(struct crew *crew)
{
	if (crew == NULL)
		return;
	(void)pthread_mutex_lock(&crew->lock);
	crew->ending = true;
	(void)pthread_cond_broadcast(&crew->more);
	(void)pthread_mutex_unlock(&crew->lock);
	for (size_t i = 0; i < crew->thread_count; i++)
		(void)pthread_join(crew->threads[i], NULL);
	for (; crew->taken < crew->given; crew->taken++)
		crew->trade->drop(slot_of(crew, crew->taken)->job);
	if (crew->equipped)
		crew->trade->free_tools(crew->tools);
	(void)pthread_cond_destroy(&crew->ready);
	(void)pthread_cond_destroy(&crew->more);
	(void)pthread_mutex_destroy(&crew->lock);
	free(crew->threads);
	free(crew->slots);
	free(crew);
}

bool
crew_is_full(const struct crew *crew)
{
	return (crew->given - crew->taken == crew->room);
}

bool
crew_is_empty(const struct crew *crew)
{
	return (crew->given == crew->taken);
}

void
crew_give(struct crew *crew, void *job)
{
	assert(!crew_is_full(crew));
	(void)pthread_mutex_lock(&crew->lock);
	struct slot *slot = slot_of(crew, crew->given);

	slot->job = job;
	slot->done = false;
	crew->given++;
	(void)pthread_cond_signal(&crew->more);
	(void)pthread_mutex_unlock(&crew->lock);
}

/* Returns the tools of the owner. */
static void *
own_tools(struct crew *crew)
{
	if (!crew->equipped) {
		crew->tools = crew->trade->make_tools(crew->cookie);
		crew->equipped = true;
	}
	return (crew->tools);
}

int
crew_do(struct crew *crew, void *job, struct failure *why)
{
	return (crew->trade->work(own_tools(crew), job, why));
}

void *
crew_take(struct crew *crew, int *result, struct failure *why)
{
	assert(!crew_is_empty(crew));
	(void)pthread_mutex_lock(&crew->lock);
	struct slot *slot = slot_of(crew, crew->taken);

	while (!slot->done) {
		if (crew->begun < crew->given)
			do_next(crew, own_tools(crew));
		else
			(void)pthread_cond_wait(&crew->ready, &crew->lock);
	}
	crew->taken++;
	(void)pthread_mutex_unlock(&crew->lock);
	*result = slot->result;
	if (slot->result == -1)
		*why = slot->why;
	return (slot->job);
}
