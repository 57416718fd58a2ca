// The order in which the means come into force, and what this machine has of them.

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "parts.h"

static int fail(const char *what, const char *why) {
  fprintf(stderr, "lesson-host: sandbox: %s: %s\n", what, why);
  return -1;
}

static void print_ability(const char *name, const char *degree, const char *sentence) {
  printf("%s\t%s\t%s\n", name, degree, sentence);
}

#if defined(__linux__)

#include <sys/prctl.h>

int sandbox_apply(const struct sandbox_policy *policy) {
  int landlock = landlock_version();
  bool has_filter = filter_is_available();
  if (policy->is_required && landlock == 0) return fail("Landlock", "this kernel does not offer it");
  if (policy->is_required && !has_filter) return fail("seccomp", "this kernel does not offer it");
  if (privileges_drop() != 0) return fail("privileges", strerror(errno));
  if (limits_apply(policy) != 0) return fail("limits", strerror(errno));
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return fail("no_new_privs", strerror(errno));
  if (landlock > 0 && landlock_apply(policy, landlock) != 0) return fail("Landlock", strerror(errno));
  if (has_filter && filter_apply(policy, landlock) != 0) return fail("seccomp", strerror(errno));
  return 0;
}

static void print_file_ability(int landlock) {
  char sentence[64];
  snprintf(sentence, sizeof sentence, "Landlock, version %d", landlock);
  print_ability("files", landlock > 0 ? "yes" : "no", landlock > 0 ? sentence : "this kernel does not offer Landlock");
}

static void print_signal_ability(int landlock) {
  if (landlock >= 6) return print_ability("signals", "yes", "Landlock, since version 6");
  print_ability("signals", "partly", "other programs of the same user can be signalled; this needs Linux 6.12");
}

static void print_filter_ability(const char *name, bool has_filter) {
  if (has_filter) return print_ability(name, "yes", "seccomp");
  print_ability(name, "no", "this kernel does not offer seccomp");
}

static void print_process_ability(void) {
  if (privileges_can_be_dropped()) return print_ability("processes", "yes", "a limit of their number");
  print_ability("processes", "no", "the kernel does not limit them for root; run as another user");
}

bool sandbox_probe(void) {
  int landlock = landlock_version();
  bool has_filter = filter_is_available();
  print_file_ability(landlock);
  print_filter_ability("system calls", has_filter);
  print_filter_ability("network", has_filter);
  print_signal_ability(landlock);
  print_ability("limits", "yes", "memory, stack, file size and open files of each process");
  print_process_ability();
  return landlock > 0 && has_filter;
}

#else

int sandbox_apply(const struct sandbox_policy *policy) {
  return policy->is_required ? fail("not available", "lessons are contained on Linux only") : 0;
}

bool sandbox_probe(void) {
  print_ability("sandbox", "no", "lessons are contained on Linux only");
  return false;
}

#endif
