// The tasks of a lesson that awaits at its top level, run one after the other on the host's own thread.

#pragma once

#include <stdbool.h>
#include <stdint.h>

/// From here on tasks wait in the host's list, not in libdispatch: a process with one thread can be forked, and runs
/// its tasks in the same order every time.
void tasks_take_over(void);

/// Whether that has happened.
bool tasks_are_taken_over(void);

/// Whether the caller is on the thread that runs the tasks.
bool tasks_are_run_here(void);

typedef void work_function(void *context);

/// A deadline that has always passed.
enum { tasks_at_once = 0 };

/// Adds work to be done at a time of `CLOCK_MONOTONIC`, in nanoseconds. From any thread.
void tasks_add(work_function *function, void *context, int64_t deadline);

/// Does the work. It is the work that ends this: a step's top level calls `exit` when it is through.
void tasks_run(void) __attribute__((noreturn));

/// The present in nanoseconds of `CLOCK_MONOTONIC`.
int64_t tasks_now(void);
