// SPDX-License-Identifier: Apache-2.0
#include "proxy/confinement/seclusion.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "proxy/confinement/call_filter.hpp"

namespace postern::confinement {
namespace {

// The name that ps(1) shows with arguments is the memory that they came in, one behind the other.
void rename_arguments(const char* name) noexcept {
  const int file = ::open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
  std::array<char, 4096> arguments;
  const ssize_t size = file < 0 ? 0 : ::read(file, arguments.data(), arguments.size());
  if (file >= 0) ::close(file);
  const auto room = static_cast<std::size_t>(std::max<ssize_t>(size, 0));
  // Somebody else's memory if it does not begin with our own name.
  if (room < 2 || std::strcmp(arguments.data(), program_invocation_name) != 0) return;
  std::memset(program_invocation_name, 0, room);
  std::memcpy(program_invocation_name, name, std::min(std::strlen(name), room - 1));
}

// The standard streams stay, whatever they are by now.
bool close_all_but(int kept) noexcept {
  constexpr unsigned kFirst = STDERR_FILENO + 1;
  const auto number = static_cast<unsigned>(kept);
  return (number <= kFirst || close_range(kFirst, number - 1, 0) == 0) &&
         close_range(std::max(kFirst, number + 1), ~0U, 0) == 0;
}

bool forget_streams() noexcept {
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nothing < 0) return false;
  bool done = true;
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    done = done && ::dup2(nothing, stream) == stream;
  }
  if (nothing > STDERR_FILENO) ::close(nothing);
  return done;
}

void ignore_signals() noexcept {
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGUSR1, SIGUSR2, SIGTSTP,
                           SIGTTIN, SIGTTOU, SIGALRM}) {
    std::signal(signal, SIG_IGN);
  }
}

// Only computing, waiting for each other, and what is open. The allocator's calls come with them.
constexpr const char* kSignerCalls[] = {
    "recvmsg",
    "sendmsg",
    "pread64",
    "fstat",
    "newfstatat",
    "close",
    "futex",
    "munmap",
    "mremap",
    "madvise",
    "brk",
    "getrandom",
    "exit",
    "exit_group",
    "clock_gettime",
    "getpid",
    "restart_syscall",
    "sched_yield",
    "rt_sigreturn",
    "rt_sigprocmask",
    "gettid",
#if defined(__SANITIZE_ADDRESS__)
    // A sanitizer's report takes these, and by a pipe it finds out whether memory can be read.
    "pipe2",
    "sigaltstack",
    "write",
    "rt_sigaction",
    "readlink",
#endif
};

// Nothing that a process has loaded calls these by itself.
constexpr const char* kSignersEnd[] = {
    "execve",  "execveat", "ptrace", "process_vm_readv", "process_vm_writev", "socket",
    "connect", "bind",     "listen", "accept",           "accept4",           "fork",
    "vfork",   "bpf",      "keyctl",
};

}  // namespace

bool become_helper(const char* name, const net::Descriptor& kept, pid_t parent) noexcept {
  prctl(PR_SET_NAME, name);
  rename_arguments(name);
  ignore_signals();
  return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent && close_all_but(kept.get());
}

bool begin_seclusion(const char* name, const net::Descriptor& kept, pid_t parent) noexcept {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  return become_helper(name, kept, parent) && prctl(PR_SET_DUMPABLE, 0) == 0 &&
         prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && forget_streams();
}

// Memory, but never such that can be executed.
std::string forbid_system_calls() {
  if (!kFiltersCalls) return {};
  CallFilter filter;
  filter.allow(kSignerCalls);
  for (const char* const call : {"mmap", "mprotect"}) {
    filter.allow(call, {{.number = 2, .mask = PROT_EXEC, .value = 0}});
  }
  filter.kill(kSignersEnd);
  return filter.load();
}

}  // namespace postern::confinement
