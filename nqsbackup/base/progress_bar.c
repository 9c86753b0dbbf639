#include <config.h>

#include "progress_bar.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/message.h"
#include "../../libcore/base/text.h"
#include "../../libcore/run/command.h"

#define INTERVAL	(CLOCK_SECOND / 10)

enum { MEGABYTE = 1000000, MINUTE = 60, HOUR = 3600 };

struct progress_bar {
	struct progress_window	 window;	/* of the thread only */
	pthread_t		 thread;
	pthread_mutex_t		 lock;	/* of all below */
	pthread_cond_t		 end;
	bool			 ending;
	const char		*what;
	int64_t			 total;
	int64_t			 done;
	bool			 turned;	/* since it was drawn */
};

void
progress_bar_note(struct progress_window *window, int64_t now, int64_t done)
{
	const size_t place = window->count++ % PROGRESS_WINDOW;

	window->at[place] = now;
	window->done[place] = done;
}

/* Returns the bytes in a second of the window; 0 if that cannot be told. */
static int64_t
find_rate(const struct progress_window *window)
{
	if (window->count == 0)
		return (0);
	const size_t last = (window->count - 1) % PROGRESS_WINDOW;
	const size_t first = window->count > PROGRESS_WINDOW ?
	    window->count % PROGRESS_WINDOW : 0;
	const int64_t span = window->at[last] - window->at[first];

	if (span < CLOCK_SECOND)
		return (0);
	return ((int64_t)((double)(window->done[last] -
	    window->done[first]) / (double)span * (double)CLOCK_SECOND));
}

static void
add_time_left(struct text *line, int64_t seconds)
{
	if (seconds < MINUTE)
		text_format(line, "%" PRId64 " s left", seconds);
	else if (seconds < HOUR)
		text_format(line, "%" PRId64 ":%02" PRId64 " min left",
		    seconds / MINUTE, seconds % MINUTE);
	else
		text_format(line, "%" PRId64 ":%02" PRId64 " h left",
		    seconds / HOUR, seconds % HOUR / MINUTE);
}

void
progress_bar_show(const struct progress_window *window, const char *what,
    int64_t total, struct text *line)
{
	const int64_t rate = find_rate(window);
	int64_t done = window->count == 0 ? 0 :
	    window->done[(window->count - 1) % PROGRESS_WINDOW];

	/* A file may have grown since its size was taken. */
	if (done > total)
		done = total;
	text_add(line, what);
	if (total <= 0)
		return;
	text_format(line, ": %d %%, %" PRId64 " of %" PRId64 " MB",
	    (int)((double)done / (double)total * 100), done / MEGABYTE,
	    total / MEGABYTE);
	if (rate <= 0)
		return;
	text_format(line, ", %" PRId64 ".%d MB/s, ", rate / MEGABYTE,
	    (int)(rate % MEGABYTE * 10 / MEGABYTE));
	add_time_left(line, (total - done + rate - 1) / rate);
}

/* Writes text over the whole line of the terminal, and end. */
static void
put_line(const char *text, const char *end)
{
	struct text line = { 0 };

	text_format(&line, "\r%-*.*s%s", (int)MESSAGE_WIDTH,
	    (int)MESSAGE_WIDTH, text, end);
	/* Without the terminal nobody looks. */
	const ssize_t written = write(STDERR_FILENO, line.bytes, line.length);

	(void)written;
	text_release(&line);
}

/* Draws; the lock is held. */
static void
draw(struct progress_bar *bar)
{
	struct text line = { 0 };

	if (bar->turned)
		bar->window = (struct progress_window){ 0 };
	bar->turned = false;
	progress_bar_note(&bar->window, clock_monotonic(), bar->done);
	progress_bar_show(&bar->window, bar->what, bar->total, &line);
	/* A terminal that is stopped must not stop those who work. */
	(void)pthread_mutex_unlock(&bar->lock);
	put_line(text_string(&line), "");
	(void)pthread_mutex_lock(&bar->lock);
	text_release(&line);
}

static void *
run_thread(void *cookie)
{
	struct progress_bar *bar = cookie;
	struct timespec until;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	(void)pthread_mutex_lock(&bar->lock);
	while (!bar->ending) {
		draw(bar);
		until.tv_nsec += (long)INTERVAL;
		if (until.tv_nsec >= (long)CLOCK_SECOND) {
			until.tv_nsec -= (long)CLOCK_SECOND;
			until.tv_sec++;
		}
		while (!bar->ending && pthread_cond_timedwait(&bar->end,
		    &bar->lock, &until) == 0)
			continue;
	}
	(void)pthread_mutex_unlock(&bar->lock);
	put_line("", "\r");
	return (NULL);
}

/* Starts the thread.  Returns 0, or -1 when the system has no more. */
static int
start(struct progress_bar *bar)
{
	pthread_condattr_t monotonic;
	sigset_t all;
	sigset_t before;

	/* These fail for want of memory only, if at all. */
	if (pthread_mutex_init(&bar->lock, NULL) != 0 ||
	    pthread_condattr_init(&monotonic) != 0 ||
	    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) != 0 ||
	    pthread_cond_init(&bar->end, &monotonic) != 0)
		memory_end("memory for threads");
	(void)pthread_condattr_destroy(&monotonic);
	message_overwrite(true);
	(void)sigfillset(&all);
	/* A new thread begins with the signals that its maker blocks. */
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	const int error = pthread_create(&bar->thread, NULL, run_thread, bar);

	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return (error == 0 ? 0 : -1);
}

/* Releases all but the thread, which has ended. */
static void
release(struct progress_bar *bar)
{
	message_overwrite(false);
	(void)pthread_cond_destroy(&bar->end);
	(void)pthread_mutex_destroy(&bar->lock);
	free(bar);
}

struct progress_bar *
progress_bar_make(const struct command *command, const char *what,
    int64_t total)
{
	if (command->quiet > 0 || !isatty(STDERR_FILENO))
		return (NULL);
	struct progress_bar *bar = memory_make(1, sizeof(*bar));

	bar->what = what;
	bar->total = total;
	if (start(bar) == 0)
		return (bar);
	release(bar);
	return (NULL);
}

void
progress_bar_turn(struct progress_bar *bar, const char *what, int64_t total)
{
	if (bar == NULL)
		return;
	(void)pthread_mutex_lock(&bar->lock);
	bar->what = what;
	bar->total = total;
	bar->done = 0;
	bar->turned = true;
	(void)pthread_mutex_unlock(&bar->lock);
}

void
progress_bar_add(struct progress_bar *bar, int64_t bytes)
{
	if (bar == NULL)
		return;
	(void)pthread_mutex_lock(&bar->lock);
	bar->done += bytes;
	(void)pthread_mutex_unlock(&bar->lock);
}

void
progress_bar_free(struct progress_bar *bar)
{
	if (bar == NULL)
		return;
	(void)pthread_mutex_lock(&bar->lock);
	bar->ending = true;
	(void)pthread_cond_signal(&bar->end);
	(void)pthread_mutex_unlock(&bar->lock);
	(void)pthread_join(bar->thread, NULL);
	release(bar);
}
