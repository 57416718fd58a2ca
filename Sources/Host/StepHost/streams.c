// Two pipes have no common order. So a write to standard error first waits until the runner has taken all of
// standard output, and then until it has taken the write itself. What goes past `write` and `stderr` of this
// image (a child process, a raw system call) is still captured, only its order is not certain.

#include "streams.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "channel.h"

static struct stat original[3];

static ssize_t write_all(int descriptor, const char *bytes, size_t length) {
  size_t done = 0;
  while (done < length) {
    ssize_t written = syscall(SYS_write, descriptor, bytes + done, length - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return done > 0 ? (ssize_t)done : written;
    done += (size_t)written;
  }
  return (ssize_t)done;
}

static void synchronise(void) {
  channel_send(WIRE_SYNC, NULL, 0);
  channel_await_acknowledgement();
}

static ssize_t write_in_order(const char *bytes, size_t length) {
  fflush(stdout);
  synchronise();
  ssize_t written = write_all(STDERR_FILENO, bytes, length);
  int error = errno;
  synchronise();
  errno = error;
  return written;
}

/// Stands before the C library's `write` for everything that the session loads.
__attribute__((visibility("default"))) ssize_t write(int descriptor, const void *bytes, size_t length) {
  bool is_ordered = descriptor == STDERR_FILENO && original[STDERR_FILENO].st_ino != 0;
  return is_ordered ? write_in_order(bytes, length) : syscall(SYS_write, descriptor, bytes, length);
}

static ssize_t write_cookie(void *cookie, const char *bytes, size_t length) {
  (void)cookie;
  ssize_t written = write_in_order(bytes, length);
  return written < 0 ? 0 : written;
}

void streams_prepare(void) {
  for (int descriptor = 1; descriptor <= 2; descriptor++) fstat(descriptor, &original[descriptor]);
  setvbuf(stdout, NULL, _IOLBF, 1 << 16);
  FILE *ordered = fopencookie(NULL, "w", (cookie_io_functions_t){.write = write_cookie});
  if (ordered == NULL) return;
  setvbuf(ordered, NULL, _IOLBF, 1 << 12);
  stderr = ordered;
}

void streams_flush(void) {
  fflush(stdout);
  fflush(stderr);
}

int streams_first_closed(void) {
  for (int descriptor = 1; descriptor <= 2; descriptor++) {
    struct stat now;
    bool is_same = fstat(descriptor, &now) == 0 && now.st_ino == original[descriptor].st_ino &&
                   now.st_dev == original[descriptor].st_dev;
    if (!is_same) return descriptor;
  }
  return 0;
}
