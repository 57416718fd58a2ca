// Amounts: memory, stack, files, processes.

#if defined(__linux__)

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "parts.h"

static const uint64_t gibibyte = 1 << 30;

static int set_limit(int resource, uint64_t amount) {
  if (amount == 0) return 0;
  struct rlimit limit;
  if (getrlimit((__rlimit_resource_t)resource, &limit) != 0) return -1;
  // A limit that is already lower stays: raising it may not be allowed, and was not asked for.
  if (amount < limit.rlim_max) limit.rlim_max = amount;
  limit.rlim_cur = limit.rlim_max;
  return setrlimit((__rlimit_resource_t)resource, &limit);
}

/// The processes and threads of this process's user, in /proc; what else counts towards the user's limit.
static uint64_t count_tasks_of_user(void) {
  DIR *processes = opendir("/proc");
  if (processes == NULL) return 0;
  uint64_t count = 0;
  for (struct dirent *entry; (entry = readdir(processes)) != NULL;) {
    char path[300], line[128];
    snprintf(path, sizeof path, "/proc/%s/status", entry->d_name);
    FILE *status = entry->d_name[0] >= '1' && entry->d_name[0] <= '9' ? fopen(path, "r") : NULL;
    if (status == NULL) continue;
    unsigned user = 0, threads = 0;
    while (fgets(line, sizeof line, status) != NULL) {
      if (sscanf(line, "Uid: %u", &user) != 1) sscanf(line, "Threads: %u", &threads);
    }
    if (user == getuid()) count += threads;
    fclose(status);
  }
  closedir(processes);
  return count;
}

/// The kernel counts processes for a user, not for a program, so what the user has running is added. Root gets a user
/// of its own before (`privileges_drop`), who has nothing else running.
static int limit_processes(uint64_t processes) {
  return processes == 0 ? 0 : set_limit(RLIMIT_NPROC, processes + count_tasks_of_user());
}

int limits_apply(const struct sandbox_policy *policy) {
  if (set_limit(RLIMIT_STACK, 8 << 20) != 0) return -1;
  if (setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}) != 0) return -1;
  // RLIMIT_DATA counts what is private and writable; memory shared between processes only counts as address space,
  // of which libraries and mapped model files need much.
  if (set_limit(RLIMIT_DATA, policy->memory) != 0) return -1;
  if (policy->memory != 0 && set_limit(RLIMIT_AS, 2 * policy->memory + 4 * gibibyte) != 0) return -1;
  if (set_limit(RLIMIT_FSIZE, policy->file_size) != 0) return -1;
  // So that writing beyond it is an error, EFBIG, and not the end of the program; `exec` keeps what is ignored.
  signal(SIGXFSZ, SIG_IGN);
  if (set_limit(RLIMIT_NOFILE, policy->open_files) != 0) return -1;
  return limit_processes(policy->processes);
}

#endif
