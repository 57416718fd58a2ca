// Before a step the process forks. The parent sleeps as the snapshot of everything so far; the child runs the
// step and lives on as the session. When the child ends without having been told to quit, its step and all
// later ones are undone: the snapshot wakes, says so, and takes the next command.

#include "session.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel.h"
#include "faults.h"
#include "streams.h"
#include "tasks.h"

/// Shared by the whole chain: set when the runner has asked for the end.
static volatile int *is_quitting;

/// The process that the runner started: all others descend from it.
static pid_t root;

/// The process that sleeps as the snapshot before this one's step; 0 where there is none.
static pid_t snapshot;

/// Whether a step's top level runs: `exit` is then the step's doing.
static bool is_in_step;

/// Whether the top level of a step in async form has come to its last line.
static bool has_reached_end;

typedef int entry_point(int argc, char **argv);

static void finish(void);
static void obey_commands(void) __attribute__((noreturn));

/// Called by a step; the host's definition stands before the C library's.
///
/// A top level in async form ends in `exit(0)` within its task. The session then goes on from here, above the frames of
/// that task: the Swift runtime keeps pointers into them, and nothing ever returns to them.
__attribute__((visibility("default"), noreturn)) void exit(int status) {
  if (has_reached_end) {
    finish();
    obey_commands();
  }
  streams_flush();
  if (is_in_step) channel_send_bytes(WIRE_EXIT, &(uint32_t){(uint32_t)status}, sizeof(uint32_t));
  _exit(1);
}

void session_step_ends(void) { has_reached_end = true; }

uint32_t session_count_other_threads(void) {
  DIR *tasks = opendir("/proc/self/task");
  if (tasks == NULL) return 0;
  uint32_t count = 0;
  for (struct dirent *entry; (entry = readdir(tasks)) != NULL;) count += entry->d_name[0] != '.';
  closedir(tasks);
  return count > 0 ? count - 1 : 0;
}

static void announce_start(uint32_t step, bool has_snapshot) {
  const char *(*default_dtype)(void) = (const char *(*)(void))dlsym(RTLD_DEFAULT, "lessonkit_default_dtype");
  const char *dtype = default_dtype != NULL ? default_dtype() : "";
  struct wire_started started = {.step = step, .pid = getpid(), .has_snapshot = has_snapshot};
  struct piece pieces[] = {{&started, sizeof started}, {dtype, strlen(dtype)}};
  channel_send(WIRE_STARTED, pieces, 2);
}

static void fail_to_load(void) {
  const char *message = dlerror();
  channel_send_bytes(WIRE_LOAD_FAILED, message, strlen(message));
  _exit(1);
}

/// Whether nothing has been sent to the snapshot that it will die of: a step that kills it must not count as done, or
/// its end would be taken for that of the next step. A signal is pending from the moment that `kill` returns.
static bool snapshot_is_intact(void) {
  if (snapshot == 0) return true;
  if (getppid() != snapshot) return false;
  char line[64];
  snprintf(line, sizeof line, "/proc/%d/status", snapshot);
  FILE *status = fopen(line, "r");
  if (status == NULL) return true;
  bool has_pending = false;
  unsigned long long mask;
  while (fgets(line, sizeof line, status) != NULL) {
    bool is_mask = sscanf(line, "SigPnd: %llx", &mask) == 1 || sscanf(line, "ShdPnd: %llx", &mask) == 1;
    has_pending = has_pending || (is_mask && mask != 0);
  }
  fclose(status);
  return !has_pending;
}

/// The kernels' own threads are none that the step left running.
static void stop_threads_of_runtime(void) {
  void (*stop_threads)(void) = (void (*)(void))dlsym(RTLD_DEFAULT, "lessonkit_stop_threads");
  if (stop_threads != NULL) stop_threads();
}

static void finish(void) {
  is_in_step = has_reached_end = false;
  streams_flush();
  if (!snapshot_is_intact()) raise(SIGKILL);
  uint32_t closed = (uint32_t)streams_first_closed();
  if (closed != 0) {
    channel_send_bytes(WIRE_CLOSED_STREAM, &closed, sizeof closed);
    _exit(1);
  }
  stop_threads_of_runtime();
  struct wire_finished finished = {.other_threads = session_count_other_threads()};
  channel_send_bytes(WIRE_FINISHED, &finished, sizeof finished);
}

