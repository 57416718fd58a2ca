// Tries one act that a sandbox may forbid, and prints `ok` with a figure, or the error's name.
//
//   SandboxProbe ACT [PATH or NUMBER]

#include <stdio.h>
#include <string.h>

#if defined(__linux__)

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/// Something of which a program can have too much: gives false when no more is to be had.
typedef bool take(void);

static long count_until_refused(take *take_one, long at_most) {
  long count = 0;
  while (count < at_most && take_one()) count++;
  return count;
}

static bool take_process(void) {
  pid_t child = fork();
  if (child == 0) pause();
  return child > 0;
}

static bool take_file(void) { return open("/dev/null", O_RDONLY) >= 0; }

static bool take_mebibyte(int flags) {
  return mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool take_private_mebibyte(void) { return take_mebibyte(MAP_PRIVATE); }
static bool take_shared_mebibyte(void) { return take_mebibyte(MAP_SHARED); }

static long open_file(const char *path, int flags) { return open(path, flags, 0600); }

static long socket_pair(int domain, int type) {
  int ends[2];
  return socketpair(domain, type, 0, ends);
}

static long write_bytes(const char *path, long count) {
  int file = open(path, O_WRONLY | O_CREAT, 0600);
  long written = 0;
  for (ssize_t now = 1; file >= 0 && now > 0 && written < count; written += now > 0 ? now : 0) {
    now = write(file, "0123456789abcdef", 16);
  }
  return file < 0 ? -1 : written;
}

static long try_path(const char *act, const char *path) {
  if (strcmp(act, "read") == 0) return open_file(path, O_RDONLY);
  if (strcmp(act, "write") == 0) return open_file(path, O_WRONLY | O_CREAT);
  if (strcmp(act, "list") == 0) return open_file(path, O_RDONLY | O_DIRECTORY);
  if (strcmp(act, "remove") == 0) return unlink(path);
  if (strcmp(act, "truncate") == 0) return truncate(path, 0);
  if (strcmp(act, "open-truncating") == 0) return open_file(path, O_RDONLY | O_TRUNC);
  if (strcmp(act, "chmod") == 0) return chmod(path, 0777);
  if (strcmp(act, "touch") == 0) return utimensat(AT_FDCWD, path, NULL, 0);
  if (strcmp(act, "execute") == 0) return execl(path, path, NULL);
  if (strcmp(act, "fill") == 0) return write_bytes(path, 1 << 20);
  errno = ENOENT;
  return -1;
}

static long try_number(const char *act, long number) {
  if (strcmp(act, "signal") == 0) return kill((pid_t)number, 0);
  if (strcmp(act, "processes") == 0) return count_until_refused(take_process, number);
  if (strcmp(act, "files") == 0) return count_until_refused(take_file, number);
  if (strcmp(act, "memory") == 0) return count_until_refused(take_private_mebibyte, number);
  if (strcmp(act, "shared-memory") == 0) return count_until_refused(take_shared_mebibyte, number);
  return try_path(act, "");
}

static long try_act(const char *act) {
  if (strcmp(act, "nothing") == 0) return 0;
  if (strcmp(act, "socket") == 0) return socket(AF_INET, SOCK_STREAM, 0);
  if (strcmp(act, "local-socket") == 0) return socket(AF_UNIX, SOCK_STREAM, 0);
  if (strcmp(act, "packet-socket") == 0) return socket(AF_NETLINK, SOCK_RAW, 0);
  if (strcmp(act, "stream-pair") == 0) return socket_pair(AF_UNIX, SOCK_STREAM);
  if (strcmp(act, "datagram-pair") == 0) return socket_pair(AF_UNIX, SOCK_DGRAM);
  if (strcmp(act, "ptrace") == 0) return ptrace(PTRACE_TRACEME, 0, 0, 0);
  if (strcmp(act, "kill-all") == 0) return kill(-1, 0);
  if (strcmp(act, "unshare") == 0) return unshare(CLONE_NEWUSER);
  if (strcmp(act, "clone") == 0) return syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
  if (strcmp(act, "keyring") == 0) return syscall(SYS_keyctl, 0, -3, 0);
  if (strcmp(act, "memory-file") == 0) return syscall(SYS_memfd_create, "probe", 0);
  if (strcmp(act, "io-uring") == 0) return syscall(SYS_io_uring_setup, 0, NULL);
  if (strcmp(act, "type-on-terminal") == 0) return ioctl(0, TIOCSTI, "x");
  if (strcmp(act, "unknown-call") == 0) return syscall(1000);
  if (strcmp(act, "user") == 0) return getuid();
  errno = ENOENT;
  return -1;
}

static long try_with(const char *act, const char *argument) {
  bool is_number = argument[0] >= '0' && argument[0] <= '9';
  return is_number ? try_number(act, atol(argument)) : try_path(act, argument);
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  long result = argc == 2 ? try_act(argv[1]) : try_with(argv[1], argv[2]);
  if (result < 0) {
    printf("%s\n", strerrorname_np(errno));
  } else {
    printf("ok %ld\n", result);
  }
  fflush(stdout);
  // The processes it took.
  signal(SIGTERM, SIG_IGN);
  if (strcmp(argv[1], "processes") == 0) kill(0, SIGTERM);
  return 0;
}

#else

int main(void) { return 2; }

#endif
