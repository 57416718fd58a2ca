// The seccomp filter: system calls that a lesson has no use for fail with EPERM, so that a step gets an error that it
// can show, not a death that it cannot explain. https://docs.kernel.org/userspace-api/seccomp_filter.html
//
// Landlock holds files. This holds what is not a file, and the few ways past Landlock: calls that change a file's
// mode, owner or times by its path, and, in its early versions, cutting a file off.

#if defined(__linux__)

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "parts.h"

#if defined(__x86_64__)
#define NATIVE_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

// Newer than many C libraries' headers; the same on all architectures.
enum {
  sys_pidfd_getfd = 438,
  sys_quotactl_fd = 443,
  sys_memfd_secret = 447,
  sys_fchmodat2 = 452,
  sys_setxattrat = 463,
  sys_removexattrat = 466,
  sys_open_tree_attr = 467,
  sys_file_setattr = 469,
  /// The newest call that was weighed here; later ones look as if the kernel did not have them.
  newest_known = 469,
  /// Set in the numbers of x86-64's second, 32-bit, way to call.
  x32_bit = 0x40000000,
};

static const int denied[] = {
  // Other processes.
  SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp, sys_pidfd_getfd, SYS_process_madvise,
  // The tree of mounts, and files by handle instead of path.
  SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_move_mount, SYS_open_tree, sys_open_tree_attr, SYS_fsopen,
  SYS_fsconfig, SYS_fsmount, SYS_fspick, SYS_mount_setattr, SYS_name_to_handle_at, SYS_open_by_handle_at,
  SYS_fanotify_init, SYS_quotactl, sys_quotactl_fd,
  // Namespaces.
  SYS_unshare, SYS_setns,
  // The kernel's keyrings.
  SYS_keyctl, SYS_add_key, SYS_request_key,
  // Code in the kernel, and doors with a history of holes.
  SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register,
  // The machine.
  SYS_kexec_load, SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_reboot, SYS_swapon, SYS_swapoff, SYS_acct,
  SYS_syslog, SYS_vhangup, SYS_sethostname, SYS_setdomainname, SYS_settimeofday, SYS_clock_settime, SYS_adjtimex,
  SYS_clock_adjtime,
  // Memory that outlives the process or escapes its limits, and messages to other programs.
  SYS_shmget, SYS_semget, SYS_msgget, SYS_mq_open, SYS_memfd_create, sys_memfd_secret,
  // A file's mode, owner and attributes by its path.
  SYS_fchmodat, sys_fchmodat2, SYS_fchownat, SYS_setxattr, SYS_lsetxattr, SYS_removexattr, SYS_lremovexattr,
  sys_setxattrat, sys_removexattrat, sys_file_setattr,
#if defined(__x86_64__)
  SYS_chmod, SYS_chown, SYS_lchown, SYS_utime, SYS_utimes, SYS_futimesat, SYS_iopl, SYS_ioperm, SYS_modify_ldt,
  SYS_kexec_file_load, SYS__sysctl, SYS_uselib, SYS_ustat, SYS_sysfs,
#endif
};

/// Denied unless the network is allowed. A socket pair needs none of them; a message that names its receiver could go
/// to any local address.
static const int denied_network[] = {
  SYS_socket, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4, SYS_sendmsg, SYS_sendmmsg,
};

enum { max_instructions = 512 };

struct program {
  struct sock_filter instructions[max_instructions];
  unsigned short count;
};

static void emit(struct program *program, uint16_t code, uint32_t operand, uint8_t if_true, uint8_t if_false) {
  if (program->count == max_instructions) return;
  program->instructions[program->count++] = (struct sock_filter){code, if_true, if_false, operand};
}

