// The process in which steps run, and the way into the sandbox.
//
//   lesson-host serve DESCRIPTOR RUNTIME FOLDER
//                                             runs steps in FOLDER, commanded through the socket DESCRIPTOR
//   lesson-host sandbox POLICY... -- PROGRAM  runs PROGRAM under the policy (Sandbox.h)
//   lesson-host sandbox --probe               says what this machine can contain

#include <Sandbox.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "channel.h"
#include "faults.h"
#include "session.h"
#include "streams.h"

/// What LessonKit calls to show a value: `payload` is that of `WIRE_DISPLAY`.
static void display(const void *payload, size_t length) {
  streams_flush();
  channel_send_bytes(WIRE_DISPLAY, payload, length);
  channel_await_acknowledgement();
}

/// What LessonKit calls for a model of the hub: the runner finds it, or fetches it. Gives a text for `free`: the
/// model's folder, or why there is none.
static char *find_model(const char *name, const char *revision, bool *is_found) {
  static char payload[1 << 16];
  streams_flush();
  channel_send(WIRE_FIND_MODEL, (struct piece[]){{name, strlen(name) + 1}, {revision, strlen(revision) + 1}}, 2);
  size_t length;
  struct wire_model model;
  if (channel_receive(payload, sizeof payload, &length) != WIRE_MODEL || length < sizeof model) _exit(1);
  memcpy(&model, payload, sizeof model);
  *is_found = model.is_found != 0;
  return strdup(payload + sizeof model);
}

/// LessonKit's: tells it that it runs in a lesson, and how to show values there.
typedef void attach(void (*display)(const void *payload, size_t length));

/// LessonKit's: tells it whom a step in async form tells that it has come to its end.
typedef void attach_step_end(void (*step_ends)(void));

/// LessonKit's: tells it whom to ask for models.
typedef void attach_model_finder(char *(*find)(const char *name, const char *revision, bool *is_found));

static int serve(const char *descriptor, const char *runtime, const char *folder) {
  channel_open(atoi(descriptor));
  if (chdir(folder) != 0) {
    const char *message = strerror(errno);
    channel_send_bytes(WIRE_UNUSABLE, message, strlen(message));
    return 1;
  }
  void *library = dlopen(runtime, RTLD_NOW | RTLD_GLOBAL);
  attach *attach_display = library != NULL ? (attach *)dlsym(library, "lessonkit_attach") : NULL;
  if (attach_display == NULL) {
    const char *message = dlerror();
    channel_send_bytes(WIRE_UNUSABLE, message, strlen(message));
    return 1;
  }
  attach_display(display);
  attach_step_end *attach_end = (attach_step_end *)dlsym(library, "lessonkit_attach_step_end");
  if (attach_end != NULL) attach_end(session_step_ends);
  attach_model_finder *attach_finder = (attach_model_finder *)dlsym(library, "lessonkit_attach_model_finder");
  if (attach_finder != NULL) attach_finder(find_model);
  streams_prepare();
  faults_prepare();
  channel_send(WIRE_READY, NULL, 0);
  session_run();
}

/// As `env` and `timeout` do, 125 is for the sandbox's own failures, 126 for a program that cannot be started.
static int run_in_sandbox(int argc, char **argv) {
  struct sandbox_policy policy;
  int first = sandbox_parse_arguments(argc, argv, &policy);
  if (first < 0 || first >= argc || sandbox_apply(&policy) != 0) return 125;
  execv(argv[first], argv + first);
  fprintf(stderr, "lesson-host: sandbox: %s: %s\n", argv[first], strerror(errno));
  return 126;
}

int main(int argc, char **argv) {
  bool is_sandbox = argc >= 3 && strcmp(argv[1], "sandbox") == 0;
  if (is_sandbox && strcmp(argv[2], "--probe") == 0) return sandbox_probe() ? 0 : 1;
  if (is_sandbox) return run_in_sandbox(argc - 2, argv + 2);
  if (argc == 5 && strcmp(argv[1], "serve") == 0) return serve(argv[2], argv[3], argv[4]);
  fprintf(stderr, "lesson-host is started by lesson; run `lesson --help`.\n");
  return 2;
}
