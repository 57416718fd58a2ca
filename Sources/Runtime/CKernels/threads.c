// A small pool of threads that share the kernels' work: started when first needed, stopped before a fork.
//
// The thread that calls takes part itself, and waits at the end only for those that have begun: a worker whose core is
// busy with another program costs nothing.
#define _GNU_SOURCE
#include "threads.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/syscall.h>
#endif

enum {
  most_workers = 255,
  stack_bytes = 512 << 10,
  // About 50 microseconds; after that a worker sleeps. Layers follow one another faster than that.
  spins = 2000,
};

// The job's state is one number, so that a worker joins it in one step: whether it is open, how many workers are in it
// and may be, and which job it is.
enum { is_open = 1, one_worker = 1 << 8, workers_mask = 0xff00, limit_shift = 16, one_job = 1 << 24 };

typedef struct {
  ck_part *part;
  void *context;
  int64_t count, grain;
} ck_job;

static struct {
  // Held while a job runs, while threads start or stop, and around a fork.
  pthread_mutex_t use;
  pthread_mutex_t sleep;
  pthread_cond_t wake;
  ck_job job;
  _Atomic int64_t next;
  _Atomic uint64_t state;
  _Atomic int32_t sleepers;
  _Atomic bool stops;
  // How many threads a job may have, the caller's among them; 0: not known yet.
  _Atomic int32_t wanted;
  int32_t started;
  pthread_t threads[most_workers];
  pid_t identities[most_workers];
} pool = {.use = PTHREAD_MUTEX_INITIALIZER, .sleep = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};

// What runs on this thread is part of a job already.
static _Thread_local bool is_in_job;

static inline void pause_a_little(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb");
#endif
}

// Joins the job, unless it is the one that is done, or has workers enough.
static bool join_job(uint64_t done) {
  uint64_t state = atomic_load(&pool.state);
  for (;;) {
    uint64_t workers = state & workers_mask, limit = (state >> limit_shift & 0xff) << 8;
    if (!(state & is_open) || state / one_job == done || workers >= limit) { return false; }
    if (atomic_compare_exchange_weak(&pool.state, &state, state + one_worker)) { return true; }
  }
}

static void do_pieces(int32_t worker) {
  const ck_job job = pool.job;
  is_in_job = true;
  for (;;) {
    int64_t from = atomic_fetch_add_explicit(&pool.next, job.grain, memory_order_relaxed);
    if (from >= job.count) { break; }
    job.part(job.context, worker, from, job.count - from < job.grain ? job.count : from + job.grain);
  }
  is_in_job = false;
}

static bool has_news(uint64_t done) {
  uint64_t state = atomic_load(&pool.state);
  return atomic_load(&pool.stops) || ((state & is_open) && state / one_job != done);
}

static void wait_for_news(uint64_t done) {
  for (int i = 0; i < spins; i++) {
    if (has_news(done)) { return; }
    pause_a_little();
  }
  pthread_mutex_lock(&pool.sleep);
  atomic_fetch_add(&pool.sleepers, 1);
  while (!has_news(done)) { pthread_cond_wait(&pool.wake, &pool.sleep); }
  atomic_fetch_sub(&pool.sleepers, 1);
  pthread_mutex_unlock(&pool.sleep);
}

#if defined(__linux__)
static void note_identity(int32_t number) { pool.identities[number - 1] = (pid_t)syscall(SYS_gettid); }

// A thread that was joined is listed in /proc for a moment longer, where it would look like one of a lesson's own.
static void wait_until_gone(int32_t number) {
  while (syscall(SYS_tgkill, getpid(), pool.identities[number - 1], 0) == 0) { sched_yield(); }
}
#else
static void note_identity(int32_t number) { (void)number; }
static void wait_until_gone(int32_t number) { (void)number; }
#endif

static void *work(void *argument) {
  int32_t number = (int32_t)(intptr_t)argument;
  uint64_t done = 0;
  note_identity(number);
  while (!atomic_load(&pool.stops)) {
    wait_for_news(done);
    uint64_t job = atomic_load(&pool.state) / one_job;
    if (join_job(done)) {
      // The job cannot end while this worker is in it.
      job = atomic_load(&pool.state) / one_job;
      do_pieces(number);
      atomic_fetch_sub(&pool.state, one_worker);
    }
    done = job;
  }
  return NULL;
}