static void emit_load(struct program *program, size_t offset) {
  emit(program, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void emit_return(struct program *program, uint32_t error) {
  emit(program, BPF_RET | BPF_K, error == 0 ? SECCOMP_RET_ALLOW : SECCOMP_RET_ERRNO | error, 0, 0);
}

/// Both halves of an argument; the kernel of both architectures is little-endian.
static size_t low(int argument) { return offsetof(struct seccomp_data, args) + 8 * (size_t)argument; }
static size_t high(int argument) { return low(argument) + 4; }

static void deny(struct program *program, int call, uint32_t error) {
  emit(program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 1);
  emit_return(program, error);
}

/// Denies `call` where `word & mask` equals `value`, or where it does not.
static void deny_by_argument(
  struct program *program, int call, size_t word, uint32_t mask, uint32_t value, bool where_equal
) {
  emit(program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 5);
  emit_load(program, word);
  emit(program, BPF_ALU | BPF_AND | BPF_K, mask, 0, 0);
  emit(program, BPF_JMP | BPF_JEQ | BPF_K, value, where_equal ? 0 : 1, where_equal ? 1 : 0);
  emit_return(program, EPERM);
  emit_load(program, offsetof(struct seccomp_data, nr));
}

static void deny_where(struct program *program, int call, size_t word, uint32_t mask, uint32_t value) {
  deny_by_argument(program, call, word, mask, value, true);
}

static void deny_unless(struct program *program, int call, size_t word, uint32_t mask, uint32_t value) {
  deny_by_argument(program, call, word, mask, value, false);
}

static void emit_architecture(struct program *program) {
  emit_load(program, offsetof(struct seccomp_data, arch));
  emit(program, BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCHITECTURE, 1, 0);
  emit_return(program, EPERM);
  emit_load(program, offsetof(struct seccomp_data, nr));
  // Numbers beyond the known, among them all that have the x32 bit.
  emit(program, BPF_JMP | BPF_JGT | BPF_K, newest_known, 0, 1);
  emit_return(program, ENOSYS);
}

/// Denies `call` unless the pointer in `argument` is null.
static void deny_unless_null(struct program *program, int call, int argument) {
  deny_unless(program, call, low(argument), ~0u, 0);
  deny_unless(program, call, high(argument), ~0u, 0);
}

static void deny_network(struct program *program) {
  for (size_t i = 0; i < sizeof denied_network / sizeof *denied_network; i++) deny(program, denied_network[i], EPERM);
  deny_unless_null(program, SYS_sendto, 4);
}

/// Sockets to other machines; local ones would reach the user's other programs.
static void allow_network(struct program *program) {
  // AF_INET and AF_INET6 differ in this bit.
  _Static_assert((AF_INET | 8) == AF_INET6, "one mask for both families");
  deny_unless(program, SYS_socket, low(0), ~8u, AF_INET);
  // SOCK_STREAM and SOCK_SEQPACKET: a datagram socket could send to any local address.
  deny_unless(program, SYS_socketpair, low(1), 0xb, SOCK_STREAM);
}

static void emit_network(struct program *program, bool is_allowed) {
  if (is_allowed) {
    allow_network(program);
  } else {
    deny_network(program);
  }
  deny_unless(program, SYS_socketpair, low(0), ~0u, AF_UNIX);
}

static void emit_processes(struct program *program) {
  // To every process that may be signalled: that would be the session's snapshots too.
  deny_where(program, SYS_kill, low(0), ~0u, (uint32_t)-1);
  uint32_t namespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |
                        (uint32_t)CLONE_NEWNET;
  deny_unless(program, SYS_clone, low(0), namespaces, 0);
  // Its flags are in memory, where a filter cannot look. The C library then falls back to `clone`.
  deny(program, SYS_clone3, ENOSYS);
}

static void deny_truncating_without_writing(struct program *program, int call, int flags_argument) {
  // Landlock asks for no right to write for these two, and before version 3 for none to cut the file off.
  uint32_t mask = O_ACCMODE | O_TRUNC;
  deny_where(program, call, low(flags_argument), mask, O_RDONLY | O_TRUNC);
  deny_where(program, call, low(flags_argument), mask, O_ACCMODE | O_TRUNC);
}

static void emit_files(struct program *program, int landlock_version) {
  deny_truncating_without_writing(program, SYS_openat, 2);
#if defined(__x86_64__)
  deny_truncating_without_writing(program, SYS_open, 1);
#endif
  deny(program, SYS_openat2, ENOSYS);
  if (landlock_version < 3) deny(program, SYS_truncate, EPERM);
  // A file's times by its path: not the form for an open file, which passes no path.
  deny_unless_null(program, SYS_utimensat, 1);
  // Typing on the user's terminal.
  deny_where(program, SYS_ioctl, low(1), ~0u, TIOCSTI);
  deny_where(program, SYS_ioctl, low(1), ~0u, TIOCLINUX);
}

bool filter_is_available(void) {
#if defined(NATIVE_ARCHITECTURE)
  // With a null program this fails with EFAULT where filters exist, and with EINVAL where they do not.
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL, 0, 0) != 0 && errno == EFAULT;
#else
  return false;
#endif
}

int filter_apply(const struct sandbox_policy *policy, int landlock_version) {
  struct program program = {.count = 0};
  emit_architecture(&program);
  emit_network(&program, policy->allows_network);
  emit_processes(&program);
  emit_files(&program, landlock_version);
  for (size_t i = 0; i < sizeof denied / sizeof *denied; i++) deny(&program, denied[i], EPERM);
  emit_return(&program, 0);
  if (program.count == max_instructions) return errno = E2BIG, -1;
  struct sock_fprog filter = {program.count, program.instructions};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0);
}

#endif
