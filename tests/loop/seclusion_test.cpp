// SPDX-License-Identifier: Apache-2.0
// What the signer cannot do, tried by processes that have given up what it gives up.
#include "proxy/confinement/seclusion.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "proxy/net/packet_pair.hpp"

namespace postern::confinement {
namespace {

constexpr int kRefused = 10;
constexpr int kAllowed = 11;
constexpr int kBroken = 12;

// How a process ended: what it said, or minus the signal that killed it.
int end_of(pid_t process) {
  int status = 0;
  REQUIRE(::waitpid(process, &status, 0) == process);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

// What becomes of a call that a secluded process makes. The descriptor is its only one.
int tried(const std::function<long(int)>& call) {
  auto pair = net::new_pair().value();
  const pid_t parent = getpid();
  const pid_t process = ::fork();
  REQUIRE(process >= 0);
  if (process != 0) return end_of(process);
  if (!begin_seclusion("postern: tried", pair.near, parent)) _exit(kBroken);
  if (!forbid_system_calls().empty()) _exit(kBroken);
  errno = 0;
  const long done = call(pair.near.get());
  _exit(done == -1 && errno == EPERM ? kRefused : kAllowed);
}

struct Call {
  const char* name;
  std::function<long(int)> call;
};

const std::vector<Call>& intruders_calls() {
  static char path[] = "/bin/true";
  static char* arguments[] = {path, nullptr};
  static const std::vector<Call> kCalls = {
      {"socket", [](int) { return ::socket(AF_INET, SOCK_STREAM, 0); }},
      {"a netlink socket", [](int) { return ::socket(AF_NETLINK, SOCK_RAW, 0); }},
      {"connect", [](int fd) { return ::connect(fd, nullptr, 0); }},
      {"bind", [](int fd) { return ::bind(fd, nullptr, 0); }},
      {"socketpair",
       [](int) { return ::syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, nullptr); }},
      {"openat", [](int) { return ::open("/etc/passwd", O_RDONLY); }},
      {"open", [](int) { return ::syscall(SYS_open, "/etc/passwd", O_RDONLY, 0); }},
      {"openat2", [](int) { return ::syscall(SYS_openat2, AT_FDCWD, "/etc", nullptr, 0); }},
      {"execve", [](int) { return ::execve(path, arguments, nullptr); }},
      {"execveat",
       [](int) { return ::syscall(SYS_execveat, AT_FDCWD, path, arguments, nullptr, 0); }},
      {"ptrace", [](int) { return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr); }},
      {"process_vm_readv",
       [](int) { return ::syscall(SYS_process_vm_readv, getppid(), nullptr, 0, nullptr, 0, 0); }},
      {"fork", [](int) { return ::syscall(SYS_fork); }},
      {"clone", [](int) { return ::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, 0); }},
      {"clone3", [](int) { return ::syscall(SYS_clone3, nullptr, 0); }},
      {"kill", [](int) { return ::kill(1, 0); }},
      {"pidfd_getfd", [](int fd) { return ::syscall(SYS_pidfd_getfd, fd, 0, 0); }},
      {"prctl", [](int) { return ::syscall(SYS_prctl, 4, 1, 0, 0, 0); }},
      {"memfd_create", [](int) { return ::memfd_create("m", 0); }},
      {"io_uring_setup", [](int) { return ::syscall(SYS_io_uring_setup, 1, nullptr); }},
      {"bpf", [](int) { return ::syscall(SYS_bpf, 0, nullptr, 0); }},
      {"mount", [](int) { return ::syscall(SYS_mount, "a", "/", "b", 0, nullptr); }},
      {"unlink", [](int) { return ::unlink("/nowhere"); }},
      {"setuid", [](int) { return ::syscall(SYS_setuid, 0); }},
      {"memory that can be executed",
       [](int) {
         void* const made =
             ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
         return made == MAP_FAILED ? -1L : 0L;
       }},
      {"memory made such",
       [](int) {
         void* const made =
             ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
         return made == MAP_FAILED ? 0L : static_cast<long>(::mprotect(made, 4096, PROT_EXEC));
       }},
  };
  return kCalls;
}

TEST_CASE("what an intruder would call is refused, or the end", "[confinement]") {
  if (!kFiltersCalls) return;
  for (const Call& one : intruders_calls()) {
    CAPTURE(one.name);
    const int end = tried(one.call);
    CHECK((end == kRefused || end == -SIGSYS));
  }
}

TEST_CASE("what a signer does is let through", "[confinement]") {
  if (!kFiltersCalls) return;
  CHECK(tried([](int fd) {
          char one = 'x';
          return ::recv(fd, &one, 1, MSG_DONTWAIT) == -1 && errno == EPERM ? -1L : 0L;
        }) == kRefused);  // it calls recvmsg, and nothing like it
  CHECK(tried([](int fd) {
          return net::send_packet(net::Descriptor(fd), "x", -1, net::Wait::kBlocks) == 0 ? 0L : -1L;
        }) == kAllowed);
  CHECK(tried([](int) {
          const std::string large(8 << 20, 'x');
          return large.size() == 8U << 20 ? 0L : -1L;
        }) == kAllowed);
}

TEST_CASE("a thread that was there before is bound as well", "[confinement]") {
  if (!kFiltersCalls) return;
  const pid_t parent = getpid();
  const pid_t process = ::fork();
  REQUIRE(process >= 0);
  if (process == 0) {
    if (!begin_seclusion("postern: tried", {}, parent)) _exit(kBroken);
    std::atomic<bool> runs = false;
    std::atomic<bool> bound = false;
    std::thread([&] {
      runs = true;
      while (!bound) std::this_thread::yield();
      _exit(::unlink("/nowhere") == -1 && errno == EPERM ? kRefused : kAllowed);
    }).detach();
    while (!runs) std::this_thread::yield();
    if (!forbid_system_calls().empty()) _exit(kBroken);
    bound = true;
    for (;;) std::this_thread::yield();
  }
  CHECK(end_of(process) == kRefused);
}

}  // namespace
}  // namespace postern::confinement
