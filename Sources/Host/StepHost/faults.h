// What stops a step: signals, and errors that leave its top level, with the stack that led there.

#pragma once

/// Installs the signal handlers, and the Swift runtime's hook that sees every `throw`.
void faults_prepare(void);

/// Installs the handlers' stack; once in each new process.
void faults_prepare_stack(void);
