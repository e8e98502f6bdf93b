// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/process.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "proxy/net/descriptor.hpp"

namespace postern::server {
namespace {

rlimit descriptor_limit() noexcept {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return limit;
}

}  // namespace

// The lowest free number is taken, so the first that is none of the three was free before.
void hold_standard_streams() noexcept {
  int opened = STDIN_FILENO;
  while (opened >= STDIN_FILENO && opened <= STDERR_FILENO) {
    opened = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  }
  if (opened > STDERR_FILENO) ::close(opened);
}

void keep_secrets_in() noexcept {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
}

void prepare_process() noexcept {
  keep_secrets_in();
  std::signal(SIGPIPE, SIG_IGN);
  rlimit descriptors = descriptor_limit();
  descriptors.rlim_cur = descriptors.rlim_max;
  setrlimit(RLIMIT_NOFILE, &descriptors);
}

void lock_memory(const void* memory, std::size_t size) noexcept { mlock(memory, size); }

// A sanitizer has a heap of its own. glibc's, which nobody has used then, makes itself ready at the
// first call, and two threads that call it first at once meet it half made.
void give_back_memory() noexcept {
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  malloc_trim(0);
#endif
}

bool is_ignored(int signal) noexcept {
  struct sigaction now{};
  return sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

void notify_manager(const char* state) noexcept {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment.
  const char* const path = std::getenv("NOTIFY_SOCKET");
  if (path == nullptr) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t length = std::strlen(path);
  if (length == 0 || length >= sizeof address.sun_path) return;
  std::memcpy(address.sun_path, path, length);
  // An abstract socket is written with '@' and begins with a NUL.
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
  const net::Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  sendto(socket.get(), state, std::strlen(state), MSG_NOSIGNAL,
         reinterpret_cast<const sockaddr*>(&address), size);
}

}  // namespace postern::server
