// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/proxy_intake.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>

namespace postern::net {

// A client that has no balancer before it may have begun with its password.
ProxyIntake::~ProxyIntake() { explicit_bzero(opening_.data(), opening_.size()); }

// What was looked at and stays in the socket may be a password, too.
ProxyIntake::State ProxyIntake::look(const Descriptor& socket) {
  std::array<char, kLongestProxyHeader> bytes{};
  std::ranges::copy(taken_, bytes.begin());
  const std::size_t known = taken_.size();
  const ssize_t came =
      ::recv(socket.get(), bytes.data() + known, bytes.size() - known, MSG_DONTWAIT | MSG_PEEK);
  if (came < 0 && (errno == EAGAIN || errno == EINTR)) return State::kWaiting;
  if (came <= 0) return State::kEnded;
  const std::span all(bytes.data(), known + static_cast<std::size_t>(came));
  note_opening({all.data(), all.size()});
  const State state = judge(socket, all);
  explicit_bzero(bytes.data(), all.size());
  return state;
}

// What belongs to the header is read again, into its own place, and so leaves the socket. Throwing
// it away by MSG_TRUNC would save the copy, and look like a race to ThreadSanitizer.
ProxyIntake::State ProxyIntake::judge(const Descriptor& socket, std::span<char> bytes) {
  const auto read = read_proxy_header({bytes.data(), bytes.size()});
  if (!read) {
    fault_ = read.error();
    return State::kFaulty;
  }
  bytes = bytes.first(*read ? (*read)->length : bytes.size());
  const std::span fresh = bytes.subspan(taken_.size());
  if (::recv(socket.get(), fresh.data(), fresh.size(), MSG_DONTWAIT) != std::ssize(fresh)) {
    return State::kEnded;
  }
  if (!*read) {
    taken_.assign(bytes.data(), bytes.size());
    return State::kWaiting;
  }
  header_ = **read;
  return State::kComplete;
}

void ProxyIntake::note_opening(std::string_view bytes) noexcept {
  bytes = bytes.substr(0, opening_.size());
  std::ranges::copy(bytes, opening_.begin());
  opening_size_ = static_cast<std::uint8_t>(bytes.size());
}

}  // namespace postern::net
