// SPDX-License-Identifier: Apache-2.0
#include "proxy/keys/seclusion.hpp"

#include <fcntl.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <system_error>

namespace postern::keys {
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
constexpr int kAllowed[] = {
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendmsg),
    SCMP_SYS(pread64),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(close),
    SCMP_SYS(futex),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(getrandom),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(sched_yield),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
#if defined(__SANITIZE_ADDRESS__)
    // A sanitizer's report takes these, and by a pipe it finds out whether memory can be read.
    SCMP_SYS(pipe2),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(write),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(readlink),
#endif
};

// Nothing that a process has loaded calls these by itself.
constexpr int kDeadly[] = {
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(socket),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(listen),
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(bpf),
    SCMP_SYS(keyctl),
};

struct Release {
  void operator()(void* filter) const noexcept { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Release>;

// Memory, but never such that can be executed.
int allow_memory(void* filter) noexcept {
  const scmp_arg_cmp no_code{
      .arg = 2, .op = SCMP_CMP_MASKED_EQ, .datum_a = PROT_EXEC, .datum_b = 0};
  for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)}) {
    const int done = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &no_code);
    if (done != 0) return done;
  }
  return 0;
}

int add_rules(void* filter) noexcept {
  for (const int call : kAllowed) {
    if (const int done = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0); done != 0) return done;
  }
  for (const int call : kDeadly) {
    const int done = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, call, 0);
    if (done != 0 && done != -EDOM) return done;  // a call that this processor does not have
  }
  return allow_memory(filter);
}

}  // namespace

bool begin_seclusion(const char* name, const net::Descriptor& kept, pid_t parent) noexcept {
  prctl(PR_SET_NAME, name);
  rename_arguments(name);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  ignore_signals();
  return prctl(PR_SET_DUMPABLE, 0) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent && forget_streams() &&
         close_all_but(kept.get());
}

std::string forbid_system_calls() {
  if (!kFiltersCalls) return {};
  const auto why = [](const char* what, int number) {
    return std::string(what) + ": " + std::generic_category().message(-number);
  };
  const Filter filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  if (filter == nullptr) return "seccomp_init failed";
  // All threads, not only this one.
  if (const int done = seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1); done != 0) {
    return why("the system cannot filter the calls of all threads", done);
  }
  if (const int done = add_rules(filter.get()); done != 0) {
    return why("a system call cannot be filtered", done);
  }
  if (const int done = seccomp_load(filter.get()); done != 0) {
    return why("the system refuses the filter of system calls", done);
  }
  return {};
}

}  // namespace postern::keys
