// SPDX-License-Identifier: Apache-2.0
#include "proxy/confinement/program_calls.hpp"

#include <linux/netlink.h>
#include <sched.h>
#include <sys/ioctl.h>  // IWYU pragma: keep
#include <sys/mman.h>
#include <sys/prctl.h>  // IWYU pragma: keep
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>

#include "proxy/confinement/call_filter.hpp"

namespace postern::confinement {
namespace {

// As the C library, libuv and the name services of the distributions make them, on any processor.
// clang-format off
constexpr const char* kAllowed[] = {
    // What is open.
    "read", "readv", "pread64", "preadv", "write", "writev", "pwrite64", "pwritev", "lseek",
    "close", "close_range", "dup", "dup2", "dup3", "fcntl", "fcntl64", "flock", "fsync",
    "fdatasync", "ftruncate", "ftruncate64", "fallocate", "sendfile", "pipe", "pipe2",
    // Files, where the process may; what it may not is said by their modes, and by file_walls.hpp.
    "open", "openat", "openat2", "access", "faccessat", "faccessat2", "stat", "stat64", "lstat",
    "lstat64", "fstat", "fstat64", "fstatat64", "newfstatat", "statx", "statfs", "statfs64",
    "fstatfs", "fstatfs64", "readlink", "readlinkat", "getdents", "getdents64", "getcwd", "mkdir",
    "mkdirat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "chown", "lchown",
    "fchown", "fchownat", "umask", "fadvise64", "inotify_init", "inotify_init1",
    "inotify_add_watch", "inotify_rm_watch",
    // The network.
    "connect", "bind", "listen", "accept", "accept4", "shutdown", "getsockname", "getpeername",
    "getsockopt", "setsockopt", "send", "sendto", "sendmsg", "sendmmsg", "recv", "recvfrom",
    "recvmsg", "recvmmsg", "recvmmsg_time64",
    // Waiting.
    "epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2",
    "poll", "ppoll", "ppoll_time64", "select", "_newselect", "pselect6", "pselect6_time64",
    "eventfd", "eventfd2", "timerfd_create", "timerfd_settime", "timerfd_settime64",
    "timerfd_gettime", "timerfd_gettime64", "nanosleep", "clock_nanosleep",
    "clock_nanosleep_time64", "restart_syscall", "wait4", "waitid",
    // Time, chance, and what the process is.
    "clock_gettime", "clock_gettime64", "clock_getres", "clock_getres_time64", "gettimeofday",
    "time", "times", "getrandom", "getpid", "getppid", "gettid", "getuid", "getuid32", "geteuid",
    "geteuid32", "getgid", "getgid32", "getegid", "getegid32", "getgroups", "getgroups32",
    "getresuid", "getresgid", "getpgrp", "getpgid", "getsid", "getrlimit", "ugetrlimit",
    "getrusage", "getpriority", "getcpu", "capget", "sysinfo", "uname",
    // Memory and threads.
    "brk", "munmap", "mremap", "madvise", "mincore", "mlock", "mlock2", "munlock", "membarrier",
    "futex", "futex_time64", "futex_waitv", "set_robust_list", "get_robust_list", "rseq",
    "set_tid_address", "sched_yield", "sched_getaffinity", "sched_setaffinity", "sched_getparam",
    "sched_getscheduler", "sched_get_priority_max", "sched_get_priority_min", "exit", "exit_group",
    // Signals.
    "rt_sigaction", "rt_sigprocmask", "rt_sigpending", "rt_sigreturn", "rt_sigtimedwait",
    "rt_sigtimedwait_time64", "sigaltstack", "sigreturn", "pidfd_send_signal",
};

// Nothing that this process has loaded calls these by itself, whatever the distribution.
constexpr const char* kDeadly[] = {
#if !defined(__SANITIZE_ADDRESS__)
    // The search for leaks, at the end, looks at the process from another one.
    "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev", "personality",
#endif
    // Programs and processes.
    "execve", "execveat", "pidfd_getfd", "process_madvise", "process_mrelease",
    // The kernel's more remote parts.
    "bpf", "perf_event_open", "userfaultfd", "keyctl", "add_key", "request_key", "seccomp",
    "modify_ldt", "iopl", "ioperm", "vm86", "vm86old", "lookup_dcookie", "fanotify_init",
    "fanotify_mark", "memfd_secret", "remap_file_pages", "mbind", "migrate_pages", "move_pages",
    "set_mempolicy", "vmsplice",
    // The machine.
    "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot",
    "swapon", "swapoff", "acct", "quotactl", "quotactl_fd", "sethostname", "setdomainname",
    "settimeofday", "clock_settime", "clock_settime64", "clock_adjtime", "clock_adjtime64",
    "adjtimex", "stime", "syslog", "vhangup", "nfsservctl",
    // Its file systems.
    "mount", "umount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "fsopen",
    "fsconfig", "fsmount", "fspick", "mount_setattr", "open_by_handle_at", "mknod", "mknodat",
    // Namespaces, and other identities.
    "unshare", "setns", "setuid", "setuid32", "setgid", "setgid32", "setreuid", "setreuid32",
    "setregid", "setregid32", "setresuid", "setresuid32", "setresgid", "setresgid32", "setfsuid",
    "setfsuid32", "setfsgid", "setfsgid32", "setgroups", "setgroups32", "capset",
};
// clang-format on

// Their flags are in memory, where a filter does not look; the C library takes clone() then.
constexpr const char* kUnheardOf[] = {"clone3"};

constexpr std::uint64_t kWord = 0xffff'ffff;  // an int; what is above it is nobody's

// Threads of this process, and nothing else that clone(2) makes.
void allow_threads(CallFilter& filter) {
  constexpr std::uint64_t kThread = CLONE_VM | CLONE_SIGHAND | CLONE_THREAD;
  constexpr std::uint64_t kSpaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                                    CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
  filter.allow("clone", {{.number = 0, .mask = kThread | kSpaces, .value = kThread}});
  const auto self = static_cast<std::uint64_t>(getpid());
  filter.allow("tgkill", {{.number = 0, .mask = kWord, .value = self}});
}

// Memory can be executed only if it is of a file and cannot be written to: a library of a name
// service that is loaded at the first name.
void allow_memory(CallFilter& filter) {
  constexpr std::uint64_t kWritten = PROT_EXEC | PROT_WRITE;
  for (const char* const call : {"mmap", "mmap2"}) {
    filter.allow(call, {{.number = 2, .mask = PROT_EXEC, .value = 0}});
    filter.allow(call, {{.number = 2, .mask = kWritten, .value = PROT_EXEC},
                        {.number = 3, .mask = MAP_ANONYMOUS, .value = 0}});
  }
  filter.allow("mprotect", {{.number = 2, .mask = PROT_EXEC, .value = 0}});
}

// The last two are how the C library asks for this machine's addresses; netlink's other parts are
// for administrators.
void allow_sockets(CallFilter& filter) {
  constexpr std::uint64_t kKind = 0xf;  // beside SOCK_CLOEXEC and SOCK_NONBLOCK
  constexpr std::uint64_t kFamilies[] = {AF_INET, AF_INET6, AF_UNIX};
  for (const std::uint64_t family : kFamilies) {
    for (const std::uint64_t kind : {SOCK_STREAM, SOCK_DGRAM}) {
      filter.allow("socket", {{.number = 0, .mask = kWord, .value = family},
                              {.number = 1, .mask = kKind, .value = kind}});
    }
  }
  for (const std::uint64_t kind : {SOCK_RAW, SOCK_DGRAM}) {
    filter.allow("socket", {{.number = 0, .mask = kWord, .value = AF_NETLINK},
                            {.number = 1, .mask = kKind, .value = kind},
                            {.number = 2, .mask = kWord, .value = NETLINK_ROUTE}});
  }
  filter.allow("socketpair", {{.number = 0, .mask = kWord, .value = AF_UNIX}});
}

// What of a call with many faces is a server's.
void allow_faces(CallFilter& filter) {
  constexpr std::uint64_t kRequests[] = {FIONBIO, FIONREAD,   FIOCLEX, FIONCLEX,
                                         TCGETS,  TIOCGWINSZ, TIOCOUTQ};
  for (const std::uint64_t request : kRequests) {
    filter.allow("ioctl", {{.number = 1, .mask = kWord, .value = request}});
  }
  constexpr std::uint64_t kOptions[] = {PR_SET_NAME, PR_GET_NAME, PR_GET_DUMPABLE, PR_SET_VMA};
  for (const std::uint64_t what : kOptions) {
    filter.allow("prctl", {{.number = 0, .mask = kWord, .value = what}});
  }
  // Its own limits.
  filter.allow("prlimit64", {{.number = 0, .mask = kWord, .value = 0}});
  constexpr std::uint64_t kOthers = S_ISUID | S_ISGID;
  for (const char* const call : {"chmod", "fchmod"}) {
    filter.allow(call, {{.number = 1, .mask = kOthers, .value = 0}});
  }
  for (const char* const call : {"fchmodat", "fchmodat2"}) {
    filter.allow(call, {{.number = 2, .mask = kOthers, .value = 0}});
  }
}

}  // namespace

std::span<const char* const> allowed_program_calls() noexcept { return kAllowed; }
std::span<const char* const> deadly_program_calls() noexcept { return kDeadly; }

std::string filter_program_calls() {
  if (kProgramFilter == CallsFiltered::kNone) return {};
  if (kProgramFilter == CallsFiltered::kIntruders) {
    CallFilter filter(Otherwise::kAllowed);
    filter.kill(kDeadly);
    return filter.load();
  }
  CallFilter filter;
  filter.allow(kAllowed);
  allow_threads(filter);
  allow_memory(filter);
  allow_sockets(filter);
  allow_faces(filter);
  filter.deny_existence(kUnheardOf);
  filter.kill(kDeadly);
  return filter.load();
}

}  // namespace postern::confinement
