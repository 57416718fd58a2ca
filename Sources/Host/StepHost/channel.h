// The session's end of the wire.

#pragma once

#include <WireFormat.h>
#include <stdbool.h>
#include <stddef.h>

/// Sets the socket that all frames go through.
void channel_open(int descriptor);

/// Makes this process the one that sends frames. Another that tries, such as one that a step forked, ends.
void channel_take_over(void);

/// One piece of a frame's payload.
struct piece {
  const void *bytes;
  size_t length;
};

/// A frame's payload has at most so many pieces.
enum { max_pieces = 128 };

/// Sends one frame. Async-signal-safe. Ends the process when the runner is gone.
void channel_send(enum wire_event kind, const struct piece *pieces, size_t count);

/// Sends a frame whose payload is one piece.
void channel_send_bytes(enum wire_event kind, const void *bytes, size_t length);

/// Waits until the runner has recorded all that was sent and written so far.
void channel_await_acknowledgement(void);

/// Reads the next command into `payload`, a NUL after it. A runner that is gone has asked to quit; the process ends
/// when it talks nonsense.
enum wire_command channel_receive(char *payload, size_t capacity, size_t *length);

/// Waits until `descriptor` can be read. False when the runner is gone.
bool channel_stays_open_until(int descriptor);
