// SPDX-License-Identifier: Apache-2.0
#include "proxy/cli/terminal_watch.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "proxy/server/process.hpp"

namespace postern::cli {
namespace {

// No event is asked for: that the other side is gone is told all the same.
void wait_for_hang_up(int ended) {
  std::array<pollfd, 2> watched = {pollfd{.fd = STDIN_FILENO, .events = 0, .revents = 0},
                                   pollfd{.fd = ended, .events = 0, .revents = 0}};
  while (true) {
    const int ready = ::poll(watched.data(), watched.size(), -1);
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0 || watched[1].revents != 0) return;
    if ((watched[0].revents & (POLLHUP | POLLERR)) == 0) return;
    ::kill(::getpid(), SIGHUP);
    return;
  }
}

}  // namespace

TerminalWatch::TerminalWatch() {
  if (::isatty(STDIN_FILENO) == 0 || server::is_ignored(SIGHUP)) return;
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return;
  ended_ = net::Descriptor(pipe[0]);
  stop_ = net::Descriptor(pipe[1]);
  thread_ = std::thread(wait_for_hang_up, ended_.get());
}

TerminalWatch::~TerminalWatch() {
  stop_ = net::Descriptor();
  if (thread_.joinable()) thread_.join();
}

}  // namespace postern::cli
