// Standard output and standard error of a step, in the order in which they were written.

#pragma once

#include <stdbool.h>

/// Makes standard output line-buffered, so that a trap loses nothing, and orders standard error after it.
void streams_prepare(void);

/// Hands over what the step has printed so far. Safe enough in a signal handler: the lock it takes is recursive.
void streams_flush(void);

/// The first standard stream (1 or 2) that is not the one the session started with, or 0.
int streams_first_closed(void);
