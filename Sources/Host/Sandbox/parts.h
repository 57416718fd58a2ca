// The means that `sandbox_apply` combines. Each gives 0, or -1 with `errno`.

#pragma once

#include "Sandbox.h"

/// The version of Landlock that this kernel has, from 1; 0 when it has none or it is switched off.
int landlock_version(void);

/// Denies all file access that the policy does not name, and TCP, signals and abstract sockets to the outside.
int landlock_apply(const struct sandbox_policy *policy, int version);

/// Whether this kernel filters system calls.
bool filter_is_available(void);

/// Denies the system calls by which a program reaches past files: sockets, other processes, the kernel's settings.
int filter_apply(const struct sandbox_policy *policy, int landlock_version);

/// Sets the limits for memory, stack, file size, open files, processes and core dumps.
int limits_apply(const struct sandbox_policy *policy);

/// Gives up the rights of root, when started with them. Files stay open to it as before: the policy names them.
int privileges_drop(void);

/// Whether the limit of processes holds: the kernel never holds root to one.
bool privileges_can_be_dropped(void);
