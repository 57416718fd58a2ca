// What a program may touch: a policy, and its enforcement by the kernel for the rest of the process's life.
//
// Four means, each for what it is good at: Landlock for files, a seccomp filter for system calls, resource limits
// for amounts, and an unprivileged user when started as root. Documentation/Safety.md tells what they hold.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sandbox_access {
  /// Read files and list folders.
  sandbox_read,
  /// Read, and create, change, move and remove files and folders.
  sandbox_write,
  /// Read, and start as a program.
  sandbox_execute,
};

/// A file, or a folder with all that is in it.
struct sandbox_path {
  const char *path;
  enum sandbox_access access;
};

/// What is allowed. Everything not named in `paths` is out of reach; a limit of 0 is no limit.
struct sandbox_policy {
  struct sandbox_path *paths;
  size_t path_count;
  /// Bytes of memory that one process may write to.
  uint64_t memory;
  /// Processes and threads, all together.
  uint64_t processes;
  /// Bytes of the largest file.
  uint64_t file_size;
  /// Open files of one process.
  uint64_t open_files;
  bool allows_network;
  /// Refuse to go on where the kernel cannot contain file access.
  bool is_required;
};

/// Reads a policy from a command line:
/// `--read PATH --write PATH --execute PATH` (each as often as needed), `--memory BYTES --file-size BYTES
/// --processes N --open-files N --allow-network --require`, then `--`.
///
/// Returns the index of the argument after `--`; -1, having said why on standard error, when it is not a policy.
int sandbox_parse_arguments(int argc, char **argv, struct sandbox_policy *policy);

/// Puts this process, and all that it starts, under the policy, for good. A path that does not exist allows nothing.
///
/// Returns 0; or -1, having said why on standard error, when a part that this kernel has cannot be set up, or when the
/// policy requires one that it lacks. The process must then end: it may be confined in part.
int sandbox_apply(const struct sandbox_policy *policy);

/// Prints what this machine can contain, a line for each ability: its name, `yes`, `partly` or `no`, and a sentence,
/// with tabs between. Returns whether file access and system calls are contained.
bool sandbox_probe(void);
