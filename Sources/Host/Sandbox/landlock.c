// Landlock: file access by path, held by the kernel. https://docs.kernel.org/userspace-api/landlock.html
//
// The constants stand here because the C library's headers are often older than the kernel.

#if defined(__linux__)

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "parts.h"

// The same on all architectures.
enum { sys_create_ruleset = 444, sys_add_rule = 445, sys_restrict_self = 446 };
enum { ask_for_version = 1, rule_path_beneath = 1 };

enum {
  fs_execute = 1 << 0,
  fs_write_file = 1 << 1,
  fs_read_file = 1 << 2,
  fs_read_dir = 1 << 3,
  fs_make_char = 1 << 6,
  fs_make_block = 1 << 11,
  fs_refer = 1 << 13,
  fs_truncate = 1 << 14,
  fs_ioctl_dev = 1 << 15,
  /// The rights of version 1: bits 0 to 12.
  fs_version_1 = (1 << 13) - 1,
  /// The rights that a rule for a file, not a folder, may name.
  fs_of_files = fs_execute | fs_write_file | fs_read_file | fs_truncate,
};

enum { net_bind_tcp = 1 << 0, net_connect_tcp = 1 << 1 };
enum { scope_abstract_sockets = 1 << 0, scope_signals = 1 << 1 };

struct ruleset {
  uint64_t handled_fs, handled_net, scoped;
};

struct path_rule {
  uint64_t allowed;
  int32_t folder;
} __attribute__((packed));

int landlock_version(void) {
  long version = syscall(sys_create_ruleset, NULL, 0, ask_for_version);
  return version > 0 ? (int)version : 0;
}

static uint64_t file_rights(int version) {
  uint64_t rights = fs_version_1;
  if (version >= 2) rights |= fs_refer;
  if (version >= 3) rights |= fs_truncate;
  if (version >= 5) rights |= fs_ioctl_dev;
  return rights;
}

static uint64_t rights_for(enum sandbox_access access) {
  uint64_t reading = fs_read_file | fs_read_dir;
  switch (access) {
    case sandbox_read: return reading;
    case sandbox_execute: return reading | fs_execute;
    case sandbox_write:
      return (fs_version_1 | fs_refer | fs_truncate) & ~(uint64_t)(fs_execute | fs_make_char | fs_make_block);
  }
  return 0;
}

static int allow_path(int ruleset, const struct sandbox_path *path, uint64_t handled) {
  int descriptor = open(path->path, O_PATH | O_CLOEXEC);
  if (descriptor < 0) return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
  struct stat status;
  int result = fstat(descriptor, &status);
  if (result == 0) {
    struct path_rule rule = {.allowed = rights_for(path->access) & handled, .folder = descriptor};
    if (!S_ISDIR(status.st_mode)) rule.allowed &= fs_of_files;
    result = (int)syscall(sys_add_rule, ruleset, rule_path_beneath, &rule, 0);
  }
  int error = errno;
  close(descriptor);
  errno = error;
  return result;
}

int landlock_apply(const struct sandbox_policy *policy, int version) {
  struct ruleset attributes = {.handled_fs = file_rights(version)};
  if (version >= 4 && !policy->allows_network) attributes.handled_net = net_bind_tcp | net_connect_tcp;
  if (version >= 6) attributes.scoped = scope_abstract_sockets | scope_signals;
  int ruleset = (int)syscall(sys_create_ruleset, &attributes, sizeof attributes, 0);
  if (ruleset < 0) return -1;
  int result = 0;
  for (size_t i = 0; i < policy->path_count && result == 0; i++) {
    result = allow_path(ruleset, &policy->paths[i], attributes.handled_fs);
  }
  if (result == 0) result = (int)syscall(sys_restrict_self, ruleset, 0);
  int error = errno;
  close(ruleset);
  errno = error;
  return result;
}

#endif
