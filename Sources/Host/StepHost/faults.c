// The stack is walked along its frame pointers, which Swift keeps, and sent as offsets into libraries; the
// runner turns them into lines. Doing it in the process takes microseconds and needs no right to trace it.

#include "faults.h"

#include <dlfcn.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "channel.h"
#include "streams.h"

enum { max_frames = 48, handler_stack_size = 1 << 16 };

struct stack {
  void *addresses[max_frames];
  size_t count;
};

/// The stack of the latest `throw`; an error that reaches the top level is nearly always the latest.
static struct stack latest_throw;

/// The longest step from one frame to the next that is believed.
static const uintptr_t max_frame_size = 1 << 20;

/// Follows the chain of frame pointers from `frame`. Return addresses are moved back into their call.
static void walk(struct stack *stack, void **frame) {
  while (stack->count < max_frames && frame != NULL && (uintptr_t)frame % sizeof(void *) == 0) {
    void *return_address = frame[1];
    if (return_address == NULL) return;
    stack->addresses[stack->count++] = (char *)return_address - 1;
    void **next = frame[0];
    if (next <= frame || (uintptr_t)next - (uintptr_t)frame > max_frame_size) return;
    frame = next;
  }
}

/// Sends a frame of the wire whose payload is `head`, then the stack.
static void send_with_stack(enum wire_event kind, const struct piece *head, size_t head_count, struct stack *stack) {
  struct piece pieces[4 + 2 * max_frames];
  struct wire_frame frames[max_frames];
  size_t count = 0;
  for (; count < head_count; count++) pieces[count] = head[count];
  for (size_t i = 0; i < stack->count; i++) {
    Dl_info info;
    if (dladdr(stack->addresses[i], &info) == 0 || info.dli_fname == NULL) continue;
    frames[i].offset = (uint64_t)((char *)stack->addresses[i] - (char *)info.dli_fbase);
    frames[i].path_length = (uint32_t)strlen(info.dli_fname);
    pieces[count++] = (struct piece){&frames[i], sizeof frames[i]};
    pieces[count++] = (struct piece){info.dli_fname, frames[i].path_length};
  }
  channel_send(kind, pieces, count);
}

static void **frame_pointer(ucontext_t *context) {
#if defined(__x86_64__)
  return (void **)context->uc_mcontext.gregs[REG_RBP];
#elif defined(__aarch64__)
  return (void **)context->uc_mcontext.regs[29];
#endif
}

static void *program_counter(ucontext_t *context) {
#if defined(__x86_64__)
  return (void *)context->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
  return (void *)context->uc_mcontext.pc;
#endif
}

static uintptr_t stack_pointer(ucontext_t *context) {
#if defined(__x86_64__)
  return (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
  return (uintptr_t)context->uc_mcontext.sp;
#endif
}

static void on_signal(int number, siginfo_t *info, void *raw_context) {
  streams_flush();
  ucontext_t *context = raw_context;
  uintptr_t distance = stack_pointer(context) - (uintptr_t)info->si_addr + max_frame_size;
  struct wire_trap trap = {
    .signal = number,
    .is_stack_overflow = number == SIGSEGV && distance < 2 * max_frame_size,
    .address = (uint64_t)(uintptr_t)info->si_addr,
  };
  struct stack stack = {.addresses = {program_counter(context)}, .count = 1};
  walk(&stack, frame_pointer(context));
  send_with_stack(WIRE_TRAP, &(struct piece){&trap, sizeof trap}, 1, &stack);
  _exit(128 + number);
}

/// Called by the Swift runtime and by steps; the host's definition stands before the C library's, whose functions keep
/// no frame pointers, so that a signal handler would not find the way back to the step.
__attribute__((visibility("default"), noreturn)) void abort(void) {
  streams_flush();
  struct wire_trap trap = {.signal = SIGABRT};
  struct stack stack = {.count = 0};
  walk(&stack, __builtin_frame_address(0));
  send_with_stack(WIRE_TRAP, &(struct piece){&trap, sizeof trap}, 1, &stack);
  _exit(128 + SIGABRT);
}

static void on_throw(void *error) {
  (void)error;
  latest_throw.count = 0;
  walk(&latest_throw, __builtin_frame_address(0));
}

/// LessonKit's: the type and the description of a Swift error, as strings that `free` takes.
typedef void describe_error(void *error, char **type, char **description);

/// Called by a step's entry point for an error that leaves its top level, in place of the Swift runtime's own
/// function of this name, which would end the process with a message of its own.
__attribute__((visibility("default"), swiftcall)) void swift_errorInMain(void *error) {
  char *type = "", *description = "";
  describe_error *describe = (describe_error *)dlsym(RTLD_DEFAULT, "lessonkit_describe_error");
  if (describe != NULL) describe(error, &type, &description);
  streams_flush();
  struct wire_thrown thrown = {(uint32_t)strlen(type), (uint32_t)strlen(description)};
  struct piece head[] = {
    {&thrown, sizeof thrown}, {type, thrown.type_length}, {description, thrown.description_length}};
  send_with_stack(WIRE_THROWN, head, 3, &latest_throw);
  _exit(1);
}

void faults_prepare(void) {
  // SIGPIPE keeps a closed pipe from being an error that a step can see; print would then fail silently.
  int signals[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGSYS};
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, NULL);
  void **hook = dlsym(RTLD_DEFAULT, "_swift_willThrow");
  if (hook != NULL) *hook = (void *)on_throw;
  faults_prepare_stack();
}

void faults_prepare_stack(void) {
  static char handler_stack[handler_stack_size];
  sigaltstack(&(stack_t){.ss_sp = handler_stack, .ss_size = sizeof handler_stack}, NULL);
}
