// The forked chain: each step runs in a child of the process that holds the state before it.

#pragma once

/// Runs steps as commands come in; returns only by ending the process.
void session_run(void) __attribute__((noreturn));