static void run_step(const struct wire_run *run, const char *library_path, const char *entry_name) {
  // RTLD_NOW: a name that a failed step would have declared must be missed here, not in the middle of the step.
  void *library = dlopen(library_path, RTLD_NOW | RTLD_GLOBAL);
  if (library == NULL) fail_to_load();
  entry_point *entry = (entry_point *)dlsym(library, entry_name);
  if (entry == NULL) fail_to_load();
  static char *arguments[] = {"lesson", NULL};
  if (run->is_async) tasks_take_over();
  is_in_step = true;
  entry(1, arguments);
  finish();
}

/// Ends what the steps started and left behind: the root inherits what has lost its parent.
static void end_orphans(void) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
  for (bool has_some = true; has_some;) {
    FILE *children = fopen(path, "r");
    has_some = false;
    for (int child; children != NULL && fscanf(children, "%d", &child) == 1; has_some = true) kill(child, SIGKILL);
    if (children != NULL) fclose(children);
    if (has_some) waitpid(-1, NULL, 0);
  }
}

static void end_session(void) {
  if (getpid() == root) end_orphans();
  _exit(0);
}

/// Waits until the child has ended; where the runner is gone before that, it ends the child, and the session with it.
static int wait_for(pid_t child, struct rusage *usage) {
  int status, handle = (int)syscall(SYS_pidfd_open, child, 0);
  if (handle >= 0 && !channel_stays_open_until(handle)) {
    *is_quitting = 1;
    kill(child, SIGKILL);
  }
  while (wait4(child, &status, 0, usage) < 0 && errno == EINTR) continue;
  if (handle >= 0) close(handle);
  return status;
}

/// Sleeps until the child has ended; returns when its step is to be forgotten.
static void sleep_as_snapshot(pid_t child, uint32_t step) {
  struct rusage usage;
  int status = wait_for(child, &usage);
  // What the step started and left behind goes with it.
  kill(-child, SIGKILL);
  if (*is_quitting) end_session();
  struct wire_woke woke = {.step = step, .status = status, .peak_kib = (uint64_t)usage.ru_maxrss};
  channel_send_bytes(WIRE_WOKE, &woke, sizeof woke);
}

/// True in the process that is to run the step: the child, or this one where no snapshot can be taken.
static bool fork_for_step(uint32_t step) {
  bool has_snapshot = session_count_other_threads() == 0;
  if (has_snapshot) {
    pid_t parent = getpid();
    pid_t child = fork();
    if (child > 0) {
      sleep_as_snapshot(child, step);
      return false;
    }
    has_snapshot = child == 0;
    if (child == 0) {
      // A group of its own, so that a step that kills its group kills only itself.
      setpgid(0, 0);
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (getppid() != parent) _exit(1);
      snapshot = parent;
      channel_take_over();
    }
  }
  announce_start(step, has_snapshot);
  return true;
}

static void obey_run(const char *payload, size_t length) {
  struct wire_run run;
  if (length <= sizeof run) _exit(1);
  memcpy(&run, payload, sizeof run);
  const char *library_path = payload + sizeof run;
  const char *entry_name = library_path + strlen(library_path) + 1;
  if (entry_name >= payload + length) _exit(1);
  if (fork_for_step(run.step)) run_step(&run, library_path, entry_name);
}

static void obey_commands(void) {
  static char payload[1 << 16];
  for (;;) {
    size_t length;
    switch (channel_receive(payload, sizeof payload, &length)) {
      case WIRE_RUN: obey_run(payload, length); break;
      case WIRE_ACKNOWLEDGE:
      case WIRE_MODEL: break;
      case WIRE_QUIT:
        *is_quitting = 1;
        end_session();
    }
  }
}

void session_run(void) {
  is_quitting = mmap(NULL, sizeof *is_quitting, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (is_quitting == MAP_FAILED) _exit(1);
  root = getpid();
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  obey_commands();
}
