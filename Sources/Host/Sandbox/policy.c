// The policy on the command line.

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "Sandbox.h"

static bool add_path(struct sandbox_policy *policy, const char *option, const char *path) {
  static const char *const names[] = {"--read", "--write", "--execute"};
  for (int access = sandbox_read; access <= sandbox_execute; access++) {
    if (strcmp(option, names[access]) != 0) continue;
    policy->paths[policy->path_count++] = (struct sandbox_path){path, (enum sandbox_access)access};
    return true;
  }
  return false;
}

static uint64_t *limit_named(struct sandbox_policy *policy, const char *option) {
  if (strcmp(option, "--memory") == 0) return &policy->memory;
  if (strcmp(option, "--processes") == 0) return &policy->processes;
  if (strcmp(option, "--file-size") == 0) return &policy->file_size;
  if (strcmp(option, "--open-files") == 0) return &policy->open_files;
  return NULL;
}

static bool set_limit(struct sandbox_policy *policy, const char *option, const char *value) {
  uint64_t *limit = limit_named(policy, option);
  if (limit == NULL || *value < '0' || *value > '9') return false;
  char *end;
  errno = 0;
  *limit = strtoull(value, &end, 10);
  return *end == 0 && errno == 0;
}

static bool set_flag(struct sandbox_policy *policy, const char *option) {
  if (strcmp(option, "--allow-network") == 0) return policy->allows_network = true;
  if (strcmp(option, "--require") == 0) return policy->is_required = true;
  return false;
}

int sandbox_parse_arguments(int argc, char **argv, struct sandbox_policy *policy) {
  *policy = (struct sandbox_policy){.paths = calloc((size_t)argc + 1, sizeof(struct sandbox_path))};
  if (policy->paths == NULL) return -1;
  for (int i = 0; i < argc; i++) {
    if (strcmp(argv[i], "--") == 0) return i + 1;
    if (set_flag(policy, argv[i])) continue;
    const char *value = i + 1 < argc ? argv[i + 1] : NULL;
    if (value == NULL || !(add_path(policy, argv[i], value) || set_limit(policy, argv[i], value))) {
      fprintf(stderr, "lesson-host: sandbox: `%s` is not part of a policy\n", argv[i]);
      return -1;
    }
    i++;
  }
  fprintf(stderr, "lesson-host: sandbox: `--` and a program are missing\n");
  return -1;
}
