// The frames that the host, the runtime inside it and the runner exchange over one stream socket.
//
// A frame is a header and `length` bytes of payload. Integers are in the machine's byte order: both ends
// run on one machine. The runner trusts no frame: a session runs other people's code and may write anything.

#pragma once

#include <stdint.h>

struct wire_header {
  uint32_t length;
  uint32_t kind;
};

/// The largest payload that the runner accepts; a display larger than this is refused by the runtime.
#define WIRE_MAX_PAYLOAD (256u << 20)

/// Frames from the runner to the session.
enum wire_command {
  /// Run a step: `struct wire_run`, then the library's path, then its entry point's name, both NUL-terminated.
  WIRE_RUN = 'R',
  /// The runner has recorded all that came before the frame that asked; the session may go on.
  WIRE_ACKNOWLEDGE = 'A',
  /// The answer to `WIRE_FIND_MODEL`: `struct wire_model`, then the model's folder, or why there is none.
  WIRE_MODEL = 'M',
  /// End the session and all its snapshots.
  WIRE_QUIT = 'Q',
};

struct wire_run {
  uint32_t step;
  /// 1 when the step's top level was built in its async form.
  uint32_t is_async;
};

struct wire_model {
  /// 1 when the text is the folder.
  uint32_t is_found;
};

/// Frames from the session to the runner.
enum wire_event {
  /// The runtime is loaded, no step has run. Empty.
  WIRE_READY = 'r',
  /// The runtime library cannot be loaded: a message.
  WIRE_UNUSABLE = 'u',
  /// A step starts: `struct wire_started`, then the name of the default dtype.
  WIRE_STARTED = 's',
  /// Output was written, or is about to be, on another stream than before: the runner drains both and acknowledges.
  WIRE_SYNC = 'y',
  /// A value to show: for each part a `struct wire_part`, its MIME type and its data. Acknowledged.
  WIRE_DISPLAY = 'd',
  /// The step wants a model of the hub: its name, then its revision, both NUL-terminated. Answered with `WIRE_MODEL`,
  /// which may take as long as fetching the model.
  WIRE_FIND_MODEL = 'm',
  /// The step's library cannot be loaded: the dynamic linker's message. The step's process then ends.
  WIRE_LOAD_FAILED = 'l',
  /// An error left the top level: `struct wire_thrown`, type, description, then the frames of the throw.
  WIRE_THROWN = 't',
  /// A signal stopped the step: `struct wire_trap`, then the frames of the stack.
  WIRE_TRAP = 'x',
  /// The step called `exit`: a `uint32_t` status.
  WIRE_EXIT = 'e',
  /// The step left standard output (1) or standard error (2) closed or replaced: a `uint32_t`.
  WIRE_CLOSED_STREAM = 'c',
  /// Every task of the step waits for something that can no longer happen. Empty.
  WIRE_DEADLOCK = 'k',
  /// The step came to its end: `struct wire_finished`.
  WIRE_FINISHED = 'f',
  /// A snapshot woke because the process that ran after it ended: `struct wire_woke`.
  WIRE_WOKE = 'w',
};

struct wire_started {
  uint32_t step;
  int32_t pid;
  /// 0 when threads of earlier steps were running, so that no snapshot could be taken before this step.
  uint32_t has_snapshot;
};

struct wire_part {
  uint32_t type_length;
  uint32_t data_length;
};

struct wire_thrown {
  uint32_t type_length;
  uint32_t description_length;
};

/// One stack frame: an address inside a loaded library, then the library's path.
struct wire_frame {
  uint64_t offset;
  uint32_t path_length;
};

struct wire_trap {
  int32_t signal;
  /// 1 when the faulting address lies at the end of the stack.
  uint32_t is_stack_overflow;
  uint64_t address;
};

struct wire_finished {
  /// Threads that run besides the step's own.
  uint32_t other_threads;
};

struct wire_woke {
  /// The step before which this snapshot was taken; it and all later ones are undone.
  uint32_t step;
  /// As `waitpid` gives it.
  int32_t status;
  /// The largest resident size of the ended process, in KiB.
  uint64_t peak_kib;
};
