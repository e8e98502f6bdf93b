// SPDX-License-Identifier: Apache-2.0
// What whoever breaks into the program would try next, each by a process that has given up what the
// program gives up; and the same without that, to see that it is the filter which refuses.
#include "proxy/confinement/program_calls.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <netdb.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>
#include <functional>
#include <string_view>
#include <thread>
#include <vector>

#include "proxy/confinement/call_filter.hpp"

namespace postern::confinement {
namespace {

constexpr int kRefused = 10;  // with EPERM
constexpr int kAllowed = 11;
constexpr int kUnheardOf = 12;  // ENOSYS
constexpr int kBroken = 13;
constexpr int kKilled = -SIGSYS;

enum class Bound { kYes, kNo };

// What becomes of a call, or minus the signal that ended the process which made it.
int tried(const std::function<long()>& call, Bound bound) {
  const pid_t process = ::fork();
  REQUIRE(process >= 0);
  if (process == 0) {
    if (bound == Bound::kYes && !filter_program_calls().empty()) _exit(kBroken);
    errno = 0;
    if (call() != -1) _exit(kAllowed);
    if (errno == ENOSYS) _exit(kUnheardOf);
    _exit(errno == EPERM ? kRefused : kAllowed);
  }
  int status = 0;
  REQUIRE(::waitpid(process, &status, 0) == process);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

struct Attempt {
  const char* call;  // its system call
  const char* what;
  int expected;
  std::function<long()> make;
};

long call(long number, long first = 0, long second = 0, long third = 0, long fourth = 0,
          long fifth = 0) {
  return ::syscall(number, first, second, third, fourth, fifth);
}

long words(const char* text) { return reinterpret_cast<long>(text); }

void* map(int protection) {
  return ::mmap(nullptr, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

long run_shell() {
  static char shell[] = "/bin/sh";
  static char option[] = "-c";
  static char script[] = "exit 11";
  static char* arguments[] = {shell, option, script, nullptr};
  return ::execve(shell, arguments, nullptr);
}

// Arguments that the kernel refuses for another reason, where it would do harm.
const std::vector<Attempt>& ends() {
  static const std::vector<Attempt> kAttempts = {
      {"execve", "a shell", kKilled, [] { return run_shell(); }},
      {"execveat", "a program", kKilled, [] { return call(SYS_execveat, -1, words("x")); }},
      {"fork", "a process", kKilled, [] { return std::max(0L, call(SYS_fork)); }},
      {"ptrace", "to be traced", kKilled, [] { return ::ptrace(PTRACE_TRACEME, 0, 0, 0); }},
      {"process_vm_readv", "memory", kKilled, [] { return call(SYS_process_vm_readv, getppid()); }},
      {"process_vm_writev", "memory", kKilled, [] { return call(SYS_process_vm_writev, 1); }},
      {"pidfd_getfd", "a descriptor", kKilled, [] { return call(SYS_pidfd_getfd, -1); }},
      {"mount", "a file system", kKilled, [] { return call(SYS_mount, words(""), words("")); }},
      {"umount2", "none", kKilled, [] { return ::syscall(SYS_umount2, "/nowhere", 0); }},
      {"pivot_root", "another root", kKilled, [] { return call(SYS_pivot_root); }},
      {"chroot", "another root", kKilled, [] { return ::chroot("/nowhere"); }},
      {"move_mount", "a mount", kKilled, [] { return call(SYS_move_mount, -1); }},
      {"open_tree", "a mount", kKilled, [] { return call(SYS_open_tree, -1); }},
      {"fsopen", "a file system", kKilled, [] { return call(SYS_fsopen); }},
      {"unshare", "a user namespace", kKilled, [] { return ::unshare(CLONE_NEWUSER); }},
      {"setns", "another namespace", kKilled, [] { return ::setns(-1, 0); }},
      {"bpf", "a program in the kernel", kKilled, [] { return call(SYS_bpf, -1); }},
      {"keyctl", "keys of the kernel", kKilled, [] { return call(SYS_keyctl, -1); }},
      {"add_key", "keys of the kernel", kKilled, [] { return call(SYS_add_key); }},
      {"request_key", "keys of the kernel", kKilled, [] { return call(SYS_request_key); }},
      {"userfaultfd", "faults", kKilled, [] { return call(SYS_userfaultfd, -1); }},
      {"perf_event_open", "to measure", kKilled, [] { return call(SYS_perf_event_open); }},
      {"init_module", "a module", kKilled, [] { return call(SYS_init_module); }},
      {"finit_module", "a module", kKilled, [] { return call(SYS_finit_module, -1); }},
      {"delete_module", "a module", kKilled, [] { return call(SYS_delete_module); }},
      {"kexec_load", "a kernel", kKilled, [] { return call(SYS_kexec_load, 0, 0, 0, -1); }},
      {"reboot", "a new start", kKilled, [] { return call(SYS_reboot); }},
      {"swapon", "swap", kKilled, [] { return call(SYS_swapon, words("/nowhere")); }},
      {"swapoff", "swap", kKilled, [] { return call(SYS_swapoff, words("/nowhere")); }},
      {"open_by_handle_at", "a file", kKilled, [] { return call(SYS_open_by_handle_at, -1); }},
      {"fanotify_init", "all files", kKilled, [] { return call(SYS_fanotify_init, -1); }},
      {"mknodat", "a device", kKilled, [] { return ::mknod("", S_IFCHR, 0); }},
      {"personality", "another one", kKilled, [] { return call(SYS_personality, 0xffffffff); }},
      {"setresuid", "a user", kKilled, [] { return call(SYS_setresuid, -1, -1, -1); }},
      {"setgroups", "groups", kKilled, [] { return call(SYS_setgroups, -1); }},
      {"capset", "capabilities", kKilled, [] { return call(SYS_capset); }},
      {"settimeofday", "the time", kKilled, [] { return call(SYS_settimeofday); }},
      {"sethostname", "a name", kKilled, [] { return call(SYS_sethostname, 0, -1); }},
      {"seccomp", "another filter", kKilled, [] { return call(SYS_seccomp, -1); }},
  };
  return kAttempts;
}

long socket_of(int family, int kind, int protocol) { return ::socket(family, kind, protocol); }

const std::vector<Attempt>& refusals() {
  constexpr int kNetfilter = NETLINK_NETFILTER;
  static const std::vector<Attempt> kAttempts = {
      {"socket", "packets", kRefused, [] { return socket_of(AF_PACKET, SOCK_RAW, 0); }},
      {"socket", "a raw one", kRefused, [] { return socket_of(AF_INET, SOCK_RAW, 1); }},
      {"socket", "netfilter", kRefused, [] { return socket_of(AF_NETLINK, SOCK_RAW, kNetfilter); }},
      {"socket", "ciphers", kRefused, [] { return socket_of(AF_ALG, SOCK_SEQPACKET, 0); }},
      {"socket", "the host's", kRefused, [] { return socket_of(AF_VSOCK, SOCK_STREAM, 0); }},
      {"clone", "a process", kRefused,
       [] { return ::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, 0); }},
      {"clone", "a user namespace", kRefused,
       [] { return ::syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, nullptr, nullptr, nullptr, 0); }},
      {"clone3", "anything", kUnheardOf, [] { return call(SYS_clone3); }},
      {"io_uring_setup", "calls in a ring", kRefused, [] { return call(SYS_io_uring_setup, 1); }},
      {"memfd_create", "a file of memory", kRefused, [] { return ::memfd_create("m", 0); }},
      {"kill", "to end another", kRefused, [] { return ::kill(getppid(), 0); }},
      {"tgkill", "to end another", kRefused,
       [] { return call(SYS_tgkill, getppid(), getppid(), 0); }},
      {"pidfd_open", "another process", kRefused, [] { return call(SYS_pidfd_open, getppid()); }},
      {"prlimit64", "another's limits", kRefused,
       [] { return ::prlimit(getppid(), RLIMIT_CORE, nullptr, nullptr); }},
      {"prctl", "a core dump", kRefused, [] { return ::prctl(PR_SET_DUMPABLE, 1); }},
      {"prctl", "capabilities", kRefused, [] { return ::prctl(PR_CAPBSET_READ, 0); }},
      {"ioctl", "to type", kRefused, [] { return ::ioctl(-1, TIOCSTI, "x"); }},
      {"chmod", "a program of its user", kRefused, [] { return ::chmod("/nowhere", S_ISUID); }},
      {"mmap", "code that it writes", kRefused,
       [] { return map(PROT_WRITE | PROT_EXEC) == MAP_FAILED ? -1L : 0L; }},
      {"mmap", "code of nothing", kRefused,
       [] { return map(PROT_READ | PROT_EXEC) == MAP_FAILED ? -1L : 0L; }},
      {"mprotect", "code that it wrote", kRefused,
       [] { return ::mprotect(map(PROT_WRITE), 4096, PROT_READ | PROT_EXEC); }},
      {"symlinkat", "a link", kRefused, [] { return ::symlink("x", ""); }},
      {"linkat", "a link", kRefused, [] { return ::link("", "x"); }},
      {"shmget", "shared memory", kRefused, [] { return call(SYS_shmget); }},
      {"setpriority", "to come first", kRefused,
       [] { return ::setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0)); }},
  };
  return kAttempts;
}

bool is_deadly(std::string_view call) {
  const auto deadly = deadly_program_calls();
  return std::ranges::find(deadly, call) != deadly.end();
}

void check_all(const std::vector<Attempt>& attempts) {
  for (const Attempt& one : attempts) {
    CAPTURE(one.call, one.what);
    CHECK(tried(one.make, Bound::kYes) == one.expected);
    // The kernel itself refuses much to a user.
    if (geteuid() == 0) CHECK(tried(one.make, Bound::kNo) != one.expected);
  }
}

TEST_CASE("what only an intruder calls is the end of the program", "[confinement]") {
  if (kProgramFilter == CallsFiltered::kNone) return;
  std::vector<Attempt> attempts = ends();
  if (kProgramFilter == CallsFiltered::kIntruders) {
    std::erase_if(attempts, [](const Attempt& one) { return !is_deadly(one.call); });
  }
  CHECK(attempts.size() > 30);
  check_all(attempts);
}

TEST_CASE("what the program has no use for is refused", "[confinement]") {
  if (kProgramFilter == CallsFiltered::kAll) check_all(refusals());
}

TEST_CASE("what a server does is let through", "[confinement]") {
  const auto allowed = [](const std::function<long()>& make) {
    return tried(make, Bound::kYes) == kAllowed;
  };
  CHECK(allowed([] {
    int number = 0;
    std::thread([&] { number = 1; }).join();
    return number == 1 ? 0L : -1L;
  }));
  CHECK(allowed([] {
    addrinfo* found = nullptr;
    return ::getaddrinfo("localhost", "110", nullptr, &found) == 0 ? 0L : -1L;
  }));
  CHECK(allowed([] {
    ifaddrs* found = nullptr;
    return ::getifaddrs(&found) == 0 ? 0L : -1L;
  }));
  // As the C library loads what a name service needs.
  CHECK(allowed([] { return ::dlopen("libresolv.so.2", RTLD_NOW) != nullptr ? 0L : -1L; }));
  CHECK(allowed([] { return ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0); }));
  CHECK(allowed([] { return ::socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP); }));
  CHECK(allowed([] { return ::epoll_create1(0); }));
  CHECK(allowed([] { return ::inotify_init1(IN_CLOEXEC); }));
  CHECK(allowed([] { return ::raise(SIGURG); }));
  CHECK(allowed([] { return ::open("/etc/passwd", O_RDONLY); }));
  CHECK(allowed([] { return ::prctl(PR_SET_NAME, "name"); }));
}

TEST_CASE("no call in the lists is misspelt", "[confinement]") {
  for (const char* const call : allowed_program_calls()) {
    CAPTURE(call);
    CHECK(CallFilter::is_known(call));
    CHECK_FALSE(is_deadly(call));
  }
  for (const char* const call : deadly_program_calls()) {
    CAPTURE(call);
    CHECK(CallFilter::is_known(call));
  }
}

}  // namespace
}  // namespace postern::confinement