static void wake_sleepers(void) {
  if (atomic_load(&pool.sleepers) == 0) { return; }
  pthread_mutex_lock(&pool.sleep);
  pthread_cond_broadcast(&pool.wake);
  pthread_mutex_unlock(&pool.sleep);
}

// Signals that come from outside are for the program's own threads.
static bool start_worker(int32_t number) {
  sigset_t others, former;
  sigfillset(&others);
  const int own[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++) { sigdelset(&others, own[i]); }
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack_bytes);
  pthread_sigmask(SIG_SETMASK, &others, &former);
  int error = pthread_create(&pool.threads[number - 1], &attributes, work, (void *)(intptr_t)number);
  pthread_sigmask(SIG_SETMASK, &former, NULL);
  pthread_attr_destroy(&attributes);
  return error == 0;
}

// With `use` held.
static void stop_workers(void) {
  if (pool.started == 0) { return; }
  atomic_store(&pool.stops, true);
  wake_sleepers();
  for (int32_t i = 0; i < pool.started; i++) { pthread_join(pool.threads[i], NULL); }
  for (int32_t i = 0; i < pool.started; i++) { wait_until_gone(i + 1); }
  pool.started = 0;
  atomic_store(&pool.stops, false);
}

static void before_fork(void) {
  pthread_mutex_lock(&pool.use);
  stop_workers();
}

static void after_fork(void) { pthread_mutex_unlock(&pool.use); }

static void watch_forks(void) { pthread_atfork(before_fork, after_fork, after_fork); }

// With `use` held. A system that gives no more threads is taken as it is.
static void start_workers(int32_t count) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, watch_forks);
  while (pool.started < count && start_worker(pool.started + 1)) { pool.started++; }
}

static void run_job(int32_t workers, ck_job job) {
  start_workers(workers);
  pool.job = job;
  atomic_store(&pool.next, 0);
  uint64_t number = atomic_load(&pool.state) / one_job + 1;
  atomic_store(&pool.state, number * one_job + ((uint64_t)workers << limit_shift) + is_open);
  wake_sleepers();
  do_pieces(0);
  uint64_t state = atomic_fetch_sub(&pool.state, is_open);
  for (int i = 0; state & workers_mask; i++) {
    i < spins ? pause_a_little() : (void)sched_yield();
    state = atomic_load(&pool.state);
  }
}

void ck_parallel(int64_t count, int64_t grain, ck_part *part, void *context) {
  if (count <= 0) { return; }
  int64_t pieces = grain > 0 ? (count + grain - 1) / grain : 1;
  int32_t threads = pieces > 1 && !is_in_job ? ck_thread_count() : 1;
  // Another thread's job runs, or a fork begins: this one goes on alone.
  if (threads < 2 || pthread_mutex_trylock(&pool.use) != 0) {
    part(context, 0, 0, count);
    return;
  }
  int32_t workers = (int32_t)(pieces < threads ? pieces : threads) - 1;
  run_job(workers, (ck_job){part, context, count, grain});
  pthread_mutex_unlock(&pool.use);
}

int32_t ck_core_count(void) {
  static _Atomic int32_t known;
  int32_t count = atomic_load_explicit(&known, memory_order_relaxed);
  if (count > 0) { return count; }
#if defined(__linux__)
  cpu_set_t set;
  count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
#else
  count = (int32_t)sysconf(_SC_NPROCESSORS_ONLN);
#endif
  count = count < 1 ? 1 : count > most_workers + 1 ? most_workers + 1 : count;
  atomic_store_explicit(&known, count, memory_order_relaxed);
  return count;
}

int32_t ck_thread_count(void) {
  int32_t wanted = atomic_load_explicit(&pool.wanted, memory_order_relaxed);
  if (wanted > 0) { return wanted; }
  const char *limit = getenv("LESSON_THREADS");
  ck_use_threads(limit ? atoi(limit) : 0);
  return atomic_load_explicit(&pool.wanted, memory_order_relaxed);
}

void ck_use_threads(int32_t count) {
  int32_t cores = ck_core_count();
  atomic_store_explicit(&pool.wanted, count < 1 || count > cores ? cores : count, memory_order_relaxed);
}

void ck_stop_threads(void) {
  pthread_mutex_lock(&pool.use);
  stop_workers();
  pthread_mutex_unlock(&pool.use);
}
