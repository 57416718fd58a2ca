// The functions of libdispatch to which libswift_Concurrency hands its jobs, defined once more: the host comes first
// when a library looks for a function by name, so in a lesson that awaits at its top level all jobs arrive in
// tasks.c. What is for a lesson's own queues passes through to libdispatch and its threads.
//
// The host does not link to libdispatch, which would load it before the lesson's own; so its types are declared here.

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "tasks.h"

#define EXPORTED __attribute__((visibility("default")))

/// Declares `original`, the function that the host's own of this name hides.
#define FIND_ORIGINAL(name)                 \
  static __typeof__(&name) original = NULL; \
  if (original == NULL) original = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

typedef struct dispatch_object *dispatch_object;

/// A block of C, as far as it takes to call one.
struct block {
  void *class;
  int flags, reserved;
  void (*invoke)(struct block *);
};

static bool is_main_queue(dispatch_object queue) {
  static dispatch_object main_queue;
  if (main_queue == NULL) main_queue = dlsym(RTLD_DEFAULT, "_dispatch_main_q");
  return queue == main_queue;
}

/// Whether work for this queue is the tasks' work: the main queue, and those that libswift_Concurrency makes, which
/// have this name in stdlib/public/Concurrency/DispatchGlobalExecutor.cpp.
static bool is_for_tasks(dispatch_object queue) {
  if (!tasks_are_taken_over()) return false;
  if (is_main_queue(queue)) return true;
  static const char *(*label)(dispatch_object);
  if (label == NULL) label = (const char *(*)(dispatch_object))dlsym(RTLD_DEFAULT, "dispatch_queue_get_label");
  return strcmp(label(queue), "Swift global concurrent queue") == 0;
}

static int64_t read_clock(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec * 1000000000 + time.tv_nsec;
}

/// A `dispatch_time_t` as a time of `CLOCK_MONOTONIC`. Its two highest bits name its clock: 00 the time that the
/// machine was awake, 10 the time since its start, 11 the calendar's, counted downwards. All ones is never.
static int64_t deadline_of(uint64_t when) {
  static const uint64_t clock_bits = 3ull << 62, since_start = 2ull << 62;
  if (when == UINT64_MAX) return INT64_MAX;
  if ((when & clock_bits) == clock_bits) return tasks_now() + ((int64_t)-when - read_clock(CLOCK_REALTIME));
  if ((when & since_start) == 0) return (int64_t)when;
  return tasks_now() + ((int64_t)(when & ~clock_bits) - read_clock(CLOCK_BOOTTIME));
}

EXPORTED void dispatch_async_f(dispatch_object queue, void *context, work_function *function) {
  if (is_for_tasks(queue)) return tasks_add(function, context, tasks_at_once);
  FIND_ORIGINAL(dispatch_async_f);
  original(queue, context, function);
}

EXPORTED void dispatch_after_f(uint64_t when, dispatch_object queue, void *context, work_function *function) {
  if (is_for_tasks(queue)) return tasks_add(function, context, deadline_of(when));
  FIND_ORIGINAL(dispatch_after_f);
  original(when, queue, context, function);
}

/// What libswift_Concurrency does first with a queue of its own; it would start a thread.
EXPORTED void dispatch_queue_set_width(dispatch_object queue, long width) {
  if (is_for_tasks(queue)) return;
  FIND_ORIGINAL(dispatch_queue_set_width);
  original(queue, width);
}

static void *copy_block(struct block *block) {
  void *(*copy)(struct block *) = (void *(*)(struct block *))dlsym(RTLD_DEFAULT, "_Block_copy");
  return copy(block);
}

static void call_block(void *context) {
  struct block *block = context;
  block->invoke(block);
  void (*release)(struct block *) = (void (*)(struct block *))dlsym(RTLD_DEFAULT, "_Block_release");
  release(block);
}

EXPORTED void dispatch_async(dispatch_object queue, struct block *block) {
  if (is_for_tasks(queue)) return tasks_add(call_block, copy_block(block), tasks_at_once);
  FIND_ORIGINAL(dispatch_async);
  original(queue, block);
}

EXPORTED void dispatch_after(uint64_t when, dispatch_object queue, struct block *block) {
  if (is_for_tasks(queue)) return tasks_add(call_block, copy_block(block), deadline_of(when));
  FIND_ORIGINAL(dispatch_after);
  original(when, queue, block);
}

/// The Swift runtime's: what the entry point of a step in async form calls at the first suspension. The runtime's own
/// ends in libdispatch, and may run only once in a process.
EXPORTED __attribute__((swiftcall)) void swift_task_asyncMainDrainQueue(void) {
  if (tasks_are_taken_over()) tasks_run();
  FIND_ORIGINAL(swift_task_asyncMainDrainQueue);
  original();
}

/// The thread that runs the tasks is the main queue's. libdispatch would not know it again after a fork.
EXPORTED void dispatch_assert_queue(dispatch_object queue) {
  if (tasks_are_run_here() && is_main_queue(queue)) return;
  FIND_ORIGINAL(dispatch_assert_queue);
  original(queue);
}

// A sleep with a tolerance comes as a timer source: made, set, given its context and its function, and started, all
// within one function of libswift_Concurrency. So one object stands for all such sources, and starting it adds the
// work.

static __thread struct {
  int64_t deadline;
  work_function *function;
  void *context;
} timer;

static char stand_in;

static bool is_stand_in(dispatch_object object) { return object == (dispatch_object)(void *)&stand_in; }

static bool is_called_by_concurrency(void *return_address) {
  Dl_info info;
  bool is_known = dladdr(return_address, &info) != 0 && info.dli_fname != NULL;
  return is_known && strstr(info.dli_fname, "libswift_Concurrency.") != NULL;
}

EXPORTED dispatch_object dispatch_source_create(void *type, uintptr_t handle, uintptr_t mask, dispatch_object queue) {
  bool is_sleep = is_called_by_concurrency(__builtin_return_address(0)) && is_for_tasks(queue);
  if (is_sleep) return (dispatch_object)(void *)&stand_in;
  FIND_ORIGINAL(dispatch_source_create);
  return original(type, handle, mask, queue);
}

EXPORTED void dispatch_source_set_timer(dispatch_object source, uint64_t start, uint64_t interval, uint64_t leeway) {
  FIND_ORIGINAL(dispatch_source_set_timer);
  if (!is_stand_in(source)) return original(source, start, interval, leeway);
  timer.deadline = deadline_of(start);
}

EXPORTED void dispatch_set_context(dispatch_object object, void *context) {
  FIND_ORIGINAL(dispatch_set_context);
  if (!is_stand_in(object)) return original(object, context);
  timer.context = context;
}

EXPORTED void dispatch_source_set_event_handler_f(dispatch_object source, work_function *function) {
  FIND_ORIGINAL(dispatch_source_set_event_handler_f);
  if (!is_stand_in(source)) return original(source, function);
  timer.function = function;
}

EXPORTED void dispatch_activate(dispatch_object object) {
  FIND_ORIGINAL(dispatch_activate);
  if (!is_stand_in(object)) return original(object);
  tasks_add(timer.function, timer.context, timer.deadline);
}

EXPORTED void dispatch_release(dispatch_object object) {
  FIND_ORIGINAL(dispatch_release);
  if (!is_stand_in(object)) original(object);
}
