// Root becomes a user who owns nothing: the kernel then holds it to limits, and to no rights over other processes.

#if defined(__linux__)

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "parts.h"

/// Users that systemd sets aside for services without an account (61184 to 65519); one for each sandbox, as the limit
/// of processes is for a user. https://systemd.io/UIDS-GIDS
static uid_t unused_user(void) { return 61184 + (uid_t)getpid() % (65519 - 61184); }

/// The rights that are kept: to read and write other users' files, as root could; Landlock decides which.
static const uint32_t kept = 1u << CAP_DAC_OVERRIDE | 1u << CAP_FOWNER;

static int get_capabilities(struct __user_cap_data_struct capabilities[2]) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  return (int)syscall(SYS_capget, &header, capabilities);
}

static int set_capabilities(uint32_t set) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct capabilities[2] = {{set, set, set}, {0, 0, 0}};
  return (int)syscall(SYS_capset, &header, capabilities);
}

/// Makes `set` the rights of this process and of all programs that it starts.
static int keep_only(uint32_t set) {
  if (set_capabilities(set) != 0) return -1;
  for (int capability = 0; capability < 32; capability++) {
    if ((set >> capability & 1) == 0) continue;
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) != 0) return -1;
  }
  return 0;
}

bool privileges_can_be_dropped(void) {
  struct __user_cap_data_struct has[2];
  if (getuid() != 0) return true;
  uint32_t needed = 1u << CAP_SETUID | 1u << CAP_SETGID;
  return get_capabilities(has) == 0 && (has[0].permitted & needed) == needed;
}

int privileges_drop(void) {
  struct __user_cap_data_struct has[2];
  if (get_capabilities(has) != 0) return -1;
  uint32_t set = has[0].permitted & kept;
  if (getuid() != 0) return has[0].permitted == 0 && has[1].permitted == 0 ? 0 : keep_only(set);
  if (privileges_can_be_dropped()) {
    uid_t user = unused_user();
    // Without it `access` answers as if the kept rights were not there, and compilers believe it.
    prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP);
    if (prctl(PR_SET_KEEPCAPS, 1) != 0 || setgroups(0, NULL) != 0) return -1;
    if (setresgid(user, user, user) != 0 || setresuid(user, user, user) != 0) return -1;
  }
  return keep_only(set);
}

#endif
