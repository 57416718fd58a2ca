// Frames over the control socket: whole ones only, or the process ends.

#include "channel.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

static int control = -1;

void channel_open(int descriptor) { control = descriptor; }

static void send_all(const void *bytes, size_t length) {
  const char *at = bytes;
  while (length > 0) {
    ssize_t sent = send(control, at, length, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) _exit(1);
    at += sent;
    length -= (size_t)sent;
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
  struct wire_header header = {.length = 0, .kind = kind};
  for (size_t i = 0; i < count; i++) header.length += (uint32_t)pieces[i].length;
  send_all(&header, sizeof header);
  for (size_t i = 0; i < count; i++) send_all(pieces[i].bytes, pieces[i].length);
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
