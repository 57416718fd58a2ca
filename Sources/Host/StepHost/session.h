// The forked chain: each step runs in a child of the process that holds the state before it.

#pragma once

#include <stdint.h>

/// Runs steps as commands come in; returns only by ending the process.
void session_run(void) __attribute__((noreturn));

/// Threads of this process besides the calling one.
uint32_t session_count_other_threads(void);

/// To be called by a step in async form after its last line: its `exit` is then the end of its top level.
void session_step_ends(void);
