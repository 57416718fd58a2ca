// Frames over the control socket: whole ones only, or the process ends.

#include "channel.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static int control = -1;

/// The process that speaks for the session.
static pid_t owner;

void channel_open(int descriptor) {
  control = descriptor;
  channel_take_over();
}

void channel_take_over(void) { owner = getpid(); }

/// Sends all parts, in one call if the socket has room: a process may be killed between two calls, and half a frame
/// would make nonsense of the next one.
static void send_all(struct iovec *parts, size_t count) {
  while (count > 0) {
    ssize_t sent = writev(control, parts, (int)count);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) _exit(1);
    for (; count > 0 && (size_t)sent >= parts->iov_len; parts++, count--) sent -= (ssize_t)parts->iov_len;
    if (count > 0) *parts = (struct iovec){(char *)parts->iov_base + sent, parts->iov_len - (size_t)sent};
  }
}

/// False when the runner is gone.
static bool receive_all(void *bytes, size_t length) {
  char *at = bytes;
  while (length > 0) {
    ssize_t received = recv(control, at, length, 0);
    if (received < 0 && errno == EINTR) continue;
    if (received <= 0) return false;
    at += received;
    length -= (size_t)received;
  }
  return true;
}

void channel_send(enum wire_event kind, const struct piece *pieces, size_t count) {
  if (getpid() != owner) _exit(1);
  struct wire_header header = {.length = 0, .kind = kind};
  struct iovec parts[1 + max_pieces] = {{&header, sizeof header}};
  if (count > max_pieces) _exit(1);
  for (size_t i = 0; i < count; i++) {
    header.length += (uint32_t)pieces[i].length;
    parts[1 + i] = (struct iovec){(void *)pieces[i].bytes, pieces[i].length};
  }
  send_all(parts, 1 + count);
}

void channel_send_bytes(enum wire_event kind, const void *bytes, size_t length) {
  channel_send(kind, &(struct piece){bytes, length}, 1);
}

void channel_await_acknowledgement(void) {
  char none[1];
  size_t length;
  if (channel_receive(none, sizeof none, &length) != WIRE_ACKNOWLEDGE) _exit(1);
}

enum wire_command channel_receive(char *payload, size_t capacity, size_t *length) {
  struct wire_header header;
  if (!receive_all(&header, sizeof header)) return WIRE_QUIT;
  if (header.length >= capacity) _exit(1);
  if (!receive_all(payload, header.length)) return WIRE_QUIT;
  payload[header.length] = 0;
  *length = header.length;
  return (enum wire_command)header.kind;
}

bool channel_stays_open_until(int descriptor) {
  struct pollfd watched[] = {{.fd = descriptor, .events = POLLIN}, {.fd = control, .events = 0}};
  while (poll(watched, 2, -1) < 0 && errno == EINTR) continue;
  return watched[1].revents == 0;
}
