// The order: what is ready, first in, first out; and only when nothing is ready the earliest timer that is due, so
// that the order does not hang on how long a job takes.

#include "tasks.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "channel.h"
#include "session.h"
#include "streams.h"

static const int64_t nanoseconds_per_second = 1000000000;

struct work {
  int64_t deadline;
  work_function *function;
  void *context;
  struct work *next;
};

/// What is ready, in the order of its arrival; and what is not, by deadline, then by arrival.
static struct work *ready, *timers;
static struct work **ready_end = &ready;

/// So many jobs run before a timer that is due gets its turn all the same: a task may yield until one has fired.
enum { patience = 1000 };
static int jobs_since_timer;

/// Other threads add work when a lesson uses libdispatch itself.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t arrival;

static bool has_taken_over;
static pthread_t host_thread;

void tasks_take_over(void) {
  if (has_taken_over) return;
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&arrival, &attributes);
  host_thread = pthread_self();
  has_taken_over = true;
}

bool tasks_are_taken_over(void) { return has_taken_over; }

bool tasks_are_run_here(void) { return has_taken_over && pthread_equal(pthread_self(), host_thread); }

int64_t tasks_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * nanoseconds_per_second + time.tv_nsec;
}

static void insert_ready(struct work *work) {
  *ready_end = work;
  ready_end = &work->next;
}

static void insert_timer(struct work *work) {
  struct work **place = &timers;
  while (*place != NULL && (*place)->deadline <= work->deadline) place = &(*place)->next;
  work->next = *place;
  *place = work;
}

void tasks_add(work_function *function, void *context, int64_t deadline) {
  struct work *work = malloc(sizeof *work);
  if (work == NULL) abort();
  *work = (struct work){deadline, function, context, NULL};
  pthread_mutex_lock(&lock);
  if (deadline == tasks_at_once) {
    insert_ready(work);
  } else {
    insert_timer(work);
  }
  pthread_cond_signal(&arrival);
  pthread_mutex_unlock(&lock);
}

static void report_deadlock(void) {
  streams_flush();
  channel_send(WIRE_DEADLOCK, NULL, 0);
  _exit(1);
}

/// Sleeps until the earliest timer is due or another thread adds work; with neither to come, the step has no future.
/// The timer of a sleep that was cancelled counts: the Swift runtime takes none back.
static void wait_for_work(void) {
  bool has_other_threads = session_count_other_threads() > 0;
  if (timers == NULL && !has_other_threads) report_deadlock();
  // Threads come to their end without a word, so they are counted again ten times a second.
  int64_t until = has_other_threads ? tasks_now() + nanoseconds_per_second / 10 : INT64_MAX;
  if (timers != NULL && timers->deadline < until) until = timers->deadline;
  struct timespec time = {until / nanoseconds_per_second, until % nanoseconds_per_second};
  pthread_cond_timedwait(&arrival, &lock, &time);
}

static struct work *take_ready(void) {
  struct work *work = ready;
  ready = work->next;
  if (ready == NULL) ready_end = &ready;
  jobs_since_timer++;
  return work;
}

static struct work *take_timer(void) {
  struct work *work = timers;
  timers = work->next;
  jobs_since_timer = 0;
  return work;
}

static struct work *take(void) {
  for (;;) {
    bool is_timers_turn = ready == NULL || jobs_since_timer >= patience;
    if (is_timers_turn && timers != NULL && timers->deadline <= tasks_now()) return take_timer();
    if (ready != NULL) return take_ready();
    wait_for_work();
  }
}

void tasks_run(void) {
  for (;;) {
    pthread_mutex_lock(&lock);
    struct work *next = take(), work = *next;
    pthread_mutex_unlock(&lock);
    free(next);
    work.function(work.context);
  }
}
